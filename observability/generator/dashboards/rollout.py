"""Rollout and k6: whether the version that is coming is as good as the one that is there."""

from generator.dashboards.board import Board, Marks, Row
from generator.dashboards.k6 import FAILED, asked_row, k6, k6_rate, latency_row
from generator.dashboards.objectives import Targets
from generator.dashboards.palette import BLUE, GOOD, GREY, OLIVE
from generator.dashboards.panels import Limit, Query, lines, states, tile
from generator.dashboards.promql import HELLO, or_zero, rate, select
from generator.dashboards.shared import alerts_that_fired, readiness_of_regions

JOB = 'job="jubilee"'
SECONDS = "jubilee_http_request_duration_seconds"
STARTED = "process_start_time_seconds"


def board(targets: Targets) -> Board:
    """What one watches while a version goes through the regions."""
    return Board(
        "jubilee-rollout",
        "Whether the version that is coming is as good as the one that is there: what k6 asks and "
        "how it is answered, which version runs where, and what that costs the error budget. "
        "Blue marks: a region got another version; grey: an instance started; olive: k6 ran.",
        (_now(), asked_row(), latency_row(targets), _versions(), _cost(targets)),
        refresh="10s",
        marks=_marks(),
    )


def _marks() -> tuple[Marks, ...]:
    versions = f"count by (region, version) ({select('jubilee_build_info')})"
    youngest = f"(time() - max by (region, instance) ({select(STARTED, JOB)}))"
    return (
        Marks("Deploys", BLUE, f"{versions} unless {versions.replace('})', '} offset 1m)')}"),
        Marks("Starts of instances", GREY, f"{youngest} < 60"),
        Marks("Runs of k6", OLIVE, f"max by (script, region) ({k6('vus')}) > 0"),
    )


def _now() -> Row:
    everything = k6_rate("http_reqs_total", "")
    failed = k6_rate("http_reqs_total", "", FAILED)
    broken = k6_rate("promises_broken_total", "")
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
            readiness_of_regions(),
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
