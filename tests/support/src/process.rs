//! The real program.

use crate::Client;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};

/// A running `jubilee serve`, killed when it is dropped.
#[derive(Debug)]
pub struct Process {
    /// Where the API is served.
    pub public: SocketAddr,
    /// Where the operator's commands are served.
    pub admin: SocketAddr,
    child: Child,
    log: Option<JoinHandle<String>>,
    _stdout: BufReader<ChildStdout>,
}

impl Process {
    /// Starts the program on free ports and returns once it serves.
    ///
    /// `program` is `env!("CARGO_BIN_EXE_jubilee")`; `settings` are names without prefix and values.
    ///
    /// # Panics
    /// If it does not come up.
    pub fn start(program: &str, data_dir: &Path, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program);
        command.arg("serve");
        Self::start_command(command, data_dir, settings)
    }

    /// The same with a command that ends up running the program, such as `unshare … jubilee serve`.
    ///
    /// # Panics
    /// If it does not come up.
    pub fn start_command(mut command: Command, data_dir: &Path, settings: &[(&str, &str)]) -> Self {
        command
            .env("JUBILEE_LISTEN", "127.0.0.1:0")
            .env("JUBILEE_ADMIN_LISTEN", "127.0.0.1:0")
            .env("JUBILEE_DATA_DIR", data_dir)
            .env("JUBILEE_DRAIN_DELAY", "0s");
        for (name, text) in settings {
            command.env(format!("JUBILEE_{name}"), text);
        }
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut stderr = child.stderr.take().expect("piped");
        let log = thread::spawn(move || {
            let mut text = Vec::new();
            // A log that ends in a killed process is kept as far as it goes.
            let _ = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("readable");
        let Some((public, admin)) = addresses(&line) else {
            let _ = child.kill();
            panic!("the first line is {line:?}; the log: {}", log.join().unwrap_or_default());
        };
        Self { public, admin, child, log: Some(log), _stdout: stdout }
    }

    /// A new connection to the API.
    ///
    /// # Panics
    /// If nobody listens.
    pub fn client(&self) -> Client {
        Client::connect(self.public).expect("it listens")
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it with SIGKILL, as a crash would, and waits until it is gone.
    ///
    /// # Panics
    /// If it cannot be waited for.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it can be waited for");
    }

    /// Sends a signal by its name, such as `TERM`.
    ///
    /// # Panics
    /// If there is no such process any more.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.id().to_string()]).status();
        assert!(status.expect("kill runs").success(), "no process to signal");
    }

    /// Waits until it has ended; gives how, and all that it logged.
    ///
    /// # Panics
    /// If it cannot be waited for.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("it can be waited for");
        let log = self.log.take().map(|log| log.join().unwrap_or_default());
        (status, log.unwrap_or_default())
    }
}

fn addresses(line: &str) -> Option<(SocketAddr, SocketAddr)> {
    let mut found = line.split("http://").skip(1).map(|rest| {
        rest.split(|character: char| character == ')' || character.is_whitespace()).next()?.parse().ok()
    });
    Some((found.next()??, found.next()??))
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
