#!/usr/bin/env python3
"""A daemon that runs, as its service manager and who edits its files meet it: readiness, watchdog, reload.

  reload_test.py AVBROTTSVAKT ROOT
  scripts/kafka with reload_test.py AVBROTTSVAKT ROOT kafka

The journal is SQLite, the source a file; with "kafka" both are on a broker, and only what could differ there is tried.
Nothing here waits for time: each step waits until the daemon has said what is expected, or fails after DEADLINE seconds.
"""
import datetime
import json
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
# Sanitizers make the program slower by this factor (CMakePresets.json).
DEADLINE = 60 * int(os.environ.get("AVBROTTSVAKT_PATIENCE", "1"))
sys.path.insert(0, f"{ROOT}/tests/chaos")
import harness  # noqa: E402

SOURCE = """source: {source}
domain: region
decode: json
input: {input}
signals:
  - key: ["{{/key}}"]
    condition: {{from: /is, map: {{down: down, up: up}}}}
    at: {{rfc3339: /at}}
    labels: {{service: /service}}
"""


class Files:
    """Where the journal and what is fed lie."""

    arguments = []

    def __init__(self, folder):
        self.folder = folder

    def input(self, feed):
        return f"{{file: {{path: ../../{feed}}}}}"

    def make(self, feed):
        open(f"{self.folder}/{feed}", "x", encoding="utf-8").close()

    def put(self, feed, line):
        with open(f"{self.folder}/{feed}", "a", encoding="utf-8") as file:
            file.write(line)


class Broker:
    def __init__(self, folder):
        self.bootstrap = os.environ["AVBROTTSVAKT_KAFKA_BOOTSTRAP"]
        self.prefix = f"reload-{uuid.uuid4().hex}"  # Each test has topics of its own.
        self.arguments = ["--journal", f"kafka:{self.bootstrap}/{self.prefix}"]
        subprocess.run([PROGRAM, "topics", "--create", "--config", "config/avbrottsvakt.yaml", *self.arguments], cwd=folder,
                       check=True, stdout=subprocess.DEVNULL)

    def input(self, feed):
        return f"{{kafka: {{topic: {self.prefix}.{feed}}}}}"

    def make(self, feed):
        harness.make_topic(self.bootstrap, f"{self.prefix}.{feed}")

    def put(self, feed, line):
        subprocess.run(["kcat", "-P", "-q", "-b", self.bootstrap, "-t", f"{self.prefix}.{feed}"], input=line.encode(),
                       check=True, timeout=DEADLINE)


PLACE = Broker if sys.argv[3:] == ["kafka"] else Files


