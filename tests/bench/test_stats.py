"""The arithmetic of bench/ask: means, intervals, noise, verdicts."""
import math
import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from asking import figures, stats  # noqa: E402 pylint: disable=wrong-import-position


class Stats(unittest.TestCase):
    def test_geometric_mean_of_a_ratio_and_its_inverse_is_one(self):
        self.assertAlmostEqual(stats.geometric_mean([4, 0.25]), 1)
        self.assertAlmostEqual(stats.geometric_mean([2, 8]), 4)

    def test_median(self):
        self.assertEqual(stats.median([3, 1, 2]), 2)
        self.assertEqual(stats.median([4, 1, 3, 2]), 2.5)

    def test_percentile_is_a_value_that_was_there(self):
        self.assertEqual(stats.percentile(range(1, 101), 50), 50)
        self.assertEqual(stats.percentile(range(1, 101), 99), 99)
        self.assertEqual(stats.percentile([7], 99.9), 7)

    def test_interval_of_equal_values_has_no_width(self):
        low, high = stats.interval([1.5] * 5)
        self.assertAlmostEqual(low, 1.5)
        self.assertAlmostEqual(high, 1.5)

    def test_interval_holds_the_truth_about_as_often_as_it_says(self):
        for n in (5, 8, 10, 20):
            draw, held = random.Random(7), 0
            for i in range(400):
                sample = [math.exp(draw.gauss(0, 0.1)) for _ in range(n)]
                low, high = stats.interval(sample, rounds=400, seed=i)
                held += low <= 1 <= high
            self.assertGreater(held, 400 * (0.9 if n < 8 else 0.925), f"{n} values")
            self.assertLess(held, 400 * 0.98, f"{n} values")

    def test_interval_is_the_same_each_time(self):
        sample = [1.0, 1.1, 0.9, 1.05]
        self.assertEqual(stats.interval(sample), stats.interval(sample))

    def test_ratios_are_of_pairs(self):
        self.assertEqual(stats.ratios([2, 9], [1, 3]), [2, 3])
        with self.assertRaises(ValueError):
            stats.ratios([1, 2], [1])

    def test_neighbours_are_slices_that_followed_each_other(self):
        # A1 B1 | B2 A2 | A3 B3 | B4 A4
        self.assertEqual(stats.neighbours([1, 2, 4, 8], [3, 6, 24, 12]), [3 / 6, 2 / 4, 24 / 12])

    def test_noise_of_a_steady_server_is_none_however_far_the_other_is(self):
        low, high = stats.noise([5.0] * 6, [10.0] * 6)
        self.assertAlmostEqual(low, 1)
        self.assertAlmostEqual(high, 1)
        self.assertIsNone(stats.noise([1, 2], [1, 2]))


class Figures(unittest.TestCase):
    def test_the_whole_interval_has_to_clear_the_bound(self):
        a, b = [0.7, 0.9, 0.8, 0.7, 0.9], [1.0] * 5
        mean = stats.geometric_mean(a)
        self.assertLess(mean, 0.8)
        self.assertFalse(figures.ratio("x", a, b, most=0.8)["met"])
        self.assertTrue(figures.ratio("x", a, b, most=0.95)["met"])
        self.assertFalse(figures.ratio("x", a, b, least=0.79)["met"])
        self.assertTrue(figures.ratio("x", a, b, least=0.5)["met"])

    def test_without_a_bound_nothing_is_met_or_missed(self):
        self.assertIsNone(figures.ratio("x", [1, 2], [1, 1])["met"])
        self.assertEqual(figures.verdict(figures.ratio("x", [1, 2], [1, 1])), "shown")

    def test_ratio_goes_from_first_to_second(self):
        f = figures.ratio("x", [2, 2, 2], [4, 4, 4], ("quern", "peer"))
        self.assertAlmostEqual(f["value"], 0.5)
        self.assertEqual((f["a"], f["b"], f["pairs"]), (2, 4, 3))

    def test_value_may_be_below_zero(self):
        f = figures.value("x", [-1.0, -2.0, 1.0], "us", most=15)
        self.assertEqual(f["value"], -1.0)
        self.assertTrue(f["met"])

    def test_line_says_what_was_missed(self):
        text = figures.line(figures.ratio("CPU", [2.0, 2.0], [1.0, 1.0], most=1.5))
        self.assertTrue(text.startswith("MISSED CPU"), text)
        self.assertIn("<= 1.5", text)

    def test_numbers_are_short_and_have_no_exponent(self):
        self.assertEqual([figures.number(x) for x in (0, 0.00012, 0.5, 12.3456, 123.456, 1234567)],
                         ["0", "0.00012", "0.500", "12.35", "123.5", "1,234,567"])


if __name__ == "__main__":
    unittest.main()
