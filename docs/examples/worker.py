#!/usr/bin/env python3
"""A worker for quern, or for any server that speaks Open Job Spec over HTTP. Python 3.9 or newer, no packages.

    worker.py --url http://127.0.0.1:8080 --queue mail --queue default --concurrency 4
"""

import argparse
import http.client
import json
import os
import queue
import random
import signal
import socket
import sys
import threading
import time
import traceback
import urllib.parse

# ---- the job types: the part that you replace ----


class Final(Exception):
    """Raised by a handler: this job fails, and trying again would not help."""


def count_words(job, text):
    if not isinstance(text, str):
        raise Final("the first argument must be a text")
    return {"words": len(text.split())}


def sleep(job, *seconds):
    """As many seconds as the argument for this attempt says, the last one for all that follow."""
    if job.stop.wait(seconds[min(job.attempt, len(seconds)) - 1]):
        raise RuntimeError("told to stop")
    return {"slept": True}


def fail(job, message, final=False):
    raise Final(message) if final else RuntimeError(message)


# Called as handler(job, *args), several at once in threads of their own. The result is anything that json.dumps takes. Long
# handlers look at job.stop, a threading.Event: once it is set, nobody waits for the result any more.
HANDLERS = {"text.count": count_words, "demo.sleep": sleep, "demo.fail": fail}

# ---- the worker ----

REPORT_S = 5  # how long the last reports may take when the worker ends
HEARTBEAT_IDS_MAX = 64  # what a heartbeat may carry


def say(text):
    sys.stderr.write(f"worker: {text}\n")  # one write: lines of several threads do not mix
    sys.stderr.flush()


class Away(Exception):
    """No answer, or one that means: later. wait_s: what Retry-After asked for."""

    def __init__(self, why, wait_s=0.0):
        super().__init__(why)
        self.wait_s = wait_s


class Backoff:
    """Twice as long after each failure, by chance between nothing and that: workers that failed together return apart."""

    def __init__(self, first_s=0.2, most_s=15.0):
        self.first_s, self.most_s, self.failures = first_s, most_s, 0

    def next_s(self, away):
        self.failures = min(self.failures + 1, 30)
        return away.wait_s + random.uniform(0, min(self.most_s, self.first_s * 2**self.failures))

    def reset(self):
        self.failures = 0


class Server:
    """One connection, kept open; for one thread."""

    def __init__(self, url, timeout_s):
        parts = urllib.parse.urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(parts.hostname, parts.port, timeout=timeout_s)
        self.base = parts.path.rstrip("/") + "/ojs/v1/workers/"

    def post(self, verb, body, **fields):
        """Status and decoded body. Raises Away when it is worth trying again."""
        fields["Content-Type"] = "application/openjobspec+json"
        try:
            self.connection.request("POST", self.base + verb, json.dumps(body), fields)
            response = self.connection.getresponse()
            text = response.read()
            answer = json.loads(text) if response.status < 500 else None
        except (OSError, http.client.HTTPException, ValueError) as e:
            self.connection.close()  # the next request opens a new one
            raise Away(f"{verb}: {e!r}") from None
        if response.status == 429 or response.status >= 500:
            after = response.getheader("Retry-After", "")
            raise Away(f"{verb}: {response.status}", float(after) if after.isdigit() else 0.0)
        return response.status, answer


class Job:
    """One attempt at one job."""

    def __init__(self, envelope, lease_ends):
        self.envelope = envelope
        self.id, self.type, self.attempt = envelope["id"], envelope["type"], envelope["attempt"]
        self.token = envelope["lease_token"]
        self.lease_ends = lease_ends  # on our clock
        self.stop = threading.Event()
        self._end = threading.Lock()

    def take_end(self):
        """True for the first who asks: that one, and no other, reports how the attempt ended."""
        return self._end.acquire(blocking=False)


