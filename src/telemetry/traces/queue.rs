//! The bound on spans that wait to be sent, and the count of those that were lost over it.
//!
//! The SDK's batches have such a bound too, but keep to themselves what they drop. This one stands in front: a
//! span counts as waiting until its batch is under way, so the SDK's own queue never has more than this.

use super::export::Exporter;
use crate::telemetry::Metrics;
use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, Span, SpanData, SpanProcessor};
use prometheus::IntCounter;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Spans that wait, and what became of those that did.
#[derive(Debug)]
pub(super) struct Queue {
    capacity: usize,
    waiting: AtomicUsize,
    under_way: AtomicUsize,
    exported: IntCounter,
    failed: IntCounter,
    dropped: IntCounter,
}

impl Queue {
    pub(super) fn new(capacity: usize, metrics: &Metrics) -> Self {
        let spans = |outcome| metrics.spans.with_label_values(&[outcome]);
        Self {
            capacity,
            waiting: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            exported: spans("exported"),
            failed: spans("failed"),
            dropped: spans("dropped"),
        }
    }

    /// Makes room for one more, or counts it as lost.
    fn enter(&self) -> bool {
        let fits = self.waiting.fetch_add(1, Ordering::Relaxed) < self.capacity;
        if !fits {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.dropped.inc();
        }
        fits
    }

    /// Takes so many out, to be sent.
    pub(super) fn take(&self, spans: usize) -> UnderWay<'_> {
        self.waiting.fetch_sub(spans, Ordering::Relaxed);
        self.under_way.fetch_add(spans, Ordering::Relaxed);
        UnderWay { queue: self, spans }
    }

    /// Counts all that is left as lost; says how much that is.
    pub(super) fn give_up(&self) -> u64 {
        let left = self.waiting.swap(0, Ordering::Relaxed) + self.under_way.load(Ordering::Relaxed);
        self.dropped.inc_by(left as u64);
        self.dropped.get() + self.failed.get()
    }
}

/// Spans on their way to the collector.
pub(super) struct UnderWay<'queue> {
    queue: &'queue Queue,
    spans: usize,
}

impl UnderWay<'_> {
    pub(super) fn became(self, sent: bool) {
        self.queue.under_way.fetch_sub(self.spans, Ordering::Relaxed);
        let outcome = if sent { &self.queue.exported } else { &self.queue.failed };
        outcome.inc_by(self.spans as u64);
    }
}

/// The SDK's batches behind the bound.
#[derive(Debug)]
pub(super) struct CountedBatches {
    batches: BatchSpanProcessor,
    queue: Arc<Queue>,
}

impl CountedBatches {
    /// How large batches are and how often they are sent the SDK reads from `OTEL_BSP_*` itself.
    pub(super) fn new(exporter: Exporter, queue: Arc<Queue>) -> Self {
        let config = BatchConfigBuilder::default().with_max_queue_size(queue.capacity).build();
        Self { batches: BatchSpanProcessor::new(exporter, config), queue }
    }
}

impl SpanProcessor for CountedBatches {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.batches.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if self.queue.enter() {
            self.batches.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batches.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.batches.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batches.set_resource(resource);
    }
}
