#!/usr/bin/env python3
"""`shipper import` with the real binary: what it prints is a configuration that `shipper check --print-config` takes."""

import os
import pathlib
import secrets
import subprocess
import tempfile
import unittest

SHIPPER = pathlib.Path(os.environ["LONGSHORE_BIN"]) / "shipper"
TOKEN = secrets.token_hex(16)


def shipper(*words, expect=0):
    done = subprocess.run([SHIPPER, *map(str, words)], capture_output=True, text=True, timeout=30, check=False)
    if done.returncode != expect:
        raise AssertionError(f"shipper {words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


class ImportCommand(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="import_command_test.")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.main = self.dir / "syslog-ng.conf"
        self.main.write_text('@version: 3.38\n@include "scl.conf"\nsource s_net { udp(port(5140)); system(); };\n'
                             '@include "conf.d/*.conf"\n@include "more"\n')
        (self.dir / "conf.d").mkdir()
        (self.dir / "more").mkdir()
        (self.dir / "more" / "x").write_text("log { source(s_net); destination { file(\"/var/log/all\"); }; };\n")

    def test_prints_a_configuration_that_shipper_takes(self):
        (self.dir / "conf.d" / "loggly.conf").write_text(
            f'destination d_loggly {{ loggly(token("{TOKEN}") tag("prod")); }};\nlog {{ source(s_net); destination(d_loggly); }};\n')
        yaml = shipper("import", self.main).stdout
        self.assertNotIn(TOKEN, yaml)
        self.assertIn("conf.d/loggly.conf:1: the token stands there", yaml)
        self.assertRegex(yaml, r"# not translated: .*/more/x:1: log path")
        token_file = self.dir / "token"
        token_file.write_text(TOKEN)
        imported = self.dir / "shipper.yaml"
        imported.write_text(yaml.replace("/etc/longshore/loggly_token", str(token_file)))
        effective = shipper("check", "--print-config", "-c", imported).stdout
        self.assertIn("udp://0.0.0.0:5140", effective)
        self.assertNotIn(TOKEN, effective)

    def test_says_when_there_is_nothing_to_import(self):
        self.assertIn("no log path leads to a Loggly destination", shipper("import", self.main, expect=1).stderr)
        self.assertIn("none.conf", shipper("import", self.dir / "none.conf", expect=1).stderr)


if __name__ == "__main__":
    unittest.main()
