//! What Grafana puts in place of the variables of an expression.

/// Names and what they stand for, longest first: `$__rate_interval` begins as `$__rate` does.
const VALUES: &[(&str, &str)] = &[
    // Four scrapes and more: the laboratory scrapes each second.
    ("__rate_interval", "10s"),
    ("__interval_ms", "5000"),
    ("__interval", "5s"),
    ("__range_s", "300"),
    ("__range", "5m"),
    // All regions, as a dashboard shows them when it is opened.
    ("region", ".+"),
];

/// The expression that Prometheus is asked.
///
/// # Errors
/// Names a variable that nobody has set.
pub(crate) fn substituted(expression: &str) -> Result<String, String> {
    let mut text = expression.to_owned();
    for (name, value) in VALUES {
        text = text.replace(&format!("${{{name}}}"), value);
        text = text.replace(&format!("${{{name}:regex}}"), value);
        text = text.replace(&format!("${name}"), value);
    }
    // A lone `$` ends a regular expression.
    let unknown = text.match_indices('$').map(|(at, _)| &text[at + 1..]);
    let mut unknown =
        unknown.filter(|rest| rest.starts_with(|next: char| next.is_alphabetic() || "_{".contains(next)));
    match unknown.next() {
        Some(rest) => {
            Err(format!("nobody sets ${}", rest.split(['"', '[', '}', ' ']).next().unwrap_or(rest)))
        }
        None => Ok(text),
    }
}

#[test]
fn every_variable_is_replaced_or_complained_of() {
    let text = r#"rate(a{region=~"$region", b=~"x$"}[$__rate_interval]) + c{region=~"${region:regex}"}[${__interval}]"#;
    let replaced = r#"rate(a{region=~".+", b=~"x$"}[10s]) + c{region=~".+"}[5s]"#;
    assert_eq!(substituted(text), Ok(replaced.to_owned()));
    assert_eq!(substituted("a{b=\"$other\"}"), Err("nobody sets $other".to_owned()));
}
