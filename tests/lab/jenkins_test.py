#!/usr/bin/env python3
"""containers/jenkins/Jenkinsfile: its shell steps, taken out and run as Jenkins runs them, in a lab: from a commit to production.

What is Jenkins' own (credentials, the approval, the reports' pages) is not run; that each step of the file is, is checked.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "real"), str(Path(__file__).resolve().parent)]
from docker_host import inside_namespaces  # noqa: E402
from harness import BIN, ROOT, need  # noqa: E402
from trials.fleet import Fleet, static, version_of  # noqa: E402
from lab import Lab  # noqa: E402

JENKINSFILE = ROOT / "containers/jenkins/Jenkinsfile"

DOCKERFILE = """\
FROM scratch
ARG VERSION
COPY web /web
ENV WEB_VERSION=$VERSION
LABEL version=$VERSION
EXPOSE 8080
USER 65534:65534
HEALTHCHECK --interval=1s --timeout=2s --retries=2 CMD ["/web", "check", "/health"]
ENTRYPOINT ["/web"]
"""

INTEGRATION_TEST = """\
#!/bin/sh -e
answer=$(curl -sS --fail "http://host3:8080/version")
[ "$answer" = "$STAMP" ]
echo '<testsuite name="integration" tests="1" failures="0"><testcase name="version"/></testsuite>' > "$2"
"""

REGISTRIES = """\
registries:
  - {host: "registry.example:5000", plain_http: true, username: deployer, password: "env:LOGIN_PSW"}
components:
  - component: web
    hosts: [all]
    http: [{url: "http://127.0.0.1:8080/version", header: X-Version, value: "{tag}"}]
"""

INTEGRATION = """\
services: ../compose.yaml
hosts: [{name: host3, url: "ssh://host3"}]
""" + REGISTRIES + "policy: {allow_downtime: true, bake: 500ms}\n"

PRODUCTION = """\
services: ../compose.yaml
hosts: [{name: host1, url: "ssh://host1"}, {name: host2, url: "ssh://host2"}]
balancers: [{name: lb1, url: "http://lb1:8404/stats"}, {name: lb2, url: "http://lb2:8404/stats"}]
drain: health
health_container: health
""" + REGISTRIES.replace("    hosts: [all]", "    hosts: [all]\n    backend: web") + "policy: {bake: 1s, soak: 500ms}\n"

COMPOSE = "services:\n  web:\n    ports: ['8080:8080']\n    restart: unless-stopped\n"


def steps(text: str) -> list[tuple[str, str]]:
    """(stage, shell script) in the file's order; those of `post` are of the stage "post"."""
    found, stage = [], ""
    pattern = r"stage\('([^']+)'\)|^  (post) \{|\bsh '''(.*?)'''|\bsh '((?:\\'|[^'])*)'"
    for match in re.finditer(pattern, text, re.S | re.M):
        if match[1] or match[2]:
            stage = match[1] or match[2]
        else:
            found.append((stage, (match[3] if match[3] is not None else match[4].replace("\\'", "'"))))
    return found


