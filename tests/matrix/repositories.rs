//! Repositories: nginx in three ways, and a stand-in for ChartMuseum.

use super::{SIDES, Table};
use crate::support::museum::Museum;
use crate::support::nginx::{Kind, Nginx};

#[test]
fn every_web_server_serves_both_alike() {
    let Some(table) = Table::new() else { return };
    let site = table.env.path().join("site");
    for kind in [Kind::Open, Kind::Basic, Kind::Mutual] {
        let Some(server) = Nginx::start(&table.env, kind) else {
            return;
        };
        for indexer in SIDES {
            for file in table.packed() {
                for name in [file.to_owned(), format!("{file}.prov")] {
                    std::fs::copy(table.env.path().join("packed").join(&name), site.join(&name))
                        .expect("files can be copied");
                }
            }
            let _ = std::fs::remove_file(site.join("index.yaml"));
            table.run(indexer, &format!("repo index site --url {}", server.url()));
            let readable = std::os::unix::fs::PermissionsExt::from_mode(0o644);
            std::fs::set_permissions(site.join("index.yaml"), readable).expect("it is ours");
            let what = format!("nginx {kind:?}, indexed by {indexer}");
            exchange(&table, &what, &server.url(), &server.flags());
        }
    }
    table.check_secrets();
}

#[test]
fn a_museum_serves_both_alike() {
    let Some(table) = Table::new() else { return };
    let Some(museum) = Museum::start(&table.env) else {
        return;
    };
    for file in table.packed() {
        museum.upload(&table.env.path().join("packed").join(file));
        let provenance = format!("{file}.prov");
        std::fs::copy(
            table.env.path().join("packed").join(&provenance),
            table.env.path().join("museum/charts").join(&provenance),
        )
        .expect("files can be copied");
    }
    exchange(&table, "museum", &museum.url(), "");
    table.check_secrets();
}

/// Adds the repository by each of us, and uses it by both.
fn exchange(table: &Table, what: &str, url: &str, flags: &str) {
    for side in SIDES {
        table.run(side, &format!("repo add place {url} {flags} --force-update"));
        for other in SIDES {
            table.run(other, "repo update");
            table.fetch((other, what), "place/part", "");
        }
        table.depend(what, url, "");
        table.run(side, "repo remove place");
    }
}
