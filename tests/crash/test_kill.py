#!/usr/bin/env python3
"""kill -9 at random moments under load, then a restart on the same folder: nothing that was acknowledged may be lost.

    make crash, or: tests/crash/test_kill.py [--cycles N] [--seed N] [--durability synced|logged]      the server: $QUERND, else build/quernd

Clients submit jobs, alone, in batches and with idempotency keys, fetch, acknowledge, give back, fail and cancel them, and note what the
server has told them and what they asked when it died. The server's own workers, a thread and a program, run others, and a schedule makes
one each second. After each restart every noted job is looked at:

    submitted      it is there, exactly as sent, in a state that its history allows
    completed      it is completed, and its result is what the worker sent
    cancelled      it is cancelled
    fetched        a token is given out once, ever; the worker that had the job may still end it; an older grant's token is refused
    keyed          the same request with the same key is the same job, or the same batch of jobs, also when its first answer was lost
    run here       it comes to its end, with the result that its arguments ask for; once seen as completed it stays so
    scheduled      no time has two jobs

What was asked and not answered may have happened or not. Two folders have their cycles at the same time, a new one comes after 250. How a folder
that failed is run again is printed; schedules repeat as far as the kernel lets them. Exit 0: all cycles passed.
"""
import argparse
import concurrent.futures
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))
from asking import Connection, Connections  # noqa: E402  pylint: disable=wrong-import-position
from servers import PATIENCE_S, ROOT, Quernd  # noqa: E402  pylint: disable=wrong-import-position

PROGRAM = os.environ.get("QUERND", str(ROOT / "build" / "quernd"))
CLIENTS = 3
QUEUES = ["default", "mail", "slow.lane"]
CONFIG = """{"segment_mib": 16, // small: so that segments come and go
    "types": {"crash.cat": {"run": "command", "argv": ["/bin/cat"], "result_type": "application/json"}}}"""
LOCAL = ["echo", "crash.cat"]  # answer with their input, a job's args
LEGAL = {"available", "active", "retryable", "completed", "cancelled", "discarded"}
OLD_CHECKED = 200  # jobs of earlier cycles that are looked at again in each
STEPS = 120  # of all clients between a start and a kill, on an average
FOLDERS = 2  # at the same time: most of a cycle is waiting for the disk
FOLDER_CYCLES_MIN, FOLDER_CYCLES_MAX = 50, 250  # a history takes some; each start reads all of it


class Wrong(Exception):
    """The server broke a promise."""


class Server(Quernd):
    def __init__(self, folder, durability):
        config = folder / "config.json"
        config.write_text(CONFIG, encoding="ascii")
        super().__init__([PROGRAM, "--config", config, "--data", folder / "data", "--listen", "127.0.0.1:0", "--shards", "1", "--workers", "1",
                          "--durability", durability])

    def stop(self):
        code = self.end()
        if code != 0:
            raise Wrong(f"the server ended with {code}:\n{self.said(20)}")


