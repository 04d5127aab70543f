"""What a connection costs that does nothing: user memory by the slope of resident bytes, kernel memory by the slope of slabs."""
import contextlib
import os
import socket
import struct
import time

from . import figures, load, proc, servers
from .registry import question
from .runner import Side, column

FIRST, SECOND = 1000, 15000
FIRST_QUICK, SECOND_QUICK = 1000, 8000
BARE = 4000        # connections of this program with itself
PARK_SECONDS = 30  # quern moves idle connections to the cheapest state within that


def connect(address):
    """A connection that leaves nothing behind when it is closed: those that wait for their time to pass would count in what follows."""
    s = socket.create_connection(address, 10)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return s


def open_one(port):
    """A keep-alive connection that has had one answer."""
    s = connect(("127.0.0.1", port))
    s.sendall(b"GET /livez HTTP/1.1\r\nHost: q\r\n\r\n")
    if not s.recv(4096).startswith(b"HTTP/1.1 200"):
        raise load.BadSlice("a connection got no answer")
    return s


def wait_parked(server, n):
    """Until quernd has parked them all: only then are they idle as they would be for hours."""
    end = time.monotonic() + PARK_SECONDS
    while server.metrics()["quern_connections_parked"] < n:
        if time.monotonic() > end:
            raise load.BadSlice("connections were not parked")
        time.sleep(0.1)


def memory_at(server, n, stack, have):
    """User and slab bytes with n connections open."""
    for _ in range(n - have):
        stack.enter_context(open_one(server.port))
    if server.name == "quern":
        wait_parked(server, n)
    return proc.rss_bytes(server.pids()), proc.slab_bytes()


def idle_of(start):
    def measure(session, _):
        first, second = session.amount(FIRST, FIRST_QUICK), session.amount(SECOND, SECOND_QUICK)
        with start() as server, contextlib.ExitStack() as stack:
            user_a, slab_a = memory_at(server, first, stack, 0)
            user_b, slab_b = memory_at(server, second, stack, first)
        n = second - first
        return {"user": (user_b - user_a) / n, "slab": (slab_b - slab_a) / n}
    return measure


def bare_end(_session, _server):
    """Slab bytes of one end of a TCP connection that no program watches: half of a connection of this program with itself."""
    with contextlib.ExitStack() as stack, socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        before = proc.slab_bytes()
        for _ in range(BARE):
            stack.enter_context(connect(listener.getsockname()))
            stack.enter_context(listener.accept()[0])
        return {"slab": (proc.slab_bytes() - before) / BARE / 2}


@question("idle-memory", "bytes per idle keep-alive connection, user and kernel, beside nginx")
def idle_memory(session):
    if not os.access("/proc/slabinfo", os.R_OK):
        raise servers.Missing("/proc/slabinfo cannot be read: ask as root")
    said = session.interleave([Side("quern", None, idle_of(servers.quernd)), Side("nginx", None, idle_of(servers.Nginx)),
                               Side("bare", None, bare_end)])
    client = column(said["bare"], "slab")
    user = {name: column(said[name], "user") for name in ("quern", "nginx")}
    whole = {name: [f["user"] + f["slab"] - c for f, c in zip(said[name], client, strict=True)] for name in ("quern", "nginx")}
    note = "slabs of the loader's end, a bare socket measured in the same run, are taken off both"
    return [
        figures.value("quern: user bytes per idle connection", user["quern"], "B", most=128),
        figures.value("nginx: user bytes per idle connection", user["nginx"], "B"),
        figures.value("a bare end in the kernel", client, "B"),
        figures.ratio("user and kernel bytes per idle connection", whole["quern"], whole["nginx"], unit="B", most=1.05, note=note),
    ]
