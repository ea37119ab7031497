//! The lock: a parameter that only one can create. It says who has it, is renewed while its holder lives, and may be taken
//! from one that has not renewed it for long, or on demand.

use super::call::{Aws, AwsError};
use crate::{Lock, PlatformError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const RENEWED_EVERY: Duration = Duration::from_secs(60);
/// Longer than a call may take, several times.
const EXPIRES_AFTER: Duration = Duration::from_secs(600);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    holder: String,
    /// Seconds since 1970, by the holder's clock.
    renewed: u64,
}

/// Where the lock is, and whether it is still ours.
struct Shared {
    aws: Aws,
    region: String,
    name: String,
    holder: String,
    /// When it was written last.
    renewed: Mutex<Instant>,
    lost: AtomicBool,
}

struct Renewed {
    shared: Arc<Shared>,
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

pub(super) fn take(
    aws: &Aws,
    region: &str,
    name: &str,
    holder: &str,
    take_over: bool,
) -> Result<Box<dyn Lock>, PlatformError> {
    let shared = Shared {
        aws: aws.clone(),
        region: region.to_owned(),
        name: name.to_owned(),
        holder: holder.to_owned(),
        renewed: Mutex::new(Instant::now()),
        lost: AtomicBool::new(false),
    };
    match shared.put(false) {
        Ok(_) => {}
        Err(AwsError::Refused { code, .. }) if code == "ParameterAlreadyExists" => {
            shared.take_from_another(take_over)?;
        }
        Err(error) => return Err(error.into()),
    }
    let shared = Arc::new(shared);
    let (end, ended) = channel();
    let renewing = Arc::clone(&shared);
    let thread = thread::spawn(move || {
        while ended.recv_timeout(RENEWED_EVERY) == Err(RecvTimeoutError::Timeout) {
            renewing.renew();
        }
    });
    Ok(Box::new(Renewed { shared, end: Some(end), thread: Some(thread) }))
}

impl Shared {
    /// Writes that it is ours; gives the parameter's version.
    fn put(&self, overwrite: bool) -> Result<i64, AwsError> {
        let held = Held { holder: self.holder.clone(), renewed: seconds(SystemTime::now()) };
        let value = json!(held).to_string();
        let asked = json!({"Name": self.name, "Value": value, "Type": "String", "Overwrite": overwrite});
        let answer = self.aws.call(&self.region, "ssm", "put-parameter", &asked)?;
        Ok(answer["Version"].as_i64().unwrap_or_default())
    }

    /// Who has it, and the parameter's version; `None` if nobody has.
    fn get(&self) -> Result<Option<(Held, i64)>, AwsError> {
        let answer = match self.aws.call(&self.region, "ssm", "get-parameter", &json!({"Name": self.name})) {
            Err(AwsError::Refused { code, .. }) if code == "ParameterNotFound" => return Ok(None),
            answer => answer?,
        };
        let (value, version) = (&answer["Parameter"]["Value"], answer["Parameter"]["Version"].as_i64());
        let held = serde_json::from_str(value.as_str().unwrap_or_default());
        // One that is not understood was renewed never: it may be taken over.
        let held =
            held.unwrap_or_else(|_| Held { holder: "somebody who left no name".to_owned(), renewed: 0 });
        Ok(Some((held, version.unwrap_or_default())))
    }

    /// Overwrites another's; of two that do so at once the version tells the second, which leaves it.
    fn take_from_another(&self, take_over: bool) -> Result<(), PlatformError> {
        let Some((held, seen)) = self.get()? else {
            // Given back at this moment.
            return self.put(false).map(drop).map_err(|error| PlatformError::Held(error.to_string()));
        };
        let age = seconds(SystemTime::now()).saturating_sub(held.renewed);
        if !take_over && age < EXPIRES_AFTER.as_secs() {
            return Err(PlatformError::Held(format!("{}, renewed {age} s ago", held.holder)));
        }
        match self.put(true)? == seen + 1 {
            true => Ok(()),
            false => Err(PlatformError::Held("somebody took it at the same moment".to_owned())),
        }
    }

    /// What cannot be asked or written now is tried again, until it has expired.
    fn renew(&self) {
        let ours = match self.get() {
            Ok(Some((held, seen))) if held.holder == self.holder => self.put(true).map(|now| now == seen + 1),
            Ok(_) => Ok(false),
            Err(error) => Err(error),
        };
        match ours {
            Ok(true) => *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now(),
            Ok(false) => self.lost.store(true, Ordering::SeqCst),
            Err(_) => {}
        }
    }
}

impl Lock for Renewed {
    fn check(&self) -> Result<(), PlatformError> {
        let age = self.shared.renewed.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        if self.shared.lost.load(Ordering::SeqCst) {
            Err(PlatformError::Held("somebody took it over".to_owned()))
        } else if age >= EXPIRES_AFTER {
            Err(PlatformError::Held("it could not be renewed and has expired".to_owned()))
        } else {
            Ok(())
        }
    }
}

impl Drop for Renewed {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked renews nothing more; that is all.
            let _ = thread.join();
        }
        let ours = self
            .shared
            .get()
            .is_ok_and(|held| held.is_some_and(|(held, _)| held.holder == self.shared.holder));
        if ours {
            // It expires by itself if this fails.
            let _ = self.shared.aws.call(
                &self.shared.region,
                "ssm",
                "delete-parameter",
                &json!({"Name": self.shared.name}),
            );
        }
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
