#!/usr/bin/env python3
"""The commands test and exercise, as who writes expectations meets them: what fails is shown, and the status says so.

  command_test.py AVBROTTSVAKT ROOT
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])

HEAD = """name: Prov
start: 2026-11-22T02:00:00+01:00
region: rules/tests/regions/small.yaml
events:
  - {at: 0m, signal: {service: record, is: down}}
"""


class Command(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        for name in ("config", "rules"):
            shutil.copytree(f"{ROOT}/{name}", f"{self.folder.name}/{name}")

    def run_it(self, *arguments):
        run = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False, cwd=self.folder.name)
        return run.returncode, run.stdout, run.stderr

    def write(self, text, name="t.yaml"):
        with open(f"{self.folder.name}/{name}", "w", encoding="utf-8") as file:
            file.write(text)

    def replace(self, name, old, new):
        with open(f"{self.folder.name}/{name}", encoding="utf-8") as file:
            text = file.read()
        self.assertIn(old, text)
        self.write(text.replace(old, new), name)

    def test_as_expected(self):
        self.write(HEAD + "expect:\n  - {at: 60m, nothing: nis2}\n  - {at: 60m1ms, assess: nis2}\n")
        self.assertEqual(self.run_it("test", "t.yaml"),
                         (0, "t.yaml: Prov\n  ok      Prov\n1 case in 1 file, all as expected\n", ""))

    def test_not_as_expected_shows_expected_got_and_why(self):
        self.write(HEAD + "expect:\n  - {at: 60m, assess: nis2/early_warning, by: 24h after 6m}\n")
        status, out, _ = self.run_it("test", "t.yaml")
        self.assertEqual(status, 1)
        self.assertEqual(out.splitlines()[1:8], [
            "  FAILED  Prov",
            "    t.yaml:7:5: not as expected",
            "      expected  at: 1h, assess: nis2/early_warning, by: 24h after 6m",
            "      got       at: 1h1ms, assess: nis2/early_warning, by: 24h after 0s",
            "    why, at 1h:",
            "      nis2 for care-provider, incident 2026-0001:",
            "        any: not known, yes at 1h1ms if nothing changes",
        ])
        self.assertRegex(out, r"care-limited \(limited\): no, yes at 1h1ms if nothing changes; 1h so far, more than 1h is "
                              r"needed; presumed \[MCFFS 2026:8, [^;]*; transcription, confidence low\]")
        self.assertTrue(out.endswith("1 of 1 case in 1 file FAILED\n"))

    def test_what_expects_nothing_fails(self):
        self.write(HEAD)
        status, out, _ = self.run_it("test", "t.yaml")
        self.assertEqual(status, 1)
        self.assertIn("nothing is expected, so it could not fail", out)

    def test_what_is_said_can_be_expected(self):
        """Of each story with one case: what --said shows, put in the place of its expectations, is met."""
        stories = f"{ROOT}/tests/scenario/stories"
        tried = 0
        for name in sorted(os.listdir(stories)):
            with open(f"{stories}/{name}", encoding="utf-8") as file:
                story = file.read().replace("../../../rules", "rules")
            if "\ncases:" in story:
                continue
            tried += 1
            head, _, tail = story.partition("expect:\n")
            if "\nuntil:" in tail:
                head += tail[tail.index("until:"):].splitlines()[0] + "\n"
            elif "\nuntil:" not in head:
                head += "until: 5h\n"
            self.write(head)
            _, out, _ = self.run_it("test", "t.yaml", "--said")
            said = [line[2:] for line in out.splitlines() if line.startswith("    ") and "t.yaml" not in line]
            lines = [line for line in said if line.startswith("  - {")]
            totals = said[said.index("  totals:") + 1:]
            with self.subTest(name):
                self.write(head + "expect:\n" + "\n".join(lines) + "\ntotals:\n" + "\n".join(totals) + "\n")
                status, out, err = self.run_it("test", "t.yaml")
                self.assertEqual((status, err), (0, ""), out)
        self.assertGreater(tried, 25)

    def test_json_is_one_object_a_line(self):
        self.write(HEAD + "expect:\n  - {at: 60m, assess: nis2}\n")
        status, out, _ = self.run_it("test", "t.yaml", "--format", "json")
        self.assertEqual(status, 1)
        case, finding = map(json.loads, out.splitlines())
        self.assertEqual(case, {"file": "t.yaml", "case": "Prov", "line": 1, "met": False, "expectations": 1})
        self.assertEqual((finding["file"], finding["line"], finding["column"]), ("t.yaml", 7, 5))
        self.assertEqual(finding["message"], "not as expected: at: 1h, assess: nis2")

    def test_a_wrong_file_is_refused_with_its_place(self):
        self.write(HEAD + "expect:\n  - {at: 60m, asses: nis2}\n")
        status, out, err = self.run_it("test", "t.yaml")
        self.assertEqual((status, out), (1, ""))
        self.assertIn("t.yaml:7:15: error: unknown key asses\n  did you mean assess?\n", err)

    def test_no_such_file(self):
        self.assertEqual(self.run_it("test", "absent.yaml")[0], 3)

    def test_a_changed_rule_is_noticed(self):
        for old, new in (("more_than: 1h}", "more_than: 61m}"), ("more_than: 6h}", "more_than: 359m}"),
                         ("within: 72h", "within: 71h"), ("remind_percent: [50, 75, 90]", "remind_percent: [50, 75]"),
                         ("{from: 2026-07-01}\n      source", "{from: 2026-07-02}\n      source"),
                         ("due_before: 6h", "due_before: 5h")):
            with self.subTest(new):
                shutil.copy(f"{ROOT}/rules/nis2.yaml", f"{self.folder.name}/rules/nis2.yaml")
                self.replace("rules/nis2.yaml", old, new)
                self.assertEqual(self.run_it("test")[0], 1)

    def test_a_value_that_no_case_holds_is_named(self):
        self.replace("rules/tests/escalation.yaml", "      - {at: 1m, alert: grown, of: hall, services: 5}\n", "")
        self.replace("rules/tests/escalation.yaml", "      - {at: 30s1ms to 59s999ms, silent: alerts}\n", "")
        status, out, err = self.run_it("test", "--coverage")
        self.assertEqual(status, 0)
        self.assertRegex(err, r"rules/escalation.yaml:\d+:\d+: warning: growth_at_most_every 1m could be 59s999ms or 1m1ms "
                              "without any")
        self.assertRegex(out, r"\ncoverage: \d+ of \d+ values of the rules are held by a case \(\d+\.\d s\)\n$")
        self.assertEqual(self.run_it("test", "--require-coverage")[0], 1)

    def test_an_exercise_that_is_not_as_expected(self):
        script = HEAD.replace("region: rules/tests/regions/small.yaml\n", "until: 2h\n").replace("record", "cosmic")
        for expect, status in (("{at: 60m1ms, assess: nis2}", 0), ("{at: 60m, assess: nis2}", 1)):
            for journal in ("memory", f"sqlite:{status}.db"):
                with self.subTest(expect=expect, journal=journal):
                    self.write(script + f"expect:\n  - {expect}\n", "e.yaml")
                    got, out, _ = self.run_it("exercise", "e.yaml", "--journal", journal, "--language", "en")
                    self.assertEqual(got, status)
                    self.assertIn(f"As expected: {1 - status} of 1 expectations in e.yaml were met.", out)
                    if status == 1:
                        self.assertIn("  expected  at: 1h, assess: nis2\n  got       at: 1h1ms, assess: nis2/early_warning",
                                      out)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
