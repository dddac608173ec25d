#!/usr/bin/python3
"""The disk under the SQLite journal is what is disturbed, under load.

  full      for some seconds nothing can be written: the daemon says so, waits, and goes on when there is room again
  failed    a read, a write or a sync of the disk fails once: the daemon ends, with status 3, and nothing half-written; what
            is started then goes on. A failed sync is final: what the kernel kept of it nobody knows
  damaged   the file is damaged while no daemon runs: the daemon does not start, with status 4; over the undamaged file it
            goes on. A log of writes (WAL) that was torn off after a kill is no damage: what stands before counts

Each end says which file, and what to do. Full and failing disks are made with strace, which needs no disk of its own;
with --on, in a small file system that is given, by filling it. Judged by harness.py.

  disk.py --daemon FILE --full 20 --failed 20 --damaged 20
  mount -t tmpfs -o size=16m none DIR && disk.py --daemon FILE --on DIR --full 20 --failed 0 --damaged 0

Exit status:
  0  nothing lost, nothing doubled; each trouble told from the others, and survived
  1  a violation
  2  could not be tried
"""
import argparse
import contextlib
import itertools
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # No file is left in the tree.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
from harness import CannotTry, Violation, say  # noqa: E402

# In seconds: until a trouble shows, and until the daemon has said something new when it is over. It then tries again
# after 30 s at the latest.
SHOWS_WITHIN = 60
GOES_ON_WITHIN = 90
# What fails; how the daemon ends, and what it says. What cannot be read, SQLite takes for damaged.
FAILURES = [("fdatasync,fsync:error=EIO", 3, "check the disk"), ("pwrite64:error=EIO", 3, "check the disk"),
            ("pread64:error=EIO", 4, "restore the journal from a copy")]


