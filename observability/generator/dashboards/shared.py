"""Panels that stand on more than one board."""

from generator.dashboards.palette import BAD, BY_QUANTILE, GOOD, named
from generator.dashboards.panels import Needs, Panel, Query, lines, states
from generator.dashboards.promql import quantile, select

FIRING_HERE = select("ALERTS", 'alertname=~"Jubilee.*"', 'alertstate="firing"')
ONLY_WHAT_HELD = Needs("fault", "only reasons that held are shown: none, while all were ready")


def quantiles(title: str, says: str, histogram: str, *matchers: str, **more: object) -> Panel:
    """The usual three of a histogram of seconds."""
    queries = [
        Query(quantile(q, histogram, "", *matchers), name)
        for q, name in ((0.5, "p50"), (0.9, "p90"), (0.99, "p99"))
    ]
    return lines(title, "s", says, *queries, **({"colours": BY_QUANTILE} | more))


def reasons_for_being_unready(by: str, legend: str) -> Panel:
    """Those that held, and when."""
    held = f"max_over_time({select('jubilee_unready')}[$__interval])"
    return states(
        "Reasons for being un-ready",
        "What `readyz` said, and when. The runbook says what to do for each reason.",
        Query(f"max by ({by}) ({held}) == 1", legend),
        words=((1, "un-ready", BAD),),
        runbook="JubileeRegionUnready",
        needs=ONLY_WHAT_HELD,
    )


def readiness_of_regions() -> Panel:
    """Which had anybody to get traffic, and when."""
    return states(
        "Readiness of regions",
        "Since when a region has had no instance that would get traffic.",
        Query(f"max by (region) ({select('jubilee_ready')})", "{{region}}"),
        words=((1, "ready", GOOD), (0, "un-ready", BAD)),
        runbook="JubileeRegionUnready",
        opens="jubilee-region",
    )


def restarts_by_actor() -> Panel:
    """Each is a fault of the code."""
    restarts = f"increase({select('jubilee_actor_restarts_total')}[$__rate_interval])"
    return lines(
        "Restarts by actor",
        "short",
        "Actors started again after a panic, within the last interval; the log has the cause.",
        Query(f"sum by (actor) ({restarts})", "{{actor}}"),
        colours=named("greeter", "embedded_writer", "session_keeper", "region_probe"),
    )


def alerts_that_fired(**more: object) -> Panel:
    """Those with a region, and when."""
    return states(
        "Alerts that fired",
        "Which alert rang when, of those with a region. Its runbook is linked from the "
        "notification.",
        Query(
            f"max by (alertname, region) (max_over_time({FIRING_HERE}[$__interval]))",
            "{{alertname}} {{region}}",
        ),
        words=((1, "firing", BAD),),
        runbook="README",
        needs=Needs("fault", "nothing rings while all is well"),
        **more,
    )
