//! The program that deploys, as a process, and its report.

use crate::stage::{Stage, wait};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// Short times, so that a rehearsal ends; production's are minutes.
const TIMES: [(&str, &str); 6] = [
    ("--baseline", "10s"),
    ("--bake", "15s"),
    ("--warmup", "2s"),
    ("--watch", "4s"),
    ("--ready-within", "15s"),
    ("--settle", "60s"),
];
/// What the load brings to the region, beside the clients' own requests: no more than two busy processors bear.
const LOAD: [(&str, &str); 2] = [("--rate", "25"), ("--users", "200")];

/// The gates that measure time: of the version that ran before, of the new one against it, and of both by the objectives,
/// whose windows are minutes here, so that rehearsals before this one count too.
const TIMED: [&str; 3] = ["baseline", "ten percent", "alerts"];
/// How often a busy machine is given a chance.
const TRIES: usize = 3;

/// A rollout under way; killed when it is dropped.
pub(crate) struct Rollout {
    child: Child,
    report: PathBuf,
}

/// How a rollout ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    report: Value,
}

impl Rollout {
    /// Starts one; its report goes into a folder of this name.
    pub(crate) fn start(stage: &Stage, name: &str, version: &Path) -> Self {
        let prometheus = stage.lab.prometheus().expect("it is watched").url();
        let mut command = command(stage, "start", name);
        command.arg("--version").arg(version);
        command.args(["--remote-write", &format!("{prometheus}/api/v1/write")]);
        // What an earlier try has left, if it was broken off by a busy machine.
        command.arg("--mixed");
        for (flag, value) in TIMES.into_iter().chain(LOAD) {
            command.args([flag, value]);
        }
        Self::run(stage, command, name)
    }

    /// Starts one and waits until it has ended; `gates` are those of which one should stop it, none for a good release.
    /// See [`Ended::or_again`].
    pub(crate) fn play(stage: &Stage, name: &str, version: &Path, gates: &[&str]) -> Ended {
        Self::start(stage, name, version).wait().or_again(stage, name, version, gates)
    }

    /// Goes on with one that was killed.
    pub(crate) fn resume(stage: &Stage, name: &str) -> Self {
        Self::run(stage, command(stage, "resume", name), name)
    }

    fn run(stage: &Stage, mut command: Command, name: &str) -> Self {
        let child = command.stdin(Stdio::null()).spawn().expect("it starts");
        Self { child, report: stage.report(name).join("report.json") }
    }

    /// Starts one and waits until a gate of a region has passed, by the report; see [`Ended::or_again`].
    pub(crate) fn start_until(stage: &Stage, name: &str, version: &Path, region: &str, gate: &str) -> Self {
        for _ in 0..TRIES {
            let mut rollout = Self::start(stage, name, version);
            if rollout.comes_to(region, gate) {
                return rollout;
            }
            let (_, stopped_by) = rollout.wait().stopped_by();
            assert!(TIMED.contains(&stopped_by.as_str()), "{name}: it was stopped by {stopped_by}");
        }
        panic!("{name}: it never passed {gate} of {region}");
    }

    /// Waits until a gate has passed, or it has ended; gives whether it goes on.
    fn comes_to(&mut self, region: &str, gate: &str) -> bool {
        let mut goes_on = true;
        wait(&format!("{region} has passed {gate}"), || {
            goes_on = self.child.try_wait().expect("ours").is_none();
            let report = read(&self.report);
            let passed =
                |done: &Value| done["region"] == region && done["name"] == gate && done["passed"] == true;
            !goes_on || report["gates"].as_array().is_some_and(|gates| gates.iter().any(passed))
        });
        goes_on
    }

    /// Asks it to stop, as Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        let signalled = Command::new("kill").args(["-s", "INT", &self.child.id().to_string()]).status();
        assert!(signalled.expect("kill runs").success(), "it has ended too early");
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it can be waited for");
    }

    /// Waits until it has ended.
    pub(crate) fn wait(mut self) -> Ended {
        let status = self.child.wait().expect("it can be waited for");
        Ended { code: status.code(), report: read(&self.report) }
    }
}

impl Drop for Rollout {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// What came of it, or of another try: one that was stopped by a gate that measures time, and is not there to stop
    /// it, has measured a busy machine and not the release. That costs time, and must cost no request.
    pub(crate) fn or_again(self, stage: &Stage, name: &str, version: &Path, gates: &[&str]) -> Self {
        let mut ended = self;
        for _ in 1..TRIES {
            let (_, gate) = ended.stopped_by();
            if !TIMED.contains(&gate.as_str()) || gates.contains(&gate.as_str()) {
                break;
            }
            eprintln!("{name}: this machine is too busy to measure on; once more");
            ended = Rollout::start(stage, name, version).wait();
        }
        ended
    }

    /// The gate that stopped it, and where.
    pub(crate) fn stopped_by(&self) -> (String, String) {
        let failure = &self.report["failure"];
        let text = |name: &str| failure[name].as_str().unwrap_or("-").to_owned();
        (text("region"), text("gate"))
    }

    /// Which regions it has begun to change.
    pub(crate) fn regions_touched(&self) -> Vec<String> {
        let gates = self.report["gates"].as_array().into_iter().flatten();
        let drained = gates.filter(|gate| gate["name"] == "drain");
        let mut regions: Vec<_> =
            drained.filter_map(|gate| gate["region"].as_str()).map(str::to_owned).collect();
        regions.dedup();
        regions
    }

    /// The gates in the order of time, for people.
    pub(crate) fn story(&self) -> String {
        let text = |gate: &Value| {
            let word = |name: &str| gate[name].as_str().unwrap_or("all").to_owned();
            let passed = if gate["passed"] == true { "passed" } else { "FAILED" };
            format!("{} {}: {passed}, {}", word("region"), word("name"), word("detail"))
        };
        let gates: Vec<_> = self.report["gates"].as_array().into_iter().flatten().map(text).collect();
        format!("exit code {:?}, {}\n{}", self.code, self.report["failure"], gates.join("\n"))
    }
}

fn read(report: &Path) -> Value {
    let text = std::fs::read_to_string(report).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn command(stage: &Stage, verb: &str, name: &str) -> Command {
    let root = root();
    let mut command = Command::new(built());
    command.arg(verb).args(["--platform", "lab", "--lab", &stage.lab.number().to_string()]);
    command.arg("--report").arg(stage.report(name));
    command.arg("--k6").arg(root.join("scripts/k6")).arg("--scripts").arg(root.join("k6"));
    command.current_dir(root);
    command
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Builds it, if it is not fresh, and gives its place.
fn built() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut command = Command::new(env!("CARGO"));
        command.args(["build", "--locked", "--package", "jubilee-rollout", "--message-format=json"]);
        let output = command.stderr(Stdio::inherit()).output().expect("cargo runs");
        assert!(output.status.success(), "the rollout does not build");
        let messages = String::from_utf8(output.stdout).expect("text");
        let mut programs = messages.lines().filter_map(|line| {
            let message: Value = serde_json::from_str(line).ok()?;
            Some(PathBuf::from(message["executable"].as_str()?))
        });
        programs.next_back().expect("cargo names what it has built")
    })
}
