"""Numbers as the page writes them: three figures, no more than is known."""

import math
from collections.abc import Sequence


def count(value: float) -> str:
    """To three figures: 1,230, 45.7, 0.00123."""
    if value == 0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    shown = round(value, digits)
    if abs(shown) >= 100 or shown == int(shown):
        return f"{shown:,.0f}"
    return f"{shown:,.{max(digits, 0)}f}".rstrip("0").rstrip(".")


def dollars(value: float) -> str:
    """USD, to three figures."""
    return f"${count(value)}"


def percent(share: float) -> str:
    """A share in parts of a hundred."""
    return f"{count(share * 100)} %"


def large(value: float) -> str:
    """Numbers of the size of the world: 409,000 or 1.2 million."""
    for limit, name in ((1e9, "billion"), (1e6, "million")):
        if abs(value) >= limit:
            return f"{count(value / limit)} {name}"
    return count(value)


def clock(hour: float) -> str:
    """An hour of the day in UTC."""
    return f"{int(hour):02d}:{round(hour % 1 * 60):02d}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])
