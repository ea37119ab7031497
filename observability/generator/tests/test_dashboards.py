"""Dashboards can be read, on a screen of 1366 pixels too, and lead somewhere."""

import json
import re
import unittest

import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.dashboard import Dashboard

from generator.annotations import RUNBOOKS
from generator.dashboards.board import COLUMNS
from generator.dashboards.links import BOARDS
from generator.dashboards.palette import BAD
from generator.tests.dashboards_read import (
    FOLDER,
    ROOT,
    Shown,
    dashboards,
    linked,
    panels,
)

# Of Grafana 11: what surrounds the grid, the gap between panels, a title's padding, an icon beside
# it, and a character of a title (Inter, 14 px, medium), a little wider than the average.
NARROW_SCREEN, AROUND, GAP, PADDING, ICON, CHARACTER = 1366, 40, 8, 16, 26, 7.4
LEAST_WIDTH, LEAST_TILE = 6, 4
TABLE_LEGEND_FROM = 12


class DashboardsTest(unittest.TestCase):
    def test_all_are_there_under_their_identifiers(self) -> None:
        found = dashboards()
        self.assertEqual(set(found), set(BOARDS))
        for uid, dashboard in found.items():
            self.assertEqual(dashboard["uid"], uid)
            self.assertEqual(dashboard["timezone"], "browser")
            self.assertIn(dashboard["refresh"], ("10s", "30s"))
            self.assertTrue(dashboard["description"])

    def test_grafanas_own_classes_read_each_and_write_the_same(self) -> None:
        register_default_plugins()
        for uid, dashboard in dashboards().items():
            read = Dashboard.from_json(json.loads(json.dumps(dashboard)))
            written = json.loads(json.dumps(read, cls=JSONEncoder))
            self.assertEqual(written, dashboard, uid)

    def test_the_page_about_them_names_each(self) -> None:
        page = (ROOT.parent / "docs/dashboards.md").read_text(encoding="utf-8")
        for uid, title in BOARDS.items():
            self.assertIn(f"| {title}, `/d/{uid}` |", page)

    def test_files_are_sorted_and_end_with_a_line(self) -> None:
        for file in FOLDER.glob("*.json"):
            text = file.read_text(encoding="utf-8")
            again = json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False)
            self.assertEqual(text, again + "\n", file.name)

    def test_identities_and_titles_are_used_once_a_dashboard(self) -> None:
        for uid, dashboard in dashboards().items():
            for what in ("id", "title"):
                values = [panel[what] for panel in dashboard["panels"]]
                self.assertEqual(len(values), len(set(values)), f"{uid}: {what} {sorted(values)}")

    def test_data_source_and_regions_are_chosen_at_the_top(self) -> None:
        for uid, dashboard in dashboards().items():
            chosen = {each["name"]: each for each in dashboard["templating"]["list"]}
            self.assertEqual(list(chosen), ["datasource", "region", "trace_id", "traces"])
            several = uid != "jubilee-region"
            self.assertEqual(chosen["region"]["multi"], several, uid)
            self.assertEqual(chosen["region"]["includeAll"], several, uid)
        for panel in panels():
            source = {"type": "prometheus", "uid": "${datasource}"}
            self.assertEqual(panel.json["datasource"], source, panel)