def variables(text: str, workspace: Path, credentials: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Of the environment block, in its order."""
    out: dict[str, str] = {}
    block = re.search(r"\n  environment \{\n(.*?)\n  \}", text, re.S)[1]
    for line in (re.sub(r"\s+//.*", "", line).strip() for line in block.splitlines()):
        name, value = re.fullmatch(r"(\w+) = (.*)", line).groups()
        if literal := re.fullmatch(r"'([^']*)'", value):
            out[name] = literal[1]
        elif secret := re.fullmatch(r"credentials\('(\w+)'\)", value):
            out[f"{name}_USR"], out[f"{name}_PSW"] = credentials[secret[1]]
        elif printed := re.fullmatch(r"sh\(script: '([^']*)', returnStdout: true\)\.trim\(\)", value):
            out[name] = subprocess.run(["sh", "-e", "-c", printed[1]], capture_output=True, text=True, check=True).stdout.strip()
        else:
            out[name] = re.fullmatch(r'"\$\{env\.WORKSPACE\}([^"$]*)"', value)[1].join([str(workspace), ""])
    return out


class Jenkins(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="lab-"))
        cls.addClassCleanup(lambda: cls.lab.down())
        cls.lab = Lab(cls.folder)
        cls.lab.up(3)
        cls.fleet = Fleet(cls.lab)
        cls.fleet.start_health()
        cls.text = JENKINSFILE.read_text()

    def git(self, *words):
        subprocess.run([need("git", "git"), "-C", self.workspace, *words], check=True, capture_output=True, env=self.environment)

    def setUp(self):
        self.workspace = self.folder / "workspace"
        for name in ("workspace", "origin.git"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for name in ("web", "compositions", "environments"):
            (self.workspace / name).mkdir(parents=True)
        for name, content in (("web/Dockerfile", DOCKERFILE), ("environments/integration.yaml", INTEGRATION),
                              ("environments/production.yaml", PRODUCTION), ("compose.yaml", COMPOSE), ("integration-test", INTEGRATION_TEST)):
            (self.workspace / name).write_text(content)
        (self.workspace / "integration-test").chmod(0o755)
        shutil.copy(BIN / "lab_web", self.workspace / "web/web")
        self.environment = {
            "PATH": f"{static('deployer').parent}:{os.environ['PATH']}", "HOME": "/root", "LANG": "C.UTF-8", "WORKSPACE": str(self.workspace),
            "DOCKER_HOST": f"unix://{self.lab.hosts[2].daemon}", "BUILD_URL": "https://ci.example/job/shop/1/", "DOCKER_BUILDKIT": "0",
            **{f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "ci"), ("EMAIL", "ci@example"))}}
        self.environment |= variables(self.text, self.workspace, {"registry": (self.lab.user, self.lab.password)})
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", self.folder / "origin.git"], check=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", str(self.folder / "origin.git"))
        self.git("add", ".")
        self.git("commit", "--quiet", "-m", "the first")

    def step(self, script: str, status: int = 0) -> str:
        """As Jenkins does it: sh -xe, in the workspace."""
        done = subprocess.run(["sh", "-xe", "-c", script], cwd=self.workspace, env=self.environment, capture_output=True, text=True,
                              timeout=180, check=False)
        self.assertEqual(done.returncode, status, f"{script}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def test_from_a_commit_to_production(self):
        every = steps(self.text)
        self.assertEqual(len(every) + 1, len(re.findall(r"^\s*sh[ (]|= sh\(", self.text, re.M)), "a step is written in a way that this test does not read")
        begin = time.monotonic()
        output = "".join(self.step(script) for _, script in every)
        self.assertNotIn(self.lab.password, output)
        stamp = self.environment["STAMP"]
        for host in self.lab.hosts:
            running = [one for one in host.docker.containers(label=["longshore.component=web"]) if one["State"]["Running"]]
            self.assertEqual([version_of(one) for one in running], [stamp], host.name)
        for report in ("integration-deploy.xml", "integration-test.xml", "deploy.xml"):
            self.assertEqual(xml.parse(self.workspace / "results" / report).getroot().get("failures"), "0", report)
        self.assertIn("<html", (self.workspace / "results/deploy.html").read_text().lower())
        tags = subprocess.run(["git", "-C", self.folder / "origin.git", "tag"], capture_output=True, text=True, check=True).stdout.split()
        self.assertEqual(tags, [f"c_{stamp}", f"rc_{stamp}"])
        self.assertFalse((self.workspace / ".docker").exists(), "the login was left")
        print(f"from a commit to production in {time.monotonic() - begin:.0f} s, {len(every)} steps", flush=True)

    def test_a_red_integration_test_ends_it_before_production(self):
        self.environment["STAMP"] = "20150619_1504"  # within a minute of the other test, a stamp would be the same
        (self.workspace / "integration-test").write_text(INTEGRATION_TEST.replace('failures="0"><testcase name="version"/>',
                                                                                  'failures="1"><testcase name="version"><failure/></testcase>'))
        every = steps(self.text)
        promote = next(number for number, (stage, _) in enumerate(every) if stage == "promote")
        for _, script in every[:promote]:
            self.step(script)
        said = self.step(every[promote][1], status=1)
        self.assertIn("integration-test.xml", said)
        tags = subprocess.run(["git", "-C", self.workspace, "tag"], capture_output=True, text=True, check=True).stdout.split()
        self.assertEqual(tags, ["c_20150619_1504"])


if __name__ == "__main__":
    inside_namespaces()
    unittest.main()
