//! Who serves a region's clients, and with which program: what a rollout does, step by step.

use super::Lab;
use super::parts::{ASK, Instance};
use crate::balancer::{self, Dials};
use crate::cassandra::STOP;
use crate::keeper::lock;
use crate::{LabError, http, instance};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a program may take to listen, beside others that start.
const START: Duration = Duration::from_secs(60);

impl Lab {
    /// Leads so many percent of a region's own clients to it, and the others in equal parts to the other regions; at 0
    /// it gets nobody, and is no other's way out either. Returns when that holds, and at 0 when what was in flight
    /// there has ended.
    ///
    /// # Errors
    /// If nobody would be left to serve, the balancer refuses, or something in flight does not end.
    pub fn set_dial(&self, region: &str, percent: u8) -> Result<(), LabError> {
        let region = self.region(region)?;
        // Several may turn, of which each must know what the others have done.
        let _turn = lock(&self.folder.join("dials.lock"))?;
        let mut dials = Dials::read(&self.folder);
        dials.set(&self.plan, region.name(), percent)?;
        balancer::turn(&self.plan, &self.folder, &dials)?;
        dials.write(&self.folder)?;
        if percent == 0 { balancer::wait_until_idle(&self.plan, &self.folder, &region) } else { Ok(()) }
    }

    /// How many percent of its own clients a region gets.
    ///
    /// # Errors
    /// If there is no such region.
    pub fn dial(&self, region: &str) -> Result<u8, LabError> {
        Ok(Dials::read(&self.folder).of(self.region(region)?.name()))
    }

    /// Ends the instance of a region in good order and starts this program in its place, now and whenever it is started
    /// again. Returns when it serves, ready or not.
    ///
    /// # Errors
    /// If the old one does not end, or the new one does not serve.
    pub fn replace(&self, region: &str, program: &Path) -> Result<(), LabError> {
        let region = self.region(region)?;
        if !program.is_file() {
            return Err(LabError::failed(format!("there is no program at {}", program.display())));
        }
        let program = std::path::absolute(program).map_err(LabError::file(program))?;
        let process = self.instance_process(&region);
        process.stop(STOP + STOP)?;
        instance::remember_program(&process, &program)?;
        instance::start(&self.plan, &region, &self.folder)?;
        let address = Instance::new(&region).public;
        if process.comes_to(START, || http::get(address, "/livez", None, ASK).is_ok()) {
            return Ok(());
        }
        Err(process.failure(format!("{} does not serve in {}", program.display(), region.name())))
    }

    /// The program of a region's instance.
    ///
    /// # Errors
    /// If there is no such region.
    pub fn program(&self, region: &str) -> Result<PathBuf, LabError> {
        Ok(instance::program(&self.plan, &self.instance_process(&self.region(region)?)))
    }
}
