#!/usr/bin/env python3
"""containers/deployer: small, confined, no root; from inside it a composition is rolled out over Docker's socket and over TLS, and
is the same through both; ssh is told to be missing, and the binary goes into an image that has it."""
import os
import shutil
import subprocess
import sys
import tempfile
import types
import unittest
from pathlib import Path

from docker_host import DockerHost, inside_namespaces
from harness import BIN, ROOT, Process, RealTest, need, run, wait_until

sys.path.insert(0, str(ROOT / "tests/lab"))
from images import Registry  # noqa: E402

REGISTRY = "127.0.0.1:5000"  # which Docker takes without TLS
CONFINED = ["--rm", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true", "--network", "host"]
ENVIRONMENT = """\
services: ../compose.yaml
hosts: [{{name: web1, {host}}}]
registries: [{{host: "127.0.0.1:5000", plain_http: true}}]
components: [{{component: web}}]
policy: {{bake: 0s, soak: 0s, allow_downtime: true}}
windows: [{{days: mon-sun, from: "00:00", to: "24:00"}}]
zone: Europe/Zurich
"""
HOSTS = {"socket": 'url: "unix:///var/run/docker.sock"', "ssh": 'url: "ssh://deploy@web1"',
         "tls": 'url: "tcp+tls://localhost:2376", ca_file: /deploy/ca.pem, cert_file: /deploy/server.pem, key_file: /deploy/server.key'}


def static_deployer() -> Path:
    for path in (BIN / "deployer", ROOT / "build/release/bin/deployer"):
        if path.exists() and b"/ld-linux" not in path.read_bytes()[:4096]:
            return path
    raise AssertionError("no static deployer: cmake --preset release && cmake --build --preset release --target deployer")


class DeployerImage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = Path(tempfile.mkdtemp(prefix="ls-"))
        cls.addClassCleanup(shutil.rmtree, cls.dir, ignore_errors=True)
        cls.work = cls.dir / "work"
        cls.work.mkdir()
        RealTest.certificate(types.SimpleNamespace(dir=cls.work))
        verified = [word for option, name in (("cacert", "ca.pem"), ("cert", "server.pem"), ("key", "server.key"))
                    for word in (f"--tls{option}", cls.work / name)]
        cls.host = DockerHost(cls.dir, "--host", "tcp://127.0.0.1:2376", "--tlsverify", *verified)
        cls.addClassCleanup(cls.host.stop)
        cls.host.import_busybox("local/box:1")
        environment = {**os.environ, "DOCKER_HOST": f"unix://{cls.host.socket}", "HOME": str(cls.dir), "DEPLOYER": str(static_deployer())}
        run(ROOT / "containers/deployer/build-image", env=environment)
        cls.serve_registry()
        cls.write_work()

    @classmethod
    def serve_registry(cls):
        (cls.dir / "registry.yml").write_text(f"version: 0.1\nlog: {{level: warn}}\nstorage: {{filesystem: {{rootdirectory: {cls.dir}/registry}}}}\n"
                                              f"http: {{addr: '{REGISTRY}'}}\n")
        served = Process([need("docker-registry", "docker-registry"), "serve", cls.dir / "registry.yml"], cls.dir / "registry.log")
        cls.addClassCleanup(served.kill)
        cls.registry = Registry(REGISTRY, "nobody", "")

        def answers():
            try:
                return cls.registry.call("GET", "")
            except OSError:
                return None
        wait_until("the registry answers", answers, why=served.tail)

    @classmethod
    def write_work(cls):
        """What is mounted at /deploy: two releases, and an environment for each way to the one host."""
        (cls.work / "compose.yaml").write_text("services:\n  web: {stop_grace_period: 1s}\n")
        (cls.work / "compositions").mkdir()
        for release in ("1", "2"):
            config = {"Entrypoint": ["/busybox", "sleep", "600"], "Labels": {"release": release}}
            cls.registry.push("web", release, {"/busybox": Path(need("busybox", "busybox-static"))}, config)
            (cls.work / f"compositions/c_{release}.composition").write_text(f"web {REGISTRY}/web:{release}\n")
        for way, host in HOSTS.items():
            (cls.work / way).mkdir()
            (cls.work / way / "shop.yaml").write_text(ENVIRONMENT.format(host=host))
        run("chown", "--recursive", "65532:65532", cls.work)

    def deployer(self, *words, status: int = 0) -> str:
        """In its image, as README.md there says, with the user of the image."""
        done = subprocess.run(self.host.command(
            "run", *CONFINED, "--group-add", os.stat(self.host.socket).st_gid, "--volume", f"{self.host.socket}:/var/run/docker.sock",
            "--volume", f"{self.work}:/deploy", "longshore/deployer", *words), capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_it_is_small_and_holds_nothing_else(self):
        self.assertLess(self.host.inspect("longshore/deployer")["Size"], 13_000_000)  # 12 of them the binary's
        self.assertEqual(self.host.inspect("longshore/deployer")["Config"]["User"], "65532:65532")
        self.host.docker("create", "--name", "files", "longshore/deployer")
        self.addCleanup(self.host.docker, "rm", "files")
        tar = subprocess.run(self.host.command("export", "files"), capture_output=True, check=True).stdout
        names = subprocess.run(["tar", "--list"], input=tar, capture_output=True, check=True).stdout.decode().split()
        files = {name for name in names if not name.endswith("/") and not name.startswith("usr/share/zoneinfo/")}
        docker_adds = {".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf"}
        self.assertEqual(files - docker_adds, {"deployer", "etc/passwd", "etc/group", "etc/ssl/certs/ca-certificates.crt"})

    def test_it_rolls_out_over_a_socket_and_over_tls(self):
        for release in ("1", "2"):
            self.deployer("resolve", "--env", "socket/shop.yaml", f"compositions/c_{release}.composition")
        self.deployer("apply", "--env", "socket/shop.yaml", "--html", "report.html", "c_1")
        self.assertIn("c_1", (self.work / "report.html").read_text())
        self.assertEqual(self.host.inspect("web")["Config"]["Labels"]["release"], "1")
        self.deployer("plan", "--env", "tls/shop.yaml", "c_1")  # nothing to do, as seen the other way
        self.deployer("apply", "--env", "tls/shop.yaml", "c_2")
        self.assertEqual(self.host.inspect("web")["Config"]["Labels"]["release"], "2")
        self.deployer("plan", "--env", "socket/shop.yaml", "c_2")

    def test_it_says_that_it_has_no_ssh(self):
        self.assertIn("OpenSSH's client is not installed", self.deployer("status", "--env", "ssh/shop.yaml", status=10))

    def test_its_binary_goes_into_an_image_that_has_ssh(self):
        (self.dir / "Dockerfile").write_text("FROM local/box:1\nCOPY --from=longshore/deployer /deployer /bin/deployer\n")
        self.host.docker("build", "--quiet", "--tag", "local/agent", "--file", self.dir / "Dockerfile", self.work)
        self.assertIn("Usage: deployer", self.host.docker("run", "--rm", "local/agent", "deployer", "--help"))


if __name__ == "__main__":
    inside_namespaces()
    unittest.main()
