"""Which containers of a component ran on a host from when to when, as Docker tells it while it happens: it remembers only its last 256
events, and each run of a health check is several.
"""
import http.client
import json
import socket
import threading
import time
from urllib.parse import urlencode

from docker_api import UnixConnection
from host import Host


class Running:
    """spans: (host, version, from, to). What runs when the observation ends ends with it."""

    def __init__(self, host: Host, component: str):
        self.host, self.component, self.spans = host, component, []
        self.open: dict[str, tuple[str, float]] = {}
        self.ending, self.listening = threading.Event(), threading.Event()
        self.peer: UnixConnection | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        self.listening.wait(5)

    def end(self) -> list[tuple[str, str, float, float]]:
        self.ending.set()
        if self.peer and self.peer.sock:
            self.peer.sock.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)
        self._close_all()
        return self.spans

    def _run(self) -> None:
        while not self.ending.is_set():
            try:
                self._listen()
            except (OSError, http.client.HTTPException, ValueError, AssertionError, AttributeError):
                pass  # the daemon, or the whole host, has gone
            if not self.ending.is_set():
                self._close_all()  # without live-restore no container outlives its daemon
                time.sleep(0.1)

    def _listen(self) -> None:
        self.peer = UnixConnection(self.host.daemon, None)
        filters = {"type": ["container"], "event": ["start", "die"], "label": [f"longshore.component={self.component}"]}
        self.peer.request("GET", "/v1.41/events?" + urlencode({"filters": json.dumps(filters)}))
        answer = self.peer.getresponse()
        for one in self.host.docker.containers(label=[f"longshore.component={self.component}"]):
            if one["State"]["Running"]:
                self.open.setdefault(one["Id"], ((one["Config"]["Labels"] or {}).get("version", "?"), 0.0))
        self.listening.set()
        while line := answer.readline():
            event = json.loads(line)
            key, at = event["Actor"]["ID"], event["timeNano"] / 1e9
            if event["Action"] == "start":
                self.open[key] = (event["Actor"]["Attributes"].get("version", "?"), at)
            elif key in self.open:
                version, since = self.open.pop(key)
                self.spans.append((self.host.name, version, since, at))

    def _close_all(self) -> None:
        self.spans += [(self.host.name, version, since, time.time()) for version, since in self.open.values()]
        self.open.clear()
