#!/usr/bin/python3
"""The checks of layout.py against small trees: a good one passes, each planted fault is refused by name."""

import json
import tempfile
import unittest
from pathlib import Path

import layout

GOOD = {
    "daemon/CMakeLists.txt": "foreach(folder base model engine wire app)\nendforeach()\n",
    "daemon/base/CMakeLists.txt": "av_library(base LINKS tl::expected)\n",
    "daemon/base/time.h": "#pragma once\n#include <chrono>\n",
    "daemon/model/CMakeLists.txt": "# What travels.\nav_library(model USES base)\n",
    "daemon/model/signal.h": '#pragma once\n#include "base/time.h"\n',
    "daemon/engine/CMakeLists.txt": "av_library(engine USES base\n  model)\n",
    "daemon/engine/engine.cpp": '#include "base/time.h"\n#include "model/signal.h"\n'
                                '// sleep_for and double are only words here\n'
                                'const char* text = "system_clock::now()";\nint time = 0;\n',
    "daemon/wire/CMakeLists.txt": "av_library(wire USES model LINKS av_proto)\n",
    "daemon/wire/signal.cpp": '#include "model/signal.h"\n#include "avbrottsvakt/v1/signal.pb.h"\n',
    "daemon/app/CMakeLists.txt": "av_library(app USES wire engine)\nset(x y)\n",
    "daemon/app/system_clock.cpp": "auto now() { return std::chrono::system_clock::now(); }\n",
    "daemon/app/loop.cpp": '#include "engine/engine.h"\n#include "wire/signal.h"\n',
    "daemon/engine/engine.h": "#pragma once\n",
    "daemon/wire/signal.h": "#pragma once\n",
    "tests/unit/engine/CMakeLists.txt": "av_test(engine_test SOURCES engine_test.cpp)\nadd_test(audit_test.py)\n",
    "tests/unit/engine/engine_test.cpp": "TEST(Engine, Steps) {}\n",
    "tests/unit/engine/audit_test.py": "import unittest\n",
}


