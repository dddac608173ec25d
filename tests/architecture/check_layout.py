#!/usr/bin/python3
"""Compares the tree with what ARCHITECTURE.md promises of it. Exit status 1 if it does not hold.

Usage: check_layout.py ROOT COMPILE_COMMANDS.json
"""

import sys
from pathlib import Path

import layout


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    faults = layout.check_all(Path(sys.argv[1]).resolve(), sys.argv[2])
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
