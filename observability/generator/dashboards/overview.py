"""Overview: is it well, everywhere?"""

from generator.dashboards.board import Board, Row
from generator.dashboards.objectives import Target, Targets
from generator.dashboards.palette import BAD, BY_PEER, GOOD
from generator.dashboards.panels import Limit, Panel, Query, lines, tile
from generator.dashboards.promql import HELLO, quantile, select
from generator.dashboards.shared import alerts_that_fired, readiness_of_regions
from generator.slo import TIME

SECONDS = "jubilee_http_request_duration_seconds"
FIRING = 'ALERTS{alertname=~"Jubilee.*", alertstate="firing"}'
QUIET = {"nothing": "no requests"}


def board(targets: Targets) -> Board:
    """What one looks at first."""
    return Board(
        "jubilee-overview",
        "Is it well, everywhere? First the whole, then a row for each region, then how fast error "
        "budgets burn. Colours are those of production's objectives.",
        (
            _everywhere(targets),
            _region(targets),
            _burning(targets),
            _traffic(targets),
        ),
        refresh="10s",
    )


def _everywhere(targets: Targets) -> Row:
    everything = f"sum ({targets.availability.counted('all')})"
    failed = f"sum ({targets.availability.counted('bad')})"
    return Row(
        "Everywhere",
        (
            tile(
                "Alerts firing",
                "short",
                f"count ({FIRING}) or vector(0)",
                "Of any severity, in any region. Each has a runbook, linked from its notification.",
                limit=Limit(1),
                runbook="README",
            ),
            tile(
                "Regions un-ready",
                "short",
                f"count (max by (region) ({select('jubilee_ready')}) == 0) or vector(0)",
                "Regions where no instance would get traffic, of those chosen. Their users are "
                "served by the others.",
                limit=Limit(1),
                runbook="JubileeRegionUnready",
            ),
            tile(
                "Targets missing",
                "short",
                'count (up{job=~"jubilee|collector|prometheus|alertmanager"} == 0) or vector(0)',
                "What Prometheus does not reach: instances, the collector, Alertmanager. What is "
                "missing rings no other alert.",
                limit=Limit(1),
                runbook="JubileeTargetMissing",
            ),
            tile(
                "Requests of users",
                "reqps",
                everything,
                "Requests of /hello in all regions chosen.",
                spark=True,
            ),
            tile(
                "Failed of them",
                "percentunit",
                f"{failed} / ({everything} > 0)",
                "The share answered 5xx, at this moment.",
                decimals=3,
                spark=True,
                runbook="JubileeAvailabilityBurn",
                **QUIET,
            ),
            tile(
                "Worst lag",
                "s",
                f"max ({select('jubilee_replication_lag_seconds')})",
                "Between any two regions. The matrix of all is on the board of consistency.",
                decimals=1,
                spark=True,
                runbook="JubileeReplicationLag",
            ),
        ),
    )


