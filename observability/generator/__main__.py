"""The command: writes what is generated, or says with --check what differs from it."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from generator import dashboards
from generator.files import Generated, differences, write
from generator.rules import rules, slo_json

ROOT = Path(__file__).parents[1]

MAKERS: dict[str, Callable[[Path], Generated]] = {
    "rules": rules,
    "slo.json": slo_json,
    "dashboards": dashboards.make,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="generator", description=__doc__)
    parser.add_argument("what", nargs="*", help=f"of {', '.join(MAKERS)}; all by default")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if files differ"
    )
    asked = parser.parse_args(arguments)
    if unknown := set(asked.what) - MAKERS.keys():
        parser.error(f"{', '.join(sorted(unknown))}: not one of {', '.join(MAKERS)}")

    drifted = False
    for name in asked.what or MAKERS:
        generated = MAKERS[name](ROOT)
        if asked.check:
            for difference in differences(ROOT, generated):
                print(f"{difference}; run: make docs", file=sys.stderr)
                drifted = True
        else:
            for changed in write(ROOT, generated):
                print(f"wrote observability/{changed}")
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
