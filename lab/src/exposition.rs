//! What an instance says of itself at `/metrics`: Prometheus' text format, as much of it as our own instances write.

use std::collections::BTreeMap;

/// All samples of one reading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exposition {
    samples: Vec<Sample>,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    name: String,
    labels: Vec<(String, String)>,
    pub(crate) value: f64,
}

impl Sample {
    /// The value of a label, or nothing.
    pub(crate) fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl Exposition {
    /// Lines that are not understood are left out.
    pub(crate) fn parse(text: &str) -> Self {
        Self { samples: text.lines().filter_map(sample).collect() }
    }

    pub(crate) fn named<'all>(&'all self, name: &'all str) -> impl Iterator<Item = &'all Sample> {
        self.samples.iter().filter(move |sample| sample.name == name)
    }

    /// The sum over all series of that name that are meant.
    pub(crate) fn sum(&self, name: &str, meant: impl Fn(&Sample) -> bool) -> f64 {
        self.named(name).filter(|sample| meant(sample)).map(|sample| sample.value).sum()
    }

    /// The buckets of a histogram, by their upper bounds, summed over all series that are meant.
    pub(crate) fn buckets(&self, name: &str, meant: impl Fn(&Sample) -> bool) -> Buckets {
        let name = format!("{name}_bucket");
        let mut counts = BTreeMap::new();
        for sample in self.named(&name).filter(|sample| meant(sample)) {
            // As text a bound can be a key; numbers cannot.
            *counts.entry(sample.label("le").to_owned()).or_insert(0.0) += sample.value;
        }
        let mut counts: Vec<(f64, f64)> =
            counts.iter().filter_map(|(bound, count)| Some((bound.parse().ok()?, *count))).collect();
        counts.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        Buckets(counts)
    }
}

/// Upper bounds, ascending, and how many were at most that.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Buckets(Vec<(f64, f64)>);

impl Buckets {
    /// What has come since an earlier reading of the same histogram.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let before =
            |bound: f64| earlier.0.iter().find(|(known, _)| *known == bound).map_or(0.0, |(_, count)| *count);
        Self(self.0.iter().map(|(bound, count)| (*bound, count - before(*bound))).collect())
    }

    /// The quantile, taken to be spread evenly within its bucket, as `histogram_quantile` does; nothing, if nothing was
    /// counted.
    pub(crate) fn quantile(&self, quantile: f64) -> Option<f64> {
        let (_, all) = *self.0.last()?;
        let rank = quantile * all;
        let at = self.0.iter().position(|(_, count)| *count >= rank && *count > 0.0)?;
        let (lower, before) = if at == 0 { (0.0, 0.0) } else { self.0[at - 1] };
        let (upper, count) = self.0[at];
        // Above the last bound nothing more is known.
        Some(if upper.is_infinite() {
            lower
        } else {
            lower + (upper - lower) * (rank - before) / (count - before)
        })
    }
}

/// `name{label="value",...} 1.5`; comments and anything else are nothing.
fn sample(line: &str) -> Option<Sample> {
    let end = line.find(['{', ' ']).filter(|end| *end > 0 && !line.starts_with('#'))?;
    let (name, rest) = line.split_at(end);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest)?,
        None => (Vec::new(), rest),
    };
    // A time may follow.
    let value = rest.split_whitespace().next()?.parse().ok()?;
    Some(Sample { name: name.to_owned(), labels, value })
}

/// Up to the closing brace; and what comes after it.
fn labels(mut text: &str) -> Option<(Vec<(String, String)>, &str)> {
    let mut labels = Vec::new();
    loop {
        text = text.trim_start_matches([',', ' ']);
        if let Some(rest) = text.strip_prefix('}') {
            return Some((labels, rest));
        }
        let (name, rest) = text.split_once("=\"")?;
        let (value, rest) = quoted(rest)?;
        labels.push((name.to_owned(), value));
        text = rest;
    }
}

/// Up to the closing quote, which a backslash before it makes a plain one.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match characters.next()?.1 {
                'n' => value.push('\n'),
                escaped => value.push(escaped),
            },
            plain => value.push(plain),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Exposition;

    const TEXT: &str = r#"# HELP seconds Time
# TYPE seconds histogram
seconds_bucket{route="/",le="0.1"} 50
seconds_bucket{route="/",le="0.2"} 90
seconds_bucket{route="/",le="+Inf"} 100
seconds_bucket{route="a",le="0.1"} 7
up 1
odd{text="a \"b\", {c}\\\n",other=""} NaN
timed{a="b"} 2.5 1700000000
broken{a="b 3
"#;

    #[test]
    fn names_labels_and_values_are_read_and_escapes_undone() {
        let text = Exposition::parse(TEXT);
        assert_eq!(text.samples.len(), 7);
        assert_eq!(text.sum("up", |_| true), 1.0);
        assert_eq!(text.sum("timed", |sample| sample.label("a") == "b"), 2.5);
        let odd = text.named("odd").next().expect("it is there");
        assert_eq!((odd.label("text"), odd.label("other")), ("a \"b\", {c}\\\n", ""));
        assert!(odd.value.is_nan());
        assert_eq!(text.sum("broken", |_| true), 0.0);
    }

    #[test]
    fn quantiles_are_those_of_what_has_come_since() {
        let of =
            |text: &str| Exposition::parse(text).buckets("seconds", |sample| sample.label("route") == "/");
        let now = of(TEXT);
        assert_eq!(now.quantile(0.5), Some(0.1));
        assert!(now.quantile(0.7).is_some_and(|seconds| (seconds - 0.15).abs() < 1e-9));
        assert_eq!(now.quantile(0.99), Some(0.2));
        assert_eq!(now.since(&now).quantile(0.5), None);
        let earlier =
            of("seconds_bucket{route=\"/\",le=\"0.1\"} 50\nseconds_bucket{route=\"/\",le=\"0.2\"} 50\n\
                          seconds_bucket{route=\"/\",le=\"+Inf\"} 60\n");
        // 40 between 0.1 and 0.2, and none elsewhere.
        assert!(now.since(&earlier).quantile(0.25).is_some_and(|seconds| (seconds - 0.125).abs() < 1e-9));
    }
}
