"""The tests in prometheus/tests show each alert silent, ringing and silent, and notice faults."""

import re
import shutil
import subprocess
import tempfile
import unittest
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from generator import durations

PROMETHEUS = Path(__file__).parents[2] / "prometheus"
LABEL = re.compile(r'(\w+)="([^"]*)"')

Alert = tuple[str, str]
"""A name and a severity."""


@dataclass(frozen=True)
class Moment:
    """What a case expects at one time, of the alerts that it looks at."""

    at: int
    ringing: frozenset[Alert]
    name: str | None
    severity: str | None

    def looks_at(self, alert: Alert) -> bool:
        """Whether this says anything about an alert."""
        return self.name in (None, alert[0]) and self.severity in (None, alert[1])


def rules() -> Iterator[dict[str, Any]]:
    """Production's rules."""
    for file in sorted((PROMETHEUS / "rules/production").glob("*.yaml")):
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            yield from group["rules"]


def cases() -> Iterator[list[Moment]]:
    """The cases of all files, each as its moments in order."""
    for file in sorted((PROMETHEUS / "tests").glob("*.yaml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]:
            yield sorted(moments(case), key=lambda moment: moment.at)


def moments(case: dict[str, Any]) -> Iterator[Moment]:
    """What a case expects of alerts: by their names, or by the series kept of them."""
    for check in case.get("alert_rule_test", []):
        name = check["alertname"]
        ringing = {(name, each["exp_labels"]["severity"]) for each in check.get("exp_alerts", [])}
        yield Moment(at(check), frozenset(ringing), name, None)
    for check in case.get("promql_expr_test", []):
        if not check["expr"].startswith("ALERTS"):
            continue
        of = dict(LABEL.findall(check["expr"])).get("severity")
        samples = (dict(LABEL.findall(each["labels"])) for each in check.get("exp_samples", []))
        ringing = {(each["alertname"], each["severity"]) for each in samples}
        yield Moment(at(check), frozenset(ringing), None, of)


def at(check: dict[str, Any]) -> int:
    """The time of a check."""
    return durations.milliseconds(check["eval_time"])


class CoverageTest(unittest.TestCase):
    def test_every_alert_is_seen_silent_then_ringing_then_silent_again(self) -> None:
        alerts = {
            (rule["alert"], rule["labels"]["severity"]) for rule in rules() if "alert" in rule
        }
        self.assertGreater(len(alerts), 20)
        every = list(cases())
        seen = {alert for alert in alerts for case in every if self.shown(alert, case)}
        self.assertEqual(alerts - seen, set())

    def shown(self, alert: Alert, case: list[Moment]) -> bool:
        states = [alert in moment.ringing for moment in case if moment.looks_at(alert)]
        changes = [
            state for index, state in enumerate(states) if states[index - 1 : index] != [state]
        ]
        return "0 1 0" in " ".join(str(int(state)) for state in changes)

    def test_what_every_alert_says_is_tested_to_the_letter(self) -> None:
        tested = set()
        for file in (PROMETHEUS / "tests").glob("*.yaml"):
            for case in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]:
                for check in case.get("alert_rule_test", []):
                    if any("exp_annotations" in alert for alert in check.get("exp_alerts", [])):
                        tested.add(check["alertname"])
        self.assertEqual({rule["alert"] for rule in rules() if "alert" in rule} - tested, set())


class PlantedFaultTest(unittest.TestCase):
    """A test that cannot fail proves nothing: here each is given rules with a fault."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.copy = Path(folder.name) / "prometheus"
        shutil.copytree(PROMETHEUS, self.copy)

    def passes(self, test: str) -> bool:
        asked = ["promtool", "test", "rules", str(self.copy / f"tests/{test}.yaml")]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0

    def plant(self, file: str, wrong: Callable[[str], str]) -> None:
        """Changes a file of rules from what it truly is."""
        text = (PROMETHEUS / "rules/production" / file).read_text(encoding="utf-8")
        self.assertNotEqual(wrong(text), text, "the fault does not fit the rules any more")
        (self.copy / "rules/production" / file).write_text(wrong(text), encoding="utf-8")

    def test_an_alert_that_never_rings_is_noticed(self) -> None:
        for rule in rules():
            if "alert" not in rule or rule["alert"].endswith("Burn"):
                continue
            name = re.sub("([A-Z])", r"_\1", rule["alert"].removeprefix("Jubilee")).lower()[1:]
            with self.subTest(rule["alert"], severity=rule["labels"]["severity"]):
                self.plant("alerts.yaml", partial(without, silent=rule))
                self.assertFalse(self.passes(name))

    def test_a_changed_threshold_window_or_wait_is_noticed(self) -> None:
        for file, was, planted, test in [
            (
                "slo.yaml",
                "availability_bad:ratio1h > 0.0072",
                "availability_bad:ratio1h > 0.009",
                "availability_burn",
            ),
            (
                "slo.yaml",
                "availability_bad:ratio5m > 0.0072",
                "availability_bad:ratio1h > 0.0072",
                "availability_burn",
            ),
            ("slo.yaml", ">= 10", ">= 5", "availability_burn_edges"),
            ("slo.yaml", " > 0)", ")", "availability_burn_edges"),
            ("slo.yaml", "(up offset 1m == 1)", "(up)", "availability_burn_edges"),
            (
                "alerts.yaml",
                "jubilee_replication_lag_seconds) > 60",
                "jubilee_replication_lag_seconds) > 90",
                "replication_lag",
            ),
            (
                "alerts.yaml",
                "jubilee_clock_skew_seconds)) > 1",
                "jubilee_clock_skew_seconds)) > 2",
                "clock_skew",
            ),
            (
                "alerts.yaml",
                "max by (region) (jubilee_ready)",
                "min by (region) (jubilee_ready)",
                "region_unready",
            ),
            (
                "alerts.yaml",
                "max by (region) (jubilee_breaker_open)",
                "max(jubilee_breaker_open)",
                "failover_in_use",
            ),
            ("alerts.yaml", "for: 1m", "for: 10m", "failover_in_use"),
            ("alerts.yaml", "for: 2m", "for: 30s", "target_missing"),
            ("alerts.yaml", "offset 1h", "offset 10m", "target_missing"),
        ]:
            with self.subTest(planted, test=test):
                shutil.copytree(PROMETHEUS / "rules", self.copy / "rules", dirs_exist_ok=True)
                self.plant(file, partial(replaced, was=was, planted=planted))
                self.assertFalse(self.passes(test))

    def test_rules_without_a_fault_pass(self) -> None:
        for test in ["failover_in_use", "replication_lag", "target_missing"]:
            with self.subTest(test):
                self.assertTrue(self.passes(test))


def replaced(text: str, was: str, planted: str) -> str:
    """The file of rules with something else in it."""
    return text.replace(was, planted)


def without(text: str, silent: dict[str, Any]) -> str:
    """The file of rules with one alert that never rings."""
    document = yaml.safe_load(text)
    for group in document["groups"]:
        for rule in group["rules"]:
            if rule == silent:
                rule["expr"] = "vector(1) == 0"
    return yaml.safe_dump(document)


if __name__ == "__main__":
    unittest.main()
