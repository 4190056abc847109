"""Rollouts that go well: nobody may notice, whatever the number of hosts."""
from harness import wait_until
from trials import invariants as must
from trials.stage import scenario


def roll_out(stage, *traffic, floor=None, version=None, lock=None):
    """A good release to the whole fleet, and that doing it again changes nothing."""
    old, new = stage.current, version or stage.version()
    lock = lock or stage.fleet.release(new)
    with stage.observe(*traffic) as seen:
        run = stage.fleet.deploy("apply", lock)
    stage.expect(stage.always(seen, floor), must.i12_reports_agree(run, 0), stage.one_each(new), must.i13_old_kept_until_commit(seen, old))
    with stage.observe() as again:
        second = stage.fleet.deploy("apply", lock)
    stage.expect(must.i12_reports_agree(second, 0), must.i8_nothing_to_do(again))
    return seen


@scenario("a good release, and the same again", quick=True)
def good(stage):
    roll_out(stage)


@scenario("two hosts", hosts=2)
def two(stage):
    roll_out(stage)


@scenario("ten hosts, three at a time", hosts=10)
def ten(stage):
    stage.fleet.configure(hosts=10, policy={"wave": 3, "floor": 7})
    roll_out(stage, floor=7)


@scenario("waves of two, of which one must serve")
def waves(stage):
    stage.fleet.configure(policy={"wave": 2, "floor": 1})
    roll_out(stage, floor=1)


@scenario("one host: refused without allow_downtime, and with it only the gap is noticed", hosts=1, quick=True)
def one(stage):
    stage.fleet.configure(hosts=1, policy={"allow_downtime": "false", "floor": 1})
    new = stage.version()
    lock = stage.fleet.release(new)
    with stage.observe() as seen:
        refused = stage.fleet.deploy("apply", lock)
    stage.expect(must.i12_reports_agree(refused, 10), must.i1_nobody_noticed(seen), must.i6_others_untouched(seen, stage.names),
                 stage.one_each(stage.current))
    stage.fleet.configure(hosts=1)
    with stage.observe() as seen:
        run = stage.fleet.deploy("apply", lock)
    stage.expect(must.i12_reports_agree(run, 0), must.i3_never_stopped_in_use(seen), must.i4_ready_only_when_good(seen), stage.one_each(new))
    reasons = {failure["reason"] for failure in seen.failures}
    stage.check(reasons == {"status 503"}, f"while no server is in rotation, HAProxy says 503; clients saw {reasons}")
    stage.result.note = "failures: 503 while the only host was replaced"


@scenario("Docker's sockets directly, without ssh")
def sockets(stage):
    stage.fleet.configure(transport="unix")
    roll_out(stage)


@scenario("HAProxy is told over its runtime API")
def runtime_api(stage):
    stage.fleet.configure(drain="haproxy")
    roll_out(stage)


@scenario("health is stopped and started instead")
def health_stopped(stage):
    stage.fleet.configure(drain="health_stop")
    roll_out(stage)


@scenario("a saved plan: applied, and refused when the fleet has moved since", quick=True)
def saved_plan(stage):
    new, plan = stage.version(), stage.fleet.folder / "plan.json"
    lock = stage.fleet.release(new)
    stage.fleet.deploy("plan", "--out", plan, lock)
    old_plan = plan.read_text()
    with stage.observe() as seen:
        run = stage.fleet.deploy("apply", plan)
    stage.expect(must.i12_reports_agree(run, 0), stage.always(seen), stage.one_each(new))
    plan.write_text(old_plan)
    with stage.observe() as seen:
        run = stage.fleet.deploy("apply", plan)
    stage.expect(must.i12_reports_agree(run, 10), must.i8_nothing_to_do(seen), stage.one_each(new))


@scenario("only the configuration changes")
def configuration(stage):
    stage.fleet.configure(greeting="good evening")
    lock = stage.fleet.compose(stage.current, stage.fleet.digests[stage.current])
    plan = stage.fleet.deploy("plan", lock)
    stage.check(plan.code == 2, f"plan ends with {plan.code}")
    stage.check("GREETING" in plan.output(), f"plan does not name what changes:\n{plan.output()}")
    roll_out(stage, version=stage.current, lock=lock)


