//! Reads the plain YAML that this repository's own files are written in: block mappings and lists, anchors and merges.
//! What stands in flow style (`[a, b]`) is taken as its text.

use std::collections::BTreeMap;

/// Each scalar by its path, such as `services/balancer/image`; the items of a list are numbered.
pub(crate) type Values = BTreeMap<String, String>;

/// # Panics
/// If the text holds what this reader does not know.
pub(crate) fn read(text: &str) -> Values {
    let (mut values, mut anchors) = (Values::new(), BTreeMap::<String, String>::new());
    // The keys that lead to the present line, each with its indentation.
    let mut open: Vec<(usize, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#')) {
        let content = line.trim_start();
        let indentation = line.len() - content.len();
        open.retain(|(opened_at, _)| *opened_at < indentation);
        let path = open.iter().map(|(_, key)| key.as_str()).collect::<Vec<_>>().join("/");
        if let Some(item) = content.strip_prefix("- ") {
            let number = values.keys().filter(|key| key.starts_with(&format!("{path}/"))).count();
            values.insert(format!("{path}/{number}"), unquoted(item));
            continue;
        }
        let (key, value) = content.split_once(':').unwrap_or_else(|| panic!("no key: {line}"));
        let value = value.trim();
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}/{key}") };
        if let Some(anchor) = value.strip_prefix('*') {
            assert_eq!(key, "<<", "an alias is merged: {line}");
            let into = path.strip_suffix("<<").expect("just seen");
            merge(&mut values, &anchors[anchor], into);
        } else if let Some(anchor) = value.strip_prefix('&') {
            anchors.insert(anchor.to_owned(), path);
        } else if !value.is_empty() {
            assert!(!value.starts_with(['|', '>', '!']), "not known: {line}");
            values.insert(path, unquoted(value));
        }
        open.push((indentation, key.to_owned()));
    }
    values
}

/// Copies what an anchor names; what stands there already, or comes later, wins.
fn merge(values: &mut Values, from: &str, into: &str) {
    let prefix = format!("{from}/");
    let found: Vec<_> = values
        .iter()
        .filter_map(|(path, value)| Some((format!("{into}{}", path.strip_prefix(&prefix)?), value.clone())))
        .collect();
    assert!(!found.is_empty(), "nothing is anchored at {from}");
    for (path, value) in found {
        values.entry(path).or_insert(value);
    }
}

fn unquoted(text: &str) -> String {
    let inner = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    match (inner('"'), inner('\'')) {
        (Some(escaped), _) => escaped.replace("\\n", "\n").replace("\\\"", "\""),
        (_, Some(plain)) => plain.replace("''", "'"),
        _ => text.to_owned(),
    }
}

#[test]
fn mappings_lists_anchors_and_merges_are_read() {
    let values =
        read("x: &x\n  a: 1\n  b: [2]\n# no\ny:\n  <<: *x\n  a: \"3\\n\"\n  c:\n    - d: e\n    - '''f'\n");
    let read: Vec<_> = values.iter().map(|(path, value)| format!("{path}={value}")).collect();
    assert_eq!(read, ["x/a=1", "x/b=[2]", "y/a=3\n", "y/b=[2]", "y/c/0=d: e", "y/c/1='f"]);
}
