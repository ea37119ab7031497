"""docs/performance.md: the words of `page.md` with the figures of the results in them."""

from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any

from harness import figures
from harness.charts import PERCENTILE_NAMES, thousands
from harness.contestants import BY_NAME

Run = dict[str, Any]


def make(results: Run, template: Path) -> str:
    """The page; a figure that the words ask for and nobody knows is an error."""
    return Template(template.read_text(encoding="utf-8")).substitute(values(results))


def values(results: Run) -> dict[str, str]:
    plan, machine = results["plan"], results["machine"]

    def get_ratio(which: str, to: str, digits: int) -> str:
        return f"{figures.ratio(results, 'get', 'per_cpu_second', which, to):.{digits}f}"

    writer = figures.fastest(results, "put", figures.gin_writers(results))
    return {
        "date": results["date"],
        "machine": f"{machine['processors']} cores of an {machine['processor']},"
        f" {machine['memory_gib']} GiB, Linux {machine['kernel']}",
        **{f"version_{name}": version for name, version in results["versions"].items()},
        **{name: plain(number) for name, number in plan.items() if isinstance(number, int | float)},
        "goals": goals(results),
        "goal_of_bare": goal_of_bare(results),
        "closed_get": closed(results, "get"),
        "closed_put": closed(results, "put"),
        "knees": knees(results),
        "one_writer": one_writer(results),
        "memory": memory(results),
        "fastest_gin": BY_NAME[writer].title,
        "limit_get": plain(figures.LIMIT_MICROS["get"] / 1000),
        "limit_put": plain(figures.LIMIT_MICROS["put"] / 1000),
        "held_percent": plain(figures.HELD * 100),
        "late_micros": plain(figures.LATE_MICROS),
        "beyond": plain(figures.BEYOND),
        "thrown_out": str(thrown_out(results)),
        "open_runs": str(len(list(open_runs(results)))),
        "nice_percent": f"{results['other_work']['nice']:.1%}",
        "steal_percent": f"{results['other_work']['steal']:.1%}",
        "logless": get_ratio("jubilee_quiet", "jubilee", 2),
        "jubilee_to_bare": get_ratio("jubilee", "bare", 2),
    }


def plain(number: float) -> str:
    return f"{number:,g}" if number < 1e6 else f"{number:.0f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def goals(results: Run) -> str:
    rows = []
    for goal in figures.goals(results):
        bound = "or more" if goal.at_least else "or less"
        measured = f"{goal.measured:.2f}"
        rows.append(
            [goal.name, f"{goal.wanted:g} {bound}", measured, "met" if goal.met else "**missed**"]
        )
    return table(["what", "goal", "measured", ""], rows)


def goal_of_bare(results: Run) -> str:
    """What the framework alone would make of the goals for GET."""
    rows = []
    for peer, wanted in (("flask", 25), ("gin", 1.8)):
        times = figures.ratio(results, "get", "per_cpu_second", "bare", peer)
        verdict = "met" if times >= wanted else "**missed**"
        rows.append(
            [
                f"GET per CPU-second, times {BY_NAME[peer].title_of('get')}",
                f"{wanted:g}",
                f"{times:.2f}",
                verdict,
            ]
        )
    return table(["bare handler", "goal", "measured", ""], rows)


def closed(results: Run, method: str) -> str:
    rows = []
    for name, rounds in results["closed_loop"][method].items():
        of = {
            figure: figures.of_rounds(rounds, figure)
            for figure in ("per_second", "per_cpu_second", "busy")
        }
        times = figures.ratio(results, method, "per_cpu_second", "jubilee", name)
        rows.append(
            [
                BY_NAME[name].title_of(method),
                thousands(of["per_second"]),
                thousands(of["per_cpu_second"]),
                f"{of['busy']:.0%}",
                f"{figures.ratio(results, method, 'per_second', 'jubilee', name):.2f}",
                f"{times:.2f}",
            ]
        )
    head = [
        "medians",
        f"{method.upper()}/s",
        "per CPU-second",
        "busy",
        "Jubilee / it",
        "per CPU-second",
    ]
    return table(head, rows)


def knees(results: Run) -> str:
    rows = []
    for method, halves in results["half_of_knee"].items():
        for name, half in halves.items():
            knee = figures.knee(method, figures.points(results["open_loop"][method][name]))
            at = figures.point(half["offered"], half["rounds"])
            if knee is None or at is None:
                continue
            told = [
                f"{at.latency[each] / 1000:.2f}" if each in at.latency else ""
                for each in PERCENTILE_NAMES
            ]
            rows.append(
                [
                    method.upper(),
                    BY_NAME[name].title_of(method),
                    thousands(knee.offered),
                    thousands(at.offered),
                    *told,
                ]
            )
    return table(
        [
            "",
            "",
            "knee, requests/s",
            "half of it",
            *(f"{name} ms" for name in PERCENTILE_NAMES.values()),
        ],
        rows,
    )


def one_writer(results: Run) -> str:
    rows = []
    for name, alone in results["one_writer"].items():
        before, after = alone["disk_syncs_per_second"]
        rows.append(
            [
                BY_NAME[name].title,
                thousands(alone["per_second"]),
                f"{thousands(before)} and {thousands(after)}",
            ]
        )
    return table(
        [
            "one client, one PUT after the other",
            "PUT/s",
            "the disk's own syncs/s, before and after",
        ],
        rows,
    )


def memory(results: Run) -> str:
    rows = []
    for name, of in results["memory"].items():
        rows.append(
            [
                BY_NAME[name].title_of("get"),
                *(f"{of[when] / 1e6:.0f}" for when in ("started", "loaded")),
            ]
        )
    return table(["MB", "before the load", "after the closed loops"], rows)


def open_runs(results: Run) -> list[Run]:
    ladders = [ladder for method in results["open_loop"].values() for ladder in method.values()]
    halves = [half for method in results["half_of_knee"].values() for half in method.values()]
    return [
        run
        for at in [*(at for ladder in ladders for at in ladder), *halves]
        for run in at["rounds"]
    ]


def thrown_out(results: Run) -> int:
    return sum(run["late_p99"] > figures.LATE_MICROS for run in open_runs(results))
