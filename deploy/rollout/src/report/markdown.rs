//! The report for people.

use super::{Gate, Report};
use std::fmt;

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rollout, version, environment, .. } = self;
        writeln!(formatter, "# Rollout {rollout}: {}\n", self.outcome)?;
        writeln!(formatter, "`{}` in {environment}, judged by its objectives.", cell(version))?;
        if let Some(failure) = &self.failure {
            writeln!(formatter, "\n**{}**", cell(&failure.to_string()))?;
        }
        if let Some(gate) = self.gates.iter().find(|gate| !gate.passed).filter(|gate| !gate.k6.is_empty()) {
            writeln!(formatter, "\n| demanded by k6 | allowed | measured | |\n|---|---|---|---|")?;
            for demand in &gate.k6 {
                let (limit, measured) = (cell(&demand.limit.to_string()), cell(&demand.measured.to_string()));
                let passed = if demand.passed { "passed" } else { "**failed**" };
                writeln!(formatter, "| {} | {limit} | {measured} | {passed} |", cell(&demand.name))?;
            }
        }
        if !self.regions.is_empty() {
            writeln!(formatter, "\n| region | runs now | dial |\n|---|---|---|")?;
            for region in &self.regions {
                let dial = region.dial.map_or_else(|| "?".to_owned(), |dial| format!("{dial} %"));
                writeln!(formatter, "| {} | `{}` | {dial} |", region.region, cell(&region.runs))?;
            }
        }
        writeln!(formatter, "\n| began | region | gate | | seconds | requests | failed | what was seen |")?;
        writeln!(formatter, "|---|---|---|---|---|---|---|---|")?;
        self.gates.iter().try_for_each(|gate| row(formatter, gate))
    }
}

fn row(formatter: &mut fmt::Formatter<'_>, gate: &Gate) -> fmt::Result {
    let number = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
    let name = match &gate.files {
        Some(files) => format!("[{}]({files}/)", gate.name),
        None => gate.name.clone(),
    };
    let back = if gate.direction == super::Direction::Back { " (back)" } else { "" };
    let passed = if gate.passed { "passed" } else { "**failed**" };
    writeln!(
        formatter,
        "| {} | {} | {name}{back} | {passed} | {:.1} | {} | {} | {} |",
        gate.began,
        gate.region.as_deref().unwrap_or("all"),
        gate.seconds,
        number(gate.requests),
        number(gate.failed_requests),
        cell(&gate.detail),
    )
}

/// A text that neither ends a cell nor a line.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}
