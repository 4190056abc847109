"""What is measured. Each scenario starts receiver and tool afresh, checks what arrived, and returns a Markdown table."""
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from measure import Process, free_port, table
from peers import Peer, Setup
from receiver import Receiver

GIB = 1 << 30


class Run:
    """One tool in one scenario: its receivers and its directory, gone when the run ends."""

    def __init__(self, peer: Peer, scenario: str, options, tail: Path | None = None):
        self.peer, self.scenario, self.options, self.tool = peer, scenario, options, None
        self.dir = Path(tempfile.mkdtemp(prefix="longshore-bench-"))
        self.receiver = Receiver(options.build, self.dir, syslog=peer.out == "tcp")
        tcp = self.receiver.port if peer.out == "tcp" else free_port()
        self.setup = Setup(self.dir, free_port(), self.receiver.port, tcp, tail)

    def start(self) -> Process:
        self.tool = Process(self.peer.prepare(self.scenario, self.setup), self.dir / "tool.log", self.peer.env)
        return self.tool

    def send(self, to: str, count: int, size: int, **more) -> dict:
        argv = [f"{self.options.build}/bin/loadgen", "--to", to, "--count", str(count), "--size", str(size)]
        for key, value in more.items():
            argv += [f"--{key}", str(value)]
        return json.loads(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)

    def await_arrival(self, count: int, limit: float = 300) -> float:
        """Monotonic time at which the last line arrived; gives up when nothing moves for 20 s."""
        seen, last = -1, time.monotonic()
        end = last + limit
        while time.monotonic() < end:
            now_seen = self.receiver.unique()
            if now_seen != seen:
                seen, last = now_seen, time.monotonic()
            if seen >= count or time.monotonic() - last > 20:
                break
            time.sleep(0.1)  # often enough for runs of many seconds, and no burden to them
        return last

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        if self.tool:
            self.tool.stop()
        self.receiver.stop()
        shutil.rmtree(self.dir, ignore_errors=True)


def ratio(value: float, base: float) -> str:
    return f"{value / base:.2f}" if base else "-"


def throughput(title: str, size: int, peers: list[Peer], options, scenario: str) -> str:
    """`count` lines as fast as the tool takes them; a quick tool gets more, so that no run is over in a moment."""
    results = []
    with tempfile.TemporaryDirectory(prefix="longshore-bench-") as folder:
        tail = Path(folder) / "input.log" if scenario == "file" else None
        for peer in peers:
            count = options.count * peer.quick
            if tail:
                tail.unlink(missing_ok=True)
                subprocess.run([f"{options.build}/bin/loadgen", "--to", f"file://{tail}", "--count", str(count), "--size",
                                str(size), "--format", "plain"], check=True, capture_output=True)
            os.sync()  # what was written before is not this tool's burden
            with Run(peer, scenario, options, tail) as run:
                begin, cpu = time.monotonic(), 0.0
                tool = run.start()
                if scenario == "tcp":
                    tool.wait_port(run.setup.listen)
                    time.sleep(0.3)
                    begin, cpu = time.monotonic(), tool.cpu()
                    run.send(f"tcp://127.0.0.1:{run.setup.listen}", count, size, connections=2)
                end = run.await_arrival(count)
                seconds, used = end - begin, tool.cpu() - cpu
                unique, duplicates = run.receiver.unique(), run.receiver.duplicates()
                results.append((peer.name, count, unique / seconds, unique * size / seconds,
                                used / (unique * size / GIB) if unique else 0.0, tool.memory("VmHWM"), count - unique, duplicates))
    ours = results[0]
    rows = [[name, f"{count:,}", f"{rate:,.0f}", f"{speed / (1 << 20):.1f}", f"{cost:.1f}", f"{memory:.0f}", f"{missing}", f"{duplicates}",
             ratio(ours[2], rate), ratio(ours[4], cost)]
            for name, count, rate, speed, cost, memory, missing, duplicates in results]
    head = ["", "lines", "lines/s", "MiB/s", "CPU s/GiB", "peak RSS MiB", "missing", "twice", "shipper's speed ÷ its", "shipper's CPU ÷ its"]
    return f"## {title}\n\n{table(head, rows)}\n"


