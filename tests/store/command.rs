//! The program's commands, run to their end.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");
/// Far more than any of these commands takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a command ended and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) error: String,
}

impl Ended {
    /// Holds that it ended well, and gives what it wrote.
    pub(crate) fn well(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.error);
        self.out
    }

    /// Holds that it failed with this code and said each of these.
    pub(crate) fn failed(&self, code: i32, said: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        for said in said {
            assert!(self.error.contains(said), "{said:?} is not said in {:?}", self.error);
        }
    }
}

/// Runs the program with these arguments on a data folder.
pub(crate) fn run(data_dir: &Path, arguments: &[&str]) -> Ended {
    run_with_input(data_dir, arguments, "")
}

/// The same with something on its standard input.
pub(crate) fn run_with_input(data_dir: &Path, arguments: &[&str], input: &str) -> Ended {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env("JUBILEE_DATA_DIR", data_dir);
    finish(command, input)
}

/// Runs a prepared command on free ports, so that a server that should not start cannot disturb; it is
/// killed in the end, and has no exit code.
pub(crate) fn finish(mut command: Command, input: &str) -> Ended {
    let mut child = command
        .env("JUBILEE_LISTEN", "127.0.0.1:0")
        .env("JUBILEE_ADMIN_LISTEN", "127.0.0.1:0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // One that ends early does not read it.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    let id = child.id().to_string();
    let (ended, until_ended) = channel::<()>();
    let output = thread::scope(|scope| {
        scope.spawn(move || {
            if until_ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                // It may end by itself in this very moment.
                let _ = Command::new("kill").args(["-s", "KILL", &id]).status();
            }
        });
        let output = child.wait_with_output().expect("it ends");
        drop(ended);
        output
    });
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        error: String::from_utf8(output.stderr).expect("text"),
    }
}
