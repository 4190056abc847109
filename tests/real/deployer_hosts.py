"""What deployer's hosts are tested against: a dockerd that listens at a socket and with TLS, an sshd, a registry that wants a
login, a page; and the program that makes the calls. All of it in the test's own namespaces (docker_host.py)."""
import base64
import ctypes
import json
import os
import selectors
import shutil
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from docker_host import DockerHost
from harness import BIN, LIMIT, Process, free_port, need, run, wait_until

USER, PASSWORD = "bob", "not-to-be-seen"


class Driver:
    """deployer_host_driver: connects to one host, makes a call for each line."""

    def __init__(self, **entry):
        self.child = subprocess.Popen([BIN / "deployer_host_driver", *(f"{key}={value}" for key, value in entry.items())],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.connected = self.read()

    def read(self) -> tuple[int | None, str]:
        """The code of an error, or None; what came."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.child.stdout, selectors.EVENT_READ)
            if not selector.select(LIMIT):
                raise AssertionError("no answer from deployer_host_driver")
        line = self.child.stdout.readline().decode().rstrip("\n")
        what, _, text = line.partition("\t")
        if what == "ok":
            return None, text
        code, _, message = text.partition("\t")
        return int(code), message

    def send(self, *words) -> None:
        self.child.stdin.write(("\t".join(map(str, words)) + "\n").encode())
        self.child.stdin.flush()

    def ask(self, *words) -> tuple[int | None, str]:
        self.send(*words)
        return self.read()

    def close(self) -> None:
        self.child.stdin.close()
        self.child.wait(LIMIT)
        self.child.stdout.close()


def children(pid: int) -> list[int]:
    """Of all processes that there are in our namespace."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = entry.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if int(words[1]) == pid and words[0] != "Z":
            found.append(int(entry.parent.name))
    return found


class Page(BaseHTTPRequestHandler):
    """What an admin page may be: says what it was asked."""

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        text = f"{self.command} {self.path} {self.headers.get('X-Test')} {self.headers.get('Host')} {body}".encode()
        self.send_response(503 if self.path == "/sick" else 200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class HostsLab(unittest.TestCase):
    """Set up once for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.dir = Path(tempfile.mkdtemp(prefix="ls-"))
        cls.addClassCleanup(shutil.rmtree, cls.dir, ignore_errors=True)
        os.environ["TMPDIR"] = str(cls.dir / "tmp")
        Path("/run/sshd").mkdir()
        (cls.dir / "tmp").mkdir()
        cls.tls_port, cls.ssh_port, cls.registry_port, cls.page_port = free_port(), free_port(), free_port(), free_port()
        cls.certificates()
        cls.host = DockerHost(cls.dir, "--host", f"tcp://127.0.0.1:{cls.tls_port}", "--tlsverify", "--tlscacert", cls.dir / "ca.pem",
                              "--tlscert", cls.dir / "server.pem", "--tlskey", cls.dir / "server.key")
        cls.addClassCleanup(cls.host.stop)
        cls.keys()
        cls.sshd = cls.start_sshd(cls.ssh_port, "sshd")
        cls.addClassCleanup(cls.sshd.kill)
        cls.start_registry()
        server = ThreadingHTTPServer(("127.0.0.1", cls.page_port), Page)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        cls.ways = {
            "unix": {"url": f"unix://{cls.host.socket}"},
            "tls": {"url": f"tcp+tls://localhost:{cls.tls_port}", "ca": cls.dir / "ca.pem", "cert": cls.dir / "client.pem",
                    "key": cls.dir / "client.key", "address": "127.0.0.1"},
            "ssh": {"url": "ssh://web1", "ssh_config": cls.dir / "ssh_config", "socket": cls.host.socket},
        }

    @classmethod
    def certificates(cls):
        openssl, d = need("openssl", "openssl"), cls.dir
        new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        run(openssl, *new, "-x509", "-subj", "/CN=test authority", "-keyout", d / "ca.key", "-out", d / "ca.pem")
        for name, more in (("server", "subjectAltName=DNS:localhost"), ("client", "extendedKeyUsage=clientAuth")):
            run(openssl, *new[:-2], "-subj", f"/CN={name}", "-keyout", d / f"{name}.key", "-out", d / "request")
            (d / "more").write_text(more)
            run(openssl, "x509", "-req", "-in", d / "request", "-CA", d / "ca.pem", "-CAkey", d / "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", d / "more", "-out", d / f"{name}.pem")

    @classmethod
    def keys(cls):
        for name in ("host_key", "user_key", "wrong_key"):
            run(need("ssh-keygen", "openssh-client"), "-q", "-t", "ed25519", "-N", "", "-f", cls.dir / name)
        (cls.dir / "authorized_keys").write_bytes((cls.dir / "user_key.pub").read_bytes())
        cls.known_hosts("host_key")
        cls.ssh_config("ssh_config")

    @classmethod
    def known_hosts(cls, key: str, name: str = "known_hosts"):
        (cls.dir / name).write_text("[127.0.0.1]:%d %s" % (cls.ssh_port, (cls.dir / f"{key}.pub").read_text()))

    @classmethod
    def ssh_config(cls, file: str, **changes) -> Path:
        """As a user may have it, with what would be in the way of a program: a forward, a master, a command."""
        options = {"HostName": "127.0.0.1", "Port": cls.ssh_port, "User": "root", "IdentityFile": cls.dir / "user_key", "IdentitiesOnly": "yes",
                   "UserKnownHostsFile": cls.dir / "known_hosts", "GlobalKnownHostsFile": "/dev/null", "LocalForward": f"{cls.page_port} x:1",
                   "ControlMaster": "auto", "ControlPath": "/nowhere/%r@%h", "RemoteCommand": "true", "LogLevel": "QUIET", **changes}
        (cls.dir / file).write_text("Host web1\n" + "".join(f"  {key} {value}\n" for key, value in options.items()))
        return cls.dir / file

    @classmethod
    def start_sshd(cls, port: int, name: str, more: str = "") -> Process:
        """MaxStartups and MaxSessions are OpenSSH's own."""
        config = cls.dir / f"{name}_config"
        config.write_text(f"Port {port}\nListenAddress 127.0.0.1\nHostKey {cls.dir}/host_key\nAuthorizedKeysFile {cls.dir}/authorized_keys\n"
                          f"StrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPidFile none\n{more}")
        sshd = Process([need("sshd", "openssh-server"), "-D", "-e", "-f", config], cls.dir / f"{name}.log")
        wait_until("sshd listens", lambda: "Server listening" in sshd.tail(), why=sshd.tail)
        return sshd

    @classmethod
    def start_registry(cls):
        libcrypt = ctypes.CDLL("libcrypt.so.1")
        libcrypt.crypt.restype = ctypes.c_char_p
        hashed = libcrypt.crypt(PASSWORD.encode(), b"$2b$04$" + os.urandom(11).hex().encode()[:21] + b".")
        (cls.dir / "htpasswd").write_text(f"{USER}:{hashed.decode()}\n")
        cls.registry_name = f"127.0.0.1:{cls.registry_port}"
        (cls.dir / "registry.yml").write_text(json.dumps(
            {"version": 0.1, "storage": {"filesystem": {"rootdirectory": str(cls.dir / "registry")}}, "http": {"addr": cls.registry_name},
             "auth": {"htpasswd": {"realm": "test", "path": str(cls.dir / "htpasswd")}}}))
        registry = Process([need("docker-registry", "docker-registry"), "serve", cls.dir / "registry.yml"], cls.dir / "registry.log")
        cls.addClassCleanup(registry.kill)
        (cls.dir / "client").mkdir()
        auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        (cls.dir / "client/config.json").write_text(json.dumps({"auths": {cls.registry_name: {"auth": auth}}}))
        tag = f"{cls.registry_name}/shop/box:1"
        cls.host.import_busybox(tag)
        wait_until("the registry takes an image", lambda: subprocess.run(cls.host.command("push", tag), capture_output=True, check=False
                                                                        ).returncode == 0, why=registry.tail)
        cls.image = json.loads(cls.host.docker("image", "inspect", tag))[0]["RepoDigests"][0]
        cls.host.docker("image", "rm", tag)
        cls.login = (cls.registry_name, USER, PASSWORD)

    def driver(self, way: str = "ssh", good: bool = True, **changes) -> Driver:
        driver = Driver(**{**self.ways[way], **changes})
        self.addCleanup(driver.close)
        if good:
            self.assertEqual(driver.connected, (None, "connected"))
        return driver
