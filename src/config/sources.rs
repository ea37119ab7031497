//! Where values come from, and which one holds.

use super::settings::{SETTINGS, Setting};
use std::collections::BTreeMap;
use std::fmt;

/// The raw texts that were set, by setting, before any is checked.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Whether a person is watching: decides a few defaults.
    pub on_terminal: bool,
    /// `JUBILEE_*` variables that are no setting: most likely misspelt.
    pub unknown_variables: Vec<String>,
    file_faults: Vec<String>,
    texts: BTreeMap<&'static str, (Origin, String)>,
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// The environment.
    Variable,
    /// `jubilee.toml`.
    File,
    /// Nobody set it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Flag => "flag",
            Self::Variable => "environment",
            Self::File => "jubilee.toml",
            Self::Default => "default",
        })
    }
}

impl Sources {
    /// No sources: everything has its default.
    pub fn new(on_terminal: bool) -> Self {
        Self { on_terminal, ..Self::default() }
    }

    /// Reads the text of a `jubilee.toml`. Call it before [`Sources::add_variables`]. What is wrong with
    /// it is reported with all other faults.
    pub fn add_file(&mut self, text: &str) {
        match text.parse::<toml::Table>() {
            Ok(table) => table.into_iter().for_each(|(key, value)| self.add_file_value(&key, value)),
            Err(error) => self.add_file_fault(error.message()),
        }
    }

    /// Remembers what is wrong with `jubilee.toml` as a whole.
    pub fn add_file_fault(&mut self, fault: impl fmt::Display) {
        self.file_faults.push(format!("jubilee.toml: {fault}"));
    }

    fn add_file_value(&mut self, key: &str, value: toml::Value) {
        let text = match value {
            toml::Value::String(text) => Some(text),
            toml::Value::Integer(number) => Some(number.to_string()),
            _ => None,
        };
        match (SETTINGS.iter().find(|setting| setting.key() == key), text) {
            (Some(setting), Some(text)) => self.set(setting, Origin::File, text),
            (Some(_), None) => self.add_file_fault(format!("{key} must be a string or a whole number")),
            (None, _) => self.add_file_fault(format!("{key} is not a setting")),
        }
    }

    /// Takes the `JUBILEE_*` variables among those given; an empty one counts as not set.
    pub fn add_variables(&mut self, variables: impl Iterator<Item = (String, String)>) {
        for (variable, text) in variables.filter(|(_, text)| !text.is_empty()) {
            match SETTINGS.iter().find(|setting| setting.variable() == variable) {
                Some(setting) => self.set(setting, Origin::Variable, text),
                None if variable.starts_with("JUBILEE_") => self.unknown_variables.push(variable),
                None => {}
            }
        }
    }

    /// Takes a value given on the command line.
    pub fn add_flag(&mut self, setting: &Setting, text: String) {
        self.set(setting, Origin::Flag, text);
    }

    /// Where the value of a setting comes from, and its text: the default's if nobody set it.
    pub fn effective(&self, setting: &Setting) -> (Origin, &str) {
        self.texts
            .get(setting.name)
            .map_or((Origin::Default, setting.default), |(origin, text)| (*origin, text.as_str()))
    }

    fn set(&mut self, setting: &Setting, origin: Origin, text: String) {
        self.texts.insert(setting.name, (origin, text));
    }
}

/// Checks values one by one and keeps every fault, so that all are reported together.
pub(super) struct Reader<'sources> {
    sources: &'sources Sources,
    faults: Vec<String>,
}

impl<'sources> Reader<'sources> {
    pub(super) fn new(sources: &'sources Sources) -> Self {
        Self { sources, faults: sources.file_faults.clone() }
    }

    /// The value of a setting whose default is written in the table.
    pub(super) fn value<T>(&mut self, setting: &Setting, parse: impl Fn(&str) -> Option<T>) -> T {
        self.value_or(setting, &parse, || parse(setting.default).expect("the table's defaults are valid"))
    }

    /// The value of a setting whose default is worked out.
    pub(super) fn value_or<T>(
        &mut self,
        setting: &Setting,
        parse: impl Fn(&str) -> Option<T>,
        default: impl FnOnce() -> T,
    ) -> T {
        let (origin, text) = self.sources.effective(setting);
        if origin == Origin::Default {
            return default();
        }
        parse(text).unwrap_or_else(|| {
            let (variable, expected) = (setting.variable(), setting.expected);
            let found = if setting.is_secret() { "something else".into() } else { format!("{text:?}") };
            self.faults.push(format!("{variable}: expected {expected}, found {found} ({origin})"));
            default()
        })
    }

    /// The value of a setting that need not have any.
    pub(super) fn optional<T>(&mut self, setting: &Setting, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.value_or(setting, |text| parse(text).map(Some), || None)
    }

    /// Whether somebody has set it.
    pub(super) fn is_set(&self, setting: &Setting) -> bool {
        self.sources.effective(setting).0 != Origin::Default
    }

    /// Remembers what is wrong with several settings together.
    pub(super) fn add_fault(&mut self, fault: String) {
        self.faults.push(fault);
    }

    pub(super) fn into_faults(self) -> Vec<String> {
        self.faults
    }
}
