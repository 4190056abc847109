#!/usr/bin/env python3
"""The power is cut before each change of a run that renames, and of what was not synced anything may be lost (power_cut.py):
after the next run every byte that was on the disk is found exactly once, under a name that is an archive's or the log's, and the state
file is whole. Rotation in place has the same in rotator/inplace (rotation_fault_test.cpp), where inodes stay what they are."""
import os
import re
import subprocess
import time
import unittest

from power_cut import STRACE, Disk, Left, lay_out
from rotating import LIMIT, ROOT, RotationTest, compressed, need

ROTATOR = os.path.join(os.environ.get("LONGSHORE_RELEASE", ROOT / "build/release"), "bin/rotator")
OLD = [b"archive %d\n" % number * 100 for number in range(4)]
LIVE = [b"the live log %d\n" % number * 100 for number in range(4)]


class PowerCut(RotationTest):
    def setUp(self):
        super().setUp()
        self.disk = self.dir / "disk"  # all that a power loss is about
        self.logs, self.state = self.disk / "logs", self.disk / "state"
        self.disk.mkdir(mode=0o755)

    def prepare(self, directives: str, files: dict[str, bytes]) -> None:
        lay_out(self.disk, {})
        self.logs.mkdir(mode=0o755)
        self.configure("daily\ncreate 0644\nrotate 9\n" + directives, self.logs / "*.log")
        lines = [f'"{self.logs}/{name}" 2020-1-1-0:0:0\n' for name in files if name.endswith(".log")]
        self.state.write_text('logrotate state -- version 2\n"/elsewhere" 2026-1-2-3:4:5\n' + "".join(lines))
        self.state.chmod(0o640)
        for name, text in files.items():
            self.write(name, compressed(text) if name.endswith(".gz") else text)

    def restore(self, state: dict[str, Left]) -> None:
        inodes = lay_out(self.disk, state)
        journal = self.disk / "state.journal"
        if journal.exists():  # the files have other inodes now
            journal.write_bytes(re.sub(rb'^(moving ".*" \d+) (\d+) ', lambda line: b"%s %d " % (line[1], inodes.get(int(line[2]), 0)),
                                       journal.read_bytes(), flags=re.MULTILINE))

    def check(self, where: str, kept: list[bytes], may_go: list[bytes], logs: list[str]) -> None:
        again = self.rotate(ROTATOR)
        self.assertEqual(again.returncode, 0, f"{where}\n{again.stderr}")
        found = sorted(filter(None, (self.bytes_of(str(path.relative_to(self.logs))) for path in self.logs.rglob("*") if path.is_file())))
        for text in may_go:
            if text in found:
                found.remove(text)
        self.assertEqual(found, sorted(kept), f"{where}: {self.names()}")
        self.assertEqual([path.name for path in self.disk.rglob(".*")], [], f"{where}: leftovers")
        state = self.state.read_text().splitlines()
        self.assertEqual(state[:2], ["logrotate state -- version 2", '"/elsewhere" 2026-1-2-3:4:5'], where)
        for line, name in zip(state[2:], logs, strict=True):
            self.assertRegex(line, rf'^"{re.escape(str(self.logs / name))}" {time.strftime("%Y")}-', where)
            self.assertTrue((self.logs / name).exists(), where)
        before = self.names()
        self.assertEqual(self.rotate(ROTATOR).returncode, 0, where)
        self.assertEqual(self.names(), before, f"{where}: rotated again")

    def each_cut(self, directives: str, files: dict[str, bytes], unsynced: bool) -> int:
        """How many different disks that were."""
        self.prepare(directives, files)
        disk, trace = Disk(self.disk), self.dir / "trace"
        logs = sorted(name for name in files if name.endswith(".log"))
        kept, may_go = list(files.values()), []
        if unsynced:  # its writer did not sync them: they may be lost with the power, but not be there twice
            for name in logs:
                disk.forget_durable(self.logs / name)
                kept.remove(files[name])
            may_go = [files[name] for name in logs]
        done = subprocess.run([need("strace", "strace"), *STRACE, "-o", trace, ROTATOR, "-s", self.state, self.config], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        disks = 0
        for where, state, _ in disk.each_cut(trace.read_text()):
            self.restore(state)
            self.check(f"{directives!r}, {where}", kept, may_go, logs)
            disks += 1
        return disks

    def test_every_way(self):
        numbered = {f"a.log.{number + 1}.gz": text for number, text in enumerate(OLD[:2])}
        ways = [("compress", {"a.log": LIVE[0], **numbered}),
                ("", {"a.log": LIVE[0], "a.log.1": OLD[0], "a.log.2": OLD[1]}),
                ("compress\ndelaycompress", {"a.log": LIVE[0], "a.log.1": OLD[0], "a.log.2.gz": OLD[1]}),
                ("compress\ndateext", {"a.log": LIVE[0], "a.log-20200101.gz": OLD[0]}),
                ("compress\npostrotate\ntrue\nendscript", {"a.log": LIVE[0], "b.log": LIVE[1], **numbered}),
                ("compress\nsharedscripts\npostrotate\ntrue\nendscript", {"a.log": LIVE[0], "b.log": LIVE[1]}),
                ("compress", {"a.log": LIVE[0], "b.log": LIVE[1], "c.log": LIVE[2], **numbered}),
                ("renamecopy\ncompress", {"a.log": LIVE[0]}),
                ("olddir old\ncreateolddir 0755 root root\ncompress", {"a.log": LIVE[0], "b.log": LIVE[1]})]
        for directives, files in ways:
            for unsynced in (False, True):
                with self.subTest(directives, logs=len(files), unsynced=unsynced):
                    disks = self.each_cut(directives, files, unsynced)
                    self.assertGreater(disks, 10)


if __name__ == "__main__":
    unittest.main()
