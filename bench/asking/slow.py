"""Clients that hold a server up: what is left for the others."""
import contextlib
import subprocess
import time

from . import figures, load, servers
from .registry import question
from .runner import Side, column

SLOW, SLOW_QUICK = 15000, 8000
GOOD = 64
OPEN_SECONDS = 30
DRIP = "10s"         # what tools of this kind do unless told otherwise: slower is cheaper for them, and holds a server up as well
PATIENCE = 10.0    # seconds that slow clients are given to be there


def quernd():
    # A head may take as long as nginx allows, so that neither gets rid of its slow clients within a slice.
    return servers.quernd(settings={"header_timeout": 60, "routes": [{"path": "/big", "body": servers.BIG, "type": "text/plain"}]})


def connections_in(table, port):
    """Established connections of a server's port in a /proc/net/tcp."""
    end = f":{port:04X}"
    return sum(1 for words in map(str.split, table.splitlines()[1:]) if words[1].endswith(end) and words[3] == "01")


def connections(port):
    with open("/proc/net/tcp", encoding="ascii") as f:
        return connections_in(f.read(), port)


@contextlib.contextmanager
def attack(session, server):
    """Slow clients from the moment on when all are connected. One in 15 reads slowly, the others send their heads slowly: more readers
    would fill the kernel's memory for all TCP, which no server can help."""
    n = session.amount(SLOW, SLOW_QUICK)
    words = load.command_line("-s", "slow-header=14,slow-read=1", "--drip", DRIP, "--ramp", "5000/s", "--rcvbuf", "4096",
                              seconds=round(session.seconds + OPEN_SECONDS + PATIENCE), warmup=0, connections=n)
    with subprocess.Popen([*words, server.url("/big")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + OPEN_SECONDS
            while connections(server.port) < n:
                if process.poll() is not None or time.monotonic() > end:
                    raise load.BadSlice("the slow clients could not connect")
                time.sleep(0.2)
            yield
            if process.poll() is not None:
                raise load.BadSlice("the slow clients had ended before")
        finally:
            process.terminate()
            process.wait()


def good(attacked):
    """What good clients get, closed loop."""
    def measure(session, server):
        with attack(session, server) if attacked else contextlib.nullcontext():
            r = load.quern_load(server.url(), seconds=session.seconds, warmup=session.warmup, connections=GOOD, server=server)
        return {"rate": r["rates"]["achieved"], "cpu_us": r["cost"]["server_ns_per_request"] / 1000, "command": r["command"]}
    return measure


@question("slow", "15,000 slow clients (14 of 15 slow heads, the others slow readers): throughput that good clients keep, nginx's beside")
def slow(session):
    sides = [Side("quern", quernd, good(False)), Side("quern attacked", quernd, good(True)),
             Side("nginx", servers.Nginx, good(False)), Side("nginx attacked", servers.Nginx, good(True))]
    said = session.interleave(sides)
    per_cpu = {s.name: figures.inverse(column(said[s.name], "cpu_us")) for s in sides}
    rate = {s.name: column(said[s.name], "rate") for s in sides}
    kept = {name: [x / y for x, y in zip(per_cpu[f"{name} attacked"], per_cpu[name], strict=True)] for name in ("quern", "nginx")}
    names = ("attacked", "clean")
    return [
        figures.ratio("quern: good requests per CPU-second, attacked", per_cpu["quern attacked"], per_cpu["quern"], names, "per us",
                      least=0.95),
        figures.ratio("nginx: the same", per_cpu["nginx attacked"], per_cpu["nginx"], names, "per us"),
        figures.ratio("what quern keeps against what nginx keeps", kept["quern"], kept["nginx"], least=1.0),
        figures.ratio("quern: good requests per second, attacked", rate["quern attacked"], rate["quern"], names, "/s",
                      note="both loaders are on one core, so this is theirs too"),
        figures.ratio("nginx: the same per second", rate["nginx attacked"], rate["nginx"], names, "/s"),
    ]
