#!/usr/bin/env python3
"""The power is cut before and behind each change that `rotator run` makes while it renames a log, compresses the archive and removes an
old one, and of what was not synced anything may be lost (power_cut.py). The next start puts it in order: each text that was on the disk
is in one archive, whole; the log is there with its mode and owner, its writers were told, nothing is left over, and the start after that
changes nothing. What a writer did not sync may be lost, but is not there twice."""
import concurrent.futures
import functools
import hashlib
import os
import queue
import re
import subprocess
import unittest
from pathlib import Path

from power_cut import STRACE, Disk, Left, lay_out
from rotating import AT_ONCE, LIMIT, ROOT, Host, RotationTest, need, run, wait_until

ROTATOR = os.path.join(os.environ.get("LONGSHORE_RELEASE", ROOT / "build/release"), "bin/rotator")
# Several sectors, also when they are compressed.
OLD, LIVE, NEXT = (b"".join(b"%s %d %s\n" % (name, number, hashlib.sha256(name + b"%d" % number).hexdigest().encode()) for number in range(40))
                   for name in (b"old", b"live", b"next"))
TEXTS = {OLD: "old", LIVE: "live", NEXT: "next"}
PATIENCE = 20  # seconds
ARCHIVE = "live.log-20200101-000000.zst"
RECORD = ".live.log.renaming"
ACCESS = (0o604, 7, 8)
TWO_STEPS = ("-e", "inject=renameat2:error=EINVAL")  # a file system that cannot rename without replacing


@functools.cache
def unpacked(archive: bytes) -> bytes:
    return subprocess.run(["zstd", "-dcq"], input=archive, capture_output=True, timeout=LIMIT, check=True).stdout


def texts(files: dict[str, bytes]) -> list[str]:
    """What somebody finds who looks for a line, the oldest first."""
    found = [unpacked(content) if name.endswith(".zst") else content for name, content in files.items() if not os.path.basename(name).startswith(".")]
    if any(text not in TEXTS for text in found if text):
        raise AssertionError(f"a part of a text in {sorted(files)}")
    return sorted((TEXTS[text] for text in found if text), key=list(TEXTS.values()).index)


class PoweredHost(Host):
    """Its folder of logs is a disk."""

    def __init__(self, folder: Path, compress: str = "zstd", keep: int = 14, more: str = ""):
        self.compress, self.keep, self.next = compress, keep, folder / "next"
        super().__init__(folder, ROTATOR, f", compress: {compress}, keep: {keep}, max_age: 0s{more}",
                         # One of the writers has something to write at once, and syncs it.
                         f"if rm {self.next}.due; then dd if={self.next} of={folder}/logs/live.log bs=64K oflag=append conv=notrunc,fsync; fi")

    def files(self) -> dict[str, Path]:
        return {str(path.relative_to(self.logs)): path for path in self.logs.rglob("*") if path.is_file()}

    def good(self) -> bool:
        names = [os.path.basename(name) for name in self.files()]
        archives = [name for name in names if name != "live.log"]
        tidy = not any(name.startswith(".") or (self.compress != "none" and not name.endswith(".zst")) for name in archives)
        try:
            return tidy and len(archives) <= self.keep and self.log.stat().st_size == 0
        except FileNotFoundError:
            return False

    def run(self, *prefix) -> None:
        """A start, until all is as it should be."""
        for path in (self.rotator_log, self.told):
            path.unlink(missing_ok=True)
        self.start(*prefix)
        try:
            wait_until("all is as it should be", self.good, PATIENCE, lambda: f"{sorted(self.files())}\n{self.rotator.tail()}")
            if self.rotator.stop() != 0 or "level=error" in self.rotator_log.read_text():
                raise AssertionError(self.rotator.tail())
        finally:
            self.rotator.kill()

    def recorded(self, *more) -> str:
        """The same, and what strace says of it."""
        trace = self.dir / "trace"
        self.run(need("strace", "strace"), "-D", *STRACE, *more, "-o", trace)
        wait_until("strace has ended", lambda: re.search(rf"^{self.rotator.child.pid} +\+\+\+ exited", trace.read_text(), re.MULTILINE))
        return trace.read_text()

    def lay_out(self, state: dict[str, Left]) -> None:
        inodes = lay_out(self.logs, state)
        record = self.logs / RECORD
        if record.exists():  # the log has another inode now
            record.write_bytes(re.sub(rb"\A(longshore-renaming 1 )(\d+)\n", lambda line: b"%s%d\n" % (line[1], inodes.get(int(line[2]), 0)),
                                      record.read_bytes()))

    def was_moved(self) -> bool:
        """The log, as its record says, and that is still there."""
        record = self.logs / RECORD
        found = re.fullmatch(rb"longshore-renaming 1 (\d+)\n[^\n]+\nend\n", record.read_bytes()) if record.exists() else None
        return found is not None and not (self.log.exists() and self.log.stat().st_ino == int(found[1]))

    def all_of_it(self) -> dict[str, tuple]:
        return {str(path): (path.stat()[:6], path.stat().st_size) for path in self.logs.rglob("*")}


