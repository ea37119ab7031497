//! One connection with at most one request on its way.

use mio::net::TcpStream;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

const MOST_HEADERS: usize = 32;

/// A connection that stays open from one request to the next.
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    answer: Vec<u8>,
    filled: usize,
    /// When the request on its way was due.
    pub(crate) due: Duration,
    /// Since when it could have been given a request.
    pub(crate) idle_since: Duration,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = std::net::TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream: TcpStream::from_std(stream),
            answer: vec![0; 4096],
            filled: 0,
            due: Duration::ZERO,
            idle_since: Duration::ZERO,
        })
    }

    /// Sends a request, which the socket's empty buffer takes whole.
    pub(crate) fn send(&mut self, request: &[u8], due: Duration) -> io::Result<()> {
        self.due = due;
        if self.stream.write(request)? == request.len() {
            Ok(())
        } else {
            Err(io::Error::other("a request was not taken whole"))
        }
    }

    /// Reads what has come; true once that is a whole answer.
    ///
    /// # Errors
    /// If the answer is no 2xx, cannot be read, or ends the connection: such a run measures nothing.
    pub(crate) fn receive(&mut self) -> io::Result<bool> {
        loop {
            match self.stream.read(&mut self.answer[self.filled..]) {
                Ok(0) => return Err(io::Error::other("the server closed a connection")),
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
            if let Some(length) = length_of_answer(&self.answer[..self.filled])? {
                if length != self.filled {
                    return Err(io::Error::other("more was answered than asked for"));
                }
                self.filled = 0;
                return Ok(true);
            }
            if self.filled == self.answer.len() {
                return Err(io::Error::other("an answer is longer than expected"));
            }
        }
    }
}

/// How long the answer is that begins so, once that can be told and all of it is there.
fn length_of_answer(bytes: &[u8]) -> io::Result<Option<usize>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut answer = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = answer.parse(bytes).map_err(io::Error::other)? else {
        return Ok(None);
    };
    let status = answer.code.unwrap_or_default();
    if !(200..300).contains(&status) {
        return Err(io::Error::other(format!("the run is invalid: an answer was {status}")));
    }
    let body = answer.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let body = body.and_then(|header| std::str::from_utf8(header.value).ok()?.parse().ok());
    // 204 has no body, and need not say so.
    let body: usize = match body {
        Some(length) => length,
        None if status == 204 => 0,
        None => return Err(io::Error::other("an answer does not say its length")),
    };
    Ok((bytes.len() >= head + body).then_some(head + body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_all_of_its_body_has_come() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        for there in 0..answer.len() {
            assert_eq!(length_of_answer(&answer[..there]).expect("well formed"), None, "{there} bytes");
        }
        assert_eq!(length_of_answer(answer).expect("well formed"), Some(answer.len()));
    }

    #[test]
    fn no_content_needs_no_length() {
        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
        assert_eq!(length_of_answer(answer).expect("well formed"), Some(answer.len()));
    }

    #[test]
    fn an_answer_that_is_no_success_makes_the_run_invalid() {
        let error = length_of_answer(b"HTTP/1.1 503 \r\ncontent-length: 0\r\n\r\n").expect_err("no success");
        assert!(error.to_string().contains("503"), "{error}");
    }
}
