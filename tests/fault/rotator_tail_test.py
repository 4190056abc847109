#!/usr/bin/env python3
"""The real shipper follows a log while it is rotated in place under its writer, which never reopens: each line arrives once where
offsets stay (punch) or the old content stays beside the log for a while (exchange), and where the writer is paused. A collapse is
a truncation to whoever follows the log: no line is missing, and the few that were written meanwhile come twice. A truncation loses
lines of its moment, no more than rotator says. A lease is only had while nobody follows: what is written then, or was before, comes once."""
import json
import pathlib
import re
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support/in_place"))
import lab
from faults import FaultTest, wait_until

KiB, MiB = 1 << 10, 1 << 20
RATE, LINE = 2000, 128  # lines a second; bytes of each


class Tailing(FaultTest):
    def start(self, place):
        into = self.receiver()
        sources = f'  - {{type: file, name: app, paths: ["{place}/*.log"], start: beginning}}\n'
        return into, self.shipper(f"sources:\n{sources}{self.loggly(into)}")

    @staticmethod
    def numbers(into) -> list[int]:
        """Of the lines that arrived, sorted."""
        into.report()
        return sorted(map(int, re.findall(rb"00 (\d{12}) INFO", into.kept.read_bytes()))) if into.kept.exists() else []

    def follow(self, place, mode: str, codec: str) -> tuple[list[int], int, list[str]]:
        """The numbers that arrived; how many lines were written; what the rotations said. The last line is there."""
        log = place / "app.log"
        into, shipper = self.start(place)

        def arrived() -> list[int]:
            return self.numbers(into)
        with lab.Writers(log, 1, RATE) as writers:
            wait_until("the log is followed", lambda: len(arrived()) > 0, why=shipper.tail)
            said = lab.rotate(mode, codec, log, 4, 256 * KiB, writers.pids())
            written = writers.stop()[0]["written"]
        wait_until("the last line arrived", lambda: written in arrived(), why=shipper.tail)
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

    def test_truncated(self):
        with lab.file_system("ext4", self.dir, 300 * MiB) as place:
            numbers, written, said = self.follow(place, "truncate", "zstd")
            archives = sorted(place.glob("app.log-archive.*"))
            kept = json.loads(lab.run(lab.TORTURE, "check", place / "app.log", written, *archives))
        at_risk = sum(int(re.fullmatch(r"archived=\d+ lost<=(\d+) mode=truncate stall=\d+ms", line)[1]) for line in said)
        self.assertEqual(len(numbers), len(set(numbers)), "nothing comes twice")
        self.assertLessEqual((written - len(numbers)) * LINE, at_risk)
        self.assertLessEqual(kept["lost"] * LINE, at_risk)
        self.assertEqual((kept["doubled"], kept["torn"]), (0, 0))

    def emptied_while_shipper_is_restarted(self, read: int, most: int) -> None:
        def write(log, numbers: range) -> None:  # and closes it
            with log.open("ab") as file:
                file.write(b"".join(b"00 %012d INFO\n" % number for number in numbers))

        with lab.file_system("ext4", self.dir, 300 * MiB) as place:
            log = place / "app.log"
            write(log, range(read))
            into, shipper = self.start(place)
            wait_until("all of it arrived", lambda: len(self.numbers(into)) == read, why=shipper.tail)
            self.assertEqual(shipper.stop(), 0, shipper.tail())
            said = lab.rotate("automatic", "zstd", log, 1, 1, [])
            self.assertRegex(said[0], " lost=0 mode=lease ")
            self.assertEqual(log.stat().st_size, 0)
            write(log, range(read, most))
            shipper.start()
            wait_until("the rest arrived", lambda: len(self.numbers(into)) >= most, why=shipper.tail)
            self.assertEqual(shipper.stop(), 0, shipper.tail())
            self.assertEqual(self.numbers(into), list(range(most)))

    def test_emptied_by_lease_while_shipper_is_restarted(self):
        self.emptied_while_shipper_is_restarted(900, 1000)

    def test_emptied_by_lease_and_then_longer_than_what_was_read(self):
        self.emptied_while_shipper_is_restarted(100, 1000)


if __name__ == "__main__":
    unittest.main()
