//! What a token is asked for: `repository:NAME:pull,push`.

use std::collections::{BTreeMap, BTreeSet};

/// What is to be done in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Pull,
    Push,
}

/// The scope for work in a repository. Who pushes also looks at what is there already.
pub(super) fn of(repository: &str, access: Access) -> String {
    let actions = match access {
        Access::Pull => "pull",
        Access::Push => "pull,push",
    };
    format!("repository:{repository}:{actions}")
}

/// Joins the scope that we know to need with those that a registry asks for (separated by blanks): each resource once,
/// actions and scopes sorted.
pub(super) fn join(own: Option<&str>, asked: &str) -> Vec<String> {
    let mut resources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut joined = Vec::new();
    for scope in own
        .into_iter()
        .chain(asked.split(' ').filter(|scope| !scope.is_empty()))
    {
        match scope.rsplit_once(':') {
            Some((resource, actions)) if resource.contains(':') => {
                let actions = actions.split(',').filter(|action| !action.is_empty());
                resources.entry(resource).or_default().extend(actions);
            }
            _ => joined.push(scope.to_owned()),
        }
    }
    for (resource, actions) in resources.into_iter().filter(|(_, actions)| !actions.is_empty()) {
        let actions: Vec<&str> = if actions.contains("*") {
            vec!["*"]
        } else {
            actions.into_iter().collect()
        };
        joined.push(format!("{resource}:{}", actions.join(",")));
    }
    joined.sort();
    joined.dedup();
    joined
}

#[cfg(test)]
mod tests {
    use super::{Access, join, of};

    #[test]
    fn scopes_are_joined() {
        let own = of("team/web", Access::Push);
        assert_eq!(
            join(Some(&own), "repository:team/web:pull"),
            ["repository:team/web:pull,push"]
        );
        assert_eq!(
            join(Some("repository:a:*"), "repository:a:pull registry:catalog:*"),
            ["registry:catalog:*", "repository:a:*"]
        );
        assert_eq!(join(None, ""), Vec::<String>::new());
        assert_eq!(join(None, "plain repository:a:"), ["plain"]);
    }
}
