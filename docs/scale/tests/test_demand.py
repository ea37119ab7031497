"""What is asked for, by hand where that can be done."""

import math
import random
import unittest

from scale import inputs
from scale.reckoning.demand import QUARTERS, Demand, harmonic, hot_keys, ranks, store_reads
from scale.regions import REGIONS, heirs


class DemandTest(unittest.TestCase):
    def setUp(self) -> None:
        self.inputs = inputs.read()
        self.demand = Demand(self.inputs)

    def test_the_worlds_busiest_moment_is_what_was_given(self) -> None:
        self.assertAlmostEqual(max(self.demand.world(hour) for hour in QUARTERS), 1e6, places=3)
        means = sum(self.demand.mean(region.name) for region in REGIONS)
        self.assertAlmostEqual(means, self.demand.world_mean, places=3)

    def test_a_region_is_busiest_at_its_own_hour(self) -> None:
        for region in REGIONS:
            self.assertAlmostEqual(self.demand.at(region.name, region.peak_hour), self.demand.peak(region.name))

    def test_a_lost_regions_users_go_somewhere_and_the_nearest_has_most(self) -> None:
        self.assertAlmostEqual(sum(region.share for region in REGIONS), 1)
        for lost in REGIONS:
            self.assertAlmostEqual(sum(heirs(lost.name).values()), 1)
        self.assertEqual(max(heirs("jp").items(), key=lambda heir: heir[1])[0], "ap")
        for region in REGIONS:
            self.assertGreater(self.demand.worst(region.name)[0], self.demand.peak(region.name))

    def test_zipfs_law_is_summed_right(self) -> None:
        self.assertAlmostEqual(harmonic(3, 1), 1 + 1 / 2 + 1 / 3)
        whole = sum(1 / rank**0.99 for rank in range(1, 300_001))
        self.assertAlmostEqual(harmonic(300_000, 0.99), whole, places=5)
        self.assertAlmostEqual(harmonic(1e6, 1), math.log(1e6) + 0.5772156649, places=5)
        self.assertAlmostEqual(sum(count for _, count in ranks(1e6)), 1e6, delta=1)

    def test_joined_reads_are_as_many_as_when_they_are_played(self) -> None:
        chance = random.Random(7)
        for asked in (50.0, 700.0, 5000.0):
            read, until = 0.001, 40.0
            now, sent, busy_till, gathering = 0.0, 0, 0.0, False
            while now < until:
                now += chance.expovariate(asked)
                while gathering and busy_till <= now:
                    # What gathered is sent when the read before it ends.
                    sent, busy_till, gathering = sent + 1, busy_till + read, False
                if now < busy_till:
                    gathering = True
                else:
                    sent, busy_till = sent + 1, now + read
            self.assertAlmostEqual(sent / until / store_reads(asked, read), 1, delta=0.03, msg=f"{asked}, seed 7")

    def test_joining_spares_more_the_fewer_workers_there_are(self) -> None:
        one, many = (hot_keys(self.inputs, 400_000, workers) for workers in (1, 1000))
        self.assertGreater(one["joined_share"], many["joined_share"])
        self.assertLess(one["hottest_store_reads"], 1 / self.inputs["store_read"])


if __name__ == "__main__":
    unittest.main()
