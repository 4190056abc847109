#!/usr/bin/env python3
"""containers/caddy and containers/nginx with the real programs before two nodes: what docs/health.md says of each, no more."""
import os
import time
import unittest

from harness import BIN, ROOT, RealTest, free_port, need, run, wait_until
from traffic import Traffic
from web_app import WebApp


class Proxies(RealTest):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.apps = [WebApp("a"), WebApp("b")]
        for app in self.apps:
            self.addCleanup(lambda app=app: app.stop())

    def text(self, name):
        text = (ROOT / "containers" / name).read_text()
        for number, app in enumerate(self.apps, 1):
            text = text.replace(f"192.0.2.{number}:8000", f"127.0.0.1:{app.port}")
        self.assertNotIn("192.0.2", text)
        return text

    def answers(self, *names):
        """Whether the next twenty requests are answered by these alone."""
        return {Traffic.ask(self.port)[0] for _ in range(20)} == set(names)

    def test_nginx_passes_over_what_refuses_and_sees_no_drain(self):
        config = self.dir / "nginx.conf"
        text = self.text("nginx/nginx.conf").replace("listen 80", f"listen 127.0.0.1:{self.port}").replace("/run/nginx.pid", str(self.dir / "pid"))
        logs = f"access_log off;\n    error_log {self.dir}/error.log;\n"
        folders = "".join(f"    {kind}_temp_path {self.dir}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config.write_text("daemon off;\n" + text.replace("http {\n", f"http {{\n    {logs}{folders}"))
        nginx = [need("nginx", "nginx-light"), "-e", self.dir / "error.log", "-c", config]
        run(*nginx, "-t")
        self.start(*nginx, name="nginx")
        wait_until("nginx answers", lambda: self.alive() and self.answers("a", "b"))
        self.apps[0].stop()
        self.assertTrue(self.answers("b"), "what refuses is passed over, from the first request on")
        self.apps[0] = WebApp("a", self.apps[0].port)
        wait_until("both answer again", lambda: self.answers("a", "b"))
        # A reload closes kept connections of clients, who must be ready for that; so they are left out here.
        with Traffic(self.port, keep_alive=False) as traffic:
            (self.dir / "nginx.conf").write_text(config.read_text().replace(f":{self.apps[0].port} ", f":{self.apps[0].port} down "))
            run(*nginx, "-s", "reload")
            wait_until("only b answers", lambda: self.answers("b"))
            time.sleep(0.5)
            self.apps[0].stop()
            time.sleep(0.5)
        self.assertEqual(traffic.failures, [])
        self.assertTrue(self.answers("b"))

    def alive(self):
        try:
            return Traffic.ask(self.port) is not None
        except OSError:
            return False

    def test_caddy_drains_after_one_check(self):
        control = self.dir / "control.sock"
        health = free_port()
        (self.dir / "health.yaml").write_text(
            f"listen: 127.0.0.1:{health}\nadmin: 127.0.0.1:{free_port()}\ncontrol: {control}\nstate_file: {self.dir}/state\n")
        self.start(BIN / "health", "run", "--config", self.dir / "health.yaml", name="health")
        # Both nodes are on this machine and Caddy knows one port for all: the second has a health of its own at another address.
        (self.dir / "other.yaml").write_text(
            f"listen: 127.0.0.2:{health}\nadmin: 127.0.0.1:{free_port()}\ncontrol: {self.dir}/other.sock\nstate_file: {self.dir}/other\n")
        self.start(BIN / "health", "run", "--config", self.dir / "other.yaml", name="other")
        self.apps[1].stop()
        self.apps[1] = WebApp("b", host="127.0.0.2")
        text = self.text("caddy/Caddyfile").replace(f"127.0.0.1:{self.apps[1].port}", f"127.0.0.2:{self.apps[1].port}")
        text = text.replace("health_port 8080", f"health_port {health}").replace(":80 {", f"http://127.0.0.1:{self.port} {{")
        text = text.replace("127.0.0.1:2019", f"127.0.0.1:{free_port()}")
        config = self.dir / "Caddyfile"
        config.write_text(text)
        homes = {**os.environ, "HOME": str(self.dir), "XDG_CONFIG_HOME": str(self.dir), "XDG_DATA_HOME": str(self.dir)}
        caddy = need("caddy", "caddy")
        run(caddy, "validate", "--config", config, "--adapter", "caddyfile", env=homes)
        self.start(caddy, "run", "--config", config, "--adapter", "caddyfile", name="caddy", env=homes)
        wait_until("Caddy answers", lambda: self.alive() and self.answers("a", "b"))
        with Traffic(self.port) as traffic:
            run(BIN / "health", "drain", "--control", control)
            begun = time.monotonic()
            wait_until("only b answers", lambda: self.answers("b"))
            self.assertLess(time.monotonic() - begun, 3)
            time.sleep(0.5)
            self.apps[0].stop()
            time.sleep(0.5)
            self.apps[0] = WebApp("a", self.apps[0].port, version="2")
            run(BIN / "health", "ready", "--control", control)
            wait_until("both answer", lambda: self.answers("a", "b"))
        self.assertEqual(traffic.failures, [])


if __name__ == "__main__":
    unittest.main()
