#!/usr/bin/env python3
"""kill -9 of shipper again and again under load: nothing is lost that a sender may rely on, and little comes twice.

What a sender may rely on:
- Forward: what was acknowledged. What was not, it sends again.
- Files: every line that was written, since a file waits; it reaches the spool exactly once.
- Syslog over TCP has no acknowledgement. What shipper has read and not yet written dies with it, and so does what waits in
  the kernel. So: of each connection a prefix arrives, without holes; at least what /status counted as spooled; once in the
  spool.
What the sink had taken since its cursor was last saved (200 ms) it gets again, in all three.
"""
import random
import re
import select
import socket
import struct
import time
import unittest

from faults import FaultTest, Load, Process, Shipper, free_port, numbers_of, syslog_line, wait_until

KILLS = 50
FIRST = 1  # the sequence number of the first event


class TcpSender(Load):
    """Numbered lines over one connection after the other. What a broken connection took is not sent again."""

    def __init__(self, port: int):
        self.port, self.next = port, 0
        self.begins: list[int] = []  # the first number of each connection
        super().__init__()

    def work(self) -> None:
        while connection := self.connect(self.port):
            self.begins.append(self.next)
            try:
                while not self.ending.is_set():
                    block = b"".join(syslog_line(self.next + i) for i in range(32))
                    self.next += 32
                    connection.sendall(block)
                    time.sleep(0.002)
            except OSError:
                pass
            connection.close()


class ForwardSender(Load):
    """Chunks of lines that ask for an acknowledgement; what has none is sent again on the next connection."""
    LINES, WINDOW = 20, 16

    def __init__(self, port: int):
        self.port, self.chunks, self.in_flight = port, 0, {}
        super().__init__()

    def chunk(self, number: int) -> bytes:
        def text(value: bytes) -> bytes:
            return b"\xd9" + struct.pack("B", len(value)) + value
        entries = b"".join(b"\x92" + b"\xce" + struct.pack(">I", 1700000000) + b"\x81" + text(b"log")
                           + text(b"seq=%09d" % (number * self.LINES + i)) for i in range(self.LINES))
        return b"\x93" + text(b"app") + b"\xdc" + struct.pack(">H", self.LINES) + entries + b"\x81" + text(b"chunk") + text(b"%08d" % number)

    def work(self) -> None:
        while not self.ending.is_set() or self.in_flight:
            if connection := self.connect_even_at_the_end():
                try:
                    self.serve(connection)
                except OSError:
                    pass
                connection.close()

    def connect_even_at_the_end(self):
        try:
            return socket.create_connection(("127.0.0.1", self.port), timeout=5)
        except OSError:
            time.sleep(0.005)
            return None

    def serve(self, connection: socket.socket) -> None:
        answers = b""
        for message in self.in_flight.values():
            connection.sendall(message)
        while not self.ending.is_set() or self.in_flight:
            while len(self.in_flight) < self.WINDOW and not self.ending.is_set():
                message = self.in_flight[self.chunks] = self.chunk(self.chunks)
                self.chunks += 1
                connection.sendall(message)
            if not select.select([connection], [], [], 0.1)[0]:
                continue
            if not (more := connection.recv(65536)):
                return
            answers += more
            for match in re.finditer(rb"\x81\xa3ack(?:\xa8|\xd9\x08)(\d{8})", answers):
                self.in_flight.pop(int(match[1]), None)
                rest = match.end()
            answers = answers[rest:] if b"ack" in answers else answers


class FileWriter(Load):
    """Numbered lines into two files: one is rotated by rename, one by copytruncate, which its writer waits for."""

    def __init__(self, folder):
        self.folder, self.written, self.rotations, self.may_rotate = folder, 0, 0, False
        self.renamed, self.truncated = folder / "renamed.log", folder / "truncated.log"
        super().__init__()

    def work(self) -> None:
        out = {path: open(path, "ab", buffering=0) for path in (self.renamed, self.truncated)}
        while not self.ending.is_set():
            for file in out.values():
                file.write(b"".join(b"a line of a file, seq=%09d\n" % (self.written + i) for i in range(16)))
                self.written += 16
            if self.may_rotate:
                self.may_rotate = False
                self.rotations += 1
                self.renamed.rename(f"{self.renamed}.{self.rotations}")
                out[self.renamed].write(b"the last of the old file, seq=%09d\n" % self.written)
                self.written += 1
                out[self.renamed].close()
                out[self.renamed] = open(self.renamed, "ab", buffering=0)
                (self.folder / f"truncated.log.{self.rotations}").write_bytes(self.truncated.read_bytes())
                out[self.truncated].truncate(0)
            time.sleep(0.002)
        for file in out.values():
            file.close()


