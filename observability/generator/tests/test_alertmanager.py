"""The right people are told, and symptoms silenced: asked of amtool and a real Alertmanager."""

import json
import re
import subprocess
import tempfile
import time
import unittest
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

CONFIG = Path(__file__).parents[2] / "alertmanager/alertmanager.yml"
PATIENCE_SECONDS = 60
ASK_AGAIN_SECONDS = 0.1

Labels = dict[str, str]
T = TypeVar("T")


def told(labels: Labels) -> Labels:
    """As Alertmanager tells them: a label that is empty is none."""
    return {name: value for name, value in labels.items() if value}


class RoutesTest(unittest.TestCase):
    def receiver(self, **labels: str) -> str:
        pairs = [f"{name}={value}" for name, value in labels.items()]
        asked = ["amtool", "config", "routes", "test", f"--config.file={CONFIG}", *pairs]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()

    def test_the_configuration_is_one(self) -> None:
        subprocess.run(["amtool", "check-config", str(CONFIG)], check=True, capture_output=True)

    def test_each_severity_goes_where_it_belongs(self) -> None:
        for environment, severity, receiver in [
            ("production", "page", "pager"),
            ("production", "ticket", "tracker"),
            ("staging", "page", "tracker"),
            ("staging", "ticket", "tracker"),
            ("lab", "page", "nobody"),
            ("lab", "ticket", "nobody"),
        ]:
            with self.subTest(environment=environment, severity=severity):
                self.assertEqual(
                    self.receiver(environment=environment, severity=severity, region="eu"), receiver
                )

    def test_an_alert_that_nobody_foresaw_wakes_somebody(self) -> None:
        self.assertEqual(self.receiver(alertname="Unheard"), "pager")
        self.assertEqual(self.receiver(environment="production", severity="disaster"), "pager")


