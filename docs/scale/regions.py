"""The five regions: who lives there, what it costs there, how far apart they are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """One of the five."""

    name: str
    place: str
    share: float
    """Of the world's users; assumed."""
    peak_hour: float
    """Its busiest hour, 20:00 there, in UTC."""
    dearer: float
    """Prices there, by those of us-east-1; remembered."""
    between_gb: float
    """USD a GB sent to another region; us and eu looked up (redresscompliance.com), the others remembered."""
    internet: tuple[tuple[float, float], ...]
    """USD a GB sent to the internet: up to so many TB a month, the rest; us looked up (usage.ai), the others remembered."""
    premium_gb: float
    """USD a GB through Global Accelerator to users of the same continent; na, eu and ap looked up, sa remembered."""


NEAR = ((10, 0.09), (50, 0.085), (150, 0.07), (float("inf"), 0.05))
REGIONS = (
    Region("us", "us-east-1, Virginia", 0.24, 1.0, 1.00, 0.02, NEAR, 0.015),
    Region("eu", "eu-west-1, Ireland", 0.22, 19.0, 1.11, 0.02, NEAR, 0.015),
    Region(
        "ap", "ap-southeast-1, Singapore", 0.28, 12.0, 1.25, 0.09,
        ((10, 0.12), (50, 0.085), (150, 0.082), (float("inf"), 0.08)), 0.010,
    ),
    Region(
        "jp", "ap-northeast-1, Tokyo", 0.12, 11.0, 1.28, 0.09,
        ((10, 0.114), (50, 0.089), (150, 0.086), (float("inf"), 0.084)), 0.010,
    ),
    Region(
        "sa", "sa-east-1, São Paulo", 0.14, 23.0, 1.55, 0.138,
        ((10, 0.15), (50, 0.138), (150, 0.126), (float("inf"), 0.114)), 0.040,
    ),
)
BY_NAME = {region.name: region for region in REGIONS}

# Published averages of 2017, https://acomputerscientistlearnsaws.blogspot.com/2017/04/aws-regions.html; today's are
# somewhat shorter, which would flatter this page.
_MILLISECONDS = {
    ("us", "eu"): 80.5, ("us", "ap"): 216.7, ("us", "jp"): 145.3, ("us", "sa"): 119.5, ("eu", "ap"): 239.0,
    ("eu", "jp"): 212.4, ("eu", "sa"): 191.3, ("ap", "jp"): 73.8, ("ap", "sa"): 328.1, ("jp", "sa"): 256.8,
}


def round_trip(one: str, other: str) -> float:
    """Seconds there and back; none within a region."""
    if one == other:
        return 0.0
    milliseconds = _MILLISECONDS.get((one, other)) or _MILLISECONDS[other, one]
    return milliseconds / 1000


def heirs(lost: str) -> dict[str, float]:
    """Who takes the users of a lost region, and what part of them: the nearer the more, by the square of the way."""
    weights = {region.name: round_trip(lost, region.name) ** -2 for region in REGIONS if region.name != lost}
    whole = sum(weights.values())
    return {name: weight / whole for name, weight in weights.items()}
