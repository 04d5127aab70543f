"""Jobs through the queue: what it costs the server to take one, and to take it, hand it out and hear that it is done."""
from . import figures, load, servers
from .registry import question
from .runner import Side, column

CONNECTIONS = 64
PAYLOAD = 128
TYPE = "bench.none"  # no local worker takes it
# Room for all jobs of a block, so that none is refused.
SETTINGS = {"jobs_max": 4000000, "body_memory": 8 << 30}
WORK_NOTES = {
    "beanstalkd": "put, reserve and delete; nothing on disk on either side; first all put, then all taken; each with its own loader",
    "gearmand": "background jobs put, grabbed and completed; first all are put, then all are taken; nothing on disk, no unique "
                "ids, hash tables large enough for the queue, --threads=0: one thread does everything, as on one core it should; WORK_COMPLETE has "
                "no answer and goes out with the next command, so that gearmand has two round trips per job where the others have three",
    "gearmand in turns": "gearmand's shortest way: each connection puts one, grabs one and completes it, and the queue stays short; "
                         "quern's jobs as above",
}


def quernd():
    return servers.quernd(settings=SETTINGS)


def jobs_of(session):
    return session.amount(150000, 40000)


def quern_run(session, server, scenario):
    """CPU us of the server per job; n jobs exactly."""
    n = jobs_of(session)
    jobs = ["--job-type", TYPE, "--job-size", str(PAYLOAD)] if scenario == "submit" else []
    r = load.quern_load(server.url("/"), "-s", scenario, *jobs, "-n", str(n), warmup=0, connections=CONNECTIONS, server=server)
    if r["totals"]["completed"] != n:
        raise load.BadSlice(f"{r['totals']['completed']} of {n} jobs")
    return r["cost"]["server_ns_per_request"] / 1000, r["command"]


def quern_submit(session, server):
    cpu_us, command = quern_run(session, server, "submit")
    quern_run(session, server, "worker")  # the next slice begins with an empty queue
    return {"cpu_us": cpu_us, "command": command}


def quern_work(session, server):
    put, command = quern_run(session, server, "submit")
    work, second = quern_run(session, server, "worker")
    return {"cpu_us": put + work, "command": f"{command}; {second}"}


def redis_push(session, server):
    """LPUSH, one command per round trip; the list is deleted afterwards."""
    n = jobs_of(session)
    benchmark = [servers.need("redis-benchmark", "redis-tools"), "-p", str(server.port), "-c", str(CONNECTIONS), "-n", str(n), "-q", "LPUSH",
                 "jobs", "x" * PAYLOAD]
    with load.Clean(server) as clean:
        load.timed(benchmark)
    cli = [servers.need("redis-cli", "redis-tools"), "-p", str(server.port)]
    length = load.timed([*cli, "LLEN", "jobs"])[0].split()[-1]
    load.timed([*cli, "DEL", "jobs"])
    if int(length) != n:
        raise load.BadSlice(f"{length} of {n} jobs")
    return {"cpu_us": clean.cpu_ns / 1000 / n, "command": " ".join(benchmark)}


def beanstalkd_work(session, server):
    """put, then reserve and delete, by a small client of its own."""
    return peer_run(session, server, "beanstalk_load", "put", "work")


def gearmand_work(session, server):
    return gearmand_run(session, server, "put", "work")


def gearmand_turns(session, server):
    """Each connection puts one, grabs one and completes it: the queue stays short."""
    return gearmand_run(session, server, "turns")


def gearmand_run(session, server, *ways):
    said = peer_run(session, server, "gearman_load", *ways)
    status = [servers.need("gearadmin", "gearman-tools"), "-h", "127.0.0.1", "-p", str(server.port), "--status"]
    left = gearmand_left(load.timed(status)[0])
    if left:
        raise load.BadSlice(f"{left} jobs are left")
    return said


def gearmand_left(status):
    """Jobs that wait or run, of lines "function waiting-and-running running workers" that a dot ends."""
    return sum(int(line.split("\t")[1]) for line in status.splitlines() if line != ".")


def peer_run(session, server, client, *ways):
    """CPU us of the server per job, all ways together, by a client of bench/peers, which fails unless each does n jobs."""
    n = jobs_of(session)
    words = [servers.need_build("bench", "peers", client), str(server.port)]
    amounts = [str(n), str(CONNECTIONS), str(PAYLOAD)]
    with load.Clean(server) as clean:
        for way in ways:
            load.timed([*words, way, *amounts])
    return {"cpu_us": clean.cpu_ns / 1000 / n, "command": " ".join([*words, "|".join(ways), *amounts])}


@question("submit", "jobs of 128 B taken per CPU-second, one request each, beside Redis LPUSH")
def submit(session):
    said = session.interleave([Side("quern", quernd, quern_submit), Side("redis", servers.redis, redis_push)])
    quern, redis = (figures.inverse(column(said[name], "cpu_us")) for name in ("quern", "redis"))
    return [figures.ratio("jobs submitted per CPU-second", quern, redis, ("quern", "redis"), "per us", least=0.9,
                          note="nothing on disk on either side; each with its own loader, 64 connections, one command at a time on each")]


@question("work", "submit, fetch and acknowledge, jobs per CPU-second, beside beanstalkd and gearmand")
def work(session):
    said = session.interleave([Side("quern", quernd, quern_work), Side("beanstalkd", servers.beanstalkd, beanstalkd_work),
                               Side("gearmand", servers.gearmand, gearmand_work),
                               Side("gearmand in turns", servers.gearmand, gearmand_turns)])
    per_us = {name: figures.inverse(column(each, "cpu_us")) for name, each in said.items()}
    return [figures.ratio("jobs done per CPU-second", per_us["quern"], per_us[peer], ("quern", peer), "per us", note=note)
            for peer, note in WORK_NOTES.items()]
