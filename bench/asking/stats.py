"""Ratios of pairs: the geometric mean of paired ratios, its 95 % interval by bootstrap, and the noise of a server against itself."""
import math
import random

ROUNDS = 4000


def geometric_mean(values):
    return math.exp(sum(math.log(v) for v in values) / len(values))


def median(values):
    s = sorted(values)
    n = len(s)
    return s[n // 2] if n % 2 else (s[n // 2 - 1] + s[n // 2]) / 2


def percentile(values, p):
    """The smallest value that p % of all values do not exceed."""
    s = sorted(values)
    return s[max(0, math.ceil(len(s) * p / 100) - 1)]


def interval(values, statistic=geometric_mean, rounds=ROUNDS, seed=1):
    """The 95 % interval of a statistic, by resampling the values."""
    draw = random.Random(seed)
    found = sorted(statistic([draw.choice(values) for _ in values]) for _ in range(rounds))
    return found[int(rounds * 0.025)], found[int(rounds * 0.975)]


def ratios(a, b):
    """Of paired figures."""
    return [x / y for x, y in zip(a, b, strict=True)]


def neighbours(a, b):
    """Ratios of slices of one server that followed each other in A B B A B ...: b's first and second, a's second and third, and so on."""
    out = []
    for i in range(min(len(a), len(b)) - 1):
        series = a if i % 2 else b
        out.append(series[i] / series[i + 1])
    return out


def noise(a, b):
    """How far a server is from itself: the 95 % interval of the geometric mean of such ratios. None: too few slices."""
    found = neighbours(a, b)
    return interval(found) if len(found) >= 2 else None
