"""The order of slices, what is discarded, when servers start anew; and what outputs of other programs are read as."""
import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from asking import counts, load, proc, registry, runner, slow  # noqa: E402 pylint: disable=wrong-import-position


class FakeServer:
    """Counts how often it lives."""

    command = ["fake"]

    def __init__(self, events, name):
        self.events, self.name = events, name

    def pids(self):
        return []

    def __enter__(self):
        self.events.append(f"+{self.name}")
        return self

    def __exit__(self, *_):
        self.events.append(f"-{self.name}")


class Runner(unittest.TestCase):
    def setUp(self):
        self.events = []
        self.bad = set()  # numbers of slices that a rule discards
        self.slices = 0

    def side(self, name, start=None):
        def begin():
            return FakeServer(self.events, name)

        def measure(_session, _server):
            self.slices += 1
            self.events.append(name)
            if self.slices in self.bad:
                raise load.BadSlice("asked for")
            return {"x": self.slices, "command": f"load {name}"}
        return runner.Side(name, start or begin, measure)

    def session(self, pairs):
        return runner.Session(quick=True, pairs=pairs, say=lambda _: None)

    def measured(self):
        return [e for e in self.events if e[0] not in "+-"]

    def test_two_sides_go_a_b_b_a(self):
        self.session(8).interleave([self.side("a"), self.side("b")])
        self.assertEqual("".join(self.measured()), "abba" * 4)

    def test_three_sides_go_forwards_then_backwards(self):
        self.assertEqual([runner.order(3, pair) for pair in (0, 1, 2)], [[0, 1, 2], [2, 1, 0], [0, 1, 2]])

    def test_blocks_are_even_where_they_can_be_and_at_least_four(self):
        self.assertEqual(runner.block_lengths(10), [2, 2, 2, 2, 2])
        self.assertEqual(runner.block_lengths(5), [1] * 5)
        self.assertEqual(runner.block_lengths(21), [4, 4, 4, 4, 4, 1])
        for pairs in range(5, 60):
            self.assertEqual(sum(runner.block_lengths(pairs)), pairs)
            self.assertGreaterEqual(len(runner.block_lengths(pairs)), 4)

    def test_both_servers_start_anew_for_each_block(self):
        session = self.session(10)
        session.interleave([self.side("a"), self.side("b")])
        self.assertEqual(self.events.count("+a"), 5)
        self.assertEqual(self.events.count("-b"), 5)
        self.assertEqual(session.restarts, 5)

    def test_sides_with_one_start_share_their_server(self):
        shared = self.side("a")
        self.session(5).interleave([shared, self.side("b", shared.start)])
        self.assertEqual(self.events.count("+a"), 5)
        self.assertNotIn("+b", self.events)

    def test_a_discarded_slice_takes_its_pair_with_it(self):
        self.bad = {2}
        session = self.session(5)
        said = session.interleave([self.side("a"), self.side("b")])
        self.assertEqual([f["x"] for f in said["a"]], [3, 6, 7, 10, 11])  # the first a (1) is gone with its b (2)
        self.assertEqual([f["x"] for f in said["b"]], [4, 5, 8, 9, 12])
        self.assertEqual([(d["side"], d["why"]) for d in session.discards], [("b", "asked for")])

    def test_too_many_discards_end_it(self):
        self.bad = set(range(1, 100))
        with self.assertRaises(runner.TooNoisy):
            self.session(5).interleave([self.side("a")])
        self.assertEqual(self.slices, 6)

    def test_a_single_run_is_repeated_after_a_discard(self):
        session, tries = self.session(5), iter([load.BadSlice("no"), 7])

        def once():
            x = next(tries)
            if isinstance(x, Exception):
                raise x
            return x
        self.assertEqual(session.steady(once), 7)
        self.assertEqual(len(session.discards), 1)

    def test_slices_beside_other_programs_count_only_when_quick(self):
        quick, careful = self.session(5), runner.Session(pairs=10, say=lambda _: None)
        quick._disturbed(0.5)  # pylint: disable=protected-access
        with self.assertRaises(load.BadSlice):
            careful._disturbed(0.5)  # pylint: disable=protected-access
        self.assertEqual((quick.disturbed, careful.disturbed), (1, 1))

    def test_commands_of_both_sides_are_kept(self):
        session = self.session(5)
        session.interleave([self.side("a"), self.side("b")])
        self.assertEqual(session.commands["b"], {"server": "fake", "load": "load b"})


def report(**changes):
    whole = {"totals": {"failed": 0, "censored": 0, "dropped": 0}, "cost": {"steal_share": 0.0}, "validity": {"valid": True, "reasons": []}}
    for path, value in changes.items():
        part, key = path.split("_", 1)
        whole[part][key] = value
    return whole


class Rules(unittest.TestCase):
    def test_a_clean_report_passes(self):
        load.judge(report(cost_steal_share=0.01))

    def test_each_rule_discards(self):
        for change in ({"totals_failed": 1}, {"totals_censored": 1}, {"totals_dropped": 1}, {"cost_steal_share": 0.0101},
                       {"validity_valid": False}):
            with self.subTest(change), self.assertRaises(load.BadSlice):
                load.judge(report(**change))

    def test_a_late_loader_still_tells_how_much_memory_it_has(self):
        load.judge(report(validity_valid=False), timing=False)
        with self.assertRaises(load.BadSlice):
            load.judge(report(totals_failed=1), timing=False)

    def test_the_calls_of_strace_are_summed_without_its_total(self):
        table = """% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 60.00    0.100000          10     10000           writev
 40.00    0.050000          10      5000        12 recvfrom
------ ----------- ----------- --------- --------- ----------------
100.00    0.150000          10     15000        12 total
"""
        self.assertEqual(counts.calls_in(table), 15000)

    def test_slabs_count_by_the_objects_in_use(self):
        table = """slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables
TCP                 26     39   2368   13    8 : tunables    0    0    0 : slabdata      3      3      0
dentry              21     42    192   21    1 : tunables    0    0    0 : slabdata      2      2      0
"""
        page = os.sysconf("SC_PAGE_SIZE")
        self.assertEqual(proc.slab_objects(table), 2 * 8 * page + page)

    def test_connections_are_those_of_the_servers_port(self):
        table = """  sl  local_address rem_address   st tx_queue rx_queue
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000
   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000
   2: 0100007F:C001 0100007F:1F90 01 00000000:00000000
   3: 0100007F:1F90 0100007F:C002 06 00000000:00000000
"""
        self.assertEqual(slow.connections_in(table, 8080), 1)


class Questions(unittest.TestCase):
    def test_all_are_there_and_say_what_they_ask(self):
        questions = registry.load_all()
        self.assertGreaterEqual(len(questions), 18)
        for q in questions.values():
            self.assertTrue(q.text and callable(q.ask))

    def test_no_name_is_taken_twice(self):
        with self.assertRaises(ValueError):
            registry.question("get64", "again")(lambda session: [])


if __name__ == "__main__":
    unittest.main()
