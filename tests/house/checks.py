"""The rules of the house, each a function that reads a tree and returns what breaks it: 'file:line: what, and what to do'."""

import functools
import json
import os
import pathlib
import re
import shlex

from include_table import IMPURE_INCLUDE, IMPURE_WORD, LIBRARIES, MAY_INCLUDE, PURE, SYSTEM_INCLUDE

CODE = ("common", "rules", "shipper", "rotator", "deployer", "health", "tests", "benchmarks")
TEST_FILE = re.compile(r"(_test|_fuzz|_benchmark)\.cpp$|_for_(test|fuzz)\.hpp$|_twin\.hpp$")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
TYPE = re.compile(r"(?:struct|class|enum|enum class|union) (\w+)(?: final)?(?: ?:(?!:)[^;{]*)? \{")
NOT_OURS = re.compile(r"build|longshore-data|\..*|__pycache__")  # built, or not of the tree; not entered


@functools.lru_cache
def files(root, *suffixes):
    """Paths relative to root, as strings, without what is built or hidden."""
    found = []
    for folder, inside, names in os.walk(root):
        inside[:] = [name for name in inside if not NOT_OURS.fullmatch(name)]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names if name.endswith(suffixes)]
    return sorted(found)


def read(root, name):
    return (pathlib.Path(root) / name).read_text(encoding="utf-8", errors="replace")


def code(root, *suffixes):
    return [name for name in files(root, *suffixes) if name.split("/")[0] in CODE]


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def without_comments(text, keep_strings=True):
    """C++ text with its lines in place, without // comments, and with strings emptied on demand."""
    emptied = (lambda string: string) if keep_strings else (lambda string: '""')
    return re.sub(r'"(?:\\.|[^"\\\n])*"|//[^\n]*', lambda match: emptied(match[0]) if match[0][0] == '"' else "", text)


def folder_of(name):
    return name.rpartition("/")[0]


def includes(root):
    """The include table: a part never includes another; a library is known only where it is wrapped."""
    problems = []
    for name in code(root, ".hpp", ".cpp"):
        folder, part = folder_of(name), name.split("/")[0]
        is_test = bool(TEST_FILE.search(name)) or part in ("tests", "benchmarks")
        if not is_test and folder not in MAY_INCLUDE:
            problems.append(f"{name}: the folder has no line in tests/house/include_table.py: give it one")
            continue
        own, libraries = ([], list(LIBRARIES)) if is_test else MAY_INCLUDE[folder]
        text = read(root, name)
        for match in INCLUDE.finditer(text):
            where, target = f"{name}:{line_of(text, match.start())}", match[2]
            if match[1] == '"':
                allowed = target in own or folder_of(target) in [*own, folder]
                if is_test:  # a test may also look at its whole part, and at what tests share
                    beside = MAY_INCLUDE.get(folder, ([], []))[0]
                    allowed = target in beside or folder_of(target) in beside or target.split("/")[0] in (
                        part, "common", "tests") or part in ("tests", "benchmarks")
                if not allowed:
                    problems.append(f"{where}: {folder} may not include {target} (tests/house/include_table.py)")
                elif not (pathlib.Path(root) / target).is_file():
                    problems.append(f"{where}: {target} is no file: name it from the root of the repository")
                continue
            library = next((key for key, path in LIBRARIES.items() if re.match(path, target)), None)
            if library is None and not re.fullmatch(SYSTEM_INCLUDE, target):
                problems.append(f"{where}: <{target}> is of no library in tests/house/include_table.py")
            elif library is not None and library not in libraries:
                problems.append(f"{where}: {folder} may not know {library} (tests/house/include_table.py)")
    return problems


def pure_folders(root):
    """Pure folders include nothing of the system, read no clock and no environment, log nothing."""
    problems = []
    for name in code(root, ".hpp", ".cpp"):
        if folder_of(name) not in PURE or TEST_FILE.search(name):
            continue
        text = without_comments(read(root, name))
        for match in re.finditer(rf'^[ \t]*#[ \t]*include[ \t]*[<"]{IMPURE_INCLUDE}[^\n]*', text, re.M):
            problems.append(f"{name}:{line_of(text, match.start())}: a pure folder includes {match[1]}: that is an adapter's")
        for match in re.finditer(IMPURE_WORD, text):
            problems.append(f"{name}:{line_of(text, match.start())}: a pure folder uses {match[0]}: hand the value in")
    return problems


