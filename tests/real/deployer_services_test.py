#!/usr/bin/env python3
"""A service of a Compose file is the same container, whether deployer or docker-compose asks a real Docker for it; what
docker-compose writes out of a file is read as the file itself; what it refuses is refused."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

from docker_host import DockerHost, inside_namespaces
from harness import BIN, need, run, wait_until

BOX = "local/box:1"
FILES = {
    "a.env": "# variables of the file\nexport FROM_FILE=plain value\nLITERAL=100%\nOVERRIDDEN=by the file\n",
    ".env": "HOST_PORT=18080\nUNUSED=below\n",
}
BIG = """
x-logging: &logging
  driver: json-file
  options: {max-size: 10m, max-file: "3"}
x-variables: &variables
  SHARED: one
services:
  web:
    image: local/box:1
    command: sh -c "cat /run/secrets/token > /scratch/token; touch /scratch/ready; trap 'exit 0' TERM; while :; do sleep 0.1; done"
    entrypoint: []
    environment: {<<: *variables, OVERRIDDEN: by the service, NUMBER: 7, DOLLAR: "a$$b", FILLED: "${GREETING:-hello} ${NAME}", TAKEN: null}
    env_file: a.env
    ports: ["${HOST_PORT}:8080", "127.0.0.1:18081:8081/udp", "18090-18091:9090-9091", "7000"]
    expose: ["5000", "5001/udp"]
    volumes:
      - data:/data
      - DIR/bound:/bound:ro
      - {type: bind, source: DIR/bound, target: /bound2, read_only: true}
      - {type: volume, source: data, target: /data2, volume: {nocopy: true}}
      - {type: tmpfs, target: /scratch, tmpfs: {size: 1000000}}
    tmpfs: ["/run/own:size=64k,mode=1777"]
    secrets: [token, {source: token, target: /etc/token}]
    networks: {front: {aliases: [www], ipv4_address: 10.91.0.77, priority: 5}, default: null}
    healthcheck: {test: [CMD, cat, /scratch/ready], interval: 1s, timeout: 2s, retries: 4, start_period: 3s}
    depends_on: [other]
    restart: unless-stopped
    stop_grace_period: 1m3s
    stop_signal: SIGTERM
    user: "0:0"
    group_add: ["44"]
    working_dir: /bin
    hostname: webby
    domainname: shop.example
    read_only: true
    cap_add: [NET_ADMIN]
    cap_drop: [MKNOD, SYS_CHROOT]
    security_opt: ["no-new-privileges:true"]
    devices: ["/dev/null:/dev/nil:r"]
    init: true
    ulimits: {nofile: {soft: 1000, hard: 2000}, core: 0}
    sysctls: {net.core.somaxconn: 200}
    shm_size: 32m
    ipc: shareable
    extra_hosts: ["db.example:10.0.0.9", "mail.example:10.0.0.8"]
    dns: [10.0.0.53]
    dns_search: [shop.example]
    dns_opt: ["ndots:2"]
    logging: *logging
    labels: {team: shop, empty: "", dotted.name: "1"}
    mem_limit: 128m
    mem_reservation: 64m
    memswap_limit: 256m
    cpus: 0.5
    cpu_shares: 300
    pids_limit: 50
    oom_score_adj: 100
    tty: true
    stdin_open: true
  other:
    image: local/box:1
    command: ["sleep", "1000"]
    network_mode: none
    labels: [team=shop]
    privileged: true
    pid: host
    deploy: {resources: {limits: {memory: 64M, cpus: "0.25"}, reservations: {memory: 32M}}}
networks:
  front: {ipam: {config: [{subnet: 10.91.0.0/16}]}, driver_opts: {com.docker.network.bridge.name: lsfront}}
volumes:
  data: {labels: {kept: "yes"}}
secrets:
  token: {file: DIR/token}
