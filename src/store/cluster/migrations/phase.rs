//! Whom a migration is compatible with, as its file's head says: `-- phase: expand`.

/// Which programs may run while a migration is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store::cluster) enum Phase {
    /// It adds something; any.
    Expand,
    /// It takes away what older ones need; this one, `X.Y.Z`, and later.
    Contract {
        /// The first version that may run.
        after: &'static str,
    },
}

impl Phase {
    /// What a file says; `None` if it says nothing, something else, or several things.
    pub(in crate::store::cluster) fn of(text: &'static str) -> Option<Self> {
        let mut said = text.lines().filter_map(|line| line.strip_prefix("-- phase:")).map(str::trim);
        let (only, None) = (said.next()?, said.next()) else { return None };
        if only == "expand" {
            return Some(Self::Expand);
        }
        let after = only.strip_prefix("contract after ")?;
        let numbers: Vec<_> = after.split('.').collect();
        let number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        (numbers.len() == 3 && numbers.iter().all(number)).then_some(Self::Contract { after })
    }
}

#[cfg(test)]
mod tests {
    use super::Phase;

    #[test]
    fn a_phase_is_read_only_where_one_is_said() {
        assert_eq!(Phase::of("-- It adds.\n-- phase: expand\nCREATE a;"), Some(Phase::Expand));
        let contract = Phase::of("-- phase: contract after 1.20.3\n");
        assert_eq!(contract, Some(Phase::Contract { after: "1.20.3" }));
        for nothing in [
            "",
            "CREATE a; -- phase: expand",
            "-- phase: expanding",
            "-- phase: contract",
            "-- phase: contract after 1.2",
            "-- phase: contract after 1.2.x",
            "-- phase: contract after 1.2.3-rc1",
            "-- phase: expand\n-- phase: contract after 1.2.3",
        ] {
            assert_eq!(Phase::of(nothing), None, "{nothing}");
        }
    }
}
