"""What the tests of build/quern share: the real server, servers that misbehave, and the program itself."""

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))
import servers  # noqa: E402  pylint: disable=wrong-import-position
from servers import PATIENCE_S, ROOT  # noqa: E402  pylint: disable=wrong-import-position

PROGRAM = os.environ.get("QUERN", str(ROOT / "build" / "quern"))
QUERND = os.environ.get("QUERND", str(ROOT / "build" / "quernd"))
DONE, JOB, USAGE, REFUSED, SERVER, LATE = 0, 1, 2, 3, 4, 5


class Quernd(servers.Quernd):
    """The real server, on a port of its own."""

    def __init__(self, *args, data=None):
        keep = ["--data", str(data)] if data else ["--ephemeral"]
        super().__init__([QUERND, "--listen", "127.0.0.1:0", *keep, "--shards", "1", "--workers", "1", *args])
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self):
        self.end(signal.SIGKILL)


class Said:
    """How a run of the program went."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def objects(self):
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def object(self):
        (only,) = self.objects
        return only

    def __repr__(self):
        return f"exit {self.code}\n-- stdout\n{self.out}\n-- stderr\n{self.err}"


def environment(**more):
    plain = {k: v for k, v in os.environ.items() if k not in ("QUERN_URL", "http_proxy", "HTTP_PROXY")}
    return {**plain, **more}


def quern(*args, url=None, stdin=b"", text=True):
    """Runs the program to its end. text: what it writes is text."""
    argv = [PROGRAM, *map(str, args)]
    env = environment(QUERN_URL=url) if url else environment()
    done = subprocess.run(argv, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, timeout=PATIENCE_S, check=False)
    return Said(done.returncode, done.stdout.decode() if text else done.stdout, done.stderr.decode())


class Running:
    """The program while it runs, its lines on stdout one by one."""

    def __init__(self, *args, url):
        self.process = subprocess.Popen([PROGRAM, *map(str, args)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=environment(QUERN_URL=url))
        self.pending = b""

    def line(self):
        while b"\n" not in self.pending:
            ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_S)
            assert ready, "nothing was said"
            piece = os.read(self.process.stdout.fileno(), 65536)
            assert piece, "it has ended"
            self.pending += piece
        line, _, self.pending = self.pending.partition(b"\n")
        return line.decode()

    def end(self, number=None):
        if number:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return Said(self.process.returncode, (self.pending + out).decode(), err.decode())


class Terminal:
    """The program on a terminal: all that it shows there."""

    def __init__(self, *args, url):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen([PROGRAM, *map(str, args)], stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                                        env=environment(QUERN_URL=url, TERM="xterm"))
        os.close(slave)
        self.shown = ""

    def wait_for(self, pattern):
        ends = time.monotonic() + PATIENCE_S
        while not re.search(pattern, self.shown):
            ready, _, _ = select.select([self.master], [], [], max(0, ends - time.monotonic()))
            assert ready, f"{pattern!r} is not in {self.shown!r}"
            try:
                self.shown += os.read(self.master, 65536).decode()
            except OSError as gone:  # the other end is closed
                raise AssertionError(f"{pattern!r} is not in {self.shown!r}") from gone

    def end(self, number=None):
        if number:
            self.process.send_signal(number)
        try:
            while True:
                ready, _, _ = select.select([self.master], [], [], PATIENCE_S)
                assert ready, "it does not end"
                self.shown += os.read(self.master, 65536).decode()
        except OSError:
            pass
        os.close(self.master)
        return self.process.wait(PATIENCE_S)


class Fake:
    """A server of the test's own: serve(request bytes, connection) answers each request of each connection; its head and body have
    been read. Returns the bytes to send; None: close."""

    def __init__(self, serve):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.socket.getsockname()[1]
        self.serve, self.requests, self.threads, self.connections = serve, [], [], 0
        self.acceptor = threading.Thread(target=self.accept)
        self.acceptor.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.acceptor.join(PATIENCE_S)
        for thread in self.threads:
            thread.join(PATIENCE_S)

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self.talk, args=(connection,))
            self.threads.append(thread)
            thread.start()

    def talk(self, connection):
        connection.settimeout(PATIENCE_S)
        with connection:
            try:
                while True:
                    request = self.read_request(connection)
                    if request is None:
                        return
                    self.requests.append(request)
                    answer = self.serve(request, connection)
                    if answer is None:
                        return
                    connection.sendall(answer)
            except OSError:
                return

    def read_request(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return None
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        while length and len(body) < int(length[1]):
            piece = connection.recv(65536)
            if not piece:
                return None
            body += piece
        return head + b"\r\n\r\n" + body


def answer(status, body, kind="application/json"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


class ServerCase(unittest.TestCase):
    """Tests against one real server."""

    server_args = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Quernd(*cls.server_args)
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = Path(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.folder.cleanup()

    def quern(self, *args, **more):
        return quern(*args, url=self.server.url, **more)

    def good(self, *args, code=DONE, **more):
        said = self.quern(*args, **more)
        self.assertEqual(said.code, code, said)
        return said

    def bad(self, *args, code, says, **more):
        """It ends with the code and one sentence, and writes nothing else."""
        said = self.quern(*args, **more)
        self.assertEqual(said.code, code, said)
        self.assertRegex(said.err, says)
        self.assertEqual(said.err.count("\n"), 1, said)
        self.assertTrue(said.err.startswith("quern: "), said)
        self.assertEqual(said.out, "" if more.get("text", True) else b"", said)
        return said

    def file(self, name, data):
        path = self.path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def submit(self, *args):
        return self.good("submit", *args, "-q").out.strip()

    def fetch(self, queue):
        """Plays a worker: takes one job."""
        return self.post("/workers/fetch", {"queues": [queue]})["jobs"][0]

    def fail_job(self, job, message):
        self.post("/workers/nack", {"job_id": job["id"], "error": {"code": "broken", "message": message}})

    def post(self, path, body):
        import http.client

        connection = http.client.HTTPConnection(self.server.url[7:], timeout=PATIENCE_S)
        try:
            connection.request("POST", "/ojs/v1" + path, json.dumps(body), {"Content-Type": "application/openjobspec+json"})
            response = connection.getresponse()
            document = json.loads(response.read())
            assert response.status < 300, document
            return document
        finally:
            connection.close()


__all__ = ["DONE", "Fake", "JOB", "LATE", "PROGRAM", "Quernd", "REFUSED", "ROOT", "Running", "SERVER", "Said", "ServerCase", "Terminal",
           "USAGE", "answer", "quern", "signal"]
