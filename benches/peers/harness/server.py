"""A contestant as a process on a core of its own, with what it uses."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.contestants import Contestant, Programs

SERVER_CORE = "0"
STARTS_WITHIN = 20.0
ADDRESS = re.compile(r"https?://(127\.0\.0\.1:\d+)")
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_ticks(stat: str) -> int:
    """Ticks of processor time in a text of /proc/PID/stat, with its ended children's."""
    # The second field is the program's name in brackets, which may hold blanks.
    fields = stat.rsplit(")", 1)[1].split()
    return sum(int(ticks) for ticks in fields[11:15])


def group_of(stat: str) -> int:
    """The process group in a text of /proc/PID/stat."""
    return int(stat.rsplit(")", 1)[1].split()[2])


class Server:
    """A running contestant; ended, with all of its processes, when its block is left."""

    def __init__(self, contestant: Contestant, programs: Programs, folder: Path) -> None:
        self.contestant = contestant
        self._programs = programs
        self._data = folder / contestant.name
        self._data.mkdir(exist_ok=True)
        self._log = folder / f"{contestant.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.address = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end(signal.SIGTERM)

    def start(self) -> None:
        """Starts it and returns once it says where it serves."""
        # Appending, so that it can be emptied while it is written.
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    "taskset",
                    "-c",
                    SERVER_CORE,
                    *self.contestant.command(self._programs, self._data),
                ],
                env=os.environ | self.contestant.variables(self._data),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        give_up = time.monotonic() + STARTS_WITHIN
        while not (
            found := ADDRESS.search(self._log.read_text(encoding="utf-8", errors="replace"))
        ):
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.end(signal.SIGKILL)
                raise RuntimeError(f"{self.contestant.name} did not start: {self._log.read_text()}")
            time.sleep(0.01)
        self.address = found.group(1)
        self.empty_log()

    def end(self, how: signal.Signals) -> None:
        """Ends all of its processes, and waits until they are gone."""
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, how)
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        except ProcessLookupError:
            self._process.wait()
        finally:
            self._process = None

    def empty_log(self) -> None:
        """Empties the log, so that a long run does not fill the disk."""
        os.truncate(self._log, 0)

    def cpu_seconds(self) -> float:
        """Processor time that all of its processes have used so far."""
        return sum(cpu_ticks(stat) for _, stat in self._processes()) / TICKS

    def memory_bytes(self) -> int:
        """Memory it holds; what its processes share is counted once (proportional set size)."""
        total = 0
        for folder, _ in self._processes():
            rollup = (folder / "smaps_rollup").read_text(encoding="utf-8")
            total += next(
                int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")
            )
        return total * 1024

    def _processes(self) -> Iterator[tuple[Path, str]]:
        assert self._process is not None, "it runs"
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                stat = (folder / "stat").read_text(encoding="utf-8")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if group_of(stat) == self._process.pid:
                yield folder, stat
