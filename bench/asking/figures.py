"""What a question answers: ratios of pairs and single values, each with its interval, its bound and whether that was met."""
from . import stats


def _met(low, high, most, least):
    """The whole 95 % interval has to clear the bound. None: there is none."""
    if most is None and least is None:
        return None
    return (most is None or high <= most) and (least is None or low >= least)


def _bound(most, least):
    if most is not None:
        return f"<= {most:g}"
    return f">= {least:g}" if least is not None else ""


def ratio(what, a, b, names=("quern", "nginx"), unit="", most=None, least=None, note=""):
    """a and b: figures of the two sides, by pair. The ratio is a/b."""
    pairs = stats.ratios(a, b)
    low, high = stats.interval(pairs)
    return {"what": what, "kind": "ratio", "names": list(names), "value": stats.geometric_mean(pairs), "low": low, "high": high,
            "aa": stats.noise(a, b), "a": stats.median(a), "b": stats.median(b), "unit": unit, "pairs": len(pairs), "each": pairs,
            "each_a": list(a), "each_b": list(b), "bound": _bound(most, least), "limit": most if most is not None else least,
            "met": _met(low, high, most, least), "note": note}


def value(what, values, unit="", most=None, least=None, note=""):
    """A figure that stands by itself: the median of what the slices said."""
    low, high = stats.interval(values, stats.median)
    return {"what": what, "kind": "value", "value": stats.median(values), "low": low, "high": high, "aa": None, "unit": unit,
            "pairs": len(values), "each": list(values), "bound": _bound(most, least), "limit": most if most is not None else least,
            "met": _met(low, high, most, least), "note": note}


def inverse(values):
    return [1 / v for v in values]


def verdict(figure):
    return {True: "met", False: "MISSED", None: "shown"}[figure["met"]]


def number(x):
    """Three or four digits, never an exponent."""
    if x == 0:
        return "0"
    digits = 0 if abs(x) >= 1000 else 1 if abs(x) >= 100 else 2 if abs(x) >= 10 else 3 if abs(x) >= 0.1 else 5
    return f"{x:,.{digits}f}"


def line(figure):
    """A figure as one line of text."""
    out = f"{verdict(figure):<7}{figure['what']:<46} {number(figure['value'])}"
    if figure["kind"] == "value":
        out += f" {figure['unit']}"
    out += f"  [{number(figure['low'])}, {number(figure['high'])}]"
    if figure["bound"]:
        out += f"  bound {figure['bound']}"
    if figure["kind"] == "ratio":
        a, b = figure["names"]
        out += f"  ({a} {number(figure['a'])}, {b} {number(figure['b'])} {figure['unit']})"
    if figure["aa"]:
        out += f"  A/A [{number(figure['aa'][0])}, {number(figure['aa'][1])}]"
    return out + (f"\n       {figure['note']}" if figure["note"] else "")
