"""The simulations keep the contract's rules, and give what theory says where there is a theory."""

import random
import unittest

from scale import inputs
from scale.regions import round_trip
from scale.simulation import admission, draw, loss, reads


class ReadsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.inputs = inputs.read()

    def test_at_home_a_token_is_always_satisfied(self) -> None:
        chance = random.Random(1)
        self.assertFalse(any(reads.tokened_read(self.inputs, chance, "eu", "eu", 0)[1] for _ in range(100)))

    def test_elsewhere_a_read_before_half_a_round_trip_asks_the_tokens_region(self) -> None:
        chance = random.Random(2)
        way = round_trip("us", "eu") / 2
        for _ in range(200):
            took, asked = reads.tokened_read(self.inputs, chance, "us", "eu", way * 0.8)
            self.assertTrue(asked)
            self.assertGreater(took, round_trip("us", "eu"))

    def test_elsewhere_a_read_long_after_does_not_unless_two_replicas_are_late(self) -> None:
        chance = random.Random(3)
        asked = sum(reads.tokened_read(self.inputs, chance, "us", "eu", 1)[1] for _ in range(2000))
        self.assertEqual(asked, 0)
        late = self.inputs.changed(late=1, late_seconds=1e6)
        self.assertTrue(reads.tokened_read(late, chance, "us", "eu", 1)[1])


class LossTest(unittest.TestCase):
    def setUp(self) -> None:
        self.inputs = inputs.read()

    def test_whoever_is_moved_before_the_last_try_is_answered(self) -> None:
        at_once = loss.Mover("at once", 1, 0, 0)
        self.assertEqual(loss.dark(self.inputs, at_once)["failed_share"], 0)
        never = loss.Mover("never", 1, 1e9, 0)
        self.assertEqual(loss.dark(self.inputs, never)["failed_share"], 1)

    def test_the_slower_the_mover_the_more_fails(self) -> None:
        shares = [loss.dark(self.inputs, mover)["failed_share"] for mover in loss.MOVERS]
        self.assertEqual(shares, sorted(shares))

    def test_no_request_fails_while_only_nodes_are_lost(self) -> None:
        for hang in (False, True):
            told = loss.nodes_lost(self.inputs, "ap", hang)
            self.assertEqual(told["failed"], 0)
            self.assertGreater(told["moved_after"], self.inputs["grace"])


class AdmissionTest(unittest.TestCase):
    def setUp(self) -> None:
        self.inputs = inputs.read()

    def test_a_worker_with_room_refuses_nobody_and_takes_as_long_as_its_store(self) -> None:
        told = admission.worker(self.inputs, 0.2, 1)
        self.assertEqual(told["refused_share"], 0)
        self.assertAlmostEqual(told["p50"], self.inputs["store_read"] * 1000, delta=0.3)

    def test_an_overloaded_worker_refuses_what_it_cannot_do(self) -> None:
        told = admission.worker(self.inputs, 1.5, 2)
        self.assertAlmostEqual(told["refused_share"], 1 - 1 / 1.5, delta=0.05)

    def test_behind_a_slow_store_the_bound_on_the_wait_lets_nobody_time_out(self) -> None:
        alone, both = (admission.slow_store(self.inputs, by_wait) for by_wait in (False, True))
        self.assertGreater(alone["timed_out_share"], 0.05)
        self.assertLess(both["timed_out_share"], 0.01)
        self.assertGreater(both["answered_share"], alone["answered_share"])

    def test_a_count_bounds_who_is_inside(self) -> None:
        gate = admission.Admission(2, 2.0)
        self.assertEqual([gate.admit(0.0) for _ in range(3)], [True, True, False])
        gate.left(0.1, 0.1, True)
        self.assertTrue(gate.admit(0.1))


class DrawTest(unittest.TestCase):
    def test_percentiles_are_of_sorted_values(self) -> None:
        self.assertEqual(draw.percentile([1, 2, 3, 4], 50), 3)
        self.assertEqual(draw.percentile([1], 99.9), 1)
        with self.assertRaises(ValueError):
            draw.percentile([], 50)

    def test_a_seed_gives_the_same_in_every_run(self) -> None:
        one, other = (draw.about(random.Random(5), 1, 0.5) for _ in range(2))
        self.assertEqual(one, other)


if __name__ == "__main__":
    unittest.main()
