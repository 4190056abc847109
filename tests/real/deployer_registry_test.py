#!/usr/bin/env python3
"""deployer's commands about compositions against Debian's docker-registry and git: resolve, promote, diff, recreate, list."""
import json
import signal
import subprocess
import time
import unittest

from harness import BIN, LIMIT, RealTest, run, wait_until
from registry_server import OCI_TYPE, PASSWORD, BasicRegistry, RegistryServer, TokenRegistry

STAMP, C, RC = "20150619_1504", "c_20150619_1504", "rc_20150619_1504"
GREEN = '<testsuites><testsuite name="shop" tests="1" failures="0" errors="0"><testcase classname="shop" name="pays"/></testsuite></testsuites>'
RED = GREEN.replace("/></testsuite>", '><failure message="no"/></testcase></testsuite>')


class CompositionTest(RealTest):
    server = RegistryServer

    def setUp(self):
        super().setUp()
        self.registry = self.server(self)
        self.shop = self.dir / "shop"
        (self.shop / "compositions").mkdir(parents=True)
        self.git("init", "-q")
        self.git("config", "user.name", "Somebody")
        self.git("config", "user.email", "somebody@example.org")
        (self.shop / "green.xml").write_text(GREEN)

    def git(self, *words) -> str:
        return run("git", "-C", self.shop, *words)

    def deployer(self, *words, status: int = 0, registry: bool = True) -> str:
        option = ["--registry", self.registry.option()] if registry else []
        done = subprocess.run([BIN / "deployer", *words, *option], cwd=self.shop, capture_output=True, text=True, timeout=LIMIT, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn(PASSWORD, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def compose(self, **components) -> None:
        lines = [f"{name} {self.registry.host}/{image}\n" for name, image in components.items()]
        (self.shop / f"compositions/{C}.composition").write_text("".join(lines))

    def lock(self, name: str = C) -> str:
        return (self.shop / f"compositions/{name}.composition.lock").read_text()

    def commit_and_tag(self) -> None:
        self.git("add", "compositions")
        self.git("commit", "-q", "-m", C)
        self.git("tag", "-a", "-m", C, C)


class TheWholeWay:
    """Of every kind of registry."""

    def test_resolve_promote_recreate(self):
        digests = {"shop/web": self.registry.push_image("shop/web", STAMP), "shop/stock": self.registry.push_image("shop/stock", STAMP, kind=OCI_TYPE),
                   "shop/multi": self.registry.push_index("shop/multi", STAMP), "mirror/haproxy": self.registry.push_image("mirror/haproxy", "2.6.12")}
        self.compose(web=f"shop/web:{STAMP}", stock=f"shop/stock:{STAMP}", multi=f"shop/multi:{STAMP}", haproxy="mirror/haproxy:2.6.12")
        self.deployer("resolve", f"compositions/{C}.composition")
        for path, digest in digests.items():
            self.assertIn(f"{self.registry.host}/{path}:{'2.6.12' if 'mirror' in path else STAMP}@{digest}\n", self.lock())
        before = (self.shop / f"compositions/{C}.composition.lock").stat()
        self.assertIn("as before", self.deployer("resolve", C))
        self.assertEqual((self.shop / f"compositions/{C}.composition.lock").stat().st_ino, before.st_ino)
        self.commit_and_tag()

        said = self.deployer("promote", C, "--to", RC, "--junit", "green.xml")
        self.assertIn(f"{C} is promoted to {RC}", said)
        for path in ("shop/web", "shop/stock", "shop/multi"):
            self.assertEqual(self.registry.manifest(path, RC), self.registry.manifest(path, STAMP), path)
        self.assertIsNone(self.registry.manifest("mirror/haproxy", RC))
        self.assertEqual(self.git("rev-parse", RC + "^{commit}"), self.git("rev-parse", C + "^{commit}"))
        self.assertEqual(self.git("cat-file", "-t", RC), "tag\n")
        said = self.deployer("promote", C, "--to", RC, "--junit", "green.xml")
        self.assertEqual(said.count("has it already"), 3)

        self.assertEqual(self.deployer("diff", C, RC, registry=False), "")
        self.assertEqual(self.deployer("recreate", RC).count("complete"), 4)
        (self.shop / f"compositions/{RC}.composition").unlink()  # the git tag suffices
        (self.shop / f"compositions/{RC}.composition.lock").unlink()
        self.assertEqual(self.deployer("recreate", RC).count("complete"), 4)
        listed = self.deployer("list", registry=False).splitlines()
        self.assertRegex(listed[1], rf"^{C} +4 +yes +{RC} *$")
        self.assertRegex(listed[2], rf"^{RC} +4 +yes *$")


class PlainRegistryTest(TheWholeWay, CompositionTest):
    def test_a_tag_that_is_missing_is_named_with_those_that_are_like_it(self):
        self.registry.push_image("shop/web", "20150619_1503")
        self.compose(web=f"shop/web:{STAMP}", other=f"shop/wep:{STAMP}")
        said = self.deployer("resolve", C, status=1)
        self.assertIn(f"{self.registry.host}: has no shop/web:{STAMP}; it has 20150619_1503\n", said)
        self.assertIn(f"{self.registry.host}: has no repository shop/wep; it has shop/web\n", said)
        self.assertFalse((self.shop / f"compositions/{C}.composition.lock").exists())

    def test_a_stamp_that_moved_is_an_error_and_a_suppliers_tag_is_not(self):
        first, proxy = self.registry.push_image("web", STAMP), self.registry.push_image("proxy", "2.6.12")
        self.compose(web=f"web:{STAMP}", proxy="proxy:2.6.12")
        self.deployer("resolve", C)
        lock = self.lock()
        moved = self.registry.push_image("proxy", "2.6.12", "another")
        self.assertIn("the lock keeps what it was", self.deployer("resolve", C))
        self.assertEqual(self.lock(), lock)
        self.assertIn("updated", self.deployer("resolve", "--update", C))
        self.assertEqual(self.lock(), lock.replace(proxy, moved))
        other = self.registry.push_image("web", STAMP, "another")
        said = self.deployer("resolve", "--update", C, status=1)
        self.assertIn(f"web: the tag {STAMP} of {self.registry.host}/web has moved: it was {first}, now it is {other}", said)
        self.assertEqual(self.lock(), lock.replace(proxy, moved))

    def ready(self, *names) -> None:
        for name in names:
            self.registry.push_image(name, STAMP)
        self.compose(**{name: f"{name}:{STAMP}" for name in names})
        self.deployer("resolve", C)
        self.commit_and_tag()

    def test_promote_refuses_what_was_not_tested(self):
        self.ready("web")
        for name, xml, said in (("red", RED, "the test is not green"), ("none", "<testsuites/>", "no test ran"),
                                ("torn", GREEN[:80], "no results of JUnit's kind")):
            (self.shop / f"{name}.xml").write_text(xml)
            self.assertIn(said, self.deployer("promote", C, "--junit", "green.xml", "--junit", f"{name}.xml", status=65 if name == "torn" else 1))
        self.assertIn("No such file", self.deployer("promote", C, "--junit", "nowhere.xml", status=1))
        self.assertIn("cannot be promoted", self.deployer("promote", "shop", "--junit", "green.xml", status=65))
        self.assertIn("there is no git tag c_20150619_1505", self.deployer("promote", "c_20150619_1505", "--junit", "green.xml", status=1))
        self.assertIsNone(self.registry.manifest("web", RC))
        self.assertEqual(self.git("tag", "--list"), C + "\n")

    def test_promote_refuses_a_name_that_is_taken_before_it_changes_anything(self):
        self.ready("a", "web")
        other = self.registry.push_image("web", RC, "another")
        self.assertIn(f"web:{RC} is there already and is {other}", self.deployer("promote", C, "--junit", "green.xml", status=1))
        self.assertIsNone(self.registry.manifest("a", RC))
        self.git("commit", "-q", "--allow-empty", "-m", "later")
        self.git("tag", "-a", "-m", "x", "rc_20150619_1600")
        said = self.deployer("promote", C, "--to", "rc_20150619_1600", "--junit", "green.xml", status=1)
        self.assertIn("the git tag rc_20150619_1600 is there already", said)
        self.deployer("promote", C, "--to", "rc_20150619_1700", "--junit", "green.xml")

    def test_a_promote_that_is_cut_off_is_completed_by_the_next(self):
        """The registry is killed in the middle of one, deployer in the middle of another."""
        names = [f"part{i:02}" for i in range(60)]
        self.ready(*names)
        for victim, to in (("registry", RC), ("deployer", "rc_20150619_1600")):
            promote = subprocess.Popen([BIN / "deployer", "promote", C, "--to", to, "--junit", "green.xml", "--registry", self.registry.option()],
                                       cwd=self.shop, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            end = time.monotonic() + LIMIT
            while not (self.registry.tag_folder(names[3]) / to).exists() and promote.poll() is None and time.monotonic() < end:
                time.sleep(0.001)
            if victim == "registry":
                self.registry.kill()
            else:
                promote.kill()
            said = promote.communicate(timeout=LIMIT)[0]
            self.assertEqual(promote.returncode, 69 if victim == "registry" else -signal.SIGKILL, said)
            done = [name for name in names if (self.registry.tag_folder(name) / to).exists()]
            self.assertTrue(0 < len(done) < len(names), f"{len(done)} were done")
            self.assertNotIn(to, self.git("tag", "--list"))
            if victim == "registry":
                self.assertIn(f"registry {self.registry.host} cannot be reached", said)
                self.registry.start()
            said = self.deployer("promote", C, "--to", to, "--junit", "green.xml")
            self.assertGreaterEqual(said.count("has it already"), len(done) - 1)
            for name in names:
                self.assertEqual(self.registry.manifest(name, to), self.registry.manifest(name, STAMP), name)
            self.assertIn(to, self.git("tag", "--list"))

    def test_recreate_names_what_is_missing_and_builds_it(self):
        self.ready("web", "stock")
        manifest = json.loads(self.registry.manifest("web", STAMP)[0])
        layer = manifest["layers"][0]["digest"]
        self.registry.ask("DELETE", f"/v2/web/blobs/{layer}", "")
        said = self.deployer("recreate", C, "--build", "touch built-{name}-{tag}", status=1)
        self.assertIn(f"misses {layer}\ntouch built-web-{STAMP}\n", said)
        self.assertFalse((self.shop / f"built-web-{STAMP}").exists())
        (self.shop / "compositions/rebuild.yaml").write_text("default: 'touch built-{name}-{tag}'\n")
        self.assertIn("rebuilt, byte for byte", self.deployer("recreate", C, "--run"))
        self.assertTrue((self.shop / f"built-web-{STAMP}").exists())
        (self.shop / "compositions/rebuild.yaml").write_text("web: 'exit 3'\n")
        self.assertIn("what rebuilds it ended with 3", self.deployer("recreate", C, "--run", status=1))

    def test_a_registry_that_is_down_or_speaks_tls_or_not_is_named(self):
        self.compose(web=f"web:{STAMP}")
        said = self.deployer("resolve", C, "--registry", self.registry.host, status=69, registry=False)
        self.assertIn("say plain_http if it has no TLS", said)
        self.registry.kill()
        self.assertIn(f"registry {self.registry.host} cannot be reached", self.deployer("resolve", C, status=69))


class BasicRegistryTest(TheWholeWay, CompositionTest):
    server = BasicRegistry

    def test_a_login_or_a_certificate_that_is_not_accepted_is_named(self):
        self.registry.push_image("web", STAMP)
        self.compose(web=f"web:{STAMP}")
        (self.dir / "wrong").write_text("wrong\n")
        wrong = f"{self.registry.host},ca_file={self.registry.ca},username=ci,password_file={self.dir}/wrong"
        self.assertIn('user "ci" is refused with 401', self.deployer("resolve", C, "--registry", wrong, status=69, registry=False))
        none = f"{self.registry.host},ca_file={self.registry.ca}"
        self.assertIn("a request without a login is refused with 401", self.deployer("resolve", C, "--registry", none, status=69, registry=False))
        said = self.deployer("resolve", C, "--registry", self.registry.host, status=69, registry=False)
        self.assertIn(f"registry {self.registry.host}: no TLS with it, trusting the system's CAs", said)


class TokenRegistryTest(TheWholeWay, CompositionTest):
    server = TokenRegistry

    def test_a_login_that_the_token_server_refuses_is_named(self):
        self.compose(web=f"web:{STAMP}")
        (self.dir / "wrong").write_text("wrong\n")
        wrong = f"{self.registry.host},plain_http,username=ci,password_file={self.dir}/wrong"
        self.assertIn('refuses user "ci" (401)', self.deployer("resolve", C, "--registry", wrong, status=69, registry=False))


if __name__ == "__main__":
    unittest.main()
