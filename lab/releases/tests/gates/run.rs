//! A release, and a script's run at it.

use jubilee_test_support::{Client, Process, wait_until};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use tempfile::TempDir;

/// The exit code of k6 where a threshold was crossed.
pub(crate) const CROSSED: i32 = 99;

/// With which the first visits of a load are of every kind: three come with a token that is none.
const SEED: &str = "11";

/// A running release on the embedded store.
pub(crate) struct Release {
    process: Process,
    program: PathBuf,
    folder: TempDir,
}

impl Release {
    pub(crate) fn start(fault: &str) -> Self {
        let folder = TempDir::new().expect("a folder");
        let program = jubilee_releases::install(fault, folder.path()).expect("it is built");
        let text = program.to_str().expect("a path of text");
        let process = Process::start(text, &folder.path().join("data"), &[("LOG", "error")]);
        Self { process, program, folder }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.process.public)
    }

    /// Stops it; gives those whom it remembers, as lines of JSON.
    pub(crate) fn people(self) -> String {
        self.process.signal("TERM");
        let (status, log) = self.process.wait();
        assert!(status.success(), "{log}");
        let mut export = Command::new(&self.program);
        let output = export.arg("export").env("JUBILEE_DATA_DIR", self.folder.path().join("data")).output();
        let output = output.expect("it starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Waits until somebody asks more than preparing takes.
    pub(crate) fn wait_for_visitors(&self) {
        wait_until("visitors come", || {
            let mut client = Client::connect(self.process.admin).expect("it listens");
            let page = client.request("GET", "/metrics", &[], b"").expect("an answer");
            let reads = r#"jubilee_http_requests_total{method="GET",route="/hello/{username}""#;
            page.text().lines().any(|line| line.starts_with(reads) && !line.ends_with(" 0"))
        });
    }

    pub(crate) fn admin_url(&self) -> String {
        format!("http://{}", self.process.admin)
    }
}

/// A script and its settings, not yet run.
pub(crate) struct Script {
    name: &'static str,
    command: Command,
    report: TempDir,
}

/// What became of it.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) summary: Value,
    pub(crate) output: String,
    name: &'static str,
    report: TempDir,
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// Runs what must pass, up to three times where nothing but the pace was wrong: that a good release can pass is what is
/// to be seen, and a gate that no release can pass is red each time.
pub(crate) fn passes(run: impl Fn() -> Run) -> Run {
    let mut last = run();
    for _ in 0..2 {
        if last.was_only_slow() {
            last = run();
        }
    }
    last.assert_passed();
    last
}

/// Two at once: most of a run is waiting.
pub(crate) fn both(one: impl FnOnce() + Send, other: impl FnOnce() + Send) {
    thread::scope(|scope| {
        scope.spawn(one);
        scope.spawn(other);
    });
}

/// k6 as everybody runs it, without the settings that the caller of the tests may have.
pub(crate) fn k6(arguments: &[&str]) -> Command {
    let mut command = Command::new(root().join("scripts/k6"));
    command.args(["run", "--quiet"]).args(arguments).current_dir(root());
    for name in ["BASE_URL", "ENVIRONMENT", "REGION", "PEER_URL", "BASELINE", "RATE", "DURATION", "WARMUP"] {
        command.env_remove(name);
    }
    command
}

impl Script {
    pub(crate) fn new(name: &'static str, base_url: &str) -> Self {
        let report = TempDir::new().expect("a folder");
        let mut command = k6(&[&format!("k6/{name}.js")]);
        command
            .env("BASE_URL", base_url)
            .env("REPORT", report.path())
            .env("USERS", "200")
            .env("SEED", SEED)
            .env("LATE_MOST", "2s");
        Self { name, command, report }
    }

    pub(crate) fn set(mut self, settings: &[(&str, &str)]) -> Self {
        self.command.envs(settings.iter().copied());
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Run {
        let mut script = self;
        let child = script.spawn();
        script.finish(child)
    }

    /// Starts it; [`Script::finish`] waits.
    pub(crate) fn spawn(&mut self) -> Child {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("scripts/k6 starts")
    }

    pub(crate) fn finish(self, child: Child) -> Run {
        let output = child.wait_with_output().expect("it can be waited for");
        let said = [output.stdout, output.stderr].concat();
        let text = fs::read_to_string(self.report.path().join(format!("{}.json", self.name)));
        let summary = text.ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Run {
            code: output.status.code(),
            summary,
            output: String::from_utf8_lossy(&said).into_owned(),
            name: self.name,
            report: self.report,
        }
    }
}

impl Run {
    /// The names of the gates that stopped it.
    pub(crate) fn failed(&self) -> Vec<&str> {
        let gates = self.summary["gates"].as_array().map(Vec::as_slice).unwrap_or_default();
        let failed = gates.iter().filter(|gate| gate["passed"] == false);
        failed.filter_map(|gate| gate["name"].as_str()).collect()
    }

    /// Whether nothing but the pace was wrong, which a machine with too much else to do is enough for.
    fn was_only_slow(&self) -> bool {
        let of_pace = |gate: &&str| {
            ["latency", "kept up", "dropped iterations", "p99 against"].iter().any(|word| gate.contains(word))
        };
        !self.failed().is_empty() && self.failed().iter().all(of_pace)
    }

    fn assert_passed(&self) {
        assert_eq!((self.code, self.failed()), (Some(0), vec![]), "{}", self.output);
        assert_eq!((&self.summary["valid"], &self.summary["passed"]), (&true.into(), &true.into()));
    }

    /// A bad release: these gates stopped it. Whether the run was valid too is up to how busy this machine is.
    pub(crate) fn assert_stopped_by(&self, gates: &[&str]) {
        assert_eq!(self.code, Some(CROSSED), "{}", self.output);
        for gate in gates {
            assert!(
                self.failed().contains(gate),
                "{gate} did not stop it, but {:?}: {}",
                self.failed(),
                self.output
            );
        }
        assert_eq!(self.summary["passed"], false);
    }

    /// Nothing can be said of the release: these gates of validity say why.
    pub(crate) fn assert_invalid_by(&self, gate: &str) {
        assert_eq!(self.code, Some(CROSSED), "{}", self.output);
        assert!(self.failed().contains(&gate), "{:?}: {}", self.failed(), self.output);
        assert_eq!((&self.summary["valid"], &self.summary["passed"]), (&false.into(), &false.into()));
    }

    pub(crate) fn file(&self, ending: &str) -> String {
        let path = self.report_file(ending);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn report_file(&self, ending: &str) -> PathBuf {
        self.report.path().join(format!("{}.{ending}", self.name))
    }
}
