//! The real program, watched: what it logs and counts may hold nothing personal and no password.

use crate::asking::{Answer, ask};
use crate::node::{PROGRAM, Settings};
use jubilee_test_support::{Client, Exposition, Process, wait_until};
use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// What must never be told by a log or a metric: all names and dates that the tests send, and passwords.
const PERSONAL: &[&str] = &["Zebedee", "Quentina", "1907-07-08", "1911-11-12", PASSWORD];
pub(crate) const NAME: &str = "Zebedee";
pub(crate) const OTHER_NAME: &str = "Quentina";
pub(crate) const DATE: &str = "1907-07-08";
pub(crate) const OTHER_DATE: &str = "1911-11-12";
pub(crate) const PASSWORD: &str = "Xyzzy-plugh";

/// A running program. [`Instance::end`] gives its log.
pub(crate) struct Instance {
    process: Option<Process>,
    public: SocketAddr,
    admin: SocketAddr,
    _data_dir: TempDir,
}

impl Instance {
    pub(crate) fn start(settings: &Settings) -> Self {
        let mut command = Command::new(PROGRAM);
        command.arg("serve");
        Self::start_command(command, settings)
    }

    /// The same with a command that ends up running the program.
    pub(crate) fn start_command(command: Command, settings: &Settings) -> Self {
        let data_dir = TempDir::new().expect("a folder");
        let settings: Vec<_> = settings.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let process = Process::start_command(command, data_dir.path(), &settings);
        let (public, admin) = (process.public, process.admin);
        Self { process: Some(process), public, admin, _data_dir: data_dir }
    }

    pub(crate) fn public(&self) -> SocketAddr {
        self.public
    }

    pub(crate) fn ask(&self, method: &str, path: &str) -> Answer {
        ask(&mut Client::connect(self.public).expect("it listens"), method, path)
    }

    /// What `readyz` says of the store; nothing if it says that all is well.
    pub(crate) fn unready(&self) -> Option<String> {
        let answer = self.ask("GET", "/readyz");
        let reason = answer.json["checks"]["store"].as_str().expect("a check").to_owned();
        assert_eq!(answer.status, if reason == "ok" { 200 } else { 503 }, "{reason}");
        (reason != "ok").then_some(reason)
    }

    pub(crate) fn wait_until_ready(&self) {
        wait_until("it is ready", || self.unready().is_none());
    }

    pub(crate) fn wait_until_unready(&self, reason: &str) {
        wait_until(reason, || self.unready().as_deref() == Some(reason));
    }

    fn metrics(&self) -> String {
        let mut client = Client::connect(self.admin).expect("it listens");
        client.request("GET", "/metrics", &[], b"").expect("an answer").text().to_owned()
    }

    /// All that `/metrics` says.
    pub(crate) fn exposition(&self) -> Exposition {
        Exposition::parse(&self.metrics())
    }

    /// The value of a series, by its name with its labels.
    pub(crate) fn metric(&self, series: &str) -> f64 {
        self.metric_if_there(series).unwrap_or_else(|| panic!("{series} is not among the metrics"))
    }

    /// The same of a series that may not yet be there.
    pub(crate) fn metric_if_there(&self, series: &str) -> Option<f64> {
        self.exposition().get(series)
    }

    /// The processor time that it has used.
    pub(crate) fn processor_time(&self) -> Duration {
        let id = self.process.as_ref().expect("it runs").id();
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).expect("it runs");
        let fields: Vec<_> = stat.rsplit_once(") ").expect("a name").1.split(' ').collect();
        // A tick is a hundredth of a second on every Linux.
        let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().expect("ticks")).sum();
        Duration::from_millis(ticks * 10)
    }

    /// Stops it in good order; gives its log.
    pub(crate) fn end(mut self) -> String {
        let metrics = self.metrics();
        let process = self.process.take().expect("it runs");
        process.signal("TERM");
        let (status, log) = process.wait();
        assert!(status.success(), "{status}: {log}");
        for text in PERSONAL {
            assert!(!log.contains(text), "{text} is in the log: {log}");
            assert!(!metrics.contains(text), "{text} is in the metrics: {metrics}");
        }
        assert!(!log.contains("panicked"), "{log}");
        log
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // A test has failed: its log may say why.
            process.kill();
            eprintln!("{}", process.wait().1);
        }
    }
}
