"""Servers end with what started them, also when they never came up."""
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from asking import servers  # noqa: E402 pylint: disable=wrong-import-position


@unittest.skipUnless(shutil.which("taskset"), "taskset is missing")
class Lives(unittest.TestCase):
    def test_one_that_never_listens_is_ended(self):
        pid_file = Path(self.enterContext(tempfile.TemporaryDirectory())) / "pid"
        with self.assertRaises(servers.DidNotStart) as said:
            servers.Server("mute", ["sh", "-c", f"echo $$ > {pid_file}; echo no luck; exec sleep 60"], seconds=1)
        self.assertIn("no luck", str(said.exception))
        with self.assertRaises(ProcessLookupError):
            os.kill(int(pid_file.read_text(encoding="ascii")), 0)

    def test_one_that_ends_at_once_is_no_server(self):
        with self.assertRaises(servers.DidNotStart):
            servers.Server("gone", ["false"])


if __name__ == "__main__":
    unittest.main()
