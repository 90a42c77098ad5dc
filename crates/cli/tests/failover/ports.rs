//! Ports for what is killed and comes back: it must find its port free again.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below those that the system gives to outgoing connections: one of them could have the port of a
/// server that is dead just now.
const RANGE: Range<u16> = 20_000..31_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port of the loopback address that nobody has, and that this process gives away once.
pub fn free() -> u16 {
    let width = RANGE.end - RANGE.start;
    let first = u16::try_from(std::process::id() % u32::from(width)).expect("below the width");
    for _ in 0..width {
        let port = RANGE.start + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % width;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no port from {} to {} is free", RANGE.start, RANGE.end)
}