class Daemon:
    """A process, and what it has written so far to standard output, to its log and to its service manager."""

    def __init__(self, folder, *arguments, watchdog=None):
        self.folder = folder
        # As systemd's: a datagram is one message.
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(f"{folder}/notify")
        environment = {**os.environ, "NOTIFY_SOCKET": f"{folder}/notify"}
        if watchdog is not None:
            environment["WATCHDOG_USEC"] = str(int(watchdog * 1_000_000))
        self.process = subprocess.Popen(
            [PROGRAM, "run", "--config", "config/avbrottsvakt.yaml", "--show", "--format", "json", *arguments],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.selector = selectors.DefaultSelector()
        self.texts = {"out": "", "log": "", "manager": ""}
        for name, file in (("out", self.process.stdout), ("log", self.process.stderr), ("manager", self.manager)):
            self.selector.register(file, selectors.EVENT_READ, name)

    def read(self, seconds):
        for key, _ in self.selector.select(seconds):
            data = os.read(key.fd, 1 << 20)
            if not data:
                self.selector.unregister(key.fileobj)
            self.texts[key.data] += data.decode() + ("\n" if key.data == "manager" else "")

    def wait_for(self, name, pattern, since=0):
        """Until the pattern stands in what it has written since; gives how far that was."""
        end = time.monotonic() + DEADLINE
        while True:
            found = re.compile(pattern, re.S).search(self.texts[name], since)
            if found:
                return found.end()
            if time.monotonic() > end or not self.selector.get_map():
                raise AssertionError(f"{pattern!r} is missing in {name}:\n{self.texts[name][since:]}\n"
                                     f"-- log:\n{self.texts['log']}\n-- manager:\n{self.texts['manager']}")
            self.read(1)

    def entries(self, reason, service):
        """What its alerts have said for this reason, and of this service."""
        said = [json.loads(line) for line in self.texts["out"].splitlines(keepends=True) if line.endswith("\n")]
        return [entry for one in said for entry in one.get("entries", [])
                if entry["reason"] == reason and entry["subject"]["id"] == service]

    def wait_for_entry(self, reason, service):
        end = time.monotonic() + DEADLINE
        while not self.entries(reason, service):
            if time.monotonic() > end or not self.selector.get_map():
                raise AssertionError(f"no alert says {reason} of {service}:\n{self.texts['out']}\n"
                                     f"-- log:\n{self.texts['log']}")
            self.read(1)
        return self.entries(reason, service)

    def send(self, number):
        self.process.send_signal(number)

    def end(self):
        """SIGTERM; gives the exit status."""
        if self.process.poll() is None:
            self.send(signal.SIGTERM)
        try:
            while self.selector.get_map() and self.process.poll() is None:
                self.read(1)
            return self.process.wait(DEADLINE)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            for file in (self.process.stdout, self.process.stderr, self.manager):
                file.close()
            self.selector.close()
            os.unlink(f"{self.folder}/notify")


class Running(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name in ("config", "rules"):
            shutil.copytree(f"{ROOT}/{name}", f"{self.folder}/{name}")
        shutil.rmtree(f"{self.folder}/config/sources")
        os.mkdir(f"{self.folder}/config/sources")
        self.place = PLACE(self.folder)
        self.add_source("monitoring", "feed")

    def write(self, name, text, mode="w"):
        with open(f"{self.folder}/{name}", mode, encoding="utf-8") as file:
            file.write(text)

    def add_source(self, source, feed):
        self.place.make(feed)
        self.write(f"config/sources/{source}.yaml", SOURCE.format(source=source, input=self.place.input(feed)))

    def replace(self, name, old, new):
        with open(f"{self.folder}/{name}", encoding="utf-8") as file:
            text = file.read()
        self.assertIn(old, text)
        self.write(name, text.replace(old, new, 1))

    def feed(self, service, condition, minutes_ago, feed="feed"):
        """To the millisecond, as the daemon counts. Gives when it happened."""
        now = datetime.datetime.now(datetime.timezone.utc)
        at = now.replace(microsecond=now.microsecond // 1000 * 1000) - datetime.timedelta(minutes=minutes_ago)
        record = {"key": service, "service": service, "is": condition, "at": at.isoformat(timespec="milliseconds")}
        self.place.put(feed, json.dumps(record) + "\n")
        return at

    def start(self, *arguments, watchdog=None):
        daemon = Daemon(self.folder, *self.place.arguments, *arguments, watchdog=watchdog)
        self.addCleanup(lambda: daemon.process.poll() is not None or daemon.end())
        daemon.wait_for("manager", r"READY=1\nSTATUS=follows domain region in (sqlite|kafka):")
        return daemon


class Reload(Running):
    def test_what_a_changed_plan_changes_for_an_open_incident_is_said(self):
        began = self.feed("cosmic", "down", 60)
        daemon = self.start()
        daemon.wait_for_entry("opened", "cosmic")
        self.assertEqual(daemon.entries("rto_missed", "cosmic"), [])
        log, told = len(daemon.texts["log"]), len(daemon.texts["manager"])

        # An RTO that has been passed already.
        self.replace("config/catalogue/plans/cosmic.yaml", "rto: 90m", "rto: 50m")
        daemon.send(signal.SIGHUP)
        daemon.wait_for("log", "reloaded: the files are in force", log)
        missed, = daemon.wait_for_entry("rto_missed", "cosmic")
        # Its clock goes on from where the outage began, and the incident is the same.
        at = datetime.datetime.fromisoformat(missed["at"].replace("Z", "+00:00"))
        self.assertEqual(at - began, datetime.timedelta(minutes=50))
        self.assertEqual(len(daemon.entries("opened", "cosmic")), 1)
        told = daemon.wait_for("manager", r"RELOADING=1\nMONOTONIC_USEC=[1-9]\d+\n.*READY=1\nSTATUS=follows domain", told)

        # The same again changes nothing, and says so.
        log, said = len(daemon.texts["log"]), len(daemon.texts["out"])
        daemon.send(signal.SIGHUP)
        daemon.wait_for("log", "reloaded: the files are in force", log)
        self.assertEqual(daemon.texts["out"][said:], "")

        # What is broken is refused, with its place, and the daemon goes on.
        log = len(daemon.texts["log"])
        self.replace("config/catalogue/plans/cosmic.yaml", "tell: [ksd-on-call], level: notice",
                     "tell: [ksd-oncall], level: notice")
        daemon.send(signal.SIGHUP)
        daemon.wait_for("log", r"config/catalogue/plans/cosmic\.yaml:\d+:\d+: there is no role ksd-oncall; did you mean "
                               r"ksd-on-call\?.*nothing was changed by the reload", log)
        daemon.wait_for("manager", r"RELOADING=1\n.*READY=1\nSTATUS=follows domain[^\n]*nothing was changed", told)
        self.feed("pharmacy", "down", 0)
        daemon.wait_for_entry("opened", "pharmacy")
        self.assertEqual(daemon.end(), 0)

        # Started again beside the broken file it would not start; beside the mended one, it is what was put in force.
        self.replace("config/catalogue/plans/cosmic.yaml", "ksd-oncall", "ksd-on-call")
        daemon = self.start()
        self.assertNotIn("are others than those of the files", daemon.texts["log"])
        self.assertEqual(daemon.end(), 0)

    def test_a_source_that_is_new_is_read_and_one_that_is_gone_is_not(self):
        daemon = self.start()
        log = len(daemon.texts["log"])
        os.unlink(f"{self.folder}/config/sources/monitoring.yaml")
        self.add_source("other", "other-feed")
        daemon.send(signal.SIGHUP)
        daemon.wait_for("log", "reloaded: the files are in force", log)
        self.feed("pharmacy", "down", 0)
        self.feed("cosmic", "down", 0, "other-feed")
        daemon.wait_for_entry("opened", "cosmic")
        self.assertEqual(daemon.entries("opened", "pharmacy"), [])
        self.assertEqual(daemon.end(), 0)


class WhereverTheJournalLies(Running):
    def test_what_cannot_change_while_it_runs_is_refused(self):
        daemon = self.start()
        for old, new, why in (
                ("path: ../var/avbrottsvakt.db", "path: ../var/other.db", r":14:3: the journal, its brokers and their "),
                ("output_format: json", "output_format: protobuf", r":16:16: output_format cannot change"),
        ):
            log = len(daemon.texts["log"])
            self.replace("config/avbrottsvakt.yaml", old, new)
            daemon.send(signal.SIGHUP)
            daemon.wait_for("log", r"config/avbrottsvakt\.yaml" + why +
                            r".*stop the daemon and start it again.*nothing was changed by the reload", log)
            self.replace("config/avbrottsvakt.yaml", new, old)
        log = len(daemon.texts["log"])
        daemon.send(signal.SIGHUP)
        daemon.wait_for("log", "reloaded: the files are in force", log)
        self.assertEqual(daemon.end(), 0)

    def test_the_domain_cannot_change_either(self):
        daemon = self.start()
        log = len(daemon.texts["log"])
        self.replace("config/avbrottsvakt.yaml", "domain: region", "domain: other")
        self.replace("config/sources/monitoring.yaml", "domain: region", "domain: other")
        daemon.send(signal.SIGHUP)
        daemon.wait_for("log", r"config/avbrottsvakt\.yaml:2:9: the domain cannot change from region to other", log)
        self.assertEqual(daemon.end(), 0)

    def test_the_watchdog_is_fed_while_it_waits(self):
        daemon = self.start(watchdog=4)
        told = len(daemon.texts["manager"])
        for _ in range(3):
            told = daemon.wait_for("manager", r"WATCHDOG=1\n", told)
        daemon.end()
        self.assertIn("STOPPING=1", daemon.texts["manager"])

    def test_without_a_watchdog_it_is_silent(self):
        daemon = self.start()
        self.assertEqual(daemon.end(), 0)
        self.assertNotIn("WATCHDOG=1", daemon.texts["manager"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], defaultTest="Reload" if PLACE is Broker else None)
