#!/usr/bin/env python3
"""kill -9 at random moments under load, then a restart on the same folder: nothing that was acknowledged may be lost.

    make crash, or: tests/crash/test_kill.py [--cycles N] [--seed N] [--durability synced|logged]      the server: $QUERND, else build/quernd

Clients submit, fetch, acknowledge, give back, fail and cancel jobs, and note what the server has told them and what they asked when it
died. After each restart every noted job is looked at:

    submitted      it is there, exactly as sent, in a state that its history allows
    completed      it is completed, and its result is what the worker sent
    cancelled      it is cancelled
    fetched        a token is given out once, ever; the worker that had the job may still end it; an older grant's token is refused

What was asked and not answered may have happened or not. The seed of a failing run is printed; schedules repeat as far as the kernel lets
them. Exit 0: all cycles passed.
"""
import argparse
import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("QUERND", str(ROOT / "build" / "quernd"))
PATIENCE_S = 60
CLIENTS = 3
QUEUES = ["default", "mail", "slow.lane"]
LEGAL = {"available", "active", "retryable", "completed", "cancelled", "discarded"}
OLD_CHECKED = 200  # jobs of earlier cycles that are looked at again in each


class Wrong(Exception):
    """The server broke a promise."""


class Server:
    def __init__(self, folder, durability):
        config = folder / "config.json"
        config.write_text('{"segment_mib": 16}', encoding="ascii")  # small: so that segments come and go
        self.process = subprocess.Popen(
            [PROGRAM, "--config", str(config), "--data", str(folder / "data"), "--listen", "127.0.0.1:0", "--shards", "1", "--workers", "1", "--durability", durability],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.log = []
        for line in self.process.stderr:
            self.log.append(line.rstrip("\n"))
            found = re.search(r"listening on 127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found[1])
                break
        else:
            raise Wrong("the server did not start:\n" + "\n".join(self.log))
        self.reader = threading.Thread(target=self.drain, daemon=True)
        self.reader.start()

    def drain(self):
        for line in self.process.stderr:
            self.log.append(line.rstrip("\n"))

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_S)
        self.reader.join(PATIENCE_S)
        self.process.stderr.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE_S)
        self.reader.join(PATIENCE_S)
        self.process.stderr.close()
        if code != 0:
            raise Wrong(f"the server ended with {code}:\n" + "\n".join(self.log[-20:]))


class Connection:
    """Asks; OSError or HTTPException when the server is gone."""

    def __init__(self, port):
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)

    def ask(self, method, path, body=None):
        text = None if body is None else json.dumps(body)
        self.http.request(method, "/ojs/v1" + path, text, {"Content-Type": "application/openjobspec+json"})
        answer = self.http.getresponse()
        return answer.status, json.loads(answer.read() or b"null")


class Job:
    """What is known of a job; by one thread at a time, under book.lock."""

    def __init__(self, args, queue):
        self.args, self.queue = args, queue
        self.told = "submitted"      # or completed, cancelled, discarded: for certain
        self.result = None           # with completed
        self.maybe = Counter()       # asked and not answered: what may have happened besides: completed, cancelled, nacked
        self.maybe_result = None
        self.tokens = []             # all that were given out
        self.held = False            # the last one has not been used up, as far as is known
        self.cycle = 0               # of the last thing that was told of it
        self.over_at = None          # when it was told to be over, by the book's clock


class Book:
    """All that was told, over all cycles."""

    def __init__(self):
        self.lock = threading.Lock()
        self.jobs = {}
        self.tokens = set()
        self.cycle = 0
        self.ticks = 0  # of a clock that orders what clients ask and hear
        self.counts = dict.fromkeys(["submitted", "fetched", "completed", "nacked", "requeued", "cancelled", "unanswered"], 0)

    def touch(self, job):
        job.cycle = self.cycle

    def submitted(self, job_id, job):
        with self.lock:
            if job_id in self.jobs:
                raise Wrong(f"id {job_id} was given out twice")
            self.jobs[job_id] = job
            self.touch(job)
            self.counts["submitted"] += 1

    def tick(self):
        with self.lock:
            self.ticks += 1
            return self.ticks

    def over(self, job, told, result=None):
        self.ticks += 1
        job.told, job.result, job.over_at = told, result, self.ticks

    def granted(self, view, asked_at):
        with self.lock:
            job = self.jobs.get(view["id"])
            if job is None:
                return None  # its submit was not answered
            key = (view["id"], view["lease_token"])
            if key in self.tokens:
                raise Wrong(f"token {key} was given out twice")
            if job.told != "submitted" and job.over_at < asked_at:
                raise Wrong(f"job {view['id']} was told as {job.told} and was granted again")
            self.tokens.add(key)
            job.tokens.append(view["lease_token"])
            job.held = True
            self.touch(job)
            self.counts["fetched"] += 1
            return job


