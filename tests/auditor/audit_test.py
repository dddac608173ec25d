#!/usr/bin/python3
"""Does the auditor see what it is there to see? An auditor that finds nothing is only worth something if it would have.

Runs against a real broker of its own (scripts/kafka) and against SQLite files.
  audit_test.py [unittest's options]
"""
import json
import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import uuid

HERE = pathlib.Path(__file__).resolve().parent
KAFKA = HERE.parent.parent / "scripts" / "kafka"
TOPIC = "alerts"  # The embedded journal names them without a prefix.
OTHER = "activations"


def audit(*arguments):
    """Exit status and findings of the auditor, run as its users run it."""
    result = subprocess.run(["/usr/bin/python3", str(HERE / "audit.py"), "--json", *map(str, arguments)],
                            stdout=subprocess.PIPE, text=True)
    findings = json.loads(result.stdout)
    assert findings["status"] == result.returncode, result
    return result.returncode, findings


class Directory(unittest.TestCase):
    """Every test has a folder that disappears with it."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="avbrottsvakt-audit-")
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)

    def ids(self, *ids):
        path = self.directory / "expected"
        path.write_text("".join(f"{identity}\n" for identity in ids))
        return path


class Judgement(Directory):
    """The verdicts, on SQLite, where everything is quick."""

    def journal(self, *rows):
        path = self.directory / "journal.db"
        database = sqlite3.connect(path)
        self.addCleanup(database.close)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE outputs(seq INTEGER PRIMARY KEY, topic TEXT, key BLOB, id TEXT, value BLOB,"
                         " headers TEXT)")
        database.executemany("INSERT INTO outputs(topic, id) VALUES(?, ?)", rows)
        database.commit()
        self.database = database
        return path

    def test_same_ids_are_clean(self):
        path = self.journal((TOPIC, "a"), (OTHER, "b"))
        status, findings = audit("--sqlite", path, "--expect", self.ids("b", "a"))
        self.assertEqual((status, findings["verdict"]), (0, "clean"))
        self.assertEqual(findings["records"], {TOPIC: 1, OTHER: 1})

    def test_doubled(self):
        status, findings = audit("--sqlite", self.journal((TOPIC, "a"), (TOPIC, "a")), "--expect", self.ids("a"))
        self.assertEqual((status, list(findings["doubled"])), (1, ["a"]))

    def test_doubled_across_topics_and_without_expectation(self):
        status, findings = audit("--sqlite", self.journal((TOPIC, "a"), (OTHER, "a")))
        self.assertEqual((status, list(findings["doubled"])), (1, ["a"]))

    def test_lost(self):
        status, findings = audit("--sqlite", self.journal((TOPIC, "a")), "--expect", self.ids("a", "b"))
        self.assertEqual((status, findings["missing"], findings["surplus"]), (1, ["b"], []))

    def test_surplus(self):
        status, findings = audit("--sqlite", self.journal((TOPIC, "a"), (TOPIC, "b")), "--expect", self.ids("a"))
        self.assertEqual((status, findings["missing"], findings["surplus"]), (1, [], ["b"]))

    def test_without_id(self):
        status, findings = audit("--sqlite", self.journal((TOPIC, None)))
        self.assertEqual((status, len(findings["without_id"])), (1, 1))

    def test_not_committed_is_not_there(self):
        path = self.journal((TOPIC, "a"))
        self.database.execute("INSERT INTO outputs(topic, id) VALUES(?, 'b')", [TOPIC])
        status, findings = audit("--sqlite", path, "--expect", self.ids("a"))
        self.assertEqual((status, findings["ids"]), (0, 1))

    def test_write_then_expect(self):
        path = self.journal((TOPIC, "a"), (TOPIC, "b"))
        written = self.directory / "written"
        self.assertEqual(audit("--sqlite", path, "--write", written)[0], 0)
        self.assertEqual(written.read_text(), "a\nb\n")
        self.assertEqual(audit("--sqlite", path, "--expect", written)[0], 0)

    def test_nothing_is_written_by_a_run_with_violations(self):
        written = self.directory / "written"
        self.assertEqual(audit("--sqlite", self.journal((TOPIC, "a"), (TOPIC, "a")), "--write", written)[0], 1)
        self.assertFalse(written.exists())

    def test_first_only(self):
        journal = self.journal((TOPIC, "first"), (TOPIC, "again"), ("dead-letter", "dead"))
        for identity, value in (("first", '{"header":{"sequence":1}}'), ("again", '{"header":{"sequence":2}}'),
                                ("dead", "{broken")):
            self.database.execute("UPDATE outputs SET value=? WHERE id=?", (value.encode(), identity))
        self.database.commit()
        written = self.directory / "written"
        self.assertEqual(audit("--sqlite", journal, "--first-only", "--write", written)[0], 0)
        self.assertEqual(written.read_text().split(), ["dead", "first"])
        self.assertEqual(audit("--sqlite", journal, "--first-only", "--expect", written)[0], 0)
        self.assertEqual(audit("--sqlite", journal, "--expect", written)[1]["surplus"], ["again"])
        self.database.execute("INSERT INTO outputs(topic, id, value) SELECT topic, id, value FROM outputs"
                              " WHERE id='again'")
        self.database.commit()
        status, findings = audit("--sqlite", journal, "--first-only", "--expect", written)
        self.assertEqual((status, list(findings["doubled"])), (1, ["again"]))

    def test_cannot_judge(self):
        empty = self.directory / "empty.db"
        empty.touch()
        for path in (empty, self.directory / "absent.db"):
            self.assertEqual(audit("--sqlite", path)[0], 2)
        self.assertEqual(audit("--sqlite", self.journal(), "--expect", self.directory / "absent")[0], 2)
        self.assertEqual(audit("--sqlite", self.directory / "journal.db", "--expect", self.ids("a", "a"))[0], 2)


# ---------------------------------------------------------------- a transactional producer, by hand

class Producer:
    """Just enough of one to leave transactions committed, aborted or open as a test wants, interleaved in one log.
    kafka-python has none; librdkafka's belongs to the judged, not to the judge."""

    def __init__(self, reader, name):
        from kafka.protocol import types
        from kafka.protocol.api import Request, Response
        from kafka.protocol.produce import ProduceRequest
        from kafka.record.default_records import DefaultRecordBatchBuilder

        def request(key, version, asks, answers):
            response = type("Response", (Response,), {
                "API_KEY": key, "API_VERSION": version, "SCHEMA": types.Schema(*answers)})
            return type("Request", (Request,), {
                "API_KEY": key, "API_VERSION": version, "RESPONSE_TYPE": response, "SCHEMA": types.Schema(*asks)})

        name_, id_, epoch = ("transactional_id", types.String()), ("producer_id", types.Int64), ("epoch", types.Int16)
        throttle, error = ("throttle_time_ms", types.Int32), ("error_code", types.Int16)
        self._find = request(10, 1, [("key", types.String()), ("type", types.Int8)],
                             [throttle, error, ("message", types.String()), ("node", types.Int32),
                              ("host", types.String()), ("port", types.Int32)])
        self._init = request(22, 0, [name_, ("timeout_ms", types.Int32)], [throttle, error, id_, epoch])
        self._add = request(
            24, 0, [name_, id_, epoch, ("topics", types.Array(("topic", types.String()),
                                                              ("partitions", types.Array(types.Int32))))],
            [throttle, ("topics", types.Array(("topic", types.String()), ("partitions", types.Array(
                ("partition", types.Int32), error))))])
        self._end = request(26, 0, [name_, id_, epoch, ("commit", types.Boolean)], [throttle, error])
        self._produce = ProduceRequest[7]
        self._batch = DefaultRecordBatchBuilder

        self._reader, self._name, self._sequence = reader, name, {}
        self._node = reader.leaders([TOPIC])[TOPIC][0]  # One broker: it leads and coordinates all.
        # The coordinator's own topic is made at the first request: the reader asks again until it is there.
        self._ask(self._find(name, 1), lambda answer: answer.error_code)
        answer = self._ask(self._init(name, 60000), lambda answer: answer.error_code)
        self._id, self._epoch = answer.producer_id, answer.epoch

    def _ask(self, request, code):
        return self._reader._ask(self._node, request, lambda answer: [code(answer)])

    def send(self, topic, *ids, partition=0, compression=0):
        self._ask(self._add(self._name, self._id, self._epoch, [(topic, [partition])]),
                  lambda answer: answer.topics[0][1][0][1])
        first = self._sequence.get((topic, partition), 0)
        self._sequence[topic, partition] = first + len(ids)
        batch = self._batch(magic=2, compression_type=compression, is_transactional=True, producer_id=self._id,
                            producer_epoch=self._epoch, base_sequence=first, batch_size=1 << 20)
        for offset, identity in enumerate(ids):
            headers = [("ce_id", identity.encode())] if identity else []
            batch.append(offset, timestamp=1700000000000, key=None, value=b"-" * 100, headers=headers)
        self._ask(self._produce(self._name, -1, 30000, [(topic, [(partition, bytes(batch.build()))])]),
                  lambda answer: answer.topics[0][1][0][1])

    def _finish(self, commit):
        self._ask(self._end(self._name, self._id, self._epoch, commit), lambda answer: answer.error_code)

    def commit(self):
        self._finish(True)

    def abort(self):
        self._finish(False)


