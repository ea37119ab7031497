"""Region: one region from the inside."""

from generator.dashboards.board import Board, Row
from generator.dashboards.objectives import Targets
from generator.dashboards.palette import (
    BAD,
    BLUE,
    BY_STATUS,
    CYAN,
    GOOD,
    GREY,
    OLIVE,
    PURPLE,
    named,
)
from generator.dashboards.panels import (
    Limit,
    Query,
    heat,
    lines,
    states,
    tile,
)
from generator.dashboards.promql import HELLO, or_zero, quantile, rate, select, total
from generator.dashboards.shared import (
    quantiles,
    reasons_for_being_unready,
    restarts_by_actor,
)

JOB = 'job="jubilee"'
REQUESTS = "jubilee_http_requests_total"
SECONDS = "jubilee_http_request_duration_seconds"
STORE = "jubilee_store_operation_duration_seconds"
BY_ROUTE = (
    (r"^/hello", BLUE),
    (r"^/$", CYAN),
    (r"^/(docs|openapi)", PURPLE),
    (r"^/(livez|readyz)", GREY),
    (r"^unknown", OLIVE),
)


def board(targets: Targets) -> Board:
    """Where a region's trouble comes from: clients, its own limits, or the store."""
    return Board(
        "jubilee-region",
        "One region from the inside: what is asked and how it is answered, what is turned away, "
        "what the store does, and which instances run.",
        (_now(targets), _requests(), _latency(targets), _admission(), _store(), _instances()),
        several_regions=False,
        refresh="10s",
    )


def _now(targets: Targets) -> Row:
    return Row(
        "Now",
        (
            tile(
                "Requests",
                "reqps",
                total(REQUESTS),
                "Everything that the public listener answers, probes of balancers included.",
                spark=True,
            ),
            tile(
                "Failed, 5 min",
                "percentunit",
                targets.availability.bad_share("5m"),
                "Requests of /hello answered 5xx. Which: see the answers by status below.",
                limit=Limit(float(targets.availability.objective.budget)),
                runbook="JubileeAvailabilityBurn",
                decimals=3,
                nothing="no requests",
            ),
            tile(
                "p99 of GET",
                "s",
                quantile(0.99, SECONDS, "", HELLO, 'method="GET"'),
                "99 % of GETs of /hello are answered within this, at the instance.",
                limit=targets.get_latency.below,
                runbook="JubileeGetLatencyBurn",
                decimals=1,
                nothing="no requests",
            ),
            tile(
                "p99 of PUT",
                "s",
                quantile(0.99, SECONDS, "", HELLO, 'method="PUT"'),
                "99 % of PUTs of /hello are answered within this, at the instance.",
                limit=targets.put_latency.below,
                runbook="JubileePutLatencyBurn",
                decimals=1,
                nothing="no requests",
            ),
            tile(
                "Instances ready",
                "short",
                f"sum ({select('jubilee_ready')})",
                "Instances that would answer `readyz` with 200. None: the balancer sends this "
                "region's users elsewhere.",
                limit=Limit(1, falling=True),
                runbook="JubileeRegionUnready",
            ),
            tile(
                "Instances up",
                "short",
                f"sum ({select('up', JOB)})",
                "Instances that Prometheus reaches.",
                limit=Limit(1, falling=True),
                runbook="JubileeTargetMissing",
            ),
        ),
    )


def _requests() -> Row:
    failed = rate(REQUESTS, "route", 'status=~"5.."')
    return Row(
        "Requests and answers",
        (
            lines(
                "Requests by route",
                "reqps",
                "What is asked for, by the route's pattern. `unknown`: paths that are none; "
                "somebody guesses.",
                Query(rate(REQUESTS, "route"), "{{route}}"),
                colours=BY_ROUTE,
            ),
            lines(
                "Answers by status",
                "reqps",
                "400 is a client's fault, 404 an unknown user; 503 overload, an un-ready store or "
                "an unsatisfied token; 504 a deadline; 500 a fault of the code.",
                Query(rate(REQUESTS, "status"), "{{status}}"),
                colours=BY_STATUS,
                runbook="JubileeAvailabilityBurn",
            ),
            lines(
                "Failed requests by route",
                "reqps",
                "Answers 5xx. On /hello they spend the error budget.",
                Query(or_zero(failed, rate(REQUESTS, "route")), "{{route}}"),
                colours=BY_ROUTE,
                runbook="JubileeAvailabilityBurn",
            ),
            lines(
                "Requests of /hello by method",
                "reqps",
                "Reads against writes. A surge of one method is a client, not a fault.",
                Query(rate(REQUESTS, "method", HELLO), "{{method}}"),
                colours=(*named("GET", "PUT", "DELETE", "HEAD"), (r"other|POST", GREY)),
            ),
        ),
    )


def _latency(targets: Targets) -> Row:
    def spread(method: str) -> str:
        return rate(f"{SECONDS}_bucket", "le", HELLO, f'method="{method}"')

    return Row(
        "Latency of /hello",
        (
            quantiles(
                "Latency of GET",
                "From a request's head to its answer. All quantiles up: the store or the "
                "processor; p99 alone: escalations, failover or a hot instance.",
                SECONDS,
                HELLO,
                'method="GET"',
                limit=targets.get_latency.below,
                runbook="JubileeGetLatencyBurn",
            ),
            quantiles(
                "Latency of PUT",
                "From a request's head to its answer, the commit included.",
                SECONDS,
                HELLO,
                'method="PUT"',
                limit=targets.put_latency.below,
                runbook="JubileePutLatencyBurn",
            ),
            heat(
                "Spread of GET",
                "s",
                "How many requests took how long. Two bands: some wait for something, the others "
                "do not.",
                spread("GET"),
                runbook="JubileeGetLatencyBurn",
            ),
            heat(
                "Spread of PUT",
                "s",
                "How many requests took how long. Two bands: some wait for something, the others "
                "do not.",
                spread("PUT"),
                runbook="JubileePutLatencyBurn",
            ),
        ),
    )


