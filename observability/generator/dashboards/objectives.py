"""What measurements are held against: production's objectives, and what is recorded of them."""

from dataclasses import dataclass
from pathlib import Path

from generator import alerts, slo
from generator.dashboards.panels import Limit
from generator.dashboards.promql import REGION
from generator.indicators import record
from generator.slo import TIME, Objective, Objectives


@dataclass(frozen=True)
class Target:
    """One objective: what is recorded of it, and its limits."""

    objective: Objective
    objectives: Objectives

    def counted(self, what: str) -> str:
        """The recorded rate of `bad` requests or of `all`; a counter's first increment counts."""
        return f"{record(self.objective, f'{what}:rate')}{{{REGION}}}"

    def bad_share(self, window: str) -> str:
        """The recorded share of what was bad over a window."""
        return f"{record(self.objective, f'bad:ratio{window}')}{{{REGION}}}"

    def bad_share_of_period(self) -> str:
        """The share of what was bad over the whole period, or what Prometheus remembers of it."""
        over = f"{{{REGION}}}[{self.objectives.period}]"
        if self.objective.name in TIME:
            return f"max by (region) (avg_over_time({record(self.objective, 'bad:bool')}{over}))"
        bad, everything = record(self.objective, "bad:rate"), record(self.objective, "all:rate")
        return f"sum_over_time({bad}{over}) / (sum_over_time({everything}{over}) > 0)"

    def good_share_of_period(self) -> str:
        """What is held against the objective itself."""
        return f"1 - {self.bad_share_of_period()}"

    def budget_left(self) -> str:
        """The share of the period's budget not yet spent; below 0 the objective is missed."""
        return f"1 - ({self.bad_share_of_period()}) / {self.objective.budget.normalize()}"

    def burn_rate(self, window: str) -> str:
        """How many times too fast the budget burns; 1 spends it in exactly the period."""
        return f"{self.bad_share(window)} / {self.objective.budget.normalize()}"

    @property
    def good_share(self) -> Limit:
        """Red below the objective."""
        return Limit(float(self.objective.target_percent / 100), falling=True)

    @property
    def below(self) -> Limit:
        """Red from the bound of what counts as good."""
        return Limit(float(self.objective.below_seconds))

    @property
    def burning(self) -> Limit:
        """Orange where the budget will not last, red where somebody is woken."""
        paged = [burn.factor for burn in self.objectives.burn_rates if burn.severity == "page"]
        return Limit(float(max(paged)), warning=1)

    @property
    def says(self) -> str:
        """The objective in words."""
        return f"{self.objective.target_percent.normalize()} %"


@dataclass(frozen=True)
class Targets:
    """All objectives of production, and other limits."""

    availability: Target
    get_latency: Target
    put_latency: Target
    freshness: Target
    replication_lag: Target
    period: str
    largest_skew: Limit
    slowest_commit: Limit

    @classmethod
    def read(cls, root: Path) -> "Targets":
        """Finds them in slo.yaml, and the thresholds of the other alerts in alerts.yaml."""
        objectives = slo.read(root / "slo.yaml")
        thresholds = alerts.read(root / "alerts.yaml")["thresholds"]
        (production,) = (e for e in objectives.environments if e.name == "production")
        return cls(
            **{each.name: Target(each, objectives) for each in production.objectives},
            period=objectives.period,
            largest_skew=Limit(thresholds["skew_seconds"]["production"], both=True),
            slowest_commit=Limit(thresholds["commit_seconds"]["production"]),
        )
