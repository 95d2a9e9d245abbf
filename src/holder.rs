//! Who we are, for the leases that the engine writes: host, process, user.

use release::Holder;

/// This process. What the system does not tell is left out.
pub(crate) fn this_process(user: &str) -> Holder {
    let pid = std::process::id();
    let host = read("/proc/sys/kernel/hostname").unwrap_or_else(|| "unknown".to_owned());
    Holder {
        host,
        pid,
        user: user.to_owned(),
        id: read("/proc/sys/kernel/random/uuid").unwrap_or_else(random_text),
        started: process_start(pid),
        machine: machine(),
        process_start,
    }
}

/// One boot of one machine, and the part of it whose processes see each other: containers do not.
fn machine() -> Option<String> {
    let boot = read("/proc/sys/kernel/random/boot_id")?;
    let space = std::fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{boot} {}", space.display()))
}

/// When a process began, in the system's ticks. One that has ended and is only not buried yet counts as none.
fn process_start(pid: u32) -> Option<u64> {
    let stat = read(&format!("/proc/{pid}/stat"))?;
    // The name in parentheses may hold anything, so the fields are counted from its end.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

fn read(path: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Where the system hands out no unique texts, a time and a process id are one.
fn random_text() -> String {
    format!(
        "{:x}-{:x}",
        jiff::Timestamp::now().as_nanosecond(),
        std::process::id()
    )
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn processes_are_known_by_their_start() {
        let us = this_process("me");
        assert!(us.started.is_some() && us.machine.is_some());
        assert_eq!(process_start(us.pid), us.started);
        assert_eq!(process_start(u32::MAX), None);
    }
}
