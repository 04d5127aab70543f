"""The question about starting again: its arithmetic, and that jobs which are missing are no measurement."""
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from asking import load, recovery, runner  # noqa: E402 pylint: disable=wrong-import-position


class Restarted:
    """A server that says how many jobs it has."""

    def __init__(self, jobs):
        self.jobs = jobs

    def metrics(self):
        return {recovery.QUEUED: float(self.jobs), "quern_body_bytes": 39.0 * self.jobs}

    def pids(self):
        return [os.getpid()]


class Recovery(unittest.TestCase):
    def folder(self, **files):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for name, size in files.items():
            (Path(folder.name) / name.replace("_", ".")).write_bytes(b"x" * size)
        return folder.name

    def test_only_the_journals_files_are_read(self):
        folder = self.folder(b_seg=3, a_seg=5, c_lock=7)
        self.assertEqual([os.path.basename(p) for p in recovery.segments(folder)], ["a.seg", "b.seg"])
        self.assertGreater(recovery.read_alone(folder), 0)

    def test_there_is_room_for_all_jobs(self):
        self.assertGreater(recovery.settings(5_000_000)["jobs_max"], 5_000_000)

    def test_jobs_that_are_missing_discard_a_start(self):
        folder = self.folder(a_seg=4096)
        with mock.patch.object(recovery, "kill"), mock.patch.object(recovery, "start", lambda *_: (Restarted(99), 1.5)):
            with self.assertRaisesRegex(load.BadSlice, "99 of 100 jobs are there"):
                recovery.restart(folder, 100)
            self.assertEqual(recovery.restart(folder, 99)["seconds"], 1.5)

    def test_the_figures(self):
        payload = len('{"type":"bench.none","args":[12345678]}')
        per_job = 200 + payload

        def measured(_session, jobs, _folder):
            return [{"seconds": 2.0, "cpu": 1.5, "body": 40.0 * jobs, "bare": 1.0, "rss": 5_000_000 + jobs * per_job, "files": 1 << 30}] * 3, 5_000_000

        for quick, most in ((True, 3), (False, 30)):
            session = runner.Session(quick=quick, say=lambda _: None)
            with mock.patch.object(recovery, "measure", measured):
                seconds, memory, body, cpu, ratio = recovery.recovery(session)
            self.assertEqual((seconds["value"], seconds["limit"], seconds["met"]), (2.0, most, True))
            self.assertAlmostEqual(memory["value"], 200)
            self.assertEqual((memory["limit"], memory["met"]), (256, True))
            self.assertEqual((body["value"], cpu["value"]), (40, 1.5))
            self.assertAlmostEqual(ratio["value"], 2)

    def test_a_start_beside_others_is_done_again(self):
        session = runner.Session(quick=False, say=lambda _: None)
        shares = iter([0.9, 0.0])

        class Alone:
            def __init__(self, _):
                self.share = next(shares)

            def __enter__(self):
                return self

            def __exit__(self, *_):
                pass

        with mock.patch.object(load, "Alone", Alone):
            self.assertEqual(session.by_itself(lambda: 7), 7)
        self.assertEqual(len(session.discards), 1)
        self.assertEqual(session.others, [0.9, 0.0])


if __name__ == "__main__":
    unittest.main()
