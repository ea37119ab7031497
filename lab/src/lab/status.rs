//! How a laboratory does, as a table.

use super::Lab;
use super::parts::{ASK, Instance};
use super::start::served_by;
use crate::exposition::Exposition;
use crate::keeper::Life;
use crate::partitions::Cut;
use crate::probe::{self, Knock};
use crate::{http, skew};
use std::fmt;
use std::net::SocketAddr;

/// How a laboratory did when it was asked; printed, a table.
#[derive(Clone, Debug)]
pub struct Status {
    rows: Vec<[String; 5]>,
    notes: Vec<String>,
}

impl Lab {
    /// Asks every part how it does.
    pub fn status(&self) -> Status {
        let mut rows = vec![["REGION", "PART", "STATE", "PID", "ADDRESS"].map(str::to_owned)];
        let mut notes = Vec::new();
        for region in self.plan.regions() {
            let mut row = |part: String, state: String, pid: Option<u32>, address: SocketAddr| {
                let pid = pid.map_or_else(|| "-".to_owned(), |pid| pid.to_string());
                rows.push([region.name().to_owned(), part, state, pid, address.to_string()]);
            };
            for node in self.nodes_of(&region) {
                let name = node.plan.folder.file_name().map(|name| name.to_string_lossy().into_owned());
                let knock = probe::knock(node.cql(), ASK);
                let state = state_of_node(node.process.life(), knock).to_owned();
                row(name.unwrap_or_default(), state, node.process.pid(), node.cql());
            }
            if self.plan.options.instances {
                let process = self.instance_process(&region);
                let instance = Instance::new(&region);
                let off = skew::of(&process);
                let clock = if off == 0 { String::new() } else { format!(", clock {off:+} ms off") };
                let state = state_of_instance(process.life(), &instance) + &clock;
                row(format!("{}-instance", region.name()), state, process.pid(), instance.public);
                let served = served_by(self, &region).unwrap_or_else(|why| format!("nobody ({why})"));
                notes.push(format!(
                    "a client in {} ({}) is served by {served}",
                    region.name(),
                    region.client()
                ));
                notes.extend(lag(&instance));
            }
        }
        for observer in self.observers() {
            let pid =
                observer.process(&self.folder).pid().map_or_else(|| "-".to_owned(), |pid| pid.to_string());
            let state = observer.state(&self.plan, &self.folder).to_owned();
            let address = observer.address(&self.plan).to_string();
            rows.push(["-".to_owned(), observer.name().to_owned(), state, pid, address]);
        }
        for cut in self.cuts() {
            let what = match cut.cut {
                Cut::Everything => "everything",
                Cut::Replication => "replication",
            };
            notes.push(format!("{what} is cut between {} and {}", cut.one, cut.other));
        }
        Status { rows, notes }
    }
}

fn state_of_node(life: Life, knock: Knock) -> &'static str {
    match (life, knock) {
        (Life::Dead, _) => "dead",
        (Life::Hung, _) => "hung",
        (Life::Up, Knock::Answered) => "up",
        (Life::Up, _) => "up, but does not answer",
    }
}

pub(super) fn state_of_instance(life: Life, instance: &Instance) -> String {
    match life {
        Life::Dead => return "dead".into(),
        Life::Hung => return "hung".into(),
        Life::Up => {}
    }
    match instance.readiness() {
        Ok((200, _)) => "ready".into(),
        Ok((_, body)) => format!("not ready: {}", checks(&body)),
        Err(error) => format!("not ready: {error}"),
    }
}

/// What `/readyz` names as not well; all it says, where that is something else.
fn checks(body: &str) -> String {
    let problem: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let checks = problem.get("checks").and_then(|checks| checks.as_object()).into_iter().flatten();
    let named = checks.filter(|(_, state)| state.as_str() != Some("ok"));
    let named: Vec<_> =
        named.map(|(name, state)| format!("{name} {}", state.as_str().unwrap_or("?"))).collect();
    if named.is_empty() { body.trim().to_owned() } else { named.join(", ") }
}

/// What an instance measures of the way from other regions to its own.
fn lag(instance: &Instance) -> Vec<String> {
    let Ok(answer) = http::get(instance.admin, "/metrics", None, ASK) else { return Vec::new() };
    let metrics = Exposition::parse(&answer.body);
    let lag = metrics.named("jubilee_replication_lag_seconds");
    lag.map(|lag| {
        format!("replication lag from {} to {}: {} s", lag.label("from"), lag.label("to"), lag.value)
    })
    .collect()
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width =
            |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [0, 1, 2, 3].map(width);
        for [region, part, state, pid, address] in &self.rows {
            let [a, b, c, d] = widths;
            writeln!(formatter, "{region:a$}  {part:b$}  {state:c$}  {pid:>d$}  {address}")?;
        }
        self.notes.iter().try_for_each(|note| writeln!(formatter, "{note}"))
    }
}

#[cfg(test)]
mod tests {
    use super::checks;

    #[test]
    fn only_what_is_not_well_is_shown() {
        assert_eq!(
            checks(r#"{"code":"not_ready","checks":{"store":"region_lost","traffic":"ok"}}"#),
            "store region_lost"
        );
        assert_eq!(checks("no JSON\n"), "no JSON");
    }
}
