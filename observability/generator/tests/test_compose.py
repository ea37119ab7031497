"""What `docker compose --profile observe up` starts fits together: all but the images."""

import subprocess
import unittest
from typing import Any

import yaml

from generator import durations, slo
from generator.tests.dashboards_read import ROOT, dashboards

PROMETHEUS = ROOT / "prometheus/prometheus.yml"
SOURCES = ROOT / "grafana/provisioning/datasources/jubilee.yaml"
PROVIDERS = ROOT / "grafana/provisioning/dashboards/jubilee.yaml"


def read(path: Any) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


class ComposeTest(unittest.TestCase):
    def setUp(self) -> None:
        self.services = read(ROOT.parent / "compose.yaml")["services"]

    def mounted(self, service: str) -> dict[str, str]:
        """What stands where in a service: the path here by the path there."""
        mounts = (volume.split(":") for volume in self.services[service]["volumes"])
        return {there: here for here, there, _ in mounts}

    def test_prometheus_takes_its_configuration(self) -> None:
        command = ["promtool", "check", "config", str(PROMETHEUS)]
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_prometheus_asks_every_instance_as_often_as_the_rules_expect(self) -> None:
        configured = read(PROMETHEUS)
        (rules,) = (
            here for there, here in self.mounted("prometheus").items() if there.endswith("/rules")
        )
        self.assertTrue((ROOT.parent / rules).is_dir(), rules)
        found = {each.name: each for each in slo.read(ROOT / "slo.yaml").environments}
        environment = found[rules.rsplit("/", 1)[1]]
        for interval in ("scrape_interval", "evaluation_interval"):
            said = durations.milliseconds(configured["global"][interval])
            self.assertEqual(said, getattr(environment, interval), interval)

        jobs = {job["job_name"]: job["static_configs"] for job in configured["scrape_configs"]}
        self.assertEqual(set(jobs), {"jubilee", "collector", "prometheus", "alertmanager"})
        asked = {each["targets"][0]: each["labels"]["region"] for each in jobs["jubilee"]}
        instances = {
            f"{name}:9180": service["environment"]["JUBILEE_REGION"]
            for name, service in self.services.items()
            if name.endswith("-instance")
        }
        self.assertEqual(asked, instances)
        for job in ("collector", "alertmanager"):
            self.assertIn(jobs[job][0]["targets"][0].split(":")[0], self.services)

    def test_prometheus_takes_what_k6_writes(self) -> None:
        self.assertIn("--web.enable-remote-write-receiver", self.services["prometheus"]["command"])

    def test_spans_go_to_the_collector_and_on(self) -> None:
        collector = read(ROOT.parent / self.mounted("collector")["/etc/otelcol/config.yaml"])
        for name, service in self.services.items():
            if name.endswith("-instance"):
                endpoint = service["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"]
                self.assertEqual(endpoint, "http://collector:4318")
        listens = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
        self.assertEqual(listens, "0.0.0.0:4318")
        (exporter,) = collector["service"]["pipelines"]["traces"]["exporters"]
        self.assertEqual(collector["exporters"][exporter]["endpoint"], "http://traces:4318")
        self.assertIn("traces", self.services)

    def test_grafana_finds_data_and_dashboards(self) -> None:
        sources = {source["type"]: source for source in read(SOURCES)["datasources"]}
        for source in sources.values():
            self.assertIn(source["url"].removeprefix("http://").split(":")[0], self.services)
        interval = read(PROMETHEUS)["global"]["scrape_interval"]
        self.assertEqual(sources["prometheus"]["jsonData"]["timeInterval"], interval)
        (provider,) = read(PROVIDERS)["providers"]
        mounted = self.mounted("grafana")
        self.assertEqual(mounted[provider["options"]["path"]], "./observability/grafana/dashboards")
        home = self.services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
        folder, _, name = home.rpartition("/")
        self.assertTrue((ROOT.parent / mounted[folder] / name).is_file(), home)

    def test_traces_open_where_dashboards_look_for_them(self) -> None:
        (port,) = self.services["traces"]["ports"]
        opened = f"http://{port.rpartition(':')[0]}"
        for dashboard in dashboards().values():
            variables = {each["name"]: each for each in dashboard["templating"]["list"]}
            self.assertEqual(variables["traces"]["query"], opened)

    def test_nobody_can_log_in_to_grafana_with_a_password_that_everybody_knows(self) -> None:
        environment = self.services["grafana"]["environment"]
        self.assertEqual(environment["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"], "true")
        self.assertEqual(environment["GF_AUTH_BASIC_ENABLED"], "false")
        self.assertEqual(environment["GF_AUTH_ANONYMOUS_ORG_ROLE"], "Viewer")


if __name__ == "__main__":
    unittest.main()
