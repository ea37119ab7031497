"""The command: writes docs/scale.md, its charts and its results, or says with --check what differs from them."""

import argparse
import sys
from pathlib import Path

from scale import page

DOCS = Path(__file__).parents[1]
# A file there that is not made is an orphan.
OWNED = "scale/charts/*"


def differences(root: Path, texts: dict[str, str]) -> list[str]:
    """Says of each file how it differs from what is made."""
    found = []
    for path, text in sorted(texts.items()):
        file = root / path
        if not file.is_file():
            found.append(f"docs/{path} is missing")
        elif file.read_text(encoding="utf-8") != text:
            found.append(f"docs/{path} is not what docs/scale makes")
    return found + [f"docs/{path} is made by nothing" for path in orphans(root, texts)]


def orphans(root: Path, texts: dict[str, str]) -> list[str]:
    """Charts that are no longer made."""
    there = (file.relative_to(root).as_posix() for file in root.glob(OWNED))
    return sorted(path for path in there if path not in texts)


def write(root: Path, texts: dict[str, str]) -> None:
    """Writes what is made, and removes orphans."""
    for path in orphans(root, texts):
        (root / path).unlink()
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scale", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if files differ")
    asked = parser.parse_args(arguments)
    texts = page.make()
    if not asked.check:
        write(DOCS, texts)
        return 0
    found = differences(DOCS, texts)
    for difference in found:
        print(f"{difference}; run: make docs", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