"""
# docker-compose 1.29 and deployer refuse these services.
REFUSED = ["prots: [80]", "ports: ['x:80']", "ports: [{target: x}]", "volumes: ['nowhere:/x']",
           "depends_on: [nowhere]", "depends_on: [web]", "environment: {A: [1]}", "healthcheck: {tst: x}", "command: {a: b}",
           "restart: [no]", "ulimits: {nofile: {soft: 1}}", "user: ${NAME", "user: ${NOBODY:?is missing}", "env_file: nowhere.env",
           "logging: {drver: x}", "privileged: maybe", "labels: 7", "network_mode: host\n    networks: [default]"]
# Fields of `docker inspect` that come out as they were asked for; made_of() has the others.
CONFIG = ["Hostname", "Domainname", "User", "ExposedPorts", "Tty", "OpenStdin", "Cmd", "Healthcheck", "Entrypoint", "WorkingDir", "StopSignal",
          "StopTimeout"]
HOST = ["PortBindings", "NetworkMode", "CapAdd", "CapDrop", "CgroupnsMode", "Dns", "DnsOptions", "DnsSearch", "GroupAdd", "IpcMode", "OomScoreAdj",
        "PidMode", "Privileged", "ReadonlyRootfs", "Tmpfs", "UTSMode", "UsernsMode", "ShmSize", "Sysctls", "Runtime", "CpuShares", "Memory",
        "NanoCpus", "CgroupParent", "CpuPeriod", "CpuQuota", "CpusetCpus", "Devices", "DeviceCgroupRules", "MemoryReservation", "MemorySwap",
        "MemorySwappiness", "OomKillDisable", "PidsLimit", "LogConfig", "Init"]


def as_set(values):
    return sorted(json.dumps(value, sort_keys=True) for value in values or [])


def made_of(container: dict) -> dict:
    """What the container is made of, with what may be said in two ways said in one."""
    config, host = container["Config"], container["HostConfig"]
    seen = {**{key: config.get(key) or None for key in CONFIG}, **{key: host.get(key) or None for key in HOST}}
    if container["Id"].startswith(config["Hostname"] or "-"):
        seen["Hostname"] = None
    seen["Env"] = sorted(config["Env"])
    seen["Labels"] = {key: value for key, value in config["Labels"].items() if not key.startswith(("com.docker.", "longshore."))}
    seen["Mounts"] = as_set({key: mount.get(key) for key in ("Type", "Name", "Source", "Destination", "RW", "Propagation")}
                            for mount in container["Mounts"])
    seen["SecurityOpt"] = sorted(option.replace(":", "=") for option in host["SecurityOpt"] or [])
    seen["Ulimits"], seen["ExtraHosts"] = as_set(host["Ulimits"]), sorted(host["ExtraHosts"] or [])
    return seen


class Services(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.dir = Path(tempfile.mkdtemp(prefix="ls-"))
        cls.addClassCleanup(shutil.rmtree, cls.dir, ignore_errors=True)
        cls.host = DockerHost(cls.dir)
        cls.addClassCleanup(cls.host.stop)
        cls.host.import_busybox(BOX)
        (cls.dir / "bound").mkdir()
        (cls.dir / "token").write_text("open sesame")
        for name, text in FILES.items():
            (cls.dir / name).write_text(text)
        cls.environment = {**os.environ, "DOCKER_HOST": f"unix://{cls.host.socket}", "HOME": str(cls.dir), "NAME": "world", "TAKEN": "from here"}

    def write(self, name: str, text: str) -> Path:
        path = self.dir / name
        path.write_text(text.replace("DIR", str(self.dir)))
        return path

    def ours(self, file: Path) -> dict:
        return json.loads(run(BIN / "compose_reader", file, "shop", env=self.environment))

    def compose(self, file: Path, *words) -> str:
        return run(need("docker-compose", "docker-compose"), "--file", file, "--project-name", "shop", "--no-ansi", *words, env=self.environment)

    def post(self, path: str, body: str) -> dict:
        answer = run(need("curl", "curl"), "--silent", "--show-error", "--unix-socket", self.host.socket, "--header", "Content-Type: application/json",
                     "--data-binary", "@-", "--write-out", "\n%{http_code}", f"http://docker/v1.41{path}", input=body)
        text, _, status = answer.rpartition("\n")
        self.assertLess(int(status), 300, f"{path}: {text}\n{body}")
        return json.loads(text or "{}")

    def create(self, service: dict, name: str) -> dict:
        for network in service["networks"]:
            if not self.host.docker("network", "ls", "--quiet", "--filter", f"name=^{network['name']}$"):
                self.post("/networks/create", network["body"])
        for volume in service["volumes"]:
            self.post("/volumes/create", volume["body"])
        container = self.post(f"/containers/create?name={name}", service["create"])["Id"]
        for network in service["networks"][1:]:
            body = json.dumps({"Container": container, "EndpointConfig": json.loads(network["endpoint"])})
            self.post(f"/networks/{network['name']}/connect", body)
        self.addCleanup(self.host.docker, "rm", "--force", "--volumes", name)
        return self.host.inspect(name)

    def test_a_service_is_the_container_that_docker_compose_makes_of_it(self):
        file = self.write("big.yaml", BIG)
        services = self.ours(file)
        self.compose(file, "up", "--no-start")
        self.addCleanup(self.compose, file, "down", "--volumes")
        for name, service in services.items():
            theirs = self.host.inspect(f"shop_{name}_1")
            ours = self.create(service, f"ours-{name}")
            self.assertEqual(made_of(ours), made_of(theirs), name)
            self.assertEqual(ours["HostConfig"]["RestartPolicy"]["Name"], "no")
            self.assertEqual(ours["Config"]["Labels"]["longshore.component"], name)
            for network, theirs_in in theirs["NetworkSettings"]["Networks"].items():
                ours_in = ours["NetworkSettings"]["Networks"][network]
                self.assertEqual(ours_in["IPAMConfig"] or {}, theirs_in["IPAMConfig"] or {})
                own = {theirs["Id"][:12], ours["Id"][:12]}
                self.assertEqual(set(ours_in["Aliases"] or []) - own, set(theirs_in["Aliases"] or []) - own, network)
            # docker-compose joins all but the first when it starts the container
            self.assertEqual(set(ours["NetworkSettings"]["Networks"]), {network["name"] for network in service["networks"]} or {"none"})
        self.assertEqual(services["web"]["restart"], "unless-stopped")
        self.assertEqual(services["web"]["depends_on"], ["other"])
        self.assertEqual(services["web"]["host_ports"], ["18080/tcp", "127.0.0.1:18081/udp", "18090/tcp", "18091/tcp"])

    def test_it_runs_as_the_file_says(self):
        self.create(self.ours(self.write("big.yaml", BIG))["web"], "runs")
        self.host.docker("start", "runs")
        wait_until("it is healthy", lambda: self.host.inspect("runs")["State"]["Health"]["Status"] == "healthy",
                   why=lambda: json.dumps(self.host.inspect("runs")["State"]))
        self.assertEqual(self.host.docker("exec", "runs", "cat", "/scratch/token"), "open sesame")
        self.assertEqual(self.host.docker("exec", "runs", "cat", "/etc/token"), "open sesame")
        networks = self.host.inspect("runs")["NetworkSettings"]["Networks"]
        self.assertEqual(networks["shop_front"]["IPAddress"], "10.91.0.77")
        self.assertTrue(networks["shop_default"]["IPAddress"])
        said = self.host.docker("run", "--rm", "--network", "shop_front", BOX, "nslookup", "www", "127.0.0.11")
        self.assertIn("10.91.0.77", said)
        variables = self.host.docker("exec", "runs", "sh", "-c", 'echo "$FROM_FILE|$OVERRIDDEN|$DOLLAR|$FILLED|$TAKEN|$SHARED|$LITERAL"')
        self.assertEqual(variables, "plain value|by the service|a$b|hello world|from here|one|100%")

    def test_what_docker_compose_writes_out_of_a_file_is_read_as_the_file(self):
        file = self.write("big.yaml", BIG)
        written = self.write("written.yaml", self.compose(file, "config"))
        self.assertEqual(self.ours(written), self.ours(file))

    def test_variables_are_those_of_docker_compose(self):
        file = self.write("big.yaml", BIG)
        theirs = yaml.safe_load(self.compose(file, "config"))["services"]["web"]["environment"]
        ours = json.loads(self.ours(file)["web"]["create"])["Env"]
        self.assertEqual(ours, sorted(f"{name}={str(value).replace('$$', '$')}" for name, value in theirs.items()))

    def test_what_docker_compose_refuses_is_refused(self):
        for keys in REFUSED:
            file = self.write("bad.yaml", f"services:\n  web:\n    image: {BOX}\n    {keys}\n")
            theirs = subprocess.run([need("docker-compose", "docker-compose"), "--file", file, "config"], env=self.environment, capture_output=True,
                                    check=False)
            self.assertNotEqual(theirs.returncode, 0, keys)
            ours = subprocess.run([BIN / "compose_reader", file, "shop"], env=self.environment, capture_output=True, text=True, check=False)
            self.assertEqual(ours.returncode, 78, f"{keys}\n{ours.stdout}{ours.stderr}")
            self.assertRegex(ours.stderr, rf"{file}:\d+:\d+: services", keys)


if __name__ == "__main__":
    inside_namespaces()
    unittest.main()
