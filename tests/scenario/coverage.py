#!/usr/bin/env python3
"""Each value of the rules is held in its place by a case of rules/tests, but for those that are listed here and in
without_a_case.txt.

  coverage.py AVBROTTSVAKT            compares
  coverage.py AVBROTTSVAKT --write    writes without_a_case.txt anew; read the difference: it may only get shorter

What stands in without_a_case.txt is held by unit tests alone (tests/unit/config/shipped_rules_test.cpp, tests/unit/engine),
which a lawyer does not read. Whoever writes a case takes its values from the list.
"""
import json
import pathlib
import subprocess
import sys

# File and value, with why no case can notice. What a case can notice does not belong here: write the case.
BEFORE_JULY = "prompts begin with criteria, and none is in force before 2026-07-01: nobody is told of this recipient yet"
ALLOWED = {
    ("rules/nis2.yaml", "recipients[1].to"): BEFORE_JULY,
    ("rules/nis2.yaml", "recipients[1].valid.from"): BEFORE_JULY,
    ("rules/nis2.yaml", "recipients[1].valid.until"): BEFORE_JULY,
    ("rules/nis2.yaml", "recipients[2].valid.from"): BEFORE_JULY,
}

WITHOUT_A_CASE = pathlib.Path(__file__).with_name("without_a_case.txt")


def main():
    run = subprocess.run([sys.argv[1], "test", "rules/tests", "--coverage", "--format", "json"], capture_output=True,
                         text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"exit status {run.returncode}\n{run.stdout}{run.stderr}")
    loose = {}
    for line in map(json.loads, run.stdout.splitlines()):
        if line.get("severity") == "warning":
            loose[(line["file"].removeprefix("./"), line["message"].split()[0])] = line
    if sys.argv[2:] == ["--write"]:
        WITHOUT_A_CASE.write_text("".join(f"{file} {value}\n" for file, value in sorted(loose) if (file, value) not in
                                          ALLOWED), encoding="utf-8")
    allowed = set(ALLOWED) | {tuple(line.split()) for line in
                              WITHOUT_A_CASE.read_text(encoding="utf-8").splitlines()}
    faults = [f"{line['file']}:{line['line']}:{line['column']}: {line['message']}"
              for key, line in loose.items() if key not in allowed]
    faults += [f"{file}: {value} is held by a case now: take it from the list in tests/scenario"
               for file, value in sorted(allowed) if (file, value) not in loose]
    print("\n".join(faults) or run.stdout.splitlines()[-1])
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
