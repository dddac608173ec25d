#!/usr/bin/python3
"""Runs what the documents show of a daemon on Kafka: blocks "sh kafka", "text output" and "text shown".

  scripts/kafka with --set auto.create.topics.enable=true -- tests/docs/kafka_blocks.py ROOT AVBROTTSVAKT

A section of a document that has such blocks is run whole, in one folder and in its order, its blocks "sh run" too, since
what they write is used. What is replaced, in scripts and in what they must write: the address of the broker, and the year
in the number of an incident. A line that begins a daemon does not wait for its end; when all has been run, the daemon must
end on SIGTERM with status 0, and must not have refused anything but the one command that nobody documents. Exit status 1
if the documents are wrong.

A broker as it comes makes a topic when somebody writes to it; that of the other tests does not.
"""

import datetime
import os
import re
import signal
import subprocess
import sys
import time
import zoneinfo
from pathlib import Path

import documents

BROKER, NUMBER = "localhost:9092", re.compile(r"\b\d{4}-0001\b")
# Until the daemon has said what is expected. Where not every source has a topic it waits for the others, for a minute.
PATIENCE = 150 * documents.PATIENCE


def sections(document, text):
    """The blocks of each section (of the second level) that needs a broker."""
    found = {}
    for block in documents.blocks(document, text):
        heading = len(re.findall(r"(?m)^## ", documents.without_blocks("\n".join(text.splitlines()[:block.line]))))
        found.setdefault(heading, []).append(block)
    return [blocks for blocks in found.values() if any(block.info == "sh kafka" for block in blocks)]


def last_command(script):
    """(what comes before it, the last line of commands)."""
    lines = script.rstrip("\n").split("\n")
    first = len(lines) - 1
    while first > 0 and lines[first - 1].endswith("\\"):
        first -= 1
    return "\n".join(lines[:first]) + "\n", "\n".join(lines[first:])


class Section:
    """One section that is run, in its folder."""

    def __init__(self, blocks, folder, environment):
        self._blocks, self._folder, self._environment = blocks, folder, environment
        self._daemon, self._shown, self._again, self._written = None, Path(folder) / "shown", None, ""
        year = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Stockholm")).year
        self._here = lambda text: NUMBER.sub(f"{year}-0001", text).replace(
            BROKER, os.environ["AVBROTTSVAKT_KAFKA_BOOTSTRAP"])

    def run(self):
        """Faults, the first one only: what comes later rests on it."""
        try:
            for block in self._blocks:
                fault = self._one(block)
                if fault:
                    return [f"{block.place()}: {fault}{self._log()}"]
            return self._end()
        finally:
            if self._daemon and self._daemon.poll() is None:
                self._daemon.kill()
                self._daemon.wait()

    def _one(self, block):
        text = self._here(block.text)
        if block.info in ("sh run", "sh kafka"):
            before, last = last_command(text)
            if re.match(r"avbrottsvakt run\b(?!.*--until-end)", last):
                return self._script(before, None) or self._begin(last)
            return self._script(text, last)
        if block.info == "text output":
            return self._await(text, self._once_more)
        if block.info == "text shown":
            return self._await(text, lambda: self._shown.read_text(encoding="utf-8") if self._daemon else "")
        return None

    def _script(self, script, again):
        self._again = again
        status, self._written = documents.run_in(self._folder, self._environment, script)
        return None if status == 0 else f"ends with status {status}:\n{self._written}"

    def _once_more(self):
        written = self._written
        self._written = documents.run_in(self._folder, self._environment, self._again)[1] if self._again else ""
        return written

    def _begin(self, command):
        with open(self._shown, "wb") as out, open(f"{self._shown}.log", "wb") as log:
            self._daemon = subprocess.Popen(["bash", "-c", f"exec {command}"], cwd=self._folder, env=self._environment,
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=log)

    def _await(self, expected, written):
        end = time.monotonic() + PATIENCE
        while True:
            now = written()
            missing = documents.missing_lines(expected, now)
            if not missing:
                return None
            if time.monotonic() > end or self._daemon is None or self._daemon_ends():
                return f"is not what the commands before write: {missing[0]}\nthey wrote:\n{now}"

    def _daemon_ends(self):
        """Whether it does, in a moment in which it may also say more."""
        try:
            self._daemon.wait(timeout=0.5)
            return True
        except subprocess.TimeoutExpired:
            return False

    def _end(self):
        if not self._daemon:
            return [f"{self._blocks[0].document}: a section with 'sh kafka' begins no daemon"]
        # What people say has one order: when this has been refused, all that was said before has been judged.
        nobodys = f"avbrottsvakt tell acknowledge 1999-0002 --by ksd-on-call --journal kafka:{BROKER}"
        fault = self._script(self._here(nobodys), None) or self._await("… there is no incident 1999-0002", self._log)
        self._daemon.send_signal(signal.SIGTERM)
        status = self._daemon.wait(timeout=60)
        refused = [line for line in self._shown.read_text(encoding="utf-8").splitlines() if line.startswith("── ADMINISTR")]
        refused += re.findall(r"(?m)^.*command tell/.*$", self._log())
        if fault or status != 0 or len(refused) != 1:
            return [f"{self._blocks[0].document}: the daemon ended with status {status}; it refused {refused}, expected is "
                    f"the last one:\n{fault}{self._log()}"]
        return []

    def _log(self):
        log = Path(f"{self._shown}.log")
        return "\n-- the daemon's log:\n" + log.read_text(encoding="utf-8") if log.is_file() else ""


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if "AVBROTTSVAKT_KAFKA_BOOTSTRAP" not in os.environ:
        sys.exit("no broker. Remedy: scripts/kafka with -- " + " ".join(sys.argv))
    root, program = Path(sys.argv[1]).resolve(), sys.argv[2]
    faults, ran = [], 0
    for document in documents.RUN_WHOLE:
        for blocks in sections(document, (root / document).read_text(encoding="utf-8")):
            with documents.newcomers_folder(root, program) as (folder, environment):
                faults += Section(blocks, folder, environment).run()
            ran += 1
    print(f"{ran} sections run with a broker")
    for fault in faults:
        print(fault)
    sys.exit(1 if faults or not ran else 0)


if __name__ == "__main__":
    main()
