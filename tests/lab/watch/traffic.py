"""lab_traffic through every load balancer, in the background, and what it says in the end."""
import json
import os
import signal
import subprocess
from pathlib import Path

from harness import BIN, LIMIT


class Traffic:
    def __init__(self, lab, folder: Path, *options):
        self.log = folder / "failures.ndjson"
        self.log.write_text("")
        self.output = open(folder / "traffic.json", "w+", encoding="utf-8")
        targets = [f"{balancer.name}={balancer.address}:80" for balancer in lab.balancers]
        self.child = subprocess.Popen([BIN / "lab_traffic", self.log, *map(str, options), *targets], stdin=subprocess.DEVNULL,
                                      stdout=self.output, preexec_fn=lambda: os.nice(-5))  # that it is not late itself

    def failures(self) -> list[dict]:
        """Until now."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith("}")]

    def stop(self) -> dict:
        self.child.send_signal(signal.SIGTERM)
        if self.child.wait(LIMIT):
            raise AssertionError(f"lab_traffic ended with {self.child.returncode}")
        with self.output:
            self.output.seek(0)
            return json.load(self.output)