class Client(threading.Thread):
    """Does random things until the server is gone."""

    def __init__(self, book, port, seed, failures):
        super().__init__(daemon=True)
        self.book, self.port, self.random, self.failures = book, port, random.Random(seed), failures
        self.hands = []  # (id, token) of jobs that it has fetched

    def run(self):
        try:
            self.connection = Connection(self.port)
            while True:
                self.random.choice([self.submit, self.submit, self.fetch, self.end, self.end, self.cancel])()
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            pass  # it is gone
        except Wrong as wrong:
            self.failures.append(str(wrong))
        except Exception as other:  # pylint: disable=broad-except
            self.failures.append(f"{type(other).__name__}: {other}")

    def submit(self):
        args = [self.random.randrange(1 << 30), "x" * self.random.choice([0, 10, 100, 5000])]
        queue = self.random.choice(QUEUES)
        status, answer = self.connection.ask("POST", "/jobs", {"type": "crash.test", "args": args, "options": {
            "queue": queue, "priority": self.random.choice([0, 0, 5]), "retry": {"max_attempts": 50, "initial_interval": "PT0.01S"}}})
        if status != 201:
            raise Wrong(f"submit: {status} {answer}")
        self.book.submitted(answer["job"]["id"], Job(args, queue))

    def fetch(self):
        if len(self.hands) > 20:
            return
        body = {"queues": [self.random.choice(QUEUES)], "worker_id": f"w{self.ident}", "count": self.random.choice([1, 4])}
        asked_at = self.book.tick()
        status, answer = self.connection.ask("POST", "/workers/fetch", body)
        if status != 200:
            raise Wrong(f"fetch: {status} {answer}")
        for view in answer["jobs"]:
            if self.book.granted(view, asked_at):
                self.hands.append((view["id"], view["lease_token"]))

    def end(self):
        if not self.hands:
            return
        job_id, token = self.hands.pop(self.random.randrange(len(self.hands)))
        with self.book.lock:
            job = self.book.jobs[job_id]
        what = self.random.choice(["ack", "ack", "ack", "nack", "requeue"])
        if what == "ack":
            result = {"n": self.random.randrange(1 << 30), "pad": "y" * self.random.choice([0, 50, 3000])}
            self.tell(job_id, job, "ack", {"job_id": job_id, "lease_token": token, "result": result}, "completed", result)
        elif what == "nack":
            error = {"code": "handler_error", "message": "again"}
            self.tell(job_id, job, "nack", {"job_id": job_id, "lease_token": token, "error": error}, "nacked")
        else:
            self.tell(job_id, job, "nack", {"job_id": job_id, "lease_token": token, "requeue": True}, "requeued")

    def tell(self, job_id, job, route, body, what, result=None):
        """An end of an attempt; what it may have done is noted before it is asked."""
        with self.book.lock:
            job.maybe[what] += 1
            job.maybe_result = result if what == "completed" else job.maybe_result
            job.held = False
            self.book.counts["unanswered"] += 1
        status, answer = self.connection.ask("POST", "/workers/" + route, body)
        with self.book.lock:
            self.book.counts["unanswered"] -= 1
            job.maybe[what] -= 1
            if status == 200 and what == "completed":
                self.book.over(job, "completed", result)
            elif status not in (200, 409):
                raise Wrong(f"{route} of {job_id}: {status} {answer}")
            elif status == 409 and job.told == "submitted" and not +job.maybe:
                raise Wrong(f"{route} of {job_id}: {answer}")
            self.book.counts[what] += status == 200
            self.book.touch(job)

    def cancel(self):
        if self.random.random() < 0.7:
            return
        with self.book.lock:
            if not self.book.jobs:
                return
            job_id = self.random.choice(list(self.book.jobs)[-50:])
            job = self.book.jobs[job_id]
            job.maybe["cancelled"] += 1
            self.book.counts["unanswered"] += 1
        status, answer = self.connection.ask("DELETE", "/jobs/" + job_id)
        with self.book.lock:
            self.book.counts["unanswered"] -= 1
            if status not in (200, 409):
                raise Wrong(f"cancel of {job_id}: {status} {answer}")
            if status == 200:
                self.book.over(job, "cancelled")
                self.book.counts["cancelled"] += 1
            job.maybe["cancelled"] -= 1
            self.book.touch(job)


