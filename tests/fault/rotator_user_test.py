#!/usr/bin/env python3
"""`su` in the daemon: it works on files as that user and group, without any of its own further groups, while scripts are run as who has
started it; users and groups are numbers, or names of /etc/passwd and /etc/group. Needs root."""
import os
import re
import subprocess
import unittest

from rotating import LIMIT, ROTATOR, RotationTest, need, wait_until
from harness import Process

UID, GID, FURTHER = 12345, 23456, 34567
TEXT = b"a line of the log\n" * 100


class User(RotationTest):
    def setUp(self):
        super().setUp()
        self.dir.chmod(0o755)
        self.yaml = self.dir / "rotator.yaml"
        self.yaml.write_text(f"admin: 127.0.0.1:0\nlogrotate: [{self.config}]\n")

    def daemon(self, directives: str, owner: tuple[int, int], mode: int) -> Process:
        """Works for UID:GID on a folder of that owner and mode; itself it is root, with one further group."""
        self.configure(f"size 1\nrotate -1\nsu {UID} {GID}\n{directives}")
        log = self.write("a.log", TEXT)
        os.chown(log, UID, GID)
        os.chown(self.logs, *owner)
        self.logs.chmod(mode)
        process = Process([need("setpriv", "util-linux"), "--groups", FURTHER, ROTATOR, "run", self.yaml], self.dir / "said")
        self.addCleanup(process.stop)
        return process

    def configure(self, directives: str, pattern: str | None = None) -> None:
        super().configure(directives, pattern or self.logs / "a.log")

    def archives(self) -> list:
        return [path for path in self.logs.glob("a.log-*") if path.stat().st_size]

    def test_what_it_makes_is_that_users(self):
        for directives in ("create", "create\ncompress", "copytruncate\ncompress", "copy", "create\nolddir old\ncreateolddir 0700"):
            with self.subTest(directives):
                for path in sorted(self.logs.rglob("*"), reverse=True):
                    path.rmdir() if path.is_dir() else path.unlink()
                told = self.dir / "told"
                told.unlink(missing_ok=True)
                process = self.daemon(f"{directives}\npostrotate\n echo $(id -u) $(id -G) > {told}\nendscript", (UID, GID), 0o700)
                done = (".gz",) if "\ncompress" in directives else ("[0-9]",)
                wait_until("it is rotated", lambda: told.exists() and list(self.logs.rglob(f"a.log-*{done[0]}")), why=process.tail)
                self.assertEqual(process.stop(), 0)
                made = [path for path in self.logs.rglob("*") if not path.name.startswith(".")]
                self.assertGreater(len(made), 1)
                self.assertEqual({(path.stat().st_uid, path.stat().st_gid) for path in made}, {(UID, GID)}, made)
                texts = [self.bytes_of(str(path.relative_to(self.logs))) for path in made if path.is_file() and path.name != "a.log"]
                self.assertEqual(texts, [TEXT])
                self.assertEqual(told.read_text().split(), ["0", "0", str(FURTHER)])  # scripts: as who has started it
                self.assertNotIn("level=error", process.tail(100_000))

    def refused(self, owner: tuple[int, int], mode: int) -> None:
        process = self.daemon("create", owner, mode)
        wait_until("it says so", lambda: "cannot be rotated" in process.tail(100_000), why=process.tail)
        self.assertEqual(process.stop(), 0)
        self.assertIn("Permission denied", process.tail(100_000))
        self.assertEqual(self.names(), ["a.log"])
        self.assertEqual((self.logs / "a.log").read_bytes(), TEXT)

    def test_it_may_do_no_more_than_that_user(self):
        self.refused((0, 0), 0o755)

    def test_a_further_group_of_rotator_opens_no_folder(self):
        self.refused((0, FURTHER), 0o770 | 0o005)

    def owners(self, folder_mode: int) -> Process:
        """`user: owner` on two logs of two users, in root's folder."""
        for number, name in enumerate(("a.log", "b.log")):
            os.chown(self.write(name, TEXT), UID + number, GID + number)
        self.logs.chmod(folder_mode)
        self.yaml.write_text(f"admin: 127.0.0.1:0\nrules: [{{paths: ['{self.logs}/*.log'], user: owner, when: never, max_size: 1B}}]\n")
        process = Process([ROTATOR, "run", self.yaml], self.dir / "said")
        self.addCleanup(process.stop)
        return process

    def test_whoever_has_the_log(self):
        process = self.owners(0o1777)
        wait_until("both are rotated", lambda: len(list(self.logs.glob("?.log-*.zst"))) == 2, why=process.tail)
        self.assertEqual(process.stop(), 0)
        made = {path.name[0]: (path.stat().st_uid, path.stat().st_gid) for path in self.logs.glob("?.log-*.zst")}
        self.assertEqual(made, {"a": (UID, GID), "b": (UID + 1, GID + 1)})

    def test_whoever_has_the_log_may_do_no_more_than_that(self):
        process = self.owners(0o755)
        wait_until("it says so", lambda: process.tail(100_000).count("cannot be rotated") == 2, why=process.tail)
        self.assertEqual(process.stop(), 0)
        self.assertEqual(self.names(), ["a.log", "b.log"])

    def test_a_name_that_only_a_directory_service_knows_is_told_once(self):
        self.configure("size 1\nsu in-ldap in-ldap")
        self.write("a.log", TEXT)
        done = subprocess.run([ROTATOR, "run", self.yaml], capture_output=True, text=True, timeout=LIMIT, check=False)
        self.assertEqual(done.returncode, 78)
        self.assertEqual(len(re.findall("unknown user 'in-ldap'", done.stderr)), 1, done.stderr)
        self.assertIn("write its number", done.stderr)


if __name__ == "__main__":
    unittest.main()
