#!/usr/bin/python3
"""Throughput and latency of the daemon on a real broker, beside what the same broker and machine give without it.

Run it as: scripts/kafka with --throughput tests/bench/end_to_end.py

Throughput, in each round on the same broker:
  (a) a plain consumer of librdkafka reads the source topic and does nothing
  (b) plain loops move the same bytes over the same hops with the same guarantees, and do nothing else: the source into
      the log of inputs; from there, in transactions, as many records and bytes of state and outputs as the daemon wrote
  (c) the daemon
Latency: from produce to visible, of an alert by the daemon, and of a record that one bare transaction passes on.

An event is an alert of Alertmanager; a record of the source is a webhook, with one to nineteen of them. webhooks.h
describes the mix. Figures are medians of all rounds; in brackets the lowest and the highest.
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
sys.path[:0] = [str(HERE.parent / "chaos"), str(HERE.parent / "auditor")]
import harness  # noqa: E402
import region  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
# Of the owner: app/owner.h.
BATCH = 2000
# What waits for the daemon takes at most so long.
LIMIT = 300


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


class Loops:
    """A command of kafka_loops, which says a line of JSON when it has something to say."""

    def __init__(self, bench, *arguments):
        self.process = subprocess.Popen([bench.loops, *map(str, arguments)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def hear(self):
        line = self.process.stdout.readline()
        if not line:
            raise harness.CannotTry(f"{' '.join(self.process.args[1:3])} ended without a word")
        return json.loads(line)

    def tell(self, word=""):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        if self.process.wait(LIMIT) != 0:
            raise harness.CannotTry(f"{self.process.args[1]} failed")


def cpu(pid):
    """Seconds of a processor that it has used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def hurry(pid, real_time):
    """Before all else that the machine does: its session, or for what takes little time, as real-time threads."""
    pathlib.Path(f"/proc/{pid}/autogroup").write_text("-10")
    if real_time:
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.sched_setscheduler(int(thread), os.SCHED_RR, os.sched_param(5))


def cpu_of_children():
    """Of those that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def most_memory(pid):
    """Resident, in MiB, at any time so far."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0


def in_words(values, form="{:.0f}"):
    return f"{form.format(statistics.median(values))} [{form.format(min(values))}, {form.format(max(values))}]"


