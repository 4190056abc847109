"""What must hold in every rollout, whatever happens to it. Each is a function from an observation to what breaks it, as sentences
with the evidence. Numbers as in the tables of docs/proof.md; I6 to I9, I11 and I12 are of particular scenarios, which ask for them.
"""
import xml.etree.ElementTree as xml

from watch.sampler import is_in

SLACK = 0.15  # seconds by which the clocks of Docker's events and of the clients may differ, one scheduler's delay included


def i1_nobody_noticed(seen) -> list[str]:
    """No client failed, and no load balancer had to try again."""
    problems = [f"{len(seen.failures)} requests failed, the first: {seen.failures[0]}"] if seen.failures else []
    if seen.summary["failures"] != len(seen.failures):
        problems.append(f"the log has {len(seen.failures)} failures, the summary {seen.summary['failures']}")
    problems += [f"HAProxy counted {name}={count}" for name, count in seen.sampler.errors().items() if count]
    idle = [kind for kind, count in seen.summary["kinds"].items() if not count["requests"]]
    return problems + [f"no request of the kind {kind} was made" for kind in idle]


def i2_never_too_few(seen, floor: int) -> list[str]:
    """At no sample had a load balancer fewer servers in rotation than the floor."""
    low = [(at, name, count) for at, name, count in seen.sampler.serving() if count < floor]
    return [f"{len(low)} samples below the floor of {floor}, first: {low[0][1]} had {low[0][2]} at {low[0][0] - seen.began:.1f} s"] if low else []


def i3_never_stopped_in_use(seen, drain_deadline: float | None = None) -> list[str]:
    """No container was stopped while a load balancer sent its host requests or had sessions there. With `drain_deadline`: sessions
    may be left, if the node was out for that long."""
    problems = []
    for call in seen.calls:
        ends = call.is_("stop") or call.is_("restart") or (call.is_("kill") and "USR" not in call.target) or (
            call.method == "DELETE" and "force" in call.target)
        if not ends or call.label("component") != "web" or not call.container["State"]["Running"]:
            continue
        if not call.balancers:
            problems.append(f"{call.text()}: no load balancer could be asked")
        for name, (status, sessions) in call.balancers.items():
            late = drain_deadline is not None and out_since(seen, name, call.host, call.at) >= drain_deadline - 0.5
            if is_in(status) or (sessions and not late):
                problems.append(f"{call.text()}: {name} said {status} with {sessions} sessions")
    return problems


def out_since(seen, balancer: str, host: str, until: float) -> float:
    """For how many seconds before `until` the balancer had the host out without a break."""
    since = until
    for at, name, servers in reversed(seen.sampler.samples):
        if name == balancer and at <= until:
            if is_in(servers[host][0]):
                break
            since = at
    return until - since


def i4_ready_only_when_good(seen) -> list[str]:
    """A node was told to come in only when it answered by itself, as the version that its container is made of."""
    return [f"{one.host} was told to come in: health {one.status}, says {one.version!r}, is {one.label!r}, Docker says {one.docker}"
            for one in seen.ready if one.status != 200 or not one.version or one.version != one.label or one.docker != "healthy"]


def i5_serves_what_it_says(seen) -> list[str]:
    """Every version that clients saw on a host was running there, by Docker's own events, while they saw it."""
    problems = []
    for served in seen.summary["served"]:
        if not served["server"]:
            continue
        spans = [(since, until) for host, version, since, until in seen.spans if (host, version) == (served["server"], served["version"])]
        for what, moment in (("first", served["first"]), ("last", served["last"])):
            if not any(since - SLACK <= moment <= until + SLACK for since, until in spans):
                problems.append(f"{served['server']} served {served['version']} ({what} at {moment - seen.began:.2f} s), which did not run then")
    return problems


def i6_others_untouched(seen, others: list[str]) -> list[str]:
    """The hosts that are not concerned have the very same running containers as before, not restarted."""
    problems = []
    for name in others:
        before, after = ({one[:3] for one in ids[name] if one[3]} for ids in (seen.before, seen.after))
        if before != after or not before:
            problems.append(f"{name} had {sorted(before)}, has {sorted(after)}")
    return problems


