//! Loopback addresses of one's own: ports are fixed, addresses are plenty.

use crate::LabError;
use std::net::{Ipv4Addr, TcpListener};

/// A loopback address where nobody listens at these ports.
///
/// # Errors
/// If none is found: somebody listens at one of them on every address.
pub(crate) fn free(ports: &[u16]) -> Result<Ipv4Addr, LabError> {
    // Sixteen million addresses: the chance that somebody else takes this one first is nil.
    for _ in 0..100 {
        let address = Ipv4Addr::new(127, fastrand::u8(1..255), fastrand::u8(1..255), fastrand::u8(1..255));
        if ports.iter().all(|port| TcpListener::bind((address, *port)).is_ok()) {
            return Ok(address);
        }
    }
    Err(LabError::failed(format!("no loopback address is free: something listens at {ports:?} of all")))
}
