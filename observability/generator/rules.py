"""Makes the files of rules, and slo.json."""

import json
from pathlib import Path
from typing import Any

import yaml

from generator import alerts, burn, slo
from generator.files import Generated

HEADER = "# Made by `make docs` of observability/%s: change that.\n"


def rules(root: Path) -> Generated:
    """Rules and alerts of each environment."""
    objectives = slo.read(root / "slo.yaml")
    table = alerts.read(root / "alerts.yaml")
    texts = {}
    for environment in objectives.environments:
        folder = f"prometheus/rules/{environment.name}"
        burns = [burn.group(each, environment, objectives) for each in environment.objectives]
        texts[f"{folder}/slo.yaml"] = written("slo.yaml", burns)
        texts[f"{folder}/alerts.yaml"] = written("alerts.yaml", [alerts.group(table, environment)])
    return Generated(texts, "prometheus/rules/**/*.*")


def slo_json(root: Path) -> Generated:
    """slo.yaml as JSON, for programs that cannot read YAML."""
    document = yaml.safe_load((root / "slo.yaml").read_text(encoding="utf-8"))
    return Generated({"slo.json": json.dumps(document, indent=2) + "\n"}, "slo.json")


def written(source: str, groups: list[dict[str, Any]]) -> str:
    """A file of rules."""
    return HEADER % source + yaml.dump(
        {"groups": groups}, Dumper=Dumper, sort_keys=False, width=10_000, allow_unicode=True
    )


class Dumper(yaml.SafeDumper):
    """Writes texts of several lines as such, and lists below their key, indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """A block for a text of several lines."""
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Dumper.add_representer(str, represent_text)