class InhibitionTest(unittest.TestCase):
    """Each test has an Alertmanager of its own, on a free port."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = Path(folder.name) / "log"
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [
                    "prometheus-alertmanager",
                    f"--config.file={CONFIG}",
                    f"--storage.path={folder.name}/data",
                    "--web.listen-address=127.0.0.1:0",
                    "--cluster.listen-address=",
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.address = self.wait_for(self.told_address, "it listens")

    def wait_for(self, found: Callable[[], T], what: str) -> T:
        """What `found` gives as soon as it gives something."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if result := found():
                return result
            # Until it says so, there is nothing else to wait for.
            time.sleep(ASK_AGAIN_SECONDS)
        self.fail(f"not in {PATIENCE_SECONDS} s: {what}\n{self.log.read_text(encoding='utf-8')}")

    def told_address(self) -> str | None:
        said = re.search(r'"Listening on" address=(\S+)', self.log.read_text(encoding="utf-8"))
        return said and said.group(1)

    def ask(self, content: object = None) -> Any:
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(
            f"http://{self.address}/api/v2/alerts",
            data=data,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return json.loads(answer.read() or "[]")

    def silenced(self, *ringing: Labels) -> list[Labels]:
        """Posts alerts, waits until each has been judged, and gives those that are silenced."""
        everywhere = {"environment": "production", "region": "eu"}
        # Alerts are looked at in order: when the last has silenced the one before, all have been.
        silenced_last = {"environment": "last", "severity": "ticket", "alertname": "Last"}
        last = {**silenced_last, "severity": "page"}
        posted = [{**everywhere, **labels} for labels in ringing] + [silenced_last, last]
        self.ask([{"labels": labels} for labels in posted])

        def judged() -> list[Labels]:
            suppressed = [
                alert["labels"] for alert in self.ask() if alert["status"]["state"] == "suppressed"
            ]
            return suppressed if silenced_last in suppressed else []

        suppressed = self.wait_for(judged, "every alert has been judged")
        return [labels for labels in ringing if told({**everywhere, **labels}) in suppressed]

    def page(self, name: str, **labels: str) -> Labels:
        return {"alertname": name, "severity": "page", **labels}

    def ticket(self, name: str, **labels: str) -> Labels:
        return {"alertname": name, "severity": "ticket", **labels}

    def test_a_region_that_is_down_silences_its_symptoms_and_no_others(self) -> None:
        symptoms = [
            self.page("JubileeAvailabilityBurn", slo="availability"),
            self.page("JubileeGetLatencyBurn", slo="get_latency"),
            self.page("JubileePutLatencyBurn", slo="put_latency"),
            self.ticket("JubileeFreshnessBurn", slo="freshness"),
            self.page("JubileeReplicationLagBurn", **{"from": "us", "to": "eu"}),
            self.page("JubileeReplicationLag", **{"from": "us", "to": "eu"}),
            self.page("JubileeSessionDown"),
            self.ticket("JubileeOverload"),
            self.page("JubileeReplicationLag", **{"region": "us", "from": "eu", "to": "us"}),
            self.ticket("JubileeRegionUnready", instance="eu-1", **{"from": "eu"}),
        ]
        causes_and_others = [
            self.page("JubileeRegionUnready", **{"from": "eu"}),
            self.page("JubileeFailoverInUse"),
            self.page("JubileeSchemaMismatch"),
            self.ticket("JubileeClockSkew", peer="us"),
            self.page("JubileeAvailabilityBurn", slo="availability", region="us"),
            self.page("JubileeReplicationLag", **{"region": "us", "from": "ap", "to": "us"}),
            self.page("JubileeAvailabilityBurn", slo="availability", environment="staging"),
        ]
        self.assertEqual(self.silenced(*causes_and_others, *symptoms), symptoms)

    def test_a_region_that_cannot_be_asked_silences_its_symptoms(self) -> None:
        symptom = self.page("JubileeAvailabilityBurn", slo="availability")
        instance = self.ticket("JubileeTargetMissing", job="jubilee", instance="eu-1")
        collector = self.ticket("JubileeTargetMissing", job="collector", instance="c")
        missing = self.page("JubileeTargetMissing", job="jubilee")
        ringing = self.silenced(missing, symptom, instance, collector)
        self.assertEqual(ringing, [symptom, instance])

    def test_a_page_silences_the_ticket_of_the_same_objective_only(self) -> None:
        same = self.ticket("JubileeAvailabilityBurn", slo="availability")
        others = [
            self.page("JubileeAvailabilityBurn", slo="availability"),
            self.ticket("JubileeGetLatencyBurn", slo="get_latency"),
            self.ticket("JubileeAvailabilityBurn", slo="availability", region="us"),
        ]
        self.assertEqual(self.silenced(same, *others), [same])

    def test_one_instance_that_is_unready_silences_nothing(self) -> None:
        self.assertEqual(
            self.silenced(
                self.ticket("JubileeRegionUnready", instance="eu-1", **{"from": "eu"}),
                self.ticket("JubileeOverload"),
                self.page("JubileeAvailabilityBurn", slo="availability"),
            ),
            [],
        )

    def test_a_lag_of_minutes_silences_its_objective_in_the_same_direction(self) -> None:
        burn = self.page("JubileeReplicationLagBurn", **{"from": "us", "to": "eu"})
        other_way = self.page("JubileeReplicationLagBurn", **{"from": "ap", "to": "eu"})
        lag = self.page("JubileeReplicationLag", **{"from": "us", "to": "eu"})
        self.assertEqual(self.silenced(lag, burn, other_way), [burn])

    def test_a_collector_that_is_away_silences_the_spans_of_every_region(self) -> None:
        spans = [self.ticket("JubileeSpansDropped", region=region) for region in ("eu", "us")]
        missing = self.ticket("JubileeTargetMissing", job="collector", region="", instance="c")
        self.assertEqual(self.silenced(missing, *spans, self.ticket("JubileeOverload")), spans)


if __name__ == "__main__":
    unittest.main()
