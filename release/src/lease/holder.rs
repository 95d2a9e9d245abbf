//! Who holds a lease.

use std::fmt;

use jiff::Timestamp;

/// This process, as others shall know it.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The machine's name.
    pub host: String,
    /// The process id.
    pub pid: u32,
    /// Who runs it.
    pub user: String,
    /// What no other process has: a random text without `/`.
    pub id: String,
    /// When the system started this process, in whatever unit the system counts; see [`Holder::process_start`].
    pub started: Option<u64>,
    /// What two processes have in common that can see each other by their ids. Without one, nobody is known to be dead
    /// before his lease expires.
    pub machine: Option<String>,
    /// Looks up when the system started a process; `None` if there is none.
    pub process_start: fn(u32) -> Option<u64>,
}

impl Holder {
    /// Returns the text for a lease's `holderIdentity`.
    pub(super) fn identity(&self) -> String {
        format!("{}@{}/{}/{}", self.user, self.host, self.pid, self.id)
    }

    /// Returns what tells others on this machine whether the process still lives.
    pub(super) fn process(&self) -> Option<String> {
        Some(format!("{} {}", self.machine.as_ref()?, self.started?))
    }

    /// Says whether a process of this machine is known to be gone.
    pub(super) fn knows_to_be_dead(&self, process: &str, pid: u32) -> bool {
        let Some((machine, started)) = process.rsplit_once(' ') else {
            return false;
        };
        let (Some(ours), Ok(started)) = (&self.machine, started.parse::<u64>()) else {
            return false;
        };
        machine == ours && (self.process_start)(pid) != Some(started)
    }
}

/// Somebody else who is, or was, at work on a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// His machine's name; all that is known of a holder that is no program of ours.
    pub host: String,
    /// His process id.
    pub pid: Option<u32>,
    /// What he does: `upgrade`.
    pub action: String,
    /// When he began, by his own clock.
    pub since: Option<Timestamp>,
}

impl Tenant {
    /// Somebody removed the lease and put none in its place.
    pub(super) fn nobody() -> Self {
        Tenant::parse("somebody unknown")
    }

    /// Returns the word for what he does.
    pub(crate) fn action_name(&self) -> &str {
        match self.action.as_str() {
            "" => "work on",
            action => action,
        }
    }

    /// Reads a lease's `holderIdentity`.
    pub(super) fn parse(identity: &str) -> Self {
        let mut parts = identity.rsplitn(3, '/');
        let (_id, pid, place) = (parts.next(), parts.next(), parts.next());
        let (host, pid) = match (place, pid.and_then(|pid| pid.parse().ok())) {
            (Some(place), Some(pid)) => (place.rsplit('@').next().unwrap_or(place), Some(pid)),
            _ => (identity, None),
        };
        Tenant {
            host: host.to_owned(),
            pid,
            action: String::new(),
            since: None,
        }
    }
}

/// `HOST (pid 12)`.
impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.host)?;
        match self.pid {
            Some(pid) => write!(f, " (pid {pid})"),
            None => Ok(()),
        }
    }
}

/// Somebody is at work on the release, and alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busy {
    /// Who.
    pub tenant: Tenant,
    /// After how many seconds he counts as dead if nothing is heard of him.
    pub patience: u64,
}

impl std::error::Error for Busy {}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Tenant { host, pid, since, .. } = &self.tenant;
        write!(f, "in progress by {host}")?;
        if let Some(since) = since {
            write!(f, " since {since:.0}")?;
        }
        match pid {
            Some(pid) => write!(f, " (pid {pid})"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder() -> Holder {
        Holder {
            host: "ci-1".to_owned(),
            pid: 12,
            user: "me".to_owned(),
            id: "ab12".to_owned(),
            started: Some(500),
            machine: Some("boot ns".to_owned()),
            process_start: |pid| (pid == 12).then_some(500),
        }
    }

    #[test]
    fn holders_are_read_back() {
        let tenant = Tenant::parse(&holder().identity());
        assert_eq!(tenant.to_string(), "ci-1 (pid 12)");
        assert_eq!(Tenant::parse("somebody-else").to_string(), "somebody-else");
        let busy = Busy {
            tenant: Tenant {
                since: Some("2026-11-21T07:33:13.5Z".parse().unwrap()),
                ..tenant
            },
            patience: 15,
        };
        assert_eq!(
            busy.to_string(),
            "in progress by ci-1 since 2026-11-21T07:33:13Z (pid 12)"
        );
    }

    #[test]
    fn only_processes_in_sight_are_known_to_be_dead() {
        let holder = holder();
        assert!(!holder.knows_to_be_dead("boot ns 500", 12), "it lives");
        assert!(
            holder.knows_to_be_dead("boot ns 400", 12),
            "the id was given away"
        );
        assert!(holder.knows_to_be_dead("boot ns 500", 13), "it is gone");
        assert!(!holder.knows_to_be_dead("other ns 500", 13), "another machine");
        assert!(!holder.knows_to_be_dead("", 13));
    }
}
