"""The read path: what a read takes, how often it is stale, and how often a token has another region asked.

A write is on a quorum of its own region when it is acknowledged. It comes to each replica of another region after half a
round trip and the time to apply it, or, seldom, with a hint. A local quorum read asks two replicas of three and has the
newer of their answers; with a token that is not satisfied the token's region is asked next (src/store/cluster/read.rs).
"""

import random

from scale.inputs import Inputs
from scale.regions import REGIONS, round_trip
from scale.simulation.draw import about, one_of, percentiles

SEED = 20_261_121
READS = 60_000
AFTER_MILLISECONDS = tuple(range(0, 201, 4))
READS_A_POINT = 400
SHARES = {region.name: region.share for region in REGIONS}


def local_read(inputs: Inputs, chance: random.Random) -> float:
    """The slower of two replicas."""
    return max(about(chance, inputs["store_read"], inputs["spread"]) for _ in range(2))


def is_there(inputs: Inputs, chance: random.Random, written: str, read: str, after: float) -> bool:
    """Whether a quorum read in a region sees what was written in another so long before."""
    if written == read:
        return True
    arrivals = []
    for _ in range(2):
        way = round_trip(written, read) / 2 + about(chance, inputs["apply"], inputs["spread"])
        if chance.random() < inputs["late"]:
            way += chance.expovariate(1 / inputs["late_seconds"])
        arrivals.append(way)
    return min(arrivals) <= after


def tokened_read(
    inputs: Inputs, chance: random.Random, written: str, read: str, after: float
) -> tuple[float, bool]:
    """How long it took, and whether the token's region was asked."""
    took = local_read(inputs, chance)
    if is_there(inputs, chance, written, read, after + took / 2):
        return took, False
    return took + round_trip(written, read) + local_read(inputs, chance), True


def simulate(inputs: Inputs) -> dict[str, object]:
    """Reads as users make them."""
    chance = random.Random(SEED)
    plain, tokened, roaming = [], [], []
    escalated = roamed = stale = 0
    for _ in range(READS):
        written = read = one_of(chance, SHARES)
        if chance.random() < inputs["roams"]:
            read = one_of(chance, {name: share for name, share in SHARES.items() if name != written})
        after = about(chance, inputs["read_after"], inputs["read_after_spread"])
        plain.append(local_read(inputs, chance))
        stale += not is_there(inputs, chance, written, read, after)
        took, asked = tokened_read(inputs, chance, written, read, after)
        tokened.append(took)
        escalated += asked
        if read != written:
            roamed += 1
            roaming.append(took)
    return {
        "seed": SEED,
        "reads": READS,
        "plain": percentiles(plain),
        "tokened": percentiles(tokened),
        "roaming": percentiles(roaming),
        "escalated_share": escalated / READS,
        "escalated_of_roaming": escalated / roamed,
        "stale_without_token": stale / READS,
    }


def after_a_write(inputs: Inputs) -> dict[str, object]:
    """The share of reads with a token that have its region asked, by how long after the write they come."""
    chance = random.Random(SEED + 1)
    lines = {}
    for written, read in (("ap", "jp"), ("us", "eu"), ("us", "ap"), ("ap", "sa")):
        shares = []
        for milliseconds in AFTER_MILLISECONDS:
            asked = sum(
                tokened_read(inputs, chance, written, read, milliseconds / 1000)[1]
                for _ in range(READS_A_POINT)
            )
            shares.append(asked / READS_A_POINT)
        lines[f"{written} to {read}"] = shares
    return {"seed": SEED + 1, "milliseconds": list(AFTER_MILLISECONDS), "lines": lines}
