"""Servers under test: started on a free port of 127.0.0.1 and pinned, ended by their pid."""
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build", "release")
PEERS = os.path.join(BUILD, "bench", "peers")
SERVER_CPU = "0"


class Missing(Exception):
    """A peer is not installed; the text says how to get it."""


def need(program, package):
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if not path:
        raise Missing(f"{program} is missing (apt-get install {package})")
    return path


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_port(port, process, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{process.args} does not listen on {port}")


class Server:
    """A process, its port, and the pids whose CPU time is its."""

    def __init__(self, name, command, port=None, cpu=SERVER_CPU, says_port=False):
        self.name = name
        self.folder = tempfile.mkdtemp(prefix="quern-bench-")
        log = open(os.path.join(self.folder, "log"), "w+b")
        self.process = subprocess.Popen(["taskset", "-c", cpu, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                        cwd=self.folder, start_new_session=True)
        log.close()
        self.port = port or self._read_port()
        if not says_port:
            wait_for_port(self.port, self.process)

    def _read_port(self):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as f:
                found = re.search(r"listening on 127\.0\.0\.1:(\d+)", f.read())
            if found:
                return int(found.group(1))
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"{self.name} did not start")

    def pids(self):
        return [self.process.pid]

    def url(self, path="/livez"):
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def quernd(*flags, cpu=SERVER_CPU, shards=1, workers=1):
    return Server("quern", [os.path.join(BUILD, "quernd"), "--listen", "127.0.0.1:0", "--ephemeral", "--shards", str(shards),
                            "--workers", str(workers), "--log-level", "error", *flags], cpu=cpu)


class Nginx(Server):
    """One worker; what it uses is the worker's."""

    def __init__(self):
        program, port = need("nginx", "nginx-light"), free_port()
        folder = tempfile.mkdtemp(prefix="quern-nginx-")
        with open(os.path.join(ROOT, "bench", "nginx.conf"), encoding="ascii") as f:
            text = f.read().replace("NGINX_DIR", folder).replace("PORT", str(port))
        with open(os.path.join(folder, "nginx.conf"), "w", encoding="ascii") as f:
            f.write(text)
        self.own_folder = folder
        super().__init__("nginx", [program, "-p", folder, "-c", os.path.join(folder, "nginx.conf")], port=port)

    def pids(self):
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            return [int(p) for p in f.read().split()][:1]

    def close(self):
        super().close()
        shutil.rmtree(self.own_folder, ignore_errors=True)


def floor(kind, request_bytes=0):
    return Server(f"floor_{kind}", [os.path.join(PEERS, f"floor_{kind}"), "0", str(request_bytes)])


def redis():
    port = free_port()
    return Server("redis", [need("redis-server", "redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "",
                            "--appendonly", "no"], port=port)


def beanstalkd():
    port = free_port()
    return Server("beanstalkd", [need("beanstalkd", "beanstalkd"), "-l", "127.0.0.1", "-p", str(port)], port=port)
