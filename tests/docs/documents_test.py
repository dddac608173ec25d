#!/usr/bin/python3
"""The checks of documents.py against a small tree: a good one passes, each planted fault is refused by its place."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

import documents
import kafka_blocks

PROGRAM = """\
#!/bin/sh
case "$1 $2" in
  "--help "*) echo 'Subcommands:'; echo '  check   Proves'; echo '  run   Runs'; echo '  tell   Tells'
              echo 'Exit status: 0 all well; 1 errors;'; echo '             2 usage.' ;;
  "check --help") echo '  -c,--config TEXT' ;;
  "check --config") ! grep -q wrong config/avbrottsvakt.yaml || exit 1 ;;
  "check "*) echo 'config: in order.   3 services'; echo done ;;
  "test rules/tests/shown.yaml") ! grep -q wrong rules/tests/shown.yaml || exit 1 ;;
  "run --help") exit 1 ;;
  "tell --help") echo 'Subcommands:'; echo '  acknowledge   Answers' ;;
  "tell acknowledge") echo '  --by TEXT' ;;
  *) exit 2 ;;
esac
"""
SCRIPT = "#!/bin/sh\n[ \"$1\" = --help ] && echo '  --kafka  through Kafka'\n"
README = """\
# Title

See [the architecture](ARCHITECTURE.md#the-folders) and [above](#title); `tell acknowledge --by` and `run`.

```sh
./scripts/demo --kafka   # a comment with --nonsense
cmake --preset dev && avbrottsvakt check \\
  --config x.yaml | grep x > y
avbrottsvakt tell acknowledge 2026-0001 --by nurse
```

```sh run
X=1 avbrottsvakt check
```

```text output
config: … 3 services
…
done
```

```yaml config
journal: here
```

```yaml test
name: A case
```

| 0 | all well |
| 1 | errors |
| 2 | usage |
"""
# What the tree's README shows and does not run.
RUN = {
    "./scripts/demo --kafka": (".ci/run", "./scripts/demo --kafka"),
    "cmake --preset dev": (".ci/run", "cmake --preset dev"),
    "avbrottsvakt check --config x.yaml": ("tests/check_test.py", "check --config"),
    "grep x": ("tests/check_test.py", "check --config"),
    "avbrottsvakt tell acknowledge 2026-0001 --by nurse": ("tests/check_test.py", "tell"),
}
ARCHITECTURE = """\
# Architecture

## The folders

| `base/` | errors |

| fmt | text |
"""


class Tree(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.root = Path(self._folder.name).resolve()
        self.write("README.md", README)
        self.write("ARCHITECTURE.md", ARCHITECTURE)
        for name in documents.DOCUMENTS:
            if name not in ("README.md", "ARCHITECTURE.md"):
                self.write(name, "# Nothing\n")
        self.write("CMakePresets.json", '{"configurePresets": [{"name": "dev"}]}')
        self.write("cmake/Dependencies.cmake", "find_package(Threads REQUIRED)\nfind_package(fmt REQUIRED)\n")
        self.write("daemon/base/CMakeLists.txt", "")
        self.write("scripts/demo", SCRIPT, executable=True)
        self.write("build/avbrottsvakt", PROGRAM, executable=True)
        self.write("config/x.yaml", "")
        self.write("config/avbrottsvakt.yaml", "domain: region\njournal:\n  wrong: yes\nlanguage: sv\n")
        self.write("rules/tests/any.yaml", "")
        self.write(".ci/run", "stage 1 ./scripts/demo --kafka\nstage 12 cmake --preset dev\n")
        self.write("tests/check_test.py", "check --config; tell")
        self.run_elsewhere = dict(RUN)
        patch = mock.patch.object(documents.elsewhere, "RUN", self.run_elsewhere)
        patch.start()
        self.addCleanup(patch.stop)

    def write(self, name, text, executable=False):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if executable:
            path.chmod(0o755)

    def faults(self):
        return documents.check_all(self.root, str(self.root / "build/avbrottsvakt"))

    def replace(self, before, after, name="README.md"):
        text = (self.root / name).read_text(encoding="utf-8")
        self.assertIn(before, text)
        self.write(name, text.replace(before, after))

    def assert_refused(self, *parts):
        faults = self.faults()
        self.assertTrue(any(all(part in fault for part in parts) for fault in faults),
                        f"no fault says {parts}; these were found: {faults}")

    def test_a_good_tree_passes(self):
        self.assertEqual(self.faults(), [])

    def test_a_script_that_is_not_there(self):
        self.replace("./scripts/demo", "./scripts/dema")
        self.assert_refused("README.md:6", "./scripts/dema")

    def test_a_script_that_cannot_be_run(self):
        (self.root / "scripts/demo").chmod(0o644)
        self.assert_refused("README.md:6", "./scripts/demo")

    def test_an_option_of_a_script(self):
        self.replace("--kafka", "--kafkas")
        self.assert_refused("README.md:6", "--kafkas")

    def test_a_command(self):
        self.replace("avbrottsvakt check \\", "avbrottsvakt chek \\")
        self.assert_refused("README.md:7", "chek")

    def test_an_option_of_a_command(self):
        self.replace("--config x.yaml", "--conf x.yaml")
        self.assert_refused("README.md:7", "--conf")

    def test_a_command_of_a_command(self):
        self.replace("tell acknowledge", "tell acknowlege")
        self.assert_refused("README.md:9", "tell acknowlege")

    def test_an_option_of_a_command_of_a_command(self):
        self.replace("--by", "--bye")
        self.assert_refused("README.md:9", "--bye")

    def test_a_command_without_help(self):
        self.replace("avbrottsvakt check \\", "avbrottsvakt run \\")
        self.assert_refused("README.md:7", "does not answer --help")

    def test_a_preset(self):
        self.replace("--preset dev", "--preset devel")
        self.assert_refused("README.md:7", "devel")

    def test_an_unknown_program(self):
        self.replace("| grep x", "| grepp x")
        self.assert_refused("README.md:7", "grepp")

    def test_a_script_that_fails(self):
        self.replace("X=1 avbrottsvakt check", "avbrottsvakt check\nfalse_start")
        self.assert_refused("README.md:13", "ends with status")

    def test_output_that_is_not_written(self):
        self.replace("3 services", "4 services")
        self.assert_refused("README.md:17", "4 services")

    def test_output_in_another_order(self):
        self.replace("config: … 3 services\n…\ndone", "done\nconfig: … 3 services")
        self.assert_refused("README.md:17", "config:")

    def test_a_link(self):
        self.replace("(ARCHITECTURE.md#the-folders)", "(ARCHITECTUR.md)")
        self.assert_refused("README.md:3", "ARCHITECTUR.md")

    def test_a_heading(self):
        self.replace("#the-folders", "#the-holders")
        self.assert_refused("README.md:3", "#the-holders")

    def test_a_block_without_a_kind(self):
        self.replace("```sh run", "```")
        self.assert_refused("README.md:12", "without a word")

    def test_a_block_of_a_kind_that_nobody_knows(self):
        self.replace("```yaml test", "```yaml tset")
        self.assert_refused("README.md:26", "yaml tset")

    def test_a_command_that_nothing_runs(self):
        del self.run_elsewhere["cmake --preset dev"]
        self.assert_refused("README.md:7", "nothing runs cmake --preset dev")

    def test_a_command_that_only_ends_otherwise_than_one_that_is_run(self):
        self.replace("./scripts/demo --kafka ", "./scripts/demo ")
        self.assert_refused("README.md:6", "nothing runs ./scripts/demo:")
        self.assert_refused("elsewhere.py", "no document shows ./scripts/demo --kafka")

    def test_a_command_in_a_sentence_that_nothing_runs(self):
        self.replace("`tell acknowledge --by`", "`tell acknowledge --at`")
        self.replace("and `run`", "and `run`, `systemctl start x`")
        self.replace("`tell acknowledge --at`", "`tell --at`")
        self.assert_refused("README.md:3", "nothing runs tell --at")
        self.assert_refused("README.md:3", "nothing runs systemctl start x")

    def test_a_stage_that_the_build_server_runs_no_more(self):
        self.replace("stage 12 cmake --preset dev", "# stage 12 cmake --preset dev", ".ci/run")
        self.assert_refused("elsewhere.py", ".ci/run does not run cmake --preset dev")

    def test_a_test_that_runs_it_no_more(self):
        self.replace("; tell", "", "tests/check_test.py")
        self.assert_refused("elsewhere.py", "tests/check_test.py does not run avbrottsvakt tell acknowledge")

    def test_another_document_may_show_what_nothing_runs(self):
        self.write("CONTRIBUTING.md", "```sh\n./scripts/demo\n```\n")
        self.assertEqual(self.faults(), [])

    def test_a_part_of_the_configuration(self):
        self.replace("journal: here", "journal: wrong")
        self.assert_refused("README.md:23", "check", "status 1")

    def test_a_test_of_the_rules(self):
        self.replace("name: A case", "name: A wrong case")
        self.assert_refused("README.md:27", "avbrottsvakt test", "status 1")

    def test_exit_statuses(self):
        self.replace("| 2 | usage |\n", "")
        self.assert_refused("README.md", "exit statuses")

    def test_a_folder(self):
        self.write("daemon/model/CMakeLists.txt", "")
        self.assert_refused("ARCHITECTURE.md", "daemon/model/")

    def test_a_folder_that_is_gone(self):
        (self.root / "daemon/base/CMakeLists.txt").unlink()
        self.assert_refused("ARCHITECTURE.md", "daemon/base/", "not there")

    def test_a_library(self):
        self.write("cmake/Dependencies.cmake", "find_package(fmt)\npkg_check_modules(re2 REQUIRED)\n")
        self.assert_refused("ARCHITECTURE.md", "re2")

    def test_a_missing_document(self):
        (self.root / "CHANGELOG.md").unlink()
        self.assert_refused("CHANGELOG.md is missing")

class KafkaBlocks(unittest.TestCase):
    def test_a_section_is_run_whole_if_it_needs_a_broker(self):
        text = ("```sh run\na\n```\n## One\n```sh run\nb\n```\n### Below\n```sh kafka\nc\n```\n## Two\n"
                "```sh run\nd\n```\n")
        found = kafka_blocks.sections("README.md", text)
        self.assertEqual([[block.text for block in section] for section in found], [["b\n", "c\n"]])

    def test_the_last_command(self):
        for script, before, last in (("a\n", "\n", "a"), ("a\nb \\\n  c\n", "a\n", "b \\\n  c"),
                                     ("a \\\nb\nc\n", "a \\\nb\n", "c")):
            self.assertEqual(kafka_blocks.last_command(script), (before, last), script)


if __name__ == "__main__":
    unittest.main()
