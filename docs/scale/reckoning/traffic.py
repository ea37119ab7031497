"""What goes over the wires, in bytes and money."""

from scale.inputs import Inputs
from scale.reckoning.demand import Demand
from scale.regions import REGIONS, Region

HOURS = 730
SECONDS = HOURS * 3600


def tiered(region: Region, gigabytes: float) -> float:
    """USD for so many GB a month to the internet."""
    cost, begin = 0.0, 0.0
    for terabytes, price in region.internet:
        end = min(terabytes * 1000, gigabytes)
        cost += max(end - begin, 0) * price
        begin = max(begin, end)
    return cost


def replication(inputs: Inputs, demand: Demand) -> dict[str, dict[str, float]]:
    """What each region's nodes send to the others: its own writes, and answers to theirs."""
    writes = {region.name: demand.mean(region.name) * (1 - inputs["gets"]) for region in REGIONS}
    world, others = sum(writes.values()), len(REGIONS) - 1
    sent = {}
    for region in REGIONS:
        own = writes[region.name]
        bytes_a_second = own * others * inputs["wire_there"] + (world - own) * inputs["wire_back"]
        gigabytes = bytes_a_second * SECONDS / 1e9
        sent[region.name] = {
            "megabits": bytes_a_second * 8 / 1e6,
            "gigabytes": gigabytes,
            "dollars": gigabytes * region.between_gb,
        }
    return sent


def users(inputs: Inputs, demand: Demand) -> dict[str, dict[str, float]]:
    """What goes to users and back, through Global Accelerator and the region's balancer."""
    told = {}
    for region in REGIONS:
        requests = demand.mean(region.name)
        out = requests * inputs["answer"] * SECONDS / 1e9
        both = requests * (inputs["answer"] + inputs["question"]) * 3600 / 1e9
        new = requests / inputs["connection"]
        units = {"bytes": both, "new": new / 25, "open": new * inputs["open"] / 3000}
        told[region.name] = {
            "gigabytes": out,
            "internet": tiered(region, out),
            "premium": out * region.premium_gb,
            "units": max(units.values()),
            "balancer": HOURS * region.dearer * (inputs["balancer_hour"] + max(units.values()) * inputs["lcu_hour"]),
        }
    return told


def zones(inputs: Inputs, demand: Demand) -> float:
    """USD a month for what crosses from zone to zone inside the regions; two in three ways do."""
    gets = inputs["gets"]
    bytes_a_request = gets * inputs["zone_get"] + (1 - gets) * inputs["zone_put"]
    gigabytes = demand.world_mean * bytes_a_request * 2 / 3 * SECONDS / 1e9
    return gigabytes * inputs["between_zones"]
