"""Reads slo.yaml, and refuses what cannot be meant."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from generator import durations

REQUESTS = ("availability", "get_latency", "put_latency", "freshness")
TIME = ("replication_lag",)
WITH_BOUND = ("get_latency", "put_latency", "replication_lag")
# Fewer points than this in a window make no rate.
SCRAPES_IN_A_WINDOW = 4


@dataclass(frozen=True)
class BurnRate:
    """One row of the workbook's table."""

    severity: str
    factor: Decimal
    long: str
    short: str


@dataclass(frozen=True)
class Objective:
    """What share of what is counted must be good."""

    name: str
    target_percent: Decimal
    below_ms: int | None

    @property
    def budget(self) -> Decimal:
        """The share that may be bad: exact, 0.0005 of 99.95 %."""
        return (100 - self.target_percent) / 100

    @property
    def below_seconds(self) -> str:
        """The bound as a histogram's `le` writes it: 0.025, 2."""
        assert self.below_ms is not None
        return f"{self.below_ms / 1000:g}"


@dataclass(frozen=True)
class Environment:
    """Where the objectives hold, and how fast time goes there. Durations in milliseconds."""

    name: str
    time_divisor: int
    scrape_interval: int
    evaluation_interval: int
    minimum_bad_requests: int
    objectives: tuple[Objective, ...]

    @property
    def shortest_window(self) -> int:
        """The shortest range that holds enough points for a rate."""
        return SCRAPES_IN_A_WINDOW * max(self.scrape_interval, 1)

    def window(self, nominal: str) -> int:
        """How long a window of an alert is here."""
        whole = durations.milliseconds(nominal)
        return durations.divided(
            whole, self.time_divisor, self.evaluation_interval, self.shortest_window
        )

    def pending(self, nominal: str) -> int:
        """How long a condition must hold here before it is told."""
        whole = durations.milliseconds(nominal)
        return durations.divided(whole, self.time_divisor, self.evaluation_interval, 0)


@dataclass(frozen=True)
class Objectives:
    """The whole file."""

    period: str
    burn_rates: tuple[BurnRate, ...]
    environments: tuple[Environment, ...]

    @property
    def windows(self) -> list[str]:
        """Every window that a burn rate looks at, shortest first."""
        named = {window for burn in self.burn_rates for window in (burn.short, burn.long)}
        return sorted(named, key=durations.milliseconds)


def read(path: Path) -> Objectives:
    """Reads the file; decimals as they are written, not as the nearest binary fractions."""
    return parse(yaml.safe_load(path.read_text(encoding="utf-8")))


def parse(document: dict[str, Any]) -> Objectives:
    """Makes objectives of the file's content."""
    objectives = Objectives(
        period=document["period"],
        burn_rates=tuple(
            BurnRate(burn["severity"], Decimal(str(burn["factor"])), burn["long"], burn["short"])
            for burn in document["burn_rates"]
        ),
        environments=tuple(
            parse_environment(name, content) for name, content in document["environments"].items()
        ),
    )
    check_burn_rates(objectives)
    return objectives


def parse_environment(name: str, content: dict[str, Any]) -> Environment:
    """Makes an environment."""
    known = (*REQUESTS, *TIME)
    if tuple(content["objectives"]) != known:
        raise ValueError(
            f"{name}: the objectives are {', '.join(known)}, each of them, in this order"
        )
    return Environment(
        name=name,
        time_divisor=int(content["time_divisor"]),
        scrape_interval=durations.milliseconds(content["scrape_interval"]),
        evaluation_interval=durations.milliseconds(content["evaluation_interval"]),
        minimum_bad_requests=int(content["minimum_bad_requests"]),
        objectives=tuple(
            parse_objective(f"{name}: {objective}", objective, given)
            for objective, given in content["objectives"].items()
        ),
    )


def parse_objective(where: str, name: str, given: dict[str, Any]) -> Objective:
    """Makes an objective."""
    wanted = {"target_percent", "below_ms"} if name in WITH_BOUND else {"target_percent"}
    if set(given) != wanted:
        raise ValueError(f"{where}: needs {', '.join(sorted(wanted))}")
    target = Decimal(str(given["target_percent"]))
    if not 0 < target < 100:
        raise ValueError(
            f"{where}: target_percent must lie between 0 and 100; 100 leaves no budget"
        )
    return Objective(name, target, given.get("below_ms"))


def check_burn_rates(objectives: Objectives) -> None:
    """A threshold of 1 or more could never be passed: that alert would be for show."""
    for environment in objectives.environments:
        for objective in environment.objectives:
            for burn in objectives.burn_rates:
                if burn.factor * objective.budget >= 1:
                    raise ValueError(
                        f"{environment.name}: {objective.name}: {burn.factor} times the budget of "
                        f"{objective.budget} is more than everything"
                    )
    for burn in objectives.burn_rates:
        if durations.milliseconds(burn.short) >= durations.milliseconds(burn.long):
            raise ValueError(f"{burn.short} is not shorter than {burn.long}")
