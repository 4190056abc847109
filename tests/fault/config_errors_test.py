#!/usr/bin/env python3
"""A wrong configuration: one clear message with its place, exit 78 (69 for what is in use), nothing made, nothing lost."""
import os
import signal
import socket
import subprocess
import unittest
from itertools import zip_longest

from faults import BIN, FaultTest, Receiver, free_port, source, syslog_line, wait_until

AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
SINK = "sinks:\n  - {type: stdout}\n"


class ConfigErrors(FaultTest):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.source = f'sources:\n  - {{type: syslog, listen: "tcp://127.0.0.1:{self.port}"}}\n'
        self.head = f"data_dir: {self.dir}/data\nadmin: 127.0.0.1:{free_port()}\n"

    def refused(self, config: str, *told: str, before: tuple = ()) -> None:
        """Run and check answer alike: exit 78, and a line for each of `told`. Each ^ in the configuration is taken out; it shows
        the place that one of them names, in this order."""
        places = []
        for number, line in enumerate(config.splitlines(), 1):
            while (at := line.find("^")) >= 0:
                line = line[:at] + line[at + 1:]
                places.append(f"shipper.yaml:{number}:{at + 1}: ")
        (self.dir / "shipper.yaml").write_text(config.replace("^", ""))
        there = sorted(os.listdir(self.dir))
        for command in ("run", "check"):
            with self.subTest(command=command, told=told):
                done = subprocess.run([*before, BIN / "shipper", command, "--config", "shipper.yaml"], cwd=self.dir, timeout=30,
                                      capture_output=True, text=True, check=False)
                self.assertEqual(done.stdout, "")
                self.assertEqual(done.stderr.splitlines(), [place + text for place, text in zip_longest(places, told, fillvalue="")])
                self.assertEqual(done.returncode, 78)
                if places:
                    self.assertEqual(sorted(os.listdir(self.dir)), there, "something was made")

    def test_what_is_wrong_in_the_file_is_told_with_its_place(self):
        good = self.head + self.source
        http = f"{good}sinks:\n  - {{type: http, url: 'http://127.0.0.1:1', "
        loggly = http.replace("http,", "loggly,")
        secret = self.dir / "secret"
        secret.write_text("x")
        secret.chmod(0)
        for config, *told in (
                (f'{self.head}sources:\n  - {{type: syslog, ^lisen: "tcp://127.0.0.1:{self.port}"}}\n{SINK}',
                 'sources[0]: unknown option "lisen", did you mean "listen"?'),
                (f"^dat_dir: {self.dir}/data\n{self.source}{SINK}", 'unknown option "dat_dir", did you mean "data_dir"?'),
                (f"{good}spool: {{max_size: ^4}}\n{SINK}", 'spool.max_size: "4" needs a unit, e.g. "4MiB"'),
                (f"{good}spool: {{max_size: ^4GBit}}\n{SINK}", 'spool.max_size: "4GBit" has an unknown unit "GBit" (B, kB, MB, GB, KiB, MiB, GiB)'),
                (http + "timeout: ^30}\n", 'sinks[0].timeout: "30" needs a unit, e.g. "30s"'),
                (loggly + f"token_file: ^{self.dir}/none}}\n",
                 f"sinks[0].token_file: read secret {self.dir}/none: No such file or directory"),
                (loggly + "token: ^'env:NO_SUCH_TOKEN'}\n",
                 "sinks[0].token: the environment has no NO_SUCH_TOKEN: set it, or name a file"),
                (loggly + "token: ^sesame}\n", "sinks[0].token: "
                 "a secret must not stand in this file: write token_file: PATH, or token: env:NAME"),
                (f"{good}sinks: [{{type: stdout}}\n^", "end of sequence flow not found"),
                (f"{good}sinks:\n\t^- {{type: stdout}}\n", "illegal block entry"),
                (f"{good}sinks:\n  - {{type: ^logly}}\n", 'sinks[0].type: unknown type "logly", did you mean "loggly"?'),
                (f"{good}sinks:\n  - {{type: stdout, name: a}}\n  - {{type: stdout, name: ^a}}\n",
                 'sinks[1].name: "a" is the name of another one already'),
                (f"{self.head}sources:\n  - {{type: file, paths: [/tmp/*.x], multiline: {{start: ^'('}}}}\n{SINK}",
                 'sources[0].multiline.start: "(" is not a pattern: missing ): ('),
                (f"{good}{SINK}^rulez: 1\nspool: {{max_size: ^5}}\n",  # all at once, in the order of the file
                 'unknown option "rulez", did you mean "rules"?', 'spool.max_size: "5" needs a unit, e.g. "5MiB"')):
            self.refused(config, *told)
        self.refused(loggly + f"token_file: ^{secret}}}\n", f"sinks[0].token_file: read secret {secret}: Permission denied",
                     before=AS_NOBODY)

    def test_what_the_host_refuses_is_told_with_what_to_do(self):
        (self.dir / "file").write_text("")
        closed = self.dir / "closed"
        closed.mkdir(mode=0o755)
        self.refused(f'{self.head}sources:\n  - {{type: syslog, listen: "unix-dgram://{self.dir}/none/s"}}\n{SINK}',
                     f"unix-dgram://{self.dir}/none/s: its folder does not exist; create it")
        self.refused(f"data_dir: {self.dir}/file\n{self.source}{SINK}", f"mkdir {self.dir}/file/spool: {self.dir}/file is not a folder")
        self.refused(f"data_dir: {closed}\n{self.source}{SINK}", f"mkdir {closed}/spool: Permission denied",
                     before=AS_NOBODY)
        self.assertEqual(os.listdir(closed), [])
        missing = subprocess.run([BIN / "shipper", "run", "--config", self.dir / "none.yaml"], capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual((missing.returncode, missing.stderr), (78, f"read configuration {self.dir}/none.yaml: No such file or directory\n"))

    def test_what_is_in_use_is_named_and_stays_with_its_owner(self):
        in_use = "address in use: another process listens there"
        find = " (find it with ss -lntup)"
        sources = self.source + f'  - {{type: syslog, listen: "udp://127.0.0.1:{self.port}"}}\n  - {{type: syslog, listen: "unix-dgram://{self.dir}/s"}}\n'
        owner = self.shipper(sources + SINK)
        other = self.dir / "other"
        other.mkdir()

        def refused(admin: str, data: str, listen: str, told: str) -> None:
            file = other / "shipper.yaml"
            file.write_text(f'data_dir: {data}\nadmin: {admin}\nsources:\n  - {{type: syslog, listen: "{listen}"}}\n{SINK}')
            done = subprocess.run([BIN / "shipper", "run", "--config", file], capture_output=True, text=True, timeout=30, check=False)
            self.assertEqual((done.stdout, done.stderr, done.returncode), ("", told + "\n", 69))
        admin, free = f"127.0.0.1:{free_port()}", f"tcp://127.0.0.1:{free_port()}"
        for listen in (f"tcp://127.0.0.1:{self.port}", f"udp://127.0.0.1:{self.port}"):
            refused(admin, f"{other}/data", listen, f"{listen}: {in_use}{find}")
        refused(admin, f"{other}/data", f"unix-dgram://{self.dir}/s", f"unix-dgram://{self.dir}/s: {in_use}")
        refused(owner.admin, f"{other}/data", free, f"tcp://{owner.admin}: {in_use}{find}")
        refused(admin, f"{self.dir}/data", free, f"lock {self.dir}/data/spool/lock: another process holds it; stop it, or use another folder")
        with socket.create_connection(("127.0.0.1", self.port)) as sender:
            sender.sendall(syslog_line(1))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(syslog_line(2), f"{self.dir}/s")
        wait_until("the owner still works", lambda: owner.status()["spooled_events"] == 2, why=owner.tail)


class Reload(FaultTest):
    def setUp(self):
        super().setUp()
        self.into, self.port, self.second = self.receiver(), free_port(), free_port()
        self.first = f'sources:\n  - {{type: syslog, name: first, listen: "tcp://127.0.0.1:{self.port}"}}\n'
        self.sinks = self.loggly(self.into)
        self.ours = self.shipper(self.first + self.sinks)
        self.head = "".join(self.ours.config.read_text().splitlines(True)[:2])
        self.sender = socket.create_connection(("127.0.0.1", self.port))
        self.addCleanup(self.sender.close)
        self.sent = 0
        self.still_arrives()

    def still_arrives(self, sender: socket.socket | None = None) -> None:
        (sender or self.sender).sendall(syslog_line(self.sent))
        self.sent += 1
        wait_until("the line arrived", lambda: self.into.unique() == self.sent, why=self.ours.tail)

    def said(self, text: str, times: int = 1) -> None:
        wait_until(f"it says {text!r} {times} times", lambda: self.ours.log.read_text().count(text) >= times, why=self.ours.tail)

    def write(self, config: str) -> None:
        """As a careful editor does: in one step."""
        new = self.dir / "new.yaml"
        new.write_text(self.head + config)
        new.rename(self.ours.config)

    def test_a_bad_new_configuration_keeps_the_old_one_running(self):
        self.write(self.first + "sinks:\n  - {type: logly}\n")
        self.said('sinks[0].type: unknown type')  # it watches the file
        self.assertIn(f"{self.ours.config}:6:12: ", self.ours.log.read_text())
        self.still_arrives()
        for times in range(2, 5):
            self.ours.child.send_signal(signal.SIGHUP)
            self.said("the new configuration is not used, the old one stays", times)
            self.still_arrives()
        self.assertTrue(self.ours.alive())

    def test_a_good_one_keeps_connections_and_counters_of_sources_that_did_not_change(self):
        peer = self.sender.getsockname()
        for by_signal, listen in ((False, self.second), (True, free_port())):
            self.write(self.first + f'  - {{type: syslog, name: more, listen: "tcp://127.0.0.1:{listen}"}}\n' + self.sinks)
            if by_signal:
                self.ours.child.send_signal(signal.SIGHUP)
            with wait_until("the new source listens", lambda: self.connect(listen), why=self.ours.tail) as more:
                self.still_arrives(more)
            self.still_arrives()
            self.assertEqual(self.sender.getsockname(), peer)
            self.assertEqual(source(self.ours.status(), "first")["gauges"]["connections"], 1)
        self.write(self.first + self.sinks)
        self.ours.child.send_signal(signal.SIGHUP)
        wait_until("the second source is gone", lambda: not self.connect(listen))
        self.still_arrives()
        self.check_sum(self.ours.status())
        self.assertEqual(sum(s["received"] for s in self.ours.status()["sources"]), self.sent)
        self.assertEqual(self.into.duplicates(), 0)

    def test_a_port_in_use_leaves_out_that_source_alone_until_it_is_free(self):
        with socket.socket() as owner:
            owner.bind(("127.0.0.1", self.second))
            owner.listen()
            both = self.first + f'  - {{type: syslog, name: more, listen: "tcp://127.0.0.1:{self.second}"}}\n' + self.sinks
            self.write(both)
            self.said("address in use")
            self.still_arrives()
        self.ours.child.send_signal(signal.SIGHUP)
        with wait_until("the source listens", lambda: self.connect(self.second), why=self.ours.tail) as more:
            self.still_arrives(more)
        self.still_arrives()

    def test_a_sink_that_changes_goes_on_where_it_was(self):
        """What waits for a sink when its address is changed is delivered to the new one."""
        self.into.set_mode("503")
        for _ in range(100):
            self.sender.sendall(syslog_line(self.sent))
            self.sent += 1
        wait_until("the sink is in trouble", lambda: self.ours.status()["sinks"][0]["backlog"] == 100, why=self.ours.tail)
        other = self.dir / "other"
        other.mkdir()
        second = Receiver(BIN.parent, other, keep=True)
        self.addCleanup(second.stop)
        self.write(self.first + self.loggly(second))
        wait_until("the rest arrived", lambda: second.unique() == 100, why=self.ours.tail)
        self.assertEqual((self.into.unique(), second.duplicates()), (1, 0))

    def connect(self, port: int):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            return None


if __name__ == "__main__":
    unittest.main()