def check_job(book, connection, job_id, job):
    status, answer = connection.ask("GET", "/jobs/" + job_id)
    if status != 200:
        raise Wrong(f"job {job_id} ({job.told}) is lost: {status} {answer}")
    view = answer["job"]
    state = view["state"]
    if view["args"] != job.args or view["queue"] != job.queue or state not in LEGAL:
        raise Wrong(f"job {job_id} is not what was sent: {view}")
    if job.told != "submitted" and state != job.told:
        raise Wrong(f"job {job_id} was told as {job.told} and is {state}")
    if state == "completed":
        allowed = [job.result] if job.told == "completed" else [job.maybe_result] if job.maybe["completed"] > 0 else []
        if view.get("result") not in allowed:
            raise Wrong(f"job {job_id} has a result that was not sent: {view.get('result')}")
        book.over(job, "completed", view.get("result"))
    elif state == "cancelled":
        if job.told != "cancelled" and job.maybe["cancelled"] <= 0:
            raise Wrong(f"job {job_id} is cancelled, and nobody asked for that")
        book.over(job, "cancelled")
    elif state == "discarded":
        if len(job.tokens) < 3:  # as many leases have to be lost: the ends of attempts that the kills cut off
            raise Wrong(f"job {job_id} is discarded: {view}")
        book.over(job, "discarded")
    if view["attempt"] > len(job.tokens) + 4:
        raise Wrong(f"job {job_id} counts {view['attempt']} attempts of {len(job.tokens)} grants")


def check_tokens(book, connection, job_id, job):
    """The worker that had it may still end it; nobody else may."""
    if job.told != "submitted" or +job.maybe or not job.held:
        return
    if len(job.tokens) > 1:
        status, answer = connection.ask("POST", "/workers/ack", {"job_id": job_id, "lease_token": job.tokens[-2], "result": "stale"})
        if status != 409:
            raise Wrong(f"job {job_id}: an old token was accepted: {status} {answer}")
    status, answer = connection.ask("POST", "/workers/ack", {"job_id": job_id, "lease_token": job.tokens[-1], "result": "late"})
    if status != 200:
        raise Wrong(f"job {job_id}: its worker came back and was refused: {status} {answer}")
    book.over(job, "completed", "late")
    job.held = False


def check(book, port, chooser):
    connection = Connection(port)
    recent = [(i, j) for i, j in book.jobs.items() if j.cycle == book.cycle]
    old = [(i, j) for i, j in book.jobs.items() if j.cycle != book.cycle]
    for job_id, job in recent + chooser.sample(old, min(OLD_CHECKED, len(old))):
        check_job(book, connection, job_id, job)
    for job_id, job in recent:
        check_tokens(book, connection, job_id, job)
        job.maybe.clear()
        job.held = False
    return len(recent)


def cycle(book, folder, durability, chooser):
    failures = []
    server = Server(folder, durability)
    try:
        if book.cycle:
            check(book, server.port, chooser)
        book.cycle += 1
        clients = [Client(book, server.port, chooser.random(), failures) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(chooser.uniform(0.02, 0.25))  # the moment of the kill is what is random
    finally:
        server.kill()
    for client in clients:
        client.join(PATIENCE_S)
    if failures:
        raise Wrong("; ".join(failures[:3]) + "\n" + "\n".join(server.log[-10:]))


def run(options, folder):
    chooser, book = random.Random(options.seed), Book()
    for number in range(options.cycles):
        try:
            cycle(book, folder, options.durability, chooser)
        except Wrong as wrong:
            print(f"cycle {number + 1}, seed {options.seed}: {wrong}", file=sys.stderr)
            return False
        if (number + 1) % 50 == 0:
            print(f"    {number + 1} cycles, {book.counts}", flush=True)
    server = Server(folder, options.durability)
    try:
        connection = Connection(server.port)
        for job_id, job in book.jobs.items():
            check_job(book, connection, job_id, job)
    finally:
        server.stop()
    subprocess.run([PROGRAM, "--check-journal", str(folder / "data")], check=True, stdout=subprocess.DEVNULL)
    print(f"{options.cycles} kills ({options.durability}): all {len(book.jobs)} jobs are there; {book.counts}")
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--durability", choices=["synced", "logged"], default="synced")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="quern-crash-"))
    passed = False
    try:
        passed = run(options, folder)
    except Wrong as wrong:
        print(f"seed {options.seed}: {wrong}", file=sys.stderr)
    finally:
        if passed:
            shutil.rmtree(folder)
        else:
            print(f"the folder is kept: {folder}", file=sys.stderr)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
