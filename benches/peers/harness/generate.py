"""Writes what is made from the results, or says how it differs."""

import json
from pathlib import Path

from harness import charts, page

ROOT = Path(__file__).parents[3]
RESULTS = ROOT / "benches/peers/results.json"
TEMPLATE = ROOT / "benches/peers/page.md"
PAGE = Path("docs/performance.md")
CHARTS = Path("docs/performance")


def generated() -> dict[Path, str]:
    """The text of each file, by its path from the root."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    drawn = {CHARTS / name: text for name, text in charts.make(results).items()}
    return {PAGE: page.make(results, TEMPLATE), **drawn}


def differences(root: Path, made: dict[Path, str]) -> list[str]:
    """What is missing, differs, or lies among the charts and is made by nothing."""
    found = [
        f"{path} is not what benches/peers/results.json makes"
        for path, text in sorted(made.items())
        if not (root / path).is_file() or (root / path).read_bytes() != text.encode()
    ]
    there = {path.relative_to(root) for path in (root / CHARTS).glob("*")}
    return found + [f"{path} is made by nothing" for path in sorted(there - made.keys())]


def write(root: Path, made: dict[Path, str]) -> None:
    (root / CHARTS).mkdir(parents=True, exist_ok=True)
    for path, text in made.items():
        (root / path).write_bytes(text.encode())
