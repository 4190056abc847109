#!/usr/bin/env python3
"""The packages hold what a host needs, and what they hold works: they are built, unpacked into a folder and used from there.
Only the maintainer scripts are not run: they need a system of their own."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
from measure import free_port  # noqa: E402

BUILD = pathlib.Path(os.environ.get("LONGSHORE_RELEASE", ROOT / "build/release"))
ABOVE = 2.0  # of 10: systemd's measure of what a unit may still do; a unit without any restriction has 9.6
ABOVE_AS_ROOT = 2.5  # of one that works on files of every owner


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=1200, **options)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(BUILD / "packages", ignore_errors=True)
        run("cmake", "--build", BUILD, "--target", "package")
        (cls.deb,) = (BUILD / "packages").glob("*.deb")
        (cls.tar,) = (BUILD / "packages").glob("*.tar.gz")
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name) / "root"
        run("dpkg-deb", "-x", cls.deb, cls.root)
        run("dpkg-deb", "-e", cls.deb, cls.root / "DEBIAN")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def field(self, name):
        return run("dpkg-deb", "-f", self.deb, name).strip()

    def test_files_are_roots_and_where_debian_looks_for_them(self):
        listed = {line.split()[5].removeprefix("."): line.split()[:2] for line in run("dpkg-deb", "-c", self.deb).splitlines()}
        self.assertEqual({owner for _, owner in listed.values()}, {"root/root"})
        for name in ("/usr/bin/deployer", "/usr/bin/health", "/usr/bin/rotator", "/usr/bin/rules", "/usr/bin/shipper"):
            self.assertEqual(listed[name][0], "-rwxr-xr-x", name)
        for name in ("/etc/longshore/shipper.yaml", "/lib/systemd/system/shipper.service", "/usr/share/man/man1/shipper.1.gz",
                     "/etc/longshore/rotator.yaml", "/lib/systemd/system/rotator.service", "/usr/share/man/man1/rotator.1.gz",
                     "/etc/longshore/health.yaml", "/lib/systemd/system/health.service", "/usr/share/man/man1/health.1.gz",
                     "/usr/share/man/man1/deployer.1.gz", "/usr/share/doc/longshore/deployer-environment.yaml.sample",
                     "/usr/share/doc/longshore/deployer/production.yaml", "/usr/share/doc/longshore/deployer/web.env",
                     "/usr/share/doc/longshore/health.yaml.sample", "/usr/share/doc/longshore/rotator.yaml.sample", "/usr/share/doc/longshore/shipper.yaml.sample",
                     "/usr/share/doc/longshore/rules/linux/kernel.yaml"):
            self.assertEqual(listed[name][0], "-rw-r--r--", name)

    def test_the_control_file_names_what_is_needed_and_no_library(self):
        self.assertEqual(self.field("Package"), "longshore")
        self.assertEqual(self.field("Depends"), "adduser")
        self.assertEqual(self.field("Architecture"), run("dpkg", "--print-architecture").strip())
        self.assertEqual((self.root / "DEBIAN/conffiles").read_text(), "/etc/longshore/health.yaml\n/etc/longshore/rotator.yaml\n/etc/longshore/shipper.yaml\n")

    def test_maintainer_scripts_are_sound_and_executable(self):
        for name in ("postinst", "prerm", "postrm"):
            run("sh", "-n", self.root / "DEBIAN" / name)
            self.assertTrue(os.access(self.root / "DEBIAN" / name, os.X_OK), name)

    def test_the_binaries_need_nothing_of_the_host(self):
        for name, most in (("deployer", 12), ("health", 5), ("rotator", 5), ("rules", 12), ("shipper", 12)):
            binary = self.root / "usr/bin" / name
            self.assertLess(binary.stat().st_size, most * 1_000_000, name)
            self.assertNotIn("INTERP", run("readelf", "-lW", binary))
            self.assertIn(run(binary, "--version", env={}).split()[1], self.field("Version"))

    def test_the_packaged_rules_are_good(self):
        run(self.root / "usr/bin/rules", "check", self.root / "usr/share/doc/longshore/rules", env={})

    def test_the_packaged_environment_is_good(self):
        environment = self.root / "usr/share/doc/longshore/deployer/two-hosts.yaml"
        self.assertIn("web1", run(self.root / "usr/bin/deployer", "config", "--env", environment, env={}))

    def test_the_archive_holds_the_same_files(self):
        with tarfile.open(self.tar) as archive:
            packed = {re.sub(r"^[^/]+", "", member.name) for member in archive if member.isfile()}
        unpacked = {"/" + str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file()}
        self.assertEqual(packed, {path for path in unpacked if not path.startswith("/DEBIAN/")})

    def test_the_packaged_configuration_is_good(self):
        text = (self.root / "etc/longshore/shipper.yaml").read_text()
        for folder in ("/var/lib/longshore", "/run/longshore", "/var/log/longshore"):
            place = pathlib.Path(self.folder.name) / folder.replace("/", "_")
            place.mkdir(exist_ok=True)
            text = text.replace(folder, str(place))
        text = text.replace("udp://127.0.0.1:514", f"udp://127.0.0.1:{free_port(socket.SOCK_DGRAM)}")
        text = text.replace("tcp://127.0.0.1:514", f"tcp://127.0.0.1:{free_port(socket.SOCK_STREAM)}")
        text = text.replace("admin: 127.0.0.1:8514", f"admin: 127.0.0.1:{free_port(socket.SOCK_STREAM)}")
        config = pathlib.Path(self.folder.name) / "shipper.yaml"
        config.write_text(text)
        run(self.root / "usr/bin/shipper", "check", "--config", config)
        run(self.root / "usr/bin/rotator", "check", self.root / "etc/longshore/rotator.yaml")
        run(self.root / "usr/bin/health", "check", "--config", self.root / "etc/longshore/health.yaml")

    def test_the_unit_is_understood_and_may_do_little(self):
        target = self.root / "lib/systemd/system"
        (target / "multi-user.target").write_text("[Unit]\nDescription=stands in for the host's\n")
        for name in ("sysinit.target", "basic.target", "shutdown.target", "network.target", "local-fs.target", "-.mount"):
            where = "\n[Mount]\nWhat=none\nWhere=/\n" if name == "-.mount" else ""
            (target / name).write_text(f"[Unit]\nDescription=stands in for the host's\nDefaultDependencies=no\n{where}")
        (self.root / "bin").mkdir(exist_ok=True)
        (self.root / "bin/kill").touch(0o755)
        for unit, above in (("shipper.service", ABOVE), ("health.service", ABOVE), ("rotator.service", ABOVE_AS_ROOT)):
            said = subprocess.run(["systemd-analyze", "verify", f"--root={self.root}", "--man=no", unit],
                                  capture_output=True, text=True, check=False, timeout=60)
            self.assertEqual((said.returncode, said.stdout + said.stderr), (0, ""))
            overall = run("systemd-analyze", "security", "--offline=true", f"--root={self.root}", unit)
            exposure = float(re.search(rf"Overall exposure level for {re.escape(unit)}: ([\d.]+)", overall)[1])
            self.assertLessEqual(exposure, above, overall)

    def test_the_man_pages_know_every_command(self):
        def commands(name):
            return re.findall(r"^  ([a-z]+) ", run(self.root / "usr/bin" / name, "--help").partition("Subcommands:\n")[2], re.M)
        words = {"shipper": commands("shipper"), "deployer": commands("deployer"),
                 "health": ["run", "check", "drain", "ready", "status", "healthcheck", "reference"],
                 "rotator": ["run", "check", "plan", "status", "healthcheck", "reference", "grep", "cat", "verify"]}
        for name in words:
            page = run("gzip", "-dc", self.root / f"usr/share/man/man1/{name}.1.gz")
            for word in words[name]:
                self.assertRegex(page, rf"(?m)^\.BI? {word}\b", f"packaging/{name}.1 does not explain {name} {word}")


if __name__ == "__main__":
    unittest.main()
