"""Rules ask for metrics and labels that there are."""

import unittest

import yaml

from generator.tests.promql import REPOSITORY, asked, faults, known

PROMETHEUS = REPOSITORY / "observability/prometheus"


class PromqlTest(unittest.TestCase):
    def test_metrics_and_labels_are_told_from_everything_else(self) -> None:
        expr = (
            'sum by (le) (rate(a_bucket{route="/x/{y}", le=~"0.1"}[5m:1m])) / 3e2 > bool 0.5\n'
            'unless on (job) {__name__=~"c(_total)?", job="d"} offset 5m or region:e:rate'
        )
        self.assertEqual(
            list(asked(expr)),
            [("a_bucket", {"route", "le"}), ("c", {"job"}), ("region:e:rate", set())],
        )

    def test_what_there_is_not_is_noticed(self) -> None:
        metrics = known()
        self.assertEqual(faults('rate(up{anything="x"}[5m])', metrics), [])
        self.assertEqual(faults("jubilee_redy == 0", metrics), ["there is no metric jubilee_redy"])
        self.assertEqual(
            faults('jubilee_ready{peer="eu"}', metrics), ["jubilee_ready has no label peer"]
        )
        self.assertEqual(
            faults("jubilee_mailbox_wait_seconds", metrics),
            ["there is no metric jubilee_mailbox_wait_seconds"],
        )

    def test_every_rule_asks_for_what_there_is(self) -> None:
        metrics = known()
        found = {}
        for file in PROMETHEUS.glob("rules/*/*.yaml"):
            for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
                for rule in group["rules"]:
                    if wrong := faults(rule["expr"], metrics):
                        found[rule.get("alert") or rule["record"]] = wrong
        self.assertEqual(found, {})

    def test_every_series_of_the_tests_is_one_that_there_is(self) -> None:
        metrics = known()
        found = {}
        for file in PROMETHEUS.glob("tests/*.yaml"):
            for case in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]:
                for series in (given["series"] for given in case["input_series"]):
                    if series.startswith("jubilee_") and (wrong := faults(series, metrics)):
                        found[f"{file.name}: {series}"] = wrong
        self.assertEqual(found, {})


if __name__ == "__main__":
    unittest.main()
