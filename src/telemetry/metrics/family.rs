//! How a metric is made of its definition.

use super::labels::{Label, Values};
use prometheus::core::Collector;
use prometheus::{
    CounterVec, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Result,
};

/// One metric: what stands in the documentation, and what the code is made of.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// Its name, without what a histogram appends.
    pub name: &'static str,
    /// Counter, gauge or histogram.
    pub kind: Kind,
    /// Which processes have it.
    pub part: Part,
    /// Its labels, in order.
    pub labels: &'static [Label],
    /// The upper bounds of a histogram's buckets.
    pub buckets: &'static [f64],
    /// What it counts in.
    pub unit: &'static str,
    /// What it says.
    pub help: &'static str,
    /// When to look at it.
    pub look: &'static str,
}

/// What a metric is to Prometheus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts observations by size.
    Histogram,
}

/// Which processes have a metric: one that can say nothing is not there, so that no alert takes its zero for a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All.
    Always,
    /// Those on the embedded store.
    Embedded,
    /// Those on the cluster.
    Cluster,
}

/// A metric, to be made of its definition.
pub(super) trait Family: Collector + Clone + 'static {
    const KIND: Kind;

    fn make(definition: &Definition) -> Result<Self>;

    /// Makes the series with these values of the labels, at zero.
    fn begin(&self, _: &[&str]) {}

    /// Makes all series whose labels are known beforehand: a rate of what is not there yet would be nothing, not zero.
    fn begin_all(&self, definition: &Definition) {
        if definition.labels.is_empty() {
            return;
        }
        let mut series: Vec<Vec<&str>> = vec![Vec::new()];
        for label in definition.labels {
            let Values::All(values) = label.values else { return };
            let longer = |known: &Vec<&'static str>, value| [known.as_slice(), &[value]].concat();
            series =
                series.iter().flat_map(|known| values.iter().map(|value| longer(known, value))).collect();
        }
        for values in series {
            self.begin(&values);
        }
    }
}

impl Definition {
    fn options(&self) -> Opts {
        Opts::new(self.name, self.help)
    }

    fn histogram_options(&self) -> HistogramOpts {
        HistogramOpts::new(self.name, self.help).buckets(self.buckets.to_vec())
    }

    fn label_names(&self) -> Vec<&'static str> {
        self.labels.iter().map(|label| label.name).collect()
    }
}

macro_rules! single {
    ($($family:ident is $kind:ident of $options:ident;)*) => {
        $(impl Family for $family {
            const KIND: Kind = Kind::$kind;

            fn make(definition: &Definition) -> Result<Self> {
                Self::with_opts(definition.$options())
            }
        })*
    };
}

macro_rules! labelled {
    ($($family:ident is $kind:ident of $options:ident;)*) => {
        $(impl Family for $family {
            const KIND: Kind = Kind::$kind;

            fn make(definition: &Definition) -> Result<Self> {
                Self::new(definition.$options(), &definition.label_names())
            }

            fn begin(&self, values: &[&str]) {
                self.with_label_values(values);
            }
        })*
    };
}

single! {
    IntCounter is Counter of options;
    IntGauge is Gauge of options;
    Histogram is Histogram of histogram_options;
}

labelled! {
    IntCounterVec is Counter of options;
    CounterVec is Counter of options;
    IntGaugeVec is Gauge of options;
    GaugeVec is Gauge of options;
    HistogramVec is Histogram of histogram_options;
}
