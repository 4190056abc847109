#!/usr/bin/env python3
"""`rotator run` with `how: rename`, killed before each system call by which its rotating or its compressing thread changes
something: the next start completes or undoes what was under way. Every byte is in one archive, the log is there again with its mode
and owner, its writers were told, nothing is left over. strace kills at the entry of the call, which is then not made."""
import concurrent.futures
import os
import signal
import time
import unittest
from pathlib import Path

from rotating import AT_ONCE, ROTATOR, Host, Process, RotationTest, need, run, wait_until
from rotation_kill_test import CHANGES, MOST

TEXT = b"".join(b"line %d\n" % number for number in range(500))
ROTATING, COMPRESSING = slice(0, 2), slice(2, 3)  # of the threads, in the order in which they are made


class KilledHost(Host):
    def good(self) -> bool:
        names = self.names()
        return len(names) == 2 and names[0] == "live.log" and names[1].endswith(".zst") and self.told.exists()

    def stop_at(self, threads: slice, call: str, number: int) -> bool:
        """Rotates; whether one of the threads came to so many of the calls, and all was killed there."""
        self.start()
        strace, pid = self.dir / "strace", self.rotator.child.pid
        traced = sorted(map(int, os.listdir(f"/proc/{pid}/task")))[1:][threads]
        tracer = Process([need("strace", "strace"), "-o", self.dir / "trace", *(f"-p{thread}" for thread in traced), "-e",
                          f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}"], strace)
        wait_until("strace is there", lambda: strace.read_text().count("attached") == len(traced), why=tracer.tail)
        with self.log.open("ab") as log:
            log.write(TEXT)
        wait_until("rotated or killed", lambda: not self.rotator.alive() or self.good(), why=self.rotator.tail)
        time.sleep(0.1)  # what comes behind the last change of a name
        killed = not self.rotator.alive()
        self.rotator.kill()
        tracer.child.wait()
        return killed

    def start_and_stop_at(self, call: str, number: int) -> bool:
        """A call that only the threads which rotate and compress make: the others open files and tell."""
        tracer = Process([need("strace", "strace"), "-f", "-qq", "-o", self.dir / "trace", "-e", f"trace={call}", "-e",
                          f"inject={call}:signal=SIGKILL:when={number}", ROTATOR, "run", self.dir / "rotator.yaml"], self.dir / "second.log")
        wait_until("completed or killed", lambda: not tracer.alive() or self.good(), why=tracer.tail)
        time.sleep(0.1)
        killed = not tracer.alive()
        for child in (Path(f"/proc/{tracer.child.pid}/task/{tracer.child.pid}/children").read_text().split() if not killed else ()):
            os.kill(int(child), signal.SIGKILL)
        tracer.child.wait()
        return killed


class Kill(RotationTest):
    def check(self, host: KilledHost, where: str) -> None:
        """The next one puts it in order."""
        host.start()
        try:
            wait_until(f"all is well, {where}", host.good, 30, lambda: f"{host.names()}\n{host.rotator.tail()}")
            self.assertEqual(run("zstd", "-dcq", host.logs / host.names()[1]).encode(), TEXT, where)
            status = host.log.stat()
            self.assertEqual((status.st_size, status.st_mode & 0o7777, status.st_uid, status.st_gid), (0, 0o604, 7, 8), where)
            self.assertEqual(host.rotator.stop(), 0, host.rotator.tail())
            self.assertNotIn("level=error", host.rotator.log.read_text(), where)
        finally:
            host.rotator.kill()

    def each_call(self, stop, least: int, calls=CHANGES) -> None:
        """`stop(host, call, number)`: whether it came to so many of the calls, and was killed there."""
        def each_stop(call: str) -> int:
            for number in range(1, MOST):
                host, where = KilledHost(self.dir / f"{call}-{number}"), f"stopped at {call} number {number}"
                killed = stop(host, call, number)
                self.check(host, where)
                if not killed:
                    return number - 1
            return self.fail(f"{call} is called without end")
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            self.assertGreater(sum(pool.map(each_stop, calls)), least)

    def test_killed_while_rotating(self):
        self.each_call(lambda host, call, number: host.stop_at(ROTATING, call, number), 10)

    def test_killed_while_compressing(self):
        self.each_call(lambda host, call, number: host.stop_at(COMPRESSING, call, number), 10)

    def test_killed_while_completing(self):
        """What the second one completes, whose log had been moved and had no successor, the third one does."""
        def stop(host: KilledHost, call: str, number: int) -> bool:
            self.assertTrue(host.stop_at(ROTATING, "renameat2", 2))
            return host.start_and_stop_at(call, number)
        self.each_call(stop, 5, [call for call in CHANGES if call not in ("openat", "openat2", "write", "lseek")])


if __name__ == "__main__":
    unittest.main()
