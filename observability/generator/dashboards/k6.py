"""What k6 asks and how it is answered, as it writes that to Prometheus; k6/README.md names all."""

from generator.dashboards.board import Row
from generator.dashboards.objectives import Target, Targets
from generator.dashboards.palette import BAD, BLUE, CYAN, GREY, OLIVE, PURPLE
from generator.dashboards.panels import Limit, Panel, Query, lines
from generator.dashboards.promql import HELLO, or_zero, quantile, select

SECONDS = "jubilee_http_request_duration_seconds"
OF_RUN = 'region=~"$region|any"'
"""A run of k6 at the geo-routed address is of any region."""
FAILED = 'status=~"0|5.."'
"""What the objective of availability counts as bad: no answer at all, or 5xx."""
MEASURED = 'phase="measured"'
BY_K6 = (
    (r"^p50$", "#A7C7E7"),
    (r"^p90$", CYAN),
    (r"^p95$", BLUE),
    (r"^p99$", "#1F3B63"),
    (r"instances", OLIVE),
)
BY_ENDPOINT = (
    (r"^GET /hello", BLUE),
    (r"^PUT /hello", OLIVE),
    (r"^DELETE /hello", PURPLE),
    (r"^HEAD", GREY),
)
BY_SCRIPT = (
    (r"smoke", CYAN),
    (r"load", BLUE),
    (r"soak", OLIVE),
    (r"stress", PURPLE),
    (r"spike|regions", GREY),
)


def k6(metric: str, *matchers: str) -> str:
    """The series of runs in the regions chosen."""
    return f"k6_{metric}{{{', '.join((OF_RUN, *matchers))}}}"


def k6_rate(metric: str, by: str, *matchers: str) -> str:
    """The sum of the rates of a counter of theirs."""
    summed = f"sum by ({by})" if by else "sum"
    return f"{summed} (rate({k6(metric, *matchers)}[$__rate_interval]))"


def asked_row() -> Row:
    """How much is asked, what of it failed, and whether the run is worth anything."""
    asked = k6_rate("http_reqs_total", "script")
    failed = k6_rate("http_reqs_total", "script", FAILED)
    running = f"max by (script) ({k6('vus')})"
    dropped = k6_rate("dropped_iterations_total", "script")
    return Row(
        "What k6 asks",
        (
            lines(
                "Requests by scenario",
                "reqps",
                "`measured` is what gates judge; `warm_up` comes before it, and is left out. What "
                "a script prepares and cleans up is not shown: it is of no scenario.",
                Query(
                    k6_rate("http_reqs_total", "script, scenario", 'scenario!=""'),
                    "{{script}} {{scenario}}",
                ),
                colours=BY_SCRIPT,
            ),
            lines(
                "Failed requests",
                "percentunit",
                "The share of each script without an answer, or answered 5xx. Smoke and stress "
                "provoke some.",
                Query(f"{or_zero(failed, asked)} / ({asked} > 0)", "{{script}}"),
                colours=BY_SCRIPT,
                runbook="JubileeAvailabilityBurn",
            ),
            lines(
                "Checks passed",
                "percentunit",
                "The share of each script's checks that held since its run began. Below 100 % its "
                "report says which did not.",
                Query(f"avg by (script) ({k6('checks_rate')})", "{{script}}"),
                limit=Limit(1, falling=True),
                colours=BY_SCRIPT,
            ),
            lines(
                "Promises kept and broken",
                "cps",
                "Each answer is held against the contract. A broken promise fails the run.",
                Query(k6_rate("promises_kept_total", "promise"), "{{promise}} kept"),
                Query(k6_rate("promises_broken_total", "script"), "broken in {{script}}"),
                colours=((r"^broken", BAD),),
            ),
            lines(
                "Virtual users",
                "short",
                "Those that are asking or waiting for an answer, and those at hand. At all that "
                "are at hand, answers are too slow, or the generator is.",
                Query(running, "{{script}}"),
                Query(f"max by (script) ({k6('vus_max')})", "{{script}} at hand"),
                colours=((r"at hand$", GREY), *BY_SCRIPT),
            ),
            lines(
                "Dropped iterations",
                "cps",
                "Visits that were due and that no virtual user was free to make. Any makes a run "
                "invalid: it says nothing of the version.",
                Query(or_zero(dropped, running), "{{script}}"),
                limit=Limit(0.001),
                colours=BY_SCRIPT,
            ),
        ),
    )


def latency_row(targets: Targets) -> Row:
    """What k6 waited for, beside what instances tell of the same time."""
    return Row(
        "Latency, at k6 since its run began and at the instances",
        (
            _compared("GET", targets.get_latency, "JubileeGetLatencyBurn"),
            _compared("PUT", targets.put_latency, "JubileePutLatencyBurn"),
            lines(
                "p99 by endpoint",
                "s",
                "What k6 waited for, of each endpoint. One alone: that code; all: the processor, "
                "the store, or the way there.",
                Query(f"max by (name) ({k6('http_req_duration_p99')})", "{{name}}"),
                colours=BY_ENDPOINT,
            ),
            lines(
                "p99 of GET by version",
                "s",
                "At the instances, users' requests and k6's. A gate stops a version whose p99 is "
                "more than twice that of the one before.",
                Query(_by_version("GET"), "{{version}}"),
                limit=targets.get_latency.below,
                colours=(),
                runbook="JubileeGetLatencyBurn",
            ),
        ),
    )


def _compared(method: str, target: Target, alert: str) -> Panel:
    matchers = (f'operation="{method.lower()}"', MEASURED)
    at_k6 = (
        Query(f"max ({k6(f'http_req_duration_p{q}', *matchers)})", f"p{q}")
        for q in (50, 90, 95, 99)
    )
    at_instances = quantile(0.99, SECONDS, "", HELLO, f'method="{method}"')
    return lines(
        f"Latency of {method}",
        "s",
        "What k6 measured, and the p99 that the instances themselves tell of the same time. Apart: "
        "the time is lost between the two, or k6 has too little processor.",
        *at_k6,
        Query(at_instances, "p99 at the instances"),
        limit=target.below,
        colours=BY_K6,
        runbook=alert,
    )


def _by_version(method: str) -> str:
    buckets = select(f"{SECONDS}_bucket", HELLO, f'method="{method}"')
    joined = (
        f"rate({buckets}[$__rate_interval]) * on (region, instance) group_left (version) "
        f"{select('jubilee_build_info')}"
    )
    return f"histogram_quantile(0.99, sum by (version, le) ({joined}))"
