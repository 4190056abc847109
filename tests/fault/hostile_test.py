#!/usr/bin/env python3
"""Hostile clients: memory stays within its bound, and whoever behaves is served meanwhile: its lines are on disk, and
acknowledged, within a second on a machine with nothing else to do."""
import gzip
import os
import random
import resource
import select
import socket
import struct
import time
import unittest
import zlib

from faults import MEMORY, SANITIZED, FaultTest, Load, cpu_seconds, free_port, peak_resident, resident, source, syslog_line, wait_until

HUGE = 4 << 30
CONNECTIONS = 10_000


def patience() -> float:
    """Seconds: one, and what the rest of the machine's work and the sanitizers make of it."""
    return (3 if SANITIZED else 1) * (1 + os.getloadavg()[0] / os.cpu_count())


class Chatter(Load):
    """Writes `block` again and again to a connection, a new one whenever it is closed."""

    def __init__(self, port: int, block: bytes, head: bytes = b""):
        self.port, self.block, self.head, self.sent = port, block, head, 0
        super().__init__()

    def work(self) -> None:
        while connection := self.connect(self.port):
            connection.settimeout(1)
            try:
                connection.sendall(self.head)
                while not self.ending.is_set():
                    self.sent += connection.send(self.block)
            except OSError:
                pass
            connection.close()


