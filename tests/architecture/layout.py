"""What the tree of the daemon promises, checked against its files.

Each check takes the root of a repository and gives a list of faults, worded for whoever made them. Standard library only.
"""

import json
import re
from pathlib import Path

# A folder uses only folders before it. ARCHITECTURE.md says what each is for.
ORDER = ("base model catalogue rules engine mapping script wire config kafka journal intake outlet report serve app "
         "cli").split()
# Functions of what they are given: no clock, no network, no log, no generated code.
PURE = "base model catalogue rules engine mapping script".split()
CLOCK_FILE = "daemon/app/system_clock.cpp"
LINES_MAX = 600
# What kills other processes at random instants of a run at a real pace cannot do without real time, nor what measures one.
REAL_TIME = ("tests/chaos/", "tests/bench/")

# What a clock or a pause is called. Types and durations are free: only reading and waiting are not.
CLOCKS = re.compile(
    r"\b(?:(?:system|steady|high_resolution|utc|file)_clock\s*::\s*now|sleep_for|sleep_until|gettimeofday|"
    r"clock_gettime|nanosleep|usleep)\b|\b(?:std\s*::\s*)?time\s*\(\s*(?:nullptr|NULL|0)\s*\)|(?<![\w.:])sleep\s*\(")
SLEEPS = re.compile(r"\b(?:sleep_for|sleep_until|nanosleep|usleep)\b|(?<![\w:])sleep\s*\(|\btime\.sleep\b")
SHELL_SLEEPS = re.compile(r"(?m)^\s*(?:.*[;&|]\s*)?sleep\s+[\d.$\"]")
IMPURE_INCLUDES = re.compile(
    r"^(?:boost/asio|boost/beast|spdlog/|librdkafka/|google/protobuf|yaml-cpp/|sqlite3\.h|CLI/|date/tz\.h|"
    r"kainjow/|systemd/|thread$|mutex$|future$|random$|iostream$|fstream$)|\.pb\.h$")
FLOATING = re.compile(r"\b(?:float|double)\b")
SKIPS = re.compile(r"\bGTEST_SKIP\b|\bTEST(?:_F|_P)?\s*\(\s*\w+\s*,\s*DISABLED_|\bTEST(?:_F|_P)?\s*\(\s*DISABLED_|"
                   r"@unittest\.skip|\.skipTest\(")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def sources(root, folder, *suffixes):
    """Files below a folder, in a fixed order."""
    base = Path(root) / folder
    return sorted(p for p in base.rglob("*") if p.is_file() and p.suffix in suffixes)


def relative(root, path):
    return path.relative_to(root).as_posix()


