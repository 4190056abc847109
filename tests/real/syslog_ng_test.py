#!/usr/bin/env python3
"""containers/syslog-ng/longshore.conf with the real syslog-ng, in both directions, with kills and restarts under load."""
import json
import re
import time
import unittest
from pathlib import Path

from harness import BIN, ROOT, Process, RealTest, free_port, need, run, wait_until

BLOCKS = ROOT / "containers/syslog-ng/longshore.conf"
COUNT, RATE = 60_000, 15_000


class SyslogNg(RealTest):
    def syslog_ng(self, statements: str) -> Process:
        (self.dir / "syslog-ng.conf").write_text(
            f'@version: 3.35\n@include "{BLOCKS}"\noptions {{ keep-hostname(yes); use-dns(no); stats-freq(0); }};\n{statements}\n')
        return self.start(need("syslog-ng", "syslog-ng-core"), "--foreground", "--no-caps", "-f", self.dir / "syslog-ng.conf", "-R",
                          self.dir / "persist", "-c", self.dir / "control", "-p", self.dir / "pid", name="syslog-ng")

    def listens(self, process: Process, port: int) -> None:
        inode = f":{port:04X} 00000000:0000 0A"
        wait_until(f"somebody listens on {port}", lambda: inode in Path("/proc/net/tcp").read_text(), why=process.tail)

    def load(self, to: str, count: int = COUNT, **more) -> Process:
        options = {"count": count, "rate": RATE, "size": 200, **more}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return self.start(BIN / "loadgen", "--to", to, *words, name="loadgen")

    def sent(self, loadgen: Process) -> None:
        self.assertEqual(loadgen.child.wait(60), 0, loadgen.tail())

    def test_messages_arrive_with_all_that_syslog_ng_knows_of_them(self):
        into, port, from_logger = self.receiver(), free_port(), free_port()
        ours = self.shipper(f'sources:\n  - {{type: syslog, listen: "tcp://127.0.0.1:{port}", name: s}}\n' + self.loggly(into))
        theirs = self.syslog_ng(f'source s {{ syslog(ip("127.0.0.1") port({from_logger}) transport("tcp")); }};\n'
                                f'log {{ source(s); destination {{ longshore(port({port}) dir("{self.dir}")); }}; flags(flow-control); }};')
        self.listens(theirs, from_logger)
        file = self.dir / "lines"
        file.write_text("".join(f'line seq={i} "quoted" äöü \\ ]\n' for i in range(500)))
        run(need("logger", "bsdutils"), "-n", "127.0.0.1", "-P", from_logger, "--tcp", "--octet-count", "--rfc5424", "--msgid", "M1",
            "--sd-id", "zoo@123", "--sd-param", 'tiger="hungry"', "-t", "my-app", "-p", "local3.warning", "--id=4711", "-f", file)
        events = self.arrived(into, 500, ours, theirs)
        self.assertEqual([event["message"] for event in events], file.read_text().split("\n")[:-1])
        for event in events:
            self.assertEqual([event[key] for key in ("app", "pid", "facility", "severity", "msgid")],
                             ["my-app", "4711", "local3", "warning", "M1"])
            self.assertEqual(event["sd"]["zoo@123"], {"tiger": "hungry"})
            self.assertRegex(event["timestamp"], r"\.\d{6}Z$")

    def test_restarts_of_both_under_load_lose_nothing(self):
        """syslog-ng is killed -9; shipper is restarted, and away for a while."""
        into, port, file = self.receiver(), free_port(), self.dir / "in.log"
        file.touch()
        ours = self.shipper(f'sources:\n  - {{type: syslog, listen: "tcp://127.0.0.1:{port}"}}\n' + self.loggly(into))
        theirs = self.syslog_ng(f'log {{ source {{ file("{file}" flags(syslog-protocol)); }};\n'
                                f'  destination {{ longshore(port({port}) dir("{self.dir}")); }}; flags(flow-control); }};')
        loadgen = self.load(f"file://{file}")
        for part in range(1, 7):
            wait_until(f"part {part} arrived", lambda: into.unique() >= part * COUNT / 10, why=lambda: ours.tail() + theirs.tail())
            if part % 2:
                theirs.kill()
                theirs.start()
            else:
                self.assertEqual(ours.stop(), 0)
                time.sleep(0.5)  # it is away; syslog-ng's disk buffer fills
                ours.start()
        self.sent(loadgen)
        wait_until("all arrived", lambda: into.unique() >= COUNT, why=lambda: json.dumps(into.report()) + ours.tail() + theirs.tail())
        print(f"network: {into.duplicates()} of {COUNT} twice")

    def test_kills_of_both_under_load_lose_nothing_through_files(self):
        into, file, folder = self.receiver(), self.dir / "in.log", self.dir / "out"
        file.touch()
        ours = self.shipper(f'sources:\n  - {{type: file, paths: ["{folder}/*.log"], start: beginning, parse: syslog, poll_interval: 100ms}}\n'
                            + self.loggly(into))
        theirs = self.syslog_ng(f'log {{ source {{ file("{file}" flags(syslog-protocol)); }};\n'
                                f'  destination {{ longshore-files(dir("{folder}")); }}; flags(flow-control); }};')
        loadgen = self.load(f"file://{file}")
        for part in range(1, 9):
            wait_until(f"part {part} arrived", lambda: into.unique() >= part * COUNT / 10, why=lambda: ours.tail() + theirs.tail())
            victim = theirs if part % 2 else ours
            victim.kill()
            victim.start()
        self.sent(loadgen)
        wait_until("all arrived", lambda: into.unique() >= COUNT, why=lambda: json.dumps(into.report()) + ours.tail() + theirs.tail())
        print(f"files: {into.duplicates()} of {COUNT} twice")

    def forwarded(self, transport: str, kills: bool = False, more_source: str = "", more_sink: str = "") -> list[str]:
        """What syslog-ng writes of COUNT lines that shipper forwards to it."""
        port, source, out = free_port(), free_port(), self.dir / "out.log"
        template = '"$PRI|$HOST|$PROGRAM|$PID|$MSGID|$SDATA|$ISODATE|$MSG\\n"'
        theirs = self.syslog_ng(f'log {{ source {{ longshore(port({port}) transport("{transport}") {more_source}); }};\n'
                                f'  destination {{ file("{out}" template({template}) frac-digits(6) time-zone("UTC")); }}; flags(flow-control); }};')
        self.listens(theirs, port)
        ours = self.shipper(f'sources:\n  - {{type: syslog, listen: "tcp://127.0.0.1:{source}"}}\n'
                            f'sinks:\n  - {{type: syslog, url: "{transport}://127.0.0.1:{port}", retry_min: 100ms{more_sink}}}\n')
        numbers: set[int] = set()
        lines: list[str] = []
        for first in range(0, COUNT, COUNT // 4):
            self.sent(self.load(f"tcp://127.0.0.1:{source}", COUNT // 4, first=first, rate=0))
            wait_until("shipper has read all", lambda: sum(s["received"] for s in ours.status()["sources"]) >= COUNT // 4
                       and ours.status()["pending_events"] == 0)
            if kills:
                ours.kill()
                ours.start()

        def all_there():
            nonlocal lines
            lines = out.read_text().split("\n")[:-1] if out.exists() else []
            numbers.clear()
            numbers.update(int(match[1]) for line in lines if (match := re.search(r"seq=(\d+)", line)))
            return len(numbers) >= COUNT
        wait_until("all arrived", all_there, why=lambda: f"{len(numbers)} of {COUNT}\n" + ours.tail() + theirs.tail())
        for line in lines[:: COUNT // 100]:
            self.assertRegex(line, r"^165\|host-17\.example\.net\|payments\|4711\|ID47\|\|2026-11-23T03:42:12\.123456\+00:00\|.*seq=\d{12}")
        return lines

    def test_what_shipper_forwards_over_tcp_arrives_once(self):
        self.assertEqual(len(self.forwarded("tcp")), COUNT)

    def test_what_shipper_forwards_over_tls_arrives_although_it_is_killed(self):
        ca, certificate, key = self.certificate()
        tls = f'tls(cert-file("{certificate}") key-file("{key}") peer-verify(optional-untrusted))'
        print(f"forwarded: {len(self.forwarded('tls', True, tls, f', ca_file: {ca}')) - COUNT} of {COUNT} twice")


if __name__ == "__main__":
    unittest.main()
