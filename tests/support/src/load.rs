//! Many clients at once, who retry as the contract allows and write down what they see.

mod attempt;
mod birthdays;
mod connection;
mod final_state;
mod report;
mod running;
mod session;
mod tokens;
mod workload;

pub use final_state::final_state;
pub use report::{Answer, Report};
pub use running::RunningLoad;
pub use tokens::{Carry, Tokens};
pub use workload::{Mix, usernames};

use crate::history::Recorder;
use attempt::Caller;
use birthdays::Birthdays;
use jubilee::app::SystemClock;
use jubilee::domain::WallClock;
use session::{Pace, Session};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;
use workload::Workload;

/// A load to be set up and started.
#[derive(Clone)]
pub struct Load {
    region: Arc<str>,
    to: SocketAddr,
    from: Option<IpAddr>,
    clients: usize,
    per_second: f64,
    requests: Option<u64>,
    mix: Mix,
    users: Arc<[Arc<str>]>,
    carry: Carry,
    first_pause: Duration,
    seed: u64,
    clock: Arc<dyn WallClock>,
    recorder: Recorder,
}

impl Load {
    /// A load on the service at an address, which the history calls by this region: four clients with
    /// tokens of their own, 50 requests per second each, 20 users.
    pub fn on(region: &str, to: SocketAddr, recorder: &Recorder) -> Self {
        Self {
            region: region.into(),
            to,
            from: None,
            clients: 4,
            per_second: 50.0,
            requests: None,
            mix: Mix::USUAL,
            users: Arc::default(),
            carry: Carry::default(),
            first_pause: Duration::from_millis(200),
            seed: fastrand::u64(..),
            clock: Arc::new(SystemClock),
            recorder: recorder.clone(),
        }
        .users(&usernames("user", 20))
    }

    /// Comes from this address of the machine.
    pub fn from(self, from: IpAddr) -> Self {
        Self { from: Some(from), ..self }
    }

    /// So many clients, each with so many requests per second.
    pub fn clients(self, clients: usize, per_second: f64) -> Self {
        Self { clients, per_second, ..self }
    }

    /// Ends by itself after so many requests of all clients together.
    pub fn requests(self, requests: u64) -> Self {
        Self { requests: Some(requests), ..self }
    }

    /// Asks in these proportions.
    pub fn mix(self, mix: Mix) -> Self {
        Self { mix, ..self }
    }

    /// Asks about these users; they must be of this history alone.
    pub fn users(self, users: &[String]) -> Self {
        Self { users: users.iter().map(|name| Arc::from(name.as_str())).collect(), ..self }
    }

    /// Carries tokens so.
    pub fn carry(self, carry: Carry) -> Self {
        Self { carry, ..self }
    }

    /// Pauses so long before the first retry where the service names no pause; twice as long before each
    /// next one.
    pub fn first_pause(self, first_pause: Duration) -> Self {
        Self { first_pause, ..self }
    }

    /// Asks what this seed makes of it. Clients answer each other in an order that no seed decides.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Tells the day by this clock, if the service does.
    pub fn clock(self, clock: Arc<dyn WallClock>) -> Self {
        Self { clock, ..self }
    }

    /// Starts it, in a thread of its own.
    pub fn start(self) -> RunningLoad {
        eprintln!("load on {} with seed {}", self.region, self.seed);
        let (stop, stopped) = watch::channel(false);
        let answered = Arc::new(AtomicU64::new(0));
        let left = self.requests.map(|requests| Arc::new(AtomicU64::new(requests)));
        let thread = thread::spawn({
            let answered = Arc::clone(&answered);
            move || {
                runtime().block_on(async move {
                    let mut random = fastrand::Rng::with_seed(self.seed);
                    let mut clients = JoinSet::new();
                    for _ in 0..self.clients {
                        let workload =
                            Workload { mix: self.mix, users: Arc::clone(&self.users), random: random.fork() };
                        let pace = Pace {
                            period: Duration::from_secs_f64(1.0 / self.per_second),
                            left: left.clone(),
                            stopped: stopped.clone(),
                            answered: Arc::clone(&answered),
                        };
                        clients.spawn(self.session(self.carry.of_client()).run(workload, pace));
                    }
                    let mut report = Report { seed: self.seed, ..Report::default() };
                    while let Some(client) = clients.join_next().await {
                        report.add(client.expect("no client panics"));
                    }
                    report
                })
            }
        });
        RunningLoad { stop, answered, thread: Some(thread) }
    }

    fn session(&self, tokens: Option<Tokens>) -> Session {
        let birthdays = Birthdays(Arc::clone(&self.clock));
        Session {
            client: self.recorder.new_client(),
            asked: Arc::clone(&self.region),
            caller: Caller { from: self.from, to: self.to, birthdays, connection: None },
            tokens,
            first_pause: self.first_pause,
            recorder: self.recorder.clone(),
            report: Report::default(),
        }
    }

    /// A session that writes into no history.
    fn session_without_tokens(&self) -> Session {
        Session { recorder: Recorder::default(), ..self.session(None) }
    }
}

fn runtime() -> Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
}
