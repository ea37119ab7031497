"""Colours: told apart by colour-blind people, and red for what is bad alone.

Series take theirs from Paul Tol's "bright" scheme, without its red; states take Grafana's own
green, orange and red, which follow the theme. A region has one colour on every panel.
"""

GOOD, WARNING, BAD, NEUTRAL = "green", "orange", "red", "text"

BLUE, OLIVE, PURPLE, CYAN, GREY = "#4477AA", "#CCBB44", "#AA3377", "#66CCEE", "#BBBBBB"

Colours = tuple[tuple[str, str], ...]
"""What a series' name matches (a regular expression), and its colour."""

BY_REGION: Colours = ((r"^eu\b", BLUE), (r"^us\b", OLIVE), (r"^ap\b", PURPLE))
BY_PEER: Colours = ((r"to eu$", BLUE), (r"to us$", OLIVE), (r"to ap$", PURPLE))
BY_STATUS: Colours = ((r"^2", BLUE), (r"^3", GREY), (r"^4", OLIVE), (r"^5", BAD))
BY_QUANTILE: Colours = (("p50", "#A7C7E7"), ("p90", BLUE), ("p99", "#1F3B63"))


def named(*names: str, bad: tuple[str, ...] = ()) -> Colours:
    """Gives each name a colour in a fixed order, and those that mean harm red."""
    order = (BLUE, OLIVE, PURPLE, CYAN, GREY)
    if len(names) > len(order):
        raise ValueError(f"no more than {len(order)} colours can be told apart: {names}")
    pairs = list(zip(names, order, strict=False)) + [(name, BAD) for name in bad]
    return tuple((rf"\b{name}\b", colour) for name, colour in pairs)
