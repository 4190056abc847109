#!/usr/bin/env python3
"""A disk that is full, used up as far as allowed, read-only, or a host without descriptors: shipper stays, who can wait waits,
what cannot is counted, and when there is room again all goes on by itself. Mounts a small tmpfs: needs root."""
import socket
import subprocess
import time
import unittest
from pathlib import Path

from faults import (BIN, FaultTest, Load, Process, Shipper, cpu_seconds, free_port, need, numbers_of, resident, run, source, syslog_line,
                    wait_until)

PADDING = "x" * 1000
LINES = 40_000  # 43 MB: more than the small disk, shipper's memory and the kernel's buffers hold together
DEAD_SINK = {"retry_min": "50ms", "retry_max": "200ms"}


class Sender(Load):
    """LINES numbered lines over one TCP connection, as fast as they are taken."""

    def __init__(self, port: int):
        self.port, self.sent = port, 0
        super().__init__()

    def work(self) -> None:
        with self.connect(self.port) as connection:
            connection.settimeout(60)
            while self.sent < LINES and not self.ending.is_set():
                connection.sendall(b"".join(syslog_line(self.sent + i, PADDING) for i in range(20)))
                self.sent += 20


class SpoolWithoutRoom(FaultTest):
    def setUp(self):
        super().setUp()
        self.disk = self.dir / "disk"
        self.disk.mkdir()
        self.into, self.port = self.receiver(), free_port()

    def mount(self, *options: str) -> None:
        run(need("mount", "mount"), "-t", "tmpfs", "-o", "size=8m", "tmpfs", self.disk)
        self.addCleanup(run, need("umount", "mount"), self.disk)

    def start_shipper(self, sources: str, spool: str = "") -> Shipper:
        self.into.set_mode("503")
        return self.shipper(f"spool: {{dir: {self.disk}/spool{spool}}}\nsources:\n{sources}{self.loggly(self.into, **DEAD_SINK)}")

    def listener(self, kind: str) -> str:
        return f'  - {{type: syslog, name: {kind}, listen: "{kind}://127.0.0.1:{self.port}", receive_buffer: 64KiB}}\n'

    def stalled(self, ours: Shipper) -> str:
        return wait_until("the spool is full", lambda: ours.status()["spool"]["stalled"], why=lambda: str(ours.status()))

    def stays_full(self, ours: Shipper, counter) -> None:
        """From the moment that counter() stands still: nothing more is taken, and nobody turns in a loop."""
        self.stalled(ours)
        before = -1
        while before != (before := counter()):
            time.sleep(0.5)
        cpu, memory = cpu_seconds(ours), resident(ours)
        time.sleep(1)
        self.assertLess(cpu_seconds(ours) - cpu, 0.3, "it turns in a loop")
        self.assertLess(resident(ours) - memory, 4 << 20)
        self.assertIsNone(ours.get("/readyz"))
        self.assertIsNotNone(ours.get("/healthz"))
        self.check_sum(ours.status())

    def tcp_waits_and_udp_is_counted(self, spool: str) -> None:
        ours = self.start_shipper(self.listener("tcp") + self.listener("udp"), spool)
        sender = Sender(self.port)
        self.stays_full(ours, lambda: sender.sent)
        self.assertLess(sender.sent, LINES, "nobody held it up")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            for i in range(1000):
                udp.sendto(syslog_line(LINES + i, PADDING), ("127.0.0.1", self.port))
        wait_until("the kernel has dropped, and it is counted", lambda: source(ours.status(), "udp")["dropped"].get("kernel_udp"))
        self.into.set_mode("ok")
        wait_until("all is sent", lambda: not sender.is_alive(), why=lambda: f"{sender.sent} {ours.status()}")
        sender.stop()
        wait_until("the sources have read all", lambda: source(ours.status(), "tcp")["received"] == LINES)
        status = self.settled(ours)
        self.assertEqual(status["spool"]["stalled"], "")
        self.assertIsNotNone(ours.get("/readyz"))
        udp = source(status, "udp")
        self.assertEqual(udp["received"], 1000, "dropped ones included")
        self.assertEqual(udp["dropped"].keys(), {"kernel_udp"})
        arrived = numbers_of(self.into)
        self.each_once([n for n in arrived if n < LINES], LINES)
        self.assertEqual(len(arrived), LINES + 1000 - udp["dropped"]["kernel_udp"])

    def test_full_disk_of_one_segment(self):
        self.mount()
        self.tcp_waits_and_udp_is_counted("")

    def test_full_disk_of_small_segments(self):
        self.mount()
        self.tcp_waits_and_udp_is_counted(", segment_size: 1MiB")

    def test_max_size_used_up(self):
        self.tcp_waits_and_udp_is_counted(", max_size: 8MiB")
        self.assertLessEqual(self.most_bytes, 8 << 20)

    def check_sum(self, status: dict) -> None:
        super().check_sum(status)
        if status:
            self.most_bytes = max(getattr(self, "most_bytes", 0), status["spool"]["bytes"])

    def test_killed_on_a_full_disk_it_starts_again_and_a_file_reaches_the_spool_once(self):
        self.mount()
        file = self.dir / "in.log"
        file.write_bytes(b"".join(b"seq=%09d %s\n" % (i, PADDING.encode()) for i in range(LINES)))
        ours = self.start_shipper(f"  - {{type: file, paths: [{file}], start: beginning}}\n", ", segment_size: 1MiB")
        for _ in range(3):
            self.stalled(ours)
            ours.kill()
            Process.start(ours)  # it is not ready, since it cannot write
            wait_until("it runs again", lambda: ours.get("/healthz"), why=ours.tail)
        self.stays_full(ours, lambda: ours.status()["sources"][0]["received"])
        self.into.set_mode("ok")
        wait_until("all is read", lambda: ours.status()["spool"]["next_seq"] == LINES + 1, why=lambda: str(ours.status()))
        self.settled(ours)
        self.each_once(numbers_of(self.into), LINES)

    def read_only(self, spool: Path):
        """What is open stays so; but no file can be made there, and none deleted."""
        mount = need("mount", "mount")
        run(mount, "--bind", spool, spool)
        run(mount, "-o", "remount,bind,ro", spool)

    def test_read_only_for_a_while(self):
        spool = self.disk / "spool"
        ours = self.start_shipper(self.listener("tcp"), ", segment_size: 64KiB")
        with socket.create_connection(("127.0.0.1", self.port)) as sender:
            sender.sendall(syslog_line(LINES))
        wait_until("the first segment is there", lambda: ours.status()["spooled_events"])
        self.read_only(spool)
        try:
            sender = Sender(self.port)
            self.stays_full(ours, lambda: sender.sent)
            self.assertIn("Read-only", self.stalled(ours))
            self.into.set_mode("ok")
            wait_until("what is in the spool arrives", lambda: self.into.unique() == ours.status()["spooled_events"], why=ours.tail)
        finally:
            run(need("umount", "mount"), spool)
        wait_until("all is sent", lambda: not sender.is_alive(), why=lambda: f"{sender.sent} {ours.status()}")
        sender.stop()
        wait_until("all is read", lambda: ours.status()["sources"][0]["received"] == LINES + 1)
        self.assertEqual(self.settled(ours)["spool"]["stalled"], "")
        self.each_once(numbers_of(self.into), LINES + 1)

    def test_started_on_a_read_only_file_system_it_says_so_and_keeps_what_is_there(self):
        spool = self.disk / "spool"
        ours = self.start_shipper(self.listener("tcp"))
        with socket.create_connection(("127.0.0.1", self.port)) as sender:
            sender.sendall(b"".join(syslog_line(i) for i in range(1000)))
        wait_until("they are in the spool", lambda: ours.status()["spooled_events"] == 1000)
        ours.kill()
        self.read_only(spool)
        try:
            refused = subprocess.run([BIN / "shipper", "run", "--config", ours.config], env={"LOGGLY_TOKEN": "t"}, capture_output=True,
                                     text=True, timeout=30, check=False)
            self.assertEqual((refused.returncode, len(refused.stderr.splitlines())), (78, 1), refused.stderr)
            self.assertIn("Read-only", refused.stderr)
        finally:
            run(need("umount", "mount"), spool)
        self.into.set_mode("ok")
        ours.start()
        wait_until("all has arrived", lambda: self.into.unique() == 1000, why=lambda: str(ours.status()))


