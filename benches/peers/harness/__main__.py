"""The command behind `scripts/peers`."""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path

from harness import generate, plan
from harness.contestants import Programs
from harness.measure import Measurement


def measure(asked: argparse.Namespace) -> int:
    programs = Programs(
        **{
            name: getattr(asked, name)
            for name in ("jubilee", "bare", "gin", "gunicorn", "open_loop")
        }
    )
    # However it is ended, it takes down what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    # On the same disk as the build, which `/tmp` may not be.
    with tempfile.TemporaryDirectory(prefix="peers-", dir=asked.folder) as folder:
        planned = plan.TRIAL if asked.trial else plan.FULL
        print(f"seed {planned.seed}", file=sys.stderr)
        results = Measurement(programs, Path(folder), planned).run()
    if asked.results is not None:
        asked.results.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    elif not asked.trial:
        generate.RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


def write(_: argparse.Namespace) -> int:
    generate.write(generate.ROOT, generate.generated())
    return 0


def check(_: argparse.Namespace) -> int:
    found = generate.differences(generate.ROOT, generate.generated())
    for difference in found:
        print(f"{difference}; run: scripts/peers generate", file=sys.stderr)
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="harness", description=__doc__)
    verbs = parser.add_subparsers(required=True)
    measuring = verbs.add_parser("measure", help="measures all contestants and keeps the results")
    for name in ("jubilee", "bare", "gin", "gunicorn", "open-loop", "folder"):
        measuring.add_argument(f"--{name}", type=Path, required=True)
    measuring.add_argument("--results", type=Path, help="where to keep them, elsewhere than usual")
    measuring.add_argument(
        "--trial",
        action="store_true",
        help="a short run, whose figures mean nothing and are not kept",
    )
    measuring.set_defaults(run=measure)
    verbs.add_parser("generate", help="writes charts and page").set_defaults(run=write)
    verbs.add_parser("check", help="exits with 1 if charts or page differ").set_defaults(run=check)
    asked = parser.parse_args(arguments)
    return int(asked.run(asked))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
