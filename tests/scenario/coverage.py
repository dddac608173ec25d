#!/usr/bin/env python3
"""Each value of the rules is held in its place by a case of rules/tests, which a lawyer can read: moved a little to either
side, it makes a case fail.

  coverage.py AVBROTTSVAKT

What no case can notice stands below, with why. What a case can notice does not belong there: write the case.
"""
import json
import subprocess
import sys

# File, value and what it could be moved to.
ALLOWED = {
    ("rules/nis2.yaml", "recipients[1].valid.from", "2026-01-14"):
        "the law is not in force that day: it has nobody to tell",
    ("rules/nis2.yaml", "recipients[2].valid.from", "2026-06-30"):
        "of two recipients the first in the list is named, and that day the first still is there",
}


def main():
    run = subprocess.run([sys.argv[1], "test", "rules/tests", "--coverage", "--format", "json"], capture_output=True,
                         text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"exit status {run.returncode}\n{run.stdout}{run.stderr}")
    loose = {}
    for line in map(json.loads, run.stdout.splitlines()):
        if line.get("severity") == "warning":
            # "NAME VALUE could be MOVED [or MOVED] without any case failing"
            moved = line["message"].split(" could be ")[1].removesuffix(" without any case failing")
            loose[(line["file"].removeprefix("./"), line["message"].split()[0], moved)] = line
    faults = [f"{line['file']}:{line['line']}:{line['column']}: {line['message']}\n  {line['remedy']}"
              for key, line in loose.items() if key not in ALLOWED]
    faults += [f"{file}: {value} moved to {moved} makes a case fail now: take it from the list in {__file__}"
               for file, value, moved in sorted(ALLOWED) if (file, value, moved) not in loose]
    print("\n".join(faults) or run.stdout.splitlines()[-1])
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
