#!/usr/bin/env python3
"""Every header compiles alone. Of most, the source that includes it first is the proof; the rest are compiled here, each again
only when it, or what it includes, has changed."""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import unittest

import checks

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("LONGSHORE_BUILD", ROOT / "build/dev"))
SEEN = BUILD / "house"  # per header, the files that it included when it last compiled


def unchanged(seen):
    """Whether nothing that `seen` lists is younger than it."""
    try:
        made = seen.stat().st_mtime_ns
        names = re.sub(r"^[^:]*:|\\\n", " ", seen.read_text()).split()
        return all(os.stat(name).st_mtime_ns < made for name in names)
    except FileNotFoundError:
        return False


def compile_alone(flags, name):
    """What the compiler says against the header; None if nothing."""
    seen = SEEN / (name.replace("/", "-") + ".d")
    if unchanged(seen):
        return None
    command = [*flags, "-fsyntax-only", "-MD", "-MF", str(seen), "-x", "c++", "-"]
    done = subprocess.run(command, input=f'#include "{name}"\n', capture_output=True, text=True, check=False)
    if not done.returncode:
        return None
    seen.unlink(missing_ok=True)
    return f"{name} does not compile alone:\n{done.stderr[:2000]}"


class Headers(unittest.TestCase):
    def test_headers_compile_alone(self):
        SEEN.mkdir(exist_ok=True)
        flags = checks.compile_flags(BUILD)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            problems = [said for said in pool.map(lambda name: compile_alone(flags, name), checks.unproven_headers(ROOT)) if said]
        self.assertFalse(problems, "\n".join(problems))


if __name__ == "__main__":
    unittest.main()
