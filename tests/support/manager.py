"""A service manager for tests, which starts quernd with sockets of its own and hears what it says; clients that keep on asking."""

import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from servers import PATIENCE_S, ROOT

BUILD = ROOT / os.environ.get("QUERN_BUILD", "build/release")
QUERND = BUILD / "quernd"
HOLDING = ("--plugin", str(BUILD / "tests" / "test_types.so"))  # has test.held: a call that lasts until it is released


def listener(port=0):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", port))
    s.listen(1024)
    return s


class Manager:
    """What a service manager does: it keeps the sockets, starts programs with them, and hears how far they are."""

    all = []

    def __init__(self, *flags, sockets=(), config=None, **env):
        self.folder = tempfile.TemporaryDirectory(prefix="quern-restarts-")
        self.path = Path(self.folder.name)
        self.sockets = list(sockets)
        self.notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notified.bind(str(self.path / "notify"))
        self.notified.settimeout(PATIENCE_S)
        self.env = {**os.environ, "NOTIFY_SOCKET": str(self.path / "notify"), **env}
        self.flags = list(flags)
        if config is not None:
            (self.path / "quern.json").write_text(json.dumps(config))
            self.flags += ["--config", "quern.json"]
        self.log = open(self.path / "log", "ab")
        self.pids = []
        Manager.all.append(self)

    def start(self, passed=None):
        """LISTEN_PID has to be the server's own: a shell becomes it."""
        n = len(self.sockets) if passed is None else passed
        fds = [s.fileno() for s in self.sockets]
        moves = "".join(f"exec {3 + i}<&{100 + i} {100 + i}<&-; " for i in range(len(fds)))
        for i, fd in enumerate(fds):
            os.dup2(fd, 100 + i, inheritable=True)
        words = f"LISTEN_FDS={n} LISTEN_PID=$$ " if fds else ""
        process = subprocess.Popen(["bash", "-c", f'{moves}{words}exec "$0" "$@"', str(QUERND), *self.flags], cwd=self.path, env=self.env,
                                   stdout=subprocess.DEVNULL, stderr=self.log, pass_fds=[100 + i for i in range(len(fds))])
        for i in range(len(fds)):
            os.close(100 + i)
        self.pids.append(process.pid)
        return process

    def hear(self, word):
        """Waits for it; all that was said until then."""
        said = []
        while not any(word in line for line in said):
            said += self.notified.recv(4096).decode().splitlines()
        return said

    def text(self):
        return (self.path / "log").read_text(errors="replace")

    def port(self):
        return int(self.text().rsplit("listening on 127.0.0.1:", 1)[1].split()[0])

    def release(self):
        """Calls of test.held end."""
        (self.path / "released").touch()

    def await_text(self, words):
        until = time.monotonic() + PATIENCE_S
        while words not in self.text():
            assert time.monotonic() < until, self.text()
            time.sleep(0.01)

    def close(self):
        Manager.all.remove(self)
        for pid in self.pids:  # of a test that went wrong; those that have ended stay our children, or nobody's
            if not is_gone(pid):
                os.kill(pid, signal.SIGKILL)
        self.log.close()
        self.notified.close()
        for s in self.sockets:
            s.close()
        self.folder.cleanup()


def end(process):
    process.send_signal(signal.SIGTERM)
    return process.wait(PATIENCE_S)


def get(port, path="/livez", timeout=PATIENCE_S):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        c.request("GET", path)
        answer = c.getresponse()
        answer.read()
        return answer.status
    finally:
        c.close()


def is_gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
            return f.read().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def await_end(pid):
    until = time.monotonic() + PATIENCE_S
    while not is_gone(pid):
        assert time.monotonic() < until, f"{pid} does not end"
        time.sleep(0.01)


class Client(threading.Thread):
    """Asks again and again: on a connection of its own each time, or on one that it keeps until it is told to close. What goes wrong stands in
    wrong."""

    def __init__(self, port, keeps, path="/livez"):
        super().__init__(daemon=True)
        self.port, self.keeps, self.path = port, keeps, path
        self.done, self.wrong, self.stop = 0, [], threading.Event()

    def run(self):
        c = None
        while not self.stop.is_set():
            try:
                c = c or http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
                c.request("GET", self.path)
                answer = c.getresponse()
                answer.read()
                if answer.status != 200:
                    self.wrong.append(str(answer.status))
                self.done += 1
                if not self.keeps or answer.headers.get("Connection", "").lower() == "close":
                    c.close()
                    c = None
            except OSError as e:
                self.wrong.append(f"{type(e).__name__}: {e}")
                c = None
            except http.client.HTTPException as e:
                self.wrong.append(f"{type(e).__name__}: {e}")
                c = None
        if c:
            c.close()


class RestartCase(unittest.TestCase):
    def tearDown(self):
        for m in list(Manager.all):
            m.close()
