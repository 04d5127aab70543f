"""What is left in a job server is read from what it says."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from asking import jobs  # noqa: E402 pylint: disable=wrong-import-position


class Left(unittest.TestCase):
    def test_gearmand_that_is_empty(self):
        self.assertEqual(jobs.gearmand_left("bench\t0\t0\t64\n.\n"), 0)
        self.assertEqual(jobs.gearmand_left(".\n"), 0)

    def test_gearmand_with_jobs_of_two_functions(self):
        self.assertEqual(jobs.gearmand_left("bench\t20000\t64\t64\nother\t1\t1\t1\n.\n"), 20001)

    def test_gearmand_that_says_something_else(self):
        with self.assertRaises((IndexError, ValueError)):
            jobs.gearmand_left("gearadmin: could not connect\n")


if __name__ == "__main__":
    unittest.main()
