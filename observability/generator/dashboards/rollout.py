"""Rollout and k6: whether the version that is coming is as good as the one that is there."""

from generator.dashboards.board import Board, Marks, Row
from generator.dashboards.objectives import Target, Targets
from generator.dashboards.palette import BAD, BLUE, CYAN, GOOD, GREY, OLIVE, PURPLE, named
from generator.dashboards.panels import Limit, Panel, Query, lines, states, tile
from generator.dashboards.promql import HELLO, or_zero, quantile, rate, select
from generator.dashboards.shared import alerts_that_fired

JOB = 'job="jubilee"'
SECONDS = "jubilee_http_request_duration_seconds"
STARTED = "process_start_time_seconds"
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


def board(targets: Targets) -> Board:
    """What one watches while a version goes through the regions."""
    return Board(
        "jubilee-rollout",
        "Whether the version that is coming is as good as the one that is there: what k6 asks and "
        "how it is answered, which version runs where, and what that costs the error budget. "
        "Blue marks: a region got another version; grey: an instance started; olive: k6 ran.",
        (_now(), _asked(), _latency(targets), _versions(), _cost(targets)),
        refresh="10s",
        marks=_marks(),
    )


def _marks() -> tuple[Marks, ...]:
    versions = f"count by (region, version) ({select('jubilee_build_info')})"
    youngest = f"(time() - max by (region, instance) ({select(STARTED, JOB)}))"
    return (
        Marks("Deploys", BLUE, f"{versions} unless {versions.replace('})', '} offset 1m)')}"),
        Marks("Starts of instances", GREY, f"{youngest} < 60"),
        Marks("Runs of k6", OLIVE, f"max by (script, region) ({_k6('vus')}) > 0"),
    )


def _k6(metric: str, *matchers: str) -> str:
    return f"k6_{metric}{{{', '.join((OF_RUN, *matchers))}}}"


def _k6_rate(metric: str, by: str, *matchers: str) -> str:
    summed = f"sum by ({by})" if by else "sum"
    return f"{summed} (rate({_k6(metric, *matchers)}[$__rate_interval]))"


def _now() -> Row:
    everything = _k6_rate("http_reqs_total", "")
    failed = _k6_rate("http_reqs_total", "", FAILED)
    broken = _k6_rate("promises_broken_total", "")
    return Row(
        "Now",
        (
            tile(
                "Versions running",
                "short",
                f"count (count by (version) ({select('jubilee_build_info')}))",
                "Of the regions chosen. 2: a rollout is under way, or stopped half-way and must be "
                "resumed or aborted.",
                limit=Limit(3, warning=2),
            ),
            tile(
                "Regions un-ready",
                "short",
                f"count (max by (region) ({select('jubilee_ready')}) == 0) or vector(0)",
                "Of those chosen. One, while its instances are replaced, is as it must be; it gets "
                "no traffic then.",
                limit=Limit(2, warning=1),
                runbook="JubileeRegionUnready",
            ),
            tile(
                "Alerts firing",
                "short",
                'count (ALERTS{alertname=~"Jubilee.*", alertstate="firing", '
                'region=~"$region"}) or vector(0)',
                "Of the regions chosen. Any stops a rollout through that region.",
                limit=Limit(1),
                runbook="README",
            ),
            tile(
                "Requests of k6",
                "reqps",
                everything,
                "All that k6 asks at this moment, of all its runs.",
                spark=True,
                nothing="no run",
            ),
            tile(
                "Failed of them",
                "percentunit",
                f"{or_zero(failed, everything)} / ({everything} > 0)",
                "The share without an answer, or answered 5xx.",
                decimals=3,
                spark=True,
                nothing="no run",
            ),
            tile(
                "Promises broken",
                "cps",
                broken,
                "Answers that are not what the contract says, a second: a wrong word, status or "
                "header, something older than its token. Any fails the run.",
                limit=Limit(0.001),
                decimals=1,
                spark=True,
                nothing="no run",
            ),
        ),
    )


