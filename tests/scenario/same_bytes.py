#!/usr/bin/env python3
"""The same stamped inputs give the same bytes through memory, SQLite, Kafka and replay.

  same_bytes.py AVBROTTSVAKT EXERCISE...             memory, SQLite and replay
  same_bytes.py --kafka AVBROTTSVAKT EXERCISE...     and Kafka, at AVBROTTSVAKT_KAFKA_BOOTSTRAP (scripts/kafka with)

What is compared is what the program shows as JSON, and with --kafka also the values, ids and headers that lie in the
topics against those in SQLite's table of outputs.
"""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

TOPICS = ["alerts", "activations", "report-prompts", "incidents", "dead-letter"]


def play(program, *arguments):
    run = subprocess.run([program, *arguments, "--format", "json"], capture_output=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: exit status {run.returncode}\n{run.stderr.decode()}")
    return run.stdout


def first_difference(a, b):
    for number, (left, right) in enumerate(zip(a.splitlines(), b.splitlines()), 1):
        if left != right:
            return f"line {number}:\n  {left[:400]!r}\n  {right[:400]!r}"
    return f"{len(a.splitlines())} lines and {len(b.splitlines())} lines"


def sqlite_outputs(path):
    rows = sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute(
        "SELECT topic, id, value, headers FROM outputs ORDER BY seq")
    found = {topic: [] for topic in TOPICS}
    for topic, identifier, value, headers in rows:
        found[topic].append((identifier, bytes(value), json.loads(headers)))
    return found


def kafka_outputs(bootstrap, prefix):
    """Through kcat: another reader than the program's."""
    found = {}
    for topic in TOPICS:
        run = subprocess.run(
            ["kcat", "-b", bootstrap, "-C", "-q", "-e", "-J", "-o", "beginning", "-X", "isolation.level=read_committed",
             "-t", f"{prefix}.{topic}"], capture_output=True, check=True)
        found[topic] = []
        for line in run.stdout.splitlines():
            record = json.loads(line)
            flat = record.get("headers") or []
            headers = [[flat[i], flat[i + 1]] for i in range(0, len(flat), 2)]
            identifier = dict(headers).get("ce_id", "")
            found[topic].append((identifier, record["payload"].encode(), headers))
    return found


def main():
    arguments = sys.argv[1:]
    kafka = arguments[:1] == ["--kafka"]
    program, *exercises = arguments[1:] if kafka else arguments
    if not exercises:
        sys.exit(__doc__)
    failed = 0
    for number, exercise in enumerate(exercises):
        name = os.path.basename(exercise)
        with tempfile.TemporaryDirectory() as folder:
            recording = f"{folder}/recording.jsonl"
            runs = {
                "memory": play(program, "exercise", exercise, "--journal", "memory", "--record", recording),
                "sqlite": play(program, "exercise", exercise, "--journal", f"sqlite:{folder}/journal.db"),
                "replay": play(program, "replay", recording),
            }
            if kafka:
                bootstrap = os.environ["AVBROTTSVAKT_KAFKA_BOOTSTRAP"]
                prefix = f"same-bytes-{number}"
                runs["kafka"] = play(program, "exercise", exercise, "--journal", f"kafka:{bootstrap}/{prefix}")
                stored, topics = sqlite_outputs(f"{folder}/journal.db"), kafka_outputs(bootstrap, prefix)
                for topic in TOPICS:
                    if stored[topic] != topics[topic]:
                        failed += 1
                        print(f"FAILED {name}: what lies in {topic} differs between SQLite ({len(stored[topic])} records) "
                              f"and Kafka ({len(topics[topic])})")
                        for left, right in zip(stored[topic], topics[topic]):
                            if left != right:
                                print(f"  {left}\n  {right}")
                                break
            reference = runs["memory"]
            if not reference.strip():
                failed += 1
                print(f"FAILED {name}: nothing was said")
            for way, output in runs.items():
                if output != reference:
                    failed += 1
                    print(f"FAILED {name}: {way} differs from memory, {first_difference(reference, output)}")
            if not failed:
                print(f"{name}: {len(reference.splitlines())} outputs, the same bytes by {', '.join(runs)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
