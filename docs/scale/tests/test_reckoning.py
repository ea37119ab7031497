"""Machines, wires, watching, recovery and money: small cases by hand, and what must grow with what."""

import unittest

from scale import inputs
from scale.reckoning import machines, money, recovery, traffic, watching
from scale.reckoning.demand import Demand
from scale.regions import BY_NAME, REGIONS


class ReckoningTest(unittest.TestCase):
    def setUp(self) -> None:
        self.inputs = inputs.read()
        self.demand = Demand(self.inputs)
        self.fleets = machines.fleet(self.inputs, self.demand, survives=True)

    def test_instances_and_nodes_of_a_small_case_by_hand(self) -> None:
        given = self.inputs.changed(
            gets=0.5, get_instance=20, put_instance=40, get_nodes=100, put_nodes=300, put_replica=50, core=1,
            upkeep=2, replicas=3,
        )
        # 1,000 requests of 30 µs each.
        self.assertAlmostEqual(machines.instance_vcpus(given, 1000), 0.03)
        # 1,000 requests of 200 µs, and 100 foreign writes of 3 times 50 µs; all of it twice.
        self.assertAlmostEqual(machines.node_vcpus(given, 1000, 100), 2 * (0.2 + 0.015))

    def test_a_fleet_that_survives_a_region_stays_under_the_planned_use(self) -> None:
        for lost in REGIONS:
            for hour in (0.0, 6.0, 11.75, 19.0, 23.5):
                use = machines.use_after(self.inputs, self.demand, self.fleets, lost.name, hour)
                self.assertLessEqual(max(one["use"] for one in use.values()), self.inputs["busy"] + 1e-9)

    def test_a_fleet_has_as_many_in_each_zone_and_headroom_costs(self) -> None:
        without = machines.fleet(self.inputs, self.demand, survives=False)
        for name, fleet in self.fleets.items():
            for what in ("instances", "nodes"):
                self.assertEqual(fleet[what] % machines.ZONES, 0)
                self.assertGreaterEqual(fleet[what], without[name][what])

    def test_each_write_is_sent_to_every_other_region_once(self) -> None:
        given = self.inputs.changed(wire_there=100, wire_back=0)
        sent = sum(one["megabits"] for one in traffic.replication(given, self.demand).values())
        writes = self.demand.world_mean * (1 - given["gets"])
        self.assertAlmostEqual(sent, writes * 4 * 100 * 8 / 1e6)

    def test_tiers_are_charged_each_at_its_price(self) -> None:
        self.assertAlmostEqual(traffic.tiered(BY_NAME["us"], 20_000), 10_000 * 0.09 + 10_000 * 0.085)
        self.assertAlmostEqual(traffic.tiered(BY_NAME["us"], 0), 0)

    def test_a_balancer_is_charged_by_its_dearest_dimension(self) -> None:
        few = traffic.users(self.inputs.changed(connection=1e9), self.demand)["us"]["units"]
        many = traffic.users(self.inputs.changed(connection=1), self.demand)["us"]["units"]
        self.assertAlmostEqual(many, self.demand.mean("us") / 25)
        self.assertLess(few, many)

    def test_hints_of_a_small_cluster_by_hand(self) -> None:
        given = self.inputs.changed(
            gets=0, hint_bytes=100, hint_window=1, replicas=3, hint_throttle=1000, hint_threads=2
        )
        fleets = {"ap": {"nodes": 4}, "us": {"nodes": 6}}
        told = recovery.hints(given, self.demand, fleets, "ap")
        made = self.demand.world_mean * 3 * 100 / 4
        # Each of six senders gives two nodes of four a ninth of 1,000 bytes a second.
        delivered = 1000 / 9 * 6 * 2 / 4
        self.assertAlmostEqual(told["kilobytes_a_second_made"], made / 1000)
        self.assertAlmostEqual(told["hours"], made / delivered)
        self.assertAlmostEqual(told["throttle_for_an_hour"] * 1024 / 1000, made / delivered)

    def test_a_log_line_a_request_is_what_it_says(self) -> None:
        given = self.inputs.changed(log_line=100, logs_gb=1)
        logs = watching.logs(given, self.demand)
        self.assertAlmostEqual(logs["megabytes_a_second"], self.demand.world_mean * 100 / 1e6)
        self.assertAlmostEqual(logs["cloudwatch"], self.demand.world_mean * 100 * 730 * 3600 / 1e9)

    def test_twice_the_requests_cost_nearly_twice(self) -> None:
        def bill(requests: float) -> float:
            given = self.inputs.changed(requests=requests)
            demand = Demand(given)
            return sum(money.month(given, demand, machines.fleet(given, demand, True)).values())

        self.assertAlmostEqual(bill(4e6) / bill(2e6), 2, delta=0.2)

    def test_an_unknown_input_is_refused(self) -> None:
        with self.assertRaises(KeyError):
            self.inputs.changed(nothing=1)


if __name__ == "__main__":
    unittest.main()
