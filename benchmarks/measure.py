"""Starts a tool, watches what it costs, and ends it: CPU seconds and peak memory as the kernel accounts them."""
import datetime
import os
import platform
import random
import signal
import socket
import subprocess
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A port of loopback that nobody has now, nor gets by chance: below those that the kernel gives to clients, never one twice."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket(socket.AF_INET, kind) as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in given:
            given.add(port)
            return port


given: set[int] = set()


class Process:
    """One process of ours; its children's CPU time counts once they have ended."""

    def __init__(self, argv: list[str], log: Path, env: dict[str, str] | None = None):
        self.log = log
        self.started = time.monotonic()
        self.child = subprocess.Popen(argv, stdout=open(log, "w"), stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                      env={**os.environ, **(env or {})})

    def alive(self) -> bool:
        return self.child.poll() is None

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(int(f) for f in fields[11:15]) / TICK  # utime, stime, and those of ended children

    def memory(self, key: str) -> float:
        """VmHWM (peak) or VmRSS, in MiB."""
        for line in Path(f"/proc/{self.child.pid}/status").read_text().splitlines():
            if line.startswith(key):
                return int(line.split()[1]) / 1024
        return 0.0

    def wait_port(self, port: int, limit: float = 20) -> float:
        """Seconds from the start until somebody listens on the TCP port."""
        while time.monotonic() - self.started < limit:
            if not self.alive():
                raise RuntimeError(f"{self.child.args[0]} ended: {self.log.read_text()[-2000:]}")
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                return time.monotonic() - self.started
            except OSError:
                time.sleep(0.002)
        raise RuntimeError(f"{self.child.args[0]} does not listen on {port}: {self.log.read_text()[-2000:]}")

    def stop(self, limit: float = 30) -> None:
        if self.alive():
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(limit)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()


def machine() -> str:
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = next(int(line.split()[1]) // 1024 for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    commit = subprocess.run(["git", "-C", Path(__file__).parent, "rev-parse", "--short", "HEAD"], capture_output=True,
                            text=True).stdout.strip()
    return (f"{datetime.date.today()} · commit {commit} · {os.cpu_count()} × {model} · {memory / 1024:.0f} GiB · "
            f"Linux {platform.release()}")


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
