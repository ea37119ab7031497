//! Sends batches to the collector, and counts what became of them.

use super::client::Client;
use super::environment::Environment;
use super::queue::Queue;
use opentelemetry_otlp::{
    ExporterBuildError, SpanExporter as OtlpExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The OTLP exporter, watched.
#[derive(Debug)]
pub(super) struct Exporter {
    otlp: OtlpExporter,
    client: Client,
    queue: Arc<Queue>,
    failing: AtomicBool,
}

impl Exporter {
    /// The endpoint and the headers are read by the exporter itself.
    pub(super) fn new(environment: &Environment, queue: Arc<Queue>) -> Result<Self, ExporterBuildError> {
        let client = Client::new(environment.timeout);
        let otlp = OtlpExporter::builder()
            .with_http()
            .with_http_client(client.clone())
            .with_timeout(environment.timeout)
            .build()?;
        Ok(Self { otlp, client, queue, failing: AtomicBool::new(false) })
    }

    /// One line when it begins and one when it ends, instead of one for each batch.
    fn note(&self, result: &OTelSdkResult) {
        match result {
            Ok(()) if self.failing.swap(false, Ordering::Relaxed) => {
                tracing::info!("the collector takes spans again");
            }
            Err(error) if !self.failing.swap(true, Ordering::Relaxed) => {
                let cause = self.client.last_error();
                tracing::warn!(%error, cause, "the collector takes no spans; they are lost until it does");
            }
            _ => {}
        }
    }
}

impl SpanExporter for Exporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = self.queue.take(batch.len());
        let result = self.otlp.export(batch).await;
        spans.became(result.is_ok());
        self.note(&result);
        // The SDK would log each failure once more.
        Ok(())
    }

    fn shutdown(&self) -> OTelSdkResult {
        self.otlp.shutdown()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.otlp.set_resource(resource);
    }
}
