#!/usr/bin/env python3
"""A sink that is dead, slow, resets, answers nonsense, refuses, or never answers: memory stays flat, the spool fills, and when
it is back it has every line, once where it had not taken it before."""
import unittest
from pathlib import Path

from faults import BIN, MEMORY, FaultTest, Receiver, Shipper, free_port, resident, wait_until

LINES, SIZE = 40_000, 400  # one load; 16 MB, twice what the spool keeps in memory
BATCH = 200_000  # bytes of a request
SINK = {"retry_min": "20ms", "retry_max": "200ms", "timeout": "500ms", "batch_size": f"{BATCH}B"}


class BadSink(FaultTest):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.source = f'sources:\n  - {{type: syslog, listen: "tcp://127.0.0.1:{self.port}"}}\n'
        self.loads = 0

    def load(self, ours: Shipper) -> None:
        """LINES more lines are in the spool afterwards."""
        sender = self.start(BIN / "loadgen", "--to", f"tcp://127.0.0.1:{self.port}", "--count", LINES, "--size", SIZE, "--first",
                            self.loads * LINES, name="loadgen")
        self.loads += 1
        self.assertEqual(sender.child.wait(60), 0, sender.tail())
        wait_until("they are in the spool", lambda: ours.status()["spooled_events"] == self.loads * LINES, why=lambda: str(ours.status()))

    def spool_fills_memory_does_not(self, ours: Shipper, taken: int = 0) -> dict:
        """Three loads while the sink takes nothing, or `taken` lines."""
        self.load(ours)
        before = resident(ours)
        self.load(ours)
        self.load(ours)
        status = ours.status()
        self.check_sum(status)
        self.assertLess(resident(ours) - before, MEMORY / 8, "memory grows with what waits")
        self.assertLess(resident(ours), MEMORY)
        self.assertGreater(status["spool"]["bytes"], (3 * LINES - taken) * SIZE)
        self.assertGreaterEqual(status["sinks"][0]["backlog"], 3 * LINES - taken)
        self.assertGreater(status["sinks"][0]["retries"], 0)
        self.assertTrue(status["sinks"][0]["last_error"])
        self.assertEqual(status["spool"]["stalled"], "")
        self.assertIsNotNone(ours.get("/readyz"))
        return status

    def all_arrives(self, ours: Shipper, into: Receiver, duplicates: int = 0) -> None:
        wait_until("all arrived", lambda: into.unique() == self.loads * LINES, why=lambda: f"{into.report()} {ours.status()}")
        status = self.settled(ours)
        self.assertEqual((status["sinks"][0]["state"], status["sinks"][0]["dead_lettered"]), ("ok", 0))
        self.assertLessEqual(into.duplicates(), duplicates)
        wait_until("the spool is small again", lambda: ours.status()["spool"]["segments"] <= 2, why=lambda: str(ours.status()))

    def start_bad(self, mode: str) -> tuple[Receiver, Shipper]:
        into = self.receiver()
        into.set_mode(mode)
        return into, self.shipper("spool: {segment_size: 4MiB}\n" + self.source + self.loggly(into, **SINK))

    def test_what_was_never_taken_arrives_once(self):
        for mode in ("503", "429:1", "reset", "html200", "half", "never", "stall", "403:1"):
            with self.subTest(mode=mode):
                into, ours = self.start_bad(mode)
                status = self.spool_fills_memory_does_not(ours)
                self.assertEqual(status["sinks"][0]["state"], "held" if mode == "403:1" else "retrying")
                into.set_mode("ok")
                self.all_arrives(ours, into)
                self.assertEqual(ours.stop(), 0)
                self.doCleanups()
                self.setUp()

    def test_nobody_listens_for_a_while(self):
        port = free_port()
        ours = self.shipper("spool: {segment_size: 4MiB}\n" + self.source + f'sinks:\n  - {{type: loggly, url: "http://127.0.0.1:{port}", '
                            'token: "env:LOGGLY_TOKEN", retry_min: 20ms, retry_max: 200ms}\n')
        self.spool_fills_memory_does_not(ours)
        self.all_arrives(ours, self.receiver(port=port))

    def test_slow_to_answer_it_gets_again_only_what_was_under_way(self):
        into, ours = self.start_bad("slow:1500")  # it takes the lines, and says so when shipper has given up
        self.spool_fills_memory_does_not(ours, LINES // 4)
        in_flight = ours.status()["sinks"][0]["retries"] + 4
        into.set_mode("ok")
        self.all_arrives(ours, into, in_flight * BATCH // SIZE)

    def test_larger_bodies_than_it_takes_are_halved(self):
        into, ours = self.start_bad("over:20000")
        self.load(ours)
        self.all_arrives(ours, into)

    def test_one_event_that_it_refuses_goes_to_the_dead_letters(self):
        into, ours = self.start_bad("poison:seq=000000012345")
        self.load(ours)
        wait_until("all others arrived", lambda: into.unique() == LINES - 1, why=lambda: f"{into.report()} {ours.status()}")
        status = self.settled(ours)
        self.assertEqual((status["sinks"][0]["dead_lettered"], into.duplicates()), (1, 0))
        letters = [file.read_text() for file in Path(self.dir, "data/dead-letters").rglob("*") if file.is_file()]
        self.assertEqual("".join(letters).count("seq=000000012345"), 1, letters)

    def test_a_sink_in_trouble_never_slows_another(self):
        for mode in ("dead", "never", "slow:300", "stall", "403"):
            with self.subTest(mode=mode):
                good = self.receiver()
                (self.dir / "bad").mkdir()
                bad = Receiver(BIN.parent, self.dir / "bad", keep=True)
                self.addCleanup(bad.stop)
                url = f"http://127.0.0.1:{free_port() if mode == 'dead' else bad.http_port}"
                if mode != "dead":
                    bad.set_mode(mode)
                ours = self.shipper(self.source + self.loggly(good, **SINK) + f'  - {{type: http, name: bad, url: "{url}", '
                                    + ", ".join(f"{key}: {value}" for key, value in SINK.items()) + "}\n")
                for load in range(1, 4):
                    self.load(ours)
                    wait_until("the good one has it", lambda: good.unique() == load * LINES, 2, lambda: str(ours.status()))
                sinks = {sink["name"]: sink for sink in ours.status()["sinks"]}
                self.assertGreater(sinks["bad"]["backlog"], 2 * LINES)
                self.assertEqual((sinks["loggly"]["state"], good.duplicates()), ("ok", 0))
                self.assertLess(resident(ours), MEMORY)
                self.doCleanups()
                self.setUp()


if __name__ == "__main__":
    unittest.main()
