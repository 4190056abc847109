#!/usr/bin/env python3
"""SigmaHQ's rules through `rules import sigma`: each file of the folders that matter here imports, or says why not.

    tests/peers/sigma_import.py CHECKOUT [FOLDER …]     (FOLDER: below rules/; linux, web, application, network if not given)

CHECKOUT is a checkout of github.com/SigmaHQ/sigma, which is not part of this repository. Prints a table; exit 1 if a file is
neither imported nor refused with a reason, or if what was imported does not load."""

import collections
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = pathlib.Path(os.environ.get("LONGSHORE_BIN", ROOT / "build/release/bin")) / "rules"
FOLDERS = ["linux", "web", "application", "network"]


def run(*words):
    return subprocess.run([RULES, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, timeout=300)


def import_folder(folder):
    """Counts of files, rules, refusals; the refusals; the files that nothing is said about; what `rules check` finds wrong."""
    files = {str(path) for path in folder.rglob("*.yml")} | {str(path) for path in folder.rglob("*.yaml")}
    with tempfile.TemporaryDirectory() as into:
        done = run("import", "sigma", folder, "--into", into)
        written = "".join(path.read_text(encoding="utf-8") for path in pathlib.Path(into).iterdir())
        checked = run("check", into)
    refused = [line[len("refused: "):] for line in done.stderr.splitlines() if line.startswith("refused: ")]
    sources = [line[2:] for line in written.splitlines() if line.startswith("# ")]
    told = {line.split(": ")[0] for line in refused + sources}
    problems = checked.stdout + checked.stderr if checked.returncode else ""
    return len(files), len(sources), refused, sorted(files - told), problems


def main():
    if len(sys.argv) < 2 or not (pathlib.Path(sys.argv[1]) / "rules").is_dir():
        print(__doc__, file=sys.stderr)
        return 64
    top = pathlib.Path(sys.argv[1]) / "rules"
    bad = 0
    print(f"{'folder':<14} {'files':>6} {'rules':>6} {'refused':>8}  not told")
    for name in sys.argv[2:] or FOLDERS:
        files, rules, refused, lost, problems = import_folder(top / name)
        bad += len(lost) + bool(problems)
        print(f"{name:<14} {files:>6} {rules:>6} {len(refused):>8}  {', '.join(lost) or '-'}")
        for why, count in collections.Counter(line.rpartition(": ")[2] for line in refused).most_common():
            print(f"{'':<14} {'':>6} {'':>6} {count:>8}  {why}")
        if problems:
            print(problems, file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
