"""One stretch of time with everything watched: calls, load balancers, clients, containers; and the evidence of it afterwards."""
import dataclasses
import http.client
import threading
import time
from pathlib import Path

import balancer
from watch.events import Running
from watch.proxy import Watch
from watch.sampler import Sampler
from watch.traffic import Traffic


@dataclasses.dataclass
class Ready:
    """What a node was like when it was told to come in."""
    at: float
    host: str
    status: int        # of /health, asked by ourselves
    version: str       # that it says it is
    label: str         # that its active container was made of
    docker: str        # Docker's health of it


class Observation:
    """with Observation(lab) as seen: …; afterwards everything about it."""

    def __init__(self, lab, *traffic_options):
        self.lab, self.options = lab, traffic_options
        self.folder = Path(lab.folder) / "observations" / f"{time.time():.0f}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.watch, self.sampler = Watch(lab), Sampler(lab)
        self.ready: list[Ready] = []
        self.leaked: list[str] = []  # command lines that held the secret
        self.summary: dict = {}
        self.failures: list[dict] = []
        self.spans: list[tuple[str, str, float, float]] = []  # host, version, from, to: when containers of it ran
        self.lock = threading.Lock()

    def __enter__(self):
        self.before = {host.name: identities(host) for host in self.lab.hosts if reachable(host)}
        self.running = [Running(host, "web") for host in self.lab.hosts]
        self.began = time.time()
        self.watch.__enter__()
        self.watch.before.append(self._look)
        self.sampler.__enter__()
        self.traffic = Traffic(self.lab, self.folder, *self.options)
        time.sleep(0.5)
        return self

    def __exit__(self, kind, *_):
        time.sleep(0 if kind else 0.5)
        self.summary = self.traffic.stop()
        self.failures = self.traffic.failures()
        self.sampler.__exit__()
        self.watch.__exit__()
        self.ended = time.time()
        self.after = {host.name: identities(host) for host in self.lab.hosts if reachable(host)}
        self.spans = [span for running in self.running for span in running.end()]

    @property
    def calls(self):
        return self.watch.calls

    def _look(self, call) -> None:
        """In the moment of a call: a node that is told to come in, and every command line on this machine."""
        if call.is_("kill") and "SIGUSR2" in call.target:
            host = self.lab.machine(call.host)
            status, version = ask(host.address, "/health")
            active = host.docker.inspect("web") or {}
            labels = active.get("Config", {}).get("Labels") or {}
            with self.lock:
                self.ready.append(Ready(call.at, call.host, status, version, labels.get("version", ""),
                                        active.get("State", {}).get("Health", {}).get("Status", "")))
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes()
            except OSError:
                continue
            if self.lab.password.encode() in line:
                self.leaked.append(line.replace(b"\0", b" ").decode(errors="replace"))


def identities(host) -> list[tuple[str, str, str, bool]]:
    """Of the component's containers: id, StartedAt, version, whether it runs."""
    return [(one["Id"], one["State"]["StartedAt"], (one["Config"]["Labels"] or {}).get("version", "?"), one["State"]["Running"])
            for one in host.docker.containers(label=["longshore.component=web"])]


def reachable(host) -> bool:
    return bool(host.pid()) and host.docker.alive()


def ask(address: str, path: str) -> tuple[int, str]:
    """Status and X-Version of the service itself, without a load balancer; (0, '') if it does not answer."""
    connection = http.client.HTTPConnection(address, balancer.APPLICATION, timeout=2)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("X-Version", "")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()
