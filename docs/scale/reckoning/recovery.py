"""A region that is away for the whole hint window: what piles up, and how long it takes to come back."""

from scale.inputs import Inputs
from scale.reckoning.demand import Demand
from scale.regions import REGIONS


def hints(inputs: Inputs, demand: Demand, fleets: dict[str, dict[str, float]], lost: str) -> dict[str, float]:
    """Hints for the nodes of a lost region, and the time until they are delivered."""
    writes = demand.world_mean * (1 - inputs["gets"])
    away = inputs["hint_window"] * 3600
    nodes, senders = fleets[lost]["nodes"], sum(fleet["nodes"] for name, fleet in fleets.items() if name != lost)
    bytes_a_node = writes * inputs["replicas"] * inputs["hint_bytes"] * away / nodes
    # A sender gives each node its throttle divided by all other nodes (Cassandra's HintsDispatchExecutor), and so many
    # nodes at a time as it has threads.
    at_once = min(1.0, inputs["hint_threads"] / nodes)
    delivered = inputs["hint_throttle"] * at_once * senders / (senders + nodes - 1)
    return {
        "gigabytes": bytes_a_node * nodes / 1e9,
        "gigabytes_a_sender": bytes_a_node * nodes / senders / 1e9,
        "kilobytes_a_second_made": bytes_a_node / away / 1e3,
        "kilobytes_a_second_delivered": delivered / 1e3,
        "hours": bytes_a_node / delivered / 3600,
        "throttle_for_an_hour": inputs["hint_throttle"] * bytes_a_node / delivered / 3600 / 1024,
    }


def repair(inputs: Inputs, fleets: dict[str, dict[str, float]]) -> dict[str, float]:
    """Every node's own part of the ring, compared with all its replicas in all regions."""
    rows = inputs["users"] * inputs["row_bytes"]
    nodes = sum(fleet["nodes"] for fleet in fleets.values())
    # Each row is read by each of its replicas, once.
    read = rows * inputs["replicas"] * len(REGIONS)
    return {
        "gigabytes_read": read / 1e9,
        "minutes_at_once": read / nodes / inputs["validate"] / 60,
        "hours_one_by_one": read / inputs["validate"] / 3600,
    }
