"""Ratios of pairs: the geometric mean of paired ratios, its 95 % interval by bootstrap, and the noise of a server against itself."""
import math
import random
from statistics import NormalDist

ROUNDS = 4000
Z = NormalDist().inv_cdf(0.975)
T_FEW = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776}  # Student's t, 97.5 %, by degrees of freedom


class NotPositive(ValueError):
    """A measured figure is 0 or less, so it has no ratio to another; the text says which."""


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


def tail(n):
    """Which share of resamplings lies below the lower end of a 95 % interval: 2.5 % of many values. Few values look closer together than
    they are, so the ends move out by what Student's t is larger than a normal distribution, and by n / (n - 1)."""
    if n < 2:
        return 0
    f = n - 1
    t = T_FEW.get(f) or Z + (Z**3 + Z) / (4 * f) + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * f * f)
    return NormalDist().cdf(-t * math.sqrt(n / f))


def interval(values, statistic=geometric_mean, rounds=ROUNDS, seed=1):
    """The 95 % interval of a statistic, by resampling the values."""
    draw = random.Random(seed)
    found = sorted(statistic([draw.choice(values) for _ in values]) for _ in range(rounds))
    below = int(rounds * tail(len(values)))
    return found[below], found[rounds - 1 - below]


def ratios(a, b):
    """Of paired figures."""
    if min(*a, *b) <= 0:
        raise NotPositive(f"a figure is {min(*a, *b):g}, which has no ratio")
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
