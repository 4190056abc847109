"""What the tests of rotator share: a folder with logs and a configuration, a run of rotator or of Debian's logrotate over it, and
the bytes that are in it afterwards, whatever they are called and however they are compressed."""
import gzip
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "real"))
from harness import BIN, LIMIT, ROOT, Process, free_port, need, run, wait_until  # noqa: E402, F401

ROTATOR = str(BIN / "rotator")
AT_ONCE = 4  # hosts; they wait most of the time
os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=0")  # LeakSanitizer cannot work below strace


def logrotate() -> str:
    return need("logrotate", "logrotate")


class RotationTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="longshore-rotator-")
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)
        self.logs = self.dir / "logs"
        self.logs.mkdir(mode=0o755)
        self.config, self.state = self.dir / "config", self.dir / "state"

    def mount(self, size: str) -> None:
        """The folder of the logs becomes a small file system."""
        run(need("mount", "mount"), "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", self.logs)
        self.addCleanup(run, need("umount", "mount"), self.logs)

    def configure(self, directives: str, pattern: str | None = None) -> None:
        self.config.write_text(f"{pattern or self.logs / 'live.log'} {{\n{directives}\n}}\n")
        self.config.chmod(0o644)

    def rotate(self, binary: str, *flags, prefix=()) -> subprocess.CompletedProcess:
        done = subprocess.run([str(word) for word in (*prefix, binary, "-s", self.state, *flags, self.config)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace", timeout=LIMIT, check=False)
        self.assertNotIn("AddressSanitizer", done.stderr)
        return done

    def write(self, name: str, text: str | bytes, days_old: float = 0) -> Path:
        path = self.logs / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        if days_old:
            then = path.stat().st_mtime - days_old * 86400
            os.utime(path, (then, then))
        return path

    def names(self) -> list[str]:
        return sorted(path.name for path in self.logs.iterdir())

    def bytes_of(self, name: str) -> bytes:
        """As somebody reads it who looks for a line; of a broken archive, what can be read."""
        path = self.logs / name
        if path.suffix != ".gz":
            return path.read_bytes()
        done = subprocess.run(["gzip", "-dc", path], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return done.stdout

    def contents(self) -> dict[str, bytes]:
        return {name: self.bytes_of(name) for name in self.names() if (self.logs / name).is_file()}

    def all_bytes(self) -> bytes:
        """Of all files, the oldest archive first."""
        return b"".join(text for _, text in sorted(self.contents().items(), reverse=True))


class Host:
    """A log, and a `rotator run` that renames it when it has a KiB."""

    def __init__(self, folder: Path, rotator: str = ROTATOR, rule: str = "", after: str = ""):
        """`rule`: what the rule says besides; `after`: what happens when the writers are told."""
        self.dir, self.logs, self.told, self.binary, self.rotator_log = folder, folder / "logs", folder / "told", rotator, folder / "rotator.log"
        self.logs.mkdir(parents=True)
        self.log = self.logs / "live.log"
        self.make_log()
        self.admin = f"127.0.0.1:{free_port()}"
        (folder / "rotator.yaml").write_text(
            f"admin: {self.admin}\nrules: [{{paths: ['{self.logs}/*.log'], how: rename, when: never, max_size: 1KiB, "
            f"after: 'echo told >>{self.told}; {after or 'true'}'{rule}}}]\n")

    def make_log(self, text: bytes = b"") -> None:
        self.log.write_bytes(text)
        os.chown(self.log, 7, 8)
        self.log.chmod(0o604)

    def start(self, *prefix) -> None:
        self.rotator = Process([*prefix, self.binary, "run", self.dir / "rotator.yaml"], self.rotator_log)
        wait_until("rotator is ready", self.ready, why=self.rotator.tail)

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.admin}/readyz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def names(self) -> list[str]:
        return sorted(path.name for path in self.logs.iterdir())


def compressed(text: bytes) -> bytes:
    return gzip.compress(text)
