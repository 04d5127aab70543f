"""Job types in worker processes: what a hand-over costs beside one to a thread, and how soon the end of a process is answered."""
import http.client
import json
import os
import select
import signal
import time

from . import figures, load, servers
from .registry import question
from .runner import Side, column

PAYLOAD = "x" * 128
PATIENCE_S = 10


def children(pid):
    """Of all threads of a process."""
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as f:
            found += [int(word) for word in f.read().split()]
    return found


def descendants(pid):
    below = children(pid)
    return below + [each for child in below for each in descendants(child)]


class Places(servers.Server):
    """quernd with types that run in one process each, whose CPU time counts with its own."""

    def __init__(self, types, cpu=servers.SERVER_CPU):
        config = json.dumps({"types": {name: {"run": "process", "places": 1} for name in types}})
        command = ["sh", "-c", f"echo '{config}' > c.json; exec \"$@\"", "sh", os.path.join(servers.BUILD, "quernd"), "--listen",
                   "127.0.0.1:0", "--ephemeral", "--shards", "1", "--workers", "1", "--config", "c.json"]
        super().__init__("quern", command, cpu=cpu)

    def pids(self):
        return [self.process.pid, *descendants(self.process.pid)]


def await_metric(server, name, value):
    end = time.monotonic() + PATIENCE_S
    while server.metrics().get(name) != value:
        if time.monotonic() > end:
            raise load.BadSlice(f"{name} is not {value}")


def one_by_one(session, server):
    """CPU of the whole server, its processes too, per call; one at a time."""
    n = session.amount(5000, 500)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    for _ in range(50):  # the process is there, its memory touched
        connection.request("POST", "/run/echo", PAYLOAD)
        connection.getresponse().read()
    with load.Clean(server) as clean:
        for _ in range(n):
            connection.request("POST", "/run/echo", PAYLOAD)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise load.BadSlice(f"a call was answered {answer.status}")
    connection.close()
    return {"cpu_us": clean.cpu_ns / n / 1000, "command": f"{n} times POST /run/echo, one at a time"}


@question("process-handoff", "CPU of server and worker process per POST /run/echo of 128 B, one at a time, beyond the same in a thread")
def process_handoff(session):
    said = session.interleave([Side("process", lambda: Places(["echo"]), one_by_one), Side("thread", lambda: Places([]), one_by_one)])
    process, thread = column(said["process"], "cpu_us"), column(said["thread"], "cpu_us")
    return [
        figures.value("hand-over to a process beyond one to a thread", [a - b for a, b in zip(process, thread)], "us", most=15,
                      note="all on one core; both sides go to sleep for each call"),
        figures.value("a call in a process", process, "us"),
        figures.value("a call in a thread", thread, "us"),
    ]


def bare_kill_us():
    """The floor: from SIGKILL to a process until its pidfd says so."""
    pid = os.fork()
    if pid == 0:
        signal.pause()
        os._exit(0)  # pylint: disable=protected-access
    fd = os.pidfd_open(pid)
    began = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    select.select([fd], [], [], PATIENCE_S)
    us = (time.monotonic() - began) * 1e6
    os.close(fd)
    os.waitpid(pid, 0)
    return us


def times_run(pid):
    """How often it was given a processor."""
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as f:
        return int(f.read().split()[2])


def await_woken(pid, before):
    """A worker process that waits for a call sleeps until there is one."""
    end = time.monotonic() + PATIENCE_S
    while times_run(pid) == before:
        if time.monotonic() > end:
            raise load.BadSlice("the worker process got no call")


def await_asleep(pid):
    """A new one has set itself up when it sleeps."""
    end = time.monotonic() + PATIENCE_S
    while True:
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            if f.read().rpartition(")")[2].split()[0] == "S":
                return
        if time.monotonic() > end:
            raise load.BadSlice("the worker process does not get ready")


def kill_us(server):
    """From SIGKILL to the worker process, which has the call in hand, until the call's answer is here."""
    await_metric(server, 'quern_worker_processes{type="sleep"}', 1)
    zygote = children(server.process.pid)[0]
    worker = children(zygote)[0]
    await_asleep(worker)
    before = times_run(worker)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    connection.request("POST", "/run/sleep?ms=60000", "")
    await_metric(server, "quern_tasks_out", 1)
    await_woken(worker, before)
    await_asleep(worker)  # in the handler: one that dies before it has taken the call up costs nothing, and another gets it
    began = time.monotonic()
    os.kill(worker, signal.SIGKILL)
    answer = connection.getresponse()
    us = (time.monotonic() - began) * 1e6
    answer.read()
    connection.close()
    if answer.status != 500:
        raise load.BadSlice(f"a killed call was answered {answer.status}")
    return us


def kills(session, server):
    times = sorted(kill_us(server) for _ in range(session.amount(50, 5)))
    bare = sorted(bare_kill_us() for _ in range(len(times)))
    return {"worst_ms": times[-1] / 1000, "p50_ms": times[len(times) // 2] / 1000, "bare_ms": bare[len(bare) // 2] / 1000,
            "command": f"{len(times)} times kill -9"}


@question("process-kill", "from SIGKILL to a worker process until the client of its call has the answer, beside a bare pidfd")
def process_kill(session):
    said = session.interleave([Side("quern", lambda: Places(["sleep"], cpu="0,1"), kills)])["quern"]
    return [
        figures.value("kill to answer, the slowest of each slice", column(said, "worst_ms"), "ms", most=10),
        figures.value("kill to answer, p50", column(said, "p50_ms"), "ms"),
        figures.value("bare: kill to pidfd, p50", column(said, "bare_ms"), "ms"),
    ]
