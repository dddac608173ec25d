#!/usr/bin/python3
"""Kills the daemon with SIGKILL at random moments under load, starts it again, and has what it said judged.

Two daemons read the same source at the same time, each with a journal of its own: one is left in peace, the other is
killed again and again. In the end both must have said the same, each thing once. Judged twice, by committed records
only: by tests/auditor/audit.py (ids: none doubled, and of each matter the first output as in peace), and here (every
sequence without a gap; every crossing said once, and all that the workload makes due; the last pictures equal).

How many alerts an incident gets may differ: what came due during an absence is said in one alert. What is said may not.

  kill.py --daemon FILE --journal sqlite --kills 100
  scripts/kafka with tests/chaos/kill.py --daemon FILE --journal kafka --kills 30
  kill.py --faulty FILE --daemon FILE --journal sqlite --kills 25 --fault state-not-written

Exit status:
  0  nothing lost, nothing doubled; with --fault: the fault was caught
  1  a violation; with --fault: the fault was not caught
  2  could not be tried
"""
import argparse
import collections
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
AUDITOR = HERE.parent / "auditor" / "audit.py"
sys.dont_write_bytecode = True  # No file is left in the tree.
sys.path[:0] = [str(HERE), str(AUDITOR.parent)]
import audit  # noqa: E402
import region  # noqa: E402

TOPIC = "monitoring.chaos"
JUDGED = ["alerts", "activations", "report-prompts", "dead-letter"]
# A daemon that has not begun to follow its domain by then never will. A killed member's place in its group is kept for
# ten seconds; the rest is for machines that are busy compiling.
READY_LIMIT = 90
# How long after the last record everything must have been said.
END_LIMIT = 90
# Nothing new for so long: nothing more comes.
QUIET = 4

Setting = collections.namedtuple("Setting", "services planned pace rate held longest")


