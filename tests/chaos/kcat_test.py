#!/usr/bin/python3
"""A running daemon hears of an outage from a standard Kafka client: how soon can another one read the alert?

kcat produces Alertmanager payloads; a second kcat, which reads committed records only, waits for the alerts. Measured
from the stamp that the producing kcat gave its record to the moment at which the alert has been read.

  scripts/kafka with tests/chaos/kcat_test.py --daemon FILE

Checked: the alerts are there within a second (the median of five; all are printed), once, as JSON, with the attributes
of CloudEvents as headers; the same payload again makes no second alert.
"""
import argparse
import datetime
import json
import os
import pathlib
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True  # No file is left in the tree.
sys.path.insert(0, str(HERE))
import harness  # noqa: E402
import region  # noqa: E402

TOPIC = "monitoring.alertmanager"
SERVICES = [f"svc-{number}" for number in range(7)]
LIMIT_MS = 1000
# A test that waits longer than this has failed.
PATIENCE = 60
OPTIONS = argparse.Namespace()


class Consumer:
    """kcat, reading committed records as they come."""

    def __init__(self, bootstrap, topic):
        self.records = queue.Queue()
        self.process = subprocess.Popen(
            ["kcat", "-C", "-q", "-u", "-J", "-b", bootstrap, "-t", topic, "-o", "beginning",
             "-X", "isolation.level=read_committed", "-X", "fetch.wait.max.ms=20"], stdout=subprocess.PIPE)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.records.put((time.time(), json.loads(line)))

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Kcat(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="avbrottsvakt-kcat-")
        self.addCleanup(temporary.cleanup)
        directory = pathlib.Path(temporary.name)
        self.bootstrap = os.environ["AVBROTTSVAKT_KAFKA_BOOTSTRAP"]
        harness.make_topic(self.bootstrap, TOPIC)
        config = region.write(directory, SERVICES, 0, f"{{kafka: {{topic: {TOPIC}}}}}")
        arguments = ["--config", str(config), "--journal", f"kafka:{self.bootstrap}"]
        subprocess.run([OPTIONS.daemon, "topics", "--create", *arguments], check=True, stdout=subprocess.DEVNULL)
        self.daemon = harness.Daemon("kcat", [OPTIONS.daemon, "run", *arguments], directory)
        self.addCleanup(self.daemon.log.close)
        self.addCleanup(self.daemon.kill)
        self.daemon.start()
        self.assertTrue(self.daemon.await_ready(), self.daemon.tail())
        self.alerts = Consumer(self.bootstrap, "avbrottsvakt.alerts")
        self.addCleanup(self.alerts.close)

    def produce(self, payload):
        subprocess.run(["kcat", "-P", "-q", "-b", self.bootstrap, "-t", TOPIC], input=payload.encode() + b"\n",
                       check=True, timeout=PATIENCE)

    def produced_at(self):
        """The stamps of the source's records, in seconds."""
        result = subprocess.run(["kcat", "-C", "-q", "-e", "-J", "-b", self.bootstrap, "-t", TOPIC, "-o", "beginning"],
                                check=True, stdout=subprocess.PIPE, timeout=PATIENCE)
        return [json.loads(line)["ts"] / 1000 for line in result.stdout.splitlines()]

    def next_alert(self):
        try:
            return self.alerts.records.get(timeout=PATIENCE)
        except queue.Empty:
            self.fail(f"no alert within {PATIENCE} s:\n{self.daemon.tail()}")

    def test_alert_within_a_second_once(self):
        payloads, read_at, alerts = [], [], []
        # The first shows that the daemon has caught up; from then on it is a running one.
        for number in range(6):
            began = datetime.datetime.now(datetime.timezone.utc)
            payloads.append(region.payload(region.alert(number, SERVICES[number], began)))
            self.produce(payloads[number])
            when, alert = self.next_alert()
            read_at.append(when)
            alerts.append(alert)
        produced_at = self.produced_at()
        # Between the two lies the stamp that the log gave to what the daemon read: the alert was said then.
        said_at = [datetime.datetime.fromisoformat(json.loads(alert["payload"])["header"]["at"]).timestamp()
                   for alert in alerts]
        elapsed = [round((when - stamp) * 1000) for when, stamp in zip(read_at, produced_at)][1:]
        logged = [round((when - stamp) * 1000) for when, stamp in zip(said_at, produced_at)][1:]
        print(f"produced to readable: {elapsed} ms, median {statistics.median(elapsed)} ms "
              f"(produced to the stamp in the log: {logged} ms)", flush=True)
        self.assertLess(statistics.median(elapsed), LIMIT_MS)

        # The same payloads again; then one more outage, behind which a second alert would have to stand.
        for payload in payloads:
            self.produce(payload)
        began = datetime.datetime.now(datetime.timezone.utc)
        self.produce(region.payload(region.alert(6, SERVICES[6], began)))
        alerts.append(self.next_alert()[1])

        for service, record in zip(SERVICES, alerts):
            headers = dict(zip(record["headers"][::2], record["headers"][1::2]))
            alert = json.loads(record["payload"])
            with self.subTest(service):
                self.assertEqual([(entry["reason"], entry["subject"]["id"]) for entry in alert["entries"]
                                  if entry["reason"] == "opened"], [("opened", service)])
                self.assertEqual(alert["header"]["sequence"], 1)
                self.assertEqual(headers["content-type"], "application/json")
                self.assertEqual(headers["ce_specversion"], "1.0")
                self.assertEqual(headers["ce_type"], "se.avbrottsvakt.alert.v1")
                self.assertEqual(headers["ce_source"], "/avbrottsvakt/region")
                self.assertEqual(headers["ce_id"], alert["header"]["id"])
                self.assertEqual(headers["ce_time"], alert["header"]["at"])
                self.assertEqual(headers["ce_subject"], alert["header"]["incident"])
        self.assertEqual(len({record["key"] for record in alerts}), len(SERVICES))
        self.assertTrue(self.alerts.records.empty())
        self.assertEqual(self.daemon.stop(), 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--daemon", required=True, metavar="FILE", help="the program avbrottsvakt")
    arguments = parser.parse_args(namespace=OPTIONS)
    if "AVBROTTSVAKT_KAFKA_BOOTSTRAP" not in os.environ:
        sys.exit("no broker. Remedy: scripts/kafka with " + " ".join(sys.argv))
    unittest.main(argv=sys.argv[:1], verbosity=2)