def tcp(peers, options) -> str:
    return throughput("256-byte RFC 5424 lines, 2 TCP connections → durable buffer → HTTP bulk", 256, peers, options, "tcp")


def file(peers, options) -> str:
    return throughput("512-byte lines of a file → durable buffer → HTTP bulk", 512, peers, options, "file")


def steady(peers, options) -> str:
    """10 MB/s for 20 s: what a host pays all day."""
    rows = []
    seconds, size = 20, 256
    count = 10_000_000 * seconds // size
    for peer in peers:
        with Run(peer, "steady", options) as run:
            tool = run.start()
            tool.wait_port(run.setup.listen)
            time.sleep(1)
            cpu, begin = tool.cpu(), time.monotonic()
            run.send(f"tcp://127.0.0.1:{run.setup.listen}", count, size, connections=2, rate=10_000_000 / size)
            passed, used = time.monotonic() - begin, tool.cpu() - cpu
            run.await_arrival(count)
            rows.append([peer.name, f"{100 * used / passed:.1f} %", f"{tool.memory('VmHWM'):.0f}",
                         f"{count - run.receiver.unique()}"])
    return f"## A steady 10 MB/s (256-byte lines, 2 TCP connections, {seconds} s)\n\n" + table(
        ["", "of one core", "peak RSS MiB", "missing"], rows) + "\n"


def start(peers, options) -> str:
    """From exec to a listening socket; shipper also over a 4 GiB backlog that it has to recover first."""
    rows = []
    for peer in peers:
        times = []
        for _ in range(5):
            with Run(peer, "start", options) as run:
                times.append(run.start().wait_port(run.setup.listen))
        rows.append([peer.name, "empty", f"{1000 * sorted(times)[2]:.0f} ms"])
    ours = next(peer for peer in peers if peer.name == "shipper")
    with Run(ours, "start", options) as run:
        run.receiver.set_mode("503")
        run.start().wait_port(run.setup.listen)
        run.send(f"tcp://127.0.0.1:{run.setup.listen}", 14_000_000, 256, connections=2)
        time.sleep(1)
        run.tool.stop()
        held = sum(f.stat().st_size for f in (run.dir / "data").rglob("*") if f.is_file())
        times = []
        for _ in range(5):
            times.append(run.start().wait_port(run.setup.listen))
            run.tool.stop()
        rows.append(["shipper", f"{held / GIB:.1f} GiB in the spool", f"{1000 * sorted(times)[2]:.0f} ms"])
    return "## Ready to receive after exec (median of 5)\n\n" + table(["", "backlog", "time"], rows) + "\n"


def udp(peers, options) -> str:
    """100,000 datagrams of 800 bytes a second for 30 s."""
    rows = []
    seconds, rate, size = 30, 100_000, 800
    for peer in peers:
        with Run(peer, "udp", options) as run:
            tool = run.start()
            time.sleep(1.5)
            run.send(f"udp://127.0.0.1:{run.setup.listen}", seconds * rate, size, rate=rate)
            run.await_arrival(seconds * rate)
            unique = run.receiver.unique()
            counted = "-"
            if peer.name == "shipper":
                status = json.loads(subprocess.run(["curl", "-s", f"http://127.0.0.1:{run.setup.tcp}/status"], capture_output=True,
                                                   text=True, check=True).stdout)
                counted = str(sum(sum(source["dropped"].values()) for source in status["sources"]))
            rows.append([peer.name, f"{unique:,}", f"{seconds * rate - unique:,}", counted, f"{tool.memory('VmHWM'):.0f}"])
    return f"## UDP: {rate:,} datagrams/s of {size} bytes for {seconds} s\n\n" + table(
        ["", "arrived", "lost", "of these counted by the tool", "peak RSS MiB"], rows) + "\n"


SCENARIOS = {"tcp": tcp, "file": file, "steady": steady, "start": start, "udp": udp}
