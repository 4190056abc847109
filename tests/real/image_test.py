#!/usr/bin/env python3
"""containers/shipper and containers/compose.yaml in real containers: small, not root, read-only, without capabilities; names,
TLS and the health check work there, and lines arrive at Loggly's name over HTTPS."""
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from docker_host import DockerHost, inside_namespaces
from harness import BIN, ROOT, RealTest, need, run, wait_until

GATEWAY = "172.30.0.1"  # this side of the test's bridge
LOGGLY = "logs-01.loggly.com"
# What the compose file says about shipper's container, as flags of `docker run`.
CONFINED = ["--read-only", "--user", "65532:65532", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true"]


def static_shipper() -> Path:
    """The release binary: a test build needs libraries that are in no image."""
    for path in (BIN / "shipper", ROOT / "build/release/bin/shipper"):
        if path.exists() and b"/ld-linux" not in path.read_bytes()[:4096]:
            return path
    raise AssertionError("no static shipper: cmake --preset release && cmake --build --preset release --target shipper")


class NameServer(threading.Thread):
    """Answers one name with one address on port 53; knows no other."""

    def __init__(self, address: str, name: str, answer: str):
        super().__init__(daemon=True)
        self.name_asked, self.answer, self.asked = name, socket.inet_aton(answer), 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 53))
        self.start()

    def run(self):
        while True:
            try:
                query, peer = self.socket.recvfrom(512)
            except OSError:
                return
            end = query.index(b"\0", 12)
            labels, at = [], 12
            while at < end:
                labels.append(query[at + 1:at + 1 + query[at]].decode())
                at += 1 + query[at]
            (kind,) = struct.unpack("!H", query[end + 1:end + 3])
            known = ".".join(labels).lower() == self.name_asked
            answers = 1 if known and kind == 1 else 0
            self.asked += answers
            head = query[:2] + struct.pack("!HHHHH", 0x8180 if known else 0x8183, 1, answers, 0, 0)
            record = struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + self.answer if answers else b""
            self.socket.sendto(head + query[12:end + 5] + record, peer)


