"""Durations as Prometheus writes them: `1h30m`, `250ms`."""

import math
import re

UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
PART = re.compile(r"(\d+)(ms|[dhms])")


def milliseconds(text: str) -> int:
    """Reads a duration such as `1h30m`."""
    parts = PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is no duration such as 30s or 1h30m")
    return sum(int(number) * UNITS[unit] for number, unit in parts)


def text(of: int) -> str:
    """Writes milliseconds in the largest units that say them exactly, as Prometheus does."""
    if of == 0:
        return "0s"
    written = []
    for unit, length in UNITS.items():
        count, of = divmod(of, length)
        if count:
            written.append(f"{count}{unit}")
    return "".join(written)


def seconds(of: int) -> str:
    """Writes milliseconds as a number of seconds: `30`, `0.5`."""
    return f"{of / 1000:g}"


def divided(of: int, divisor: int, multiple_of: int, at_least: int) -> int:
    """A duration in faster time: rounded up to a multiple, and never too short."""
    return max(math.ceil(of / divisor / multiple_of) * multiple_of, at_least)
