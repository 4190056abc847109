"""A file system whose power is cut, rebuilt from what strace saw of a program. What was not synced may be lost: of a file's bytes any
part, sector by sector; of the changes of names any that nothing forces to be kept. Two things are relied on, as every journaling file
system gives them: names within one folder change in order, and a rename happens in both its folders or in neither."""
import os
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

CALLS = ("openat", "write", "pwrite64", "ftruncate", "renameat", "renameat2", "unlinkat", "mkdirat", "fsync", "fdatasync", "statx")
STRACE = ("-qq", "-v", "-y", "-xx", "-s", "1000000", "-e", "trace=" + ",".join(CALLS))
SECTOR = 512


@dataclass
class File:
    durable: bytes = b""
    now: bytes = b""
    changes: list = field(default_factory=list)  # (offset, bytes), or (size, None)
    inode: int = 0

    def change(self, offset: int, data: bytes | None) -> None:
        self.changes.append((offset, data))
        self.now = changed(self.now, offset, data)

    def after_crash(self, how: random.Random | bool) -> bytes:
        if isinstance(how, bool):
            return self.now if how else self.durable
        content = self.durable
        for offset, data in self.changes:
            if data is None:
                content = changed(content, offset, None) if how.random() < 0.5 else content
                continue
            for at in range(0, len(data), SECTOR):
                if how.random() < 0.5:
                    content = changed(content, offset + at, data[at:at + SECTOR])
        return content


def changed(content: bytes, offset: int, data: bytes | None) -> bytes:
    if data is None:
        return content[:offset].ljust(offset, b"\0")
    return content[:offset].ljust(offset, b"\0") + data + content[offset + len(data):]


@dataclass
class NameChange:
    names: dict  # path → File, "folder", or None: it is gone
    durable: bool = False

    def folders(self) -> set[str]:
        return {os.path.dirname(path) for path in self.names} | {path for path, what in self.names.items() if what == "folder"}


class Disk:
    def __init__(self, folder: Path):
        """All that is in `folder` is durable."""
        self.folder = str(folder)
        self.first = {}
        for path in folder.rglob("*"):
            self.first[str(path)] = "folder" if path.is_dir() else File(path.read_bytes(), path.read_bytes(), [], path.stat().st_ino)
        self.names, self.changes = dict(self.first), []

    def forget_durable(self, path: Path) -> None:
        """Of this file nothing but its name is on the disk yet: its writer did not sync it."""
        file = self.first[str(path)]
        file.changes, file.durable = [(0, file.now)], b""

    def rename(self, names: dict) -> None:
        self.changes.append(NameChange(names))
        for path, what in names.items():
            self.names[path] = what
            if what is None:
                del self.names[path]

    def sync_folder(self, folder: str) -> None:
        """What was done in it, and what had to be done in others before that."""
        needed = {folder}
        for change in reversed(self.changes):
            if change.folders() & needed:
                change.durable = True
                needed |= change.folders()

    def names_after_crash(self, how: random.Random | bool) -> dict:
        names, stopped = dict(self.first), set()
        for change in self.changes:
            keep = how if isinstance(how, bool) else how.random() < 0.7
            if change.durable or (keep and not change.folders() & stopped):
                names.update(change.names)
            else:
                stopped |= change.folders()
        return {path: what for path, what in names.items() if what is not None}

    def call(self, line: str) -> bool:
        """One line of strace; whether it changed something, or made something durable."""
        match = re.match(r"(\w+)\((.*)\)\s+= (-?\d+)", line)
        if match is None or int(match[3]) < 0:
            return False
        name, text = match[1], match[2]
        strings = [bytes.fromhex(quoted.replace("\\x", "")) for quoted in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', text)]
        handles = [bytes.fromhex(quoted.replace("\\x", "")).decode() for quoted in re.findall(r"<((?:\\x[0-9a-f]{2})+)>", text)]
        if not handles or not (handles[0] + "/").startswith(self.folder + "/"):
            return False
        paths = [os.path.join(handles[min(i, len(handles) - 1)], string.decode()) for i, string in enumerate(strings)] if "at" in name else []
        here = handles[0]
        if name == "statx" and paths and isinstance(self.names.get(paths[0]), File):
            self.names[paths[0]].inode = int(re.search(r"stx_ino=(\d+)", text)[1])
            return False
        if name == "openat" and "O_CREAT" in text:
            self.rename({paths[0]: File()})
        elif name == "mkdirat":
            self.rename({paths[0]: "folder"})
        elif name.startswith("renameat"):
            self.rename({paths[0]: None, paths[1]: self.names[paths[0]]})
        elif name == "unlinkat":
            self.rename({paths[0]: None})
        elif name == "write":  # all that rotator writes so is appended
            self.names[here].change(len(self.names[here].now), strings[0])
        elif name == "pwrite64":
            self.names[here].change(int(text.rsplit(", ", 1)[1]), strings[0])
        elif name == "ftruncate":
            self.names[here].change(int(text.rsplit(", ", 1)[1]), None)
        elif name in ("fsync", "fdatasync") and isinstance(self.names.get(here), File):
            file = self.names[here]
            file.durable, file.changes = file.now, []
        elif name == "fsync":
            self.sync_folder(here)
        else:
            return False
        return True

    def crash(self, names: random.Random | bool, data: random.Random | bool) -> dict:
        """What is there when the power is back: path → (bytes, old inode), or None for a folder."""
        return {path: None if what == "folder" else (what.after_crash(data), what.inode)
                for path, what in self.names_after_crash(names).items()}


def lay_out(folder: Path, state: dict) -> dict[int, int]:
    """Puts that on the real disk, in the place of all that is there; old inode → new."""
    inodes = {}
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    for path, what in sorted(state.items()):
        if what is None:
            os.mkdir(path)
            continue
        Path(path).write_bytes(what[0])
        inodes[what[1]] = os.stat(path).st_ino
    return inodes
