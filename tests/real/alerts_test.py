#!/usr/bin/env python3
"""From a line to a page and closed again: shipper with rules, real senders, and a receiver with OpsGenie's ways and limits."""
import datetime
import json
import socket
import subprocess
import time
import unittest
import urllib.request

from harness import BIN, Process, RealTest, free_port, need, run, wait_until

RULES = """rules:
- rule: oom
  match: '"Out of memory"'
  open: {keep: 3s}
  limits: {notify_every: 1s}
  alert: {priority: P1, message: '{count}x {message}'}
- rule: unit
  match: 'syslog.appname:unit AND failed'
  extract: 'message:/unit (?P<n>\\d+)/'
  group_by: [cap.n]
  open: {keep: 2s}
  limits: {max_open: 10000}
  alert: {message: 'unit {cap.n} failed'}
"""


class AlertReceiver:
    def __init__(self, test: RealTest):
        self.port = free_port()
        self.process = test.start(BIN / "alert_receiver", "--port", self.port, "--quiet", name="alert_receiver")
        wait_until("the receiver of alerts listens", lambda: self.ask("/report") is not None, why=self.process.tail)

    def ask(self, path: str, body: str | None = None) -> str | None:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body.encode() if body else None,
                                         method="PUT" if body else "GET")
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def mode(self, mode: str) -> None:
        self.ask("/mode", mode)

    def history(self) -> dict[str, list[str]]:
        """What had an effect, by alias, in order."""
        all_of: dict[str, list[str]] = {}
        for line in (self.ask("/report") or "").splitlines():
            seen = json.loads(line)
            if seen.get("effect", True):
                all_of.setdefault(seen["alias"], []).append(seen["what"])
        return all_of


class Alerts(RealTest):
    def setUp(self):
        super().setUp()
        self.pager = AlertReceiver(self)
        self.port = free_port()
        (self.dir / "rules").mkdir()
        (self.dir / "rules/rules.yaml").write_text(RULES)
        self.key = self.dir / "key"
        self.key.write_text("key-of-the-test\n")
        self.ours = self.shipper(
            f'sources:\n  - {{type: syslog, listen: "tcp://127.0.0.1:{self.port}"}}\n'
            f"sinks:\n  - {{type: archive, dir: {self.dir / 'archive'}}}\n"
            f"rules: {{dir: {self.dir / 'rules'}}}\n"
            f'alerts:\n  - {{type: opsgenie, url: "http://127.0.0.1:{self.pager.port}", api_key_file: {self.key}, per_minute: 60000}}\n')

    def log(self, text: str) -> None:
        run(need("logger", "bsdutils"), "-n", "127.0.0.1", "-P", self.port, "--tcp", "-p", "daemon.err", text)

    def kill_and_start(self) -> None:
        self.ours.kill()
        self.ours.start()

    def seen(self, sent: int) -> bool:
        """The last unit has opened its alert, here: it may not be on disk yet."""
        return any(alert["alias"].endswith(f"|{sent - 1}") for alert in self.ours.status().get("alerts", []))

    def history_of(self, rule: str) -> list[str]:
        return next((what for alias, what in self.pager.history().items() if alias.startswith(rule)), [])

    def test_a_line_pages_more_of_them_count_and_the_page_closes_though_shipper_is_killed_in_between(self):
        self.log("Out of memory: Killed process 42 (java)")
        wait_until("the alert is open", lambda: self.history_of("oom") == ["open"], why=self.ours.tail)
        for _ in range(3):
            self.log("Out of memory: Killed process 43 (java)")
        wait_until("its count rises", lambda: self.ours.status()["alerts"][0]["count"] == 4)
        self.kill_and_start()
        self.assertTrue(self.ours.status()["alerts"][0]["open"], "it goes on after the restart")
        self.log("Out of memory: Killed process 44 (java)")
        wait_until("it closes after its quiet time", lambda: "close" in self.history_of("oom"), why=self.ours.tail)
        told = self.history_of("oom")
        self.assertEqual((told[0], told[-1], told.count("open"), told.count("close")), ("open", "close", 1, 1), told)

    def test_every_alert_opens_once_and_closes_once_through_kills_and_a_pager_in_trouble(self):
        sent = 0
        modes = ["503*20", "429:1*3", "reset*10", "half*5", "ok", "never*2", "lost*5", "pending:2", "html200*3"]
        for mode in modes:
            self.pager.mode(mode)
            with socket.create_connection(("127.0.0.1", self.port)) as out:
                for _ in range(20):
                    now = datetime.datetime.now(datetime.UTC).strftime("%FT%T.%fZ")
                    out.sendall(f"<27>1 {now} h unit 7 - - unit {sent} failed\n".encode())
                    sent += 1
            wait_until("they are seen", lambda: self.seen(sent), why=self.ours.tail)
            time.sleep(0.1)
            self.kill_and_start()
        self.pager.mode("ok")
        expected = {str(n) for n in range(sent)}

        def units() -> dict[str, list[str]]:
            return {alias.rsplit("|", 1)[1]: what for alias, what in self.pager.history().items() if alias.startswith("unit")}

        def missing() -> dict[str, list[str]]:
            return {n: units().get(n, []) for n in expected if units().get(n, [])[-1:] != ["close"]}
        wait_until(f"{sent} alerts are closed", lambda: not missing(), 60,
                   why=lambda: f"{missing()}\n{self.ours.status()['alert_sinks']}\n{self.ours.tail()}")
        wrong = {n: what for n, what in units().items() if [w for w in what if w in ("open", "close")] != ["open", "close"]}
        self.assertEqual(wrong, {})
        self.assertEqual(self.ours.status()["alert_sinks"][0]["refused"], 0)

    def test_explain_shows_what_the_running_shipper_knows(self):
        self.log("Out of memory: Killed process 42 (java)")
        wait_until("the alert is open", lambda: self.history_of("oom") == ["open"], why=self.ours.tail)
        wait_until("nothing waits", lambda: self.ours.status()["alert_sinks"][0]["waiting"] == 0)
        out = run(BIN / "rules", "explain", "--rules", self.dir / "rules", "--live", self.ours.admin, "Out of memory: what now")
        live = out[out.index("in the shipper at"):]
        self.assertRegex(live, r"oom: matched 1 time, the last time at \S+Z, remembers 1 group, 1 open\n")
        self.assertRegex(live, r"  open, told at \S+: 1x Out of memory: Killed process 42 \(java\) \(matched 1 time; oom\|")
        self.assertIn("alerts to opsgenie: ok, 0 changes waiting\n", live)
        done = subprocess.run([BIN / "rules", "explain", "--rules", self.dir / "rules", "--live", f"127.0.0.1:{free_port()}", "x"],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (69, 1), done.stderr)

    def test_an_edit_of_a_rule_is_at_work_and_a_removed_rule_closes_its_alert(self):
        self.log("Out of memory: Killed process 42 (java)")
        wait_until("the alert is open", lambda: self.history_of("oom") == ["open"], why=self.ours.tail)
        (self.dir / "rules/rules.yaml").write_text("rule: other\nmatch: trouble\n")
        wait_until("it is closed", lambda: self.history_of("oom")[-1] == "close", why=self.ours.tail)
        self.log("trouble ahead")
        wait_until("the new rule opens", lambda: self.history_of("other") == ["open"], why=self.ours.tail)


if __name__ == "__main__":
    unittest.main()
