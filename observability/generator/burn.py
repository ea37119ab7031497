"""Recording rules and multi-window, multi-burn-rate alerts of an objective.

After the SRE workbook, chapter 5: https://sre.google/workbook/alerting-on-slos/
"""

from decimal import Decimal
from typing import Any

from generator import durations
from generator.annotations import annotations
from generator.indicators import bad_and_all, is_late, record
from generator.slo import TIME, BurnRate, Environment, Objective, Objectives

Rule = dict[str, Any]


def group(objective: Objective, environment: Environment, objectives: Objectives) -> dict[str, Any]:
    """One group an objective: its rules see each other's results of the same moment, in order."""
    return {
        "name": f"jubilee_slo_{objective.name}",
        "interval": durations.text(environment.evaluation_interval),
        "rules": [
            *sources(objective, environment),
            *(ratio(objective, environment, window) for window in objectives.windows),
            *(
                alert(objective, environment, severity, objectives)
                for severity in dict.fromkeys(burn.severity for burn in objectives.burn_rates)
            ),
        ],
    }


def sources(objective: Objective, environment: Environment) -> list[Rule]:
    """What the ratios are made of."""
    if objective.name in TIME:
        return [{"record": record(objective, "bad:bool"), "expr": is_late(objective)}]
    bad, everything = bad_and_all(objective, environment)
    return [
        {"record": record(objective, "all:rate"), "expr": everything},
        {"record": record(objective, "bad:rate"), "expr": bad},
    ]


def ratio(objective: Objective, environment: Environment, window: str) -> Rule:
    """The bad share over a window, named after production's window in every environment."""
    name = record(objective, f"bad:ratio{window}")
    here = environment.window(window)
    if objective.name in TIME:
        # By the points that the whole window holds, not by those that are there: an instance that
        # started a minute ago has not been late for an hour.
        points = here // environment.evaluation_interval
        expr = f"sum_over_time({record(objective, 'bad:bool')}[{durations.text(here)}]) / {points}"
    else:
        # Without requests there is no ratio, and nothing to alert about.
        bad, everything = (
            f"sum_over_time({record(objective, what)}[{durations.text(here)}])"
            for what in ("bad:rate", "all:rate")
        )
        expr = f"{bad} / ({everything} > 0)"
    return {"record": name, "expr": expr}


def alert(
    objective: Objective, environment: Environment, severity: str, objectives: Objectives
) -> Rule:
    """All burn rates of a severity in one alert: it rings once, whichever is passed."""
    burns = [burn for burn in objectives.burn_rates if burn.severity == severity]
    name = alert_name(objective)
    return {
        "alert": name,
        "expr": "\nor\n".join(condition(objective, environment, burn) for burn in burns),
        "labels": {
            "severity": severity,
            "slo": objective.name,
            "environment": environment.name,
        },
        "annotations": {
            **texts(objective, burns, objectives.period),
            **annotations(name, dashboard(objective)),
        },
    }


def alert_name(objective: Objective) -> str:
    """`JubileeGetLatencyBurn` of `get_latency`."""
    return f"Jubilee{objective.name.title().replace('_', '')}Burn"


def condition(objective: Objective, environment: Environment, burn: BurnRate) -> str:
    """That the budget burns at this rate, over the long window and still."""
    threshold = threshold_of(burn, objective)
    parts = [
        f"{record(objective, f'bad:ratio{window}')} > {threshold:f}"
        for window in (burn.long, burn.short)
    ]
    if objective.name not in TIME:
        window = durations.text(environment.window(burn.long))
        each = durations.seconds(environment.evaluation_interval)
        counted = f"{each} * sum_over_time({record(objective, 'bad:rate')}[{window}])"
        parts.append(f"{counted} >= {environment.minimum_bad_requests}")
    return "(\n  " + "\n  and ".join(parts) + "\n)"


def threshold_of(burn: BurnRate, objective: Objective) -> Decimal:
    """The bad share beyond which the budget burns so fast: exact, 0.0072 of 14.4 and 99.95 %."""
    return (burn.factor * objective.budget).normalize()


def dashboard(objective: Objective) -> str:
    """Where one looks first."""
    about_tokens = objective.name in ("freshness", "replication_lag")
    return "jubilee-consistency" if about_tokens else "jubilee-region"


def texts(objective: Objective, burns: list[BurnRate], period: str) -> dict[str, str]:
    """What is told, with the objective in words."""
    region = "{{ $labels.region }}"
    bound = durations.text(objective.below_ms or 0)
    summary, counted = {
        "availability": (f"{region}: requests fail", "requests answered without a 5xx"),
        "get_latency": (f"{region}: GETs are slow", f"GETs answered in less than {bound}"),
        "put_latency": (f"{region}: PUTs are slow", f"PUTs answered in less than {bound}"),
        "freshness": (
            f"{region}: reads with a Sync-Token wait or fail",
            "reads with a Sync-Token satisfied by this region at once",
        ),
        "replication_lag": (
            "{{ $labels.from }} to {{ $labels.to }}: writes arrive late",
            f"the time with a lag of less than {bound}",
        ),
    }[objective.name]
    rates = " or ".join(f"{burn.factor:f}x over {burn.long} and {burn.short}" for burn in burns)
    return {
        "summary": summary,
        "description": (
            f"The objective is {objective.target_percent.normalize():f} % of {counted}. "
            "Now {{ $value | humanizePercentage }} is bad, which spends the budget of "
            f"{period} too fast ({rates})."
        ),
    }
