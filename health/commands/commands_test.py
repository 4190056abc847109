#!/usr/bin/env python3
"""`health run` and the commands around it, with the real binary: answers, signals, restarts, kill -9, reload, the end."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "benchmarks"))
from measure import free_port  # noqa: E402

HEALTH = pathlib.Path(os.environ["LONGSHORE_BIN"]) / "health"
LIMIT = float(os.environ.get("LONGSHORE_WAIT", 60))  # seconds that anything may take


def wait_until(what, condition):
    end = time.monotonic() + LIMIT
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"still not: {what}"
        time.sleep(0.02)


class App(ThreadingHTTPServer):
    """An application whose health can be set."""

    daemon_threads = True

    def __init__(self):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(self.server.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Commands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="health_test.")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.listen, self.agent, self.admin = (free_port() for _ in range(3))
        self.control, self.config, self.log = self.dir / "run/control.sock", self.dir / "health.yaml", self.dir / "stderr"
        self.app = App()
        self.addCleanup(self.app.server_close)
        self.addCleanup(self.app.shutdown)

    def configure(self, more="", probes=True):
        self.config.write_text(
            f"listen: 127.0.0.1:{self.listen}\nagent: 127.0.0.1:{self.agent}\nadmin: 127.0.0.1:{self.admin}\n"
            f"control: {self.control}\nstate_file: {self.dir}/state/health\n{more}\n"
            + (f"probes: [{{name: web, http: 'http://127.0.0.1:{self.app.server_port}/', interval: 50ms}}]\n" if probes else ""))

    def command(self, *words, expect=0):
        done = subprocess.run([HEALTH, *map(str, words)], capture_output=True, text=True, timeout=LIMIT, check=False)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def tell(self, word, *more, expect=0):
        return self.command(word, "--control", self.control, *more, expect=expect)

    def start(self):
        with self.log.open("ab") as err:
            process = subprocess.Popen([HEALTH, "run", "--config", self.config], stderr=err)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_until("it answers", lambda: self.ask()[0] != 0 or process.poll() is not None)
        self.assertIsNone(process.poll(), self.log.read_text())
        return process

    def ask(self, path="/health", port=None, method="GET", **headers):
        """Status and body of one request; status 0: nobody answers."""
        try:
            with socket.create_connection(("127.0.0.1", port or self.listen), LIMIT) as s:
                lines = [f"{method} {path} HTTP/1.0", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
                s.sendall("\r\n".join(lines).encode())
                answer = b"".join(iter(lambda: s.recv(65536), b"")).decode()
        except OSError as error:
            return 0, str(error)
        head, _, body = answer.partition("\r\n\r\n")
        return (int(head.split()[1]) if head else 0), body

    def agent_says(self):
        with socket.create_connection(("127.0.0.1", self.agent), LIMIT) as s:
            return b"".join(iter(lambda: s.recv(4096), b"")).decode()

    def answers(self, status):
        wait_until(f"it answers {status}", lambda: self.ask()[0] == status)

    def test_what_is_answered_follows_the_probes_and_the_drain(self):
        self.configure()
        self.app.status = 500
        self.start()
        self.assertEqual(self.ask()[0], 503)
        self.app.status = 200
        self.answers(200)
        self.assertEqual(self.ask(), (200, "in: 1 of 1 checks pass\n"))
        self.assertEqual(self.ask("/", method="OPTIONS"), (200, "in: 1 of 1 checks pass\n"))
        self.assertEqual(self.ask("/any/path", method="HEAD"), (200, ""))
        self.assertEqual(json.loads(self.ask(Accept="application/json")[1]),
                         {"state": "in", "status": 200, "why": "1 of 1 checks pass"})
        self.assertEqual(self.agent_says(), "ready up\n")
        self.app.status = 500
        self.answers(503)
        self.assertRegex(self.ask()[1], r"^sick: web: http://127.0.0.1:\d+/ answers 500, not 200\n$")
        self.assertRegex(self.agent_says(), r"^ready down #web: http://127.0.0.1:\d+/ answers 500, not 200\n$")
        self.assertRegex(self.tell("drain"), r"^drained: since \S+ by control; web: ")
        self.assertEqual(self.ask()[0], 404)  # out has precedence over sick
        self.assertRegex(self.agent_says(), "^drain down #since ")
        self.assertIn("answers 404, drained: since", self.tell("status"))
        self.app.status = 200
        wait_until("the probe passes", lambda: self.agent_says() == "drain up\n")
        self.assertEqual(self.tell("ready", "--wait", "10s").splitlines()[0], "answers 200, in: 1 of 1 checks pass")
        self.assertEqual(self.ask()[0], 200)
        status = json.loads(self.tell("status", "--json"))
        self.assertEqual((status["state"], status["wanted"], status["by"]), ("in", "in", "control"))
        self.assertGreater(status["answers"]["404"], 0)
        self.assertEqual(status["checks"][0]["verdict"], "well")

    def test_what_watches_health_itself(self):
        self.configure()
        self.app.status = 500
        process = self.start()
        wait_until("it knows", lambda: self.ask("/readyz", self.admin)[0] == 200)
        self.command("healthcheck", "--admin", f"127.0.0.1:{self.admin}")  # sick is no reason to start health anew
        self.assertEqual(self.ask("/healthz", self.admin), (200, "ok\n"))
        self.assertEqual(self.ask("/else", self.admin)[0], 404)
        metrics = self.ask("/metrics", self.admin)[1]
        self.assertIn("longshore_health_in_rotation 0\n", metrics)
        for name in re.findall(r"^(\w+)[ {]", metrics, re.M):
            self.assertRegex(name, r"^longshore_health_[a-z_]+$")
            self.assertIn(f"# HELP {name} ", metrics)
            self.assertIn(f"`{name}`", (pathlib.Path(__file__).resolve().parents[2] / "docs/health.md").read_text())
        self.assertEqual(json.loads(self.ask("/status", self.admin)[1])["state"], "sick")
        process.kill()
        process.wait()
        self.command("healthcheck", "--admin", f"127.0.0.1:{self.admin}", expect=69)
        self.assertIn("Is it running?", self.tell("status", expect=69))

    def test_a_drain_survives_kill_9_and_a_stop_and_signals_are_enough(self):
        self.configure("lame_duck: 0s")
        process = self.start()
        self.answers(200)
        process.send_signal(signal.SIGUSR1)
        self.answers(404)
        wait_until("it is kept", lambda: (self.dir / "state/health").read_text().startswith("out "))
        process.kill()
        process.wait()
        process = self.start()  # the control socket that is left over is no obstacle
        self.assertRegex(self.ask()[1], "^drained: since .* by SIGUSR1")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)
        process = self.start()
        self.assertEqual(self.ask()[0], 404)
        process.send_signal(signal.SIGUSR2)
        self.answers(200)
        wait_until("it is kept", lambda: (self.dir / "state/health").read_text().startswith("in "))
        process.kill()
        process.wait()
        self.start()
        self.answers(200)

    def test_how_it_starts_is_configured(self):
        for start, before, after in (("drained", 404, 404), ("when_healthy", 200, 200), ("as_before", 200, 404)):
            with self.subTest(start=start):
                (self.dir / "state/health").unlink(missing_ok=True)
                self.configure(f"start: {start}\nlame_duck: 0s")
                process = self.start()
                self.answers(before)
                self.tell("drain")
                self.assertEqual(self.ask()[0], 404)
                process.kill()
                process.wait()
                process = self.start()
                self.answers(after)
                process.kill()
                process.wait()

    def test_the_load_balancer_is_told_before_nobody_answers(self):
        self.configure("lame_duck: 700ms")
        process = self.start()
        self.answers(200)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        wait_until("it answers 404", lambda: self.ask()[0] == 404)
        self.assertEqual(self.agent_says(), "drain up\n")
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertGreaterEqual(time.monotonic() - begun, 0.7)
        self.assertFalse(self.control.exists())
        process = self.start()
        self.answers(200)  # an end is no drain
        self.tell("drain")
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertLess(time.monotonic() - begun, 0.7)  # it was told already
        self.configure("lame_duck: 10m\nstart: when_healthy")
        process = self.start()
        self.answers(200)
        process.send_signal(signal.SIGTERM)
        wait_until("it answers 404", lambda: self.ask()[0] == 404)
        process.send_signal(signal.SIGTERM)  # the second time: now
        self.assertEqual(process.wait(LIMIT), 0)

    def test_a_reload_takes_nobody_out_and_a_bad_one_changes_nothing(self):
        self.configure()
        process = self.start()
        self.answers(200)
        seen, end = set(), threading.Event()

        def watch():
            while not end.is_set():
                seen.add(self.ask()[0])
        watching = threading.Thread(target=watch)
        watching.start()
        other = App()
        good = self.config.read_text()
        self.config.write_text(good.replace("]\n", f", {{name: other, http: 'http://127.0.0.1:{other.server_port}/', interval: 50ms}}]\n"))
        process.send_signal(signal.SIGHUP)
        wait_until("there are two", lambda: len(json.loads(self.tell("status", "--json"))["checks"]) == 2)
        self.config.write_text(good + "wrong: 1\n")  # seen by itself
        wait_until("it says so", lambda: "the old one stays" in self.log.read_text())
        self.assertIn("unknown option", self.log.read_text())
        self.config.write_text(good.replace(str(self.listen), str(free_port())))
        wait_until("it says so", lambda: "this counts from the next start on" in self.log.read_text())
        end.set()
        watching.join()
        self.assertEqual(seen, {200})
        other.shutdown()
        other.server_close()

    def test_without_probes_it_is_only_a_switch(self):
        self.configure(probes=False)
        self.start()
        self.assertEqual(self.ask(), (200, "in: there are no checks\n"))
        self.tell("drain")
        self.assertEqual(self.ask()[0], 404)

    def test_what_cannot_be_kept_is_said_and_counts(self):
        self.configure()
        self.start()
        self.answers(200)
        (self.dir / "state/health").unlink()
        (self.dir / "state").rmdir()
        (self.dir / "state").write_text("in the way")
        self.assertIn("this counts now, but a new process would not know of it", self.tell("drain", expect=69))
        self.assertEqual(self.ask()[0], 404)

    def test_a_second_one_and_a_folder_that_cannot_be_written_are_refused_with_the_reason(self):
        self.configure()
        self.start()
        self.assertIn(f"tcp://127.0.0.1:{self.listen}: address in use", self.command("run", "--config", self.config, expect=69))
        text = self.config.read_text()
        for port in (self.listen, self.agent, self.admin):
            text = text.replace(str(port), str(free_port()))
        self.config.write_text(text)
        self.assertIn(f"{self.control}: address in use: another process listens there",
                      self.command("run", "--config", self.config, expect=69))
        (self.dir / "file").write_text("")
        self.config.write_text(text.replace(str(self.control), str(self.dir / "other.sock"))
                               .replace(f"{self.dir}/state/health", f"{self.dir}/file/state"))
        self.assertRegex(self.command("run", "--config", self.config, expect=69), r"file.*state_file: its folder must be writable")

    def test_check_and_exit_codes(self):
        self.configure()
        self.assertRegex(self.command("check", "--config", self.config), r"^passes web \(\d+ ms\)\nthe configuration is good: 1 checks\n$")
        self.app.status = 500
        self.assertRegex(self.command("check", "--config", self.config, expect=69), r"^fails  web \(\d+ ms\): http\S+ answers 500, not 200\n")
        self.assertIn("interval: 50ms", self.command("run", "--config", self.config, "--print-config"))
        self.configure("listn: 1.2.3.4:5")
        self.assertIn('unknown option "listn", did you mean "listen"?', self.command("check", "--config", self.config, expect=78))
        self.command("run", "--config", self.config, expect=78)
        self.command("run", "--config", self.dir / "missing.yaml", expect=78)
        self.command("run", "--no-such-flag", expect=64)
        self.command("ready", "--wait", "5", expect=64)
        self.assertTrue(self.command("reference").startswith("# health.yaml\n"))
        self.assertRegex(self.command("--version"), r"^health \d")

    def test_waiting_for_what_does_not_come_ends(self):
        self.configure()
        self.app.status = 500
        self.start()
        self.assertIn("answers 503", self.tell("ready", "--wait", "300ms", expect=69))


if __name__ == "__main__":
    unittest.main()
