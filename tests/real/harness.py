"""What the tests with real senders share: processes that are ended by pid, bounded waits, free ports, a running shipper.

LONGSHORE_BIN names the folder with shipper, loadgen and loggly_receiver; build/release/bin if it is not set.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("LONGSHORE_BIN") or ROOT / "build/release/bin").resolve()
sys.path.insert(0, str(ROOT / "benchmarks"))
from measure import free_port  # noqa: E402, F401
from receiver import Receiver  # noqa: E402

LIMIT = float(os.environ.get("LONGSHORE_WAIT", 60))  # seconds that anything may take


def need(program: str, package: str) -> str:
    """The program's path. One that is missing fails the test and names the package that brings it."""
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise AssertionError(f"{program} is missing: install the package {package} (tools/install-packages test)")
    return found


def wait_until(what: str, condition, limit: float = LIMIT, why=lambda: ""):
    """The first true value of condition(); a failure that says what did not happen, and why()."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"after {limit:.0f} s still not: {what}\n{why()}")
        time.sleep(0.02)


def run(*argv, limit: float = LIMIT, **more) -> str:
    """Runs to the end, expects success, returns what it printed."""
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, timeout=limit, check=False, **more)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, argv))} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Process:
    """A server of ours. It dies with the test, whatever ends that."""

    def __init__(self, argv: list, log: Path, env: dict | None = None):
        self.argv, self.log, self.env = [str(word) for word in argv], log, env
        self.start()

    def start(self) -> None:
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *self.argv], stdin=subprocess.DEVNULL, stdout=out,
                                          stderr=out, env={**os.environ, **(self.env or {})})

    def alive(self) -> bool:
        return self.child.poll() is None

    def tail(self, size: int = 3000) -> str:
        return f"--- {self.log}\n{self.log.read_text(errors='replace')[-size:]}"

    def kill(self) -> None:
        """kill -9."""
        self.child.kill()
        self.child.wait()

    def stop(self, limit: float = LIMIT) -> int:
        """SIGTERM; the exit status."""
        if self.alive():
            self.child.send_signal(signal.SIGTERM)
        try:
            return self.child.wait(limit)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.argv[0]} does not end on SIGTERM\n{self.tail()}") from None


class Shipper(Process):
    """shipper on a configuration of `sources:` and `sinks:`; folder and admin address are added. Ready when it returns."""

    def __init__(self, folder: Path, config: str, env: dict | None = None, data: Path | None = None):
        self.admin = f"127.0.0.1:{free_port()}"
        self.config = folder / "shipper.yaml"
        self.config.write_text(f"data_dir: {data or folder / 'data'}\nadmin: {self.admin}\n{config}")
        super().__init__([BIN / "shipper", "run", "--config", self.config], folder / "shipper.log", env)

    def start(self) -> None:
        super().start()
        wait_until("shipper is ready", lambda: not self.alive() or self.get("/readyz") is not None, why=self.tail)
        if not self.alive():
            raise AssertionError(f"shipper ended with {self.child.returncode}\n{self.tail()}")

    def get(self, path: str) -> str | None:
        """The admin server's answer; None if there is none, or a bad one."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://{self.admin}{path}", timeout=5) as answer:
                return answer.read().decode()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def status(self) -> dict:
        return json.loads(self.get("/status") or "{}")


class RealTest(unittest.TestCase):
    """A test with a folder of its own, a short path for unix sockets; all that it starts ends with it."""

    maxDiff = None

    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="ls-"))
        self.dir.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def start(self, *argv, name: str, env: dict | None = None) -> Process:
        process = Process(list(argv), self.dir / f"{name}.log", env)
        self.addCleanup(self.end, process)
        return process

    def shipper(self, config: str, env: dict | None = None) -> Shipper:
        shipper = Shipper(self.dir, config, {"LOGGLY_TOKEN": "token-of-the-test", **(env or {})})
        self.addCleanup(self.end, shipper)
        return shipper

    def receiver(self, **options) -> Receiver:
        receiver = Receiver(BIN.parent, self.dir, keep=True, **options)
        self.addCleanup(receiver.stop)
        return receiver

    def loggly(self, receiver: Receiver, **options) -> str:
        """The `sinks:` part of a configuration that ships to the receiver."""
        more = "".join(f", {key}: {value}" for key, value in options.items())
        return (f'sinks:\n  - {{type: loggly, url: "{receiver.scheme}://127.0.0.1:{receiver.http_port}", '
                f'token: "env:LOGGLY_TOKEN", linger: 20ms{more}}}\n')

    def arrived(self, receiver: Receiver, count: int, *processes: Process, limit: float = LIMIT) -> list[dict]:
        """Waits for so many lines, then a moment for ones too many; the lines as JSON objects."""
        def seen():
            return receiver.report()["events"] >= count

        def why():
            return f"arrived: {receiver.report()['events']} of {count}\n" + "\n".join(p.tail() for p in processes)
        wait_until(f"{count} lines arrived", seen, limit, why)
        return [json.loads(line) for line in receiver.lines()]

    def end(self, process: Process) -> None:
        if not process.alive():
            return
        status = process.stop()
        self.assertIn(status, (0, -signal.SIGTERM), process.tail())

    def certificate(self, name: str = "localhost") -> tuple[Path, Path, Path]:
        """A new authority and a server certificate for `name` and 127.0.0.1: the files of authority, certificate, key."""
        openssl, d = need("openssl", "openssl"), self.dir
        run(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=test authority", "-keyout", d / "ca.key", "-out", d / "ca.pem")
        run(openssl, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout",
            d / "server.key", "-out", d / "server.csr")
        (d / "names").write_text(f"subjectAltName=DNS:{name},IP:127.0.0.1\n")
        run(openssl, "x509", "-req", "-in", d / "server.csr", "-CA", d / "ca.pem", "-CAkey", d / "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", d / "names", "-out", d / "server.pem")
        return d / "ca.pem", d / "server.pem", d / "server.key"
