//! Where a rollout begins, goes on or is told to go back; and what must be so before it begins.

use super::{Engine, Outcome};
use crate::journal::{Before, Ended, Failure, Journal, Position};
use crate::report::Report;
use crate::tools::Tools;
use crate::{Lock, Platform, PlatformError, Settings, Version};
use std::collections::BTreeSet;

/// What is wanted.
#[derive(Clone, Debug)]
pub enum Ask {
    /// A new rollout.
    Start {
        /// What the regions are to run.
        version: Version,
        /// How it judges.
        settings: Box<Settings>,
        /// Also where regions run different versions.
        mixed: bool,
    },
    /// Going on with one whose process is dead.
    Resume {
        /// Also where the lock's holder cannot be seen to be dead.
        take_over: bool,
    },
    /// Going back with one whose process is dead.
    Abort {
        /// As for resuming.
        take_over: bool,
        /// With the regions that have passed, too.
        back_all: bool,
    },
}

/// Takes the lock and does what is asked, to its end. `change` may replace what a journal says of this machine, such as
/// where its report goes.
pub fn open(
    platform: &dyn Platform,
    tools: Tools<'_>,
    holder: &str,
    ask: Ask,
    change: &dyn Fn(&mut Settings),
) -> Outcome {
    let take_over = matches!(ask, Ask::Resume { take_over: true } | Ask::Abort { take_over: true, .. });
    let lock = match platform.lock(holder, take_over) {
        Ok(lock) => lock,
        Err(PlatformError::Held(by)) => return Outcome::Held(by),
        Err(error) => return refused(error),
    };
    let journal = match read_journal(platform) {
        Ok(journal) => journal,
        Err(why) => return refused(why),
    };
    match ask {
        Ask::Start { version, settings, mixed } => {
            if let Some(open) = journal.filter(|journal| !journal.is_over()) {
                return refused(format!(
                    "the rollout of {} that began {} has not ended: resume or abort it",
                    open.version, open.rollout
                ));
            }
            start(platform, tools, lock, version, *settings, mixed)
        }
        Ask::Resume { .. } => go_on(platform, tools, lock, journal, change, |_| {}),
        Ask::Abort { back_all, .. } => go_on(platform, tools, lock, journal, change, |journal| {
            if back_all {
                journal.back_all();
            }
            journal.turn_back(Failure::new("abort", None, "somebody aborted it"));
        }),
    }
}

/// The journal that lies with the platform.
///
/// # Errors
/// If it cannot be had or understood.
pub fn read_journal(platform: &dyn Platform) -> Result<Option<Journal>, String> {
    let text = platform.load_journal().map_err(|error| error.to_string())?;
    let read =
        |text: String| serde_json::from_str(&text).map_err(|error| format!("the journal is broken: {error}"));
    text.map(read).transpose()
}

fn refused(why: impl ToString) -> Outcome {
    Outcome::Stopped(Failure::new("start", None, why))
}

fn start(
    platform: &dyn Platform,
    tools: Tools<'_>,
    lock: Box<dyn Lock>,
    version: Version,
    settings: Settings,
    mixed: bool,
) -> Outcome {
    let rollout = humantime::format_rfc3339_seconds(tools.clock.now()).to_string();
    (tools.say)(&format!("rollout {rollout} of {version}"));
    let regions = match may_begin(platform, tools, &version, mixed) {
        Ok(regions) => regions,
        Err(why) => {
            let outcome = refused(why);
            let mut report = Report::new(&rollout, &version.0, &settings.environment, settings.report);
            report.end(&outcome, Vec::new());
            if let Err(error) = report.write() {
                (tools.say)(&format!("the report cannot be written: {error}"));
            }
            return outcome;
        }
    };
    let journal = Journal {
        rollout,
        version,
        settings,
        regions,
        position: Position::Migrations,
        baseline: None,
        failure: None,
    };
    let report = Report::of(&journal);
    Engine { platform, tools, lock, journal, report }.run()
}

/// The regions as they are, if all is well.
fn may_begin(
    platform: &dyn Platform,
    tools: Tools<'_>,
    version: &Version,
    mixed: bool,
) -> Result<Vec<Before>, String> {
    let names = platform.regions();
    if names.len() < 2 {
        return Err(format!("{} regions: none could take another's users", names.len()));
    }
    tools.k6.check()?;
    let alerts = tools.monitor.alerts()?;
    if let Some(alert) = alerts.iter().find(|alert| alert.is_paging()) {
        return Err(format!("not now: {alert}"));
    }
    let mut regions = Vec::new();
    for region in names {
        let text = |error: PlatformError| error.to_string();
        let (runs, dial) = (platform.running(&region).map_err(text)?, platform.dial(&region).map_err(text)?);
        if dial != 100 {
            return Err(format!("{region} is dialled to {dial} %"));
        }
        let readiness = platform.readiness(&region).map_err(text)?;
        if !readiness.is_ready() {
            return Err(format!("{region} is not ready: {readiness}"));
        }
        let known = alerts.iter().filter(|alert| alert.fires && alert.region.as_ref() == Some(&region));
        let known_alerts = known.map(|alert| alert.name.clone()).collect();
        regions.push(Before { region, version: runs, dial, known_alerts });
    }
    let versions: BTreeSet<_> = regions.iter().map(|before| &before.version).collect();
    if versions.len() > 1 && !mixed {
        let versions: Vec<_> = versions.into_iter().map(Version::to_string).collect();
        return Err(format!(
            "the regions run different versions ({}); --mixed goes on from there",
            versions.join(", ")
        ));
    }
    if regions.iter().all(|before| before.version == *version) {
        (tools.say)("every region runs it already");
    }
    Ok(regions)
}

fn go_on(
    platform: &dyn Platform,
    tools: Tools<'_>,
    lock: Box<dyn Lock>,
    journal: Option<Journal>,
    change: &dyn Fn(&mut Settings),
    turn: impl FnOnce(&mut Journal),
) -> Outcome {
    let Some(mut journal) = journal else { return refused("there is no rollout to go on with") };
    if let Position::Ended(ended) = journal.position {
        (tools.say)(&format!("the rollout of {} has ended already", journal.version));
        let unknown = || Failure::new("unknown", None, "nobody said why");
        return match ended {
            Ended::Done => Outcome::Done,
            Ended::Stopped => Outcome::Stopped(journal.failure.unwrap_or_else(unknown)),
        };
    }
    change(&mut journal.settings);
    turn(&mut journal);
    (tools.say)(&format!("rollout {} of {}, at {}", journal.rollout, journal.version, journal.gate()));
    let report = Report::of(&journal);
    Engine { platform, tools, lock, journal, report }.run()
}
