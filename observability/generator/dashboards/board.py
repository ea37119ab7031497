"""A board: rows of panels on Grafana's 24 columns, what is chosen at its top, and its text."""

import json
from dataclasses import dataclass
from zlib import crc32

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as d

from generator.dashboards.grafana import DATASOURCE, built
from generator.dashboards.links import BOARDS, on_top
from generator.dashboards.palette import BAD
from generator.dashboards.panels import Panel

COLUMNS = 24
REFRESH_INTERVALS = ["10s", "30s", "1m", "5m"]


@dataclass(frozen=True)
class Row:
    """Panels under a title; `each_region`: once for every region chosen."""

    title: str
    panels: tuple[Panel, ...]
    each_region: bool = False


@dataclass(frozen=True)
class Marks:
    """What is marked on every graph of a board: the times at which an expression has a value."""

    name: str
    colour: str
    expr: str


ALERTS = Marks(
    "Alerts firing",
    BAD,
    'ALERTS{alertname=~"Jubilee.*", alertstate="firing", region=~"$region"}',
)


@dataclass(frozen=True)
class Board:
    """A dashboard."""

    uid: str
    says: str
    rows: tuple[Row, ...]
    several_regions: bool = True
    since: str = "now-1h"
    refresh: str = "30s"
    marks: tuple[Marks, ...] = ()

    def panels(self) -> list[Panel]:
        """All panels, in reading order."""
        return [panel for row in self.rows for panel in row.panels]

    def text(self) -> str:
        """The JSON that Grafana loads: the same bytes for the same board."""
        made = json.loads(json.dumps(self._built().build(), cls=JSONEncoder))
        return json.dumps(made, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    def _built(self) -> dashboard.Dashboard:
        made = (
            dashboard.Dashboard(f"Jubilee / {BOARDS[self.uid]}")
            .uid(self.uid)
            .description(self.says)
            .tags(["jubilee"])
            .timezone("browser")
            .time(self.since, "now")
            .refresh(self.refresh)
            .timepicker(dashboard.TimePicker().refresh_intervals(REFRESH_INTERVALS))
            .tooltip(d.DashboardCursorSync.CROSSHAIR)
            .editable()
            .variables(self._variables())
            .annotations([_marked(marks) for marks in (ALERTS, *self.marks)])
            .links(on_top(self.uid))
        )
        y = 0
        for row in self.rows:
            head = dashboard.Row(row.title).id(_identity(f"row {row.title}"))
            head.grid_pos(d.GridPos(h=1, w=COLUMNS, x=0, y=y))
            made.with_row(head.repeat("region") if row.each_region else head)
            y += 1
            x = height = 0
            for panel in row.panels:
                if x + panel.width > COLUMNS:
                    x, y, height = 0, y + height, 0
                made.with_panel(built(panel, _identity(panel.title), x, y))
                x, height = x + panel.width, max(height, panel.height)
            y += height
        return made

    def _variables(self) -> list[Builder[d.VariableModel]]:
        every = d.VariableOption(text=["All"], value=["$__all"])
        region = (
            dashboard.QueryVariable("region")
            .label("Region")
            .datasource(DATASOURCE)
            .query({"query": "label_values(jubilee_build_info, region)", "refId": "region"})
            .refresh(d.VariableRefresh.ON_TIME_RANGE_CHANGED)
            .sort(d.VariableSort.ALPHABETICAL_ASC)
        )
        if self.several_regions:
            region.multi(True).include_all(True).all_value(".+").current(every)
        return [
            dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus"),
            region,
            dashboard.TextBoxVariable("trace_id").label("Trace id"),
            dashboard.TextBoxVariable("traces")
            .label("Traces at")
            .default_value("http://127.0.0.1:16686"),
        ]


def _identity(title: str) -> int:
    """A number that stays when other panels come and go: links to single panels hold."""
    return crc32(title.encode()) % 100_000 + 1


def _marked(marks: Marks) -> dashboard.AnnotationQuery:
    return (
        dashboard.AnnotationQuery()
        .name(marks.name)
        .datasource(DATASOURCE)
        .enable(True)
        .icon_color(marks.colour)
        .expr(marks.expr)
    )
