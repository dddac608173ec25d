"""What the documents promise a newcomer, checked: commands, options, links, names.

Fenced blocks say what they are by their first words:

  sh            commands, each looked up. In the documents of RUN_WHOLE each must be run somewhere: elsewhere.py says where
  sh run        a script that is run whole, in a folder that has config/ and rules/ of its own
  sh kafka      the same with a broker, by the test broker.documents (kafka_blocks.py)
  text output   must stand in what the script before it wrote, line by line ("…" stands for anything, or any lines)
  text shown    the same, in what the daemon writes that `avbrottsvakt run` has begun in a block "sh kafka"
  yaml test     a test of the rules, which is run
  yaml config   a part of config/avbrottsvakt.yaml, which is checked in its place

Standard library only.
"""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import elsewhere

DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "rules/templates/README.md",
             "tests/chaos/README.md", "tests/bench/README.md"]
# What these show is run, all of it.
RUN_WHOLE = ["README.md", "ARCHITECTURE.md"]
KINDS = {"sh", "sh run", "sh kafka", "text output", "text shown", "yaml test", "yaml config"}
# Where a newcomer's build puts the program, and where the documents say it is.
BUILT = "build/release/daemon/cli"
# Programs that are not ours. What is not here is a slip of the pen, or a new one that somebody decided on.
STRANGERS = {"git", "cd", "export", "cmake", "ctest", "kcat", "cp", "rm", "mkdir", "echo", "cmp", "sed", "grep", "jq",
             "true", "tr", "head", "tail", "engine_bench", "decode_bench", "state_bench", "event_bench", "systemctl", "systemd-sysusers",
             "systemd-tmpfiles", "systemd-analyze", "date"}
# Sanitizers make the program slower by this factor (CMakePresets.json).
PATIENCE = int(os.environ.get("AVBROTTSVAKT_PATIENCE", "1"))
RUN_SECONDS = 120 * PATIENCE


class Block:
    def __init__(self, document, line, info, text):
        self.document, self.line, self.info, self.text = document, line, info, text

    def place(self, offset=0):
        return f"{self.document}:{self.line + offset}"


def blocks(document, text):
    """The fenced blocks; line is that of the first line inside."""
    found, fence, info, first, lines = [], None, "", 0, []
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.match(r"^(\s*)(```+)\s*(.*)$", line)
        if mark and fence is None:
            fence, info, first, lines = mark.group(2), mark.group(3).strip(), number + 1, []
        elif mark and mark.group(2).startswith(fence) and not mark.group(3):
            found.append(Block(document, first, info, "\n".join(lines) + "\n"))
            fence = None
        elif fence is not None:
            lines.append(line)
    return found


def without_blocks(text):
    """Lines outside fences; those inside become empty, so that line numbers hold."""
    inside, result = False, []
    for line in text.splitlines():
        if re.match(r"^\s*```", line):
            inside = not inside
            result.append("")
        else:
            result.append("" if inside else line)
    return "\n".join(result)