class Job:
    """What is known of a job; by one thread at a time, under book.lock."""

    def __init__(self, args, queue, is_local=False):
        self.args, self.queue, self.is_local = args, queue, is_local
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
        self.keys = {}   # idempotency key: [body, ids of its jobs or None]
        self.times = {}  # of the schedule: id of the job
        self.cycle = 0
        self.steps_left = 0
        self.enough = threading.Event()
        self.ticks = 0  # of a clock that orders what clients ask and hear
        self.counts = dict.fromkeys(["submitted", "fetched", "completed", "nacked", "requeued", "cancelled", "unanswered"], 0)

    def await_steps(self, n):
        """enough, once clients have done so much together, or one has ended."""
        self.enough.clear()
        self.steps_left = n

    def step(self):
        with self.lock:
            self.steps_left -= 1
            if self.steps_left == 0:
                self.enough.set()

    def keyed(self, key, bodies, ids):
        """The key's jobs, the first time that they are told or again."""
        with self.lock:
            before = self.keys[key][1]
            self.keys[key][1] = ids
        if before is None:
            for body, job_id in zip(bodies, ids):
                self.submitted(job_id, Job(body["args"], body["options"]["queue"]))
        elif before != ids:
            raise Wrong(f"key {key} has made other jobs: {before} and {ids}")

    def fired(self, view):
        at = view["meta"]["cron_triggered_at"]
        with self.lock:
            if self.times.setdefault(at, view["id"]) != view["id"]:
                raise Wrong(f"the schedule's time {at} has two jobs: {self.times[at]} and {view['id']}")

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
                self.random.choice([self.submit, self.submit, self.fetch, self.end, self.end, self.cancel,
                                    self.submit_batch, self.submit_keyed, self.submit_local, self.look, self.take_tick])()
                self.book.step()
        except OSError:
            pass  # it is gone
        except Wrong as wrong:
            self.failures.append(str(wrong))
        except Exception as other:  # pylint: disable=broad-except
            self.failures.append(f"{type(other).__name__}: {other}")
        self.book.enough.set()

    def wish(self, type_name="crash.test", queue=None):
        args = [self.random.randrange(1 << 30), "x" * self.random.choice([0, 10, 100, 5000])]
        return {"type": type_name, "args": args, "options": {
            "queue": queue or self.random.choice(QUEUES), "priority": self.random.choice([0, 0, 5]),
            "retry": {"max_attempts": 50, "initial_interval": "PT0.01S"}}}

    def submit(self):
        body = self.wish()
        status, answer = self.connection.ask("POST", "/jobs", body)
        if status != 201:
            raise Wrong(f"submit: {status} {answer}")
        self.book.submitted(answer["job"]["id"], Job(body["args"], body["options"]["queue"]))

    def submit_batch(self):
        wishes = [self.wish() for _ in range(self.random.choice([2, 5]))]
        status, answer = self.connection.ask("POST", "/jobs/batch", {"jobs": wishes})
        if status != 201 or len(answer["jobs"]) != len(wishes):
            raise Wrong(f"batch: {status} {answer}")
        for body, view in zip(wishes, answer["jobs"]):
            self.book.submitted(view["id"], Job(body["args"], body["options"]["queue"]))

    def submit_keyed(self):
        key, body = f"{self.random.getrandbits(64):x}", self.wish()
        if self.random.random() < 0.5:
            body = {"jobs": [body] + [self.wish() for _ in range(self.random.choice([1, 4]))]}
        with self.book.lock:
            self.book.keys[key] = [body, None]
        for _ in range(self.random.choice([1, 2])):
            hear_key(self.book, key, *self.connection.ask(*ask_key(self.book, key)))

    def submit_local(self):
        body = self.wish(self.random.choice(LOCAL), "local")
        status, answer = self.connection.ask("POST", "/jobs", body)
        if status != 201:
            raise Wrong(f"submit: {status} {answer}")
        self.book.submitted(answer["job"]["id"], Job(body["args"], "local", is_local=True))

    def look(self):
        """At a job that the server runs itself: what it says of it must stay so."""
        with self.book.lock:
            local = [(i, j) for i, j in latest(self.book.jobs.items(), 100) if j.is_local and j.told == "submitted"]
        if not local:
            return
        job_id, job = self.random.choice(local)
        status, answer = self.connection.ask("GET", "/jobs/" + job_id)
        if status == 200 and answer["job"]["state"] == "completed":
            with self.book.lock:
                if job.told == "submitted":
                    self.book.over(job, "completed", job.args)
                self.book.touch(job)

    def take_tick(self):
        status, answer = self.connection.ask("POST", "/workers/fetch", {"queues": ["ticks"], "worker_id": "ticker", "count": 4})
        if status != 200:
            raise Wrong(f"fetch: {status} {answer}")
        for view in answer["jobs"]:
            self.book.fired(view)
            self.connection.ask("POST", "/workers/ack", {"job_id": view["id"], "lease_token": view["lease_token"]})

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
            job_id = self.random.choice(latest(self.book.jobs, 50))
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


