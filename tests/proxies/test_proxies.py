#!/usr/bin/env python3
"""quern behind HAProxy and nginx from Debian, with the configurations of docs/examples: requests at a steady rate while quern is taken over by a
new program three times. No client sees an error, and the proxy's connections to quern are used again and again.

    tests/proxies/test_proxies.py [--requests 20000]"""

import argparse
import csv
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))
sys.path.append(str(Path(__file__).resolve().parents[1] / "wire"))
import restarts  # noqa: E402  pylint: disable=wrong-import-position
from manager import Manager, await_end  # noqa: E402  pylint: disable=wrong-import-position
from servers import PATIENCE_S, ROOT, await_port, free_port, need  # noqa: E402  pylint: disable=wrong-import-position

LOAD = ROOT / os.environ.get("QUERN_BUILD", "build/release") / "quern-load"
EXAMPLES = ROOT / "docs" / "examples"
CONNECTIONS = 4
RESTARTS = 3
REUSED_MIN = 0.999


class Proxy:
    """A proxy with the example's configuration, its two ports changed."""

    def __init__(self, example, port_to):
        self.folder = tempfile.mkdtemp(prefix="quern-proxies-")
        os.chmod(self.folder, 0o755)
        self.port = free_port()
        text = (EXAMPLES / example).read_text().replace("127.0.0.1:8000", f"127.0.0.1:{self.port}").replace(
            "127.0.0.1:8080", f"127.0.0.1:{port_to}")
        self.config = Path(self.folder) / example
        self.config.write_text(self.adapt(text))
        self.process = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        await_port(self.port, self.process)

    def close(self):
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE_S)
        shutil.rmtree(self.folder)


class HAProxy(Proxy):
    name = "HAProxy"

    def __init__(self, port_to):
        super().__init__("haproxy.cfg", port_to)

    def adapt(self, text):
        return text.replace("global\n", f"global\n    stats socket {self.folder}/stats\n")

    def command(self):
        return [need("haproxy"), "-db", "-f", str(self.config)]

    def opened(self, _generations):
        """Connections to quern that requests have made; not those of the checks."""
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(f"{self.folder}/stats")
            s.sendall(b"show stat\n")
            text = b"".join(iter(lambda: s.recv(65536), b"")).decode()
        rows = csv.DictReader(text.lstrip("# ").splitlines())
        return next(int(row["connect"]) for row in rows if row["pxname"] == "quern" and row["svname"] == "one")


class Nginx(Proxy):
    name = "nginx"

    def __init__(self, port_to):
        super().__init__("nginx.conf", port_to)

    def adapt(self, text):
        paths = "".join(f"    {kind}_temp_path {self.folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return (f"daemon off;\npid {self.folder}/pid;\nerror_log {self.folder}/error.log;\n" +
                text.replace("worker_processes auto", "worker_processes 1").replace("http {\n", "http {\n    access_log off;\n" + paths))

    def command(self):
        return [need("nginx"), "-p", self.folder, "-c", str(self.config)]

    def opened(self, generations):
        """All connections that quern has seen but those of this test."""
        return sum(generations)


def connections_opened(port):
    """Of the process that answers; this connection is one of them."""
    text = restarts.TakeOver.metrics(port)
    return int(re.search(r"^quern_connections_opened_total (\d+)", text, re.M).group(1)) - 1


def run(kind, requests, rate):
    m = Manager("--data", "data", config={"listen": ["127.0.0.1:0"], "trusted_proxies": ["127.0.0.1"]})
    process = m.start()
    m.hear("READY=1")
    port, pid = m.port(), process.pid
    proxy = kind(port)
    began = connections_opened(port)
    report = Path(proxy.folder) / "load.json"
    load = subprocess.Popen([str(LOAD), "-c", str(CONNECTIONS), "-n", str(requests), "-R", str(rate), "--warmup", "0s", "--quiet", "--no-tui",
                             "--json", str(report), f"http://127.0.0.1:{proxy.port}/livez"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    generations = []
    start = time.monotonic()
    for i in range(RESTARTS):
        restarts_at = start + requests / rate * (i + 1) / (RESTARTS + 1)
        while load.poll() is None and time.monotonic() < restarts_at:
            time.sleep(0.05)
        if load.poll() is not None:
            break
        generations.append(connections_opened(port) - began)
        began = 0
        pid = restarts.TakeOver().take_over(m, pid)
    stderr = load.communicate(timeout=requests / rate + PATIENCE_S)[1]
    generations.append(connections_opened(port) - began)
    said = json.loads(report.read_text())["totals"]
    opened = proxy.opened(generations)
    wrong = []
    if load.returncode not in (0, 3):  # 3: not fit for telling times, which are not asked here
        wrong.append(f"the loader ended with {load.returncode}: {stderr.decode().strip()}")
    if len(generations) <= RESTARTS:
        wrong.append(f"the load was over after {len(generations) - 1} restarts")
    if said["failed"] or said["censored"] or said["dropped"] or said["completed"] != requests:
        wrong.append(f"of {requests} requests {said['completed']} were answered, {said['failed']} failed, {said['censored']} had no answer")
    reused = 1 - opened / requests
    if reused < REUSED_MIN:
        wrong.append("too many connections")
    print(f"{kind.name}: {said['completed']} of {requests} requests answered well, {len(generations) - 1} restarts, {opened} connections to quern, "
          f"{reused:.3%} of the requests on one that was there{': ' if wrong else ''}{'; '.join(wrong)}")
    if wrong:
        print(m.text()[-3000:], file=sys.stderr)
    proxy.close()
    os.kill(pid, signal.SIGTERM)
    await_end(pid)
    process.wait(PATIENCE_S)
    m.close()
    return not wrong


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--requests", type=int, default=20000)
    p.add_argument("--rate", type=int, default=1000)
    o = p.parse_args()
    right = [run(kind, o.requests, o.rate) for kind in (HAProxy, Nginx)]
    print(f"proxies: {sum(right)} of {len(right)} passed")
    sys.exit(0 if all(right) else 1)


if __name__ == "__main__":
    main()
