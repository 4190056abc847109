#!/usr/bin/env python3
"""`rotator run` on a disk that somebody else fills: the oldest archives go until `keep_free` holds, the floor stays, and logs
go on being rotated. A tmpfs of the test's own, in a mount namespace of its own."""
import json
import os
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

from docker_host import inside_namespaces
from harness import BIN, free_port, wait_until

MIB = 1 << 20


class Disk(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ls-disk-")
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)
        self.disk = self.dir / "disk"
        (self.disk).mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", self.disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.disk], check=True)
        (self.disk / "logs").mkdir()

    def archives(self, log: str) -> list[Path]:
        return sorted((self.disk / "logs").glob(f"{log}.log-*"))

    def free(self) -> int:
        info = os.statvfs(self.disk)
        return info.f_bavail * info.f_frsize

    def start(self, rules: str):
        self.admin = f"127.0.0.1:{free_port()}"
        config = self.dir / "rotator.yaml"
        config.write_text(f"admin: {self.admin}\n{rules}".replace("DISK", str(self.disk)))
        process = subprocess.Popen([BIN / "rotator", "run", config])
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        wait_until("it is ready", lambda: subprocess.run([BIN / "rotator", "healthcheck", "--admin", self.admin], capture_output=True,
                                                         check=False).returncode == 0)

    def expired(self) -> dict:
        with urllib.request.urlopen(f"http://{self.admin}/status", timeout=60) as answer:
            return {reason: n["archives"] for reason, n in json.load(answer)["counts"]["expired"].items() if n["archives"]}

    def test_a_disk_that_somebody_else_fills(self):
        for day in range(1, 9):
            for log in ("a", "b"):
                (self.disk / f"logs/{log}.log-202610{day:02}-000000.zst").write_bytes(b"z" * (2 * MIB))
        self.start("volumes: [{path: DISK, keep_free: 16MiB}]\n"
                   "rules: [{paths: [DISK/logs/*.log], keep: -1, keep_min: 2, when: never, max_size: 1MiB}]\n")
        self.assertEqual((len(self.archives("a")), len(self.archives("b"))), (8, 8))
        with (self.disk / "somebody-elses").open("wb") as other:
            other.write(b"x" * (24 * MIB))  # 8 MiB are left
            other.flush()
            wait_until("the disk has what it is to have", lambda: self.free() >= 16 * MIB)
            self.assertEqual([path.name[:14] for path in self.archives("a")], [f"a.log-202610{day:02}" for day in range(3, 9)])
            self.assertEqual(len(self.archives("b")), 6)
            for _ in range(6):  # more than all archives together could give
                wait_until("there is room", lambda: self.free() >= 5 * MIB)
                other.write(b"x" * (4 * MIB))
                other.flush()
            wait_until("only the floor is left", lambda: len(self.archives("a")) == len(self.archives("b")) == 2)
        self.assertEqual([path.name[:14] for path in self.archives("b")], ["b.log-20261007", "b.log-20261008"])
        (self.disk / "logs/a.log").write_text("a line like any other\n" * 60_000)
        wait_until("a new archive took the place of the oldest",
                   lambda: len(self.archives("a")) == 2 and self.archives("a")[1].name > "a.log-20261009")
        self.assertEqual(len(self.archives("b")), 2)
        self.assertEqual(set(self.expired()), {"free_space"})

    def test_a_log_is_rotated_where_hardly_anything_is_free(self):
        text = "".join(f"line {i} of a log that fills the disk\n" for i in range(900_000))
        (self.disk / "logs/a.log").write_text(text)
        (self.disk / "somebody-elses").write_bytes(b"x" * (self.free() - MIB // 2))
        self.start("rules: [{paths: [DISK/logs/*.log], when: never, max_size: 1MiB}]\n")
        (archive,) = wait_until("it is rotated", lambda: self.archives("a"))
        wait_until("the log gave its bytes back", lambda: self.free() > 20 * MIB)
        read = subprocess.run(["zstd", "-dcq", archive], capture_output=True, check=True).stdout.decode()
        self.assertEqual(read, text)


if __name__ == "__main__":
    inside_namespaces()
    unittest.main()
