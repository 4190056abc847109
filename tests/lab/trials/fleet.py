"""What a user of deployer has: an environment, a Compose file, compositions; and what must be on each host before: `health`.

Written for the lab, and `deployer` run as a person or Jenkins would run it.
"""
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import balancer
from harness import BIN, ROOT, wait_until
from images import Registry, web_config

SECRET = "LAB_REGISTRY_PASSWORD"  # the variable that holds it

HEALTH = """\
listen: "0.0.0.0:{port}"
state_file: /state/state
control: /state/health.sock
lame_duck: 500ms
probes:
  - {{name: web, http: "http://127.0.0.1:{application}/health", interval: 100ms, timeout: 1s, fall: 3}}
"""

COMPOSE = """\
services:
  web:
    image: registry:5000/lab/web
    ports: {ports}
    restart: unless-stopped
    stop_grace_period: {grace}
    read_only: true
    cap_drop: [ALL]
    mem_limit: 96m
    environment:
      GREETING: {greeting}
{logging}"""


def static(program: str) -> Path:
    """The binary as it is shipped: one of a test build needs libraries that are in no image."""
    for path in (BIN / program, ROOT / "build/release/bin" / program):
        if path.exists() and b"ld-linux" not in path.read_bytes()[:4096]:
            return path
    raise AssertionError(f"no static {program}: cmake --preset release && cmake --build --preset release --target {program}")


class Run:
    """One run of deployer, while it goes on and after."""

    def __init__(self, fleet: "Fleet", number: int, words: tuple, variables: dict):
        self.words, self.folder = words, fleet.folder / "runs" / f"{number:03}-{words[0].replace(' ', '-')}"
        self.folder.mkdir(parents=True)
        self.events_file, self.junit, self.html = (self.folder / name for name in ("events.ndjson", "junit.xml", "report.html"))
        reports = ["--json", self.events_file, "--junit", self.junit, "--html", self.html]
        self.argv = [str(word) for word in (static("deployer"), *words[0].split(), "--env", fleet.environment, *words[1:],
                                            *(reports if words[0] in ("apply", "resume", "abort", "rollback") else []))]
        self.log = open(self.folder / "output.txt", "w+", encoding="utf-8", errors="replace")
        self.began = time.time()
        environment = {**os.environ, SECRET: fleet.lab.password, "HOME": "/root", **variables}
        self.child = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *self.argv], stdin=subprocess.DEVNULL, stdout=self.log,
                                      stderr=subprocess.STDOUT, cwd=fleet.folder, env=environment)
        self.code: int | None = None
        self.took = 0.0

    def wait(self, limit: float = 180) -> "Run":
        try:
            self.code = self.child.wait(limit)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise AssertionError(f"deployer {' '.join(map(str, self.words))} did not end within {limit:.0f} s\n{self.output()}") from None
        self.took = time.time() - self.began
        return self

    def pid(self) -> int:
        return self.child.pid  # setpriv has become it

    def terminate(self) -> None:
        self.child.send_signal(signal.SIGTERM)

    def output(self) -> str:
        return (self.folder / "output.txt").read_text(errors="replace")

    def events(self) -> list[dict]:
        if not self.events_file.exists():
            return []
        return [json.loads(line) for line in self.events_file.read_text().splitlines() if line.endswith("}")]

    def texts(self) -> list[str]:
        """All that it wrote anywhere."""
        return [path.read_text(errors="replace") for path in sorted(self.folder.iterdir())]


