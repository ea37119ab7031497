"""Consistency: whether regions keep what they promise each other."""

from generator.dashboards.board import Board, Row
from generator.dashboards.objectives import Targets
from generator.dashboards.palette import BAD, BY_PEER, GOOD, named
from generator.dashboards.panels import Limit, Query, lines, matrix, states, tile
from generator.dashboards.promql import rate, select, total

TOKENS = "jubilee_sync_tokens_total"
REFUSED = 'outcome=~"invalid|from_the_future"'


def board(targets: Targets) -> Board:
    """Whether replication keeps up, tokens are satisfied at once, and clocks agree."""
    return Board(
        "jubilee-consistency",
        "Whether regions keep up with each other: replication lag, reads with a token, failover, "
        "clocks.",
        (_replication(targets), _freshness(targets), _failover(), _clocks(targets)),
    )


def _replication(targets: Targets) -> Row:
    lag = f"max by (from, to) ({select('jubilee_replication_lag_seconds')})"
    return Row(
        "Replication",
        (
            matrix(
                "Lag now, from row to column",
                "s",
                "How long a write in the region of the row takes to be in that of the column; "
                "measured in the latter. One cell red: the way between two regions. A column: that "
                "region's data centre. Empty: not measured yet.",
                lag,
                limit=targets.replication_lag.below,
                runbook="JubileeReplicationLag",
                decimals=3,
            ),
            lines(
                "Lag between regions",
                "s",
                "A line that rises by a second a second is not measured any more: no write "
                "arrives. It falls at once when hints are delivered. Beyond the hint window only "
                "repair mends it.",
                Query(lag, "{{from}} to {{to}}"),
                width=16,
                height=7,
                limit=targets.replication_lag.below,
                colours=BY_PEER,
                runbook="JubileeReplicationLag",
            ),
            lines(
                "Share of time with too much lag",
                "percentunit",
                "Of the last hour, for each pair of regions. The objective is "
                f"{targets.replication_lag.says} of the time "
                "below the limit.",
                Query(targets.replication_lag.bad_share("1h"), "{{from}} to {{to}}"),
                colours=BY_PEER,
                runbook="JubileeReplicationLagBurn",
            ),
            lines(
                "Canaries written and read",
                "ops",
                "What the lag is measured with. None to a region: it cannot be measured, and its "
                "lag is shown as rising.",
                Query(
                    rate(
                        "jubilee_cluster_operations_total",
                        "peer",
                        'operation="canary"',
                        'outcome="ok"',
                    ),
                    "to {{peer}}",
                ),
                colours=BY_PEER,
            ),
        ),
    )


