"""An instance near its knee, and behind a store that has become slow: events, one after the other.

The rules are those of src/actors/admission.rs: no more than so many inside, and nobody who would have to wait for more
than half of the deadline, by those inside and the pace of the last answers.
"""

import heapq
import random
from collections import deque

from scale.inputs import Inputs
from scale.simulation.draw import about, percentiles

SEED = 20_261_123
LOADS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.05, 1.2, 1.5)
# The first half only fills the queues.
REQUESTS = 30_000
ARRIVED, CAME_BACK, LEFT = range(3)
# A store that answers so many a second less than it is asked for, at a tenth of the pace to be cheap.
SLOW_STORE, ASKED_OF_IT, SLOW_SECONDS = 500.0, 1000.0, 20.0
SPAN, ANSWERS_IN_A_SPAN, REMEMBERED, ALWAYS, SMOOTHING = 0.05, 10, 3, 32, 16


class Admission:
    """One worker's, as in the code."""

    def __init__(self, most: int, timeout: float, by_wait: bool = True) -> None:
        self.most, self.longest, self.queueing, self.by_wait = most, timeout / 2, timeout / 10, by_wait
        self.inside, self.answers, self.began, self.stay = 0, 0, 0.0, 0.0
        self.gaps: deque[float] = deque(maxlen=REMEMBERED)

    def admit(self, now: float) -> bool:
        """Whether a request comes in."""
        if self.inside >= self.most or (self.by_wait and self.would_wait_too_long()):
            return False
        if self.inside == 0:
            self.gaps.clear()
            self.began, self.answers = now, 0
        self.inside += 1
        return True

    def would_wait_too_long(self) -> bool:
        """By Little's law, with the best pace of the last spans."""
        if self.inside < ALWAYS or self.stay <= self.queueing or len(self.gaps) < REMEMBERED:
            return False
        return min(self.gaps) * self.inside > self.longest

    def left(self, now: float, stay: float, answered: bool) -> None:
        """A request is gone; one without an answer says nothing about the pace."""
        self.inside -= 1
        if not answered:
            return
        self.stay += (stay - self.stay) / SMOOTHING
        self.answers += 1
        if now - self.began >= SPAN and self.answers >= ANSWERS_IN_A_SPAN:
            self.gaps.append((now - self.began) / self.answers)
            self.began, self.answers = now, 0


def worker(inputs: Inputs, load: float, seed: int) -> dict[str, float]:
    """One worker at so much of its processor: half of the work before the store, half after it."""
    chance = random.Random(seed)
    work = inputs["get_instance"] / 1e6
    admission = Admission(int(inputs["in_flight"] / inputs["instance_vcpus"]), inputs["timeout"])
    # What happens when, and to a request that came when.
    events: list[tuple[float, int, float]] = []
    arrival, free_at, taken, refused, times = 0.0, 0.0, 0, 0, []
    while taken < REQUESTS or events:
        if taken < REQUESTS and (not events or arrival <= events[0][0]):
            now, what, came = arrival, ARRIVED, arrival
            taken += 1
            arrival += chance.expovariate(load / work)
            if not admission.admit(now):
                refused += taken > REQUESTS // 2
                continue
        else:
            now, what, came = heapq.heappop(events)
        if what == LEFT:
            admission.left(now, now - came, True)
            if taken > REQUESTS // 2:
                times.append(now - came)
            continue
        free_at = max(free_at, now) + chance.expovariate(2 / work)
        if what == ARRIVED:
            back = free_at + about(chance, inputs["store_read"], inputs["spread"])
            heapq.heappush(events, (back, CAME_BACK, came))
        else:
            heapq.heappush(events, (free_at, LEFT, came))
    return {"load": load, "refused_share": refused / (REQUESTS // 2)} | percentiles(times)


def slow_store(inputs: Inputs, by_wait: bool) -> dict[str, float]:
    """A store that takes them one after the other, and half as many as come; what is given up, it does all the same."""
    chance = random.Random(SEED)
    deadline = inputs["timeout"]
    admission = Admission(int(inputs["in_flight"] / 10), deadline, by_wait)
    arrival, free_at = 0.0, 0.0
    asked = refused = timed_out = answered = 0
    leaving: list[tuple[float, float, bool]] = []
    while arrival < SLOW_SECONDS:
        while leaving and leaving[0][0] <= arrival:
            left, came, well = heapq.heappop(leaving)
            admission.left(left, left - came, well)
        asked += 1
        if admission.admit(arrival):
            free_at = max(free_at, arrival) + chance.expovariate(SLOW_STORE)
            well = free_at - arrival <= deadline
            heapq.heappush(leaving, (min(free_at, arrival + deadline), arrival, well))
            answered += well
            timed_out += not well
        else:
            refused += 1
        arrival += chance.expovariate(ASKED_OF_IT)
    return {
        "asked": asked,
        "answered_share": answered / asked,
        "refused_share": refused / asked,
        "timed_out_share": timed_out / asked,
    }


def simulate(inputs: Inputs) -> dict[str, object]:
    """All of it."""
    return {
        "seed": SEED,
        "requests": REQUESTS,
        "loads": [worker(inputs, load, SEED + place) for place, load in enumerate(LOADS)],
        "slow_store": {
            "by_count_alone": slow_store(inputs, False),
            "by_wait_too": slow_store(inputs, True),
        },
    }
