"""What the fault tests share: the harness of tests/real, the sum that must hold, what /proc tells of a process, load."""
import os
import re
import socket
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "real"))
from harness import BIN, LIMIT, Process, RealTest, Receiver, Shipper, free_port, need, run, wait_until  # noqa: E402, F401

# Of memory that shipper may take: its limit. The sanitizers' own comes on top.
SANITIZED = b"__asan_init" in (BIN / "shipper").read_bytes()
MEMORY = (64 << 20) * (4 if SANITIZED else 1)
os.environ.setdefault("ASAN_OPTIONS", "quarantine_size_mb=8")


def syslog_line(number: int, text: str = "") -> bytes:
    return b"<14>1 2026-11-23T03:42:12.123456Z host app 4711 - - seq=%09d %s\n" % (number, text.encode())


def resident(process: Process) -> int:
    """Bytes of the host's memory that the process has now."""
    return int(Path(f"/proc/{process.child.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def peak_resident(process: Process) -> int:
    """The most that it ever had."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.child.pid}/status").read_text())[1]) << 10


def cpu_seconds(process: Process) -> float:
    fields = Path(f"/proc/{process.child.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def source(status: dict, name: str) -> dict:
    return next(s for s in status["sources"] if s["name"] == name)


def numbers_of(receiver: Receiver) -> list[int]:
    """Of every line that was accepted, in order of arrival."""
    receiver.report()  # it flushes
    return [int(match) for match in re.findall(rb"seq=(\d+)", receiver.kept.read_bytes())] if receiver.kept.exists() else []


class Load(threading.Thread):
    """Something that goes on in the background until stop(). What goes wrong in it is raised there."""

    def __init__(self):
        super().__init__(daemon=True)
        self.ending = threading.Event()
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.work()
        except BaseException as error:  # noqa: BLE001
            self.error = error

    def stop(self) -> None:
        self.ending.set()
        self.join(LIMIT)
        if self.error:
            raise self.error
        if self.is_alive():
            raise AssertionError(f"{type(self).__name__} does not end")

    def connect(self, port: int) -> socket.socket | None:
        """A connection as soon as somebody listens; None when told to stop before."""
        while not self.ending.is_set():
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=5)
            except OSError:
                time.sleep(0.005)
        return None


class FaultTest(RealTest):
    def check_sum(self, status: dict) -> None:
        """DESIGN.md §3: received = delivered + spooled + dropped, as /status has it at every moment."""
        if not status:
            return
        received = sum(s["received"] for s in status["sources"])
        dropped = sum(sum(s["dropped"].values()) for s in status["sources"])
        self.assertEqual(received, dropped + status["pending_events"] + status["spooled_events"], status)
        for sink in status["sinks"]:
            self.assertLessEqual(sink["backlog"], status["spool"]["next_seq"] - status["spool"]["first_seq"], status)

    def each_arrived(self, arrived: list[int], count: int) -> None:
        """The numbers 0 … count-1 and no others, in whatever order: sinks have several requests under way."""
        unique = set(arrived)
        missing = [number for number in range(count) if number not in unique]
        self.assertEqual((len(missing), missing[:5], len(unique)), (0, [], count), "missing, the first of them, different ones")

    def each_once(self, arrived: list[int], count: int) -> None:
        self.each_arrived(arrived, count)
        self.assertEqual(len(arrived), count, "some arrived twice")

    def settled(self, shipper: Shipper, limit: float = LIMIT) -> dict:
        """Waits until all that was read is in the spool and every sink has it; the status then."""
        def done():
            status = shipper.status()
            self.check_sum(status)
            if status and not status["pending_events"] and not any(sink["backlog"] for sink in status["sinks"]):
                return status
            return None
        return wait_until("everything is delivered", done, limit, lambda: f"{shipper.status()}\n{shipper.tail()}")
