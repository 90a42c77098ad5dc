//! What Linux tells of a process: its time on a processor, the bytes it has written.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// The unit of the times in `/proc/<pid>/stat`, on every Linux that is in use.
const TICKS_PER_SECOND: u64 = 100;
/// Places in `/proc/<pid>/stat`, counted from behind the program's name.
const PARENT: usize = 1;
const USER: usize = 11;
const SYSTEM: usize = 12;
const CHILDREN_USER: usize = 13;
const CHILDREN_SYSTEM: usize = 14;

/// Time on a processor of one process, in the program and in the system.
pub fn cpu(pid: u32) -> Result<Duration> {
    let fields = fields(pid)?;
    ticks(&fields, &[USER, SYSTEM])
}

/// The same of a process and its children, those included that have ended.
pub fn cpu_of_family(parent: u32) -> Result<Duration> {
    let mut used = ticks(&fields(parent)?, &[USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM])?;
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // One that ends just now is counted with its parent the next time.
        let Ok(fields) = fields(pid) else { continue };
        if fields[PARENT] == parent.to_string() {
            used += ticks(&fields, &[USER, SYSTEM])?;
        }
    }
    Ok(used)
}

/// Bytes that a process has sent to the disk.
pub fn bytes_written(pid: u32) -> Result<u64> {
    let io = fs::read_to_string(format!("/proc/{pid}/io"))?;
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: ")).context("write_bytes")?;
    Ok(line.parse()?)
}

fn fields(pid: u32) -> Result<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name stands in brackets and may hold anything.
    let (_, after) = stat.rsplit_once(')').context("a name in brackets")?;
    Ok(after.split_whitespace().map(str::to_owned).collect())
}

fn ticks(fields: &[String], places: &[usize]) -> Result<Duration> {
    let ticks = places.iter().map(|&place| fields[place].parse::<u64>()).sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND))
}
