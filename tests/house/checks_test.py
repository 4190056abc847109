#!/usr/bin/env python3
"""Every rule in checks.py can fail: a small tree that breaks it is refused, and the good tree beside it is not."""

import json
import pathlib
import tempfile
import unittest

import checks

HEADER = "// Why it exists.\n#pragma once\n"


class Checks(unittest.TestCase):
    def tree(self, **contents):
        """A tree of files; in a name `__` stands for `/` and `_dot_` for `.`."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for name, text in contents.items():
            path = pathlib.Path(folder.name) / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return folder.name

    def refused(self, problems, *words):
        self.assertEqual(len(problems), 1, problems)
        for word in words:
            self.assertIn(word, problems[0])

    def test_a_part_that_includes_another_is_refused(self):
        bad = self.tree(common__base__a_dot_cpp='#include "shipper/event/b.hpp"\n', shipper__event__b_dot_hpp=HEADER)
        self.refused(checks.includes(bad), "common/base/a.cpp:1", "shipper/event/b.hpp")
        self.assertEqual(checks.includes(self.tree(shipper__event__a_dot_cpp='#include "common/base/b.hpp"\n#include <map>\n',
                                                   common__base__b_dot_hpp=HEADER)), [])

    def test_a_library_outside_its_wrapper_is_refused(self):
        self.refused(checks.includes(self.tree(shipper__event__a_dot_cpp="\n#include <curl/curl.h>\n")), "a.cpp:2", "curl")
        self.refused(checks.includes(self.tree(shipper__event__a_dot_cpp="#include <boost/json.hpp>\n")), "no library")

    def test_a_test_may_look_at_its_whole_part_but_at_no_other(self):
        good = self.tree(shipper__event__a_test_dot_cpp='#include "shipper/spool/b.hpp"\n#include <gtest/gtest.h>\n',
                         shipper__spool__b_dot_hpp=HEADER)
        self.assertEqual(checks.includes(good), [])
        bad = self.tree(shipper__event__a_test_dot_cpp='#include "rotator/b.hpp"\n', rotator__b_dot_hpp=HEADER)
        self.assertIn("shipper/event may not include rotator/b.hpp", "\n".join(checks.includes(bad)))

    def test_a_folder_without_a_line_in_the_table_is_refused(self):
        self.refused(checks.includes(self.tree(shipper__novel__a_dot_cpp="")), "include_table.py")

    def test_a_pure_folder_that_reads_a_clock_or_a_socket_is_refused(self):
        self.refused(checks.pure_folders(self.tree(shipper__parse__a_dot_cpp="auto t = system_clock::now();")), "system_clock")
        self.refused(checks.pure_folders(self.tree(shipper__parse__a_dot_cpp="#include <sys/socket.h>\n")), "a.cpp:1", "sys/")
        self.assertEqual(checks.pure_folders(self.tree(shipper__parse__a_dot_cpp="// no system_clock here\n")), [])

    def test_a_long_file_and_a_folder_without_a_readme_are_refused(self):
        self.refused(checks.lengths(self.tree(rules__a_dot_cpp="\n" * 401, rules__README_dot_md="x\n")), "401 lines")
        self.refused(checks.lengths(self.tree(rules__a_dot_cpp="\n" * 400)), "README.md")
        self.refused(checks.lengths(self.tree(rules__a_dot_cpp="", rules__README_dot_md="x\n" * 31)), "31 lines")

    def test_a_header_that_does_not_say_why_is_refused(self):
        self.refused(checks.headers(self.tree(rules__a_dot_hpp="#pragma once\n")), "0 lines of comment")
        self.refused(checks.headers(self.tree(rules__a_dot_hpp="// Why.\n#include <map>\n#pragma once\n")), "begins neither")
        self.assertEqual(checks.headers(self.tree(rules__a_dot_hpp=HEADER)), [])

    def test_a_source_in_no_target_and_a_glob_are_refused(self):
        tree = pathlib.Path(self.tree(rules__a_dot_cpp="", rules__b_test_dot_cpp="", rules__c_test_dot_py="", rules__d_test_dot_py="",
                                      rules__CMakeLists_dot_txt="file(GLOB s *.cpp)\nlongshore_script_test(c_test COMMAND c_test.py)"))
        build = self.tree(**{"compile_commands.json": json.dumps([{"file": str(tree / "rules/a.cpp")}])})
        problems = checks.targets(tree, build)
        self.assertEqual(len(problems), 3, problems)
        self.assertIn("rules/b_test.cpp: in no CMake target", problems[0])
        self.assertIn("rules/d_test.py: no CMakeLists.txt names it", problems[1])
        self.assertIn("GLOB", problems[2])

    def test_a_type_that_is_defined_twice_is_refused(self):
        a, b = "namespace a {\nstruct X {\n};\n}  // namespace a\n", "namespace a {\nclass X final : Y {\n};\n}  // namespace a\n"
        self.refused(checks.types(self.tree(rules__a_dot_hpp=a, rules__b_dot_hpp=b)), "rules/b.hpp:2", "X is of rules/a.hpp:2")
        unnamed = "namespace a {\nnamespace {\nstruct X {\n};\n}  // namespace\nstruct X;\n}  // namespace a\n"
        self.assertEqual(checks.types(self.tree(rules__a_dot_hpp=a, rules__b_dot_cpp=unnamed, shipper__a_dot_hpp=a.replace("a {", "b {"))), [])

    def test_a_word_for_later_is_refused(self):
        self.refused(checks.words(self.tree(rules__a_dot_cpp="int x;  // TO" "DO: more\n")), "a.cpp:1")
        self.refused(checks.words(self.tree(tools__run="cd /wo" "rk/main\n")), "tools/run:1")
        self.assertEqual(checks.words(self.tree(tools__run="cd a/wo" "rk/main\n", tests__fuzz__corpus__x="TO" "DO")), [])

    def test_a_co_await_in_a_condition_is_refused(self):
        for bad in ("if (co_await f()) g();", "if (const bool ok = co_await f(a()); ok) g();", "while (!co_await f()) {}",
                    "x = a && co_await f();", "x = co_await f() || b;", "x = a ? co_await f() : 0;", "co_await f(p, [a = std::move(a)] { g(a); });",
                    "x = co_await f(\n[a]() mutable { g(a); });",
                    "co_await f(a, {.url = b});"):
            self.refused(checks.awaits(self.tree(rules__a_dot_cpp="\n" + bad)), "rules/a.cpp:2")
        for good in ("if (a && b) co_await f();", "x = co_await f();\nif (x) co_return a && b;", "// if (co_await f())",
                     "for (auto&& x : y) co_await f(a ? b : c);", "co_await f([this] { g(); }, [&] { g(); }, x[1]);",
                     'for (auto x : {"http://", "("}) co_await f(x);'):
            self.assertEqual(checks.awaits(self.tree(rules__a_dot_cpp=good)), [])

    def test_an_example_that_neither_runs_nor_says_why_is_refused(self):
        self.refused(checks.examples(self.tree(README_dot_md="x\n```sh\nls\n```\n")), "README.md:2")
        self.refused(checks.examples(self.tree(docs__a_dot_md="```yaml\na: 1\n```\n")), "docs/a.md:1")
        self.assertEqual(checks.examples(self.tree(docs__a_dot_md="<!-- run -->\n```sh\nls\n```\n```text\nx\n```\n")), [])
        self.assertEqual(checks.examples(self.tree(docs__a_dot_md="<!-- not run: needs a host -->\n```sh\nls\n```\n")), [])

    def test_a_document_that_names_a_missing_file_is_refused(self):
        self.refused(checks.documents(self.tree(README_dot_md="See `shipper/none.cpp`.\n")), "README.md:1", "shipper/none.cpp")
        self.refused(checks.documents(self.tree(docs__a_dot_md="[b](b.md)\n")), "links to b.md")
        self.assertEqual(checks.documents(self.tree(docs__a_dot_md="[b](b.md) `shipper/a.cpp`", docs__b_dot_md="",
                                                    shipper__a_dot_cpp="")), [])

    def test_only_headers_that_no_source_includes_first_need_a_compilation_of_their_own(self):
        tree = self.tree(rules__a_dot_hpp=HEADER, rules__a_dot_cpp='#include "rules/a.hpp"\n#include "rules/b.hpp"\n',
                         rules__b_dot_hpp=HEADER)
        self.assertEqual(checks.unproven_headers(tree), ["rules/b.hpp"])


if __name__ == "__main__":
    unittest.main()
