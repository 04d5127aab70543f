"""Sixteen jobs in one request beside sixteen requests: a client that has several jobs to hand in."""
import json

from . import figures, load, servers
from .jobs import PAYLOAD, SETTINGS, TYPE
from .registry import question
from .runner import Side, column

BATCH = 16
DISK_MAX = 0.5  # of a CPU: the kernel's own threads that serve the disk count as "something else"
JOB = {"type": TYPE, "args": ["x" * PAYLOAD]}
BODIES = {1: JOB, BATCH: {"jobs": [JOB] * BATCH}}
PATHS = {1: "/ojs/v1/jobs", BATCH: "/ojs/v1/jobs/batch"}


def rate_of(report, per_request):
    """Jobs per second."""
    return per_request * report["totals"]["completed"] / (report["loader"]["wall_ns"] / 1e9)


def submit(per_request, connections, durable):
    def measure(session, server):
        jobs = session.amount(64000, 16000) if connections > 1 or not durable else session.amount(16000, 4000)
        n = jobs // per_request
        r = load.quern_load(server.url(PATHS[per_request]), "-X", "POST", "-H", "Content-Type: application/json", "-b",
                            json.dumps(BODIES[per_request]), "-n", str(n), warmup=0, connections=connections, server=server, timing=False)
        if r["totals"]["completed"] != n:
            raise load.BadSlice(f"{r['totals']['completed']} of {n} requests")
        return {"rate": rate_of(r, per_request), "cpu_us": r["cost"]["server_ns_per_request"] / 1000 / per_request, "command": r["command"]}
    return measure


def both(session, connections, durable):
    def quernd():
        return servers.quernd(settings=SETTINGS, durable=durable)

    said = session.interleave([Side("batch", quernd, submit(BATCH, connections, durable)),
                               Side("single", quernd, submit(1, connections, durable))])
    return ([column(said[name], "rate") for name in ("batch", "single")], [column(said[name], "cpu_us") for name in ("batch", "single")])


@question("batch16", "jobs of 128 B, 16 in one request beside one in each: how many one client hands in per second")
def batch16(session):
    session.others_max = DISK_MAX
    (synced, synced_single), _ = both(session, 1, True)
    (memory, memory_single), _ = both(session, 1, False)
    _, (cpu, cpu_single) = both(session, 64, False)
    names = ("in one request", "one in each")
    return [
        figures.ratio("synced jobs per second of one client", synced, synced_single, names, "/s", least=6),
        figures.ratio("jobs per second of one client, nothing on disk", memory, memory_single, names, "/s", least=6),
        figures.ratio("CPU of the server per job, 64 clients", cpu, cpu_single, names, "us",
                      note="what a job costs by itself, its bytes read, kept and shown again, is the same in both"),
    ]