def code_of(text):
    """C++ without comments and without what stands in quotes; lines stay where they are."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\\ ]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|'
        r"(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'", re.S)
    return pattern.sub(lambda m: "\n" * m.group().count("\n") or " ", text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


class Library:
    """One av_library() call."""

    def __init__(self, name, uses, links):
        self.name, self.uses, self.links = name, uses, links


def libraries(root):
    """Folder -> Library, and faults of the CMake files themselves."""
    found, faults = {}, []
    for file in sorted((Path(root) / "daemon").glob("*/CMakeLists.txt")):
        text = re.sub(r"#[^\n]*", "", file.read_text(encoding="utf-8"))
        calls = re.findall(r"\bav_library\s*\(([^)]*)\)", text)
        where = relative(root, file)
        if len(calls) != 1:
            faults.append(f"{where}: expected one av_library(), found {len(calls)}")
            continue
        words = re.sub(r"\$\{[^}]*\}|\$<[^>]*>", " ", calls[0]).split()
        sections, current = {"USES": [], "LINKS": [], "SOURCES": []}, None
        for word in words[1:]:
            if word in sections:
                current = word
            elif current:
                sections[current].append(word)
        folder = file.parent.name
        if words[0] != folder:
            faults.append(f"{where}: av_library({words[0]}) in the folder {folder}; name it after its folder")
        found[folder] = Library(folder, sections["USES"], sections["LINKS"])
    return found, faults


def check_layers(root):
    """USES against the order of the folders."""
    found, faults = libraries(root)
    listed = re.search(r"foreach\s*\(\s*folder\s+([^)]*)\)", (Path(root) / "daemon/CMakeLists.txt").read_text())
    build_order = listed.group(1).split() if listed else []
    if build_order != [f for f in ORDER if f in build_order]:
        faults.append("daemon/CMakeLists.txt: its folders are not in the order of the architecture: " + " ".join(ORDER))
    for folder, library in found.items():
        where = f"daemon/{folder}/CMakeLists.txt"
        if folder not in ORDER:
            faults.append(f"{where}: the folder {folder} is not in the order of the architecture (tests/architecture)")
            continue
        if folder not in build_order:
            faults.append(f"{where}: the folder is not built: it is missing in daemon/CMakeLists.txt")
        for used in library.uses:
            if used not in ORDER:
                faults.append(f"{where}: USES {used}, and there is no such folder")
            elif ORDER.index(used) >= ORDER.index(folder):
                faults.append(f"{where}: USES {used}, which stands below {folder}; only folders above may be used")
        for used in sorted({u for u in library.uses if library.uses.count(u) > 1}):
            faults.append(f"{where}: USES {used} twice")
        for linked in library.links:
            if linked.startswith("av_") and linked != "av_proto":
                faults.append(f"{where}: LINKS {linked}; name folders of ours under USES")
    return faults


def check_includes(root):
    """Includes against USES, both ways."""
    found, faults = libraries(root)
    for folder, library in found.items():
        included = set()
        for file in sources(root, f"daemon/{folder}", ".h", ".cpp"):
            where, text = relative(root, file), file.read_text(encoding="utf-8")
            for match in INCLUDE.finditer(text):
                place = f"{where}:{line_of(text, match.start())}"
                quote, header = match.groups()
                if header.endswith(".pb.h"):
                    if "av_proto" not in library.links:
                        faults.append(f"{place}: includes generated {header}, but {folder} does not LINK av_proto")
                    continue
                if quote == "<":
                    continue
                used = header.split("/")[0]
                if "/" not in header or not (Path(root) / "daemon" / header).is_file():
                    faults.append(f'{place}: there is no daemon/{header}; include ours as "folder/file.h"')
                elif used != folder:
                    included.add(used)
                    if used not in library.uses:
                        faults.append(f"{place}: {folder} includes {header}, but does not USE {used}")
        for used in library.uses:
            if used not in included:
                faults.append(f"daemon/{folder}/CMakeLists.txt: USES {used}, but nothing in {folder} includes it")
    # A file outside every folder, or a folder without a library, would escape all of this.
    for file in sources(root, "daemon", ".h", ".cpp"):
        if relative(root, file).split("/")[1] not in found:
            faults.append(f"{relative(root, file)}: belongs to no library")
    return faults


def check_pure(root):
    """The pure folders include nothing that acts, and count in whole numbers."""
    faults = []
    for folder in PURE:
        for file in sources(root, f"daemon/{folder}", ".h", ".cpp"):
            where, text = relative(root, file), file.read_text(encoding="utf-8")
            for match in INCLUDE.finditer(text):
                if IMPURE_INCLUDES.search(match.group(2)):
                    faults.append(f"{where}:{line_of(text, match.start())}: {folder} is pure, and includes "
                                  f"{match.group(2)}")
            code = code_of(text)
            for match in FLOATING.finditer(code):
                faults.append(f"{where}:{line_of(code, match.start())}: {folder} is pure, and uses {match.group()}: "
                              "results would depend on the machine")
    return faults


def check_clocks(root):
    """Only one file reads a clock or waits."""
    faults = []
    for file in sources(root, "daemon", ".h", ".cpp"):
        where = relative(root, file)
        if where == CLOCK_FILE:
            continue
        code = code_of(file.read_text(encoding="utf-8"))
        for match in CLOCKS.finditer(code):
            faults.append(f"{where}:{line_of(code, match.start())}: names {match.group().strip()}; only {CLOCK_FILE} "
                          "may: take a Clock")
    return faults


def check_tests(root):
    """No test waits for time to pass, and none is skipped."""
    faults = []
    for file in sources(root, "tests", ".h", ".cpp", ".py", ".sh"):
        where, text = relative(root, file), file.read_text(encoding="utf-8")
        if where.startswith("tests/architecture/"):
            continue  # Names what it looks for; its own tests plant these faults.
        code = code_of(text) if file.suffix in (".h", ".cpp") else re.sub(r"#[^\n]*", "", text)
        pattern = SHELL_SLEEPS if file.suffix == ".sh" else SLEEPS
        for match in [] if where.startswith(REAL_TIME) else pattern.finditer(code):
            faults.append(f"{where}:{line_of(code, match.start())}: {match.group().strip()}: a test waits for an event, "
                          "never for time")
        for match in SKIPS.finditer(code):
            faults.append(f"{where}:{line_of(code, match.start())}: {match.group().strip()}: a test that cannot run is a "
                          "failure")
    return faults


def check_built(root, compile_commands):
    """Each source file is compiled by a target, and each Python test is named in a CMakeLists.txt, or in scripts/check if it
    needs more than every machine of a developer has."""
    commands = json.loads(Path(compile_commands).read_text(encoding="utf-8"))
    compiled = {Path(c["directory"], c["file"]).resolve() for c in commands}
    faults = []
    for folder in ("daemon", "tests"):
        for file in sources(root, folder, ".cpp"):
            if file.resolve() not in compiled:
                faults.append(f"{relative(root, file)}: belongs to no target; name it in its CMakeLists.txt")
    named = "".join(p.read_text(encoding="utf-8") for p in sorted((Path(root) / "tests").rglob("CMakeLists.txt")))
    checks = Path(root) / "scripts/check"
    named += checks.read_text(encoding="utf-8") if checks.is_file() else ""
    for file in sources(root, "tests", ".py"):
        if file.name.endswith("_test.py") and not re.search(rf"\b{re.escape(file.name)}\b", named):
            faults.append(f"{relative(root, file)}: no CMakeLists.txt below tests/ and no scripts/check runs it")
    return faults


def check_style(root):
    """What no formatter looks at."""
    faults = []
    for file in sources(root, "daemon", ".h", ".cpp") + sources(root, "tests", ".h", ".cpp", ".py"):
        where, text = relative(root, file), file.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > LINES_MAX:
            faults.append(f"{where}: {lines} lines; a file has at most {LINES_MAX}, then it is two things")
        if file.suffix == ".h":
            if "#pragma once" not in text:
                faults.append(f"{where}: no #pragma once")
            code = code_of(text)
            if (match := re.search(r"\busing\s+namespace\b", code)):
                faults.append(f"{where}:{line_of(code, match.start())}: using namespace in a header")
        if file.suffix in (".h", ".cpp") and not re.fullmatch(r"[a-z0-9_]+", file.stem):
            faults.append(f"{where}: files are named in snake_case")
    return faults


def check_all(root, compile_commands):
    return (check_layers(root) + check_includes(root) + check_pure(root) + check_clocks(root) + check_tests(root) +
            check_style(root) + check_built(root, compile_commands))
