//! A server that gives the answers a test wants and tells what it was sent. Its subject is the client:
//! the real service gives these answers only in distress.

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Instant;

/// One request as it came in.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) at: Instant,
    pub(crate) from: IpAddr,
    pub(crate) connection: usize,
}

/// Answers one request after the other with these texts; an empty one closes the connection instead.
/// After the last one it listens no more.
pub(crate) fn answering(answers: Vec<String>) -> (SocketAddr, Receiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    let (sender, received) = mpsc::channel();
    thread::spawn(move || {
        let mut answers = answers.into_iter();
        let mut connection = 0;
        while answers.len() > 0 {
            let (mut stream, from) = listener.accept().expect("a connection");
            connection += 1;
            while read_request(&mut stream) {
                let Some(answer) = answers.next() else { return };
                let request = Received { at: Instant::now(), from: from.ip(), connection };
                // A test that has seen enough does not listen any more.
                let _ = sender.send(request);
                if answer.is_empty() || stream.write_all(answer.as_bytes()).is_err() {
                    break;
                }
                if answer.contains("Connection: close") || answers.len() == 0 {
                    break;
                }
            }
        }
    });
    (address, received)
}

/// Reads to the end of a head; these requests have no body.
fn read_request(stream: &mut TcpStream) -> bool {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if !stream.read(&mut byte).is_ok_and(|bytes| bytes == 1) {
            return false;
        }
        head.push(byte[0]);
    }
    true
}

/// A 404 of the service, which is a good answer to a GET.
pub(crate) fn unknown_user(more_headers: &str) -> String {
    problem("404 Not Found", "user_unknown", more_headers)
}

/// A problem as the service words it.
pub(crate) fn problem(status: &str, code: &str, more_headers: &str) -> String {
    let body = format!(r#"{{"code":"{code}"}}"#);
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/problem+json\r\nRegion: eu\r\n\
         Content-Length: {length}\r\n{more_headers}\r\n{body}"
    )
}