def latest(entries, n):
    """Of a dictionary, which has those last that came last."""
    return list(itertools.islice(reversed(entries), n))


def ask_key(book, key):
    body = book.keys[key][0]
    return "POST", "/jobs/batch" if "jobs" in body else "/jobs", body, key


def hear_key(book, key, status, answer):
    body = book.keys[key][0]
    is_batch = "jobs" in body
    if status not in (200, 201) or (is_batch and len(answer["jobs"]) != len(body["jobs"])):
        raise Wrong(f"key {key}: {status} {answer}")
    views = answer["jobs"] if is_batch else [answer["job"]]
    book.keyed(key, body["jobs"] if is_batch else [body], [view["id"] for view in views])


def check_keys(book, connections, chooser):
    """Those whose answer was lost, and some that had theirs."""
    lost = [key for key, (_, ids) in book.keys.items() if ids is None]
    keys = lost + chooser.sample(list(book.keys), min(20, len(book.keys)))
    for key, answer in zip(keys, connections.ask_all([ask_key(book, key) for key in keys])):
        hear_key(book, key, *answer)


def check_jobs(book, connections, jobs):
    for (job_id, job), answer in zip(jobs, connections.ask_all([("GET", "/jobs/" + job_id) for job_id, _ in jobs])):
        check_job(book, job_id, job, *answer)


def check_job(book, job_id, job, status, answer):
    if status != 200:
        raise Wrong(f"job {job_id} ({job.told}) is lost: {status} {answer}")
    view = answer["job"]
    state = view["state"]
    if view["args"] != job.args or view["queue"] != job.queue or state not in LEGAL:
        raise Wrong(f"job {job_id} is not what was sent: {view}")
    if job.told != "submitted" and state != job.told:
        raise Wrong(f"job {job_id} was told as {job.told} and is {state}")
    if state == "completed":
        allowed = [job.args] if job.is_local and job.told == "submitted" else [job.result] if job.told == "completed" else [job.maybe_result] if job.maybe["completed"] > 0 else []
        if view.get("result") not in allowed:
            raise Wrong(f"job {job_id} has a result that was not sent: {view.get('result')}")
        book.over(job, "completed", view.get("result"))
    elif state == "cancelled":
        if job.told != "cancelled" and job.maybe["cancelled"] <= 0:
            raise Wrong(f"job {job_id} is cancelled, and nobody asked for that")
        book.over(job, "cancelled")
    elif state == "discarded":
        if (view["attempt"] if job.is_local else len(job.tokens)) < 3:  # as many leases have to be lost: the ends of attempts that the kills cut off
            raise Wrong(f"job {job_id} is discarded: {view}")
        book.over(job, "discarded")
    if not job.is_local and view["attempt"] > len(job.tokens) + 4:
        raise Wrong(f"job {job_id} counts {view['attempt']} attempts of {len(job.tokens)} grants")


def check_tokens(book, connections, jobs):
    """The worker that had it may still end it; nobody else may."""
    held = [(job_id, job) for job_id, job in jobs if job.told == "submitted" and not +job.maybe and job.held]
    older = [(job_id, job) for job_id, job in held if len(job.tokens) > 1]
    for (job_id, job), (status, answer) in zip(older, acknowledge(connections, older, -2, "stale")):
        if status != 409:
            raise Wrong(f"job {job_id}: an old token was accepted: {status} {answer}")
    for (job_id, job), (status, answer) in zip(held, acknowledge(connections, held, -1, "late")):
        if status != 200:
            raise Wrong(f"job {job_id}: its worker came back and was refused: {status} {answer}")
        book.over(job, "completed", "late")


def acknowledge(connections, jobs, which, result):
    return connections.ask_all([("POST", "/workers/ack", {"job_id": job_id, "lease_token": job.tokens[which], "result": result})
                                for job_id, job in jobs])


