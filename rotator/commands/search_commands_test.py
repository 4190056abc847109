#!/usr/bin/env python3
"""rotator grep, cat and verify as they are typed: options, exit codes, and what goes to which stream."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROTATOR = pathlib.Path(os.environ["LONGSHORE_BIN"]) / "rotator"


class SearchCommands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        (self.dir / "app.log").write_text(
            "2026-11-27T05:00:00Z start\n2026-11-27T06:00:00Z Error one\n\tat main\n2026-11-27T07:00:00Z error two -x\n")
        subprocess.run(["gzip", "-k", "app.log"], cwd=self.dir, check=True)

    def run_rotator(self, *words, code=0):
        done = subprocess.run([ROTATOR, *words], cwd=self.dir, capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done)
        return done

    def test_grep_takes_the_options_of_grep(self):
        self.assertEqual(self.run_rotator("grep", "-c", "error", "app.log").stdout, "1\n")
        self.assertEqual(self.run_rotator("grep", "-ic", "error", "app.log.gz").stdout, "2\n")
        self.assertEqual(self.run_rotator("grep", "-hn", "-e", "two", "-e", "start", "app.log", "app.log.gz").stdout,
                         "1:2026-11-27T05:00:00Z start\n4:2026-11-27T07:00:00Z error two -x\n" * 2)
        self.assertEqual(self.run_rotator("grep", "-l", "one", ".").stdout.count("app.log"), 2)
        self.assertEqual(self.run_rotator("grep", "-v", "-m1", "2026", "app.log").stdout, "\tat main\n")
        self.assertEqual(self.run_rotator("grep", "-F", "-q", "--", "-x", "app.log").stdout, "")
        self.assertEqual(self.run_rotator("grep", "-H", "start", "app.log").stdout, "app.log:2026-11-27T05:00:00Z start\n")
        self.assertEqual(self.run_rotator("grep", "nowhere", "app.log", code=1).stdout, "")

    def test_times_and_trouble(self):
        lines = self.run_rotator("cat", "--since", "2026-11-27 06:00", "--until", "2026-11-27T07:00:00Z", "app.log.gz").stdout
        self.assertEqual(lines, "2026-11-27T06:00:00Z Error one\n\tat main\n")
        self.assertIn("no time", self.run_rotator("grep", "--since", "soon", "x", "app.log", code=2).stderr)
        self.assertIn("nothing.log", self.run_rotator("grep", "x", "nothing.log", code=2).stderr)
        self.assertIn("(", self.run_rotator("grep", "(", "app.log", code=2).stderr)
        self.assertIn("file or a folder", self.run_rotator("grep", "x", code=2).stderr)
        self.run_rotator("grep", "--nonsense", "x", "app.log", code=2)
        self.assertIn("--since", self.run_rotator("grep", "--help").stdout)
        self.assertIn("rotator grep, cat, verify", self.run_rotator("--help").stdout)

    def test_verify_finds_the_damage(self):
        self.assertIn("app.log.gz: good", self.run_rotator("verify", ".").stdout)
        whole = (self.dir / "app.log.gz").read_bytes()
        (self.dir / "app.log.gz").write_bytes(whole[:-1])
        self.assertIn(f"DAMAGED at byte {len(whole) - 1}", self.run_rotator("verify", "-q", ".", code=1).stdout)
        self.run_rotator("verify", "nothing", code=2)


if __name__ == "__main__":
    unittest.main()
