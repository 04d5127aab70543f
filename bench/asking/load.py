"""Loaders: quern-load for everything that speaks HTTP, redis-benchmark, wrk where it is itself the question. All on LOAD_CPU."""
import json
import os
import re
import subprocess
import tempfile

from . import proc, servers

LOAD_CPU = "1"
LOADER = os.path.join(servers.BUILD, "quern-load")


class BadSlice(Exception):
    """A slice that the rules discard."""


def quern_load(url, *args, seconds=3, warmup=0.5, connections=64, server=None, cpu=LOAD_CPU, allow=(0,)):
    """One run; its report. The server's CPU time is that of its pids over exactly the measured time."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        command = [LOADER, "-t1", f"-c{connections}", f"-d{seconds}s", f"--warmup={warmup}s", "--quiet", "--no-tui", "--json", out.name]
        if cpu:
            command += ["--cpu", cpu]
        if server:
            command += ["--server-pid", str(server.pids()[0])]
        done = subprocess.run([*command, *args, url], capture_output=True, text=True, check=False, timeout=seconds * 10 + 120)
        if done.returncode not in allow:
            raise BadSlice(f"quern-load ended with {done.returncode}: {done.stderr.strip()} {' '.join(reasons(out.name))}")
        with open(out.name, encoding="utf-8") as f:
            report = json.load(f)
    if report["cost"]["steal_share"] > 0.01:
        raise BadSlice("steal above 1 %")
    return report


def reasons(path):
    try:
        with open(path, encoding="utf-8") as f:
            return json.load(f)["validity"]["reasons"]
    except (OSError, ValueError, KeyError):
        return []


def wrk(server, *args, seconds=3, connections=64, path="/livez"):
    """Requests, and CPU time of wrk itself and of the server while it ran."""
    program = servers.need("wrk", "wrk")
    before = proc.cpu_ns(server.pids())
    process = subprocess.Popen(["taskset", "-c", LOAD_CPU, program, "-t1", f"-c{connections}", f"-d{seconds}s", *args, server.url(path)],
                               stdout=subprocess.PIPE, text=True)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    after = proc.cpu_ns(server.pids())
    found = re.search(r"(\d+) requests in", text)
    if not found:
        raise BadSlice("wrk said nothing")
    return {"requests": int(found.group(1)), "server_ns": after - before, "loader_ns": (usage.ru_utime + usage.ru_stime) * 1e9}


def redis_lpush(server, connections=64, requests=200000, payload=128):
    """CPU ns of redis per LPUSH, one command per round trip."""
    program = servers.need("redis-benchmark", "redis-tools")
    key = "x" * payload
    before = proc.cpu_ns(server.pids())
    subprocess.run(["taskset", "-c", LOAD_CPU, program, "-p", str(server.port), "-c", str(connections), "-n", str(requests), "-q",
                    "LPUSH", "jobs", key], capture_output=True, check=True, timeout=120)
    after = proc.cpu_ns(server.pids())
    subprocess.run([servers.need("redis-cli", "redis-tools"), "-p", str(server.port), "DEL", "jobs"], capture_output=True, check=True)
    return (after - before) / requests


def cpu_per_request(report):
    return report["cost"]["server_ns_per_request"]


def percentile(report, p, kind="response"):
    return report["histograms"][kind]["percentiles_ns"][str(p)]
