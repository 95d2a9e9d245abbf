use super::parameters::signature;
use crate::engine::Peers;
use crate::gotmpl::Value;
use crate::helm::{GoEngine, Notices};
use crate::renderer::Renderer;

/// What Tera has operators for.
const OPERATORS: [&str; 10] = ["and", "call", "eq", "ge", "gt", "le", "lt", "ne", "not", "or"];

#[test]
fn every_function_has_named_parameters() {
    let renderer = Renderer {
        has_dns: true,
        ..Renderer::default()
    };
    let go = GoEngine::new(&renderer, 1 << 20, (&Notices::default(), &Peers::default()));
    for name in go.set().function_names() {
        assert_eq!(signature(name).is_none(), OPERATORS.contains(&name), "{name}");
    }
}

#[test]
fn names_are_as_many_as_parameters() {
    let renderer = Renderer {
        has_dns: true,
        ..Renderer::default()
    };
    let go = GoEngine::new(&renderer, 1 << 20, (&Notices::default(), &Peers::default()));
    for name in go.set().function_names() {
        let Some(signature) = signature(name) else {
            continue;
        };
        let fixed = signature
            .parameters()
            .filter(|parameter| !parameter.is_rest)
            .count();
        let has_rest = signature.parameters().any(|parameter| parameter.is_rest);
        let too_many = vec![Value::Nil; fixed + 1];
        let error = go.set().call(name, too_many);
        let is_count_wrong = error.is_err_and(|error| error.message.contains("wrong number of args"));
        assert_eq!(is_count_wrong, !has_rest, "{name}");
        if fixed > 0 {
            let error = go.set().call(name, vec![Value::Nil; fixed - 1]);
            let is_count_wrong = error.is_err_and(|error| error.message.contains("wrong number of args"));
            assert!(is_count_wrong, "{name}");
        }
    }
}
