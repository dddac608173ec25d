#!/usr/bin/env python3
"""Bad input, met by the program itself: what cannot be read lies among the dead letters whole, with its place and what was
expected; what can be read is heard; and nobody waits for anybody.

  bad_feed_test.py AVBROTTSVAKT ROOT

The journal is SQLite, the sources are files. Nothing here waits for time: the daemon ends when it has read all.
"""
import datetime
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
# Sanitizers make the program slower by this factor (CMakePresets.json).
DEADLINE = 100 * int(os.environ.get("AVBROTTSVAKT_PATIENCE", "1"))
PAYLOAD_BYTES_MAX = 10 * 1024 * 1024
LINES_MOST = 100  # of a kind, logged one by one in a minute
WINDOW_INPUTS = 20_000  # of one source, appended and not yet applied

MONITORING = """source: {0}
domain: region
decode: {1}
zone: Europe/Stockholm
input: {{file: {{path: ../../{0}}}}}
signals:
  - key: ["{{/key}}"]
    condition: {{from: /is, map: {{down: down, up: up}}}}
    at: {{rfc3339: /at}}
    labels: {{service: /service}}
"""
COMMANDS = "source: commands\ndomain: region\ndecode: command_json\ninput: {file: {path: ../../commands}}\n"

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
AT = (NOW - datetime.timedelta(minutes=5)).isoformat()


def alert(service, **others):
    return json.dumps({"key": service, "service": service, "is": "down", "at": AT, **others}).encode()


def with_at(at):
    return alert("never", at=at)


