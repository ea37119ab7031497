"""Recording rules and burn-rate alerts have the windows and thresholds of the workbook."""

import unittest
from pathlib import Path
from typing import Any

from generator import burn, slo

ROOT = Path(__file__).parents[2]
OBJECTIVES = slo.read(ROOT / "slo.yaml")
ENVIRONMENTS = {environment.name: environment for environment in OBJECTIVES.environments}


def rules(environment: str, objective: str) -> dict[Any, dict[str, Any]]:
    """The rules of an objective by record, or by alert's severity."""
    there = ENVIRONMENTS[environment]
    wanted = next(each for each in there.objectives if each.name == objective)
    group = burn.group(wanted, there, OBJECTIVES)
    return {rule.get("record") or rule["labels"]["severity"]: rule for rule in group["rules"]}


class BurnTest(unittest.TestCase):
    def test_thresholds_are_the_factor_times_the_budget_exactly(self) -> None:
        for objective, page, ticket in [
            ("availability", ("0.0072", "0.003"), ("0.0015", "0.0005")),
            ("get_latency", ("0.144", "0.06"), ("0.03", "0.01")),
            ("put_latency", ("0.144", "0.06"), ("0.03", "0.01")),
            ("freshness", ("0.0144", "0.006"), ("0.003", "0.001")),
            ("replication_lag", ("0.072", "0.03"), ("0.015", "0.005")),
        ]:
            made = rules("production", objective)
            name = f"region:jubilee_{objective}_bad:ratio"
            with self.subTest(objective):
                self.assertIn(f"{name}1h > {page[0]}\n", made["page"]["expr"])
                self.assertIn(f"{name}5m > {page[0]}\n", made["page"]["expr"])
                self.assertIn(f"{name}6h > {page[1]}\n", made["page"]["expr"])
                self.assertIn(f"{name}30m > {page[1]}\n", made["page"]["expr"])
                self.assertIn(f"{name}1d > {ticket[0]}\n", made["ticket"]["expr"])
                self.assertIn(f"{name}2h > {ticket[0]}\n", made["ticket"]["expr"])
                self.assertIn(f"{name}3d > {ticket[1]}\n", made["ticket"]["expr"])
                self.assertIn(f"{name}6h > {ticket[1]}\n", made["ticket"]["expr"])

    def test_a_ratio_is_named_after_productions_window_and_made_over_its_own(self) -> None:
        name = "region:jubilee_availability_bad:ratio1h"
        for environment, window in [("production", "[1h]"), ("staging", "[1h]"), ("lab", "[1m]")]:
            self.assertEqual(rules(environment, "availability")[name]["expr"].count(window), 2)

    def test_late_time_is_divided_by_the_points_of_the_whole_window(self) -> None:
        name = "region:jubilee_replication_lag_bad:ratio"
        production, lab = rules("production", "replication_lag"), rules("lab", "replication_lag")
        self.assertTrue(production[f"{name}1h"]["expr"].endswith("[1h]) / 120"))
        self.assertTrue(production[f"{name}3d"]["expr"].endswith("[3d]) / 8640"))
        self.assertTrue(lab[f"{name}1h"]["expr"].endswith("[1m]) / 60"))
        self.assertTrue(lab[f"{name}5m"]["expr"].endswith("[5s]) / 5"))

    def test_few_bad_requests_alert_nobody_and_late_time_has_no_such_bound(self) -> None:
        self.assertEqual(rules("production", "freshness")["page"]["expr"].count(">= 10"), 2)
        self.assertNotIn(">= 10", rules("production", "replication_lag")["page"]["expr"])

    def test_an_alert_links_its_runbook_and_its_regions_dashboard(self) -> None:
        annotations = rules("lab", "get_latency")["page"]["annotations"]
        self.assertTrue(annotations["runbook"].startswith("https://"))
        self.assertTrue(annotations["runbook"].endswith("/docs/runbooks/JubileeGetLatencyBurn.md"))
        self.assertEqual(
            annotations["dashboard"], "/d/jubilee-region?var-region={{ $labels.region }}"
        )


if __name__ == "__main__":
    unittest.main()
