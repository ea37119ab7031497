//! The app in a thread of the test, and a proxy between it and the node.

use crate::node::with;
use actix_web::rt::{System, SystemRunner};
use jubilee::actors::ClusterStore;
use jubilee::app::SystemClock;
use jubilee::config::{Config, SETTINGS, Sources};
use jubilee::domain::WallClock;
use jubilee::store::Store;
use jubilee::store::cluster::Connector;
use jubilee::telemetry::Metrics;
use jubilee_lab::SingleNode;
use jubilee_test_support::{Client, Direction, Proxy, TestApp, wait_until};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// An app that reaches the node through a proxy, and nowhere else.
pub(crate) struct Proxied {
    pub(crate) app: TestApp,
    pub(crate) proxy: Proxy,
    /// Those of the store; the app counts its own.
    pub(crate) metrics: Metrics,
    // The store's actors belong to it.
    _system: SystemRunner,
}

impl Proxied {
    pub(crate) fn start(node: &SingleNode, settings: &[(&'static str, &str)]) -> Self {
        let proxy = Proxy::start(node.address()).expect("a free port");
        let through = proxy.address();
        let settings = with(node.node_settings(), settings);
        let settings = with(settings, &[("CLUSTER_NODES", &through.to_string())]);
        let mut sources = Sources::new(false);
        let mut app = TestApp::builder();
        for (name, text) in settings {
            let setting = SETTINGS.iter().find(|known| known.name == name).expect("a setting");
            app = app.set(name, &text);
            sources.add_flag(setting, text);
        }
        let cluster = Config::load(&sources).expect("valid").cluster;
        // The node tells its own address, with the port that it was reached by.
        let told = [node.address(), (node.address().ip(), through.port()).into()];
        let translator: HashMap<SocketAddr, SocketAddr> = told.map(|told| (told, through)).into();
        let connector = Connector::new(cluster).through(Arc::new(translator));
        let (system, metrics) = (System::new(), Metrics::new());
        let store = system.block_on(async {
            ClusterStore::start(connector, Arc::new(SystemClock), Duration::from_secs(5), &metrics)
        });
        let store = Arc::new(store);
        wait_until("the store is ready", || store.check() == Ok(()));
        assert!(proxy.passed(Direction::Down) > 1_000, "the driver goes round the proxy");
        let app = app.store(store).start();
        app.clock.set(SystemClock.now());
        Self { app, proxy, metrics, _system: system }
    }

    pub(crate) fn client(&self) -> Client {
        self.app.client()
    }
}
