#!/usr/bin/env python3
"""`logger` and `loggen` in every form they have send to shipper; what arrives at Loggly is compared line by line."""
import re
import unittest

from harness import RealTest, free_port, need, run

LINES = 200


class Senders(RealTest):
    def setUp(self):
        super().setUp()
        self.into = self.receiver()
        self.port, self.tls_port = free_port(), free_port()
        self.ca, certificate, key = self.certificate()
        self.ours = self.shipper(
            "sources:\n"
            f'  - {{type: syslog, listen: "udp://127.0.0.1:{self.port}", name: udp, tags: [dgram]}}\n'
            f'  - {{type: syslog, listen: "tcp://127.0.0.1:{self.port}", name: tcp}}\n'
            f'  - {{type: syslog, listen: "tls://127.0.0.1:{self.tls_port}", name: tls, cert_file: {certificate}, key_file: {key}}}\n'
            f'  - {{type: syslog, listen: "unix-dgram://{self.dir}/d", name: dgram}}\n'
            f'  - {{type: syslog, listen: "unix-stream://{self.dir}/s", name: stream}}\n' + self.loggly(self.into, tags="[real]"))

    def logger(self, source: str, *form: str):
        self.into.forget()
        where = {"udp": ["-n", "127.0.0.1", "-P", self.port, "--udp"], "tcp": ["-n", "127.0.0.1", "-P", self.port, "--tcp"],
                 "dgram": ["-u", self.dir / "d", "--udp"], "stream": ["-u", self.dir / "s", "--tcp"]}[source]
        file = self.dir / "lines"
        file.write_text("".join(f'line seq={i} of "{source}" {" ".join(form)} äöü \\ {{}}\n' for i in range(LINES)))
        run(need("logger", "bsdutils"), *where, *form, "-t", "my-app", "-p", "local3.warning", "--id=4711", "-f", file)
        events = self.arrived(self.into, LINES, self.ours)
        self.assertEqual([e["message"] for e in events], file.read_text().split("\n")[:-1])
        for event in events:
            self.assertEqual((event["app"], event["pid"], event["facility"], event["severity"], event["source"]),
                             ("my-app", "4711", "local3", "warning", source), event)
            self.assertRegex(event["timestamp"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        report = self.into.report()
        self.assertEqual((report["events"], report["unique"], report["tokens"], report["tags"]),
                         (LINES, LINES, {"token-of-the-test": LINES}, {"real,dgram" if source == "udp" else "real": LINES}))
        return events

    def test_logger_in_every_form(self):
        rfc5424 = ["--rfc5424", "--msgid", "M1", "--sd-id", "zoo@123", "--sd-param", 'tiger="hungry"']
        forms = {"udp": [["--rfc3164"], rfc5424], "dgram": [["--rfc3164"], rfc5424, []],
                 "tcp": [["--rfc3164"], rfc5424, ["--rfc3164", "--octet-count"], [*rfc5424, "--octet-count"]],
                 "stream": [["--rfc3164", "--octet-count"], [*rfc5424, "--octet-count"]]}
        for source, alternatives in forms.items():
            for form in alternatives:
                with self.subTest(source=source, form=" ".join(form)):
                    events = self.logger(source, *form)
                    if "--rfc5424" in form:
                        self.assertEqual([(e["msgid"], e["sd"]["zoo@123"]) for e in events], [("M1", {"tiger": "hungry"})] * LINES)

    def loggen(self, source: str, *form: str, connections: int = 1):
        self.into.forget()
        where = {"udp": ["--inet", "--dgram", "127.0.0.1", self.port], "tcp": ["--inet", "--stream", "127.0.0.1", self.port],
                 "tls": ["--use-ssl", "127.0.0.1", self.tls_port], "dgram": ["--unix", "--dgram", self.dir / "d"],
                 "stream": ["--unix", "--stream", self.dir / "s"]}[source]
        run(need("loggen", "syslog-ng-core"), "--quiet", f"--active-connections={connections}", "--number", LINES, "--rate", 5000,
            "--size", 300, *form, *where)
        events = self.arrived(self.into, LINES * connections, self.ours)
        seen = set()
        for event in events:
            self.assertEqual((event["host"], event["app"], event["pid"], event["facility"], event["severity"], event["source"]),
                             ("localhost", "prg00000", "1234", "auth", "info", source), event)
            match = re.fullmatch(r"(?:\ufeff)?seq: (\d+), thread: (\d+), runid: \d+ *, stamp: \S+ [A-Z]*(PADD)[PAD]*", event["message"])
            self.assertTrue(match, event)
            seen.add((int(match[1]), int(match[2])))
        self.assertEqual(seen, {(i, thread) for i in range(LINES) for thread in range(connections)})
        return events

    def test_loggen_in_every_form(self):
        rfc5424 = ["--syslog-proto", '--sdata=[test name="value"]']
        forms = {"udp": [[], [*rfc5424, "--no-framing"]], "dgram": [[]], "tcp": [[], rfc5424, [*rfc5424, "--no-framing"]],
                 "tls": [[], rfc5424], "stream": [[], rfc5424]}
        for source, alternatives in forms.items():
            for form in alternatives:
                with self.subTest(source=source, form=" ".join(form)):
                    events = self.loggen(source, *form, connections=1 if source in ("udp", "dgram") else 3)
                    if form:
                        self.assertEqual([e["sd"] for e in events], [{"test": {"name": "value"}}] * len(events))


if __name__ == "__main__":
    unittest.main()
