"""What is measured, how often and how long."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Plan:
    """All numbers of a run; they are kept beside its results."""

    seed: int = 20261121
    rounds: int = 5
    seconds: int = 2
    connections: int = 32
    open_rounds: int = 3
    open_seconds: float = 2
    open_connections: int = 128
    warm_up_seconds: int = 1
    read_users: int = 1_000
    written_users: int = 100_000
    get_steps: tuple[float, ...] = (0.1, 0.25, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1)
    """Offered loads, as parts of what the closed loop reached."""
    put_steps: tuple[float, ...] = (0.1, 0.25, 0.45, 0.65, 0.8, 0.95)


FULL = Plan()

TRIAL = replace(
    FULL,
    rounds=1,
    seconds=1,
    open_rounds=1,
    open_seconds=0.5,
    get_steps=(0.2, 0.8),
    put_steps=(0.2, 0.8),
)
"""Shows that all of it works; its figures mean nothing."""

GET = ("jubilee", "jubilee_quiet", "bare", "gin", "flask")
PUT = ("jubilee", "gin", "gin_batch", "gin_batch_1ms", "flask")
GIN_WRITERS = ("gin", "gin_batch", "gin_batch_1ms")

OPEN_GET = ("jubilee", "bare", "gin", "flask")


def open_put(fastest_gin: str) -> tuple[str, ...]:
    """Whose writes are offered at a rate: of Gin's, the plain ones and the fastest."""
    return ("jubilee", *dict.fromkeys(("gin", fastest_gin)), "flask")
