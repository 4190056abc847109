"""The registry is not what one expects: nothing may be touched, or it may not matter any more."""
from trials import invariants as must
from trials.stage import scenario


def containers_untouched(stage, seen) -> list[str]:
    """No call had to do with a container: at most notes (volumes) and images."""
    touched = [call.text() for call in seen.calls if call.target.startswith("/containers/")]
    return [f"containers were touched: {touched[:3]}"] if touched else []


def refused(stage, act, padding: int = 0):
    """act(lock) is a run that must end with 10, with every container as before and nobody having noticed."""
    old, new = stage.current, stage.version()
    lock = stage.fleet.release(new, padding=padding)
    with stage.observe() as seen:
        run = act(lock, seen)
    stage.expect(stage.always(seen, stage.hosts), must.i12_reports_agree(run, 10), containers_untouched(stage, seen),
                 must.i6_others_untouched(seen, stage.names), stage.one_each(old))
    locks = [volume["Name"] for host in stage.lab.hosts for volume in host.docker.get("/volumes").get("Volumes") or []
             if "lock" in volume["Name"]]
    stage.check(not locks, f"the lock was left: {locks}")
    return run


@scenario("the registry is down before", quick=True)
def down_before(stage):
    def act(lock, _):
        stage.lab.stop_registry()
        return stage.fleet.deploy("apply", lock)
    run = refused(stage, act)
    stage.check("registry:5000" in run.output(), f"the registry is not named:\n{run.output()}")


@scenario("the registry goes down while images are pulled")
def down_during(stage):
    def act(lock, seen):
        stage.when(seen, lambda call: "/images/create" in call.target, lambda _: stage.lab.stop_registry())
        return stage.fleet.deploy("apply", lock)
    refused(stage, act)


@scenario("the registry goes down after all have the image")
def down_after(stage):
    new = stage.version()
    lock = stage.fleet.release(new)
    with stage.observe() as seen:
        stage.when(seen, lambda call: call.is_("create"), lambda _: stage.lab.stop_registry())
        run = stage.fleet.deploy("apply", lock)
    stage.expect(stage.always(seen), must.i12_reports_agree(run, 0), stage.one_each(new))


@scenario("a wrong password", quick=True)
def wrong_password(stage):
    def act(lock, _):
        return stage.fleet.deploy("apply", lock, LAB_REGISTRY_PASSWORD="not-the-password")
    run = refused(stage, act)
    stage.check("not-the-password" not in "".join(run.texts()), "the password was printed")


@scenario("the image is gone from the registry")
def missing(stage):
    def act(lock, _):
        stage.fleet.registry.delete("lab/web", lock.read_text().strip().rpartition("@")[2])
        return stage.fleet.deploy("apply", lock)
    refused(stage, act)


@scenario("a tag that does not exist: resolve says so")
def no_tag(stage):
    composition = stage.fleet.folder / "compositions/c_none.composition"
    composition.write_text(f"web {stage.lab.REGISTRY}/lab/web:none\n")
    run = stage.fleet.deploy("resolve", composition)
    stage.check(run.code not in (0, None), f"resolve ended with {run.code}")
    stage.check("none" in run.output(), f"the tag is not named:\n{run.output()}")
    stage.check(not composition.with_suffix(".composition.lock").exists(), "a lock was written")


@scenario("a stamp that moved: resolve refuses, the lock goes on to mean what was tested")
def moved(stage):
    stamp = "20150619_1504"
    composition = stage.fleet.folder / "compositions/c_moved.composition"
    composition.write_text(f"web {stage.lab.REGISTRY}/lab/web:{stamp}\n")
    stage.fleet.release(stamp)
    first = stage.fleet.deploy("resolve", composition)
    stage.check(first.code == 0, f"resolve ended with {first.code}\n{first.output()}")
    lock = composition.with_suffix(".composition.lock")
    text = lock.read_text()
    stage.fleet.release(stamp, log_after=1000)
    second = stage.fleet.deploy("resolve", composition)
    stage.check(second.code not in (0, None), f"resolve of a moved stamp ended with {second.code}\n{second.output()}")
    stage.check(lock.read_text() == text, "the lock was changed")
    with stage.observe() as seen:
        run = stage.fleet.deploy("apply", lock)
    stage.expect(stage.always(seen), must.i12_reports_agree(run, 0), stage.one_each(stamp))
    digests = {one["Config"]["Labels"]["longshore.digest"] for host in stage.lab.hosts for one in stage.fleet.web(host)
               if one["State"]["Running"]}
    stage.check(len(digests) == 1 and digests.pop() in text, "another image than that of the lock is running")


@scenario("list tells where a release runs; prune keeps it, the one to go back to, and the newest")
def list_and_prune(stage):
    stamps = [f"20150619_150{n}" for n in range(5)]
    for stamp in stamps[:2]:
        run = stage.fleet.deploy("apply", stage.fleet.release(stamp))
        stage.check(run.code == 0, run.output())
    for stamp in stamps[2:]:
        stage.fleet.release(stamp)
    listed = stage.fleet.deploy("list").output().splitlines()
    stage.check([line.endswith("lab: 3 hosts") for line in listed if line.startswith(f"c_{stamps[1]} ")] == [True], f"list:\n{listed}")
    stage.check([line for line in listed if line.endswith("hosts")][1:] == [], f"list has others that run:\n{listed}")
    for words, kept in ((("--keep", "1"), stamps), (("--keep", "1", "--yes"), [stamps[0], stamps[1], stamps[4]])):
        run = stage.fleet.deploy("registry prune", *words)
        stage.check(run.code == 0, f"prune {words} ended with {run.code}\n{run.output()}")
        there = [stamp for stamp in stamps if stage.fleet.registry.has(f"lab/web/manifests/{stage.fleet.digests[stamp]}")]
        stage.check(there == kept, f"after prune {words} there are {there}\n{run.output()}")
    with stage.observe() as seen:
        run = stage.fleet.deploy("rollback")
    stage.expect(stage.always(seen), must.i12_reports_agree(run, 0), stage.one_each(stamps[0]))
