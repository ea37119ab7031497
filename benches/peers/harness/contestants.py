"""Who is measured, and how each is started."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Programs:
    """What was built to be measured, and what measures."""

    jubilee: Path
    bare: Path
    """The bench `http`, which serves the bare handler."""
    gin: Path
    gunicorn: Path
    open_loop: Path


@dataclass(frozen=True)
class Contestant:
    """One service in one way to run it."""

    name: str
    title: str
    program: str
    """Its field in Programs."""
    arguments: tuple[str, ...] = ()
    """`{data}` is the folder for its data."""
    environment: Mapping[str, str] = field(default_factory=dict)
    stores: bool = True
    """Whether it keeps anything: the bare handler does not."""
    reads_as: str = ""
    """Its title where nothing is written, if that is another."""

    def title_of(self, method: str) -> str:
        return self.reads_as if method == "get" and self.reads_as else self.title

    def command(self, programs: Programs, data: Path) -> list[str]:
        arguments = [argument.format(data=data) for argument in self.arguments]
        return [str(getattr(programs, self.program)), *arguments]

    def variables(self, data: Path) -> dict[str, str]:
        return {name: text.format(data=data) for name, text in self.environment.items()}


JUBILEE_SETTINGS = {
    "JUBILEE_LISTEN": "127.0.0.1:0",
    "JUBILEE_ADMIN_LISTEN": "127.0.0.1:0",
    "JUBILEE_DATA_DIR": "{data}",
    "JUBILEE_DRAIN_DELAY": "0s",
    "JUBILEE_LOG_FORMAT": "json",
    "JUBILEE_WORKERS": "1",
}

FLASK = Path(__file__).parents[1] / "flask"

ALL = (
    Contestant(
        "jubilee",
        "Jubilee",
        "jubilee",
        ("serve",),
        {**JUBILEE_SETTINGS, "JUBILEE_LOG": "warn,jubilee=info"},
    ),
    Contestant(
        "jubilee_quiet",
        "Jubilee without its request log",
        "jubilee",
        ("serve",),
        {**JUBILEE_SETTINGS, "JUBILEE_LOG": "warn"},
    ),
    Contestant(
        "bare", "bare actix-web handler, stores nothing", "bare", ("serve-bare",), stores=False
    ),
    Contestant(
        "gin",
        "Gin + bbolt, a transaction for each PUT",
        "gin",
        ("-data", "{data}"),
        reads_as="Gin + bbolt",
    ),
    Contestant(
        "gin_batch",
        "Gin + bbolt, Batch as the library sets it",
        "gin",
        ("-data", "{data}", "-writes", "batch"),
    ),
    Contestant(
        "gin_batch_1ms",
        "Gin + bbolt, Batch that waits 1 ms",
        "gin",
        ("-data", "{data}", "-writes", "batch", "-batch-delay", "1ms"),
    ),
    Contestant(
        "flask",
        "Flask + gunicorn + SQLite",
        "gunicorn",
        (
            *("--chdir", str(FLASK), "--bind", "127.0.0.1:0", "--worker-tmp-dir", "{data}"),
            *(
                "--worker-class",
                "gthread",
                "--workers",
                "1",
                "--threads",
                "4",
                "--keep-alive",
                "75",
                "birthdays:application",
            ),
        ),
        {"DATA": "{data}", "PYTHONDONTWRITEBYTECODE": "1"},
    ),
)

BY_NAME = {each.name: each for each in ALL}
