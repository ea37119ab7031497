"""The page is made of its words and of results, and no figure is typed into it."""

import re
import tempfile
import unittest
from pathlib import Path
from string import Template

from scale import chart, inputs, page
from scale.__main__ import differences, write
from scale.tests.made import once

# What stands there and is no figure: links, and numbers of lists.
NO_FIGURES = (re.compile(r"\]\([^)]*\)"), re.compile(r"^\d+\. ", re.MULTILINE), re.compile(r"\bS3\b"))


class WordsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.words = page.WORDS.read_text(encoding="utf-8")

    def test_no_figure_is_typed_by_hand(self) -> None:
        text = self.words
        for known in NO_FIGURES:
            text = known.sub("", text)
        typed = [line for line in text.splitlines() if re.search(r"\d", line)]
        self.assertEqual(typed, [])

    def test_every_chart_is_shown(self) -> None:
        shown = set(re.findall(r"\(scale/charts/(\w+)\.svg\)", self.words))
        there = {file.stem for file in (page.WORDS.parent / "charts").glob("*.svg")}
        self.assertEqual(shown, there)

    def test_every_figure_that_is_made_is_told(self) -> None:
        made = set(page.figures(*once()))
        self.assertEqual(made - set(Template(self.words).get_identifiers()), set())


class InputsTest(unittest.TestCase):
    def test_every_input_says_where_it_comes_from(self) -> None:
        for row in inputs.read().rows:
            self.assertIn(row.kind, ("set", "measured", "listed", "assumed"))
            self.assertTrue(row.source or row.kind == "assumed", row.name)

    def test_what_is_quoted_of_the_benches_stands_there(self) -> None:
        text = (page.WORDS.parents[2] / "benches/README.md").read_text(encoding="utf-8")
        cluster = text.split("### Cluster")[1]
        gets = f"| GET, Jubilee | {inputs.QUIET_GETS:,} | {inputs.QUIET_GETS_A_CORE:,} |"
        self.assertIn(gets, cluster)
        self.assertRegex(cluster, rf"\| PUT, Jubilee \| [\d,]+ \| {inputs.QUIET_PUTS_A_CORE:,} \|")

        self.assertIn(f"in {inputs.QUIET_SERIES} series", text)

    def test_every_input_is_used(self) -> None:
        package = page.WORDS.parent
        code = "".join(
            file.read_text(encoding="utf-8") for file in package.rglob("*.py") if "tests" not in file.parts
        )
        # What one node does alone is there to be seen: the others rest on it.
        names = [row.name for row in inputs.read().rows if row.name != "node_get"]
        unused = [name for name in names if f'["{name}"]' not in code]
        self.assertEqual(unused, [])


class FilesTest(unittest.TestCase):
    def test_missing_changed_and_orphaned_files_are_told_apart(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = Path(folder.name)
        texts = {"scale.md": "words\n", "scale/charts/one.svg": "one\n"}
        write(root, texts)
        self.assertEqual(differences(root, texts), [])
        (root / "scale.md").write_text("other words\n", encoding="utf-8")
        (root / "scale/charts/one.svg").unlink()
        (root / "scale/charts/two.svg").write_text("two\n", encoding="utf-8")
        self.assertEqual(
            differences(root, texts),
            [
                "docs/scale.md is not what docs/scale makes",
                "docs/scale/charts/one.svg is missing",
                "docs/scale/charts/two.svg is made by nothing",
            ],
        )


class ChartTest(unittest.TestCase):
    def test_an_axis_has_round_steps_from_nothing_to_the_most(self) -> None:
        self.assertEqual(chart.ticks(100), [0, 20, 40, 60, 80, 100])
        self.assertEqual(chart.ticks(409_000)[-1], 500_000)
        self.assertEqual(chart.number(2_500_000), "2.5M")

    def test_names_cannot_break_a_chart(self) -> None:
        drawn = chart.lines("a < b & c", "x", "y", {"<d>": [(0, 0), (1, 1)]})
        self.assertIn("a &lt; b &amp; c", drawn)
        self.assertNotIn("<d>", drawn)


if __name__ == "__main__":
    unittest.main()
