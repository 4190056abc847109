#!/usr/bin/env python3
"""Where Debian's logrotate 3.21 loses, leaves or blocks something, in the same situation rotator does not. Each test shows both:
that the defect is there, and that it is not copied. Mounts a small tmpfs: needs root."""
import os
import subprocess
import time
import unittest

from rotating import LIMIT, ROTATOR, RotationTest, compressed, logrotate, wait_until

NOISE = os.urandom(6 << 20)  # does not become smaller


class Defects(RotationTest):
    def both(self, scene) -> dict:
        """scene(binary) in fresh folders; the results by name."""
        results = {}
        for name, binary in (("logrotate", logrotate()), ("rotator", ROTATOR)):
            for path in [*self.logs.iterdir(), self.state, self.dir / "state.journal"]:
                path.unlink(missing_ok=True)
            results[name] = scene(binary)
        return results

    def test_disk_full_while_compressing_then_the_next_rotation(self):
        """Reference 4.3, first: `create` and `compress`; the archive stays uncompressed, and the next log is renamed over it."""
        self.mount("10m")
        self.configure("create\ncompress\nrotate 5")

        def scene(binary):
            self.write("live.log", NOISE)
            first = self.rotate(binary, "-f")
            self.assertEqual(first.returncode, 1, first.stderr)
            self.write("live.log", b"the second log\n")
            second = self.rotate(binary, "-f")
            return NOISE in self.contents().values(), b"the second log\n" in self.contents().values(), second.returncode

        results = self.both(scene)
        self.assertEqual(results["logrotate"], (False, True, 0), "6 MiB are gone, and all is said to be well")
        self.assertEqual(results["rotator"], (True, True, 1), "nothing is gone, and that the disk is full is told again")

    def test_what_a_crash_while_compressing_left(self):
        """Reference 4.3, second: LOG.1 whole and LOG.1.gz in part; the whole one is renamed over."""
        self.configure("create\ncompress\nrotate 5")

        def scene(binary):
            self.write("live.log.1", NOISE)
            self.write("live.log.1.gz", compressed(NOISE)[: 1 << 20])
            self.write("live.log", b"the second log\n")
            self.rotate(binary, "-f")
            return NOISE in self.contents().values()

        self.assertEqual(self.both(scene), {"logrotate": False, "rotator": True})

    def test_a_crash_while_compressing_with_dates_blocks_nothing(self):
        """logrotate#3, #23: what the crash left stands in the way of every later rotation of that day."""
        self.configure("daily\nmaxsize 10\ndateext\ncompress\ncreate\nrotate 5")

        def scene(binary):
            today = time.strftime("-%Y%m%d")
            self.write(f"live.log{today}", NOISE)
            self.write(f"live.log{today}.gz", compressed(NOISE)[: 1 << 20])
            self.write("live.log", b"the second log\n")
            self.rotate(binary)
            return (self.logs / "live.log").read_bytes() == b"", NOISE in self.contents().values()

        self.assertEqual(self.both(scene), {"logrotate": (False, True), "rotator": (True, True)})

    def test_the_state_is_lost(self):
        """Reference 4.2: in a fresh container a log of five days was "already rotated"; with a restart a day it never is."""
        self.configure("daily\ncreate\nrotate 5")

        def scene(binary):
            self.write("live.log", b"old\n", days_old=5)
            self.rotate(binary)
            return "live.log.1" in self.names()

        self.assertEqual(self.both(scene), {"logrotate": False, "rotator": True})

    def test_a_second_rotation_by_size_on_one_day(self):
        """Reference 4.2: with dates the name is taken, so that the file grows until midnight."""
        self.configure("daily\nmaxsize 10\ndateext\ncreate\nrotate 9")

        def scene(binary):
            codes = []
            for text in (b"the first log\n", b"the second log\n", b"the third log\n"):
                with open(self.logs / "live.log", "ab") as log:
                    log.write(text)
                codes.append(self.rotate(binary).returncode)
            return codes, sorted(text for name, text in self.contents().items() if name != "live.log")

        results = self.both(scene)
        self.assertEqual(results["logrotate"], ([0, 1, 1], [b"the first log\n"]))
        self.assertEqual(results["rotator"], ([0, 0, 0], [b"the first log\n", b"the second log\n", b"the third log\n"]))

    def test_killed_in_a_script(self):
        """Reference 4.2: nothing is known of what was rotated, so that all of it is rotated again."""
        scripts = self.dir / "scripts"
        self.configure(f"daily\ncreate\nrotate 5\npostrotate\n  echo run >>{scripts}\n"
                       f"  [ $(wc -l <{scripts}) -gt 1 ] || kill -9 $PPID\nendscript")

        def scene(binary):
            scripts.unlink(missing_ok=True)
            self.state.write_text(f'logrotate state -- version 2\n"{self.logs}/live.log" 2020-1-1-0:0:0\n')
            self.state.chmod(0o640)
            self.write("live.log", b"the log\n")
            self.assertEqual(self.rotate(binary).returncode, -9)
            self.assertEqual(self.contents()["live.log.1"], b"the log\n")
            again = self.rotate(binary)
            self.assertEqual(again.returncode, 0, again.stderr)
            return self.names(), scripts.read_text().count("run")

        results = self.both(scene)
        self.assertEqual(results["logrotate"][0], ["live.log", "live.log.1", "live.log.2"], "rotated again")
        self.assertEqual(results["rotator"], (["live.log", "live.log.1"], 2), "and the script that was cut off has run to its end")

    def test_a_configuration_that_is_not_believed_is_an_error(self):
        """Reference 4.2: one that others may write or own is passed over, and the exit code says that all is well."""
        def scene(binary):
            codes = []
            for mode, owner in ((0o664, 0), (0o644, 1000)):
                self.write("live.log", b"the log\n")
                self.configure("create\nrotate 5")
                self.config.chmod(mode)
                os.chown(self.config, owner, 0)
                codes.append(self.rotate(binary, "-f").returncode)
                self.assertEqual(self.names(), ["live.log"])
                self.config.unlink()
            return codes

        self.assertEqual(self.both(scene), {"logrotate": [0, 0], "rotator": [1, 1]})

    def test_two_at_once_with_a_state_file_that_everybody_may_read(self):
        """Reference 4.2: no lock is taken then, and both rotate."""
        gate, passed = self.dir / "gate", self.dir / "passed"
        self.configure(f"create\nrotate 5\npostrotate\n  touch {gate}\n  while [ ! -e {passed} ]; do sleep 0.05; done\nendscript")

        def scene(binary):
            gate.unlink(missing_ok=True), passed.unlink(missing_ok=True)
            self.state.write_text("")
            self.state.chmod(0o644)
            self.write("live.log", b"the log\n")
            first = subprocess.Popen([binary, "-f", "-s", self.state, self.config], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                wait_until("the first is in its script", gate.exists)
                other = subprocess.Popen([binary, "-f", "-s", self.state, self.config], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    wait_until("the second has rotated, or refused", lambda: other.poll() is not None or "live.log.2" in self.names())
                finally:
                    passed.touch()
                    other.wait(LIMIT)
            finally:
                passed.touch()
                first.wait(LIMIT)
            return other.returncode, "live.log.2" in self.names()

        self.assertEqual(self.both(scene), {"logrotate": (0, True), "rotator": (3, False)})

    def test_one_bad_line_in_the_state_file(self):
        """logrotate#45, #78: what comes after it is unknown, so that nothing of it is rotated."""
        self.configure("daily\ncreate\nrotate 5")

        def scene(binary):
            self.write("live.log", b"the log\n")
            self.state.write_text(f'logrotate state -- version 2\n"/x" 2020-99-1\n"{self.logs}/live.log" 2020-1-1-0:0:0\n')
            self.rotate(binary)
            return "live.log.1" in self.names()

        self.assertEqual(self.both(scene), {"logrotate": False, "rotator": True})

    def test_a_rotation_that_failed_is_tried_again(self):
        """logrotate#422: the state file says that it was done, so that it waits for the next day."""
        trouble = self.dir / "trouble"
        self.configure(f"daily\ncreate\nrotate 5\nprerotate\n  [ ! -e {trouble} ]\nendscript")

        def scene(binary):
            self.write("live.log", b"the log\n")
            self.state.write_text(f'logrotate state -- version 2\n"{self.logs}/live.log" 2020-1-1-0:0:0\n')
            trouble.touch()
            self.assertEqual(self.rotate(binary).returncode, 1)
            trouble.unlink()
            self.rotate(binary)
            return "live.log.1" in self.names()

        self.assertEqual(self.both(scene), {"logrotate": False, "rotator": True})

    def test_archives_of_another_compressor_expire(self):
        """logrotate#526: what the compressor of last year made stays for ever."""
        self.configure("create\nrotate 2\ncompress\ncompresscmd /usr/bin/zstd\nuncompresscmd /usr/bin/unzstd\ndateext")

        def scene(binary):
            for day in ("20200101", "20200102", "20200103"):
                self.write(f"live.log-{day}.gz", compressed(day.encode()))
            self.write("live.log", b"the log\n")
            self.assertEqual(self.rotate(binary, "-f").returncode, 0)
            return [name for name in self.names() if name.endswith(".gz")]

        results = self.both(scene)
        self.assertEqual(len(results["logrotate"]), 3)
        self.assertEqual(results["rotator"], ["live.log-20200103.gz"])

    def test_a_writer_that_still_has_the_file(self):
        """`create` and `compress` without delaycompress: what is written while it is compressed, or later, goes with the file."""
        self.configure("create\ncompress\nrotate 5")

        def scene(binary):
            with open(self.logs / "live.log", "ab", buffering=0) as writer:
                writer.write(b"before\n")
                self.rotate(binary, "-f")
                writer.write(b"after\n")
            self.rotate(binary, "-f")
            return b"before\nafter\n" in self.contents().values()

        self.assertEqual(self.both(scene), {"logrotate": False, "rotator": True})

    def test_a_fifo_among_the_logs(self):
        """logrotate#607: opening it waits for somebody who writes, for ever, and no later log is rotated."""
        self.configure("create\nrotate 5\ncompress", f"{self.logs}/*.log")

        def scene(binary):
            os.mkfifo(self.logs / "a.log")
            self.write("b.log", b"the log\n")
            child = subprocess.Popen([binary, "-f", "-s", self.state, self.config], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            return "b.log.1.gz" in self.names()

        self.assertEqual(self.both(scene), {"logrotate": False, "rotator": True})

    def test_one_file_in_two_blocks(self):
        """logrotate#81, #109: the rest of what the pattern matches is passed over with it."""
        self.config.write_text(f"{self.logs}/b.log {{\n create\n rotate 5\n}}\n{self.logs}/*.log {{\n create\n rotate 5\n}}\n")
        self.config.chmod(0o644)

        def scene(binary):
            for name in "abc":
                self.write(f"{name}.log", b"the log\n")
            self.assertEqual(self.rotate(binary, "-f").returncode, 1)
            return [name for name in self.names() if name.endswith(".1")]

        self.assertEqual(self.both(scene), {"logrotate": ["a.log.1", "b.log.1"], "rotator": ["a.log.1", "b.log.1", "c.log.1"]})


if __name__ == "__main__":
    unittest.main()
