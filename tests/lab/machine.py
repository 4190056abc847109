"""A machine of the lab: one process tree in its own pid, network, mount, uts and ipc namespaces, plugged into the lab's bridge.

Everything that runs on it ends when its pid 1 does; nothing is ever ended by name. Its pid is known in the namespace of the lab.
"""
import os
import signal
import subprocess
import time
from pathlib import Path

from harness import need, run, wait_until

BRIDGE = "br0"
CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
# bash as pid 1 takes in the orphans of its namespace
INIT = ["bash", "-c", "while :; do sleep 3600 & wait $!; done"]


def started(pid: int) -> str | None:
    """When the process began, in the kernel's ticks; None when there is none. With the pid it names a process for good."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return None


class Machine:
    def __init__(self, lab: Path, name: str, address: str):
        self.lab, self.name, self.address, self.folder = lab, name, address, lab / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.children: list[subprocess.Popen] = []  # unshare and nsenter, around what runs in there

    # ---- its life
    def pid(self) -> int | None:
        """Of its pid 1, if it is up."""
        return self._recorded("pid")

    def _recorded(self, what: str) -> int | None:
        try:
            pid, start = (self.folder / what).read_text().split()
        except (FileNotFoundError, ValueError):
            return None
        return int(pid) if started(int(pid)) == start else None

    def _record(self, what: str, pid: int) -> None:
        (self.folder / what).write_text(f"{pid} {started(pid)}\n")

    def boot(self) -> None:
        """Power on: namespaces, a name, an address."""
        if self.pid():
            return
        with open(self.folder / "init.log", "ab") as log:
            outer = subprocess.Popen(
                [need("unshare", "util-linux"), "--fork", "--pid", "--kill-child", "--net", "--mount", "--uts", "--ipc", "--mount-proc",
                 *INIT], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=CLEAN, start_new_session=True)
        self.children.append(outer)
        own = os.readlink("/proc/self/ns/net")

        def inner():
            for word in Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text().split():
                # its mounts are private only once it is bash
                if os.readlink(f"/proc/{word}/ns/net") != own and os.readlink(f"/proc/{word}/exe").endswith("/bash"):
                    return int(word)
            return None
        pid = wait_until(f"{self.name} has a pid 1", inner, 20)
        self._record("pid", pid)
        last = self.address.rpartition(".")[2]
        subprocess.run(["ip", "link", "del", self.name], check=False, capture_output=True)
        # a MAC address that stays, as a real machine's does: or the others' ARP caches hide a machine that was restarted
        run("ip", "link", "add", self.name, "type", "veth", "peer", "name", "eth0", "address", f"02:4c:41:42:00:{int(last):02x}",
            "netns", str(pid))
        run("ip", "link", "set", self.name, "master", BRIDGE, "up")
        gateway = self.address.rpartition(".")[0] + ".1"
        self.run("bash", "-euc", f"""
            hostname {self.name}
            mount -t tmpfs -o mode=755 tmpfs /run
            mkdir -p /run/sshd /run/lock
            for name in hosts resolv.conf; do
              file=$(readlink -m /etc/$name)  # it may lead into /run, which is empty now
              mkdir -p $(dirname $file); [ -e $file ] || : >$file
              mount --bind {self.lab}/etc/$name $file
            done
            [ ! -e /root/.bashrc ] || mount --bind /dev/null /root/.bashrc  # what sshd's shells read: of this machine's owner
            ip link set lo up
            ip link set eth0 up
            ip addr add {self.address}/24 dev eth0
            ip route add default via {gateway}""")

    def kill(self) -> None:
        """Pulls the plug: its pid 1 is killed, and with it all that runs there. The disk stays."""
        pid = self.pid()
        if pid:
            os.kill(pid, signal.SIGKILL)
            wait_until(f"{self.name} is off", lambda: not self.pid() or self._is_zombie(pid), 20)
        (self.folder / "pid").unlink(missing_ok=True)
        for child in self.children:
            child.wait(20)
        self.children.clear()
        remove_groups(f"{group()}/{self.name}")

    @staticmethod
    def _is_zombie(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except (FileNotFoundError, ProcessLookupError):
            return True

    def link(self, up: bool) -> None:
        """Plugs the network cable in, or pulls it."""
        run("ip", "link", "set", self.name, "up" if up else "down")

    # ---- what runs on it
    def inside(self, *argv) -> list[str]:
        pid = self.pid()
        if not pid:
            raise AssertionError(f"{self.name} is not up")
        return [need("nsenter", "util-linux"), "-t", str(pid), "-n", "-m", "-u", "-i", "-p", f"--wd={os.getcwd()}", *map(str, argv)]

    def run(self, *argv, limit: float = 60) -> str:
        return run(*self.inside(*argv), limit=limit, env=CLEAN)

    def serve(self, service: str, *argv) -> None:
        """Starts a server there. It goes on until stop() or the end of the machine."""
        with open(self.folder / f"{service}.log", "ab") as log:
            outer = subprocess.Popen(self.inside(*argv), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=CLEAN,
                                     start_new_session=True)
        self.children.append(outer)

        def inner():
            if outer.poll() is not None:
                raise AssertionError(f"{service} on {self.name} ended at once\n{self.tail(service)}")
            return Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text().split()
        self._record(f"{service}.pid", int(wait_until(f"{service} runs on {self.name}", inner, 20)[0]))

    def service(self, service: str) -> int | None:
        """Its pid, if it runs."""
        return self._recorded(f"{service}.pid")

    def stop(self, service: str, sign: int = signal.SIGTERM, limit: float = 60) -> None:
        pid = self.service(service)
        if pid:
            os.kill(pid, sign)
            wait_until(f"{service} on {self.name} has ended", lambda: self._is_zombie(pid), limit, lambda: self.tail(service))
        (self.folder / f"{service}.pid").unlink(missing_ok=True)

    def tail(self, service: str, size: int = 2000) -> str:
        log = self.folder / f"{service}.log"
        return f"--- {log}\n{log.read_text(errors='replace')[-size:]}" if log.exists() else f"no {log}"


def group() -> str:
    """The control group below which all containers of this lab are."""
    return os.environ["LONGSHORE_INSIDE"]


def remove_groups(path: str) -> None:
    """What killed containers left of their control groups, in every hierarchy."""
    for folder in [Path("/sys/fs/cgroup") / path, *Path("/sys/fs/cgroup").glob(f"*/{path}")]:
        for _ in range(20):
            if not folder.exists():
                break
            subprocess.run(["find", folder, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"], check=False, capture_output=True)
            time.sleep(0.05)
