"""What everything was measured on, and what else it did meanwhile."""

import datetime
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

from harness.contestants import Programs

PROCESSOR_FIELDS = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")


def describe(programs: Programs) -> dict[str, Any]:
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": {
            "processor": _first(
                r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8")
            ),
            "processors": os.cpu_count(),
            "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
            "kernel": re.sub(r"^(\d+\.\d+).*", r"\1", platform.release()),
        },
        "versions": versions(programs),
    }


def versions(programs: Programs) -> dict[str, str]:
    python = programs.gunicorn.parent / "python"
    listed = _output(str(python), "-m", "pip", "list", "--disable-pip-version-check").lower()
    go = _output("go", "version", "-m", str(programs.gin))
    of_python = {name: _first(rf"^{name}\s+(\S+)$", listed) for name in ("flask", "gunicorn")}
    return {
        "jubilee": _output(str(programs.jubilee), "--version").split()[-1],
        **of_python,
        "python": _output(str(python), "--version").split()[-1],
        "sqlite": _output(str(python), "-c", "import sqlite3; print(sqlite3.sqlite_version)"),
        "gin": _first(r"gin-gonic/gin\s+v(\S+)", go),
        "bbolt": _first(r"go.etcd.io/bbolt\s+v(\S+)", go),
        "go": _first(r": go(\S+)", go),
        # Its exit code is that of a wrong call.
        "wrk": _first(
            r"^wrk \S*?(\d[\d.]*)",
            subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout,
        ),
    }


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    return found.group(1) if found else "unknown"


def processor_times() -> dict[str, int]:
    """Ticks of all processors together, by what they did."""
    line = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0]
    return dict(zip(PROCESSOR_FIELDS, map(int, line.split()[1:]), strict=False))


def other_work(before: dict[str, int], after: dict[str, int]) -> dict[str, float]:
    """Parts of the time that others had: programs of a lower priority, and other machines."""
    spent = {name: after[name] - before[name] for name in PROCESSOR_FIELDS}
    return {name: spent[name] / sum(spent.values()) for name in ("nice", "steal")}
