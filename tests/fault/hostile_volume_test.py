#!/usr/bin/env python3
"""Directories and names that somebody else controls: rotator writes nowhere but where its configuration says, runs nothing that a
name contains, hangs on nothing. The CVEs of logrotate, and what is not one. Needs root, and the user nobody."""
import os
import re
import subprocess
import threading
import time
import unittest
from pathlib import Path

from rotating import LIMIT, ROTATOR, RotationTest, need

NOBODY = 65534
NAMES = [b"plain", b"with blank", b"new\nline", b"bad\xff\xfeutf8", b"-rf", b"$(touch pwned)", b"a;touch pwned;", b"`touch pwned`", b"q'uo\"te",
         b"back\\slash", b"star*[x]?", b"\xe2\x98\x83", b"tab\there", b"#comment", b"{brace}"]


class Names(RotationTest):
    def test_any_name_is_rotated_once(self):
        """CVE-2011-1154 (a name in a shell), CVE-2011-1155 (a name that breaks the state file)."""
        argument = self.dir / "arguments"
        self.configure(f"daily\ncreate\nrotate 3\ncompress\nshred\npostrotate\n  printf '%s\\0' \"$1\" >>{argument}\nendscript",
                       f"{self.logs}/*.log")
        logs = bytes(self.logs)
        for name in NAMES:
            path = logs + b"/" + name + b".log"
            with open(path, "wb") as file:
                file.write(b"text of " + name)
            os.utime(path, (0, 0))
        for _ in range(3):  # a state file that is misunderstood would rotate again
            done = subprocess.run([ROTATOR, "-s", self.state, self.config], cwd=self.dir, capture_output=True, timeout=LIMIT, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(sorted(os.listdir(logs)), sorted(name + end for name in NAMES for end in (b".log", b".log.1.gz")))
        self.assertEqual(sorted(argument.read_bytes().split(b"\0")[:-1]), sorted(logs + b"/" + name + b".log" for name in NAMES))
        self.assertFalse(list(self.dir.rglob("pwned")))
        for name in NAMES:
            text = subprocess.run([b"gzip", b"-dc", b"--", logs + b"/" + name + b".log.1.gz"], capture_output=True, check=True).stdout
            self.assertEqual(text, b"text of " + name)

    def test_ten_thousand_logs(self):
        count = 10_000
        self.configure("daily\ncreate\nrotate 3\nsharedscripts\npostrotate\n  :\nendscript", f"{self.logs}/*.log")
        for number in range(count):
            self.write(f"{number}.log", f"{number}\n", days_old=3)
        self.assertEqual(self.rotate(ROTATOR).returncode, 0)
        self.assertEqual(self.rotate(ROTATOR).returncode, 0)
        self.assertEqual(len(self.names()), 2 * count)
        self.assertEqual(self.state.read_text().count("\n"), count + 1)
        self.assertEqual({(self.logs / f"{number}.log.1").read_text() for number in range(count)}, {f"{n}\n" for n in range(count)})


    def test_links_in_circles_do_not_keep_it(self):
        """A pattern of six levels, and a volume whose user has made a hundred links from its folder to itself: 100 to the 6th paths."""
        for number in range(100):
            (self.logs / f"loop{number}").symlink_to(".")
        self.write("live.log", "text\n")
        other = self.dir / "other.log"
        other.write_text("text\n")
        self.config.write_text(f"{self.logs}/*/*/*/*/*/*/*.log {{\n daily\n}}\n{other} {{\n size 1\n rotate 1\n}}\n")
        self.config.chmod(0o644)
        done = self.rotate(ROTATOR)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Too many levels of symbolic links", done.stderr)
        self.assertTrue((self.dir / "other.log.1").exists())


class Files(RotationTest):
    def test_links_fifos_and_devices_are_left_alone(self):
        """CVE-2011-1548 and the like: what a user puts in the place of a log."""
        secret = self.dir / "secret"
        ways = ["create\ncompress", "copytruncate", "copy", "renamecopy", "create\nshred\nrotate 0"]
        for way in ways:
            with self.subTest(way):
                for path in self.logs.iterdir():
                    path.unlink()
                secret.write_text("secret")
                os.symlink(secret, self.logs / "symlink.log")
                os.symlink(self.dir / "missing", self.logs / "dangling.log")
                os.link(secret, self.logs / "hardlink.log")
                os.mkfifo(self.logs / "fifo.log")
                os.mknod(self.logs / "device.log", 0o20666, os.makedev(1, 7))  # /dev/full
                self.configure("rotate 3\n" + way, f"{self.logs}/*.log")
                before = self.names()
                done = self.rotate(ROTATOR, "-f")
                self.assertEqual((done.returncode, self.names()), (0, before), done.stderr)
                self.assertEqual(secret.read_text(), "secret")
                self.assertFalse((self.dir / "missing").exists())

    def test_archives_that_are_links_are_left_alone(self):
        """The name that an archive would get, and those that would be compressed or removed."""
        secret = self.dir / "secret"
        for way in ("create\nrotate 1", "create\nrotate 1\ncompress\ndelaycompress", "create\nrotate 1\nshred", "copy\nrotate 1"):
            with self.subTest(way):
                for path in self.logs.iterdir():
                    path.unlink()
                secret.write_text("secret")
                self.write("live.log", "the log\n")
                for name in ("live.log.1", "live.log.2", ".live.log.1.rotator-tmp", ".live.log.1.gz.rotator-tmp", ".live.log.rotator-tmp"):
                    os.symlink(secret, self.logs / name)
                self.configure(way)
                self.rotate(ROTATOR, "-f")
                self.assertEqual((secret.read_text(), os.stat(secret).st_mode & 0o777), ("secret", 0o644))
                self.assertIn(b"the log\n", [path.read_bytes() for path in self.logs.iterdir() if not path.is_symlink()])

    def test_nothing_is_readable_before_it_is_meant_to_be(self):
        """CVE-2011-1098: whoever opens a new file before its mode is set reads it for ever."""
        self.configure("create\nrotate 3\ncompress")
        self.write("live.log", "secret\n").chmod(0o600)
        trace = self.dir / "trace"
        os.umask(0)
        self.addCleanup(os.umask, 0o022)
        done = self.rotate(ROTATOR, "-f", prefix=(need("strace", "strace"), "-f", "-qq", "-o", trace, "-e", "trace=openat,openat2,creat"))
        self.assertEqual(done.returncode, 0, done.stderr)
        made = re.findall(r".*O_CREAT.*", trace.read_text())
        self.assertGreaterEqual(len(made), 3)
        self.assertFalse([line for line in made if not re.search(r", 0600\) = \d+", line)])
        self.assertEqual({path.stat().st_mode & 0o777 for path in self.logs.iterdir()}, {0o600})

    def test_nobody_else_can_lock_the_state(self):
        """CVE-2022-1348: the state file was made with mode 0644, and who may read a file may lock it."""
        self.configure("create\nrotate 3")
        self.write("live.log", "the log\n")
        self.assertEqual(self.rotate(ROTATOR, "-f").returncode, 0)
        for path in (self.state, self.dir / "state.journal"):
            self.assertEqual(path.stat().st_mode & 0o007, 0, path)
        self.state.chmod(0o644)
        self.dir.chmod(0o755)
        holder = subprocess.Popen([need("setpriv", "util-linux"), "--reuid", str(NOBODY), "--clear-groups", "flock", self.state, "sleep", "60"])
        try:
            while subprocess.run(["flock", "-n", self.state, "true"], check=False).returncode == 0:
                time.sleep(0.02)
            done = self.rotate(ROTATOR, "-f")
        finally:
            holder.kill()
            holder.wait()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.state.stat().st_mode & 0o777, 0o640)


