//! What stands where an operator's collector does: takes spans over OTLP (HTTP/protobuf) and keeps them.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
use prost::Message;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A collector on a free port. It ends with the process; each test has its own.
#[derive(Debug)]
pub struct Collector {
    address: SocketAddr,
    received: Arc<Mutex<Received>>,
}

#[derive(Debug, Default)]
struct Received {
    spans: Vec<ReceivedSpan>,
    requests: Vec<CollectorRequest>,
}

/// What was sent at once.
#[derive(Clone, Debug)]
pub struct CollectorRequest {
    /// The request line and the headers, in lower case.
    pub head: String,
    /// The protobuf, as it came.
    pub body: Vec<u8>,
}

/// A span as it arrived.
#[derive(Clone, Debug)]
pub struct ReceivedSpan {
    /// Its name.
    pub name: String,
    /// 32 hexadecimal digits.
    pub trace_id: String,
    /// 16 hexadecimal digits.
    pub id: String,
    /// The same of its parent; empty if it has none.
    pub parent_id: String,
    /// Server, Client or Internal.
    pub kind: SpanKind,
    /// Whether it is marked as failed.
    pub failed: bool,
    /// When it began and ended, in nanoseconds since 1970.
    pub nanos: (u64, u64),
    /// What is said of it.
    pub attributes: BTreeMap<String, Value>,
    /// What is said of the program that sent it.
    pub resource: BTreeMap<String, Value>,
}

impl Collector {
    /// A collector that takes all it is sent.
    ///
    /// # Panics
    /// If there is no free port.
    pub fn start() -> Self {
        Self::start_with(|received, stream| {
            // A connection that breaks has nothing more to say.
            let _ = serve(stream, |head, body| {
                keep(&mut received.lock().unwrap_or_else(PoisonError::into_inner), head, body);
            });
        })
    }

    /// A collector that takes all it is sent, and keeps nothing: for many spans.
    ///
    /// # Panics
    /// If there is no free port.
    pub fn forgetful() -> Self {
        Self::start_with(|_, stream| {
            let _ = serve(stream, |_, _| {});
        })
    }

    /// A collector that takes connections and never answers.
    ///
    /// # Panics
    /// If there is no free port.
    pub fn silent() -> Self {
        Self::start_with(|_, mut stream| {
            let _ = io::copy(&mut stream, &mut io::sink());
        })
    }

    /// The endpoint of a collector that is not there.
    ///
    /// # Panics
    /// If there is no free port.
    pub fn dead_endpoint() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        format!("http://{}", listener.local_addr().expect("an address"))
    }

    fn start_with(answer: impl Fn(&Mutex<Received>, TcpStream) + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let received = Arc::<Mutex<Received>>::default();
        let kept = Arc::clone(&received);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (kept, answer) = (Arc::clone(&kept), answer.clone());
                thread::spawn(move || answer(&kept, stream));
            }
        });
        Self { address, received }
    }

    /// For `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All spans that have arrived.
    pub fn spans(&self) -> Vec<ReceivedSpan> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).spans.clone()
    }

    /// Those of one trace, in the order in which they began.
    pub fn trace(&self, trace_id: &str) -> Vec<ReceivedSpan> {
        let mut spans = self.spans();
        spans.retain(|span| span.trace_id == trace_id);
        spans.sort_by_key(|span| span.nanos);
        spans
    }

    /// All requests that have arrived.
    pub fn requests(&self) -> Vec<CollectorRequest> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).requests.clone()
    }
}

fn serve(stream: TcpStream, take: impl Fn(String, Vec<u8>)) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or_default();
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        take(head, body);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
    }
}

fn keep(received: &mut Received, head: String, body: Vec<u8>) {
    let message = ExportTraceServiceRequest::decode(&body[..]).expect("protobuf");
    for from in message.resource_spans {
        let resource = from.resource.map(|resource| named(resource.attributes)).unwrap_or_default();
        let spans = from.scope_spans.into_iter().flat_map(|scope| scope.spans);
        received.spans.extend(spans.map(|span| received_span(span, &resource)));
    }
    received.requests.push(CollectorRequest { head, body });
}

fn received_span(span: Span, resource: &BTreeMap<String, Value>) -> ReceivedSpan {
    let kind = span.kind();
    ReceivedSpan {
        name: span.name,
        trace_id: hexadecimal(&span.trace_id),
        id: hexadecimal(&span.span_id),
        parent_id: hexadecimal(&span.parent_span_id),
        kind,
        failed: span.status.is_some_and(|status| status.code() == StatusCode::Error),
        nanos: (span.start_time_unix_nano, span.end_time_unix_nano),
        attributes: named(span.attributes),
        resource: resource.clone(),
    }
}

fn named(attributes: Vec<KeyValue>) -> BTreeMap<String, Value> {
    attributes.into_iter().map(|attribute| (attribute.key, value_of(attribute.value))).collect()
}

fn value_of(value: Option<AnyValue>) -> Value {
    match value.and_then(|value| value.value) {
        Some(any_value::Value::StringValue(text)) => text.into(),
        Some(any_value::Value::BoolValue(flag)) => flag.into(),
        Some(any_value::Value::IntValue(number)) => number.into(),
        Some(any_value::Value::DoubleValue(number)) => number.into(),
        other => format!("{other:?}").into(),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
