"""Ways from board to board, to runbooks and to traces."""

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as d

from generator.annotations import RUNBOOKS

BOARDS = {
    "jubilee-overview": "Overview",
    "jubilee-region": "Region",
    "jubilee-consistency": "Consistency",
    "jubilee-runtime": "Actors and runtime",
    "jubilee-cluster": "Cluster",
    "jubilee-rollout": "Rollout and k6",
}
"""The title of each board, by its identifier, in the order of the links."""


def runbook(alert: str) -> dashboard.DashboardLink:
    """What to do when that alert rings."""
    return _link(f"Runbook of {alert}", f"{RUNBOOKS}/{alert}.md").target_blank(True)


def opens(uid: str) -> dashboard.DashboardLink:
    """From a series to a board of its region, at the same time."""
    url = f"/d/{uid}?var-region=${{__field.labels.region}}&${{datasource:queryparam}}"
    return _link(f"{BOARDS[uid]}: ${{__field.labels.region}}", f"{url}&${{__url_time_range}}")


def on_top(uid: str) -> list[Builder[d.DashboardLink]]:
    """From one board to the others, with what was chosen; to a trace; to the runbooks."""
    others = [
        _link(title, f"/d/{other}").include_vars(True).keep_time(True).icon("dashboard")
        for other, title in BOARDS.items()
        if other != uid
    ]
    trace = _link("Trace", "${traces}/trace/${trace_id}").icon("bolt").target_blank(True)
    trace.tooltip(
        "Opens the trace whose id stands above: trace_id in log lines, traceId in problems"
    )
    books = _link("Runbooks", f"{RUNBOOKS}/README.md").icon("doc").target_blank(True)
    return [*others, trace, books]


def _link(title: str, url: str) -> dashboard.DashboardLink:
    return dashboard.DashboardLink(title).type(d.DashboardLinkType.LINK).url(url)
