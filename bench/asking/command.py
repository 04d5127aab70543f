"""The command line of bench/ask: asks, prints, keeps what was said."""
import argparse
import contextlib
import json
import os
import signal
import sys

from . import figures, proc, registry, runner, servers, stats

OUT = os.path.join(servers.ROOT, "build", "bench")
MET, MISSED, NOT_TRIED = 0, 1, 2


def say(text):
    print(text, flush=True)


def ask(question, options):
    """One question: asked, printed, written. Its exit code."""
    session = runner.Session(options.quick, options.pairs, options.seconds, say)
    say(f"{question.name}: {question.text}")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path_of(question))  # what was said before is not the answer of today
    try:
        found = question.ask(session)
    except (servers.Missing, servers.DidNotStart, runner.TooNoisy, stats.NotPositive) as why:
        say(f"    could not be tried: {why}")
        return NOT_TRIED
    for figure in found:
        say("  " + figures.line(figure))
    if session.others:
        what = f"something else used {min(session.others):.0%} to {max(session.others):.0%} of a CPU"
        say(f"  {what}, too much in {session.disturbed} slices{': believe nothing' if options.quick and session.disturbed else ''}")
    save(question, session, found, options)
    return MISSED if any(f["met"] is False for f in found) else MET


def path_of(question):
    return os.path.join(OUT, question.name + ".json")


def save(question, session, found, options):
    os.makedirs(OUT, exist_ok=True)
    commands = {name: {side: words.replace(servers.ROOT + "/", "") for side, words in c.items()} for name, c in session.commands.items()}
    result = {"question": question.name, "text": question.text, "quick": options.quick, "pairs": session.pairs, "seconds": session.seconds,
              "warmup": session.warmup, "starts": session.restarts, "others": session.others, "disturbed": session.disturbed, "discarded": session.discards, "commands": commands,
              "facts": proc.facts(), "figures": found}
    with open(path_of(question), "w", encoding="utf-8") as f:
        json.dump(result, f, indent=1)
        f.write("\n")


def list_questions(questions):
    for q in questions.values():
        say(f"  {q.name:<18}{q.text}")


def ask_all(questions, options):
    codes = {q.name: ask(q, options) for q in questions}
    names = {code: [n for n, c in codes.items() if c == code] for code in (MET, MISSED, NOT_TRIED)}
    if len(codes) > 1:
        say(f"met {len(names[MET])}; missed {len(names[MISSED])} {' '.join(names[MISSED])}; "
            f"not tried {len(names[NOT_TRIED])} {' '.join(names[NOT_TRIED])}")
    return MISSED if names[MISSED] else NOT_TRIED if names[NOT_TRIED] else MET


def main(argv, doc):
    parser = argparse.ArgumentParser(usage=doc.replace("%", "%%"), add_help=True)
    parser.add_argument("question", nargs="?")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--pairs", type=int)
    parser.add_argument("--seconds", type=float)
    options = parser.parse_args(argv)
    servers.raise_files()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(NOT_TRIED))  # unwinds, so that every server ends
    questions = registry.load_all()
    if options.list:
        list_questions(questions)
        return MET
    if options.question != "all" and options.question not in questions:
        print(f"bench/ask: which question? {' '.join(questions)} or all", file=sys.stderr)
        return NOT_TRIED
    if (options.pairs or runner.PAIRS) < runner.PAIRS_QUICK:
        print(f"bench/ask: fewer than {runner.PAIRS_QUICK} pairs say nothing", file=sys.stderr)
        return NOT_TRIED
    if (os.cpu_count() or 1) < 2:
        print("bench/ask: needs two processors, one for the server and one for the loader", file=sys.stderr)
        return NOT_TRIED
    return ask_all(questions.values() if options.question == "all" else [questions[options.question]], options)
