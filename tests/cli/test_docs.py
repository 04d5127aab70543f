"""The examples of docs/cli.md do what they say."""

import os
import re
import subprocess
import unittest

from support import PROGRAM, ROOT, ServerCase, environment

PAGE = ROOT / "docs" / "cli.md"


class ExamplesTest(ServerCase):
    def test_examples(self):
        (self.path / "build").mkdir()
        os.symlink(PROGRAM, self.path / "build" / "quern")
        blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.S)
        self.assertGreater(len(blocks), 1)
        for block in blocks:
            with self.subTest(block):
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=self.path, env=environment(QUERN_URL=self.server.url),
                                      stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""), done)
                self.assertNotEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main()
