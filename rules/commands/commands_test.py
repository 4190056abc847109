#!/usr/bin/env python3
"""`rules` with the real binary: each command on small folders, its output and its exit code."""

import gzip
import http.server
import json
import os
import pathlib
import secrets
import subprocess
import tempfile
import threading
import unittest
import xml.etree.ElementTree

RULES = pathlib.Path(os.environ["LONGSHORE_BIN"]) / "rules"
ROOT = pathlib.Path(__file__).resolve().parents[2]

GOOD = r"""rules:
- rule: oom
  match: '"out of memory"'
  extract: 'message:/process (?P<pid>\d+) \((?P<program>[^)]+)\)/'
  group_by: [cap.program]
  open: {keep: 10m}
  alert: {priority: P1, message: 'Out of memory: {cap.program}'}
  tests:
  - name: one kill opens
    lines: ['Out of memory: Killed process 42 (java)']
    expect:
    - open: {at: 0s, cap.program: java}
    - close: {at: 10m}
- rule: denied
  match: 'denied AND NOT health'
  when: {count: '>= 4', within: 1m}
  open: {keep: 1m}
  alert: {priority: P3, message: '{count} times denied'}
  tests:
  - name: four in a minute
    lines: [{line: denied, times: 4, every: 10s}]
    expect:
    - open: {at: 30s}
    - close: {}
"""
OOM = "Out of memory: Killed process 42 (java)"


def line(minute, second, text):
    return f"<11>1 2026-11-23T04:{minute:02}:{second:02}Z web-1 kernel - - - {text}\n"


