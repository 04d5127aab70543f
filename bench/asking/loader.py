"""The load generator itself, beside wrk, against the io_uring server that parses nothing."""
import subprocess

from . import figures, load, servers
from .http import floor_uring
from .registry import question
from .runner import Side, column

FIRST, SECOND = 1000, 15000
LATE_RATE = 50000
LATE_CONNECTIONS = 1000
CONNECTIONS = 64


def quern_cpu(session, server):
    r = load.quern_load(server.url(), seconds=session.seconds, warmup=session.warmup, connections=CONNECTIONS, server=server)
    return {"cpu_us": r["loader"]["cpu_ns"] / r["totals"]["completed"] / 1000, "command": r["command"]}


def wrk_cpu(session, server):
    r = load.wrk(server, seconds=session.seconds + session.warmup, connections=CONNECTIONS)
    return {"cpu_us": r["loader_ns"] / r["requests"] / 1000, "command": r["command"]}


@question("loader", "requests per CPU-second of quern-load, beside wrk -t1")
def loader(session):
    said = session.interleave([Side("quern-load", floor_uring, quern_cpu), Side("wrk", floor_uring, wrk_cpu)])
    ours, wrk = (figures.inverse(column(said[name], "cpu_us")) for name in ("quern-load", "wrk"))
    return [figures.ratio("requests per loader CPU-second", ours, wrk, ("quern-load", "wrk"), "per us", least=1.3,
                          note="64 connections, closed loop; wrk's start and its connecting are in its CPU time")]


def bytes_each(session, server):
    """The slope of quern-load's resident bytes between two numbers of connections; how late it was does not matter."""
    resident = []
    for n in (FIRST, SECOND):
        r = load.quern_load(server.url(), "-s", "idle-mass", "--active", "1%", seconds=session.seconds, warmup=0, connections=n,
                            timing=False)
        resident.append(r["loader"]["rss_bytes"])
    return {"bytes": (resident[1] - resident[0]) / (SECOND - FIRST), "command": r["command"]}


@question("loader-bytes", "memory of quern-load per connection: the slope between 1,000 and 15,000 connections")
def loader_bytes(session):
    said = session.interleave([Side("quern-load", servers.quernd, bytes_each)])["quern-load"]
    return [figures.value("bytes of quern-load per connection", column(said, "bytes"), "B", most=100)]


def lateness(session, server):
    """Connections enough that a pause of the server makes nobody wait for one; what the machine does is what is measured, so nothing is
    discarded for having been late."""
    r = load.quern_load(server.url(), "-R", str(LATE_RATE), seconds=session.seconds, warmup=session.warmup, connections=LATE_CONNECTIONS,
                        server=server, timing=False)
    alone = [servers.need_build("bench", "peers", "late_alone"), load.LOAD_CPU, str(LATE_RATE), str(max(1, round(session.seconds)))]
    floor = subprocess.run(alone, capture_output=True, text=True, check=True).stdout.split()
    return {"late_ms": load.percentile(r, 99.9, "lateness") / 1e6, "late99_ms": load.percentile(r, 99, "lateness") / 1e6,
            "alone_ms": int(floor[5]) / 1e6, "command": r["command"]}


@question("loader-lateness", "how late quern-load sends at 50,000 requests/s, beside a thread that only looks at the clock")
def loader_lateness(session):
    said = session.interleave([Side("quern-load", floor_uring, lateness)])["quern-load"]
    return [
        figures.value("p99.9 of lateness at 50,000/s", column(said, "late_ms"), "ms", most=0.1),
        figures.value("p99 of the same", column(said, "late99_ms"), "ms"),
        figures.value("p99.9 of a thread that only looks at the clock", column(said, "alone_ms"), "ms",
                      note="right after, on the same processor: what the machine itself adds"),
    ]
