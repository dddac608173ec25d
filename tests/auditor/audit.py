#!/usr/bin/python3
"""Judges what the daemon has said: is every output there, and there only once?

It shares nothing with the daemon: another language, another Kafka client (kafka-python, not librdkafka), and it sees
committed records only. Every output carries its id in the header ce_id (in SQLite: the column id).

  audit.py --bootstrap HOST:PORT --write ids.txt     after an undisturbed run: note the ids
  audit.py --bootstrap HOST:PORT --expect ids.txt    after a disturbed one: the same ids, each once?
  audit.py --sqlite FILE --expect ids.txt            the same for the embedded journal
  audit.py --bootstrap HOST:PORT --prefix P --domain D      the journal in itself, too

Violations: an id that occurs twice (in whatever topics), a record without an id, and with --expect an id that is
missing or surplus. With --domain also whatever invariants.py finds broken in the journal itself.

How often an incident's alert is said again depends on timing: what came due while the daemon was away is said in one
alert. With --first-only only the first output of each matter (header.sequence 1 in JSON, and whatever has no sequence)
is written and compared; doubled ids are looked for in all.

Exit status:
  0  clean
  1  at least one violation
  2  cannot be judged: no broker, no topic, an unreadable file, a transaction still open (what it holds may yet be
     committed), records already deleted by retention
"""
import argparse
import collections
import contextlib
import json
import pathlib
import sqlite3
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import invariants  # noqa: E402

NAMES = ["alerts", "activations", "report-prompts", "dead-letter"]

ID_HEADER = "ce_id"

# Kafka's error code 16: another broker coordinates this group.
NOT_COORDINATOR = 16

# Ids shown per kind of violation; the numbers are always of all.
SHOWN = 20


class CannotJudge(Exception):
    """Why, and what to do, for a person."""


# One output as found. `place` is where a person finds it again; `id` is None if it carries none; `value` is bytes.
Output = collections.namedtuple("Output", "topic place id value")


# ---------------------------------------------------------------- Kafka

