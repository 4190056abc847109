"""A file system whose power is cut, rebuilt from what strace saw of a program. What was not synced may be lost: of a file's bytes any
part, sector by sector, or only their being counted in its size; of its mode and owner the last changes; of the changes of names any
that nothing forces to be kept. Two things are relied on, as every journaling file system gives them: names within one folder change in
order (or, where a test asks for less, what is done to one name), and a rename happens with both its names or with neither. A call that
changes something and is not known here is an error."""
import itertools
import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

# With a path, then with a descriptor.
NAMING = ("openat", "openat2", "statx", "renameat", "renameat2", "linkat", "unlinkat", "mkdirat")
FILLING = ("write", "pwrite64", "ftruncate", "fallocate", "fchmod", "fchown", "fsync", "fdatasync")
# What needs no place in the model: times are nobody's promise, bytes that are written out early are not durable, and no file has an access
# list that could be removed.
HARMLESS = ("utimensat", "sync_file_range", "fremovexattr")
OTHERS = ("open", "creat", "truncate", "rename", "link", "unlink", "mkdir", "rmdir", "mknod", "mknodat", "symlink", "symlinkat", "chmod", "chown",
          "lchown", "fchmodat", "fchmodat2", "fchownat", "writev", "pwritev", "pwritev2", "copy_file_range", "sendfile", "splice",
          "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "ioctl", "mmap", "io_uring_setup")
STRACE = ("-f", "-q", "-v", "-y", "-xx", "-s", "1000000", "-e", "trace=" + ",".join([*NAMING, *FILLING, *HARMLESS, *(f"?{name}" for name in OTHERS)]))
SECTOR = 512
SEEDS = 4
QUOTED = r'((?:\\x[0-9a-f]{2})*)'


class Left(NamedTuple):
    """What is found at a path when the power is back."""
    content: bytes | None  # None: it is a folder
    access: tuple  # mode, owner, group
    inode: int  # as it was
    file: int  # two paths may be one file


@dataclass(eq=False)
class File:
    durable: bytes | None = b""
    now: bytes | None = b""
    inode: int = 0
    accesses: list = field(default_factory=list)  # (number of the change, mode, owner, group); the first one is durable
    changes: list = field(default_factory=list)  # (number of the change, offset, bytes), or (…, size, None)
    whole: bool = False  # of a part of it nobody could say whether it is there twice: all that was not synced is kept, or nothing

    def is_folder(self) -> bool:
        return self.now is None

    def change(self, number: int, offset: int, data: bytes | None) -> None:
        self.changes.append((number, offset, data))
        self.now = changed(self.now, offset, data)

    def sync(self, until: int, access: bool) -> None:
        """The changes up to that one are durable."""
        for _, offset, data in (change for change in self.changes if change[0] <= until):
            self.durable = changed(self.durable, offset, data)
        self.changes = [change for change in self.changes if change[0] > until]
        while access and len(self.accesses) > 1 and self.accesses[1][0] <= until:
            del self.accesses[0]

    def after_crash(self, how: random.Random | bool) -> Left:
        if isinstance(how, bool):
            content, access = (self.now, self.accesses[-1]) if how else (self.durable, self.accesses[0])
        else:
            content, access = self.some_content(how), self.accesses[how.randrange(len(self.accesses))]
        return Left(content, access[1:], self.inode, id(self))

    def some_content(self, how: random.Random) -> bytes | None:
        if self.whole:
            return self.now if how.random() < 0.5 else self.durable
        content = self.durable
        for _, offset, data in self.changes:
            if data is None:
                content = changed(content, offset, None) if how.random() < 0.5 else content
                continue
            for at in range(0, len(data), SECTOR):
                sector, kept = data[at:at + SECTOR], how.random()
                if kept < 0.6:
                    content = changed(content, offset + at, sector if kept < 0.5 else bytes(len(sector)))
        return content


def changed(content: bytes, offset: int, data: bytes | None) -> bytes:
    if data == b"":
        return content
    if data is None:
        return content[:offset].ljust(offset, b"\0")
    return content[:offset].ljust(offset, b"\0") + data + content[offset + len(data):]


@dataclass
class NameChange:
    number: int
    names: dict  # path → File, or None: it is gone
    durable: bool = False

    def folders(self) -> set[str]:
        return {os.path.dirname(path) for path in self.names} | {path for path, what in self.names.items() if what and what.is_folder()}

    def orders(self, ordered: bool) -> set[str]:
        """It comes before later changes that need one of these."""
        return self.folders() if ordered else set(self.names)

    def needs(self, ordered: bool) -> set[str]:
        return self.folders() if ordered else {*self.names, *map(os.path.dirname, self.names)}


class Disk:
    def __init__(self, folder: Path, ordered: bool = True):
        """All that is in `folder` is durable. Without `ordered`, names of one folder change in any order, only each name for itself in
        its own."""
        self.folder, self.ordered = str(folder), ordered
        self.first = {}
        for path in folder.rglob("*"):
            content, status = None if path.is_dir() else path.read_bytes(), path.stat()
            self.first[str(path)] = File(content, content, status.st_ino, [(0, status.st_mode & 0o7777, status.st_uid, status.st_gid)])
        self.names, self.changes = dict(self.first), []
        self.made = 0  # changes of files and of names
        self.begun = {}  # thread → the call in which it is, and how many changes were made before that

    def forget_durable(self, path: Path) -> None:
        """Of this file nothing but its name is on the disk yet: its writer did not sync it."""
        file = self.first[str(path)]
        file.changes, file.durable, file.whole = [(0, 0, file.now)], b"", True

    def rename(self, names: dict) -> bool:
        self.changes.append(NameChange(self.made, names))
        for path, what in names.items():
            self.names[path] = what
            if what is None:
                del self.names[path]
        return True

    def sync_folder(self, folder: str, until: int) -> None:
        """What was done in it up to that change, and what had to be done in others before that."""
        needed = {folder}
        for change in reversed(self.changes):
            if change.number <= until and (folder in change.folders() or change.orders(self.ordered) & needed):
                change.durable = True
                needed |= change.needs(self.ordered)

    def names_after_crash(self, how: random.Random | bool) -> dict:
        names, stopped = dict(self.first), set()
        for change in self.changes:
            keep = how if isinstance(how, bool) else how.random() < 0.7
            if change.durable or (keep and not change.needs(self.ordered) & stopped):
                names.update(change.names)
            else:
                stopped |= change.orders(self.ordered)
        return {path: what for path, what in names.items() if what is not None}

    def call(self, line: str) -> bool:
        """One line of strace -f; whether it changed something, or made something durable.

        Calls of several threads count in the order in which they end: what another thread does because of one comes behind that, and
        two that overlap have no order that anybody could rely on. A sync makes durable what was there when it began."""
        thread, text = line.split(maxsplit=1)
        if text.startswith(("---", "+++")):  # a signal, or an end
            return False
        if text.endswith("<unfinished ...>"):
            self.begun[thread] = text.removesuffix("<unfinished ...>"), self.made
            return False
        since = self.made
        if resumed := re.match(r"<\.\.\. \w+ resumed>(.*)", text):
            begin, since = self.begun.pop(thread)
            text = begin + resumed[1]
        match = re.match(r"(\w+)\((.*)\)\s+= (?:(-?\d+)|(0x[0-9a-f]+))", text)
        if match is None:
            raise AssertionError(f"no line of strace: {line}")
        if match[3] and int(match[3]) < 0:
            return False
        strings = [bytes.fromhex(quoted.replace("\\x", "")) for quoted in re.findall(f'"{QUOTED}"', match[2])]
        handles = [os.fsdecode(bytes.fromhex(quoted.replace("\\x", ""))) for quoted in re.findall(rf"<{QUOTED}>(?!\(deleted\))", match[2])]
        name, text = match[1], match[2]
        if name in NAMING:
            paths = [os.path.normpath(os.path.join(handles[min(i, len(handles) - 1)], os.fsdecode(string))) for i, string in enumerate(strings)]
            return any(map(self.is_inside, paths)) and self.change_names(name, text, paths)
        if name in FILLING:
            return any(map(self.is_inside, handles)) and self.change_file(name, text, handles[0], strings and strings[0][:int(match[3])], since)
        changes = name != "mmap" or ("PROT_WRITE" in text and "MAP_SHARED" in text)
        if name == "io_uring_setup" or (changes and name not in HARMLESS and any(map(self.is_inside, [*handles, *map(os.fsdecode, strings)]))):
            raise AssertionError(f"what does this call change? {readable(line)}")
        return False

    def is_inside(self, path: str) -> bool:
        return (path + "/").startswith(self.folder + "/")

    def change_names(self, name: str, text: str, paths: list[str]) -> bool:
        file = self.names.get(paths[0])
        if name == "statx":
            if file:
                file.inode = int(re.search(r"stx_ino=(\d+)", text)[1])
            return False
        if not all(map(self.is_inside, paths)) or "RENAME_EXCHANGE" in text or "O_TMPFILE" in text:
            raise AssertionError(f"{name} is not understood: {paths}")
        if name in ("openat", "openat2") and (file or paths[0] == self.folder):
            if "O_APPEND" in text:  # so only those open it who write the log
                file.whole = True
            if "O_TRUNC" in text:
                self.made += 1
                file.change(self.made, 0, None)
            return "O_TRUNC" in text
        self.made += 1
        if name in ("openat", "openat2", "mkdirat"):  # nobody opens what is not there
            mode = int(re.search(r"(?:mode=|, )(0[0-7]*)", text)[1], 8) & ~0o022
            made = File(*((None, None) if name == "mkdirat" else ()), accesses=[(self.made, mode, os.geteuid(), os.getegid())])
            return self.rename({paths[0]: made})
        if name == "unlinkat":
            return self.rename({paths[0]: None})
        if any(path.startswith(paths[0] + "/") for path in self.names):
            raise AssertionError(f"a folder is renamed with what is in it: {paths}")
        return self.rename({paths[1]: file} if name == "linkat" else {paths[0]: None, paths[1]: file})

    def change_file(self, name: str, text: str, path: str, data: bytes, since: int) -> bool:
        file = self.names.get(path)
        if name in ("fsync", "fdatasync"):
            if file:
                file.sync(since, name == "fsync")
            if file is None or file.is_folder():
                self.sync_folder(path, since)
            return True
        numbers = [int(number, 8 if number.startswith("0") else 10) for number in re.findall(r", (\d+)", text)]
        self.made += 1
        if name == "fchmod":
            file.accesses.append((self.made, numbers[0], *file.accesses[-1][2:]))
        elif name == "fchown":
            file.accesses.append((self.made, file.accesses[-1][1], *numbers))
        elif name == "ftruncate":
            file.change(self.made, numbers[0], None)
        elif name == "fallocate":
            if "FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE," not in text:
                raise AssertionError(f"{name} is not understood: {path} {text}")
            file.change(self.made, numbers[0], bytes(max(0, min(numbers[1], len(file.now) - numbers[0]))))
        else:  # all that comes by write() is appended
            file.change(self.made, len(file.now) if name == "write" else numbers[-1], data)
        return True

    def crash(self, names: random.Random | bool, data: random.Random | bool) -> dict[str, Left]:
        """What is there when the power is back: by path from the disk's folder."""
        there = self.names_after_crash(names)
        files = {file: file.after_crash(data) for file in there.values()}
        return {os.path.relpath(path, self.folder): files[file] for path, file in there.items()}

    def each_cut(self, trace: str) -> Iterator[tuple[str, dict[str, Left], dict[str, Left]]]:
        """The power is cut before and behind each of the calls: when that was, what is there then, and for comparison what is there at
        least if all names are as they were then. Each different disk once."""
        seen = set()
        for number, line in enumerate(["", *trace.splitlines()]):
            if line and not self.call(line):
                continue
            for names, data in itertools.product(*([False, True, *(random.Random(seed) for seed in range(SEEDS))] for _ in range(2))):
                state = self.crash(names, data)
                print_of = frozenset(state.items())
                if print_of not in seen:
                    seen.add(print_of)
                    yield f"power cut behind {number}: {readable(line)}", state, self.crash(True, False)


def readable(line: str) -> str:
    return re.sub(r"(?:\\x[0-9a-f]{2})+", lambda text: bytes.fromhex(text[0].replace("\\x", "")).decode(errors="replace")[-80:], line)[:300]


def lay_out(folder: Path, state: dict[str, Left]) -> dict[int, int]:
    """Puts that on the real disk, in the place of all that is there; old inode → new."""
    inodes, files = {}, {}
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    for name, left in sorted(state.items()):
        path = folder / name
        if left.content is None:
            path.mkdir()
        elif left.file in files:
            path.hardlink_to(files[left.file])
        else:
            path.write_bytes(left.content)
        mode, *owner = left.access
        if owner != [os.geteuid(), os.getegid()]:
            os.chown(path, *owner)
        path.chmod(mode)
        files[left.file] = path
        inodes[left.inode] = path.stat().st_ino
    return inodes
