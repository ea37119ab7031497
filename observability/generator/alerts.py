"""The alerts of alerts.yaml, in each environment's time and with its thresholds."""

import re
from pathlib import Path
from typing import Any

import yaml

from generator import durations
from generator.annotations import annotations
from generator.slo import Environment

FIELDS = ("alert", "severity", "for", "expr", "labels", "dashboard", "summary", "description")
SEVERITIES = ("page", "ticket")
# The one range of `rate(x[5m])`, the two of a subquery `[1h:1m]`, and `offset 1h`.
RANGE = re.compile(
    r"(?<=\[)([0-9][0-9a-z]*)(?=[\]:])|(?<=:)([0-9][0-9a-z]*)(?=\])|(?<=offset )([0-9][0-9a-z]*)"
)
THRESHOLD = re.compile(r"\$([a-z_]+)")


def read(path: Path) -> dict[str, Any]:
    """Reads the table."""
    table: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return table


def group(table: dict[str, Any], environment: Environment) -> dict[str, Any]:
    """All alerts of the table in one group."""
    return {
        "name": "jubilee_alerts",
        "interval": durations.text(environment.evaluation_interval),
        "rules": [rule(entry, table["thresholds"], environment) for entry in table["alerts"]],
    }


def rule(
    entry: dict[str, Any], thresholds: dict[str, dict[str, Any]], environment: Environment
) -> dict[str, Any]:
    """One alert as Prometheus wants it."""
    check(entry)
    return {
        "alert": entry["alert"],
        "expr": with_thresholds(in_time(entry["expr"], environment), thresholds, environment),
        "for": durations.text(environment.pending(entry["for"])),
        "labels": {
            "severity": entry["severity"],
            "environment": environment.name,
            **entry.get("labels", {}),
        },
        "annotations": {
            "summary": entry["summary"],
            "description": entry["description"],
            **annotations(entry["alert"], entry["dashboard"]),
        },
    }


def check(entry: dict[str, Any]) -> None:
    """Refuses an entry that lacks something, or has what nobody reads."""
    order = [field for field in FIELDS if field in entry]
    if list(entry) != order or not set(FIELDS) - {"labels"} <= set(entry):
        raise ValueError(f"{entry.get('alert')}: the fields are {', '.join(FIELDS)}, in this order")
    if entry["severity"] not in SEVERITIES:
        raise ValueError(f"{entry['alert']}: severity is one of {', '.join(SEVERITIES)}")


def in_time(expr: str, environment: Environment) -> str:
    """Divides each range and offset of an expression."""
    return RANGE.sub(lambda found: durations.text(environment.window(found.group())), expr)


def with_thresholds(
    expr: str, thresholds: dict[str, dict[str, Any]], environment: Environment
) -> str:
    """Puts the environment's thresholds in."""
    return THRESHOLD.sub(lambda found: str(thresholds[found.group(1)][environment.name]), expr)
