//! A port that can refuse connections and stay ours.

use socket2::{Domain, SockRef, Socket, Type};
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener};

const BACKLOG: i32 = 1024;

/// Closing a listener would give its port away to whoever asks next. On Linux a listener that is shut
/// down refuses connections and keeps its port, if that was asked for by number, until it listens again.
pub(super) struct Listener(TcpListener);

impl Listener {
    pub(super) fn bind(address: SocketAddr) -> io::Result<Self> {
        // The first one finds a free port, and holds it until the second has asked for it by number.
        let finder = reusable(address)?;
        finder.bind(&address.into())?;
        let found = finder.local_addr()?;
        let socket = reusable(address)?;
        socket.bind(&found)?;
        socket.set_nonblocking(true)?;
        socket.listen(BACKLOG)?;
        Ok(Self(socket.into()))
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

fn reusable(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    Ok(socket)
}