class CommittedReader:
    """Reads the committed records of whole topics, from the first to the last stable offset.

    kafka-python's own consumer (2.0.2) knows no isolation level: it shows aborted records too. So its connection, its
    requests and its record parser are used, and what read_committed means is done here, as Kafka's protocol describes:
    the broker returns, with a fetch at isolation level 1, nothing beyond the last stable offset, and a list of aborted
    transactions (producer id, first offset). From that offset on the producer's transactional batches are not valid,
    until its abort marker.
    """

    READ_UNCOMMITTED, READ_COMMITTED = 0, 1
    EARLIEST, LATEST = -2, -1
    FETCH_BYTES = 8 << 20
    # Leader not available, not leader for partition.
    PASSING = {5, 6}
    REMEDY = "Remedy: is the broker running at that address, do the topics exist?"

    def __init__(self, bootstrap, patience=30.0):
        try:
            from kafka.client_async import KafkaClient
            import kafka.errors
            import kafka.protocol.commit
            import kafka.protocol.fetch
            import kafka.protocol.metadata
            import kafka.protocol.offset
            import kafka.record.default_records
        except ImportError as error:
            raise CannotJudge(f"{error}. Remedy: ./scripts/setup --test, and run this with /usr/bin/python3.") from None
        self._kafka = kafka
        self._patience = patience
        # Requests that every broker from 2.1 to 4.x takes. With the version stated, the client does not probe for it.
        self._metadata = kafka.protocol.metadata.MetadataRequest[1]
        self._offsets = kafka.protocol.offset.OffsetRequest[2]
        # From version 10 on also records compressed with zstd.
        self._fetch = kafka.protocol.fetch.FetchRequest[10]
        self._offset_fetch = kafka.protocol.commit.OffsetFetchRequest[1]
        try:
            self._client = KafkaClient(bootstrap_servers=bootstrap, api_version=(1, 0, 0), client_id="auditor",
                                       request_timeout_ms=int(patience * 1000))
        except kafka.errors.KafkaError as error:
            raise CannotJudge(f"no broker at {bootstrap}: {error}.") from None

    def close(self):
        self._client.close()

    def _wait(self, condition, trouble):
        """Serves the connections until the condition holds, within our patience."""
        deadline = time.monotonic() + self._patience
        while True:
            result = condition()
            if result is not None and result is not False:  # A node's number may be 0.
                return result
            if time.monotonic() > deadline:
                raise CannotJudge(trouble)
            self._client.poll(timeout_ms=50)

    def _ask(self, node, request, codes=lambda answer: []):
        """Sends a request and returns its answer. `codes` finds the error codes in it; while one of them says that a
        leader is just being elected, as after a start of the broker, it asks again."""
        def attempt():
            self._wait(lambda: self._client.ready(node), f"no connection to broker {node}. {self.REMEDY}")
            future = self._client.send(node, request)
            self._client.poll(future=future, timeout_ms=int(self._patience * 1000))
            if not future.succeeded():
                raise CannotJudge(f"the broker did not answer: {future.exception or 'time-out'}. {self.REMEDY}")
            errors = {code for code in codes(future.value) if code}
            if errors - self.PASSING:
                names = ", ".join(self._kafka.errors.for_code(code).__name__ for code in sorted(errors))
                raise CannotJudge(f"the broker refused: {names}. {self.REMEDY}")
            return None if errors else future.value

        return self._wait(attempt, f"the broker is not ready for {type(request).__name__}. {self.REMEDY}")

    def leaders(self, topics):
        """{topic: {partition: leading node}}. All topics must exist."""
        node = self._wait(self._client.least_loaded_node, f"no connection. {self.REMEDY}")
        answer = self._ask(node, self._metadata(topics), lambda answer: [
            code for topic in answer.topics for code in (topic[0], *(partition[0] for partition in topic[3]))])
        self._client.cluster.update_metadata(answer)  # From now on the client knows the nodes by number.
        return {topic: {partition: leader for _, partition, leader, _, _ in partitions}
                for _, topic, _, partitions in answer.topics}

    def offset(self, node, topic, partition, when):
        """The first offset, or the end, open transactions included."""
        answer = self._ask(node, self._offsets(-1, self.READ_UNCOMMITTED, [(topic, [(partition, when)])]),
                           lambda answer: [answer.topics[0][1][0][1]])
        return answer.topics[0][1][0][3]

    def committed(self, group, topic, partition):
        """The group's committed offset, or None. Whichever node coordinates the group, answers."""
        request = self._offset_fetch(group, [(topic, [partition])])

        def code(answer):
            return answer.topics[0][1][0][3]

        for node in sorted(broker.nodeId for broker in self._client.cluster.brokers()):
            answer = self._ask(node, request, lambda answer: [code(answer)] if code(answer) != NOT_COORDINATOR else [])
            if code(answer) != NOT_COORDINATOR:
                offset = answer.topics[0][1][0][1]
                return offset if offset >= 0 else None
        raise CannotJudge(f"no broker coordinates the group {group}. {self.REMEDY}")

    def partition(self, node, topic, partition):
        """The committed records (offset, key, value, headers), and whether a transaction was still open among them.

        A producer is told of its commit some milliseconds before the broker has marked it in every partition, so there
        is some waiting for what lay in the log when we came."""
        position = self.offset(node, topic, partition, self.EARLIEST)
        if position > 0:
            raise CannotJudge(f"{topic}[{partition}] begins at offset {position}: what came before has been deleted. "
                              "Remedy: audit topics whose retention has not set in.")
        end = self.offset(node, topic, partition, self.LATEST)
        deadline = time.monotonic() + self._patience
        found = []
        while position < end:
            # Waits up to 100 ms at the broker when there is nothing (more) that is committed.
            answer = self._ask(
                node, self._fetch(-1, 100, 1, self.FETCH_BYTES, self.READ_COMMITTED, 0, -1,
                                  [(topic, [(partition, -1, position, -1, self.FETCH_BYTES)])], []),
                lambda answer: [answer.error_code, answer.topics[0][1][0][1]])
            *_, aborted, data = answer.topics[0][1][0]
            before = position
            for last, records in self.batches(data or b"", aborted or []):
                # A fetch may begin inside a batch: what lies before was found already.
                found += [record for record in records if record.offset >= before]
                position = last + 1
            if position == before and time.monotonic() > deadline:
                return found, True
        return found, False

    def batches(self, data, aborted):
        """Yields (last offset, valid records) for each whole batch in a fetch's answer."""
        record_batch = self._kafka.record.default_records.DefaultRecordBatch
        # The head of a record batch is 61 bytes: base offset and length, at byte 43 the producer id (which the parser
        # does not tell).
        waiting = collections.deque(sorted(aborted, key=lambda entry: entry[1]))
        invalid = set()
        start = 0
        while start + 61 <= len(data):
            base, length = struct.unpack_from(">qi", data, start)
            stop = start + 12 + length
            if stop > len(data):
                break  # A batch cut off by the size limit: the next fetch brings it whole.
            batch = record_batch(data[start:stop])
            if batch.magic != 2:
                raise CannotJudge(f"records in the old format {batch.magic} at offset {base}.")
            producer, = struct.unpack_from(">q", data, start + 43)
            last = base + batch.last_offset_delta
            while waiting and waiting[0][1] <= last:
                invalid.add(waiting.popleft()[0])
            if batch.is_control_batch:
                # The marker's key: version, then type (0 abort, 1 commit).
                for record in batch:
                    if struct.unpack_from(">hh", record.key)[1] == 0:
                        invalid.discard(producer)
                yield last, ()
            elif batch.is_transactional and producer in invalid:
                yield last, ()
            else:
                yield last, batch
            start = stop


