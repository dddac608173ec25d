#!/usr/bin/python3
"""Two daemons on one domain in Kafka: the owner is frozen, killed or told to end under load, and the other takes over.

A frozen owner (SIGSTOP) sleeps past its session, is succeeded, and wakes up (SIGCONT) in the belief that it owns: the
middle of a commit, and with an intake that goes on reading the same source as its successor's. It must be fenced, stand
by, and have said nothing; what its intake still appends is known by its place in the source. Judged by harness.py.

  scripts/kafka with tests/chaos/freeze.py --daemon FILE --freezes 20 --kills 5 --terms 5
  scripts/kafka with tests/chaos/freeze.py --daemon FILE --faulty FILE --fault restore-before-fencing --freezes 3

Exit status:
  0  nothing lost, nothing doubled, every old owner fenced; with --fault: the fault was caught
  1  a violation; with --fault: the fault was not caught
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
OWNED_NOTHING = "it had lost the domain before it was frozen"
REFUSED, LEFT_BEHIND = "another process owns this partition now", "this process does not own the domain"
BACK = ["has not given", "follows domain"]
# In seconds, from the signal: the session's ten, restoring, and a machine that is busy compiling.
TAKEN_OVER_WITHIN = 60


def setting_of(rounds, fault):
    """Outages all through the rounds, each of which takes some 20 seconds; those without a plan last longer than the
    domain is ever without an owner. (With a fault it does not matter that they do not.)"""
    services = max(60, 8 * rounds)
    return harness.Setting(services, services // 3, services / (16 * rounds), 60, 15 if fault else 45)


class Pair:
    """The owner and the one that stands by."""

    def __init__(self, trial, chooser, fault=None):
        self.owner, self.standby = trial.daemon("first", fault=fault), trial.daemon("second", fault=fault)
        self.chooser, self.tally = chooser, harness.Tally()
        self.wakings = {REFUSED: 0, LEFT_BEHIND: 0, OWNED_NOTHING: 0}

    def start(self):
        self.owner.start()
        if not self.owner.await_ready():
            raise CannotTry(f"the daemon does not start:\n{self.owner.tail()}")
        self.standby.start()
        if not self.standby.await_said("has not given"):
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
        harness.await_that(lambda: zombie.ended() or any(map(zombie.said, [REFUSED, LEFT_BEHIND, *BACK])), TAKEN_OVER_WITHIN,
                           lambda: f"the old owner has not noticed that it is one:\n{zombie.tail()}", Violation)
        self.tally.add("  until the old owner knew", time.monotonic() - began)
        # On a machine that is very busy its session can have ended just before it was frozen: then it begins again at once.
        how = next((how for how in (REFUSED, LEFT_BEHIND) if zombie.said(how)), OWNED_NOTHING)
        self.wakings[how] += 1
        # It comes back as a member of the group, and then stands by; or the group gives it the domain again, in order.
        harness.await_that(lambda: zombie.ended() or any(map(zombie.said, BACK)), TAKEN_OVER_WITHIN,
                           lambda: f"the old owner does not come back:\n{zombie.tail()}", Violation)
        if zombie.ended():
            raise Violation(f"the old owner ended instead of standing by:\n{zombie.tail()}")
        if zombie.said(BACK[1]):
            self.tally.add("  owner again in order", time.monotonic() - began)
            self.owner, self.standby = zombie, self.owner
        return f"the old owner woke up: {how}"

    def wake_unfenced(self):
        """With the planted fault: the owner wakes up when its successor has restored, and has not fenced it yet."""
        self.standby.mark()
        self.owner.mark()
        if not self.owner.await_said("planted: will commit soon"):
            raise CannotTry(f"the owner ended:\n{self.owner.tail()}")
        self.owner.signal(signal.SIGSTOP)
        if not self.standby.await_said("planted: restored"):
            raise CannotTry(f"the standby ended:\n{self.standby.tail()}")
        self.owner.signal(signal.SIGCONT)
        self.taken_over("freeze (SIGSTOP)", time.monotonic())
        return "the old owner woke up before it was fenced"

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
    freeze = "wake_unfenced" if options.fault else "freeze"
    rounds = [freeze] * options.freezes + ["kill"] * options.kills + ["term"] * options.terms
    chooser.shuffle(rounds)
    trial = harness.Trial(options, directory, setting_of(len(rounds), options.fault), harness.need_broker())
    pair = Pair(trial, chooser, options.fault)
    try:
        pair.start()
        trial.begin()
        for number, what in enumerate(rounds, 1):
            time.sleep(chooser.uniform(0, 1.5))
            outcome = getattr(pair, what)()
            say(f"{what}, {number} of {len(rounds)}: {outcome}; the {pair.owner.name} daemon follows")
        clean = trial.judge(bool(options.fault))
        pair.tally.show()
        say(f"old owners that the brokers refused: {pair.wakings[REFUSED]}, that the group told first: "
            f"{pair.wakings[LEFT_BEHIND]}, that owned nothing when they were frozen: {pair.wakings[OWNED_NOTHING]}")
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
    parser.add_argument("--faulty", metavar="FILE", help="the program chaos_faulty_daemon, for --fault")
    parser.add_argument("--fault", choices=["restore-before-fencing"], help="plant it, and expect it to be caught")
    options = harness.options_of(parser)
    if options.fault and not options.faulty:
        parser.error("--fault needs --faulty")
    return harness.run(options, f"{options.freezes} freezes, {options.kills} kills, {options.terms} terms", play,
                       options.fault)


if __name__ == "__main__":
    sys.exit(main())