class Image(RealTest):
    @classmethod
    def setUpClass(cls):
        cls.host_dir = Path(tempfile.mkdtemp(prefix="ls-"))
        cls.addClassCleanup(shutil.rmtree, cls.host_dir, ignore_errors=True)
        cls.host = DockerHost(cls.host_dir)
        cls.addClassCleanup(cls.host.stop)
        cls.host.import_busybox("local/box:1")
        cls.environment = {**os.environ, "DOCKER_HOST": f"unix://{cls.host.socket}", "HOME": str(cls.host_dir)}
        run(ROOT / "containers/shipper/build-image", "longshore/shipper", env={**cls.environment, "SHIPPER": str(static_shipper())})

    def setUp(self):
        super().setUp()
        self.ca, certificate, key = self.certificate(LOGGLY)
        self.into = self.receiver(address=GATEWAY, port=443, cert=certificate, key=key, token="token-of-the-test")

    def said(self, container: str) -> str:
        return subprocess.run(self.host.command("logs", container), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout

    def healthy(self, container: str) -> None:
        wait_until("the container is healthy", lambda: self.host.inspect(container)["State"].get("Health", {}).get("Status") == "healthy",
                   why=lambda: self.said(container) + json.dumps(self.host.inspect(container)["State"], indent=1))

    def check_confined(self, container: str, user: str = "65532") -> None:
        seen = self.host.inspect(container)
        self.assertEqual((seen["Config"]["User"], seen["HostConfig"]["ReadonlyRootfs"], seen["HostConfig"]["CapDrop"]),
                         (f"{user}:{user}", True, ["ALL"]))
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{seen['State']['Pid']}/status").read_text().splitlines() if ":\t" in line)
        self.assertEqual((status["Uid"].split(), status["NoNewPrivs"]), ([user] * 4, "1"))
        self.assertEqual({int(status[kind], 16) for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}, {0})

    def test_it_is_small_and_holds_nothing_else(self):
        self.assertLess(self.host.inspect("longshore/shipper")["Size"], 12_000_000)
        self.host.docker("create", "--name", "files", "longshore/shipper")
        self.addCleanup(self.host.docker, "rm", "--volumes", "files")
        tar = subprocess.run(self.host.command("export", "files"), capture_output=True, check=True).stdout
        names = subprocess.run(["tar", "--list"], input=tar, capture_output=True, check=True).stdout.decode().split()
        files = {name for name in names if not name.endswith("/")}
        docker_adds = {".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf"}
        self.assertEqual(files - docker_adds, {"shipper", "etc/passwd", "etc/group", "etc/ssl/certs/ca-certificates.crt"})
        self.assertIn("shipper", self.host.docker("run", "--rm", *CONFINED, "longshore/shipper", "--help"))

    def test_names_come_from_the_hosts_file_and_from_dns(self):
        server = NameServer(GATEWAY, LOGGLY, GATEWAY)
        self.addCleanup(server.socket.close)
        (self.dir / "shipper.yaml").write_text(
            'data_dir: /var/lib/longshore/shipper\nsources:\n  - {type: syslog, listen: "tcp://0.0.0.0:5514"}\n'
            f'sinks:\n  - {{type: loggly, url: "https://{LOGGLY}", token: "env:TOKEN"}}\n')
        for name, flags in (("by_hosts", ["--add-host", f"{LOGGLY}:{GATEWAY}"]), ("by_dns", ["--dns", GATEWAY])):
            with self.subTest(name):
                self.into.forget()
                self.addCleanup(self.host.docker, "rm", "--force", "--volumes", name)
                self.host.docker("run", "--detach", "--name", name, *CONFINED, *flags, "--health-interval", "500ms", "--publish",
                                 "127.0.0.1:5514:5514", "--volume", f"{self.dir}/shipper.yaml:/etc/longshore/shipper.yaml:ro", "--volume",
                                 f"{self.ca}:/etc/ssl/certs/ca-certificates.crt:ro", "--env", "TOKEN=token-of-the-test", "longshore/shipper")
                self.healthy(name)
                self.check_confined(name)
                run(BIN / "loadgen", "--to", "tcp://127.0.0.1:5514", "--count", 1000)
                wait_until("1000 lines arrived", lambda: self.into.unique() == 1000, why=lambda: self.said(name))
                self.host.docker("stop", name)
                self.assertEqual(self.host.inspect(name)["State"]["ExitCode"], 0)
        self.assertGreater(server.asked, 0)

    def test_the_compose_file_ships_a_hosts_logs(self):
        compose, folder = need("docker-compose", "docker-compose"), self.dir / "containers"
        shutil.copytree(ROOT / "containers", folder)
        for name in ("secrets", "run", "logs", "data"):
            (folder / name).mkdir()
        (folder / "secrets/loggly_token").write_text("token-of-the-test\n")
        os.chown(folder / "run", 65532, 65532)
        (folder / "override.yaml").write_text(
            f'services:\n  shipper:\n    extra_hosts: ["{LOGGLY}:{GATEWAY}"]\n    healthcheck: {{interval: 500ms}}\n'
            f'    volumes: ["{self.ca}:/etc/ssl/certs/ca-certificates.crt:ro"]\n')
        environment = {**self.environment, "HOSTNAME": "host-of-the-test", "LONGSHORE_RUN": str(folder / "run"),
                       "LONGSHORE_LOGS": str(folder / "logs"), "LONGSHORE_DATA": str(folder / "data"),
                       "LONGSHORE_CONTAINERS": str(self.host_dir / "data/containers")}
        words = [compose, "--ansi", "never", "--project-name", "test", "--file", folder / "compose.yaml"]
        run(*words, "config", "--quiet", env=environment)
        self.addCleanup(run, *words, "down", "--volumes", limit=60, env=environment)
        run(*words, "--file", folder / "override.yaml", "up", "--detach", limit=60, env=environment)
        container = run(*words, "ps", "--quiet", "shipper", env=environment).strip()
        self.healthy(container)
        self.check_confined(container)

        expected = {}
        for name, where in (("udp", ["-n", "127.0.0.1", "-P", 514, "--udp"]), ("tcp", ["-n", "127.0.0.1", "-P", 514, "--tcp"]),
                            ("socket", ["-u", folder / "run/log", "--udp", "--rfc3164"])):
            run(need("logger", "bsdutils"), *where, "-t", name, f"line by {name}")
            expected[f"line by {name}"] = name
        (folder / "logs/web.log").write_text("line of a file\n")
        expected["line of a file"] = "web"
        for driver in ("syslog", "gelf", "fluentd"):  # the snippets, as a daemon takes them and as a container does
            snippet = json.loads((ROOT / f"containers/docker/daemon-{driver}.json").read_text())
            self.assertEqual(snippet["log-driver"], driver)
            options = [word for option, value in snippet["log-opts"].items() for word in ("--log-opt", f"{option}={value}")]
            self.host.docker("run", "--rm", "--name", f"by-{driver}", "--log-driver", driver, *options, "local/box:1", "sh", "-c",
                             f"echo line by {driver}")
            expected[f"line by {driver}"] = f"by-{driver}"
        events = {event["message"]: event for event in self.arrived(self.into, len(expected))}
        self.assertEqual({message: event["app"] for message, event in events.items()}, expected, events)
        self.assertEqual(events["line of a file"]["host"], "host-of-the-test")
        self.assertEqual(self.into.report()["tags"], {"docker": len(expected)})

        run(*words, "down", limit=60, env=environment)
        os.chown(folder / "run", 0, 0)
        words[-1:] = [folder / "compose.yaml", "--file", folder / "compose.json-file.yaml"]
        run(*words, "--file", folder / "override.yaml", "up", "--detach", limit=60, env=environment)
        container = run(*words, "ps", "--quiet", "shipper", env=environment).strip()
        self.healthy(container)
        self.check_confined(container, "0")
        snippet = json.loads((ROOT / "containers/docker/daemon-json-file.json").read_text())
        options = [word for option, value in snippet["log-opts"].items() for word in ("--log-opt", f"{option}={value}")]
        self.addCleanup(self.host.docker, "rm", "--force", "by-json-file")
        self.host.docker("run", "--name", "by-json-file", "--label", "team=shop", "--log-driver", "json-file", *options, "local/box:1", "sh",
                         "-c", "echo line by json-file")
        line = next(e for e in self.arrived(self.into, len(expected) + 1) if e["message"] == "line by json-file")
        self.assertEqual((line["app"], line["team"], line["host"]), ("by-json-file", "shop", "host-of-the-test"))


if __name__ == "__main__":
    inside_namespaces()
    unittest.main()
