"""run and result: bytes in, bytes out."""

import os
import signal
import subprocess
import unittest

from support import DONE, JOB, LATE, PROGRAM, REFUSED, USAGE, Running, ServerCase, quern


class RunTest(ServerCase):
    def test_stdin_goes_in_and_the_result_comes_out(self):
        self.assertEqual(self.good("run", "echo", "-", stdin=b"ground corn\n").out, "ground corn\n")

    def test_without_input_there_is_none(self):
        self.assertEqual(self.good("run", "echo", stdin=b"not this").out, "")

    def test_many_bytes_from_a_file_to_a_file(self):
        data = os.urandom(5_000_000)
        source, target = self.file("in.bin", data), self.path / "out.bin"
        self.good("run", "echo", source, "-o", target)
        self.assertEqual(target.read_bytes(), data)

    def test_many_bytes_through_pipes(self):
        data = os.urandom(3_000_000)
        self.assertEqual(self.good("run", "echo", "-", stdin=data, text=False).out, data)

    def test_an_empty_result_makes_an_empty_file(self):
        target = self.path / "empty.bin"
        self.good("run", "sleep", "-p", "ms=1", "-o", target)
        self.assertEqual(target.read_bytes(), b"")

    def test_a_refused_call_leaves_the_file_alone(self):
        target = self.file("kept.txt", "before")
        self.bad("run", "nosuch", "-o", target, code=REFUSED, says=r"There is no job type of this name \(404\)$")
        self.assertEqual(target.read_text(), "before")
        self.assertEqual([p.name for p in self.path.glob("kept.txt*")], ["kept.txt"])

    def test_the_mode_of_a_file_stays(self):
        target = self.file("mode.txt", "before")
        target.chmod(0o640)
        self.good("run", "echo", "-", "-o", target, stdin=b"after")
        self.assertEqual((target.read_text(), target.stat().st_mode & 0o777), ("after", 0o640))

    def test_output_to_a_device(self):
        self.good("run", "echo", "-", "-o", "/dev/null", stdin=b"gone")
        self.assertFalse(os.path.isfile("/dev/null"))

    def test_parameters_are_encoded(self):
        self.bad("run", "sleep", "-p", "ms=1&ms=2", code=REFUSED, says="'ms'.*400")
        self.bad("run", "sleep", "-p", "a&b=1", code=REFUSED, says="no parameter 'a&b'")

    def test_wrong_parameters_are_refused_by_name(self):
        self.bad("run", "sleep", "-p", "foo=1", code=REFUSED, says="no parameter 'foo'")
        self.bad("run", "sleep", "-p", "foo", code=USAGE, says="must be NAME=VALUE, not 'foo'")
        self.bad("run", "sleep", "-p", "=1", code=USAGE, says="must be NAME=VALUE")

    def test_files_that_cannot_be_read_or_written(self):
        self.bad("run", "echo", self.path / "none", code=USAGE, says="cannot open .*none: No such file")
        self.bad("run", "echo", self.path, code=USAGE, says="it is a folder")
        self.bad("run", "echo", "-o", self.path / "no" / "folder", code=USAGE, says="cannot write .*folder: No such file")
        self.bad("run", "echo", "-", "-o", "/dev/full", stdin=b"x", code=USAGE, says="cannot write /dev/full: No space left")

    def test_a_call_that_takes_longer_than_the_command_may(self):
        self.bad("run", "sleep", "-p", "ms=20000", "--timeout", "200ms", code=LATE, says="within the time")

    def test_a_reader_that_goes_away_ends_it_silently(self):
        source = self.file("pipe.bin", os.urandom(4_000_000))
        running = subprocess.Popen([PROGRAM, "--url", self.server.url, "run", "echo", source], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        running.stdout.read(10)
        running.stdout.close()
        self.assertEqual(running.stderr.read(), b"")
        self.assertEqual(running.wait(30), -signal.SIGPIPE)
        running.stderr.close()

    def test_ctrl_c_is_clean(self):
        target = self.path / "never.txt"
        running = Running("run", "sleep", "-p", "ms=60000", "-o", target, url=self.server.url)
        self.wait_for_call()
        said = running.end(signal.SIGINT)
        self.assertEqual((said.code, said.out, said.err), (-signal.SIGINT, "", ""))
        self.assertEqual(list(self.path.glob("never*")), [])

    def wait_for_call(self):
        """Until the server has the call in hand."""
        while not any(line.startswith("quern_calls 1") for line in self.metrics()):
            pass

    def metrics(self):
        import urllib.request

        return urllib.request.urlopen(self.server.url + "/metrics", timeout=30).read().decode().splitlines()

    def test_no_server(self):
        said = quern("run", "echo", "--url", "http://127.0.0.1:1")
        self.assertEqual((said.code, said.out), (4, ""), said)
        self.assertRegex(said.err, "^quern: no answer from http://127.0.0.1:1: .*connect.*\n$")


class ResultTest(ServerCase):
    def test_result_of_a_job(self):
        job = self.submit("echo", "--args", '["grain", 7]')
        self.assertEqual(self.good("result", job, "--wait").out, '["grain", 7]')
        target = self.path / "result.json"
        self.good("result", job, "-o", target)
        self.assertEqual(target.read_text(), '["grain", 7]')

    def test_no_result_yet(self):
        job = self.submit("far.away", "--queue", "far")
        self.bad("result", job, code=REFUSED, says="no result; its state is 'available' \\(404\\)")
        self.bad("result", job, "--wait=200ms", code=LATE, says=f"job {job} has not ended: it is available")

    def test_a_failed_job_has_none(self):
        job = self.submit("far.fails", "--queue", "fails", "--max-attempts", "1")
        self.fail_job(self.fetch("fails"), "the stone is broken")
        self.bad("result", job, "--wait", code=JOB, says=f"job {job} is discarded: the stone is broken")


if __name__ == "__main__":
    unittest.main()
