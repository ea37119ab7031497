"""What follows from what was measured, and from nothing else: medians, ratios, knees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

PERCENTILES = {"p50": 500, "p90": 100, "p99": 10, "p999": 1}
"""Of a thousand requests so many lie beyond each."""
BEYOND = 10
"""A percentile needs so many requests beyond it, over all rounds, to be told."""
HELD = 0.99
"""The part of the offered requests that must be answered while they are offered."""
LATE_MICROS = 500.0
"""A generator that is itself later than this with one request in a hundred measures itself."""
LIMIT_MICROS = {"get": 25_000.0, "put": 50_000.0}
"""What production promises of 99 of 100 requests: `observability/slo.yaml`."""

Run = dict[str, Any]


def of_rounds(rounds: Iterable[Run], figure: str) -> float:
    """The median over the rounds."""
    return float(median(each[figure] for each in rounds))


def ratio(results: Run, method: str, figure: str, which: str, to: str) -> float:
    """The median of the rounds' ratios, so that what hits a whole round moves it little."""
    loops = results["closed_loop"][method]
    pairs = zip(loops[which], loops[to], strict=True)
    return float(median(one[figure] / other[figure] for one, other in pairs))


def fastest(results: Run, method: str, names: Sequence[str]) -> str:
    """Whoever answers the most requests a second in the closed loop."""
    loops = results["closed_loop"][method]
    return max(names, key=lambda name: of_rounds(loops[name], "per_second"))


@dataclass(frozen=True)
class Point:
    """One offered load, over all rounds that count."""

    offered: float
    achieved: float
    latency: dict[str, float]
    """Microseconds by percentile, those only that enough requests lie beyond."""
    p99: float
    """Of few requests too, whose last one it then is: the knee is rather put too low."""

    def holds(self, method: str) -> bool:
        """Whether the server answered what was offered, soon enough."""
        return self.achieved >= HELD * self.offered and self.p99 <= LIMIT_MICROS[method]


def point(offered: float, rounds: Sequence[Run]) -> Point | None:
    """The medians of one offered load; none if the generator held it in no round."""
    good = [each for each in rounds if each["late_p99"] <= LATE_MICROS]
    if not good:
        return None
    requests = sum(each["due"] for each in good)
    told = [name for name, beyond in PERCENTILES.items() if requests * beyond >= 1000 * BEYOND]
    answered = median(each["answered_in_time"] / each["due"] for each in good)
    latency = {name: of_rounds(good, name) for name in told}
    return Point(offered, offered * answered, latency, of_rounds(good, "p99"))


def points(open_loop: Sequence[Run]) -> list[Point]:
    """The offered loads of one contestant that were measured, in their order."""
    found = (point(each["offered"], each["rounds"]) for each in open_loop)
    return sorted((each for each in found if each is not None), key=lambda each: each.offered)


def knee(method: str, ladder: Sequence[Point]) -> Point | None:
    """The highest offered load up to which everything holds; none if not even the least does."""
    found = None
    for each in ladder:
        if not each.holds(method):
            break
        found = each
    return found


def steps(reached: float, parts: Sequence[float]) -> list[float]:
    """Offered loads: parts of what the closed loop reached, in two digits."""
    return [float(f"{part * reached:.2g}") for part in parts]


@dataclass(frozen=True)
class Goal:
    """One goal and what came of it."""

    name: str
    wanted: float
    measured: float
    at_least: bool

    @property
    def met(self) -> bool:
        return self.measured >= self.wanted if self.at_least else self.measured <= self.wanted


def gin_writers(results: Run) -> list[str]:
    """All ways in which Gin's PUT was measured."""
    return [name for name in results["closed_loop"]["put"] if name.startswith("gin")]


def goals(results: Run) -> list[Goal]:
    """The goals of the embedded store, in the order of the page."""
    fastest_gin = fastest(results, "put", gin_writers(results))
    wanted = [
        ("GET per CPU-second, times Flask + gunicorn + SQLite", 25.0, "get", "flask"),
        ("GET per CPU-second, times Gin + bbolt", 1.8, "get", "gin"),
        ("durable PUT/s, times Gin + bbolt, a transaction for each PUT", 8.0, "put", "gin"),
        ("durable PUT/s, times Gin + bbolt at its fastest", 8.0, "put", fastest_gin),
    ]
    figure = {"get": "per_cpu_second", "put": "per_second"}
    found = [
        Goal(name, least, ratio(results, method, figure[method], "jubilee", peer), at_least=True)
        for name, least, method, peer in wanted
    ]
    for method, halves in results["half_of_knee"].items():
        half = halves.get("jubilee")
        at = point(half["offered"], half["rounds"]) if half else None
        if at is not None:
            name = f"{method.upper()} p99 at half of the knee, ms"
            found.append(Goal(name, 2.0, at.p99 / 1000, at_least=False))
    return found
