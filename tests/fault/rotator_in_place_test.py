#!/usr/bin/env python3
"""Rotation in place under writers that never reopen: every line is in the archives or the log once, on each file system and in
each way, also where the disk is full. Mounts file systems in files: needs root. benchmarks/in_place_compare is the long form."""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support/in_place"))
import lab
from lab import MiB, TORTURE

RATE = 15_000  # lines a second of each writer: so much that every step of a rotation meets writes, on a slow machine too


class InPlace(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def rotates(self, place, mode, expected, writers=2, codec="none", append=True):
        with self.subTest(place=str(place), mode=mode, codec=codec):
            row = lab.row(place, mode, writers, 4, MiB, codec, RATE, append)
            self.assertEqual((row["lost"], row["doubled"], row["torn"], row["nuls"]), (0, 0, 0, 0), row["said"])
            self.assertEqual(row["rotations"], 4)
            self.assertEqual({re.search(r" lost=0 mode=(\w+) ", line)[1] for line in row["said"]}, {expected})
            self.assertFalse([name for name in row["left"] if "rotati" in name or "unfinished" in name])

    def test_each_way_on_ext4(self):
        with lab.file_system("ext4", self.folder, 400 * MiB) as place:
            self.rotates(place, "automatic", "punch", codec="zstd")
            self.rotates(place, "collapse", "collapse", writers=4)
            self.rotates(place, "pause", "pause", codec="gzip")
            self.rotates(place, "exchange", "collapse")
            self.rotates(place, "punch", "punch", writers=1, append=False)

    def test_each_way_on_xfs(self):
        with lab.file_system("xfs", self.folder, 400 * MiB) as place:
            self.rotates(place, "exchange", "exchange", codec="zstd")
            self.rotates(place, "collapse", "collapse")
            self.rotates(place, "punch", "punch")

    def test_whole_clusters_are_collapsed(self):
        with lab.file_system("ext4-bigalloc", self.folder, 400 * MiB) as place:
            self.rotates(place, "collapse", "collapse")

    def test_containers_and_memory(self):
        with lab.file_system("overlay-ext4", self.folder, 400 * MiB) as place:
            self.rotates(place, "collapse", "collapse")
            self.rotates(place, "automatic", "punch")
        with lab.file_system("overlay-xfs", self.folder, 400 * MiB) as place:
            self.rotates(place, "automatic", "punch")
        with lab.file_system("tmpfs", self.folder, 400 * MiB) as place:
            self.rotates(place, "collapse", "punch")

    def test_logrotate_loses_lines_in_the_same_harness(self):
        with lab.file_system("ext4", self.folder, 1500 * MiB) as place:
            row = lab.row(place, "logrotate", 2, 4, 64 * MiB)
            self.assertGreater(row["lost"], 0)

    def test_a_log_of_108_mb_where_300_kib_are_free(self):
        with lab.file_system("ext4", self.folder, 220 * MiB) as place:
            log = place / "app.log"
            with lab.Writers(log, 1) as writers:
                while log.stat().st_size < 108_000_000:
                    pass
                written = writers.stop()[0]["written"]
            subprocess.run(["sync", "-f", place], check=True)
            filler = place / "filler"
            with filler.open("wb") as file:
                for block in (MiB, 4096):
                    with self.assertRaises(OSError):
                        while True:
                            file.write(bytes(block))
                            file.flush()
            size = filler.stat().st_size
            with filler.open("r+b") as file:
                file.truncate(size - 300 * 1024)
            subprocess.run(["sync", "-f", place], check=True)
            with log.open("rb"):  # somebody has it open: it is not simply emptied
                said = lab.run(TORTURE, "rotate", log, f"{log}-archive", "automatic", "zstd", 1, 1)
            self.assertIn("lost=0 mode=punch", said)
            self.assertIn("disk=full", said)
            counts = lab.json.loads(lab.run(TORTURE, "check", log, written, f"{log}-archive.0001"))
            self.assertEqual((counts["lost"], counts["doubled"], counts["torn"]), (0, 0, 0))
            self.assertLess(log.stat().st_blocks * 512, 2 * MiB)


if __name__ == "__main__":
    unittest.main()
