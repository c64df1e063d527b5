//! What a run is made on: the machine, and the repository that its recipe lies in.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

/// The machine of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Host name, if known.
    pub host: Option<String>,
    /// Operating system and architecture, such as `linux x86_64`.
    pub system: String,
    /// The processor's name, if known.
    pub cpu: Option<String>,
    /// Cores that the process may use.
    pub cores: usize,
}

/// This machine.
pub fn machine() -> Machine {
    Machine {
        host: host(),
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        cpu: cpu(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// A word for this machine since it was started: where it is the same, processes see each other's locks.
pub fn boot() -> String {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .ok()
        .or_else(host);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    boot.unwrap_or_default()
        .chars()
        .filter(|c| plain(*c))
        .take(64)
        .collect()
}

/// Bytes of memory that this machine has, or that the process's control group may use; `None` where the system
/// does not say.
pub fn memory() -> Option<u64> {
    let total = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    });
    let limit = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let limit = limit.and_then(|text| text.trim().parse::<u64>().ok());
    match (total.map(|kib| kib.saturating_mul(1024)), limit) {
        (Some(total), Some(limit)) => Some(total.min(limit)),
        (total, limit) => total.or(limit),
    }
}

/// The most bytes of memory that this process has had; `None` where the system does not say.
pub fn peak_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib = line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?;
    Some(kib.saturating_mul(1024))
}

/// The commit of the repository that the folder lies in, with `-dirty` where files differ from it;
/// `None` outside of one, or without git.
pub fn git_commit(folder: &Path) -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(folder)
            .args(arguments)
            // Looking must not take the repository's lock away from those who work in it.
            .env("GIT_OPTIONAL_LOCKS", "0")
            .stdin(Stdio::null())
            .output()
            .ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let commit = git(&["rev-parse", "HEAD"])?;
    let dirty = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if dirty.is_empty() {
        commit
    } else {
        format!("{commit}-dirty")
    })
}

fn host() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    name.or_else(|| std::env::var("HOSTNAME").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
}

fn cpu() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(':').map(|(_, name)| name.trim().to_owned())
}
