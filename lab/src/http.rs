//! One request, from an address of one's choice.

use socket2::{Domain, Socket, Type};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Question<'text> {
    pub(crate) method: &'static str,
    pub(crate) path: &'text str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: &'text str,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    /// A header, by its name in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let named = |line: &&str| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        self.head.lines().find(named).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim())
    }
}

/// Gets a path; each step may take so long.
pub(crate) fn get(
    address: SocketAddr,
    path: &str,
    from: Option<Ipv4Addr>,
    at_most: Duration,
) -> io::Result<Answer> {
    ask(address, &Question { method: "GET", path, headers: Vec::new(), body: "" }, from, at_most)
}

/// Asks once; each step may take so long.
pub(crate) fn ask(
    address: SocketAddr,
    question: &Question<'_>,
    from: Option<Ipv4Addr>,
    at_most: Duration,
) -> io::Result<Answer> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    if let Some(from) = from {
        socket.bind(&SocketAddr::from((from, 0)).into())?;
    }
    socket.connect_timeout(&address.into(), at_most)?;
    let mut stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(at_most))?;
    stream.write_all(question.text(address).as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").ok_or(ErrorKind::InvalidData)?;
    let status =
        head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(ErrorKind::InvalidData)?;
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

impl Question<'_> {
    /// Of HTTP/1.0, so that the answer ends with the connection and comes in one piece.
    fn text(&self, address: SocketAddr) -> String {
        let Self { method, path, headers, body } = self;
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        // Only with a body: a GET has no length.
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        format!("{method} {path} HTTP/1.0\r\nHost: {address}\r\n{headers}{length}\r\n{body}")
    }
}
