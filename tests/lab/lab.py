"""Several real Docker hosts on one machine: hosts with a dockerd and an sshd each, two HAProxies, a registry.

Lab is used inside namespaces of its own (docker_host.inside_namespaces): there the caller stands on the lab's bridge, sees every
machine by name, and all of it ends with the caller. What Lab knows is in its folder, so that any process inside can take it up.
"""
import crypt
import json
import os
import secrets
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from balancer import Balancer
from harness import need, run, wait_until
from host import Host
from machine import BRIDGE, CLEAN, started

NET = "10.77.0"  # every lab has a network of its own, so this needs no choosing
PACKAGES = {"dockerd": "docker.io", "containerd": "docker.io", "docker": "docker.io", "sshd": "openssh-server", "ssh": "openssh-client",
            "docker-registry": "docker-registry", "haproxy": "haproxy", "ip": "iproute2", "iptables": "iptables", "nsenter": "util-linux"}


class Lab:
    REGISTRY = "registry:5000"

    def __init__(self, folder: Path):
        self.folder = folder.resolve()
        if len(str(self.folder)) > 70:
            raise AssertionError(f"{self.folder}: too long a path for the unix sockets in it; use a shorter one")
        self.folder.mkdir(parents=True, exist_ok=True)
        facts = self.folder / "lab.json"
        if not facts.exists():
            facts.write_text(json.dumps({"hosts": 0, "balancers": 2, "password": f"lab-{secrets.token_hex(12)}"}))
        self.facts = json.loads(facts.read_text())
        self.user, self.password = "deployer", self.facts["password"]
        self.registry: subprocess.Popen | None = None
        self.hosts: list[Host] = []
        self.balancers: list[Balancer] = []
        self._machines()

    def _machines(self) -> None:
        self.balancers = [Balancer(self.folder, f"lb{k}", f"{NET}.{1 + k}") for k in range(1, self.facts["balancers"] + 1)]
        self.hosts = [Host(self.folder, f"host{k}", f"{NET}.{10 + k}") for k in range(1, self.facts["hosts"] + 1)]

    def machine(self, name: str):
        for machine in (*self.hosts, *self.balancers):
            if machine.name == name:
                return machine
        raise AssertionError(f"no machine {name} in this lab; there are {', '.join(m.name for m in (*self.hosts, *self.balancers))}")

    def up(self, hosts: int) -> None:
        for program, package in PACKAGES.items():
            need(program, package)
        if not 1 <= hosts <= 100:
            raise AssertionError("between 1 and 100 hosts")
        self.facts["hosts"] = hosts
        (self.folder / "lab.json").write_text(json.dumps(self.facts))
        self._machines()
        self._network()
        self._configure()
        self.start_registry()
        for machine in (*self.balancers, *self.hosts):
            machine.boot()
        for host in self.hosts:
            host.start()
        for balancer in self.balancers:
            balancer.start(self.hosts)
        for host in self.hosts:
            host.wait()

    def _network(self) -> None:
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        run("ip", "addr", "add", f"{NET}.1/24", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")

    def _configure(self) -> None:
        etc = self.folder / "etc"
        (etc / "ssh_config.d").mkdir(parents=True, exist_ok=True)
        names = [("127.0.0.1", "localhost"), (f"{NET}.1", "hub registry registry.example"), *((m.address, m.name) for m in (*self.balancers, *self.hosts))]
        (etc / "hosts").write_text("".join(f"{address} {name}\n" for address, name in names))
        (etc / "resolv.conf").write_text("# no names but those of the hosts file\nnameserver 127.0.0.1\noptions attempts:1 timeout:1\n")
        key = self.folder / "id_ed25519"
        if not key.exists():
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", key)
        known = "".join(host.make_key() for host in self.hosts)
        (self.folder / "known_hosts").write_text(known)
        (etc / "ssh_config.d/lab.conf").write_text(
            f"Host host* {NET}.*\n  User root\n  IdentityFile {key}\n  IdentitiesOnly yes\n  UserKnownHostsFile {self.folder}/known_hosts\n"
            "  GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n  LogLevel ERROR\n")
        Path("/etc/ssh/ssh_config.d").mkdir(exist_ok=True)
        run("mount", "--bind", etc / "ssh_config.d", "/etc/ssh/ssh_config.d")  # this namespace's alone
        run("mount", "--bind", etc / "hosts", "/etc/hosts")

    # ---- the registry, on the lab's own network
    def start_registry(self) -> None:
        hashed = crypt.crypt(self.password, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=1 << 5))
        (self.folder / "htpasswd").write_text(f"{self.user}:{hashed}\n")
        (self.folder / "registry.yml").write_text(
            f"version: 0.1\nlog: {{level: warn}}\nstorage: {{filesystem: {{rootdirectory: {self.folder}/registry}}, delete: {{enabled: true}}}}\n"
            f"http: {{addr: '{NET}.1:5000'}}\nauth: {{htpasswd: {{realm: lab, path: {self.folder}/htpasswd}}}}\n")
        with open(self.folder / "registry.log", "ab") as log:
            self.registry = subprocess.Popen(["docker-registry", "serve", self.folder / "registry.yml"], stdin=subprocess.DEVNULL, stdout=log,
                                     stderr=log, env=CLEAN, start_new_session=True)
        (self.folder / "registry.pid").write_text(f"{self.registry.pid} {started(self.registry.pid)}\n")
        wait_until("the registry answers", self._registry_answers, 30, lambda: (self.folder / "registry.log").read_text()[-2000:])

    def _registry_answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://{NET}.1:5000/v2/", timeout=1)
        except urllib.error.HTTPError as error:
            return error.code == 401  # it asks who we are
        except OSError:
            return False
        return True

    def stop_registry(self) -> None:
        pid, start = (self.folder / "registry.pid").read_text().split()
        if started(int(pid)) == start:
            os.kill(int(pid), signal.SIGKILL)
            wait_until("the registry is down", lambda: not self._registry_answers(), 10)
        if self.registry:
            self.registry.wait(10)
            self.registry = None

    def down(self) -> None:
        """Before its folder is removed: inside, the end of the caller would be enough."""
        for machine in (*self.hosts, *self.balancers):
            machine.kill()
        self.stop_registry()
        for mounted in ("/etc/ssh/ssh_config.d", "/etc/hosts"):
            subprocess.run(["umount", mounted], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", BRIDGE], check=False, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)
