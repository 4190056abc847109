"""Looks at every load balancer ten times a second: who is in rotation, with how many sessions, and what went wrong on the way there."""
import threading
import time

COUNTERS = ("econ", "eresp", "wretr", "wredis", "hrsp_5xx")
INTERVAL = 0.1


class Sampler:
    """Samples are (time, balancer, {server: (status, sessions)}); counters are summed up over reloads, which begin them anew."""

    def __init__(self, lab):
        self.balancers, self.samples = lab.balancers, []
        self.totals: dict[tuple[str, str], dict[str, int]] = {}
        self.last: dict[tuple[str, str], dict[str, int]] = {}
        self.unread = 0  # samples that were not to be had
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._look(first=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join(10)
        self._look()

    def _run(self) -> None:
        while not self.ending.wait(INTERVAL):
            self._look()

    def _look(self, first: bool = False) -> None:
        for balancer in self.balancers:
            try:
                rows, at = balancer.servers(), time.time()
            except OSError:
                self.unread += 1
                continue
            self.samples.append((at, balancer.name, {name: (row["status"], int(row["scur"])) for name, row in rows.items()}))
            for name, row in rows.items():
                now = {counter: int(row[counter] or 0) for counter in COUNTERS}
                key = (balancer.name, name)
                before = self.last.get(key, now if first else dict.fromkeys(COUNTERS, 0))
                totals = self.totals.setdefault(key, dict.fromkeys(COUNTERS, 0))
                for counter, value in now.items():
                    totals[counter] += value - before[counter] if value >= before[counter] else value
                self.last[key] = now

    def errors(self) -> dict[str, int]:
        """Of all servers together."""
        return {counter: sum(totals[counter] for totals in self.totals.values()) for counter in COUNTERS}

    def serving(self) -> list[tuple[float, str, int]]:
        """At each sample, how many servers get requests."""
        return [(at, name, sum(is_in(status) for status, _ in servers.values())) for at, name, servers in self.samples]

    def lowest(self) -> int:
        return min(count for _, _, count in self.serving())


def is_in(status: str) -> bool:
    """Whether HAProxy sends it new requests: UP, also while it begins to doubt (UP 1/2)."""
    return status.startswith("UP") or status == "no check"