def _asked() -> Row:
    asked = _k6_rate("http_reqs_total", "script")
    failed = _k6_rate("http_reqs_total", "script", FAILED)
    running = f"max by (script) ({_k6('vus')})"
    dropped = _k6_rate("dropped_iterations_total", "script")
    return Row(
        "What k6 asks",
        (
            lines(
                "Requests by scenario",
                "reqps",
                "`measured` is what gates judge; `warm_up` comes before it, and is left out.",
                Query(_k6_rate("http_reqs_total", "script, scenario"), "{{script}} {{scenario}}"),
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
                Query(f"avg by (script) ({_k6('checks_rate')})", "{{script}}"),
                limit=Limit(1, falling=True),
                colours=BY_SCRIPT,
            ),
            lines(
                "Promises kept and broken",
                "cps",
                "Each answer is held against the contract. A broken promise fails the run.",
                Query(_k6_rate("promises_kept_total", "promise"), "{{promise}} kept"),
                Query(_k6_rate("promises_broken_total", "script"), "broken in {{script}}"),
                colours=((r"^broken", BAD),),
            ),
            lines(
                "Virtual users",
                "short",
                "Those that are asking or waiting for an answer, and those at hand. At all that "
                "are at hand, answers are too slow, or the generator is.",
                Query(running, "{{script}}"),
                Query(f"max by (script) ({_k6('vus_max')})", "{{script}} at hand"),
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


def _latency(targets: Targets) -> Row:
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
                Query(f"max by (name) ({_k6('http_req_duration_p99')})", "{{name}}"),
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
        Query(f"max ({_k6(f'http_req_duration_p{q}', *matchers)})", f"p{q}")
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


def _versions() -> Row:
    starts = f"changes({select(STARTED, JOB)}[$__rate_interval])"
    return Row(
        "Versions and traffic",
        (
            states(
                "Version of each region",
                "Which version ran where, and when. Two in one region for long: its instances are "
                "not all replaced.",
                Query(
                    f"max by (region, version) ({select('jubilee_build_info')})",
                    "{{region}} {{version}}",
                ),
                words=((1, "runs", GOOD),),
                opens="jubilee-region",
            ),
            states(
                "Readiness of regions",
                "Since when a region has had no instance that would get traffic.",
                Query(f"max by (region) ({select('jubilee_ready')})", "{{region}}"),
                words=((1, "ready", GOOD), (0, "un-ready", BAD)),
                runbook="JubileeRegionUnready",
                opens="jubilee-region",
            ),
            lines(
                "Requests by region",
                "reqps",
                "Requests of /hello. A region that is drained goes to nothing and the others take "
                "its share; then come 10 %, then all.",
                Query(rate(f"{SECONDS}_count", "region", HELLO), "{{region}}"),
                opens="jubilee-region",
            ),
            lines(
                "Starts by region",
                "short",
                "Starts of processes within the last interval. More than its instances, after a "
                "deploy: they crash.",
                Query(f"sum by (region) ({starts})", "{{region}}"),
                runbook="JubileeTargetMissing",
                opens="jubilee-region",
            ),
        ),
    )


def _cost(targets: Targets) -> Row:
    kept = select("process_open_fds", JOB)
    connected = select("jubilee_http_connections", JOB)
    return Row(
        "What it costs",
        (
            lines(
                f"Error budget left, {targets.period}",
                "percentunit",
                "Of availability. A rollout that goes well does not move it; one that is stopped "
                "by a gate hardly does. Below 25 % start none.",
                Query(targets.availability.budget_left(), "{{region}}"),
                limit=Limit(0, warning=0.25, falling=True),
                runbook="JubileeAvailabilityBurn",
                opens="jubilee-region",
            ),
            lines(
                "Failed requests by region",
                "reqps",
                "Requests of /hello answered 5xx: what a rollout must not add to.",
                Query(targets.availability.counted("bad"), "{{region}}"),
                runbook="JubileeAvailabilityBurn",
                opens="jubilee-region",
            ),
            lines(
                "Descriptors beside connections",
                "short",
                "Open files of each region's instances, less the connections of their clients. "
                "Flat, whatever is asked; a line that climbs is a leak, and stops a rollout.",
                Query(f"sum by (region) ({kept} - {connected})", "{{region}}"),
                opens="jubilee-runtime",
            ),
            lines(
                "Memory by region",
                "bytes",
                "Resident memory of the instances. It climbs after a start and then stays; beside "
                "the version before.",
                Query(
                    f"sum by (region) ({select('process_resident_memory_bytes', JOB)})",
                    "{{region}}",
                ),
                opens="jubilee-runtime",
            ),
            alerts_that_fired(width=24),
        ),
    )
