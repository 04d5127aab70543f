#!/usr/bin/env python3
"""Hostile traffic of all kinds beside good traffic, against the real server for a long time: whatever the hostile ones do, every good request is
answered right, the server lives, its sanitizer finds nothing, and in the end it holds nothing back.

    QUERN_BUILD=build/asan tests/hostile/soak.py [--seconds 600] [--seed 1]"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))
from servers import PATIENCE_S, ROOT  # noqa: E402  pylint: disable=wrong-import-position

QUERND = ROOT / os.environ.get("QUERN_BUILD", "build/asan") / "quernd"
HOST = b"Host: q.test\r\n"
GOOD, SLOW = 6, 40  # good clients; connections of each slow kind
HELD = ("quern_calls", "quern_tasks_out", "quern_sessions", "quern_exchanges", "quern_tls_chunks_used")

XML = b'<document xmlns="urn:quern:v1"><type>t.none</type><args><item type="string">1</item></args></document>'
WHOLE = [
    b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n",
    b"POST /run/echo HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello",
    b"POST /run/echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"POST /ojs/v1/jobs HTTP/1.1\r\n" + HOST + b"Content-Type: application/openjobspec+json\r\nContent-Length: 30\r\n\r\n"
    b'{"type":"t.none","args":[1,2]}',
    b"POST /ojs/v1/jobs HTTP/1.1\r\n" + HOST + b"Content-Type: application/xml\r\nContent-Length: " + str(len(XML)).encode() + b"\r\n\r\n" + XML,
    b"GET /ojs/v1/jobs?limit=3&state=available HTTP/1.1\r\n" + HOST + b"Accept: application/xml\r\nAccept-Encoding: gzip\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
]
SMUGGLED = [
    b"POST /run/echo HTTP/1.1\r\n" + HOST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n",
    b"POST /run/echo HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhelloG",
    b"POST /run/echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"POST /run/echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    b"POST /run/echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n5;a=\n\r\nhello\r\n0\r\n\r\n",
    b"POST /run/echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello",
    b"GET http://a@b:c/ HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    b"GET /livez HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n",
    b"GET /livez HTTP/1.1\nHost: q.test\n\n",
    b"GET /livez HTTP/1.1\r\n" + HOST + b"X\x00: a\r\n\r\n",
]


class Hostile:
    """What the hostile threads share: where to, how long, and what they have done."""

    def __init__(self, ports, seed, until):
        self.ports, self.seed, self.until = ports, seed, until
        self.done = {}
        self.lock = threading.Lock()

    def over(self):
        return time.monotonic() >= self.until

    def count(self, what):
        with self.lock:
            self.done[what] = self.done.get(what, 0) + 1

    def connect(self, port=None):
        s = socket.create_connection(("127.0.0.1", port or self.ports["plain"]), PATIENCE_S)
        s.settimeout(2)
        return s


def swallow(s, limit=1 << 20):
    """Reads until the end, an error, or enough."""
    n = 0
    try:
        while n < limit:
            piece = s.recv(65536)
            if not piece:
                break
            n += len(piece)
    except OSError:
        pass


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def throw(hostile, what, make, port=None):
    """A connection, bytes, perhaps an answer, and one of the ways to go; again until it is over."""
    r = random.Random(hostile.seed * 7919 + sum(what.encode()))
    while not hostile.over():
        try:
            s = hostile.connect(hostile.ports[port] if port else None)
            data = make(r)
            step = r.choice((len(data), len(data), 1 + len(data) // 3, 7))
            for at in range(0, min(len(data), 40 * step), step):
                s.sendall(data[at:at + step])
            if r.random() < 0.5:
                swallow(s)
            if r.random() < 0.5:
                reset(s)
            else:
                s.close()
        except OSError:
            pass
        hostile.count(what)


def garbage(r):
    return r.randbytes(r.randrange(1, 5000))


def mutated(r):
    data = bytearray(b"".join(r.choice(WHOLE) for _ in range(r.randrange(1, 20))))
    for _ in range(r.randrange(1, 6)):
        at = r.randrange(len(data))
        kind = r.randrange(4)
        if kind == 0:
            data[at] = r.randrange(256)
        elif kind == 1:
            del data[at:at + r.randrange(1, 40)]
        elif kind == 2:
            data[at:at] = r.choice((b"\r\n", b"\0", b"\n", b" ", b"\xff" * 9, b"0" * 300, b"\r\n\r\n"))
        else:
            data[at:] = data[at:at + r.randrange(1, 200)] * 3
        if not data:
            data = bytearray(b"\r")
    return bytes(data)


def smuggled(r):
    return r.choice(SMUGGLED) + r.choice(WHOLE)


def oversize(r):
    kind = r.randrange(5)
    if kind == 0:
        return b"GET /" + b"a" * r.randrange(8000, 70000) + b" HTTP/1.1\r\n" + HOST + b"\r\n"
    if kind == 1:
        return b"GET / HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: 1\r\n" % i for i in range(r.randrange(90, 300))) + b"\r\n"
    if kind == 2:
        return b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"b" * r.randrange(8000, 60000) + b"\r\n\r\n"
    if kind == 3:
        return b"POST /ojs/v1/jobs HTTP/1.1\r\n" + HOST + b"Content-Length: 999999999999\r\n\r\n" + b"[" * 2000
    return b"POST /run/echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1;" + b"e" * 5000 + b"\r\n"


def hello(r):
    """A ClientHello's beginning, and whatever."""
    n = r.randrange(1, 600)
    return b"\x16\x03\x01" + struct.pack(">H", n) + b"\x01\x00" + struct.pack(">H", max(n - 4, 0)) + b"\x03\x03" + r.randbytes(r.randrange(1, 700))


