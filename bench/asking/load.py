"""Loaders: quern-load for everything that speaks HTTP, wrk where it is itself the question, each on LOAD_CPU; and the rules by which a
slice is discarded."""
import json
import os
import re
import subprocess
import tempfile
import time

from . import proc, servers

LOAD_CPU = "1"
STEAL_MAX = 0.01   # of the machine's time
INVALID = 3        # quern-load's exit code: fit for nothing that is about time
OTHERS_MAX = 0.10  # of a CPU, used by anything but server and loader


class BadSlice(Exception):
    """A slice that the rules discard."""


class Disturbed(BadSlice):
    """Not alone on the machine."""


def judge(report, timing=True):
    """The rules that a loader's report can be held against. The reasons that it gives itself (late, too busy, disk, completion queue)
    have made it end with an exit code of its own already."""
    totals, cost = report["totals"], report["cost"]
    if cost["steal_share"] > STEAL_MAX:
        raise BadSlice(f"{cost['steal_share']:.1%} of the time was stolen")
    if totals["failed"] or totals["censored"] or totals["dropped"]:
        raise BadSlice(f"{totals['failed']} requests failed, {totals['censored']} unanswered, {totals['dropped']} dropped")
    if timing and not report["validity"]["valid"]:
        raise BadSlice("; ".join(report["validity"]["reasons"]))


def command_line(*args, seconds=None, warmup=0.5, connections=64, server=None, cpu=LOAD_CPU):
    """quern-load's words, without the URL. seconds None: the arguments say how long."""
    command = [servers.need_build("quern-load"), "-t1", f"-c{connections}", f"--warmup={warmup}s", "--quiet", "--no-tui"]
    if seconds:
        command += [f"-d{seconds}s"]
    if cpu:
        command += ["--cpu", cpu]
    if server:
        command += ["--server-pid", str(server.pids()[0])]
    return [*command, *args]


def quern_load(url, *args, seconds=None, timing=True, **how):
    """One run; its report. timing: whether it has to be fit for telling times. The server's CPU time is that of its process over exactly
    the measured time."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        command = [*command_line(*args, seconds=seconds, **how), "--json", out.name, url]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=(seconds or 30) * 5 + 120)
        except subprocess.TimeoutExpired:
            raise BadSlice("quern-load did not end") from None
        try:
            with open(out.name, encoding="utf-8") as f:
                report = json.load(f)
        except ValueError:
            raise BadSlice(f"quern-load ended with {done.returncode}: {done.stderr.strip()}") from None
    judge(report, timing)
    if done.returncode not in ((0,) if timing else (0, INVALID)):
        raise BadSlice(f"quern-load ended with {done.returncode}: {done.stderr.strip()}")
    report["command"] = " ".join(command[:-3] + command[-1:])
    return report


class Clean:
    """CPU time of a server around something that is no quern-load, with the same rules about the machine."""

    def __init__(self, server):
        self.pids = server.pids()

    def __enter__(self):
        self.steal, self.total = proc.steal_ticks()
        self.before = proc.cpu_ns(self.pids)
        return self

    def __exit__(self, kind, *_):
        if kind:
            return
        self.cpu_ns = proc.cpu_ns(self.pids) - self.before
        steal, total = proc.steal_ticks()
        if steal - self.steal > STEAL_MAX * max(total - self.total, 1):
            raise BadSlice("more than 1 % of the time was stolen")


class Alone:
    """Around a slice: what the machine did that was neither done by these servers nor started from here. A process of a server's that
    ends meanwhile keeps the time that it had; one that begins counts from then on."""

    def __init__(self, server_list):
        self.servers = list(server_list)
        self.known = {}

    def __enter__(self):
        self.before = self._others(), time.monotonic()
        return self

    def _servers_seconds(self):
        for pid in {*self.known, *(pid for server in self.servers for pid in server.pids())}:
            try:
                self.known[pid] = proc.cpu_ns([pid]) / 1e9
            except (FileNotFoundError, ProcessLookupError):
                self.known.setdefault(pid, 0)
        return sum(self.known.values())

    def _others(self):
        """In s, since some moment."""
        own = os.times()
        return proc.busy_seconds() - self._servers_seconds() - sum(own[:4])

    def __exit__(self, *_):
        others, began = self.before
        self.share = max(0.0, (self._others() - others) / (time.monotonic() - began))


def timed(command):
    """Runs it on LOAD_CPU: what it printed, and the CPU ns that it used itself."""
    with subprocess.Popen(["taskset", "-c", LOAD_CPU, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise BadSlice(f"{command[0]} ended with {process.returncode}: {text.strip()[-200:]}")
    return text, (usage.ru_utime + usage.ru_stime) * 1e9


def wrk(server, *args, seconds=3, connections=64, path="/livez"):
    """Requests, the CPU time of wrk itself, and the server's from before wrk starts until it has ended."""
    command = [servers.need("wrk", "wrk"), "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", *args, server.url(path)]
    with Clean(server) as clean:
        text, loader_ns = timed(command)
    found = re.search(r"(\d+) requests in", text)
    if not found or "Non-2xx" in text or "Socket errors" in text:
        raise BadSlice(f"wrk: {text.strip()[-200:]}")
    return {"requests": int(found.group(1)), "loader_ns": loader_ns, "server_ns": clean.cpu_ns, "command": " ".join(command)}


def percentile(report, p, kind="response"):
    return report["histograms"][kind]["percentiles_ns"][str(p)]
