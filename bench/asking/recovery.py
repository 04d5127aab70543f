"""Starting again with a full queue: how long until the server is ready, and how much memory a queued job takes beyond its bytes."""
import json
import os
import shutil
import signal
import tempfile
import time
import urllib.error
import urllib.request

from . import figures, load, proc, servers
from .registry import question

JOBS, JOBS_QUICK = 10_000_000, 1_000_000
BATCH = 1000                # jobs in one request, the most that the server takes
CHUNK = 1_000_000           # jobs of one run of the loader
CONNECTIONS = 4
STARTS, STARTS_QUICK = 5, 3
SECONDS_MAX = 30            # for JOBS of them
BYTES_MAX = 256
START_SECONDS = 600
READ_BYTES = 1 << 20
DISK_MAX = 0.5              # of a CPU: the kernel's own threads that serve the disk count as "something else"
JOB = {"type": "bench.none", "args": [12345678]}
QUEUED = 'quern_jobs{state="available"}'


def settings(jobs):
    """Room for all of them, and for their bytes in memory."""
    return {"jobs_max": jobs + 1000, "body_memory": 12 << 30}


def start(folder, jobs):
    """quernd on this folder, from its first instruction until /readyz is green: the server, and the seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as config:
        json.dump(settings(jobs), config)
        config.flush()
        began = time.monotonic()
        server = servers.Server("quern", [servers.need_build("quernd"), "--config", config.name, "--listen", "127.0.0.1:0", "--data", folder,
                                          "--durability", "logged", "--shards", "1", "--workers", "1", "--log-level", "error"],
                                seconds=START_SECONDS)
    try:
        wait_ready(server, began + START_SECONDS)
        return server, time.monotonic() - began
    except BaseException:
        server.close()
        raise


def wait_ready(server, end):
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(server.url("/readyz"), timeout=START_SECONDS) as answer:
                if answer.status == 200:
                    return
        except urllib.error.HTTPError:
            pass  # not yet
        time.sleep(0.005)
    raise servers.DidNotStart("quern does not become ready")


def kill(server):
    """As a crash would."""
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    server.close()


def submit(session, server, jobs, folder):
    """So many jobs, by the server itself. The loader's words."""
    body = os.path.join(folder, "batch.json")
    with open(body, "w", encoding="ascii") as f:
        json.dump({"jobs": [JOB] * BATCH}, f, separators=(",", ":"))
    command = ""
    for done in range(0, jobs, CHUNK):
        n = min(CHUNK, jobs - done) // BATCH
        r = load.quern_load(server.url("/ojs/v1/jobs/batch"), "-X", "POST", "-H", "Content-Type: application/json", "-b", f"@{body}", "-n",
                            str(n), warmup=0, connections=CONNECTIONS, timing=False)
        if r["totals"]["completed"] != n:
            raise load.BadSlice(f"{r['totals']['completed']} of {n} batches")
        command = r["command"]
        session.say(f"    {done + n * BATCH:,} jobs in the journal")
    return command


def forget(paths):
    """The page cache keeps nothing of these files: they come from the disk."""
    for path in paths:
        fd = os.open(path, os.O_RDONLY)
        try:
            os.fdatasync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(fd)


def segments(folder):
    return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".seg"))


def read_alone(folder):
    """Seconds that it takes to read the same files from one end to the other."""
    forget(segments(folder))
    block = bytearray(READ_BYTES)
    began = time.monotonic()
    for path in segments(folder):
        with open(path, "rb", buffering=0) as f:
            while f.readinto(block):
                pass
    return time.monotonic() - began


def restart(data, jobs):
    """One start after a crash, with the files not in memory; right before it, they are just read."""
    bare = read_alone(data)
    forget(segments(data))
    server, seconds = start(data, jobs)
    try:
        cpu, rss, counts = proc.cpu_ns(server.pids()) / 1e9, proc.rss_bytes(server.pids()), server.metrics()
        if counts.get(QUEUED, 0) != jobs:
            raise load.BadSlice(f"{counts.get(QUEUED, 0):.0f} of {jobs} jobs are there")
        return {"seconds": seconds, "cpu": cpu, "rss": rss, "body": counts["quern_body_bytes"], "bare": bare,
                "files": sum(os.path.getsize(p) for p in segments(data))}
    finally:
        kill(server)


def measure(session, jobs, folder):
    """The figures of each start, and the memory of an empty server."""
    data = os.path.join(folder, "data")
    server, _ = start(data, jobs)
    empty = proc.rss_bytes(server.pids())
    try:
        command = submit(session, server, jobs, folder)
    finally:
        kill(server)
    session.commands["quern"] = {"server": " ".join(server.command), "load": command}
    session.others_max = DISK_MAX
    said = []
    for _ in range(session.pairs):
        said.append(session.by_itself(lambda: restart(data, jobs)))
        session.restarts += 1
    return said, empty


@question("recovery", "10 million small jobs queued in the journal (1 million with --quick): seconds to start again, memory of each")
def recovery(session):
    jobs = session.amount(JOBS, JOBS_QUICK)
    session.pairs = session.amount(STARTS, STARTS_QUICK)
    out = os.path.join(proc.ROOT, "build", "bench")
    os.makedirs(out, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="recovery-", dir=out)  # on the disk: the journal's own kind of place
    try:
        said, empty = measure(session, jobs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    payload = len(json.dumps(JOB, separators=(",", ":")))
    starts, bare = [s["seconds"] for s in said], [s["bare"] for s in said]
    size = f"{jobs:,} jobs of {payload} B, {said[0]['files'] / 2**20:,.0f} MiB of journal, killed with -9, its files not in the page cache"
    return [
        figures.value("from the start until /readyz is green", starts, "s", most=SECONDS_MAX * jobs / JOBS, note=size),
        figures.value("memory per queued job beyond its bytes", [(s["rss"] - empty) / jobs - payload for s in said], "B", most=BYTES_MAX,
                      note="resident bytes against the same server with an empty journal, less what the client sent of the job"),
        figures.value("what the server counts as a job's bytes", [s["body"] / jobs for s in said], "B"),
        figures.value("processor time of the start", [s["cpu"] for s in said], "s"),
        figures.ratio("the start against a bare read of the same files", starts, bare, ("quern", "read"), "s",
                      note="one after another, 1 MiB at a time"),
    ]