def commands(script):
    """(offset of its line, words) of each simple command: pipes, lists and redirections taken apart."""
    found, pending, offset = [], "", 0
    for number, line in enumerate(script.splitlines()):
        if not pending:
            offset = number
        # What a command writes, kept: the command is what is looked up.
        pending += re.sub(r"^\w+=\$\((.*)\)$", r"\1", line)
        if pending.endswith("\\"):
            pending = pending[:-1] + " "
            continue
        lexer = shlex.shlex(pending, posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split = True
        lexer.commenters = "#"
        try:
            tokens = list(lexer)
        except ValueError:  # A quotation goes on in the next line.
            pending += "\n"
            continue
        pending = ""
        words, skip = [], False
        for token in tokens + [";"]:
            if skip:
                skip = False
            elif set(token) <= set("<>"):
                skip = True
            elif set(token) <= set("|&;"):
                if words:
                    found.append((offset, words))
                words = []
            elif not words and re.match(r"^[A-Za-z_]\w*=", token):
                continue  # An assignment before the command.
            else:
                words.append(token)
    return found


class Help:
    """What a program says of itself; each asked once."""

    def __init__(self):
        self._said = {}

    def of(self, *command):
        if command not in self._said:
            done = subprocess.run([*command, "--help"], capture_output=True, text=True, timeout=60, check=False,
                                  stdin=subprocess.DEVNULL)
            self._said[command] = done.stdout + done.stderr if done.returncode == 0 else None
        return self._said[command]


def options_of(words):
    return [w.split("=")[0] for w in words if re.match(r"^--[a-z]|^-[a-z]$", w)]


def check_command(root, program, words, help_):
    """Faults of one command line."""
    name = words[0]
    base = os.path.basename(name)
    if base == "avbrottsvakt":
        said = help_.of(program)
        path = []
        for word in words[1:]:
            # A command may have commands of its own; other words are its arguments.
            listed = (said or "").partition("Subcommands:")[2]
            if word.startswith("-") or not listed:
                break
            if not re.search(rf"(?m)^  {re.escape(word)}\b", listed):
                return [f"avbrottsvakt has no command {' '.join([*path, word])}"]
            path.append(word)
            said = help_.of(program, *path)
    elif name.startswith(("./scripts/", "scripts/", "tests/")):
        path = Path(root) / name
        if not path.is_file() or not os.access(path, os.X_OK):
            return [f"there is no {name} to run"]
        said = help_.of(str(path))
    elif base == "cmake":
        presets = (Path(root) / "CMakePresets.json").read_text(encoding="utf-8")
        faults = []
        for at, word in enumerate(words[:-1]):
            if word == "--preset" and f'"name": "{words[at + 1]}"' not in presets:
                faults.append(f"CMakePresets.json has no preset {words[at + 1]}")
        return faults
    elif base in STRANGERS:
        return []
    else:
        return [f"{name} is no program that these documents know (tests/docs)"]
    if said is None:
        return [f"{name} does not answer --help"]
    if base == "kafka" and words[1:2] == ["with"]:
        own = next((i for i, word in enumerate(words[2:], 2) if not word.startswith("--")), len(words))
        known = help_.of(str(path), "with") or ""
        return [f"{name} with has no option {option}" for option in options_of(words[2:own]) if option not in known] + \
            (check_command(root, program, words[own:], help_) if own < len(words) else [])
    return [f"{' '.join(words[:2])} has no option {option}" for option in options_of(words)
            if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", said)]


@contextmanager
def newcomers_folder(root, program):
    """A copy of what a newcomer would stand in, with the program where it would have been built: (folder, environment)."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("config", "rules"):
            if (Path(root) / name).is_dir():
                shutil.copytree(Path(root) / name, Path(folder) / name)
        (Path(folder) / BUILT).mkdir(parents=True)
        (Path(folder) / BUILT / "avbrottsvakt").symlink_to(Path(program).resolve())
        yield folder, dict(os.environ, PATH=f"{folder}/{BUILT}:{os.environ['PATH']}", NO_COLOR="1", HOME=folder)


def run_in(folder, environment, script):
    """Gives (status, what it wrote)."""
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=RUN_SECONDS, check=False)
    return done.returncode, done.stdout


def run_script(root, program, script):
    with newcomers_folder(root, program) as (folder, environment):
        return run_in(folder, environment, script)


def run_yaml(root, program, block):
    """Faults of a block in YAML: what is shown is in order where it belongs."""
    with newcomers_folder(root, program) as (folder, environment):
        if block.info == "yaml test":
            (Path(folder) / "rules/tests/shown.yaml").write_text(block.text, encoding="utf-8")
            script = "avbrottsvakt test rules/tests/shown.yaml"
        else:
            file = Path(folder) / "config/avbrottsvakt.yaml"
            text = file.read_text(encoding="utf-8")
            for key in re.findall(r"(?m)^(\w+):", block.text):
                text = re.sub(rf"(?ms)^{key}:.*?(?=^\w|\Z)", "", text)
            file.write_text(text + block.text, encoding="utf-8")
            script = "avbrottsvakt check --config config/avbrottsvakt.yaml"
        status, written = run_in(folder, environment, script)
        return [] if status == 0 else [f"{block.place()}: {script} ends with status {status}:\n{written}"]


def missing_lines(shown, written):
    """Lines of `shown` that do not stand in `written`, in this order. Runs of spaces count as one."""
    have = [" ".join(line.split()) for line in written.splitlines()]
    missing, at = [], 0
    for line in shown.splitlines():
        wanted = " ".join(line.split())
        if wanted in ("", "…"):
            continue
        parts = [p.strip() for p in wanted.split("…")]
        for position in range(at, len(have)):
            place = 0
            for part in parts:
                place = have[position].find(part, place)
                if place < 0:
                    break
                place += len(part)
            if place >= 0 and (parts[0] == "" or have[position].startswith(parts[0])):
                at = position + 1
                break
        else:
            missing.append(line)
    return missing


def anchors(text):
    """As GitHub makes them of headings."""
    found = set()
    for heading in re.findall(r"(?m)^#+\s+(.*?)\s*$", without_blocks(text)):
        plain = re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        found.add(re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", plain)))
    return found


def check_links(root, document, text):
    faults = []
    body = without_blocks(text)
    for match in re.finditer(r"\]\(([^)\s]+)\)", body):
        target = match.group(1)
        if re.match(r"^[a-z]+://", target):
            continue
        place = f"{document}:{body.count(chr(10), 0, match.start()) + 1}"
        path, _, anchor = target.partition("#")
        file = (Path(root) / document).parent / path if path else Path(root) / document
        if not file.exists():
            faults.append(f"{place}: there is no {target}")
        elif anchor and anchor not in anchors(file.read_text(encoding="utf-8")):
            faults.append(f"{place}: {target} has no such heading")
    return faults


def check_folders(root, text):
    """ARCHITECTURE.md describes every folder of daemon/, and none that is not there."""
    there = {p.parent.name for p in (Path(root) / "daemon").glob("*/CMakeLists.txt")}
    described = set(re.findall(r"(?m)^\| `(\w+)/` \|", text))
    return ([f"ARCHITECTURE.md: says nothing of daemon/{f}/" for f in sorted(there - described)] +
            [f"ARCHITECTURE.md: describes daemon/{f}/, which is not there" for f in sorted(described - there)])


def check_libraries(root, text):
    """ARCHITECTURE.md gives each third-party library a line."""
    cmake = re.sub(r"#[^\n]*", "", (Path(root) / "cmake/Dependencies.cmake").read_text(encoding="utf-8"))
    named = re.findall(r"(?:find_package|pkg_check_modules)\s*\(\s*(\w[\w-]*)", cmake)
    rows = "\n".join(re.findall(r"(?m)^\|.*\|$", text)).lower()
    return [f"ARCHITECTURE.md: {name} of cmake/Dependencies.cmake has no line" for name in named
            if name not in ("Threads", "PkgConfig") and name.lower() not in rows]


def check_statuses(program, text, help_):
    """README.md's exit statuses are those that --help names."""
    said = help_.of(program) or ""
    said = said[said.find("Exit status"):]
    told = set(re.findall(r"(?:[:;]|^)\s*(\d)\s", said, re.M))
    documented = set(re.findall(r"(?m)^\| (\d) \|", text))
    return [] if told == documented else [
        f"README.md: documents the exit statuses {sorted(documented)}, --help says {sorted(told)}"]


def shown_inline(text):
    """(line, words) of each command or option that stands in a sentence; names for what one gives, and … left out."""
    body, found = without_blocks(text), []
    for match in re.finditer(r"`([^`\n]+)`", body):
        words = [word for word in match.group(1).split() if not re.search("[A-Z…]", word)]
        if not words:
            continue
        ours = words[0] in elsewhere.COMMANDS_OF_OURS and words[1:2] and words[1].startswith("--")
        # But for git: what brought the tree here is before any test.
        theirs = words[0] in STRANGERS - {"git"} | {"avbrottsvakt"} and words[1:]
        if ours or theirs or re.match(r"--[a-z]|(\./)?scripts/\w|tests/\S+\.py", words[0]):
            found.append((body.count("\n", 0, match.start()) + 1, words))
    return found


def stands_in(words, command):
    """Whether these are words of the command, in this order."""
    rest = iter(command)
    return all(word in rest for word in words)


def check_run(root, texts):
    """Of the documents that are run whole: each command is, by a block of theirs or as elsewhere.py says."""
    faults, run, used = elsewhere.check(root), [], set()
    for document, text in texts.items():
        for block in blocks(document, text):
            for offset, words in commands(block.text) if block.info.split(" ")[0] == "sh" else []:
                line = " ".join(words)
                if block.info != "sh":
                    run.append(words)
                elif line in elsewhere.RUN:
                    used.add(line)
                else:
                    faults.append(f"{block.place(offset)}: nothing runs {line}: make the block 'sh run' or 'sh kafka', or "
                                  "say in tests/docs/elsewhere.py what runs it")
    run += [line.split() for line in elsewhere.RUN]
    for document, text in texts.items():
        for line, words in shown_inline(text):
            by = [command for command in run if stands_in(words, command)]
            if not by:
                faults.append(f"{document}:{line}: nothing runs {' '.join(words)}: show it in a block that is run, or say in "
                              "tests/docs/elsewhere.py what runs it")
            elif all(" ".join(command) in elsewhere.RUN for command in by):
                used |= {" ".join(command) for command in by}
    return faults + [f"tests/docs/elsewhere.py: no document shows {line}" for line in elsewhere.RUN if line not in used]


def check_all(root, program):
    faults, help_, whole = [], Help(), {}
    for document in DOCUMENTS:
        file = Path(root) / document
        if not file.is_file():
            faults.append(f"{document} is missing")
            continue
        text = file.read_text(encoding="utf-8")
        faults += check_links(root, document, text)
        if document in RUN_WHOLE:
            whole[document] = text
        written = ""
        for block in blocks(document, text):
            if block.info.split(" ")[0] == "sh":
                for offset, words in commands(block.text):
                    faults += [f"{block.place(offset)}: {fault}" for fault in check_command(root, program, words, help_)]
            if block.info == "sh run":
                status, written = run_script(root, program, block.text)
                if status != 0:
                    faults.append(f"{block.place()}: ends with status {status}:\n{written}")
            elif block.info == "sh kafka":
                written = None
            elif block.info == "text output" and written is not None:
                faults += [f"{block.place()}: is not what the commands before write: {line}"
                           for line in missing_lines(block.text, written)]
            elif block.info.startswith("yaml "):
                faults += run_yaml(root, program, block)
            if block.info == "":
                faults.append(f"{block.place(-1)}: a block without a word for what it is")
            elif document in RUN_WHOLE and block.info not in KINDS:
                faults.append(f"{block.place(-1)}: nothing is known of blocks of the kind {block.info} (tests/docs)")
        if document == "ARCHITECTURE.md":
            faults += check_folders(root, text) + check_libraries(root, text)
        if document == "README.md":
            faults += check_statuses(program, text, help_)
    return faults + check_run(root, whole)
