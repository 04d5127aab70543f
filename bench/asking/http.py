"""Plain requests: what a GET costs beside nginx and beside servers that parse nothing, and how long it takes."""
from . import figures, load, servers
from .registry import question
from .runner import Side, column


def floor_uring():
    return servers.floor("uring")


def floor_epoll():
    return servers.floor("epoll")


def cpu(*args, connections=64, path="/livez"):
    """CPU ns of the server per request, closed loop."""
    def measure(session, server):
        r = load.quern_load(server.url(path), *args, seconds=session.seconds, warmup=session.warmup,
                            connections=connections, server=server)
        return {"cpu_us": r["cost"]["server_ns_per_request"] / 1000, "p50_us": load.percentile(r, 50) / 1000,
                "busy": r["cost"]["server_cpus"],
                "rate": r["rates"]["achieved"], "command": r["command"]}
    return measure


def quern_and_nginx(measure):
    return [Side("quern", servers.quernd, measure), Side("nginx", servers.Nginx, measure)]


def answers_note(*starts):
    """How long the answers are that are compared."""
    sizes = []
    for start in starts:
        with start() as server:
            sizes.append(f"{server.name} {len(server.answer())}")
    return "bytes of an answer with its head: " + ", ".join(sizes)


def get(session, connections):
    measure = cpu(connections=connections)
    sides = [*quern_and_nginx(measure), Side("floor_uring", floor_uring, measure), Side("floor_epoll", floor_epoll, measure)]
    said = session.interleave(sides)
    quern, nginx, uring, epoll = (column(said[s.name], "cpu_us") for s in sides)
    return [
        figures.ratio(f"CPU per GET, {connections} connections", quern, nginx, unit="us", most=0.80,
                      note=answers_note(servers.quernd, servers.Nginx, floor_uring)),
        figures.ratio(f"CPU per GET, {connections} connections, no parsing", quern, uring, ("quern", "floor_uring"), "us", most=1.11),
        figures.ratio(f"the same, {connections} connections, on epoll", quern, epoll, ("quern", "floor_epoll"), "us", most=1.053),
    ]


@question("get64", "CPU per keep-alive GET, 64 connections, beside nginx and both floor servers")
def get64(session):
    return get(session, 64)


@question("get256", "the same with 256 connections")
def get256(session):
    return get(session, 256)


@question("pipeline16", "CPU per GET, 16 deep in the pipeline of each of 64 connections, beside nginx")
def pipeline16(session):
    said = session.interleave(quern_and_nginx(cpu("-p", "16")))
    return [figures.ratio("CPU per GET, 16 deep", column(said["quern"], "cpu_us"), column(said["nginx"], "cpu_us"), unit="us", most=0.14)]


@question("churn", "connect, one GET, close: how many per CPU-second, beside nginx")
def churn(session):
    ports = ("--src", "127.0.0.2-127.0.0.9", "--port-range", "10000-60000")  # enough for those that wait for their time to pass
    said = session.interleave(quern_and_nginx(cpu("-s", "churn", *ports)))
    quern, nginx = (figures.inverse(column(said[name], "cpu_us")) for name in ("quern", "nginx"))
    return [figures.ratio("connections per CPU-second", quern, nginx, unit="per us", least=1.0)]


@question("roundtrip", "one connection, one GET at a time: p50, beside nginx")
def roundtrip(session):
    said = session.interleave(quern_and_nginx(cpu(connections=1)))
    return [figures.ratio("p50 of a round trip", column(said["quern"], "p50_us"), column(said["nginx"], "p50_us"), unit="us", most=1.05)]


def open_loop(rate, connections=64):
    """Percentiles of answers at a fixed rate, arrivals at random."""
    def measure(session, server):
        r = load.quern_load(server.url(), "-R", str(rate), "--arrival", "poisson", seconds=session.seconds, warmup=session.warmup,
                            connections=connections, server=server)
        return {"p99_us": load.percentile(r, 99) / 1000, "p99.9_us": load.percentile(r, 99.9) / 1000, "command": r["command"]}
    return measure


@question("tail", "p99 and p99.9 at half of what nginx can do, the same open-loop rate for both")
def tail(session):
    with servers.Nginx() as server:
        capacity = session.steady(lambda: cpu()(session, server))["rate"]
    rate = max(1000, round(capacity / 2, -2))
    session.discards_per_pair = 4  # a machine that others share stalls the loader now and then, and such a slice says nothing
    said = session.interleave(quern_and_nginx(open_loop(int(rate))))
    note = f"{rate:,.0f} requests/s, nginx can {capacity:,.0f}/s"
    return [figures.ratio(f"{p} at half load", column(said["quern"], f"{p}_us"), column(said["nginx"], f"{p}_us"), unit="us", most=0.9,
                          note=note) for p in ("p99", "p99.9")]
