//! One keep-alive HTTP/1.1 connection that many tasks of one thread can afford.

use crate::client::{Response, body_bytes, parse_head};
use std::io;
use std::net::{IpAddr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// A connection and what was received beyond the last answer.
pub(super) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    /// Connects, from this address of the machine if one is given: balancers route by it.
    pub(super) async fn open(from: Option<IpAddr>, to: SocketAddr) -> io::Result<Self> {
        let socket = if to.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        if let Some(from) = from {
            socket.bind(SocketAddr::new(from, 0))?;
        }
        let stream = socket.connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::new() })
    }

    /// Sends a request and reads the answer. The future may be dropped, but then so must this.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> io::Result<Response> {
        self.stream.write_all(request).await?;
        let (mut response, head) = loop {
            if let Some(head) = parse_head(&self.received)? {
                break head;
            }
            self.receive().await?;
        };
        let whole = head + body_bytes(&response, false)?;
        while self.received.len() < whole {
            self.receive().await?;
        }
        let rest = self.received.split_off(whole);
        response.body = std::mem::replace(&mut self.received, rest).split_off(head);
        Ok(response)
    }

    async fn receive(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
