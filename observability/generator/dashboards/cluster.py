"""Cluster: the database of every region, as the instances' driver sees it."""

from generator.dashboards.board import Board, Row
from generator.dashboards.objectives import Targets
from generator.dashboards.palette import BAD, BY_PEER, GOOD, named
from generator.dashboards.panels import Limit, Query, lines, states, tile
from generator.dashboards.promql import quantile, rate, select, total
from generator.dashboards.shared import reasons_for_being_unready

OPERATIONS = "jubilee_cluster_operations_total"
EVENTS = "jubilee_driver_events_total"
SECONDS = "jubilee_cluster_operation_duration_seconds"
USERS = 'operation=~"read|write"'
PROBES = 'operation=~"ping|canary|clock"'


def board(_targets: Targets) -> Board:
    """Which data centre is away, slow or differs, and whether users feel it."""
    return Board(
        "jubilee-cluster",
        "The database of every region as the instances' driver sees it: which data centre is away "
        "or slow, whether users or only probes feel it, and whether the schema is the one needed.",
        (_now(), _session(), _users(), _probes(), _schema()),
    )


def _now() -> Row:
    return Row(
        "Now",
        (
            tile(
                "Sessions",
                "none",
                f"min ({select('jubilee_session_up')})",
                "Whether every instance has a session with the cluster that answers. If not: the "
                "log of that instance says why, `jubilee_unready` the reason.",
                words=((1, "all up", GOOD), (0, "some down", BAD)),
                runbook="JubileeSessionDown",
            ),
            tile(
                "Connections",
                "short",
                f"sum ({select('jubilee_driver_connections')})",
                "Open connections of all instances to database nodes. It falls when a node is "
                "away.",
                limit=Limit(1, falling=True),
                spark=True,
            ),
            tile(
                "Requests sent",
                "reqps",
                total(EVENTS, 'event="request"'),
                "What the driver sends, users' and probes' requests alike. More than the users' "
                "own: retries, rival attempts, failover.",
                spark=True,
            ),
            tile(
                "Errors met",
                "cps",
                total(EVENTS, 'event="error"'),
                "Errors that nodes gave the driver; most are mended by another node before a user "
                "sees them. Look which region gives them.",
                spark=True,
            ),
            tile(
                "Retries",
                "cps",
                total(EVENTS, 'event="retry"'),
                "Attempts made again at another node. They go with errors: a node is away or "
                "overloaded.",
                spark=True,
            ),
            tile(
                "Migrations missing",
                "short",
                f"max ({_missing()})",
                "Migrations that the program needs and the cluster does not have. Run `jubilee "
                "migrate` of the version that is deployed.",
                limit=Limit(1),
                runbook="JubileeSchemaMismatch",
            ),
        ),
    )


def _session() -> Row:
    return Row(
        "Session and driver",
        (
            states(
                "Session of each instance",
                "Since when an instance has had no session. It makes a new one by itself, with "
                "back-off, as soon as any node answers.",
                Query(
                    f"min by (region, instance) ({select('jubilee_session_up')})",
                    "{{region}} {{instance}}",
                ),
                words=((1, "up", GOOD), (0, "down", BAD)),
                runbook="JubileeSessionDown",
                opens="jubilee-region",
            ),
            reasons_for_being_unready("region, reason", "{{region}} {{reason}}"),
            lines(
                "Driver requests and trouble",
                "cps",
                "What the driver counted. Errors and retries with steady requests: nodes are away, "
                "users do not notice. Connection time-outs: packets vanish.",
                Query(rate(EVENTS, "event"), "{{event}}"),
                colours=named("request", "retry", "connection_timeout", bad=("error",)),
            ),
            lines(
                "Errors by region",
                "cps",
                "Errors that the drivers of a region met. All regions at once: the region whose "
                "nodes they ask is in trouble; one alone: its own network.",
                Query(rate(EVENTS, "region", 'event="error"'), "{{region}}"),
                opens="jubilee-region",
            ),
            lines(
                "Connections by region",
                "short",
                "Open connections of each region's instances. A step down: a node is away; to 0: "
                "no region can be asked.",
                Query(f"sum by (region) ({select('jubilee_driver_connections')})", "{{region}}"),
                opens="jubilee-region",
            ),
            lines(
                "Sessions made",
                "short",
                "Sessions made within the last interval. One at the start of an instance is right; "
                "more say that all nodes were away, or that the regions of the keyspace changed.",
                Query(
                    "sum by (region) "
                    f"(increase({select('jubilee_sessions_total')}[$__rate_interval]))",
                    "{{region}}",
                ),
                runbook="JubileeSessionDown",
            ),
        ),
    )


