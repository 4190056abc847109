#!/usr/bin/env python3
"""`./run`, the developer's start of the whole product: shipper takes lines in, rotator looks after what shipper writes, and Ctrl-C
ends both, with nothing left of them. What it would install and build is there: the script stands in a folder of its own, with the
binaries of this build. Its ports are fixed, so it has a network namespace to itself; that needs root."""
import contextlib
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "real"))
from harness import BIN, LIMIT, ROOT, RealTest, need, run, wait_until  # noqa: E402

MiB = 1 << 20


class Run(RealTest):
    def setUp(self):
        super().setUp()
        self.data = self.dir / "data"
        shutil.copy2(ROOT / "run", self.dir / "run")
        for name in ("bin", "tools", "build/release"):
            (self.dir / name).mkdir(parents=True)
        for program in (self.dir / "bin/cmake", self.dir / "tools/install-packages"):
            program.write_text("#!/bin/sh\n")
            program.chmod(0o755)
        (self.dir / "build/release/bin").symlink_to(BIN)
        (self.dir / "rules").symlink_to(ROOT / "rules")

    def start_it(self, out, *options) -> subprocess.Popen:
        """In a session of its own, as a terminal has it. All of that session is gone when the test ends."""
        environment = {name: value for name, value in os.environ.items() if not name.endswith(("_TOKEN", "_API_KEY"))}
        environment.update(LONGSHORE_DATA=str(self.data), PATH=f"{self.dir}/bin:{os.environ['PATH']}:/usr/sbin:/sbin")
        process = subprocess.Popen([need("setsid", "util-linux"), *options, "unshare", "--net", "sh", "-c",
                                    f"ip link set lo up && exec {self.dir}/run"], stdin=out, stdout=out, stderr=out, env=environment)
        self.addCleanup(process.wait)
        self.addCleanup(self.kill, process.pid)
        return process

    def kill(self, session: int) -> None:
        for pid in self.members(session):
            os.kill(pid, signal.SIGKILL)

    @staticmethod
    def members(session: int) -> dict[int, str]:
        """The processes of a session that have not ended."""
        found = {}
        for entry in pathlib.Path("/proc").iterdir():
            try:
                name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
            except (OSError, ValueError):
                continue
            fields = rest.split()
            if int(fields[3]) == session and fields[0] != "Z":
                found[int(entry.name)] = name
        return found

    def inside(self, process: subprocess.Popen, *words) -> str:
        return run(need("nsenter", "util-linux"), "-t", process.pid, "-n", *words)

    def answers(self, process: subprocess.Popen, program: str) -> bool:
        return subprocess.run([need("nsenter", "util-linux"), "-t", str(process.pid), "-n", BIN / program, "healthcheck"], capture_output=True,
                              timeout=LIMIT, check=False).returncode == 0

    def comes_up_rotates_and_ends(self, process: subprocess.Popen, interrupt, said) -> None:
        for program in ("shipper", "rotator"):
            wait_until(f"{program} answers", lambda program=program: self.answers(process, program) or process.poll() is not None, why=said)
        self.inside(process, need("logger", "bsdutils"), "-n", "127.0.0.1", "-P", "5514", "--tcp", "hello from the test")
        wait_until("the line is in the archive", lambda: any(
            "hello from the test" in run("zstd", "-dcq", path) for path in self.data.glob("archive/*/*.zst")), why=said)
        line = b"a line as shipper writes them of itself\n"
        text = line * (10 * MiB // len(line) + 1)
        with (self.data / "shipper.log").open("ab") as log:
            log.write(text)
            log.flush()
            archive, = wait_until("the log is rotated", lambda: list(self.data.glob("shipper.log-*.zst")), why=said)
        self.assertEqual(run("zstd", "-dcq", archive).count(line.decode()), text.count(line))
        interrupt()
        wait_until("it ends", lambda: process.poll() is not None, why=said)
        self.assertEqual(self.members(process.pid), {}, f"left over\n{said()}")
        self.assertEqual([path for path in self.data.rglob("*") if path.name.endswith((".unfinished", ".rotator-tmp", ".renaming"))], [])

    def test_into_a_file_until_it_is_interrupted(self):
        with (self.dir / "said").open("wb") as out:
            process = self.start_it(out)
        self.comes_up_rotates_and_ends(process, lambda: os.killpg(process.pid, signal.SIGINT), lambda: (self.dir / "said").read_text())
        self.assertEqual(process.returncode, 0)

    def test_on_a_terminal_until_control_c(self):
        ours, theirs = pty.openpty()
        process = self.start_it(theirs, "--ctty")
        os.close(theirs)
        shown = bytearray()

        def look():
            with contextlib.suppress(OSError):  # EIO: nobody has it open any more
                while piece := os.read(ours, 65536):
                    shown.extend(piece)
            os.close(ours)
        threading.Thread(target=look, daemon=True).start()
        self.comes_up_rotates_and_ends(process, lambda: os.write(ours, b"\x03"), lambda: shown.decode(errors="replace"))
        self.assertEqual(process.returncode, 0)
        self.assertIn(b"shipper has ended", shown)


if __name__ == "__main__":
    unittest.main()