def setting_of(rounds):
    """Outages all through the rounds, each of which takes some 5 seconds."""
    services = max(80, 4 * rounds)
    return harness.Setting(services, services // 3, services / (4 * rounds), 60, 30)


@contextlib.contextmanager
def injected(what, file, *tasks):
    """While the body runs, system calls of these threads on the journal fail as strace's expression `what` says."""
    calls = what.split(":")[0]
    attached = [argument for task in tasks for argument in ("-p", str(task))]
    only = [argument for suffix in ("", "-wal", "-shm") for argument in ("-P", f"{file}{suffix}")]
    tracer = subprocess.Popen(
        ["strace", "-qq", "-o", "/dev/null", *attached, *only, "-e", f"trace={calls}", "-e", f"inject={what}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield
    finally:
        tracer.terminate()
        _, errors = tracer.communicate(timeout=30)
        if errors:
            raise CannotTry(f"strace: {errors}Remedy: may this user trace its own processes?")


def tasks_of(process):
    return [int(task.name) for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir()]


def tasks_that_call(process, calls, directory):
    """Which threads of the process use these system calls on the journal: it works, so it does not take long."""
    seen = directory / "strace"
    seen.unlink(missing_ok=True)
    tracer = subprocess.Popen(["strace", "-f", "-qq", "-y", "-o", seen, "-p", str(process.pid), "-e", f"trace={calls}"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def callers():
        lines = seen.read_text().splitlines() if seen.exists() else []
        return sorted({int(line.split()[0]) for line in lines if "disturbed.db" in line})

    try:
        # The owner, and the thread that reads the source.
        harness.await_that(lambda: len(callers()) >= 2, SHOWS_WITHIN, f"not two threads use {calls}")
        return callers()
    finally:
        tracer.terminate()
        tracer.wait(30)


@contextlib.contextmanager
def filled(directory):
    """While the body runs, the file system has no room left."""
    filler = directory / "filler"
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))
    try:
        yield
    finally:
        filler.unlink()


class Disk:
    """The disturbed daemon and its journal."""

    def __init__(self, trial, chooser, on):
        self.trial, self.daemon, self.directory = trial, trial.daemon("disturbed"), on
        self.journal, self.file, self.chooser, self.tally = trial.disturbed, trial.disturbed.file, chooser, harness.Tally()
        self.failures, self.damages = itertools.cycle(FAILURES), itertools.cycle(DAMAGES)

    def start(self):
        self.daemon.start()
        if not self.daemon.await_ready():
            raise Violation(f"the daemon does not start:\n{self.daemon.tail()}")

    def said(self):
        return len(self.journal.outputs(["dead-letter"]))

    def goes_on(self, what, began):
        before = self.said()
        harness.await_that(lambda: self.daemon.ended() or self.said() > before, GOES_ON_WITHIN,
                           lambda: f"the daemon says nothing new:\n{self.daemon.tail()}", Violation)
        if self.daemon.ended():
            raise Violation(f"the daemon ended, with status {self.daemon.process.returncode}:\n{self.daemon.tail()}")
        self.tally.add(what, time.monotonic() - began)

    def ends_with(self, status, *words):
        """The daemon ends by itself, and says why, naming the file."""
        try:
            got = self.daemon.process.wait(SHOWS_WITHIN)
        except subprocess.TimeoutExpired:
            raise Violation(f"the daemon goes on as if nothing had been:\n{self.daemon.tail()}") from None
        missing = [word for word in (str(self.file), *words) if not self.daemon.said(word)]
        if got != status or missing:
            raise Violation(f"it ended with status {got}, expected {status}; not said: {missing}:\n{self.daemon.tail()}")

    def full(self):
        self.daemon.mark()
        trouble = filled(self.directory) if self.directory else injected(
            "pwrite64:error=ENOSPC", self.file, *tasks_of(self.daemon.process))
        with trouble:
            if not self.daemon.await_said("free space on its disk", SHOWS_WITHIN):
                raise Violation(f"it ended when the disk was full:\n{self.daemon.tail()}")
            time.sleep(self.chooser.uniform(0, 3))
        self.goes_on("disk full", time.monotonic())
        return "said so, and went on"

    def failed(self):
        failure, status, remedy = next(self.failures)
        # One thread alone: that of the owner, or the one that appends what it reads.
        tasks = tasks_that_call(self.daemon.process, failure.split(":")[0], self.trial.directory)
        self.daemon.mark()
        with injected(f"{failure}:when={self.chooser.randint(1, 5)}", self.file, self.chooser.choice(tasks)):
            self.ends_with(status, remedy)
        began = time.monotonic()
        self.start()
        self.goes_on(failure, began)
        return f"{failure}: ended, and went on when it was started again"

    def damaged(self):
        damage = next(self.damages)
        if damage is tear_off:
            self.daemon.kill()
            tear_off(self.file, self.chooser)
        else:
            self.daemon.stop()
            kept = self.file.with_suffix(".kept")
            shutil.copy(self.file, kept)
            damage(self.file, self.chooser)
            self.daemon.start()
            self.ends_with(4, "restore the journal from a copy")
            for leftover in ("-wal", "-shm"):
                pathlib.Path(f"{self.file}{leftover}").unlink(missing_ok=True)
            os.replace(kept, self.file)
        began = time.monotonic()
        self.start()
        self.goes_on(damage.__doc__, began)
        return damage.__doc__


# ---------------------------------------------------------------- kinds of damage

def overwrite(file, offset, data):
    with open(file, "r+b") as stream:
        stream.seek(offset)
        stream.write(data)


def page_size(file):
    return int.from_bytes(file.read_bytes()[16:18], "big")


def pages_of(file, table):
    """The numbers of the pages of a table, from 1."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return [number for number, in database.execute("SELECT pageno FROM dbstat WHERE name = ?", [table])]


def damage_header(file, chooser):
    """the head overwritten"""
    overwrite(file, 0, chooser.randbytes(64))


def cut_short(file, chooser):
    """the file cut short"""
    size = file.stat().st_size
    os.truncate(file, chooser.randrange(size // 4, size - page_size(file)))


def zero_page(file, chooser):
    """a page of zeros"""
    size = page_size(file)
    overwrite(file, (chooser.choice(pages_of(file, "state")) - 1) * size, bytes(size))


def scramble_page(file, chooser):
    """a page overwritten"""
    size = page_size(file)
    overwrite(file, (chooser.choice(pages_of(file, "outputs")) - 1) * size, chooser.randbytes(size))


def flip_bit(file, chooser):
    """a bit of a value turned over"""
    # In the middle of what the journal wrote, where SQLite sees nothing wrong.
    data = file.read_bytes()
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        value, = database.execute("SELECT value FROM outputs WHERE topic = 'alerts' ORDER BY random() LIMIT 1").fetchone()
    place = data.index(value[:200]) + chooser.randrange(200)
    overwrite(file, place, bytes([data[place] ^ 1 << chooser.randrange(8)]))


def tear_off(file, chooser):
    """the log of writes torn off"""
    log = pathlib.Path(f"{file}-wal")
    if log.exists():
        os.truncate(log, chooser.randrange(log.stat().st_size + 1))


DAMAGES = [damage_header, cut_short, zero_page, scramble_page, flip_bit, tear_off]


def play(options, directory):
    if not shutil.which("strace") and (options.full or options.failed):
        raise CannotTry("strace is missing. Remedy: ./scripts/setup --test")
    chooser = random.Random(options.seed)
    rounds = ["full"] * options.full + ["failed"] * options.failed + ["damaged"] * options.damaged
    chooser.shuffle(rounds)
    trial = harness.Trial(options, directory, setting_of(len(rounds)))
    if options.on:
        trial.disturbed = harness.Journal("disturbed", options.on)
    disk = Disk(trial, chooser, options.on)
    try:
        disk.start()
        trial.begin()
        for number, what in enumerate(rounds, 1):
            time.sleep(chooser.uniform(0, 1))
            say(f"{what}, {number} of {len(rounds)}: {getattr(disk, what)()}")
        clean = trial.judge()
        disk.tally.show()
        return clean
    finally:
        trial.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in (("--full", 3), ("--failed", len(FAILURES)), ("--damaged", len(DAMAGES))):
        parser.add_argument(name, type=int, default=number, metavar="N", help="rounds; default: %(default)s")
    parser.add_argument("--on", type=pathlib.Path, metavar="DIR", help="a small file system for the journal, to be filled")
    options = harness.options_of(parser)
    return harness.run(options, f"disk {options.full} times full, {options.failed} failed, {options.damaged} damaged", play)


if __name__ == "__main__":
    sys.exit(main())