def _users() -> Row:
    return Row(
        "What users' requests ask of each region",
        (
            lines(
                "Asked of each region by users",
                "ops",
                "Reads and writes sent to a region's quorum. While all is well each region asks "
                "itself alone; lines between regions are failover and escalation.",
                Query(rate(OPERATIONS, "region, peer", USERS), "{{region}} to {{peer}}"),
                width=8,
                colours=BY_PEER,
                opens="jubilee-region",
            ),
            lines(
                "Failed asks by region",
                "ops",
                "Asks of users that the region named did not answer well. That region is in "
                "trouble, or the way there.",
                Query(rate(OPERATIONS, "peer", USERS, 'outcome!~"ok|abandoned"'), "to {{peer}}"),
                colours=BY_PEER,
                width=8,
                runbook="JubileeFailoverInUse",
            ),
            lines(
                "Failed asks by outcome",
                "ops",
                "How they ended. `abandoned` alone is harmless: another region was faster, or the "
                "client's time was up.",
                Query(rate(OPERATIONS, "outcome", USERS, 'outcome!="ok"'), "{{outcome}}"),
                colours=(
                    *named("abandoned", "timed_out", "overloaded"),
                    (r"unavailable|corrupt", BAD),
                ),
                width=8,
                runbook="JubileeFailoverInUse",
            ),
            lines(
                "p99 of users' reads",
                "s",
                "How long a region's quorum took for 99 % of reads. Its own region slow: that data "
                "centre; another: the way there.",
                _p99("read"),
                colours=BY_PEER,
                runbook="JubileeGetLatencyBurn",
            ),
            lines(
                "p99 of users' writes",
                "s",
                "How long a region's quorum took for 99 % of writes, commit-log sync included.",
                _p99("write"),
                colours=BY_PEER,
                runbook="JubileePutLatencyBurn",
            ),
        ),
    )


def _p99(operation: str) -> Query:
    """How long a region's quorum took for 99 % of these, by who asked whom."""
    return Query(
        quantile(0.99, SECONDS, "region, peer", f'operation="{operation}"'),
        "{{region}} to {{peer}}",
    )


def _probes() -> Row:
    return Row(
        "What probes ask of each region",
        (
            lines(
                "Probes by operation",
                "ops",
                "Pings of the session keeper; canaries and clocks of the region probe. They go on "
                "without users: none at all means that an instance hangs.",
                Query(rate(OPERATIONS, "operation", PROBES), "{{operation}}"),
                colours=named("ping", "canary", "clock"),
            ),
            lines(
                "Failed probes",
                "ops",
                "Probes that did not end well, by the region asked. With users' asks failing too "
                "it is real; alone it is a warning.",
                Query(rate(OPERATIONS, "peer", PROBES, 'outcome!="ok"'), "to {{peer}}"),
                colours=BY_PEER,
                runbook="JubileeRegionUnready",
            ),
            lines(
                "p99 of pings",
                "s",
                "How long a region's quorum took to answer the session keeper: the way there and "
                "the data centre, whatever users ask.",
                _p99("ping"),
                colours=BY_PEER,
            ),
            lines(
                "p99 of canaries",
                "s",
                "How long writing or reading a canary took. Lag is measured with these: while they "
                "are slow it looks longer than it is.",
                _p99("canary"),
                colours=BY_PEER,
                runbook="JubileeReplicationLag",
            ),
        ),
    )


def _schema() -> Row:
    return Row(
        "Schema",
        (
            lines(
                "Migrations needed and applied",
                "short",
                "What the program needs against what is on record, by region. Applied above needed "
                "is right while an older program serves; below, instances are un-ready until "
                "`jubilee migrate` has run.",
                Query(
                    f"max by (region) ({select('jubilee_schema_migrations', _state('needed'))})",
                    "{{region}} needs",
                ),
                Query(
                    f"min by (region) ({select('jubilee_schema_migrations', _state('applied'))})",
                    "{{region}} has",
                ),
                runbook="JubileeSchemaMismatch",
            ),
            lines(
                "Clock probes to each region",
                "s",
                "p99 of asking a coordinator for its time. The skew is taken at the middle of "
                "this: it is off by half of it at most.",
                _p99("clock"),
                colours=BY_PEER,
                runbook="JubileeClockSkew",
            ),
        ),
    )


def _state(state: str) -> str:
    return f'state="{state}"'


def _missing() -> str:
    needed, applied = (
        f"{how} ({select('jubilee_schema_migrations', _state(state))})"
        for how, state in (("max by (region)", "needed"), ("min by (region)", "applied"))
    )
    return f"clamp_min({needed} - {applied}, 0)"
