"""File systems in files, writers that never reopen, rotations under them, and the count of what arrived."""
import contextlib
import json
import os
import pathlib
import signal
import struct
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
BIN = pathlib.Path(os.environ.get("LONGSHORE_BIN", ROOT / "build/release/bin"))
TORTURE = BIN / "in_place_torture"
MiB = 1 << 20


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: exit {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def allow_exchange(image: pathlib.Path) -> None:
    """What `mkfs.xfs -i exchange=1` of newer xfsprogs does: the feature's bit in the first superblock."""
    with image.open("r+b") as file:
        block = bytearray(file.read(512))
        features = struct.unpack_from(">I", block, 216)[0] | 1 << 6
        struct.pack_into(">I", block, 216, features)
        struct.pack_into("<I", block, 224, 0)
        struct.pack_into("<I", block, 224, crc32c(bytes(block)))
        file.seek(0)
        file.write(block)


@contextlib.contextmanager
def file_system(kind: str, folder: pathlib.Path, size: int):
    """A folder on a new file system: ext4, ext4-bigalloc, xfs, tmpfs, or overlay-ext4, overlay-xfs."""
    folder = folder / kind
    folder.mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        def mount(*words):
            run("mount", *words)
            stack.callback(run, "umount", "--lazy", words[-1])

        place = folder / "mounted"
        place.mkdir()
        base = kind.removeprefix("overlay-")
        if base == "tmpfs":
            mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", place)
        else:
            image = folder / "image"
            with image.open("wb") as file:
                file.truncate(max(size, 320 * MiB) if base == "xfs" else size)
            stack.callback(image.unlink)
            if base == "xfs":
                run("mkfs.xfs", "-q", image)
                allow_exchange(image)
            elif base == "ext4-bigalloc":
                run("mkfs.ext4", "-q", "-F", "-O", "bigalloc", "-C", "65536", image)
            else:
                run("mkfs.ext4", "-q", "-F", "-m", "0", image)
            device = run("losetup", "--find", "--show", "--direct-io=on", image).strip()
            stack.callback(run, "losetup", "--detach", device)
            mount(device, place)
        if kind.startswith("overlay-"):
            for name in ("lower", "upper", "work", "merged"):
                (place / name).mkdir()
            mount("-t", "overlay", "-o", f"lowerdir={place}/lower,upperdir={place}/upper,workdir={place}/work", "overlay",
                  place / "merged")
            place = place / "merged"
        yield place


class Writers:
    """Processes that append to one log and never reopen it."""

    def __init__(self, log: pathlib.Path, count: int, rate: int = 0, append: bool = True):
        self.processes = [
            subprocess.Popen([TORTURE, "write", log, str(writer), str(rate), "append" if append else "plain"],
                             stdout=subprocess.PIPE, text=True)
            for writer in range(count)
        ]
        while not log.exists() or log.stat().st_size == 0:
            time.sleep(0.01)

    def __enter__(self):
        return self

    def pids(self):
        return [process.pid for process in self.processes]

    def stop(self):
        """What each has written, and its slow write()s."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        return [json.loads(process.communicate(timeout=60)[0]) for process in self.processes]

    def __exit__(self, *_):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()


class Watcher:
    """Says when all processors stood still at once, which no writer and no rotation does to them."""

    def __enter__(self):
        self.process = subprocess.Popen([TORTURE, "watch"], stdout=subprocess.PIPE, text=True)
        return self

    def stop(self) -> list[tuple[float, float]]:
        self.process.send_signal(signal.SIGTERM)
        first, *others = json.loads(self.process.communicate(timeout=60)[0])["stalls"]
        for other in others:
            first = [(max(a, c), min(b, d)) for a, b in first for c, d in other if a < d and c < b]
        return first

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def overlap(one: tuple[float, float], other: tuple[float, float]) -> float:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def rotate_by_logrotate(log: pathlib.Path, times: int, size: int) -> list[str]:
    config = log.parent / "logrotate.conf"
    config.write_text(f"{log} {{\n copytruncate\n rotate 1000\n nocompress\n start 1\n}}\n")
    config.chmod(0o644)
    for _ in range(times):
        while log.stat().st_size < size:
            time.sleep(0.005)
        run("/usr/sbin/logrotate", "-f", "-s", log.parent / "logrotate.state", config)
    return []


def rotate(mode: str, codec: str, log: pathlib.Path, times: int, size: int, pids: list[int]) -> list[str]:
    """Through `mode` of ours, by "logrotate", or with "none" only the time that this takes. Returns the lines that were said."""
    if mode == "logrotate":
        return rotate_by_logrotate(log, times, size)
    if mode == "none":
        while log.stat().st_size < times * size:
            time.sleep(0.05)
        return []
    return run(TORTURE, "rotate", log, f"{log}-archive", mode, codec, times, size, *pids).splitlines()


def row(place: pathlib.Path, mode: str, writers: int, times: int, size: int, codec: str = "none", rate: int = 0,
        append: bool = True) -> dict:
    """Rotates a log `times` times, whenever it has `size` bytes, under so many writers. How often each line arrived."""
    log = place / "app.log"
    with Watcher() as watcher, Writers(log, writers, rate, append) as processes:
        said = rotate(mode, codec, log, times, size, processes.pids())
        written = processes.stop()
        stalls = watcher.stop()
    if mode == "logrotate":
        archives = sorted(place.glob("app.log.*"), key=lambda path: -int(path.suffix[1:]))
    else:
        archives = sorted(place.glob("app.log-archive.*"))
    counts = json.loads(run(TORTURE, "check", log, ",".join(str(one["written"]) for one in written), *archives))
    counts["rotations"] = len(archives)
    slow = [span for one in written for span in one["slow"]]
    running = [end - begin - sum(overlap((begin, end), stall) for stall in stalls) for begin, end in slow]
    counts["worst_ms"] = max((end - begin for begin, end in slow), default=0)  # 0: none took five
    counts["worst_running_ms"] = max(running, default=0)
    counts["over_20_ms"] = sum(took > 20 for took in running)
    counts["stalls"] = sorted((round(end - begin, 1) for begin, end in stalls), reverse=True)
    counts["p9999_ms"] = max(one["p9999_ms"] for one in written)
    counts["seconds"] = max(one["seconds"] for one in written)
    counts["said"] = said
    counts["left"] = sorted(path.name for path in place.iterdir())
    for path in [log, *archives]:
        path.unlink()
    return counts
