"""Instances, nodes and disks."""

import math

from scale.inputs import Inputs
from scale.reckoning.demand import QUARTERS, Demand
from scale.regions import REGIONS, heirs, round_trip

ZONES = 3


def instance_vcpus(inputs: Inputs, requests: float) -> float:
    """What the instances of a region need for so many requests a second, at full use."""
    gets = inputs["gets"]
    micros = gets * inputs["get_instance"] + (1 - gets) * inputs["put_instance"]
    return requests * micros / 1e6 * inputs["core"]


def node_vcpus(inputs: Inputs, requests: float, written_elsewhere: float) -> float:
    """What the nodes need: reads of the region itself, writes of the whole world."""
    gets = inputs["gets"]
    own = gets * inputs["get_nodes"] + (1 - gets) * inputs["put_nodes"]
    foreign = written_elsewhere * inputs["replicas"] * inputs["put_replica"]
    return (requests * own + foreign) / 1e6 * inputs["core"] * inputs["upkeep"]


def node_disk(inputs: Inputs, nodes: int) -> float:
    """Bytes of disk for each node of a region: every region keeps everybody."""
    rows = inputs["users"] * inputs["row_bytes"] * inputs["replicas"] * inputs["versions"]
    return rows / nodes / inputs["disk_full"] + inputs["commit_log"]


def sized(inputs: Inputs, demand: Demand, name: str, lost: str | None, hour: float) -> tuple[float, float]:
    """vCPUs that the instances and the nodes of a region need at a moment, at the planned use."""
    asked, world = demand.at(name, hour), demand.world(hour)
    if lost:
        asked += heirs(lost)[name] * demand.at(lost, hour)
    written_elsewhere = (world - asked) * (1 - inputs["gets"])
    use = inputs["busy"]
    return instance_vcpus(inputs, asked) / use, node_vcpus(inputs, asked, written_elsewhere) / use


def foreign_share(inputs: Inputs, demand: Demand, name: str, hour: float) -> float:
    """The part of what a region's nodes do that is writes of other regions."""
    asked = demand.at(name, hour)
    written_elsewhere = (demand.world(hour) - asked) * (1 - inputs["gets"])
    return node_vcpus(inputs, 0, written_elsewhere) / node_vcpus(inputs, asked, written_elsewhere)


def fleet(inputs: Inputs, demand: Demand, survives: bool) -> dict[str, dict[str, float]]:
    """Instances and nodes of each region: for its own peak, or for that with any one other region lost."""
    fleets = {}
    for region in REGIONS:
        others = [other.name for other in REGIONS if other.name != region.name] if survives else [None]
        needed = [sized(inputs, demand, region.name, lost, hour) for lost in others for hour in QUARTERS]
        instances = math.ceil(max(instance for instance, _ in needed) / inputs["instance_vcpus"])
        nodes = math.ceil(max(node for _, node in needed) / inputs["node_vcpus"])
        # As many in each zone, so that a zone may go too.
        instances, nodes = (ZONES * math.ceil(count / ZONES) for count in (instances, nodes))
        disk = node_disk(inputs, nodes)
        fleets[region.name] = {
            "instances": instances,
            "nodes": nodes,
            "disk_gb_a_node": disk / 1e9,
            "rows_gb_a_node": inputs["users"] * inputs["row_bytes"] * inputs["replicas"] / nodes / 1e9,
        }
    return fleets


def use_after(
    inputs: Inputs, demand: Demand, fleets: dict[str, dict[str, float]], lost: str, hour: float
) -> dict[str, dict[str, float]]:
    """How much of what the others have is asked of them when one is lost, and what part of the requests is too much."""
    told = {}
    for name in heirs(lost):
        instances, nodes = sized(inputs, demand, name, lost, hour)
        use = inputs["busy"] * max(
            instances / fleets[name]["instances"] / inputs["instance_vcpus"],
            nodes / fleets[name]["nodes"] / inputs["node_vcpus"],
        )
        told[name] = {"use": use, "refused": max(0.0, 1 - 1 / use)}
    return told


def probes(inputs: Inputs, fleets: dict[str, dict[str, float]]) -> dict[str, float]:
    """What the instances' own probes ask the cluster: canaries written, read there, and awaited here."""
    written = sum(fleet["instances"] for fleet in fleets.values())
    there = here = 0.0
    for region in REGIONS:
        for other in REGIONS:
            if other.name != region.name:
                rounds = fleets[region.name]["instances"]
                there += rounds
                # A beat is as old as the way is long when it is awaited.
                here += rounds * (1 + round_trip(region.name, other.name) / 2 / inputs["poll"])
    return {"beats": written, "reads_there": there, "reads_here": here}