def _admission() -> Row:
    return Row(
        "Admission and deadlines",
        (
            lines(
                "Admitted against the limit",
                "short",
                "Requests inside all Greeters, and how many are let in. At the limit the rest is "
                "answered 503 at once: the store is slow, or more instances are needed.",
                Query(f"sum ({select('jubilee_admitted_requests')})", "admitted"),
                Query(f"sum ({select('jubilee_admission_limit')})", "limit"),
                colours=((r"admitted", BLUE), (r"limit", GREY)),
                runbook="JubileeOverload",
            ),
            lines(
                "Rejected by reason",
                "reqps",
                "`overloaded`: the expected wait would eat the deadline, or the limit is reached. "
                "`mailbox_full`: the worker's thread does not keep up.",
                Query(rate("jubilee_requests_rejected_total", "reason"), "{{reason}}"),
                colours=named("overloaded", "mailbox_full"),
                runbook="JubileeOverload",
            ),
            lines(
                "In flight and in mailboxes",
                "short",
                "In flight grows while the rate does not: answers have become slow. In mailboxes: "
                "the workers' threads are the bound.",
                Query(f"sum ({select('jubilee_http_requests_in_flight')})", "in flight"),
                Query(f"sum ({select('jubilee_mailbox_messages')})", "in mailboxes"),
                colours=named("in flight", "in mailboxes"),
                runbook="JubileeOverload",
            ),
            quantiles(
                "Wait in a mailbox",
                "How long requests waited for a Greeter: microseconds while all is well.",
                "jubilee_mailbox_wait_seconds",
                runbook="JubileeOverload",
            ),
            lines(
                "Deadlines exceeded by stage",
                "reqps",
                "Where the time ran out: `body`: the client was slow (408); `mailbox`: the worker; "
                "`store`: the database (504).",
                Query(rate("jubilee_deadlines_exceeded_total", "stage"), "{{stage}}"),
                colours=named("body", "mailbox", "store"),
                runbook="JubileeAvailabilityBurn",
            ),
            lines(
                "Connections of clients",
                "short",
                "Open connections to each instance. Uneven: the balancer; to 0: it has moved its "
                "users.",
                Query(f"sum by (instance) ({select('jubilee_http_connections')})", "{{instance}}"),
                colours=(),
            ),
        ),
    )


def _store() -> Row:
    outcomes = named("ok", "behind", "timed_out", "overloaded", "deadline_exceeded")
    return Row(
        "Store",
        (
            lines(
                "Store operations by outcome",
                "ops",
                "`behind`: nothing as new as the token. `unavailable`, `timed_out`, "
                "`deadline_exceeded`: the database. `corrupt`, `panicked`: a fault; see the log.",
                Query(rate(f"{STORE}_count", "outcome"), "{{outcome}}"),
                colours=(*outcomes, (r"unavailable|corrupt|panicked", BAD)),
                runbook="JubileeAvailabilityBurn",
            ),
            lines(
                "Store operations by kind",
                "ops",
                "Reads and writes that reach the store; reads are fewer than GETs where requests "
                "share one.",
                Query(rate(f"{STORE}_count", "operation"), "{{operation}}"),
                Query(total("jubilee_joined_reads_total"), "joined reads"),
                colours=(*named("read", "write"), (r"joined", GREY)),
            ),
            quantiles(
                "Time of reads",
                "What the store took for a read, failover and escalation included.",
                STORE,
                'operation="read"',
                runbook="JubileeGetLatencyBurn",
            ),
            quantiles(
                "Time of writes",
                "What the store took for a write, its durability included.",
                STORE,
                'operation="write"',
                runbook="JubileePutLatencyBurn",
            ),
        ),
    )


def _instances() -> Row:
    return Row(
        "Instances",
        (
            states(
                "Readiness of each instance",
                "Since when an instance has been un-ready. Drained by hand, starting, or see the "
                "reasons.",
                Query(f"min by (instance) ({select('jubilee_ready')})", "{{instance}}"),
                words=((1, "ready", GOOD), (0, "un-ready", BAD)),
                runbook="JubileeRegionUnready",
            ),
            reasons_for_being_unready("reason", "{{reason}}"),
            lines(
                "Starts of instances",
                "short",
                "Starts of the process within the last interval. Not by a deployment: look for its "
                "last log line.",
                Query(
                    "sum by (instance) "
                    f"(changes({select('process_start_time_seconds', JOB)}[$__rate_interval]))",
                    "{{instance}}",
                ),
                colours=(),
                runbook="JubileeTargetMissing",
            ),
            restarts_by_actor(),
            tile(
                "Versions running",
                "short",
                f"count by (version) ({select('jubilee_build_info')})",
                "How many instances run which version. Two for long: a deployment hangs.",
                legend="{{version}}",
                width=16,
                named=True,
            ),
            tile(
                "Youngest instance",
                "s",
                f"time() - max ({select('process_start_time_seconds', JOB)})",
                "The time since the last start of an instance.",
                width=8,
            ),
        ),
    )
