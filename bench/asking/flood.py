"""Passwords that are wrong, many in a second: what is left for those who come with tokens."""
import contextlib
import json
import os
import subprocess
import tempfile
import time

from . import figures, load, servers, stats
from .registry import question
from .runner import Side, column

WRONG = 1000       # passwords per second
GOOD = 2000        # requests with tokens per second
CONNECTIONS = 64
LATE_SECONDS = 10  # longer than the slice beside it
TOKEN = "qrn_abcdefghijk2_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIpqvJcA"
ACCOUNTS = {"tokens": [{"id": "abcdefghijk2", "owner": "root", "digest": "dYd7tB05O1-4RVzmDs2N2gAdBjFklrFN-n-JVlbuyko", "scopes": ["admin"]}]}
# 4,096 names in base64, each with a password: no name is wrong so often that it has to wait.
NAMES = "M{rand:0:3}M{rand:0:3}" * 3 + "OnB3"


class Guarded(servers.Server):
    """Everybody has to say who it is."""

    def __init__(self):
        self.own_folder = tempfile.TemporaryDirectory(prefix="quern-flood-")
        accounts, config = (os.path.join(self.own_folder.name, name) for name in ("accounts.json", "quern.json"))
        with open(os.open(accounts, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as f:
            json.dump(ACCOUNTS, f)
        with open(config, "w", encoding="ascii") as f:
            json.dump({"accounts": accounts, "routes": [{"path": "/small", "body": "ok"}], "access": [{"path": "/metrics", "with": "nobody"}]}, f)
        super().__init__("quern", [servers.need_build("quernd"), "--config", config, "--listen", "127.0.0.1:0", "--ephemeral", "--shards", "1",
                                   "--workers", "1", "--log-level", "error"])

    def close(self):
        super().close()
        self.own_folder.cleanup()


@contextlib.contextmanager
def flood(session, server):
    """From 254 addresses, so that none is sent away after 20 mistakes; there before it is measured, and longer. Its loader gives way to the
    one beside it: it never spins, and runs only when that one sleeps."""
    words = load.command_line("-R", str(WRONG), "--arrival", "poisson", "--src", "127.0.2.1-127.0.2.254", "-H", f"Authorization: Basic {NAMES}",
                              "--expect-status", "401,429,503", "--spin", "0",
                              seconds=round(session.warmup + session.seconds + LATE_SECONDS), warmup=0, connections=254)
    with subprocess.Popen(["chrt", "--idle", "0", *words, server.url("/small")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            time.sleep(1)
            yield
            if process.poll() is not None:
                raise load.BadSlice("the flood had ended before")
        finally:
            process.terminate()
            process.wait()


def wrong(server):
    """Requests that were refused, for whatever reason: there are no others than those with wrong passwords."""
    return sum(value for name, value in server.metrics().items() if name.startswith("quern_http_rejected_total{"))


def good(flooded):
    """p99 of those with tokens; from the send on, since two loaders share a core."""
    def measure(session, server):
        with flood(session, server) if flooded else contextlib.nullcontext():
            began, before = time.monotonic(), wrong(server)
            r = load.quern_load(server.url("/small"), "-R", str(GOOD), "--arrival", "poisson", "-H", f"Authorization: Bearer {TOKEN}",
                                seconds=session.seconds, warmup=session.warmup, connections=CONNECTIONS, server=server, timing=False)
            rate = (wrong(server) - before) / (time.monotonic() - began)
        return {"p99_us": load.percentile(r, 99, "service") / 1000, "wrong": rate, "command": r["command"]}
    return measure


@question("basic-flood", "p99 of requests with tokens beside 1,000 wrong passwords per second, beside the same without")
def basic_flood(session):
    said = session.interleave([Side("flooded", Guarded, good(True)), Side("quiet", Guarded, good(False))])
    rate = stats.median(column(said["flooded"], "wrong"))
    return [figures.ratio("p99 with tokens, flooded", column(said["flooded"], "p99_us"), column(said["quiet"], "p99_us"), ("flooded", "quiet"),
                          "us", most=2.0, note=f"{GOOD:,} requests/s with tokens; wrong passwords {rate:.0f}/s; ring, verifiers and all on one core")]
