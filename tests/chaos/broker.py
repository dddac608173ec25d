#!/usr/bin/python3
"""The broker is what is disturbed: absent when the daemon starts, stopped in order, killed with SIGKILL, and started again
under load; and the source's topic is deleted and made anew. Judged by harness.py, beside a daemon that has no broker.

  scripts/kafka with tests/chaos/broker.py --daemon FILE --restarts 20 --kills 10

Exit status:
  0  nothing lost, nothing doubled; the daemon waited, said so, and went on
  1  a violation
  2  could not be tried
"""
import argparse
import contextlib
import os
import pathlib
import random
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # No file is left in the tree.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
from harness import CannotTry, Violation, audit, say  # noqa: E402

KAFKA = harness.HERE.parent.parent / "scripts" / "kafka"
# In seconds. How long the daemon finds no broker when it starts, and how often at most it may then say so.
ABSENT_FOR = 15
SAID_AT_MOST = 6
# From the broker's first answer until the daemon has said something new. A dead broker's controller lets it in again
# only when its old session has ended, and groups and transactions are loaded anew.
GOES_ON_WITHIN = 90
ANEW = "was made anew: reading it from its beginning"


def setting_of(rounds):
    """Outages all through the rounds, each of which takes at least ten seconds; those without a plan last longer than the
    broker is ever away."""
    services = max(60, 8 * rounds)
    return harness.Setting(services, services // 3, services / (9 * rounds), 60, 45)


class Broker:
    """That of `scripts/kafka with`, which buries it whatever happens here."""

    def __init__(self):
        self.bootstrap = harness.need_broker()

    def do(self, action):
        result = subprocess.run([KAFKA, action, os.environ["AVBROTTSVAKT_KAFKA_DIR"]], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0:
            raise CannotTry(f"scripts/kafka {action}: {result.stdout}")

    def end_of(self, topic):
        reader = audit.CommittedReader(self.bootstrap, GOES_ON_WITHIN)
        with contextlib.closing(reader):
            return reader.offset(reader.leaders([topic])[topic][0], topic, 0, reader.LATEST)


def start_without_broker(daemon, broker):
    """It waits, says so, backs off, and begins when the broker is there."""
    broker.do("stop")
    daemon.start()
    waits_until = time.monotonic() + ABSENT_FOR
    while time.monotonic() < waits_until:
        if daemon.ended():
            raise Violation(f"without a broker the daemon ended instead of waiting:\n{daemon.tail()}")
        time.sleep(0.05)
    lines = [line for line in daemon.log_path.read_text().splitlines() if " journal: " in line]
    if not any("tried again" in line for line in lines):
        raise Violation(f"in {ABSENT_FOR} s without a broker the daemon has not said that it waits:\n{daemon.tail()}")
    if len(lines) > SAID_AT_MOST or daemon.said("follows domain"):
        raise Violation(f"in {ABSENT_FOR} s without a broker the daemon said so {len(lines)} times:\n{daemon.tail()}")
    say(f"no broker for {ABSENT_FOR} s: the daemon waited, and said so {len(lines)} times")
    began = time.monotonic()
    broker.do("restart")
    if not daemon.await_ready():
        raise Violation(f"the daemon ended instead of beginning:\n{daemon.tail()}")
    return time.monotonic() - began


def disturb(daemon, broker, how, away):
    """Takes the broker away for a while. Gives how long the daemon needed from its return on."""
    broker.do(how)
    time.sleep(away)
    broker.do("restart")
    began = time.monotonic()
    # There are unreadable records all the time; once read, each is a dead letter at once.
    topic = "disturbed.dead-letter"
    before = broker.end_of(topic)
    harness.await_that(lambda: daemon.ended() or broker.end_of(topic) > before, GOES_ON_WITHIN,
                       lambda: f"the daemon says nothing new:\n{daemon.tail()}", Violation)
    if daemon.ended():
        raise Violation(f"the daemon ended, with status {daemon.process.returncode}:\n{daemon.tail()}")
    return time.monotonic() - began


def make_anew(trial, daemon, broker):
    """Another topic of the source's name, once all of the first has been heard."""
    from kafka.protocol.admin import DeleteTopicsRequest
    feeder, workload = trial.feeder, trial.workload
    with feeder.sending:
        trial.source.close()

        def all_heard():
            with contextlib.suppress(audit.CannotJudge):
                said = harness.Said(trial.disturbed.outputs(["alerts", "dead-letter"]))
                opened = {key for key in said.crossings if key[1] == "opened"}
                return said.dead_letters == workload.dead_letters and len(opened) == len(workload.began)

        harness.await_that(all_heard, GOES_ON_WITHIN, lambda: f"not everything is heard:\n{daemon.tail()}")
        daemon.mark()
        began = time.monotonic()
        harness.request(broker.bootstrap, DeleteTopicsRequest[1]([harness.TOPIC], 30_000),
                        lambda answer: [entry[1] for entry in answer.topic_error_codes])
        trial.source = harness.TopicSource(broker.bootstrap)
        feeder.sources[0] = trial.source
    if not daemon.await_said(ANEW):
        raise Violation(f"the daemon ended when the topic was made anew:\n{daemon.tail()}")
    return time.monotonic() - began


def play(options, directory):
    chooser = random.Random(options.seed)
    rounds = ["stop"] * options.restarts + ["kill"] * options.kills
    chooser.shuffle(rounds)
    broker, tally = Broker(), harness.Tally()
    trial = harness.Trial(options, directory, setting_of(len(rounds) + 2), broker.bootstrap, apart=True)
    daemon = trial.daemon("disturbed")
    try:
        tally.add("absent at the start", start_without_broker(daemon, broker))
        trial.begin()
        for number, how in enumerate(rounds, 1):
            time.sleep(chooser.uniform(0, 3))
            away = chooser.choice([0, chooser.uniform(0, 10)])
            seconds = disturb(daemon, broker, how, away)
            tally.add({"stop": "stopped in order", "kill": "killed (SIGKILL)"}[how], seconds)
            say(f"{how}, {number} of {len(rounds)}, away {away:.1f} s: {seconds:.1f} s after it answered the daemon went on")
        tally.add("source topic made anew", make_anew(trial, daemon, broker))
        clean = trial.judge()
        tally.show()
        return clean
    finally:
        trial.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number, text in (("--restarts", 3, "in which it is stopped in order"), ("--kills", 2, "of SIGKILL")):
        parser.add_argument(name, type=int, default=number, metavar="N", help=f"rounds {text}; default: %(default)s")
    options = harness.options_of(parser)
    return harness.run(options, f"{options.restarts} restarts and {options.kills} kills of the broker", play)


if __name__ == "__main__":
    sys.exit(main())
