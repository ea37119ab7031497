//! A table of regions.

use std::fmt;

/// What has happened in each region; printed, a table.
#[derive(Clone, Debug)]
pub struct View {
    rows: Vec<[String; 8]>,
}

/// One region.
pub(super) struct Row {
    pub(super) region: String,
    pub(super) state: String,
    pub(super) requests: f64,
    pub(super) errors: f64,
    pub(super) median: Option<f64>,
    pub(super) slowest: Option<f64>,
    pub(super) lag: Vec<(String, f64)>,
    pub(super) served_by: String,
}

const HEAD: [&str; 8] =
    ["REGION", "REQUESTS/S", "5XX/S", "P50", "P99", "WRITES ARRIVE FROM", "ITS CLIENTS GO TO", "STATE"];
/// Figures stand on the right.
const FIGURES: [usize; 4] = [1, 2, 3, 4];

impl View {
    pub(super) fn of(rows: impl Iterator<Item = Row>) -> Self {
        Self { rows: std::iter::once(HEAD.map(str::to_owned)).chain(rows.map(Row::cells)).collect() }
    }
}

impl Row {
    fn cells(self) -> [String; 8] {
        let time = |seconds: Option<f64>| seconds.map_or_else(|| "-".to_owned(), milliseconds);
        let lag: Vec<_> =
            self.lag.iter().map(|(from, seconds)| format!("{from} {}", milliseconds(*seconds))).collect();
        [
            self.region,
            format!("{:.1}", self.requests),
            format!("{:.1}", self.errors),
            time(self.median),
            time(self.slowest),
            if lag.is_empty() { "-".into() } else { lag.join(", ") },
            self.served_by,
            self.state,
        ]
    }
}

/// Two figures will do; what cannot be measured is a question mark.
fn milliseconds(seconds: f64) -> String {
    match seconds {
        seconds if seconds.is_nan() => "?".into(),
        seconds if seconds >= 1.0 => format!("{seconds:.1} s"),
        seconds if seconds >= 0.01 => format!("{:.0} ms", seconds * 1000.0),
        seconds => format!("{:.1} ms", seconds * 1000.0),
    }
}

impl fmt::Display for View {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width =
            |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        for row in &self.rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let width = width(column);
                line += &match FIGURES.contains(&column) {
                    true => format!("{cell:>width$}  "),
                    false => format!("{cell:width$}  "),
                };
            }
            writeln!(formatter, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
