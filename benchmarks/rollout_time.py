"""What a rollout's time went into, from deployer's own events, and from what Docker and the load balancers showed meanwhile.

Waves of one only: hosts follow each other, so that each moment belongs to one part.
"""
import datetime
import json
import threading
import time

WAITS = ["pull", "docker stop", "docker start", "until Docker says healthy", "until all balancers show it", "watched, as configured"]
OWN = ["connections, first look, plan, lock", "preflight", "after the pull", "calls between the steps of a node", "noticed late: healthy",
       "noticed late: balancers", "watched for longer", "last look, commit, end"]
PARTS = WAITS + OWN


class Balancers:
    """Looks at every load balancer fifty times a second, each time once it has answered."""

    def __init__(self, lab):
        self.lab, self.samples, self.ending = lab, [], threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join(10)

    def _run(self) -> None:
        while not self.ending.wait(0.02):
            seen = [balancer.servers() for balancer in self.lab.balancers]
            self.samples.append((time.time(), {name: [one[name]["status"].startswith("UP") for one in seen] for name in seen[0]}))

    def shown(self, host: str, is_in: bool, begin: float, end: float) -> float:
        """When every one had shown between these times that it is in (or out) for good."""
        since = begin
        for at, servers in self.samples:
            if begin <= at <= end and any(one != is_in for one in servers[host]):
                since = at
        return min(since + 0.02, end)


def healthy_at(host, begin: float, end: float) -> float:
    """When Docker first called a container there healthy."""
    told = host.docker.call("GET", "/events", since=int(begin), until=int(end) + 1, filters={"event": ["health_status: healthy"]}).decode()
    times = [json.loads(line)["timeNano"] / 1e9 for line in told.splitlines()]
    return min(at for at in times if at >= begin)


def parts_of(rollout, hosts: list, balancers: Balancers) -> dict[str, float]:
    """Seconds of each part; `rollout` is a Run that has ended."""
    events = [(datetime.datetime.fromisoformat(event["time"]).timestamp(), event) for event in rollout.events() if event["type"] == "event"]
    ended = rollout.began + rollout.took
    spent = dict.fromkeys(PARTS, 0.0)
    spent["connections, first look, plan, lock"] = events[0][0] - rollout.began
    docker = {host.name: host for host in hosts}
    own = "connections, first look, plan, lock"
    for (at, event), (until, after) in zip(events, [*events[1:], (ended, {})]):
        step, host, waits = event["step"], event.get("host", ""), "waits_for" in event
        begins = {"lock": "preflight", "preflight": "after the pull", "create": "calls between the steps of a node",
                  "done": "calls between the steps of a node"}
        own = begins.get(step, own)
        if step == "done" and not after.get("host"):
            own = "last look, commit, end"
        if step == "pull" and after.get("step") == "pull":
            spent["pull"] += until - at
        elif step in ("stop", "start"):
            spent[f"docker {step}"] += until - at
        elif step == "probe" and waits:
            good = min(max(healthy_at(docker[host], at - 0.5, until), at), until)
            spent["until Docker says healthy"] += good - at
            spent["noticed late: healthy"] += until - good
        elif step in ("drain", "undrain") and waits:
            shown = balancers.shown(host, step == "undrain", at, until)
            spent["until all balancers show it"] += shown - at
            spent["noticed late: balancers"] += until - shown
        elif step == "soak" and waits:
            asked = min(datetime.datetime.fromisoformat(event["deadline"]).timestamp(), until)
            spent["watched, as configured"] += asked - at
            spent["watched for longer"] += until - asked
        else:
            spent[own] += until - at
    spent["deployer's own, together"] = sum(spent[part] for part in OWN)
    spent["the whole"] = rollout.took
    if abs(sum(spent[part] for part in PARTS) - rollout.took) > 0.01:
        raise SystemExit(f"the parts are not the whole: {spent}")
    return spent
