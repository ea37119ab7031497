//! What the standard `OTEL_*` variables say, as far as the SDK does not read them itself.

use std::time::Duration;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_QUEUE_SPANS: usize = 2048;

/// Where spans go, and how long that may take.
pub(super) struct Environment {
    /// How long one attempt to send a batch may take.
    pub(super) timeout: Duration,
    /// How many spans may wait to be sent.
    pub(super) queue_spans: usize,
    resource_attributes: Vec<String>,
}

/// Why there are no traces although an endpoint is set.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum EnvironmentError {
    /// The scheme is not served.
    #[error("{0}: expected an http:// address; for a collector behind TLS run one beside this program")]
    Endpoint(&'static str),
    /// Another way of sending spans.
    #[error("{0}: expected http/protobuf")]
    Protocol(&'static str),
    /// Another way of sending spans.
    #[error("OTEL_TRACES_EXPORTER: expected otlp or none")]
    Exporter,
}

impl Environment {
    /// `None` if there are to be no traces.
    pub(super) fn read(
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Option<Self>, EnvironmentError> {
        let set = |name| variable(name).filter(|text| !text.trim().is_empty()).map(|text| (name, text));
        let endpoint =
            set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").or_else(|| set("OTEL_EXPORTER_OTLP_ENDPOINT"));
        let disabled =
            set("OTEL_SDK_DISABLED").is_some_and(|(_, text)| text.trim().eq_ignore_ascii_case("true"));
        let exporter = set("OTEL_TRACES_EXPORTER").map(|(_, text)| text);
        let Some((name, endpoint)) = endpoint.filter(|_| !disabled && exporter.as_deref() != Some("none"))
        else {
            return Ok(None);
        };
        if exporter.is_some_and(|exporter| exporter != "otlp") {
            return Err(EnvironmentError::Exporter);
        }
        if !endpoint.starts_with("http://") {
            return Err(EnvironmentError::Endpoint(name));
        }
        let protocol =
            set("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL").or_else(|| set("OTEL_EXPORTER_OTLP_PROTOCOL"));
        if let Some((name, _)) = protocol.filter(|(_, text)| text != "http/protobuf") {
            return Err(EnvironmentError::Protocol(name));
        }
        let number = |name| set(name).and_then(|(_, text)| text.trim().parse::<u64>().ok());
        let timeout =
            number("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT").or_else(|| number("OTEL_EXPORTER_OTLP_TIMEOUT"));
        let queue_spans = number("OTEL_BSP_MAX_QUEUE_SIZE").and_then(|spans| usize::try_from(spans).ok());
        let attributes = set("OTEL_RESOURCE_ATTRIBUTES").map_or_else(String::new, |(_, text)| text);
        let mut resource_attributes: Vec<_> = attributes
            .split(',')
            .filter_map(|attribute| Some(attribute.split_once('=')?.0.trim().to_owned()))
            .collect();
        resource_attributes.extend(set("OTEL_SERVICE_NAME").map(|_| "service.name".to_owned()));
        Ok(Some(Self {
            timeout: timeout.map_or(DEFAULT_TIMEOUT, Duration::from_millis),
            queue_spans: queue_spans.filter(|spans| *spans > 0).unwrap_or(DEFAULT_QUEUE_SPANS),
            resource_attributes,
        }))
    }

    /// Whether the operator has set this attribute of the resource.
    pub(super) fn says(&self, attribute: &str) -> bool {
        self.resource_attributes.iter().any(|said| said == attribute)
    }
}

#[cfg(test)]
mod tests {
    use super::{Environment, EnvironmentError};
    use std::time::Duration;

    const ENDPOINT: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");

    fn read(variables: &[(&str, &str)]) -> Result<Option<Environment>, EnvironmentError> {
        let found = |name| variables.iter().find(|(known, _)| *known == name);
        Environment::read(|name| found(name).map(|(_, text)| (*text).to_owned()))
    }

    #[test]
    fn there_are_no_traces_without_an_endpoint_or_where_they_are_turned_off() {
        for variables in [
            &[] as &[_],
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "")],
            &[("OTEL_SERVICE_NAME", "x")],
            &[ENDPOINT, ("OTEL_SDK_DISABLED", "TRUE")],
            &[ENDPOINT, ("OTEL_TRACES_EXPORTER", "none")],
        ] {
            assert!(matches!(read(variables), Ok(None)), "{variables:?}");
        }
        for more in [("OTEL_SDK_DISABLED", "yes"), ("OTEL_TRACES_EXPORTER", "otlp"), ("OTEL_UNHEARD_OF", "x")]
        {
            assert!(matches!(read(&[ENDPOINT, more]), Ok(Some(_))), "{more:?}");
        }
    }

    #[test]
    fn what_cannot_be_done_is_named() {
        for (variables, name) in [
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://x:4318")] as &[_], "OTEL_EXPORTER_OTLP_ENDPOINT:"),
            (&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "x:4318")], "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT:"),
            (&[ENDPOINT, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")], "OTEL_EXPORTER_OTLP_PROTOCOL:"),
            (&[ENDPOINT, ("OTEL_TRACES_EXPORTER", "zipkin")], "OTEL_TRACES_EXPORTER:"),
        ] {
            let error = read(variables).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.starts_with(name), "{variables:?}: {error:?}");
        }
    }

    #[test]
    fn the_traces_own_variable_wins_and_nonsense_counts_as_not_set() {
        let environment =
            |variables: &[_]| read(&[&[ENDPOINT], variables].concat()).ok().flatten().expect("on");
        let timeouts = [("OTEL_EXPORTER_OTLP_TIMEOUT", "7"), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "9")];
        assert_eq!(environment(&timeouts).timeout, Duration::from_millis(9));
        assert_eq!(environment(&timeouts[..1]).timeout, Duration::from_millis(7));
        let nonsense = [("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"), ("OTEL_BSP_MAX_QUEUE_SIZE", "0")];
        assert_eq!(environment(&nonsense).timeout, Duration::from_secs(10));
        assert_eq!(environment(&nonsense).queue_spans, 2048);
        let said = environment(&[("OTEL_RESOURCE_ATTRIBUTES", "a=b, service.version=3")]);
        assert!(said.says("service.version") && !said.says("service.name"));
        assert!(environment(&[("OTEL_SERVICE_NAME", "x")]).says("service.name"));
    }
}
