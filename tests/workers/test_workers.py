#!/usr/bin/env python3
"""The workers of docs/examples against the real server, and the page that shows them.

    make workers-test, or: tests/workers/test_workers.py [-v] [TestCase.test]       the server: $QUERND, else build/quernd

Without node its tests are skipped, except in CI.
"""

import http.client
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from collections import Counter
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("QUERND", str(ROOT / "build" / "quernd"))
EXAMPLES = ROOT / "docs" / "examples"
PAGE = ROOT / "docs" / "workers.md"
NODE = shutil.which("node")
PATIENCE_S = 30
TERMINAL = {"completed", "cancelled", "discarded"}


class Program:
    """A process whose lines on stderr can be waited for."""

    def __init__(self, *command):
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(command, cwd=self.folder.name, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
        self.lines, self.ended, self.changed = [], False, threading.Condition()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stderr:
            self.note(line.rstrip("\n"))
        self.note(None)

    def note(self, line):
        with self.changed:
            if line is None:
                self.ended = True
            else:
                self.lines.append(line)
            self.changed.notify_all()

    def find(self, pattern):
        return [m for m in (re.search(pattern, line) for line in self.lines) if m]

    def wait_line(self, pattern, count=1):
        """The count-th match of pattern among the lines, the past ones included."""
        with self.changed:
            self.changed.wait_for(lambda: len(self.find(pattern)) >= count or self.ended, PATIENCE_S)
            found = self.find(pattern)
            if len(found) < count:
                raise AssertionError(f"{len(found)} of {count} lines match {pattern!r} in:\n" + "\n".join(self.lines))
            return found[count - 1]

    def stop(self, number):
        """Sends the signal; the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        self.reader.join(PATIENCE_S)
        return code

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)
        self.reader.join(PATIENCE_S)
        self.process.stderr.close()
        self.folder.cleanup()


class Quern(Program):
    def __init__(self, port=0):
        super().__init__(PROGRAM, "--ephemeral", "--listen", f"127.0.0.1:{port}", "--shards", "1", "--workers", "1")
        self.port = int(self.wait_line(r"listening on 127\.0\.0\.1:(\d+)")[1])

    def ask(self, method, path, body=None, **fields):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, "/ojs/v1" + path, text, {"Content-Type": "application/openjobspec+json", **fields})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def submit(self, kind, *args, **more):
        status, answer = self.ask("POST", "/jobs", {"type": kind, "args": args, **more})
        assert status == 201, answer
        return answer["job"]["id"]

    def job(self, job_id, wait=0):
        status, answer = self.ask("GET", "/jobs/" + job_id, **({"Prefer": f"wait={wait}"} if wait else {}))
        assert status == 200, answer
        return answer["job"]

    def finished(self, job_id):
        """The job in its last state, waited for by long polls."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            job = self.job(job_id, wait=5)
            if job["state"] in TERMINAL:
                return job
        raise AssertionError(f"not finished: {job}")

    def starts(self):
        """How often each job was granted."""
        _, answer = self.ask("GET", "/events?limit=1000&types=job.started")
        return Counter(event["subject"] for event in answer["events"] if event["type"] == "job.started")


def error_texts(job):
    return [(e["attempt"], e["code"], e["message"]) for e in job.get("errors", [])]


def seconds_between(job):
    """From the start of its last attempt to its end."""
    times = [datetime.fromisoformat(job[name].replace("Z", "+00:00")) for name in ("started_at", "completed_at")]
    return (times[1] - times[0]).total_seconds()


class Behaviour:
    """What every worker does. command: how to start it."""

    command = ()

    def setUp(self):
        self.quern = self.open(Quern())

    def open(self, program):
        self.addCleanup(program.close)
        return program

    def worker(self, *options, port=None):
        url = f"http://127.0.0.1:{port or self.quern.port}"
        return self.open(Program(*self.command, "--url", url, "--wait", "1", "--lease", "1", *options))

    def test_results_arrive(self):
        first = self.quern.submit("text.count", "two stones, one turning")
        self.worker()
        self.assertEqual(self.quern.finished(first)["result"], {"words": 4})
        second = self.quern.submit("text.count", "")  # the long poll brings it
        self.assertEqual(self.quern.finished(second)["result"], {"words": 0})

    def test_queues_in_order(self):
        slow = self.quern.submit("text.count", "b", queue="slow")
        fast = self.quern.submit("text.count", "a", queue="fast")
        other = self.quern.submit("text.count", "c")
        worker = self.worker("--queue", "fast", "--queue", "slow")
        self.quern.finished(slow)
        self.assertEqual([m[1] for m in worker.find(r"run (\S+)")], [fast, slow])
        self.assertEqual(self.quern.job(other)["state"], "available")

    def test_failure_is_retried_then_discarded(self):
        retry = {"max_attempts": 3, "initial_interval_ms": 1, "max_interval_ms": 2, "jitter": False}
        job = self.quern.submit("demo.fail", "the mill is dry", retry=retry)
        self.worker()
        ended = self.quern.finished(job)
        self.assertEqual((ended["state"], ended["attempt"]), ("discarded", 3))
        self.assertEqual(error_texts(ended), [(n, "handler_error", "the mill is dry") for n in (1, 2, 3)])

    def test_final_failure_is_not_retried(self):
        final = self.quern.submit("demo.fail", "no such grain", True, retry={"max_attempts": 5, "initial_interval_ms": 1})
        unknown = self.quern.submit("demo.unheard", retry={"max_attempts": 2, "initial_interval_ms": 1})
        self.worker()
        ended = self.quern.finished(final)
        self.assertEqual((ended["state"], error_texts(ended)), ("discarded", [(1, "handler_error", "no such grain")]))
        self.assertEqual([e["retryable"] for e in ended["errors"]], [False])
        ended = self.quern.finished(unknown)
        self.assertEqual([e["code"] for e in ended["errors"]], ["unknown_type", "unknown_type"])

    def test_killed_worker_loses_its_job_to_another(self):
        job = self.quern.submit("demo.sleep", 600, 0)
        first = self.worker()
        first.wait_line(f"run {job} demo.sleep attempt 1")
        first.stop(signal.SIGKILL)
        second = self.worker()
        second.wait_line(f"run {job} demo.sleep attempt 2")
        ended = self.quern.finished(job)
        self.assertEqual((ended["state"], ended["attempt"]), ("completed", 2))
        self.assertEqual([e["code"] for e in ended["errors"]], ["lease_lost"])

    def test_sigterm_finishes_what_is_in_hand(self):
        worker = self.worker("--grace", "20")
        job = self.quern.submit("demo.sleep", 1.5)  # longer than the lease: heartbeats go on
        worker.wait_line(f"run {job}")
        later = self.quern.submit("text.count", "not for this worker")
        self.assertEqual(worker.stop(signal.SIGTERM), 0)
        ended = self.quern.job(job)
        self.assertEqual((ended["state"], ended["attempt"], ended.get("errors")), ("completed", 1, None))
        self.assertEqual(self.quern.job(later)["state"], "available")

    def test_sigterm_gives_back_what_takes_too_long(self):
        worker = self.worker("--grace", "2", "--concurrency", "2")
        jobs = [self.quern.submit("demo.sleep", 600) for _ in range(2)]
        for job in jobs:
            worker.wait_line(f"run {job}")
        self.assertEqual(worker.stop(signal.SIGTERM), 0)
        for job in jobs:
            given_back = self.quern.job(job)
            self.assertEqual((given_back["state"], given_back["attempt"], given_back.get("errors")), ("available", 0, None))

    def test_second_sigterm_ends_the_grace_time(self):
        worker = self.worker("--grace", "3600")
        job = self.quern.submit("demo.sleep", 600)
        worker.wait_line(f"run {job}")
        worker.process.send_signal(signal.SIGTERM)
        worker.wait_line("finishes what is in hand")
        self.assertEqual(worker.stop(signal.SIGTERM), 0)
        self.assertEqual((self.quern.job(job)["state"], self.quern.job(job)["attempt"]), ("available", 0))

    def test_heartbeats_keep_a_job_longer_than_its_lease(self):
        self.worker()
        job = self.quern.submit("demo.sleep", 2.5)
        ended = self.quern.finished(job)
        self.assertEqual((ended["state"], ended["attempt"], ended.get("errors")), ("completed", 1, None))
        self.assertGreater(seconds_between(ended), 2)  # the lease is 1 s

    def test_cancelled_job_is_dropped(self):
        worker = self.worker()
        job = self.quern.submit("demo.sleep", 600)
        worker.wait_line(f"run {job}")
        self.assertEqual(self.quern.ask("DELETE", "/jobs/" + job)[0], 200)
        worker.wait_line(f"stop {job}: it is no longer ours")
        worker.wait_line(f"dropped {job}")
        after = self.quern.submit("text.count", "the only slot is free again")
        self.assertEqual(self.quern.finished(after)["state"], "completed")
        self.assertEqual(self.quern.job(job)["state"], "cancelled")

    def test_many_jobs_each_once(self):
        jobs = [self.quern.submit("demo.sleep", 0.1) for _ in range(20)]
        worker = self.worker("--concurrency", "4")
        for job in jobs:
            ended = self.quern.finished(job)
            self.assertEqual((ended["state"], ended["attempt"], ended["result"]), ("completed", 1, {"slept": True}))
        worker.wait_line(r"ack \S+ completed", 20)
        self.assertEqual(Counter(m[1] for m in worker.find(r"run (\S+)")), Counter(jobs))
        self.assertEqual(self.quern.starts(), Counter(jobs))
        in_hand = most = 0
        for m in worker.find(r"worker: (run|ack) "):
            in_hand += 1 if m[1] == "run" else -1
            most = max(most, in_hand)
        self.assertEqual(most, 4)

    def test_server_that_dies_and_returns(self):
        worker = self.worker()
        self.assertEqual(self.quern.finished(self.quern.submit("text.count", "before"))["state"], "completed")
        port = self.quern.port
        self.quern.stop(signal.SIGKILL)
        worker.wait_line("no jobs: ")
        self.quern = self.open(Quern(port))
        self.assertEqual(self.quern.finished(self.quern.submit("text.count", "after"))["state"], "completed")

    def test_retry_after_is_obeyed(self):
        fetches = []

        class Busy(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                if self.path.endswith("/fetch"):
                    fetches.append((time.monotonic(), self.headers["Prefer"]))
                    all_there.release()
                self.send_response(503)
                self.send_header("Retry-After", "1")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        all_there = threading.Semaphore(0)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Busy) as busy:
            thread = threading.Thread(target=busy.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            worker = self.worker(port=busy.server_address[1])
            for _ in range(3):
                self.assertTrue(all_there.acquire(timeout=PATIENCE_S))
            self.assertEqual(worker.stop(signal.SIGTERM), 0)  # also while it waits
            busy.shutdown()
            thread.join()
        self.assertEqual(fetches[0][1], "wait=1")
        for (earlier, _), (later, _) in zip(fetches, fetches[1:]):
            self.assertGreaterEqual(later - earlier, 0.99)


class PythonWorker(Behaviour, unittest.TestCase):
    command = (sys.executable, str(EXAMPLES / "worker.py"))


class NodeWorker(Behaviour, unittest.TestCase):
    command = (NODE, str(EXAMPLES / "worker.js"))

    @classmethod
    def setUpClass(cls):
        if NODE:
            return
        if os.environ.get("CI"):
            raise AssertionError("no node on the PATH")
        raise unittest.SkipTest("no node on the PATH: the worker in JavaScript is not tested")


class Page(unittest.TestCase):
    def test_shows_the_programs_as_they_are(self):
        shown = dict(re.findall(r"<!-- begin (\S+) -->\n```\w+\n(.*?)```\n<!-- end \1 -->\n", PAGE.read_text(), re.S))
        self.assertEqual(sorted(shown), ["examples/worker.js", "examples/worker.py"])
        for name, text in shown.items():
            self.assertEqual(text, (PAGE.parent / name).read_text(), f"{PAGE.name} and {name} differ")


if __name__ == "__main__":
    unittest.main()
