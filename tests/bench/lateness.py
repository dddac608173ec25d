#!/usr/bin/python3
"""How late timers are, with many pending: a daemon has heard signs of life and knows for each when the next is due. Of a
few it hears no more. How long after the instant at which one of those is due is its alert seen?

  tests/bench/lateness.py --daemon build/bench/daemon/cli/avbrottsvakt [--pending 1000000] [--due 300]

On SQLite, with nothing else to do; the alert is seen when `run --show` has written it, which is after the commit. Prints
a row for tests/bench/README.md. Needs some minutes, most of them to hear a million signs of life.
"""
import argparse
import datetime
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "chaos"))
import region  # noqa: E402

SERVICES = 10_000
EXPECT_WITHIN = 20.0  # seconds; of those that fall silent
SPREAD = 60.0  # seconds, over which they do

SOURCE = """\
source: beats
domain: region
decode: json
input: {file: {path: ../../feed.ndjson}}
signals:
  - when: {equals: {/kind: kept}}
    origin: heartbeat
    expect_within: 24h
    key: ["{/id}"]
    condition: {is: up}
    at: {rfc3339: /at}
    labels_from: [/labels]
  - when: {equals: {/kind: silent}}
    origin: heartbeat
    expect_within: 20s
    key: ["{/id}"]
    condition: {is: up}
    at: {rfc3339: /at}
    labels_from: [/labels]
"""


def beat(kind, number, service, at):
    return json.dumps({"kind": kind, "id": f"{kind}-{number}", "at": region.rfc3339(at),
                       "labels": {"service": service}}) + "\n"


def say(text):
    print(f"lateness: {text}", file=sys.stderr, flush=True)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


class Seen:
    """What the daemon shows, line by line, with the time at which it is read."""

    def __init__(self, stream):
        self.first = {}  # by service
        self.thread = threading.Thread(target=self.read, args=(stream,), daemon=True)
        self.thread.start()

    def read(self, stream):
        for line in stream:
            at = time.time()
            for word in line.split('"'):
                if word.startswith("timer-"):
                    self.first.setdefault(word, at)


def measure(options, directory):
    timers = [f"timer-{number}" for number in range(options.due)]
    config = region.write(directory, timers + [f"bulk-{number}" for number in range(SERVICES)], 0,
                          "{file: {path: ../../unused.ndjson}}")
    (directory / "config/sources/alertmanager.yaml").unlink()
    (directory / "config/sources/beats.yaml").write_text(SOURCE)
    feed = directory / "feed.ndjson"
    began = now()
    with open(feed, "w", encoding="utf-8") as file:
        for number in range(options.pending):
            file.write(beat("kept", number, f"bulk-{number % SERVICES}", began))
    log = directory / "log"
    with open(log, "wb") as errors:
        daemon = subprocess.Popen(
            [options.daemon, "run", "--config", str(config), "--journal", f"sqlite:{directory}/journal.db", "--show",
             "--format", "json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        seen = Seen(daemon.stdout)
        say(f"{options.pending} signs of life are being heard")
        # Idle: it has used hardly any processor time for two seconds.
        stat = pathlib.Path(f"/proc/{daemon.pid}/stat")

        def used():
            fields = stat.read_text().rpartition(")")[2].split()
            return int(fields[11]) + int(fields[12])

        before, calm = used(), 0
        while calm < 2:
            time.sleep(1)
            if daemon.poll() is not None:
                sys.exit(f"lateness: the daemon ended:\n{log.read_text()[-2000:]}")
            calm = calm + 1 if used() - before <= 2 else 0
            before = used()
        say(f"heard after {(now() - began).total_seconds():.0f} s; {options.due} fall silent within {SPREAD:.0f} s")
        due = {}
        with open(feed, "a", encoding="utf-8") as file:
            for number, timer in enumerate(timers):
                at = now()
                at -= datetime.timedelta(microseconds=at.microsecond % 1000)
                file.write(beat("silent", number, timer, at))
                file.flush()
                due[timer] = at.timestamp() + EXPECT_WITHIN
                time.sleep(SPREAD / options.due)
        limit = max(due.values()) + 30
        while len(seen.first) < len(due) and time.time() < limit:
            time.sleep(0.2)
    finally:
        daemon.terminate()
        daemon.wait(timeout=60)
    missing = [timer for timer in timers if timer not in seen.first]
    if missing:
        sys.exit(f"lateness: {len(missing)} of {len(timers)} were not said:\n{log.read_text()[-2000:]}")
    return [1000 * (seen.first[timer] - due[timer]) for timer in timers]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--daemon", required=True)
    parser.add_argument("--pending", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="avbrottsvakt-lateness-") as directory:
        late = measure(options, pathlib.Path(directory))
    print(f"| {options.pending:,} pending, {options.due} due | p50 {statistics.median(late):.1f} ms | "
          f"p99 {percentile(late, 0.99):.1f} ms | most {max(late):.1f} ms |")


if __name__ == "__main__":
    main()
