"""A region is lost at its busiest: who notices, when, and what fails meanwhile.

Clients keep to the contract: each attempt ends by its own time-out, and after a connection error, a 503 or a 504 there
are up to three more, each a little later. Three ways to lose a region: its nodes die, its nodes hang, all of it goes
dark; and three ways to move its users.
"""

import random
from dataclasses import dataclass

from scale.inputs import Inputs
from scale.regions import heirs, round_trip
from scale.simulation.draw import about, one_of, percentiles

SEED = 20_261_122
CLIENTS_A_SECOND = 60
SECONDS = 360
STEP = 5
RETRIES = 3
FIRST_WAIT = 1.0
# Of the failures that open an instance's breaker (src/store/cluster/breaker.rs).
FAILURES_TO_OPEN = 5


@dataclass(frozen=True)
class Mover:
    """Who moves users away from a region that does not answer."""

    name: str
    checks: int
    every: float
    told_for: float
    """How long a client may go on with what it was told: the time to live of a name."""

    def moved(self, chance: random.Random, noticeable_after: float) -> float:
        """When one client is moved, from the fault on."""
        first = chance.uniform(0, self.every)
        return noticeable_after + first + (self.checks - 1) * self.every + chance.uniform(0, self.told_for)


ACCELERATOR = Mover("Global Accelerator, 3 checks of 10 s", 3, 10, 0)
MOVERS = (
    ACCELERATOR,
    Mover("DNS, 3 checks of 10 s, names for 60 s", 3, 10, 60),
    Mover("DNS, 3 checks of 30 s, names for 300 s", 3, 30, 300),
)


def dark(inputs: Inputs, mover: Mover) -> dict[str, object]:
    """Nothing answers in the region, instances and all."""
    chance = random.Random(SEED)
    # Probes see it together: one moment for all clients, and each client's own for what it was told.
    noticed = mover.moved(random.Random(SEED), 0) if mover.told_for == 0 else None
    failed = [0] * (SECONDS // STEP)
    late, asked, last = 0, 0, 0.0
    for number in range(CLIENTS_A_SECOND * SECONDS):
        began = number / CLIENTS_A_SECOND
        moved = noticed if noticed is not None else mover.moved(chance, 0)
        now, answered = began, False
        for attempt in range(1 + RETRIES):
            if now >= moved:
                answered = True
                break
            now += inputs["attempt"]
            if attempt < RETRIES:
                now += FIRST_WAIT * 2**attempt * chance.uniform(0.5, 1.5)
        asked += 1
        if not answered:
            failed[int(began) // STEP] += 1
            last = began
        elif now > began:
            late += 1
    whole = sum(failed)
    return {
        "mover": mover.name,
        "asked": asked,
        "failed_share": whole / asked,
        "seconds_of_failures": last,
        "failed_whole_seconds": whole / CLIENTS_A_SECOND,
        "late_whole_seconds": late / CLIENTS_A_SECOND,
        "step": STEP,
        "failed_by_step": [count / CLIENTS_A_SECOND / STEP for count in failed],
    }


def nodes_lost(inputs: Inputs, lost: str, hang: bool) -> dict[str, object]:
    """Its instances live and ask the next region's nodes, until un-ready ones lose their users."""
    chance = random.Random(SEED + (2 if hang else 1))
    deadline = inputs["timeout"]
    nearest = min(heirs(lost), key=lambda name: round_trip(lost, name))
    # Instances turn un-ready after the grace; then the balancer's checks.
    moved = ACCELERATOR.moved(random.Random(SEED), inputs["grace"])
    # Dead nodes refuse at once. Those that hang cost the local try, until enough of these have ended in vain.
    local_try = deadline / 3 if hang else 0.0
    times, failed = {"before": [], "failing over": [], "moved": []}, 0
    for _ in range(CLIENTS_A_SECOND * SECONDS):
        began = chance.uniform(-20, 100)
        read = about(chance, inputs["store_read"], inputs["spread"])
        if began < 0:
            times["before"].append(inputs["users_way"] + read)
        elif began < moved:
            took = read + round_trip(lost, nearest) + (local_try if began < local_try else 0.0)
            failed += took > deadline
            times["failing over"].append(inputs["users_way"] + took)
        else:
            heir = one_of(chance, heirs(lost))
            times["moved"].append(inputs["users_way"] + round_trip(lost, heir) + read)
    return {
        "seed": SEED,
        "hang": hang,
        "moved_after": moved,
        "failed": failed,
        "slow_seconds": local_try,
        "failures_to_open": FAILURES_TO_OPEN,
        "times": {phase: percentiles(took) for phase, took in times.items()},
    }


def simulate(inputs: Inputs, lost: str) -> dict[str, object]:
    """All of it."""
    return {
        "seed": SEED,
        "lost": lost,
        "dark": [dark(inputs, mover) for mover in MOVERS],
        "nodes": [nodes_lost(inputs, lost, hang) for hang in (False, True)],
    }
