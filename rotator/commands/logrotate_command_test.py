#!/usr/bin/env python3
"""rotator as logrotate: flags, directives, names, scripts, mail, state, exit codes, each seen from outside."""
import os
import stat
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests/fault"))
from rotating import LIMIT, ROTATOR, RotationTest, compressed, run  # noqa: E402

TODAY = time.strftime("-%Y%m%d")


class Flags(RotationTest):
    def call(self, *words, name=ROTATOR) -> subprocess.CompletedProcess:
        return subprocess.run([str(word) for word in (name, *words)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT,
                              check=False)

    def test_exit_codes_without_a_run(self):
        for words, code in (((), 1), (("--nonsense", "x"), 2), (("-s",), 2), (("--version",), 0), (("-?",), 0), (("--usage",), 0),
                            (("--skip-state-lock", "--wait-for-state-lock", "x"), 1)):
            self.assertEqual(self.call(*words).returncode, code, words)
        self.assertIn("failed to open config file", self.call("-s", self.state, self.dir / "missing").stderr)

    def test_called_as_logrotate(self):
        link = self.dir / "logrotate"
        link.symlink_to(ROTATOR)
        self.assertTrue(self.call("--version", name=link).stdout.startswith("logrotate 3.21.0 (rotator "))

    def test_debug_does_nothing_and_says_what(self):
        self.configure("create 0640 root root\ncompress\nolddir old\ncreateolddir\nrotate 3\npostrotate\n touch here\nendscript")
        self.write("live.log", "the log\n")
        done = self.rotate(ROTATOR, "-d", "-f")
        self.assertEqual(done.returncode, 0)
        self.assertIn("mode = 0640 uid = 0 gid = 0", done.stderr)
        self.assertIn(f"renaming {self.logs}/live.log to {self.logs}/old/live.log.1", done.stderr)
        self.assertEqual((self.names(), sorted(path.name for path in self.dir.iterdir())), (["live.log"], ["config", "logs"]))

    def test_the_log_file_has_everything_and_scripts_get_it(self):
        log = self.dir / "log"
        self.configure("rotate 3\npostrotate\n echo from a script >&3\nendscript")
        self.write("live.log", "the log\n")
        self.assertEqual(self.rotate(ROTATOR, "-f", "-l", log).stderr, "")
        self.assertIn("reading config file", log.read_text())
        self.assertIn("\nfrom a script\n", log.read_text())

    def test_several_configurations_and_directories_of_them(self):
        folder = self.dir / "conf.d"
        folder.mkdir()
        (folder / "b").write_text(f"{self.logs}/b.log {{\n}}\n")
        (folder / "b.rpmsave").write_text("nonsense {\n")
        self.config.write_text(f"rotate 2\n{self.logs}/a.log {{\n}}\n")
        for name in "ab":
            self.write(f"{name}.log", name)
        self.assertEqual(self.call("-f", "-s", self.state, self.config, folder).returncode, 0)
        self.assertEqual(self.names(), ["a.log.1", "b.log.1"])

    def test_without_standard_descriptors(self):
        self.configure("create\ncompress\nrotate 3\nmail nobody@invalid\nmailfirst")
        self.write("live.log", "the log\n")
        mail = self.dir / "mail"
        mail.write_text(f"#!/bin/sh\nexec cat >{self.dir}/mailed\n")
        mail.chmod(0o755)
        subprocess.run(["sh", "-c", f"exec {ROTATOR} -v -f -m {mail} -s {self.state} {self.config} <&- >&- 2>&-"], timeout=LIMIT, check=True)
        self.assertEqual(self.contents(), {"live.log": b"", "live.log.1.gz": b"the log\n"})
        self.assertEqual((self.dir / "mailed").read_text(), "the log\n")

    def test_the_state_may_be_a_link_of_ours_or_nowhere(self):
        volume = self.dir / "volume"
        volume.mkdir()
        self.state.symlink_to("volume/status")
        self.configure("daily\nrotate 3")
        self.write("live.log", "the log\n", days_old=2)
        self.assertEqual(self.rotate(ROTATOR).returncode, 0)
        self.assertTrue(self.state.is_symlink())
        self.assertIn("live.log", (volume / "status").read_text())
        self.state = Path("/dev/null")
        self.write("live.log", "the log\n", days_old=2)
        self.assertEqual(self.rotate(ROTATOR).returncode, 0)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))


