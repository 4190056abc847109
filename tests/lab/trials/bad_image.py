"""Releases that are bad: the first host finds out, goes back by itself, and the others are never touched."""
from trials import invariants as must
from trials.stage import scenario


def fails_on_the_first(stage, seen_by_clients: set[str], **behaviour):
    """`seen_by_clients`: reasons of failures that are unavoidable once the first host serves, and then from it alone."""
    old, bad = stage.current, stage.version()
    lock = stage.fleet.release(bad, **behaviour)
    with stage.observe() as seen:
        run = stage.fleet.deploy("apply", lock)
    begun = sorted({call.host for call in seen.calls if call.is_("start")})
    stage.check(len(begun) == 1, f"containers were started on {begun}")
    stage.expect(must.i12_reports_agree(run, 20), must.i7_budget(seen, bad, 0), must.i2_never_too_few(seen, stage.hosts - 1),
                 must.i3_never_stopped_in_use(seen), must.i4_ready_only_when_good(seen), must.i5_serves_what_it_says(seen),
                 must.i6_others_untouched(seen, [name for name in stage.names if name not in begun]),
                 must.i14_no_secret(seen, stage.fleet), stage.one_each(old))
    if seen_by_clients:
        wrong = [failure for failure in seen.failures if not any(failure["reason"].startswith(reason) for reason in seen_by_clients)
                 or failure["server"] not in (*begun, "")]
        stage.check(not wrong, f"failures that are not the first host's: {wrong[:3]}")
        stage.result.note = "failures: what the bad version itself answered while it was watched"
    else:
        stage.expect(must.i1_nobody_noticed(seen))
    pulls_back = [call for call in seen.calls if "/images/create" in call.target and call.at > min(
        (one.at for one in seen.calls if one.is_("start")), default=0)]
    stage.check(not pulls_back, "the rollback pulled")
    stage.fleet.wait_serving(old)
    return run, seen


@scenario("a version that exits at once", quick=True)
def exits(stage):
    run, _ = fails_on_the_first(stage, set(), exit=7)
    stage.check("configured to exit with 7" in run.output(), f"its last lines are not in the output:\n{run.output()}")


@scenario("a version that is never healthy")
def never_healthy(stage):
    stage.fleet.configure()
    fails_on_the_first(stage, set(), never_healthy=1)


@scenario("a version that starts too slowly")
def slow_start(stage):
    fails_on_the_first(stage, set(), start_delay=40_000)


@scenario("a version that is healthy, then dies")
def dies(stage):
    stage.fleet.configure(policy={"bake": "8s"})
    fails_on_the_first(stage, {"closed", "Connection reset", "status 502", "status 503", "the service closed"}, die_after=5000)


@scenario("a version that answers 500 while it is watched", quick=True)
def errors(stage):
    stage.fleet.configure(policy={"bake": "10s"})
    fails_on_the_first(stage, {"status 500"}, errors_after=4500)


@scenario("a version that is killed for want of memory")
def memory(stage):
    stage.fleet.configure(policy={"bake": "10s"})
    run, _ = fails_on_the_first(stage, {"closed", "Connection reset", "status 502", "status 503"}, eat_after=5000)
    stage.check("memory" in run.output().lower() or "oom" in run.output().lower(), f"want of memory is not named:\n{run.output()}")


@scenario("a version whose log says what it must not")
def log_pattern(stage):
    stage.fleet.configure(policy={"bake": "8s"}, gates={"log_pattern": "'payment failed'"})
    run, _ = fails_on_the_first(stage, set(), log_after=3500)
    stage.check("payment failed" in run.output(), "the line is not in the output")


def second_fails(stage, code: int, budget: int = 0) -> dict[str, list[str]]:
    """The version is good, but on the second host somebody takes its port in the moment between the old and the new one. What the
    fleet runs then."""
    old, new = stage.current, stage.version()
    lock = stage.fleet.release(new)
    begun: list[str] = []

    def look(call):
        if len(begun) == 2 and call.host == begun[1]:
            stage.lab.machine(call.host).free_port()
        if call.is_("start") and call.label("composition") == f"c_{new}" and call.host not in begun:
            begun.append(call.host)
            if len(begun) == 2:
                stage.lab.machine(call.host).take_port(8080)
    with stage.observe() as seen:
        seen.watch.before.append(look)
        run = stage.fleet.deploy("apply", lock)
    stage.check(len(begun) >= 2, f"only {begun} were begun")
    stage.expect(must.i12_reports_agree(run, code), must.i7_budget(seen, new, budget + 1), stage.always(seen))
    return {version: sorted(name for name, found in stage.fleet.versions().items() if found == [version]) for version in (old, new)}


@scenario("the second host fails, the budget is none: stopped")
def stopped(stage):
    old = stage.current
    runs = second_fails(stage, 21)
    stage.check(len(runs[old]) == 2, f"the fleet runs {runs}")


@scenario("the second host fails, the budget is none: everything rolled back")
def all_back(stage):
    stage.fleet.configure(policy={"on_failure": "rollback"})
    old = stage.current
    runs = second_fails(stage, 22)
    stage.check(len(runs[old]) == 3, f"the fleet runs {runs}")


@scenario("the second host fails, within the budget: the third follows")
def within_budget(stage):
    stage.fleet.configure(policy={"failure_budget": 1})
    old = stage.current
    runs = second_fails(stage, 23, budget=1)
    stage.check(len(runs[old]) == 1, f"the fleet runs {runs}")
