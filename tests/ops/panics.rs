//! What a panic leaves in the log. In a process of its own: there is one panic hook, and one log, for
//! all threads.

use jubilee::config::settings;
use jubilee::domain::{Cell, SyncToken, Username};
use jubilee::store::{Store, StoreFuture, Unready, Written};
use jubilee::telemetry::panics;
use jubilee_test_support::TestApp;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

const PERSONAL: &str = "Wilhelmina 1987-06-05";

/// A store that panics over what it was asked for.
struct Panicking;

impl Store for Panicking {
    fn read(&self, _: &Username, _: Option<&SyncToken>, _: Instant) -> StoreFuture<Option<Cell>> {
        panic!("{PERSONAL}")
    }

    fn write(&self, _: &Username, _: Cell, _: Instant) -> StoreFuture<Written> {
        panic!("{PERSONAL}")
    }

    fn check(&self) -> Result<(), Unready> {
        Ok(())
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic while it is held")).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic while it is held").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_panic_is_logged_with_its_place_and_its_text_at_debug_only() {
    let (usual, detailed) = (Log::default(), Log::default());
    let layer = |log: &Log, filter: &str| {
        let (log, filter) = (log.clone(), filter.parse::<Targets>().expect("a filter"));
        fmt::layer().with_ansi(false).with_writer(move || log.clone()).with_filter(filter)
    };
    let layers = vec![layer(&usual, settings::LOG.default), layer(&detailed, "jubilee=debug")];
    tracing_subscriber::registry().with(layers).init();
    panics::log_them();

    let app = TestApp::builder().store(Arc::new(Panicking)).start();
    let answer = app.get("/hello/Wilhelmina");
    assert_eq!(answer.status, 500);
    assert!(!answer.text().contains("1987"), "{}", answer.text());

    let (usual, detailed) = (usual.text(), detailed.text());
    assert!(usual.contains("ERROR") && usual.contains(concat!(file!(), ":")), "{usual}");
    assert!(!usual.contains("Wilhelmina") && !usual.contains("1987"), "{usual}");
    assert!(detailed.contains(PERSONAL), "{detailed}");
}
