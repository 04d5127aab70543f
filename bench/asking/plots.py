"""Plots as SVG, without anything but text: ratios with their intervals and bounds, and what each pair said."""
import math
from html import escape

WIDTH = 940
LABELS = 480
ROW = 24
TOP = 40
COLOURS = {True: "#2a7d4f", False: "#b3261e", None: "#56606b"}
STYLE = ("text{font:12px sans-serif;fill:#222}.small{font-size:11px;fill:#56606b}.axis{stroke:#c9ced6}.one{stroke:#222;stroke-dasharray:2 3}"
         "@media(prefers-color-scheme:dark){text{fill:#ddd}.small{fill:#9aa4af}.axis{stroke:#444b55}.one{stroke:#ddd}}")


def svg(width, height, parts):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
            f"<style>{STYLE}</style>{''.join(parts)}</svg>\n")


def text(x, y, words, anchor="start", kind="plain"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def line(x1, y1, x2, y2, kind="mark", style=""):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}" style="{style}"/>'


class Scale:
    """A logarithmic axis: values to places."""

    def __init__(self, values, start, end):
        low, high = min(values), max(values)
        self.low, self.high = math.log(low) - 0.05, math.log(high) + 0.05
        self.start, self.end = start, end

    def at(self, value):
        return self.start + (math.log(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self):
        """1, 2 and 5 times powers of ten, as far as they lie on the axis."""
        found = []
        for power in range(math.floor(self.low / math.log(10)), math.ceil(self.high / math.log(10)) + 1):
            found += [m * 10.0 ** power for m in (1, 2, 5) if self.low <= math.log(m * 10.0 ** power) <= self.high]
        return found


def ratios(figures):
    """All ratios below each other on one axis: the dot, its interval, a mark where the bound is."""
    values = [1.0] + [x for f in figures for x in (f["low"], f["high"], f["limit"] or f["value"])]
    scale, height = Scale(values, LABELS, WIDTH - 20), TOP + ROW * len(figures) + 10
    parts = [line(scale.at(1), TOP - 12, scale.at(1), height - 10, kind="one")]
    for tick in scale.ticks():
        parts += [line(scale.at(tick), TOP - 12, scale.at(tick), height - 10, kind="axis"), text(scale.at(tick), TOP - 18, f"{tick:g}", "middle", "small")]
    for i, f in enumerate(figures):
        y, colour = TOP + ROW * i + 8, COLOURS[f["met"]]
        parts.append(text(LABELS - 12, y + 4, f"{f['what']} ({f['names'][0]} / {f['names'][1]})"[:66], "end"))
        parts.append(line(scale.at(f["low"]), y, scale.at(f["high"]), y, style=f"stroke:{colour};stroke-width:2"))
        parts.append(f'<circle cx="{scale.at(f["value"]):.1f}" cy="{y}" r="4" fill="{colour}"/>')
        if f["limit"]:
            parts.append(line(scale.at(f["limit"]), y - 8, scale.at(f["limit"]), y + 8, style=f"stroke:{colour};stroke-width:3;opacity:0.5"))
    return svg(WIDTH, height, parts)


def pairs(figure):
    """What each pair said, in the order of time, with the bound."""
    height, left = 200, 60
    values = figure["each"] + ([figure["limit"]] if figure["limit"] else [])
    scale, step = Scale(values, height - 24, 20), (WIDTH - left - 20) / len(figure["each"])
    parts = [text(left, 12, f"{figure['what']}: {figure['names'][0]} / {figure['names'][1]}, pair by pair", kind="small")]
    for value, label in ((min(values), ""), (max(values), ""), (figure["value"], ""), (figure["limit"], "bound ")):
        if value:
            parts += [line(left, scale.at(value), WIDTH - 10, scale.at(value), kind="axis"),
                      text(left - 6, scale.at(value) + 4, f"{label}{value:.3g}", "end", "small")]
    for i, value in enumerate(figure["each"]):
        parts.append(f'<circle cx="{left + step * (i + 0.5):.1f}" cy="{scale.at(value):.1f}" r="4" fill="{COLOURS[figure["met"]]}"/>')
    return svg(WIDTH, height, parts)
