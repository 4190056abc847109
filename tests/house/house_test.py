#!/usr/bin/env python3
"""The tree keeps the rules of the house. Each rule is a function in checks.py; checks_test.py shows that each can fail."""

import concurrent.futures
import hashlib
import os
import pathlib
import subprocess
import unittest

import checks

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("LONGSHORE_BUILD", ROOT / "build/dev"))


class House(unittest.TestCase):
    def hold(self, problems):
        self.assertFalse(problems, "\n" + "\n".join(problems))

    def test_parts_and_libraries_meet_only_where_the_include_table_says(self):
        self.hold(checks.includes(ROOT))

    def test_pure_folders_touch_no_system_clock_or_log(self):
        self.hold(checks.pure_folders(ROOT))

    def test_files_are_short_and_every_folder_has_a_readme(self):
        self.hold(checks.lengths(ROOT))

    def test_headers_say_why_they_exist(self):
        self.hold(checks.headers(ROOT))

    def test_every_source_is_in_a_target(self):
        self.hold(checks.targets(ROOT, BUILD))

    def test_nothing_is_left_for_later_in_a_word(self):
        self.hold(checks.words(ROOT))

    def test_documents_name_files_that_exist(self):
        self.hold(checks.documents(ROOT))

    def test_headers_compile_alone(self):
        flags = checks.compile_flags(BUILD)
        stamps = BUILD / "house"
        stamps.mkdir(exist_ok=True)

        def compile_alone(name):
            stamp = stamps / hashlib.sha256(" ".join([name, *flags]).encode()).hexdigest()[:16]
            if stamp.exists():  # it lists what the header included when it last compiled
                made = stamp.stat().st_mtime_ns
                try:
                    if all(os.stat(file).st_mtime_ns < made for file in stamp.read_text().split("\n")):
                        return None
                except FileNotFoundError:
                    pass
            done = subprocess.run([*flags, "-fsyntax-only", "-H", "-x", "c++", str(ROOT / name), "-Wno-pragma-once-outside-header"],
                                  capture_output=True, text=True, check=False)
            if done.returncode:
                return f"{name} does not compile alone:\n{done.stderr[:2000]}"
            seen = [line.lstrip(". ") for line in done.stderr.splitlines() if line.startswith(".")]
            stamp.write_text("\n".join([str(ROOT / name), *seen]))
            return None

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            self.hold([problem for problem in pool.map(compile_alone, checks.unproven_headers(ROOT)) if problem])


if __name__ == "__main__":
    unittest.main()
