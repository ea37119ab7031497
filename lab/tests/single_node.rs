//! One real node: started, hung, killed, started again, and gone at the end.

use jubilee_lab::{Knock, Life, SingleNode, SingleNodeOptions, free_address};
use std::path::Path;
use std::time::Duration;

const SHORT: Duration = Duration::from_secs(1);

#[test]
fn a_node_can_be_hung_killed_moved_and_leaves_nothing_behind() {
    let mut node = SingleNode::start(&SingleNodeOptions::default()).expect("it starts");
    let first = node.address();
    assert_eq!((node.life(), node.knock(SHORT)), (Life::Up, Knock::Answered));

    node.hang().expect("it hangs");
    assert_eq!((node.life(), node.knock(SHORT)), (Life::Hung, Knock::Silent));
    node.resume().expect("it goes on");
    assert_eq!((node.life(), node.knock(SHORT)), (Life::Up, Knock::Answered));

    node.kill().expect("it dies");
    assert_eq!((node.life(), node.knock(SHORT)), (Life::Dead, Knock::Refused));
    node.restart_at(free_address().expect("there is one")).expect("it starts with its data elsewhere");
    assert_ne!(node.address(), first);
    assert_eq!(node.knock(SHORT), Knock::Answered);

    let (pid, folder) = (node.pid().expect("it runs"), node.folder().to_owned());
    assert!(folder.exists() && is_running(pid));
    drop(node);
    assert!(!is_running(pid), "the process is left");
    assert!(!folder.exists(), "{} is left", folder.display());
}

fn is_running(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}
