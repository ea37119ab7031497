//! Every metric that there is: names, labels, help texts and buckets stand in `table.rs` and nowhere else.

mod family;
pub mod labels;
mod table;

pub use family::{Definition, Kind, Part};
pub use table::{DEFINITIONS, Families};

use family::Family;
use prometheus::process_collector::ProcessCollector;
use prometheus::{Registry, TextEncoder};
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use table::Make;

/// The metrics of one process; cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    families: Families,
    registries: Registries,
    /// Which store's metrics are told.
    store: OnceLock<Part>,
    sources: Mutex<Vec<Source>>,
}

/// One for each [`Part`].
#[derive(Debug, Default)]
struct Registries {
    always: Registry,
    embedded: Registry,
    cluster: Registry,
}

/// Writes down what is not counted when it happens, but looked up when somebody asks.
struct Source(Box<dyn Fn(&Families) + Send>);

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Source")
    }
}

impl Deref for Metrics {
    type Target = Families;

    fn deref(&self) -> &Families {
        &self.0.families
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All metrics at zero, in registries of their own. Those of a store are told once it is known which one it is.
    ///
    /// # Panics
    /// If two metrics had the same name: a fault of the table, which any test shows.
    pub fn new() -> Self {
        let mut registries = Registries::default();
        let families = Families::made_by(&mut registries);
        families.build_info.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        for state in labels::MIGRATIONS.values.listed() {
            families.schema_migrations.with_label_values(&[state]).set(f64::NAN);
        }
        register(&registries.always, ProcessCollector::for_self());
        Self(Arc::new(Inner { families, registries, store: OnceLock::new(), sources: Mutex::default() }))
    }

    /// Tells the metrics of this store too. The first who says it is believed: a process has one store.
    pub fn begin_store(&self, store: Part) {
        self.0.store.get_or_init(|| store);
    }

    /// Calls `source` each time somebody asks for the metrics.
    pub fn at_scrape(&self, source: impl Fn(&Families) + Send + 'static) {
        self.0.sources.lock().unwrap_or_else(PoisonError::into_inner).push(Source(Box::new(source)));
    }

    /// Everything in the Prometheus text format, once the sources and `last` have written down what they know.
    ///
    /// # Errors
    /// [`prometheus::Error`] if a metric cannot be written; that would be a fault of the table.
    pub fn render(&self, last: impl FnOnce(&Families)) -> Result<String, prometheus::Error> {
        let Inner { families, registries, store, sources } = &*self.0;
        // Held until all is gathered: what sources write is not to be seen half written by who asks at the same time.
        let sources = sources.lock().unwrap_or_else(PoisonError::into_inner);
        for Source(write_down) in &*sources {
            write_down(families);
        }
        last(families);
        let mut gathered = registries.always.gather();
        if let Some(store) = store.get() {
            gathered.extend(registries.of(*store).gather());
        }
        TextEncoder::new().encode_to_string(&gathered)
    }
}

impl Registries {
    fn of(&self, part: Part) -> &Registry {
        match part {
            Part::Always => &self.always,
            Part::Embedded => &self.embedded,
            Part::Cluster => &self.cluster,
        }
    }
}

impl Make for Registries {
    fn make<F: Family>(&mut self, definition: &'static Definition) -> F {
        let family = F::make(definition).expect("metric names are valid");
        family.begin_all(definition);
        register(self.of(definition.part), family.clone());
        family
    }
}

/// What fails here fails at every start, so it may panic.
fn register(registry: &Registry, collector: impl prometheus::core::Collector + 'static) {
    registry.register(Box::new(collector)).expect("metric names differ");
}
