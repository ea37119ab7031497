//! What a drill has shown.

use std::fmt;
use std::time::Duration;

/// What a drill has shown; printed, a table.
#[derive(Clone, Debug)]
pub struct DrillReport {
    /// The drill's name.
    pub name: &'static str,
    /// What was done.
    pub told: String,
    /// How long that took.
    pub strike_took: Duration,
    /// How long the mending took.
    pub mending_took: Duration,
    /// The alerts that rang.
    pub rang: Vec<Rang>,
}

/// When an alert rang.
#[derive(Clone, Debug)]
pub struct Rang {
    /// Its name and the labels by which it was known.
    pub alert: String,
    /// From the fault until Prometheus took notice.
    pub pending: Duration,
    /// From the fault until it fired at Prometheus.
    pub firing: Duration,
    /// From the fault until it rang at Alertmanager.
    pub rings: Duration,
    /// From the beginning of the mending until it was silent everywhere.
    pub silent: Duration,
}

impl fmt::Display for DrillReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
        let (strike, mending) = (seconds(self.strike_took), seconds(self.mending_took));
        writeln!(formatter, "{}: {} (took {strike}; mending it took {mending})", self.name, self.told)?;
        let width = self.rang.iter().map(|rang| rang.alert.len()).max().unwrap_or(0);
        writeln!(
            formatter,
            "{:width$}  pending   firing  at Alertmanager  resolved after mending began",
            ""
        )?;
        for rang in &self.rang {
            let times = [rang.pending, rang.firing, rang.rings, rang.silent].map(seconds);
            let [pending, firing, rings, silent] = times;
            writeln!(
                formatter,
                "{:width$}  {pending:>7}  {firing:>7}  {rings:>15}  {silent:>28}",
                rang.alert
            )?;
        }
        Ok(())
    }
}
