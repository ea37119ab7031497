//! Log lines as JSON objects: one flat object a line, cheap enough to write one for each request.
//!
//! tracing-subscriber's own JSON formatter goes through a serializer for each field; a request would
//! spend a fifth of its time there.

use chrono::DateTime;
use std::cell::RefCell;
use std::fmt::{self, Debug, Write};
use std::time::{SystemTime, UNIX_EPOCH};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Formats an event as `{"timestamp":…,"level":…,"target":…,"message":…,…fields}`.
pub(super) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut line: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        line.write_str("{\"timestamp\":\"")?;
        write_now(&mut line)?;
        line.write_str("\",\"level\":\"")?;
        line.write_str(event.metadata().level().as_str())?;
        line.write_str("\",\"target\":\"")?;
        line.write_str(event.metadata().target())?;
        line.write_char('"')?;
        self.format_fields(line.by_ref(), event)?;
        line.write_str("}\n")
    }
}

/// Writes the time to the microsecond (RFC 3339). What comes before the fraction is the same for a
/// second, so a thread formats it once.
fn write_now(line: &mut Writer<'_>) -> fmt::Result {
    thread_local! {
        static SECOND: RefCell<(u64, String)> = const { RefCell::new((u64::MAX, String::new())) };
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    SECOND.with_borrow_mut(|(second, text)| {
        if *second != now.as_secs() {
            *second = now.as_secs();
            let time = DateTime::from_timestamp_secs(now.as_secs() as i64).unwrap_or_default();
            text.clear();
            write!(text, "{}", time.format("%Y-%m-%dT%H:%M:%S."))?;
        }
        line.write_str(text)
    })?;
    let mut fraction = *b"000000Z";
    let mut micros = now.subsec_micros();
    for digit in fraction[..6].iter_mut().rev() {
        *digit += (micros % 10) as u8;
        micros /= 10;
    }
    line.write_str(str::from_utf8(&fraction).map_err(|_| fmt::Error)?)
}

impl<'writer> FormatFields<'writer> for JsonLines {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut members = Members { writer, result: Ok(()) };
        fields.record(&mut members);
        members.result
    }
}

/// Writes each field as `,"name":value`.
struct Members<'writer> {
    writer: Writer<'writer>,
    result: fmt::Result,
}

impl Members<'_> {
    fn member(&mut self, field: &Field, write_value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        self.result = self.result.and_then(|()| {
            self.writer.write_str(",\"")?;
            self.writer.write_str(field.name())?;
            self.writer.write_str("\":")?;
            write_value(&mut self.writer)
        });
    }

    fn text(&mut self, field: &Field, write_text: impl FnOnce(&mut Escaped<'_, '_>) -> fmt::Result) {
        self.member(field, |writer| {
            writer.write_char('"')?;
            write_text(&mut Escaped(writer))?;
            writer.write_char('"')
        });
    }
}

impl Visit for Members<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, |text| text.write_str(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, |writer| writer.write_str(itoa::Buffer::new().format(value)));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, |writer| writer.write_str(itoa::Buffer::new().format(value)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, |writer| writer.write_str(if value { "true" } else { "false" }));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field, |text| write!(text, "{value:?}"));
    }
}

/// Takes any text and writes what stands between the quotes of a JSON string.
struct Escaped<'line, 'writer>(&'line mut Writer<'writer>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
            self.0.write_str(&rest[..at])?;
            write!(self.0, "\\u{:04x}", rest.as_bytes()[at])?;
            rest = &rest[at + 1..];
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::JsonLines;
    use crate::telemetry::kept::Kept;
    use std::io;
    use tracing_subscriber::fmt;
    use tracing_subscriber::layer::SubscriberExt;

    #[test]
    fn an_event_is_one_flat_object_whatever_its_texts_hold() {
        let kept = Kept::default();
        let writer = kept.clone();
        let lines =
            fmt::layer().with_writer(move || writer.clone()).event_format(JsonLines).fmt_fields(JsonLines);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), || {
            let error = io::Error::other("a \"quoted\"\n\\text");
            tracing::warn!(status = 503_u16, gone = true, offset = -2, %error, none = None::<&str>, "what happened");
        });
        let text = kept.text();
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        let line: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let timestamp = line["timestamp"].as_str().expect("a text");
        assert_eq!(timestamp.len(), "2026-03-01T12:00:00.123456Z".len());
        assert!(chrono::DateTime::parse_from_rfc3339(timestamp).is_ok(), "{timestamp}");
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["message"], "what happened");
        assert_eq!(line["error"], "a \"quoted\"\n\\text");
        assert_eq!((line["status"].as_u64(), line["offset"].as_i64()), (Some(503), Some(-2)));
        assert_eq!(line["gone"], true);
        assert!(line.get("none").is_none());
    }
}
