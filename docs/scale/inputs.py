"""Every figure that the page starts from, each with where it comes from.

`measured` were taken here, by the benches of this repository; `listed` are list prices or limits that a provider
publishes; `set` are this project's own settings and defaults of what it runs on; `assumed` is the rest, and named so.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).parent / "measured"

# Prices: USD, us-east-1, on demand, without any discount. Looked up in stored copies of public pages on 2026-11-21;
# "remembered" are those that no such copy gave.
LISTED = "2026-11-21"


@dataclass(frozen=True)
class Input:
    """One row of the table of inputs."""

    name: str
    what: str
    value: float
    unit: str
    kind: str
    source: str


class Inputs:
    """The table; `inputs["users"]` is a value."""

    def __init__(self, rows: list[Input]) -> None:
        self.rows = rows
        self._values = {row.name: row.value for row in rows}
        if len(self._values) != len(rows):
            raise ValueError("an input is there twice")

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def changed(self, **values: float) -> "Inputs":
        """The same with other values: what if."""
        if unknown := values.keys() - self._values.keys():
            raise KeyError(", ".join(sorted(unknown)))
        rows = [
            Input(row.name, row.what, values.get(row.name, row.value), row.unit, row.kind, row.source)
            for row in self.rows
        ]
        return Inputs(rows)


def measured(name: str) -> Any:
    """What a bench has recorded."""
    return json.loads((MEASURED / name).read_text(encoding="utf-8"))


def read() -> Inputs:
    """The whole table."""
    return Inputs(_set() + _measured() + _listed() + _assumed())


# Of benches/README.md, "Cluster", on a quiet machine of two cores: GETs a second through one node, and GETs and PUTs for
# each second of the instance's processor time.
QUIET_GETS, QUIET_GETS_A_CORE, QUIET_PUTS_A_CORE, QUIET_CORES = 25_900, 41_700, 20_600, 2
# Of its "Metrics".
QUIET_SERIES = 616


def _measured() -> list[Input]:
    regions = measured("regions.json")
    one, whole = regions["costs"][0], regions["costs"][-1]
    quiet, bench = "[benches](../benches/README.md#cluster)", "`growth-regions`"
    # What the instance left of both cores; the generator's part is in it too.
    node_get = (QUIET_CORES - QUIET_GETS / QUIET_GETS_A_CORE) / QUIET_GETS * 1e6

    def times(kind: str, part: str, divided_by: int = 1) -> float:
        """How many times as dear as a GET is to a lone replica's node."""
        return whole[kind][part] / divided_by / one["get_busy"]["own_nodes_micros"]

    def node(name: str, what: str, ratio: float) -> Input:
        return Input(name, what, node_get * ratio, "µs", "measured", f"{quiet}, and a ratio of {bench}: {ratio:.2f}")

    return [
        Input("get_instance", "a GET, instance", 1e6 / QUIET_GETS_A_CORE, "µs", "measured", quiet),
        Input("put_instance", "a PUT, instance", 1e6 / QUIET_PUTS_A_CORE, "µs", "measured", quiet),
        Input("node_get", "a GET, the only node of the region, at most", node_get, "µs", "measured", quiet),
        node("get_nodes", "a GET, nodes of the region with 3 replicas", times("get_busy", "own_nodes_micros")),
        node("put_nodes", "a PUT, nodes of its region with 3 replicas", times("put_busy", "own_nodes_micros")),
        # Two regions of one replica each.
        node("put_replica", "a PUT, each replica elsewhere", times("put_busy", "other_nodes_micros", 2)),
        Input("series", "series of an instance, its cluster of one region", QUIET_SERIES, "series", "measured",
              "[benches](../benches/README.md#metrics)"),
        Input("log_line", "the log line of a GET, as JSON", 229, "bytes", "measured", "a line that an instance wrote"),
    ]


def _set() -> list[Input]:
    issue, design = "what this page is asked for", "Jubilee's default"
    cassandra = "Cassandra 5.0's default"
    return [
        Input("users", "users", 1e9, "users", "set", issue),
        Input("requests", "requests a second, the world's busiest moment", 1e6, "a second", "set", issue),
        Input("replicas", "replicas in each region", 3, "", "set", "`CLUSTER_REPLICATION`"),
        Input("timeout", "the deadline of a request", 2, "s", "set", design),
        Input("grace", "`CLUSTER_FAILOVER_GRACE`", 10, "s", "set", design),
        Input("in_flight", "`MAX_IN_FLIGHT` of an instance", 10_000, "requests", "set", design),
        Input("poll", "the probe asks again after", 0.02, "s", "set", "`src/actors/region_probe/lag.rs`"),
        Input("scrape", "Prometheus asks every", 15, "s", "set", "`observability/slo.yaml`"),
        Input("traced", "requests traced", 0.01, "", "set", "`OTEL_TRACES_SAMPLER_ARG`"),
        Input("hint_window", "outage that hints cover", 3, "hours", "set", cassandra),
        Input("hint_throttle", "`hinted_handoff_throttle`; a sender divides it by all other nodes", 1024 * 1024,
              "bytes a second", "set", cassandra),
        Input("hint_threads", "`max_hints_delivery_threads`: nodes that a sender serves at a time", 2, "", "set",
              cassandra),
    ]


