//! The registry of the distribution project, in every way that it can be set up.

use super::{SIDES, Table};
use crate::support::TestEnv;
use crate::support::registry::{KINDS, Kind, Registry};
use crate::support::tokens::{PASSWORD, USER};

#[test]
fn every_registry_serves_both_alike() {
    let Some(table) = Table::new() else { return };
    for kind in KINDS {
        let home = TestEnv::offline();
        let Some(registry) = Registry::start(&home, kind) else {
            return;
        };
        let (what, flags) = (format!("{kind:?}"), registry.flags());
        let wants_login = matches!(kind, Kind::Basic | Kind::Token);
        // Each one's login serves both.
        for login in SIDES.into_iter().take(1 + usize::from(wants_login)) {
            if wants_login {
                let line = format!(
                    "registry login {} -u {USER} -p {PASSWORD} {flags}",
                    registry.address
                );
                table.run(login, &line);
            }
            for from in SIDES {
                let place = registry.place(&format!("{login}/{from}"));
                for file in table.packed() {
                    table.run(from, &format!("push packed/{file} {place} {flags}"));
                }
                for to in SIDES {
                    table.fetch((to, &what), &format!("{place}/part"), &flags);
                }
                table.depend(&what, &place, &flags);
            }
            if wants_login {
                table.run(login, &format!("registry logout {}", registry.address));
            }
        }
        same_digests(&table, &registry);
    }
    table.check_secrets();
}

/// The same file gives the same manifest, whoever pushes it.
fn same_digests(table: &Table, registry: &Registry) {
    if matches!(registry.kind, Kind::Basic | Kind::Token) {
        let line = format!(
            "registry login {} -u {USER} -p {PASSWORD} {}",
            registry.address,
            registry.flags()
        );
        table.run("cox", &line);
    }
    for file in table.packed() {
        let digests = SIDES.map(|side| {
            let place = registry.place(&format!("digests/{side}"));
            let line = format!("push packed/{file} {place} {}", registry.flags());
            let said = match side {
                "cox" => table.env.cox(&line),
                _ => table.env.run(table.helm, &line),
            };
            let printed = format!("{}{}", said.stdout, said.stderr);
            let digest = printed.lines().find_map(|line| line.strip_prefix("Digest: "));
            digest.expect("a digest").to_owned()
        });
        assert_eq!(digests[0], digests[1], "{:?} {file}", registry.kind);
    }
}
