#!/usr/bin/python3
"""The end of transactions is disturbed, by a proxy (proxy.py) between the daemon and its broker.

A reply to EndTxn comes late, around `socket.timeout.ms` (5 s), or never, since the connection breaks: then the daemon does
not know whether its commit took place, and librdkafka asks again. What was asked for twice may reach the broker when the
next transaction is open, and decide that one (KAFKA-17754): the producer must have been replaced by then, so that such a
stray is refused. Judged by harness.py, beside a daemon that speaks to the same broker directly.

  scripts/kafka with tests/chaos/delay.py --daemon FILE --rounds 50

Exit status:
  0  nothing lost, nothing doubled; the producer replaced where it had to be; every stray refused
  1  a violation
  2  could not be tried
"""
import argparse
import contextlib
import pathlib
import random
import sys
import time

sys.dont_write_bytecode = True  # No file is left in the tree.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import proxy  # noqa: E402
from harness import CannotTry, Violation, audit, say  # noqa: E402

SOCKET_TIMEOUT = 5
# librdkafka looks at least every other second for requests that have timed out.
SEEN_LATE_BY = 2
# From the disturbance until the daemon has said something new.
GOES_ON_WITHIN = 60
REPLACED = "replacing the producer"
# In a round each, in this order, then again: just below and just above the time-out among them.
KINDS = [("lose reply", lambda chooser: 0),
         ("stray", lambda chooser: chooser.uniform(0, 0.005)),
         ("delay reply", lambda chooser: SOCKET_TIMEOUT + SEEN_LATE_BY + chooser.uniform(0.5, 1.5)),
         ("lose request", lambda chooser: 0),
         ("delay reply", lambda chooser: SOCKET_TIMEOUT + chooser.uniform(-0.5, SEEN_LATE_BY)),
         ("delay reply", lambda chooser: SOCKET_TIMEOUT - chooser.uniform(0.5, 2))]


def setting_of(rounds):
    """Outages all through the rounds, each of which takes some 8 seconds."""
    services = max(60, 6 * rounds)
    return harness.Setting(services, services // 3, services / (7 * rounds), 60, 45)


class Ends:
    """How much the disturbed daemon has said."""

    def __init__(self, bootstrap):
        self.reader = audit.CommittedReader(bootstrap)
        self.topic = "disturbed.dead-letter"
        self.node = self.reader.leaders([self.topic])[self.topic][0]

    def end(self):
        return self.reader.offset(self.node, self.topic, 0, self.reader.LATEST)


def asks_again(disturbance):
    """Whether the client is sure to ask for the commit more than once. Else it may all the same: a broker that is still
    writing markers says that it should."""
    return disturbance.how != "delay reply" or disturbance.seconds > SOCKET_TIMEOUT + SEEN_LATE_BY


def disturb(daemon, between, ends, disturbance):
    daemon.mark()
    over = between.disturb(disturbance)
    harness.await_that(lambda: over.is_set() or daemon.ended(), GOES_ON_WITHIN,
                       lambda: f"no commit was disturbed ({disturbance.how}):\n{daemon.tail()}")
    began = time.monotonic()

    def taken_over():
        return daemon.said("follows domain")

    harness.await_that(lambda: between.next_open.is_set() or taken_over() or daemon.ended(), GOES_ON_WITHIN,
                       lambda: f"{disturbance.how}: no transaction comes after it:\n{daemon.tail()}", Violation)
    before = ends.end()
    harness.await_that(lambda: ends.end() > before or daemon.ended(), GOES_ON_WITHIN,
                       lambda: f"the daemon says nothing new:\n{daemon.tail()}", Violation)
    if daemon.ended():
        raise Violation(f"the daemon ended, with status {daemon.process.returncode}:\n{daemon.tail()}")
    # Judged by how often it was asked for, as the proxy saw it: a time-out is not noticed at its instant.
    times, replaced = between.asked_for, daemon.said(REPLACED)
    if not taken_over() and asks_again(disturbance) and times < 2:
        raise CannotTry(f"{disturbance.how}, {disturbance.seconds:.2f} s: the commit was asked for once, so it was not "
                        f"disturbed as meant:\n{daemon.tail()}")
    if not taken_over() and replaced != (times > 1):
        raise Violation(f"{disturbance.how}, {disturbance.seconds:.2f} s: a commit was asked for {times} times, and its "
                        f"producer {'replaced' if replaced else 'kept'}:\n{daemon.tail()}")
    outcome = "taken over anew" if taken_over() else "producer replaced" if replaced else "as if nothing had been"
    return time.monotonic() - began, outcome


def play(options, directory):
    chooser = random.Random(options.seed)
    bootstrap = harness.need_broker()
    between, tally = proxy.Proxy(bootstrap), harness.Tally()
    trial = harness.Trial(options, directory, setting_of(options.rounds), bootstrap)
    daemon = trial.daemon("disturbed", bootstrap=between.address)
    try:
        daemon.start()
        trial.begin()
        if not daemon.await_ready():
            raise CannotTry(f"the daemon does not start:\n{daemon.tail()}")
        ends = Ends(bootstrap)
        with contextlib.closing(ends.reader):
            for number in range(options.rounds):
                how, seconds = KINDS[number % len(KINDS)]
                disturbance = proxy.Disturbance(how, seconds(chooser))
                elapsed, outcome = disturb(daemon, between, ends, disturbance)
                tally.add(f"{how}: {outcome}", elapsed)
                say(f"{number + 1} of {options.rounds}, {how}, {disturbance.seconds:.3f} s: {outcome}")
                time.sleep(chooser.uniform(0, 0.5))
        clean = trial.judge()
        tally.show()
        answers = between.answers_to_strays
        say("the broker's answers to strays: " + (", ".join(
            f"{count} times error {code}" for code, count in sorted(answers.items())) or "none"))
        if answers[0]:
            raise Violation("a stray request decided a transaction")
        return clean
    finally:
        trial.close()
        between.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=len(KINDS), metavar="N", help="default: %(default)s, one of each")
    options = harness.options_of(parser)
    return harness.run(options, f"{options.rounds} disturbed commits", play)


if __name__ == "__main__":
    sys.exit(main())