class Power(RotationTest):
    def check(self, where: str, state: dict[str, Left], least: dict[str, Left]) -> None:
        host = self.others.get()
        try:
            self.check_on(host, state, least)
        except (AssertionError, subprocess.CalledProcessError) as error:
            raise AssertionError(f"{where}: {sorted(state)}\n{error}") from error
        finally:
            self.others.put(host)

    def check_on(self, host: PoweredHost, state: dict[str, Left], least: dict[str, Left]) -> None:
        """The next start puts it in order."""
        there, surely = (texts({name: left.content for name, left in files.items() if left.content is not None}) for files in (state, least))
        self.assertLessEqual(set(surely), set(there), "it is not even on the disk")
        host.lay_out(state)
        to_be_told = host.was_moved() or (host.log.exists() and host.log.stat().st_size > 0)  # or it will be
        host.run()
        files = host.files()
        self.assertEqual(texts({name: path.read_bytes() for name, path in files.items()}),
                         [text for text in TEXTS.values() if text in there][-host.keep:], sorted(files))
        for name, path in files.items():
            self.assertEqual((path.stat().st_mode & 0o7777, path.stat().st_uid, path.stat().st_gid), ACCESS, name)
        for path in filter(Path.is_dir, host.logs.iterdir()):
            self.assertEqual(path.stat().st_mode, host.logs.stat().st_mode, path)
        self.assertGreaterEqual(host.told.exists(), to_be_told, "its writers were not told")
        run(ROTATOR, "verify", host.logs)
        before = host.all_of_it()
        host.run()
        self.assertEqual(host.all_of_it(), before, "changed again")
        self.assertFalse(host.told.exists(), "told again")

    def recorded(self, *, old: str = "", following: bool = False, unsynced: bool = False, strace=(), **options) -> tuple[Disk, str]:
        """Hosts of that kind, what is on the disk of one of them, and what strace says of a rotation there."""
        self.host, *others = (PoweredHost(self.dir / f"host{number}", **options) for number in range(1 + AT_ONCE))
        self.others = queue.SimpleQueue()
        for host in others:
            self.others.put(host)
        self.host.make_log(LIVE)
        if old:
            path = self.host.logs / old
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(subprocess.run(["zstd", "-q"], input=OLD, capture_output=True, check=True).stdout if old.endswith(".zst") else OLD)
            os.chown(path, *ACCESS[1:])
            path.chmod(ACCESS[0])
        return self.recorded_run(following, unsynced, strace)

    def recorded_run(self, following: bool = False, unsynced: bool = False, strace=()) -> tuple[Disk, str]:
        if following:
            self.host.next.write_bytes(NEXT)
            Path(f"{self.host.next}.due").touch()
        disk = Disk(self.host.logs, ordered=False)
        if unsynced:
            disk.forget_durable(self.host.log)
        return disk, self.host.recorded(*strace)

    def each_cut(self, disk: Disk, trace: str) -> int:
        """How many different disks that were."""
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            checks = [pool.submit(self.check, *cut) for cut in disk.each_cut(trace)]
            try:
                for check in checks:
                    check.result()
            finally:
                pool.shutdown(cancel_futures=True)
        return len(checks)

    def rotation(self, **options) -> None:
        self.assertGreater(self.each_cut(*self.recorded(**options)), 10)

    def test_compressed(self):
        self.rotation(old=ARCHIVE, keep=2)

    def test_not_synced_by_its_writer(self):
        self.rotation(old=ARCHIVE, unsynced=True)

    def test_not_compressed(self):
        self.rotation(old=ARCHIVE.removesuffix(".zst"), compress="none", keep=1)

    def test_archives_elsewhere(self):
        self.rotation(old=f"old/{ARCHIVE}", keep=2, more=", archive_dir: old")

    def test_archives_in_a_new_folder(self):
        self.rotation(compress="none", more=", archive_dir: old")

    def test_one_after_the_other(self):
        self.rotation(old=ARCHIVE, following=True, keep=1)

    def test_one_after_the_other_elsewhere(self):
        self.rotation(old=f"old/{ARCHIVE}", following=True, keep=3, more=", archive_dir: old")

    def test_without_an_atomic_rename(self):
        self.rotation(old=ARCHIVE, keep=2, strace=TWO_STEPS)

    def test_elsewhere_without_an_atomic_rename(self):
        self.rotation(old=f"old/{ARCHIVE}", keep=2, more=", archive_dir: old", strace=TWO_STEPS)

    def test_cut_again_while_completing(self):
        """Behind the cuts after which the log was moved and its writers were perhaps not told: one for each set of names."""
        disk, trace = self.recorded(old=f"old/{ARCHIVE}", keep=3, more=", archive_dir: old")
        disks = 0
        for state in {frozenset(state): state for _, state, _ in disk.each_cut(trace)}.values():
            self.host.lay_out(state)
            if self.host.was_moved():
                disks += self.each_cut(*self.recorded_run(following=True))
        self.assertGreater(disks, 100)


if __name__ == "__main__":
    unittest.main()
