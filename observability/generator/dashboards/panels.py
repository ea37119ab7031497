"""What stands on a board: panels, by what they say."""

from dataclasses import dataclass
from typing import Any, Literal

from generator.dashboards.palette import BAD, BY_REGION, GOOD, WARNING, Colours


@dataclass(frozen=True)
class Query:
    """An expression, and the name of each series that it gives."""

    expr: str
    legend: str = ""


@dataclass(frozen=True)
class Limit:
    """Where orange and red begin; falling, where less is worse."""

    bad: float
    warning: float | None = None
    falling: bool = False
    both: bool = False
    """On either side of 0."""

    def steps(self) -> list[tuple[float | None, str]]:
        """From which value on which colour holds; the first from minus infinity."""
        if self.both:
            return [(None, BAD), (-self.bad, GOOD), (self.bad, BAD)]
        if self.falling:
            between = [] if self.warning is None else [(self.bad, WARNING)]
            return [(None, BAD), *between, (self.warning or self.bad, GOOD)]
        between = [] if self.warning is None else [(self.warning, WARNING)]
        return [(None, GOOD), *between, (self.bad, BAD)]


@dataclass(frozen=True)
class Needs:
    """What must be there for a panel to have data: `embedded-store` or `fault`, and why."""

    what: Literal["embedded-store", "fault"]
    why: str


@dataclass(frozen=True)
class Panel:
    """One panel. `says` tells what it means and what to do; `runbook` names an alert."""

    kind: Literal["tile", "lines", "heat", "states", "matrix"]
    title: str
    says: str
    unit: str
    queries: tuple[Query, ...]
    width: int
    height: int
    limit: Limit | None = None
    runbook: str = ""
    opens: str = ""
    needs: Needs | None = None
    colours: Colours = BY_REGION
    words: tuple[tuple[int, str, str], ...] = ()
    spark: bool = False
    stacked: bool = False
    signed: bool = False
    decimals: int | None = None
    nothing: str = "no data"
    named: bool = False


def tile(title: str, unit: str, expr: str, says: str, legend: str = "", **more: Any) -> Panel:
    """One number."""
    return Panel(
        "tile", title, says, unit, (Query(expr, legend),), **({"width": 4, "height": 3} | more)
    )


def lines(title: str, unit: str, says: str, *queries: Query, **more: Any) -> Panel:
    """Series over time."""
    return Panel("lines", title, says, unit, queries, **({"width": 12, "height": 8} | more))


def heat(title: str, unit: str, says: str, expr: str, **more: Any) -> Panel:
    """The buckets of a histogram over time."""
    return Panel(
        "heat", title, says, unit, (Query(expr, "{{le}}"),), **({"width": 12, "height": 8} | more)
    )


def states(title: str, says: str, query: Query, **more: Any) -> Panel:
    """Which state held when."""
    return Panel("states", title, says, "none", (query,), **({"width": 12, "height": 8} | more))


def matrix(title: str, unit: str, says: str, expr: str, **more: Any) -> Panel:
    """A number for each pair of `from` and `to`."""
    return Panel("matrix", title, says, unit, (Query(expr),), **({"width": 8, "height": 7} | more))
