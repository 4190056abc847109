"""docs/proof.md, from what was played."""
import hashlib
import os
import platform
import time

from harness import ROOT
from trials.fleet import static
from trials.stage import Result

TITLES = {"good": "Good releases", "bad_image": "Bad releases", "registry": "The registry", "outage": "Outages", "together": "Several deployers, signals, hooks",
          "alert": "Alerts of shipper", "matrix": "SIGKILL at every point"}

HEAD = """\
# Proof

What `deployer` was put through, and what came of it. `tests/lab/prove` brings up the lab ([what it is](../tests/lab/README.md)), plays every
scenario and writes this page; nothing in it is written by hand. {date}, a deployer with the SHA-256 {digest}…: {count} scenarios, {broken} broken,
{minutes:.0f} minutes, on {machine}.

Hosts are network, mount and pid namespaces with a dockerd and an sshd each; two HAProxies are in front. All the while, clients send
GET and POST over kept and over new connections, requests that take two seconds, and WebSocket messages through both, and log each
failure. "Retried" is the sum of HAProxy's econ, eresp, wretr and wredis: failures that a client would not see. "Lowest" is the least
number of servers that a load balancer had in rotation at any of its samples, ten a second; the scenarios have three hosts if they do
not say otherwise.

Asserted in each scenario in which clients may notice nothing, with the evidence taken in the moment of each call at Docker's socket:
"""


def write(results: list[Result]) -> None:
    from trials import invariants  # for their own words
    digest = hashlib.sha256(static("deployer").read_bytes()).hexdigest()[:16]
    lines = [HEAD.format(date=time.strftime("%Y-%m-%d"), digest=digest, count=len(results), broken=sum(bool(one.problems) for one in results),
                         minutes=sum(one.seconds for one in results) / 60, machine=f"{os.cpu_count()} cores, Linux {platform.release()}")]
    rules = {name.split("_")[0].upper(): (function.__doc__ or "").split("\n\n")[0].replace("\n   ", "")
             for name, function in vars(invariants).items() if name[:1] == "i" and name[1:2].isdigit()}
    lines += [f"- **{name}**: {text}" for name, text in sorted(rules.items(), key=lambda item: int(item[0][1:]))]
    lines += ["- **I9**: after a kill at any point, one `resume` reaches all new, one `abort` all old.",
              "- **I11**: two deployers never change one environment."]
    for group, title in TITLES.items():
        rows = [one for one in results if one.group == group]
        if not rows:
            continue
        lines += ["", f"## {title}", "", "| scenario | exit codes | requests | failed | retried | lowest | seconds | |", "|---|---|--:|--:|--:|--:|--:|---|"]
        for one in rows:
            verdict = "**broken**: " + "; ".join(one.problems)[:300].replace("\n", " ").replace("|", "\\|") if one.problems else "ok"
            lines.append(f"| {one.title} | {one.ends()} | {one.requests:,} | {one.failures} | {one.retried} | {'' if one.lowest is None else one.lowest} "
                         f"| {one.seconds:.0f} | {verdict}{f' ({one.note})' if one.note else ''} |")
    (ROOT / "docs/proof.md").write_text("\n".join(lines) + "\n")
