#!/usr/bin/env python3
"""kill -9 before each system call that changes something, and that call failing, in each way of rotating: after the next run every
byte is found exactly once, under a name that is an archive's or the log's, and the state file is whole. strace delivers the signal
at the entry of the call, which is then not made; so the stops are all moments between two changes. The binary is the one that is
shipped: under strace a sanitized one takes many times as long (rotator/inplace has such stops with sanitizers)."""
import os
import re
import time
import unittest

from rotating import ROOT, RotationTest, compressed, need

ROTATOR = os.path.join(os.environ.get("LONGSHORE_RELEASE", ROOT / "build/release"), "bin/rotator")

# All that rotator changes files by. Reading is not counted: a stop before it is one after the change before.
CHANGES = ("openat", "openat2", "write", "pwrite64", "renameat", "renameat2", "unlinkat", "ftruncate", "fchmod", "fchown", "fsync",
           "fdatasync", "utimensat", "fsetxattr", "fremovexattr", "linkat", "mkdirat", "fallocate", "copy_file_range", "lseek", "sync_file_range")
MOST = 400  # of one call in a run: more would be a loop
OLD = [b"archive %d\n" % number * 100 for number in range(4)]
LIVE = b"the live log\n" * 100


class Kill(RotationTest):
    def prepare(self, directives: str, archives: dict[str, bytes]) -> None:
        for path in self.dir.rglob("*"):
            if path.is_file():
                path.unlink()
        self.configure("daily\ncreate\n" + directives)
        self.state.write_text(f'logrotate state -- version 2\n"/elsewhere" 2026-1-2-3:4:5\n"{self.logs}/live.log" 2020-1-1-0:0:0\n')
        self.state.chmod(0o640)
        self.write("live.log", LIVE)
        for name, text in archives.items():
            self.write(name, compressed(text) if name.endswith(".gz") else text)

    def next_day(self) -> None:
        self.state.write_text(re.sub(r'/live.log" .*', '/live.log" 2020-1-1-0:0:0', self.state.read_text()))

    def check(self, where: str, kept: list[bytes], may_go: list[bytes]) -> None:
        again = self.rotate(ROTATOR)
        self.assertEqual(again.returncode, 0, f"{where}\n{again.stderr}")
        self.assertIn("live.log", self.names(), where)
        texts = [self.bytes_of(str(path.relative_to(self.logs))) for path in sorted(self.logs.rglob("*")) if path.is_file()]
        found = sorted(text for text in texts if text)
        for text in may_go:
            if text in found:
                found.remove(text)
        self.assertEqual(found, sorted(kept), f"{where}: {self.names()}")
        self.assertEqual([path.name for path in self.logs.rglob(".*")], [], f"{where}: leftovers")
        state = self.state.read_text()
        self.assertRegex(state, rf'\Alogrotate state -- version 2\n"/elsewhere" 2026-1-2-3:4:5\n"{re.escape(str(self.logs))}/live.log" '
                                rf'{time.strftime("%Y")}-[\d:-]+\n\Z', where)
        before = self.names()
        self.assertEqual(self.rotate(ROTATOR).returncode, 0, where)
        self.assertEqual(self.names(), before, f"{where}: rotated again")

    def each_call(self, how: str, directives: str, archives: dict[str, bytes], kept: list[bytes], may_go=()) -> int:
        """A run that is stopped at each call of each kind; how many stops that were."""
        stops, strace, trace = 0, need("strace", "strace"), self.dir / "trace"
        for call in CHANGES:
            for number in range(1, MOST):
                self.prepare(directives, archives)
                where = f"{how} at {call} number {number}: {directives!r}"
                done = self.rotate(ROTATOR, prefix=(strace, "-qq", "-o", trace, "-e", f"trace={call}", "-e", f"inject={call}:{how}:when={number}"))
                told = trace.read_text()
                if "INJECTED" not in told and "killed by SIGKILL" not in told:
                    break
                trace.unlink()
                if done.returncode > 0:  # it has said that something is left to do
                    self.next_day()
                self.check(where, kept, list(may_go))
                stops += 1
            else:
                self.fail(f"{call} is called without end")
        return stops

    def each_way(self, how: str, least: int) -> None:
        numbered = {f"live.log.{number + 1}.gz": text for number, text in enumerate(OLD[:2])}
        ways = [("compress\nrotate 5", numbered, [LIVE, *OLD[:2]], ()),
                ("rotate 2", {f"live.log.{number + 1}": text for number, text in enumerate(OLD[:2])}, [LIVE, OLD[0]], (OLD[1],)),
                ("compress\ndelaycompress\nrotate 5", {"live.log.1": OLD[0], "live.log.2.gz": OLD[1]}, [LIVE, *OLD[:2]], ()),
                ("compress\ndateext\nrotate 5", {"live.log-20200101.gz": OLD[0]}, [LIVE, OLD[0]], ()),
                ("compress\ncompresscmd /bin/cat\ncompressoptions -u\ncompressext .cat\nrotate 5", {"live.log.1.cat": OLD[0]}, [LIVE, OLD[0]], ()),
                ("renamecopy\ncompress\nrotate 5", {}, [LIVE], ()),
                ("copytruncate\nrotate 5", {"live.log.1": OLD[0]}, [LIVE, OLD[0]], ()),
                ("copytruncate\ncompress\nrotate 5", {"live.log.1.gz": OLD[0]}, [LIVE, OLD[0]], ()),
                ("olddir old\ncreateolddir 0755 root root\nrotate 5", {}, [LIVE], ())]
        for directives, archives, kept, may_go in ways:
            if how.startswith("error") and directives == "rotate 2":  # another day, another empty log
                kept, may_go = [LIVE], OLD[:2]
            with self.subTest(directives):
                self.assertGreater(self.each_call(how, directives, archives, kept, may_go), least)

    def test_killed_between_every_two_changes(self):
        self.each_way("signal=SIGKILL", 15)

    def test_a_full_disk_at_every_change(self):
        self.each_way("error=ENOSPC", 15)


if __name__ == "__main__":
    unittest.main()
