"""Servers under test: started on a free port of 127.0.0.1 and pinned, ended by their pid."""
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

from .proc import ROOT

BUILD = os.path.join(ROOT, "build", "release")
SERVER_CPU = "0"
BIG = "0123456789abcdef" * 128  # 2 KiB, for readers that are slow


class Missing(Exception):
    """A peer is not installed; the text says how to get it."""


class DidNotStart(Exception):
    """A server ended, or does not listen; the text says which."""


def raise_files():
    """What is started from here on, and this program, may have as many files as the machine allows."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def need(program, package):
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if not path:
        raise Missing(f"{program} is missing (apt-get install {package})")
    return path


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_port(port, process, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise DidNotStart(f"{process.args} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise DidNotStart(f"{process.args} does not listen on {port}")


class Server:
    """A process, its port, and the pids whose CPU time is its."""

    scheme = "http"

    def __init__(self, name, command, port=None, cpu=SERVER_CPU, seconds=20):
        self.name = name
        self.folder = tempfile.mkdtemp(prefix="quern-bench-")
        log = open(os.path.join(self.folder, "log"), "w+b")
        self.command = ["taskset", "-c", cpu, *command]
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                        cwd=self.folder, start_new_session=True)
        log.close()
        self.port = port
        try:
            if port:
                wait_for_port(port, self.process, seconds)
            else:
                self.port = self._read_port(seconds)
        except BaseException:
            Server.close(self)
            raise

    def _read_port(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as f:
                found = re.search(r"listening on 127\.0\.0\.1:(\d+)", f.read())
            if found:
                return int(found.group(1))
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise DidNotStart(f"{self.name} did not start: {self._last_words()}")

    def _last_words(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as f:
            return f.read().strip()[-300:]

    def pids(self):
        return [self.process.pid]

    def url(self, path="/livez"):
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    def answer(self, path="/livez"):
        """What comes back on a GET, head and body."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as s:
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: q\r\n\r\n".encode())
            return s.recv(65536)

    def metrics(self):
        """quernd's own counters, by name with labels."""
        with urllib.request.urlopen(self.url("/metrics"), timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return {name: float(x) for name, x in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}

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


def quernd(*flags, cpu=SERVER_CPU, shards=1, workers=1, settings=None, under=(), durable=False):
    """settings: keys of the configuration file. durable: with a journal, in the server's own folder."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(settings or {}, file)
        file.flush()
        return Server("quern", [*under, need_build("quernd"), "--config", file.name, "--listen", "127.0.0.1:0",
                                *(["--data", "data"] if durable else ["--ephemeral"]), "--shards",
                                str(shards), "--workers", str(workers), "--log-level", "error", *flags], cpu=cpu)


class Nginx(Server):
    """One worker; what it uses is the worker's. under: words in front of the program; single: one process, no master."""

    def __init__(self, under=(), single=False):
        program, port = need("nginx", "nginx-light"), free_port()
        folder = tempfile.mkdtemp(prefix="quern-nginx-")
        with open(os.path.join(ROOT, "bench", "nginx.conf"), encoding="ascii") as f:
            text = f.read().replace("NGINX_DIR", folder).replace("PORT", str(port)).replace("BIG", BIG)
        self.port = port
        text = self.change(text, folder)
        if single:
            text = "master_process off;\n" + text
        with open(os.path.join(folder, "nginx.conf"), "w", encoding="ascii") as f:
            f.write(text)
        self.own_folder, self.single = folder, single
        super().__init__("nginx", [*under, program, "-p", folder, "-c", os.path.join(folder, "nginx.conf")], port=port)

    def change(self, text, folder):
        """The configuration that is used; for those that want another."""
        return text

    def pids(self):
        pid = self.process.pid
        if self.single:
            return [pid]
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            return [int(p) for p in f.read().split()][:1]

    def close(self):
        super().close()
        shutil.rmtree(self.own_folder, ignore_errors=True)


def need_build(*parts):
    """A program of build/release, or the one that the environment names: QUERND, QUERN_LOAD."""
    path = os.environ.get(parts[-1].upper().replace("-", "_")) or os.path.join(BUILD, *parts)
    if not os.path.exists(path):
        raise Missing(f"{os.path.relpath(path, ROOT)} is missing (make release peers)")
    return path


def floor(kind, request_bytes=0):
    return Server(f"floor_{kind}", [need_build("bench", "peers", f"floor_{kind}"), "0", str(request_bytes)])


def redis():
    port = free_port()
    return Server("redis", [need("redis-server", "redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "",
                            "--appendonly", "no"], port=port)


def redis_synced():
    port = free_port()
    return Server("redis", [need("redis-server", "redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes",
                            "--appendfsync", "always"], port=port)


def beanstalkd_synced():
    port = free_port()
    return Server("beanstalkd", ["sh", "-c", 'mkdir -p wal && exec "$@"', "sh", need("beanstalkd", "beanstalkd"), "-l", "127.0.0.1", "-p", str(port),
                                 "-b", "wal", "-f", "0"], port=port)


def beanstalkd():
    port = free_port()
    return Server("beanstalkd", [need("beanstalkd", "beanstalkd"), "-l", "127.0.0.1", "-p", str(port)], port=port)


def gearmand():
    """--threads=0: commands are run by the thread that reads them, nothing is handed over; with more, main only accepts. Buckets: with
    the 991 that it has by itself, finding a job costs more the more of them wait."""
    port = free_port()
    return Server("gearmand", [need("gearmand", "gearman-job-server"), "--config-file=/dev/null", "--threads=0", "--listen=127.0.0.1",
                               f"--port={port}", "--queue-type=builtin", "--hashtable-buckets=99991", "--log-file=stderr",
                               "--pid-file=gearmand.pid"], port=port)
