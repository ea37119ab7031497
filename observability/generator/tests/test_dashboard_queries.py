"""Queries of dashboards are PromQL, and ask for what the program and the rules have."""

import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

from generator.dashboards import boards
from generator.tests.dashboards_read import ROOT, panels, substituted

RULES = ROOT / "prometheus/rules/production"
METRICS = ROOT.parent / "docs/metrics.md"
# What Prometheus adds to each target, and what the collector counts.
OTHERS = {"up", "ALERTS", "scrape_duration_seconds", "scrape_samples_scraped"}
# What scraping adds.
ADDED = {"job", "region", "instance"}
ROW = re.compile(r"\| `((?:jubilee|process)_[a-z_]+)` \| (\w+) \| (.*)")
LABEL = re.compile(r"`(\w+)`: ([^;]*)")
SELECTOR = re.compile(r'([a-z_:]+)\{((?:[^{}"]|"[^"]*")*)\}')
MATCHER = re.compile(r'(\w+)(=~|!=|!~|=)"([^"]*)"')
HISTOGRAM = re.compile(r"_(bucket|sum|count)$")

TEXT = re.compile(r'"[^"]*"')
LABELS = re.compile(r"\b(?:by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)")
MATCHERS = re.compile(r"\{[^}]*\}|\[[^]]*\]")
WORD = re.compile(r"(?<![\w:.])[a-zA-Z_:][a-zA-Z0-9_:]*(?!\s*\(|[a-zA-Z0-9_:])")
OPERATORS = {"and", "or", "unless", "bool", "offset"}


def documented() -> dict[str, dict[str, list[str]]]:
    """Each metric of docs/metrics.md, its labels, and the values of those that have fixed ones."""
    found = {}
    for line in METRICS.read_text(encoding="utf-8").splitlines():
        if row := ROW.match(line):
            name, _, rest = row.groups()
            labels = rest.split(" | ")[0] if name.startswith("jubilee_") else ""
            found[name] = {
                label: re.findall(r"`([^`]+)`", values) if values.startswith("`") else []
                for label, values in LABEL.findall(labels)
            }
    return found


def asked_for(expression: str) -> set[str]:
    """The names of the metrics in an expression."""
    for part in (TEXT, LABELS, MATCHERS):
        expression = part.sub(" ", expression)
    return set(WORD.findall(expression)) - OPERATORS


class QueriesTest(unittest.TestCase):
    def test_prometheus_parses_each(self) -> None:
        promtool = shutil.which("promtool")
        self.assertIsNotNone(promtool, "promtool is not there: Debian's package prometheus has it")
        rules = [
            {"record": "query", "expr": substituted(expression), "labels": {"of": f"{number}"}}
            for number, expression in enumerate(e for panel in panels() for e in panel.expressions)
        ]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "queries.yaml")
            file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
            asked = [promtool, "check", "rules", file]
            checked = subprocess.run(asked, capture_output=True, text=True, check=False)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn(f"SUCCESS: {len(rules)} rules found", checked.stdout)

    def test_no_variable_of_grafanas_is_left_over(self) -> None:
        for panel in panels():
            for expression in panel.expressions:
                self.assertNotIn("$", substituted(expression), panel)

    def test_every_metric_is_documented_or_recorded(self) -> None:
        known = documented()
        self.assertIn("jubilee_http_requests_total", known)
        recorded = {
            rule["record"]
            for group in yaml.safe_load((RULES / "slo.yaml").read_text())["groups"]
            for rule in group["rules"]
            if "record" in rule
        }
        for panel in panels():
            for expression in panel.expressions:
                for metric in asked_for(expression) - OTHERS - recorded:
                    self.assertTrue(
                        {metric, HISTOGRAM.sub("", metric)} & set(known), f"{panel}: {metric}"
                    )

    def test_labels_are_those_of_the_metric_and_say_what_they_can(self) -> None:
        known = documented()
        for panel in panels():
            for name, matchers in (m for e in panel.expressions for m in SELECTOR.findall(e)):
                labels = known.get(name, known.get(HISTOGRAM.sub("", name)))
                if labels is None:
                    continue
                for label, operator, wanted in MATCHER.findall(matchers):
                    if label in ADDED:
                        continue
                    self.assertIn(label, labels, f"{panel}: {name}")
                    for value in wanted.split("|") if "~" in operator else [wanted]:
                        said = f"{panel}: {name}: {label} is never {value}"
                        self.assertTrue(not labels[label] or value in labels[label], said)

    def test_what_is_grouped_by_is_a_label(self) -> None:
        known = documented()
        for panel in panels():
            for expression in panel.expressions:
                names = {HISTOGRAM.sub("", name) for name in asked_for(expression)}
                there = {label for name in names for label in known.get(name, {})}
                there |= ADDED | {"alertname", "le"}
                for by in re.findall(r"by \(([^)]*)\)", expression):
                    self.assertLessEqual(set(by.split(", ")), there, panel)

    def test_rates_are_over_what_grafana_thinks_right_for_the_scale(self) -> None:
        for panel in panels():
            for expression in panel.expressions:
                for window in re.findall(
                    r"(?:rate|increase|changes)\([^[]*\[([^]]*)\]", expression
                ):
                    self.assertIn(window, ("$__rate_interval", "$__range"), panel)

    def test_metrics_are_found_in_an_expression(self) -> None:
        expression = 'sum by (le, a) (rate(b_bucket{c="d e"}[5m])) / on (f) g:h or 0 * i offset 1h'
        self.assertEqual(asked_for(expression), {"b_bucket", "g:h", "i"})


class NeedsTest(unittest.TestCase):
    def test_the_table_names_panels_that_are_there_and_why_they_may_be_empty(self) -> None:
        table = yaml.safe_load((ROOT / "grafana/panels.yaml").read_text())
        there = {(panel.dashboard, panel.title) for panel in panels()}
        for dashboard, needing in table.items():
            for title, needs in needing.items():
                self.assertIn((dashboard, title), there)
                self.assertIn(needs["needs"], ("embedded-store", "fault"))
                self.assertTrue(needs["why"])
        marked = {(b.uid, p.title) for b in boards(ROOT) for p in b.panels() if p.needs}
        self.assertEqual(marked, {(d, title) for d, needing in table.items() for title in needing})


if __name__ == "__main__":
    unittest.main()
