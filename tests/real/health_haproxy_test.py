#!/usr/bin/env python3
"""containers/haproxy/haproxy.cfg with the real HAProxy before three nodes, each an application and a `health`, under load: drained
within one check, without an alert and without a failed request; back by one word; health killed, stopped, sick; the agent-check."""
import re
import signal
import socket
import threading
import time
import unittest

from harness import BIN, ROOT, RealTest, free_port, need, run, wait_until
from traffic import Traffic
from web_app import WebApp

NODES = ("node1", "node2", "node3")


class Haproxy(RealTest):
    """The configuration as it stands, with ports of the test's own."""

    def setUp(self):
        super().setUp()
        self.port, self.stats = free_port(), free_port()
        self.socket, self.events = self.dir / "admin.sock", self.dir / "haproxy.log"
        self.apps = {name: WebApp(name) for name in NODES}
        for app in self.apps.values():
            self.addCleanup(app.stop)
        self.health_ports = {name: free_port() for name in NODES}
        self.agent_ports = {name: free_port() for name in NODES}
        self.nodes = {}
        for name in NODES:
            self.start_node(name)

    def start_node(self, name):
        folder = self.dir / name
        folder.mkdir(exist_ok=True)
        self.control = {n: self.dir / n / "control.sock" for n in NODES}
        (folder / "health.yaml").write_text(
            f"listen: 127.0.0.1:{self.health_ports[name]}\nagent: 127.0.0.1:{self.agent_ports[name]}\nadmin: 127.0.0.1:{free_port()}\n"
            f"control: {self.control[name]}\nstate_file: {folder}/state\nlame_duck: 2s\n"
            f"probes: [{{name: web, http: 'http://127.0.0.1:{self.apps[name].port}/', interval: 100ms, fall: 1}}]\n")
        self.nodes[name] = self.start(BIN / "health", "run", "--config", folder / "health.yaml", name=f"{name}-health")

    def start_haproxy(self, change=lambda text: text):
        text = (ROOT / "containers/haproxy/haproxy.cfg").read_text()
        text = text.replace("/run/haproxy/admin.sock", str(self.socket)).replace("bind :80", f"bind 127.0.0.1:{self.port}")
        text = text.replace("127.0.0.1:8404", f"127.0.0.1:{self.stats}").replace(" check port 8080", " check")
        for number, name in enumerate(NODES, 1):
            text = text.replace(f"192.0.2.{number}:8000", f"127.0.0.1:{self.apps[name].port} port {self.health_ports[name]}")
        self.assertNotIn("192.0.2", text)
        config = self.dir / "haproxy.cfg"
        config.write_text(change(text))
        run(need("haproxy", "haproxy"), "-c", "-f", config)
        self.haproxy = self.start(need("haproxy", "haproxy"), "-db", "-f", config, name="haproxy")
        wait_until("every server is in", lambda: [self.status(name) for name in NODES] == ["UP"] * 3,
                   why=lambda: self.haproxy.tail() + "\n".join(node.tail() for node in self.nodes.values()))
        self.begun = self.haproxy.log.stat().st_size  # it may have started before a health did

    def rows(self):
        """The servers by name, each a dictionary by the names of HAProxy's columns."""
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(str(self.socket))
            except OSError:
                return {}
            s.sendall(b"show stat\n")
            text = b"".join(iter(lambda: s.recv(65536), b"")).decode()
        names, *lines = [line.split(",") for line in text.removeprefix("# ").splitlines() if line]
        rows = [dict(zip(names, line)) for line in lines]
        return {row["svname"]: row for row in rows if row["pxname"] == "web" and row["type"] == "2"}

    def status(self, name):
        return self.rows().get(name, {}).get("status")

    def becomes(self, name, status, limit=20.0):
        """Seconds until HAProxy says so."""
        begun = time.monotonic()
        wait_until(f"{name} becomes {status}", lambda: self.status(name) == status, limit, lambda: str(self.rows().get(name)))
        return time.monotonic() - begun

    def tell(self, name, word, *more):
        run(BIN / "health", word, "--control", self.control[name], *more)

    def alerts(self):
        return re.findall(r"Server web/\S+ is DOWN[^\n]*|\[ALERT\][^\n]*", self.haproxy.log.read_text()[self.begun:])

    def nothing_failed(self, traffic):
        self.assertEqual(traffic.failures, [])
        self.assertGreater(traffic.done, 100)
        for name, row in self.rows().items():
            for column in ("econ", "eresp", "wretr", "wredis"):
                self.assertEqual(row[column], "0", f"{name} {column}: a retry hid a gap")

    def test_a_whole_rollout_by_hand_under_load(self):
        self.start_haproxy()
        with Traffic(self.port) as traffic:
            for name in NODES:
                self.tell(name, "drain")
                out = self.becomes(name, "NOLB")
                self.assertLess(out, 2.0)  # one check of a second
                wait_until("what runs is finished", lambda name=name: self.rows()[name]["scur"] == "0")
                self.apps[name].stop()  # the old version
                time.sleep(0.5)
                self.assertEqual(self.status(name), "NOLB")  # drained and sick stays NOLB
                self.apps[name] = WebApp(name, self.apps[name].port, version="2")
                # The dark probe: through the load balancer, by the cookie, before anybody else gets it.
                wait_until("the new version answers by its cookie",
                           lambda name=name: Traffic.ask(self.port, cookie=f"SRV={name}") == (name, "2"))
                self.tell(name, "ready", "--wait", "10s")
                self.assertLess(self.becomes(name, "UP"), 2.0)
            time.sleep(0.5)
        self.nothing_failed(traffic)
        self.assertEqual({version for _, version in traffic.last.values()}, {"2"})
        self.assertEqual(self.alerts(), [])

    def test_a_drain_outlives_kill_9_of_health_and_a_restart_of_haproxy(self):
        self.start_haproxy()
        with Traffic(self.port) as traffic:
            self.nodes["node1"].child.send_signal(signal.SIGUSR1)
            self.becomes("node1", "NOLB")
            self.nodes["node1"].kill()
            self.becomes("node1", "DOWN")
            self.nodes["node1"].start()
            time.sleep(2)
            self.assertEqual(self.status("node1"), "DOWN")  # 404 brings nobody back that is down
            self.nodes["node1"].child.send_signal(signal.SIGUSR2)
            self.assertLess(self.becomes("node1", "UP"), 2.5)
        self.nothing_failed(traffic)
        self.tell("node2", "drain")
        self.becomes("node2", "NOLB")
        self.haproxy.stop()
        self.haproxy.start()
        self.becomes("node2", "NOLB")  # it is the node that knows, not the load balancer

    def test_the_containers_way_health_is_simply_stopped(self):
        self.start_haproxy()
        with Traffic(self.port) as traffic:
            begun = time.monotonic()
            self.nodes["node3"].child.send_signal(signal.SIGTERM)
            self.becomes("node3", "NOLB")
            self.assertLess(time.monotonic() - begun, 2.0)  # while it still answers: no alert for a node that leaves
            self.assertEqual(self.nodes["node3"].child.wait(10), 0)
            self.becomes("node3", "DOWN")
            wait_until("what runs is finished", lambda: self.rows()["node3"]["scur"] == "0")
            self.apps["node3"].stop()
            self.apps["node3"] = WebApp("node3", self.apps["node3"].port, version="2")
            self.nodes["node3"].start()
            self.becomes("node3", "UP")
        self.nothing_failed(traffic)

    def test_a_sick_application_is_out_and_comes_back_by_itself(self):
        self.start_haproxy()
        with Traffic(self.port) as traffic:
            self.apps["node2"].sick = True  # it serves, but says that it should not
            self.becomes("node2", "DOWN")
            self.assertRegex(self.rows()["node2"]["last_chk"] + self.rows()["node2"]["check_code"], "503")
            self.apps["node2"].sick = False
            self.becomes("node2", "UP")
        self.nothing_failed(traffic)

    def test_the_agent_check_says_the_same(self):
        def with_agents(text):
            text = text.replace("option httpchk GET /health\n    http-check disable-on-404\n", "").replace(" check\n", " agent-inter 300ms\n")
            for name in NODES:
                text = text.replace(f" port {self.health_ports[name]}", f" check agent-check agent-port {self.agent_ports[name]}")
            return text
        self.start_haproxy(with_agents)
        with Traffic(self.port) as traffic:
            self.tell("node1", "drain")
            self.becomes("node1", "DRAIN (agent)")
            self.tell("node1", "ready")
            self.becomes("node1", "UP")
            self.apps["node1"].sick = True
            self.becomes("node1", "DOWN (agent)")
            self.assertIn("answers 503", self.rows()["node1"]["last_agt"])
            self.tell("node1", "drain")
            self.apps["node1"].sick = False
            self.becomes("node1", "DRAIN (agent)")
            self.tell("node1", "ready")
            self.becomes("node1", "UP")
        self.nothing_failed(traffic)


if __name__ == "__main__":
    unittest.main()