def lengths(root, limit=400):
    """One concept a file; a folder's README fits a screen."""
    problems = []
    for name in code(root, ".hpp", ".cpp", ".py"):
        lines = read(root, name).count("\n")
        if lines > limit:
            problems.append(f"{name}: {lines} lines, at most {limit}: it holds more than one concept")
    for folder in sorted({folder_of(name) for name in code(root, ".hpp", ".cpp", ".py")}):
        readme = pathlib.Path(root) / folder / "README.md"
        if not readme.is_file():
            problems.append(f"{folder}: has no README.md (what it is, files in reading order, what it must not do)")
        elif (lines := readme.read_text().count("\n")) > 30:
            problems.append(f"{folder}/README.md: {lines} lines, at most 30")
    return problems


def headers(root):
    """A header says in 1 to 10 lines why it exists, then #pragma once."""
    problems = []
    for name in code(root, ".hpp"):
        comment = re.match(r"((?://[^\n]*\n)*)#pragma once\n", read(root, name))
        if not comment:
            problems.append(f"{name}: begins neither with a comment and then #pragma once, nor with #pragma once alone")
        elif not 1 <= comment[1].count("\n") <= 10:
            problems.append(f"{name}: {comment[1].count(chr(10))} lines of comment before #pragma once; 1 to 10 say why it exists")
    return problems


def targets(root, build):
    """Every source on disk is compiled by a CMake target, every script that is a test is named as one, and nothing is globbed."""
    commands = json.loads(read(build, "compile_commands.json"))
    compiled = {str(pathlib.Path(entry["file"]).resolve()) for entry in commands}
    problems = []
    for name in code(root, ".cpp"):
        if str((pathlib.Path(root) / name).resolve()) not in compiled:
            problems.append(f"{name}: in no CMake target: name it in the CMakeLists.txt of its folder, or remove it")
    lists = files(root, "CMakeLists.txt", ".cmake")
    named = "\n".join(read(root, name) for name in lists)
    for name in files(root, "_test.py"):
        if not re.search(rf"[/ ]{re.escape(name.rpartition('/')[2])}\b", named):
            problems.append(f"{name}: no CMakeLists.txt names it: longshore_script_test makes it a test")
    for name in lists:
        if re.search(r"file\s*\(\s*GLOB", read(root, name)):
            problems.append(f"{name}: GLOB: list the sources by name")
    return problems


def types(root):
    """A type is defined once: two of one name in one namespace are undefined behaviour of which no linker tells."""
    first, problems = {}, []
    for name in code(root, ".hpp", ".cpp"):
        if TEST_FILE.search(name):
            continue
        open_namespaces = []
        for number, line in enumerate(read(root, name).splitlines(), 1):
            if opened := re.match(r"(?:inline )?namespace ?([\w:]*) ?\{$", line):
                open_namespaces.append(opened[1])
            elif line.startswith("}  // namespace") and open_namespaces:
                open_namespaces.pop()
            elif (defined := TYPE.match(line)) and "" not in open_namespaces:
                where = first.setdefault("::".join([*open_namespaces, defined[1]]), f"{name}:{number}")
                if where != f"{name}:{number}":
                    problems.append(f"{name}:{number}: {defined[1]} is of {where} already: another name, or an unnamed namespace")
    return problems


def words(root):
    """What is not done is not left lying about as a word, and the tree speaks of itself alone."""
    forbidden = {
        r"\b(TO" r"DO|FIX" r"ME|X" r"XX(?![\\\"]))\b": "do it now, or write it where work is planned",
        r"\bGTEST_" r"SKIP\b": "a test finds what it needs, or fails",
        r"(?<![\w./])/wo" r"rk/|\bhelper ses" r"sion|\b(Clau" r"de|Anthro" r"pic|Chat" r"GPT)\b": "no word of who made it, or where",
    }
    problems = []
    for name in files(root, ""):
        if name.startswith("tests/fuzz/corpus/"):
            continue
        text = read(root, name)
        for pattern, advice in forbidden.items():
            for match in re.finditer(pattern, text):
                problems.append(f"{name}:{line_of(text, match.start())}: {match[0]}: {advice}")
    return problems


