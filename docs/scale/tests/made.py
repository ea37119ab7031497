"""The results, made once for all tests: the simulations take a second."""

import functools
from typing import Any

from scale import inputs, results
from scale.inputs import Inputs


@functools.cache
def once() -> tuple[Inputs, dict[str, Any]]:
    """The inputs, and what comes of them."""
    given = inputs.read()
    return given, results.rounded(results.of(given))
