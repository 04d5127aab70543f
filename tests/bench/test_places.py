"""What the questions about worker processes stand on: who counts as the server's, and that a kill is answered."""
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from asking import load, places, servers  # noqa: E402 pylint: disable=wrong-import-position


class Families(unittest.TestCase):
    def test_descendants_are_found(self):
        with subprocess.Popen(["sh", "-c", "sleep 60 & echo; wait"], stdout=subprocess.PIPE, start_new_session=True) as shell:
            shell.stdout.readline()
            below = places.descendants(shell.pid)
            self.assertEqual(len(below), 1)
            self.assertIn(shell.pid, places.children(os.getpid()))
            os.kill(below[0], 9)

    def test_a_bare_kill_takes_time(self):
        self.assertGreater(places.bare_kill_us(), 0)


@unittest.skipUnless(shutil.which("taskset") and os.path.exists(os.path.join(servers.BUILD, "quernd")), "quernd is not built")
class Kills(unittest.TestCase):
    def test_each_is_answered(self):
        with places.Places(["sleep"], cpu="0,1") as server:
            for _ in range(2):
                self.assertGreater(places.kill_us(server), 0)
            places.await_metric(server, 'quern_worker_processes{type="sleep"}', 1)
            self.assertEqual(len(server.pids()), 3)


class Woken(unittest.TestCase):
    def test_a_process_that_sleeps_and_is_woken(self):
        with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
            child.stdin.write(b"x")
            child.stdin.flush()
            child.stdout.read(1)  # it runs
            places.await_asleep(child.pid)
            before = places.times_run(child.pid)
            child.stdin.write(b"y")
            child.stdin.flush()
            places.await_woken(child.pid, before)
            self.assertGreater(places.times_run(child.pid), before)
            child.kill()

    def test_one_that_is_not_woken_discards_the_slice(self):
        with subprocess.Popen(["sleep", "60"]) as child:
            places.await_asleep(child.pid)
            with mock.patch.object(places, "PATIENCE_S", 0.2), self.assertRaises(load.BadSlice):
                places.await_woken(child.pid, places.times_run(child.pid))
            child.kill()


if __name__ == "__main__":
    unittest.main()
