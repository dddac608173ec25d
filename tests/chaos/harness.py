"""What the chaos tests have in common: a workload that two daemons read at the same time, each into a journal of its own.
One is left in peace, the other is disturbed. In the end both must have said the same, each thing once.

Judged by committed records only: by tests/auditor/audit.py (ids: none doubled, and of each matter the first output as
in peace; what must hold of a journal in itself), by said.py (every crossing said once, and all that the workload makes
due; the last pictures equal), and by the log of inputs, which replayed must yield what was said. How many alerts an
incident gets may differ: what came due during an absence is said in one alert. What is said may not.
"""
import collections
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
AUDITOR = HERE.parent / "auditor" / "audit.py"
sys.path[:0] = [str(HERE), str(AUDITOR.parent)]
import audit  # noqa: E402
import region  # noqa: E402
from said import Said  # noqa: E402

TOPIC = "monitoring.chaos"
JUDGED = ["alerts", "activations", "report-prompts", "dead-letter"]
# A daemon that has not begun to follow its domain by then never will. A killed member's place in its group is kept for
# ten seconds; the rest is for machines that are busy compiling.
READY_LIMIT = 90
# How long after the last record everything must have been said.
END_LIMIT = 90
# Nothing new for so long: nothing more comes.
QUIET = 4

# How many services, how many of them with a plan; new outages a second; records a second; how long an outage without a
# plan lasts, in seconds.
Setting = collections.namedtuple("Setting", "services planned pace rate held")


def say(text):
    print(f"{pathlib.Path(sys.argv[0]).stem}: {text}", flush=True)


class CannotTry(Exception):
    """Why, for a person."""


class Caught(Exception):
    """A planted fault has shown: how."""


class Violation(Exception):
    """A promise was broken: which."""


def await_that(condition, limit, trouble, failure=CannotTry):
    """Until the condition gives something true, which is returned. `trouble` says what was waited for in vain."""
    deadline = time.monotonic() + limit
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise failure(f"{trouble() if callable(trouble) else trouble} (waited {limit} s)")
        time.sleep(0.02)


