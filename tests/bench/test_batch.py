"""Requests are not jobs: the rate counts what they carry."""
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from asking import batch, registry  # noqa: E402 pylint: disable=wrong-import-position


class Rate(unittest.TestCase):
    REPORT = {"totals": {"completed": 1000}, "loader": {"wall_ns": 2_000_000_000}}

    def test_jobs_not_requests(self):
        self.assertEqual(batch.rate_of(self.REPORT, 1), 500)
        self.assertEqual(batch.rate_of(self.REPORT, 16), 8000)

    def test_a_batch_has_as_many_jobs_as_it_says_and_each_is_the_single_one(self):
        jobs = json.loads(json.dumps(batch.BODIES[batch.BATCH]))["jobs"]
        self.assertEqual(len(jobs), batch.BATCH)
        self.assertTrue(all(job == batch.BODIES[1] for job in jobs))

    def test_the_question_is_asked(self):
        self.assertIn("batch16", registry.load_all())


if __name__ == "__main__":
    unittest.main()
