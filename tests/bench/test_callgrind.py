"""The arithmetic of bench/callgrind; its runs are checked by make callgrind-check."""
import importlib.machinery
import importlib.util
import os
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def load():
    loader = importlib.machinery.SourceFileLoader("callgrind", os.path.join(ROOT, "bench", "callgrind"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("callgrind", loader))
    loader.exec_module(module)
    return module


callgrind = load()


class PerRequest(unittest.TestCase):
    def test_start_and_stop_cancel_out(self):
        start, each, n = 7_000_000, 4500, 1000
        self.assertEqual(callgrind.per_request(start + each * n, start + each * 2 * n, n), each)

    def test_refuses_what_cannot_be_counts(self):
        for one, two, n in (5, 5, 1), (6, 5, 1), (1, 2, 0):
            with self.assertRaises(ValueError):
                callgrind.per_request(one, two, n)


class Totals(unittest.TestCase):
    def test_sums_the_parts_of_a_profile(self):
        self.assertEqual(callgrind.total_of("events: Ir\nfn=(1) a\n1 40\ntotals: 40\npart: 2\n1 2\ntotals: 2\n"), 42)

    def test_a_cut_profile_has_none(self):
        with self.assertRaises(ValueError):
            callgrind.total_of("events: Ir\nsummary: 40\n")


class Table(unittest.TestCase):
    TABLE = {"gcc-12/debian-12": {"get": 4500, "post": 11000}, "gcc-14/debian-13": {"get": 4400}}

    def test_is_read_as_it_was_written(self):
        self.assertEqual(callgrind.read_table(callgrind.write_table(self.TABLE, ["# why"])), self.TABLE)

    def test_what_a_column_lacks_is_a_dash(self):
        self.assertEqual(callgrind.write_table(self.TABLE, ["# why"]),
                         "# why\nkind\tgcc-12/debian-12\tgcc-14/debian-13\nget\t4500\t4400\npost\t11000\t-\n")

    def test_refuses_rows_of_another_width_and_a_missing_head(self):
        for text in "kind\tgcc-12/debian-12\nget\t1\t2\n", "kind\tgcc-12/debian-12\nget\n", "get\t1\n", "# only this\n":
            with self.assertRaises(ValueError):
                callgrind.read_table(text)

    def test_a_column_is_found_by_its_compiler(self):
        self.assertEqual(callgrind.column_for(self.TABLE, "gcc-12/ubuntu-24.04"), "gcc-12/debian-12")
        self.assertIsNone(callgrind.column_for(self.TABLE, "gcc-1/debian-12"))
        self.assertIsNone(callgrind.column_for({}, "gcc-12/debian-12"))

    def test_a_column_is_named_after_compiler_and_release(self):
        release = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n'
        self.assertEqual(callgrind.column_name("12.2.0", release), "gcc-12/debian-12")
        self.assertEqual(callgrind.column_name("14", "ID=debian\n"), "gcc-14/debian-?")

    def test_the_committed_one_has_every_kind(self):
        table, _ = callgrind.load_table()
        self.assertTrue(table)
        for column in table.values():
            self.assertEqual(list(column), [kind.name for kind in callgrind.KINDS])


class Judging(unittest.TestCase):
    def test_only_growth_beyond_the_limit_fails(self):
        for measured, fails in (900, False), (1000, False), (1050, False), (1051, True), (2000, True):
            self.assertIs(callgrind.judge(measured, 1000)[1], fails, measured)

    def test_a_much_smaller_count_is_noted(self):
        self.assertIn("smaller", callgrind.judge(940, 1000)[0])
        self.assertNotIn("smaller", callgrind.judge(960, 1000)[0])

    def test_a_kind_without_a_figure_passes(self):
        line, failed = callgrind.judge(1000, None)
        self.assertFalse(failed)
        self.assertIn("not in the table", line)


class Requests(unittest.TestCase):
    def test_a_post_states_its_length(self):
        head, body = callgrind.post("/x", "abc").split(b"\r\n\r\n")
        self.assertEqual(body, b"abc")
        self.assertIn(b"Content-Length: 3", head)

    def test_kinds_have_the_sizes_that_they_are_named_after(self):
        self.assertEqual(len(callgrind.JOB), 128)
        for kind in callgrind.KINDS: # beyond that a connection is closed: SESSION_REQUESTS_MAX
            self.assertLess(2 * kind.n * kind.each, 10000, kind.name)


if __name__ == "__main__":
    unittest.main()
