#!/usr/bin/env python3
"""A deploy as shipper is told of it: its line arrives, rules know of it, and it is over by itself when nobody ends it."""
import json
import unittest
import urllib.error
import urllib.request

from harness import RealTest, free_port, need, run, wait_until

RULES = """rules:
- rule: always
  match: failed
  open: {keep: 1m}
- rule: quiet
  match: failed
  mute: {deploy: 1h}
  open: {keep: 1m}
- rule: beside
  match: 'failed AND -deploy.active:true'
  open: {keep: 1m}
- rule: of_the_deploy
  match: 'syslog.appname:longshore-deploy AND json.phase:begin AND deploy.version:c_1'
  open: {keep: 1m}
"""
BEGIN = {"kind": "deploy", "phase": "begin", "environment": "prod", "composition": "c_1", "rollout": "r1", "by": "deploy #42"}
END = {"kind": "deploy", "phase": "end", "environment": "prod", "rollout": "r1", "outcome": "succeeded"}


class Annotations(RealTest):
    def setUp(self):
        super().setUp()
        (self.dir / "rules").mkdir()
        (self.dir / "rules/rules.yaml").write_text(RULES)
        self.sink = self.receiver()
        self.port = free_port()
        self.ours = self.shipper(f'sources:\n  - {{type: syslog, listen: "tcp://127.0.0.1:{self.port}"}}\n'
                                 f"rules: {{dir: {self.dir / 'rules'}}}\n" + self.loggly(self.sink))
        wait_until("the rules are at work", lambda: self.ours.status()["rules"]["loaded"] == 4, why=self.ours.tail)

    def ask(self, body: dict | str, method: str = "POST") -> tuple[int, str]:
        data = body if isinstance(body, str) else json.dumps(body)
        request = urllib.request.Request(f"http://{self.ours.admin}/annotations", data.encode() if data else None, method=method)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def log(self, text: str) -> None:
        run(need("logger", "bsdutils"), "-n", "127.0.0.1", "-P", self.port, "--tcp", "-p", "daemon.err", text)

    def open_rules(self) -> set[str]:
        return {alert["rule"] for alert in self.ours.status()["alerts"] if alert["open"]}

    def under_way(self) -> list[str]:
        return [each["composition"] for each in self.ours.status()["annotations"]]

    def test_a_deploy_is_a_line_that_arrives_and_rules_know_of_it(self):
        self.assertEqual(self.ask(BEGIN), (200, "ok\n"))
        self.assertEqual(self.under_way(), ["c_1"])
        self.assertEqual(self.ask({**BEGIN, "ttl": "1h"}), (200, "ok\n"))
        self.log("it failed in the deploy")
        wait_until("a rule sees the line", lambda: "always" in self.open_rules(), why=self.ours.tail)
        self.assertEqual(self.open_rules(), {"always", "of_the_deploy"})
        self.assertEqual(self.ask(END), (200, "ok\n"))
        self.assertEqual(self.under_way(), [])
        self.log("it failed after the deploy")
        wait_until("a rule sees that no deploy is on", lambda: "beside" in self.open_rules(), why=self.ours.tail)
        self.assertNotIn("quiet", self.open_rules(), "within an hour of its begin")
        lines = self.arrived(self.sink, 4, self.ours)
        told = [line for line in lines if "longshore-deploy" in json.dumps(line)]
        self.assertEqual(len(told), 2, "the second begin gave more time only\n" + "\n".join(map(json.dumps, lines)))
        self.assertIn("succeeded", json.dumps(told[1]))

    def test_a_deploy_that_nobody_ends_is_over_by_itself(self):
        self.assertEqual(self.ask({**BEGIN, "ttl": "300ms"}), (200, "ok\n"))
        self.assertEqual(self.under_way(), ["c_1"])
        wait_until("it is over", lambda: not self.under_way(), 10)
        self.log("it failed after the deploy")
        wait_until("rules know", lambda: "beside" in self.open_rules(), why=self.ours.tail)
        self.assertIn("expired", json.dumps(self.arrived(self.sink, 3, self.ours)))

    def test_what_is_wrong_is_told_and_changes_nothing(self):
        for body, status, text in (({**BEGIN, "colour": "blue"}, 400, "colour: there is no such member"),
                                   ({**BEGIN, "ttl": "10"}, 400, "ttl: "),
                                   ({**BEGIN, "kind": "party"}, 400, 'kind: must be "deploy"'),
                                   ("not json", 400, "no JSON object"),
                                   ("", 400, "no JSON object"),
                                   (" " * 5000, 413, "longer than 4096 bytes"),
                                   ("x" * 900_000, 413, "longer than 4096 bytes")):
            answer = self.ask(body)
            self.assertEqual(answer[0], status, answer)
            self.assertIn(text, answer[1])
        self.assertEqual(self.ask("", "GET")[0], 405)
        self.assertEqual(self.ask("", "DELETE")[0], 405)
        self.assertEqual((self.under_way(), self.ours.status()["spooled_events"]), ([], 0))


if __name__ == "__main__":
    unittest.main()
