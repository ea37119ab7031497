"""Actors and runtime: what one process is busy with, and what it runs out of."""

from dataclasses import replace

from generator.dashboards.board import Board, Row
from generator.dashboards.objectives import Targets
from generator.dashboards.palette import BAD, BY_QUANTILE, OLIVE, named
from generator.dashboards.panels import Limit, Needs, Panel, Query, lines, tile
from generator.dashboards.promql import per_second, quantile, rate, select, total
from generator.dashboards.shared import quantiles, restarts_by_actor

LOST = 'outcome!="exported"'
JOB = 'job="jubilee"'
INSTANCE = "{{region}} {{instance}}"
# `increase` extrapolates: one may look like 0.99.
ANY = Limit(0.5)
EMBEDDED = Needs("embedded-store", "only an instance on the embedded store has this metric")


def board(targets: Targets) -> Board:
    """Which resource is used up, and what the process loses."""
    return Board(
        "jubilee-runtime",
        "What each process is busy with and may run out of: actors, threads, memory, files; and "
        "what is lost on the way to logs and traces.",
        (_now(), _actors(), _threads(), _process(), _telemetry(), _commits(targets)),
    )


def _now() -> Row:
    return Row(
        "Now",
        (
            tile(
                "Busiest thread",
                "percentunit",
                f"max ({_busy('region, instance, runtime')})",
                "The share of its time that the busiest thread works. Near 100 % this thread is "
                "the bound: more instances or workers.",
                limit=Limit(0.95, warning=0.8),
                spark=True,
                runbook="JubileeOverload",
            ),
            tile(
                "In mailboxes",
                "short",
                f"sum ({select('jubilee_mailbox_messages')})",
                "Requests that wait for a Greeter. Above 0 for long: the workers' threads are the "
                "bound.",
                spark=True,
                runbook="JubileeOverload",
            ),
            tile(
                "Restarts of actors",
                "short",
                f"sum (increase({select('jubilee_actor_restarts_total')}[$__range]))",
                "In the time shown. Each is a fault of the code: the log has its place.",
                limit=ANY,
            ),
            tile(
                "Panics of requests",
                "short",
                f"sum (increase({select('jubilee_request_panics_total')}[$__range]))",
                "In the time shown; each was answered 500 and is a fault of the code: the log has "
                "its place.",
                limit=ANY,
            ),
            tile(
                "Log lines lost",
                "short",
                f"sum (increase({select('jubilee_log_lines_lost_total')}[$__range]))",
                "In the time shown. The log is written slower than lines come: look at its disk or "
                "reader.",
                limit=ANY,
            ),
            tile(
                "Spans not sent",
                "short",
                f"sum (increase({select('jubilee_spans_total', LOST)}[$__range]))",
                "In the time shown. The collector is away or slow; requests do not wait for it.",
                limit=ANY,
                runbook="JubileeSpansDropped",
            ),
        ),
    )


def _actors() -> Row:
    return Row(
        "Actors",
        (
            lines(
                "Waiting in mailboxes by region",
                "short",
                "Requests that wait for a Greeter, at the moment of the scrape.",
                Query(f"sum by (region) ({select('jubilee_mailbox_messages')})", "{{region}}"),
                runbook="JubileeOverload",
                opens="jubilee-region",
            ),
            quantiles(
                "Wait in a mailbox",
                "How long requests waited for their Greeter. It grows before anything is rejected.",
                "jubilee_mailbox_wait_seconds",
                runbook="JubileeOverload",
            ),
            restarts_by_actor(),
            lines(
                "Panics by region",
                "short",
                "Requests answered 500 because the code panicked, within the last interval.",
                Query(
                    "sum by (region) "
                    f"(increase({select('jubilee_request_panics_total')}[$__rate_interval]))",
                    "{{region}}",
                ),
                opens="jubilee-region",
            ),
        ),
    )


def _threads() -> Row:
    return Row(
        "Threads",
        (
            lines(
                "Busy share of each thread",
                "percentunit",
                "Workers that differ: connections are spread unevenly. `cluster` is the driver's "
                "thread.",
                Query(_busy("region, runtime"), "{{region}} {{runtime}}"),
                limit=Limit(0.95, warning=0.8),
                runbook="JubileeOverload",
                opens="jubilee-region",
            ),
            lines(
                "Tasks of the runtimes",
                "short",
                "Tasks that a runtime counts: above all the driver's. A line that only climbs is a "
                "leak.",
                Query(
                    f"sum by (region, runtime) ({select('jubilee_runtime_alive_tasks')})",
                    "{{region}} {{runtime}}",
                ),
                opens="jubilee-region",
            ),
        ),
    )


