//! Temporary.
use jubilee_lab::{SingleNode, SingleNodeOptions};
fn main() {
    let node =
        SingleNode::start(&SingleNodeOptions { heap_megabytes: 1024, for_load: true, ..Default::default() })
            .expect("up");
    println!("{}", node.address());
    let _ = std::io::stdin().read_line(&mut String::new());
}
