//! One HTTP/1.1 connection that can send any bytes.

use socket2::{Domain, Socket, Type};
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

/// Long enough for any answer; a test that meets it has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection and what was received beyond the last answer.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in the order of the wire.
    pub headers: Vec<(String, String)>,
    /// What came after the head.
    pub body: Vec<u8>,
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// As [`TcpStream::connect`].
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        Self::over(TcpStream::connect(address)?)
    }

    /// Connects from this address of the machine.
    ///
    /// # Errors
    /// As [`TcpStream::connect`].
    pub fn connect_from(from: IpAddr, address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        socket.bind(&SocketAddr::new(from, 0).into())?;
        socket.connect_timeout(&address.into(), PATIENCE)?;
        Self::over(socket.into())
    }

    fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, received: Vec::new() })
    }

    /// Sends these bytes as they are.
    ///
    /// # Errors
    /// As [`Write::write_all`].
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Sends a request with a `Host` header, and a `Content-Length` if there is a body; reads the answer.
    ///
    /// # Errors
    /// When the connection breaks, as [`Client::read_response`].
    pub fn request(
        &mut self,
        method: &str,
        path: impl AsRef<[u8]>,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Response> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(method.as_bytes());
        bytes.push(b' ');
        bytes.extend_from_slice(path.as_ref());
        bytes.extend_from_slice(b" HTTP/1.1\r\nHost: test\r\n");
        for (name, value) in headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        if !body.is_empty() {
            bytes.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        self.send(&bytes)?;
        self.read_response(method == "HEAD")
    }

    /// Reads one answer; `to_head` if it answers a HEAD, which has no body whatever its length says.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] if the connection ends first, [`io::ErrorKind::InvalidData`] if
    /// it is no HTTP.
    pub fn read_response(&mut self, to_head: bool) -> io::Result<Response> {
        let (mut response, head_bytes) = loop {
            if let Some(head) = parse_head(&self.received)? {
                break head;
            }
            self.receive()?;
        };
        let body_bytes = body_bytes(&response, to_head)?;
        while self.received.len() < head_bytes + body_bytes {
            self.receive()?;
        }
        let rest = self.received.split_off(head_bytes + body_bytes);
        response.body = std::mem::replace(&mut self.received, rest).split_off(head_bytes);
        Ok(response)
    }

    /// Waits until the other side closes; gives what it sent before that.
    ///
    /// # Errors
    /// When it does neither in time.
    pub fn read_to_close(&mut self) -> io::Result<Vec<u8>> {
        loop {
            match self.receive() {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Ok(std::mem::take(&mut self.received));
                }
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {
                    return Ok(std::mem::take(&mut self.received));
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn receive(&mut self) -> io::Result<()> {
        let mut chunk = [0; 16 * 1024];
        match self.stream.read(&mut chunk)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            bytes => {
                self.received.extend_from_slice(&chunk[..bytes]);
                Ok(())
            }
        }
    }
}

/// How many bytes of body follow a head.
pub(crate) fn body_bytes(head: &Response, to_head: bool) -> io::Result<usize> {
    let bodiless = to_head || head.status == 204 || head.status == 304;
    match head.header("content-length") {
        Some(length) if !bodiless => length.parse().map_err(io::Error::other),
        _ => Ok(0),
    }
}

/// Reads a head, if it is there as a whole; says how long it is.
pub(crate) fn parse_head(received: &[u8]) -> io::Result<Option<(Response, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut headers);
    match head.parse(received).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))? {
        httparse::Status::Partial => Ok(None),
        httparse::Status::Complete(bytes) => {
            let headers = head
                .headers
                .iter()
                .map(|header| {
                    (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).into_owned())
                })
                .collect();
            Ok(Some((Response { status: head.code.unwrap_or_default(), headers, body: Vec::new() }, bytes)))
        }
    }
}

impl Response {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    ///
    /// # Panics
    /// If it is no UTF-8.
    pub fn text(&self) -> &str {
        str::from_utf8(&self.body).expect("a body of text")
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is no JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.text()))
    }
}