class Tree(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.root = Path(self._folder.name).resolve()
        for name, text in GOOD.items():
            self.write(name, text)
        self.not_compiled = set()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def faults(self):
        commands = [{"directory": str(self.root), "file": str(p)} for p in self.root.rglob("*.cpp")
                    if p.relative_to(self.root).as_posix() not in self.not_compiled]
        # In a folder of its own: nothing of the tree may depend on where it is built.
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(commands, file)
            file.flush()
            return layout.check_all(self.root, file.name)

    def assert_refused(self, *parts):
        faults = self.faults()
        self.assertTrue(any(all(part in fault for part in parts) for fault in faults),
                        f"no fault says {parts}; these were found: {faults}")

    def test_a_good_tree_passes(self):
        self.assertEqual(self.faults(), [])

    def test_include_without_use(self):
        self.write("daemon/wire/signal.cpp", '#include "base/time.h"\n#include "model/signal.h"\n')
        self.assert_refused("daemon/wire/signal.cpp:1", "does not USE base")

    def test_use_without_include(self):
        self.write("daemon/wire/CMakeLists.txt", "av_library(wire USES base model LINKS av_proto)\n")
        self.assert_refused("daemon/wire/CMakeLists.txt", "USES base, but nothing")

    def test_use_of_a_folder_below(self):
        self.write("daemon/engine/CMakeLists.txt", "av_library(engine USES base model wire)\n")
        self.write("daemon/engine/more.cpp", '#include "wire/signal.h"\n')
        self.assert_refused("USES wire", "stands below engine")

    def test_use_of_an_unknown_folder(self):
        self.write("daemon/engine/CMakeLists.txt", "av_library(engine USES base model motor)\n")
        self.assert_refused("USES motor", "no such folder")

    def test_use_twice(self):
        self.write("daemon/engine/CMakeLists.txt", "av_library(engine USES base model base)\n")
        self.assert_refused("USES base twice")

    def test_ours_linked_past_uses(self):
        self.write("daemon/engine/CMakeLists.txt", "av_library(engine USES base model LINKS av_wire)\n")
        self.assert_refused("LINKS av_wire")

    def test_folders_out_of_order(self):
        self.write("daemon/CMakeLists.txt", "foreach(folder model base engine wire app)\n")
        self.assert_refused("not in the order")

    def test_folder_that_is_not_built(self):
        self.write("daemon/CMakeLists.txt", "foreach(folder base model engine wire)\n")
        self.assert_refused("daemon/app/CMakeLists.txt", "not built")

    def test_folder_that_nobody_planned(self):
        self.write("daemon/extras/CMakeLists.txt", "av_library(extras USES base)\n")
        self.assert_refused("daemon/extras", "order of the architecture")

    def test_library_named_otherwise(self):
        self.write("daemon/model/CMakeLists.txt", "av_library(models USES base)\n")
        self.assert_refused("av_library(models)")

    def test_folder_without_a_library(self):
        self.write("daemon/loose/thing.cpp", "int x;\n")
        self.assert_refused("daemon/loose/thing.cpp", "no library")

    def test_include_without_its_folder(self):
        self.write("daemon/engine/more.cpp", '#include "engine.h"\n')
        self.assert_refused("daemon/engine/more.cpp:1", "there is no daemon/engine.h")

    def test_include_upwards_by_path(self):
        self.write("daemon/engine/more.cpp", '#include "../wire/signal.h"\n')
        self.assert_refused("daemon/engine/more.cpp:1")

    def test_generated_code_without_the_link(self):
        self.write("daemon/app/more.cpp", '#include "avbrottsvakt/v1/signal.pb.h"\n')
        self.assert_refused("daemon/app/more.cpp:1", "av_proto")

    def test_what_acts_in_a_pure_folder(self):
        for header in ("<boost/asio.hpp>", "<boost/asio/io_context.hpp>", "<boost/beast/http.hpp>", "<spdlog/spdlog.h>",
                       "<librdkafka/rdkafka.h>", "<google/protobuf/message.h>", '"avbrottsvakt/v1/signal.pb.h"',
                       "<sqlite3.h>", "<yaml-cpp/yaml.h>", "<thread>", "<random>"):
            with self.subTest(header):
                self.write("daemon/engine/more.cpp", f"#include {header}\n")
                self.assert_refused("daemon/engine/more.cpp:1", "engine is pure")

    def test_floating_point_in_a_pure_folder(self):
        self.write("daemon/base/more.cpp", "int x;\n/* double */\ndouble share = 0.5;\n")
        self.assert_refused("daemon/base/more.cpp:3", "double")

    def test_clocks_elsewhere(self):
        for text in ("std::chrono::system_clock::now()", "steady_clock::now()", "std::this_thread::sleep_for(x)",
                     "std::time(nullptr)", "time(NULL)", "clock_gettime(CLOCK_REALTIME, &t)", "gettimeofday(&t, nullptr)",
                     "sleep(1)", "steady_clock :: now()"):
            with self.subTest(text):
                self.write("daemon/app/more.cpp", f"// fine: {text}\nauto x = {text};\n")
                self.assert_refused("daemon/app/more.cpp:2", "take a Clock")

    def test_digit_separators_hide_nothing(self):
        self.write("daemon/app/more.cpp", "int a = 1'000; auto t = steady_clock::now(); int b = 2'000;\n")
        self.assert_refused("daemon/app/more.cpp:1", "take a Clock")

    def test_tests_that_wait(self):
        for name, text in (("more_test.cpp", "std::this_thread::sleep_for(1s);"), ("more_test.cpp", "usleep(10);"),
                           ("tool.py", "time.sleep(1)"), ("tool.sh", "sleep 1"), ("tool.sh", "true && sleep 0.1")):
            with self.subTest(text):
                self.write(f"tests/unit/engine/{name}", text + "\n")
                self.assert_refused(f"tests/unit/engine/{name}:1", "never for time")
                (self.root / f"tests/unit/engine/{name}").unlink()

    def test_only_chaos_and_benchmarks_run_in_real_time(self):
        for name in ("tests/chaos/kill.py", "tests/bench/latency.py"):
            self.write(name, "time.sleep(0.1)\n")
        self.assertEqual(self.faults(), [])

    def test_tests_that_are_skipped(self):
        for text in ("GTEST_SKIP() << 1;", "TEST(Engine, DISABLED_Steps) {}", "TEST_P(DISABLED_Engine, Steps) {}"):
            with self.subTest(text):
                self.write("tests/unit/engine/engine_test.cpp", text + "\n")
                self.assert_refused("tests/unit/engine/engine_test.cpp:1", "is a failure")

    def test_a_test_without_a_target(self):
        self.write("tests/unit/engine/more_test.cpp", "TEST(Engine, Stops) {}\n")
        self.not_compiled.add("tests/unit/engine/more_test.cpp")
        self.assert_refused("tests/unit/engine/more_test.cpp", "belongs to no target")

    def test_a_source_without_a_target(self):
        self.not_compiled.add("daemon/engine/engine.cpp")
        self.assert_refused("daemon/engine/engine.cpp", "belongs to no target")

    def test_a_python_test_that_nobody_runs(self):
        self.write("tests/unit/engine/other_test.py", "import unittest\n")
        self.assert_refused("tests/unit/engine/other_test.py", "runs it")
        self.write("scripts/check", "python3 tests/unit/engine/other_test.py\n")
        self.assertEqual(self.faults(), [])

    def test_style(self):
        self.write("daemon/model/long.cpp", "int x;\n" * 601)
        self.assert_refused("daemon/model/long.cpp", "601 lines")
        self.write("daemon/model/bare.h", "using namespace std;\n")
        self.assert_refused("daemon/model/bare.h", "no #pragma once")
        self.assert_refused("daemon/model/bare.h:1", "using namespace")
        self.write("daemon/model/CamelCase.cpp", "int x;\n")
        self.assert_refused("daemon/model/CamelCase.cpp", "snake_case")


if __name__ == "__main__":
    unittest.main()
