"""shipper on the hosts, its rules, and the gate that looks at them: what the new version logs stops the rollout."""
from harness import wait_until
from trials import invariants as must
from trials.bad_image import fails_on_the_first
from trials.fleet import static
from trials.stage import scenario

SHIPPER = """\
data_dir: /data
admin: 127.0.0.1:8514
sources:
  - {type: syslog, listen: "udp://127.0.0.1:5514"}
rules: {dir: /etc/longshore/rules.d}
sinks:
  - {type: archive, dir: /data/archive}
alerts:
  - {type: file, path: /data/alerts.jsonl}
"""

RULE = """\
rule: payment-failures
match: '"payment failed"'
alert: {priority: P2, message: 'payments fail'}
"""

LOGGING = """\
    logging:
      driver: syslog
      options: {syslog-address: "udp://127.0.0.1:5514", tag: web}
"""


def start_shipper(stage) -> None:
    stage.fleet.registry.push("lab/shipper", "1", {"/shipper": static("shipper")}, {
        "Entrypoint": ["/shipper"], "Cmd": ["run", "--config", "/etc/longshore/shipper.yaml"]})
    for host in stage.lab.hosts:
        rules = host.folder / "rules.d"
        rules.mkdir(exist_ok=True)
        (rules / "payments.yaml").write_text(RULE)
        (host.folder / "shipper.yaml").write_text(SHIPPER)
        host.docker.pull(f"{stage.lab.REGISTRY}/lab/shipper:1", stage.lab.user, stage.lab.password)
        host.docker.create("shipper", {"Image": f"{stage.lab.REGISTRY}/lab/shipper:1", "HostConfig": {
            "NetworkMode": "host", "Binds": [f"{host.folder}/shipper.yaml:/etc/longshore/shipper.yaml:ro",
                                             f"{rules}:/etc/longshore/rules.d:ro", "shipper-data:/data"]}})
        host.docker.start("shipper")
        wait_until(f"shipper on {host.name} is ready", lambda: "200" in host.run(  # noqa: B023
            "bash", "-c", "curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8514/readyz || true"), 30)


@scenario("a rule of shipper's fires on what the first host logs")
def alert(stage):
    start_shipper(stage)
    stage.fleet.configure(policy={"bake": "10s"}, gates={"shipper": '"http://127.0.0.1:8514"'}, logging=LOGGING)
    good = stage.version()
    with stage.observe() as seen:  # with the gate, a good version passes
        run = stage.fleet.deploy("apply", stage.fleet.release(good))
    stage.expect(must.i12_reports_agree(run, 0), stage.always(seen), stage.one_each(good))
    stage.current = good
    run, _ = fails_on_the_first(stage, set(), log_after=4000)
    stage.check("payment-failures" in run.output(), f"the rule is not named:\n{run.output()}")
