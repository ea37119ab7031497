"""Reads as much of PromQL as it takes to say which metrics and labels an expression asks for."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).parents[3]
KEYWORDS = {"and", "or", "unless", "by", "on", "without", "ignoring", "offset", "bool"}
# What Prometheus adds to what it scrapes, and what a histogram's buckets have.
ADDED = {"job", "instance", "region", "le"}
# Of others' programs: Prometheus' own, the collector's (both spellings of its versions).
OTHERS = {
    "up",
    "otelcol_receiver_refused_spans",
    "otelcol_exporter_send_failed_spans",
    "otelcol_exporter_enqueue_failed_spans",
}
# What k6 1.8 writes with the tags of k6/: tests/observe sees it do so.
RUN = {"script", "environment", "region"}
REQUEST = RUN | {"scenario", "phase", "operation", "name", "method", "status"}
K6 = {
    **{f"k6_http_req_duration_p{q}": REQUEST for q in (50, 90, 95, 99)},
    "k6_http_reqs_total": REQUEST,
    "k6_checks_rate": RUN | {"scenario", "phase", "check", "promise"},
    "k6_promises_kept_total": RUN | {"scenario", "phase", "promise"},
    "k6_promises_broken_total": RUN | {"scenario", "phase", "promise"},
    "k6_dropped_iterations_total": RUN | {"scenario", "phase"},
    "k6_vus": RUN,
    "k6_vus_max": RUN,
}
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)?\s*\{([^}]*)\}")
MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')
GROUPING = re.compile(r"\b(?:by|on|without|ignoring|group_left)\s*\([^)]*\)")
NAME = re.compile(r"(?<![\w:.])([a-zA-Z_:][\w:]*)(?!\s*\(|[\w:])")


def asked(expr: str) -> Iterator[tuple[str, set[str]]]:
    """Each metric that an expression asks for, with the labels that it matches."""
    # A route has braces in it.
    strings: list[str] = []

    def hidden(found: re.Match[str]) -> str:
        strings.append(found.group())
        return f'"{len(strings) - 1}"'

    rest = STRING.sub(hidden, expr)
    for name, inside in SELECTOR.findall(rest):
        matchers = dict(MATCHER.findall(inside))
        if "__name__" in matchers:
            name = strings[int(matchers.pop("__name__"))].strip('"').removesuffix("(_total)?")
        yield name, set(matchers)
    rest = re.sub(r"\[[^\]]*\]|offset \w+", "", GROUPING.sub("", SELECTOR.sub("", rest)))
    for name in NAME.findall(STRING.sub("", rest)):
        if name not in KEYWORDS:
            yield name, set()


def documented() -> Iterator[tuple[str, str, str]]:
    """Each metric of docs/metrics.md: its name, its type, and what is said of its labels."""
    for line in (REPOSITORY / "docs/metrics.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) >= 3 and cells[0].startswith("`"):
            yield cells[0].strip("`"), cells[1], cells[2]


def known() -> dict[str, set[str] | None]:
    """Every metric there is with its labels; of those that are not ours, none are known."""
    metrics: dict[str, set[str] | None] = dict.fromkeys(OTHERS) | K6
    for name, kind, said in documented():
        labels = set(re.findall(r"(?:^|; )`(\w+)`", said)) | ADDED
        suffixes = ["_bucket", "_sum", "_count"] if kind == "histogram" else [""]
        metrics |= {name + suffix: labels for suffix in suffixes}
    for file in (REPOSITORY / "observability/prometheus/rules/production").glob("*.yaml"):
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            records = (rule["record"] for rule in group["rules"] if "record" in rule)
            metrics |= {record: {"region", "from", "to"} for record in records}
    return metrics


def faults(expr: str, metrics: dict[str, set[str] | None]) -> list[str]:
    """What an expression asks for that there is not."""
    found = []
    for name, labels in asked(expr):
        if name not in metrics:
            found.append(f"there is no metric {name}")
        elif (there := metrics[name]) is not None:
            found += [f"{name} has no label {label}" for label in sorted(labels - there)]
    return found
