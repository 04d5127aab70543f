#!/usr/bin/env python3
"""The probe's cases through HAProxy and nginx in front of quern: whatever a client sends, quern answers as many requests as the proxy has
forwarded, and the next request on the same connection to quern gets its own answer. Else one client could slip another a request.

    QUERN_BUILD=build/release tests/probe/differential.py [--front nginx] [--filter TEXT]"""

import argparse
import json
import re
import socket
import sys
import time

import probe
from case import AWAIT, FIN, QUIET, octets
from targets import COMMON, PATIENCE_S, QUERND, Target, free_port, need

GROUPS = ("line", "target", "field", "length", "chunk", "connection")
ANSWER_S = 0.15  # for what a proxy says to a client that it keeps
LATE_S = 5  # how much later than its end a proxy may log a request
FORWARDED, GIVEN_UP = True, False


class Front(Target):
    """quern with one connection from a proxy, which is used again and again."""

    def __init__(self):
        super().__init__()
        self.back = free_port()
        self.ports["main"] = free_port()
        config = self.folder / "quern.json"
        config.write_text(json.dumps({**COMMON, "trusted_proxies": [], "listen": [f"127.0.0.1:{self.back}"]}))
        self.start(QUERND, "--config", config, "--ephemeral", "--shards", 1, "--workers", 1, "--access-log", port=self.back)
        self.start_front()
        self.read = {}

    def new_lines(self, name):
        """Of a log, whole ones."""
        with open(self.folder / name, encoding="latin-1") as log:
            log.seek(self.read.get(name, 0))
            lines = []
            while (line := log.readline()).endswith("\n"):
                lines.append(line)
                self.read[name] = log.tell()
        return lines

    def answered(self):
        """What quern has answered since it was asked last."""
        return [line for line in self.new_lines(f"log-{self.back}") if " path=" in line]


class Nginx(Front):
    def start_front(self):
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; pid {self.folder}/pid; error_log {self.folder}/error.log;
events {{ worker_connections 512; }}
http {{
    {temporary} log_format probe '$upstream_status $status $request'; access_log {self.folder}/access.log probe;
    underscores_in_headers on; ignore_invalid_headers off; merge_slashes off; client_max_body_size 64m;
    upstream quern {{ server 127.0.0.1:{self.back}; keepalive 1; }}
    server {{
        listen 127.0.0.1:{self.ports["main"]};
        location / {{
            proxy_pass http://quern; proxy_http_version 1.1; proxy_request_buffering off; proxy_set_header Connection "";
            proxy_next_upstream off;
        }}
    }}
}}
""")
        self.start(need("nginx"), "-p", self.folder, "-c", self.folder / "nginx.conf", port=self.ports["main"])

    def forwarded(self):
        """(whether it is sure, line) for each request that may have gone to quern."""
        lines = self.new_lines("access.log")
        return [(GIVEN_UP if " 499 " in line[:12] else FORWARDED, line) for line in lines if not line.startswith("- ") or " 499 " in line[:12]]


class HAProxy(Front):
    def start_front(self):
        self.log = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.log.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.log.bind(("127.0.0.1", 0))
        self.log.setblocking(False)
        (self.folder / "haproxy.cfg").write_text(f"""
global
    maxconn 200
    log 127.0.0.1:{self.log.getsockname()[1]} local0
defaults
    mode http
    timeout connect 5s
    timeout client 3s
    timeout server 5s
    log global
    log-format "%s %ts %r"
    option http-keep-alive
    http-reuse always
    retries 0
listen quern
    bind 127.0.0.1:{self.ports["main"]}
    server one 127.0.0.1:{self.back} pool-max-conn 1
""")
        self.start(need("haproxy"), "-db", "-f", self.folder / "haproxy.cfg", port=self.ports["main"])

    def forwarded(self):
        lines = []
        while True:
            try:
                lines.append(self.log.recv(65536).decode("latin-1").split(": ", 1)[1])
            except BlockingIOError:
                break
        return [(FORWARDED if line.startswith("one -- ") else GIVEN_UP, line) for line in lines if line.startswith("one ")]


def send(case, port):
    """As it stands; what comes back is the proxy's affair."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as s:
        s.settimeout(ANSWER_S)
        try:
            for step in case.steps():
                if step in (AWAIT, QUIET):
                    if not hear(s):
                        return
                elif step is FIN:
                    s.shutdown(socket.SHUT_WR)
                else:
                    s.sendall(octets(step))
            while s.recv(262144):
                pass
        except OSError:
            pass


def hear(s):
    try:
        return s.recv(262144)
    except socket.timeout:
        return b"nothing"


def follow(front, number):
    """Two known requests on the connection to quern. Returns what was answered to the first."""
    token = f"token-{number}"
    _, body = front.ask("POST /run/echo", "", token)
    front.ask(f"GET /number/{number}")
    return None if body == token else f"another's answer: {body[:60]!r}"


def agree(answered, forwarded):
    return sum(kind is FORWARDED for kind, _ in forwarded) <= len(answered) <= len(forwarded)


def until_seen(front, number):
    """All that was answered and forwarded up to the second known request, and what the proxy tells later of those before it."""
    mark = f"/number/{number}"
    answered, forwarded = [], []
    start = time.monotonic()
    while True:
        answered += front.answered()
        forwarded += front.forwarded()
        is_seen = any(mark in line for line in answered) and any(mark in line for _, line in forwarded)
        if is_seen and (agree(answered, forwarded) or time.monotonic() > start + LATE_S):
            return answered, forwarded
        if time.monotonic() > start + PATIENCE_S:
            sys.exit(f"{mark} never came: {answered} {forwarded}")
        time.sleep(0.002)


def look(front, case, number):
    send(case, front.ports["main"])
    fault = follow(front, number)
    answered, forwarded = until_seen(front, number)
    if fault is None and not agree(answered, forwarded):
        sure = sum(kind is FORWARDED for kind, _ in forwarded)
        paths = [re.sub(r".* path=", "", line).strip() for line in answered]
        fault = f"quern has answered {len(answered)}, the proxy has forwarded {sure} to {len(forwarded)}: {paths[:5]}"
    return fault, len(forwarded) - 2


def run(kind, cases):
    front = kind()
    bad = total = 0
    try:
        follow(front, 0)
        until_seen(front, 0)
        for number, case in enumerate(cases, 1):
            fault, forwarded = look(front, case, number)
            total += forwarded
            if fault:
                bad += 1
                print(f"{case.group}: {case.name}: {fault}")
    finally:
        ended_well = front.close()
    print(f"{kind.__name__}: {len(cases)} cases, {total} requests forwarded, {bad} faults")
    return bad == 0 and ended_well


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--front", choices=("nginx", "haproxy"), help="only this one")
    parser.add_argument("--filter", default="", metavar="TEXT", help="only cases whose group and name hold it")
    a = parser.parse_args()
    cases = [case for case in probe.all_cases()
             if case.group in GROUPS and case.at == "main" and not case.needs and a.filter in f"{case.group}: {case.name}"]
    fronts = [kind for kind in (Nginx, HAProxy) if a.front in (None, kind.__name__.lower())]
    sys.exit(not all([run(kind, cases) for kind in fronts]))


if __name__ == "__main__":
    main()
