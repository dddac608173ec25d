#!/usr/bin/python3
"""Two daemons on one domain in Kafka: the owner is frozen, killed or told to end under load, and the other takes over.

A frozen owner (SIGSTOP) sleeps past its session, is succeeded, and wakes up (SIGCONT) in the belief that it owns: the
middle of a commit, and with an intake that goes on reading the same source as its successor's. It must be fenced, stand
by, and have said nothing; what its intake still appends is known by its place in the source. Judged by harness.py.

  scripts/kafka with tests/chaos/freeze.py --daemon FILE --freezes 20 --kills 5 --terms 5

Exit status:
  0  nothing lost, nothing doubled, every old owner fenced
  1  a violation
  2  could not be tried
"""
import argparse
import pathlib
import random
import signal
import sys
import time

sys.dont_write_bytecode = True  # No file is left in the tree.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
from harness import CannotTry, Violation, say  # noqa: E402

# How an old owner learns it: from the brokers, at its commit; or from the group, before it.
REFUSED, LEFT_BEHIND = "another process owns this partition now", "this process does not own the domain"
# In seconds, from the signal: the session's ten, restoring, and a machine that is busy compiling.
TAKEN_OVER_WITHIN = 60


def setting_of(rounds):
    """Outages all through the rounds, each of which takes some 14 seconds; those without a plan last longer than the
    domain is ever without an owner."""
    services = max(60, 8 * rounds)
    return harness.Setting(services, services // 3, services / (11 * rounds), 60, 45)


class Pair:
    """The owner and the one that stands by."""

    def __init__(self, trial, chooser):
        self.owner, self.standby = trial.daemon("first"), trial.daemon("second")
        self.chooser, self.tally, self.wakings = chooser, harness.Tally(), {REFUSED: 0, LEFT_BEHIND: 0}

    def start(self):
        self.owner.start()
        if not self.owner.await_ready():
            raise CannotTry(f"the daemon does not start:\n{self.owner.tail()}")
        self.standby.start()
        if not self.standby.await_said("stands by"):
            raise CannotTry(f"the standby does not start:\n{self.standby.tail()}")

    def taken_over(self, what, began):
        if not self.standby.await_said("follows domain", TAKEN_OVER_WITHIN):
            raise Violation(f"the standby ended:\n{self.standby.tail()}")
        self.tally.add(what, time.monotonic() - began)
        self.owner, self.standby = self.standby, self.owner
        # The new owner works for a moment before anything else happens.
        time.sleep(self.chooser.uniform(0, 1.5))

    def freeze(self):
        self.standby.mark()
        began = time.monotonic()
        self.owner.signal(signal.SIGSTOP)
        self.taken_over("freeze (SIGSTOP)", began)
        zombie = self.standby
        zombie.mark()
        began = time.monotonic()
        zombie.signal(signal.SIGCONT)
        harness.await_that(lambda: zombie.ended() or any(map(zombie.said, self.wakings)), TAKEN_OVER_WITHIN,
                           lambda: f"the old owner has not noticed that it is one:\n{zombie.tail()}")
        if zombie.ended():
            raise Violation(f"the old owner ended instead of standing by:\n{zombie.tail()}")
        self.tally.add("  until the old owner knew", time.monotonic() - began)
        how = REFUSED if zombie.said(REFUSED) else LEFT_BEHIND
        self.wakings[how] += 1
        return f"the old owner woke up: {how}"

    def kill(self):
        self.standby.mark()
        began = time.monotonic()
        self.owner.kill()
        self.taken_over("kill (SIGKILL)", began)
        self.standby.start()
        return "killed"

    def term(self):
        self.standby.mark()
        began = time.monotonic()
        if status := self.owner.stop():
            raise Violation(f"the owner did not end in order, but with status {status}:\n{self.owner.tail()}")
        self.taken_over("term (SIGTERM)", began)
        self.standby.start()
        return "ended in order"


def play(options, directory):
    chooser = random.Random(options.seed)
    rounds = ["freeze"] * options.freezes + ["kill"] * options.kills + ["term"] * options.terms
    chooser.shuffle(rounds)
    trial = harness.Trial(options, directory, setting_of(len(rounds)), harness.need_broker())
    pair = Pair(trial, chooser)
    try:
        pair.start()
        trial.begin()
        for number, what in enumerate(rounds, 1):
            time.sleep(chooser.uniform(0, 1.5))
            outcome = getattr(pair, what)()
            say(f"{what}, {number} of {len(rounds)}: {outcome}; the {pair.owner.name} daemon follows")
        clean = trial.judge()
        pair.tally.show()
        say(f"old owners that the brokers refused: {pair.wakings[REFUSED]}, that the group told first: "
            f"{pair.wakings[LEFT_BEHIND]}")
        return clean
    finally:
        for daemon in (pair.owner, pair.standby):
            if daemon.process is not None and not daemon.ended():
                daemon.signal(signal.SIGCONT)
        trial.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number, text in (("--freezes", 5, "of SIGSTOP past the session"), ("--kills", 2, "of SIGKILL"),
                               ("--terms", 2, "of SIGTERM")):
        parser.add_argument(name, type=int, default=number, metavar="N", help=f"rounds {text}; default: %(default)s")
    options = harness.options_of(parser)
    return harness.run(options, f"{options.freezes} freezes, {options.kills} kills, {options.terms} terms", play)


if __name__ == "__main__":
    sys.exit(main())
