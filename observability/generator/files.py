"""Generated files: written where they differ, compared for drift, and orphans found."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Generated:
    """What one maker makes, by path relative to observability/."""

    texts: dict[str, str]
    """The text of each file."""
    owned: str
    """A glob of all that this maker alone may put there: a match that is not made is an orphan."""


def differences(root: Path, generated: Generated) -> list[str]:
    """Says of each file how it differs from what is generated."""
    found = []
    for path, text in sorted(generated.texts.items()):
        file = root / path
        if not file.is_file():
            found.append(f"{path} is missing")
        elif file.read_text(encoding="utf-8") != text:
            found.append(f"{path} is not what its sources make")
    return found + [f"{path} is made by nothing" for path in orphans(root, generated)]


def write(root: Path, generated: Generated) -> list[str]:
    """Writes what differs and removes orphans; answers with the paths touched."""
    touched = orphans(root, generated)
    for path in touched:
        (root / path).unlink()
    for path, text in sorted(generated.texts.items()):
        file = root / path
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            touched.append(path)
    return touched


def orphans(root: Path, generated: Generated) -> list[str]:
    """Finds files that only this maker could have written and no longer makes."""
    there = (file.relative_to(root).as_posix() for file in root.glob(generated.owned))
    return sorted(path for path in there if path not in generated.texts)
