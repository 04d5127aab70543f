#!/usr/bin/env python3
"""What goes wrong under load is classified, counted and shown; an overloaded load generator says so.

    tests/load/test_bad_input.py [-v] [TestCase.test]         the program: $QUERN_LOAD, else build/quern-load
"""

import contextlib
import json
import os
import re
import resource
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ.get("QUERN_LOAD", str(Path(__file__).resolve().parents[2] / "build" / "quern-load"))
FINE, USAGE, CHECKS, INVALID = 0, 1, 2, 3
PATIENCE_S = 60


class Responder:
    """The program's own server with known behaviour."""

    def __init__(self, *modes):
        self.process = subprocess.Popen([PROGRAM, "responder", "--port", "0", *modes], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.port = int(re.fullmatch(r"responder listening on 127\.0\.0\.1:(\d+)\n", line)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        self.process.stdout.close()

    def counts(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S) as s:
            s.sendall(b"GET /counts HTTP/1.1\r\nConnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: s.recv(1 << 16), b""))
        return json.loads(answer.partition(b"\r\n\r\n")[2])


def closed_port():
    """A port on which nobody listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Run:
    """One run: its exit code, what it printed, its report."""

    def __init__(self, *args, port=None, url=None, files=None):
        url = url or f"http://127.0.0.1:{port}/"
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))) if files else None
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "run.json"
            argv = [PROGRAM, "--no-tui", "--warmup", "0s", "--json", str(path), *map(str, args), url]
            done = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE_S, preexec_fn=limit)
            self.report = json.loads(path.read_text()) if path.exists() else None
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def errors(self):
        return {kind: e["count"] for kind, e in self.report["errors"].items() if e["count"]}

    def example(self, kind):
        return self.report["errors"][kind]["first_example"]


class BadInput(unittest.TestCase):
    def assert_told(self, run, kind):
        """In the report with an example, and in the text for people."""
        self.assertIn(kind, run.errors(), run.out)
        self.assertTrue(run.example(kind))
        self.assertIn(kind, run.out)

    def assert_only(self, run, kind, n):
        self.assertEqual(run.errors(), {kind: n}, run.out)
        self.assert_told(run, kind)

    def play(self, mode, kind, *args, fault=None):
        """Every tenth answer is bad: as many are counted as were played, all others are good."""
        with Responder(f"{mode}:10%") as r:
            run = Run("-c", 4, "-n", 400, *args, port=r.port)
            counts = r.counts()
        played = counts["faults"][fault or mode]
        self.assertGreater(played, 20)
        self.assert_only(run, kind, played)
        self.assertEqual(run.report["totals"]["failed"] + run.report["totals"]["completed"], 400)
        return run

    def play_wrong(self, mode, kind, *args, fault=None):
        """The same; and answers that are wrong make the run fail."""
        run = self.play(mode, kind, *args, fault=fault)
        self.assertIn(run.code, (CHECKS, INVALID), run.out)
        return run

    # ---- connections ----

    def test_nobody_listens(self):
        run = Run("-c", 4, "-d", "1s", port=closed_port())
        self.assert_told(run, "connect-refused")
        self.assertEqual(set(run.errors()), {"connect-refused"})
        self.assertIn(run.code, (CHECKS, INVALID), run.out)

    def test_connections_are_reset(self):
        self.play("reset", "reset")

    def test_connections_end_in_the_middle_of_the_head(self):
        self.play("half", "closed-early")

    def test_connections_end_in_the_middle_of_the_body(self):
        self.play("truncate", "closed-early")

    def test_fewer_local_ports_than_connections(self):
        run = Run("-c", 20, "-d", "1s", "--src", "127.0.0.2", "--port-range", "20000-20009", port=closed_port())
        self.assertEqual(run.code, USAGE)
        self.assertIn("--port-range", run.err)

    def test_local_ports_that_others_hold(self):
        with Responder("plain") as r, contextlib.ExitStack() as held:
            for port in range(20010, 20015):
                held.enter_context(socket.socket()).bind(("127.0.0.3", port))
            run = Run("-c", 10, "-d", "1s", "--src", "127.0.0.3", "--port-range", "20010-20019", port=r.port)
        self.assert_told(run, "connect-no-address")
        self.assertEqual(set(run.errors()), {"connect-no-address"})
        self.assertEqual(run.report["ramp"]["opened"], 5)
        self.assertEqual(run.code, INVALID, run.out)

    def test_too_few_files(self):
        """Refused, with what to raise; never a silent shortfall."""
        run = Run("-c", 5000, "-d", "1s", port=closed_port(), files=40)
        self.assertEqual(run.code, USAGE)
        self.assertIn("ulimit -n", run.err)

    # ---- answers ----

    def test_more_bytes_than_announced(self):
        self.play_wrong("extra", "bad-length")

    def test_a_bad_chunk(self):
        self.play_wrong("bad-chunk", "bad-length")

    def test_contradicting_lengths(self):
        self.play_wrong("bad-length", "bad-head")

    def test_an_unexpected_status(self):
        run = self.play_wrong("status:503", "status", fault="status")
        self.assertIn("503", run.example("status"))

    def test_no_date(self):
        self.play_wrong("no-date", "no-date", "--require-date")

    def test_another_requests_id(self):
        self.play_wrong("swap", "id", "--echo-id")

    def test_a_server_that_is_no_http_server(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            argv = [PROGRAM, "--no-tui", "--warmup", "0s", "-c", "1", "-n", "1", f"http://127.0.0.1:{port}/"]
            load = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
            peer, _ = server.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b"220 mail.example ESMTP\r\n\r\n")
                peer.recv(4096)  # until the load generator closes
            out, _ = load.communicate(timeout=PATIENCE_S)
        self.assertIn("bad-head", out)
        self.assertIn(load.returncode, (CHECKS, INVALID), out)

    # ---- no answers ----

    def test_never_an_answer(self):
        with Responder("never") as r:
            run = Run("-c", 10, "-R", 100, "-d", "1s", "--cooldown", "300ms", port=r.port)
            hanging = r.counts()["faults"]["hang"]
        totals = run.report["totals"]
        self.assertEqual(hanging, 10)
        self.assertEqual(totals["completed"], 0)
        self.assertEqual(totals["censored"], 100)  # ten hang, the others never found a free connection
        self.assertNotEqual(run.code, FINE)
        self.assertRegex(run.out, r"(?i)censored|unanswered|no answer")

    def test_never_an_answer_with_a_time_limit(self):
        with Responder("never") as r:
            run = Run("-c", 4, "-n", 8, "--timeout", "200ms", port=r.port)
        self.assert_only(run, "timeout", 8)

    # ---- the load generator itself ----

    def test_a_rate_that_is_impossible(self):
        with Responder("plain") as r:
            run = Run("-c", 4, "-R", "50M", "-d", "1s", "--cooldown", "200ms", port=r.port)
        self.assertEqual(run.code, INVALID, run.out)
        self.assertFalse(run.report["validity"]["valid"])
        self.assertTrue(run.report["validity"]["reasons"])
        self.assertIn("INVALID", run.out)

    def test_command_lines_that_make_no_sense(self):
        for args, url in (
            (("-c", "0"), "http://127.0.0.1:1/"),
            (("-c", "many"), "http://127.0.0.1:1/"),
            (("-d", "5 parsecs"), "http://127.0.0.1:1/"),
            (("-R", "-5"), "http://127.0.0.1:1/"),
            (("--no-such-option",), "http://127.0.0.1:1/"),
            (("--src", "127.0.0.300"), "http://127.0.0.1:1/"),
            (("--find-max", "p99 is nice"), "http://127.0.0.1:1/"),
            ((), "gopher://127.0.0.1/"),
            ((), "http://127.0.0.1:99999/"),
            ((), "http://no.such.host.invalid/"),
        ):
            with self.subTest(args=args, url=url):
                run = Run(*args, url=url)
                self.assertEqual(run.code, USAGE)
                self.assertTrue(run.err.strip())
                self.assertIsNone(run.report)


if __name__ == "__main__":
    unittest.main()
