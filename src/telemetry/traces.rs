//! Traces: a span for each request and for its stages, sent to a collector over OTLP (HTTP/protobuf).
//!
//! Whether a request is sampled is decided once, where it comes in. An unsampled one has a trace id and no
//! more: nothing below makes a span, because no span is current there. Spans are handed to a bounded queue and
//! sent by a thread of their own, so a collector that is slow or dead costs spans, never a request.
//!
//! Attributes are words of this program, never of a client: no path, no query, no header, no username, no date.

mod child;
mod client;
mod environment;
mod export;
mod queue;
mod request;

pub use child::{Child, ChildOptions, Parent, in_child, mark_current};
pub use request::{Answered, RequestTrace, TraceIdText};

use super::Metrics;
use environment::Environment;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use queue::Queue;
use std::sync::Arc;
use std::time::Duration;

/// How long the last spans may take to be sent when the program stops.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);

/// Makes the spans of one process; cheap to clone.
#[derive(Clone, Default)]
pub struct Traces(Option<Arc<Pipeline>>);

struct Pipeline {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    queue: Arc<Queue>,
}

impl Traces {
    /// No traces.
    pub fn off() -> Self {
        Self::default()
    }

    /// Traces as the standard `OTEL_*` variables want them; none if they name no endpoint. What is wrong with
    /// them is logged and keeps nothing from being served.
    pub fn from_environment(region: &str, metrics: &Metrics) -> Self {
        let environment = match Environment::read(|name| std::env::var(name).ok()) {
            Ok(Some(environment)) => environment,
            Ok(None) => return Self::off(),
            Err(error) => {
                tracing::error!(%error, "there will be no traces");
                return Self::off();
            }
        };
        let queue = Arc::new(Queue::new(environment.queue_spans, metrics));
        let exporter = match export::Exporter::new(&environment, Arc::clone(&queue)) {
            Ok(exporter) => exporter,
            Err(error) => {
                tracing::error!(%error, "there will be no traces");
                return Self::off();
            }
        };
        // The rest of the variables is read by the SDK: the sampler and the batches.
        let provider = SdkTracerProvider::builder()
            .with_span_processor(queue::CountedBatches::new(exporter, Arc::clone(&queue)))
            .with_resource(resource(&environment, region))
            .build();
        let tracer = provider.tracer("jubilee");
        tracing::info!("requests are traced");
        Self(Some(Arc::new(Pipeline { provider, tracer, queue })))
    }

    /// Begins to follow a request; `traceparent` is the header of that name. Nothing if traces are off.
    pub fn begin(&self, traceparent: Option<&str>) -> Option<RequestTrace> {
        self.0.as_deref().map(|pipeline| RequestTrace::begin(&pipeline.tracer, traceparent))
    }

    /// Sends what is left. Blocks until that is done, or until it has taken too long.
    pub fn stop(&self) {
        let Some(pipeline) = &self.0 else { return };
        // What went wrong is told by the number of spans that were lost.
        let _ = pipeline.provider.shutdown_with_timeout(FLUSH_TIMEOUT);
        match pipeline.queue.give_up() {
            0 => tracing::info!("stopping: all spans are sent"),
            lost => tracing::warn!(lost, "stopping: these spans could not be sent"),
        }
    }
}

/// Who sends the spans. What operators say wins.
fn resource(environment: &Environment, region: &str) -> Resource {
    let ours = [
        ("service.name", "jubilee".to_owned()),
        ("service.version", env!("CARGO_PKG_VERSION").to_owned()),
        ("service.instance.id", format!("{:032x}", fastrand::u128(..))),
        ("jubilee.region", region.to_owned()),
    ];
    let unsaid = ours.into_iter().filter(|(name, _)| !environment.says(name));
    unsaid
        .fold(Resource::builder(), |builder, (name, value)| {
            builder.with_attribute(opentelemetry::KeyValue::new(name, value))
        })
        .build()
}
