//! What `/metrics` says, read and judged.

use jubilee::telemetry::metrics::{DEFINITIONS, Definition, Kind, Part};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

/// The most that an instance at rest may have to say.
const LARGEST_BYTES: usize = 100_000;

/// One answer of `/metrics`.
#[derive(Clone, Debug)]
pub struct Exposition {
    text: String,
    series: BTreeMap<String, f64>,
}

impl Exposition {
    /// Reads the text format.
    ///
    /// # Panics
    /// If it is not that.
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let series = lines.map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line:?} has no value"));
            (name.to_owned(), value.parse().unwrap_or_else(|_| panic!("{line:?} has no number")))
        });
        Self { series: series.collect(), text: text.to_owned() }
    }

    /// The value of a series, by its name with its labels as they stand there; `None` if it is not there.
    pub fn get(&self, series: &str) -> Option<f64> {
        self.series.get(series).copied()
    }

    /// The sum over all series of a name, whatever their labels say; 0 if there is none.
    pub fn sum(&self, name: &str) -> f64 {
        let of_it = |series: &str| {
            series.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('{'))
        };
        self.series.iter().filter(|(series, _)| of_it(series)).map(|(_, value)| value).sum()
    }

    /// The names of all series, with their labels.
    pub fn names(&self) -> BTreeSet<String> {
        self.series.keys().cloned().collect()
    }

    /// Holds that all of it is in the table of metrics, with labels that it allows; that what the table says is there
    /// from the start is there, on this store; and that what can say nothing on this store is not.
    ///
    /// # Panics
    /// If it does not fit the table.
    pub fn assert_fits_the_table(&self, store: Part) {
        let told = |definition: &&Definition| [Part::Always, store].contains(&definition.part);
        let mut expected: BTreeSet<String> =
            DEFINITIONS.iter().filter(told).flat_map(series_known_beforehand).collect();
        for name in self.series.keys().filter(|name| !name.starts_with("process_")) {
            let (family, labels) = split(name);
            let definition = DEFINITIONS.iter().filter(told).find(|definition| is_of(&family, definition));
            let definition = definition.unwrap_or_else(|| panic!("{name} is not in the table for {store:?}"));
            let labels: BTreeMap<_, _> = labels.into_iter().filter(|(label, _)| label != "le").collect();
            assert_eq!(labels.len(), definition.labels.len(), "{name}");
            for label in definition.labels {
                let value = labels.get(label.name).unwrap_or_else(|| panic!("{name} has no {}", label.name));
                assert!(label.values.allow(value), "{name}: {} may not say {value:?}", label.name);
            }
            expected.remove(name);
        }
        assert!(expected.is_empty(), "not there from the start: {expected:#?}");
        for definition in DEFINITIONS {
            let help = format!("# HELP {} {}\n", definition.name, definition.help);
            assert!(
                !self.text.contains(&format!("# HELP {} ", definition.name)) || self.text.contains(&help)
            );
        }
    }

    /// Holds that Prometheus' own check of names, texts and units has nothing to say.
    ///
    /// # Panics
    /// If it has.
    pub fn assert_promtool_finds_nothing(&self) {
        let mut promtool = Command::new("promtool")
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("promtool runs; scripts/needs installs it");
        let mut input = promtool.stdin.take().expect("piped");
        input.write_all(self.text.as_bytes()).expect("promtool reads it all");
        drop(input);
        let output = promtool.wait_with_output().expect("promtool ends");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(output.status.success() && said.is_empty(), "{}: {said}", output.status);
    }

    /// Holds that a scrape is small.
    ///
    /// # Panics
    /// If it is not.
    pub fn assert_small(&self) {
        let bytes = self.text.len();
        eprintln!("{bytes} bytes, {} series", self.series.len());
        assert!(bytes < LARGEST_BYTES, "{bytes} bytes");
    }
}

/// A name and its labels. No label of ours holds a quote or a comma.
fn split(series: &str) -> (String, Vec<(String, String)>) {
    let Some((name, labels)) = series.split_once('{') else { return (series.to_owned(), Vec::new()) };
    let labels = labels.strip_suffix('}').expect("closed").split("\",");
    let labels = labels.map(|label| {
        let (label, value) = label.split_once("=\"").expect("a label");
        (label.to_owned(), value.trim_end_matches('"').to_owned())
    });
    (name.to_owned(), labels.collect())
}

fn is_of(name: &str, definition: &Definition) -> bool {
    let Some(rest) = name.strip_prefix(definition.name) else { return false };
    match definition.kind {
        Kind::Histogram => ["_bucket", "_sum", "_count"].contains(&rest),
        Kind::Counter | Kind::Gauge => rest.is_empty(),
    }
}

/// The series of a metric whose labels are all known beforehand; of a histogram, its count.
fn series_known_beforehand(definition: &Definition) -> Vec<String> {
    use jubilee::telemetry::metrics::labels::Values;
    let name = match definition.kind {
        Kind::Histogram => format!("{}_count", definition.name),
        Kind::Counter | Kind::Gauge => definition.name.to_owned(),
    };
    if definition.labels.is_empty() {
        return vec![name];
    }
    let mut labels: Vec<_> = definition.labels.iter().collect();
    labels.sort_unstable_by_key(|label| label.name);
    let mut known = vec![Vec::new()];
    for label in labels {
        let Values::All(values) = label.values else { return Vec::new() };
        let one_longer = |known: Vec<String>| {
            let said = values.iter().map(move |value| format!("{}=\"{value}\"", label.name));
            said.map(move |label| [known.clone(), vec![label]].concat()).collect::<Vec<_>>()
        };
        known = known.into_iter().flat_map(one_longer).collect();
    }
    known.into_iter().map(|labels| format!("{name}{{{}}}", labels.join(","))).collect()
}

#[cfg(test)]
mod tests {
    use super::Exposition;
    use jubilee::telemetry::metrics::Part;
    use std::panic::catch_unwind;

    fn fits(text: &str) -> bool {
        let whole = jubilee::telemetry::Metrics::new().render(|_| ()).expect("a text");
        let text = format!("{whole}{text}");
        catch_unwind(|| Exposition::parse(&text).assert_fits_the_table(Part::Always)).is_ok()
    }

    #[test]
    fn what_is_not_in_the_table_is_found() {
        assert!(fits(""));
        assert!(fits("jubilee_http_requests_total{method=\"GET\",route=\"/\",status=\"200\"} 1\n"));
        for strange in [
            "jubilee_unheard_of_total 1\n",
            "jubilee_http_requests_total{method=\"BREW\",route=\"/\",status=\"200\"} 1\n",
            "jubilee_http_requests_total{method=\"GET\",route=\"/ada\",status=\"200\"} 1\n",
            "jubilee_http_requests_total{method=\"GET\",route=\"/\"} 1\n",
            "jubilee_http_connections_count 1\n",
            "jubilee_session_up 1\n",
        ] {
            assert!(!fits(strange), "{strange}");
        }
    }
}
