//! What those who watch a laboratory know of it.

use super::Lab;
use crate::observers::{self, Observer};
use crate::{Alertmanager, LabError, Prometheus};

impl Lab {
    /// Its Prometheus, which asks every instance each second.
    ///
    /// # Errors
    /// If nobody watches this laboratory: see [`Options::observe`](crate::Options::observe).
    pub fn prometheus(&self) -> Result<Prometheus, LabError> {
        self.watched().map(|()| Prometheus(Observer::Prometheus.address(&self.plan)))
    }

    /// Its Alertmanager.
    ///
    /// # Errors
    /// As [`Lab::prometheus`].
    pub fn alertmanager(&self) -> Result<Alertmanager, LabError> {
        self.watched().map(|()| Alertmanager(Observer::Alertmanager.address(&self.plan)))
    }

    /// What its collector has printed: every span that it has received, with ids and attributes.
    ///
    /// # Errors
    /// As [`Lab::prometheus`].
    pub fn collector_log(&self) -> Result<String, LabError> {
        self.watched().map(|()| Observer::Collector.process(&self.folder).log())
    }

    fn watched(&self) -> Result<(), LabError> {
        match self.plan.options.observe {
            true => Ok(()),
            false => Err(LabError::failed("nobody watches this laboratory; start one with --observe")),
        }
    }

    pub(super) fn observers(&self) -> &'static [Observer] {
        if self.plan.options.observe { &observers::ALL } else { &[] }
    }
}
