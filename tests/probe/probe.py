#!/usr/bin/env python3
"""HTTP/1.1 from outside: some 1,900 cases of bytes and of the answers that RFC 9110 and 9112 allow, over raw sockets, each whole, byte by
byte, and with another request in the same segment. Written from the texts, not from the server: what nginx and Node make of the same
cases says how strict they are.

    QUERN_BUILD=build/release tests/probe/probe.py [--target nginx] [--filter TEXT] [--list]"""

import argparse
import collections
import concurrent.futures
import dataclasses
import importlib
import sys

import play
import targets
from case import MUST, SHOULD

GROUPS = ("line", "target", "field", "length", "chunk", "connection", "answer", "around", "api")


def all_cases():
    for group in GROUPS:
        for case in importlib.import_module(f"cases_{group}").CASES:
            yield dataclasses.replace(case, group=group)


def filled(case, words):
    """With this server's paths and tags."""
    def fill(text):
        for word, value in words.items():
            text = text.replace(word, value)
        return text

    send = [fill(step) for step in case.send] if isinstance(case.send, list) else fill(case.send)
    return dataclasses.replace(case, send=send)


def chosen(target, text):
    return [filled(case, target.words) for case in all_cases()
            if set(case.needs.split()) <= target.can and case.at in target.ports and text in f"{case.group}: {case.name}"]


def run(target, cases, jobs, patience_s):
    """What was wrong with each case, by mode: {number: [(mode, fault)]}."""
    plays = [(number, case, mode) for number, case in enumerate(cases) for mode in play.modes(case)]

    def one(each):
        _, case, mode = each
        return play.play(case, mode, ("127.0.0.1", target.ports[case.at]), patience_s)

    bad = collections.defaultdict(list)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for (number, _, mode), fault in zip(plays, pool.map(one, plays)):
            if fault:
                bad[number].append((mode, fault))
    print(f"{len(cases)} cases, {len(plays)} connections")
    return bad


def report(cases, bad):
    for number, faults in sorted(bad.items()):
        case = cases[number]
        print(f"{case.level.upper()} {case.group}: {case.name} ({case.cite})")
        for mode, fault in faults:
            print(f"    {mode}: {fault}")
    for level in (MUST, SHOULD):
        mine = [number for number, case in enumerate(cases) if case.level == level]
        good = sum(number not in bad for number in mine)
        print(f"{level}: {good} of {len(mine)}, {100 * good / max(1, len(mine)):.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", default="quern", choices=targets.TARGETS)
    parser.add_argument("--filter", default="", metavar="TEXT", help="only cases whose group and name hold it")
    parser.add_argument("--list", action="store_true", help="show the cases, play none")
    parser.add_argument("--jobs", type=int, default=8, help="connections at a time")
    parser.add_argument("--patience", type=float, default=30, metavar="SECONDS", help="how long silence is waited for to end")
    a = parser.parse_args()
    if a.list:
        for case in all_cases():
            print(f"{case.level:6} {case.group}: {case.name}: {case.expect} ({case.cite})")
        return
    target = targets.TARGETS[a.target]()
    ended_well = False
    try:
        cases = chosen(target, a.filter)
        bad = run(target, cases, a.jobs, a.patience)
    finally:
        ended_well = target.close()
    report(cases, bad)
    if not ended_well:
        sys.exit("quernd did not end in good order")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