class Committed(Directory):
    """What counts as committed, on a real broker. Each test has a topic of its own."""

    @classmethod
    def setUpClass(cls):
        sys.dont_write_bytecode = True  # No __pycache__ in the tree.
        sys.path.insert(0, str(HERE))
        from audit import CommittedReader
        cls.bootstrap = os.environ["AVBROTTSVAKT_KAFKA_BOOTSTRAP"]
        from kafka.protocol.admin import CreateTopicsRequest
        cls.reader = CommittedReader(cls.bootstrap)
        # What also passes when one has only just made a topic or begun to use the coordinator: unknown topic;
        # coordinator loading, not available, not here; the transaction before is still being finished.
        cls.reader.PASSING = CommittedReader.PASSING | {3, 14, 15, 16, 51}
        cls.addClassCleanup(cls.reader.close)
        cls.reader.leaders([])
        cls.create = staticmethod(lambda topic: cls.reader._ask(
            cls.reader._client.least_loaded_node(),
            CreateTopicsRequest[2]([(topic, 2, 1, [], [])], 30000, False)))
        cls.create(TOPIC)

    def setUp(self):
        super().setUp()
        self.topic = f"test-{uuid.uuid4()}"
        self.create(self.topic)
        self.made = 0

    def producer(self):
        self.made += 1
        return Producer(self.reader, f"{self.topic}-{self.made}")

    def audit(self, *arguments):
        return audit("--bootstrap", self.bootstrap, "--topics", self.topic, *arguments)

    def test_committed_in_several_partitions_and_codecs(self):
        producer = self.producer()
        expected = []
        for transaction in range(10):
            ids = [f"{transaction}-{number}" for number in range(100)]
            producer.send(self.topic, *ids, partition=transaction % 2, compression=transaction % 5)
            producer.commit()
            expected += ids
        status, findings = self.audit("--expect", self.ids(*expected))
        self.assertEqual((status, findings["records"]), (0, {self.topic: 1000}))

    def test_aborted_is_not_there(self):
        producer = self.producer()
        producer.send(self.topic, "a")
        producer.commit()
        producer.send(self.topic, "b", "c")
        producer.send(self.topic, "d")
        producer.abort()
        producer.send(self.topic, "b")
        producer.commit()
        status, findings = self.audit("--expect", self.ids("a", "b"))
        self.assertEqual((status, findings["records"]), (0, {self.topic: 2}))

    def test_interleaved_producers(self):
        lost, kept = self.producer(), self.producer()
        lost.send(self.topic, "x")
        kept.send(self.topic, "a")
        lost.send(self.topic, "y")
        kept.commit()
        lost.abort()
        lost.send(self.topic, "b")  # The same producer again, now valid.
        lost.commit()
        self.assertEqual(self.audit("--expect", self.ids("a", "b"))[0], 0)

    def test_many_small_fetches_see_the_same(self):
        good, bad = self.producer(), self.producer()
        for number in range(50):
            good.send(self.topic, f"good-{number}")
            bad.send(self.topic, f"bad-{number}")
            if number % 5 == 4:
                good.commit()
                bad.abort()
        reader = self.reader
        reader.FETCH_BYTES = 300  # One or two batches a fetch: transactions begin before it and end after it.
        self.addCleanup(delattr, reader, "FETCH_BYTES")
        node = reader.leaders([self.topic])[self.topic][0]
        records, is_open = reader.partition(node, self.topic, 0)
        self.assertEqual([record.headers[0][1].decode() for record in records], [f"good-{number}" for number in range(50)])
        self.assertFalse(is_open)

    def test_doubled_lost_surplus_nameless(self):
        producer = self.producer()
        producer.send(self.topic, "a", "surplus")
        producer.commit()
        producer.send(self.topic, "a", None, partition=1)
        producer.commit()
        status, findings = self.audit("--expect", self.ids("a", "lost"))
        self.assertEqual(status, 1)
        self.assertEqual(findings["doubled"], {"a": [f"{self.topic}[0]@0", f"{self.topic}[1]@0"]})
        self.assertEqual((findings["missing"], findings["surplus"]), (["lost"], ["surplus"]))
        self.assertEqual(findings["without_id"], [f"{self.topic}[1]@1"])

    def test_open_transaction_leaves_it_undecided(self):
        producer = self.producer()
        producer.send(self.topic, "a")
        producer.commit()
        producer.send(self.topic, "b")
        status, findings = self.audit("--expect", self.ids("a", "b"), "--patience", "0.5")
        self.assertEqual((status, findings["open_transactions"]), (2, [f"{self.topic}[0]"]))
        self.assertEqual((findings["ids"], findings["missing"]), (1, ["b"]))
        # The surplus "a" is one whatever comes.
        self.assertEqual(self.audit("--expect", self.ids("b"), "--patience", "0.5")[0], 1)
        producer.commit()
        self.assertEqual(self.audit("--expect", self.ids("a", "b"))[0], 0)

    def test_no_such_topic_cannot_be_judged(self):
        status, findings = audit("--bootstrap", self.bootstrap, "--topics", "absent")
        self.assertEqual((status, findings["verdict"]), (2, "cannot judge"))

    def test_no_broker_cannot_be_judged(self):
        with socket.socket() as taken:  # Bound but not listening: a port at which nobody answers.
            taken.bind(("127.0.0.1", 0))
            self.assertEqual(audit("--bootstrap", "127.0.0.1:%d" % taken.getsockname()[1], "--patience", "0.2")[0], 2)


if __name__ == "__main__":
    if "AVBROTTSVAKT_KAFKA_BOOTSTRAP" not in os.environ:
        # Begin again under a broker that goes when we go, even if we are killed.
        os.execv(KAFKA, [str(KAFKA), "with", sys.executable, __file__, *sys.argv[1:]])
    unittest.main(warnings="ignore")  # kafka-python's bundled six is older than Python 3.11
