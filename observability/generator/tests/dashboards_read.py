"""The dashboards as tests look at them: the committed JSON, not the code that makes it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "grafana/dashboards"
LINKED = re.compile(r"/d/(jubilee-[a-z]+)")

# What Grafana puts in place of its variables, for a parser that does not know them.
STAND_INS = {
    "$__rate_interval": "1m",
    "$__interval": "15s",
    "$__range": "1h",
    "$region": "eu|us|ap",
}


@dataclass(frozen=True)
class Shown:
    """A panel on its dashboard."""

    dashboard: str
    json: dict[str, Any]

    @property
    def title(self) -> str:
        return str(self.json["title"])

    @property
    def width(self) -> int:
        return int(self.json["gridPos"]["w"])

    @property
    def expressions(self) -> list[str]:
        return [target["expr"] for target in self.json["targets"]]

    def __str__(self) -> str:
        return f"{self.dashboard}: {self.title}"


def dashboards() -> dict[str, dict[str, Any]]:
    """Each dashboard by its identifier."""
    files = sorted(FOLDER.glob("*.json"))
    assert files, f"{FOLDER} is empty"
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


def panels() -> list[Shown]:
    """All panels but the rows."""
    return [
        Shown(uid, panel)
        for uid, dashboard in dashboards().items()
        for panel in dashboard["panels"]
        if panel["type"] != "row"
    ]


def linked(url: str) -> str:
    """The identifier of the dashboard that a link leads to; nothing if it leads elsewhere."""
    found = LINKED.match(url)
    return found[1] if found else ""


def substituted(expression: str) -> str:
    """An expression as Prometheus gets it."""
    for variable, value in STAND_INS.items():
        expression = expression.replace(variable, value)
    return expression