class Flood(Load):
    """Datagrams, as fast as they go."""

    def __init__(self, port: int, make):
        self.port, self.make = port, make
        super().__init__()

    def work(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            while not self.ending.is_set():
                for datagram in self.make():
                    out.sendto(datagram, ("127.0.0.1", self.port))


def gelf_chunks(body: bytes, size: int = 8000, count: int | None = None, drop: int = -1) -> list[bytes]:
    """The datagrams of one chunked message; `count`: as announced; `drop`: one that is left out."""
    pieces = [body[i:i + size] for i in range(0, len(body), size)][:128]
    number = os.urandom(8)
    return [b"\x1e\x0f" + number + bytes([i, count or len(pieces)]) + piece for i, piece in enumerate(pieces) if i != drop]


class Hostile(FaultTest):
    def setUp(self):
        super().setUp()
        self.ports = {name: free_port(socket.SOCK_DGRAM if name in ("udp", "gelf_udp") else socket.SOCK_STREAM)
                      for name in ("tcp", "udp", "gelf_tcp", "gelf_udp", "forward")}
        self.into, self.good = self.receiver(), 0
        self.ours = self.shipper(
            "sources:\n"
            f'  - {{type: syslog, name: tcp, listen: "tcp://127.0.0.1:{self.ports["tcp"]}", max_connections: {CONNECTIONS + 100}}}\n'
            f'  - {{type: syslog, name: udp, listen: "udp://127.0.0.1:{self.ports["udp"]}"}}\n'
            f'  - {{type: gelf, name: gelf_tcp, listen: "tcp://127.0.0.1:{self.ports["gelf_tcp"]}"}}\n'
            f'  - {{type: gelf, name: gelf_udp, listen: "udp://127.0.0.1:{self.ports["gelf_udp"]}"}}\n'
            f'  - {{type: forward, name: forward, listen: "tcp://127.0.0.1:{self.ports["forward"]}"}}\n' + self.loggly(self.into))

    def serves(self, seconds: float = 0) -> None:
        """A client that behaves gets lines acknowledged, again and again for so long; the admin address answers."""
        end, worst = time.monotonic() + seconds, 0.0
        with socket.create_connection(("127.0.0.1", self.ports["forward"])) as client:
            while True:
                client.settimeout(patience())
                begin = time.monotonic()
                text = b"seq=%09d" % self.good
                client.sendall(b"\x94\xa3app\xce\x65\x53\xf1\x00\x81\xa3log\xad" + text + b"\x81\xa5chunk\xad" + text)
                try:
                    self.assertEqual(client.recv(100), b"\x81\xa3ack\xad" + text)
                except TimeoutError:
                    self.fail(f"not acknowledged within {client.gettimeout():.1f} s\n{self.ours.status()}\n{self.ours.tail()}")
                self.good += 1
                self.assertIsNotNone(self.ours.get("/healthz"), self.ours.tail())
                worst = max(worst, time.monotonic() - begin)
                if time.monotonic() > end:
                    break
        if seconds:
            print(f"{self._testMethodName}: served within {worst:.2f} s", flush=True)

    def bounded(self, most: int = 2 * MEMORY) -> None:
        """All that it ever took."""
        peak = peak_resident(self.ours)
        print(f"{self._testMethodName}: at most {peak >> 20} MiB", flush=True)
        self.assertLess(peak, most)
        self.assertTrue(self.ours.alive(), self.ours.tail())

    def under(self, *loads: Load, seconds: float = 1, most: int = 2 * MEMORY) -> None:
        try:
            self.serves(seconds)
        finally:
            for load in loads:
                load.stop()
        self.serves()
        self.check_sum(self.ours.status())
        self.bounded(most)
        wait_until("what was acknowledged arrives", lambda: self.into.unique() == self.good, why=lambda: str(self.ours.status()))

    def test_lines_that_never_end(self):
        endless = Chatter(self.ports["tcp"], b"x" * 65536)
        counted = Chatter(self.ports["tcp"], b"x" * 65536, head=b"%d <14>1 - h a - - - " % HUGE)
        without_nul = Chatter(self.ports["gelf_tcp"], b"x" * 65536, head=b'{"version":"1.1","short_message":"')
        self.under(endless, counted, without_nul, seconds=2)
        for load in (endless, counted, without_nul):
            self.assertGreater(load.sent, 8 << 20, "it was read, and thrown away beyond what is kept")

    def test_octet_counts_that_are_none(self):
        with socket.create_connection(("127.0.0.1", self.ports["tcp"])) as client:
            for count in (b"0", b"4294967296", b"18446744073709551616", b"99999999999999999999999999", b"-1", b"1x", b"1e9"):
                client.sendall(count + b" <14>1 - h a - - - text\n")
            client.sendall(syslog_line(self.good))
            self.good += 1
        wait_until("the line behind them arrived", lambda: self.into.unique() == self.good, why=lambda: str(self.ours.status()))
        self.serves()

    def test_gelf_bombs(self):
        bomb = gzip.compress(bytes(256 << 20), 9)[:128 * 8000]
        nested = gzip.compress(b'{"short_message":' + b"[" * (64 << 20))
        self.under(Flood(self.ports["gelf_udp"], lambda: gelf_chunks(bomb)), Flood(self.ports["gelf_udp"], lambda: gelf_chunks(nested)),
                   Flood(self.ports["gelf_udp"], lambda: [zlib.compress(bytes(8 << 20), 9)[:60000]]),
                   Chatter(self.ports["gelf_tcp"], bomb[:60000].replace(b"\0", b"\1") + b"\0"), seconds=3)

    def test_gelf_chunks_that_are_never_complete(self):
        body = os.urandom(128 * 1000)
        self.under(Flood(self.ports["gelf_udp"], lambda: gelf_chunks(body, 1000, 128, drop=5)),
                   Flood(self.ports["gelf_udp"], lambda: [b"\x1e\x0f" + os.urandom(8) + b"\x00\x80" + b"x" * 8000]),
                   Flood(self.ports["gelf_udp"], lambda: [b"\x1e\x0f" + os.urandom(8) + os.urandom(2)]), seconds=3)
        # What can never be completed is counted, once its time is over.
        wait_until("chunks are counted as dropped", lambda: source(self.ours.status(), "gelf_udp")["dropped"].get("gelf_incomplete"),
                   why=lambda: str(self.ours.status()))

    def test_deep_json_and_deep_forward_messages(self):
        deep = b'{"version":"1.1","host":"h","short_message":"m","_x":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
        self.under(Chatter(self.ports["gelf_tcp"], deep + b"\0"),
                   Flood(self.ports["gelf_udp"], lambda: gelf_chunks(gzip.compress(deep))),
                   Chatter(self.ports["forward"], b"\x91" * 65536),                                             # arrays in arrays
                   Chatter(self.ports["forward"], b"\x93\xa3app\xce\x00\x00\x00\x01" + b"\x81\xa1x" * 50_000),  # maps in maps
                   seconds=2)

    def test_forward_bombs(self):
        packed = zlib.compress(bytes(256 << 20), 9)
        self.under(Chatter(self.ports["forward"], b"\xdd\xff\xff\xff\xff"),                                     # 4 Gi elements
                   Chatter(self.ports["forward"], b"x" * 65536, head=b"\x92\xa3app\xc6\xff\xff\xff\xff"),       # 4 GiB of bytes
                   Chatter(self.ports["forward"], b"x" * 65536, head=b"\x92\xdb\xff\xff\xff\xff"),              # a tag of 4 GiB
                   Chatter(self.ports["forward"], b"\x93\xa3app\xc6" + struct.pack(">I", len(packed)) + packed
                           + b"\x81\xaacompressed\xa4gzip"), seconds=3, most=3 * MEMORY)  # a message may inflate to 64 MiB

    def test_slow_senders_and_slow_readers_of_the_admin_address(self):
        host, port = self.ours.admin.split(":")
        held = []
        for i in range(400):  # more than it takes at a time
            connection = socket.create_connection((host, int(port)))
            self.addCleanup(connection.close)
            connection.sendall(b"GET /status HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            held.append(connection)
            slow = socket.create_connection(("127.0.0.1", self.ports["tcp"]))
            self.addCleanup(slow.close)
            held.append(slow)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            for connection in held:
                try:
                    connection.send(b"x")
                except OSError:
                    pass
            self.serves()
        self.assertLess(self.ours.log.read_text().count("\n"), 50, "it fills its log")
        self.bounded()

    def test_ten_thousand_connections_with_half_a_message_each(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.assertGreater(hard, CONNECTIONS + 1000, "raise the limit of descriptors")
        before, connections = resident(self.ours), []
        self.addCleanup(lambda: [connection.close() for connection in connections])
        for i in range(CONNECTIONS):
            connection = socket.create_connection(("127.0.0.1", self.ports["tcp"]), source_address=(f"127.0.0.{2 + i % 100}", 0))
            connection.sendall(b"<14>1 - h a - - - half a message ")
            connections.append(connection)
            if i % 1000 == 0:
                self.serves()
        wait_until("all are taken", lambda: source(self.ours.status(), "tcp")["gauges"]["connections"] == CONNECTIONS, why=lambda: str(self.ours.status()))
        self.serves(1)
        cost = (resident(self.ours) - before) / CONNECTIONS
        print(f"{cost:.0f} bytes a connection", flush=True)
        cpu = cpu_seconds(self.ours)
        time.sleep(1)
        self.assertLess(cpu_seconds(self.ours) - cpu, 0.2, "connections that do nothing cost time")
        for number, connection in enumerate(connections):
            connection.sendall(b"and the rest, seq=%d\n" % (1_000_000 + number))
        wait_until("every message arrived whole", lambda: self.into.unique() == self.good + CONNECTIONS, why=lambda: str(self.ours.status()))
        self.serves()
        self.bounded()

    def test_random_bytes_on_every_port(self):
        seed = time.time_ns()
        print(f"seed {seed}", flush=True)
        chaos = random.Random(seed)
        starts = [b"", b"<", b"<14>1 ", b"100 <14>", b"\x1e\x0f", b"\x1f\x8b\x08\x00", b"\x78\x9c", b"\x93\xa3app", b"\x92\xa1x\xc6",
                  b'{"version":"1.1",', b"GET /tap?q=", b"PUT / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"\x16\x03\x01"]

        def block() -> bytes:
            return chaos.choice(starts) + chaos.randbytes(chaos.randrange(1, 3000)) + chaos.choice([b"", b"\n", b"\0", b"\r\n\r\n"])
        host, admin = self.ours.admin.split(":")
        end, connections = time.monotonic() + 5, {}
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            while time.monotonic() < end:
                for _ in range(200):
                    for name in ("udp", "gelf_udp"):
                        datagrams.sendto(block(), ("127.0.0.1", self.ports[name]))
                    port = chaos.choice([self.ports["tcp"], self.ports["gelf_tcp"], self.ports["forward"], int(admin)])
                    if port not in connections:
                        connections[port] = socket.create_connection((host, port))
                        connections[port].setblocking(False)
                    try:
                        connections[port].send(block())
                        while select.select([connections[port]], [], [], 0)[0]:
                            if not connections[port].recv(65536):
                                raise ConnectionError
                    except BlockingIOError:
                        pass
                    except OSError:
                        connections.pop(port).close()
                self.assertTrue(self.ours.alive(), self.ours.tail())
                self.assertIsNotNone(self.ours.get("/healthz"))
        for connection in connections.values():
            connection.close()
        status = self.settled(self.ours)
        self.assertGreater(sum(s["received"] for s in status["sources"]), 1000)
        self.into.forget()
        self.good = 0
        self.serves()
        self.bounded()


if __name__ == "__main__":
    unittest.main()
