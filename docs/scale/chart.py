"""Small charts as SVG: lines and bars, nothing else."""

import math
from collections.abc import Mapping, Sequence
from html import escape

# Paul Tol's "bright" scheme, told apart by colour-blind people; as in the dashboards.
COLOURS = ("#4477AA", "#CCBB44", "#AA3377", "#66CCEE", "#228833", "#BBBBBB")
WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 40, 50
Points = Sequence[tuple[float, float]]


def _text(x: float, y: float, words: str, anchor: str = "middle", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def _frame(title: str, height: int, body: list[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="#333"><title>{escape(title)}</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>'
    )
    caption = _text(LEFT, 22, title, "start", ' font-size="14" font-weight="bold"')
    return "\n".join([head, caption, *body, "</svg>"]) + "\n"


def number(value: float) -> str:
    """A number as a tick says it: 0.5, 20, 40k, 3M."""
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:g}{letter}"
    return f"{value:g}"


def ticks(most: float) -> list[float]:
    """From nothing to at least `most`, in four to seven round steps."""
    rough = most / 5
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    return [step * count for count in range(math.ceil(most / step - 1e-9) + 1)]


def lines(
    title: str,
    across: str,
    up: str,
    series: Mapping[str, Points],
    logarithmic: bool = False,
    most: float | None = None,
) -> str:
    """One line for each of the series; `logarithmic` concerns the axis across."""
    every = [point for points in series.values() for point in points]
    place = math.log10 if logarithmic else float
    first, last = (place(extreme(x for x, _ in every)) for extreme in (min, max))
    marks = ticks(most if most is not None else max(y for _, y in every))
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def right(x: float) -> float:
        return LEFT + (place(x) - first) / (last - first) * wide

    def down(y: float) -> float:
        return TOP + high * (1 - min(y, marks[-1]) / marks[-1])

    body = []
    for mark in marks:
        body.append(f'<path d="M{LEFT} {down(mark):.1f}h{wide}" stroke="#ddd"/>')
        body.append(_text(LEFT - 6, down(mark) + 4, number(mark), "end"))
    if logarithmic:
        below = [10.0**power for power in range(math.ceil(first - 1e-9), math.floor(last + 1e-9) + 1)]
    else:
        below = [mark for mark in ticks(last) if first <= mark <= last]
    body += [_text(right(mark), HEIGHT - BOTTOM + 18, number(mark)) for mark in below]
    body.append(_text(LEFT + wide / 2, HEIGHT - 10, across))
    body.append(_text(0, 0, up, more=f' transform="translate(16 {TOP + high / 2:.1f}) rotate(-90)"'))
    for place_among, (name, points) in enumerate(series.items()):
        colour = COLOURS[place_among]
        path = " ".join(f"{right(x):.1f},{down(y):.1f}" for x, y in points)
        body.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        body.append(f'<rect x="{WIDTH - RIGHT + 12}" y="{TOP + 20 * place_among}" width="12" height="12" fill="{colour}"/>')
        body.append(_text(WIDTH - RIGHT + 30, TOP + 20 * place_among + 10, name, "start"))
    return _frame(title, HEIGHT, body)


def bars(title: str, unit: str, values: Mapping[str, float]) -> str:
    """A bar for each value, the longest first, with its number."""
    ordered = sorted(values.items(), key=lambda item: -item[1])
    longest, left, step = ordered[0][1], 150, 24
    height = TOP + step * len(ordered) + 10
    body = []
    for place_among, (name, value) in enumerate(ordered):
        y, wide = TOP + step * place_among, (WIDTH - left - 110) * value / longest
        body.append(_text(left - 8, y + 13, name, "end"))
        body.append(f'<rect x="{left}" y="{y}" width="{wide:.1f}" height="16" fill="{COLOURS[0]}"/>')
        body.append(_text(left + wide + 6, y + 13, unit + f"{value:,.0f}", "start"))
    return _frame(title, height, body)
