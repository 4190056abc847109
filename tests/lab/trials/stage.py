"""Where scenarios play: a lab with a fleet that serves a release, and the book of what happened."""
import contextlib
import dataclasses
import time
import traceback
from pathlib import Path

from harness import wait_until
from lab import Lab
from trials import invariants
from trials.fleet import Fleet
from trials.observe import Observation


@dataclasses.dataclass
class Result:
    """A line of docs/proof.md."""
    group: str
    title: str
    problems: list[str]
    exits: list[int]
    requests: int = 0
    failures: int = 0
    retried: int = 0           # econ, eresp, wretr and wredis of both load balancers together
    lowest: int | None = None  # servers in rotation, at any sample of any load balancer
    seconds: float = 0
    note: str = ""

    def ends(self) -> str:
        return " ".join(map(str, self.exits)) if len(self.exits) < 8 else f"{len(self.exits)} runs"


@dataclasses.dataclass
class Scenario:
    group: str
    title: str
    play: object
    hosts: int
    quick: bool  # of the part that runs in CI


SCENARIOS: list[Scenario] = []


def scenario(title: str, hosts: int = 3, quick: bool = False):
    def add(play):
        SCENARIOS.append(Scenario(play.__module__.rpartition(".")[2], title, play, hosts, quick))
        return play
    return add


class Stage:
    def __init__(self, folder: Path, hosts: int = 3):
        self.lab = Lab(folder)
        self.lab.up(hosts)
        self.fleet = Fleet(self.lab)
        self.fleet.start_health()
        self.number = 0
        self.result: Result
        self.hosts = hosts

    def run(self, one: Scenario) -> Result:
        """Plays it on a fleet that is whole, and mends what it left."""
        self.result = Result(one.group, one.title, [], [])
        self.hosts = one.hosts
        begin = time.time()
        try:
            self._make_whole()
            one.play(self)
        except Exception as error:  # noqa: BLE001: whatever it is, it is the result
            self.result.problems.append(str(error) if isinstance(error, AssertionError) else traceback.format_exc())
        self.result.exits = [run.code for run in self.fleet.runs[1:] if run.code is not None]  # the first made it whole
        self.result.seconds = time.time() - begin
        return self.result

    def _make_whole(self) -> None:
        """Everything is up, in its first configuration, and every host of the scenario serves a release of ours."""
        with contextlib.suppress(AssertionError):
            self.lab.stop_registry()
        self.lab.start_registry()
        for machine in (*self.lab.balancers, *self.lab.hosts):
            machine.link(True)
            if not machine.pid():
                machine.boot()
                machine.start(*([self.lab.hosts] if machine in self.lab.balancers else []))
        for host in self.lab.hosts:
            host.direct()
            host.wait()
        for balancer in self.lab.balancers:
            if balancer.configure(self.lab.hosts[:self.hosts]):
                balancer.reload()
            for host in self.lab.hosts[:self.hosts]:
                balancer.ask(f"set server web/{host.name} state ready; enable health web/{host.name}")
        self.fleet.wipe()
        self.fleet.configure(hosts=self.hosts)
        self.current = self.version()
        run = self.fleet.deploy("apply", self.fleet.release(self.current))
        if run.code:
            raise AssertionError(f"the first release: exit code {run.code}\n{run.output()}")
        self.fleet.wait_serving(self.current, self.hosts)

    # ---- what scenarios use
    def version(self) -> str:
        self.number += 1
        return f"v{self.number}"

    @property
    def names(self) -> list[str]:
        return [host.name for host in self.lab.hosts[:self.hosts]]

    @contextlib.contextmanager
    def observe(self, *traffic):
        """Everything watched; its figures go into the book."""
        with Observation(self.lab, *traffic) as seen:
            yield seen
        errors, result = seen.sampler.errors(), self.result
        result.requests += seen.summary["requests"]
        result.failures += seen.summary["failures"]
        result.retried += sum(errors[name] for name in ("econ", "eresp", "wretr", "wredis"))
        lowest = seen.sampler.lowest()
        result.lowest = lowest if result.lowest is None else min(result.lowest, lowest)

    def expect(self, *findings: list[str]) -> None:
        """Nothing of what the invariants found."""
        self.result.problems += [problem for found in findings for problem in found]

    def check(self, condition, what: str) -> None:
        if not condition:
            self.result.problems.append(what)

    def always(self, seen, floor: int | None = None) -> list[str]:
        return invariants.always(seen, self.fleet, self.hosts - 1 if floor is None else floor)

    def one_each(self, version: str) -> list[str]:
        return invariants.i10_one_each(self.fleet, {version}, self.names)

    def when(self, seen, matches, act) -> None:
        """Does act(call), once, right before the first call for which matches(call)."""
        done = []

        def look(call):
            if not done and matches(call):
                done.append(call)
                act(call)
        seen.watch.before.append(look)

    def wait_for_call(self, seen, matches, limit: float = 60):
        return wait_until("the call comes", lambda: next((call for call in seen.watch.since(0) if matches(call)), None), limit)
