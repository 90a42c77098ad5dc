//! Takes the ports of `pagam up`, and says who has one that is taken.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::{Context, Result, bail};

/// Ports that `pagam up` listens on when nothing else is said: 242 is Axerve's code for the euro.
pub const FIRST_PORT: u16 = 2420;

/// How far above a taken port free ones are looked for.
const SEARCHED_PORTS: u16 = 2_000;

/// Listens on `count` ports in a row of the loopback address, or on any free ones when `first` is 0.
///
/// # Errors
/// When one is taken: the message names its owner, where the system tells, and proposes the next free ports.
pub fn listen(first: u16, count: u16) -> Result<Vec<TcpListener>> {
    let mut listeners = Vec::new();
    for offset in 0..count {
        let port = match first {
            0 => 0,
            first => first.checked_add(offset).context("there are no ports above 65535")?,
        };
        match bind(port) {
            Ok(listener) => listeners.push(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                drop(listeners);
                bail!("{}", taken(port, first, count));
            }
            Err(error) => return Err(error).with_context(|| format!("cannot listen on port {port}")),
        }
    }
    Ok(listeners)
}

fn bind(port: u16) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn taken(port: u16, first: u16, count: u16) -> String {
    let owner = owner(port).unwrap_or_else(|| "another program".to_owned());
    let last = first.saturating_add(SEARCHED_PORTS).min(u16::MAX - count);
    let proposal = (first.saturating_add(10)..last).step_by(10).find(|&from| (from..from + count).all(is_free));
    match proposal {
        Some(free) => format!("Port {port} is taken by {owner}. Free ports begin at {free}: pagam up --port {free}"),
        None => format!("Port {port} is taken by {owner}. Any free ports will do: pagam up --port 0"),
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_ok()
}

/// The program that listens on a port, from the tables of the Linux kernel; `None` where they are not to be had.
fn owner(port: u16) -> Option<String> {
    let inodes: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| table.lines().filter_map(|line| listening_inode(line, port)).collect::<Vec<_>>())
        .collect();
    let processes = fs::read_dir("/proc").ok()?.flatten();
    processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).find_map(|pid| {
        let handles = fs::read_dir(format!("/proc/{pid}/fd")).ok()?.flatten();
        let mut targets = handles.filter_map(|handle| fs::read_link(handle.path()).ok());
        targets.find(|target| {
            let target = target.to_string_lossy();
            target
                .strip_prefix("socket:[")
                .and_then(|rest| rest.strip_suffix(']'))
                .is_some_and(|inode| inodes.iter().any(|listening| listening == inode))
        })?;
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
        Some(format!("{} (process {pid})", name.trim()))
    })
}

/// The inode in a line of the kernel's table, when the line is a socket that listens (state 0A) on `port`.
fn listening_inode(line: &str, port: u16) -> Option<String> {
    let columns: Vec<&str> = line.split_whitespace().collect();
    let (_, local_port) = columns.get(1)?.rsplit_once(':')?;
    let listens = *columns.get(3)? == "0A" && u16::from_str_radix(local_port, 16).ok()? == port;
    listens.then(|| columns.get(9).map(|inode| (*inode).to_owned()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_with_its_owner_and_free_ones_are_proposed() {
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = held.local_addr().expect("bound").port();
        let message = listen(port, 3).expect_err("the port is held").to_string();
        assert!(message.contains(&format!("Port {port} is taken by ")), "{message}");
        assert!(message.contains("pagam up --port"), "{message}");
        if cfg!(target_os = "linux") {
            assert!(message.contains(&format!("process {}", std::process::id())), "{message}");
        }
    }

    #[test]
    fn port_zero_gives_free_ports() {
        let listeners = listen(0, 3).expect("three free ports");
        assert_eq!(listeners.len(), 3);
    }
}
