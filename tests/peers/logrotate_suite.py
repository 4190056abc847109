#!/usr/bin/env python3
"""logrotate's own test suite put to rotator, and to the logrotate that is installed, in the same run.

    tests/peers/logrotate_suite.py [--source FOLDER] [--binary PATH]… [--only 1,30,87] [--jobs N] [--show]

FOLDER is logrotate's source (or its folder test/), which is not part of this repository; without it Debian's source package is
fetched into a temporary folder, which takes a source of Debian 12 in /etc/apt. Each script runs in a folder of its own. With setfacl
(package acl) those about access lists run, too. Prints a table; exit 1 if rotator fails a script that logrotate passes."""

import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROTATOR = pathlib.Path(os.environ.get("LONGSHORE_BIN", ROOT / "build/release/bin")) / "rotator"
LOGROTATE = pathlib.Path("/usr/sbin/logrotate")
LIMIT = 60  # seconds that one script may take
OUTCOME = {0: "passed", 77: "skipped"}  # anything else: failed


def fetch(into):
    """Debian's source of logrotate, unpacked. apt has checked the .dsc; the .dsc tells the hash of the archive."""
    for name in ("parts", "lists/partial", "cache/archives/partial"):
        (into / name).mkdir(parents=True)
    found = False
    for file in pathlib.Path("/etc/apt/sources.list.d").glob("*.sources"):
        text = file.read_text(encoding="utf-8")
        if re.search(r"^Suites:.* ?bookworm", text, re.M):
            (into / "parts" / file.name).write_text(re.sub(r"^Types:.*", "Types: deb-src", text, flags=re.M), encoding="utf-8")
            found = True
    for file in [pathlib.Path("/etc/apt/sources.list"), *pathlib.Path("/etc/apt/sources.list.d").glob("*.list")]:
        lines = re.findall(r"^deb ((?:\[.*\] )?\S+ bookworm.*)$", file.read_text(encoding="utf-8"), re.M) if file.exists() else []
        if lines:
            (into / "parts" / (file.name + ".list")).write_text("".join(f"deb-src {line}\n" for line in lines), encoding="utf-8")
            found = True
    if not found:
        sys.exit("/etc/apt names no source of Debian 12: give the source with --source")
    options = ["-qq", "-o", "Dir::Etc::sourcelist=/dev/null", "-o", f"Dir::Etc::sourceparts={into}/parts", "-o",
               f"Dir::State::Lists={into}/lists", "-o", f"Dir::Cache={into}/cache", "-o", f"APT::Sandbox::User={os.environ.get('USER', 'root')}"]
    subprocess.run(["apt-get", *options, "update"], check=True)
    # Signatures beside the archive may be missing on a mirror; what counts is checked below.
    subprocess.run(["apt-get", *options, "source", "--download-only", "logrotate"], cwd=into, check=False, stderr=subprocess.DEVNULL)
    description = next(iter(into.glob("logrotate_*.dsc")), None)
    archive = next(iter(into.glob("logrotate_*.orig.tar.*z")), None)
    if not description or not archive:
        sys.exit("the source package of logrotate could not be fetched: give the source with --source")
    wanted = re.search(rf"^ ([0-9a-f]{{64}}) \d+ {re.escape(archive.name)}$", description.read_text(encoding="utf-8"), re.M)
    if not wanted or hashlib.sha256(archive.read_bytes()).hexdigest() != wanted[1]:
        sys.exit(f"{archive.name} is not what its .dsc says")
    subprocess.run(["tar", "xf", archive], cwd=into, check=True)
    return next(path for path in into.iterdir() if path.is_dir() and path.name.startswith("logrotate-"))


class Suite:
    """A copy of the scripts, and one binary. They find it in LOGROTATE, and make a folder of their own each."""

    def __init__(self, scripts, binary, into):
        self.binary, self.folder = binary, into / "test"
        self.folder.mkdir(parents=True, mode=0o700)
        for path in scripts.iterdir():
            if path.is_file() and path.name.startswith(("test-", "compress", "mailer")):
                shutil.copy2(path, self.folder / path.name)
                (self.folder / path.name).chmod(path.stat().st_mode & 0o755)
        (self.folder / "test.ACL").write_text("1\n", encoding="utf-8")  # what ./configure would write
        (self.folder / "test.SELINUX").write_text("0\n", encoding="utf-8")

    def run(self, name):
        environment = {**os.environ, "LOGROTATE": str(self.binary), "LC_ALL": "C.UTF-8"}
        try:
            done = subprocess.run(["sh", f"./{name}"], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
        except subprocess.TimeoutExpired as late:
            return f"took more than {LIMIT} s", late.stdout or b""
        return OUTCOME.get(done.returncode, f"failed ({done.returncode})"), done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path)
    parser.add_argument("--binary", type=pathlib.Path, action="append", help="instead of rotator and logrotate")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--show", action="store_true", help="the output of what failed")
    options = parser.parse_args()
    binaries = [path.resolve() for path in options.binary or [ROTATOR, *([LOGROTATE] if LOGROTATE.exists() else [])]]
    for binary in binaries:
        if not os.access(binary, os.X_OK):
            sys.exit(f"{binary} is missing")
    os.umask(0o022)
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        source = options.source.resolve() if options.source else fetch(work)
        scripts = source / "test" if (source / "test").is_dir() else source
        numbers = {int(number) for number in options.only.split(",") if number}
        names = [name for name in sorted(path.name for path in scripts.glob("test-[0-9][0-9][0-9][0-9].sh"))
                 if not numbers or int(name[5:9]) in numbers]
        if not names:
            sys.exit(f"{scripts} holds no scripts of logrotate's suite")
        results = []
        for number, binary in enumerate(binaries):
            suite = Suite(scripts, binary, work / f"run{number}")
            with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
                results.append(dict(zip(names, pool.map(suite.run, names))))
    print(f"{'binary':<44} {'passed':>7} {'skipped':>8} {'failed':>7}")
    for binary, outcomes in zip(binaries, results):
        kinds = [outcome for outcome, _ in outcomes.values()]
        passed, skipped = kinds.count("passed"), kinds.count("skipped")
        print(f"{str(binary)[-44:]:<44} {passed:>7} {skipped:>8} {len(kinds) - passed - skipped:>7}")
        for name, (outcome, output) in outcomes.items():
            if outcome != "passed":
                print(f"  {name}: {outcome}")
            if options.show and outcome not in ("passed", "skipped"):
                print("    " + output.decode(errors="replace")[-2000:].replace("\n", "\n    "))
    needed = [name for name in names if len(results) < 2 or results[1][name][0] == "passed"]
    return 1 if any(results[0][name][0] not in ("passed", "skipped") for name in needed) else 0


if __name__ == "__main__":
    sys.exit(main())
