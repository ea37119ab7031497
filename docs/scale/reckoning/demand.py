"""How much is asked for, where and when, and how unevenly."""

import math
from collections.abc import Iterator

from scale.inputs import Inputs
from scale.regions import BY_NAME, REGIONS, heirs

QUARTERS = [quarter / 4 for quarter in range(96)]


class Demand:
    """Requests a second by region and hour of the day, in UTC; the world's busiest moment is given."""

    def __init__(self, inputs: Inputs) -> None:
        self._swing = inputs["swing"]
        shapes = [sum(self._shape(region.name, hour) for region in REGIONS) for hour in QUARTERS]
        self._scale = inputs["requests"] / max(shapes)
        self.world_mean = self._scale * sum(shapes) / len(shapes)

    def _shape(self, name: str, hour: float) -> float:
        region = BY_NAME[name]
        return region.share * (1 + self._swing * math.cos(math.tau * (hour - region.peak_hour) / 24))

    def at(self, name: str, hour: float) -> float:
        """What a region is asked for."""
        return self._scale * self._shape(name, hour)

    def mean(self, name: str) -> float:
        """Over the day."""
        return self._scale * BY_NAME[name].share

    def peak(self, name: str) -> float:
        """At its own busiest moment."""
        return max(self.at(name, hour) for hour in QUARTERS)

    def world(self, hour: float) -> float:
        """All regions together."""
        return sum(self.at(region.name, hour) for region in REGIONS)

    def worst(self, name: str) -> tuple[float, str, float]:
        """The most a region is asked for with one other lost: how much, which one, and when."""
        return max(
            (self.at(name, hour) + heirs(lost.name)[name] * self.at(lost.name, hour), lost.name, hour)
            for lost in REGIONS
            if lost.name != name
            for hour in QUARTERS
        )


def harmonic(users: float, exponent: float) -> float:
    """The sum of rank^-exponent; exact for the first, an integral for the rest."""
    first = min(int(users), 100_000)
    exact = sum(rank**-exponent for rank in range(1, first + 1))
    if users <= first:
        return exact
    return exact + _integral(first + 0.5, users + 0.5, exponent)


def _integral(begin: float, end: float, exponent: float) -> float:
    if exponent == 1:
        return math.log(end / begin)
    return (end ** (1 - exponent) - begin ** (1 - exponent)) / (1 - exponent)


def ranks(users: float) -> Iterator[tuple[float, float]]:
    """Ranks, and how many users each stands for: the first by themselves, then ever larger groups."""
    rank = 1.0
    while rank <= min(users, 1000):
        yield rank, 1
        rank += 1
    while rank < users:
        end = min(rank * 1.2, users)
        yield math.sqrt(rank * end), end - rank
        rank = end


def store_reads(asked: float, read_seconds: float) -> float:
    """Reads that the store sees of one user at one worker, a second: one in flight, one gathering.

    A read takes a while; whoever comes meanwhile shares the next one, sent when it ends. Else it waits for somebody.
    """
    waiting = math.exp(-asked * read_seconds) / asked
    return 1 / (read_seconds + waiting)


def hot_keys(inputs: Inputs, gets: float, workers: float) -> dict[str, float]:
    """The most asked for user of a region, and what joining reads spares its store."""
    users, exponent, read = inputs["users"], inputs["zipf"], inputs["store_read"]
    whole = harmonic(users, exponent)
    hottest = gets / whole
    seen = spread = 0.0
    for rank, count in ranks(users):
        a_worker = gets * rank**-exponent / whole / workers
        spread += count * a_worker * workers
        seen += count * store_reads(a_worker, read) * workers
    return {
        "hottest_share": 1 / whole,
        "hottest": hottest,
        "hottest_at_a_worker": hottest / workers,
        "hottest_store_reads": store_reads(hottest / workers, read) * workers,
        "hottest_by_one_worker": store_reads(hottest, read),
        "joined_share": 1 - seen / spread,
    }
