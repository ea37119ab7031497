//! Reads the plain YAML that this repository's own files are written in: block mappings and lists, anchors and merges.
//! What stands in flow style (`[a, b]`) is taken as its text.

use std::collections::BTreeMap;

/// Each scalar by its path, such as `services/balancer/image`; the items of a list are numbered. What follows a scalar on
/// its line belongs to it.
pub(crate) type Values = BTreeMap<String, String>;

/// # Panics
/// If the text holds what this reader does not know.
pub(crate) fn read(text: &str) -> Values {
    let (mut values, mut anchors) = (Values::new(), BTreeMap::<String, String>::new());
    // How many items each list has so far.
    let mut items: BTreeMap<String, usize> = BTreeMap::new();
    // The keys that lead to the present line, each with its indentation.
    let mut open: Vec<(usize, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#')) {
        let mut content = line.trim_start();
        let mut indentation = line.len() - content.len();
        open.retain(|(opened_at, _)| *opened_at < indentation);
        if let Some(item) = content.strip_prefix("- ") {
            let path = joined(&open, "");
            let number = items.entry(path).or_default();
            open.push((indentation, number.to_string()));
            *number += 1;
            if !is_mapping(item) {
                values.insert(joined(&open, ""), unquoted(item));
                continue;
            }
            (content, indentation) = (item, indentation + 2);
        }
        let (key, value) = content.split_once(':').unwrap_or_else(|| panic!("no key: {line}"));
        let value = value.trim();
        let path = joined(&open, key);
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

/// Whether an item of a list is itself a mapping that begins there.
fn is_mapping(item: &str) -> bool {
    item.split_once(':').is_some_and(|(key, value)| {
        (value.is_empty() || value.starts_with(' '))
            && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
    })
}

fn joined(open: &[(usize, String)], key: &str) -> String {
    let keys = open.iter().map(|(_, key)| key.as_str());
    keys.chain([key]).filter(|key| !key.is_empty()).collect::<Vec<_>>().join("/")
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
        read("x: &x\n  a: 1\n  b: [2]\n# no\ny:\n  <<: *x\n  a: \"3\\n\"\n  c:\n    - 1:2 d\n    - '''f'\n");
    let read: Vec<_> = values.iter().map(|(path, value)| format!("{path}={value}")).collect();
    assert_eq!(read, ["x/a=1", "x/b=[2]", "y/a=3\n", "y/b=[2]", "y/c/0=1:2 d", "y/c/1='f"]);
}

#[test]
fn items_that_are_mappings_themselves_are_read() {
    let values = read("a:\n  - b: 1 # one\n    c:\n      - d\n      - e: 2\n  - f\n  - c:\n      b: 3\n");
    let read: Vec<_> = values.iter().map(|(path, value)| format!("{path}={value}")).collect();
    assert_eq!(read, ["a/0/b=1 # one", "a/0/c/0=d", "a/0/c/1/e=2", "a/1=f", "a/2/c/b=3"]);
}