def _listed() -> list[Input]:
    def found(name: str, what: str, value: float, unit: str, where: str, said: str = "") -> Input:
        source = f"looked up {LISTED}, [here]({where})" + (f": {said}" if said else "")
        return Input(name, what, value, unit, "listed", source)

    def remembered(name: str, what: str, value: float, unit: str) -> Input:
        return Input(name, what, value, unit, "listed", f"remembered {LISTED}")

    compute = "https://www.factualminds.com/blog/amazon-ec2-on-demand-pricing-instance-families-2026/"
    balancer = "https://cloud-horizons.com/blog/alb-the-line-item-nobody-watches/"
    wires = "https://leanopstech.com/blog/aws-data-transfer-pricing-2026/"
    return [
        found("vcpu_hour", "a vCPU of m7g, 4 GiB with it", 0.0816 / 2, "$ an hour", compute, "m7g.large 0.0816"),
        found("between_zones", "between zones, both ends together", 0.02, "$ a GB", wires),
        found("nat_hour", "a NAT gateway, one a zone", 0.045, "$ an hour", wires),
        found("nat_gb", "what goes through it", 0.045, "$ a GB", wires),
        found("accelerator", "Global Accelerator, beside its premium on bytes", 0.025, "$ an hour",
              "https://aws.amazon.com/global-accelerator/pricing/"),
        found("balancer_hour", "an Application Load Balancer", 0.0225, "$ an hour", balancer),
        found("lcu_hour", "one of its capacity units: 1 GB an hour, 25 new connections/s or 3,000 open ones", 0.008,
              "$ an hour", balancer),
        remembered("disk_gb", "gp3 disk", 0.08, "$ a GB and month"),
        remembered("logs_gb", "CloudWatch Logs, taken in", 0.50, "$ a GB"),
        remembered("objects_gb", "S3, kept", 0.023, "$ a GB and month"),
    ]


def _assumed() -> list[Input]:
    def assume(name: str, what: str, value: float, unit: str, why: str) -> Input:
        return Input(name, what, value, unit, "assumed", why)

    return [
        assume("gets", "GETs among the requests", 0.95, "", "the rest are PUTs and DELETEs, which cost the same"),
        assume("tokened", "GETs with a sync token", 0.5, "", "SDKs send them, curl does not"),
        assume("swing", "how far a region's day swings about its mean", 0.6, "", "busiest hour 1.6 times the mean"),
        assume("zipf", "exponent of the users' popularity", 0.99, "", "as YCSB has it"),
        assume("saved", "a three-year savings plan takes off the machines", 0.5, "", "not in the sum"),
        assume("wire_there", "a PUT to another region of 3 replicas", 300, "bytes",
               "a mutation, whom to forward it to, heads of all layers; `growth-regions` will tell"),
        assume("wire_back", "the answers of its replicas", 250, "bytes", "the same"),
        assume("row_bytes", "a row on a node, flushed and compacted", 60, "bytes",
               "name, date, timestamp, index and filter; the same"),
        assume("series_a_region", "more series for each other region", 75, "series",
               "those that name a peer in docs/metrics.md, with their buckets"),
        assume("core", "cores here for one vCPU there", 1.0, "", "never measured there"),
        assume("busy", "processors busy at the worst planned moment", 0.5, "", "p99 grows beyond it"),
        assume("upkeep", "node's work beside requests: compaction, repair, streaming", 1.3, "", "not measured here"),
        assume("instance_vcpus", "vCPUs of an instance", 8, "", "a worker each"),
        assume("node_vcpus", "vCPUs of a node", 16, "", "m7g.4xlarge, 64 GiB"),
        assume("disk_full", "how full a disk may be", 0.5, "", "size-tiered compaction needs as much again"),
        assume("versions", "disk taken by overwritten versions", 1.5, "", "until compacted"),
        assume("commit_log", "disk beside the rows: commit log, hints, snapshots", 200e9, "bytes a node", ""),
        assume("answer", "an answer on the wire, with TLS and TCP", 600, "bytes", "head and body are 330 bytes here; TLS, TCP and their answers the rest"),
        assume("question", "a question on the wire", 500, "bytes", ""),
        assume("zone_get", "a GET between zones: driver and replicas", 600, "bytes", "two in three cross"),
        assume("zone_put", "a PUT between zones", 900, "bytes", "the same"),
        assume("connection", "requests of one connection", 20, "requests", "kept alive"),
        assume("open", "how long a connection stays open", 60, "s", ""),
        assume("hint_bytes", "a hint on the disk", 120, "bytes", "the mutation without the packet's heads"),
        assume("span_bytes", "a span, compressed", 150, "bytes", ""),
        assume("spans", "spans of a sampled request", 4, "spans", "three of the instance, one of the driver"),
        assume("log_squeezed", "logs as gzip, part left", 0.1, "", ""),
        assume("log_days", "days that logs are kept", 30, "days", ""),
        assume("store_read", "a local quorum read, median", 0.0012, "s", "in three zones; 0.4 ms on one machine"),
        assume("spread", "spread of delays (sigma of their logarithm)", 0.5, "", "p99 3.2 times the median"),
        assume("apply", "from arrival to readable on a replica, median", 0.002, "s", "8 to 13 ms on one busy machine"),
        assume("late", "replicas that get a write by hint only", 0.0005, "", "a node that restarts, now and then"),
        assume("late_seconds", "how late such a write is, mean", 20, "s", ""),
        assume("roams", "tokened reads in another region than the write", 0.02, "", "travel, a shared token, failover"),
        assume("read_after", "from a write to a read with its token, median", 5, "s", ""),
        assume("read_after_spread", "its spread", 2.5, "", "6 % within 100 ms, 1 % beyond half an hour"),
        assume("attempt", "what a client gives one attempt", 3, "s", "a second more than the deadline"),
        assume("users_way", "from users to their region and back", 0.03, "s", ""),
        assume("validate", "repair compares", 50e6, "bytes a second and node", ""),
    ]
