//! Nothing is left of a laboratory, however its owner ends. Needs root.

use jubilee_test_support::wait_until;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee-lab");

/// A laboratory of networks and HAProxy only, owned by another process, with what is to be looked for afterwards.
struct Owned {
    owner: Child,
    number: String,
    keeper: String,
    balancer: String,
    data: PathBuf,
    namespaces: Vec<(PathBuf, u64)>,
    bridge: (PathBuf, String),
}

impl Owned {
    fn up() -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["up", "--nodes", "0", "--no-instances"]).stdout(Stdio::piped());
        let mut owner = command.spawn().expect("it starts");
        let lines = BufReader::new(owner.stdout.take().expect("piped")).lines();
        let mut lines = lines.map(|line| line.expect("text"));
        let up =
            lines.find(|line| line.starts_with("laboratory ")).expect("it comes up; needs root and haproxy");
        let number = up.split(' ').nth(1).expect("a number").to_owned();
        let folder = Path::new("/run/jubilee-lab").join(&number);
        let read = |file: &str| fs::read_to_string(folder.join(file)).expect(file).trim().to_owned();
        // Numbers are used again by others; what is behind a name tells them apart.
        let namespaces = ["eu", "us", "ap"].map(|region| {
            let path = PathBuf::from(format!("/run/netns/jubilee-{number}-{region}"));
            let inode = fs::metadata(&path).expect("the namespace is there").ino();
            (path, inode)
        });
        let bridge = PathBuf::from(format!("/sys/class/net/jb{number}/ifindex"));
        let index = fs::read_to_string(&bridge).expect("the bridge is there");
        Self {
            keeper: read("keeper"),
            balancer: read("processes/balancer/pid"),
            data: fs::read_link(folder.join("data")).expect("a link"),
            namespaces: namespaces.into(),
            bridge: (bridge, index),
            number,
            owner,
        }
    }

    fn signal(&self, name: &str, pid: &str) {
        assert!(Command::new("kill").args(["-s", name, pid]).status().expect("kill runs").success());
    }

    fn signal_owner(&mut self, name: &str) -> Option<i32> {
        self.signal(name, &self.owner.id().to_string());
        self.owner.wait().expect("it ends").code()
    }

    /// What is still there, by name.
    fn left(&self) -> Vec<String> {
        let namespaces = self.namespaces.iter().filter(|(path, inode)| is(path, *inode));
        let mut left: Vec<_> = namespaces.map(|(path, _)| path.display().to_string()).collect();
        if fs::read_to_string(&self.bridge.0).is_ok_and(|index| index == self.bridge.1) {
            left.push(self.bridge.0.display().to_string());
        }
        left.extend(self.runs(&self.balancer).then(|| "the balancer".to_owned()));
        left.extend(self.runs(&self.keeper).then(|| "the keeper".to_owned()));
        left.extend(self.data.exists().then(|| self.data.display().to_string()));
        left
    }

    fn runs(&self, pid: &str) -> bool {
        Path::new("/proc").join(pid).exists()
    }
}

fn is(path: &Path, inode: u64) -> bool {
    fs::metadata(path).is_ok_and(|found| found.ino() == inode)
}

#[test]
fn nothing_is_left_when_the_owner_is_asked_to_end() {
    let mut lab = Owned::up();
    assert_eq!(lab.left().len(), 7, "what is looked for is there: {:?}", lab.left());
    assert_eq!(lab.signal_owner("INT"), Some(0));
    let left: Vec<_> = lab.left().into_iter().filter(|what| what != "the keeper").collect();
    assert_eq!(left, [""; 0], "it ends after everything else");
    wait_until("the keeper, which did the work, has ended", || lab.left().is_empty());
}

#[test]
fn nothing_is_left_when_the_owner_is_killed() {
    let mut lab = Owned::up();
    lab.signal_owner("KILL");
    wait_until("nothing is left", || lab.left().is_empty());
}

#[test]
fn what_is_left_when_the_keeper_is_killed_too_is_swept_up_later() {
    let mut lab = Owned::up();
    lab.signal("KILL", &lab.keeper);
    lab.signal_owner("KILL");
    wait_until("the processes are gone", || !lab.runs(&lab.balancer));
    // Another laboratory that starts now may have swept already: then there is nothing to do, and it says so.
    let swept = Command::new(PROGRAM).args(["down", "--id", &lab.number]).output();
    swept.expect("it runs");
    wait_until("nothing is left", || lab.left().is_empty());
}
