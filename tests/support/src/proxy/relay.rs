//! One connection through the proxy.

use super::{Counts, Direction, Fault, Orders};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

const CHUNK_BYTES: usize = 16 * 1024;
/// On their way in one direction; more wait with the sender.
const CHUNKS_IN_FLIGHT: usize = 256;

/// Passes on both ways until both sides have ended, one breaks, or the fault says so.
pub(super) async fn relay(
    client: TcpStream,
    upstream: SocketAddr,
    orders: watch::Receiver<Orders>,
    counts: Arc<Counts>,
) {
    let mut end = orders.clone();
    let cuts = end.borrow().cuts;
    let both_ways = async {
        let server = TcpStream::connect(upstream).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let up = Way { direction: Direction::Up, orders: orders.clone(), counts: Arc::clone(&counts) };
        let down = Way { direction: Direction::Down, orders, counts };
        tokio::try_join!(up.run(from_client, to_server), down.run(from_server, to_client))
    };
    tokio::select! {
        biased;
        ended = end.wait_for(|now| now.cuts != cuts || now.fault == Fault::End) => drop(ended),
        // However it ends, both sides are closed now.
        ended = both_ways => drop(ended),
    }
}

/// One direction of one connection.
struct Way {
    direction: Direction,
    orders: watch::Receiver<Orders>,
    counts: Arc<Counts>,
}

impl Way {
    async fn run(self, from: OwnedReadHalf, to: OwnedWriteHalf) -> io::Result<()> {
        let (sender, receiver) = mpsc::channel(CHUNKS_IN_FLIGHT);
        let orders = self.orders.clone();
        let ((), ()) = tokio::try_join!(take(from, self.direction, orders, sender), self.give(receiver, to))?;
        Ok(())
    }

    /// Writes each chunk when it is due.
    async fn give(
        mut self,
        mut chunks: mpsc::Receiver<(Instant, Vec<u8>)>,
        mut to: OwnedWriteHalf,
    ) -> io::Result<()> {
        // What is left of the budget of answers that the last order has set.
        let mut left: Option<u64> = None;
        while let Some((due, mut chunk)) = chunks.recv().await {
            // The latency that the test asked for.
            sleep_until(due).await;
            if self.orders.has_changed().map_err(io::Error::other)? {
                left = None;
            }
            let passing = self.orders.wait_for(|now| now.fault != Fault::Swallow).await;
            let fault = passing.map_err(io::Error::other)?.fault;
            let mut closes = false;
            left = match fault {
                Fault::Truncate(bytes) if self.direction == Direction::Down => {
                    let left = left.unwrap_or(bytes);
                    closes = chunk.len() as u64 > left;
                    chunk.truncate(usize::try_from(left).unwrap_or(usize::MAX));
                    Some(left - chunk.len() as u64)
                }
                _ => None,
            };
            to.write_all(&chunk).await?;
            self.counts.of(self.direction).fetch_add(chunk.len() as u64, Ordering::SeqCst);
            if closes {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
        }
        to.shutdown().await
    }
}

/// Reads chunks and says when each is due.
async fn take(
    mut from: OwnedReadHalf,
    direction: Direction,
    orders: watch::Receiver<Orders>,
    chunks: mpsc::Sender<(Instant, Vec<u8>)>,
) -> io::Result<()> {
    loop {
        let mut chunk = vec![0; CHUNK_BYTES];
        let bytes = from.read(&mut chunk).await?;
        if bytes == 0 {
            return Ok(());
        }
        chunk.truncate(bytes);
        let latency = match orders.borrow().fault {
            Fault::Delay(delayed, latency) if delayed == direction => latency,
            _ => Duration::ZERO,
        };
        if chunks.send((Instant::now() + latency, chunk)).await.is_err() {
            return Ok(());
        }
    }
}
