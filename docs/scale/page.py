"""Makes docs/scale.md of its words in page.md, and everything beside it."""

import json
from pathlib import Path
from string import Template
from typing import Any

from scale import chart, inputs, results, tables
from scale.figures import clock, count, dollars, large, percent
from scale.inputs import Inputs
from scale.reckoning.demand import QUARTERS
from scale.regions import REGIONS

WORDS = Path(__file__).parent / "page.md"


def make() -> dict[str, str]:
    """The text of each file, by its path in docs/."""
    given = inputs.read()
    made = results.rounded(results.of(given))
    words = Template(WORDS.read_text(encoding="utf-8"))
    texts = {
        "scale.md": words.substitute(figures(given, made)),
        "scale/results.json": json.dumps(made, indent=1) + "\n",
    }
    return texts | {f"scale/charts/{name}.svg": drawn for name, drawn in charts(made).items()}


def figures(given: Inputs, made: dict[str, Any]) -> dict[str, str]:
    """Every figure and table that the words name."""
    bill, largest = made["bill"], made["largest"]
    reads, loss, admission = (made["simulated"][name] for name in ("reads", "loss", "admission"))
    hot, hints, logs, watched = made["hot_keys"], made["hints"], made["logs"], made["metrics"]
    fleet, after = made["fleet"], made["use_after_loss"]
    fleets = {what: sum(one[what] for one in fleet.values()) for what in ("instances", "nodes")}
    whole = sum(bill.values())
    machines = sum(bill[name] for name in ("instances", "nodes", "disks"))
    hottest_vcpus = hot["hottest_store_reads"] * given["get_nodes"] / 1e6 * given["core"]

    def most(which: str, what: str) -> float:
        return max(one[what] for one in after[which].values())

    told = {
        "users": large(given["users"]),
        "requests": large(given["requests"]),
        "regions": count(len(REGIONS)),
        "instances": count(fleets["instances"]),
        "nodes": count(fleets["nodes"]),
        "instance_vcpus": count(given["instance_vcpus"]),
        "node_vcpus": count(given["node_vcpus"]),
        "bill": dollars(whole),
        "machines": dollars(machines),
        "wires_share": percent(1 - (machines + bill["logs as gzip"]) / whole),
        "headroom": dollars(made["headroom"]),
        "headroom_share": percent(made["headroom"] / whole),
        "millionth": dollars(whole / (made["demand"]["world_mean"] * 730 * 3600) * 1e6),
        "saved": dollars(machines * given["saved"]),
        "world_mean": large(made["demand"]["world_mean"]),
        "writes": large(given["requests"] * (1 - given["gets"])),
        "rows": count(given["users"] * given["row_bytes"] / 1e9),
        "rows_a_region": count(given["users"] * given["row_bytes"] * given["replicas"] / 1e9),
        "replicas": count(given["replicas"]),
        "busy": percent(given["busy"]),
        "largest": largest,
        "hottest_share": percent(hot["hottest_share"]),
        "hottest": large(hot["hottest"]),
        "hottest_at_a_worker": count(hot["hottest_at_a_worker"]),
        "hottest_store_reads": large(hot["hottest_store_reads"]),
        "hottest_by_one_worker": count(hot["hottest_by_one_worker"]),
        "hottest_vcpus": count(hottest_vcpus),
        "hottest_room": count(given["replicas"] * given["node_vcpus"] * given["busy"] / hottest_vcpus),
        "foreign_share": percent(made["foreign_share"]),
        "log_to_answers": percent(given["log_line"] / given["answer"]),
        "joined_share": percent(hot["joined_share"]),
        "beats": count(made["probes"]["beats"]),
        "probe_reads_there": count(made["probes"]["reads_there"]),
        "probe_reads_here": count(made["probes"]["reads_here"]),
        "wire_there": count(given["wire_there"]),
        "wire_back": count(given["wire_back"]),
        "between": dollars(bill["between regions"]),
        "use_with": percent(most("with_headroom", "use")),
        "use_without": percent(most("without_headroom", "use")),
        "refused_without": percent(most("without_headroom", "refused")),
        "hint_window": count(given["hint_window"]),
        "hint_gigabytes": count(hints["gigabytes"]),
        "hint_gigabytes_a_sender": count(hints["gigabytes_a_sender"]),
        "hint_made": count(hints["kilobytes_a_second_made"]),
        "hint_delivered": count(hints["kilobytes_a_second_delivered"]),
        "hint_hours": count(hints["hours"]),
        "hint_throttle": count(given["hint_throttle"] / 1024),
        "hint_throttle_needed": count(hints["throttle_for_an_hour"]),
        "repair_gigabytes": count(made["repair"]["gigabytes_read"]),
        "repair_minutes": count(made["repair"]["minutes_at_once"]),
        "repair_hours": count(made["repair"]["hours_one_by_one"]),
        "log_megabytes": count(logs["megabytes_a_second"]),
        "log_terabytes": count(logs["terabytes_a_day"]),
        "log_cloudwatch": dollars(logs["cloudwatch"]),
        "log_objects": dollars(logs["objects"]),
        "log_to_bill": count(logs["cloudwatch"] / whole),
        "series_an_instance": count(watched["series_an_instance"]),
        "series": count(watched["series"]),
        "series_of_largest": count(watched["series_of_largest"]),
        "samples": count(watched["samples_a_second"]),
        "scrape": count(given["scrape"]),
        "traced": percent(given["traced"]),
        "spans": count(made["traces"]["spans_a_second"]),
        "span_gigabytes": count(made["traces"]["gigabytes_a_day"]),
        "escalated": percent(reads["escalated_share"]),
        "escalations": count(given["requests"] * given["gets"] * given["tokened"] * reads["escalated_share"]),
        "escalated_of_roaming": percent(reads["escalated_of_roaming"]),
        "stale": percent(reads["stale_without_token"]),
        "roams": percent(given["roams"]),
        "read_after": count(given["read_after"]),
        "reads_simulated": count(reads["reads"]),
        "reads_seed": str(reads["seed"]),
        "loss_seed": str(loss["seed"]),
        "admission_seed": str(admission["seed"]),
        "lost_peak": large(made["demand"]["peak"][largest]),
        "lost_hour": clock(next(region.peak_hour for region in REGIONS if region.name == largest)),
        "grace": count(given["grace"]),
        "moved_after": count(loss["nodes"][0]["moved_after"]),
        "failed_nodes": count(sum(one["failed"] for one in loss["nodes"])),
        "local_try": count(loss["nodes"][1]["slow_seconds"] * 1000),
        "in_flight": count(given["in_flight"]),
        "worker_rate": large(1e6 / given["get_instance"]),
        "zipf": count(given["zipf"]),
        "listed": inputs.LISTED,
    }
    made_tables = {
        f"inputs_{kind}": tables.inputs(given, kind) for kind in ("set", "measured", "listed", "assumed")
    } | {
        "table_regions": tables.regions(),
        "table_demand": tables.demand(made),
        "table_fleet": tables.fleet(made),
        "table_replication": tables.replication(made),
        "table_bill": tables.bill(made),
        "table_reads": tables.reads(made),
        "table_dark": tables.dark(made),
        "table_nodes_lost": tables.nodes_lost(made),
        "table_knee": tables.knee(made),
        "table_slow_store": tables.slow_store(made),
        "table_growth": tables.growth(made),
    }
    return told | made_tables


