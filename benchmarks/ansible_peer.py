"""The peer of deployer_compare: Ansible with the docker CLI over SSH, as its own documentation says to make it quick: pipelining, a
connection that persists, an interpreter that is not looked for, no facts, more forks than hosts, all hosts at once.

What runs is compared with what is wanted (image with its digest, label of the configuration, running, healthy) in one of two ways:
`loop`, a `docker inspect` for each component, as playbooks are written; `one`, a single one for all components of a host, as somebody
writes who counts milliseconds. Nothing is looked at but containers: no image, lock, load balancer or port.
"""
import json
import os
import subprocess
from pathlib import Path

FORMAT = '{{.Config.Image}} {{index .Config.Labels "longshore.spec"}} {{.State.Status}} {{.State.Health.Status}}'

CONFIG = """\
[defaults]
inventory = {folder}/inventory
forks = 10
gathering = explicit
interpreter_python = /usr/bin/python3
local_tmp = {folder}/tmp
retry_files_enabled = False
[ssh_connection]
pipelining = True
ssh_args = -o ControlMaster=auto -o ControlPersist=600s
control_path_dir = {folder}/cp
"""

HEAD = """\
- hosts: all
  gather_facts: false
  vars: {{format: !unsafe '{format}'}}
  tasks:
"""

# How it looks, and the pairs of a component and of what was seen that the tasks after it go through.
LOOK = {
    "loop": ("""\
    - name: what runs
      ansible.builtin.command: {argv: [docker, inspect, --format, "{{ format }}", "{{ item.name }}"]}
      loop: "{{ components }}"
      loop_control: {label: "{{ item.name }}"}
      register: seen
      changed_when: false
      failed_when: false
      check_mode: false
""", "{{ components | zip(seen.results | map(attribute='stdout')) | list }}"),
    "one": ("""\
    - name: what runs
      ansible.builtin.command: {argv: "{{ ['docker', 'inspect', '--format', format] + components | map(attribute='name') | list }}"}
      register: seen
      changed_when: false
      failed_when: false
      check_mode: false
""", "{{ components | zip(seen.stdout_lines) | list }}")}

PLAN = """\
    - name: what would be done
      ansible.builtin.debug: {msg: "UPDATE {{ item.0.name }}: {{ item.1 }} to {{ item.0.wanted }}"}
      loop: "PAIRS"
      loop_control: {label: "{{ item.0.name }}"}
      when: item.1 != item.0.wanted
      changed_when: true
"""

APPLY = """\
    - name: the image
      ansible.builtin.command: {argv: [docker, pull, "{{ item.0.image }}"]}
      loop: "PAIRS"
      loop_control: {label: "{{ item.0.name }}"}
      when: item.1 != item.0.wanted
    - name: the container
      ansible.builtin.shell: "docker rm --force {{ item.0.name }}; docker run --detach --name {{ item.0.name }} {{ item.0.image }}"
      loop: "PAIRS"
      loop_control: {label: "{{ item.0.name }}"}
      when: item.1 != item.0.wanted
"""


class Ansible:
    def __init__(self, folder: Path, hosts: list[str], wanted: dict[str, str]):
        """`wanted`: component → what FORMAT says of it when it is as it should be; the same on every host."""
        self.folder = folder
        for name in ("tmp", "cp"):
            (folder / name).mkdir(parents=True)
        (folder / "ansible.cfg").write_text(CONFIG.format(folder=folder))
        (folder / "inventory").write_text("\n".join(hosts) + "\n")
        for look, (tasks, pairs) in LOOK.items():
            for command, more in (("plan", PLAN), ("apply", APPLY)):
                (folder / f"{command}-{look}.yaml").write_text(HEAD.format(format=FORMAT) + tasks + more.replace("PAIRS", pairs))
        self.write(wanted, "wanted")
        first = next(iter(wanted))
        self.write({**wanted, first: wanted[first] + " of tomorrow"}, "other")
        self.hosts = hosts
        self.environment = {**os.environ, "ANSIBLE_CONFIG": str(folder / "ansible.cfg"), "ANSIBLE_HOME": str(folder)}

    def write(self, wanted: dict[str, str], name: str) -> None:
        components = [{"name": component, "wanted": text, "image": text.split()[0]} for component, text in wanted.items()]
        (self.folder / f"{name}.json").write_text(json.dumps({"components": components}))

    def command(self, playbook: str, wanted: str = "wanted") -> list[str]:
        return ["ansible-playbook", *(["--check"] if playbook.startswith("plan") else []), "--extra-vars", f"@{self.folder}/{wanted}.json",
                str(self.folder / f"{playbook}.yaml")]

    def disconnect(self) -> None:
        """The connections that it has kept are closed: the next run opens its own."""
        for path in (self.folder / "cp").iterdir():
            subprocess.run(["ssh", "-O", "exit", "-o", f"ControlPath={path}", "any"], check=False, capture_output=True, timeout=10)

    def changes(self, said: str) -> int:
        """Of all hosts, from the recap; a host that is missing there or failed is an error."""
        lines = [line for line in said.partition("PLAY RECAP")[2].splitlines() if " ok=" in line]
        if len(lines) != len(self.hosts) or any(" failed=0 " not in line or " unreachable=0 " not in line for line in lines):
            raise SystemExit(f"ansible: not every host was done:\n{said}")
        return sum(int(line.split(" changed=")[1].split()[0]) for line in lines)
