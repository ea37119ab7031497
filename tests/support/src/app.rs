//! The app in a thread of the test.

use crate::{Client, Exposition, ManualClock, Response};
use jubilee::app::{Addresses, App, open_store};
use jubilee::config::{Config, SETTINGS, Sources};
use jubilee::store::Store;
use jubilee::telemetry::Metrics;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// What a [`TestApp`] is made of.
pub struct TestAppBuilder {
    sources: Sources,
    clock: Arc<ManualClock>,
    store: Option<Arc<dyn Store>>,
}

/// A running app, stopped when it is dropped. Its data folder is its own and goes with it.
#[derive(Debug)]
pub struct TestApp {
    /// Where it listens.
    pub addresses: Addresses,
    /// Its clock, at noon of 2026-03-01 unless the test set another day.
    pub clock: Arc<ManualClock>,
    /// Its metrics.
    pub metrics: Metrics,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _data_dir: TempDir,
}

impl TestApp {
    /// An app with the defaults, on the embedded store.
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// An app to be set up.
    pub fn builder() -> TestAppBuilder {
        let mut builder = TestAppBuilder {
            sources: Sources::new(false),
            clock: ManualClock::at_noon("2026-03-01"),
            store: None,
        };
        for (name, text) in [
            ("LISTEN", "127.0.0.1:0"),
            ("ADMIN_LISTEN", "127.0.0.1:0"),
            ("DRAIN_DELAY", "0s"),
            ("WORKERS", "2"),
        ] {
            builder = builder.set(name, text);
        }
        builder
    }

    /// A new connection to the API.
    ///
    /// # Panics
    /// If nobody listens.
    pub fn client(&self) -> Client {
        Client::connect(self.addresses.public).expect("the app listens")
    }

    /// One request to the API on a connection of its own.
    ///
    /// # Panics
    /// If the connection breaks.
    pub fn request(
        &self,
        method: &str,
        path: impl AsRef<[u8]>,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        self.client().request(method, path, headers, body).expect("an answer")
    }

    /// `GET path`.
    pub fn get(&self, path: impl AsRef<[u8]>) -> Response {
        self.request("GET", path, &[], b"")
    }

    /// `PUT /hello/{username}` with a date of birth.
    pub fn put_birthday(&self, username: &str, date_of_birth: &str) -> Response {
        let body = format!(r#"{{"dateOfBirth":"{date_of_birth}"}}"#);
        self.request("PUT", format!("/hello/{username}"), &[], body.as_bytes())
    }

    /// One request to the admin listener.
    ///
    /// # Panics
    /// If the connection breaks.
    pub fn admin(&self, method: &str, path: &str) -> Response {
        let mut client = Client::connect(self.addresses.admin).expect("the app listens");
        client.request(method, path, &[], b"").expect("an answer")
    }
}

impl TestApp {
    /// What `/metrics` says.
    ///
    /// # Panics
    /// If it is no text that Prometheus reads.
    pub fn exposition(&self) -> Exposition {
        Exposition::parse(self.admin("GET", "/metrics").text())
    }
}

impl TestAppBuilder {
    /// Sets a setting, by its name without prefix.
    ///
    /// # Panics
    /// If there is no such setting.
    pub fn set(mut self, name: &str, text: &str) -> Self {
        let setting = SETTINGS.iter().find(|setting| setting.name == name).expect("a setting");
        self.sources.add_flag(setting, text.into());
        self
    }

    /// Makes it noon of that day.
    pub fn on(self, day: &str) -> Self {
        self.clock.set_noon(day);
        self
    }

    /// Keeps birthdays in this store instead of the embedded one.
    pub fn store(self, store: Arc<dyn Store>) -> Self {
        Self { store: Some(store), ..self }
    }

    /// Starts it and returns once it listens.
    ///
    /// # Panics
    /// If it cannot start.
    pub fn start(mut self) -> TestApp {
        let data_dir = TempDir::new().expect("a folder");
        self = self.set("DATA_DIR", &data_dir.path().display().to_string());
        let config = Config::load(&self.sources).expect("a configuration");
        let (clock, store, metrics) = (self.clock, self.store, Metrics::new());
        let (tell_addresses, addresses) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn({
            let (clock, metrics) = (Arc::clone(&clock), metrics.clone());
            move || {
                actix_web::rt::System::new().block_on(async {
                    let store = store
                        .unwrap_or_else(|| open_store(&config, clock.clone(), &metrics).expect("a store"));
                    let app = App::build(&config, store, clock, metrics).expect("free ports");
                    tell_addresses.send(app.addresses()).expect("the test waits");
                    // A test that has ended without a word wants it to stop too.
                    app.run(async { drop(stopped.await) }).await.expect("an orderly end");
                });
            }
        });
        let addresses = addresses.recv().expect("the app starts");
        TestApp { addresses, clock, metrics, stop: Some(stop), thread: Some(thread), _data_dir: data_dir }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !thread::panicking()
        {
            panic!("the app panicked");
        }
    }
}
