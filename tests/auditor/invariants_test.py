#!/usr/bin/python3
"""Does invariants.py see what it is there to see? On journals that are made here, each broken in one way."""
import collections
import json
import pathlib
import sqlite3
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import audit  # noqa: E402
import invariants  # noqa: E402

AT = "2026-11-26T01:00:04.000Z"
JUST_AFTER = "2026-11-26T01:00:04.001Z"


def output(name, number, **record):
    value = {"header": {"sequence": number, "incident_id": "i", "at": AT}, **record}
    return audit.Output(name, f"{name}[0]@{number}", f"{name}-{number}", json.dumps(value).encode())


def alert(number, *entries):
    return output("alerts", number, entries=[
        {"reason": reason, "subject": {"id": subject}, "at": at, "withdrawn": withdrawn}
        for reason, subject, at, withdrawn in entries])


def entry(reason, at=AT, subject="s", withdrawn=False):
    return reason, subject, at, withdrawn


class Outputs(unittest.TestCase):
    def judge(self, faults, *outputs):
        found = invariants.of_outputs(outputs)
        self.assertEqual([fault.split(":")[0] for fault in found], faults, found)

    def test_in_order(self):
        self.judge([], alert(1, entry("opened")), alert(2, entry("ladder"), entry("legal")), alert(3, entry("recovered")),
                   alert(4, entry("opened")), alert(5, entry("recovered")))

    def test_numbers(self):
        opened = alert(1, entry("opened"))
        for name, numbers, faults in (("gap", (3,), ["state"]), ("doubled", (1,), ["state"]), ("next", (2,), [])):
            with self.subTest(name):
                self.judge(faults, opened, *(alert(number, entry("ladder")) for number in numbers))

    def test_streams_are_numbered_apart(self):
        def prompt(number, regime, holder):
            return output("report-prompts", number, regime={"id": regime}, duty_holder={"id": holder})
        self.judge([], prompt(1, "nis2", "a"), prompt(1, "nis2", "b"), prompt(1, "cer", "a"), prompt(2, "nis2", "a"))
        self.judge(["state"], prompt(1, "nis2", "a"), prompt(1, "nis2", "a"))

    def test_before_it_is_due(self):
        opened = alert(1, entry("opened"))
        for reason in sorted(invariants.COMPUTED):
            with self.subTest(reason):
                self.judge([], opened, alert(2, entry(reason, AT)))
                self.judge(["early"], opened, alert(2, entry(reason, JUST_AFTER)))
                self.judge([], opened, alert(2, entry(reason, JUST_AFTER, withdrawn=True)))
        # What a tool says of its own time may lie ahead.
        self.judge([], alert(1, entry("opened", JUST_AFTER)))

    def test_prompts_before_they_are_due(self):
        for at, faults in ((AT, []), (JUST_AFTER, ["early"])):
            self.judge(faults, output("activations", 1, kind="proposed", service={"id": "s"}, condition_met_at=at))
            self.judge(faults, output("report-prompts", 1, regime={"id": "r"}, duty_holder={"id": "d"},
                                      grounds=[{"criterion": "c", "true_since": at, "forecast": False}]))
        self.judge([], output("report-prompts", 1, regime={"id": "r"}, duty_holder={"id": "d"},
                              grounds=[{"criterion": "c", "true_since": JUST_AFTER, "forecast": True}]))

    def test_before_it_was_opened(self):
        self.judge(["state"], alert(1, entry("ladder")))
        self.judge(["state"], alert(1, entry("recovered")))
        self.judge(["state"], alert(1, entry("opened")), alert(2, entry("recovered", subject="another")))
        self.judge(["state"], alert(1, entry("opened")), alert(2, entry("opened", withdrawn=True)),
                   alert(3, entry("ladder")))

    def test_what_is_no_json_is_passed_over(self):
        self.judge([], audit.Output("dead-letter", "dead-letter[0]@1", "d", b"\xff{"),
                   audit.Output("dead-letter", "dead-letter[0]@2", "e", b"[1]"))


Record = collections.namedtuple("Record", "key value")


