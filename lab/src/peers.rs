//! Which other nodes a node tells its clients of, asked in just enough of CQL's protocol, version 4.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

const STARTUP: u8 = 1;
const READY: u8 = 2;
const QUERY: u8 = 7;
const RESULT: u8 = 8;

const PEERS: &str = "SELECT rpc_address, tokens FROM system.peers";

/// The addresses of the other nodes that have tokens, as this one says. It must ask for no password.
pub(crate) fn told_by(node: SocketAddr, at_most: Duration) -> io::Result<Vec<Ipv4Addr>> {
    let mut stream = TcpStream::connect_timeout(&node, at_most)?;
    stream.set_read_timeout(Some(at_most))?;
    ask(&mut stream, STARTUP, b"\0\x01\0\x0bCQL_VERSION\0\x053.0.0", READY)?;
    let mut query = u32::try_from(PEERS.len()).unwrap_or_default().to_be_bytes().to_vec();
    query.extend(PEERS.as_bytes());
    // At consistency ONE, without a description of the columns.
    query.extend([0, 1, 2]);
    let rows = ask(&mut stream, QUERY, &query, RESULT)?;
    parse(&rows).ok_or_else(|| ErrorKind::InvalidData.into())
}

fn ask(stream: &mut TcpStream, question: u8, body: &[u8], expected: u8) -> io::Result<Vec<u8>> {
    let mut frame = vec![4, 0, 0, 0, question];
    frame.extend(u32::try_from(body.len()).unwrap_or_default().to_be_bytes());
    frame.extend(body);
    stream.write_all(&frame)?;
    let mut head = [0; 9];
    stream.read_exact(&mut head)?;
    let [_, _, _, _, answer, length @ ..] = head;
    let mut body = Vec::new();
    stream.take(u32::from_be_bytes(length).into()).read_to_end(&mut body)?;
    if answer == expected { Ok(body) } else { Err(ErrorKind::InvalidData.into()) }
}

/// Kind, flags and count of columns, then the count of rows, each of an address and tokens.
fn parse(mut body: &[u8]) -> Option<Vec<Ipv4Addr>> {
    body = body.get(12..)?;
    let rows = number(&mut body)?;
    let mut peers = Vec::new();
    for _ in 0..rows {
        let (address, tokens) = (value(&mut body)?, value(&mut body)?);
        let address = address.and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
        peers.extend(address.filter(|_| tokens.is_some()).map(Ipv4Addr::from));
    }
    Some(peers)
}

fn number(body: &mut &[u8]) -> Option<i32> {
    let (bytes, rest) = body.split_first_chunk()?;
    *body = rest;
    Some(i32::from_be_bytes(*bytes))
}

/// A length and so many bytes; of a negative length, nothing.
fn value<'body>(body: &mut &'body [u8]) -> Option<Option<&'body [u8]>> {
    let Ok(length) = usize::try_from(number(body)?) else { return Some(None) };
    let (bytes, rest) = body.split_at_checked(length)?;
    *body = rest;
    Some(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::net::Ipv4Addr;

    #[test]
    fn a_peer_counts_when_it_has_tokens() {
        let mut body = vec![0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 2];
        body.extend([0, 0, 0, 4, 198, 18, 0, 75, 0, 0, 0, 1, 9]);
        body.extend([0, 0, 0, 4, 198, 18, 0, 107, 255, 255, 255, 255]);
        assert_eq!(parse(&body), Some(vec![Ipv4Addr::new(198, 18, 0, 75)]));
        assert_eq!(parse(&body[..30]), None);
    }
}
