#!/usr/bin/env python3
"""Each invariant holds of a good rollout and is broken by the one thing it is about. No lab is needed: observations are made here."""
import copy
import sys
import tempfile
import types
import unittest
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "real"), str(Path(__file__).resolve().parents[1])]
from trials import invariants as must  # noqa: E402
from watch.proxy import Call  # noqa: E402
from watch.sampler import Sampler  # noqa: E402
from trials.observe import Ready  # noqa: E402

T = 1000.0
KINDS = ("get-close", "websocket")
OLD = {"Name": "/web", "State": {"Running": True}, "Config": {"Labels": {"longshore.component": "web", "version": "v1"}}}
OUT = {"lb1": ("NOLB", 0), "lb2": ("NOLB", 0)}


def call(number, at, method, target, container=None, balancers=None, host="host1"):
    return Call(number, T + at, host, method, target, copy.deepcopy(container), balancers or dict(OUT), 204, T + at)


def good():
    """host1 goes from v1 to v2 between 2 s and 4 s; host2 is not touched."""
    sampler = Sampler(types.SimpleNamespace(balancers=[]))
    for tenth in range(60):
        status = "NOLB" if 10 <= tenth < 45 else "UP"
        sampler.samples += [(T + tenth / 10, lb, {"host1": (status, 0), "host2": ("UP", 1)}) for lb in ("lb1", "lb2")]
    sampler.totals = {("lb1", "host1"): dict.fromkeys(("econ", "eresp", "wretr", "wredis", "hrsp_5xx"), 0)}
    return types.SimpleNamespace(
        began=T, failures=[], sampler=sampler, leaked=[],
        summary={"requests": 90, "failures": 0, "kinds": {kind: {"requests": 45, "failures": 0} for kind in KINDS}, "served": [
            {"server": "host1", "version": "v1", "requests": 20, "first": T + 0.1, "last": T + 1.2},
            {"server": "host1", "version": "v2", "requests": 20, "first": T + 4.6, "last": T + 5.9},
            {"server": "host2", "version": "v1", "requests": 50, "first": T, "last": T + 6}]},
        spans=[("host1", "v1", T, T + 2), ("host1", "v2", T + 3, T + 6), ("host2", "v1", T, T + 6)],
        calls=[call(1, 1.0, "POST", "/containers/health/kill?signal=SIGUSR1", {"Config": {"Labels": {}}}),
               call(2, 2.0, "POST", "/containers/abc/stop?t=10", OLD),
               call(3, 3.0, "POST", "/containers/def/start", {"Config": {"Labels": {"version": "v2"}}}),
               call(4, 4.4, "POST", "/containers/health/kill?signal=SIGUSR2", {"Config": {"Labels": {}}}),
               call(5, 5.8, "DELETE", "/containers/abc", {**OLD, "State": {"Running": False}})],
        ready=[Ready(T + 4.4, "host1", 200, "v2", "v2", "healthy")],
        before={"host2": [("id", "2026", "v1", True)]}, after={"host2": [("id", "2026", "v1", True)]})