class Daemon:
    """One daemon at a time over one journal."""

    def __init__(self, name, command, directory):
        self.name, self.command = name, command
        self.log_path = directory / f"{name}.log"
        self.log = open(self.log_path, "ab")
        self.process, self.seen = None, 0

    def start(self):
        self.mark()
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def ended(self):
        return self.process.poll() is not None

    def mark(self):
        """From here on said() looks."""
        self.seen = self.log_path.stat().st_size

    def said(self, text):
        """Whether it has logged this since it was started, or since mark()."""
        with open(self.log_path, "rb") as log:
            log.seek(self.seen)
            return text.encode() in log.read()

    def await_said(self, text, limit=READY_LIMIT):
        """Until it has logged this; False if it ended before."""
        await_that(lambda: self.said(text) or self.ended(), limit,
                   lambda: f"the {self.name} daemon has not logged '{text}':\n{self.tail()}")
        return self.said(text)

    def await_ready(self):
        """Until it follows its domain; False if it ended before."""
        return self.await_said("follows domain")

    def signal(self, number):
        self.process.send_signal(number)

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
    """A producer that is no part of us: kcat. It waits for a broker that is away, and sends nothing twice."""

    def __init__(self, bootstrap, topic=TOPIC):
        make_topic(bootstrap, topic)
        self.input = f"{{kafka: {{topic: {topic}}}}}"
        self.process = subprocess.Popen(
            ["kcat", "-P", "-q", "-E", "-b", bootstrap, "-t", topic, "-X", "linger.ms=2", "-X", "enable.idempotence=true",
             "-X", "message.timeout.ms=600000", "-X", "reconnect.backoff.max.ms=500", "-X", "log_level=0"],
            stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def send(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def close(self):
        """Until everything has been delivered."""
        self.process.stdin.close()
        if self.process.wait(timeout=120) != 0:
            raise CannotTry(f"kcat could not deliver the workload (status {self.process.returncode})")


def request(bootstrap, message, codes):
    """With the protocol's own requests: kafka-python's admin client (2.0.2) does not speak with brokers of 4.x."""
    reader = audit.CommittedReader(bootstrap)
    with contextlib.closing(reader):
        node = reader._wait(reader._client.least_loaded_node, "no broker")
        return reader._ask(node, message, codes)


def make_topic(bootstrap, topic):
    from kafka.protocol.admin import CreateTopicsRequest
    request(bootstrap, CreateTopicsRequest[2]([(topic, 1, 1, [], [])], 30_000, False),
            lambda answer: [entry[1] for entry in answer.topic_errors])


class Journal:
    """How one daemon's journal is named, read and audited."""

    def __init__(self, name, directory, bootstrap=""):
        self.prefix, self.bootstrap = name if bootstrap else "avbrottsvakt", bootstrap
        self.file = None if bootstrap else directory / f"{name}.db"
        self.argument = self.reached_by(bootstrap)
        self.audited = ["--bootstrap", bootstrap] if bootstrap else ["--sqlite", str(self.file)]

    def reached_by(self, bootstrap):
        """The daemon's --journal, with another address of the same broker."""
        return f"kafka:{bootstrap}/{self.prefix}" if bootstrap else f"sqlite:{self.file}"

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

    def audit(self, names, *arguments):
        command = [sys.executable, str(AUDITOR), "--topics", ",".join(self.topics(names)), *self.audited, "--domain",
                   "region", "--prefix", self.prefix, *map(str, arguments)]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        print(result.stdout, end="", flush=True)
        return result.returncode


class Feeder(threading.Thread):
    """Sends the workload until it is finished and the disturbances are over."""

    def __init__(self, sources, workload):
        super().__init__()
        self.sources, self.workload = sources, workload
        self.over, self.given_up, self.error = threading.Event(), threading.Event(), None
        self.sending = threading.Lock()  # Held while it sends: who takes it has the sources for itself.
        self.beginning = time.monotonic()

    def run(self):
        try:
            while not self.given_up.is_set() and not (self.over.is_set() and self.workload.finished()):
                with self.sending:
                    for line in self.workload.tick(time.monotonic() - self.beginning):
                        for source in self.sources:
                            source.send(line)
                time.sleep(0.01)
            for source in self.sources:
                source.close()
        except (OSError, CannotTry, subprocess.TimeoutExpired) as error:
            self.error = error


class Tally:
    """How often what was done, and how long it took until the daemon worked again."""

    def __init__(self):
        self.rows = collections.defaultdict(list)

    def add(self, what, seconds):
        self.rows[what].append(seconds)

    def show(self):
        say(f"{'what was done':32} {'times':>5}  {'median s':>8}  {'most s':>7}")
        for what, seconds in self.rows.items():
            say(f"{what:32} {len(seconds):5}  {statistics.median(seconds):8.2f}  {max(seconds):7.2f}")


class Trial:
    """One workload, the daemon that is left in peace, and the journal that the others work on."""

    def __init__(self, options, directory, setting, bootstrap="", apart=False):
        """With `bootstrap` journals and source lie on that broker, else in files. `apart`: the daemon that is left in
        peace has files all the same, since it is the broker that is disturbed."""
        self.options, self.directory, self.setting, self.apart = options, directory, setting, apart
        services = [f"svc-{number:03}" for number in range(setting.services)]
        self.workload = region.Workload(services, setting.planned, setting.pace, setting.rate, setting.held, options.seed)
        self.source = TopicSource(bootstrap) if bootstrap else FileSource(directory)
        sources = [self.source]
        self.config = region.write(directory / "disturbed", services, setting.planned, self.source.input)
        peaceful_config, peaceful_broker = self.config, bootstrap
        if apart:
            sources.append(FileSource(directory))
            peaceful_config, peaceful_broker = region.write(
                directory / "peaceful", services, setting.planned, sources[1].input), ""
        self.peace = Journal("peaceful", directory, peaceful_broker)
        self.disturbed = Journal("disturbed", directory, bootstrap)
        for journal in (self.peace, self.disturbed):
            if journal.bootstrap:
                subprocess.run([options.daemon, "topics", "--create", "--config", str(self.config), "--journal",
                                journal.argument], check=True, stdout=subprocess.DEVNULL)
        self.peaceful = Daemon("peaceful", [options.daemon, "run", "--config", str(peaceful_config), "--journal",
                                            self.peace.argument], directory)
        self.daemons = []
        self.feeder = Feeder(sources, self.workload)
        self.began = time.monotonic()

    def daemon(self, name, bootstrap=None, fault=None):
        """A daemon over the disturbed journal, not started yet."""
        journal = self.disturbed.reached_by(bootstrap) if bootstrap else self.disturbed.argument
        command = [self.options.daemon, "run", "--config", str(self.config), "--journal", journal]
        if fault:
            command = [self.options.faulty, fault, str(self.config), journal]
        self.daemons.append(Daemon(name, command, self.directory))
        return self.daemons[-1]

    def begin(self):
        self.peaceful.start()
        if not self.peaceful.await_ready():
            raise CannotTry(f"the daemon does not start:\n{self.peaceful.tail()}")
        self.feeder.beginning = time.monotonic()
        self.feeder.start()

    def judge(self, faulty=False, may_have_ended=()):
        """When the disturbances are over: whether nothing was lost and nothing doubled."""
        self.feeder.over.set()
        self.feeder.join()
        if self.feeder.error:
            raise CannotTry(str(self.feeder.error))
        workload = self.workload
        say(f"{len(workload.began)} outages, {workload.dead_letters} unreadable parts in {workload.lines} records; "
            "waiting for the end")
        running = [daemon for daemon in (self.peaceful, *self.daemons) if daemon not in may_have_ended]
        faults, outputs = self.settle(running, faulty)
        # An orderly end, too, says nothing twice and loses nothing.
        for daemon in self.daemons:
            if not faults and daemon in running and daemon.stop() != 0:
                faults = [f"the {daemon.name} daemon did not stop in order:\n{daemon.tail()}"]
        self.close()
        say(f"{len(outputs[0])} outputs in peace, {len(outputs[1])} disturbed, {time.monotonic() - self.began:.0f} s")
        for fault in faults[:20]:
            say(fault)
        if len(faults) > 20:
            say(f"... {len(faults)} in all")
        return self.audit() and not faults

    def settle(self, running, faulty):
        """Waits until both have said everything, and then nothing more for a while. Gives up at the deadline."""
        deadline = time.monotonic() + END_LIMIT
        before, quiet_since = None, 0.0
        while True:
            try:
                outputs = [journal.outputs(JUDGED + ["incidents"]) for journal in (self.peace, self.disturbed)]
            except audit.CannotJudge as error:
                if time.monotonic() > deadline:
                    raise CannotTry(str(error)) from None
                continue
            peace, said = (Said(found) for found in outputs)
            faults = [f"in peace: {fault}" for fault in peace.compare(peace, self.workload)]
            faults += said.compare(peace, self.workload)
            counts = [len(found) for found in outputs]
            if counts != before:
                before, quiet_since = counts, time.monotonic()
            if not faults and time.monotonic() - quiet_since >= QUIET:
                return [], outputs
            if time.monotonic() > deadline or (faulty and any("times" in fault for fault in faults)):
                return faults, outputs
            for daemon in running:
                if daemon.ended():
                    return faults + [f"the {daemon.name} daemon ended by itself:\n{daemon.tail()}"], outputs
            time.sleep(0.5)

    def audit(self):
        expected = self.directory / "expected"
        # A dead letter is named by its place in the source, and two sources have no places in common.
        compared = [name for name in JUDGED if name != "dead-letter"] if self.apart else JUDGED
        if self.peace.audit(compared, "--first-only", "--write", expected) != 0:
            raise CannotTry("the daemon that was left in peace is not without fault")
        say("the auditor, of the disturbed one:")
        clean = self.disturbed.audit(compared, "--first-only", "--expect", expected) == 0
        return clean and (not self.apart or self.disturbed.audit(JUDGED) == 0) and self.is_replayed()

    def is_replayed(self):
        """Whether the log of inputs alone yields what was said, no more and no less."""
        result = subprocess.run([self.options.daemon, "replay", "--config", str(self.config), "--journal",
                                 self.disturbed.argument, "--format", "json"], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)
        if result.returncode != 0:
            say(f"the log cannot be replayed: {result.stderr}")
            return False
        replayed = collections.Counter(json.loads(line)["header"]["id"] for line in result.stdout.splitlines())
        said = collections.Counter(identity for _, identity, _ in self.disturbed.outputs(JUDGED + ["incidents"]))
        say(f"replayed from the log: {replayed.total()} outputs, "
            + ("the same" if replayed == said else f"{(said - replayed).total()} of those said are not among them, "
               f"{(replayed - said).total()} were not said"))
        return replayed == said

    def close(self):
        self.feeder.given_up.set()
        if self.feeder.is_alive():
            self.feeder.join()
        for daemon in (self.peaceful, *self.daemons):
            daemon.kill()


def need_broker():
    bootstrap = os.environ.get("AVBROTTSVAKT_KAFKA_BOOTSTRAP", "")
    if not bootstrap:
        raise CannotTry("no broker. Remedy: scripts/kafka with " + " ".join(sys.argv))
    return bootstrap


def options_of(parser):
    """The options that all have."""
    parser.add_argument("--daemon", required=True, metavar="FILE", help="the program avbrottsvakt")
    parser.add_argument("--seed", type=int, metavar="S", help="of the moments and the workload; default: a new one")
    parser.add_argument("--keep", action="store_true", help="keep region, journals and logs")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 32)
    return options


def run(options, what, play, fault=None):
    """Plays it in a folder of its own. `play(options, directory)` gives whether it was clean. The exit status:

      0  nothing lost, nothing doubled; with a planted fault: it was caught
      1  a violation; with a planted fault: it was not caught
      2  could not be tried
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(2))
    say(f"{what}, seed {options.seed}" + (f", planted: {fault}" if fault else ""))
    directory = pathlib.Path(tempfile.mkdtemp(prefix="avbrottsvakt-chaos-"))
    status, told_to_end = 2, False
    try:
        clean = play(options, directory)
        status = 0 if clean != bool(fault) else 1
        if fault:
            say("the planted fault was " + ("caught" if status == 0 else "NOT caught"))
        else:
            say("nothing lost, nothing doubled" if status == 0 else "VIOLATION")
    except Caught as caught:
        say(f"the planted fault was caught: {caught}")
        status = 0
    except Violation as violation:
        say(f"VIOLATION: {violation}")
        status = 1
    except (CannotTry, audit.CannotJudge, subprocess.SubprocessError, OSError) as error:
        say(f"could not be tried: {error}")
    except SystemExit:
        told_to_end = True
        raise
    finally:
        if options.keep or (status != 0 and not fault and not told_to_end):
            say(f"region, journals and logs are in {directory}")
        else:
            shutil.rmtree(directory)
    return status
