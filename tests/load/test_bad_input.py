#!/usr/bin/env python3
"""What goes wrong under load is classified, counted and shown; an overloaded load generator says so.

    tests/load/test_bad_input.py [-v] [TestCase.test]         the program: $QUERN_LOAD, else build/quern-load
"""

import contextlib
import json
import os
import re
import resource
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

PROGRAM = os.environ.get("QUERN_LOAD", str(Path(__file__).resolve().parents[2] / "build" / "quern-load"))
QUERND = os.environ.get("QUERND", str(Path(PROGRAM).resolve().parent / "quernd"))
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


class Quernd:
    """The job server itself, with one worker in its process."""

    def __init__(self, *args):
        argv = [QUERND, "--listen", "127.0.0.1:0", "--ephemeral", "--log-level", "error", "--workers", "1", *args]
        self.process = subprocess.Popen(argv, stderr=subprocess.PIPE, text=True)
        self.port = int(re.search(r":(\d+)\s*$", self.process.stderr.readline())[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait(PATIENCE_S)
        self.process.stderr.close()


class Server:
    """A server of the test's own: serve(connection) for each connection, in a thread; what it returns is kept."""

    def __init__(self, serve):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.serve, self.returned, self.threads = serve, [], []
        self.acceptor = threading.Thread(target=self.accept)
        self.acceptor.start()

    def accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return  # closed
            self.threads.append(threading.Thread(target=self.one, args=(peer,)))
            self.threads[-1].start()

    def one(self, peer):
        with peer:
            peer.settimeout(PATIENCE_S)
            with contextlib.suppress(OSError):
                self.returned.append(self.serve(peer))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for thread in (self.acceptor, *self.threads):
            thread.join(PATIENCE_S)


def receive(peer, n):
    """Exactly n bytes, or what there was before the end."""
    data = bytearray()
    while len(data) < n:
        more = peer.recv(min(n - len(data), 1 << 20))
        if not more:
            break
        data += more
    return bytes(data)


def closed_port():
    """A port on which nobody listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Run:
    """One run: its exit code, what it printed, its report."""

    def __init__(self, *args, port=None, url=None, files=None, patience=PATIENCE_S):
        url = url or f"http://127.0.0.1:{port}/"
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))) if files else None
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "run.json"
            argv = [PROGRAM, "--no-tui", "--warmup", "0s", "--json", str(path), *map(str, args), url]
            done = subprocess.run(argv, capture_output=True, text=True, timeout=patience, preexec_fn=limit)
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

    def test_some_never_answered_at_a_rate(self):
        """Those that hang are unanswered, however the run ends: neither lost nor finished later."""
        with Responder("hang:1.5%") as r:
            run = Run("-c", 400, "-R", 500, "-d", "1s", "--cooldown", "200ms", port=r.port)
            hanging = r.counts()["faults"]["hang"]
        totals = run.report["totals"]
        self.assertGreater(hanging, 0)
        self.assertEqual(totals["censored"], hanging)
        self.assertEqual(totals["completed"] + totals["censored"], 500, run.out)
        self.assertEqual(run.report["histograms"]["censored"]["count"], hanging)

    def test_more_than_the_server_can_do(self):
        """What waits at the end is unanswered; it is not worked off behind the measured time."""
        with Responder("--work", "1000") as r:
            run = Run("-R", 1800, "-d", "1s", "-c", 4, "--cooldown", "2s", port=r.port)
        totals = run.report["totals"]
        self.assertLess(totals["in_time"], 1100)
        self.assertGreater(totals["censored"], 500)
        self.assertEqual(totals["completed"] + totals["censored"] + totals["failed"], 1800)

    def test_pipelined_requests_that_are_reset_together(self):
        with Responder("reset:20%") as r:
            run = Run("-c", 2, "-p", 16, "-n", 320, port=r.port)
        totals = run.report["totals"]
        self.assertEqual(totals["failed"] + totals["completed"], 320)
        self.assertEqual(totals["issued"], 320)
        self.assertGreater(totals["failed"], 16)

    # ---- answers that come before the request is sent ----

    BODY = 8 << 20

    def load_with_a_large_body(self, serve, *args):
        with tempfile.NamedTemporaryFile() as body, Server(serve) as server:
            body.write(bytes(i % 251 for i in range(1 << 16)) * (self.BODY >> 16))
            body.flush()
            run = Run("-b", "@" + body.name, "--sndbuf", "64k", "--cooldown", "5s", *args, port=server.port)
        return run, server.returned

    def test_an_early_answer_and_then_the_end(self):
        def serve(peer):
            receive(peer, 4096)
            peer.sendall(b"HTTP/1.1 413 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(1 << 20):
                pass

        run, _ = self.load_with_a_large_body(serve, "-c", 1, "-n", 3, "--expect-status", "413")
        self.assertEqual(run.report["errors"]["early-answer"]["count"], 3, run.out)
        self.assertEqual(run.report["totals"]["failed"], 3)

    def test_an_early_answer_leaves_the_request_whole(self):
        """The next request begins where the first one ends: the server reads two equal ones."""
        def serve(peer):
            got = []
            first = receive(peer, 65536)
            if not first:
                return None  # opened again after the last answer
            head = first.index(b"\r\n\r\n") + 4
            for i in range(2):
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                if i == 0:
                    # the answer has long been there when the rest is taken
                    with contextlib.suppress(socket.timeout):
                        peer.settimeout(0.3)
                        peer.recv(1, socket.MSG_PEEK | socket.MSG_WAITALL)
                    peer.settimeout(PATIENCE_S)
                got.append(first + receive(peer, head + self.BODY - len(first)))
                first = b""
            return got

        run, returned = self.load_with_a_large_body(serve, "-c", 1, "-n", 2)
        (first, second), *_ = filter(None, returned)
        self.assertEqual(len(first), len(second))
        self.assertTrue(first == second, "the second request is not the first one's bytes")
        self.assertEqual(run.errors(), {})
        self.assertEqual(run.report["totals"]["completed"], 2)

    # ---- runs of a number of requests ----

    def test_a_slow_answer_is_waited_for(self):
        with Responder("const:3500ms") as r:
            run = Run("-c", 1, "-n", 1, port=r.port)
        self.assertEqual(run.report["totals"]["completed"], 1, run.out)
        self.assertEqual(run.code, FINE, run.out)

    def test_requests_that_are_far_apart(self):
        with Responder("plain") as r:
            run = Run("-c", 1, "-R", 0.25, "-n", 2, port=r.port)
        self.assertEqual(run.report["totals"]["completed"], 2, run.out)

    def test_a_slow_ramp(self):
        with Responder("plain") as r:
            run = Run("-c", 3, "--ramp", "0.3/s", "-d", "100ms", port=r.port)
        self.assertEqual(run.report["ramp"]["opened"], 3, run.out)

    def test_the_number_is_exact(self):
        with Responder("plain") as r:
            for args in (("-p", 16), ("--think", "const:1ms"), ("-s", "get=1,churn=3")):
                with self.subTest(args=args):
                    run = Run("-c", 8, "-n", 1003, *args, port=r.port)
                    self.assertEqual(run.report["totals"]["completed"], 1003, run.out)

    def test_ids_of_many_threads(self):
        with Responder("plain") as r:
            run = Run("-c", 64, "-t", 4, "-d", "300ms", "--echo-id", port=r.port)
        self.assertEqual(run.errors(), {}, run.out)

    def test_stopped_by_errors(self):
        with Responder("status:503:100%") as r:
            run = Run("-c", 1, "-d", "20s", "--max-errors", 5, port=r.port)
        self.assertEqual(run.code, CHECKS, run.out)
        self.assertIn("--max-errors", run.out)

    # ---- connections that come and go ----

    def test_stages_of_connections_begin_with_theirs(self):
        with Responder("plain") as r:
            run = Run("--stages", "c:1s:5-50", "--hold", "300ms", "-d", "1s", port=r.port)
        series = run.report["series"]
        before = [t["open"] for t in series if t["at_ns"] <= 300_000_000]
        self.assertTrue(before)
        self.assertLessEqual(max(before), 6)

    def test_a_mix_with_slow_clients_ends(self):
        """The probe asks those who can answer; slow clients do not mix with the headline."""
        with Responder("plain") as r:
            run = Run("-s", "idle-mass=2,slow-header=1", "-c", 30, "-R", 100, "-d", "500ms", "--cooldown", "100ms", port=r.port,
                      patience=30)
        self.assertEqual(run.report["probe"]["asked"], run.report["probe"]["answered"], run.out)
        self.assertEqual(run.report["totals"]["completed"], 50, run.out)
        self.assertEqual(run.report["histograms"]["tolerated"]["count"], 0)

    def test_a_probe_with_pipelining(self):
        with Responder("plain") as r:
            run = Run("-s", "idle-mass", "-c", 20, "-R", 100, "-p", 4, "--arrival", "burst:4", "-d", "300ms", port=r.port)
        self.assertEqual(run.report["probe"], {**run.report["probe"], "asked": 20, "answered": 20, "failed": 0})

    def test_connecting_is_not_lateness(self):
        """A server whose backlog is full lets connects wait; that is not the load generator's doing."""
        with Responder("plain") as r:
            run = Run("-s", "churn", "-c", 50, "-R", 200, "-d", "1s", port=r.port)
        self.assertEqual(run.report["totals"]["completed"], 200, run.out)
        late = run.report["histograms"]["lateness"]
        self.assertEqual(late["count"], 200)

    # ---- jobs ----

    QUEUE = ("--queue", "from-afar", "--job-type", "afar")  # no worker of the server's own takes these

    def test_clients_beside_workers(self):
        """The client that polls and the worker that acknowledged see the same end."""
        with Quernd() as server:
            run = Run("-s", "submit-poll,worker", "-c", 8, "-d", "1s", "--poll", "5ms", *self.QUEUE, port=server.port)
        jobs = run.report["checks"]["conservation"]
        self.assertEqual(run.errors(), {}, run.out)
        self.assertTrue(jobs["checked"] and jobs["holds"], run.out)
        self.assertGreater(jobs["finished"], 20)
        self.assertGreater(run.report["histograms"]["lease"]["count"], 20)
        self.assertGreater(run.report["histograms"]["poll"]["count"], 20)

    def test_clients_that_wait_beside_workers(self):
        with Quernd() as server:
            run = Run("-s", "submit-wait,worker", "-c", 4, "-d", "500ms", "--poll", "5ms", *self.QUEUE, port=server.port)
        self.assertEqual(run.errors(), {}, run.out)
        self.assertTrue(run.report["checks"]["conservation"]["holds"], run.out)
        self.assertGreater(run.report["groups"][0]["totals"]["completed"], 5, run.out)

    def run_beside(self, server, *args, send):
        """Sends the server a signal in the measured time."""
        timer = threading.Timer(0.5, server.process.send_signal, (send,))
        timer.start()
        try:
            return Run("-s", "submit", "-c", 2, "-d", "1s", "--cooldown", "100ms", *self.QUEUE, *args, port=server.port)
        finally:
            timer.join()

    def test_a_server_that_dies_loses_jobs(self):
        with Quernd() as server:
            begun = time.monotonic()
            run = self.run_beside(server, send=signal.SIGKILL)
        jobs = run.report["checks"]["conservation"]
        self.assertGreater(jobs["submitted"], 0)
        self.assertFalse(jobs["holds"], run.out)
        self.assertIn("NOT all accounted for", run.out)
        self.assertEqual(run.code, CHECKS)
        self.assertLess(time.monotonic() - begun, 30)

    def test_a_server_that_stands_still_is_given_up(self):
        with Quernd() as server:
            begun = time.monotonic()
            run = self.run_beside(server, send=signal.SIGSTOP)
        self.assertFalse(run.report["checks"]["conservation"]["holds"], run.out)
        self.assertLess(time.monotonic() - begun, 30)

    # ---- slow clients ----

    def test_slow_readers_see_the_status(self):
        """Byte by byte."""
        def serve(peer):
            receive(peer, 16)
            peer.sendall(b"HTTP/1.1 503 Too slow\r\nContent-Length: 0\r\n\r\n")
            time.sleep(0.5)  # the reader has its status line by then

        with Server(serve) as server:
            run = Run("-s", "slow-read", "-c", 2, "-d", "1500ms", "--drip", "10ms", port=server.port)
        self.assertGreater(run.report["groups"][0]["extras"].get("ended with a 503", 0), 0, run.out)

    def test_slow_clients_are_no_flood(self):
        """A server that ends them at once sees each of them once per drip."""
        seen = []

        def serve(peer):
            seen.append(peer.recv(4096))

        with Server(serve) as server:
            run = Run("-s", "slow-body", "-H", "X-Who: tester", "-c", 2, "-d", "1s", "--drip", "200ms", "--announce", "512k",
                      port=server.port)
        self.assertLessEqual(len(seen), 2 * (1000 // 200 + 3), run.out)
        self.assertIn(b"Content-Length: 524288\r\n", seen[0])
        self.assertIn(b"X-Who: tester\r\n", seen[0])

    def test_slow_clients_that_stay(self):
        with Server(lambda peer: receive(peer, 1 << 20)) as server:
            run = Run("-s", "slow-header", "-c", 3, "-d", "500ms", "--cooldown", "0s", port=server.port)
        self.assertEqual(run.report["groups"][0]["totals"]["censored"], 3, run.out)
        self.assertEqual(run.report["groups"][0]["totals"]["completed"], 0)

    # ---- the load generator itself ----

    def test_a_cpu_that_is_not_there(self):
        with Responder("plain") as r:
            run = Run("-c", 1, "-d", "100ms", "--cpu", 77, port=r.port)
        self.assertEqual(run.code, INVALID)
        self.assertIn("--cpu", run.out)

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