@scenario("rollback to the release before")
def rollback(stage):
    old, new = stage.current, stage.version()
    stage.fleet.deploy("apply", stage.fleet.release(new))
    with stage.observe() as seen:
        run = stage.fleet.deploy("rollback")
    stage.expect(stage.always(seen), must.i12_reports_agree(run, 0), stage.one_each(old))
    pulls = [call for call in seen.calls if "/images/create" in call.target]
    stage.check(not pulls, f"it pulled: {[call.text() for call in pulls]}")


@scenario("rollback to a release whose image is nowhere any more: refused")
def rollback_pruned(stage):
    old, new = stage.current, stage.version()
    stage.fleet.deploy("apply", stage.fleet.release(new))
    stage.fleet.registry.delete("lab/web", stage.fleet.digests[old])
    for host in stage.lab.hosts:
        for one in stage.fleet.web(host):
            if not one["State"]["Running"]:
                host.docker.remove(one["Id"])
        host.docker.call("DELETE", f"/images/{stage.lab.REGISTRY}/lab/web@{stage.fleet.digests[old]}", force=1)
    with stage.observe() as seen:
        run = stage.fleet.deploy("rollback")
    stage.expect(must.i12_reports_agree(run, 10), stage.always(seen, 3), must.i6_others_untouched(seen, stage.names), stage.one_each(new))


@scenario("a service that ignores SIGTERM")
def deaf(stage):
    stage.fleet.configure(grace="2s")
    stage.current = stage.version()
    stage.fleet.deploy("apply", stage.fleet.release(stage.current, ignore_term=1))
    roll_out(stage)


@scenario("WebSockets that do not end: cut at the drain deadline, and reported; nobody else notices")
def long_sessions(stage):
    stage.fleet.configure(policy={"drain_deadline": "3s"})
    new = stage.version()
    with stage.observe("--messages", 100000) as seen:
        run = stage.fleet.deploy("apply", stage.fleet.release(new))
    stage.expect(must.i12_reports_agree(run, 0), must.i2_never_too_few(seen, 2), must.i3_never_stopped_in_use(seen, drain_deadline=3),
                 must.i4_ready_only_when_good(seen), must.i5_serves_what_it_says(seen), stage.one_each(new))
    others = [failure for failure in seen.failures if failure["kind"] != "websocket"]
    stage.check(not others, f"others than WebSockets failed: {others[:2]}")
    stage.check(seen.failures, "no WebSocket was cut: they did not last")
    stage.check("deadline" in run.output() or "session" in run.output(), "the sessions that were cut are not reported")
    stage.result.note = "failures: WebSockets that lasted longer than the drain deadline"


@scenario("drift by hand: a container removed, another node left drained", quick=True)
def drift(stage):
    lock = stage.fleet.compose(stage.current, stage.fleet.digests[stage.current])
    removed, drained, third = stage.lab.hosts
    for host in (removed, drained):
        host.docker.call("POST", "/containers/health/kill", signal="SIGUSR1")
    wait_until("both are out", lambda: all(balancer.servers()[host.name]["status"] != "UP" for host in (removed, drained)
                                           for balancer in stage.lab.balancers), 10)
    removed.docker.remove("web")
    removed.docker.call("POST", "/containers/health/kill", signal="SIGUSR2")
    # Whoever removed it by hand also let it in again: what came of that is over before deployer is watched.
    wait_until("it is down", lambda: all(balancer.servers()[removed.name]["status"].startswith("DOWN") for balancer in stage.lab.balancers), 20)
    plan = stage.fleet.deploy("plan", lock)
    stage.check(plan.code == 2, f"plan ends with {plan.code}\n{plan.output()}")
    with stage.observe() as seen:
        run = stage.fleet.deploy("apply", lock)
    stage.expect(must.i1_nobody_noticed(seen), must.i3_never_stopped_in_use(seen), must.i4_ready_only_when_good(seen),
                 must.i12_reports_agree(run, 0), must.i6_others_untouched(seen, [third.name]), stage.one_each(stage.current))
    stage.fleet.wait_serving(stage.current)
