"""What the words say without a figure holds for the figures: should an input change, the words must be looked at again."""

import unittest

from scale.tests.made import once


class ClaimsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.given, self.made = once()

    def test_wires_cost_more_than_machines_and_a_plain_log_most_of_all(self) -> None:
        bill = self.made["bill"]
        machines = sum(bill[name] for name in ("instances", "nodes", "disks"))
        self.assertGreater(sum(bill.values()), 2 * machines)
        self.assertGreater(self.made["logs"]["cloudwatch"], max(bill.values()))

    def test_storage_does_not_decide_and_rows_fit_into_memory(self) -> None:
        # 4 GiB a vCPU, of which Java, caches and the system take a half.
        memory = self.given["node_vcpus"] * 4 / 2
        for fleet in self.made["fleet"].values():
            self.assertLess(fleet["rows_gb_a_node"], memory)

    def test_joining_spares_little_and_most_of_the_hottest_users_reads_reach_the_store(self) -> None:
        hot = self.made["hot_keys"]
        self.assertLess(hot["joined_share"], 0.05)
        self.assertGreater(hot["hottest_store_reads"], 0.5 * hot["hottest"])
        self.assertLess(hot["hottest_by_one_worker"], 0.1 * hot["hottest"])

    def test_hints_take_longer_than_the_outage_and_dns_fails_for_longer_than_a_minute(self) -> None:
        self.assertGreater(self.made["hints"]["hours"], self.given["hint_window"])
        accelerator, *names = self.made["simulated"]["loss"]["dark"]
        self.assertLess(accelerator["seconds_of_failures"], 30)
        for name in names:
            self.assertGreater(name["seconds_of_failures"], 60)

    def test_headroom_keeps_requests_from_being_refused_and_none_refuses_some(self) -> None:
        after = self.made["use_after_loss"]
        self.assertEqual(max(one["refused"] for one in after["with_headroom"].values()), 0)
        self.assertGreater(
            max(one["use"] for one in after["without_headroom"].values()),
            max(one["use"] for one in after["with_headroom"].values()),
        )

    def test_near_the_knee_overload_means_refusals_and_not_slow_answers(self) -> None:
        over = [one for one in self.made["simulated"]["admission"]["loads"] if one["load"] > 1]
        for one in over:
            self.assertGreater(one["refused_share"], 0)
            self.assertLess(one["p99"], 200)


if __name__ == "__main__":
    unittest.main()
