//! One request as it is followed: its trace id, and its server span if it is sampled.

use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{
    Span, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt, TraceId, Tracer,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracer;

/// A request's trace.
pub struct RequestTrace {
    id: TraceId,
    sampled: Option<Context>,
}

/// What a request was answered, in words that no client can choose.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    /// The method; `other` for one that nobody serves.
    pub method: &'static str,
    /// The route's pattern; nothing if there is no such route.
    pub route: Option<&'static str>,
    /// The path without what a client put into it.
    pub scrubbed_path: &'static str,
    /// `1.1` or another.
    pub protocol_version: &'static str,
    /// The status.
    pub status: u16,
    /// The problem's code, if it is one.
    pub problem: Option<&'static str>,
}

/// A trace id as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub struct TraceIdText([u8; 32]);

impl RequestTrace {
    /// Decides whether the request is sampled: as its caller has decided, else as the sampler does.
    pub(super) fn begin(tracer: &SdkTracer, traceparent: Option<&str>) -> Self {
        let caller = traceparent.map_or_else(Context::new, |text| {
            TraceContextPropagator::new().extract_with_context(&Context::new(), &Traceparent(text))
        });
        let builder = SpanBuilder::from_name("request").with_kind(SpanKind::Server);
        let span = tracer.build_with_context(builder, &caller);
        let context = span.span_context();
        let id = context.trace_id();
        let sampled = context.is_sampled().then(|| Context::new().with_value(tracer.clone()).with_span(span));
        Self { id, sampled }
    }

    /// The trace's id, for log lines and problems.
    pub fn id(&self) -> TraceIdText {
        TraceIdText::of(self.id)
    }

    /// What children hang on; nothing if the request is not sampled.
    pub(super) fn context(&self) -> Option<&Context> {
        self.sampled.as_ref()
    }

    /// The answer's `traceresponse` header, of a sampled request: whose span in which trace it was.
    pub fn traceresponse(&self) -> Option<String> {
        let span = self.sampled.as_ref()?.span();
        let context: &SpanContext = span.span_context();
        Some(format!("00-{}-{}-01", context.trace_id(), context.span_id()))
    }

    /// Ends the server span. One that is dropped without it was abandoned by its client.
    pub fn end(&self, answered: &Answered) {
        let Some(context) = &self.sampled else { return };
        let span = context.span();
        let method = if answered.method == "other" { "_OTHER" } else { answered.method };
        let in_name = if answered.method == "other" { "HTTP" } else { answered.method };
        span.update_name(match answered.route {
            Some(route) => format!("{in_name} {route}"),
            None => in_name.to_owned(),
        });
        span.set_attributes([
            KeyValue::new("http.request.method", method),
            KeyValue::new("url.scheme", "http"),
            KeyValue::new("url.path", answered.scrubbed_path),
            KeyValue::new("network.protocol.version", answered.protocol_version),
            KeyValue::new("http.response.status_code", i64::from(answered.status)),
        ]);
        if let Some(route) = answered.route {
            span.set_attribute(KeyValue::new("http.route", route));
        }
        if let Some(problem) = answered.problem {
            span.set_attribute(KeyValue::new("jubilee.problem", problem));
        }
        // A client's fault is none of the server's span.
        if answered.status >= 500 {
            let error = answered.problem.map_or_else(|| answered.status.to_string(), str::to_owned);
            span.set_attribute(KeyValue::new("error.type", error));
            span.set_status(Status::error(""));
        }
        span.end();
    }
}

impl TraceIdText {
    fn of(id: TraceId) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 32];
        for (byte, digits) in id.to_bytes().into_iter().zip(text.chunks_exact_mut(2)) {
            digits[0] = DIGITS[usize::from(byte >> 4)];
            digits[1] = DIGITS[usize::from(byte & 15)];
        }
        Self(text)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The one header that is taken over. `tracestate` is not: it is any text that a client likes, and would be
/// exported with each span.
struct Traceparent<'header>(&'header str);

impl Extractor for Traceparent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == "traceparent").then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}

#[cfg(test)]
mod tests {
    use super::{RequestTrace, TraceIdText};
    use opentelemetry::trace::{TraceId, TracerProvider};
    use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn begin(ratio: f64, traceparent: Option<&str>) -> RequestTrace {
        let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(ratio)));
        let provider = SdkTracerProvider::builder().with_sampler(sampler).build();
        RequestTrace::begin(&provider.tracer("test"), traceparent)
    }

    #[test]
    fn an_id_is_told_as_the_standard_writes_it() {
        let id = TraceId::from_hex(TRACE).expect("an id");
        assert_eq!(TraceIdText::of(id).as_str(), TRACE);
        assert_eq!(TraceIdText::of(TraceId::from(1)).as_str(), "00000000000000000000000000000001");
    }

    #[test]
    fn the_caller_decides_and_where_nobody_has_the_sampler_does() {
        for (flags, ratio) in [("01", 0.0), ("00", 1.0)] {
            let header = format!("00-{TRACE}-00f067aa0ba902b7-{flags}");
            let trace = begin(ratio, Some(&header));
            assert_eq!(trace.id().as_str(), TRACE);
            assert_eq!(trace.context().is_some(), flags == "01");
            assert_eq!(trace.traceresponse().is_some(), flags == "01");
        }
        for ratio in [0.0, 1.0] {
            let trace = begin(ratio, None);
            assert_eq!(trace.context().is_some(), ratio == 1.0);
            assert_ne!(trace.id().as_str(), begin(ratio, None).id().as_str());
        }
    }

    #[test]
    fn a_header_that_is_none_begins_a_trace_of_its_own() {
        for header in ["", "nonsense", "00-0-0-01", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"]
        {
            let trace = begin(1.0, Some(header));
            assert!(trace.context().is_some(), "{header}");
            assert_ne!(trace.id().as_str(), TRACE, "{header}");
        }
    }
}