def read_kafka(bootstrap, topics, patience):
    """The outputs in the topics, and the partitions in which a transaction is open."""
    reader = CommittedReader(bootstrap, patience)
    outputs, unsettled = [], []
    with contextlib.closing(reader):
        for topic, partitions in sorted(reader.leaders(topics).items()):
            for partition, node in sorted(partitions.items()):
                records, is_open = reader.partition(node, topic, partition)
                for record in records:
                    ids = [value for name, value in record.headers if name == ID_HEADER]
                    identity = ids[0].decode("utf-8", "replace") if len(ids) == 1 and ids[0] else None
                    outputs.append(Output(topic, f"{topic}[{partition}]@{record.offset}", identity, record.value))
                if is_open:
                    unsettled.append(f"{topic}[{partition}]")
    return outputs, unsettled


# ---------------------------------------------------------------- SQLite

def read_sqlite(path, topics):
    """The outputs in the embedded journal. Opened for reading; SQLite itself rolls back what was not committed."""
    try:
        uri = pathlib.Path(path).absolute().as_uri() + "?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
            places = ",".join("?" * len(topics))
            rows = database.execute(f"SELECT topic, seq, id, value FROM outputs WHERE topic IN ({places}) ORDER BY seq",
                                    topics)
            return [Output(topic, f"{topic}, seq {seq}", identity or None, value)
                    for topic, seq, identity, value in rows], []
    except sqlite3.Error as error:
        raise CannotJudge(f"{path}: {error}. Remedy: name the journal's file, written by the daemon.") from None


# ---------------------------------------------------------------- the judgement

def sequence(output):
    """Which of its matter's outputs this is, counted from 1; 1 if it does not say: a dead letter is said once."""
    try:
        return int(json.loads(output.value)["header"]["sequence"])
    except (ValueError, TypeError, KeyError):
        return 1


def judge(outputs, unsettled, expected, compared=lambda output: True, broken=()):
    """The findings as a plain dictionary: the --json output. `expected` is a set of ids, or None; it is compared with
    those outputs that `compared` picks. `broken`: what does not hold of the journal in itself."""
    compared_ids = {output.id for output in outputs if output.id is not None and compared(output)}
    places = collections.defaultdict(list)
    for output in outputs:
        if output.id is not None:
            places[output.id].append(output.place)
    findings = {
        "records": dict(sorted(collections.Counter(output.topic for output in outputs).items())),
        "ids": len(places),
        "doubled": {identity: where for identity, where in sorted(places.items()) if len(where) > 1},
        "without_id": [output.place for output in outputs if output.id is None],
        "missing": sorted(expected - compared_ids) if expected is not None else [],
        "surplus": sorted(compared_ids - expected) if expected is not None else [],
        "open_transactions": unsettled,
        "broken": list(broken),
    }
    # What is doubled, nameless or surplus stays so; but what is missing may lie in the open transaction.
    if findings["doubled"] or findings["without_id"] or findings["surplus"] or findings["broken"]:
        findings["verdict"], findings["status"] = "violation", 1
    elif unsettled:
        findings["verdict"], findings["status"] = "cannot judge", 2
    elif findings["missing"]:
        findings["verdict"], findings["status"] = "violation", 1
    else:
        findings["verdict"], findings["status"] = "clean", 0
    return findings