class Invariants(unittest.TestCase):
    def setUp(self):
        self.seen = good()

    def broken(self, check, *arguments, of: str = ""):
        found = check(self.seen, *arguments)
        self.assertTrue(found)
        self.assertIn(of, " ".join(found))

    def test_a_good_rollout_breaks_none(self):
        for found in (must.i1_nobody_noticed(self.seen), must.i2_never_too_few(self.seen, 1), must.i3_never_stopped_in_use(self.seen),
                      must.i4_ready_only_when_good(self.seen), must.i5_serves_what_it_says(self.seen),
                      must.i6_others_untouched(self.seen, ["host2"]), must.i7_budget(self.seen, "v2", 0),
                      must.i13_old_kept_until_commit(self.seen, "v1")):
            self.assertEqual(found, [])

    def test_i1_one_failed_request(self):
        self.seen.failures.append({"reason": "status 503"})
        self.seen.summary["failures"] = 1
        self.broken(must.i1_nobody_noticed, of="503")

    def test_i1_one_redispatch(self):
        self.seen.sampler.totals["lb1", "host1"]["wredis"] = 1
        self.broken(must.i1_nobody_noticed, of="wredis=1")

    def test_i1_a_log_that_lacks_a_failure(self):
        self.seen.summary["failures"] = 1
        self.broken(must.i1_nobody_noticed)

    def test_i1_no_traffic_is_no_proof(self):
        self.seen.summary["kinds"]["websocket"]["requests"] = 0
        self.broken(must.i1_nobody_noticed, of="websocket")

    def test_i2_a_single_sample_below_the_floor(self):
        self.broken(must.i2_never_too_few, 2, of="lb1 had 1")

    def test_i3_a_stop_while_one_balancer_has_it(self):
        for status in ("UP", "UP 1/2", "no check"):
            self.seen.calls[1].balancers["lb2"] = (status, 0)
            self.broken(must.i3_never_stopped_in_use, of="lb2 said UP" if status != "no check" else "no check")

    def test_i3_a_stop_while_a_session_is_open(self):
        self.seen.calls[1].balancers["lb1"] = ("NOLB", 1)
        self.broken(must.i3_never_stopped_in_use, of="1 sessions")
        self.broken(must.i3_never_stopped_in_use, 5.0)
        self.assertEqual(must.i3_never_stopped_in_use(self.seen, 1.0), [])  # it was out for a second

    def test_i3_other_ways_to_end_it(self):
        for method, target in (("POST", "/containers/abc/kill?signal=SIGKILL"), ("POST", "/containers/abc/restart"),
                               ("DELETE", "/containers/abc?force=true")):
            self.seen.calls[1] = call(2, 2.0, method, target, OLD, {"lb1": ("UP", 0)})
            self.broken(must.i3_never_stopped_in_use)

    def test_i3_a_stop_that_nobody_could_judge(self):
        self.seen.calls[1].balancers = {}
        self.broken(must.i3_never_stopped_in_use)

    def test_i4_told_to_come_in_before_it_was_good(self):
        for change in ({"status": 503}, {"version": "v1"}, {"docker": "starting"}, {"version": "", "label": ""}):
            self.seen.ready = [Ready(**{**vars(good().ready[0]), **change})]
            self.broken(must.i4_ready_only_when_good)

    def test_i5_a_version_that_did_not_run_there(self):
        self.seen.summary["served"][1]["version"] = "v3"
        self.broken(must.i5_serves_what_it_says, of="v3")

    def test_i5_an_answer_after_the_end(self):
        self.seen.summary["served"][0]["last"] = T + 2.5
        self.broken(must.i5_serves_what_it_says, of="last")

    def test_i6_another_container_or_a_restart(self):
        for after in ([("other", "2026", "v1", True)], [("id", "2027", "v1", True)], []):
            self.seen.after["host2"] = after
            self.broken(must.i6_others_untouched, ["host2"])

    def test_i7_a_second_host(self):
        self.seen.calls.append(call(6, 5.9, "POST", "/containers/ghi/start", {"Config": {"Labels": {"version": "v2"}}}, host="host2"))
        self.broken(must.i7_budget, "v2", 0)

    def test_i8_anything(self):
        self.broken(must.i8_nothing_to_do)

    def fleet(self, containers):
        machine = types.SimpleNamespace(name="host1")
        return types.SimpleNamespace(
            lab=types.SimpleNamespace(hosts=[machine]), web=lambda _: containers,
            versions=lambda: {"host1": [one["Config"]["Labels"]["version"] for one in containers if one["State"]["Running"]]})

    def test_i10_none_two_another_or_one_under_another_name(self):
        web = {**OLD, "HostConfig": {"RestartPolicy": {"Name": "unless-stopped"}}}
        self.assertEqual(must.i10_one_each(self.fleet([web]), {"v1"}), [])
        for containers, versions in (([], {"v1"}), ([web, web], {"v1"}), ([web], {"v2"}), ([{**web, "Name": "/web.next.1"}], {"v1"}),
                                     ([{**web, "HostConfig": {"RestartPolicy": {"Name": "no"}}}], {"v1"})):
            self.assertTrue(must.i10_one_each(self.fleet(containers), versions))

    def test_i12_reports_that_disagree(self):
        junit = Path(tempfile.mkstemp()[1])
        self.addCleanup(junit.unlink)

        def run(code, failures, told):
            junit.write_text(f'<testsuite failures="{failures}"><testcase>{"<failure/>" * failures}</testcase></testsuite>')
            return types.SimpleNamespace(code=code, words=("apply",), junit=junit, output=lambda: "",
                                         events=lambda: [{"type": "summary", "exit_code": told}])
        self.assertEqual(must.i12_reports_agree(run(0, 0, 0), 0), [])
        self.assertEqual(must.i12_reports_agree(run(20, 1, 20), 20), [])
        for wrong, code in (((0, 0, 0), 20), ((0, 1, 0), 0), ((20, 0, 20), 20), ((20, 1, 0), 20)):
            self.assertTrue(must.i12_reports_agree(run(*wrong), code))

    def test_i13_the_old_one_is_removed_too_early(self):
        self.seen.calls[4].at = T + 4.0
        self.broken(must.i13_old_kept_until_commit, "v1")

    def test_i14_the_secret_anywhere(self):
        machine = types.SimpleNamespace(pid=lambda: 1, name="host1", docker=types.SimpleNamespace(
            alive=lambda: True, containers=lambda: [], get=lambda _: {}))
        fleet = types.SimpleNamespace(lab=types.SimpleNamespace(password="geheim", hosts=[machine]), runs=[])
        self.assertEqual(must.i14_no_secret(self.seen, fleet), [])
        fleet.runs = [types.SimpleNamespace(words=("apply",), texts=lambda: ["login with geheim"])]
        self.broken(must.i14_no_secret, fleet, of="output")
        fleet.runs = []
        machine.docker.get = lambda _: {"Volumes": [{"Labels": {"x": "geheim"}}]}
        self.broken(must.i14_no_secret, fleet, of="Docker")
        machine.docker.get = lambda _: {}
        self.seen.leaked = ["docker login -p geheim"]
        self.broken(must.i14_no_secret, fleet, of="command line")


if __name__ == "__main__":
    unittest.main()
