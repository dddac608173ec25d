#!/usr/bin/python3
"""Does what the documents show exist, and do what they say? Exit status 1 if not.

Usage: check_documents.py ROOT AVBROTTSVAKT
"""

import sys
from pathlib import Path

import documents


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    faults = documents.check_all(Path(sys.argv[1]).resolve(), sys.argv[2])
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
