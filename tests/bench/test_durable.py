"""How many jobs should share a sync, and that the question says both figures."""
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from asking import durable, registry, runner  # noqa: E402 pylint: disable=wrong-import-position


class Durable(unittest.TestCase):
    def test_the_goal_is_bound_by_the_clients_or_by_the_processor(self):
        self.assertAlmostEqual(durable.batch_goal(64, 200, 10), 0.45 * 20)
        self.assertAlmostEqual(durable.batch_goal(8, 200, 10), 0.45 * 8)

    def said(self, _session, sides, **_):
        names = [side.name for side in sides]
        self.assertEqual(names, ["quern", "redis", "beanstalkd", "bare"])
        quern = {"rate": 30000.0, "p50_us": 900.0, "cpu_us": 10.0, "jobs_per_sync": 12.0}
        return {"quern": [quern] * 5, "redis": [{"rate": 20000.0}] * 5, "beanstalkd": [{"rate": 1000.0}] * 5, "bare": [{"p50_us": 200.0}] * 5}

    def test_both_figures_are_said(self):
        with mock.patch.object(runner.Session, "interleave", lambda session, sides: self.said(session, sides)):
            found = {f["what"]: f for f in durable.rates(runner.Session(quick=True), 64)}
        self.assertEqual(found["jobs per sync"]["value"], 12)
        self.assertAlmostEqual(found["0.45 × min(connections, sync time / CPU per submit)"]["value"], 9)
        against = found["jobs per sync against that"]
        self.assertAlmostEqual(against["value"], 12 / 9)
        self.assertTrue(against["met"])

    def test_the_questions_are_asked(self):
        asked = registry.load_all()
        for name in ("durable1", "durable64", "durable256", "batch16", "work", "process-handoff", "process-kill", "recovery"):
            self.assertIn(name, asked)


if __name__ == "__main__":
    unittest.main()
