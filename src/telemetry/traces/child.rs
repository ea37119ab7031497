//! The stages of a sampled request, each a span under the one that is current.
//!
//! A future that is wrapped by [`in_child`] or [`RequestTrace::around`] makes its span the current one while it
//! is polled; whatever it calls hangs its own spans there. Where none is current all of this does nothing.

use super::RequestTrace;
use opentelemetry::trace::{SpanBuilder, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::trace::SdkTracer;
use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::task::{self, Poll};
use std::time::Duration;

/// A span that others hang on; carried to where the work goes on.
#[derive(Clone)]
pub struct Parent(Context);

impl fmt::Debug for Parent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Parent")
    }
}

/// What a new child is.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChildOptions {
    /// Whether it is a call to another program.
    pub calls_out: bool,
    /// How long ago it began.
    pub began: Duration,
}

impl Parent {
    /// The current span, of a sampled request.
    pub fn current() -> Option<Self> {
        Context::map_current(|context| context.has_active_span().then(|| Self(context.clone())))
    }

    /// Begins a span under this one.
    pub fn child(&self, name: impl Into<Cow<'static, str>>, options: ChildOptions) -> Child {
        let kind = if options.calls_out { SpanKind::Client } else { SpanKind::Internal };
        let mut builder = SpanBuilder::from_name(name).with_kind(kind);
        if !options.began.is_zero() {
            builder = builder.with_start_time(opentelemetry::time::now() - options.began);
        }
        // Whoever made the current span has left its tracer there.
        let context = match self.0.get::<SdkTracer>() {
            Some(tracer) => self.0.with_span(tracer.build_with_context(builder, &self.0)),
            None => self.0.clone(),
        };
        Child(context)
    }
}

/// A span of one stage. It ends when [`Child::end`] is called, or with its last clone.
pub struct Child(Context);

impl fmt::Debug for Child {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Child")
    }
}

impl Child {
    /// A span under the current one, of a sampled request.
    pub fn begin(name: &'static str) -> Option<Self> {
        Parent::current().map(|parent| parent.child(name, ChildOptions::default()))
    }

    /// Says something of it, in words that no client can choose.
    pub fn set(&self, key: &'static str, value: impl Into<Value>) {
        self.0.span().set_attribute(KeyValue::new(key, value));
    }

    /// Ends it; `error` is a short name of what went wrong, if something did.
    pub fn end(self, error: Option<&'static str>) {
        let span = self.0.span();
        if let Some(error) = error {
            span.set_attribute(KeyValue::new("error.type", error));
            span.set_status(Status::error(""));
        }
        span.end();
    }
}

/// Says something of the current span, if the request is sampled.
pub fn mark_current(key: &'static str, value: impl Into<Value>) {
    Context::map_current(|context| {
        if context.has_active_span() {
            context.span().set_attribute(KeyValue::new(key, value));
        }
    });
}

impl RequestTrace {
    /// The work with this request's span as the current one.
    pub fn around<F: Future + Unpin>(trace: Option<&Self>, work: F) -> InSpan<F> {
        InSpan { context: trace.and_then(Self::context).cloned(), work }
    }
}

/// The work with a stage's span as the current one.
pub fn in_child<F: Future + Unpin>(child: Option<&Child>, work: F) -> InSpan<F> {
    InSpan { context: child.map(|child| child.0.clone()), work }
}

/// Work and the span it belongs to. The work is pinned by who has made it.
pub struct InSpan<F> {
    context: Option<Context>,
    work: F,
}

impl<F: Future + Unpin> Future for InSpan<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<F::Output> {
        let _current = self.context.clone().map(Context::attach);
        Pin::new(&mut self.work).poll(task)
    }
}
