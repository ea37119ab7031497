"""A month's bill."""

from scale.inputs import Inputs
from scale.reckoning import traffic, watching
from scale.reckoning.demand import Demand
from scale.reckoning.machines import ZONES
from scale.reckoning.traffic import HOURS
from scale.regions import REGIONS


def machines(inputs: Inputs, fleets: dict[str, dict[str, float]]) -> dict[str, float]:
    """Instances, nodes and their disks."""
    bill = {"instances": 0.0, "nodes": 0.0, "disks": 0.0}
    for region in REGIONS:
        fleet = fleets[region.name]
        hour = inputs["vcpu_hour"] * region.dearer * HOURS
        bill["instances"] += fleet["instances"] * inputs["instance_vcpus"] * hour
        bill["nodes"] += fleet["nodes"] * inputs["node_vcpus"] * hour
        bill["disks"] += fleet["nodes"] * fleet["disk_gb_a_node"] * inputs["disk_gb"] * region.dearer
    return bill


def month(inputs: Inputs, demand: Demand, fleets: dict[str, dict[str, float]]) -> dict[str, float]:
    """Every item of the bill, in USD."""
    users = traffic.users(inputs, demand)
    logs = watching.logs(inputs, demand)
    gateways = ZONES * inputs["nat_hour"] * HOURS * sum(region.dearer for region in REGIONS)
    return machines(inputs, fleets) | {
        "to users": sum(one["internet"] for one in users.values()),
        "accelerator": inputs["accelerator"] * HOURS + sum(one["premium"] for one in users.values()),
        "balancers": sum(one["balancer"] for one in users.values()),
        "between regions": sum(one["dollars"] for one in traffic.replication(inputs, demand).values()),
        "between zones": traffic.zones(inputs, demand),
        "NAT": gateways + logs["nat_gigabytes"] * inputs["nat_gb"],
        "logs as gzip": logs["objects"],
    }
