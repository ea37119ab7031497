"""The two generators, pinned to the core that the server does not have, and the disk by itself."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GENERATOR_CORE = "1"
SCRIPT = Path(__file__).parents[2] / "support" / "users.lua"
BLOCK = 4096


@dataclass(frozen=True)
class ClosedLoad:
    """What wrk has measured: each connection asks again when it is answered."""

    requests: int
    seconds: float


def closed_loop(
    address: str, method: str, users: Path, connections: int, seconds: int
) -> ClosedLoad:
    """Asks as fast as it is answered. wrk knows whole seconds only."""
    output = _run(
        "wrk",
        *("--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"),
        *("--script", str(SCRIPT), f"http://{address}", "--", method, str(users)),
    )
    return parse_wrk(output)


def parse_wrk(output: str) -> ClosedLoad:
    """Reads the line that `users.lua` writes; refuses a run with an answer that was no 2xx."""
    line = next((line for line in output.splitlines() if line.startswith("result ")), None)
    if line is None:
        raise RuntimeError(f"wrk gave no result: {output}")
    requests, micros, not_2xx, socket_errors, *_ = (int(number) for number in line.split()[1:])
    if not_2xx or socket_errors:
        raise RuntimeError(
            f"the run is invalid: {not_2xx} answers were no 2xx, {socket_errors} socket errors"
        )
    return ClosedLoad(requests, micros / 1e6)


def open_loop(
    program: Path,
    address: str,
    method: str,
    users: Path,
    rate: float,
    seconds: float,
    connections: int,
    seed: int,
) -> dict[str, Any]:
    """Asks at a rate of its own, whatever is answered; gives what `open-loop` prints."""
    output = _run(
        str(program),
        address,
        method,
        str(users),
        f"{rate:g}",
        f"{seconds:g}",
        str(connections),
        str(seed),
    )
    measured: dict[str, Any] = json.loads(output)
    return measured


def _run(*command: str) -> str:
    done = subprocess.run(
        ["taskset", "-c", GENERATOR_CORE, *command], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}{done.stdout}")
    return done.stdout


def disk_syncs_per_second(folder: Path, seconds: float) -> float:
    """How often the disk makes a block durable, one after the other, in a file of a fixed size."""
    path = folder / "syncs"
    file = os.open(path, os.O_CREAT | os.O_RDWR)
    try:
        os.pwrite(file, bytes(1024 * BLOCK), 0)
        os.fsync(file)
        started, syncs = time.monotonic(), 0
        while time.monotonic() - started < seconds:
            os.pwrite(file, bytes([syncs % 256]) * BLOCK, syncs % 1024 * BLOCK)
            os.fdatasync(file)
            syncs += 1
        return syncs / (time.monotonic() - started)
    finally:
        os.close(file)
        path.unlink()
