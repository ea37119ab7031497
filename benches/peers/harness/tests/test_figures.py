"""Medians, ratios, knees and goals say what the page says they do."""

import unittest
from typing import Any

from harness import figures


def run(
    due: int = 100_000, in_time: float = 1.0, p99: float = 1_000.0, late: float = 10.0
) -> dict[str, Any]:
    return {
        "due": due,
        "answered_in_time": due * in_time,
        "late_p99": late,
        "p50": p99 / 10,
        "p90": p99 / 2,
        "p99": p99,
        "p999": p99 * 2,
    }


def ladder(*rounds: dict[str, Any]) -> list[figures.Point]:
    return figures.points(
        [{"offered": 1000.0 * (step + 1), "rounds": [each]} for step, each in enumerate(rounds)]
    )


class FiguresTest(unittest.TestCase):
    def test_a_ratio_is_the_median_of_the_rounds_ratios(self) -> None:
        loops = {
            "jubilee": [{"per_second": each} for each in (10.0, 40.0, 30.0)],
            "gin": [{"per_second": each} for each in (5.0, 10.0, 3.0)],
        }
        results = {"closed_loop": {"get": loops}}
        self.assertEqual(figures.ratio(results, "get", "per_second", "jubilee", "gin"), 4.0)
        self.assertEqual(figures.fastest(results, "get", ["gin", "jubilee"]), "jubilee")

    def test_a_round_that_the_generator_did_not_hold_counts_for_nothing(self) -> None:
        late = run(p99=90_000.0, late=figures.LATE_MICROS + 1)
        found = figures.point(1000.0, [late, run(), run(in_time=0.98)])
        assert found is not None
        self.assertEqual((found.p99, found.achieved), (1_000.0, 990.0))
        self.assertIsNone(figures.point(1000.0, [late]))

    def test_a_percentile_needs_requests_beyond_it(self) -> None:
        for due, told in [(99, ["p50"]), (100, ["p50", "p90"]), (1_000, ["p50", "p90", "p99"])]:
            found = figures.point(10.0, [run(due=due)])
            assert found is not None
            self.assertEqual(list(found.latency), told, f"{due} requests")
        found = figures.point(10.0, [run(due=5_000), run(due=5_000)])
        assert found is not None
        self.assertIn("p999", found.latency, "the rounds' requests count together")

    def test_the_knee_is_the_last_load_before_the_first_that_is_not_held(self) -> None:
        def knee(*rounds: dict[str, Any]) -> float | None:
            found = figures.knee("get", ladder(*rounds))
            return None if found is None else found.offered

        limit = figures.LIMIT_MICROS["get"]
        self.assertEqual(knee(run(), run(p99=limit), run(p99=limit + 1)), 2000.0, "too late")
        self.assertEqual(
            knee(run(), run(in_time=0.989), run()), 1000.0, "left behind, whatever comes after"
        )
        self.assertEqual(knee(run(), run(), run()), 3000.0)
        self.assertIsNone(knee(run(in_time=0.5)))

    def test_steps_are_numbers_that_can_be_read(self) -> None:
        self.assertEqual(
            figures.steps(117_345.0, (0.1, 0.55, 1.0)), [12_000.0, 65_000.0, 120_000.0]
        )

    def test_a_goal_is_met_on_its_own_side(self) -> None:
        self.assertTrue(figures.Goal("rate", 8, 8.0, at_least=True).met)
        self.assertFalse(figures.Goal("rate", 8, 7.99, at_least=True).met)
        self.assertTrue(figures.Goal("time", 2, 2.0, at_least=False).met)
        self.assertFalse(figures.Goal("time", 2, 2.01, at_least=False).met)


if __name__ == "__main__":
    unittest.main()
