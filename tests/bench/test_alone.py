"""What else ran is told although a server's processes come and go."""
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from asking import load, proc  # noqa: E402 pylint: disable=wrong-import-position


class Server:
    def __init__(self, *pids):
        self.now = list(pids)

    def pids(self):
        return self.now


class Alone(unittest.TestCase):
    def test_a_process_that_has_ended(self):
        with subprocess.Popen(["sleep", "60"]) as child:
            server = Server(child.pid)
            with load.Alone([server]) as alone:
                child.kill()
                child.wait()
                server.now = []
        self.assertGreaterEqual(alone.share, 0)

    def test_time_that_it_had_is_not_somebody_elses(self):
        """Pid 1 has used 5 s and ends; pid 2 begins and uses 1 s; the machine was busy for 3 s meanwhile, and 1 of them for pid 3."""
        cpu, server = {1: 5e9, 3: 7e9}, Server(1, 3)

        def cpu_ns(pids):
            if pids[0] not in cpu:
                raise FileNotFoundError(pids[0])
            return cpu[pids[0]]

        with mock.patch.object(proc, "cpu_ns", cpu_ns), mock.patch.object(proc, "busy_seconds", side_effect=[100, 103]), \
                mock.patch.object(load.os, "times", return_value=(0, 0, 0, 0, 0)), \
                mock.patch.object(load.time, "monotonic", side_effect=[10, 14]):
            with load.Alone([server]) as alone:
                del cpu[1]
                cpu.update({2: 1e9, 3: 8e9})
                server.now = [2, 3]
        self.assertAlmostEqual(alone.share, (3 - 1 - 1) / 4)


if __name__ == "__main__":
    unittest.main()
