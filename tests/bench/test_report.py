"""The page of benchmarks: nothing that belongs beside a figure is left out, and its plots are XML."""
import json
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from asking import figures, plots, report  # noqa: E402 pylint: disable=wrong-import-position

A, B = [1.0, 1.1, 0.9, 1.0, 1.05], [2.0, 2.1, 2.0, 1.9, 2.0]


def question(name, found, **changes):
    return {"question": name, "text": "what is asked", "quick": False, "pairs": 5, "seconds": 5.0, "warmup": 2.0, "starts": 5, "disturbed": 0,
            "discarded": [{"side": "nginx", "why": "2.0% of the time was stolen", "at": "12:00:00"}],
            "commands": {"quern": {"server": "quernd --ephemeral", "load": "quern-load -c64"}},
            "facts": {"commit": "abc1234", "kernel": "6.18", "cpu": "a CPU", "cpus": 2, "flags": "gcc -O2 -g", "date": "2026-11-26 20:00 UTC"},
            "figures": found} | changes


def selftest(others=0.02, quick=False):
    v1 = {"name": "V1", "what": "known delays", "measured": "1 us off", "bound": "5 us", "passed": True, "skipped": False, "others_cpu": 0.02}
    v3 = {"name": "V3", "what": "h2load", "measured": "not there", "bound": "", "passed": False, "skipped": True, "others_cpu": others}
    return {"version": "1", "started": "2026-11-27T12:00:00.000Z", "quick": quick, "others_max": 0.1, "labels": {"commit": "abc1234"},
            "host": {"kernel": "Linux 6.18", "cpu": "a CPU", "cpus": 2}, "rows": [v1, v3]}


class Page(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.page = Path(self.folder.name) / "docs" / "benchmarks.md"

    def make(self, **files):
        for name, content in files.items():
            (Path(self.folder.name) / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        self.assertEqual(report.main([self.folder.name, str(self.page)], ""), 0)
        return self.page.read_text(encoding="utf-8")

    def test_a_question_with_all_that_belongs_to_it(self):
        text = self.make(get64=question("get64", [figures.ratio("CPU per GET", A, B, unit="us", most=0.8, note="a note")]))
        for part in ("## get64", "What is asked.", "**0.50", "<= 0.8", "| met |", "abc1234", "kernel 6.18", "-O2 -g", "5 pairs of 5 s", "1 slices discarded",
                     "2.0% of the time was stolen", "quern-load -c64", report.WHERE, "a note.", "benchmarks/get64.svg", "benchmarks/ratios.svg"):
            self.assertIn(part, text)
        self.assertNotIn("quick run", text)
        for plot in ("get64.svg", "ratios.svg"):
            ElementTree.parse(self.page.parent / "benchmarks" / plot)

    def test_a_quick_run_says_that_it_is_none(self):
        text = self.make(get64=question("get64", [figures.ratio("CPU", A, B)], quick=True, disturbed=3))
        self.assertIn("something else ran during 3 slices: not a measurement", text)

    def test_values_have_units_and_no_plot(self):
        text = self.make(handoff=question("handoff", [figures.value("hand-over", [5.0, -1.0, 20.0], "us", most=15)]))
        self.assertIn("**5.000** us", text)
        self.assertIn("| MISSED |", text)
        self.assertNotIn("handoff.svg", text)

    def test_the_loaders_validation_and_the_million_stand_there(self):
        row = {"what": "connections opened", "measured": 1000000, "bound": 1000000, "met": True}
        text = self.make(
            selftest=selftest(),
            million={"connections": 1000000, "rate": 10000, "hold_s": 600, "rows": [row], "memory": {"kernel_bytes_per_connection": 8100},
                     "host": {"kernel": "6.18"}, "commands": {"server": ["quernd", "--shards", "60"]}, "at": "2026-11-26T20:00:00Z"})
        self.assertIn("| V1 | known delays | 1 us off | 5 us | passed |", text)
        self.assertIn("| skipped |", text)
        self.assertIn("Commit abc1234, 2026-11-27T12:00:00.000Z, kernel Linux 6.18, 2 CPUs (a CPU)", text)
        self.assertIn("Nothing else used more than 10% of a CPU", text)
        self.assertIn("1,000,000 connections", text)
        self.assertIn("quernd --shards 60", text)

    def test_a_validation_beside_others_says_so(self):
        text = self.make(selftest=selftest(others=0.456, quick=True))
        self.assertIn("**The machine was not quiet: something else used 46% of a CPU during V3.", text)
        self.assertIn("A quick run", text)
        self.assertNotIn("Nothing else used", text)

    def test_nothing_to_report_is_an_error(self):
        self.assertEqual(report.main([self.folder.name, str(self.page)], ""), 2)

    def test_bars_in_a_cell_do_not_break_the_table(self):
        self.assertEqual(report.cell("a|b\nc"), "a\\|b c")


class Plots(unittest.TestCase):
    def test_a_scale_keeps_its_values_inside_and_in_order(self):
        scale = plots.Scale([0.05, 1, 20], 100, 500)
        places = [scale.at(x) for x in (0.05, 1, 20)]
        self.assertEqual(places, sorted(places))
        self.assertTrue(100 <= places[0] and places[-1] <= 500)
        self.assertIn(1.0, scale.ticks())

    def test_text_is_escaped(self):
        self.assertIn("a &lt; b &amp; c", plots.text(0, 0, "a < b & c"))
        ElementTree.fromstring(plots.pairs(figures.ratio("a < b", A, B)))


if __name__ == "__main__":
    unittest.main()