def closing(text, opening):
    """The position of the parenthesis that closes the one at `opening`."""
    depth = 0
    for position in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return position
    return len(text)


def awaits(root):
    """GCC 12 miscompiles co_await in a condition, in one arm of &&, || or ? (the frame may never be initialised), and beside a
    lambda that captures or a braced argument (copied bit by bit, what they own is freed twice)."""
    problems = []
    for name in code(root, ".hpp", ".cpp"):
        text = without_comments(read(root, name), keep_strings=False)
        if "co_await" not in text:
            continue
        found = []
        for match in re.finditer(r"\b(?:if|while|for|switch)\s*(?:constexpr\s*)?\(", text):
            condition = text[match.end() : closing(text, match.end() - 1)]
            if "co_await" in condition:
                found.append(match.start())
            else:  # its operators are nothing to what follows
                text = text[: match.end()] + re.sub(r"[^\n]", " ", condition) + text[match.end() + len(condition) :]
        found += [match.start() for match in re.finditer(r"( && | \|\| | \? )[^;{}()]*\bco_await\b", text)]
        found += [match.start() for match in re.finditer(r"\bco_await [\w.:>-]+\([^()]*\)\s+(&&|\|\||\?) ", text)]
        problems += [f"{name}:{line_of(text, at)}: co_await in a condition: name its result first" for at in sorted(found)]
        for match in re.finditer(r"\bco_await [^;{}]*\[(?!this\]|&)[^\]\d][^\]]*\]\s*[({m]", text):
            problems.append(f"{name}:{line_of(text, match.start())}: a lambda that captures, made beside co_await: name it first")
        for match in re.finditer(r"\bco_await [^;{}]*[(,]\s*\{\s*[^}\s]", text):
            problems.append(f"{name}:{line_of(text, match.start())}: a braced argument beside co_await: name it first")
    return problems


def examples(root):
    """Each example in the documentation is run or checked by tests/docs, or says in a comment before it why not."""
    marks = {"sh": r"<!-- (run|not run: .+) -->", "yaml": r"<!-- (check|not checked: .+) -->"}
    problems = []
    for name in files(root, ".md"):
        if not name.startswith(("README.md", "docs/")):
            continue
        lines = read(root, name).split("\n")
        for number, line in enumerate(lines):
            mark = marks.get(line.removeprefix("```")) if line.startswith("```") else None
            if mark and not (number and re.fullmatch(mark, lines[number - 1])):
                problems.append(f"{name}:{number + 1}: put {mark} on the line before this example (tests/docs/README.md)")
    return problems


def documents(root):
    """A file that a document or comment names exists."""
    problems = []
    top = "|".join((*CODE, "docs", "cmake", "containers", "tools", "packaging"))
    path = re.compile(rf"`((?:{top})/[\w./-]+)`")
    for name in files(root, ".md"):
        text = read(root, name)
        for match in path.finditer(text):
            if not (pathlib.Path(root) / match[1]).exists():
                problems.append(f"{name}:{line_of(text, match.start())}: names {match[1]}, which does not exist")
        for match in re.finditer(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
            if not (pathlib.Path(root) / folder_of(name) / match[1]).exists():
                problems.append(f"{name}:{line_of(text, match.start())}: links to {match[1]}, which does not exist")
    return problems


def unproven_headers(root):
    """Headers that no source includes first. Where foo.cpp or foo_test.cpp does, its compilation is the proof."""
    proven = set()
    for name in code(root, ".cpp"):
        first = INCLUDE.search(read(root, name))
        if first:
            proven.add(first[2])
    return [name for name in code(root, ".hpp") if name not in proven]


def compile_flags(build):
    """The flags of the build without sanitizers and outputs, from its first C++ command."""
    entry = next(entry for entry in json.loads(read(build, "compile_commands.json")) if "/common/base/" in entry["file"])
    words = [word for word in shlex.split(entry["command"]) if "ccache" not in word and not word.startswith("-fsanitize")]
    return words[: words.index("-o")] + ["-DBOOST_ASIO_SEPARATE_COMPILATION"]