class NoDescriptors(FaultTest):
    FILES, LIMIT = 100, 64

    def test_out_of_descriptors_nothing_is_lost_and_it_recovers(self):
        into, port, logs = self.receiver(), free_port(), self.dir / "logs"
        logs.mkdir()
        ours = self.shipper(f'sources:\n  - {{type: syslog, name: tcp, listen: "tcp://127.0.0.1:{port}"}}\n'
                            f"  - {{type: file, name: files, paths: ['{logs}/*.log'], start: beginning, poll_interval: 100ms}}\n"
                            + self.loggly(into, **DEAD_SINK))
        run(need("prlimit", "util-linux"), f"--nofile={self.LIMIT}:{self.LIMIT}", "--pid", ours.child.pid)
        connections, number = [], 0
        for _ in range(3 * self.LIMIT):  # the kernel completes them all; most are never accepted
            connection = socket.create_connection(("127.0.0.1", port))
            self.addCleanup(connection.close)
            connection.sendall(syslog_line(number))
            connections.append(connection)
            number += 1
        for i in range(self.FILES):
            (logs / f"{i}.log").write_bytes(b"seq=%09d\n" % number)
            number += 1
        wait_until("it is out of descriptors", lambda: "connections cannot be accepted" in ours.log.read_text(), why=ours.tail)
        cpu = cpu_seconds(ours)
        time.sleep(2)
        self.assertLess(cpu_seconds(ours) - cpu, 0.5, "it turns in a loop")
        self.assertTrue(ours.status(), "the admin address has descriptors kept back")
        self.assertGreater(into.unique(), 0, "and sinks")
        self.assertLess(into.unique(), number)
        for connection in connections:
            connection.sendall(syslog_line(number))
            number += 1
            connection.close()
        wait_until("all arrived", lambda: into.unique() == number, why=lambda: f"{into.report()} {ours.status()}\n{ours.tail()}")
        self.settled(ours)
        self.assertLess(ours.log.read_text().count("\n"), 20, "it fills its log")


if __name__ == "__main__":
    unittest.main()