class Receiver(http.server.BaseHTTPRequestHandler):
    """Notes each request; answers with the server's status."""

    def do_POST(self):
        self.server.seen.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Commands(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rules_commands_test.")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.rules = self.folder("rules", GOOD)

    def folder(self, name, text):
        (self.dir / name).mkdir()
        (self.dir / name / "rules.yaml").write_text(text)
        return self.dir / name

    def run_rules(self, *words, expect=0, given=""):
        done = subprocess.run([RULES, *map(str, words)], input=given.encode(), capture_output=True, timeout=60, check=False)
        out, err = done.stdout.decode(), done.stderr.decode()
        self.assertEqual(done.returncode, expect, f"rules {words}\n{out}\n{err}")
        self.err = err
        return out

    def archive(self):
        lines = line(0, 0, OOM) + "".join(line(10, s, "denied") for s in range(20)) + line(30, 0, "all is well")
        path = self.dir / "archive.log.gz"
        path.write_bytes(gzip.compress(lines.encode()))
        return path

    # check

    def test_check_of_good_rules(self):
        self.assertIn("2 rules, 0 mutes; 0 errors", self.run_rules("check", self.rules))
        self.assertRegex(self.run_rules("check", "--cost", self.rules), r'oom +looks at lines with ".*memory')
        report = json.loads(self.run_rules("check", "--json", self.rules))
        self.assertEqual(report["errors"], [])
        self.assertEqual([(r["id"], r["looks_at"], r["tests"]) for r in report["rules"]], [("oom", "literal", 1), ("denied", "literal", 1)])

    def test_check_names_the_place_of_each_mistake(self):
        bad = self.folder("bad", "rules:\n- rule: a\n  match: 'x OR'\n  alert: {message: m}\n- rule: b\n  match: x\n  alert: {messge: m}\n")
        out = self.run_rules("check", bad, expect=78)
        self.assertRegex(out, r"rules\.yaml:3:\d+: error: .*match")
        self.assertRegex(out, r'rules\.yaml:7:\d+: error: .*did you mean "message"')
        report = json.loads(self.run_rules("check", "--json", bad, expect=78))
        self.assertEqual({e["line"] for e in report["errors"]}, {3, 7})
        self.assertEqual(report["rules"], [])
        self.assertIn("error", self.run_rules("check", self.dir / "none", expect=78))

    # test

    def test_tests_that_pass(self):
        out = self.run_rules("test", self.rules, "--junit", self.dir / "junit.xml")
        self.assertIn("2 tests of 2 rules: all passed", out)
        self.assertIn("denied: match: no test has a line that satisfies `health`", out)
        cases = xml.etree.ElementTree.parse(self.dir / "junit.xml").getroot().findall("./testsuite/testcase")
        self.assertEqual([c.get("name") for c in cases], ["one kill opens", "four in a minute"])

    def test_a_test_that_fails_shows_the_difference(self):
        bad = self.folder("bad", GOOD.replace("at: 30s", "at: 40s"))
        out = self.run_rules("test", bad, "--junit", self.dir / "junit.xml", expect=1)
        self.assertIn("FAIL denied: four in a minute", out)
        self.assertIn("  - open: {at: 40s}\n  + open: {at: 30s}\n", out)
        self.assertIn("2 tests of 2 rules: 1 failed", out)
        self.assertEqual(len(xml.etree.ElementTree.parse(self.dir / "junit.xml").getroot().findall(".//failure")), 1)
        self.assertIn("1 test of 1 rule: all passed", self.run_rules("test", bad, "--rule", "oom"))
        self.run_rules("test", bad, "--rule", "nobody", expect=64)

    def test_the_examples_pass(self):
        self.assertIn("all passed", self.run_rules("test", "--no-coverage", ROOT / "rules/examples"))

    # explain

    def test_explain_says_why(self):
        out = self.run_rules("explain", "--rules", self.rules, "--format", "raw", OOM)
        self.assertIn('PASS  "out of memory"   (the text is "Out of memory: Killed process 42 (java)")', out)
        self.assertIn('cap.program = "java"', out)
        self.assertIn("oom: matched 1 time, remembers 1 group, 1 open", out)
        self.assertIn("Out of memory: java (matched 1 time; ", out)
        out = self.run_rules("explain", "--rules", self.rules, "--rule", "denied", given="denied\ndenied health\x1b[31m\n")
        self.assertIn("FAIL  not\n        PASS  health", out)
        self.assertIn("denied: matched 1 time,", out)
        self.assertNotIn("\x1b", out)
        self.assertIn("no rule matches", self.run_rules("explain", "--rules", self.rules, "nothing"))
        self.run_rules("explain", "--rules", self.rules, "--rule", "nobody", "x", expect=64)

    # match

    def test_match_prints_a_json_line_for_each_match(self):
        given = f"hello\n{OOM}\n"
        out = self.run_rules("match", "--rules", self.rules, "--format", "raw", given=given)
        self.assertEqual(json.loads(out), {"line": 2, "rule": "oom", "captures": {"pid": "42", "program": "java"},
                                           "group": {"cap.program": "java"}, "message": OOM})
        self.assertEqual(self.run_rules("match", "--rules", self.rules, "--count", given=given), "1 oom\n")
        self.assertEqual(self.run_rules("match", "--rules", self.rules, given="hello\n", expect=1), "")
        self.run_rules("match", "--rules", self.dir / "none", given="hello\n", expect=2)
        out = self.run_rules("match", "--rules", self.rules, self.archive(), "-", given=given)
        self.assertEqual([json.loads(each)["file"] for each in out.splitlines()].count("-"), 1)

    def test_match_of_hostile_input(self):
        torn = self.dir / "torn.gz"
        torn.write_bytes(gzip.compress(f"{OOM}\n".encode() + secrets.token_bytes(100_000).hex().encode())[:-20])
        self.assertIn('"oom"', self.run_rules("match", "--rules", self.rules, torn, expect=2))
        self.assertRegex(self.err, r"torn\.gz: byte \d+: the file ends in the middle of its gzip data")
        binary = self.dir / "binary"
        binary.write_bytes(secrets.token_bytes(1 << 20) + b"\n" + b"x" * (3 << 20) + b"\n" + OOM.encode())
        self.assertIn('"oom"', self.run_rules("match", "--rules", self.rules, binary))

    # backtest

    def test_backtest_as_table_json_and_page(self):
        table = self.run_rules("backtest", "--rules", self.rules, self.archive(), "--json", self.dir / "out.json", "--html",
                               self.dir / "out.html")
        self.assertIn("22 lines from 2026-11-23T04:00:00Z to 2026-11-23T04:30:00Z (30m)", table)
        self.assertRegex(table, r"denied +P3 +20 +1 .* 2: 1  \[4: 1\]  8: 1  16: 1  32: 0")
        report = json.loads((self.dir / "out.json").read_text())
        oom = next(rule for rule in report["rules"] if rule["rule"] == "oom")
        self.assertEqual(oom["now"]["alerts"], [{"opened": "2026-11-23T04:00:00.000000Z", "closed": "2026-11-23T04:10:00.000000Z",
                                                 "count": 1, "group": "java", "message": "Out of memory: java"}])
        page = (self.dir / "out.html").read_text()
        self.assertIn("<svg", page)
        self.assertNotIn("http", page.replace("http-equiv", ""))

    def test_backtest_against_the_rules_before(self):
        old = self.folder("old", GOOD.replace(">= 4", ">= 40"))
        table = self.run_rules("backtest", "--rules", self.rules, "--against", old, self.archive(), "--threads", "3")
        self.assertRegex(table, r"denied .* 0 -> 1 ")
        out = self.run_rules("backtest", "--rules", self.rules, "--against", old, self.archive(), "--json", "-")
        self.assertEqual({r["rule"]: r["before"]["opened"] for r in json.loads(out)["rules"]}, {"oom": 1, "denied": 0})

    def test_backtest_says_what_it_could_not_read(self):
        untimed = self.dir / "untimed"
        untimed.write_text("denied\n" * 10)
        self.run_rules("backtest", "--rules", self.rules, untimed, expect=65)
        self.assertIn("no line carries a time", self.err)
        self.run_rules("backtest", "--rules", self.rules, self.archive(), self.dir / "none", expect=65)
        self.assertIn("none", self.err)

    # send-test

    def receiver(self, status):
        server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
        server.status, server.seen = status, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def test_send_test_opens_and_closes_one_alert(self):
        server = self.receiver(200)
        url = f"http://127.0.0.1:{server.server_port}/hook"
        self.run_rules("send-test", "--type", "webhook", "--url", url)
        self.assertIn("closing send-test", self.err)
        self.assertEqual([body["kind"] for _, body in server.seen], ["open", "close"])
        config = self.dir / "shipper.yaml"
        config.write_text(f"sources: whatever\nalerts:\n- {{type: file, path: {self.dir}/alerts}}\n- {{type: webhook, url: '{url}'}}\n")
        self.run_rules("send-test", "--config", config, expect=78)
        self.assertIn("say with --name which sink: file, webhook", self.err)
        self.run_rules("send-test", "--config", config, "--name", "webhook")
        self.assertEqual(len(server.seen), 4)

    def test_send_test_says_why_it_failed(self):
        url = f"http://127.0.0.1:{self.receiver(403).server_port}/hook"
        self.run_rules("send-test", "--type", "webhook", "--url", url, expect=69)
        self.assertIn("403", self.err)
        self.run_rules("send-test", "--type", "webhook", "--ulr", url, expect=78)
        self.assertIn('unknown option "ulr"', self.err)
        self.run_rules("send-test", expect=64)

    # all

    def test_usage(self):
        self.assertRegex(self.run_rules("--version"), r"^rules \d")
        self.assertIn("backtest", self.run_rules("--help"))
        self.run_rules(expect=64)
        self.run_rules("check", expect=64)


if __name__ == "__main__":
    unittest.main()
