"""Ratios of pairs: the geometric mean of paired ratios, its 95 % interval by bootstrap, and the noise of a server against itself."""
import math
import random


def geometric_mean(values):
    return math.exp(sum(math.log(v) for v in values) / len(values))


def median(values):
    s = sorted(values)
    n = len(s)
    return s[n // 2] if n % 2 else (s[n // 2 - 1] + s[n // 2]) / 2


def interval(ratios, rounds=4000, seed=1):
    """The 95 % interval of the geometric mean, by resampling the pairs."""
    draw = random.Random(seed)
    means = sorted(geometric_mean([draw.choice(ratios) for _ in ratios]) for _ in range(rounds))
    return means[int(rounds * 0.025)], means[int(rounds * 0.975)]


def summary(a, b):
    """a and b: paired figures. The ratio a/b with its interval, and what each pair says."""
    ratios = [x / y for x, y in zip(a, b)]
    low, high = interval(ratios)
    return {"ratio": geometric_mean(ratios), "median": median(ratios), "low": low, "high": high, "ratios": ratios,
            "a": median(a), "b": median(b), "pairs": len(ratios)}


def noise(b):
    """How far a server is from itself: the 95 % interval of ratios of neighbouring slices of the same server, as a factor >= 1."""
    ratios = [x / y for x, y in zip(b[::2], b[1::2])]
    if len(ratios) < 2:
        return None
    low, high = interval(ratios)
    return max(high, 1 / low)
