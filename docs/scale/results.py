"""All that is reckoned and simulated, as one dictionary: what results.json holds."""

from typing import Any

from scale.inputs import Inputs, measured
from scale.reckoning import machines, money, recovery, traffic, watching
from scale.reckoning.demand import QUARTERS, Demand, hot_keys
from scale.regions import REGIONS
from scale.simulation import admission, loss, reads


def of(inputs: Inputs) -> dict[str, Any]:
    """Everything."""
    demand = Demand(inputs)
    fleets = machines.fleet(inputs, demand, survives=True)
    without = machines.fleet(inputs, demand, survives=False)
    largest = max(REGIONS, key=lambda region: demand.peak(region.name)).name
    hour = max(QUARTERS, key=lambda quarter: demand.at(largest, quarter))
    bill = money.month(inputs, demand, fleets)
    workers = fleets[largest]["instances"] * inputs["instance_vcpus"]
    return {
        "demand": {
            "world_mean": demand.world_mean,
            "peak": {region.name: demand.peak(region.name) for region in REGIONS},
            "mean": {region.name: demand.mean(region.name) for region in REGIONS},
            "worst": {
                region.name: dict(zip(("requests", "lost", "hour"), demand.worst(region.name), strict=True))
                for region in REGIONS
            },
            "by_hour": {
                region.name: [demand.at(region.name, quarter) for quarter in QUARTERS] for region in REGIONS
            },
        },
        "largest": largest,
        "hot_keys": hot_keys(inputs, demand.peak(largest) * inputs["gets"], workers),
        "fleet": fleets,
        "fleet_without_headroom": without,
        "use_after_loss": {
            "with_headroom": machines.use_after(inputs, demand, fleets, largest, hour),
            "without_headroom": machines.use_after(inputs, demand, without, largest, hour),
        },
        "probes": machines.probes(inputs, fleets),
        "replication": traffic.replication(inputs, demand),
        "users": traffic.users(inputs, demand),
        "logs": watching.logs(inputs, demand),
        "metrics": watching.metrics(inputs, fleets),
        "traces": watching.traces(inputs, demand),
        "hints": recovery.hints(inputs, demand, fleets, largest),
        "repair": recovery.repair(inputs, fleets),
        "bill": bill,
        "foreign_share": machines.foreign_share(inputs, demand, largest, hour),
        "headroom": sum(money.machines(inputs, fleets).values()) - sum(money.machines(inputs, without).values()),
        "simulated": {
            "reads": reads.simulate(inputs),
            "after_a_write": reads.after_a_write(inputs),
            "loss": loss.simulate(inputs, largest),
            "admission": admission.simulate(inputs),
        },
        "growth": measured("users.json")["stores"],
    }


def rounded(value: Any) -> Any:
    """The same to six figures, so that a machine's last bit changes nothing."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return value
