"""The charts of docs/performance.md, by file name."""

from collections.abc import Sequence
from typing import Any

from harness import bars, figures, lines
from harness.contestants import BY_NAME

COLOURS = {
    "jubilee": "#2f81f7",
    "jubilee_quiet": "#79aef5",
    "bare": "#8b949e",
    "gin": "#2da44e",
    "gin_batch": "#63b97a",
    "gin_batch_1ms": "#a3791a",
    "flask": "#d4568c",
}
PERCENTILE_NAMES = {"p50": "p50", "p90": "p90", "p99": "p99", "p999": "p99.9"}

Run = dict[str, Any]


def make(results: Run) -> dict[str, str]:
    return {
        "throughput.svg": _closed(results, "per_second", "Throughput", "requests a second"),
        "per-cpu-second.svg": _closed(
            results,
            "per_cpu_second",
            "Requests per CPU-second",
            "requests for each second of processor time that the server used",
        ),
        "latency-get.svg": _latency(results, "get"),
        "latency-put.svg": _latency(results, "put"),
        "knee.svg": _knee(results),
        "memory.svg": _memory(results),
    }


def _bar(name: str, method: str, value: float) -> bars.Bar:
    return bars.Bar(BY_NAME[name].title_of(method), value, COLOURS[name])


def _closed(results: Run, figure: str, title: str, unit: str) -> str:
    plan = results["plan"]
    groups = [
        bars.Group(
            f"{method.upper()}, {plan['connections']} connections",
            [_bar(name, method, figures.of_rounds(rows, figure)) for name, rows in loops.items()],
        )
        for method, loops in results["closed_loop"].items()
    ]
    return bars.chart(title, f"{unit}; medians of {plan['rounds']} rounds", groups, thousands)


def _latency(results: Run, method: str) -> str:
    ladders: dict[str, Sequence[figures.Point]] = {
        name: figures.points(ladder) for name, ladder in results["open_loop"][method].items()
    }
    panels = [_panel(method, ladders, percentile) for percentile in figures.PERCENTILES]
    limit = figures.LIMIT_MICROS[method] / 1000
    return lines.chart(
        f"Latency of {method.upper()} against offered load",
        "offered requests/s",
        "Milliseconds",
        panels,
        (limit, f"{limit:g} ms, what production promises of p99"),
    )


def _panel(
    method: str, ladders: dict[str, Sequence[figures.Point]], percentile: str
) -> lines.Panel:
    curves = [
        lines.Curve(
            BY_NAME[name].title_of(method),
            COLOURS[name],
            [
                (at.offered, at.latency[percentile] / 1000)
                for at in ladder
                if percentile in at.latency
            ],
        )
        for name, ladder in ladders.items()
    ]
    return lines.Panel(PERCENTILE_NAMES[percentile], [curve for curve in curves if curve.points])


def _knee(results: Run) -> str:
    groups = []
    for method, measured in results["open_loop"].items():
        knees = {
            name: figures.knee(method, figures.points(ladder)) for name, ladder in measured.items()
        }
        held = [
            _bar(name, method, knee.offered) for name, knee in knees.items() if knee is not None
        ]
        groups.append(bars.Group(method.upper(), held))
    return bars.chart("Knee", "the highest offered requests/s that are held", groups, thousands)


def _memory(results: Run) -> str:
    groups = [
        bars.Group(
            name, [_bar(who, "get", of[when] / 1e6) for who, of in results["memory"].items()]
        )
        for when, name in (("started", "before the load"), ("loaded", "after the closed loops"))
    ]
    return bars.chart(
        "Memory", "MB; what several processes share is counted once", groups, lambda mb: f"{mb:.0f}"
    )


def thousands(value: float) -> str:
    """Three digits that mean something: 118,000."""
    return f"{float(f'{value:.3g}'):,.0f}"
