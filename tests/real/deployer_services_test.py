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

from compose_files import BIG, FILES, FORMS, REFUSED
from docker_host import DockerHost, inside_namespaces
from harness import BIN, need, run, wait_until

BOX = "local/box:1"
# Fields of `docker inspect` that come out as they were asked for; made_of() has the others.
CONFIG = ["Hostname", "Domainname", "User", "ExposedPorts", "Tty", "OpenStdin", "Cmd", "Healthcheck", "Entrypoint", "WorkingDir", "StopSignal",
          "StopTimeout"]
HOST = ["PortBindings", "NetworkMode", "CgroupnsMode", "Dns", "DnsOptions", "DnsSearch", "IpcMode", "OomScoreAdj",
        "PidMode", "Privileged", "ReadonlyRootfs", "Tmpfs", "UTSMode", "UsernsMode", "ShmSize", "Sysctls", "Runtime", "CpuShares", "Memory",
        "NanoCpus", "CgroupParent", "CpuPeriod", "CpuQuota", "CpusetCpus", "MemoryReservation", "MemorySwap",
        "MemorySwappiness", "OomKillDisable", "PidsLimit", "LogConfig", "Init"]

SETS = ["CapAdd", "CapDrop", "GroupAdd", "DeviceCgroupRules", "Devices", "ExtraHosts", "Ulimits"]  # whose order says nothing


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
    seen.update({key: as_set(host[key]) for key in SETS})
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
                self.addCleanup(self.host.docker, "network", "rm", network["name"])
        for volume in service["volumes"]:
            self.post("/volumes/create", volume["body"])
        container = self.post(f"/containers/create?name={name}", service["create"])["Id"]
        for network in service["networks"][1:]:
            body = json.dumps({"Container": container, "EndpointConfig": json.loads(network["endpoint"])})
            self.post(f"/networks/{network['name']}/connect", body)
        self.addCleanup(self.host.docker, "rm", "--force", "--volumes", name)
        return self.host.inspect(name)

    def compare_containers(self, text: str) -> dict:
        file = self.write("compared.yaml", text)
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
            self.assertEqual(set(ours["NetworkSettings"]["Networks"]), {network["name"] for network in service["networks"]} or
                             {ours["HostConfig"]["NetworkMode"]})
        return services

    def test_a_service_is_the_container_that_docker_compose_makes_of_it(self):
        self.assertGreater(len(self.compare_containers(FORMS)), 20)

    def test_so_is_one_with_all_that_a_service_can_have(self):
        services = self.compare_containers(BIG)
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
        for text in (BIG, FORMS):
            file = self.write("original.yaml", text)
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
