"""docs/benchmarks.md: what was measured, with everything that belongs beside a figure."""
import json
import os
import re

from . import figures, plots, registry, servers

WHERE = "loopback, one 2-vCPU virtual machine, server pinned to one core"
NOT_QUESTIONS = ("million", "selftest")

HEAD = f"""# Benchmarks

Every figure here: {WHERE}. A ratio is the geometric mean of ratios of pairs of slices, taken in turns A B B A on servers that run side by
side; in brackets its 95 % interval by bootstrap, its ends moved out as few pairs demand. A bound is met when the whole interval clears it. A/A is the same interval for slices of
one server from one pair to the next (with more than two sides the others' slices lie between): what is not farther from 1 than that says nothing. Ratios are what to look at; absolute figures are
those of that machine and day.

This page is made by `make bench-report` from what `bench/ask all`, `tools/million` and `make load-selftest` left in `build/bench`; to
ask one question again: `bench/ask --list`.
"""


def read_all(folder):
    """Reports by name; questions in the order of the list."""
    found = {}
    for name in [*registry.load_all(), *NOT_QUESTIONS]:
        try:
            with open(os.path.join(folder, name + ".json"), encoding="utf-8") as f:
                found[name] = json.load(f)
        except FileNotFoundError:
            continue
    return found


def cell(words):
    return str(words).replace("|", "\\|").replace("\n", " ")


def table(head, rows):
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join(['---'] * len(head))}|"]
    return "\n".join(lines + [f"| {' | '.join(cell(c) for c in row)} |" for row in rows]) + "\n"


def spread(pair):
    return f"{figures.number(pair[0])} to {figures.number(pair[1])}" if pair else ""


def sides(f):
    if f["kind"] != "ratio":
        return ""
    return ", ".join(f"{name} {figures.number(f[x])}" for name, x in zip(f["names"], "ab")) + (f" {f['unit']}" if f["unit"] else "")


def figure_row(f):
    unit = f" {f['unit']}" if f["kind"] == "value" and f["unit"] else ""
    return [f["what"], f"**{figures.number(f['value'])}**{unit} [{spread((f['low'], f['high']))}]", f["bound"], figures.verdict(f), spread(f["aa"]),
            sides(f)]


def facts_line(r):
    f = r["facts"]
    return (f"Commit {f['commit']}, {f['date']}, kernel {f['kernel']}, {f['cpus']} CPUs ({f['cpu']}), {f['flags']}; {WHERE}. {r['pairs']} pairs "
            f"of {r['seconds']:g} s after {r['warmup']:g} s, servers started {r['starts']} times, {len(r['discarded'])} slices discarded.")


def doubts(r):
    if r["quick"]:
        beside = f"; something else ran during {r['disturbed']} slices" if r["disturbed"] else ""
        return f"\n**A quick run, to see that it works{beside}: not a measurement.**\n"
    return ""


def discards_of(r):
    if not r["discarded"]:
        return ""
    return "\nDiscarded:\n\n" + "".join(f"- {d['side']}: {d['why']}\n" for d in r["discarded"])


def without_folders(text):
    """Programs as they are called from the project's root, wherever that was when they were measured."""
    return re.sub(r"/\S*?/(?=build/)", "", text)


def commands_of(r):
    """As typed, for both sides; temporary names and all."""
    lines = []
    for name, c in r["commands"].items():
        lines += [f"{name}: {c['server']}"] if c["server"] else []
        lines += [f"{name}, load: {c['load']}"] if c["load"] else []
    text = without_folders("\n".join(lines))
    return f"\n<details><summary>commands</summary>\n\n```text\n{text}\n```\n\n</details>\n" if text else ""


def question_section(name, r, plot_folder, page_folder):
    out = f"## {name}\n\n{r['text'][0].upper()}{r['text'][1:]}.\n{doubts(r)}\n"
    out += table(["what", "figure", "bound", "", "A/A", "medians"], [figure_row(f) for f in r["figures"]])
    out += "".join(f"\n{f['what']}: {f['note']}.\n" for f in r["figures"] if f["note"])
    first = next((f for f in r["figures"] if f["kind"] == "ratio"), None)
    if first:
        path = write(os.path.join(plot_folder, name + ".svg"), plots.pairs(first))
        out += f"\n![{first['what']}, pair by pair]({os.path.relpath(path, page_folder)})\n"
    return f"{out}\n{facts_line(r)}\n{discards_of(r)}{commands_of(r)}\n"


