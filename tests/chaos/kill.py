#!/usr/bin/python3
"""Kills the daemon with SIGKILL at random moments under load, starts it again, and has what it said judged (harness.py).

  kill.py --daemon FILE --journal sqlite --kills 100
  scripts/kafka with tests/chaos/kill.py --daemon FILE --journal kafka --kills 30
  kill.py --faulty FILE --daemon FILE --journal sqlite --kills 25 --fault state-not-written

Exit status:
  0  nothing lost, nothing doubled; with --fault: the fault was caught
  1  a violation; with --fault: the fault was not caught
  2  could not be tried
"""
import argparse
import pathlib
import random
import sys
import time

sys.dont_write_bytecode = True  # No file is left in the tree.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
from harness import Caught, CannotTry, say  # noqa: E402

# The longest that it is left alone after it is ready, in seconds.
LONGEST = {"kafka": 3.0, "sqlite": 1.5}


def setting_of(journal, kills, fault):
    """New outages all through the kills but for the last third, in which those without a plan end. Per kill a daemon on
    Kafka needs some 12 seconds, most of them for its predecessor's session to end; outages without a plan last longer
    than that. (With a fault it does not matter that they do not.)"""
    if journal == "kafka":
        services = max(60, 8 * kills)
        return harness.Setting(services, services // 3, services / (9 * kills), 60, 15 if fault else 45)
    services = max(80, 3 * kills)
    return harness.Setting(services, services // 3, services / (1.5 * kills), 60, 15)


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


def play(options, directory):
    bootstrap = harness.need_broker() if options.journal == "kafka" else ""
    trial = harness.Trial(options, directory, setting_of(options.journal, options.kills, options.fault),
                          bootstrap)
    disturbed = trial.daemon("disturbed", fault=options.fault)
    try:
        disturbed.start()
        trial.begin()
        disturb(disturbed, options.kills, random.Random(options.seed), LONGEST[options.journal], bool(options.fault))
        return trial.judge(bool(options.fault))
    finally:
        trial.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faulty", metavar="FILE", help="the program chaos_faulty_daemon, for --fault")
    parser.add_argument("--journal", required=True, choices=["kafka", "sqlite"])
    parser.add_argument("--kills", type=int, default=10, metavar="N", help="default: %(default)s")
    parser.add_argument("--fault", choices=["outputs-outside", "state-not-written", "position-not-kept", "offset-not-sent"],
                        help="plant it, and expect it to be caught")
    options = harness.options_of(parser)
    if options.fault and not options.faulty:
        parser.error("--fault needs --faulty")
    return harness.run(options, f"journal {options.journal}, {options.kills} kills", play, options.fault)


if __name__ == "__main__":
    sys.exit(main())