class Worker:
    def __init__(self, options):
        self.options = options
        # New for each process: the server tells the living from the dead by it. At most 63 bytes.
        self.id = f"{socket.gethostname()[:32]}-{os.getpid()}-{random.getrandbits(48):012x}"
        self.jobs = {}  # token → Job: all that this worker has in hand
        self.jobs_lock = threading.Lock()
        self.stopping = threading.Event()
        self.quiet = False  # the server wants no fetches
        self.news = queue.SimpleQueue()  # for the main thread; its put() is allowed in a signal handler

    # -- the main thread: heartbeats, signals, the end; never a job's code --

    def run(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.news.put("stop"))
        alive = self.options.concurrency
        for _ in range(alive):
            threading.Thread(target=self.slot, daemon=True).start()
        say(f"{self.id} fetches from {' '.join(self.options.queue)}")
        server, backoff = Server(self.options.url, self.options.lease / 3), Backoff()
        beat_at, leave_at = 0.0, float("inf")
        while alive and time.monotonic() < leave_at:
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + self.beat(server, backoff)
            news = self.wait_for_news(min(beat_at, leave_at))
            if news == "stop" and self.stopping.is_set():
                leave_at = time.monotonic()  # asked twice
            elif news == "stop":
                say("finishes what is in hand")
                self.stopping.set()
                leave_at = time.monotonic() + self.options.grace
            alive -= news == "slot ended"
        self.give_back_rest()
        say("ends")

    def wait_for_news(self, until):
        try:
            return self.news.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            return None

    def beat(self, server, backoff):
        """Extends all leases with one request. Returns the seconds until the next one."""
        with self.jobs_lock:
            jobs = list(self.jobs.values())
        sent = time.monotonic()
        lease_ms = int(self.options.lease * 1000)
        state = "terminate" if self.stopping.is_set() else "quiet" if self.quiet else "running"
        body = {"worker_id": self.id, "state": state, "visibility_timeout_ms": lease_ms}
        try:
            status, answer = server.post("heartbeat", {**body, "active_jobs": sorted({job.id for job in jobs})})
        except Away as away:
            say(f"no heartbeat: {away}")
            for job in jobs:
                if job.lease_ends < time.monotonic():
                    self.tell_to_stop(job, "its lease has run out")
            return min(backoff.next_s(away), self.options.lease / 3)
        backoff.reset()
        if status != 200:
            say(f"heartbeat refused: {answer}")
            return self.options.lease / 3
        self.quiet = answer["directive"] == "quiet"
        if answer["directive"] == "terminate" and not self.stopping.is_set():
            self.news.put("stop")
        for job in jobs:
            if job.id in answer["jobs_extended"]:
                job.lease_ends = sent + self.options.lease
            else:
                self.tell_to_stop(job, "it is no longer ours")  # cancelled, out of time, or with another worker
        return self.options.lease / 3

    def tell_to_stop(self, job, why):
        with self.jobs_lock:
            in_hand = job.token in self.jobs  # else it ended while the heartbeat was under way
        if in_hand and not job.stop.is_set():
            say(f"stop {job.id}: {why}")
            job.stop.set()

    def give_back_rest(self):
        """The grace time is over, or there is nothing in hand."""
        until = time.monotonic() + REPORT_S
        server = Server(self.options.url, REPORT_S)
        with self.jobs_lock:
            jobs = list(self.jobs.values())
        reporting = []
        for job in jobs:
            job.stop.set()
            job.lease_ends = min(job.lease_ends, until)
            if job.take_end():
                self.give_back(server, job)
            else:
                reporting.append(job.token)
        while any(token in self.jobs for token in reporting) and self.wait_for_news(until):
            pass

    # -- the slots: each a thread that fetches one job, does it, reports --

    def slot(self):
        server, backoff = Server(self.options.url, self.options.wait + 10), Backoff()
        try:
            while not self.stopping.is_set():
                try:
                    job = None if self.quiet else self.fetch(server)
                    backoff.reset()
                except Away as away:
                    say(f"no jobs: {away}")
                    self.stopping.wait(backoff.next_s(away))
                    continue
                if job:
                    self.serve(server, job)
                elif self.quiet:
                    self.stopping.wait(1)
        finally:
            self.news.put("slot ended")

    def fetch(self, server):
        """A job, or None after options.wait seconds."""
        body = {"queues": self.options.queue, "worker_id": self.id, "visibility_timeout_ms": int(self.options.lease * 1000)}
        status, answer = server.post("fetch", body, Prefer=f"wait={self.options.wait}")
        if status != 200:
            raise Away(f"fetch refused: {answer}")
        if not answer["jobs"]:
            return None
        return Job(answer["jobs"][0], time.monotonic() + self.options.lease)

    def serve(self, server, job):
        with self.jobs_lock:
            for other in self.jobs.values():
                if other.id == job.id:
                    other.stop.set()  # we lost this job, and have been given it again
            self.jobs[job.token] = job
        try:
            if self.stopping.is_set():  # the poll was under way when the worker was told to end
                if job.take_end():
                    self.give_back(server, job)
                return
            verb, body = self.attempt(job)
            if not job.take_end():
                return
            status = self.report(server, job, verb, body)
            if verb == "ack" and status in (400, 413, 422):
                self.report(server, job, "nack", {"error": failure("result_refused", "Final", f"status {status}", False)})
        finally:
            with self.jobs_lock:
                del self.jobs[job.token]

    def attempt(self, job):
        """Runs the handler. What to report, whatever it does."""
        say(f"run {job.id} {job.type} attempt {job.attempt}")
        handler = HANDLERS.get(job.type)
        if not handler:  # a newer worker may know it
            return "nack", {"error": failure("unknown_type", "LookupError", f"no handler for {job.type}", True)}
        try:
            result = handler(job, *job.envelope["args"])
            json.dumps(result)  # what cannot be sent is the handler's failure
            return "ack", {"result": result}
        except Exception as e:
            if not isinstance(e, Final):
                traceback.print_exc()
            return "nack", {"error": failure("handler_error", type(e).__name__, str(e), not isinstance(e, Final))}

    def report(self, server, job, verb, body):
        """Says so for as long as the lease is ours: the same ack twice does no harm. The status; None: nobody heard it."""
        backoff = Backoff()
        body = {**body, "job_id": job.id, "lease_token": job.token, "worker_id": self.id}
        while True:
            try:
                status, answer = server.post(verb, body)
            except Away as away:
                pause = backoff.next_s(away)
                if time.monotonic() + pause < job.lease_ends:
                    time.sleep(pause)
                    continue
                say(f"dropped {job.id}: {away}")
                return None
            say(f"{verb} {job.id} {answer['state']}" if status == 200 else f"dropped {job.id}: {answer['error']['message']}")
            return status

    def give_back(self, server, job):
        self.report(server, job, "nack", {"requeue": True, "error": failure("shutdown", "shutdown", "the worker ends", True)})


