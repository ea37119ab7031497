"""Queries of dashboards are PromQL, and ask for what the program and the rules have."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

from generator.dashboards import boards
from generator.tests.dashboards_read import ROOT, panels, substituted
from generator.tests.promql import ADDED, asked, documented, faults, known

# What Prometheus itself adds, and what the collector counts.
OTHERS = (
    "ALERTS",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "otelcol_receiver_accepted_spans",
    "otelcol_exporter_sent_spans",
)
LABEL = re.compile(r"`(\w+)`: ([^;]*)")
SELECTOR = re.compile(r'([a-z_:]+)\{((?:[^{}"]|"[^"]*")*)\}')
MATCHER = re.compile(r'(\w+)(=~|!=|!~|=)"([^"]*)"')
HISTOGRAM = re.compile(r"_(bucket|sum|count)$")


def values() -> dict[str, dict[str, list[str]]]:
    """Of each metric the labels that docs/metrics.md gives fixed values, and these."""
    return {
        name: {
            label: re.findall(r"`([^`]+)`", listed)
            for label, listed in LABEL.findall(labels)
            if listed.startswith("`")
        }
        for name, _, labels in documented()
    }


class QueriesTest(unittest.TestCase):
    def test_prometheus_parses_each(self) -> None:
        rules = [
            {"record": "query", "expr": substituted(expression), "labels": {"of": f"{number}"}}
            for number, expression in enumerate(e for panel in panels() for e in panel.expressions)
        ]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "queries.yaml")
            file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
            command = ["promtool", "check", "rules", str(file)]
            checked = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn(f"SUCCESS: {len(rules)} rules found", checked.stdout)

    def test_no_variable_of_grafanas_is_left_over(self) -> None:
        for panel in panels():
            for expression in panel.expressions:
                self.assertNotIn("$", substituted(expression), panel)

    def test_metrics_and_labels_are_those_that_there_are(self) -> None:
        metrics = known() | dict.fromkeys(OTHERS)
        for panel in panels():
            for expression in panel.expressions:
                self.assertEqual(faults(substituted(expression), metrics), [], panel)

    def test_labels_are_matched_with_what_they_can_say(self) -> None:
        listed = values()
        self.assertIn("retry", listed["jubilee_driver_events_total"]["event"])
        for panel in panels():
            for name, matchers in (m for e in panel.expressions for m in SELECTOR.findall(e)):
                fixed = listed.get(name, listed.get(HISTOGRAM.sub("", name), {}))
                for label, operator, wanted in MATCHER.findall(matchers):
                    for value in wanted.split("|") if "~" in operator else [wanted]:
                        said = f"{panel}: {name}: {label} is never {value}"
                        self.assertIn(value, fixed.get(label, [value]), said)

    def test_what_is_grouped_by_is_a_label(self) -> None:
        metrics = known()
        for panel in panels():
            for expression in panel.expressions:
                names = (name for name, _ in asked(substituted(expression)))
                there = ADDED.union({"alertname"}, *(metrics.get(name) or () for name in names))
                for by in re.findall(r"by \(([^)]*)\)", expression):
                    self.assertLessEqual(set(by.split(", ")), there, panel)

    def test_rates_are_over_what_grafana_thinks_right_for_the_scale(self) -> None:
        for panel in panels():
            for expression in panel.expressions:
                for window in re.findall(
                    r"(?:rate|increase|changes)\([^[]*\[([^]]*)\]", expression
                ):
                    self.assertIn(window, ("$__rate_interval", "$__range"), panel)


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
