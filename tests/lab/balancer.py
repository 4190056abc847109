"""A machine with a real HAProxy: web at port 80, CSV statistics over HTTP at 8404, its runtime API at 9999 and at a unix socket."""
import csv
import io
import os
import signal
import socket
from pathlib import Path

from harness import need, wait_until
from machine import Machine

WEB, STATISTICS, RUNTIME = 80, 8404, 9999
APPLICATION, HEALTH = 8080, 8079  # on the hosts: what is served, and what tells whether it may be

CONFIGURATION = """\
global
  stats socket {folder}/haproxy.sock mode 600 level admin expose-fd listeners
  stats socket ipv4@0.0.0.0:{runtime} level admin
  log stdout format raw local0
  hard-stop-after 30s

defaults
  mode http
  log global
  option httplog
  option dontlog-normal
  option redispatch
  retries 2
  timeout connect 1s
  timeout client 20s
  timeout server 20s
  timeout http-keep-alive 20s
  timeout tunnel 1h
  timeout check 1s

frontend web
  bind 0.0.0.0:{web}
  default_backend web

backend web
  balance roundrobin
  cookie SRV
  http-response set-header X-Server %s
  option httpchk GET /health
  http-check disable-on-404
  default-server inter 300ms fastinter 100ms downinter 200ms fall 2 rise 2 check port {health}
{servers}

frontend statistics
  bind 0.0.0.0:{statistics}
  stats enable
  stats uri /stats
"""


class Balancer(Machine):
    def __init__(self, lab: Path, name: str, address: str):
        super().__init__(lab, name, address)
        self.socket = self.folder / "haproxy.sock"

    def start(self, hosts: list, asked: int = HEALTH) -> None:
        """`asked`: the port of each host that is asked whether the host is healthy."""
        servers = "\n".join(f"  server {host.name} {host.address}:{APPLICATION} cookie {host.name}" for host in hosts)
        (self.folder / "haproxy.cfg").write_text(CONFIGURATION.format(
            folder=self.folder, servers=servers, web=WEB, statistics=STATISTICS, runtime=RUNTIME, health=asked))
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