def padded(size):
    """Broken from the first byte, in the middle a zero, to the last."""
    return (b"{" + b"x" * size)[:size // 2] + b"\0" + b"y" * (size - size // 2 - 1)


# Each line of the feed that cannot be read: what it is, stage, error, and what the letter must say of it.
BAD = (
    ("broken", b"{'key': 1}", "decode", "invalid_json", "expected JSON"),
    ("truncated", alert("never")[:-7], "decode", "invalid_json", "expected JSON"),
    ("no JSON", b"down!", "decode", "invalid_json", "expected JSON"),
    ("two documents", alert("never") * 2, "decode", "invalid_json", "expected JSON"),
    ("nested", b'{"key":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "decode", "too_deep", "deeper than 64 levels"),
    ("not UTF-8", alert("never").replace(b"never", b"\xff\xfe"), "decode", "invalid_utf8", "expected UTF-8"),
    ("beyond 64 bits", alert("never").replace(b"{", b'{"n":18446744073709551616,', 1), "decode", "invalid_number",
     "beyond 64 bits; tools should write such numbers as text"),
    ("a zero byte", alert("never")[:-1] + b"\0}", "decode", "invalid_json", "expected JSON"),
    ("blanks", b" \t ", "decode", "empty", "expected a JSON document, found nothing"),
    ("null", b"null", "mapping", "missing", "expected a value at /is, found nothing"),
    ("a list", b"[1]", "mapping", "missing", "expected a value at /is"),
    ("wrong type", alert("never").replace(b'"down"', b'{"a":1}'), "mapping", "wrong_type",
     "expected text or a number at /is, found an object or a list"),
    ("unknown word", alert("never").replace(b'"down"', b'"sideways"'), "mapping", "unmapped_value",
     'does not know the value "sideways" of /is; add it to condition.map'),
    ("first of two counts", alert("never").replace(b"{", b'{"is":"both",', 1), "mapping", "unmapped_value", '"both"'),
    ("no time", alert("never").replace(b'"at"', b'"t"'), "mapping", "missing", "expected a value at /at"),
    ("1970", with_at("1970-01-01T00:00:01Z"), "mapping", "bad_time", "not between the years 2000 and 2100"),
    ("9999", with_at("9999-12-31T23:59:59Z"), "mapping", "bad_time", "not between the years 2000 and 2100"),
    ("no day", with_at("2026-02-30T02:13:00Z"), "mapping", "bad_time", '/at is "2026-02-30T02:13:00Z"'),
    ("no clock", with_at("2026-11-22 25:00:00"), "mapping", "bad_time", "2026-11-22 02:13:00 in Europe/Stockholm"),
    ("escapes", with_at("\x1b[2J"), "mapping", "bad_time", r'/at is "\x1b[2J"'),
    ("a long key", alert("never", key="k" * 513), "mapping", "limit", "a key has at most 512 bytes, found 513"),
    ("the largest that is kept whole", padded(PAYLOAD_BYTES_MAX), "decode", "invalid_json", "expected JSON"),
)
GOOD = ("cosmic", "pharmacy", "blood-bank")

BAD_COMMANDS = (
    (b"acknowledge", "this is not a command: this is not JSON"),
    (b'{"id":"1","by":"r"}', "the command says nothing that this version knows"),
    (b'{"id":"1","id":"2","by":"r","acknowledge":{"incident":"2026-0001"}}', "/id: this key stands twice"),
    (b'{"id":"1","by":"r","acknowledge":{"incident":"2026-0001"},"cancel_maintenance":{"reference":"C"}}',
     "/cancel_maintenance: cannot stand beside acknowledge"),
    (b'{"id":"1","by":"r","at_ms":1795313580,"acknowledge":{"incident":"2026-0001"}}',
     "command.at_ms must be between the years 2000 and 2100"),
    (b'{"id":"1","by":"r","acknowledge":{"incident":7}}', "/acknowledge/incident: expected a text"),
)


class BadFeed(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name in ("config", "rules"):
            shutil.copytree(f"{ROOT}/{name}", f"{self.folder}/{name}")
        shutil.rmtree(f"{self.folder}/config/sources")
        os.mkdir(f"{self.folder}/config/sources")

    def source(self, name, text, lines):
        with open(f"{self.folder}/config/sources/{name}.yaml", "w", encoding="utf-8") as file:
            file.write(text)
        with open(f"{self.folder}/{name}", "wb") as file:
            file.writelines(line + b"\n" for line in lines)

    def run_to_the_end(self, *arguments, said=b""):
        done = subprocess.run(
            [PROGRAM, "run", "--config", "config/avbrottsvakt.yaml", "--until-end", *arguments],
            cwd=self.folder, input=said, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=DEADLINE,
            check=False)
        self.log = done.stderr.decode()
        self.assertEqual(done.returncode, 0, self.log[-3000:])
        journal = sqlite3.connect(f"{self.folder}/var/avbrottsvakt.db")
        self.addCleanup(journal.close)
        return journal

    def letters(self, journal, source):
        """The dead letters of a source in its order: value, and what went wrong."""
        found = []
        for value, headers in journal.execute("SELECT value, headers FROM outputs WHERE topic = 'dead-letter'"):
            names = dict(json.loads(headers))
            if os.path.basename(names["__connect.errors.topic"]) == source:
                found.append((value, names))
        return sorted(found, key=lambda letter: int(letter[1]["__connect.errors.offset"]))

    def heard(self, journal, source):
        """The keys of the causes that the engine keeps of a source."""
        prefix = f"cause/{source}/"
        return {key.removeprefix(prefix) for (key,) in journal.execute("SELECT key FROM state")
                if key.startswith(prefix)}

    def test_what_cannot_be_read_is_kept_whole_and_the_rest_is_heard(self):
        # Good ones before, between and behind the bad ones, and each bad one beside a repetition of its neighbour.
        lines = [alert(GOOD[0])]
        for _, line, *_ in BAD[:len(BAD) // 2]:
            lines += [line, b"", line]
        lines.append(alert(GOOD[1]))
        for _, line, *_ in BAD[len(BAD) // 2:]:
            lines.append(line)
        too_long = padded(PAYLOAD_BYTES_MAX + 1)
        lines += [too_long, alert("no-such-service"), alert(GOOD[2])]
        self.source("monitoring", MONITORING.format("monitoring", "json"), lines)
        self.source("other", MONITORING.format("other", "ndjson"), [alert("telephony"), b"\xff"])
        self.source("commands", COMMANDS, [line for line, _ in BAD_COMMANDS])
        journal = self.run_to_the_end()

        end, expected = -1, []
        wanted = {line: rest for _, line, *rest in BAD}
        for line in lines:
            end += len(line) + 1
            if line in wanted:
                expected.append((line, end, *wanted[line]))
        letters = self.letters(journal, "monitoring")
        last_value, last = letters.pop()
        self.assertEqual(len(letters), len(expected))
        for (value, names), (line, offset, stage, error, says) in zip(letters, expected):
            self.assertEqual(value, line, names)
            self.assertEqual(names["__connect.errors.stage"], stage, names)
            self.assertEqual(names["__connect.errors.exception.class.name"], error, names)
            self.assertIn(says, names["__connect.errors.exception.message"])
            self.assertEqual(int(names["__connect.errors.partition"]), 0)
            self.assertEqual(int(names["__connect.errors.offset"]), offset)
        # Above the bound not even memory is spent on it: its beginning, how long it was, and where it stands.
        self.assertEqual(last_value, too_long[:64 * 1024])
        self.assertEqual(last["__connect.errors.exception.class.name"], "too_large")
        self.assertIn(f"{PAYLOAD_BYTES_MAX + 1} bytes; a payload has at most {PAYLOAD_BYTES_MAX}",
                      last["__connect.errors.exception.message"])

        (value, names), = self.letters(journal, "other")
        self.assertEqual((value, names["__connect.errors.exception.class.name"]), (b"\xff", "invalid_utf8"))
        said = self.letters(journal, "commands")
        self.assertEqual([value for value, _ in said], [line for line, _ in BAD_COMMANDS])
        for (_, names), (_, says) in zip(said, BAD_COMMANDS):
            self.assertEqual(names["__connect.errors.exception.class.name"], "invalid_command")
            self.assertIn(says, names["__connect.errors.exception.message"])
            self.assertRegex(names["__connect.errors.exception.message"], r"; send \{")
        self.assertEqual(self.heard(journal, "monitoring"), {*GOOD, "no-such-service"})
        self.assertIn('no service matches {service="no-such-service"} from monitoring', self.log)
        for _, offset, *_ in expected:
            self.assertIn(f"dead letter: monitoring[0]@{offset}: ", self.log)
        self.assertEqual(self.heard(journal, "other"), {"telephony"})

        # Read again it says nothing anew: position and letters were kept together.
        count = journal.execute("SELECT count(*) FROM outputs").fetchone()
        again = self.run_to_the_end()
        self.assertEqual(again.execute("SELECT count(*) FROM outputs").fetchone(), count)

    def test_a_pipe_is_read_to_its_end(self):
        # It was left whenever nothing whole had come for a second, as with a record that takes longer.
        self.source("monitoring", MONITORING.format("monitoring", "json"), [])
        large = padded(PAYLOAD_BYTES_MAX)
        journal = self.run_to_the_end("--stdin", "monitoring", said=large + b"\n" + alert("cosmic"))
        (value, _), = self.letters(journal, "stdin")
        self.assertEqual(value, large)
        self.assertEqual(self.heard(journal, "monitoring"), {"cosmic"})

    def test_a_flood_from_one_source_starves_no_other(self):
        flood = 3 * WINDOW_INPUTS
        self.source("a-flood", MONITORING.format("a-flood", "json"),
                    (alert("nothing", key=f"k{i}") if i % 2 else b"{" for i in range(flood)))
        self.source("other", MONITORING.format("other", "json"), [alert("cosmic")])
        journal = self.run_to_the_end()
        self.assertEqual(self.heard(journal, "other"), {"cosmic"})
        self.assertEqual(len(self.heard(journal, "a-flood")), flood // 2)
        self.assertEqual(len(self.letters(journal, "a-flood")), flood // 2)
        # The log is one, so whoever comes second waits, but never for more than the window of the first.
        position = next(at for at, value in journal.execute("SELECT position, value FROM inputs ORDER BY position")
                        if b"cosmic" in value)
        self.assertLess(position, flood)
        # Nor does it push out what else is logged. The run may take more than one minute.
        for kind, line in (("dead letters from a-flood", "dead letter: a-flood["), ("remarks 'no ...'", "no service matches")):
            full = self.log.count(f"{kind}: {LINES_MOST} within 1m. The next are counted")
            self.assertGreater(full, 0, self.log[-3000:])
            self.assertLessEqual(self.log.count(line), LINES_MOST * (full + 1))
        self.assertIn("alert to the operations centre", self.log)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
