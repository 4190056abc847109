"""More than one deployer, one that is told to stop, and one with hooks."""
import time

from harness import wait_until
from trials import invariants as must
from trials.registry import refused
from trials.stage import scenario


@scenario("two deployers at once: the second is turned away", quick=True)
def two_at_once(stage):
    mine, theirs = stage.version(), stage.version()
    locks = [stage.fleet.release(version) for version in (mine, theirs)]
    with stage.observe() as seen:
        first = stage.fleet.begin("apply", locks[0])
        stage.wait_for_call(seen, lambda call: call.is_("create"))
        second = stage.fleet.deploy("apply", locks[1])
        first.wait()
    stage.expect(must.i12_reports_agree(second, 11), must.i12_reports_agree(first, 0), stage.always(seen), stage.one_each(mine))
    foreign = [call.text() for call in seen.calls if call.label("composition") == f"c_{theirs}"]
    stage.check(not foreign, f"the second made containers: {foreign}")


@scenario("ten deployers at the same moment: one wins, or none, and nothing is mixed")
def race(stage):
    versions = [stage.version() for _ in range(10)]
    locks = [stage.fleet.release(version) for version in versions]
    with stage.observe() as seen:
        runs = [stage.fleet.begin("apply", lock) for lock in locks]
        codes = [run.wait().code for run in runs]
    winners = [version for version, code in zip(versions, codes) if code == 0]
    stage.check(len(winners) <= 1 and set(codes) <= {0, 11}, f"they ended with {codes}")
    stage.expect(stage.always(seen), stage.one_each(winners[0] if winners else stage.current))
    again = stage.fleet.deploy("apply", locks[0])  # nobody's lock was left
    stage.expect(must.i12_reports_agree(again, 0), stage.one_each(versions[0]))


@scenario("one waits for the other with --wait-lock")
def waits(stage):
    mine, theirs = stage.version(), stage.version()
    locks = [stage.fleet.release(version) for version in (mine, theirs)]
    with stage.observe() as seen:
        first = stage.fleet.begin("apply", locks[0])
        stage.wait_for_call(seen, lambda call: call.is_("create"))
        second = stage.fleet.begin("apply", "--wait-lock", "120s", locks[1])
        codes = [first.wait().code, second.wait().code]
    stage.check(codes == [0, 0], f"they ended with {codes}\n{second.output()}")
    stage.expect(stage.always(seen), stage.one_each(theirs))


@scenario("SIGTERM in the middle: the node's step is finished, then resume", quick=True)
def told_to_stop(stage):
    new = stage.version()
    lock = stage.fleet.release(new)
    with stage.observe() as seen:
        run = stage.fleet.begin("apply", lock)
        stage.wait_for_call(seen, lambda call: call.is_("stop"))
        run.terminate()
        run.wait(60)
        between = stage.fleet.versions()
        number = len(seen.calls)
        stage.fleet.deploy("status")
        time.sleep(1)
        stage.check(len(seen.calls) == number, "something went on after it had ended")
        again = stage.fleet.deploy("resume")
    stage.expect(must.i12_reports_agree(run, 40), must.i12_reports_agree(again, 0), stage.always(seen), stage.one_each(new))
    stage.check(sorted(len(found) for found in between.values()) == [1, 1, 1], f"after SIGTERM the fleet ran {between}")
    stage.check("resume" in run.output(), "the next command is not named")


@scenario("SIGTERM in the middle, then abort")
def told_to_stop_abort(stage):
    new = stage.version()
    lock = stage.fleet.release(new)
    with stage.observe() as seen:
        run = stage.fleet.begin("apply", lock)
        stage.wait_for_call(seen, lambda call: call.is_("stop"))
        run.terminate()
        run.wait(60)
        other = stage.fleet.deploy("apply", stage.fleet.release(stage.version()))
        again = stage.fleet.deploy("abort")
    stage.expect(must.i12_reports_agree(run, 40), must.i12_reports_agree(other, 11), must.i12_reports_agree(again, 0), stage.always(seen),
                 stage.one_each(stage.current))


@scenario("a lock whose owner is gone without a trace")
def stale(stage):
    new = stage.version()
    with stage.observe() as seen:
        run = stage.fleet.begin("apply", stage.fleet.release(new))
        stage.wait_for_call(seen, lambda call: call.is_("start"))
        run.child.kill()
        run.child.wait()
        wait_until("nothing goes on", lambda: not [call for call in seen.calls if call.at > time.time() - 2], 30)
        other = stage.fleet.deploy("apply", stage.fleet.release(stage.version()))
        stage.check(other.code == 11, f"another release over an unfinished one ended with {other.code}\n{other.output()}")
        stage.check("resume" in other.output() and "abort" in other.output(), f"what to do is not named:\n{other.output()}")
        again = stage.fleet.deploy("resume")
    stage.expect(must.i12_reports_agree(again, 0), stage.always(seen), stage.one_each(new))


@scenario("hooks: one that says no is obeyed; the others are told what happened", quick=True)
def hooks(stage):
    told = stage.fleet.folder / "told"
    say = {word: f"echo {word} $LONGSHORE_COMMAND $LONGSHORE_COMPOSITION >> {told}" for word in ("before", "after", "failed")}
    stage.fleet.configure(extra='hooks: {before: "exit 3"}\n')
    run = refused(stage, lambda lock, _: stage.fleet.deploy("apply", lock))
    stage.check("`exit 3` ended with 3" in run.output(), f"the hook is not named:\n{run.output()}")
    stage.fleet.configure(extra=f"hooks: {{{', '.join(f'{word}: {chr(34)}{command}{chr(34)}' for word, command in say.items())}}}\n")
    new, bad = stage.version(), stage.version()
    with stage.observe() as seen:
        good = stage.fleet.deploy("apply", stage.fleet.release(new))
        failed = stage.fleet.deploy("apply", stage.fleet.release(bad, exit=7))
    stage.expect(stage.always(seen), must.i12_reports_agree(good, 0), must.i12_reports_agree(failed, 20), stage.one_each(new))
    expected = [f"before apply c_{new}", f"after apply c_{new}", f"before apply c_{bad}", f"failed apply c_{bad}"]
    stage.check(told.read_text().splitlines() == expected, f"the hooks said {told.read_text()!r}")
