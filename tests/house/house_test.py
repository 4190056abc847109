#!/usr/bin/env python3
"""The tree keeps the rules of the house. Each rule is a function in checks.py; checks_test.py shows that each can fail."""

import os
import pathlib
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

    def test_every_type_is_defined_once(self):
        self.hold(checks.types(ROOT))

    def test_every_source_is_in_a_target(self):
        self.hold(checks.targets(ROOT, BUILD))

    def test_nothing_is_left_for_later_in_a_word(self):
        self.hold(checks.words(ROOT))

    def test_documents_name_files_that_exist(self):
        self.hold(checks.documents(ROOT))

    def test_no_coroutine_awaits_in_a_condition(self):
        self.hold(checks.awaits(ROOT))

    def test_examples_of_the_documentation_are_run_or_say_why_not(self):
        self.hold(checks.examples(ROOT))


if __name__ == "__main__":
    unittest.main()
