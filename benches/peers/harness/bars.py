"""Bars that lie side by side in groups, each with its figure behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.svg import Drawing

WIDTH, MARGIN, LABELS, FIGURES = 760, 20, 290, 90
BAR, GAP, BETWEEN_GROUPS, HEAD = 18, 7, 34, 62


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    colour: str


@dataclass(frozen=True)
class Group:
    """Bars on a scale of their own."""

    name: str
    bars: Sequence[Bar]


def chart(title: str, unit: str, groups: Sequence[Group], shown: Callable[[float], str]) -> str:
    rows = sum(len(group.bars) for group in groups)
    height = HEAD + rows * (BAR + GAP) + len(groups) * BETWEEN_GROUPS
    drawing = Drawing(WIDTH, height, f"{title}: {unit}")
    drawing.text(MARGIN, 28, title, kind="title")
    drawing.text(MARGIN, 47, unit, kind="faint")
    y = float(HEAD)
    for group in groups:
        y += BETWEEN_GROUPS - 16
        drawing.text(MARGIN, y, group.name, kind="faint")
        y += 10
        most = max(bar.value for bar in group.bars)
        for bar in group.bars:
            length = bar.value / most * (WIDTH - MARGIN - LABELS - FIGURES)
            drawing.text(LABELS - 8, y + BAR - 5, bar.label, anchor="end")
            drawing.bar(LABELS, y, max(length, 1), BAR, bar.colour)
            drawing.text(LABELS + max(length, 1) + 6, y + BAR - 5, shown(bar.value))
            y += BAR + GAP
        y += 6
    return drawing.document()
