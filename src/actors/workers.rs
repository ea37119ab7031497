//! The HTTP workers of the process, as operators see them: looked at when somebody asks for the metrics.

use super::admission::Admission;
use crate::telemetry::metrics::Families;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::runtime::{Handle, RuntimeMetrics};

/// All workers, each under its number.
#[derive(Default)]
pub struct Workers(Mutex<Vec<Worker>>);

struct Worker {
    admission: Weak<Admission>,
    runtime: RuntimeMetrics,
}

impl Workers {
    /// Adds the worker whose thread calls this. It takes the number of one that has died, if there is one, so that the
    /// numbers do not grow.
    pub(super) fn add(&self, admission: &Arc<Admission>) {
        let worker = Worker { admission: Arc::downgrade(admission), runtime: Handle::current().metrics() };
        let mut workers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match workers.iter_mut().find(|worker| worker.admission.strong_count() == 0) {
            Some(dead) => *dead = worker,
            None => workers.push(worker),
        }
    }

    /// Tells the metrics how many requests are inside, and what the runtimes do.
    pub fn write_down(&self, families: &Families) {
        let workers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sum = |figure: fn(&Admission) -> usize| {
            let living = workers.iter().filter_map(|worker| worker.admission.upgrade());
            living.map(|admission| figure(&admission) as i64).sum()
        };
        families.admission_limit.set(sum(Admission::limit));
        families.admitted_requests.set(sum(Admission::in_flight));
        families.mailbox_messages.set(sum(Admission::waiting));
        for (number, worker) in workers.iter().enumerate() {
            write_down_runtime(families, &format!("worker-{number}"), &worker.runtime);
        }
    }
}

/// Tells the metrics what a runtime of one thread does.
pub(super) fn write_down_runtime(families: &Families, name: &str, runtime: &RuntimeMetrics) {
    families.runtime_alive_tasks.with_label_values(&[name]).set(runtime.num_alive_tasks() as i64);
    let busy: Duration =
        (0..runtime.num_workers()).map(|thread| runtime.worker_total_busy_duration(thread)).sum();
    let counter = families.runtime_busy_seconds.with_label_values(&[name]);
    counter.reset();
    counter.inc_by(busy.as_secs_f64());
}
