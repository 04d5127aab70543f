"""What can be counted instead of timed: user instructions, and transitions into the kernel."""
import contextlib
import os
import re
import signal
import subprocess
import tempfile

from . import figures, load, servers
from .registry import question
from .runner import Side, column

CONNECTIONS = 64
# valgrind keeps its other threads waiting while one is inside io_uring_enter, unless that never waits.
FALLBACK = "poll-wait"


# ---- instructions ----


def need_fallback():
    """What makes quernd wait outside io_uring_enter."""
    forced = ["--force-fallback", FALLBACK]
    check = [servers.need_build("quernd"), "--check", "--ephemeral", *forced]
    if subprocess.run(check, capture_output=True, check=False).returncode != 0:
        raise servers.Missing(f"this quernd does not know {' '.join(forced)}, and without that it stands still under valgrind")
    return forced


def end_counted(server):
    """callgrind writes what it has counted when the server ends."""
    server.process.send_signal(signal.SIGTERM)
    try:
        server.process.wait(60)
    except subprocess.TimeoutExpired:
        raise load.BadSlice(f"{server.name} does not end under callgrind") from None


def counted(start, requests):
    """User instructions of a whole life of the server in which it answers so many requests."""
    with tempfile.TemporaryDirectory(prefix="quern-callgrind-") as folder:
        out = os.path.join(folder, "out")
        under = [servers.need("valgrind", "valgrind"), "--tool=callgrind", f"--callgrind-out-file={out}"]
        with start(under) as server:
            report = load.quern_load(server.url(), "-n", str(requests), warmup=0, connections=CONNECTIONS)
            end_counted(server)
        with open(out, encoding="utf-8") as f:
            found = re.search(r"^(?:summary|totals): (\d+)", f.read(), re.M)
        if not found:
            raise load.BadSlice("callgrind counted nothing")
        return int(found.group(1)), report["command"]


def instructions_of(start):
    def measure(session, _):
        n = session.amount(20000, 4000)
        once, _ = counted(start, n)
        twice, command = counted(start, 2 * n)
        return {"per_request": (twice - once) / n, "command": command}
    return measure


@question("instructions", "user instructions per GET by callgrind, beside nginx: (of 2N requests minus of N) / N")
def instructions(session):
    forced = need_fallback()

    def quern(under):
        return servers.quernd(*forced, under=under)

    def nginx(under):
        return servers.Nginx(under=under, single=True)

    session.pairs = min(session.pairs, session.amount(3, 2))  # counts hardly differ
    said = session.interleave([Side("quern", None, instructions_of(quern)), Side("nginx", None, instructions_of(nginx))])
    note = f"forced in quernd: {' '.join(forced)}; {CONNECTIONS} connections, so both work in batches; user instructions only"
    return [figures.ratio("user instructions per GET", column(said["quern"], "per_request"), column(said["nginx"], "per_request"), most=0.5,
                          note=note)]


# ---- kernel transitions ----


def ring_enters(session, server):
    """Of quernd's own counters; the scrape itself is one request."""
    before = server.metrics()
    r = load.quern_load(server.url(), "-n", str(session.amount(200000, 20000)), warmup=0, connections=CONNECTIONS, server=server)
    after = server.metrics()
    enters, requests = (after[n] - before[n] for n in ("quern_ring_enters_total", "quern_requests_total"))
    return {"per_request": enters / (requests - 1), "command": r["command"]}


@contextlib.contextmanager
def strace(pid, out):
    """Counts the system calls of a process while it lasts."""
    command = [servers.need("strace", "strace"), "-c", "-f", "-o", out, "-p", str(pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        first = process.stderr.readline()
        if "attached" not in first:
            process.kill()
            raise servers.Missing(f"strace cannot attach: {first.strip()}")
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)


def calls_in(table):
    """Of strace -c: the sum of the column of calls."""
    total = 0
    for line in table.splitlines():
        words = line.split()
        if len(words) >= 5 and re.fullmatch(r"[\d.]+", words[0]) and words[-1] != "total":
            total += int(words[3])
    return total


def system_calls(session, server):
    n = session.amount(20000, 5000)
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as out:
        with strace(server.pids()[0], out.name):
            r = load.quern_load(server.url(), "-n", str(n), warmup=0, connections=CONNECTIONS)
        return {"per_request": calls_in(out.read()) / n, "command": r["command"]}


@question("enters", "entries into the kernel per GET, 64 connections: quern's ring enters beside nginx's system calls")
def enters(session):
    said = session.interleave([Side("quern", servers.quernd, ring_enters), Side("nginx", servers.Nginx, system_calls)])
    return [figures.ratio("kernel entries per GET", column(said["quern"], "per_request"), column(said["nginx"], "per_request"), most=0.1,
                          note="quern: io_uring_enter by its own counter; nginx: system calls of the worker by strace -c")]
