"""What the tests of rotator share: a folder with logs and a configuration, a run of rotator or of Debian's logrotate over it, and
the bytes that are in it afterwards, whatever they are called and however they are compressed."""
import gzip
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "real"))
from harness import BIN, LIMIT, ROOT, need, run, wait_until  # noqa: E402, F401

ROTATOR = str(BIN / "rotator")
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


def compressed(text: bytes) -> bytes:
    return gzip.compress(text)
