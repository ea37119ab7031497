"""The dashboards, made with Grafana's Foundation SDK; docs/dashboards.md says how to change one."""

from pathlib import Path

from generator.dashboards import cluster, consistency, overview, region, rollout, runtime
from generator.dashboards.board import Board
from generator.dashboards.needs import table
from generator.dashboards.objectives import Targets
from generator.files import Generated

MAKERS = (overview.board, region.board, consistency.board, runtime.board, cluster.board, rollout.board)


def boards(root: Path) -> list[Board]:
    """All dashboards, in the order of their links."""
    targets = Targets.read(root)
    return [make(targets) for make in MAKERS]


def make(root: Path) -> Generated:
    """Makes each dashboard's file, and the table of panels that need more than load."""
    made = boards(root)
    texts = {f"grafana/dashboards/{board.uid}.json": board.text() for board in made}
    return Generated({**texts, "grafana/panels.yaml": table(made)}, "grafana/dashboards/*")