def flood(hostile):
    """Connections that are opened in numbers and left, reset, or half shut."""
    r = random.Random(hostile.seed)
    while not hostile.over():
        many = []
        try:
            for _ in range(200):
                many.append(hostile.connect(r.choice(list(hostile.ports.values()))))
        except OSError:
            pass
        for s in many:
            try:
                if r.random() < 0.3:
                    s.shutdown(socket.SHUT_WR)
                if r.random() < 0.5:
                    reset(s)
                else:
                    s.close()
            except OSError:
                pass
        hostile.count("flood")
        time.sleep(0.2)


def slow(hostile, what, first, drip, reads):
    """SLOW connections, each a byte further in half a second; a new one where one has ended."""
    held = []
    while not hostile.over():
        try:
            while len(held) < SLOW:
                s = hostile.connect()
                s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                s.sendall(first)
                s.setblocking(False)
                held.append(s)
        except OSError:
            pass
        for s in list(held):
            try:
                if drip:
                    s.send(drip)
                if reads:
                    s.recv(1)
            except BlockingIOError:
                pass
            except OSError:
                s.close()
                held.remove(s)
                hostile.count(what)
        time.sleep(0.5)
    for s in held:
        s.close()


class Good(threading.Thread):
    """Asks, checks every answer, and never has one missing. A kept connection that was closed while idle is no fault."""

    def __init__(self, hostile, number):
        super().__init__()
        self.hostile, self.r = hostile, random.Random(number)
        self.secured = number % 3 == 0
        self.done, self.wrong = 0, []

    def new(self):
        if not self.secured:
            return http.client.HTTPConnection("127.0.0.1", self.hostile.ports["plain"], timeout=PATIENCE_S)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection("127.0.0.1", self.hostile.ports["tls"], timeout=PATIENCE_S, context=context)

    def ask(self, c):
        if self.r.random() < 0.5:
            c.request("GET", "/livez")
            answer = c.getresponse()
            return answer, answer.read() == b"ok\n"
        body = self.r.randbytes(self.r.randrange(1, 60000))
        c.request("POST", "/run/echo", body, {"Content-Type": "application/octet-stream"})
        answer = c.getresponse()
        return answer, answer.read() == body

    def run(self):
        c, fresh = None, True
        while not self.hostile.over():
            try:
                c = c or self.new()
                answer, same = self.ask(c)
                if answer.status != 200 or not same:
                    self.wrong.append(f"{answer.status}, {'the same' if same else 'other'} bytes")
                self.done += 1
                fresh = False
                if answer.will_close:
                    c, fresh = None, True
                time.sleep(0.01)
            except (OSError, http.client.HTTPException) as e:
                closed_while_idle = isinstance(e, (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError))
                if fresh or not closed_while_idle:
                    self.wrong.append(f"{type(e).__name__}: {e}")
                c, fresh = None, True


