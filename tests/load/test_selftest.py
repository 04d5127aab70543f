#!/usr/bin/env python3
"""The selftest finds out a load generator that is wrong: for each of its subjects one that lies about just that.

    tests/load/test_selftest.py [-v] [Exact.test…]         the program: $QUERN_LOAD, else build/quern-load

Called by a selftest as `test_selftest.py LIE run …` it is the liar: it has the real program do the work, and changes what it is asked
or what it says."""

import base64
import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

PROGRAM = os.environ.get("QUERN_LOAD", str(Path(__file__).resolve().parents[2] / "build" / "quern-load"))
PATIENCE_S = 300
OUTER, INNER, HEADER = 8, 40, "1c849313"  # bytes before the zlib stream, before the counts; an inner histogram's cookie


# ---- the liar ----


def moved(encoded, slots):
    """A histogram whose values are all so many slots larger: its counts begin with a run of zeros, which gets longer."""
    outer = base64.b64decode(encoded)
    inner = bytearray(zlib.decompress(outer[OUTER:]))
    assert inner[:4].hex() == HEADER, inner[:4].hex()
    n, at, shift = 0, INNER, 0
    while True:
        n |= (inner[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if not inner[at - 1] & 0x80:
            break
    assert n & 1, "the first value is 0"
    n += 2 * slots  # ZigZag of a negative number
    run = bytearray()
    while n >= 0x80:
        run.append(n & 0x7F | 0x80)
        n >>= 7
    run.append(n)
    counts = run + inner[at:]
    inner = inner[:4] + struct.pack(">I", len(counts)) + inner[8:INNER] + counts
    stream = zlib.compress(bytes(inner), 0)
    return base64.b64encode(outer[:4] + struct.pack(">I", len(stream)) + stream).decode()


def say_longer(report):
    for part in (report, *report["groups"]):
        part["histograms"]["service"]["hdr"] = moved(part["histograms"]["service"]["hdr"], 100)


def say_more(report):
    for part in (report, *report["groups"]):
        part["totals"]["completed"] = part["totals"]["completed"] * 11 // 10


def hide_one_unanswered(report):
    for part in (report, *report["groups"]):
        part["totals"]["censored"] -= 1
        part["totals"]["completed"] += 1


def hide_one_error(report):
    for errors in (report["errors"], *(g["errors"] for g in report["groups"])):
        for kind in errors.values():
            kind["count"] -= 1


def invent_one(report):
    for part in (report, *report["groups"]):
        part["totals"]["issued"] += 1
        part["totals"]["completed"] += 1


def call_it_valid(report):
    report["validity"]["valid"], report["validity"]["reasons"] = True, []


def without_plan(args):
    at = args.index("-R")
    return args[:at] + args[at + 2:]


def one_fewer(args):
    at = args.index("-c") + 1
    return [*args[:at], str(int(args[at]) - 1), *args[at + 1:]]


# By name: what is made of the words it was called with, and of the report; the exit code, if it is another.
LIES = {
    "honest": (None, None, None),
    "longer": (None, say_longer, None),
    "more": (None, say_more, None),
    "without-plan": (without_plan, None, None),
    "unanswered": (None, hide_one_unanswered, None),
    "error": (None, hide_one_error, None),
    "invent": (None, invent_one, None),
    "valid": (None, call_it_valid, 0),
    "fewer": (one_fewer, None, None),
}


def lie(name, args):
    """The program's exit code."""
    change_args, change_report, code = LIES[name]
    done = subprocess.run([PROGRAM, *(change_args(args) if change_args else args)], check=False)
    path = args[args.index("--json") + 1]
    if change_report and os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            report = json.load(f)
        change_report(report)
        with open(path, "w", encoding="utf-8") as f:
            json.dump(report, f)
    return done.returncode if code is None else code


# ---- the tests ----


def selftest(subject, liar):
    """Its rows, when this liar is put to the test."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "rows.json")
        words = f"{sys.executable} {Path(__file__).resolve()} {liar}"
        subprocess.run([PROGRAM, "selftest", "--quick", "--only", subject, "--load", words, "--json", out], check=False,
                       stdout=subprocess.DEVNULL, timeout=PATIENCE_S, env=os.environ | {"QUERN_LOAD": PROGRAM})
        with open(out, encoding="utf-8") as f:
            said = json.load(f)
    return said["rows"], any(r["others_cpu"] > said["others_max"] for r in said["rows"])


class Selftest(unittest.TestCase):
    def finds_out(self, subject, liar, rows=None):
        """rows: how many of them the lie is about; None: all."""
        said, _ = selftest(subject, liar)
        failed = [r for r in said if not r["passed"]]
        self.assertEqual(len(failed), rows or len(said), said)
        for r in failed:
            self.assertNotIn("not tried", r["measured"])

    def times(self, subject, liar):
        """Where times are compared, a machine that is not quiet lets nothing be tried; but a lie never passes."""
        said, disturbed = selftest(subject, liar)
        for r in said:
            self.assertFalse(r["passed"] and "time" not in r["what"], r)
            if not disturbed:
                self.assertNotIn("not tried", r["measured"])


class Exact(Selftest):
    """What does not depend on the machine."""

    def test_an_honest_one_passes(self):
        for subject in ("V7", "V8", "V10", "V11"):
            said, _ = selftest(subject, "honest")
            self.assertTrue(said and all(r["passed"] for r in said), said)

    def test_one_unanswered_request_is_missing(self):
        self.finds_out("V7", "unanswered")

    def test_one_wrong_answer_is_missing(self):
        self.finds_out("V8", "error", rows=9)  # the row of the good answers has no errors to hide

    def test_one_request_is_invented(self):
        self.finds_out("V10", "invent")

    def test_an_overloaded_one_calls_itself_valid(self):
        self.finds_out("V11", "valid")


class Machine(Selftest):
    """What takes two processors for itself, or many connections."""

    def test_times_are_100_us_longer(self):
        self.times("V1", "longer")

    def test_throughput_is_a_tenth_more(self):
        self.times("V2", "more")
        self.times("V3", "more")

    def test_a_frozen_server_is_asked_only_when_it_answers(self):
        self.finds_out("V6", "without-plan")

    def test_one_connection_is_missing(self):
        self.finds_out("V12", "fewer")


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[2] == "run":
        sys.exit(lie(sys.argv[1], sys.argv[2:]))
    unittest.main()
