//! The node that all tests share.

use jubilee_lab::{Life, SingleNode, SingleNodeOptions};
use std::ops::{Deref, DerefMut};
use std::process::Command;
use std::sync::{LazyLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");

pub(crate) type Settings = Vec<(&'static str, String)>;

/// It ends with this process, however that ends.
static NODE: LazyLock<RwLock<SingleNode>> = LazyLock::new(|| {
    let node = SingleNode::start(&SingleNodeOptions::default()).expect("a node");
    migrate(&node.node_settings());
    RwLock::new(node)
});

/// The node, whole and with the schema; others may use it at the same time.
pub(crate) fn shared() -> RwLockReadGuard<'static, SingleNode> {
    NODE.read().unwrap_or_else(PoisonError::into_inner)
}

/// The node for one test alone, to be broken; mended when this is dropped.
pub(crate) fn alone() -> Alone {
    Alone(NODE.write().unwrap_or_else(PoisonError::into_inner))
}

pub(crate) struct Alone(RwLockWriteGuard<'static, SingleNode>);

impl Deref for Alone {
    type Target = SingleNode;

    fn deref(&self) -> &SingleNode {
        &self.0
    }
}

impl DerefMut for Alone {
    fn deref_mut(&mut self) -> &mut SingleNode {
        &mut self.0
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        // If it cannot be mended, the next test says so.
        let _ = match self.0.life() {
            Life::Up => Ok(()),
            Life::Hung => self.0.resume(),
            Life::Dead => self.0.restart(),
        };
    }
}

/// `jubilee migrate`, which must end well.
pub(crate) fn migrate(settings: &Settings) {
    let mut command = Command::new(PROGRAM);
    command.arg("migrate");
    for (name, text) in settings {
        command.env(format!("JUBILEE_{name}"), text);
    }
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The same settings with other values for some, or with more.
pub(crate) fn with(mut settings: Settings, others: &[(&'static str, &str)]) -> Settings {
    for (name, text) in others {
        settings.retain(|(known, _)| known != name);
        settings.push((name, (*text).to_owned()));
    }
    settings
}
