"""A Docker host of the lab: a machine with a dockerd and an sshd.

Docker's socket is /var/run/docker.sock there, as everywhere, and FOLDER/docker.sock from the lab's side: both lead to the daemon
directly, or through a proxy that watches the calls (watch/).
"""
import signal
from pathlib import Path

import docker_api
from harness import run, wait_until
from machine import Machine, group


class Host(Machine):
    def __init__(self, lab: Path, name: str, address: str):
        super().__init__(lab, name, address)
        self.daemon = self.folder / "dockerd.sock"  # the daemon itself
        self.socket = self.folder / "docker.sock"   # what everybody else uses
        self.docker = docker_api.Docker(self.daemon)

    def make_key(self) -> str:
        """Its line in known_hosts."""
        key = self.folder / "ssh_host_ed25519_key"
        if not key.exists():
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", self.name, "-f", key)
        kind, public = key.with_suffix(".pub").read_text().split()[:2]
        return f"{self.name},{self.address} {kind} {public}\n"

    def start(self) -> None:
        """sshd and dockerd, after boot()."""
        (self.folder / "sshd_config").write_text(
            f"Port 22\nListenAddress 0.0.0.0\nHostKey {self.folder}/ssh_host_ed25519_key\nPidFile none\n"
            f"AuthorizedKeysFile {self.lab}/id_ed25519.pub\nStrictModes no\nPermitRootLogin prohibit-password\nPasswordAuthentication no\n"
            "KbdInteractiveAuthentication no\nUsePAM no\nUseDNS no\nPrintMotd no\nAllowTcpForwarding yes\nAllowStreamLocalForwarding yes\n")
        if not self.socket.exists() and not self.socket.is_symlink():
            self.direct()
        self.run("ln", "-sf", self.socket, "/run/docker.sock")
        self.serve("sshd", "/usr/sbin/sshd", "-D", "-e", "-f", self.folder / "sshd_config")
        self.start_dockerd()

    def direct(self) -> None:
        """Docker's socket leads to the daemon, with nothing between."""
        self.socket.unlink(missing_ok=True)
        self.socket.symlink_to(self.daemon)

    def start_dockerd(self) -> None:
        (self.folder / "daemon.json").write_text("{}")
        self.daemon.unlink(missing_ok=True)
        self.serve("dockerd", "dockerd", "--data-root", self.folder / "data", "--exec-root", "/run/docker", "--pidfile", "/run/docker.pid",
                   "--host", f"unix://{self.daemon}", "--config-file", self.folder / "daemon.json", "--cgroup-parent",
                   f"/{group()}/{self.name}", "--exec-opt", "native.cgroupdriver=cgroupfs", "--insecure-registry", "registry:5000",
                   "--insecure-registry", "registry.example:5000", "--shutdown-timeout", "5")

    def stop_dockerd(self, sign: int = signal.SIGTERM) -> None:
        self.stop("dockerd", sign)
        if sign == signal.SIGKILL:  # its containerd would stay and refuse the next one its place
            self.run("bash", "-c", "kill -9 $(cat /run/docker/containerd/containerd.pid) 2>/dev/null; rm -f /run/docker.pid; true")

    def restart_dockerd(self) -> None:
        self.stop_dockerd()
        self.start_dockerd()
        self.wait()

    def wait(self, limit: float = 60) -> None:
        """Until both daemons answer."""
        wait_until(f"dockerd on {self.name} answers", self.docker.alive, limit, lambda: self.tail("dockerd"))
        self.run("bash", "-c", "until exec 3<>/dev/tcp/127.0.0.1/22; do sleep 0.05; done 2>/dev/null", limit=limit)

    def take_port(self, port: int) -> None:
        """A process of somebody else listens at it."""
        listening = self.folder / "squatter.listening"
        self.serve("squatter", "python3", "-c", f"import pathlib, socket, time; peer = socket.create_server(('', {port})); "
                   f"pathlib.Path('{listening}').touch(); time.sleep(600)")
        wait_until(f"port {port} of {self.name} is taken", listening.exists, 10)
        listening.unlink()

    def free_port(self) -> None:
        self.stop("squatter", signal.SIGKILL)

    def limit_disk(self, size: str | None) -> None:
        """Docker keeps everything on an empty file system of that size from now on; None: where it was before."""
        self.stop_dockerd()
        data = self.folder / "data"
        if size:
            self.run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", data)
        else:
            self.run("umount", data)
        self.start_dockerd()
        self.wait()

    def fill_disk(self, left: int) -> None:
        """All but `left` bytes of it."""
        self.run("bash", "-c", f"cd {self.folder}/data && fallocate -l $(($(df --output=avail -B1 . | tail -1) - {left})) fill")
