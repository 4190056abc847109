"""SIGKILL of deployer at every point of a rollout: before and after each call that changes something, and at each event that it
reports. One command afterwards, `resume` or `abort`, must make the fleet whole, and nobody may have noticed anything.
"""
import random
import threading
import time
from pathlib import Path

from harness import wait_until
from trials import invariants as must
from trials.stage import scenario
from watch.proxy import Kill

QUICK = {"bake": "500ms", "soak": "200ms"}
STEP = 7  # of the part that runs in CI: every so many points


def locked(stage) -> bool:
    """By a lock, or by the record of a rollout, which alone is left when a taking over was killed."""
    return any(volume["Name"].startswith(("longshore-lock.", "longshore-rollout.")) for host in stage.lab.hosts
               for volume in host.docker.get("/volumes").get("Volumes") or [])


def clients_of_ssh() -> list[str]:
    """That run now; ours are deployer's."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"ssh"):
            found.append(b" ".join(words).decode(errors="replace"))
    return found


def held_after_kill(stage, where: str) -> bool:
    """Whether something is unfinished, once nothing of the run that was killed is under way any more."""
    try:
        wait_until("nothing is left running", lambda: not clients_of_ssh(), 10, lambda: "\n".join(clients_of_ssh()))
    except AssertionError as error:
        stage.result.problems.append(f"{where}: {error}")
    time.sleep(0.3)  # what the proxy was about to forward
    return locked(stage)


def finish(stage, seen, lock, new: str, then: str, where: str) -> None:
    """After a kill: one command, and the fleet is whole."""
    held = held_after_kill(stage, where)
    run = stage.fleet.deploy(then if held else "apply", *([] if held else [lock]))
    goal = stage.current if held and then == "abort" else new
    stage.expect([f"{where}: {problem}" for problem in (*must.i12_reports_agree(run, 0), *stage.one_each(goal))])
    stage.check(not locked(stage), f"{where}: the lock was left")
    try:
        stage.fleet.wait_serving(goal, stage.hosts)
    except AssertionError as error:
        stage.result.problems.append(f"{where}: {error}")
    failures = seen.traffic.failures()
    if len(failures) > stage.noticed:
        stage.result.problems.append(f"{where}: {len(failures) - stage.noticed} requests failed: {failures[stage.noticed]}")
        stage.noticed = len(failures)
    stage.current = goal


def sweep(stage, kill_at, then: str, step: int = 1) -> None:
    """kill_at(seen, run, point) has the run killed at its point-th occasion; it is called before the run has done anything."""
    stage.fleet.configure(hosts=stage.hosts, policy=QUICK)
    stage.noticed = 0
    points, point = 0, 1
    with stage.observe("--slow", "400") as seen:
        while point < 400:
            new = stage.version()
            lock = stage.fleet.release(new)
            kill = kill_at(seen, point)
            run = stage.fleet.begin("apply", lock)
            kill.start(run)
            run.wait(120)
            if not kill.done():
                stage.expect(must.i12_reports_agree(run, 0))
                stage.current = new
                break
            points += 1
            finish(stage, seen, lock, new, then, f"{kill.describe()}, then {then}")
            if len(stage.result.problems) > 10:
                break
            point += step
    stage.check(points > 20 / step, f"only {points} points")
    stage.expect(stage.always(seen))
    stage.result.note = f"{points} kills"


class AtCall:
    """Right before the n-th call that changes something is forwarded, or right after Docker has answered it."""

    def __init__(self, seen, point: int, when: str):
        self.seen, self.kill = seen, Kill(len(seen.calls) + point, when, lambda: self.run.pid())

    def start(self, run) -> None:
        self.run, self.seen.watch.kill = run, self.kill

    def done(self) -> bool:
        return self.kill.done

    def describe(self) -> str:
        return f"killed {self.kill.when} {self.kill.call.text()}"


class AtEvent:
    """As soon as the n-th event is in the file."""

    def __init__(self, _, point: int):
        self.point, self.killed, self.text = point, False, ""

    def start(self, run) -> None:
        threading.Thread(target=self._watch, args=(run,), daemon=True).start()

    def _watch(self, run) -> None:
        while run.child.poll() is None:
            events = run.events()
            if len(events) >= self.point and events[-1].get("type") != "summary":
                run.child.kill()
                self.killed, self.text = True, str(events[self.point - 1].get("text"))
                return
            time.sleep(0.002)

    def done(self) -> bool:
        return self.killed

    def describe(self) -> str:
        return f"killed at event {self.point} ({self.text!r})"


def add(title: str, kill_at, then: str, quick: bool) -> None:
    scenario(title, hosts=2)(lambda stage: sweep(stage, kill_at, then))
    if quick:
        scenario(f"{title} (every {STEP}th)", hosts=2, quick=True)(lambda stage: sweep(stage, kill_at, then, STEP))


add("SIGKILL before each call, then resume", lambda seen, point: AtCall(seen, point, "before"), "resume", quick=True)
add("SIGKILL after each call, then resume", lambda seen, point: AtCall(seen, point, "after"), "resume", quick=False)
add("SIGKILL before each call, then abort", lambda seen, point: AtCall(seen, point, "before"), "abort", quick=False)
add("SIGKILL after each call, then abort", lambda seen, point: AtCall(seen, point, "after"), "abort", quick=True)
scenario("SIGKILL at each event, then resume", hosts=2)(lambda stage: sweep(stage, AtEvent, "resume"))
scenario("SIGKILL at each event, then abort", hosts=2)(lambda stage: sweep(stage, AtEvent, "abort"))


@scenario("SIGKILL again and again, also of resume and abort", hosts=3)
def again_and_again(stage):
    stage.fleet.configure(policy=QUICK)
    stage.noticed = 0
    chance = random.Random(2015)
    with stage.observe("--slow", "400") as seen:
        for _ in range(12):
            new = stage.version()
            lock, words, lives = stage.fleet.release(new), ["apply"], 0
            words.append(lock)
            while True:
                kill = AtCall(seen, chance.randint(1, 30), chance.choice(("before", "after")))
                run = stage.fleet.begin(*words)
                kill.start(run)
                run.wait(120)
                lives += 1
                if not kill.done() or lives == 8:
                    break
                held = held_after_kill(stage, f"{kill.describe()}, the {lives}th time")
                words = [chance.choice(("resume", "resume", "abort"))] if held else ["apply", lock]
            if kill.done():
                finish(stage, seen, lock, new, chance.choice(("resume", "abort")), f"after {lives} kills")
            else:
                seen.watch.kill = None
                stage.check(run.code == 0, f"{run.words} after {lives - 1} kills ended with {run.code}\n{run.output()[-2000:]}")
                stage.current = stage.current if run.words[0] == "abort" else new
                stage.expect(stage.one_each(stage.current))
            wait_until("all are in", lambda: all(row["status"] == "UP" for balancer in stage.lab.balancers
                                                 for row in balancer.servers().values()), 20)
    stage.expect(stage.always(seen))
