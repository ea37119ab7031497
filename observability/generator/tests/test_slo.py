"""slo.yaml is read exactly, and what cannot be meant is refused."""

import copy
import json
import unittest
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from generator import slo

ROOT = Path(__file__).parents[2]


class SloTest(unittest.TestCase):
    def setUp(self) -> None:
        self.document = yaml.safe_load((ROOT / "slo.yaml").read_text(encoding="utf-8"))
        self.environments = {each.name: each for each in slo.read(ROOT / "slo.yaml").environments}

    def refused(self, change: dict[str, Any], because: str) -> None:
        document = copy.deepcopy(self.document)
        document["environments"]["production"]["objectives"].update(change)
        with self.assertRaisesRegex(ValueError, because):
            slo.parse(document)

    def test_the_three_environments_are_there(self) -> None:
        self.assertEqual(list(self.environments), ["production", "staging", "lab"])

    def test_production_promises_what_the_design_says(self) -> None:
        objectives = {each.name: each for each in self.environments["production"].objectives}
        self.assertEqual(
            {name: str(each.target_percent) for name, each in objectives.items()},
            {
                "availability": "99.95",
                "get_latency": "99",
                "put_latency": "99",
                "freshness": "99.9",
                "replication_lag": "99.5",
            },
        )
        self.assertEqual(objectives["get_latency"].below_seconds, "0.025")
        self.assertEqual(objectives["put_latency"].below_seconds, "0.05")
        self.assertEqual(objectives["replication_lag"].below_seconds, "2")

    def test_staging_is_held_to_what_production_promises(self) -> None:
        self.assertEqual(
            self.environments["staging"].objectives, self.environments["production"].objectives
        )

    def test_a_budget_is_exact(self) -> None:
        self.assertEqual(slo.Objective("x", Decimal("99.95"), None).budget, Decimal("0.0005"))

    def test_an_hour_is_a_minute_in_the_laboratory(self) -> None:
        lab, production = self.environments["lab"], self.environments["production"]
        for nominal, there in [("5m", 5_000), ("1h", 60_000), ("6h", 360_000), ("3d", 4_320_000)]:
            self.assertEqual(lab.window(nominal), there)
        self.assertEqual(production.window("1h"), 3_600_000)
        self.assertEqual(
            [lab.pending("1m"), lab.pending("90s"), lab.pending("0s")], [1000, 2000, 0]
        )
        self.assertEqual(lab.window("1m"), 4_000, "shorter, and there were no rate")

    def test_what_cannot_be_meant_is_refused(self) -> None:
        self.refused({"availability": {"target_percent": 100}}, "leaves no budget")
        self.refused(
            {"availability": {"target_percent": 99, "below_ms": 1}}, "needs target_percent"
        )
        self.refused({"get_latency": {"target_percent": 99}}, "needs below_ms, target_percent")
        self.refused({"availability": {"target_percent": 93}}, "more than everything")
        self.refused({"durability": {"target_percent": 99}}, "each of them, in this order")

    def test_programs_that_read_json_find_the_same(self) -> None:
        self.assertEqual(json.loads((ROOT / "slo.json").read_text(encoding="utf-8")), self.document)


if __name__ == "__main__":
    unittest.main()