def _region(targets: Targets) -> Row:
    period = targets.period
    return Row(
        "Region $region",
        (
            tile(
                "Ready",
                "none",
                f"max by (region) ({select('jubilee_ready')})",
                "Whether any instance would get traffic. If not, the balancer has moved the "
                "region's users.",
                words=((1, "ready", GOOD), (0, "un-ready", BAD)),
                runbook="JubileeRegionUnready",
                opens="jubilee-region",
            ),
            tile(
                "Available, 5 min",
                "percentunit",
                f"1 - {targets.availability.bad_share('5m')}",
                "Requests of /hello not answered 5xx. The objective is "
                f"{targets.availability.says}.",
                limit=targets.availability.good_share,
                runbook="JubileeAvailabilityBurn",
                opens="jubilee-region",
                decimals=3,
                **QUIET,
            ),
            tile(
                f"Available, {period}",
                "percentunit",
                targets.availability.good_share_of_period(),
                f"The same over {period}, or what Prometheus remembers of them.",
                limit=targets.availability.good_share,
                runbook="JubileeAvailabilityBurn",
                opens="jubilee-region",
                decimals=3,
                **QUIET,
            ),
            tile(
                f"Budget left, {period}",
                "percentunit",
                targets.availability.budget_left(),
                "What is left of the error budget of availability. Below 0 the objective is "
                "missed: no risky change until it is back.",
                limit=Limit(0, warning=0.25, falling=True),
                runbook="JubileeAvailabilityBurn",
                opens="jubilee-region",
                decimals=1,
                **QUIET,
            ),
            tile(
                "Requests",
                "reqps",
                targets.availability.counted("all"),
                "Requests of /hello that this region answers. A step to 0: its users have been "
                "moved.",
                opens="jubilee-region",
                spark=True,
            ),
            tile(
                "Failed",
                "reqps",
                targets.availability.counted("bad"),
                "Requests of /hello answered 5xx.",
                runbook="JubileeAvailabilityBurn",
                opens="jubilee-region",
                spark=True,
            ),
            tile(
                "p99 of GET",
                "s",
                quantile(0.99, SECONDS, "region", HELLO, 'method="GET"'),
                f"At the instance. The objective: {targets.get_latency.says} within the limit.",
                limit=targets.get_latency.below,
                runbook="JubileeGetLatencyBurn",
                opens="jubilee-region",
                decimals=1,
                **QUIET,
            ),
            tile(
                "p99 of PUT",
                "s",
                quantile(0.99, SECONDS, "region", HELLO, 'method="PUT"'),
                f"At the instance. The objective: {targets.put_latency.says} within the limit.",
                limit=targets.put_latency.below,
                runbook="JubileePutLatencyBurn",
                opens="jubilee-region",
                decimals=1,
                **QUIET,
            ),
            tile(
                "Fresh, 5 min",
                "percentunit",
                f"1 - {targets.freshness.bad_share('5m')}",
                "Reads with a Sync-Token satisfied without a wait. The objective is "
                f"{targets.freshness.says}.",
                limit=targets.freshness.good_share,
                runbook="JubileeFreshnessBurn",
                opens="jubilee-consistency",
                decimals=3,
                nothing="no tokens",
            ),
            tile(
                "Lag to here",
                "s",
                f"max by (region) ({select('jubilee_replication_lag_seconds')})",
                "How late the writes of the slowest other region are here.",
                limit=targets.replication_lag.below,
                runbook="JubileeReplicationLag",
                opens="jubilee-consistency",
                decimals=1,
            ),
            tile(
                "Failover in use",
                "none",
                f"max by (region) ({select('jubilee_breaker_open')})",
                "Whether the region's own data centre is taken for lost and others serve its "
                "users. Durability is at stake, though no request fails.",
                words=((0, "no", GOOD), (1, "in use", BAD)),
                runbook="JubileeFailoverInUse",
                opens="jubilee-consistency",
            ),
            tile(
                "Places taken",
                "percentunit",
                f"sum by (region) ({select('jubilee_admitted_requests')}) / sum by (region) "
                f"({select('jubilee_admission_limit')})",
                "Requests inside, of those let in. Near 100 % the rest is refused with 503.",
                limit=Limit(0.8, warning=0.5),
                runbook="JubileeOverload",
                opens="jubilee-region",
                decimals=1,
            ),
        ),
        each_region=True,
    )


def _burning(targets: Targets) -> Row:
    return Row(
        "How fast error budgets burn",
        (
            _burn("Availability", targets.availability, "JubileeAvailabilityBurn", 8),
            _burn("Latency of GET", targets.get_latency, "JubileeGetLatencyBurn", 8),
            _burn("Latency of PUT", targets.put_latency, "JubileePutLatencyBurn", 8),
            _burn("Freshness", targets.freshness, "JubileeFreshnessBurn", 12),
            _burn("Replication lag", targets.replication_lag, "JubileeReplicationLagBurn", 12),
        ),
    )


def _burn(what: str, target: Target, alert: str, width: int) -> Panel:
    of_pairs = target.objective.name in TIME
    return lines(
        f"{what}: burn rate over 1 h",
        "suffix: ×",
        f"How many times too fast the budget of {target.says} is spent. 1 spends it in exactly the "
        f"period; at {target.burning.bad:g} somebody is woken.",
        Query(target.burn_rate("1h"), "{{from}} to {{to}}" if of_pairs else "{{region}}"),
        width=width,
        limit=target.burning,
        runbook=alert,
        opens="jubilee-consistency" if of_pairs or what == "Freshness" else "jubilee-region",
        **({"colours": BY_PEER} if of_pairs else {}),
    )


def _traffic(targets: Targets) -> Row:
    def p99(method: str) -> Query:
        expr = quantile(0.99, SECONDS, "region", HELLO, f'method="{method}"')
        return Query(expr, "{{region}}")

    return Row(
        "Regions side by side",
        (
            lines(
                "Requests by region",
                "reqps",
                "Requests of /hello. One region down and another up by as much: the balancer has "
                "moved users.",
                Query(targets.availability.counted("all"), "{{region}}"),
                opens="jubilee-region",
            ),
            lines(
                "Failed requests by region",
                "reqps",
                "Requests of /hello answered 5xx.",
                Query(
                    targets.availability.counted("bad"),
                    "{{region}}",
                ),
                runbook="JubileeAvailabilityBurn",
                opens="jubilee-region",
            ),
            lines(
                "p99 of GET by region",
                "s",
                "At the instance. One region alone: its data centre or its load; all: a change or "
                "the network.",
                p99("GET"),
                limit=targets.get_latency.below,
                runbook="JubileeGetLatencyBurn",
                opens="jubilee-region",
            ),
            lines(
                "p99 of PUT by region",
                "s",
                "At the instance, durability included.",
                p99("PUT"),
                limit=targets.put_latency.below,
                runbook="JubileePutLatencyBurn",
                opens="jubilee-region",
            ),
            readiness_of_regions(),
            alerts_that_fired(),
        ),
    )
