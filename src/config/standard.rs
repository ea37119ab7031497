//! The table of the standard `OTEL_*` variables: from it come their part of `.env.example` and of the README.
//!
//! They are OpenTelemetry's own, read where traces begin (`src/telemetry/traces`), so they have neither flag nor
//! key in `jubilee.toml`, and one that nobody knows is ignored.

/// One standard variable.
#[derive(Debug)]
pub struct StandardVariable {
    /// Its name.
    pub name: &'static str,
    /// The value it has if nobody sets it; in brackets where it is worked out.
    pub default: &'static str,
    /// What a value must be.
    pub expected: &'static str,
    /// What it does.
    pub help: &'static str,
}

macro_rules! variables {
    ($($name:ident = $default:literal, $expected:literal, $help:literal;)*) => {
        /// All of them, in the order in which they are shown.
        pub const STANDARD_VARIABLES: &[StandardVariable] = &[$(
            StandardVariable { name: stringify!($name), default: $default, expected: $expected, help: $help }
        ),*];
    };
}

variables! {
    OTEL_EXPORTER_OTLP_ENDPOINT = "(none: no traces)", "an address such as http://127.0.0.1:4318",
        "The collector that is sent the traces of requests, over OTLP (HTTP/protobuf), at /v1/traces";
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = "(OTEL_EXPORTER_OTLP_ENDPOINT and /v1/traces)",
        "an address such as http://127.0.0.1:4318/v1/traces",
        "The same with its whole path";
    OTEL_EXPORTER_OTLP_HEADERS = "(none)", "name=value, several separated by commas, values percent-encoded",
        "Headers for the collector, such as a key; OTEL_EXPORTER_OTLP_TRACES_HEADERS wins over it";
    OTEL_EXPORTER_OTLP_TIMEOUT = "10000", "milliseconds",
        "How long sending one batch may take; OTEL_EXPORTER_OTLP_TRACES_TIMEOUT wins over it";
    OTEL_TRACES_SAMPLER = "parentbased_always_on",
        "always_on, always_off, traceidratio, or one of these after parentbased_",
        "Which requests are traced; after parentbased_ the decision in the caller's traceparent holds where there is one";
    OTEL_TRACES_SAMPLER_ARG = "1.0", "a number from 0 to 1, such as 0.01",
        "The part of the requests that traceidratio takes";
    OTEL_SERVICE_NAME = "jubilee", "a name",
        "What traces call this service";
    OTEL_RESOURCE_ATTRIBUTES = "(none)", "name=value, several separated by commas",
        "What else traces say of this instance";
    OTEL_BSP_SCHEDULE_DELAY = "5000", "milliseconds",
        "How long spans may wait for a batch to fill";
    OTEL_BSP_MAX_QUEUE_SIZE = "2048", "a whole number from 1",
        "Spans that may wait for the collector; more are dropped and counted";
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE = "512", "a whole number from 1 to OTEL_BSP_MAX_QUEUE_SIZE",
        "Spans that are sent at once";
    OTEL_TRACES_EXPORTER = "otlp", "otlp or none",
        "none turns traces off";
    OTEL_SDK_DISABLED = "false", "true or false",
        "true turns traces off";
}
