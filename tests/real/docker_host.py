"""A Docker host of the test's own: dockerd in its own network, mount and pid namespaces, images made from local files.

A test program calls inside_namespaces() first: it starts itself again there, and when that ends, the kernel ends all that was
started within. No interface, rule, mount or image of the machine is touched; there is no way out to any network.
"""
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

from harness import Process, need, run, wait_until

INSIDE = "LONGSHORE_INSIDE"


def inside_namespaces() -> None:
    """Returns inside; outside it never returns: the program ends with the status of the one inside."""
    if os.environ.get(INSIDE):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"], check=True)
        subprocess.run([need("ip", "iproute2"), "link", "set", "lo", "up"], check=True)
        return
    group = f"longshore-{os.getpid()}"
    as_root = [] if os.geteuid() == 0 else [need("sudo", "sudo"), "-n"]
    keep = [f"{name}={os.environ[name]}" for name in os.environ if name.startswith("LONGSHORE_")]
    status = subprocess.run(
        [*as_root, "setpriv", "--pdeathsig", "KILL", "unshare", "--fork", "--pid", "--kill-child", "--net", "--mount", "--uts", "--ipc",
         "--mount-proc", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8",
         *keep, f"{INSIDE}={group}", sys.executable, *sys.argv], check=False).returncode
    for folder in [Path("/sys/fs/cgroup") / group, *Path("/sys/fs/cgroup").glob(f"*/{group}")]:
        subprocess.run([*as_root, "find", folder, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"], check=False, capture_output=True)
    sys.exit(status)


class DockerHost:
    """dockerd in `folder`; its pid namespace ends with the test."""

    def __init__(self, folder: Path, *options):
        self.folder, self.socket = folder, folder / "docker.sock"
        for program, package in (("containerd", "docker.io"), ("iptables", "iptables")):
            need(program, package)
        (folder / "daemon.json").write_text("{}")
        self.daemon = Process(
            [need("dockerd", "docker.io"), "--data-root", folder / "data", "--exec-root", folder / "exec", "--pidfile", folder / "dockerd.pid",
             "--host", f"unix://{self.socket}", "--config-file", folder / "daemon.json", "--cgroup-parent", f"/{os.environ[INSIDE]}",
             "--exec-opt", "native.cgroupdriver=cgroupfs", "--bip", "172.30.0.1/24", "--shutdown-timeout", "1", *options], folder / "dockerd.log")
        self.ready()

    def ready(self) -> None:
        wait_until("dockerd answers", lambda: subprocess.run(self.command("version"), capture_output=True, check=False).returncode == 0,
                   60, self.daemon.tail)

    def command(self, *words) -> list[str]:
        return [need("docker", "docker.io"), "--config", str(self.folder / "client"), "--host", f"unix://{self.socket}", *map(str, words)]

    def docker(self, *words, limit: float = 60) -> str:
        return run(*self.command(*words), limit=limit).strip()

    def inspect(self, name: str) -> dict:
        return json.loads(self.docker("inspect", name))[0]

    def import_busybox(self, tag: str) -> None:
        """An image with a shell, made of Debian's static busybox."""
        busybox = Path(need("busybox", "busybox-static"))
        with io.BytesIO() as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                tar.add(busybox, "bin/busybox")
                for name in ("sh", "cat", "head", "tr", "sleep", "wget", "nslookup", "id", "touch", "test", "rm"):
                    link = tarfile.TarInfo(f"bin/{name}")
                    link.type, link.linkname = tarfile.SYMTYPE, "busybox"
                    tar.addfile(link)
            subprocess.run(self.command("import", "--change", "ENV PATH=/bin", "-", tag), input=file.getvalue(), check=True, capture_output=True)

    def stop(self) -> None:
        self.daemon.stop(60)
