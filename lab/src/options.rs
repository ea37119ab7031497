//! How a laboratory is set up.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A region: its name, and how many database nodes stand in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionOptions {
    /// Its name, such as `eu`.
    pub name: String,
    /// How many Cassandra nodes it has. If no region has any, the instances keep embedded stores.
    pub nodes: u8,
}

/// How a [`Lab`](crate::Lab) is set up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Options {
    /// The program whose instances are run.
    pub jubilee: PathBuf,
    /// The regions, at most six.
    pub regions: Vec<RegionOptions>,
    /// The heap of each node's JVM; it takes about 400 MB more.
    pub heap_megabytes: u32,
    /// Whether Java compiles for throughput: for benches. A start takes twice the time of the processor.
    pub for_load: bool,
    /// Whether an instance is run in each region; without, there are nodes and networks only.
    pub instances: bool,
    /// Whether Prometheus, Alertmanager and a collector of spans watch it.
    pub observe: bool,
    /// More settings for every instance: names without `JUBILEE_`, or `OTEL_` ones, and values.
    pub settings: Vec<(String, String)>,
}

impl Options {
    /// Three regions, `eu`, `us` and `ap`, with one node and one instance each.
    pub fn new(jubilee: impl Into<PathBuf>) -> Self {
        let region = |name: &str| RegionOptions { name: name.into(), nodes: 1 };
        Self {
            jubilee: jubilee.into(),
            regions: ["eu", "us", "ap"].map(region).into(),
            heap_megabytes: 384,
            for_load: false,
            instances: true,
            observe: false,
            settings: Vec::new(),
        }
    }

    /// The same with so many nodes in that region, which is added if it is new.
    #[must_use]
    pub fn nodes(mut self, region: &str, nodes: u8) -> Self {
        match self.regions.iter_mut().find(|known| known.name == region) {
            Some(known) => known.nodes = nodes,
            None => self.regions.push(RegionOptions { name: region.into(), nodes }),
        }
        self
    }

    /// The same, watched by Prometheus, Alertmanager and a collector of spans.
    #[must_use]
    pub fn observe(self) -> Self {
        Self { observe: true, ..self }
    }

    /// The same with one more setting for every instance; the name goes without `JUBILEE_`, or is an `OTEL_` one.
    #[must_use]
    pub fn setting(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }
}
