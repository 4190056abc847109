"""Hosts, daemons, disks, networks and load balancers fail in the middle. Afterwards one command makes the fleet whole."""
import time

from harness import wait_until
from trials import invariants as must
from trials.registry import refused
from trials.stage import scenario

DRAIN, READY = "SIGUSR1", "SIGUSR2"


def leaves(call) -> bool:
    return call.is_("kill") and DRAIN in call.target


def cut_and_heal(stage, matches, how, heal):
    """A rollout in which how(host) happens at the first call that matches; then heal(host), and `resume` must make it whole."""
    new = stage.version()
    lock = stage.fleet.release(new)
    struck: list[str] = []
    with stage.observe() as seen:
        def strike(call):
            struck.append(call.host)
            how(stage.lab.machine(call.host))
        stage.when(seen, matches, strike)
        run = stage.fleet.deploy("apply", lock)
        stage.check(struck, "it was never struck")
        if struck:
            heal(stage.lab.machine(struck[0]))
        if run.code in (0, 20):  # it came through by itself, or went back by itself
            again = run
        else:
            again = stage.fleet.deploy("resume")
            stage.check(again.code in (0, 20, 21), f"resume ended with {again.code}\n{again.output()[-3000:]}")
        stage.expect(must.i12_reports_agree(again, again.code))
        version = new if again.code == 0 else stage.current
        stage.fleet.wait_serving(version)
    stage.expect(stage.always(seen), stage.one_each(version))
    stage.result.note = f"exit {run.code}" + ("" if again is run else f", then resume {again.code}")


@scenario("a host is unreachable from the beginning", quick=True)
def unreachable(stage):
    def act(lock, _):
        stage.lab.hosts[1].link(False)
        run = stage.fleet.deploy("apply", lock)
        stage.lab.hosts[1].link(True)
        return run
    new = stage.version()
    lock = stage.fleet.release(new)
    with stage.observe() as seen:
        run = act(lock, seen)
        time.sleep(1)
    stage.expect(must.i12_reports_agree(run, 10), must.i6_others_untouched(seen, stage.names))
    stage.check("host2" in run.output(), f"the host is not named:\n{run.output()}")
    stage.fleet.wait_serving(stage.current)
    stage.result.note = "failures: those of the unplugged host's own clients"


@scenario("a host's network fails after it was drained")
def cut_drained(stage):
    cut_and_heal(stage, lambda call: call.is_("stop"), lambda host: host.link(False), lambda host: host.link(True))


@scenario("a host's network fails between the old and the new container")
def cut_stopped(stage):
    cut_and_heal(stage, lambda call: call.is_("start"), lambda host: host.link(False), lambda host: host.link(True))


@scenario("a host loses its power between the old and the new container", quick=True)
def power(stage):
    def heal(host):
        host.boot()
        host.start()
        host.wait()
    cut_and_heal(stage, lambda call: call.is_("start"), lambda host: host.kill(), heal)


@scenario("dockerd is restarted while its host is drained")
def restarted(stage):
    cut_and_heal(stage, lambda call: call.is_("stop"), lambda host: host.restart_dockerd(), lambda host: host.wait())


@scenario("dockerd is killed while the new container starts")
def killed(stage):
    def kill(host):
        host.stop_dockerd(9)
        host.start_dockerd()
    cut_and_heal(stage, lambda call: call.is_("start"), kill, lambda host: host.wait())


@scenario("one of two load balancers is unreachable: refused")
def one_balancer(stage):
    def act(lock, _):
        stage.lab.balancers[1].link(False)
        run = stage.fleet.deploy("apply", lock)
        stage.lab.balancers[1].link(True)
        return run
    old, new = stage.current, stage.version()
    lock = stage.fleet.release(new)
    with stage.observe("--limit", "30000") as seen:
        run = act(lock, seen)
        wait_until("it has all servers again", lambda: all(
            row["status"] == "UP" for row in stage.lab.balancers[1].servers().values()), 20)
    mine = [failure for failure in seen.failures if failure["target"] == "lb1"]
    stage.check(not mine, f"failures at the load balancer that was not unplugged: {mine[:2]}")
    stage.expect(must.i12_reports_agree(run, 10), must.i6_others_untouched(seen, stage.names), stage.one_each(old))
    stage.check("lb2" in run.output(), f"the load balancer is not named:\n{run.output()}")
    stage.result.note = "failures: those through the unplugged load balancer"


@scenario("a load balancer becomes unreachable in the middle: no node leaves while it cannot be asked")
def balancer_lost(stage):
    new = stage.version()
    lock = stage.fleet.release(new)
    lost = stage.lab.balancers[1]
    with stage.observe("--limit", "30000") as seen:
        stage.when(seen, leaves, lambda _: lost.link(False))
        run = stage.fleet.deploy("apply", lock)
        lost.link(True)
        wait_until("it has servers again", lambda: any(row["status"] == "UP" for row in lost.servers().values()), 20)
        stage.check(run.code in (20, 21, 30, 40), f"ended with {run.code}")
        again = stage.fleet.deploy("resume") if run.code not in (20,) else run
        stage.fleet.wait_serving(new if again.code == 0 else stage.current)
    mine = [failure for failure in seen.failures if failure["target"] == "lb1"]
    stage.check(not mine, f"failures at the load balancer that was not unplugged: {mine[:2]}")
    gone = {call.host for call in seen.calls if leaves(call)}
    stage.check(run.code != 20 or len(gone) == 1, f"{gone} left while a load balancer could not be asked")
    stage.expect(stage.one_each(new if again.code == 0 else stage.current))
    stage.result.note = f"exit {run.code}; failures: those through the unplugged load balancer"


