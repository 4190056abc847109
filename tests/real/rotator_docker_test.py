#!/usr/bin/env python3
"""containers/rotator beside real containers: the image is small and confined; the compose file keeps the logs of a writer that
knows nothing of it, every line once; a container with a label gets its signal; Docker's own files are refused."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from docker_host import DockerHost, inside_namespaces
from harness import BIN, LIMIT, ROOT, Process, need, run, wait_until
from slow_death import SlowDeath

BOX = "local/box:1"
NEEDED = {0, 1, 3, 28}  # capabilities: CHOWN, DAC_OVERRIDE, FOWNER, LEASE
# Numbered lines into one file that is never opened anew, as user 1000.
WRITER = "i=0; while [ ! -e /logs/web/stop ]; do echo line $i of a writer that knows nothing; i=$((i + 1)); done >>/logs/web/app.log; echo $i"
# The same into a file that is opened anew at SIGUSR1.
REOPENER = "cd /logs/api; trap 'exec >>app.log; echo again >&2' USR1; exec >>app.log; i=0; " \
           "while [ ! -e stop ]; do echo line $i; i=$((i + 1)); sleep 0.01; done; echo $i >&2"


def static_rotator() -> Path:
    for path in (BIN / "rotator", ROOT / "build/release/bin/rotator"):
        if path.exists() and b"/ld-linux" not in path.read_bytes()[:4096]:
            return path
    raise AssertionError("no static rotator: cmake --preset release && cmake --build --preset release --target rotator")


def text_of(path: Path) -> str:
    words = [need("zstd", "zstd"), "-dcq", path] if path.suffix in (".zst", ".gz") else ["cat", path]
    return subprocess.run(words, capture_output=True, check=True).stdout.decode()


def in_order(archives) -> list[Path]:
    """By second, then by the number within it: app.log-20261127-054905.zst, then …05.1.zst."""
    def key(path: Path):
        stamp, number = re.fullmatch(r"app\.log-(\d{8}-\d{6})(?:\.(\d+))?(?:\.zst|\.gz)?", path.name).groups()
        return stamp, int(number or 0)
    return sorted(archives, key=key)


class RotatorDocker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host_dir = Path(tempfile.mkdtemp(prefix="ls-"))
        cls.addClassCleanup(shutil.rmtree, cls.host_dir, ignore_errors=True)
        cls.host = DockerHost(cls.host_dir)
        cls.addClassCleanup(cls.host.stop)
        cls.host.import_busybox(BOX)
        cls.environment = {**os.environ, "DOCKER_HOST": f"unix://{cls.host.socket}", "HOME": str(cls.host_dir)}
        run(ROOT / "containers/rotator/build-image", env={**cls.environment, "ROTATOR": str(static_rotator())})

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ls-rotator-")
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)
        self.logs = self.dir / "logs"
        for name in ("web", "api"):
            (self.logs / name).mkdir(parents=True)
            os.chown(self.logs / name, 1000, 1000)

    def said(self, container: str) -> str:
        return subprocess.run(self.host.command("logs", container), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout

    def compose_up(self, rules: str, volumes: str = "") -> str:
        """The compose file as it stands, with rules of the test's own; the container's id."""
        (self.dir / "rotator.yaml").write_text(rules)
        (self.dir / "override.yaml").write_text("services:\n  rotator:\n    healthcheck: {interval: 500ms}\n    volumes:\n"
                                                f"      - {self.dir}/rotator.yaml:/etc/longshore/rotator.yaml:ro\n{volumes}")
        words = [need("docker-compose", "docker-compose"), "--ansi", "never", "--project-name", "test", "--file",
                 ROOT / "containers/rotator/compose.yaml", "--file", self.dir / "override.yaml"]
        environment = {**self.environment, "LONGSHORE_LOGS": str(self.logs)}
        self.addCleanup(run, *words, "down", "--volumes", limit=60, env=environment)
        run(*words, "up", "--detach", limit=60, env=environment)
        container = run(*words, "ps", "--quiet", "rotator", env=environment).strip()
        wait_until("the container is healthy", lambda: self.host.inspect(container)["State"].get("Health", {}).get("Status") == "healthy",
                   why=lambda: self.said(container) + json.dumps(self.host.inspect(container)["State"], indent=1))
        return container

    def writer(self, name: str, script: str, *flags: str) -> None:
        self.addCleanup(self.host.docker, "rm", "--force", name)
        self.host.docker("run", "--detach", "--name", name, "--network", "none", "--user", "1000:1000", "--volume", f"{self.logs}:/logs", *flags, BOX,
                         "sh", "-c", script)

    def stop_writer(self, name: str, folder: str) -> int:
        (self.logs / folder / "stop").touch()
        self.assertEqual(self.host.docker("wait", name), "0")
        return int(self.said(name).split()[-1])

    def lines(self, folder: str) -> list[int]:
        files = in_order((self.logs / folder).glob("app.log-*")) + [self.logs / folder / "app.log"]
        return [int(line.split()[1]) for path in files for line in text_of(path).replace("\0", "").splitlines()]

    def test_it_is_small_and_holds_nothing_else(self):
        self.assertLess(self.host.inspect("longshore/rotator")["Size"], 5_000_000)
        self.host.docker("create", "--name", "files", "longshore/rotator")
        self.addCleanup(self.host.docker, "rm", "--volumes", "files")
        tar = subprocess.run(self.host.command("export", "files"), capture_output=True, check=True).stdout
        names = subprocess.run(["tar", "--list"], input=tar, capture_output=True, check=True).stdout.decode().split()
        docker_adds = {".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf"}
        self.assertEqual({name for name in names if not name.endswith("/")} - docker_adds,
                         {"rotator", "etc/passwd", "etc/group", "etc/longshore/rotator.yaml"})
        # Of one user it needs neither root nor a capability.
        confined = ["--user", "1000:1000", "--cap-drop", "ALL", "--read-only", "--network", "none", "--security-opt", "no-new-privileges:true"]
        said = self.host.docker("run", "--rm", *confined, "--volume", f"{self.logs}:/logs", "longshore/rotator", "check", "/etc/longshore/rotator.yaml")
        self.assertIn("configuration is good", said)

    def test_a_writer_that_knows_nothing_loses_no_line(self):
        container = self.compose_up("rules:\n  - {paths: ['/logs/*/*.log'], when: never, max_size: 1MiB, keep: -1}\n")
        status = dict(line.split(":\t", 1) for line in
                      Path(f"/proc/{self.host.inspect(container)['State']['Pid']}/status").read_text().splitlines() if ":\t" in line)
        self.assertEqual({bit for bit in range(64) if int(status["CapBnd"], 16) >> bit & 1}, NEEDED)
        self.assertEqual(status["NoNewPrivs"], "1")
        self.writer("web", WRITER)
        wait_until("four archives are there", lambda: len(list((self.logs / "web").glob("app.log-*.zst"))) >= 4, why=lambda: self.said(container))
        written = self.stop_writer("web", "web")
        self.host.docker("stop", container)
        archives = in_order((self.logs / "web").glob("app.log-*.zst"))
        self.assertEqual({path.stat().st_uid for path in archives}, {1000})
        archived = [int(line.split()[1]) for path in archives for line in text_of(path).splitlines()]
        self.assertEqual(archived, list(range(len(archived))))
        # What the archives have not is in the log; a block's rest of what they have may be there too.
        live = [int(line.split()[1]) for line in text_of(self.logs / "web/app.log").replace("\0", "").splitlines() if line.startswith("line ")]
        self.assertEqual(live[live.index(len(archived)):] if len(archived) < written else [], list(range(len(archived), written)))
        self.assertIn("lost=0", self.said(container))
        self.assertNotIn("level=error", self.said(container))

    def test_a_container_by_label_gets_its_signal(self):
        socket = f"      - {self.host.socket}:/var/run/docker.sock\n"
        self.writer("api", REOPENER, "--label", "logs=reopen")
        self.writer("other", "trap 'touch /logs/web/wrong' USR1; while [ ! -e /logs/web/stop ]; do sleep 0.1; done", "--label", "logs=else")
        container = self.compose_up("rules:\n  - {paths: ['/logs/api/*.log'], when: interval, every: 2s, how: rename, "
                                    "signals: [{container: 'label:logs=reopen', signal: USR1}], compress: gzip, keep: -1}\n", socket)
        wait_until("three archives are compressed", lambda: len(list((self.logs / "api").glob("app.log-*.gz"))) >= 3, why=lambda: self.said(container))
        self.host.docker("stop", container)
        written = self.stop_writer("api", "api")
        self.assertEqual(self.lines("api"), list(range(written)))
        self.assertIn("again", self.said("api"))
        self.assertFalse((self.logs / "web/wrong").exists())
        self.assertNotIn("level=error", self.said(container))

    def test_whom_a_killed_rotator_had_paused_goes_on_with_the_next_one(self):
        self.writer("web", WRITER, "--label", "logs=web")
        self.writer("held", "while [ ! -e /logs/web/stop ]; do sleep 0.1; done", "--label", "logs=web")
        self.host.docker("pause", "held")
        state = lambda name: self.host.inspect(name)["State"]["Status"]  # noqa: E731
        config = self.dir / "rotator.yaml"
        config.write_text(f"docker: unix://{self.dir}/docker.sock\nadmin: 127.0.0.1:0\nrules:\n  - {{paths: ['{self.logs}/web/*.log'], "
                          "in_place: pause, signals: [{container: 'label:logs=web'}], when: never, max_size: 1MiB, keep: -1}\n")
        rotator = Process([static_rotator(), "run", config], self.dir / "first.log")
        between = SlowDeath(self.dir / "docker.sock", self.host.socket, "/pause ", rotator.kill)
        self.addCleanup(between.close)
        wait_until("it is killed when it has paused its writer", between.done.is_set, why=rotator.tail)
        self.assertEqual((state("web"), state("held")), ("paused", "paused"))
        rotator = Process([static_rotator(), "run", config], self.dir / "second.log")
        self.addCleanup(rotator.stop)
        wait_until("the writer goes on", lambda: state("web") == "running", why=rotator.tail)
        archives = lambda: list((self.logs / "web").glob("app.log-*.zst"))  # noqa: E731
        wait_until("its log is rotated again", lambda: len(archives()) >= 3, why=rotator.tail)
        self.assertEqual(state("held"), "paused")
        written = self.stop_writer("web", "web")
        self.assertEqual(rotator.stop(), 0)
        self.assertEqual(self.lines("web"), list(range(written)))
        self.assertIn("a rotator that was killed had paused its writers", rotator.tail(100_000))
        self.assertIn("mode=pause", rotator.tail(100_000))

    def test_dockers_own_files_are_refused_with_the_reason(self):
        self.addCleanup(self.host.docker, "rm", "--force", "talker")
        self.host.docker("run", "--name", "talker", "--network", "none", BOX, "sh", "-c", "echo hello")
        path = Path(self.host.inspect("talker")["LogPath"])
        before = path.read_bytes()
        container = self.compose_up("rules:\n  - {paths: ['/containers/*/*.log'], when: never, max_size: 1B}\n",
                                    f"      - {self.host_dir}/data/containers:/containers\n")
        wait_until("it says so", lambda: "refused, for Docker reads and rotates its files itself" in self.said(container), LIMIT)
        self.assertEqual(path.read_bytes(), before)


if __name__ == "__main__":
    inside_namespaces()
    unittest.main()
