"""Every alert has a runbook, and what its pages tell to run and to ask exists."""

import re
import shlex
import subprocess
import tempfile
import unittest
from collections.abc import Iterator
from urllib.parse import urlsplit

import yaml

from generator.tests.promql import REPOSITORY, faults, known

RUNBOOKS = REPOSITORY / "docs/runbooks"
SECTIONS = ["What users see", "Confirm", "Do", "Over when"]
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
# What somebody on call has at hand beside this repository's own.
PROGRAMS = {
    "amtool",
    "cargo",
    "chronyc",
    "curl",
    "df",
    "dmesg",
    "jubilee",
    "make",
    "nodetool",
    "promtool",
}
NODETOOL = {"compactionstats", "listpendinghints", "netstats", "repair", "status", "tpstats"}
# Where commands ask: Prometheus, Alertmanager, the collector's receiver, its own metrics.
OTHERS_PORTS = {9090, 9093, 4318, 8888}
ADMIN_PORT = 9180


def text(path: str) -> str:
    """A file of the repository."""
    return (REPOSITORY / path).read_text(encoding="utf-8")


def pages() -> dict[str, str]:
    """The pages by name."""
    return {page.stem: page.read_text(encoding="utf-8") for page in sorted(RUNBOOKS.glob("*.md"))}


def alerts() -> set[str]:
    """The names of all alerts."""
    rules = REPOSITORY / "observability/prometheus/rules"
    return {
        rule["alert"]
        for file in rules.glob("*/*.yaml")
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }


def fenced(page: str, language: str) -> Iterator[str]:
    """The fenced blocks of a language."""
    yield from (block for _, found, block in FENCE.findall(page) if found == language)


def commands(page: str) -> Iterator[list[str]]:
    """Each command of the blocks of `sh`, and each of this service that stands in a sentence."""
    for block in fenced(page, "sh"):
        for line in block.splitlines():
            if line.strip() and not line.strip().startswith("#"):
                yield shlex.split(line)
    for quoted in re.findall(r"`([^`\n]+)`", FENCE.sub("", page)):
        if re.match(r"(jubilee|cargo lab|make|nodetool) ", quoted):
            yield shlex.split(quoted)


def expressions(page: str) -> list[str]:
    """Each expression of the blocks of `promql`; an empty line parts them."""
    blocks = (re.split(r"\n\s*\n", block) for block in fenced(page, "promql"))
    return [expr.strip() for block in blocks for expr in block if expr.strip()]


def subcommands(path: str) -> set[str]:
    """The subcommands that a command line in Rust declares."""
    return set(re.findall(r'(?:Command::new|pair|placed)\(\s*"([a-z-]+)"', text(path)))


def fault_of(command: list[str]) -> str | None:
    """Why a command cannot be run, if so."""
    program, *rest = command
    wrong = None
    if program not in PROGRAMS:
        wrong = "nobody has this program"
    elif program == "jubilee" and rest[0] not in subcommands("src/cli/arguments.rs"):
        wrong = "jubilee has no such command"
    elif program == "jubilee" and not all(
        f'"{flag.removeprefix("--")}"' in text("src/cli/arguments.rs")
        for flag in rest[1:]
        if flag.startswith("--")
    ):
        wrong = "the command has no such flag"
    elif program == "cargo" and (
        rest[0] != "lab" or rest[1] not in subcommands("lab/src/cli/arguments.rs")
    ):
        wrong = "cargo lab has no such command"
    elif program == "make" and f"\n{rest[0]}:" not in text("Makefile"):
        wrong = "make has no such target"
    elif program == "nodetool" and rest[0] not in NODETOOL:
        wrong = "it is not in the list of nodetool's commands"
    else:
        wrong = next((fault for word in rest if (fault := fault_of_url(word))), None)
    return wrong


def fault_of_url(word: str) -> str | None:
    """Why nothing answers under an address, if it is one."""
    url = urlsplit(word)
    if url.scheme not in ("http", "https"):
        return None
    if url.port == ADMIN_PORT:
        served = f'"{url.path}"' in text("src/http/routes.rs")
        return None if served else f"the admin listener does not serve {url.path}"
    return None if url.port in OTHERS_PORTS else f"nothing listens on port {url.port}"


