#!/usr/bin/env python3
"""Real containers with every log driver → shipper → Loggly: each line by count and content, with what Docker knows of it."""
import re
import shutil
import tempfile
import time
import unittest
from pathlib import Path

from docker_host import DockerHost, inside_namespaces
from harness import LIMIT, RealTest, wait_until

LINES = 300
LONG = 40_000  # bytes; Docker cuts at 16 KiB
IMAGE = "local/box:1"
# Numbered lines to stdout, others to stderr, and a long one to each.
SCRIPT = f"""i=0
while [ $i -lt {LINES} ]; do echo "out seq=$i $NAME äöü \\"quoted\\" \\\\ {{}}"; echo "err seq=$(({LINES} + i)) $NAME" >&2; i=$((i + 1)); done
long() {{ head -c {LONG} /dev/zero | tr '\\0' "$1"; echo " end of $1"; }}
long o
long e >&2
"""
COUNT = 2 * LINES + 2


class Docker(RealTest):
    @classmethod
    def setUpClass(cls):
        cls.host_dir = Path(tempfile.mkdtemp(prefix="ls-"))
        cls.addClassCleanup(shutil.rmtree, cls.host_dir, ignore_errors=True)
        cls.host = DockerHost(cls.host_dir)
        cls.addClassCleanup(cls.host.stop)
        cls.host.import_busybox(IMAGE)

    def setUp(self):
        super().setUp()
        self.into = self.receiver()
        self.ours = self.shipper(
            "sources:\n" + "".join(f'  - {{type: syslog, listen: "{url}", name: {name}}}\n' for name, url in (
                ("udp", "udp://127.0.0.1:514"), ("tcp", "tcp://127.0.0.1:514"), ("stream", f"unix-stream://{self.dir}/stream"),
                ("dgram", f"unix-dgram://{self.dir}/dgram"))) +
            '  - {type: gelf, listen: "udp://127.0.0.1:12201", name: gelf_udp}\n'
            '  - {type: gelf, listen: "tcp://127.0.0.1:12201", name: gelf_tcp}\n'
            '  - {type: forward, listen: "tcp://127.0.0.1:24224", name: forward}\n'
            f'  - {{type: file, name: files, paths: ["{self.host_dir}/data/containers/*/*-json.log"], parse: docker, poll_interval: 100ms}}\n'
            + self.loggly(self.into))

    def run_container(self, name: str, driver: str, options: dict, script: str) -> str:
        """Runs it to its end; its id. Where each line waits for its acknowledgement it stays on, for Docker gives the lines of a
        container that has ended 10 s and no more."""
        words = [word for option, value in options.items() for word in ("--log-opt", f"{option}={value}")]
        if "fluentd-request-ack" in options:
            words, script = [*words, "--detach"], script + "\nsleep 600"
        self.addCleanup(self.host.docker, "rm", "--force", name)
        self.host.docker("run", "--name", name, "--network", "none", "--label", "tier=web", "--env", f"NAME={name}", "--env", f"SCRIPT={script}",
                         "--log-driver", driver, *words, IMAGE, "sh", "-c", 'eval "$SCRIPT"')
        return self.host.inspect(name)["Id"]

    def check(self, name: str, driver: str, options: dict, script: str = SCRIPT, **expected) -> list[dict]:
        """Every line arrived, whole, in order within its stream; `expected` fields hold, {id} in them stands for the container's."""
        self.into.forget()
        container = self.run_container(name, driver, options, script)
        events = self.arrived(self.into, COUNT, self.ours)
        report = self.into.report()
        self.assertEqual((len(events), report["unique"], report["duplicates"], report["missing"]), (COUNT, 2 * LINES, 0, []))
        out = [e["message"] for e in events if e["message"][0] == "o" and "seq=" in e["message"]]
        err = [e["message"] for e in events if e["message"].startswith("err")]
        self.assertEqual(out, [f'out seq={i} {name} äöü "quoted" \\ {{}}' for i in range(LINES)])
        self.assertEqual(err, [f"err seq={LINES + i} {name}" for i in range(LINES)])
        self.assertEqual(sorted(e["message"] for e in events if "end of" in e["message"]),
                         ["e" * LONG + " end of e", "o" * LONG + " end of o"])
        both = "2>&1" in script
        for event in events:
            self.assertEqual(event["severity"], "err" if event["message"][0] == "e" and not both else "info", event["message"][:100])
            self.assertLess(abs(time.time() - self.seconds(event["timestamp"])), 120, event)
            for key, value in expected.items():
                if isinstance(value, str):
                    value = value.replace("{id}", container).replace("{short}", container[:12])
                self.assertEqual(event.get(key), value, f"{key} of {event}"[:1000])
        return events

    @staticmethod
    def seconds(timestamp: str) -> float:
        match = re.fullmatch(r"(.*)\.(\d{6})Z", timestamp)
        return time.mktime(time.strptime(match[1] + " UTC", "%Y-%m-%dT%H:%M:%S %Z")) - time.timezone + int(match[2]) / 1e6

    def test_syslog(self):
        host = self.host.docker("info", "--format", "{{.Name}}")
        for form in ("", "rfc3164", "rfc5424", "rfc5424micro"):
            for source, address in (("udp", "udp://127.0.0.1:514"), ("tcp", "tcp://127.0.0.1:514"),
                                    ("stream", f"unix://{self.dir}/stream"), ("dgram", f"unixgram://{self.dir}/dgram")):
                with self.subTest(form=form, source=source):
                    options = {"syslog-address": address, "tag": "{{.Name}}/{{.ID}}", "syslog-facility": "local5"}
                    expected = {"source": source, "facility": "local5", "app": f"syslog_{source}_{form}/{{short}}", "host": host}
                    if form:  # the default names no host
                        options["syslog-format"] = form
                    self.check(f"syslog_{source}_{form}", "syslog", options, **expected)

    def test_gelf(self):
        fields = {"host": self.host.docker("info", "--format", "{{.Name}}"), "app": "{short}", "container_id": "{id}", "image_name": IMAGE,
                  "image_id": self.host.inspect(IMAGE)["Id"], "tier": "web"}
        for kind, compression in (("udp", "none"), ("udp", "gzip"), ("udp", "zlib"), ("tcp", None)):
            with self.subTest(kind=kind, compression=compression):
                name = f"gelf_{kind}_{compression}"
                options = {"gelf-address": f"{kind}://127.0.0.1:12201", "labels": "tier", "env": "NAME"}
                if compression:
                    options["gelf-compression-type"] = compression
                self.check(name, "gelf", options, source=f"gelf_{kind}", container_name=name, NAME=name, **fields)

    def test_fluentd(self):
        # With request-ack, Docker takes the answer for one stream as the answer for the other (docs/docker.md): one stream.
        one = "(\n" + SCRIPT + ") 2>&1"
        for name, script, options in (
                ("fluentd_ack", one, {"fluentd-request-ack": "true"}),
                ("fluentd", SCRIPT, {}),
                ("fluentd_async", SCRIPT, {"fluentd-async": "true", "fluentd-sub-second-precision": "true"})):
            with self.subTest(name=name):
                options = {"fluentd-address": "127.0.0.1:24224", "labels": "tier", "env": "NAME", "tag": "{{.Name}}|{{.ImageName}}", **options}
                self.check(name, "fluentd", options, script, source="forward", app=f"{name}|{IMAGE}", tag=f"{name}|{IMAGE}",
                           container_name=name, container_id="{id}", tier="web", NAME=name)

    def test_json_files(self):
        events = self.check("files", "json-file", {"labels": "tier", "env": "NAME", "tag": "{{.Name}}|{{.ImageName}}"}, source="files",
                            app=f"files|{IMAGE}", tier="web", NAME="files", container_id="{id}", container_name="files", image_name=IMAGE)
        self.assertTrue(all(event["file"].endswith("-json.log") for event in events))
        self.check("plain_files", "json-file", {}, source="files", app="plain_files", container_id="{id}")

    def test_what_fluentd_acknowledges_and_what_is_in_files_survives_kills(self):
        lines = 3000
        script = f"i=0; while [ $i -lt {lines} ]; do echo seq=$(($FIRST + i)) $NAME; i=$((i + 1)); done; sleep 600"
        self.into.forget()
        for first, driver, options in ((0, "fluentd", {"fluentd-address": "127.0.0.1:24224", "fluentd-request-ack": "true"}),
                                       (lines, "json-file", {})):
            words = [word for option, value in options.items() for word in ("--log-opt", f"{option}={value}")]
            self.addCleanup(self.host.docker, "rm", "--force", f"killed_{driver}")
            self.host.docker("run", "--detach", "--name", f"killed_{driver}", "--network", "none", "--env", f"FIRST={first}", "--env",
                             f"NAME={driver}", "--log-driver", driver, *words, IMAGE, "sh", "-c", script)
        for part in range(1, 6):
            wait_until(f"part {part} arrived", lambda: self.into.unique() >= part * lines // 5, why=self.ours.tail)
            self.ours.kill()
            self.ours.start()
        wait_until("all arrived", lambda: self.into.unique() >= 2 * lines, LIMIT, lambda: f"{self.into.report()}\n{self.ours.tail()}")
        print(f"kills: {self.into.duplicates()} of {2 * lines} twice")


if __name__ == "__main__":
    inside_namespaces()
    unittest.main()
