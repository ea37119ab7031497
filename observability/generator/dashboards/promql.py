"""The shapes that queries have. `$region` is a regular expression: one region, some, or all."""

REGION = 'region=~"$region"'
HELLO = 'route="/hello/{username}"'


def select(metric: str, *matchers: str) -> str:
    """The series of a metric in the regions chosen."""
    return f"{metric}{{{', '.join((REGION, *matchers))}}}"


def per_second(metric: str, *matchers: str) -> str:
    """The rate of each series of a counter."""
    return f"rate({select(metric, *matchers)}[$__rate_interval])"


def rate(metric: str, by: str, *matchers: str) -> str:
    """The sum of the rates of a counter."""
    return f"sum by ({by}) ({per_second(metric, *matchers)})"


def total(metric: str, *matchers: str) -> str:
    """The rate of a counter in all regions chosen together."""
    return f"sum ({per_second(metric, *matchers)})"


def quantile(q: float, histogram: str, by: str, *matchers: str) -> str:
    """A quantile of a histogram."""
    buckets = rate(f"{histogram}_bucket", f"{by}, le" if by else "le", *matchers)
    return f"histogram_quantile({q}, {buckets})"


def or_zero(part: str, whole: str) -> str:
    """A part whose series may not be there yet: 0 wherever the whole is."""
    return f"({part} or 0 * {whole})"
