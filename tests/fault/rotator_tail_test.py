#!/usr/bin/env python3
"""The real shipper follows a log while it is rotated in place under its writer, which never reopens: each line arrives once where
offsets stay (punch) or the old content stays beside the log for a while (exchange), and where the writer is paused. A collapse is
a truncation to whoever follows the log: no line is missing, and the few that were written meanwhile come twice."""
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support/in_place"))
import lab
from faults import FaultTest, wait_until

KiB, MiB = 1 << 10, 1 << 20
RATE = 2000  # lines a second, of 128 bytes


class Tailing(FaultTest):
    def follow(self, place, mode: str, codec: str) -> tuple[list[int], int, list[str]]:
        """The numbers that arrived, sorted; how many lines were written; what the rotations said."""
        into = self.receiver()
        log = place / "app.log"
        sources = f'  - {{type: file, name: app, paths: ["{place}/*.log"], start: beginning}}\n'
        shipper = self.shipper(f"sources:\n{sources}{self.loggly(into)}")

        def arrived() -> list[int]:
            into.report()
            return sorted(map(int, re.findall(rb"00 (\d{12}) INFO", into.kept.read_bytes()))) if into.kept.exists() else []

        with lab.Writers(log, 1, RATE) as writers:
            wait_until("the log is followed", lambda: len(arrived()) > 0, why=shipper.tail)
            said = lab.rotate(mode, codec, log, 4, 256 * KiB, writers.pids())
            written = writers.stop()[0]["written"]
        wait_until("every line arrived", lambda: len(set(arrived())) >= written, why=shipper.tail)
        numbers = arrived()
        self.assertEqual(shipper.stop(), 0, shipper.tail())
        return numbers, written, said

    def once(self, place, mode: str, codec: str) -> None:
        numbers, written, said = self.follow(place, mode, codec)
        self.assertTrue(all(f" lost=0 mode={mode} " in line for line in said), said)
        self.assertEqual(numbers, list(range(1, written + 1)))

    def test_punched_and_compressed(self):
        with lab.file_system("ext4", self.dir, 300 * MiB) as place:
            self.once(place, "punch", "zstd")

    def test_exchanged(self):
        with lab.file_system("xfs", self.dir, 320 * MiB) as place:
            self.once(place, "exchange", "zstd")

    def test_while_its_writer_is_paused(self):
        with lab.file_system("ext4", self.dir, 300 * MiB) as place:
            self.once(place, "pause", "zstd")

    def test_collapsed(self):
        with lab.file_system("ext4", self.dir, 300 * MiB) as place:
            numbers, written, said = self.follow(place, "collapse", "zstd")
            self.assertTrue(all(" lost=0 mode=collapse " in line for line in said), said)
            self.assertEqual(sorted(set(numbers)), list(range(1, written + 1)))
            self.assertLess(len(numbers) - written, 4 * 2 * RATE, "only what was written during a rotation comes twice")


if __name__ == "__main__":
    unittest.main()
