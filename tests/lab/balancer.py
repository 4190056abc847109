"""A machine with a real HAProxy: web at port 80, CSV statistics over HTTP at 8404, its runtime API at 9999 and at a unix socket."""
import csv
import io
import os
import re
import signal
import socket
from pathlib import Path

from harness import ROOT, need, wait_until
from machine import Machine

STATISTICS, RUNTIME = 8404, 9999
APPLICATION, HEALTH = 8080, 8079  # on the hosts: what is served, and what tells whether it may be

def configuration(folder: Path, hosts: list, asked: int) -> str:
    """containers/haproxy/haproxy.cfg as users have it, with the lab's servers, and checks that are quick enough for many rollouts."""
    text = (ROOT / "containers/haproxy/haproxy.cfg").read_text()
    servers = "\n".join(f"    server {host.name} {host.address}:{APPLICATION} cookie {host.name}" for host in hosts)
    for pattern, replacement in (
            (r"stats socket \S+ mode 660", f"log stdout format raw local0\n    hard-stop-after 30s\n"
             f"    stats socket ipv4@0.0.0.0:{RUNTIME} level admin\n    stats socket {folder}/haproxy.sock mode 600"),
            (r"(?m)^    mode http$", "    mode http\n    log global\n    option httplog\n    option dontlog-normal\n    timeout tunnel 1h"),
            (r"inter 1s fastinter 200ms downinter 500ms (.*) slowstart 5s check port 8080",
             rf"inter 300ms fastinter 100ms downinter 200ms \1 check port {asked}"),
            (r"(?m)(^    server node\d .*\n)+", f"    http-response set-header X-Server %s\n{servers}\n"),
            (r"# server-state-file \S+", f"server-state-file {folder}/states"),
            (r"# (load-server-state-from-file global)", r"\1"),
            (r"bind 127.0.0.1:8404", f"bind :{STATISTICS}")):
        text, count = re.subn(pattern, replacement, text)
        if count != 1:
            raise AssertionError(f"containers/haproxy/haproxy.cfg has no single {pattern!r} any more: the lab must follow it")
    return text


class Balancer(Machine):
    def __init__(self, lab: Path, name: str, address: str):
        super().__init__(lab, name, address)
        self.socket = self.folder / "haproxy.sock"

    def configure(self, hosts: list, asked: int = HEALTH) -> bool:
        """`asked`: the port of each host that is asked whether the host is healthy. Whether anything has changed."""
        file, text = self.folder / "haproxy.cfg", configuration(self.folder, hosts, asked)
        changed = not file.exists() or file.read_text() != text
        file.write_text(text)
        return changed

    def start(self, hosts: list, asked: int = HEALTH) -> None:
        self.configure(hosts, asked)
        (self.folder / "states").write_text("1\n")  # none yet
        # -W: a master that takes up new configuration by SIGUSR2, handing the listening sockets to the new worker
        self.serve("haproxy", need("haproxy", "haproxy"), "-W", "-db", "-f", self.folder / "haproxy.cfg")
        wait_until(f"HAProxy on {self.name} answers", self.alive, 20, lambda: self.tail("haproxy"))

    def alive(self) -> bool:
        try:
            return bool(self.ask("show info"))
        except OSError:
            return False

    def reload(self) -> None:
        """As `systemctl reload haproxy`: a new worker takes over, the old one finishes what it has."""
        before = self._worker()
        (self.folder / "states").write_text(self.ask("show servers state"))
        os.kill(self.service("haproxy"), signal.SIGUSR2)
        wait_until(f"{self.name} has a new worker", lambda: self._worker() not in (None, before), 20, lambda: self.tail("haproxy"))

    def _worker(self) -> str | None:
        try:
            return next((line for line in self.ask("show info").splitlines() if line.startswith("Pid:")), None)
        except OSError:
            return None

    def ask(self, command: str) -> str:
        """Through the unix socket: it works whatever the network does."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
            peer.settimeout(5)
            peer.connect(str(self.socket))
            peer.sendall(command.encode() + b"\n")
            return b"".join(iter(lambda: peer.recv(65536), b"")).decode()

    def servers(self, backend: str = "web") -> dict[str, dict[str, str]]:
        """A row of `show stat` for each server of the backend."""
        rows = csv.DictReader(io.StringIO(self.ask("show stat").removeprefix("# ")))
        return {row["svname"]: row for row in rows if row["pxname"] == backend and row["svname"] not in ("FRONTEND", "BACKEND")}
