//! `lookup` and `getHostByName`: what reaches outside.

use super::plain::from_chart_map;
use crate::gotmpl::{Function, Map, Text, function};
use crate::renderer::{Mode, Renderer};
use std::net::ToSocketAddrs;
use std::sync::Arc;

pub(super) fn functions(renderer: &Renderer) -> Vec<(&'static str, Function)> {
    let mut functions = vec![("lookup", lookup(renderer))];
    if renderer.has_dns {
        functions.push(("getHostByName", function(get_host_by_name)));
    }
    functions
}

fn lookup(renderer: &Renderer) -> Function {
    if renderer.mode == Mode::Lint {
        return function(|_: Text, _: Text, _: Text, _: Text| Map::new());
    }
    let cluster = Arc::clone(&renderer.lookup);
    function(
        move |api_version: String, kind: String, namespace: String, name: String| {
            let found = cluster.lookup(&api_version, &kind, &namespace, &name);
            found
                .map(|object| from_chart_map(&object))
                .map_err(|error| error.to_string())
        },
    )
}

/// Returns an address of a host, empty when there is none. Sprig takes any of them; this takes the first.
fn get_host_by_name(name: String) -> String {
    let address = (name.as_str(), 0)
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next());
    address.map_or_else(String::new, |address| address.ip().to_string())
}