class Bench:
    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.loops = str(options.build / "tests/bench/kafka_loops")
        self.program = str(options.build / "daemon/cli/avbrottsvakt")
        self.bootstrap = harness.need_broker()
        self.broker = int((pathlib.Path(os.environ["AVBROTTSVAKT_KAFKA_DIR"]) / "pid").read_text())
        names = [f"service-{number:05}" for number in range(options.services)]
        # Every tenth has a plan, as in load.h. Times of hours, so that nothing comes due by itself; and what has lain
        # on its topic for a while counts as new, since it is written before it is read.
        names.sort(key=lambda name: int(name[-5:]) % 10 != 1)
        self.config = region.write(directory / "region", names, options.services // 10, "{kafka: {topic: SOURCE}}")
        self.change("rules/escalation.yaml", (REPOSITORY / "rules/escalation.yaml").read_text(), "late_after: 10s",
                    "late_after: 5m")
        shutil.copy(REPOSITORY / "rules/nis2.yaml", directory / "region/rules")
        for name in names[:options.services // 10]:
            self.change(f"config/catalogue/plans/{name}.yaml", None, "rto: 6s\nsettle: 1s", "rto: 4h\nsettle: 5m")
            self.change(f"config/catalogue/plans/{name}.yaml", None, "elapsed: 4s", "elapsed: 2h")
            self.change(f"config/catalogue/activities/ward-{name}.yaml", None, "mta: 9s", "mta: 8h")

    def change(self, name, text, old, new):
        file = self.directory / "region" / name
        file.write_text(region.replaced(text or file.read_text(), old, new))

    def hurry(self, real_time):
        if self.options.urgent:
            for pid in (os.getpid(), self.broker):  # What is started from here inherits it.
                hurry(pid, real_time)

    def ask(self, *arguments):
        command = Loops(self, *arguments)
        answer = command.hear()
        command.end()
        return answer

    def make_topics(self, prefix):
        subprocess.run([self.program, "topics", "--create", "--config", str(self.config), "--journal",
                        f"kafka:{self.bootstrap}/{prefix}"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def daemon(self, prefix):
        """One that is to read its own source topic; not started yet."""
        text = (REPOSITORY / "config/sources/alertmanager.yaml").read_text()
        self.change("config/sources/alertmanager.yaml", text, "topic: monitoring.alertmanager",
                    f"topic: {prefix}.source")
        self.make_topics(prefix)
        command = [self.program, "run", "--config", str(self.config), "--journal", f"kafka:{self.bootstrap}/{prefix}"]
        return harness.Daemon(prefix, command, self.directory)

    def await_applied(self, prefix, upto):
        waiting = Loops(self, "await", self.bootstrap, prefix, upto)
        waiting.hear()
        return waiting

    def round(self, number):
        """The seconds of (a), (b), (c), and what they moved."""
        prefix = f"daemon-{number}"
        source = f"{prefix}.source"
        harness.make_topic(self.bootstrap, source)
        load = Loops(self, "load", self.bootstrap, source, self.options.services, self.options.records)
        first = load.hear()["records"]
        daemon = self.daemon(prefix)
        daemon.start()
        try:
            known = self.await_applied(prefix, first - 1)
            if not daemon.await_ready():
                raise harness.CannotTry(f"the daemon does not start:\n{daemon.tail()}")
            known.hear()
            known.end()
            load.tell()
            moved = load.hear()
            ends = self.ask("ends", self.bootstrap, prefix)["ends"].split()
            waiting = self.await_applied(prefix, first + self.options.records - 1)
            before = cpu(daemon.process.pid), cpu(self.broker)
            perf = None
            if self.options.perf:
                perf = subprocess.Popen(["perf", "record", "-q", "-F", "300", "--call-graph", "dwarf,16384", "-o",
                                         self.options.perf, "-p", str(daemon.process.pid)])
                time.sleep(1)
            load.tell()
            began = load.hear()["at"]
            seconds = waiting.hear()["at"] - began
            if perf:
                perf.send_signal(signal.SIGINT)
                perf.wait()
            moved["cpu"] = cpu(daemon.process.pid) - before[0]
            moved["broker_cpu"] = cpu(self.broker) - before[1]
            moved["memory"] = most_memory(daemon.process.pid)
            load.end()
            waiting.end()
        finally:
            if not daemon.ended():
                daemon.stop()
        written = self.directory / f"{prefix}.written"
        self.ask("profile", self.bootstrap, prefix, written, *ends)
        a = self.ask("consume", self.bootstrap, source, first, self.options.records)
        plain = f"plain-{number}"
        self.make_topics(plain)
        before = cpu_of_children(), cpu(self.broker)
        b = self.ask("plain", self.bootstrap, source, first, plain, written, BATCH)
        moved["plain_cpu"] = cpu_of_children() - before[0]
        moved["plain_broker_cpu"] = cpu(self.broker) - before[1]
        moved["written"] = dict(line.split(" ", 1) for line in written.read_text().splitlines()
                                if not line.startswith("sizes"))
        return a["seconds"], b["seconds"], seconds, moved

    def throughput(self):
        rates, cpus, ratios, messages, memory = {"a": [], "b": [], "c": []}, [], [], [], []
        # A broker that has just been started runs uncompiled: the first round is not counted.
        for number in range(self.options.rounds + 1):
            a, b, c, moved = self.round(number)
            if number == 0:
                say(f"the daemon writes, records and bytes: {moved['written']}")
                continue
            for name, seconds in (("a", a), ("b", b), ("c", c)):
                rates[name].append(moved["events"] / seconds)
            messages.append(moved["records"] / c)
            memory.append(moved["memory"])
            cpus.append([moved[name] / moved["events"] * 1e6
                         for name in ("cpu", "broker_cpu", "plain_cpu", "plain_broker_cpu")])
            say(f"round {number} of {self.options.rounds}: {moved['records']} webhooks, {moved['events']} events, "
                f"{moved['bytes'] / 1e6:.0f} MB; events/s (a) {rates['a'][-1]:.0f}, (b) {rates['b'][-1]:.0f}, (c) "
                f"{rates['c'][-1]:.0f}; (c)/(b) {b / c:.2f}; load average {os.getloadavg()[0]:.1f}")
            ratios.append(b / c)
        print(f"\n| throughput, {self.options.rounds} rounds | median [lowest, highest] |\n|---|---|")
        for name, what in (("a", "(a) plain consumer"), ("b", "(b) plain loops"), ("c", "(c) daemon")):
            print(f"| {what}, events/s | {in_words(rates[name])} |")
        print(f"| (c) daemon, webhooks/s | {in_words(messages)} |")
        print(f"| (c) / (b) | {in_words(ratios, '{:.2f}')} |")
        print(f"| (c) / (a) | {in_words([c / a for a, c in zip(rates['a'], rates['c'])], '{:.3f}')} |")
        for at, what in enumerate(("the daemon, in (c)", "the broker, in (c)", "the loops, in (b)", "the broker, in (b)")):
            print(f"| processor time of {what}, µs an event | {in_words([row[at] for row in cpus], '{:.2f}')} |")
        print(f"| resident memory of the daemon at most, MiB | {in_words(memory)} |")
        print(flush=True)

    def latency(self):
        prefix = "latency"
        harness.make_topic(self.bootstrap, f"{prefix}.source")
        loops = Loops(self, "latency", self.bootstrap, prefix, self.options.services)
        first = loops.hear()["records"]
        daemon = self.daemon(prefix)
        daemon.start()
        rows = {"daemon": [], "bare": [], "transaction": []}
        try:
            known = self.await_applied(prefix, first - 1)
            if not daemon.await_ready():
                raise harness.CannotTry(f"the daemon does not start:\n{daemon.tail()}")
            known.hear()
            known.end()
            time.sleep(5)  # It says what it has to say of the beginning.
            for number in range(self.options.rounds + 1):
                topics = f"bare-{number}-from", f"bare-{number}-to"
                for topic in topics:
                    harness.make_topic(self.bootstrap, topic)
                loops.tell(f"bare {self.options.seconds} {self.options.rate} {' '.join(topics)}")
                bare = loops.hear()
                loops.tell(f"daemon {self.options.seconds} {self.options.rate}")
                daemons = loops.hear()
                if number == 0:
                    continue
                rows["daemon"].append(daemons["visible"])
                rows["bare"].append(bare["visible"])
                rows["transaction"].append(bare["transaction"])
                say(f"round {number} of {self.options.rounds}: " + "; ".join(
                    f"{what} p50 {found[-1]['p50']} p99 {found[-1]['p99']} max {found[-1]['max']} ms"
                    for what, found in rows.items()) + f"; load average {os.getloadavg()[0]:.1f}")
            loops.end()
        finally:
            if not daemon.ended():
                daemon.stop()
        print(f"\n| latency at {self.options.rate} events/s, {self.options.rounds} rounds of {self.options.seconds} s | "
              "p50 ms | p90 ms | p99 ms | most ms |\n|---|---|---|---|---|")
        for name, what in (("daemon", "daemon, from produce to visible alert"),
                           ("bare", "one bare transaction, from produce to visible"),
                           ("transaction", "of that, the transaction")):
            print(f"| {what} | " + " | ".join(in_words([row[part] for row in rows[name]], "{:.1f}")
                                              for part in ("p50", "p90", "p99", "max")) + " |")
        print(flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=REPOSITORY / "build/bench", metavar="DIR",
                        help="where the preset bench was built (default: %(default)s)")
    parser.add_argument("--only", choices=["throughput", "latency"], help="one of the two")
    parser.add_argument("--rounds", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--services", type=int, default=10_000, help="default: %(default)s")
    parser.add_argument("--records", type=int, default=60_000, help="webhooks in a round (default: %(default)s)")
    parser.add_argument("--rate", type=int, default=200, help="events a second, for latency (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=20, help="of a round, for latency (default: %(default)s)")
    parser.add_argument("--urgent", action="store_true",
                        help="before all else that the machine does, where it is not quiet: throughput with high "
                        "priority, latency as real-time threads. As root, for a session of its own (setsid)")
    parser.add_argument("--perf", type=pathlib.Path, metavar="FILE",
                        help="profiles the daemon: perf record of the last round")
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="avbrottsvakt-bench-"))
    try:
        bench = Bench(options, directory)
        if options.only != "latency":
            bench.hurry(False)
            bench.throughput()
        if options.only != "throughput":
            bench.hurry(True)
            bench.latency()
        return 0
    except (harness.CannotTry, subprocess.SubprocessError, OSError) as error:
        say(f"could not be measured: {error}")
        return 2
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