class Kills(FaultTest):
    def setUp(self):
        super().setUp()
        self.random = random.Random(time.time_ns())
        self.into = self.receiver()

    def start_shipper(self, source: str) -> Shipper:
        return self.shipper(f"spool: {{segment_size: 256KiB}}\nsources:\n  - {source}\n" + self.loggly(self.into, retry_min="50ms"))

    def lives(self, ours: Shipper, look=lambda status: None) -> None:
        """Kills it KILLS times. A life is 50 to 400 ms from when it is ready; one in three from its exec, so that kills hit the
        recovery too. look(status) sees a status from just before each kill."""
        for life in range(KILLS):
            if life % 3:
                wait_until("it is ready again", lambda: ours.get("/readyz"), why=ours.tail)
            time.sleep(self.random.uniform(0.05, 0.4))
            status = ours.status() if life % 3 else {}
            self.check_sum(status)
            if status:
                look(status)
            self.assertTrue(ours.alive(), ours.tail())
            ours.kill()
            Process.start(ours)
        wait_until("it is ready again", lambda: ours.get("/readyz"), why=ours.tail)

    def all_delivered(self, ours: Shipper) -> tuple[int, list[int]]:
        """How many lines ever reached the spool, and the numbers that arrived."""
        spooled = self.settled(ours)["spool"]
        self.assertEqual((spooled["corrupt_blocks"], spooled["lost_events"]), (0, 0))
        self.assertEqual(ours.stop(), 0)
        return spooled["next_seq"] - FIRST, numbers_of(self.into)

    def tell(self, what: str, arrived: list[int], more: str) -> None:
        twice = len(arrived) - len(set(arrived))
        print(f"{what}: {KILLS} kills, {len(set(arrived))} lines, {twice} of them came again; {more}", flush=True)
        # A cursor is saved every 200 ms, a life lasts 50 to 400: about as much comes again as is new, on a busy machine somewhat more
        # (1.2 times was seen). If none were saved, each life would begin anew, and it would be many times as much.
        self.assertLess(twice, 2 * len(set(arrived)), "cursors are not saved")

    def test_of_each_tcp_connection_a_prefix_arrives_that_holds_all_that_was_confirmed(self):
        port = free_port()
        ours = self.start_shipper(f'{{type: syslog, listen: "tcp://127.0.0.1:{port}"}}')
        sender, confirmed = TcpSender(port), {}

        def look(status: dict) -> None:
            if status["spooled_events"]:  # all of this life, which has one connection: the last
                confirmed[len(sender.begins) - 1] = status["spooled_events"]
        self.lives(ours, look)
        sender.stop()
        spooled, arrived = self.all_delivered(ours)
        self.assertGreater(len(confirmed), KILLS // 3)
        self.assertEqual(len(set(arrived)), spooled, "what is in the spool is there once, and arrives")
        unique, lost = set(arrived), 0
        for index, first in enumerate(sender.begins):
            end = (sender.begins[index + 1:] or [sender.next])[0]
            count = sum(1 for number in range(first, end) if number in unique)
            self.assertEqual([n for n in range(first, first + count) if n not in unique][:5], [], "a hole")
            self.assertGreaterEqual(count, confirmed.get(index, 0), "confirmed, and lost")
            lost += end - first - count
        self.assertIn(sender.next - 1, unique, "the last connection was not killed: all of it arrives")
        self.tell("tcp", arrived, f"{lost} were never confirmed and died with a connection")

    def test_every_acknowledged_forward_chunk_arrives(self):
        port = free_port()
        ours = self.start_shipper(f'{{type: forward, listen: "tcp://127.0.0.1:{port}"}}')
        sender = ForwardSender(port)
        self.lives(ours)
        sender.stop()  # when all is acknowledged; what was is never sent again
        spooled, arrived = self.all_delivered(ours)
        self.each_arrived(arrived, sender.chunks * sender.LINES)
        again = spooled - sender.chunks * sender.LINES
        self.assertGreaterEqual(again, 0)
        self.assertLessEqual(again, KILLS * sender.WINDOW * sender.LINES, "more twice in the spool than was in flight")
        self.tell("forward", arrived, f"{again} were sent again for want of an acknowledgement")

    def test_every_line_of_rotated_files_reaches_the_spool_exactly_once(self):
        logs = self.dir / "logs"
        logs.mkdir()
        ours = self.start_shipper(f'{{type: file, paths: ["{logs}/*.log"], start: beginning, poll_interval: 50ms}}')
        writer, looks = FileWriter(logs), 0

        def look(_status: dict) -> None:
            # Of what was rotated twice while nobody looked the first is not to be found: a few lives between two rotations.
            nonlocal looks
            looks += 1
            writer.may_rotate = writer.may_rotate or looks % 4 == 0
        self.lives(ours, look)
        writer.stop()
        wait_until("all is read", lambda: ours.status()["spool"]["next_seq"] - FIRST >= writer.written, why=lambda: f"{ours.status()} of {writer.written}")
        spooled, arrived = self.all_delivered(ours)
        self.assertGreater(writer.rotations, 4)
        self.assertEqual(spooled, writer.written)
        self.each_arrived(arrived, writer.written)
        self.tell("files", arrived, f"{writer.rotations} rotations of each kind")


if __name__ == "__main__":
    unittest.main()
