//! How many files this process may have open: each connection is one.

use gateway::Capacity;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More than this is never needed.
const WANTED: u64 = 65_536;

/// Raises the soft limit as far as the hard one lets it, and gives what `servers` of this process may then hold each.
pub fn capacity_for(servers: usize) -> Capacity {
    let now = getrlimit(Resource::Nofile);
    let wanted = now.maximum.unwrap_or(WANTED).min(WANTED).max(now.current.unwrap_or(u64::MAX));
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: now.maximum });
    let files = if raised.is_ok() { wanted } else { now.current.unwrap_or(WANTED) };
    let capacity = Capacity::within_open_files(usize::try_from(files).unwrap_or(usize::MAX) / servers.max(1));
    tracing::info!(files, connections_max = capacity.connections_max, "Limit of open files");
    capacity
}
