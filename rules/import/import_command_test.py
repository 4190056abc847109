#!/usr/bin/env python3
"""`rules import`: whole folders, what is left out on standard error, exit codes."""

import os
import pathlib
import subprocess
import tempfile
import unittest

RULES = pathlib.Path(os.environ["LONGSHORE_BIN"]) / "rules"
GOOD = "title: Good\nid: g\nlogsource: {service: sshd}\ndetection: {s: {A: 1}, condition: s}\n"
BAD = "title: Bad\nid: b\ndetection: {s: {A|fieldref: B}, condition: s}\n"


class Import(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def run_rules(self, *words):
        return subprocess.run([RULES, *words], cwd=self.path, capture_output=True, text=True, check=False, timeout=60)

    def test_a_folder_becomes_rules_that_load(self):
        (self.path / "in/deep").mkdir(parents=True)
        (self.path / "in/deep/good.yml").write_text(GOOD)
        (self.path / "in/bad.yaml").write_text(BAD)
        (self.path / "in/notes.txt").write_text("title: [")
        done = self.run_rules("import", "sigma", "in", "--into", "out", "--service-clause")
        self.assertEqual(done.returncode, 0)
        self.assertIn("refused: in/bad.yaml: Bad: the modifier \"fieldref\"", done.stderr)
        self.assertTrue(done.stderr.endswith("1 of 2 rules imported, 0 notes\n"), done.stderr)
        self.assertIn("sshd", (self.path / "out/sigma-01.yaml").read_text())
        self.assertEqual(self.run_rules("check", "out").returncode, 0)

    def test_one_file_goes_to_standard_output(self):
        (self.path / "good.yml").write_text(GOOD)
        done = self.run_rules("import", "sigma", "good.yml")
        self.assertTrue(done.stdout.startswith("rules:\n# good.yml: Good\n- rule: sigma-g\n"), done.stdout)
        (self.path / "any.yaml").write_text("name: Any\ntype: any\nfilter: [{term: {a: b}}]\n")
        self.assertIn("- rule: elastalert-any\n", self.run_rules("import", "elastalert", "any.yaml").stdout)

    def test_nothing_to_import_is_told_by_the_exit_code(self):
        (self.path / "bad.yml").write_text(BAD)
        self.assertEqual(self.run_rules("import", "sigma", "bad.yml").returncode, 65)
        self.assertEqual(self.run_rules("import", "sigma", "missing.yml").returncode, 69)
        self.assertEqual(self.run_rules("import", "snort", "bad.yml").returncode, 64)


if __name__ == "__main__":
    unittest.main()
