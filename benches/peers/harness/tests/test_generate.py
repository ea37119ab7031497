"""Charts and page are made from the results and nothing else, and whoever edits one is told."""

import copy
import json
import shutil
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from harness import charts, generate, page


class GenerateTest(unittest.TestCase):
    def setUp(self) -> None:
        self.results = json.loads(generate.RESULTS.read_text(encoding="utf-8"))

    def test_an_edited_missing_or_foreign_file_is_noticed(self) -> None:
        made = generate.generated()
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            generate.write(root, made)
            self.assertEqual(generate.differences(root, made), [])
            (root / generate.PAGE).write_text("GET 1,000 times faster", encoding="utf-8")
            (root / generate.CHARTS / "knee.svg").unlink()
            shutil.copy(root / generate.CHARTS / "memory.svg", root / generate.CHARTS / "old.svg")
            self.assertEqual(
                generate.differences(root, made),
                [
                    "docs/performance/knee.svg is not what benches/peers/results.json makes",
                    "docs/performance.md is not what benches/peers/results.json makes",
                    "docs/performance/old.svg is made by nothing",
                ],
            )

    def test_another_figure_makes_another_chart_and_page(self) -> None:
        changed = copy.deepcopy(self.results)
        for each in changed["closed_loop"]["get"]["flask"]:
            each["per_cpu_second"] *= 2
        drawn, redrawn = charts.make(self.results), charts.make(changed)
        self.assertEqual(
            [name for name in drawn if drawn[name] != redrawn[name]], ["per-cpu-second.svg"]
        )
        self.assertNotEqual(
            page.make(self.results, generate.TEMPLATE), page.make(changed, generate.TEMPLATE)
        )

    def test_every_chart_is_well_formed_and_in_the_page(self) -> None:
        words = page.make(self.results, generate.TEMPLATE)
        for name, text in charts.make(self.results).items():
            ElementTree.fromstring(text)
            self.assertIn(f"(performance/{name})", words)

    def test_what_is_drawn_lies_inside_of_its_chart(self) -> None:
        for name, text in charts.make(self.results).items():
            chart = ElementTree.fromstring(text)
            width, height = float(chart.attrib["width"]), float(chart.attrib["height"])
            for element in chart.iter():
                for key, most in (
                    ("x", width),
                    ("x2", width),
                    ("cx", width),
                    ("y", height),
                    ("y2", height),
                    ("cy", height),
                ):
                    place = float(element.get(key, 0))
                    self.assertTrue(0 <= place <= most, f"{name}: {element.tag} {element.attrib}")


if __name__ == "__main__":
    unittest.main()
