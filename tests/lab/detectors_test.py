#!/usr/bin/env python3
"""Each detector of the lab sees what it is there for, and nothing where there is nothing: rollouts by hand, a careful one and bad ones."""
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "real"), str(Path(__file__).resolve().parent)]
from docker_host import inside_namespaces  # noqa: E402
from harness import BIN, wait_until  # noqa: E402
from images import Registry, web_config  # noqa: E402
from lab import Lab  # noqa: E402
from trials.observe import ask  # noqa: E402
from watch.proxy import Watch  # noqa: E402
from watch.sampler import Sampler  # noqa: E402
from watch.traffic import Traffic  # noqa: E402


class Detectors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="lab-"))
        cls.addClassCleanup(lambda: cls.lab.down())
        cls.lab = Lab(cls.folder)
        cls.lab.up(2)
        registry = Registry(cls.lab.REGISTRY, cls.lab.user, cls.lab.password)
        for version in ("1", "2"):
            registry.push("web", version, {"/web": BIN / "lab_web"}, web_config(version))
        for balancer in cls.lab.balancers:  # these ask the service itself
            balancer.stop("haproxy")
            balancer.start(cls.lab.hosts, asked=8080)
        for host in cls.lab.hosts:
            host.docker.pull("registry:5000/web:1", cls.lab.user, cls.lab.password)
            host.docker.pull("registry:5000/web:2", cls.lab.user, cls.lab.password)
            cls.put(host, "1")
        for host in cls.lab.hosts:
            cls.wait_in(host)

    @staticmethod
    def put(host, version):
        host.docker.create("web", {"Image": f"registry:5000/web:{version}", "HostConfig": {
            "PortBindings": {"8080/tcp": [{"HostPort": "8080"}]}}, "ExposedPorts": {"8080/tcp": {}}})
        host.docker.start("web")

    @classmethod
    def wait_in(cls, host):
        wait_until(f"{host.name} is in rotation", lambda: all(
            balancer.servers()[host.name]["status"] == "UP" for balancer in cls.lab.balancers), 20)

    def observe(self, act):
        """What the detectors saw while act(calls of the proxy) went on."""
        with Watch(self.lab) as watch, Sampler(self.lab) as sampler:
            traffic = Traffic(self.lab, self.folder)
            time.sleep(1)
            act()
            time.sleep(2.5)
            return traffic.stop(), traffic.failures(), sampler, watch.calls

    def test_a_careful_rollout_is_seen_to_harm_nobody(self):
        def act():
            for host in self.lab.hosts:
                for balancer in self.lab.balancers:
                    balancer.ask(f"set server web/{host.name} state drain")
                wait_until(f"{host.name} is idle", lambda: all(  # noqa: B023
                    balancer.servers()[host.name]["scur"] == "0" for balancer in self.lab.balancers), 20)  # noqa: B023
                host.run("docker", "stop", "web")  # through the proxy, as everybody
                host.run("docker", "rm", "web")
                self.put(host, "2")
                wait_until(f"{host.name} answers", lambda: ask(host.address, "/version")[0] == 200, 20)  # noqa: B023
                for balancer in self.lab.balancers:
                    balancer.ask(f"set server web/{host.name} state ready")
                self.wait_in(host)
        summary, failures, sampler, calls = self.observe(act)
        self.assertEqual((failures[:3], summary["failures"], sampler.errors()), ([], 0, dict.fromkeys(sampler.errors(), 0)))
        self.assertGreater(summary["requests"], 200)
        self.assertEqual(set(summary["kinds"]), {"get-keep-alive", "get-close", "post-keep-alive", "post-close", "slow-keep-alive",
                                                 "slow-close", "websocket"})
        for kind in summary["kinds"].values():
            self.assertGreater(kind["requests"], 0)
        self.assertEqual(sampler.lowest(), 1)
        self.assertLess(sampler.unread, 2)
        self.assertEqual({(one["server"], one["version"]) for one in summary["served"]},
                         {("host1", "1"), ("host1", "2"), ("host2", "1"), ("host2", "2")})
        stops = [call for call in calls if call.is_("stop")]
        self.assertEqual([(call.host, call.container["Name"], call.balancers) for call in stops], [
            (host.name, "/web", {"lb1": ("DRAIN", 0), "lb2": ("DRAIN", 0)}) for host in self.lab.hosts])

    def test_a_stop_in_rotation_is_seen_by_each(self):
        host = self.lab.hosts[0]

        def act():
            host.run("docker", "stop", "-t", "0", "web")  # at once: what is under way is cut, and no repetition of HAProxy's hides it
            time.sleep(1)
            host.run("docker", "start", "web")
            self.wait_in(host)
        summary, failures, sampler, calls = self.observe(act)
        self.assertGreater(summary["failures"], 0)
        self.assertEqual(len(failures), summary["failures"])
        self.assertEqual(sampler.lowest(), 1)
        self.assertGreater(sum(sampler.errors().values()), 0)
        stop = next(call for call in calls if call.is_("stop"))
        self.assertEqual({status for status, _ in stop.balancers.values()}, {"UP"})
        for failure in failures:
            self.assertTrue(failure["reason"] and failure["kind"] and failure["target"] in ("lb1", "lb2"), failure)

    def test_a_service_that_answers_500_is_seen_by_clients_and_balancers(self):
        host = self.lab.hosts[1]
        registry = Registry(self.lab.REGISTRY, self.lab.user, self.lab.password)
        registry.push("web", "bad", {"/web": BIN / "lab_web"}, web_config("bad", errors_after=1500))
        host.docker.pull("registry:5000/web:bad", self.lab.user, self.lab.password)

        def act():
            for balancer in self.lab.balancers:
                balancer.ask(f"set server web/{host.name} state drain")
            wait_until("idle", lambda: all(balancer.servers()[host.name]["scur"] == "0" for balancer in self.lab.balancers), 20)
            host.docker.remove("web")
            self.put(host, "bad")
            wait_until("it answers", lambda: ask(host.address, "/version")[0] != 0, 20)
            for balancer in self.lab.balancers:
                balancer.ask(f"set server web/{host.name} state ready")
            self.wait_in(host)
            time.sleep(1)
        summary, failures, sampler, _ = self.observe(act)
        self.assertEqual({(failure["server"], failure["version"], failure["reason"]) for failure in failures}, {(host.name, "bad", "status 500")})
        self.assertGreater(sampler.errors()["hrsp_5xx"], 0)
        self.assertGreater(summary["failures"], 0)
        host.docker.remove("web")
        self.put(host, "1")
        self.wait_in(host)


if __name__ == "__main__":
    inside_namespaces()
    unittest.main()