def million_section(r):
    host = ", ".join(f"{k} {v}" for k, v in r["host"].items() if isinstance(v, (str, int, float)))
    rows = [[x["what"], x["measured"], x["bound"], "met" if x["met"] else "MISSED"] for x in r["rows"]]
    text = "\n".join(f"{k}: {v if isinstance(v, str) else ' '.join(map(str, v))}" for k, v in r["commands"].items())
    return (f"## A million connections\n\n{r['connections']:,} connections to one quernd, {r['rate']:,} requests/s over all of them for "
            f"{r['hold_s']} s; {WHERE}.\n\n{table(['what', 'measured', 'bound', ''], rows)}\n"
            f"Kernel memory: {r['memory']['kernel_bytes_per_connection']:,} B per connection, both ends. {r['at']}; {host}.\n\n"
            f"<details><summary>commands</summary>\n\n```text\n{without_folders(text)}\n```\n\n</details>\n\n")


def selftest_where(r):
    """When, of what and where, and whether the machine was its own."""
    host = r["host"]
    out = (f"{'Commit ' + r['labels']['commit'] + ', ' if 'commit' in r['labels'] else ''}{r['started']}, kernel {host['kernel']}, "
           f"{host['cpus']} CPUs ({host['cpu']}).\n")
    worst = {}
    for x in r["rows"]:
        if x["others_cpu"] > r["others_max"]:
            worst[x["name"]] = x["others_cpu"]
    if worst:
        out += (f"\n**The machine was not quiet: something else used {', '.join(f'{v:.0%} of a CPU during {k}' for k, v in worst.items())}. Rows "
                f"with times and rates of these say little; counts are exact all the same.**\n")
    else:
        out += f"Nothing else used more than {r['others_max']:.0%} of a CPU during any of it.\n"
    return out + ("\n**A quick run, to see that it works: not a measurement.**\n" if r["quick"] else "")


def selftest_section(r):
    def outcome(x):
        return "skipped" if x["skipped"] else "passed" if x["passed"] else "FAILED"
    rows = [[x["name"], x["what"], x["measured"], x["bound"], outcome(x)] for x in r["rows"]]
    return ("## Is the load generator right?\n\n`quern-load selftest` against a responder whose delays, counts and faults are known; "
            f"{WHERE}.\n{selftest_where(r)}\n{table(['', 'what', 'measured', 'bound', ''], rows)}\n")


def overview(asked, plot_folder, page_folder):
    shown = [f for r in asked.values() for f in r["figures"] if f["kind"] == "ratio"]
    if not shown:
        return ""
    path = write(os.path.join(plot_folder, "ratios.svg"), plots.ratios(shown))
    return (f"\n![All ratios with their intervals; thick marks are bounds]({os.path.relpath(path, page_folder)})\n\n"
            f"Green: met. Red: missed. Grey: shown without a bound. Thick marks: the bounds. {WHERE[0].upper()}{WHERE[1:]}.\n\n")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def render(found, page):
    """The page's text; its plots are written."""
    page_folder, plot_folder = os.path.dirname(os.path.abspath(page)), os.path.splitext(os.path.abspath(page))[0]
    asked = {name: r for name, r in found.items() if name not in NOT_QUESTIONS}
    out = HEAD + overview(asked, plot_folder, page_folder)
    out += "".join(question_section(name, r, plot_folder, page_folder) for name, r in asked.items())
    if "million" in found:
        out += million_section(found["million"])
    if "selftest" in found:
        out += selftest_section(found["selftest"])
    return out.rstrip("\n") + "\n"


def main(argv, doc):
    if len(argv) > 2 or (argv and argv[0].startswith("-")):
        print(doc)
        return 0 if argv[0] in ("-h", "--help") else 2
    folder = argv[0] if argv else os.path.join(servers.ROOT, "build", "bench")
    page = argv[1] if len(argv) > 1 else os.path.join(servers.ROOT, "docs", "benchmarks.md")
    found = read_all(folder)
    if not found:
        print(f"bench/report: nothing in {folder}: make bench, or bench/ask QUESTION")
        return 2
    write(page, render(found, page))
    print(f"{page}: {', '.join(found)}")
    return 0
