//! Questions about regions that several steps ask.

use super::Engine;
use crate::Version;
use crate::report::RegionNow;
use std::cell::Cell;

/// So many looks in a row must say ready: one that crashes and is started again is ready now and then.
const READY_IN_A_ROW: u32 = 3;

impl Engine<'_> {
    /// Whether all other regions can take this one's users: ready, and wholly in traffic themselves.
    pub(super) fn others_can_take(&self, region: &str) -> Result<(), String> {
        let mut others = 0;
        for other in self.journal.regions.iter().map(|before| &before.region).filter(|other| *other != region)
        {
            others += 1;
            let dial = self.platform.dial(other).map_err(|error| error.to_string())?;
            if dial < 100 {
                return Err(format!("{other} cannot take the users of {region}: it is dialled to {dial} %"));
            }
            let readiness = self.platform.readiness(other).map_err(|error| error.to_string())?;
            if !readiness.is_ready() {
                return Err(format!("{other} cannot take the users of {region}: {readiness}"));
            }
        }
        if others == 0 { Err(format!("there is no region beside {region}")) } else { Ok(()) }
    }

    /// Dials a region to 0, if others can take its users.
    pub(super) fn drain(&self, region: &str) -> Result<(), String> {
        let dial = self.platform.dial(region).map_err(|error| error.to_string())?;
        if dial > 0 {
            self.others_can_take(region)?;
        }
        // Also where it stands at 0: what was in flight may not have ended.
        self.set_dial(region, 0)
    }

    pub(super) fn set_dial(&self, region: &str, percent: u8) -> Result<(), String> {
        self.platform.set_dial(region, percent).map_err(|error| error.to_string())?;
        let dial = self.platform.dial(region).map_err(|error| error.to_string())?;
        if dial == percent {
            Ok(())
        } else {
            Err(format!("the dial stands at {dial} % instead of {percent} %"))
        }
    }

    /// Whether the region runs that version: a platform may have put the old one back by itself.
    pub(super) fn runs(&self, region: &str, version: &Version) -> Result<(), String> {
        let running = self.platform.running(region).map_err(|error| error.to_string())?;
        if running == *version {
            Ok(())
        } else {
            Err(format!("{region} runs {running} instead of {version}"))
        }
    }

    /// Waits until every instance of the region is ready, runs that version, and stays so.
    pub(super) fn await_ready(&self, region: &str, version: &Version) -> Result<String, String> {
        let in_a_row = Cell::new(0);
        self.wait_until(self.journal.settings.times.ready, || {
            let before = in_a_row.replace(0);
            let readiness = self.platform.readiness(region).map_err(|error| error.to_string())?;
            self.runs(region, version)?;
            if !readiness.is_ready() {
                return Err(readiness.to_string());
            }
            in_a_row.set(before + 1);
            if in_a_row.get() < READY_IN_A_ROW {
                Err("ready, but not for long yet".to_owned())
            } else {
                Ok(())
            }
        })?;
        Ok(format!("ready, and runs {version}"))
    }

    /// What every region runs now, for the report.
    pub(super) fn regions_now(&self) -> Vec<RegionNow> {
        let now = |region: &String| RegionNow {
            region: region.clone(),
            runs: self
                .platform
                .running(region)
                .map_err(|error| error.to_string())
                .map_or_else(|why| why, |now| now.0),
            dial: self.platform.dial(region).ok(),
        };
        self.journal.regions.iter().map(|before| now(&before.region)).collect()
    }
}
