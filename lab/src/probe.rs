//! Questions to a node over the network, each with a bound.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// What a node says to a CQL client that knocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knock {
    /// It answered.
    Answered,
    /// The connection stands, but nothing answers: it hangs.
    Silent,
    /// Nobody listens there.
    Refused,
    /// Not even a refusal came back: the packets are dropped.
    Unreachable,
}

/// Asks a node for the protocol's options (`OPTIONS`, version 4), which needs neither password nor session.
pub(crate) fn knock(address: SocketAddr, at_most: Duration) -> Knock {
    say(address, &[4, 0, 0, 0, 5, 0, 0, 0, 0], at_most)
}

/// Asks an instance whether it lives.
pub(crate) fn knock_http(address: SocketAddr, at_most: Duration) -> Knock {
    say(address, b"GET /livez HTTP/1.0\r\n\r\n", at_most)
}

fn say(address: SocketAddr, words: &[u8], at_most: Duration) -> Knock {
    let mut stream = match TcpStream::connect_timeout(&address, at_most) {
        Ok(stream) => stream,
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => return Knock::Refused,
        Err(_) => return Knock::Unreachable,
    };
    let mut answer = [0; 9];
    let asked = stream
        .set_read_timeout(Some(at_most))
        .and_then(|()| stream.write_all(words))
        .and_then(|()| stream.read_exact(&mut answer));
    match asked {
        Ok(()) => Knock::Answered,
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Knock::Silent,
        // A node that dies, or one that demands TLS, cuts the connection.
        Err(_) => Knock::Refused,
    }
}

/// Whether somebody accepts connections there.
pub(crate) fn accepts(address: SocketAddr, at_most: Duration) -> bool {
    TcpStream::connect_timeout(&address, at_most).is_ok()
}