@scenario("a load balancer whose checks are off: refused")
def unchecked(stage):
    def act(lock, _):
        for host in stage.lab.hosts:
            stage.lab.balancers[1].ask(f"disable health web/{host.name}")
        run = stage.fleet.deploy("apply", lock)
        for host in stage.lab.hosts:
            stage.lab.balancers[1].ask(f"enable health web/{host.name}")
        return run
    run = refused(stage, act)
    stage.check("lb2" in run.output() and "no check" in run.output(), f"balancer and reason are not named:\n{run.output()}")


@scenario("a load balancer that does not look for an hour: the node is not stopped, and comes back")
def stuck(stage):
    old, new = stage.current, stage.version()
    lock = stage.fleet.release(new)
    stage.fleet.configure(policy={"drain_deadline": "3s"})
    slow = stage.lab.balancers[1]
    file = slow.folder / "haproxy.cfg"
    file.write_text(file.read_text().replace("inter 300ms", "inter 1h"))  # the next trial puts it back
    slow.reload()
    wait_until("it has looked once", lambda: all(row["status"] == "UP" for row in slow.servers().values()), 20)
    with stage.observe() as seen:
        run = stage.fleet.deploy("apply", lock)
    stopped = [call.text() for call in seen.calls if call.is_("stop") and call.label("component") == "web"]
    stage.check(not stopped, f"stopped all the same: {stopped}")
    stage.expect(must.i12_reports_agree(run, 20), stage.always(seen), must.i6_others_untouched(seen, stage.names), stage.one_each(old))
    stage.check("lb2" in run.output(), f"the load balancer is not named:\n{run.output()}")


@scenario("both load balancers are reloaded in the middle", quick=True)
def reload(stage):
    new = stage.version()
    lock = stage.fleet.release(new)
    with stage.observe() as seen:
        stage.when(seen, lambda call: call.is_("stop"), lambda _: [balancer.reload() for balancer in stage.lab.balancers])
        run = stage.fleet.deploy("apply", lock)
    # A reload closes idle connections of clients: a request that crosses that on the wire fails, whatever deployer does (RFC 9112 9.3.1)
    unfair = [failure for failure in seen.failures if "used before" in failure["reason"] or failure["kind"] == "websocket"]
    stage.check(len(unfair) == len(seen.failures), f"failed: {[one for one in seen.failures if one not in unfair][:3]}")
    stage.check(not any(seen.sampler.errors().values()), f"HAProxy counted {seen.sampler.errors()}")
    stage.result.note = "failures: WebSockets and requests that crossed the end of a client's idle connection"
    stage.expect(must.i12_reports_agree(run, 0), must.i2_never_too_few(seen, stage.hosts - 1), must.i3_never_stopped_in_use(seen),
                 must.i4_ready_only_when_good(seen), must.i5_serves_what_it_says(seen), stage.one_each(new))


@scenario("the disk of a host is full")
def disk(stage):
    """Docker's data of one host lies on a small file system of its own."""
    host, same = stage.lab.hosts[1], stage.fleet.compose(stage.current, stage.fleet.digests[stage.current])
    host.limit_disk("64m")
    try:
        stage.fleet.equip(host)
        stage.fleet.deploy("apply", same)
        stage.fleet.wait_serving(stage.current)
        host.fill_disk(left=4 << 20)
        run = refused(stage, lambda lock, _: stage.fleet.deploy("apply", lock), padding=16 << 20)
        stage.check("host2" in run.output() and "space" in run.output(), f"host and reason are not named:\n{run.output()}")
    finally:
        host.limit_disk(None)


@scenario("a port that the release wants is somebody else's on one host")
def port(stage):
    old, new = stage.current, stage.version()
    stage.lab.hosts[2].take_port(9090)
    stage.fleet.configure(ports=["9090:8080"])
    lock = stage.fleet.release(new)
    try:
        with stage.observe() as seen:
            run = stage.fleet.deploy("apply", lock)
        stage.check(run.code in (10, 20, 21), f"ended with {run.code}\n{run.output()}")
        stage.expect(stage.always(seen), must.i12_reports_agree(run, run.code))
        versions = stage.fleet.versions()
        stage.check(versions["host3"] == [old] and all(len(found) == 1 for found in versions.values()), f"the fleet runs {versions}")
        stage.check("9090" in run.output() or "port" in run.output(), f"the port is not named:\n{run.output()}")
        stage.result.note = f"exit {run.code}"
    finally:
        stage.lab.hosts[2].free_port()