def _process() -> Row:
    return Row(
        "Process",
        (
            lines(
                "Processor",
                "short",
                "Processors used by each instance. At the number it is given, it is throttled.",
                Query(_of_process("rate", "process_cpu_seconds_total"), INSTANCE),
                opens="jubilee-region",
            ),
            lines(
                "Memory",
                "bytes",
                "Resident memory of each instance. A line that only climbs is a leak.",
                Query(_of_process("max", "process_resident_memory_bytes"), INSTANCE),
                opens="jubilee-region",
            ),
            lines(
                "Open files of the limit",
                "percentunit",
                "Connections are files too. At 100 % no client connects any more: raise the limit "
                "(ulimit -n).",
                Query(
                    _of_process("max", "process_open_fds")
                    + " / "
                    + _of_process("max", "process_max_fds"),
                    INSTANCE,
                ),
                limit=Limit(0.9, warning=0.7),
                opens="jubilee-region",
            ),
            lines(
                "Connections of clients",
                "short",
                "Open connections to the public listener. To 0 while ready: the balancer sends "
                "nobody here.",
                Query(
                    f"sum by (region, instance) ({select('jubilee_http_connections')})", INSTANCE
                ),
                opens="jubilee-region",
            ),
            lines(
                "Threads of the process",
                "short",
                "They are given at the start and should not change.",
                Query(_of_process("max", "process_threads"), INSTANCE),
                opens="jubilee-region",
            ),
            lines(
                "Age of each process",
                "s",
                "Time since its start. Back to 0: it was started again; if nobody did, look for "
                "its last log line.",
                Query(
                    f"time() - {_of_process('max', 'process_start_time_seconds')}",
                    INSTANCE,
                ),
                opens="jubilee-region",
            ),
        ),
    )


def _telemetry() -> Row:
    return Row(
        "Logs, traces and metrics",
        (
            lines(
                "Spans by outcome",
                "cps",
                "`exported`: the collector took them. `dropped`: they came faster than it takes "
                "them. `failed`: it is away. Requests never wait for it.",
                Query(rate("jubilee_spans_total", "outcome"), "{{outcome}}"),
                colours=named("exported", "dropped", bad=("failed",)),
                width=8,
                runbook="JubileeSpansDropped",
            ),
            lines(
                "Spans at the collector",
                "cps",
                "What the collector takes and passes on. `refused`: it has no memory left; "
                "`failed`: what it passes them to is away.",
                Query(_collector("receiver_accepted"), "taken"),
                Query(_collector("exporter_sent"), "passed on"),
                Query(_collector("receiver_refused"), "refused"),
                Query(_collector("exporter_send_failed"), "failed"),
                colours=(*named("taken", "passed on", "refused"), (r"failed", BAD)),
                width=8,
                runbook="JubileeCollectorDropping",
            ),
            lines(
                "Log lines lost by region",
                "cps",
                "Lines that could not be written as fast as they came; requests do not wait for "
                "the log.",
                Query(rate("jubilee_log_lines_lost_total", "region"), "{{region}}"),
                width=8,
                opens="jubilee-region",
            ),
            lines(
                "Duration of scrapes",
                "s",
                "How long an instance takes to answer Prometheus. More than its interval: gaps in "
                "every graph.",
                Query(
                    f"max by (region, instance) ({select('scrape_duration_seconds', JOB)})",
                    INSTANCE,
                ),
                opens="jubilee-region",
            ),
            lines(
                "Series of each instance",
                "short",
                "Samples of one scrape. Bounded, whatever clients send: a climb is a fault.",
                Query(
                    f"max by (region, instance) ({select('scrape_samples_scraped', JOB)})", INSTANCE
                ),
                opens="jubilee-region",
            ),
        ),
    )


def _commits(targets: Targets) -> Row:
    seconds, writes = "jubilee_group_commit_duration_seconds", "jubilee_group_commit_writes"
    panels = (
        quantiles(
            "Time of a commit",
            "How long a commit of the embedded store takes, its fsync included: every PUT waits "
            "for one. Slow: the disk.",
            seconds,
            limit=targets.slowest_commit,
            runbook="JubileeGroupCommitStall",
        ),
        lines(
            "Writes in a commit",
            "short",
            "Writes made durable by one fsync. Large groups mean that the disk is the bound, and "
            "cost no write more time.",
            Query(f"{total(f'{writes}_sum')} / {total(f'{writes}_count')}", "mean"),
            Query(quantile(0.99, writes, ""), "p99"),
            colours=(("mean", OLIVE), *BY_QUANTILE),
            runbook="JubileeGroupCommitStall",
        ),
        lines(
            "Commits",
            "ops",
            "Commits of the embedded store. None, while writes come in: it stalls.",
            Query(rate(f"{seconds}_count", "region, instance"), INSTANCE),
            runbook="JubileeGroupCommitStall",
        ),
        lines(
            "Reopenings of the file",
            "short",
            "Attempts to open the file again after an error of the disk, within the last interval. "
            "Any is too many: look at the disk.",
            Query(
                "sum by (region, instance) "
                f"(increase({select('jubilee_store_reopens_total')}[$__rate_interval]))",
                INSTANCE,
            ),
            runbook="JubileeGroupCommitStall",
        ),
    )
    return Row("Commits of the embedded store", tuple(map(_embedded, panels)))


def _embedded(panel: Panel) -> Panel:
    return replace(panel, needs=EMBEDDED)


def _busy(by: str) -> str:
    return f"max by ({by}) ({per_second('jubilee_runtime_busy_seconds_total')})"


def _of_process(how: str, metric: str) -> str:
    if how == "rate":
        return rate(metric, "region, instance", JOB)
    return f"{how} by (region, instance) ({select(metric, JOB)})"


def _collector(what: str) -> str:
    """A counter of the collector's, under the name that its version gives it."""
    name = f"otelcol_{what}_spans(_total)?"
    return f'sum (rate({{__name__=~"{name}", job="collector"}}[$__rate_interval])) or vector(0)'