def i7_budget(seen, version: str, budget: int) -> list[str]:
    """Once more hosts had failed than the budget allows, no other was given the version."""
    begun = {call.host for call in seen.calls if call.is_("start") and version in str((call.container or {}).get("Config", {}).get("Labels"))}
    return [f"{version} was started on {sorted(begun)}, allowed: {budget + 1}"] if len(begun) > budget + 1 else []


def i8_nothing_to_do(seen) -> list[str]:
    """Nothing was changed at all."""
    return [f"{len(seen.calls)} calls that change something, first: {seen.calls[0].text()}"] if seen.calls else []


def i10_one_each(fleet, versions: set[str], hosts: list[str] | None = None) -> list[str]:
    """Every host runs one container of the component, it is the active one, and all are of one of the versions."""
    problems = []
    for host in fleet.lab.hosts:
        if hosts is not None and host.name not in hosts:
            continue
        running = [one for one in fleet.web(host) if one["State"]["Running"]]
        names = [(one["Name"], (one["Config"]["Labels"] or {}).get("version")) for one in running]
        if len(running) != 1 or names[0][0] != "/web" or names[0][1] not in versions:
            problems.append(f"{host.name} runs {names}, expected one /web of {sorted(versions)}")
        elif running[0]["HostConfig"]["RestartPolicy"]["Name"] != "unless-stopped":
            problems.append(f"{host.name}: /web has the restart policy {running[0]['HostConfig']['RestartPolicy']['Name']}")
    everywhere = {version for found in fleet.versions().values() for version in found}
    if hosts is None and len(everywhere) != 1:
        problems.append(f"versions are mixed: {fleet.versions()}")
    return problems


def i12_reports_agree(run, code: int, fleet=None, version: str = "") -> list[str]:
    """Exit code, JUnit and events say the same, and with `version`, that the fleet runs it."""
    problems = [] if run.code == code else [f"deployer {run.words[0]} ended with {run.code}, expected {code}\n{run.output()[-3000:]}"]
    try:
        suite = xml.parse(run.junit).getroot()
    except (OSError, xml.ParseError) as error:
        return [*problems, f"no JUnit report: {error}\n{run.output()[-3000:]}"]
    failures = len(suite.findall(".//failure"))
    if int(suite.get("failures", "-1")) != failures or bool(failures) != (run.code != 0):
        problems.append(f"exit code {run.code}, but JUnit has {suite.attrib} and {failures} failures")
    last = next((event for event in reversed(run.events()) if event.get("type") == "summary"), None)
    if not last or last["exit_code"] != run.code:
        problems.append(f"exit code {run.code}, but the last event is {last}")
    if fleet and {one for found in fleet.versions().values() for one in found} != {version}:
        problems.append(f"exit code {run.code}, but the fleet runs {fleet.versions()}")
    return problems


def i13_old_kept_until_commit(seen, old: str) -> list[str]:
    """Nothing of the old version was removed before the last node had come in."""
    last = max((one.at for one in seen.ready), default=0)
    return [f"{call.text()} before the last node came in" for call in seen.calls
            if call.method == "DELETE" and call.at < last and call.container
            and (call.container["Config"]["Labels"] or {}).get("version") == old]


def i14_no_secret(seen, fleet) -> list[str]:
    """The registry's password is in no command line, output, report, label or environment."""
    secret = fleet.lab.password
    problems = [f"in a command line: {line}" for line in seen.leaked]
    problems += [f"in an output of deployer {run.words[0]}" for run in fleet.runs for text in run.texts() if secret in text]
    for host in fleet.lab.hosts:
        if host.pid() and host.docker.alive():
            whole = str(host.docker.containers()) + str(host.docker.get("/volumes"))
            if secret in whole:
                problems.append(f"in what Docker on {host.name} keeps")
    return problems


def always(seen, fleet, floor: int) -> list[str]:
    """Those that hold in every scenario in which the clients may notice nothing."""
    return [f"{name}: {problem}" for name, problems in {
        "I1": i1_nobody_noticed(seen), "I2": i2_never_too_few(seen, floor), "I3": i3_never_stopped_in_use(seen),
        "I4": i4_ready_only_when_good(seen), "I5": i5_serves_what_it_says(seen), "I14": i14_no_secret(seen, fleet)}.items() for problem in problems]
