"""Calls to workers: what they cost beside a plain GET, how soon an idle worker begins, what busy workers do to everybody else."""
import contextlib
import http.client
import os
import re
import subprocess
import time

from . import figures, load, servers, stats
from .http import cpu
from .registry import question
from .runner import Side, column

PAYLOAD = "x" * 128
PAUSE_US = 1000    # between wake-ups, of both kinds: a core that has slept for longer takes longer to wake
BURN_MS = 5
GETS = 2000        # per second, beside burning jobs
BURN_SHARE = 0.8   # of what the worker does alone


@question("call", "CPU of the whole server per POST /run/echo of 128 B, 64 connections, beside a plain GET of the same server")
def call(session):
    sides = [Side("call", servers.quernd, cpu("-X", "POST", "-b", PAYLOAD, path="/run/echo")), Side("get", servers.quernd, cpu())]
    said = session.interleave(sides)
    return [figures.ratio("CPU per call against a GET", column(said["call"], "cpu_us"), column(said["get"], "cpu_us"), ("call", "get"), "us",
                          most=1.6, note="shard and worker on the same core")]


# ---- hand-over ----


def two_cores():
    """One shard on core 0, one worker on core 1."""
    return servers.quernd(cpu="0,1")


@contextlib.contextmanager
def on_cpu(cpu_number):
    """This program itself, as the client: on the shard's core, so that the worker's is asleep."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu_number})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def queue_times(server, n):
    """us from a call's arrival in the shard until the worker began, one call at a time. The server writes whole us, rounded down, so
    one is added."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    times = []
    for _ in range(n):
        connection.request("POST", "/run/echo", PAYLOAD)
        answer = connection.getresponse()
        answer.read()
        found = re.search(r"queue;dur=([\d.]+)", answer.headers.get("Server-Timing", ""))
        if answer.status != 200 or not found:
            raise load.BadSlice(f"a call was answered {answer.status}")
        times.append(float(found.group(1)) * 1000 + 1)
        time.sleep(PAUSE_US / 1e6)
    connection.close()
    return times


def hand_over(session, server):
    n = session.amount(3000, 500)
    with on_cpu(0), load.Clean(server):
        times = queue_times(server, n)
    wake = [servers.need_build("bench", "peers", "eventfd_wake"), "0", "1", str(n), str(PAUSE_US)]
    out = subprocess.run(wake, capture_output=True, text=True, check=True)
    bare_us = int(out.stdout.split()[1]) / 1000
    queue_us = stats.percentile(times, 50)
    return {"queue_us": queue_us, "bare_us": bare_us, "more_us": queue_us - bare_us, "command": " ".join(out.args)}


@question("handoff", "from a call's arrival in the shard to its start in a sleeping worker on another core, beyond a bare eventfd wake-up")
def handoff(session):
    said = session.interleave([Side("quern", two_cores, hand_over)])["quern"]
    return [
        figures.value("hand-over beyond a bare wake-up, p50", column(said, "more_us"), "us", most=15,
                      note="by Server-Timing in whole us, rounded up; one call each ms"),
        figures.value("quern: arrival to start, p50", column(said, "queue_us"), "us"),
        figures.value("bare eventfd: write to start, p50", column(said, "bare_us"), "us"),
    ]


# ---- neighbours ----


def burn_capacity(session):
    """Burning jobs per second that the worker does when there is nothing else."""
    with servers.quernd() as server:
        r = session.steady(lambda: load.quern_load(server.url(f"/run/burn?ms={BURN_MS}"), "-X", "POST", "-b", "x", warmup=0.3,
                                                   seconds=max(2, session.seconds), connections=2, server=server))
        return r["rates"]["achieved"]


@contextlib.contextmanager
def burning(server, rate, seconds):
    """Jobs that use the CPU, at this rate, while it lasts."""
    words = load.command_line("-R", f"{rate:.1f}", "-X", "POST", "-b", "x", "--spin", "0", seconds=round(seconds), warmup=0, connections=16)
    with subprocess.Popen([*words, server.url(f"/run/burn?ms={BURN_MS}")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
            if process.poll() is not None:
                raise load.BadSlice("the burning jobs had ended before")
        finally:
            process.terminate()


def gets(rate=0.0):
    """p99 of plain GETs, with burning jobs beside them: from the send on, since two loaders share a core and make each other late."""
    def measure(session, server):
        with burning(server, rate, session.seconds + session.warmup + 20) if rate else contextlib.nullcontext():
            began, before = time.monotonic(), server.metrics()["quern_worker_runs_total"]
            r = load.quern_load(server.url(), "-R", str(GETS), "--arrival", "poisson", seconds=session.seconds, warmup=session.warmup,
                                connections=16, server=server, timing=False)
            done = (server.metrics()["quern_worker_runs_total"] - before) / (time.monotonic() - began)
        return {"p99_us": load.percentile(r, 99, "service") / 1000, "burnt": done, "command": r["command"]}
    return measure


@question("neighbours", "p99 of plain GETs while the worker on the same core burns 80 % of what it can, beside the same without")
def neighbours(session):
    capacity = burn_capacity(session)
    rate = capacity * BURN_SHARE
    said = session.interleave([Side("loaded", servers.quernd, gets(rate)), Side("alone", servers.quernd, gets())])
    burnt = stats.median(column(said["loaded"], "burnt"))
    note = f"jobs of {BURN_MS} ms CPU: alone {capacity:.0f}/s, asked {rate:.0f}/s, done {burnt:.0f}/s; {GETS} GETs/s"
    return [figures.ratio("p99 of GETs beside burning jobs", column(said["loaded"], "p99_us"), column(said["alone"], "p99_us"),
                          ("loaded", "alone"), "us", most=2.0, note=note)]
