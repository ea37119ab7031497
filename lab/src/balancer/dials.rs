//! Which part of its clients each region gets, and what HAProxy is told to have it so.

use crate::LabError;
use crate::plan::{Plan, Region};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const FILE: &str = "dials.json";
/// The greatest weight that HAProxy takes.
const GREATEST: f64 = 256.0;

/// Percent of their own clients, by region; one that is not named gets all of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Dials(BTreeMap<String, u8>);

impl Dials {
    pub(crate) fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join(FILE)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<(), LabError> {
        let path = folder.join(FILE);
        let text = serde_json::to_string(self).map_err(|error| LabError::failed(error.to_string()))?;
        fs::write(&path, text).map_err(LabError::file(&path))
    }

    pub(crate) fn of(&self, region: &str) -> u8 {
        self.0.get(region).copied().unwrap_or(100)
    }

    /// # Errors
    /// If it is no part, or nobody would serve at all.
    pub(crate) fn set(&mut self, plan: &Plan, region: &str, percent: u8) -> Result<(), LabError> {
        if percent > 100 {
            return Err(LabError::failed(format!("a dial goes from 0 to 100, not to {percent}")));
        }
        let others = plan.regions().filter(|other| other.name() != region);
        if percent < 100 && others.map(|other| self.of(other.name())).all(|dial| dial == 0) {
            return Err(LabError::failed(format!("no other region would take the clients of {region}")));
        }
        self.0.insert(region.to_owned(), percent);
        Ok(())
    }

    /// The weight of every server of a region's backend, by its name.
    ///
    /// What a region does not get goes to the others in equal parts. One at 0 gets nobody, not even when all others are
    /// lost.
    pub(crate) fn weights(&self, region: &Region<'_>) -> Vec<(String, u16)> {
        let own = f64::from(self.of(region.name()));
        let others: Vec<_> = region.nearest_first().into_iter().skip(1).collect();
        let takers = others.iter().filter(|other| self.of(other.name()) > 0).count() as f64;
        let shift = if takers > 0.0 { (100.0 - own) / takers } else { 0.0 };
        let scale = GREATEST / own.max(shift);
        // Never rounded to nobody.
        let weight = |part: f64| (part * scale).ceil().min(GREATEST) as u16;
        let mut weights = vec![(region.name().to_owned(), weight(own))];
        for other in others {
            let takes = self.of(other.name()) > 0;
            weights.push((other.name().to_owned(), u16::from(takes)));
            weights.push((shifted(other.name()), if takes { weight(shift) } else { 0 }));
        }
        weights
    }
}

/// The server that takes the clients that another region is not to get.
pub(crate) fn shifted(region: &str) -> String {
    format!("shift-{region}")
}

#[cfg(test)]
mod tests {
    use super::Dials;
    use crate::Options;
    use crate::plan::Plan;

    fn weights(dials: &[(&str, u8)], region: &str) -> String {
        let plan = Plan::new(0, &Options::new("jubilee")).expect("a good plan");
        let mut all = Dials::default();
        for (region, percent) in dials {
            all.set(&plan, region, *percent).expect("a good dial");
        }
        let weights = all.weights(&plan.region(region).expect("it is one"));
        weights.iter().map(|(server, weight)| format!("{server}={weight}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_region_gets_all_of_its_clients_until_it_is_told_otherwise() {
        assert_eq!(weights(&[], "us"), "us=256 eu=1 shift-eu=0 ap=1 shift-ap=0");
        assert_eq!(weights(&[("us", 10), ("us", 100)], "us"), weights(&[], "us"));
    }

    #[test]
    fn what_it_does_not_get_goes_to_the_others_in_equal_parts() {
        // 57 of 569 is 10.0 %.
        assert_eq!(weights(&[("us", 10)], "us"), "us=57 eu=1 shift-eu=256 ap=1 shift-ap=256");
        assert_eq!(weights(&[("us", 0)], "us"), "us=0 eu=1 shift-eu=256 ap=1 shift-ap=256");
        assert_eq!(weights(&[("us", 10)], "eu"), "eu=256 us=1 shift-us=0 ap=1 shift-ap=0");
    }

    #[test]
    fn one_at_0_gets_nobodys_clients() {
        assert_eq!(weights(&[("eu", 0)], "us"), "us=256 eu=0 shift-eu=0 ap=1 shift-ap=0");
        assert_eq!(weights(&[("eu", 0), ("us", 50)], "us"), "us=256 eu=0 shift-eu=0 ap=1 shift-ap=256");
    }

    #[test]
    fn somebody_must_serve() {
        let plan = Plan::new(0, &Options::new("jubilee")).expect("a good plan");
        let mut dials = Dials::default();
        dials.set(&plan, "eu", 0).expect("two are left");
        dials.set(&plan, "us", 0).expect("one is left");
        assert!(dials.set(&plan, "ap", 99).is_err());
        assert!(dials.set(&plan, "eu", 101).is_err());
    }
}
