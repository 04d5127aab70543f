"""Jobs that a power cut does not lose: how many are taken per second, and how long one takes, beside others that sync before they answer."""
import re
import subprocess
import time

from . import figures, load, servers
from .jobs import PAYLOAD, SETTINGS, TYPE
from .registry import question
from .runner import Side, column

ONE = 2000  # jobs of the single client
DISK_MAX = 0.5  # of a CPU: the kernel's own threads that serve the disk count as "something else"


def quernd():
    return servers.quernd(settings=SETTINGS, durable=True)


def quern_submit(connections):
    def measure(session, server):
        n = jobs_of(session, connections)
        r = load.quern_load(server.url("/"), "-s", "submit", "--job-type", TYPE, "--job-size", str(PAYLOAD), "-n", str(n), warmup=0,
                            connections=connections, server=server, timing=False)
        counts = server.metrics()
        if r["totals"]["completed"] != n:
            raise load.BadSlice(f"{r['totals']['completed']} of {n} jobs")
        return {"rate": n / (r["loader"]["wall_ns"] / 1e9), "p50_us": load.percentile(r, 50) / 1000,
                "cpu_us": r["cost"]["server_ns_per_request"] / 1000, "command": r["command"],
                "jobs_per_sync": counts["quern_journal_records_total"] / max(1, counts["quern_journal_syncs_total"])}
    return measure


def jobs_of(session, connections):
    return session.amount(1500 * connections, 300 * connections)


def redis_push(connections):
    def measure(session, server):
        n = jobs_of(session, connections)
        benchmark = [servers.need("redis-benchmark", "redis-tools"), "-p", str(server.port), "-c", str(connections), "-n", str(n), "-q", "LPUSH",
                     "jobs", "x" * PAYLOAD]
        with load.Clean(server):
            text, _ = load.timed(benchmark)
        rates = re.findall(r"([0-9.]+) requests per second", text)
        if not rates:
            raise load.BadSlice(f"redis-benchmark: {text.strip()[-200:]}")
        return {"rate": float(rates[-1]), "command": " ".join(benchmark)}
    return measure


def beanstalk_put(connections):
    def measure(session, server):
        n = session.amount(100 * connections, 20 * connections)
        words = [servers.need_build("bench", "peers", "beanstalk_load"), str(server.port), "put", str(n), str(connections), str(PAYLOAD)]
        with Stopwatch() as watch:
            load.timed(words)
        return {"rate": n / watch.seconds, "command": " ".join(words)}
    return measure


class Stopwatch:
    def __enter__(self):
        self.began = time.monotonic()
        return self

    def __exit__(self, *_):
        self.seconds = time.monotonic() - self.began


def batch_goal(connections, sync_us, cpu_us):
    """Jobs per sync that there should be at least: while one sync lasts, all clients are served again, or as many as the processor can
    serve in that time; and of those not quite half come in before the next batch leaves."""
    return 0.45 * min(connections, sync_us / cpu_us)


def rates(session, connections):
    session.others_max = DISK_MAX
    said = session.interleave([Side("quern", quernd, quern_submit(connections)),
                               Side("redis", servers.redis_synced, redis_push(connections)),
                               Side("beanstalkd", servers.beanstalkd_synced, beanstalk_put(connections)),
                               Side("bare", None, bare_sync)])
    quern, per_sync = column(said["quern"], "rate"), column(said["quern"], "jobs_per_sync")
    cpu, sync = column(said["quern"], "cpu_us"), column(said["bare"], "p50_us")
    goal = [batch_goal(connections, s, c) for s, c in zip(sync, cpu, strict=True)]
    return [
        figures.ratio("synced jobs per second", quern, column(said["redis"], "rate"), ("quern", "redis"), "/s", least=1.2,
                      note=f"{connections} connections; LPUSH with appendfsync always"),
        figures.ratio("synced jobs per second", quern, column(said["beanstalkd"], "rate"), ("quern", "beanstalkd"), "/s", least=8,
                      note=f"{connections} connections; put with -b -f 0"),
        figures.value("jobs per sync", per_sync),
        figures.value("0.45 × min(connections, sync time / CPU per submit)", goal,
                      note=f"{connections} connections; the sync time is the p50 of a bare write and fdatasync of 4 KiB"),
        figures.ratio("jobs per sync against that", per_sync, goal, ("jobs per sync", "0.45 × min(…)"), least=1),
        figures.value("quern's CPU per job", cpu, "us"),
        figures.value("a bare write and fdatasync, p50", sync, "us"),
    ]


@question("durable64", "jobs of 128 B, synced, taken per second with 64 connections, beside Redis and beanstalkd that sync as well")
def durable64(session):
    return rates(session, 64)


@question("durable256", "the same with 256 connections")
def durable256(session):
    return rates(session, 256)


def quern_one(session, server):
    r = load.quern_load(server.url("/"), "-s", "submit", "--job-type", TYPE, "--job-size", str(PAYLOAD), "-n", str(session.amount(ONE, 500)),
                        warmup=0, connections=1, server=server, timing=False)
    return {"p50_us": load.percentile(r, 50) / 1000, "command": r["command"]}


def bare_sync(session, _):
    words = [servers.need_build("bench", "peers", "sync_alone"), str(session.amount(ONE, 500))]
    out = subprocess.run(["taskset", "-c", servers.SERVER_CPU, *words], capture_output=True, text=True, check=True)
    return {"p50_us": int(out.stdout.split()[1]) / 1000, "command": " ".join(words)}


@question("durable1", "one client, one synced job at a time: p50, beside a bare write and fdatasync of 4 KiB")
def durable1(session):
    session.others_max = DISK_MAX
    said = session.interleave([Side("quern", quernd, quern_one), Side("bare", None, bare_sync)])
    return [figures.ratio("p50 of one synced job", column(said["quern"], "p50_us"), column(said["bare"], "p50_us"), ("quern", "write + fdatasync"),
                          "us", most=1.3, note="into a preallocated, zero-written file of its own in the same folder, past the page cache")]
