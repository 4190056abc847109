#!/usr/bin/env python3
"""containers/health as it stands: the image is small and confined, needs no root; drained by signal and by command, over restarts;
and with the Docker socket it follows the health of a container beside it."""
import os
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from docker_host import DockerHost, inside_namespaces
from harness import BIN, ROOT, need, run, wait_until

BOX = "local/box:1"
# Healthy as long as there is the file /well.
PATIENT = ["--health-cmd", "test -e /well", "--health-interval", "300ms", "--health-retries", "1", BOX, "sh", "-c",
           "touch /well; while :; do sleep 1; done"]


def static_health() -> Path:
    for path in (BIN / "health", ROOT / "build/release/bin/health"):
        if path.exists() and b"/ld-linux" not in path.read_bytes()[:4096]:
            return path
    raise AssertionError("no static health: cmake --preset release && cmake --build --preset release --target health")


def ask() -> int:
    try:
        with urllib.request.urlopen("http://127.0.0.1:8080/health", timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class HealthDocker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host_dir = Path(tempfile.mkdtemp(prefix="ls-"))
        cls.addClassCleanup(shutil.rmtree, cls.host_dir, ignore_errors=True)
        cls.host = DockerHost(cls.host_dir)
        cls.addClassCleanup(cls.host.stop)
        cls.host.import_busybox(BOX)
        cls.environment = {**os.environ, "DOCKER_HOST": f"unix://{cls.host.socket}", "HOME": str(cls.host_dir)}
        run(ROOT / "containers/health/build-image", env={**cls.environment, "HEALTH": str(static_health())})

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ls-health-")
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)
        self.dir.chmod(0o755)

    def compose_up(self, config: str = "", more: str = "") -> str:
        mount = f"    volumes: ['{self.dir}/health.yaml:/etc/longshore/health.yaml:ro', '{self.host.socket}:/var/run/docker.sock']\n" if config else ""
        (self.dir / "health.yaml").write_text(config)
        (self.dir / "override.yaml").write_text(f"services:\n  health:\n    healthcheck: {{interval: 500ms}}\n{mount}{more}")
        words = [need("docker-compose", "docker-compose"), "--ansi", "never", "--project-name", "test", "--file",
                 ROOT / "containers/health/compose.yaml", "--file", self.dir / "override.yaml"]
        self.addCleanup(run, *words, "down", "--volumes", limit=60, env=self.environment)
        run(*words, "up", "--detach", limit=60, env=self.environment)
        self.container = run(*words, "ps", "--quiet", "health", env=self.environment).strip()
        self.answers(200)
        return self.container

    def said(self) -> str:
        return subprocess.run(self.host.command("logs", self.container), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False).stdout

    def answers(self, status: int) -> None:
        wait_until(f"it answers {status}", lambda: ask() == status, 30, lambda: f"it answers {ask()}\n{self.said()}")

    def test_it_is_small_and_confined(self):
        self.assertLess(self.host.inspect("longshore/health")["Size"], 5_000_000)
        container = self.compose_up()
        wait_until("it is healthy", lambda: self.host.inspect(container)["State"]["Health"]["Status"] == "healthy", why=self.said)
        status = dict(line.split(":\t", 1) for line in
                      Path(f"/proc/{self.host.inspect(container)['State']['Pid']}/status").read_text().splitlines() if ":\t" in line)
        self.assertEqual((int(status["CapBnd"], 16), status["NoNewPrivs"], status["Uid"].split()[0]), (0, "1", "65532"))

    def test_drained_by_signal_and_by_command_and_over_restarts(self):
        container = self.compose_up()
        self.host.docker("kill", "--signal", "SIGUSR1", container)  # as deployer does through the API
        self.answers(404)
        self.host.docker("restart", container)
        self.answers(404)
        self.host.docker("kill", container)
        self.host.docker("start", container)
        self.answers(404)
        self.host.docker("kill", "--signal", "SIGUSR2", container)
        self.answers(200)
        self.host.docker("exec", container, "/health", "drain")
        self.assertEqual(ask(), 404)
        self.assertIn("in: there are no checks", self.host.docker("exec", container, "/health", "ready", "--wait", "5s"))
        begun = time.monotonic()
        self.host.docker("stop", container)
        self.assertLess(time.monotonic() - begun, 8)  # lame_duck, and not the ten seconds after which it is killed
        self.assertEqual(self.host.inspect(container)["State"]["ExitCode"], 0)
        self.host.docker("start", container)
        self.answers(200)

    def test_it_follows_the_health_of_a_container(self):
        self.host.docker("run", "--detach", "--name", "web", "--network", "none", "--label", "longshore.component=web", *PATIENT)
        self.addCleanup(self.host.docker, "rm", "--force", "web")
        group = os.stat(self.host.socket).st_gid
        container = self.compose_up(
            "state_file: /var/lib/longshore/health/state\nlame_duck: 0s\n"
            "containers: [{container: 'label:longshore.component=web', interval: 300ms}, {container: web, interval: 300ms, fall: 1}]\n",
            f"    group_add: ['{group}']\n")
        self.host.docker("exec", "web", "rm", "/well")
        self.answers(503)
        self.assertIn("container web is unhealthy", self.host.docker("exec", container, "/health", "status"))
        self.host.docker("exec", "web", "touch", "/well")
        self.answers(200)
        self.host.docker("stop", "--time", "0", "web")
        self.answers(503)
        self.host.docker("start", "web")
        self.answers(200)


if __name__ == "__main__":
    inside_namespaces()
    unittest.main()