class Directories(RotationTest):
    """The directory belongs to somebody who moves things in it between two of rotator's steps."""

    def setUp(self):
        super().setUp()
        self.dir.chmod(0o755)
        self.target = self.dir / "target"
        self.target.mkdir()
        os.chown(self.logs, NOBODY, NOBODY)

    def attacked(self, when, attack) -> subprocess.CompletedProcess:
        """A run that waits a while behind each rename; attack() as soon as when()."""
        ended = threading.Event()

        def watch():
            while not ended.is_set():
                if when():
                    attack()
                    return
        thread = threading.Thread(target=watch)
        thread.start()
        try:
            return self.rotate(ROTATOR, "-f", prefix=(need("strace", "strace"), "-qq", "-o", "/dev/null", "-e", "trace=renameat2", "-e",
                                                      "inject=renameat2:delay_exit=300000"))
        finally:
            ended.set()
            thread.join(LIMIT)

    def test_the_directory_becomes_a_link(self):
        """"logrotten": between the rename and the next step the directory is swapped for a link to where root may write."""
        for way in ("create 0666\nrotate 3", "create\ncompress\nrotate 3", "renamecopy\ncreate\nrotate 3"):
            with self.subTest(way):
                self.configure(way)
                self.write("live.log", "#!/bin/sh\necho owned\n")
                moved = self.dir / f"moved{len(way)}"

                def attack(moved=moved):
                    self.logs.rename(moved)
                    self.logs.symlink_to(self.target)
                    os.lchown(self.logs, NOBODY, NOBODY)
                self.attacked(lambda: not (self.logs / "live.log").exists(), attack)
                self.assertTrue(self.logs.is_symlink(), "nobody attacked")
                self.assertEqual(list(self.target.iterdir()), [])
                self.assertIn("live.log", [path.name for path in moved.iterdir()], "the work was done where it began")
                self.logs.unlink()
                moved.rename(self.logs)
                for path in self.logs.iterdir():
                    path.unlink()

    def test_the_new_log_is_a_link_already(self):
        """As CVE-2016-1247: before the new log is made, its name is a link to a file that should appear, or change its owner."""
        self.configure("create 0666 nobody nogroup\nrotate 3")
        self.write("live.log", "the log\n")
        live, wanted = self.logs / "live.log", self.target / "ld.so.preload"
        done = self.attacked(lambda: not live.exists(), lambda: live.symlink_to(wanted))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(live.is_symlink(), "nobody attacked")
        self.assertEqual((list(self.target.iterdir()), (self.logs / "live.log.1").read_text()), ([], "the log\n"))

    def test_a_link_on_the_way_is_followed_only_if_root_has_put_it_there(self):
        self.write("live.log", "the log\n")
        for owner, works in ((NOBODY, False), (0, True)):
            way = self.dir / ("theirs" if owner else "ours")
            way.mkdir()
            (way / "link").symlink_to(self.logs)
            os.lchown(way / "link", owner, owner)
            os.chown(way, owner, owner)
            self.configure("create\nrotate 3", f"{way}/link/live.log")
            done = self.rotate(ROTATOR, "-f")
            self.assertEqual((done.returncode == 0, (self.logs / "live.log.1").exists()), (works, works), done.stderr)
            self.assertEqual("could have put there" in done.stderr, not works)

    def test_a_directory_that_everybody_may_write_to(self):
        """Volumes of containers are: logrotate refuses them, rotator works in them."""
        self.logs.chmod(0o777)
        self.configure("create\ncompress\nrotate 3")
        self.write("live.log", "the log\n")
        os.chown(self.logs / "live.log", NOBODY, NOBODY)
        done = self.rotate(ROTATOR, "-f")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.contents(), {"live.log": b"", "live.log.1.gz": b"the log\n"})
        self.assertEqual({path.stat().st_uid for path in self.logs.iterdir()}, {NOBODY})

    def test_su_works_with_that_users_rights(self):
        self.configure("su nobody nogroup\ncreate\ncompress\nrotate 3\npostrotate\n  id -u >" + str(self.dir / "who") + "\nendscript")
        self.write("live.log", "the log\n")
        os.chown(self.logs / "live.log", NOBODY, NOBODY)
        done = self.rotate(ROTATOR, "-f")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.contents(), {"live.log": b"", "live.log.1.gz": b"the log\n"})
        self.assertEqual((self.dir / "who").read_text(), "0\n", "scripts are run as who has started it")
        os.chown(self.logs, 0, 0)
        self.write("live.log", "more\n")
        self.assertEqual(self.rotate(ROTATOR, "-f").returncode, 1)
        self.assertEqual(self.contents(), {"live.log": b"more\n", "live.log.1.gz": b"the log\n"}, "nothing was changed")


if __name__ == "__main__":
    unittest.main()
