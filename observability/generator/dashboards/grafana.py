"""How each kind of panel becomes one of Grafana's."""

from collections.abc import Callable
from typing import Any, TypeVar

from grafana_foundation_sdk.builders import (
    common,
    dashboard,
    heatmap,
    prometheus,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.models import common as c
from grafana_foundation_sdk.models import dashboard as d
from grafana_foundation_sdk.models import heatmap as h
from grafana_foundation_sdk.models import prometheus as p

from generator.dashboards.links import opens, runbook
from generator.dashboards.palette import NEUTRAL
from generator.dashboards.panels import Panel

Made = TypeVar(
    "Made", stat.Panel, timeseries.Panel, heatmap.Panel, statetimeline.Panel, table.Panel
)
DATASOURCE = d.DataSourceRef(type_val="prometheus", uid="${datasource}")
TABLE_LEGEND_FROM = 16
"""Columns of 24 from which there is room for a table beside the graph."""


def built(panel: Panel, identity: int, x: int, y: int) -> Any:
    """The panel at its place."""
    made = _KINDS[panel.kind](panel)
    made = (
        made.id(identity)
        .title(panel.title)
        .description(panel.says)
        .datasource(DATASOURCE)
        .grid_pos(d.GridPos(h=panel.height, w=panel.width, x=x, y=y))
        .unit(panel.unit)
        .no_value(panel.nothing)
    )
    if panel.decimals is not None:
        made.decimals(panel.decimals)
    if panel.limit:
        steps = [d.Threshold(value, colour) for value, colour in panel.limit.steps()]
        made.thresholds(dashboard.ThresholdsConfig().mode(d.ThresholdsMode.ABSOLUTE).steps(steps))
    if panel.words:
        results = {
            str(value): d.ValueMappingResult(text=text, color=colour)
            for value, text, colour in panel.words
        }
        made.mappings([d.ValueMap(results)])
    if panel.runbook:
        made.links([runbook(panel.runbook)])
    if panel.opens:
        made.data_links([opens(panel.opens)])
    return made


def _tile(panel: Panel) -> stat.Panel:
    calculated = common.ReduceDataOptions().calcs(["lastNotNull"]).fields("").values(False)
    made = (
        _with_targets(stat.Panel(), panel, instant=not panel.spark)
        .graph_mode(c.BigValueGraphMode.AREA if panel.spark else c.BigValueGraphMode.NONE)
        .color_mode(c.BigValueColorMode.VALUE)
        .text_mode(c.BigValueTextMode.VALUE_AND_NAME if panel.named else c.BigValueTextMode.VALUE)
        .reduce_options(calculated)
    )
    coloured = panel.limit or panel.words
    return made.color_scheme(_thresholds() if coloured else _fixed(NEUTRAL))


def _lines(panel: Panel) -> timeseries.Panel:
    made = (
        _with_targets(timeseries.Panel(), panel)
        .line_width(2)
        .fill_opacity(40 if panel.stacked else 0)
        .show_points(c.VisibilityMode.NEVER)
        .legend(_legend(panel))
        .tooltip(
            common.VizTooltipOptions().mode(c.TooltipDisplayMode.MULTI).sort(c.SortOrder.DESCENDING)
        )
        .color_scheme(dashboard.FieldColor().mode(d.FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
    )
    if not panel.signed:
        made.axis_soft_min(0)
    if panel.stacked:
        made.stacking(common.StackingConfig().mode(c.StackingMode.NORMAL))
    if panel.limit:
        made.thresholds_style(
            common.GraphThresholdsStyleConfig().mode(c.GraphThresholdsStyleMode.DASHED)
        )
    for pattern, colour in panel.colours:
        fixed = {"mode": "fixed", "fixedColor": colour}
        made.override_by_regexp(f"/{pattern}/", [d.DynamicConfigValue("color", fixed)])
    return made


def _heat(panel: Panel) -> heatmap.Panel:
    colour = (
        heatmap.HeatmapColorOptions()
        .mode(h.HeatmapColorMode.SCHEME)
        .scheme("Blues")
        .scale(h.HeatmapColorScale.EXPONENTIAL)
        .exponent(0.5)
        .steps(64)
    )
    return (
        _with_targets(heatmap.Panel(), panel, shape=p.PromQueryFormat.HEATMAP)
        .calculate(False)
        .color(colour)
        .cell_gap(1)
        .y_axis(heatmap.YAxisConfig().unit(panel.unit))
        .scale_distribution(common.ScaleDistributionConfig().type(c.ScaleDistribution.LINEAR))
        .show_color_scale(True)
        .show_legend()
    )


def _states(panel: Panel) -> statetimeline.Panel:
    return (
        _with_targets(statetimeline.Panel(), panel)
        .merge_values(True)
        .show_value(c.VisibilityMode.AUTO)
        .row_height(0.8)
        .fill_opacity(80)
        .legend(common.VizLegendOptions().show_legend(False))
        .color_scheme(_thresholds())
    )


def _matrix(panel: Panel) -> table.Panel:
    pivoted = {"columnField": "to", "rowField": "from", "valueField": "Value"}
    cells = {"type": "color-background", "mode": "basic"}
    return (
        _with_targets(table.Panel(), panel, instant=True, shape=p.PromQueryFormat.TABLE)
        .show_header(True)
        .inspect(False)
        .with_transformation(d.DataTransformerConfig("groupingToMatrix", options=pivoted))
        .color_scheme(_thresholds())
        .override_by_field_type("number", [d.DynamicConfigValue("custom.cellOptions", cells)])
        .override_by_name("from\\to", [d.DynamicConfigValue("custom.width", 90)])
    )


_KINDS: dict[str, Callable[[Panel], Any]] = {
    "tile": _tile,
    "lines": _lines,
    "heat": _heat,
    "states": _states,
    "matrix": _matrix,
}


def _with_targets(
    made: Made, panel: Panel, *, instant: bool = False, shape: p.PromQueryFormat | None = None
) -> Made:
    for letter, query in zip("ABCDEFGH", panel.queries, strict=False):
        target = prometheus.Dataquery().ref_id(letter).expr(query.expr)
        target.legend_format(query.legend or "__auto")
        target = target.instant() if instant else target.range()
        made.with_target(target.format(shape) if shape else target)
    return made


def _legend(panel: Panel) -> common.VizLegendOptions:
    legend = common.VizLegendOptions().show_legend(True)
    if panel.width >= TABLE_LEGEND_FROM:
        legend.display_mode(c.LegendDisplayMode.TABLE).placement(c.LegendPlacement.RIGHT)
        return legend.calcs(["lastNotNull", "max"])
    return legend.display_mode(c.LegendDisplayMode.LIST).placement(c.LegendPlacement.BOTTOM)


def _thresholds() -> dashboard.FieldColor:
    return dashboard.FieldColor().mode(d.FieldColorModeId.THRESHOLDS)


def _fixed(colour: str) -> dashboard.FieldColor:
    return dashboard.FieldColor().mode(d.FieldColorModeId.FIXED).fixed_color(colour)
