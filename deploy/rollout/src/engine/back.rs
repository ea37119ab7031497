//! A region's way back. The old version was well before, so what fails here is tried again.

use super::Engine;
use crate::journal::{BackStep, Before, Failure};

/// A region that has no users, or the wrong version, is worth trying again for.
const ATTEMPTS: u32 = 3;

impl Engine<'_> {
    /// One step; each may be done again.
    pub(super) fn back(&mut self, region: usize, step: BackStep) -> Result<(), Failure> {
        let before = self.journal.regions[region].clone();
        let mut attempt = 1;
        loop {
            match self.back_once(&before, step) {
                Ok(()) => return Ok(()),
                Err(failure) if attempt == ATTEMPTS => return Err(failure),
                Err(_) => {
                    self.tools.clock.pause(self.journal.settings.times.poll * 2_u32.pow(attempt));
                    attempt += 1;
                }
            }
        }
    }

    fn back_once(&mut self, before: &Before, step: BackStep) -> Result<(), Failure> {
        let Before { region, version, dial, .. } = before;
        match step {
            BackStep::Drain => {
                self.gate(|engine| engine.drain_back(region).map_err(|why| engine.failure(why)))
            }
            BackStep::Replace => self.gate(|engine| {
                let replaced = engine.platform.replace(region, version);
                replaced.map_err(|why| engine.failure(why)).map(|()| format!("{version} is back"))
            }),
            BackStep::Readiness => {
                self.gate(|engine| engine.await_ready(region, version).map_err(|why| engine.failure(why)))
            }
            BackStep::Smoke => self.smoke(before),
            BackStep::Dial => self.gate(|engine| {
                let dialled = engine.set_dial(region, *dial);
                dialled.map_err(|why| engine.failure(why)).map(|()| format!("{dial} % of its users"))
            }),
        }
    }

    /// Waits for others that can take the users. If none comes and this region is not ready either, nobody loses anything
    /// by replacing it as it is; if it is ready, a bad version is better than none, and somebody must decide.
    fn drain_back(&self, region: &str) -> Result<String, String> {
        let could = self.wait_until(self.journal.settings.times.ready, || {
            match self.platform.dial(region).map_err(|error| error.to_string())? {
                0 => Ok(()),
                _ => self.others_can_take(region),
            }
        });
        match could {
            Ok(()) => self.set_dial(region, 0).map(|()| "no users, nothing in flight".to_owned()),
            Err(why) => {
                let readiness = self.platform.readiness(region).map_err(|error| error.to_string())?;
                if readiness.is_ready() {
                    Err(why)
                } else {
                    Ok(format!("left as it is, un-ready anyway: {why}"))
                }
            }
        }
    }
}
