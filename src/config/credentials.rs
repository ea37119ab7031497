//! Who this service is to the cluster: a user name and a password, which may be kept in a file.

use super::settings;
use super::sources::Reader;
use std::fmt;
use std::fs;

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for whoever it is meant for.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(hidden)")
    }
}

/// The user name and the password; both are set, or neither is.
pub(super) fn read(read: &mut Reader<'_>) -> Option<(String, Secret)> {
    let (name, inline, file) =
        (&settings::CLUSTER_USERNAME, &settings::CLUSTER_PASSWORD, &settings::CLUSTER_PASSWORD_FILE);
    let username = read.optional(name, |text| Some(text.to_owned()));
    let password = read.optional(inline, |text| Some(Secret(text.to_owned())));
    let from_file = read.optional(file, |path| {
        let text = fs::read_to_string(path).ok()?;
        Some(Secret(text.trim_end_matches(['\r', '\n']).to_owned()))
    });
    let [name_variable, inline_variable, file_variable] = [name, inline, file].map(|one| one.variable());
    if read.is_set(inline) && read.is_set(file) {
        read.add_fault(format!("expected one of {inline_variable} and {file_variable}, found both"));
    }
    match (username, password.or(from_file)) {
        (Some(username), Some(password)) => return Some((username, password)),
        // A file that cannot be read is a fault already.
        (Some(_), None) if read.is_set(file) => {}
        (Some(_), None) => {
            read.add_fault(format!("{inline_variable}: expected with {name_variable}, not found"))
        }
        (None, Some(_)) => read.add_fault(format!("{name_variable}: expected with a password, not found")),
        (None, None) => {}
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Sources, settings};
    use std::fs;

    #[test]
    fn the_password_may_be_kept_in_a_file_and_is_never_shown() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let file = folder.path().join("password");
        fs::write(&file, "open sesame\n").expect("a file");
        let mut sources = Sources::new(false);
        sources.add_flag(&settings::CLUSTER_USERNAME, "jubilee".into());
        sources.add_flag(&settings::CLUSTER_PASSWORD_FILE, file.display().to_string());
        let config = Config::load(&sources).expect("valid");
        let (username, password) = config.cluster.credentials.clone().expect("credentials");
        assert_eq!((username.as_str(), password.reveal()), ("jubilee", "open sesame"));
        assert!(!format!("{config:?}").contains("sesame"));

        sources.add_flag(&settings::CLUSTER_PASSWORD, "xyzzy".into());
        let faults = Config::load(&sources).expect_err("two passwords").to_string();
        let both = "expected one of JUBILEE_CLUSTER_PASSWORD and JUBILEE_CLUSTER_PASSWORD_FILE, found both";
        assert!(faults.contains(both), "{faults}");
        assert!(!faults.contains("xyzzy") && !faults.contains("sesame"), "{faults}");
    }

    #[test]
    fn a_user_name_wants_a_password_and_a_password_a_user_name() {
        for (set, wanted) in [
            (&settings::CLUSTER_USERNAME, "JUBILEE_CLUSTER_PASSWORD: expected with JUBILEE_CLUSTER_USERNAME"),
            (&settings::CLUSTER_PASSWORD, "JUBILEE_CLUSTER_USERNAME: expected with a password"),
        ] {
            let mut sources = Sources::new(false);
            sources.add_flag(set, "jubilee".into());
            let faults = Config::load(&sources).expect_err("half of it").to_string();
            assert!(faults.contains(wanted), "{faults}");
        }
    }
}