def setting_of(journal, kills):
    """New outages all through the kills but for the last third, in which those without a plan end. Per kill a daemon on
    Kafka needs some 12 seconds, most of them for its predecessor's session to end."""
    if journal == "kafka":
        services = max(60, 8 * kills)
        return Setting(services, services // 3, services / (9 * kills), 60, 60, 3.0)
    services = max(80, 3 * kills)
    return Setting(services, services // 3, services / (1.5 * kills), 60, 15, 1.5)


def say(text):
    print(f"kill: {text}", flush=True)


class CannotTry(Exception):
    """Why, for a person."""


class Daemon:
    """One daemon at a time over one journal."""

    def __init__(self, name, command, directory):
        self.name, self.command = name, command
        self.log_path = directory / f"{name}.log"
        self.log = open(self.log_path, "ab")
        self.process, self.seen = None, 0

    def start(self):
        self.seen = self.log_path.stat().st_size
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def ended(self):
        return self.process.poll() is not None

    def await_ready(self):
        """Until it follows its domain; False if it ended before."""
        deadline = time.monotonic() + READY_LIMIT
        while time.monotonic() < deadline:
            with open(self.log_path, "rb") as log:
                log.seek(self.seen)
                if b"follows domain" in log.read():
                    return True
            if self.ended():
                return False
            time.sleep(0.02)
        raise CannotTry(f"the {self.name} daemon was not ready within {READY_LIMIT} s:\n{self.tail()}")

    def kill(self):
        if self.process is not None and not self.ended():
            self.process.send_signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def tail(self):
        return b"\n".join(self.log_path.read_bytes().splitlines()[-15:]).decode("utf-8", "replace")


class FileSource:
    def __init__(self, directory):
        self.path = directory / "feed.ndjson"
        self.file = open(self.path, "a", encoding="utf-8", buffering=1)
        self.input = f"{{file: {{path: {self.path}}}}}"

    def send(self, line):
        self.file.write(line + "\n")

    def close(self):
        self.file.close()


class TopicSource:
    """A producer that is no part of us: kcat. Both daemons read the same topic, so what it might send twice, both
    hear twice."""

    def __init__(self, bootstrap):
        make_topic(bootstrap, TOPIC)
        self.input = f"{{kafka: {{topic: {TOPIC}}}}}"
        self.process = subprocess.Popen(["kcat", "-P", "-q", "-b", bootstrap, "-t", TOPIC, "-X", "linger.ms=2"],
                                        stdin=subprocess.PIPE)

    def send(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def close(self):
        self.process.stdin.close()
        if self.process.wait(timeout=60) != 0:
            raise CannotTry("kcat could not deliver the workload")


def make_topic(bootstrap, topic):
    """With the protocol's own request: kafka-python's admin client (2.0.2) does not speak with brokers of 4.x."""
    from kafka.protocol.admin import CreateTopicsRequest
    reader = audit.CommittedReader(bootstrap)
    with contextlib.closing(reader):
        node = reader._wait(reader._client.least_loaded_node, "no broker")
        request = CreateTopicsRequest[2]([(topic, 1, 1, [], [])], 30_000, False)
        reader._ask(node, request, lambda answer: [entry[1] for entry in answer.topic_errors])


class Journal:
    """How one daemon's journal is named, read and audited."""

    def __init__(self, name, options, directory, bootstrap):
        self.prefix = "avbrottsvakt" if options.journal == "sqlite" else name
        if options.journal == "sqlite":
            self.file = directory / f"{name}.db"
            self.argument, self.audited = f"sqlite:{self.file}", ["--sqlite", str(self.file)]
        else:
            self.file, self.bootstrap = None, bootstrap
            self.argument, self.audited = f"kafka:{bootstrap}/{name}", ["--bootstrap", bootstrap]

    def topics(self, names):
        # The embedded journal names them without a prefix.
        return list(names) if self.file else [f"{self.prefix}.{name}" for name in names]

    def outputs(self, names):
        """[(topic without prefix, id, value)] of all that is committed. Raises while a transaction is open."""
        found, unsettled = (audit.read_sqlite(self.file, self.topics(names)) if self.file
                            else audit.read_kafka(self.bootstrap, self.topics(names), 30))
        if unsettled:
            raise audit.CannotJudge(f"a transaction stays open in {unsettled}")
        return [(output.topic.split(".")[-1], output.id, output.value) for output in found]

    def audit(self, *arguments):
        command = [sys.executable, str(AUDITOR), "--first-only", "--topics", ",".join(self.topics(JUDGED)),
                   *self.audited, *map(str, arguments)]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        print(result.stdout, end="", flush=True)
        return result.returncode


# ---------------------------------------------------------------- the second opinion

REASONS = {"opened", "ladder", "rto_missed", "mta_missed", "activation", "legal", "recovered"}


class Said:
    """What a daemon has said, as facts to compare, and what is wrong with it in itself."""

    def __init__(self, outputs):
        self.faults = []
        self.crossings = collections.Counter()
        self.firsts = set()
        self.dead_letters = 0
        self.pictures = {}
        streams = collections.defaultdict(list)
        ids = collections.Counter(identity for _, identity, _ in outputs)
        self.faults += [f"id {identity} {count} times" for identity, count in ids.items() if count > 1]
        for topic, _, value in outputs:
            if topic == "dead-letter":
                self.dead_letters += 1
                continue
            record = json.loads(value)
            header, incident = record["header"], record["header"]["incident_id"]
            stream = (topic, incident)
            if topic == "alerts":
                self.take_alert(incident, record)
            elif topic == "activations":
                stream += (record["service"]["id"],)
                self.firsts.add(("activation", record["service"]["id"], record.get("kind")))
            elif topic == "report-prompts":
                stream += (record["regime"]["id"], record["duty_holder"]["id"])
                self.firsts.add(("report", incident, record["regime"]["id"], record.get("kind")))
            else:
                self.pictures[incident] = {key: record.get(key) for key in (
                    "state", "level", "first", "root", "began", "ended", "services", "activities", "objectives")}
            streams[stream].append(header["sequence"])
        for stream, sequences in streams.items():
            if sequences != list(range(1, len(sequences) + 1)):
                self.faults.append(f"sequence of {stream}: {sequences}")

    def take_alert(self, incident, record):
        for entry in record["entries"]:
            if entry["reason"] in REASONS:
                sign = -1 if entry.get("withdrawn") else 1
                key = (incident, entry["reason"], entry.get("subject", {}).get("id", ""), entry["at"],
                       entry.get("share_of", ""), entry.get("percent", 0))
                self.crossings[key] += sign

    def compare(self, peace, workload):
        """Faults of this one, seen beside the one that was left in peace."""
        faults = list(self.faults)
        faults += [f"said {count} times: {key}" for key, count in self.crossings.items() if count not in (0, 1)]
        mine = {key for key, count in self.crossings.items() if count}
        theirs = {key for key, count in peace.crossings.items() if count}
        faults += [f"lost: {key}" for key in sorted(theirs - mine)]
        faults += [f"not said in peace: {key}" for key in sorted(mine - theirs)]
        faults += [f"prompt lost: {key}" for key in sorted(peace.firsts - self.firsts)]
        faults += [f"prompt not said in peace: {key}" for key in sorted(self.firsts - peace.firsts)]
        faults += [f"picture differs: {self.pictures.get(key)} and in peace {peace.pictures.get(key)}"
                   for key in sorted(self.pictures.keys() | peace.pictures.keys())
                   if self.pictures.get(key) != peace.pictures.get(key)]
        return faults + self.lacks(workload)

    def lacks(self, workload):
        """What the workload makes due and was not said: known without any daemon."""
        said = collections.Counter((reason, subject) for (_, reason, subject, *_), count in self.crossings.items()
                                   if count)
        missing = []
        for number, service in enumerate(workload.services):
            due = {("opened", service): 1}
            if number < workload.planned:
                due |= {("ladder", service): 3, ("rto_missed", service): 1, ("mta_missed", f"ward-{service}"): 1}
                if ("activation", service, "proposed") not in self.firsts:
                    missing.append(f"missing: activation prompt for {service}")
            missing += [f"missing: {key}: {said[key]} of {count}" for key, count in due.items() if said[key] != count]
        for name, count, expected in (
                ("recovered", sum(count for (reason, _), count in said.items() if reason == "recovered"),
                 len(workload.ended)),
                ("legal", sum(count for (reason, _), count in said.items() if reason == "legal"), workload.planned),
                ("report prompts", len({key[1] for key in self.firsts if key[0] == "report"}), workload.planned),
                ("dead letters", self.dead_letters, workload.dead_letters)):
            if count != expected:
                missing.append(f"{name}: {count} of {expected}")
        return missing


# ---------------------------------------------------------------- one trial

class Feeder(threading.Thread):
    """Sends the workload until it is finished and the kills are over."""

    def __init__(self, source, workload):
        super().__init__()
        self.source, self.workload = source, workload
        self.kills_over, self.given_up, self.error = threading.Event(), threading.Event(), None
        self.beginning = time.monotonic()

    def run(self):
        try:
            while not self.given_up.is_set() and not (self.kills_over.is_set() and self.workload.finished()):
                for line in self.workload.tick(time.monotonic() - self.beginning):
                    self.source.send(line)
                time.sleep(0.01)
            self.source.close()
        except (OSError, CannotTry, subprocess.TimeoutExpired) as error:
            self.error = error


class Caught(Exception):
    """A planted fault has shown: how."""


def disturb(daemon, kills, chooser, longest, expected_to_die):
    """Kills it again and again. Most kills come soon after it is ready, some before."""
    for number in range(1, kills + 1):
        early = chooser.random() < 0.2
        if early:
            wait, ready = chooser.uniform(0, 1.0), True
        else:
            ready = daemon.await_ready()
            wait = chooser.uniform(0, longest)
        deadline = time.monotonic() + wait
        while ready and time.monotonic() < deadline and not daemon.ended():
            time.sleep(min(0.005, max(0.0, deadline - time.monotonic())))
        if daemon.ended():
            said_before = expected_to_die and "has been said before" in daemon.tail()
            raise (Caught if said_before else CannotTry)(
                f"the daemon ended by itself, with status {daemon.process.returncode}:\n{daemon.tail()}")
        daemon.kill()
        say(f"kill {number} of {kills}, {wait:.3f} s after it was {'started' if early else 'ready'}")
        daemon.start()


def settle(peaceful, disturbed, workload, daemons, faulty):
    """Waits until both have said everything, and then nothing more for a while. Gives up at the deadline."""
    deadline = time.monotonic() + END_LIMIT
    before, quiet_since = None, 0.0
    while True:
        try:
            outputs = [journal.outputs(JUDGED + ["incidents"]) for journal in (peaceful, disturbed)]
        except audit.CannotJudge as error:
            if time.monotonic() > deadline:
                raise CannotTry(str(error)) from None
            continue
        peace, said = (Said(found) for found in outputs)
        faults = [f"in peace: {fault}" for fault in peace.compare(peace, workload)]
        faults += said.compare(peace, workload)
        counts = [len(found) for found in outputs]
        if counts != before:
            before, quiet_since = counts, time.monotonic()
        if not faults and time.monotonic() - quiet_since >= QUIET:
            return [], outputs
        if time.monotonic() > deadline or (faulty and any("times" in fault for fault in faults)):
            return faults, outputs
        for daemon in daemons:
            if daemon.ended():
                return faults + [f"the {daemon.name} daemon ended by itself:\n{daemon.tail()}"], outputs
        time.sleep(0.5)


def trial(options, directory):
    bootstrap = os.environ.get("AVBROTTSVAKT_KAFKA_BOOTSTRAP", "")
    if options.journal == "kafka" and not bootstrap:
        raise CannotTry("no broker. Remedy: scripts/kafka with " + " ".join(sys.argv))
    setting = setting_of(options.journal, options.kills)
    services = [f"svc-{number:03}" for number in range(setting.services)]
    workload = region.Workload(services, setting.planned, setting.pace, setting.rate, setting.held, options.seed)
    source = TopicSource(bootstrap) if options.journal == "kafka" else FileSource(directory)
    config = region.write(directory, services, setting.planned, source.input)

    journals = [Journal(name, options, directory, bootstrap) for name in ("peaceful", "disturbed")]
    daemons = []
    for name, journal in zip(("peaceful", "disturbed"), journals):
        if options.journal == "kafka":
            subprocess.run([options.daemon, "topics", "--create", "--config", str(config), "--journal",
                            journal.argument], check=True, stdout=subprocess.DEVNULL)
        command = [options.daemon, "run", "--config", str(config), "--journal", journal.argument]
        if options.fault and name == "disturbed":
            command = [options.faulty, options.fault, str(config), journal.argument]
        daemons.append(Daemon(name, command, directory))
    peaceful, disturbed = daemons
    feeder = Feeder(source, workload)
    began = time.monotonic()
    try:
        for daemon in daemons:
            daemon.start()
        if not peaceful.await_ready():
            raise CannotTry(f"the daemon does not start:\n{peaceful.tail()}")
        feeder.beginning = time.monotonic()
        feeder.start()
        disturb(disturbed, options.kills, random.Random(options.seed), setting.longest, bool(options.fault))
        feeder.kills_over.set()
        feeder.join()
        if feeder.error:
            raise CannotTry(str(feeder.error))
        say(f"{len(workload.began)} outages, {workload.dead_letters} unreadable parts in {workload.lines} records; "
            "waiting for the end")
        faults, outputs = settle(*journals, workload, daemons, bool(options.fault))
        # An orderly end, too, says nothing twice and loses nothing.
        if not faults and disturbed.stop() != 0:
            faults = [f"the disturbed daemon did not stop in order:\n{disturbed.tail()}"]
    finally:
        feeder.given_up.set()
        if feeder.is_alive():
            feeder.join()
        for daemon in daemons:
            daemon.kill()
    say(f"{len(outputs[0])} outputs in peace, {len(outputs[1])} disturbed, {time.monotonic() - began:.0f} s")
    for fault in faults[:20]:
        say(fault)
    if len(faults) > 20:
        say(f"... {len(faults)} in all")
    expected = directory / "expected"
    if journals[0].audit("--write", expected) != 0:
        raise CannotTry("the daemon that was left in peace is not without fault")
    say("the auditor, of the disturbed one:")
    return journals[1].audit("--expect", expected) == 0 and not faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--daemon", required=True, metavar="FILE", help="the program avbrottsvakt")
    parser.add_argument("--faulty", metavar="FILE", help="the program chaos_faulty_daemon, for --fault")
    parser.add_argument("--journal", required=True, choices=["kafka", "sqlite"])
    parser.add_argument("--kills", type=int, default=10, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, metavar="S", help="of the moments and the workload; default: a new one")
    parser.add_argument("--fault", choices=["outputs-outside", "state-not-written"],
                        help="plant it, and expect it to be caught")
    parser.add_argument("--keep", action="store_true", help="keep region, journals and logs")
    options = parser.parse_args()
    if options.fault and not options.faulty:
        parser.error("--fault needs --faulty")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 32)
    say(f"journal {options.journal}, {options.kills} kills, seed {options.seed}"
        + (f", planted: {options.fault}" if options.fault else ""))
    directory = pathlib.Path(tempfile.mkdtemp(prefix="avbrottsvakt-chaos-"))
    status = 2
    try:
        clean = trial(options, directory)
        status = 0 if clean != bool(options.fault) else 1
        if options.fault:
            say("the planted fault was " + ("caught" if status == 0 else "NOT caught"))
        else:
            say("nothing lost, nothing doubled" if status == 0 else "VIOLATION")
    except Caught as caught:
        say(f"the planted fault was caught: {caught}")
        status = 0
    except (CannotTry, audit.CannotJudge, subprocess.SubprocessError, OSError) as error:
        say(f"could not be tried: {error}")
    if options.keep or (status != 0 and not options.fault):
        say(f"region, journals and logs are in {directory}")
    else:
        shutil.rmtree(directory)
    return status


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    sys.exit(main())