class Fleet:
    def __init__(self, lab, **options):
        self.lab, self.folder = lab, lab.folder / "fleet"
        self.registry = Registry(lab.REGISTRY, lab.user, lab.password)
        self.runs: list[Run] = []
        self.digests: dict[str, str] = {}
        self.environment = self.folder / "environments/lab.yaml"
        for name in ("environments", "compositions"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.configure(**options)

    def configure(self, transport: str = "ssh", hosts: int | None = None, grace: str = "10s", greeting: str = "hello",
                  ports: list[str] | None = None, logging: str = "", drain: str = "health", extra: str = "",
                  policy: dict | None = None, gates: dict | None = None) -> None:
        """`transport`: ssh or unix. `extra`: more of the environment file. The others: what differs from the usual."""
        used = self.lab.hosts[:hosts]
        rules = {"wave": 1, "floor": max(len(used) - 1, 0), "bake": "2s", "soak": "1s", "drain_deadline": "10s", "rotation_deadline": "10s",
                 **({"allow_downtime": "true"} if len(used) == 1 else {}), **(policy or {})}
        watched = {"interval": "200ms", **(gates or {})}
        urls = {host.name: f"ssh://{host.name}" if transport == "ssh" else f"unix://{host.socket}" for host in used}
        pages = {lb.name: f"tcp://{lb.address}:{balancer.RUNTIME}" if drain == "haproxy" else
                 f"http://{lb.address}:{balancer.STATISTICS}/stats" for lb in self.lab.balancers}
        lines = ["services: ../compose.yaml", "hosts:"]
        lines += [f'  - {{name: {host.name}, url: "{urls[host.name]}", address: {host.address}, groups: [web]}}' for host in used]
        lines += ["balancers:", *(f'  - {{name: {name}, url: "{url}"}}' for name, url in pages.items())]
        lines += ["registries:", f'  - {{host: "{self.lab.REGISTRY}", plain_http: true, username: {self.lab.user}, password: "env:{SECRET}"}}']
        seen = "127.0.0.1" if transport == "ssh" else "{address}"  # with a socket, what is asked is asked from here
        lines += ["components:", "  - component: web", "    hosts: [web]", "    backend: web", "    start_deadline: 15s", "    http:",
                  f'      - {{url: "http://{seen}:{balancer.APPLICATION}/version", header: X-Version, value: "{{tag}}"}}']
        lines += [f"drain: {drain}", *(["health_container: health"] if drain.startswith("health") else [])]
        lines += ["policy: {" + ", ".join(f"{key}: {value}" for key, value in rules.items()) + "}"]
        lines += ["gates: {" + ", ".join(f"{key}: {value}" for key, value in watched.items()) + "}"]
        lines += [f'dark_probe: {{url: "http://{self.lab.balancers[0].address}/version", cookie: "SRV={{server}}", header: X-Version, '
                  'value: "{tag}"}']
        self.environment.write_text("\n".join(lines) + "\n" + extra)
        (self.folder / "compose.yaml").write_text(COMPOSE.format(
            ports=json.dumps([f"{balancer.APPLICATION}:{balancer.APPLICATION}", *(ports or [])]), grace=grace, greeting=greeting, logging=logging))

    def start_health(self) -> None:
        """The container that the load balancers ask, on every host: it is there before a composition is."""
        self.registry.push("lab/health", "1", {"/health": static("health")}, {
            "Entrypoint": ["/health"], "Cmd": ["run", "--config", "/etc/longshore/health.yaml"]})
        for host in self.lab.hosts:
            self.equip(host)

    def equip(self, host) -> None:
        (host.folder / "health.yaml").write_text(HEALTH.format(port=balancer.HEALTH, application=balancer.APPLICATION))
        host.docker.pull(f"{self.lab.REGISTRY}/lab/health:1", self.lab.user, self.lab.password)
        host.docker.create("health", {"Image": f"{self.lab.REGISTRY}/lab/health:1", "HostConfig": {
            "NetworkMode": "host", "RestartPolicy": {"Name": "always"},
            "Binds": [f"{host.folder}/health.yaml:/etc/longshore/health.yaml:ro", "health-state:/state"]}})
        host.docker.start("health")

    # ---- releases
    def release(self, version: str, padding: int = 0, **behaviour) -> Path:
        """Pushes an image and writes a composition and its lock; the lock's path. `padding`: bytes of which the image is larger."""
        files = {"/web": BIN / "lab_web"}
        if padding:
            files["/padding"] = self.folder / "padding"
            files["/padding"].write_bytes(os.urandom(padding))
        digest = self.registry.push("lab/web", version, files, web_config(version, **behaviour))
        self.digests[version] = digest
        return self.compose(version, digest)

    def compose(self, version: str, digest: str) -> Path:
        image = f"{self.lab.REGISTRY}/lab/web:{version}"
        (self.folder / f"compositions/c_{version}.composition").write_text(f"web {image}\n")
        lock = self.folder / f"compositions/c_{version}.composition.lock"
        lock.write_text(f"web {image}@{digest}\n")
        return lock

    # ---- deployer
    def begin(self, *words, **variables) -> Run:
        self.runs.append(Run(self, len(self.runs) + 1, words, variables))
        return self.runs[-1]

    def deploy(self, *words, limit: float = 180, **variables) -> Run:
        return self.begin(*words, **variables).wait(limit)

    # ---- what is there
    def web(self, host) -> list[dict]:
        """All containers of the component, inspected, in any role."""
        return host.docker.containers(label=["longshore.component=web"])

    def versions(self) -> dict[str, list[str]]:
        """host → what its running containers are: should be one each."""
        found = {}
        for host in self.lab.hosts:
            if host.pid() and host.docker.alive():
                found[host.name] = [version_of(one) for one in self.web(host) if one["State"]["Running"]]
        return found

    def wait_serving(self, version: str, hosts: int | None = None) -> None:
        """Until every host runs it, alone, and every load balancer has it in rotation."""
        names = [host.name for host in self.lab.hosts[:hosts]]

        def good():
            versions = self.versions()
            return all(versions.get(name) == [version] for name in names) and all(
                balancer.servers()[name]["status"] == "UP" for name in names for balancer in self.lab.balancers)
        wait_until(f"all serve {version}", good, 30, lambda: f"{self.versions()}")

    def wipe(self) -> None:
        """Hosts as they were before the first release: nothing but health."""
        for host in self.lab.hosts:
            for one in host.docker.containers():
                if one["Name"] != "/health":  # and what a trial has put beside it
                    host.docker.remove(one["Id"])
            for volume in host.docker.get("/volumes").get("Volumes") or []:
                if volume["Name"] != "health-state":
                    host.docker.call("DELETE", f"/volumes/{volume['Name']}", force=1)
            host.docker.start("health")
            host.docker.call("POST", "/containers/health/kill", signal="SIGUSR2")
        shutil.rmtree(self.folder / "runs", ignore_errors=True)
        self.runs.clear()


def version_of(container: dict) -> str:
    """The label that its image was given."""
    return (container["Config"]["Labels"] or {}).get("version", "?")
