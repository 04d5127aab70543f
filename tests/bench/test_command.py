"""The command line of bench/ask, as a user meets it."""
import subprocess
import sys
import unittest
from pathlib import Path

ASK = Path(__file__).resolve().parents[2] / "bench" / "ask"


def ask(*args):
    return subprocess.run([sys.executable, str(ASK), *args], capture_output=True, text=True, check=False, timeout=60)


class Command(unittest.TestCase):
    def test_help_is_help(self):
        done = ask("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("bench/ask", done.stdout)

    def test_what_is_wrong_is_said(self):
        for args in (["get64", "--pears", "3"], ["no-such-question"], [], ["get64", "--pairs", "1"]):
            done = ask(*args)
            self.assertEqual(done.returncode, 2, args)
            self.assertNotIn("Traceback", done.stderr)
            self.assertNotEqual(done.stderr, "")


if __name__ == "__main__":
    unittest.main()