def charts(made: dict[str, Any]) -> dict[str, str]:
    """The pictures, by name."""
    by_hour = made["demand"]["by_hour"]
    after = made["simulated"]["after_a_write"]
    dark = made["simulated"]["loss"]["dark"]
    loads = made["simulated"]["admission"]["loads"]
    growth = made["growth"]
    return {
        "demand": chart.lines(
            "Requests a second, by region", "hour of the day, UTC", "requests/s",
            {name: list(zip(QUARTERS, values, strict=True)) for name, values in by_hour.items()},
        ),
        "bill": chart.bars("A month, in USD", "$", made["bill"]),
        "escalations": chart.lines(
            "Reads with a token that ask its region", "ms after the write", "% of reads",
            {
                name: [(x, 100 * y) for x, y in zip(after["milliseconds"], shares, strict=True)]
                for name, shares in after["lines"].items()
            },
        ),
        "loss": chart.lines(
            "A region goes dark: requests that fail for good", "seconds after", "% of its requests",
            {
                short: [((step + 0.5) * one["step"], 100 * share) for step, share in enumerate(one["failed_by_step"])]
                for short, one in zip(("Accelerator", "DNS, 60 s", "DNS, 300 s"), dark, strict=True)
            },
            most=100,
        ),
        "knee": chart.lines(
            "One worker near its knee", "asked for, by what it can answer", "ms, or % refused",
            {
                "p50, ms": [(one["load"], one["p50"]) for one in loads],
                "p99, ms": [(one["load"], one["p99"]) for one in loads],
                "refused, %": [(one["load"], 100 * one["refused_share"]) for one in loads],
            },
        ),
        "growth": chart.lines(
            "Processor time of a request, by users stored", "users", "µs",
            {
                name: [(one["users"], one[method]["processor_micros"]) for one in growth]
                for name, method in (("GET", "get"), ("PUT", "put"))
            },
            logarithmic=True,
        ),
    }
