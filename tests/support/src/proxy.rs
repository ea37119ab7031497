//! A TCP proxy that breaks the network on command.

mod listener;
mod relay;

use listener::Listener;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::sync::watch;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the upstream address.
    Up,
    /// Back to the client.
    Down,
}

/// What the network does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    Cut,
    Delay(Direction, Duration),
    Truncate(u64),
    Swallow,
    /// Not a fault: the proxy has been dropped.
    End,
}

/// The last command, and how many cuts there were: one that is healed at once still closes what stood.
#[derive(Clone, Copy, Debug)]
struct Orders {
    fault: Fault,
    cuts: u64,
}

/// How many bytes went through.
#[derive(Debug, Default)]
struct Counts {
    up: AtomicU64,
    down: AtomicU64,
}

/// Stands between clients and one upstream address. Each command replaces the one before and takes
/// at once, for connections that stand as for new ones. Everything ends when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    orders: watch::Sender<Orders>,
    counts: Arc<Counts>,
    thread: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Listens on a free port of the loopback and passes on what comes.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn start(upstream: SocketAddr) -> io::Result<Self> {
        Self::start_on("127.0.0.1:0".parse().expect("an address"), upstream)
    }

    /// The same on an address of the caller's choice, with port 0.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn start_on(listen: SocketAddr, upstream: SocketAddr) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = Listener::bind(listen)?;
        let address = listener.address()?;
        let (sender, orders) = watch::channel(Orders { fault: Fault::None, cuts: 0 });
        let counts = Arc::new(Counts::default());
        let thread = thread::spawn({
            let counts = Arc::clone(&counts);
            move || runtime.block_on(serve(listener, upstream, orders, counts))
        });
        Ok(Self { address, orders: sender, counts, thread: Some(thread) })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many bytes it has passed on.
    pub fn passed(&self, direction: Direction) -> u64 {
        self.counts.of(direction).load(Ordering::SeqCst)
    }

    /// Closes all connections and refuses new ones, as when the process at the other end has died.
    pub fn cut(&self) {
        self.order(Fault::Cut);
    }

    /// Holds back what goes one way for so long: latency, at full bandwidth.
    pub fn delay(&self, direction: Direction, latency: Duration) {
        self.order(Fault::Delay(direction, latency));
    }

    /// Passes so many more bytes of answers on each connection, then closes it in mid-frame.
    pub fn truncate(&self, after_bytes: u64) {
        self.order(Fault::Truncate(after_bytes));
    }

    /// Accepts and passes nothing, as when the process at the other end is stopped or all packets are
    /// dropped. What was sent arrives after [`Proxy::heal`], as it does there.
    pub fn swallow(&self) {
        self.order(Fault::Swallow);
    }

    /// Passes everything on again. Connections that were closed stay closed.
    pub fn heal(&self) {
        self.order(Fault::None);
    }

    fn order(&self, fault: Fault) {
        self.orders.send_modify(|orders| {
            orders.fault = fault;
            orders.cuts += u64::from(fault == Fault::Cut);
        });
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.order(Fault::End);
        if let Some(thread) = self.thread.take() {
            // It has nothing to say that a test which ends would act on.
            let _ = thread.join();
        }
    }
}

impl Counts {
    fn of(&self, direction: Direction) -> &AtomicU64 {
        match direction {
            Direction::Up => &self.up,
            Direction::Down => &self.down,
        }
    }
}

/// Relays until the end. The tasks of the connections go with the runtime.
async fn serve(
    listener: Listener,
    upstream: SocketAddr,
    mut orders: watch::Receiver<Orders>,
    counts: Arc<Counts>,
) {
    loop {
        let last = *orders.borrow_and_update();
        match last.fault {
            Fault::End => return,
            Fault::Cut => {
                listener.refuse();
                drop(orders.wait_for(|now| now.fault != Fault::Cut).await);
                continue;
            }
            _ => {}
        }
        let accepting = listener.accepting();
        let for_relays = orders.clone();
        loop {
            tokio::select! {
                biased;
                ended = orders.wait_for(|now| matches!(now.fault, Fault::Cut | Fault::End)) => {
                    drop(ended);
                    break;
                }
                accepted = accepting.accept() => {
                    // A client that is gone again before it was accepted is no concern of anybody.
                    let Ok((client, _)) = accepted else { continue };
                    tokio::spawn(relay::relay(client, upstream, for_relays.clone(), Arc::clone(&counts)));
                }
            }
        }
    }
}
