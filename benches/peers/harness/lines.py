"""Curves over two logarithmic axes, several panels beside and below one another."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.svg import Drawing

PANEL_WIDTH, PANEL_HEIGHT = 370, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 34, 30, 44
HEAD, LEGEND_ROW = 58, 20


@dataclass(frozen=True)
class Curve:
    label: str
    colour: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    name: str
    curves: Sequence[Curve]


@dataclass(frozen=True)
class Axis:
    """A logarithmic scale of whole decades, from one number of pixels to another."""

    least: int
    most: int
    start: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> "Axis":
        least = math.floor(math.log10(min(values)))
        return cls(least, max(math.ceil(math.log10(max(values))), least + 1), start, end)

    def place(self, value: float) -> float:
        return self.start + (math.log10(value) - self.least) / (self.most - self.least) * (
            self.end - self.start
        )

    def ticks(self) -> list[float]:
        return [10.0**exponent for exponent in range(self.least, self.most + 1)]


def chart(
    title: str, x_name: str, y_name: str, panels: Sequence[Panel], limit: tuple[float, str]
) -> str:
    """Two panels a row; all of them have the same axes. `limit` is a height with its words."""
    labels = {curve.label: curve.colour for panel in panels for curve in panel.curves}
    legend = HEAD + LEGEND_ROW * math.ceil(len(labels) / 2)
    rows = math.ceil(len(panels) / 2)
    drawing = Drawing(2 * PANEL_WIDTH + 20, legend + rows * PANEL_HEIGHT + 10, title)
    drawing.text(20, 28, title, kind="title")
    drawing.text(
        20, 47, f"{y_name} over {x_name}, both logarithmic; dashed: {limit[1]}", kind="faint"
    )
    for place, (label, colour) in enumerate(labels.items()):
        x, y = 20 + place % 2 * PANEL_WIDTH, HEAD + 10 + place // 2 * LEGEND_ROW
        drawing.bar(x, y - 4, 18, 4, colour)
        drawing.text(x + 26, y + 2, label)
    points = [point for panel in panels for curve in panel.curves for point in curve.points]
    for place, panel in enumerate(panels):
        x, y = 10 + place % 2 * PANEL_WIDTH, legend + place // 2 * PANEL_HEIGHT
        horizontal = Axis.over([x for x, _ in points], x + LEFT, x + PANEL_WIDTH - RIGHT)
        vertical = Axis.over(
            [y for _, y in points] + [limit[0]], y + PANEL_HEIGHT - BOTTOM, y + TOP
        )
        _panel(drawing, panel, horizontal, vertical, limit[0], x_name)
    return drawing.document()


def _panel(
    drawing: Drawing, panel: Panel, horizontal: Axis, vertical: Axis, limit: float, x_name: str
) -> None:
    drawing.text(horizontal.start, vertical.end - 8, panel.name, kind="title")
    for tick in horizontal.ticks():
        x = horizontal.place(tick)
        drawing.line(x, vertical.start, x, vertical.end, "grid")
        drawing.text(x, vertical.start + 16, plain(tick), kind="faint", anchor="middle")
    for tick in vertical.ticks():
        y = vertical.place(tick)
        drawing.line(horizontal.start, y, horizontal.end, y, "grid")
        drawing.text(horizontal.start - 6, y + 4, plain(tick), kind="faint", anchor="end")
    middle = (horizontal.start + horizontal.end) / 2
    drawing.text(middle, vertical.start + 32, x_name, kind="faint", anchor="middle")
    drawing.line(
        horizontal.start, vertical.place(limit), horizontal.end, vertical.place(limit), "limit"
    )
    for curve in panel.curves:
        placed = [(horizontal.place(x), vertical.place(y)) for x, y in curve.points]
        drawing.curve(placed, curve.colour)
        for x, y in placed:
            drawing.dot(x, y, curve.colour)


def plain(value: float) -> str:
    """A power of ten as people write it."""
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
