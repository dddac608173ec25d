"""What README.md and ARCHITECTURE.md show and no block of theirs runs: which other test does.

Each entry names a file and what must stand in it: in .ci/run it is a stage, which runs the very command. An entry that
no document needs is a fault, and so is one whose file does not say so any more. Standard library only.
"""

import re
from pathlib import Path

COMMANDS_OF_OURS = {"check", "exercise", "replay", "run", "tell", "test", "topics"}

_BUILD_SERVER = ".ci/run"
_SERVICE = "tests/service/service_test.py"

# command: (file, what stands in it)
RUN = {
    # These build everything, which a test of these documents cannot do beside the others.
    "./scripts/demo": (_BUILD_SERVER, "./scripts/demo"),
    "./scripts/demo --kafka": (_BUILD_SERVER, "./scripts/demo --kafka"),
    "./scripts/test": (_BUILD_SERVER, "./scripts/test"),
    "cmake --preset release": (_BUILD_SERVER, "cmake --preset release"),
    "cmake --build --preset release": (_BUILD_SERVER, "cmake --build --preset release"),
    # What needs a daemon that holds, or tests of a region's own.
    "avbrottsvakt run --trust-stamps": ("tests/unit/app/hold_test.cpp", "trust_stamps"),
    "avbrottsvakt test --said": ("tests/scenario/command_test.py", '"test", "t.yaml", "--said"'),
    # What changes a machine is done on one that is thrown away, line by line as README.md has it.
    **{command: (_SERVICE, "commands_of_readme()") for command in (
        "cmake --install build/release --prefix /usr", "systemd-sysusers", "systemd-tmpfiles --create",
        "sed -i s/localhost:9092/kafka-1:9092/ /etc/avbrottsvakt/config/avbrottsvakt.yaml",
        "avbrottsvakt check --config /etc/avbrottsvakt/config/avbrottsvakt.yaml",
        "avbrottsvakt topics --create --config /etc/avbrottsvakt/config/avbrottsvakt.yaml",
        "systemctl daemon-reload", "systemctl enable --now avbrottsvakt", "systemctl status avbrottsvakt")},
    "systemd-analyze security avbrottsvakt": (_SERVICE, '"systemd-analyze", "security", "avbrottsvakt"'),
    "systemctl reload avbrottsvakt": (_SERVICE, '"systemctl", "reload", "avbrottsvakt"'),
    "systemctl edit avbrottsvakt": (_SERVICE, '"systemctl edit avbrottsvakt"'),
}


def check(root):
    """Faults of the list itself."""
    faults = []
    for command, (file, text) in RUN.items():
        path = Path(root) / file
        there = path.read_text(encoding="utf-8") if path.is_file() else ""
        if file == _BUILD_SERVER:
            found = text in re.findall(r"(?m)^stage \d+ (.*?)\s*$", there)
        else:
            found = text in there
        if not found:
            faults.append(f"tests/docs/elsewhere.py: {file} does not run {command}: {text} does not stand there")
    return faults
