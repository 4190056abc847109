#!/usr/bin/env python3
"""deployer's hosts against a real dockerd, sshd and registry: every call over each way, and what goes wrong with each."""
import json
import os
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

from deployer_hosts import PASSWORD, USER, Driver, HostsLab, children
from docker_host import inside_namespaces
from harness import BIN, LIMIT, Process, free_port, run, wait_until

# Codes of common/base/error.hpp
INVALID, NOT_FOUND, EXISTS, PERMISSION, UNAVAILABLE, TIMEOUT = 0, 1, 2, 3, 5, 6


class DeployerHosts(HostsLab):
    def good(self, answer: tuple[int | None, str]) -> str:
        self.assertIsNone(answer[0], answer[1])
        return answer[1]

    def bad(self, code: int, words: str, answer: tuple[int | None, str]) -> None:
        self.assertEqual(answer[0], code, answer[1])
        self.assertTrue(answer[1].startswith("web1: "), answer[1])
        self.assertIn(words, answer[1])
        self.assertNotIn(PASSWORD, answer[1])

    def body(self, *command, **more) -> str:
        return json.dumps({"Image": self.image, "Cmd": command, "Labels": {"longshore.environment": "live", "longshore.rollout": "r1"}, **more})

    def test_every_call_over_each_way(self):
        for way in self.ways:
            with self.subTest(way):
                self.every_call(self.driver(way), disk=way != "tls", through=way == "ssh")

    def every_call(self, d: Driver, disk: bool, through: bool):
        version, _, architecture, free, clock = self.good(d.ask("facts")).split()
        self.assertTrue(version.startswith("20.10"), version)
        self.assertEqual(architecture, "amd64")
        self.assertLess(abs(int(clock.partition("=")[2]) / 1e9 - time.time()), 5)
        self.assertAlmostEqual(int(free.partition("=")[2]), shutil.disk_usage(self.dir).free if disk else -1, delta=2 << 30)

        digest = self.image.partition("@")[2]
        self.assertEqual(self.good(d.ask("ask", self.image, *self.login)), digest)
        for _ in range(2):
            self.good(d.ask("pull", self.image, 60, *self.login))
        self.assertIn(self.image + ";", self.good(d.ask("images")))
        for _ in range(2):
            self.good(d.ask("network", "net1", json.dumps({"Name": "net1", "Driver": "bridge"})))
            self.good(d.ask("network", "net2", json.dumps({"Name": "net2", "Driver": "bridge"})))
            self.good(d.ask("volume", "vol1", json.dumps({"Name": "vol1", "Labels": {"a": "b"}})))

        body = self.body("sh", "-c", "echo out; echo err >&2; trap 'echo told' USR1; while :; do sleep 0.1; done",
                         HostConfig={"NetworkMode": "net1", "Mounts": [{"Type": "volume", "Source": "vol1", "Target": "/v"}],
                                     "PortBindings": {"80/tcp": [{"HostPort": "8081"}]}}, ExposedPorts={"80/tcp": {}},
                         Healthcheck={"Test": ["CMD", "cat", "/bin/busybox"], "Interval": 500_000_000})
        container = self.good(d.ask("create", "web.next.r1", body))
        self.assertEqual(self.good(d.ask("create", "web.next.r1", body)), container)
        self.bad(EXISTS, "create web.next.r1", d.ask("create", "web.next.r1", body.replace('"r1"', '"r2"')))
        self.bad(NOT_FOUND, "No such image", d.ask("create", "x", body.replace(digest, "sha256:" + "0" * 64)))
        for _ in range(2):
            self.good(d.ask("connect_network", "net2", json.dumps({"Container": container})))
        for _ in range(2):
            self.good(d.ask("start", container))
        self.bad(EXISTS, "create web.next.r1", d.ask("create", "web.next.r1", body))
        other = self.good(d.ask("create", "other", body))
        self.bad(EXISTS, "port is already allocated", d.ask("start", other))
        self.good(d.ask("remove", other))
        wait_until("it is healthy", lambda: "health=2" in self.good(d.ask("inspect", container)))
        self.bad(EXISTS, "running container", d.ask("remove", container))
        self.good(d.ask("signal", container, "SIGUSR1"))
        wait_until("its log is there", lambda: sorted(self.good(d.ask("logs", container)).split("\\n")) == ["", "err", "out", "told"])
        self.bad(INVALID, "Invalid signal", d.ask("signal", container, "SIGNO"))
        for _ in range(2):
            self.good(d.ask("rename", container, "web"))
            self.good(d.ask("policy", container, "on-failure:3"))
        for what in (("containers", "live"), ("containers", "none", "web")):
            state = self.good(d.ask(*what))
            self.assertIn(f"{container} web running health=2 image={self.image} policy=on-failure:3 restarts=0 oom=false exit=0", state)
        self.assertEqual(self.good(d.ask("containers", "none")), "")
        self.good(d.ask("remove_image", self.image))  # in use: it stays
        self.assertIn(self.image, self.good(d.ask("images")))
        for _ in range(2):
            self.good(d.ask("stop", container, 0.5))
        self.assertIn("exit=137", self.good(d.ask("inspect", container)))
        self.bad(EXISTS, "not running", d.ask("signal", container, "SIGUSR1"))
        for _ in range(2):
            self.good(d.ask("remove", container))
        self.bad(NOT_FOUND, "No such container", d.ask("inspect", container))
        for _ in range(2):
            self.good(d.ask("remove_image", self.image))
        self.assertNotIn(self.image, self.good(d.ask("images")))

        self.assertEqual(self.good(d.ask("put_note", "lock", "a")), "lock owner=a test.kind=note")
        self.assertEqual(self.good(d.ask("put_note", "lock", "b")), "lock owner=a test.kind=note")
        self.assertEqual(self.good(d.ask("notes", "test.kind=note")), "lock owner=a test.kind=note;")
        for _ in range(2):
            self.good(d.ask("remove_note", "lock"))
        self.assertEqual(self.good(d.ask("notes", "test.kind=note")), "")

        page = f"http://127.0.0.1:{self.page_port}"
        for _ in range(2):
            self.assertEqual(self.good(d.ask("get", page + "/a?b")), f"200 GET /a?b yes 127.0.0.1:{self.page_port} ")
        self.assertEqual(self.good(d.ask("get", page + "/sick")).split()[0], "503")
        self.good(d.ask("post", page + "/mark", '{"a":1}'))
        self.bad(INVALID, "answers 503", d.ask("post", page + "/sick", "{}"))
        self.good(d.ask("tcp", f"127.0.0.1:{self.page_port}"))
        nobody = free_port()
        self.bad(UNAVAILABLE, str(nobody), d.ask("tcp", f"127.0.0.1:{nobody}"))
        self.bad(UNAVAILABLE, str(nobody), d.ask("get", f"http://127.0.0.1:{nobody}/"))
        self.assertEqual(self.good(d.ask("get", page + "/b")).split()[0], "200")
        for url in (page, f"tcp://127.0.0.1:{self.page_port}", f"unix://{self.host.socket}"):
            for _ in range(2):
                self.assertEqual(bool(self.good(d.ask("tunnel", url))), through, url)
        if through:
            socket = self.good(d.ask("tunnel", f"unix://{self.host.socket}"))
            self.assertEqual(run("curl", "-s", "--unix-socket", socket, "http://docker/_ping"), "OK")

    def test_thirty_connections_at_once(self):
        """In two processes, against a MaxStartups that begins to refuse at ten; one connection a host, whatever is asked."""
        entry = [f"{key}={value}" for key, value in self.ways["ssh"].items()]
        both = [subprocess.Popen([BIN / "deployer_host_driver", *entry, "many=30"], stdout=subprocess.PIPE, text=True) for _ in range(2)]
        for each in both:
            self.assertEqual(each.communicate(timeout=LIMIT)[0].strip(), "ok\t30 of 30")

    def test_who_is_turned_away_comes_again(self):
        port = free_port()
        sshd = self.start_sshd(port, "sshd_full", "MaxStartups 1:90:2\n")
        self.addCleanup(sshd.kill)
        config = self.ssh_config("full_config", Port=port, StrictHostKeyChecking="no", UserKnownHostsFile="/dev/null")
        done = run(BIN / "deployer_host_driver", "url=ssh://web1", f"ssh_config={config}", f"socket={self.host.socket}", "many=8")
        self.assertEqual(done.strip(), "ok\t8 of 8")
        self.assertIn("MaxStartups", sshd.tail(), "nobody was turned away: the test shows nothing")

    def test_what_ssh_cannot_do_is_told_with_advice(self):
        self.known_hosts("wrong_key", "changed")
        cases = [
            ("wrong key", {"IdentityFile": self.dir / "wrong_key"}, PERMISSION, "accepts none of our keys"),
            ("unknown host", {"UserKnownHostsFile": "/dev/null", "StrictHostKeyChecking": "ask"}, PERMISSION, "run `ssh web1` once"),
            ("changed host", {"UserKnownHostsFile": self.dir / "changed"}, PERMISSION, "another than before"),
            ("nobody there", {"Port": free_port()}, UNAVAILABLE, "no sshd listens there"),
            ("no such name", {"HostName": "no-such-host.invalid"}, NOT_FOUND, "there is no such host"),
            ("bad option", {"NoSuchOption": "yes"}, INVALID, "ssh's configuration"),
        ]
        for name, changes, code, words in cases:
            with self.subTest(name):
                driver = self.driver(good=False, ssh_config=self.ssh_config("bad_config", **changes))
                self.bad(code, words, driver.connected)
        for name, changes, code, words in [
                ("no configuration", {"ssh_config": "/nowhere/config"}, INVALID, "ssh's configuration"),
                ("no Docker", {"socket": "/nowhere/docker.sock"}, UNAVAILABLE, "its /nowhere/docker.sock cannot be opened"),
                ("an option in the name", {"url": "ssh://-oProxyCommand=x"}, INVALID, "")]:
            with self.subTest(name):
                answer = self.driver(good=False, **changes).connected
                self.assertEqual(answer[0], code, answer[1])
                self.assertIn(words, answer[1])

    def test_a_connection_that_is_open_is_joined(self):
        """As ssh does by ControlPath; afterwards it is as it was before."""
        control = self.dir / "master"
        config = self.ssh_config("master_config", ControlPath=control, RemoteCommand="none", ClearAllForwardings="yes")
        words = ["ssh", "-F", config]
        master = Process([*words, "-M", "-N", "web1"], self.dir / "master.log")
        self.addCleanup(master.kill)
        wait_until("the connection is open", control.exists, why=master.tail)
        sessions = len(children(self.sshd.child.pid))
        d = self.driver(ssh_config=config)
        self.good(d.ask("images"))
        self.good(d.ask("tcp", f"127.0.0.1:{self.page_port}"))
        socket = self.good(d.ask("tunnel", f"unix://{self.host.socket}"))
        self.assertEqual(run("curl", "-s", "--unix-socket", socket, "http://docker/_ping"), "OK")
        self.assertEqual((len(children(self.sshd.child.pid)), children(d.child.pid)), (sessions, []), "a connection of its own")
        self.bad(UNAVAILABLE, "refuses connections", d.ask("tcp", f"127.0.0.1:{free_port()}"))
        d.close()
        listening = [line for line in Path("/proc/net/unix").read_text().splitlines() if str(self.dir / "tmp") in line]
        self.assertEqual(listening, [], "forwards are left")
        run(*words, "-O", "check", "web1")  # it stays

        # One that does not answer is left.
        d = self.driver(ssh_config=config)
        master.child.send_signal(signal.SIGSTOP)
        self.good(d.ask("images"))
        self.assertEqual(len(children(d.child.pid)), 1)
        other = self.driver(ssh_config=config)
        self.assertEqual(len(children(other.child.pid)), 1)
        master.child.send_signal(signal.SIGCONT)

        # One that is closed in the middle.
        d = self.driver(ssh_config=config)
        self.assertEqual(children(d.child.pid), [])
        run(*words, "-O", "exit", "web1")
        self.good(d.ask("images"))
        self.assertEqual(len(children(d.child.pid)), 1)

        # One that cannot reach Docker there tells what one of our own would.
        master = Process([*words, "-M", "-N", "web1"], self.dir / "master2.log")
        self.addCleanup(master.kill)
        wait_until("the connection is open", control.exists, why=master.tail)
        self.bad(UNAVAILABLE, "its /nowhere/docker.sock cannot be opened", self.driver(good=False, ssh_config=config, socket="/nowhere/docker.sock").connected)

    def test_an_sshd_that_forbids_forwarding(self):
        port = free_port()
        sshd = self.start_sshd(port, "sshd_strict", "AllowStreamLocalForwarding no\n")
        self.addCleanup(sshd.kill)
        config = self.ssh_config("strict_config", Port=port, StrictHostKeyChecking="no", UserKnownHostsFile="/dev/null")
        self.bad(UNAVAILABLE, "AllowStreamLocalForwarding", self.driver(good=False, ssh_config=config).connected)

    def test_certificates(self):
        for name, changes, words in [("no certificate", {"cert": "", "key": ""}, "certificate"),
                                     ("another authority", {"ca": self.dir / "client.pem"}, "certificate"),
                                     ("no key", {"key": "/nowhere"}, "/nowhere")]:
            with self.subTest(name):
                code, message = self.driver("tls", good=False, **changes).connected
                self.assertEqual(code, PERMISSION, message)
                self.assertIn(words, message)

    def test_a_connection_that_is_killed_is_opened_again(self):
        d = self.driver()
        self.good(d.ask("images"))
        self.assertEqual(len(children(d.child.pid)), 1, "one ssh a host")
        for session in children(self.sshd.child.pid):
            os.kill(session, signal.SIGKILL)
        self.good(d.ask("images"))
        # In the middle of a call: the daemon goes on with it, and the second attempt finds it done.
        self.good(d.ask("pull", self.image, 60, *self.login))
        container = self.good(d.ask("create", "stubborn", self.body("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done")))
        self.good(d.ask("start", container))
        d.send("stop", container, 3)
        time.sleep(1)
        for session in children(self.sshd.child.pid):
            os.kill(session, signal.SIGKILL)
        self.good(d.read())
        self.assertIn("exited", self.good(d.ask("inspect", container)))
        self.good(d.ask("remove", container))
        # All of sshd, for a second.
        self.sshd.kill()
        for session in children(os.getpid()) + children(1):
            if Path(f"/proc/{session}/comm").read_text().strip() == "sshd":
                os.kill(session, signal.SIGKILL)
        d.send("images")
        time.sleep(1)
        self.sshd.start()
        self.good(d.read())

    def test_a_daemon_that_restarts_is_waited_for(self):
        for way in self.ways:
            with self.subTest(way):
                d = self.driver(way)
                self.host.daemon.stop(60)
                d.send("images")
                self.host.daemon.start()
                self.good(d.read())
                self.host.ready()

    def test_a_daemon_that_stays_away_is_an_error_in_time(self):
        drivers = [self.driver(way) for way in self.ways]
        self.host.daemon.stop(60)
        try:
            for driver in drivers:
                driver.send("images")
            begun = time.monotonic()
            for driver in drivers:
                code, message = driver.read()
                self.assertEqual(code, UNAVAILABLE, message)
            self.assertLess(time.monotonic() - begun, 20)
        finally:
            self.host.daemon.start()
            self.host.ready()

    def test_registries(self):
        d = self.driver()
        name, digest = self.image.split("@")
        self.good(d.ask("remove_image", self.image))
        missing = f"{name}@sha256:{'1' * 64}"
        dead = f"127.0.0.1:{free_port()}/box@{digest}"
        for image, login, code, words in [
                (missing, self.login, NOT_FOUND, "manifest unknown"),
                (self.image, (self.registry_name, USER, "wrong"), PERMISSION, "unauthorized"),
                (self.image, (), PERMISSION, "no basic auth credentials"),
                (dead, (), UNAVAILABLE, "refused")]:
            for call in (("ask", image), ("pull", image, 30)):
                with self.subTest(call=call, login=login):
                    self.bad(code, words, d.ask(*call, *login))
        self.bad(NOT_FOUND, "", d.ask("ask", f"{name}:none", *self.login))

    def test_of_many_who_put_a_note_one_has_put_it(self):
        drivers = [self.driver("unix") for _ in range(8)]
        for number, driver in enumerate(drivers):
            driver.send("put_note", "race", f"owner{number}")
        answers = {self.good(driver.read()) for driver in drivers}
        self.good(drivers[0].ask("remove_note", "race"))
        self.assertEqual(len(answers), 1, answers)

    def test_one_that_is_killed_leaves_nothing_for_long(self):
        d = self.driver()
        (ssh,) = children(d.child.pid)
        d.child.kill()
        wait_until("its ssh has ended", lambda: not Path(f"/proc/{ssh}").exists() or ") Z" in Path(f"/proc/{ssh}/stat").read_text())
        self.driver().close()
        self.assertEqual(list((self.dir / "tmp").iterdir()), [])


if __name__ == "__main__":
    inside_namespaces()
    unittest.main(verbosity=2)
