"""The Loggly-shaped receiver of tests/support/receiver as an object: started on free ports, asked over HTTP, ended by pid."""
import json
import ssl
import subprocess
import urllib.request
from pathlib import Path


class Receiver:
    """`build` holds bin/loggly_receiver. Further options are those at the head of tests/support/receiver/main.cpp, e.g.
    token="t", cert="cert.pem". keep=True writes every accepted line to a file, for lines()."""

    def __init__(self, build: str | Path, work_dir: str | Path, syslog: bool = False, keep: bool = False, **options):
        self.kept = Path(work_dir) / "received.lines" if keep else None
        if keep:
            options["keep"] = self.kept
        if syslog:
            options.setdefault("syslog-port", 0)
        argv = [str(Path(build) / "bin/loggly_receiver")]
        for name, value in options.items():
            argv += [f"--{name}", str(value)]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        first = self.process.stdout.readline()
        if not first:
            raise RuntimeError(f"{' '.join(argv)} ended with {self.process.wait()}")
        ports = json.loads(first)
        self.http_port, self.syslog_port = ports["port"], ports["syslog_port"]
        self.port = self.syslog_port if syslog else self.http_port  # where the lines go
        self.address = options.get("address", "127.0.0.1")
        self.scheme = "https" if "cert" in options else "http"

    def ask(self, method: str, path: str, body: str | None = None) -> str:
        request = urllib.request.Request(f"{self.scheme}://{self.address}:{self.http_port}{path}", method=method,
                                         data=body.encode() if body is not None else None)
        context = ssl._create_unverified_context() if self.scheme == "https" else None
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        with opener.open(request, timeout=10) as answer:
            return answer.read().decode()

    def report(self) -> dict:
        return json.loads(self.ask("GET", "/report"))

    def unique(self) -> int:
        """Different numbers ("seq=N") among the accepted lines."""
        return self.report()["unique"]

    def duplicates(self) -> int:
        return self.report()["duplicates"]

    def lines(self) -> list[str]:
        """Every accepted line so far, in order of arrival."""
        self.report()  # it flushes
        return self.kept.read_text(encoding="utf-8").split("\n")[:-1] if self.kept.exists() else []

    def set_mode(self, mode: str) -> None:
        """One of tests/support/receiver/mode.hpp: ok, 503, 429:2, reset, slow:200, …"""
        self.ask("PUT", "/mode", mode)

    def forget(self) -> None:
        """Starts to count, and to keep lines, anew."""
        self.ask("DELETE", "/report")
        if self.kept:
            self.report()
            self.kept.write_text("")  # the receiver appends

    def stop(self) -> dict:
        """Ends it; what it counted in all."""
        self.process.terminate()
        out, _ = self.process.communicate(timeout=20)
        return json.loads(out.splitlines()[-1]) if out.strip() else {}