def _freshness(targets: Targets) -> Row:
    return Row(
        "Reads with a token",
        (
            tile(
                "Fresh at once, 5 min",
                "percentunit",
                f"min (1 - {targets.freshness.bad_share('5m')})",
                "Reads with a Sync-Token that their region satisfied without asking another, in "
                "the worst region. Below the objective users wait; see escalations for why.",
                limit=targets.freshness.good_share,
                runbook="JubileeFreshnessBurn",
                decimals=3,
                width=6,
                nothing="no tokens",
            ),
            tile(
                f"Fresh at once, {targets.period}",
                "percentunit",
                f"min ({targets.freshness.good_share_of_period()})",
                f"The same over {targets.period}, or what Prometheus remembers of them. The "
                f"objective is {targets.freshness.says}.",
                limit=targets.freshness.good_share,
                runbook="JubileeFreshnessBurn",
                decimals=3,
                width=6,
                nothing="no tokens",
            ),
            tile(
                f"Budget left, {targets.period}",
                "percentunit",
                f"min ({targets.freshness.budget_left()})",
                "What is left of the error budget of freshness in the worst region. Below 0 the "
                "objective is missed.",
                limit=Limit(0, warning=0.25, falling=True),
                runbook="JubileeFreshnessBurn",
                decimals=1,
                width=6,
                nothing="no tokens",
            ),
            tile(
                "Refused tokens",
                "reqps",
                total(TOKENS, REFUSED),
                "Tokens answered 400: a client mixes up users, or cuts tokens; from the future: a "
                "clock is off.",
                width=6,
                spark=True,
            ),
            lines(
                "Tokens of reads",
                "reqps",
                "`satisfied`: by its region at once. `escalated`: another region had to answer, "
                "one round trip more. `unavailable`: nothing new enough before the deadline, "
                "answered 503.",
                Query(
                    rate(TOKENS, "outcome", 'outcome=~"satisfied|escalated|unavailable"'),
                    "{{outcome}}",
                ),
                colours=named("satisfied", "escalated", bad=("unavailable",)),
                runbook="JubileeFreshnessBurn",
            ),
            lines(
                "Other tokens",
                "reqps",
                "Tokens of writes, and tokens refused: `invalid` is a client's fault, "
                "`from_the_future` a clock's.",
                Query(
                    rate(TOKENS, "outcome", 'outcome=~"write|invalid|from_the_future"'),
                    "{{outcome}}",
                ),
                colours=named("write", "invalid", "from_the_future"),
            ),
            lines(
                "Escalations by outcome",
                "reqps",
                "Why a region could not satisfy a token, and who did: `token_region` and "
                "`another_region` answered; `behind` and `out_of_reach` were answered 503; "
                "`expired`: 404, the token is older than any mark.",
                Query(rate("jubilee_escalations_total", "outcome"), "{{outcome}}"),
                colours=(
                    *named("token_region", "another_region", "expired"),
                    (r"behind", BAD),
                    (r"out_of_reach", BAD),
                ),
                runbook="JubileeFreshnessBurn",
            ),
            lines(
                "Tokens not satisfied at once",
                "percentunit",
                "The share of each region over the last hour. One region: its replication is "
                "behind.",
                Query(targets.freshness.bad_share("1h"), "{{region}}"),
                runbook="JubileeFreshnessBurn",
                opens="jubilee-region",
            ),
        ),
    )


def _failover() -> Row:
    return Row(
        "Failover",
        (
            lines(
                "Requests served by another region",
                "reqps",
                "Every one says that a region's own data centre did not answer. Users notice "
                "little; durability is at stake, for the next loss would be felt. Bring the data "
                "centre back.",
                Query(rate("jubilee_failovers_total", "region, peer"), "{{region}} by {{peer}}"),
                runbook="JubileeFailoverInUse",
                opens="jubilee-region",
            ),
            states(
                "Breaker",
                "Open: the instance takes its data centre for lost and asks other regions at once. "
                "Pings close it, by themselves, when it is back.",
                Query(
                    f"max by (region, instance) ({select('jubilee_breaker_open')})",
                    "{{region}} {{instance}}",
                ),
                words=((0, "closed", GOOD), (1, "open", BAD)),
                runbook="JubileeFailoverInUse",
                opens="jubilee-region",
            ),
            lines(
                "Failover by operation",
                "reqps",
                "Reads and writes served elsewhere. Writes there are replicated back when the "
                "region returns: by hints, or after the hint window by repair.",
                Query(rate("jubilee_failovers_total", "operation"), "{{operation}}"),
                colours=named("read", "write"),
                runbook="JubileeFailoverInUse",
            ),
            lines(
                "Joined reads",
                "reqps",
                "Reads answered by one that another request had sent: a hot key, or a slow store.",
                Query(rate("jubilee_joined_reads_total", "region"), "{{region}}"),
                opens="jubilee-region",
            ),
        ),
    )


def _clocks(targets: Targets) -> Row:
    skew = select("jubilee_clock_skew_seconds")
    return Row(
        "Clocks",
        (
            lines(
                "Skew against each region",
                "s",
                "How far instances are ahead of the database nodes of a region; below 0 behind. "
                "All lines of one region off: its instance's clock. All lines towards one region: "
                "its nodes' clocks. Mend NTP.",
                Query(f"max by (region, peer) ({skew})", "{{region}} ahead of {{peer}}"),
                signed=True,
                limit=targets.largest_skew,
                runbook="JubileeClockSkew",
                opens="jubilee-region",
            ),
            lines(
                "Largest skew of each region",
                "s",
                "Without direction. Beyond half of MAX_CLOCK_SKEW, against most regions, an "
                "instance turns un-ready; writes without a token then win or lose wrongly.",
                Query(f"max by (region) (abs({skew}))", "{{region}}"),
                limit=Limit(targets.largest_skew.bad),
                runbook="JubileeClockSkew",
                opens="jubilee-region",
            ),
        ),
    )
