#!/usr/bin/env python3
"""Examples in the documentation work: `sh` ones are run, `yaml` ones are checked by shipper, as the comment before each asks."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("LONGSHORE_RELEASE", ROOT / "build/release")) / "bin"
EXAMPLE = re.compile(r"^<!-- (run|check) -->\n```(sh|yaml)\n(.*?)^```$", re.M | re.S)
MISSING = {  # what an excerpt of a configuration may leave out
    "data_dir": "data_dir: /nowhere\n",
    "sources": 'sources:\n  - {type: syslog, listen: "udp://127.0.0.1:5514"}\n',
    "sinks": "sinks:\n  - {type: stdout}\n",
}


def examples(wanted):
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = page.read_text(encoding="utf-8")
        for match in EXAMPLE.finditer(text):
            if match[1] == wanted:
                yield f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}", match[3]


def run(command, folder, **variables):
    environment = {**os.environ, **variables, "PATH": f"{BIN}:{os.environ['PATH']}"}
    return subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, timeout=60)


class Documentation(unittest.TestCase):
    def test_shell_examples_run(self):
        pages = {}
        for place, text in examples("run"):
            pages.setdefault(place.partition(":")[0], []).append((place, text))
        for page in pages.values():
            with tempfile.TemporaryDirectory() as folder:
                for place, text in page:
                    done = run(["bash", "-euo", "pipefail", "-c", text], folder)
                    self.assertEqual(done.returncode, 0, f"{place}:\n{text}\n{done.stdout}")

    def test_exit_codes_of_deployer_are_told_alike(self):
        declared = set(re.findall(r"= (\d+),", (ROOT / "deployer/run/exit_code.hpp").read_text(encoding="utf-8")))
        page = (ROOT / "docs/deployer/exit-codes.md").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"^\| (\d+) \|", page, re.M)), declared)
        for command in ([], ["plan"], ["apply"], ["resume"], ["abort"], ["rollback"]):
            told = run(["deployer", *command, "--help"], ROOT).stdout.partition("Exit codes of")[2]
            self.assertEqual(set(re.findall(r"(?:^ *|  +)(\d+) [a-z]", told, re.M)), declared, f"deployer {command} --help:\n{told}")

    def test_configuration_examples_are_good(self):
        for place, text in examples("check"):
            with tempfile.TemporaryDirectory() as folder:
                secret = pathlib.Path(folder) / "secret"
                secret.write_text("made-up\n")
                text = re.sub(r"\b(\w+_file: *)[^\s,}]+", rf"\g<1>{secret}", text)
                made_up = dict.fromkeys(re.findall(r"\benv:(\w+)", text), "made-up")
                lacking = [lines for key, lines in MISSING.items() if not re.search(rf"^{key}:", text, re.M)]
                config = pathlib.Path(folder) / "shipper.yaml"
                config.write_text(text + "\n" + "".join(lacking))
                done = run(["shipper", "check", "--print-config", "--config", config.name], folder, **made_up)
                self.assertEqual(done.returncode, 0, f"{place}:\n{done.stdout}")


if __name__ == "__main__":
    unittest.main()