class Directives(RotationTest):
    def rotated(self, directives: str, times: int = 1, **files) -> dict:
        self.configure(directives)
        for number in range(times):
            self.write("live.log", f"{number}")
            done = self.rotate(ROTATOR, "-f")
            self.assertEqual((done.returncode, done.stderr), (0, ""), directives)
        return self.contents()

    def test_names(self):
        for directives, names in (("rotate 2", {"live.log.1"}), ("rotate 2\nstart 7", {"live.log.7"}), ("rotate 2\nextension .log", {"live.1.log"}),
                                  ("rotate 2\naddextension .old", {"live.log.1.old"}), ("rotate 2\ndateext", {f"live.log{TODAY}"}),
                                  ("rotate 2\ndateext\ndateformat .%Y", {f"live.log.{TODAY[1:5]}"}),
                                  ("rotate 2\nextension .log\ndateext\ncompress", {f"live{TODAY}.log.gz"}),
                                  ("rotate 2\ncompress\ncompresscmd /usr/bin/zstd", {"live.log.1.zst"}),
                                  ("rotate 2\ncompress\ncompressext .x", {"live.log.1.x"})):
            with self.subTest(directives):
                for path in self.logs.iterdir():
                    path.unlink()
                self.assertEqual(set(self.rotated(directives)), names)

    def test_a_date_with_its_zone(self):
        self.write("live.log.2000-01-01+0100", "old")
        self.write("live.log.2001-01-01-1200", "younger")
        self.assertEqual(self.rotated("rotate 2\ndateext\ndateformat .%Y-%m-%d%z"),
                         {"live.log.2001-01-01-1200": b"younger", f"live.log.{time.strftime('%Y-%m-%d%z')}": b"0"})

    def test_as_many_as_are_kept(self):
        self.assertEqual(self.rotated("rotate 2", times=4), {"live.log.1": b"3", "live.log.2": b"2"})
        self.assertEqual(self.rotated("rotate 0"), {"live.log.2": b"3"}, "as logrotate: what was there moves on")

    def test_all_are_kept(self):
        self.assertEqual(sorted(self.rotated("rotate -1\ncompress\ndelaycompress", times=3)), ["live.log.1", "live.log.2.gz", "live.log.3.gz"])

    def test_old_archives_go(self):
        self.write("live.log.1", "young", days_old=3)
        self.write("live.log.2", "old", days_old=9)
        self.assertEqual(self.rotated("rotate 9\nmaxage 7"), {"live.log.1": b"0", "live.log.2": b"young"})

    def test_copies(self):
        self.assertEqual(self.rotated("copy\nrotate 2"), {"live.log": b"0", "live.log.1": b"0"})

    def test_in_place(self):
        inode = self.write("live.log", "x").stat().st_ino
        self.assertEqual(self.rotated("copytruncate\nrotate 2\ncompress"), {"live.log": b"", "live.log.1.gz": b"0"})
        self.assertEqual((self.logs / "live.log").stat().st_ino, inode)

    def test_olddir_on_another_file_system(self):
        other = self.dir / "other"
        other.mkdir()
        run("mount", "-t", "tmpfs", "-o", "size=1m,mode=0755", "tmpfs", other)
        self.addCleanup(run, "umount", other)
        for way in ("", "copytruncate", "renamecopy"):
            for path in other.iterdir():
                path.unlink()
            self.assertNotIn("live.log.1", self.rotated(f"olddir {other}\nrotate 2\ncreate\n{way}"))
            self.assertEqual((other / "live.log.1").read_bytes(), b"0", way)

    def test_the_new_log_has_mode_owner_and_list_of_the_old_one(self):
        log = self.write("live.log", "x")
        log.chmod(0o604)
        os.chown(log, 7, 8)
        run("setfacl", "-m", "u:9:rw", log)
        acl = run("getfacl", "-c", log)
        self.configure("create\ncompress\nrotate 2")
        self.assertEqual(self.rotate(ROTATOR, "-f").returncode, 0)
        for name in ("live.log", "live.log.1.gz"):
            status = (self.logs / name).stat()
            self.assertEqual((status.st_uid, status.st_gid, run("getfacl", "-c", self.logs / name)), (7, 8, acl), name)
        self.configure("create 0640 root root\nrotate 2")
        self.rotate(ROTATOR, "-f")
        self.assertEqual(oct((self.logs / "live.log").stat().st_mode & 0o777), "0o640")

    def test_scripts_and_what_they_are_told(self):
        told = self.dir / "told"
        scripts = "".join(f"{name}\n echo \"{name} $1 $2\" >>{told}\nendscript\n"
                          for name in ("firstaction", "prerotate", "postrotate", "lastaction", "preremove"))
        self.write("live.log.1", "old")
        self.rotated("rotate 1\n" + scripts)
        logs = self.logs
        self.assertEqual(told.read_text(), f"firstaction {logs}/live.log  \nprerotate {logs}/live.log \n"
                                           f"postrotate {logs}/live.log {logs}/live.log.1\npreremove {logs}/live.log.2 \n"
                                           f"lastaction {logs}/live.log  \n")

    def test_a_script_that_fails_stops_what_follows(self):
        for name, rotated in (("firstaction", False), ("prerotate", False), ("postrotate", True)):
            with self.subTest(name):
                for path in self.logs.iterdir():
                    path.unlink()
                self.write("live.log", "0")
                self.configure(f"rotate 2\ncreate\ncompress\n{name}\n exit 7\nendscript")
                done = self.rotate(ROTATOR, "-f")
                self.assertEqual((done.returncode, "live.log.1" in self.names()), (1, rotated), done.stderr)
                self.assertNotIn("live.log.1.gz", self.names())

    def test_a_prerotate_that_fails_leaves_older_archives_alone(self):
        """As logrotate from 3.22 on: nothing of a log that is not rotated is renamed, compressed or removed."""
        before = {"a.log": b"0", "a.log.1": b"1", "a.log.2.gz": b"2", "b.log": b"0", "b.log.1": b"1", "b.log.2": b"2"}
        for directives in ("rotate 2", "rotate 2\ncompress\ndelaycompress", "rotate 9\nmaxage 7", "rotate 2\nsharedscripts"):
            with self.subTest(directives):
                for path in self.logs.iterdir():
                    path.unlink()
                for name, text in before.items():
                    self.write(name, compressed(text) if name.endswith(".gz") else text, days_old=9)
                self.configure(f"{directives}\nprerotate\n exit 7\nendscript", f"{self.logs}/*.log")
                done = self.rotate(ROTATOR, "-f")
                self.assertEqual((done.returncode, self.contents()), (1, before), done.stderr)
                self.assertIn("error running " + ("shared" if "shared" in directives else "non-shared") + " prerotate script for ", done.stderr)
        self.configure("rotate 2\nprerotate\n case $1 in */a.log) exit 7;; esac\nendscript", f"{self.logs}/*.log")
        self.assertEqual(self.rotate(ROTATOR, "-f").returncode, 1)
        self.assertEqual(self.names(), ["a.log", "a.log.1", "a.log.2.gz", "b.log.1", "b.log.2"], "each log has a script of its own")

    def test_mail_of_what_goes_or_of_what_came(self):
        mail = self.dir / "mail"
        mail.write_text(f"#!/bin/sh\n{{ echo \"$@\"; cat; }} >>{self.dir}/mailed\n")
        mail.chmod(0o755)
        self.write("live.log.1.gz", compressed(b"old\n"))
        self.write("live.log", "new\n")
        self.configure("rotate 1\ncompress\nmail someone@invalid")
        self.assertEqual(self.rotate(ROTATOR, "-f", "-m", mail).returncode, 0)
        self.assertEqual((self.dir / "mailed").read_text(), f"-s {self.logs}/live.log.2.gz someone@invalid\nold\n")
        (self.dir / "mailed").unlink()
        self.write("live.log", "newer\n")
        self.configure("rotate 1\ncompress\nmail someone@invalid\nmailfirst")
        self.assertEqual(self.rotate(ROTATOR, "-f", "-m", mail).returncode, 0)
        self.assertEqual((self.dir / "mailed").read_text(), f"-s {self.logs}/live.log someone@invalid\nnewer\n")

    def test_compressors_that_are_programs(self):
        program = self.dir / "pack"
        program.write_text(f"#!/bin/sh\necho \"$@\" $LOGROTATE_COMPRESSED_FILENAME >{self.dir}/told\necho trouble >&2\nexec gzip \"$@\"\n")
        program.chmod(0o755)
        self.configure(f"rotate 2\ncompress\ncompresscmd {program}\ncompressext .gz\ncompressoptions -f -9")
        self.write("live.log", "the log\n")
        done = self.rotate(ROTATOR, "-f")
        self.assertEqual((done.returncode, self.contents()), (0, {"live.log.1.gz": b"the log\n"}))
        self.assertEqual((self.dir / "told").read_text(), f"-f -9 {self.logs}/live.log.1\n")
        self.assertRegex(done.stderr, "error: Compressing program wrote following message to stderr when compressing log .*:\ntrouble\n")
        program.write_text("#!/bin/sh\nexit 3\n")
        self.write("live.log", "more\n")
        self.assertEqual(self.rotate(ROTATOR, "-f").returncode, 1)
        self.assertEqual(self.contents(), {"live.log.1": b"more\n", "live.log.2.gz": b"the log\n"})

    def test_a_log_that_is_missing(self):
        for directives, code in (("rotate 1", 1), ("rotate 1\nmissingok", 0)):
            self.configure(directives)
            done = self.rotate(ROTATOR)
            self.assertEqual(done.returncode, code)
            self.assertEqual("error: stat of " in done.stderr, code == 1)


if __name__ == "__main__":
    unittest.main()
