"""The page's tables, made of the results."""

from typing import Any

from scale.figures import clock, count, dollars, large, percent, table
from scale.inputs import Inputs
from scale.regions import REGIONS, round_trip

MILLISECONDS = 1000


def inputs(of: Inputs, kind: str) -> str:
    """The inputs of one kind, each with its source."""
    rows = [
        (row.what, f"{large(row.value)} {row.unit}".strip(), row.source or "a round number")
        for row in of.rows
        if row.kind == kind
    ]
    return table(("what", "value", "source"), rows)


def regions() -> str:
    """Who lives where, and what it costs there."""
    names = [region.name for region in REGIONS]
    rows = [
        (
            f"`{region.name}`",
            region.place,
            percent(region.share),
            clock(region.peak_hour),
            count(region.dearer),
            count(region.between_gb),
            count(region.internet[-1][1]),
            count(region.premium_gb),
            ", ".join(
                f"{name} {count(round_trip(region.name, name) * MILLISECONDS)}"
                for name in names
                if name != region.name
            ),
        )
        for region in REGIONS
    ]
    head = (
        "region", "place", "users", "busiest, UTC", "dearer by", "$ a GB to regions", "to users, last tier",
        "accelerator's", "ms to the others and back",
    )
    return table(head, rows)


def demand(results: dict[str, Any]) -> str:
    """Requests by region."""
    of = results["demand"]
    rows = []
    for region in REGIONS:
        worst = of["worst"][region.name]
        rows.append(
            (
                f"`{region.name}`",
                large(of["mean"][region.name]),
                large(of["peak"][region.name]),
                f"{large(worst['requests'])} with `{worst['lost']}` lost at {clock(worst['hour'])}",
            )
        )
    return table(("region", "mean, requests/s", "busiest", "the most it may be asked for"), rows)


def fleet(results: dict[str, Any]) -> str:
    """Machines by region."""
    rows = [
        (
            f"`{region.name}`",
            count(results["fleet_without_headroom"][region.name]["instances"]),
            count(results["fleet"][region.name]["instances"]),
            count(results["fleet_without_headroom"][region.name]["nodes"]),
            count(results["fleet"][region.name]["nodes"]),
            count(results["fleet"][region.name]["rows_gb_a_node"]),
            count(results["fleet"][region.name]["disk_gb_a_node"]),
        )
        for region in REGIONS
    ]
    head = (
        "region", "instances, own peak", "any one other lost", "nodes, own peak", "any one other lost",
        "GB of rows a node", "GB of disk a node",
    )
    return table(head, rows)


def replication(results: dict[str, Any]) -> str:
    """What regions send one another."""
    rows = [
        (f"`{name}`", count(one["megabits"]), large(one["gigabytes"]), dollars(one["dollars"]))
        for name, one in results["replication"].items()
    ]
    return table(("from", "Mbit/s, mean", "GB a month", "a month"), rows)


def bill(results: dict[str, Any]) -> str:
    """A month."""
    whole = sum(results["bill"].values())
    rows = [
        (name, dollars(value), percent(value / whole))
        for name, value in sorted(results["bill"].items(), key=lambda item: -item[1])
    ]
    return table(("item", "a month", "of all"), [*rows, ("**all**", f"**{dollars(whole)}**", "")])


def reads(results: dict[str, Any]) -> str:
    """What reads take."""
    of = results["simulated"]["reads"]
    names = {"plain": "without a token", "tokened": "with a token", "roaming": "with a token, in another region"}
    rows = [(text, *(count(of[name][p]) for p in ("p50", "p90", "p99", "p99.9"))) for name, text in names.items()]
    return table(("read", "p50 ms", "p90", "p99", "p99.9"), rows)


def dark(results: dict[str, Any]) -> str:
    """What fails when a region goes dark."""
    peak = results["demand"]["peak"][results["largest"]]
    rows = [
        (
            one["mover"],
            f"{count(one['seconds_of_failures'])} s",
            large(one["failed_whole_seconds"] * peak),
            large(one["late_whole_seconds"] * peak),
        )
        for one in results["simulated"]["loss"]["dark"]
    ]
    return table(("who moves the users", "requests fail for", "failed, retries and all", "answered by a retry"), rows)


def nodes_lost(results: dict[str, Any]) -> str:
    """What is slow when a region's nodes die or hang."""
    rows = []
    for one in results["simulated"]["loss"]["nodes"]:
        for phase, took in one["times"].items():
            what = "hang" if one["hang"] else "die"
            rows.append((what, phase, count(took["p50"]), count(took["p99"]), count(took["p99.9"])))
    return table(("its nodes", "when", "p50 ms at the user", "p99", "p99.9"), rows)


def knee(results: dict[str, Any]) -> str:
    """An instance's worker by load."""
    rows = [
        (count(one["load"]), count(one["p50"]), count(one["p99"]), percent(one["refused_share"]))
        for one in results["simulated"]["admission"]["loads"]
    ]
    return table(("asked for, by what it can", "p50 ms", "p99 ms", "refused at once"), rows)


def slow_store(results: dict[str, Any]) -> str:
    """A store that can do half of what is asked for."""
    names = {"by_count_alone": "the number inside alone", "by_wait_too": "the expected wait too (as it is)"}
    of = results["simulated"]["admission"]["slow_store"]
    rows = [
        (text, *(percent(of[name][share]) for share in ("answered_share", "refused_share", "timed_out_share")))
        for name, text in names.items()
    ]
    return table(("bound", "answered", "503 at once", "timed out after the whole deadline"), rows)


def growth(results: dict[str, Any]) -> str:
    """The embedded store, by users."""
    rows = [
        (
            large(one["users"]),
            count(one["bytes_a_user"]),
            count(one["get"]["processor_micros"]),
            count(one["get"]["times_the_smallest"]),
            count(one["put"]["processor_micros"]),
            count(one["put"]["times_the_smallest"]),
        )
        for one in results["growth"]
    ]
    head = ("users", "bytes a user", "GET, processor µs", "times the smallest", "PUT, processor µs", "times the smallest")
    return table(head, rows)
