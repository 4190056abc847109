"""Alerts survive kill -9 at any moment: each opens exactly once and closes exactly once per episode, in order.

That holds at services that know an alert by its alias (OpsGenie, PagerDuty) or that know what they have had already (the
webhook of the receiver); a file gets every change at least once. The receiver misbehaves meanwhile.
"""
import collections
import json
import os
import random
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

BIN = Path(os.environ.get("LONGSHORE_BIN") or Path(__file__).resolve().parents[2] / "build/dev/bin").resolve()
ALERTS, EPISODES, KILLS, LIMIT = 20, 3, 25, 50  # seconds
MODES = ["ok", "503*5", "half*5", "reset*5", "429:1*1", "pending:1", "ok", "500*3"]


class Kill(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.receiver = subprocess.Popen([BIN / "alert_receiver", "--quiet", "--out", self.folder / "seen"], stdout=subprocess.PIPE)
        self.addCleanup(self.end_receiver)
        self.url = f"http://127.0.0.1:{json.loads(self.receiver.stdout.readline())['port']}"

    def end_receiver(self):
        self.receiver.send_signal(signal.SIGTERM)
        self.assertEqual(self.receiver.wait(10), 0)
        self.receiver.stdout.close()

    def mode(self, mode):
        urllib.request.urlopen(urllib.request.Request(self.url + "/mode", mode.encode(), method="PUT"), timeout=10).close()

    def submitter(self):
        return subprocess.Popen([BIN / "alert_submitter", self.folder / "alerts", self.url, str(ALERTS), str(EPISODES)])

    def histories(self):
        """What had an effect at each service on each alias; notes and updates left out."""
        histories = collections.defaultdict(list)
        for line in (self.folder / "seen").read_text().splitlines():
            seen = json.loads(line)
            if seen["effect"] and seen["what"] in ("open", "close"):
                histories[seen["service"], seen["alias"]].append(seen["what"])
        return histories

    def test_each_alert_opens_once_and_closes_once_per_episode(self):
        seed = int(os.environ.get("LONGSHORE_SEED", time.time()))
        print("LONGSHORE_SEED =", seed, flush=True)
        chance, end, killed = random.Random(seed), time.monotonic() + LIMIT, 0
        while True:
            self.mode(chance.choice(MODES) if killed < KILLS else "ok")
            process = self.submitter()
            try:
                code = process.wait(chance.uniform(0.01, 0.6) if killed < KILLS else max(1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                self.assertLess(time.monotonic(), end, "the last one was not done in time")
                killed += 1
                continue
            if code == 0:
                break
            self.assertIn(code, (75,), "75: some sink was in trouble, and alerts wait")
            self.assertLess(time.monotonic(), end)
        self.assertGreater(killed, 3)
        histories = self.histories()
        self.assertEqual(len(histories), 3 * ALERTS)
        for key, history in histories.items():
            self.assertEqual(history, ["open", "close"] * EPISODES, key)
        lines = [json.loads(line) for line in (self.folder / "alerts/alerts.jsonl").read_text().splitlines() if line.endswith("}")]
        told = {(line["episode"], line["kind"]) for line in lines}
        for alert in range(ALERTS):
            for episode in range(EPISODES):
                for kind in ("open", "close"):
                    self.assertIn((f"kill|{alert}@{episode}", kind), told)


if __name__ == "__main__":
    unittest.main()
