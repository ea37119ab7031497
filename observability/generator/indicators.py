"""What is counted for each objective, as PromQL.

For each objective there is a pair of recording rules, by region: how much is bad, and how much
there is. Everything else is made of sums of these over time. So a window of three days reads one
point an evaluation, not each instance's series.
"""

from generator import durations
from generator.slo import Environment, Objective

HELLO = 'route="/hello/{username}"'
REQUESTS = f'jubilee_http_requests_total{{{HELLO}, method=~"GET|HEAD|PUT|DELETE"%s}}'
SECONDS = f'jubilee_http_request_duration_seconds_%s{{{HELLO}, method="%s"%s}}'
TOKENS = 'jubilee_sync_tokens_total{outcome=~"%s"}'


def record(objective: Objective, what: str) -> str:
    """The name of a recording rule: `region:jubilee_availability_bad:rate`."""
    return f"region:jubilee_{objective.name}_{what}"


def per_second(selector: str, environment: Environment) -> str:
    """The rate of a counter, summed by region.

    A series that comes with its first event comes with a 1, or after a burst with 500, which `rate`
    takes for where it began. So one that was not there a window ago counts whole, provided that its
    instance was scraped then: else it is only new to Prometheus, and has counted for who knows how
    long.
    """
    window = environment.shortest_window
    ago = f"offset {durations.text(window)}"
    return (
        "sum by (region) (\n"
        f"  (\n"
        f"    ({selector} unless {selector} {ago})\n"
        f"    and on (job, instance) (up {ago} == 1)\n"
        f"  ) / {durations.seconds(window)}\n"
        f"  or rate({selector}[{durations.text(window)}])\n"
        ")"
    )


def bad_and_all(objective: Objective, environment: Environment) -> tuple[str, str]:
    """What is bad and all there is, per second. Where there is anything, bad is there too."""
    everything = record(objective, "all:rate")
    if objective.name == "availability":
        bad = per_second(REQUESTS % ', status=~"5.."', environment)
        return f"{bad}\nor 0 * {everything}", per_second(REQUESTS % "", environment)
    if objective.name == "freshness":
        bad = per_second(TOKENS % "escalated|unavailable", environment)
        total = per_second(TOKENS % "satisfied|escalated|unavailable", environment)
        return f"{bad}\nor 0 * {everything}", total
    method = {"get_latency": "GET", "put_latency": "PUT"}[objective.name]
    bound = f', le="{objective.below_seconds}"'
    fast = per_second(SECONDS % ("bucket", method, bound), environment)
    total = per_second(SECONDS % ("count", method, ""), environment)
    return f"clamp_min({everything} - {fast}, 0)", total


def is_late(objective: Objective) -> str:
    """For each pair of regions 1 while a write of one takes too long to be in the other, else 0.

    Several instances of a region measure the same; the worst counts. What has not been measured is
    NaN, and left out.
    """
    return (
        "max by (region, from, to) (jubilee_replication_lag_seconds >= 0)"
        f" >= bool {objective.below_seconds}"
    )
