#!/usr/bin/env python3
"""`rotator run` and the commands around it, with the real binary: what is rotated, told, reloaded and drained."""

import contextlib
import fcntl
import gzip
import json
import os
import pathlib
import pty
import re
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import time
import unittest
import urllib.error
import urllib.request

ROTATOR = pathlib.Path(os.environ["LONGSHORE_BIN"]) / "rotator"
LIMIT = float(os.environ.get("LONGSHORE_WAIT", 60))  # seconds that anything may take


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(what, condition, limit=LIMIT):
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"still not: {what}"
        time.sleep(0.05)


class DaemonCommands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rotator_daemon_test.")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.logs = self.dir / "logs"
        self.logs.mkdir()
        self.admin = f"127.0.0.1:{free_port()}"
        self.config = self.dir / "rotator.yaml"

    def configure(self, rules):
        self.config.write_text(f"admin: {self.admin}\n{rules}\n".replace("LOGS", str(self.logs)))

    def command(self, *words, expect=0):
        done = subprocess.run([ROTATOR, *map(str, words)], capture_output=True, text=True, timeout=LIMIT, check=False)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def start(self, *configs):
        self.log = self.dir / "stderr"
        with self.log.open("ab") as err:
            process = subprocess.Popen([ROTATOR, "run", *map(str, configs or [self.config])], stderr=err)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_until("it is ready", lambda: self.get("/readyz")[0] == 200 or process.poll() is not None)
        self.assertIsNone(process.poll(), self.log.read_text())
        return process

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://{self.admin}{path}", timeout=LIMIT) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def on_a_terminal(self, *words):
        """What a terminal of 400 columns gets, without the line ends that it makes itself."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 100, 400, 0, 0))
        with subprocess.Popen([ROTATOR, *words], stdout=theirs) as process:
            os.close(theirs)
            shown = b""
            with contextlib.suppress(OSError):  # EIO: all is read
                while piece := os.read(ours, 65536):
                    shown += piece
            os.close(ours)
        self.assertEqual(process.returncode, 0)
        return shown.replace(b"\r\n", b"\n")

    def archives(self, pattern):
        return sorted(self.logs.glob(pattern))

    def test_sizes_and_seconds_and_what_it_tells_of_itself(self):
        self.configure("""rules:
  - {name: big, paths: [LOGS/*.log], when: never, max_size: 64KiB, compress: gzip}
  - {name: often, paths: [LOGS/*.txt], when: interval, every: 1s, how: rename, after: 'echo "$1" >>LOGS/told', compress: none}""")
        process = self.start()
        text = "".join(f"line {i}\n" for i in range(10_000))
        (self.logs / "a.log").write_text(text)
        (self.logs / "b.txt").write_text("one\n")
        (archive,) = wait_until("a.log is rotated", lambda: self.archives("a.log-*.gz"))
        wait_until("b.txt is rotated", lambda: self.archives("b.txt-*"))
        self.assertRegex(archive.name, r"^a\.log-\d{8}-\d{6}\.gz$")
        wait_until("it is told", lambda: json.loads(self.get("/status")[1])["counts"]["rotations"] == 2)
        with gzip.open(archive, "rt") as file:
            self.assertEqual(file.read(), text)
        self.assertEqual((self.logs / "told").read_text(), f"{self.logs}/b.txt\n")
        status = json.loads(self.command("status", "--admin", self.admin))
        self.assertEqual({log["rule"]: log["mode"] == "rename" for log in status["logs"]}, {"big": False, "often": True})
        self.assertEqual(status["counts"]["at_risk_bytes"], 0)
        self.command("healthcheck", "--admin", self.admin)
        metrics = self.get("/metrics")[1]
        self.assertIn("longshore_rotator_rotations_total 2\n", metrics)
        for name in re.findall(r"^(\w+)[ {]", metrics, re.M):
            self.assertIn(f"# HELP {name} ", metrics)
        self.assertEqual(self.get("/healthz"), (200, "ok\n"))
        self.assertEqual(self.get("/else")[0], 404)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertRegex(self.log.read_text(), r'msg="rotated" file=\S+/a.log archive=\S+ archived=\d+ lost=0 mode=\w+ stall=')
        self.command("healthcheck", "--admin", self.admin, expect=69)

    def test_the_table_of_a_terminal(self):
        self.configure("rules: [{paths: [LOGS/*.log]}]")
        (self.logs / "a.log").write_text("x\n")
        self.start()
        shown = self.on_a_terminal("status", "--admin", self.admin).decode()
        self.assertRegex(shown, r"(?s)size +archives.*2 B +0 .*/logs/a\.log")

    def test_names_that_nobody_expects(self):
        """Each is rotated in both ways; nothing that is shown of it breaks a terminal, a line, JSON or the page of metrics."""
        names = [b"with blank", b"new\nline", b"bad\xff\xfeutf8", b"-rf", b"esc\x1b[2Jape", b"c1\xc2\x9b2J", b'q\'uo"te\\', b"\xe2\x98\x83",
                 b"star*[x]?", b"a.log-20261127-054905", b"a.log-20261127-054905.zst"]
        self.configure("""rules:
  - {paths: ["LOGS/*/in_place/*.log"], when: never, max_size: 1B}
  - {paths: ["LOGS/*/rename/*.log"], when: never, max_size: 1B, how: rename, after: 'echo "$1" >>LOGS/told'}""")
        logs = os.fsencode(self.logs) + b"/bad\xff\nfolder/"
        for how in (b"in_place/", b"rename/"):
            os.makedirs(logs + how)
            for name in names:
                with open(logs + how + name + b".log", "wb") as file:
                    file.write(b"text of %d\n" % names.index(name))
        self.start()

        def archived(how):
            return sorted(name for name in os.listdir(logs + how) if name.endswith(b".zst"))
        for how in (b"in_place/", b"rename/"):
            wait_until("all are rotated and compressed", lambda how=how: len(archived(how)) == len(names))
            stamp = re.compile(rb"(.*\.log)-\d{8}-\d{6}\.zst", re.S)
            self.assertEqual([stamp.fullmatch(name)[1] for name in archived(how)], sorted(name + b".log" for name in names))
            self.assertEqual(sorted(os.listdir(logs + how)), sorted([name + b".log" for name in names] + archived(how)), "nothing else is there")

        def bytes_of(*words, cwd=None):
            return subprocess.run([ROTATOR, *words], cwd=cwd, capture_output=True, timeout=LIMIT, check=True).stdout
        count = 2 * len(names)
        wait_until("it is known", lambda: json.loads(self.get("/status")[1])["counts"]["rotations"] == count)
        files = {log["file"] for log in json.loads(bytes_of("status", "--admin", self.admin).decode())["logs"]}
        self.assertEqual(files, {(logs + how + name + b".log").decode(errors="replace") for how in (b"in_place/", b"rename/") for name in names})
        for line in bytes_of("plan", "--json", self.config).decode().splitlines():
            json.loads(line)
        with urllib.request.urlopen(f"http://{self.admin}/metrics", timeout=LIMIT) as answer:
            answer.read().decode()
        self.log.read_bytes().decode()

        verified = bytes_of("verify", self.logs)
        self.assertEqual(verified.count(b": good, 1 frames, "), count, "each has its index")
        for shown in (verified, bytes_of("plan", self.config), self.on_a_terminal("status", "--admin", self.admin),
                      self.on_a_terminal("grep", "text", self.logs)):
            lines = shown.decode().splitlines()  # it is UTF-8
            self.assertFalse(set("".join(lines)) & set(map(chr, [*range(32), *range(127, 160)])))
            self.assertIn(len([line for line in lines if "folder/" in line and ".log" in line]), (count, 2 * count), lines)
        self.assertEqual(sorted(bytes_of("cat", logs).splitlines()), sorted(2 * [b"text of %d" % number for number in range(len(names))]))
        self.assertEqual(bytes_of("cat", "--", archived(b"rename/")[0], cwd=logs + b"rename"), b"text of %d\n" % names.index(b"-rf"))
        listed = bytes_of("grep", "-l", "text", self.logs)
        self.assertIn(b"/bad\xff\nfolder/rename/esc\x1b[2Jape.log", listed, "whoever reads it gets names as they are")

    def test_a_bad_new_configuration_keeps_the_old_and_a_good_one_counts(self):
        self.configure("rules: [{paths: [LOGS/*.log], when: never, max_size: 1MiB}]")
        process = self.start()
        (self.logs / "a.log").write_text("x" * 1000 + "\n")
        good = self.config.read_text()
        self.config.write_text(good + "wrong: 1\n")
        process.send_signal(signal.SIGHUP)
        wait_until("it says so", lambda: "the old one stays" in self.log.read_text())
        self.config.write_text(good.replace("1MiB", "100B"))  # seen by itself
        wait_until("a.log is rotated", lambda: self.archives("a.log-*.zst"))
        self.assertIn('msg="configuration loaded" rules=1\n', self.log.read_text())

    def test_logrotates_own_files_are_read_and_watched_in_the_same_way(self):
        (self.dir / "logrotate.conf").write_text(f"{self.logs}/*.log {{\n  size 1k\n  rotate 3\n  create\n  compress\n  missingok\n}}\n")
        (self.dir / "logrotate.conf").chmod(0o644)
        self.configure("volumes: [{path: LOGS, max_total_size: 1GiB}]\nlogrotate: [" + str(self.dir / "logrotate.conf") + "]")
        self.start()
        (self.logs / "a.log").write_text("y" * 2000 + "\n")
        (archive,) = wait_until("a.log is rotated", lambda: self.archives("a.log-*.gz"))
        with gzip.open(archive, "rt") as file:
            self.assertEqual(len(file.read()), 2001)
        self.assertEqual((self.logs / "a.log").read_text(), "")

    def test_plan_says_what_when_and_why_and_does_nothing(self):
        self.configure("rules: [{paths: [LOGS/*.log], when: never, max_size: 1KiB, keep: 1, how: rename, after: 'true', max_age: 3650d}]")
        (self.logs / "a.log").write_text("z" * 2000)
        for name in ("a.log-20260101-000000", "a.log-20260102-000000.gz"):
            (self.logs / name).write_text("old\n")
        before = sorted(self.logs.iterdir())
        shown = self.command("plan", self.config)
        self.assertRegex(shown, r"rotate +now +1\.95 KiB +\S+/a\.log: 1\.95 KiB has reached size 1\.00 KiB")
        self.assertRegex(shown, r"expire +now .*a\.log-20260101-000000: more archives than `rotate` allows")
        self.assertRegex(shown, r"expire +20\S+Z .*a\.log-20260102-000000\.gz: will be older than `maxage`")
        self.assertIn("now: 1 to rotate, 0 to compress, 1 to expire", shown)
        items = [json.loads(line) for line in self.command("plan", "--json", self.config).splitlines()]
        self.assertEqual([item["what"] for item in items], ["rotate", "expire", "expire"])
        self.assertEqual(sorted(self.logs.iterdir()), before)

    def test_check_and_exit_codes(self):
        self.configure("rules: [{paths: [LOGS/*.log]}]")
        self.assertIn("configuration is good: 1 rules, 0 logs", self.command("check", self.config))
        self.assertIn("when: daily", self.command("run", "--print-config", self.config))
        self.configure("rules: [{paths: [LOGS/*.log], whenn: daily}]")
        self.assertIn('rotator.yaml:2:', self.command("check", self.config, expect=78))
        self.command("run", self.config, expect=78)
        self.command("plan", self.dir / "missing.yaml", expect=78)
        self.command("run", "--no-such-flag", expect=64)
        untrusted = self.dir / "logrotate.conf"
        untrusted.write_text(f"{self.logs}/*.log {{ daily }}\n")
        untrusted.chmod(0o666)
        if os.geteuid() == 0:  # only root must not believe what others may write
            self.assertIn(str(untrusted), self.command("check", untrusted, expect=78))
        self.assertTrue(self.command("reference").startswith("# rotator.yaml\n"))

    def test_what_does_not_come_to_its_end_does_not_keep_it(self):
        self.configure("rules: [{paths: [LOGS/*.log], when: never, max_size: 1B, before: 'echo $$ >LOGS/pid; exec sleep 600'}]")
        process = self.start(self.config, "--drain", "1ms")
        (self.logs / "a.log").write_text("a line\n")
        pid = wait_until("the script runs", lambda: (self.logs / "pid").exists() and (self.logs / "pid").read_text().strip())
        self.addCleanup(os.kill, int(pid), signal.SIGKILL)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertIn("leaving work under way", self.log.read_text())
        self.assertEqual((self.logs / "a.log").read_text(), "a line\n")

    def test_what_failed_is_tried_again_although_nothing_changes_on_the_disk(self):
        tries = self.dir / "tries"
        self.configure(f"rules: [{{paths: [LOGS/*.log], when: never, max_size: 1B, before: 'echo x >>{tries}; test -e {self.dir}/go'}}]")
        self.start()
        (self.logs / "a.log").write_text("a line\n")
        wait_until("it is tried", lambda: tries.exists())
        (self.dir / "go").touch()
        wait_until("it is rotated", lambda: self.archives("a.log-*.zst"), 40)

    def test_the_address_of_another_is_left_alone(self):
        self.configure("rules: [{paths: [LOGS/*.log]}]")
        self.start()
        self.command("run", self.config, expect=69)


if __name__ == "__main__":
    unittest.main()