class PanelsTest(unittest.TestCase):
    def test_each_has_a_unit_and_says_what_it_means(self) -> None:
        known = {value for name, value in vars(units).items() if not name.startswith("_")}
        for panel in panels():
            unit = panel.json["fieldConfig"]["defaults"]["unit"]
            self.assertTrue(unit in known or unit.startswith("suffix:"), f"{panel}: {unit}")
            description = panel.json["description"]
            self.assertGreater(len(description), 25, panel)
            self.assertTrue(description.endswith("."), f"{panel}: {description}")

    def test_none_is_too_narrow_or_overlaps_another(self) -> None:
        for uid, dashboard in dashboards().items():
            taken: dict[tuple[int, int], str] = {}
            for panel in dashboard["panels"]:
                place = panel["gridPos"]
                least = {"row": COLUMNS, "stat": LEAST_TILE}.get(panel["type"], LEAST_WIDTH)
                self.assertGreaterEqual(place["w"], least, f"{uid}: {panel['title']}")
                self.assertLessEqual(place["x"] + place["w"], COLUMNS, f"{uid}: {panel['title']}")
                for x in range(place["x"], place["x"] + place["w"]):
                    for y in range(place["y"], place["y"] + place["h"]):
                        self.assertNotIn((x, y), taken, f"{uid}: {panel['title']}")
                        taken[x, y] = panel["title"]
            height = max(y for _, y in taken) + 1
            self.assertEqual(len(taken), COLUMNS * height, f"{uid} has a hole")

    def test_titles_fit_on_a_narrow_screen(self) -> None:
        column = (NARROW_SCREEN - AROUND + GAP) / COLUMNS
        for panel in panels():
            icons = 1 + bool(panel.json.get("links"))
            room = panel.width * column - GAP - PADDING - icons * ICON
            self.assertLessEqual(len(panel.title) * CHARACTER, room, panel)

    def test_a_legend_is_a_table_only_beside_a_wide_graph(self) -> None:
        for panel in panels():
            legend = panel.json["options"].get("legend", {})
            if legend.get("displayMode") == "table":
                self.assertGreaterEqual(panel.width, TABLE_LEGEND_FROM, panel)

    def test_several_series_are_told_apart_by_their_names(self) -> None:
        for panel in panels():
            for target in panel.json["targets"]:
                self.assertTrue(target["legendFormat"], panel)
                grouped = re.match(r"(?:sum|max|min|count) by \(([^)]*)\)", target["expr"])
                if panel.json["type"] not in ("timeseries", "state-timeline") or not grouped:
                    continue
                for label in grouped[1].split(", "):
                    self.assertIn(f"{{{{{label}}}}}", target["legendFormat"], panel)

    def test_red_is_for_what_is_bad(self) -> None:
        harmless = re.compile(
            r"\bok\b|satisfied|exported|request|admitted|\beu\b|\bus\b|\bap\b|p\d\d|\^2"
        )
        for panel in panels():
            for override in panel.json["fieldConfig"]["overrides"]:
                for given in override["properties"]:
                    if given["id"] == "color" and given["value"]["fixedColor"] == BAD:
                        pattern = override["matcher"]["options"]
                        self.assertNotRegex(pattern, harmless, panel)


class LinksTest(unittest.TestCase):
    def test_each_dashboard_leads_to_the_others_and_keeps_what_was_chosen(self) -> None:
        for uid, dashboard in dashboards().items():
            others = {to: link for link in dashboard["links"] if (to := linked(link["url"]))}
            self.assertEqual(set(others), set(BOARDS) - {uid})
            for link in others.values():
                self.assertTrue(link["includeVars"] and link["keepTime"], uid)
            (trace,) = (link for link in dashboard["links"] if link["title"] == "Trace")
            self.assertEqual(trace["url"], "${traces}/trace/${trace_id}")

    def test_links_of_series_lead_to_dashboards_by_a_label_that_they_have(self) -> None:
        for panel in panels():
            for link in panel.json["fieldConfig"]["defaults"].get("links", []):
                self.assertIn(linked(link["url"]), BOARDS, panel)
                for label in re.findall(r"__field\.labels\.(\w+)", link["url"]):
                    self.assertTrue(all(_keeps(panel, label)), f"{panel} loses {label}")

    def test_every_alert_is_explained_on_a_dashboard_and_leads_to_one(self) -> None:
        texts = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.json"))
        for file in (ROOT / "prometheus/rules/production").glob("*.yaml"):
            groups = yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
            for alert in (r for group in groups for r in group["rules"] if "alert" in r):
                self.assertIn(f"{RUNBOOKS}/{alert['alert']}.md", texts)
                self.assertIn(linked(alert["annotations"]["dashboard"]), BOARDS)

    def test_runbooks_are_there(self) -> None:
        pages = ROOT.parent / "docs/runbooks"
        for text in (file.read_text(encoding="utf-8") for file in FOLDER.glob("*.json")):
            for page in re.findall(re.escape(f"{RUNBOOKS}/") + r"(\w+\.md)", text):
                self.assertTrue((pages / page).is_file(), page)


def _keeps(panel: Shown, label: str) -> list[bool]:
    """Whether each expression keeps a label: it groups by it, or is of a rule that has it."""
    return [
        bool(re.search(rf"by \([^)]*\b{label}\b|{label}:jubilee_", expression))
        for expression in panel.expressions
    ]


if __name__ == "__main__":
    unittest.main()
