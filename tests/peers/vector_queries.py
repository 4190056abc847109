#!/usr/bin/env python3
"""Vector's table of Datadog searches, each with an event that it finds and one that it does not, asked of `rules match`.

    tests/peers/vector_queries.py CHECKOUT      (a checkout of github.com/vectordotdev/vector, which is not part of this repository)

Datadog writes @field for what is json.field here, and key:value for a tag of this text. Prints what differs, each with its
reason; exit 1 if something differs that is not listed below."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = pathlib.Path(os.environ.get("LONGSHORE_BIN", ROOT / "build/release/bin")) / "rules"
CASE = re.compile(r'\(\s*"((?:[^"\\]|\\.)*)",\s*log_event!\s*([\[(].*?[\])]),\s*log_event!\s*([\[(].*?[\])]),?\s*\),', re.S)
PAIR = re.compile(r'"(\w+)" => (vec!\[[^\]]*\]|r#".*?"#|"[^"]*"|[\w.]+)')
RESERVED = ("host", "source", "status", "service", "trace_id", "version")
# What differs, by what the search looks like, and why.
DIFFERENT = [
    (r"^(NOT |-)?\[", "a range needs a field here: of the words of a message it says nothing"),
    (r"^(NOT |-)?[a-z]+:[\[{]", "a range over tags compares the texts behind their colons; ours compares a value as a whole"),
    (r"^(host|source):foo$", "a value is found by whole words of it here, also inside of JSON in a text"),
    (r"^(NOT )?@b:\[1 TO 100\]$", "texts that look like numbers are numbers here: 2 is between 1 and 100"),
]


def cases(source):
    """(search, event that it finds, event that it does not), without keys that only Datadog knows, and paths with dots in names."""
    text = source[source.index("fn get_checks()"):]
    text = re.sub(r"^\s*//.*$|//[^\n\"]*$", "", text[: text.index("\n    }\n")], flags=re.M)
    for search, found, other in CASE.findall(text):
        if not re.search("serde_json|ddsource", found + other):
            yield json.loads(f'"{search}"'.replace("\n", "\\n")), event(found), event(other)


def event(text):
    out = {}
    for key, value in PAIR.findall(text):
        key = key.replace("ddtags", "tags")
        if value.startswith("vec!"):
            out[key] = re.findall(r'"([^"]*)"', value)
        elif value.startswith("r#"):
            out[key] = value[3:-2]
        else:
            out[key] = json.loads(value)
    return out


def translated(search):
    """The search in our words."""
    def term(match):
        key, value = match[1], match[2]
        if key in ("_exists_", "_missing_"):
            field = f"json.{value[1:]}:*" if value.startswith("@") else f"json.tags:{value}\\:*"
            return field if key == "_exists_" else f"NOT {field}"
        if key.startswith("@"):
            return f"json.{key[1:]}:{value.replace('/', chr(92) + '/') if value[0] != chr(92) else value}"
        if key == "tags" or key in RESERVED:
            return f"json.{key}:{value}"
        return f"json.tags:{key}\\:{value}" if "*" in value else f'json.tags:"{key}:{value}"'

    out = re.sub(r"(@?[\w.-]+):((?:\\.|[^\s()\[{])+)", term, re.sub(r"^-(?=[@\w])", "NOT ", search))
    return re.sub(r"@([\w.]+):(?=[(\[{])", r"json.\1:", out).replace("NOT NOT", "NOT NOT ")


def run(*words):
    return subprocess.run([RULES, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=60)


def ask(table, folder):
    """For each case, what is wrong with it, or nothing."""
    rules, lines = folder / "rules", folder / "lines"
    rules.mkdir()
    for i, (search, _, _) in enumerate(table):
        (rules / f"r{i}.yaml").write_text(json.dumps({"rule": f"r{i}", "match": translated(search)}))
    refused = dict(re.findall(r"/r(\d+)\.yaml:\S+ (?:match: )?(.*)", "\n".join(
        line for line in run("check", rules).stdout.splitlines() if "error" in line or ": match: " in line)))
    results = {}
    for i, why in refused.items():
        probe = folder / "one"
        probe.mkdir(exist_ok=True)
        (probe / "r.yaml").write_text((rules / f"r{i}.yaml").read_text())
        if run("match", "--rules", probe, os.devnull).returncode == 2 or run("check", probe).returncode:
            (rules / f"r{i}.yaml").unlink()
            results[int(i)] = "is refused: " + why
    lines.write_text("".join(json.dumps(each) + "\n" for _, found, other in table for each in (found, other)))
    said = {(m["rule"], m["line"]) for m in map(json.loads, run("match", "--rules", rules, "--format", "json", lines).stdout.splitlines())}
    for i in range(len(table)):
        finds, finds_other = ((f"r{i}", line) in said for line in (2 * i + 1, 2 * i + 2))
        if i not in results and (not finds or finds_other):
            results[i] = "does not find its event" if not finds else "finds the other event"
    return results


def main():
    source = pathlib.Path(sys.argv[1] if len(sys.argv) == 2 else "") / "src/conditions/datadog_search.rs"
    if not source.is_file():
        print(__doc__, file=sys.stderr)
        return 64
    table = list(cases(source.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory() as folder:
        results = ask(table, pathlib.Path(folder))
    bad = 0
    for i, what in sorted(results.items()):
        reason = next((reason for pattern, reason in DIFFERENT if re.search(pattern, table[i][0])), None)
        bad += reason is None
        print(f"{table[i][0]!r} as {translated(table[i][0])!r}: {what}\n    {reason or 'NOT EXPECTED: ' + json.dumps(table[i][1:])}")
    print(f"{len(table)} searches, {len(table) - len(results)} agree, {len(results)} differ, {bad} of them unexpectedly")
    return 1 if bad or len(table) < 150 else 0


if __name__ == "__main__":
    sys.exit(main())