def check(book, port, chooser):
    connections = Connections(port)
    recent, old = [], []
    for job_id, job in book.jobs.items():
        (recent if job.cycle == book.cycle else old).append((job_id, job))
    check_jobs(book, connections, recent + chooser.sample(old, min(OLD_CHECKED, len(old))))
    check_keys(book, connections, chooser)
    check_tokens(book, connections, recent)
    for _, job in recent:
        job.maybe.clear()
        job.held = False
    connections.close()


def make_schedule(port):
    status, answer = Connection(port).ask("POST", "/cron", {
        "name": "tick", "cron": "* * * * * *", "overlap_policy": "allow", "job_template": {"type": "crash.tick", "args": [], "options": {"queue": "ticks"}}})
    if status != 201:
        raise Wrong(f"the schedule was not taken: {status} {answer}")


def await_local(book, connection):
    """All that was given to the server's own workers ends."""
    ends = time.monotonic() + PATIENCE_S
    for job_id, job in book.jobs.items():
        while job.is_local and job.told == "submitted":
            check_job(book, job_id, job, *connection.ask("GET", "/jobs/" + job_id))
            if time.monotonic() > ends:
                raise Wrong(f"job {job_id} of a worker of the server does not end")
            if job.told == "submitted":
                connection.ask("GET", f"/jobs/{job_id}?wait=5")


def cycle(book, folder, durability, chooser):
    failures = []
    server = Server(folder, durability)
    try:
        if book.cycle:
            check(book, server.port, chooser)
        else:
            make_schedule(server.port)
        book.cycle += 1
        book.await_steps(chooser.randint(1, 2 * STEPS))  # the moment of the kill is what is random
        clients = [Client(book, server.port, chooser.random(), failures) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        book.enough.wait(PATIENCE_S)
        time.sleep(chooser.uniform(0, 0.01))  # what is just written to the disk is random, too
    finally:
        server.end(signal.SIGKILL)
    for client in clients:
        client.join(PATIENCE_S)
    if failures:
        raise Wrong(f"cycle {book.cycle}: " + "; ".join(failures[:3]) + "\n" + server.said(10))


def run(folder, cycles, seed, durability):
    chooser, book = random.Random(seed), Book()
    for _ in range(cycles):
        cycle(book, folder, durability, chooser)
    server = Server(folder, durability)
    try:
        connections = Connections(server.port)
        check_jobs(book, connections, list(book.jobs.items()))
        await_local(book, connections.all[0])
    finally:
        server.stop()
    subprocess.run([PROGRAM, "--check-journal", str(folder / "data")], check=True, stdout=subprocess.DEVNULL)
    return f"{cycles} kills ({durability}): all {len(book.jobs)} jobs are there; {book.counts}"


def run_folder(cycles, seed, durability):
    """Whether all is right, and what there is to say."""
    folder = Path(tempfile.mkdtemp(prefix="quern-crash-"))
    try:
        said = run(folder, cycles, seed, durability)
    except Exception as wrong:  # pylint: disable=broad-except
        what = wrong if isinstance(wrong, Wrong) else traceback.format_exc()
        return False, f"--cycles {cycles} --seed {seed} --durability {durability}: {what}\nthe folder is kept: {folder}"
    shutil.rmtree(folder)
    return True, said


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--durability", choices=["synced", "logged"], default="synced")
    options = parser.parse_args()
    each = max(FOLDER_CYCLES_MIN, min(FOLDER_CYCLES_MAX, -(-options.cycles // FOLDERS)))
    with concurrent.futures.ProcessPoolExecutor(FOLDERS) as pool:
        runs = [pool.submit(run_folder, min(each, options.cycles - done), options.seed + done, options.durability)
                for done in range(0, options.cycles, each)]
        for passed, said in (one.result() for one in concurrent.futures.as_completed(runs)):
            print(said, file=sys.stdout if passed else sys.stderr, flush=True)
            if not passed:
                pool.shutdown(cancel_futures=True)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
