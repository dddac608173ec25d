#!/usr/bin/env python3
"""The installed daemon under a real service manager: what README.md tells people to do, done on a machine that boots.

  service_test.py ROOT BUILD

The machine has a real Kafka of its own. Needs root; ./scripts/check service installs what is missing, builds, and runs
this. Nothing here waits for time: each step waits until it is so, or fails after DEADLINE seconds.
"""
import json
import os
import pathlib
import sys
import time
import unittest

ROOT, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
sys.path[:0] = [str(ROOT / "tests/docs"), str(ROOT / "tests/service")]
from documents import blocks  # noqa: E402
from machine import Machine  # noqa: E402

DEADLINE = 60
CONFIGURATION = "/etc/avbrottsvakt/config/avbrottsvakt.yaml"
PLAN = "/etc/avbrottsvakt/config/catalogue/plans/cosmic.yaml"
SOURCES = ["alertmanager", "cloudevents", "icinga2", "signals", "zabbix"]


def commands_of_readme():
    """Those of "As a service" but for building, which is done."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text[text.index("\n## As a service\n"):]
    lines = blocks("README.md", section)[0].text.splitlines()
    return [line for line in lines if not line.startswith(("cmake --preset", "cmake --build"))]


class Service(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        jars = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "avbrottsvakt"
        cls.machine = Machine("avbrottsvakt-test", [ROOT, jars] + ([] if BUILD.is_relative_to(ROOT) else [BUILD]))
        cls.addClassCleanup(cls.machine.off)
        cls.machine.boot()
        cls.bootstrap = cls.must(str(ROOT / "scripts/kafka"), "start", "/var/tmp/kafka").splitlines()[-1]
        cls.must("/usr/bin/python3", "-c", f"import sys; sys.path.insert(0, '{ROOT}/tests/chaos')\nimport harness\n"
                 f"for name in {SOURCES}: harness.make_topic('{cls.bootstrap}', 'monitoring.' + name)")
        cls.said = {}
        for line in commands_of_readme():
            here = line.replace("build/release", str(BUILD)).replace("kafka-1:9092", cls.bootstrap)
            cls.said[line] = cls.must("sh", "-c", f"cd '{ROOT}' && {here}")

    @classmethod
    def must(cls, *command, given=None):
        status, said = cls.machine.run(*command, given=given)
        if status != 0:
            raise AssertionError(f"{' '.join(command)}: exit status {status}\n{said}\n{cls.log()}")
        return said

    @classmethod
    def log(cls):
        return cls.machine.run("journalctl", "--unit=avbrottsvakt", "--no-pager", "--output=cat")[1]

    @classmethod
    def unit(cls, *names):
        """The unit's properties, as the service manager knows them."""
        said = cls.must("systemctl", "show", "avbrottsvakt", *[f"--property={name}" for name in names])
        return dict(line.split("=", 1) for line in said.splitlines())

    def until(self, what, holds):
        end = time.monotonic() + DEADLINE
        while not holds():
            self.assertLess(time.monotonic(), end, f"not within {DEADLINE} s: {what}\n{self.log()}")
            self.assertTrue(self.machine.lives(0.05), "the machine is gone")

    def until_said(self, text, since):
        self.until(f"the log says {text!r}", lambda: text in self.log()[since:])

    def start_anew(self):
        """A new life, whose restarts count from 0."""
        self.must("systemctl", "restart", "avbrottsvakt")
        self.assertEqual(self.unit("ActiveState", "NRestarts"), {"ActiveState": "active", "NRestarts": "0"}, self.log())

    def until_restarted(self):
        """By the service manager, because it ended as it should not."""
        self.until("it is started anew",
                   lambda: self.unit("ActiveState", "NRestarts") == {"ActiveState": "active", "NRestarts": "1"})

    def edit(self, file, expression):
        """By sed; it must change something."""
        before = self.must("cat", file)
        self.must("sed", "-i", expression, file)
        self.assertNotEqual(self.must("cat", file), before, f"{expression} changes nothing in {file}")

    def drop_in(self, text):
        """As `systemctl edit` writes it, which wants a terminal and an editor."""
        self.must("sh", "-c", "printf '#!/bin/sh\\ncat /var/tmp/drop-in >\"$1\"\\n' >/var/tmp/editor && chmod +x /var/tmp/editor")
        self.must("tee", "/var/tmp/drop-in", given=text)
        self.must("env", "SYSTEMD_EDITOR=/var/tmp/editor", "script", "--quiet", "--return", "--command",
                  "systemctl edit avbrottsvakt", "/dev/null")
        self.assertIn(text.splitlines()[1], self.must("systemctl", "cat", "avbrottsvakt"))
        self.addCleanup(self.must, "systemctl", "revert", "avbrottsvakt")

    def alerts(self):
        """The alerts of the domain, once whatever was sent before is in them."""
        said = self.must("kcat", "-C", "-b", self.bootstrap, "-t", "avbrottsvakt.alerts", "-X",
                         "isolation.level=read_committed", "-o", "beginning", "-e", "-q")
        return [json.loads(line) for line in said.splitlines()]

    def down(self, service):
        """An event that says that it is down; gives the alert that tells of it."""
        event = {"specversion": "1.0", "id": service, "source": "/test", "subject": service, "type": "se.example.down",
                 "time": self.must("date", "-u", "+%Y-%m-%dT%H:%M:%SZ"), "data": {"condition": "down"}}
        self.must("kcat", "-P", "-b", self.bootstrap, "-t", "monitoring.cloudevents", given=json.dumps(event))
        tells = lambda alert: any(entry["subject"]["id"] == service for entry in alert.get("entries", []))
        self.until(f"an alert of {service}", lambda: any(map(tells, self.alerts())))

    def test_it_runs_as_readme_says(self):
        unit = self.unit("ActiveState", "SubState", "Type", "User", "StatusText", "WatchdogUSec", "UnitFileState")
        status = unit.pop("StatusText")
        self.assertEqual(unit, {"ActiveState": "active", "SubState": "running", "Type": "notify", "User": "avbrottsvakt",
                                "WatchdogUSec": "3min", "UnitFileState": "enabled"}, self.log())
        self.assertIn("follows", status)
        self.assertIn(f'Status: "{status}"', self.must("systemctl", "status", "avbrottsvakt"))
        self.assertIn("in order", self.said[f"avbrottsvakt check --config {CONFIGURATION}"])

    def test_it_is_shut_off_and_misses_nothing(self):
        status, said = self.machine.run("systemd-analyze", "security", "avbrottsvakt", "--threshold=15", "--no-pager")
        self.assertEqual(status, 0, said)
        self.down("cosmic")
        for refused in ("not permitted", "Permission denied", "Read-only"):
            self.assertNotIn(refused, self.log())

    def test_it_reloads_what_is_in_order(self):
        before, since = self.unit("MainPID"), len(self.log())
        self.edit(PLAN, "s/^rto: 90m/rto: 80m/")
        self.must("systemctl", "reload", "avbrottsvakt")
        self.until_said("activates the catalogue and rules of these files", since)
        self.assertEqual(self.unit("MainPID"), before)

    def test_it_refuses_to_reload_what_is_not(self):
        before, since = self.unit("MainPID"), len(self.log())
        self.edit(PLAN, "s/^rto: /rot: /")
        self.addCleanup(self.edit, PLAN, "s/^rot: /rto: /")
        status, said = self.machine.run("systemctl", "reload", "avbrottsvakt")
        self.assertNotEqual(status, 0, said)
        self.assertRegex(self.log()[since:], r"cosmic\.yaml:\d+:\d+: error: unknown key rot")
        self.assertEqual(self.unit("MainPID", "ActiveState"), {**before, "ActiveState": "active"})

    def test_killed_it_comes_back_and_says_nothing_again(self):
        self.start_anew()
        self.down("lab-system")
        before = self.alerts()
        self.must("systemctl", "kill", "--signal=KILL", "avbrottsvakt")
        self.until_restarted()
        self.down("heroma")
        self.assertEqual(self.alerts()[:len(before)], before)
        new = [entry["subject"]["id"] for alert in self.alerts()[len(before):] for entry in alert["entries"]]
        self.assertNotIn("lab-system", new)

    def test_one_that_stands_still_is_killed_and_comes_back(self):
        self.drop_in("[Service]\nWatchdogSec=3s\n")
        self.start_anew()
        since = len(self.log())
        self.must("systemctl", "kill", "--kill-whom=main", "--signal=STOP", "avbrottsvakt")
        self.until_restarted()
        self.assertIn("Watchdog timeout", self.log()[since:])

    def test_a_password_comes_from_the_service_manager(self):
        secret = "/etc/avbrottsvakt/credentials/kafka-password"
        self.must("install", "-D", "-m", "0400", "/dev/null", secret)
        self.must("tee", secret, given="a secret")
        self.edit(CONFIGURATION, "s/replication: 1}/replication: 1, settings: [{name: sasl.password, credential: kafka-password}]}/")
        self.addCleanup(self.start_anew)
        self.addCleanup(self.edit, CONFIGURATION, "s/, settings: .*]}/}/")
        status, _ = self.machine.run("systemctl", "restart", "avbrottsvakt")
        self.assertNotEqual(status, 0, "it takes no password where none is given")
        self.drop_in(f"[Service]\nLoadCredential=kafka-password:{secret}\n")
        self.start_anew()

    def test_it_stops_in_order(self):
        self.addCleanup(self.start_anew)
        self.must("systemctl", "stop", "avbrottsvakt")
        self.assertEqual(self.unit("ActiveState", "Result", "ExecMainStatus"),
                         {"ActiveState": "inactive", "Result": "success", "ExecMainStatus": "0"}, self.log())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
