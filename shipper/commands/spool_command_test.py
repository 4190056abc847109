#!/usr/bin/env python3
"""`shipper spool …` with the real binary, beside a shipper that runs on the same folder and after it ended."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import unittest

SHIPPER = pathlib.Path(os.environ["LONGSHORE_BIN"]) / "shipper"
LINES = [f"<13>Nov 23 03:42:12 web app: line {number}" for number in range(500)]


def spool(*words, expect=0, text=True):
    done = subprocess.run([SHIPPER, "spool", *map(str, words)], capture_output=True, text=text, timeout=30, check=False)
    if done.returncode != expect:
        raise AssertionError(f"spool {words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class SpoolCommands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="spool_command_test.")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.config = self.dir / "shipper.yaml"
        # The archive cannot be written: whatever is received stays in the spool.
        (self.dir / "no-folder").write_text("")
        self.config.write_text(f"""
data_dir: {self.dir}
admin: 127.0.0.1:{free_port()}
sources:
  - {{type: syslog, listen: "unix-dgram://{self.dir}/log.sock"}}
sinks:
  - {{type: archive, dir: {self.dir}/no-folder/archive}}
""")

    def start(self):
        shipper = subprocess.Popen([SHIPPER, "run", "-c", self.config], stderr=subprocess.PIPE)
        self.addCleanup(shipper.stderr.close)
        self.addCleanup(shipper.wait)
        self.addCleanup(shipper.kill)
        self.wait_for(lambda: (self.dir / "log.sock").exists())
        return shipper

    def send(self, lines):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.connect(str(self.dir / "log.sock"))
            for line in lines:
                sender.send(line.encode())

    def wait_for(self, condition):
        end = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), end, "not in time")
            time.sleep(0.02)

    def raw(self):
        return spool("cat", "--data-dir", self.dir, "--json").stdout.splitlines()

    def files(self):
        return {str(path): path.read_bytes() for path in sorted((self.dir / "spool").rglob("*")) if path.is_file()}

    def test_looks_at_a_spool_beside_its_shipper_and_after_it(self):
        shipper = self.start()
        self.send(LINES)
        self.wait_for(lambda: len(self.raw()) == len(LINES))
        self.assertEqual([json.loads(line)["message"] for line in self.raw()], [f"line {n}" for n in range(len(LINES))])
        self.assertIn("all good", spool("verify", "-c", self.config).stdout)
        table = spool("ls", "--data-dir", self.dir).stdout
        self.assertRegex(table, r"active")
        self.assertRegex(table, rf"archive +1 +{len(LINES)} events")
        self.send(["<13>app: after the look"])  # the shipper was not disturbed
        self.wait_for(lambda: len(self.raw()) == len(LINES) + 1)
        shipper.send_signal(signal.SIGTERM)
        self.assertEqual(shipper.wait(timeout=30), 0)

        before = self.files()
        people = spool("cat", "--data-dir", self.dir, "--from", 2, "--to", 3, "--source", "log.sock").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in people], ["2", "3"])
        self.assertTrue(people[0].endswith("log.sock] " + LINES[1]), people[0])
        self.assertEqual(spool("cat", "--data-dir", self.dir, "--source", "gelf").stdout, "")
        exported = spool("export", "--data-dir", self.dir, "--format", "raw", "--to", len(LINES)).stdout.splitlines()
        self.assertEqual(exported, LINES)
        spool("export", "--data-dir", self.dir, "-o", self.dir / "all.zst")
        unpacked = subprocess.run(["zstd", "-dc", self.dir / "all.zst"], capture_output=True, check=True, text=True).stdout
        self.assertEqual(unpacked.splitlines(), self.raw())
        self.assertIn("all.zst", spool("export", "--data-dir", self.dir, "-o", self.dir / "all.zst", expect=64).stderr)
        self.assertEqual(self.files(), before)

        segment = max((self.dir / "spool").glob("*.segment"))
        damaged = bytearray(segment.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        segment.write_bytes(damaged)
        said = spool("verify", "--data-dir", self.dir, expect=1).stdout
        self.assertRegex(said, rf"{segment}: byte \d+: events \d+ to \d+")
        self.assertRegex(said, r"[1-9] damaged places")
        self.assertIn("shipper spool verify", spool("export", "--data-dir", self.dir, expect=65).stderr)

    def test_says_what_is_wrong_with_the_place(self):
        self.assertIn("no spool at", spool("ls", "--data-dir", self.dir / "none", expect=69).stderr)
        self.assertIn("none.yaml", spool("cat", "-c", self.dir / "none.yaml", expect=78).stderr)
        self.assertIn("excludes", spool("ls", "-c", self.config, "--data-dir", self.dir, expect=64).stderr)
        spool(expect=64)
        self.assertIn("--source", spool("export", "--help").stdout)


if __name__ == "__main__":
    unittest.main()
