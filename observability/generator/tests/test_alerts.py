"""The table of alerts becomes rules in each environment's time."""

import unittest
from pathlib import Path
from typing import Any

from generator import alerts, slo

ROOT = Path(__file__).parents[2]
TABLE = alerts.read(ROOT / "alerts.yaml")
ENVIRONMENTS = {each.name: each for each in slo.read(ROOT / "slo.yaml").environments}
ENTRY = {
    "alert": "JubileeX",
    "severity": "page",
    "for": "90s",
    "expr": "sum by (region) (rate(x[5m])) > $limit",
    "dashboard": "jubilee-region",
    "summary": "s",
    "description": "d",
}
THRESHOLDS = {"limit": {"production": 60, "staging": 60, "lab": 5}}


def made(environment: str, **change: Any) -> dict[str, Any]:
    """The entry, changed, as a rule."""
    return alerts.rule({**ENTRY, **change}, THRESHOLDS, ENVIRONMENTS[environment])


class AlertsTest(unittest.TestCase):
    def test_windows_waits_and_thresholds_are_the_environments(self) -> None:
        production, lab = made("production"), made("lab")
        self.assertEqual(production["expr"], "sum by (region) (rate(x[5m])) > 60")
        self.assertEqual(lab["expr"], "sum by (region) (rate(x[5s])) > 5")
        self.assertEqual([production["for"], lab["for"]], ["1m30s", "2s"])
        self.assertEqual(lab["labels"]["environment"], "lab")

    def test_offsets_and_subqueries_are_divided_and_labels_left_alone(self) -> None:
        expr = 'max_over_time(rate(x{window="1h"}[10m])[1h:5m]) > x offset 1h'
        self.assertEqual(
            alerts.in_time(expr, ENVIRONMENTS["lab"]),
            'max_over_time(rate(x{window="1h"}[10s])[1m:5s]) > x offset 1m',
        )

    def test_an_entry_that_lacks_something_is_refused(self) -> None:
        for field in ENTRY:
            lacking = {name: value for name, value in ENTRY.items() if name != field}
            with self.subTest(field), self.assertRaisesRegex(ValueError, "in this order"):
                alerts.rule(lacking, THRESHOLDS, ENVIRONMENTS["lab"])
        with self.assertRaisesRegex(ValueError, "in this order"):
            made("lab", runbok="x")
        with self.assertRaisesRegex(ValueError, "severity is one of"):
            made("lab", severity="sms")

    def test_every_alert_keeps_its_region(self) -> None:
        for entry in TABLE["alerts"]:
            with self.subTest(entry["alert"]):
                self.assertRegex(entry["expr"], r"by \([a-z, ]*\bregion\b")

    def test_every_threshold_is_used_and_known_everywhere(self) -> None:
        used = "".join(entry["expr"] for entry in TABLE["alerts"])
        for name, by_environment in TABLE["thresholds"].items():
            self.assertIn(f"${name}", used)
            self.assertEqual(list(by_environment), list(ENVIRONMENTS))


if __name__ == "__main__":
    unittest.main()
