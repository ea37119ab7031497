//! How Prometheus is set up: it asks every instance, and judges by the rules that are made for the laboratory.

use super::Observer;
use crate::LabError;
use crate::collector::METRICS_PORT;
use crate::plan::Plan;
use crate::template::render;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

pub(super) const PROGRAM: &str = "prometheus";

const CONFIGURATION: &str = include_str!("../../prometheus/prometheus.yml");
const RULES: [(&str, &str); 2] = [
    ("slo.yaml", include_str!("../../../observability/prometheus/rules/lab/slo.yaml")),
    ("alerts.yaml", include_str!("../../../observability/prometheus/rules/lab/alerts.yaml")),
];

pub(super) fn command(plan: &Plan, folder: &Path) -> Result<Command, LabError> {
    let rules = folder.join("rules");
    fs::create_dir_all(&rules).map_err(LabError::file(&rules))?;
    let path = folder.join("prometheus.yml");
    let files = RULES.map(|(name, text)| (rules.join(name), text.to_owned()));
    for (path, text) in files.into_iter().chain([(path.clone(), configuration(plan))]) {
        fs::write(&path, text).map_err(LabError::file(&path))?;
    }
    let mut command = Command::new(PROGRAM);
    command.arg(format!("--config.file={}", path.display()));
    command.arg(format!("--storage.tsdb.path={}", folder.join("data").display()));
    let address = Observer::Prometheus.address(plan);
    // What k6 measures comes here too.
    command.arg("--web.enable-remote-write-receiver");
    command
        .arg(format!("--web.listen-address={address}"))
        .arg(format!("--web.external-url=http://{address}"));
    Ok(command)
}

fn configuration(plan: &Plan) -> String {
    let mut instances = String::new();
    for region in plan.regions().filter(|_| plan.options.instances) {
        let (admin, name) = (region.admin(), region.name());
        let _ = writeln!(instances, "      - targets: [\"{admin}\"]\n        labels: {{ region: {name:?} }}");
    }
    render(
        CONFIGURATION,
        &[
            ("instances", instances.trim_end()),
            ("prometheus", &Observer::Prometheus.address(plan).to_string()),
            ("alertmanager", &Observer::Alertmanager.address(plan).to_string()),
            ("collector", &format!("{}:{METRICS_PORT}", plan.balancer())),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::configuration;
    use crate::Options;
    use crate::plan::Plan;

    #[test]
    fn every_instance_is_asked_and_named_by_its_region() {
        let plan = Plan::new(7, &Options::new("jubilee")).expect("a good plan");
        let text = configuration(&plan);
        for (address, region) in [("198.18.7.34", "eu"), ("198.18.7.66", "us"), ("198.18.7.98", "ap")] {
            let target = format!(
                "      - targets: [\"{address}:9180\"]\n        labels: {{ region: \"{region}\" }}\n"
            );
            assert!(text.contains(&target), "{target} is not in {text}");
        }
        assert!(text.contains("targets: [\"198.18.7.1:9093\"]"), "{text}");
        assert!(text.contains("targets: [\"198.18.7.1:8888\"]"), "{text}");
    }
}
