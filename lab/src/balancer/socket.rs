//! What is said to HAProxy while it runs, and what it tells.

use crate::LabError;
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

const ASK: Duration = Duration::from_secs(5);

/// The socket for its operators.
pub(crate) struct Socket(pub(super) PathBuf);

/// How a server is, as HAProxy has it.
#[derive(Debug, PartialEq)]
pub(super) struct Server {
    pub(super) backend: String,
    pub(super) name: String,
    pub(super) weight: u16,
    /// What is in flight there.
    pub(super) requests: u64,
}

impl Socket {
    /// Sets weights, given by backend and server; all of them, or says which one not.
    pub(super) fn set_weights(&self, weights: &[(String, String, u16)]) -> Result<(), LabError> {
        let commands = weights.iter().map(|(backend, server, weight)| {
            // Nothing is answered where all is well.
            format!("set server {backend}/{server} weight {weight}")
        });
        let complaint = self.say(&commands.collect::<Vec<_>>().join(";"))?;
        match complaint.trim() {
            "" => Ok(()),
            complaint => Err(LabError::failed(format!("HAProxy: {complaint}"))),
        }
    }

    /// All servers of all backends.
    pub(super) fn servers(&self) -> Result<Vec<Server>, LabError> {
        // Of every proxy, only servers.
        let table = self.say("show stat -1 4 -1")?;
        servers(&table)
            .ok_or_else(|| LabError::failed(format!("HAProxy's answer is not understood: {table}")))
    }

    fn say(&self, command: &str) -> Result<String, LabError> {
        let answer = || -> io::Result<String> {
            let mut stream = UnixStream::connect(&self.0)?;
            stream.set_read_timeout(Some(ASK))?;
            writeln!(stream, "{command}")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        answer().map_err(LabError::file(&self.0))
    }
}

/// Comma-separated, the names of the columns in the first line.
fn servers(table: &str) -> Option<Vec<Server>> {
    let mut lines = table.lines().filter(|line| !line.is_empty());
    let columns: HashMap<_, _> = lines.next()?.trim_start_matches("# ").split(',').zip(0..).collect();
    let server = |line: &str| {
        let values: Vec<_> = line.split(',').collect();
        let value = |column: &str| values.get(*columns.get(column)?).copied();
        Some(Server {
            backend: value("pxname")?.to_owned(),
            name: value("svname")?.to_owned(),
            weight: value("weight")?.parse().ok()?,
            requests: value("scur")?.parse().ok()?,
        })
    };
    lines.map(server).collect()
}

#[cfg(test)]
mod tests {
    use super::{Server, servers};

    #[test]
    fn servers_are_read_by_the_names_of_columns() {
        let table = "# pxname,svname,qcur,scur,weight,\nregion-eu,shift-us,0,3,256,\n\n";
        let (backend, name) = ("region-eu".to_owned(), "shift-us".to_owned());
        assert_eq!(servers(table), Some(vec![Server { backend, name, weight: 256, requests: 3 }]));
        assert_eq!(servers("# pxname,svname\nregion-eu,eu\n"), None);
        assert_eq!(servers(""), None);
    }
}
