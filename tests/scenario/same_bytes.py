#!/usr/bin/env python3
"""The same stamped inputs give the same bytes through memory, SQLite, Kafka and replay, and are what the script expects.

  same_bytes.py AVBROTTSVAKT EXERCISE...             memory, SQLite and replay
  same_bytes.py --kafka AVBROTTSVAKT EXERCISE...     and Kafka, at AVBROTTSVAKT_KAFKA_BOOTSTRAP (scripts/kafka with)

Every file in config/exercises/ is played so: to add one is enough. One that expects nothing, or does not count what each
role gets, fails, since it could not.

What is compared is what the program shows as JSON, and with --kafka also the values, ids and headers that lie in the
topics against those in SQLite's table of outputs.

Then a daemon runs at the real time, twice, over one journal, and the journal is replayed: while the daemon runs, and
afterwards. A journal whose beginning is gone is not replayed.
"""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time

TOPICS = ["alerts", "activations", "report-prompts", "incidents", "dead-letter"]


def play(program, *arguments):
    run = subprocess.run([program, *arguments, "--format", "json"], capture_output=True, check=False)
    if run.returncode != 0:
        # What a script expected and did not get stands among what was said.
        unmet = [line for line in run.stdout.decode().splitlines() if line.startswith('{"severity":"error"')]
        sys.exit("\n".join([f"{' '.join(arguments)}: exit status {run.returncode}", *unmet, run.stderr.decode()]))
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


def alertmanager(status, fingerprint, service, began):
    alert = {"status": status, "fingerprint": fingerprint, "labels": {"service": service, "severity": "critical"},
             "startsAt": began, "endsAt": "0001-01-01T00:00:00Z"}
    return json.dumps({"version": "4", "truncatedAlerts": 0, "alerts": [alert]})


def live(program, journal, folder, between=lambda: None):
    """Faults of replaying what a daemon did at the real time. What it showed must stand in the replay, first while it
    still runs, then whole; and so must a recording that is made of the journal. `between` is called between two runs."""
    daemon = [program, "run", "--stdin", "alertmanager", "--until-end", "--show", "--format", "json", "--journal", journal]
    log = open(f"{folder}/live.log", "wb")
    shown = b""
    began = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 300))
    for run in (1, 2):
        process = subprocess.Popen(daemon, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        payloads = [alertmanager("firing", f"{run:016x}", "cosmic" if run == 1 else "dc-north", began), "no JSON"]
        process.stdin.write("".join(p + "\n" for p in payloads).encode())
        process.stdin.flush()
        said = process.stdout.readline()  # It has been said, and the daemon runs on: its input is open.
        beside = play(program, "replay", "--journal", journal)
        process.stdin.close()
        said += process.stdout.read()
        if process.wait() != 0:
            log.flush()
            return [f"run {run}: exit status {process.returncode}\n{open(log.name).read()}"]
        if not said or not beside.startswith(shown + said.splitlines(keepends=True)[0]):
            return [f"run {run}, beside the daemon: {first_difference(shown + said, beside)}"]
        shown += said
        if not shown.startswith(beside):
            return [f"run {run}, beside the daemon: {first_difference(beside, shown)}"]
        if run == 1:
            between()
    replayed = play(program, "replay", "--journal", journal, "--record", f"{folder}/live.jsonl")
    if replayed != shown:
        return [f"afterwards: {first_difference(shown, replayed)}"]
    again = play(program, "replay", f"{folder}/live.jsonl")
    if again != shown:
        return [f"the recording of it: {first_difference(shown, again)}"]
    print(f"{journal.partition(':')[0]}, live: {len(shown.splitlines())} outputs, the same bytes by replay")
    return []


def beginning_gone(program, journal):
    """Faults of what is said of a journal whose first inputs were removed."""
    run = subprocess.run([program, "replay", "--journal", journal], capture_output=True, check=False)
    if run.returncode != 3 or b"the beginning of " not in run.stderr or b"--record" not in run.stderr or run.stdout:
        return [f"the beginning is gone: exit status {run.returncode}\n{run.stderr.decode()}{run.stdout.decode()[:400]}"]
    return []


def change(path, statement):
    """As somebody with a tool does, while no daemon runs."""
    journal = sqlite3.connect(path)
    journal.execute(statement)
    journal.commit()
    journal.close()


def live_on_sqlite(program):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/live.db"
        # An input that is none becomes a dead letter, named by its position: that must survive the recording, too.
        faults = live(program, f"sqlite:{path}", folder, lambda: change(
            path, "INSERT INTO inputs (stamp_ms, value) SELECT max(stamp_ms), 'no input' FROM inputs"))
        change(path, "DELETE FROM inputs WHERE position = 1")
        return faults + beginning_gone(program, f"sqlite:{path}")


def live_on_kafka(program, bootstrap):
    with tempfile.TemporaryDirectory() as folder:
        journal = f"kafka:{bootstrap}/same-bytes-live"
        subprocess.run([program, "topics", "--create", "--journal", journal], check=True, stdout=subprocess.DEVNULL)
        return live(program, journal, folder)


def lacks(path):
    """What an exercise needs to be able to fail, and has not."""
    with open(path, encoding="utf-8") as file:
        keys = [line.partition(":")[0] for line in file if not line.startswith((" ", "#"))]
    return [key for key in ("expect", "totals") if key not in keys]


def main():
    arguments = sys.argv[1:]
    kafka = arguments[:1] == ["--kafka"]
    program, *exercises = arguments[1:] if kafka else arguments
    if not exercises:
        sys.exit(__doc__)
    failed = 0
    for number, exercise in enumerate(exercises):
        name = os.path.basename(exercise)
        if lacks(exercise):
            failed += 1
            print(f"FAILED {name}: it has no {' and no '.join(lacks(exercise))}")
        with tempfile.TemporaryDirectory() as folder:
            recording = f"{folder}/recording.jsonl"
            runs = {
                "memory": play(program, "exercise", exercise, "--journal", "memory", "--record", recording),
                "sqlite": play(program, "exercise", exercise, "--journal", f"sqlite:{folder}/journal.db"),
                "replay": play(program, "replay", recording),
            }
            runs["replay of sqlite"] = play(program, "replay", "--journal", f"sqlite:{folder}/journal.db")
            if kafka:
                bootstrap = os.environ["AVBROTTSVAKT_KAFKA_BOOTSTRAP"]
                prefix = f"same-bytes-{number}"
                runs["kafka"] = play(program, "exercise", exercise, "--journal", f"kafka:{bootstrap}/{prefix}")
                runs["replay of kafka"] = play(program, "replay", "--journal", f"kafka:{bootstrap}/{prefix}")
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
    for fault in live_on_kafka(program, os.environ["AVBROTTSVAKT_KAFKA_BOOTSTRAP"]) if kafka else live_on_sqlite(program):
        failed += 1
        print(f"FAILED live: {fault}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
