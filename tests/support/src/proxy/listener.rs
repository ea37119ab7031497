//! A port that can refuse connections and stay ours.

use socket2::SockRef;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener};

const BACKLOG: i32 = 1024;

/// Closing a listener would give its port away to whoever asks next. On Linux a listener that is shut
/// down keeps its port and refuses connections, until it is told to listen again.
pub(super) struct Listener(TcpListener);

impl Listener {
    pub(super) fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self(listener))
    }

    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// From now on whoever connects is refused.
    pub(super) fn refuse(&self) {
        SockRef::from(&self.0).shutdown(Shutdown::Read).expect("Linux stops a listener so");
    }

    /// Listens, again or still. A handle of its own, for the runtime remembers of one that was shut
    /// down that it has ended.
    pub(super) fn accepting(&self) -> tokio::net::TcpListener {
        SockRef::from(&self.0).listen(BACKLOG).expect("the port is still ours");
        let handle = self.0.try_clone().expect("a file descriptor is free");
        tokio::net::TcpListener::from_std(handle).expect("the runtime takes it")
    }
}
