#!/usr/bin/python3
"""The engine and the mappings link against nothing that acts: no Kafka, no network, no log, no generated code.

Usage: pure_core_test.py PURE IMPURE      two programs: the pure folders alone, and planted faults of each kind
"""

import re
import subprocess
import sys
import unittest

# What -> (in the libraries that ldd names, in the demangled symbols that nm names).
FORBIDDEN = {
    "Protobuf": (r"\blibproto(?:buf|c)\b|\blibprotobuf-lite\b", r"\bgoogle::protobuf::"),
    "librdkafka": (r"\blibrdkafka\b", r"\brd_kafka_"),
    "spdlog": (r"\blibspdlog\b", r"\bspdlog::"),
    "Boost.Asio": (r"\blibboost_(?:system|coroutine|context)\b", r"\bboost::asio::"),
    "yaml-cpp": (r"\blibyaml-cpp\b", r"\bYAML::"),
    "SQLite": (r"\blibsqlite3\b", r"\bsqlite3_"),
}


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def brought_along(program):
    """The names of FORBIDDEN that this program contains or needs."""
    needed = run("ldd", program)
    symbols = run("nm", "--demangle", program) + run("nm", "--demangle", "--dynamic", program)
    return {name for name, (library, symbol) in FORBIDDEN.items()
            if re.search(library, needed) or re.search(symbol, symbols)}


class PureCore(unittest.TestCase):
    pure = impure = ""

    def test_it_is_the_engine(self):
        # An empty program would pass as well as a pure one.
        symbols = run("nm", "--demangle", self.pure)
        for name in ("avbrottsvakt::Engine::step", "avbrottsvakt::evaluate", "avbrottsvakt::Catalogue::compile"):
            self.assertIn(name, symbols)
        self.assertRegex(symbols, r"avbrottsvakt::\w*Mapping")

    def test_it_runs(self):
        self.assertEqual(run(self.pure), "0 outputs\n")

    def test_it_brings_nothing_along(self):
        self.assertEqual(brought_along(self.pure), set())

    def test_planted_faults_are_seen(self):
        self.assertLessEqual({"Protobuf", "librdkafka", "spdlog", "Boost.Asio"}, brought_along(self.impure))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    PureCore.pure, PureCore.impure = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