class RunbooksTest(unittest.TestCase):
    def test_every_alert_has_one_and_none_is_left_over(self) -> None:
        self.assertEqual(alerts(), set(pages()) - {"README"})

    def test_the_index_lists_them_all(self) -> None:
        self.assertEqual(
            set(re.findall(r"^\| \[(\w+)\]\(\1\.md\)", pages()["README"], re.MULTILINE)), alerts()
        )

    def test_every_page_answers_the_same_four_questions(self) -> None:
        for name, page in pages().items():
            if name != "README":
                with self.subTest(name):
                    self.assertTrue(page.startswith(f"# {name}\n"))
                    self.assertEqual(re.findall(r"^## (.*)$", page, re.MULTILINE), SECTIONS)
                    first, last = page.index("## Confirm"), page.index("## Over when")
                    self.assertTrue(expressions(page[first:]) and expressions(page[last:]))

    def test_every_command_exists(self) -> None:
        found = [(name, command) for name, page in pages().items() for command in commands(page)]
        self.assertGreater(len(found), 40)
        for name, command in found:
            with self.subTest(name, command=" ".join(command)):
                self.assertIsNone(fault_of(command))

    def test_a_command_that_does_not_exist_is_noticed(self) -> None:
        for wrong in [
            "kubctl get pods",
            "jubilee repair",
            "jubilee migrate --dry",
            "cargo lab explode eu",
            "make coffee",
            "nodetool mend",
            "curl http://127.0.0.1:9180/ready",
            "curl http://127.0.0.1:9181/readyz",
        ]:
            with self.subTest(wrong):
                self.assertIsNotNone(fault_of(shlex.split(wrong)))

    def test_every_query_asks_for_metrics_that_there_are(self) -> None:
        metrics = known()
        for name, page in pages().items():
            for expr in expressions(page):
                with self.subTest(name, expr=expr):
                    self.assertEqual(faults(expr, metrics), [])

    def test_every_query_parses(self) -> None:
        queries = [expr for page in pages().values() for expr in expressions(page)]
        self.assertGreater(len(queries), 40)
        self.assertEqual(self.parsed(queries).returncode, 0, self.parsed(queries).stderr)
        self.assertNotEqual(self.parsed(["sum by (region (up)"]).returncode, 0)

    def parsed(self, queries: list[str]) -> subprocess.CompletedProcess[str]:
        rules = [{"record": f"query:{index}", "expr": expr} for index, expr in enumerate(queries)]
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
            yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}, file)
            file.flush()
            asked = ["promtool", "check", "rules", file.name]
            return subprocess.run(asked, capture_output=True, text=True, check=False)

    def test_every_metric_that_a_sentence_names_exists(self) -> None:
        metrics = known()
        families = {re.sub("_(bucket|sum|count)$", "", metric) for metric in metrics}
        for name, page in pages().items():
            for metric in re.findall(r"`(jubilee_\w+)", page):
                with self.subTest(name, metric=metric):
                    self.assertIn(metric, families | set(metrics))

    def test_every_reason_that_a_page_names_is_one_that_an_instance_gives(self) -> None:
        code = "".join(
            file.read_text(encoding="utf-8") for file in (REPOSITORY / "src").rglob("*.rs")
        )
        for name in ["JubileeRegionUnready", "JubileeSchemaMismatch"]:
            table = re.findall(r"^\| (`.*?) \|", pages()[name], re.MULTILINE)
            reasons = re.findall(r"`(\w+)`", " ".join(table))
            self.assertGreaterEqual(len(reasons), 4)
            for reason in reasons:
                with self.subTest(name, reason=reason):
                    self.assertIn(f'"{reason}"', code)

    def test_every_link_leads_somewhere(self) -> None:
        for name, page in pages().items():
            for link in re.findall(r"\]\(([^)#]+)", page):
                with self.subTest(name, link=link):
                    self.assertTrue((RUNBOOKS / link).exists())


if __name__ == "__main__":
    unittest.main()
