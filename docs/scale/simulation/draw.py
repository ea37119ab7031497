"""Random times, and what they come to."""

import math
import random
from collections.abc import Mapping, Sequence


def about(chance: random.Random, median: float, spread: float) -> float:
    """A time around a median; `spread` is the sigma of its logarithm."""
    return median * math.exp(spread * chance.gauss(0, 1))


def one_of(chance: random.Random, weights: Mapping[str, float]) -> str:
    """A name, as often as its weight says."""
    return chance.choices(list(weights), weights=list(weights.values()))[0]


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many parts of a hundred stay under; the values must be sorted."""
    if not values:
        raise ValueError("of nothing there is no percentile")
    return values[min(int(len(values) * percent / 100), len(values) - 1)]


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """The usual ones, in milliseconds."""
    ordered = sorted(values)
    return {f"p{percent:g}": percentile(ordered, percent) * 1000 for percent in (50, 90, 99, 99.9)}