def start_server(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=q",
                    "-keyout", folder / "q.key", "-out", folder / "q.pem"], check=True, capture_output=True)
    (folder / "quern.json").write_text(json.dumps({
        "listen": ["127.0.0.1:0", {"address": "127.0.0.1:0", "tls": True}],
        "tls": {"certificates": [{"chain": "q.pem", "key": "q.key"}]}, "header_timeout": 4, "first_byte_timeout": 4, "body_timeout": 4}))
    env = {**os.environ, "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0", "UBSAN_OPTIONS": "print_stacktrace=1",
           "LSAN_OPTIONS": f"suppressions={ROOT}/tests/lsan.supp:print_suppressions=0"}
    log = open(folder / "log", "wb")
    server = subprocess.Popen([QUERND, "--data", "data", "--config", "quern.json", "--shards", "2", "--workers", "1"], cwd=folder, env=env,
                              stdout=log, stderr=log)
    log.close()
    until = time.monotonic() + PATIENCE_S
    while True:
        found = re.findall(r"listening on 127\.0\.0\.1:(\d+)\n", (folder / "log").read_text(errors="replace"))
        if len(found) == 2:
            return server, {"plain": int(found[0]), "tls": int(found[1])}
        if server.poll() is not None or time.monotonic() > until:
            sys.exit((folder / "log").read_text(errors="replace"))
        time.sleep(0.02)


def held_back(port):
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as s:
        s.sendall(b"GET /metrics HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        text = b"".join(iter(lambda: s.recv(65536), b"")).decode()
    numbers = {name: sum(float(n) for n in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)", text, re.M)) for name in HELD}
    numbers["quern_sessions"] -= 1  # this one
    numbers["quern_exchanges"] = max(0, numbers["quern_exchanges"] - 1)
    return {name: n for name, n in numbers.items() if n > 0}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seconds", type=int, default=600)
    p.add_argument("--seed", type=int, default=1)
    o = p.parse_args()
    with tempfile.TemporaryDirectory(prefix="quern-soak-") as name:
        folder = Path(name)
        server, ports = start_server(folder)
        hostile = Hostile(ports, o.seed, time.monotonic() + o.seconds)
        call = b"POST /run/echo HTTP/1.1\r\n" + HOST + b"Content-Length: 100\r\n\r\n"
        many = b"GET /metrics HTTP/1.1\r\n" + HOST + b"\r\n"
        bad = [threading.Thread(target=throw, args=(hostile, what, make)) for what, make in
               (("garbage", garbage), ("mutated", mutated), ("smuggled", smuggled), ("oversize", oversize))]
        bad += [threading.Thread(target=throw, args=(hostile, what, make, "tls")) for what, make in (("hello", hello), ("tls-garbage", garbage))]
        bad += [threading.Thread(target=flood, args=(hostile,))]
        bad += [threading.Thread(target=slow, args=(hostile, *kind)) for kind in
                (("slow-head", b"GET /livez HTTP/1.1\r\nHost: q", b"x", False), ("slow-body", call, b"y", False), ("slow-read", many * 16, b"", True))]
        good = [Good(hostile, i) for i in range(GOOD)]
        for t in (*good, *bad):
            t.start()
        for t in (*good, *bad):
            t.join()
        until, held = time.monotonic() + PATIENCE_S, {}
        while server.poll() is None and time.monotonic() < until:
            held = held_back(ports["plain"])
            if not held:
                break
            time.sleep(0.2)
        alive = server.poll() is None
        if alive:
            server.send_signal(signal.SIGTERM)
        code = server.wait(PATIENCE_S)
        text = (folder / "log").read_text(errors="replace")
    faults = [w for g in good for w in g.wrong]
    print(f"soak: {o.seconds} s; good requests {sum(g.done for g in good)}, {len(faults)} of them wrong; hostile: "
          + ", ".join(f"{k} {v}" for k, v in sorted(hostile.done.items())))
    faults += [f"good client {i} has done nothing" for i, g in enumerate(good) if not g.done]
    right = alive and code == 0 and not faults and not held and "ERROR: " not in text and "runtime error" not in text
    if not right:
        print(f"alive {alive}, exit {code}, held back {held}, first faults {faults[:5]}\n{text[-6000:]}", file=sys.stderr)
    print(f"soak: {'passed' if right else 'FAILED'}")
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
