//! What a panel needs to show anything, beside load: `observability/grafana/panels.yaml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// A fault that happened.
    Fault,
    /// Instances that keep embedded stores.
    EmbeddedStore,
}

/// Dashboards and titles, and what those panels need. All others need nothing.
pub(crate) struct Needs(BTreeMap<(String, String), Need>);

impl Needs {
    pub(crate) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("observability/grafana/panels.yaml");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::parse(&text).unwrap_or_else(|line| panic!("{}: not understood: {line}", path.display()))
    }

    pub(crate) fn of(&self, board: &str, title: &str) -> Option<Need> {
        self.0.get(&(board.to_owned(), title.to_owned())).copied()
    }

    /// The panels that are spoken of.
    pub(crate) fn panels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.keys().map(|(board, title)| (board.as_str(), title.as_str()))
    }

    /// Reads keys that are indented by 0, 2 and 4; gives the line that is something else.
    fn parse(text: &str) -> Result<Self, &str> {
        let (mut board, mut title, mut needs) = (String::new(), String::new(), BTreeMap::new());
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty())
        {
            let key = |line: &str| line.strip_suffix(':').map(|key| key.trim_matches(['"', '\'']).to_owned());
            if let Some(rest) = line.strip_prefix("    ") {
                let need = match rest.split_once(": ") {
                    Some(("needs", "fault")) => Need::Fault,
                    Some(("needs", "embedded-store")) => Need::EmbeddedStore,
                    Some(("why", _)) => continue,
                    _ => return Err(line),
                };
                needs.insert((board.clone(), title.clone()), need);
            } else if let Some(rest) = line.strip_prefix("  ") {
                title = key(rest).ok_or(line)?;
            } else {
                board = key(line).ok_or(line)?;
            }
        }
        Ok(Self(needs))
    }
}

#[test]
fn needs_are_read_by_dashboard_and_title() {
    let needs = Needs::parse(
        "# Needs.\nboard:\n  \"A: b\":\n    needs: fault\n    why: \"w\"\n  C:\n    needs: embedded-store\n",
    );
    let needs = needs.unwrap_or_else(|line| panic!("{line}"));
    assert_eq!(needs.of("board", "A: b"), Some(Need::Fault));
    assert_eq!(needs.of("board", "C"), Some(Need::EmbeddedStore));
    assert_eq!(needs.of("other", "C"), None);
    assert_eq!(Needs::parse("a:\n  b:\n    needs: luck\n").err(), Some("    needs: luck"));
}
