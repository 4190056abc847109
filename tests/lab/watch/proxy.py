"""Stands between everybody and each host's Docker: notes every call that changes something, with what the load balancers said of
the host in that moment, and can kill the deployer right before such a call or right after its answer.
"""
import dataclasses
import os
import re
import select
import signal
import socket
import threading
import time
from urllib.parse import unquote

READS = ("GET", "HEAD")


@dataclasses.dataclass
class Call:
    number: int
    at: float
    host: str
    method: str
    target: str
    container: dict | None  # as inspected just before, where the call names one
    balancers: dict[str, tuple[str, int]]  # balancer → status and sessions of the host's server
    status: int = 0  # of the answer; 0: there was none
    answered: float = 0

    def is_(self, what: str) -> bool:
        """what: 'stop', 'start', 'kill', 'rename', … of a container, or 'create'."""
        return bool(re.search(rf"/containers/(?:[^/]+/)?{what}(\?|$)", self.target))

    def label(self, name: str) -> str:
        return ((self.container or {}).get("Config", {}).get("Labels") or {}).get(f"longshore.{name}", "")

    def text(self) -> str:
        name = (self.container or {}).get("Name", "").lstrip("/")
        return f"#{self.number} {self.host} {self.method} {re.sub(r'[0-9a-f]{64}', lambda m: m[0][:12], self.target)} {name} → {self.status}"


@dataclasses.dataclass
class Kill:
    """Of the process that `pid()` names, at the n-th call that changes something."""
    number: int
    when: str  # "before" or "after"
    pid: object
    done: bool = False
    call: Call | None = None


class Watch:
    def __init__(self, lab):
        self.lab, self.calls, self.kill = lab, [], None
        self.before = []  # functions that are told of a Call before it is forwarded
        self.lock, self.listeners = threading.Lock(), []

    def __enter__(self):
        for host in self.lab.hosts:
            host.socket.unlink(missing_ok=True)
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.bind(str(host.socket))
            listener.listen(64)
            self.listeners.append(listener)
            threading.Thread(target=self._accept, args=(host, listener), daemon=True).start()
        return self

    def __exit__(self, *_):
        for host, listener in zip(self.lab.hosts, self.listeners):
            host.direct()
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def since(self, number: int) -> list[Call]:
        with self.lock:
            return self.calls[number:]

    def _accept(self, host, listener) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(host, client), daemon=True).start()

    def _serve(self, host, client) -> None:
        daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            daemon.connect(str(host.daemon))
            requests, answers = client.makefile("rb"), daemon.makefile("rb")
            while True:
                head = read_head(requests)
                if not head:
                    return
                method, target = head.split(b" ", 2)[:2]
                call = None if method.decode() in READS else self._note(host, method.decode(), target.decode())
                self._killing(call, "before")
                daemon.sendall(head)
                forward_body(head, requests, daemon.sendall)
                if not self._answer(call, method, answers, client, daemon):
                    return
        except (OSError, ValueError):
            return  # either side went away; the other notices
        finally:
            for end in (client, daemon):
                end.close()

    def _answer(self, call, method, answers, client, daemon) -> bool:
        while True:
            head = read_head(answers)
            if not head:
                return False
            status = int(head.split(b" ", 2)[1])
            if call and status >= 200:
                call.status, call.answered = status, time.time()
            if status == 101:
                client.sendall(head)
                relay(client, daemon, answers)
                return False
            body = []
            sink = body.append if call and self._kills(call, "after") else client.sendall
            sink(head)
            if status >= 200:
                more = True
                if method != b"HEAD" and status not in (204, 304):
                    more = forward_body(head, answers, sink, to_the_end=True)
                self._killing(call, "after")  # the daemon is done, and the deployer has not heard of it
                return more

    def _note(self, host, method: str, target: str) -> Call:
        path = re.sub(r"^/v[0-9.]+", "", target)
        named = re.match(r"/containers/([^/?]+)", path)
        container = None
        if named and named[1] not in ("create", "prune"):
            container = host.docker.inspect(unquote(named[1]))
        states = {}
        for balancer in self.lab.balancers:
            try:
                row = balancer.servers().get(host.name)
                if row:
                    states[balancer.name] = (row["status"], int(row["scur"]) + int(row["qcur"] or 0))
            except OSError:
                pass  # it is off, or being reloaded
        with self.lock:
            call = Call(len(self.calls) + 1, time.time(), host.name, method, path, container, states)
            self.calls.append(call)
        for told in self.before:
            told(call)
        return call

    def _kills(self, call: Call, when: str) -> bool:
        kill = self.kill
        return bool(kill and not kill.done and kill.number == call.number and kill.when == when)

    def _killing(self, call: Call | None, when: str) -> None:
        if call and self._kills(call, when):
            self.kill.done, self.kill.call = True, call
            os.kill(self.kill.pid(), signal.SIGKILL)
            raise OSError("the one who called is dead")


def read_head(source) -> bytes:
    lines = []
    while True:
        line = source.readline(65536)
        if not line:
            return b""
        lines.append(line)
        if line == b"\r\n":
            return b"".join(lines)


def forward_body(head: bytes, source, sink, to_the_end: bool = False) -> bool:
    """What follows the head, as it comes. False: it went on to the end of the connection."""
    fields = {name.strip().lower(): value.strip().lower() for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])}
    if b"chunked" in fields.get(b"transfer-encoding", b""):
        while True:
            line = source.readline(1024)
            size = int(line.split(b";")[0], 16)
            sink(line + read_exactly(source, size + 2))  # with the line end behind it
            if size == 0:
                return True
    if b"content-length" in fields:
        left = int(fields[b"content-length"])
        while left:
            part = read_exactly(source, min(left, 65536))
            sink(part)
            left -= len(part)
        return True
    while to_the_end and (part := source.read1(65536)):
        sink(part)
    return not to_the_end


def read_exactly(source, size: int) -> bytes:
    data = source.read(size)
    if len(data) < size:
        raise ValueError("cut short")
    return data


def relay(client, daemon, buffered) -> None:
    """A connection that was upgraded: bytes both ways until one side ends."""
    if rest := buffered.peek():
        client.sendall(buffered.read(len(rest)))
    while True:
        for ready in select.select([client, daemon], [], [])[0]:
            data = ready.recv(65536)
            if not data:
                return
            (daemon if ready is client else client).sendall(data)
