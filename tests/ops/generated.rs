//! What is made from tables in the code: `make docs` writes it, these tests fail when it is old.

use crate::tree;
use jubilee::config::{SETTINGS, STANDARD_VARIABLES, StandardVariable};
use jubilee::http::ProblemCode;
use jubilee::telemetry::metrics::labels::{Label, Values};
use jubilee::telemetry::metrics::{DEFINITIONS, Definition, Part};
use std::fmt::Write;
use std::fs;

const BEGIN: &str = "<!-- begin generated: settings -->\n";
const END: &str = "<!-- end generated: settings -->\n";
/// What the operating system knows of the process; the names are those of all Prometheus clients.
const PROCESS_METRICS: &str = "
## Of the process

| metric | type | what it says | unit | when to look at it |
|---|---|---|---|---|
| `process_cpu_seconds_total` | counter | Processor time used | seconds | slow answers: a rate near the number of processors is the bound |
| `process_resident_memory_bytes` | gauge | Memory held | bytes | before the limit of the container |
| `process_virtual_memory_bytes` | gauge | Address space held | bytes | hardly ever |
| `process_open_fds` | gauge | Open files and connections | descriptors | before the limit |
| `process_max_fds` | gauge | The limit of open files | descriptors | beside the open ones |
| `process_threads` | gauge | Threads | threads | hardly ever |
| `process_start_time_seconds` | gauge | When the process began | seconds since 1970 | whether an instance was restarted |
";

/// Compares a file with what it should hold, or with `REGENERATE` set writes it.
fn hold(path: &str, expected: &str) {
    if std::env::var_os("REGENERATE").is_some() {
        fs::write(tree::root().join(path), expected).expect("the repository can be written");
    }
    assert!(tree::read(path) == expected, "{path} is old: run `make docs` and look at the difference");
}

#[test]
fn the_list_of_errors_is_that_of_the_code() {
    let mut text = String::from(
        "# Errors\n\n\
         Made by `make docs` from src/http/problem/table.rs.\n\n\
         Every failure is `application/problem+json` (RFC 9457) with `type`, `title`, `status`, `detail`, `code` and\n\
         `requestId`, and `traceId` where requests are traced. `code` and `type` (`urn:problem-type:jubilee:` and the code)\n\
         stay the same for ever; `title` and `detail` are for people. Answers with status 503 carry `Retry-After`. Every\n\
         request is idempotent: it may be sent again after a connection error, 503 or 504, up to 3 times.\n\n\
         Before a request's head is whole there is no request to answer: the parser replies with an empty 400, 408 or 431\n\
         and closes.\n\n\
         | code | status | title | retry | what to do |\n|---|---|---|---|---|\n",
    );
    for code in ProblemCode::ALL {
        let (name, status, title) = (code.name(), code.status().as_u16(), code.title());
        let (retry, detail) = (code.retry(), code.general_detail());
        writeln!(text, "| `{name}` | {status} | {title} | {retry} | {detail} |")
            .expect("a text takes it all");
    }
    hold("docs/errors.md", &text);
}

#[test]
fn the_example_environment_names_every_setting() {
    let mut text = String::from(
        "# Every setting with its default, made by `make docs` from src/config/settings.rs.\n\
         # A flag wins over these, these over jubilee.toml. Take away a # to set one.\n",
    );
    for setting in SETTINGS {
        let (help, expected, variable) = (setting.help, setting.expected, setting.variable());
        // A default that is worked out cannot be written as a value.
        let (value, worked_out) = match setting.default.strip_prefix('(') {
            Some(how) => ("", format!(" Default: {}.", how.trim_end_matches(')'))),
            None => (setting.default, String::new()),
        };
        writeln!(text, "\n# {help}.{worked_out}\n# Expects {expected}.\n#{variable}={value}")
            .expect("a text takes it all");
    }
    text.push_str(
        "\n# OpenTelemetry's own variables, for the traces of requests. One that is unknown is ignored.\n",
    );
    for variable in STANDARD_VARIABLES {
        let StandardVariable { name, default, expected, help } = variable;
        let (value, worked_out) = match default.strip_prefix('(') {
            Some(how) => ("", format!(" Default: {}.", how.trim_end_matches(')'))),
            None => (*default, String::new()),
        };
        writeln!(text, "\n# {help}.{worked_out}\n# Expects {expected}.\n#{name}={value}")
            .expect("a text takes it all");
    }
    hold(".env.example", &text);
}

#[test]
fn the_readme_names_every_setting() {
    let mut table = String::from("| setting | default | what it does |\n|---|---|---|\n");
    for setting in SETTINGS {
        let (variable, default, help) = (setting.variable(), setting.default, setting.help);
        writeln!(table, "| `{variable}` | `{default}` | {help} |").expect("a text takes it all");
    }
    for StandardVariable { name, default, help, .. } in STANDARD_VARIABLES {
        writeln!(table, "| `{name}` | `{default}` | {help} |").expect("a text takes it all");
    }
    let readme = tree::read("README.md");
    let (before, rest) = readme.split_once(BEGIN).expect("the README marks where its settings begin");
    let (_, after) = rest.split_once(END).expect("the README marks where its settings end");
    hold("README.md", &format!("{before}{BEGIN}{table}{END}{after}"));
}

#[test]
fn the_list_of_metrics_is_that_of_the_code() {
    let mut text = String::from(
        "# Metrics\n\n\
         Made by `make docs` from src/telemetry/metrics/table.rs.\n\n\
         `GET /metrics` on the admin listener, in the Prometheus text format. A label never says anything that a client\n\
         made up, so the number of series is bounded. Scraping adds `job`, `instance` and `region`, the region of the\n\
         instance; a label that names *another* region is `peer`, or `from` and `to`. Series whose labels are known\n\
         beforehand are there from the start, at zero. A histogram `x` is scraped as `x_bucket`, `x_sum` and `x_count`.\n",
    );
    for (part, title) in [
        (Part::Always, "Every process"),
        (Part::Embedded, "On the embedded store"),
        (Part::Cluster, "On the cluster"),
    ] {
        write!(
            text,
            "\n## {title}\n\n| metric | type | labels | what it says | unit | when to look at it |\n\
             |---|---|---|---|---|---|\n"
        )
        .expect("a text takes it all");
        for metric in DEFINITIONS.iter().filter(|metric| metric.part == part) {
            let Definition { name, unit, help, look, .. } = metric;
            let kind = format!("{:?}", metric.kind).to_lowercase();
            let labels: Vec<_> = metric.labels.iter().map(described).collect();
            writeln!(text, "| `{name}` | {kind} | {} | {help} | {unit} | {look} |", labels.join("; "))
                .expect("a text takes it all");
        }
    }
    text.push_str(PROCESS_METRICS);
    hold("docs/metrics.md", &text);
}

/// A label with what it may say.
fn described(label: &Label) -> String {
    let values = match label.values {
        Values::All(values) | Values::AnyOf(values) => {
            values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
        }
        Values::Named(what) => what.to_owned(),
    };
    format!("`{}`: {values}", label.name)
}