def report(findings, compared):
    """The findings for a person."""
    for topic, count in findings["records"].items():
        print(f"{count:9} records  {topic}")
    print(f"{findings['ids']:9} ids{'' if compared else ' (compared with nothing: use --expect)'}")
    for identity, where in list(findings["doubled"].items())[:SHOWN]:
        print(f"doubled   {identity}: {', '.join(where)}")
    for name, label in (("missing", "missing  "), ("surplus", "surplus  "), ("without_id", "without id"),
                        ("broken", "broken   "), ("open_transactions", "open transaction in")):
        for item in findings[name][:SHOWN]:
            print(f"{label} {item}")
    for name in ("doubled", "missing", "surplus", "without_id", "broken"):
        if len(findings[name]) > SHOWN:
            print(f"... {name}: {len(findings[name])} in all")
    if findings["status"] == 2:
        print("remedy: let the daemon end or take over first (an abandoned transaction ends after its time-out)")
    print(findings["verdict"])


def read_ids(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    ids = [line for line in lines if line]
    if len(ids) != len(set(ids)):
        raise CannotJudge(f"{path} lists an id twice: it was not written by an undisturbed run.")
    return set(ids)


def broken_of(arguments, outputs):
    if not arguments.domain:
        return []
    if arguments.sqlite:
        return invariants.of_outputs(outputs) + invariants.of_sqlite(arguments.sqlite)
    reader = CommittedReader(arguments.bootstrap, arguments.patience)
    with contextlib.closing(reader):
        return invariants.of_outputs(outputs) + invariants.of_kafka(reader, arguments.prefix, arguments.domain)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--bootstrap", metavar="HOST:PORT", help="read from Kafka")
    source.add_argument("--sqlite", metavar="FILE", help="read from the embedded journal")
    parser.add_argument("--prefix", default="avbrottsvakt", help="of the topics in Kafka; default: %(default)s")
    parser.add_argument("--topics", metavar="A,B",
                        help=f"default: {', '.join(NAMES)}, on Kafka each behind the prefix and a dot")
    parser.add_argument("--domain", metavar="NAME", help="judge the journal of this domain in itself, too")
    parser.add_argument("--expect", metavar="FILE", help="ids that must be there, and no others; one per line")
    parser.add_argument("--write", metavar="FILE", help="write the ids found, if nothing is wrong")
    parser.add_argument("--first-only", action="store_true",
                        help="compare and write the first output of each matter alone")
    parser.add_argument("--patience", metavar="SECONDS", type=float, default=30.0,
                        help="how long to wait for a broker that does not answer or a transaction that is open "
                             "(default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="the findings, whole, as one JSON object")
    arguments = parser.parse_args()

    try:
        topics = arguments.topics.split(",") if arguments.topics else [
            name if arguments.sqlite else f"{arguments.prefix}.{name}" for name in NAMES]
        expected = read_ids(arguments.expect) if arguments.expect else None
        outputs, unsettled = (read_kafka(arguments.bootstrap, topics, arguments.patience) if arguments.bootstrap
                              else read_sqlite(arguments.sqlite, topics))
        compared = (lambda output: sequence(output) == 1) if arguments.first_only else (lambda output: True)
        findings = judge(outputs, unsettled, expected, compared, broken_of(arguments, outputs))
        if arguments.write and findings["status"] == 0:
            with open(arguments.write, "w", encoding="utf-8") as file:
                ids = {output.id for output in outputs if compared(output)}
                file.writelines(f"{identity}\n" for identity in sorted(ids))
    except (CannotJudge, OSError) as error:
        if arguments.json:
            print(json.dumps({"verdict": "cannot judge", "status": 2, "reason": str(error)}))
        else:
            print(f"cannot judge: {error}", file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps(findings, indent=1))
    else:
        report(findings, expected is not None)
    return findings["status"]


if __name__ == "__main__":
    sys.exit(main())