def failure(code, kind, message, retryable):
    return {"code": code, "type": kind, "message": message, "retryable": retryable}


def read_options():
    p = argparse.ArgumentParser(description="Does jobs of the types " + ", ".join(HANDLERS) + ".")
    p.add_argument("--url", default="http://127.0.0.1:8080")
    p.add_argument("--queue", action="append", help="may be repeated, the most urgent first (default)")
    p.add_argument("--concurrency", type=int, default=1, help="jobs at once (1)")
    p.add_argument("--lease", type=float, default=30, help="seconds without a heartbeat after which a job is lost (30)")
    p.add_argument("--wait", type=int, default=5, help="seconds of a long poll (5)")
    p.add_argument("--grace", type=float, default=25, help="seconds to finish in after SIGTERM (25)")
    options = p.parse_args()
    options.queue = options.queue or ["default"]
    if not 1 <= options.concurrency <= HEARTBEAT_IDS_MAX:
        p.error(f"--concurrency is 1 to {HEARTBEAT_IDS_MAX}")
    if not 1 <= options.lease <= 43200:
        p.error("--lease is 1 to 43200")
    if not 0 < options.wait < options.grace:
        p.error("--grace must be longer than --wait: a poll may still bring a job, which has to be given back")
    return options


if __name__ == "__main__":
    Worker(read_options()).run()