class Reader:
    """A broker with one partition: the meta records of the state, the group's offset, the end of the inputs."""
    LATEST = -1

    def __init__(self, metas, committed, end=100, is_open=False):
        self.metas, self.offset_of_group, self.end, self.is_open = metas, committed, end, is_open

    def leaders(self, topics):
        return {topic: {0: 1} for topic in topics}

    def partition(self, node, topic, partition):
        records = [Record(b"region/m", f"v1 next={next_} sequence={sequence} now={now}".encode())
                   for next_, sequence, now in self.metas]
        others = [Record(b"region/s/incident/1", b"x"), Record(b"elsewhere/m", b"v1 next=1 sequence=9 now=1")]
        return others + records, self.is_open

    def committed(self, group, topic, partition):
        assert (group, topic, partition) == ("p-region", "p.inputs", 0)
        return self.offset_of_group

    def offset(self, node, topic, partition, when):
        return self.end


class Kafka(unittest.TestCase):
    def test_each(self):
        whole = [(3, 1, 10), (3, 2, 10), (7, 3, 12)]
        for name, reader, faults in (
                ("whole", Reader(whole, 7), []),
                ("at the very end of the log", Reader(whole, 7, end=7), []),
                ("offset behind", Reader(whole, 6), ["position"]),
                ("offset ahead", Reader(whole, 8), ["position"]),
                ("offset not sent", Reader(whole, None), ["position"]),
                ("log shorter", Reader(whole, 7, end=6), ["inputs"]),
                ("commit lost", Reader([(3, 1, 10), (7, 3, 12)], 7), ["sequence"]),
                ("commit doubled", Reader([*whole, (7, 3, 12)], 7), ["sequence"]),
                ("position falls", Reader([(8, 1, 10), (7, 2, 12)], 7), ["sequence"]),
                ("time falls", Reader([(3, 1, 12), (7, 2, 11)], 7), ["sequence"]),
                ("nothing committed", Reader([], None), ["position"]),
                ("transaction open", Reader(whole, 7, is_open=True), ["sequence"])):
            with self.subTest(name):
                found = invariants.of_kafka(reader, "p", "region")
                self.assertEqual([fault.split(":")[0] for fault in found], faults, found)


class Sqlite(unittest.TestCase):
    def judge(self, faults, statement=""):
        with tempfile.TemporaryDirectory(prefix="avbrottsvakt-audit-") as directory:
            path = pathlib.Path(directory) / "journal.db"
            database = sqlite3.connect(path)
            database.executescript("""
                CREATE TABLE meta(next_position INTEGER, now_ms INTEGER, outputs INTEGER);
                CREATE TABLE inputs(position INTEGER PRIMARY KEY AUTOINCREMENT, stamp_ms INTEGER);
                CREATE TABLE outputs(seq INTEGER PRIMARY KEY, id TEXT);
                INSERT INTO meta VALUES(4, 12, 2);
                INSERT INTO inputs(stamp_ms) VALUES(10), (10), (12), (13);
                INSERT INTO outputs(id) VALUES('a'), ('b');
                DELETE FROM inputs WHERE position = 1;""" + statement)
            database.commit()
            database.close()
            found = invariants.of_sqlite(path)
            self.assertEqual([fault.split(":")[0] for fault in found], faults, found)

    def test_each(self):
        for name, statement, faults in (
                ("whole, its old inputs removed", "", []),
                ("all applied", "UPDATE meta SET next_position = 5, now_ms = 13", []),
                ("position behind the end", "UPDATE meta SET next_position = 6, now_ms = 13", ["position"]),
                ("an output lost", "DELETE FROM outputs WHERE seq = 1", ["sequence"]),
                ("the last output lost", "DELETE FROM outputs WHERE seq = 2", ["sequence"]),
                ("an output too many", "INSERT INTO outputs(id) VALUES('c')", ["sequence"]),
                ("an input lost", "DELETE FROM inputs WHERE position = 3", ["inputs"]),
                ("the last input lost", "DELETE FROM inputs WHERE position = 4", ["inputs"]),
                ("a stamp that falls", "UPDATE inputs SET stamp_ms = 11 WHERE position = 4", ["sequence"]),
                ("time behind what was applied", "UPDATE meta SET now_ms = 11", ["sequence"])):
            with self.subTest(name):
                self.judge(faults, statement)


if __name__ == "__main__":
    unittest.main()
