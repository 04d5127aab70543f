"""Jobs through the queue: what it costs the server to take one, and to take it, hand it out and hear that it is done."""
import functools

from . import figures, load, servers
from .registry import question
from .runner import Side, column

CONNECTIONS = 64
PAYLOAD = 128
TYPE = "bench.none"  # no local worker takes it
# Room for all jobs of a block, so that none is refused.
SETTINGS = {"jobs_max": 4000000, "body_memory": 8 << 30}


def quernd():
    return servers.quernd(settings=SETTINGS)


def jobs_of(session):
    return session.amount(150000, 40000)


def quern_run(session, server, scenario):
    """CPU us of the server per job; n jobs exactly."""
    n = jobs_of(session)
    r = load.quern_load(server.url("/"), "-s", scenario, "--job-type", TYPE, "--job-size", str(PAYLOAD), "-n", str(n), warmup=0,
                        connections=CONNECTIONS, server=server)
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
    n = jobs_of(session)
    client = functools.partial(client_words, server.port, n)
    with load.Clean(server) as clean:
        load.timed(client("put"))
        load.timed(client("work"))
    return {"cpu_us": clean.cpu_ns / 1000 / n, "command": " ".join(client("put|work"))}


def client_words(port, n, what):
    return [servers.need_build("bench", "peers", "beanstalk_load"), str(port), what, str(n), str(CONNECTIONS), str(PAYLOAD)]


@question("submit", "jobs of 128 B taken per CPU-second, one request each, beside Redis LPUSH")
def submit(session):
    said = session.interleave([Side("quern", quernd, quern_submit), Side("redis", servers.redis, redis_push)])
    quern, redis = (figures.inverse(column(said[name], "cpu_us")) for name in ("quern", "redis"))
    return [figures.ratio("jobs submitted per CPU-second", quern, redis, ("quern", "redis"), "per us", least=0.9,
                          note="nothing on disk on either side; each with its own loader, 64 connections, one command at a time on each")]


@question("work", "submit, fetch and acknowledge, jobs per CPU-second, beside beanstalkd put, reserve and delete")
def work(session):
    said = session.interleave([Side("quern", quernd, quern_work), Side("beanstalkd", servers.beanstalkd, beanstalkd_work)])
    quern, beanstalkd = (figures.inverse(column(said[name], "cpu_us")) for name in ("quern", "beanstalkd"))
    return [figures.ratio("jobs done per CPU-second", quern, beanstalkd, ("quern", "beanstalkd"), "per us",
                          note="nothing on disk on either side; first all are put, then all are taken; each with its own loader")]
