//! `Schema`: how the parts of built-in kinds are merged, read from a table.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// See the head of the file for its format and where it comes from.
const TABLE: &str = include_str!("merge_keys.txt");

static TYPES: LazyLock<Types> = LazyLock::new(|| Types::read(TABLE));

#[derive(Debug, Default)]
struct Types {
    /// `group/kind` → type.
    kinds: BTreeMap<String, &'static str>,
    /// `type.field` → rule.
    rules: BTreeMap<String, Rule>,
}

/// How a field is merged.
#[derive(Debug, Default)]
struct Rule {
    /// The type of the field, or of the items of the list or map that it is.
    of: &'static str,
    is_map: bool,
    /// The keys of a list that is merged; none if its items are plain values.
    merge: Option<Vec<&'static str>>,
    retains: bool,
    is_atomic: bool,
}

/// How lists are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListMerge {
    /// The wanted list replaces the live one.
    Replace,
    /// The list is a set.
    Values,
    /// The list is a map by these fields of its items.
    ByKey(&'static [&'static str]),
}

/// How the part of an object that is being merged is merged.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Schema {
    of: &'static str,
    is_root: bool,
    retains: bool,
    rule: Option<&'static Rule>,
}

const METADATA: &str = "ObjectMeta";

impl Schema {
    /// Nothing is merged in a special way.
    pub(crate) fn none() -> Self {
        Schema::default()
    }

    /// Returns how a built-in kind is merged; `group` is empty for the core group.
    pub(crate) fn of(group: &str, kind: &str) -> Self {
        let group = if group.is_empty() { "core" } else { group };
        let known = TYPES.kinds.get(&format!("{group}/{kind}"));
        Schema {
            of: known.copied().unwrap_or_default(),
            is_root: true,
            ..Schema::default()
        }
    }

    /// Returns how a field of this is merged.
    pub(crate) fn field(self, name: &str) -> Schema {
        if self.is_root && name == "metadata" {
            return Schema {
                of: METADATA,
                ..Schema::default()
            };
        }
        if self.rule.is_some_and(|rule| rule.is_map) {
            return Schema {
                of: self.of,
                ..Schema::default()
            };
        }
        let rule = TYPES.rules.get(&format!("{}.{name}", self.of));
        Schema {
            of: rule.map_or("", |rule| rule.of),
            is_root: false,
            // With a list, it is its items that lose what is not wanted.
            retains: rule.is_some_and(|rule| rule.retains && rule.merge.is_none()),
            rule,
        }
    }

    /// Returns how an item of this list is merged.
    pub(crate) fn item(self) -> Schema {
        Schema {
            of: self.of,
            retains: self.rule.is_some_and(|rule| rule.retains),
            ..Schema::default()
        }
    }

    /// Returns how this list is merged.
    pub(crate) fn list_merge(self) -> ListMerge {
        match self.rule.and_then(|rule| rule.merge.as_ref()) {
            None => ListMerge::Replace,
            Some(keys) if keys.is_empty() => ListMerge::Values,
            Some(keys) => ListMerge::ByKey(keys),
        }
    }

    /// Says whether live fields that are not wanted go, whoever set them.
    pub(crate) fn retains_wanted_only(self) -> bool {
        self.retains
    }

    /// Says whether this is replaced as a whole.
    pub(crate) fn is_atomic(self) -> bool {
        self.rule.is_some_and(|rule| rule.is_atomic)
    }
}

impl Types {
    fn read(table: &'static str) -> Self {
        let mut types = Types::default();
        for line in table.lines() {
            let words: Vec<_> = line.split_whitespace().collect();
            match words.as_slice() {
                ["kind", group, kind, name] => {
                    types.kinds.insert(format!("{group}/{kind}"), name);
                }
                ["type", name, fields @ ..] => {
                    let rules = fields.iter().filter_map(|field| field.split_once('='));
                    types
                        .rules
                        .extend(rules.map(|(field, rule)| (format!("{name}.{field}"), Rule::read(rule))));
                }
                _ => {}
            }
        }
        types
    }
}

impl Rule {
    fn read(text: &'static str) -> Self {
        let mut words = text.split(',');
        let kind = words.next().unwrap_or_default();
        let of = kind.trim_start_matches(['[', ']', '{', '}']);
        let mut rule = Rule {
            of: if of == "-" { "" } else { of },
            is_map: kind.starts_with("{}"),
            ..Rule::default()
        };
        for word in words {
            match word.split_once(':') {
                Some((_, keys)) => rule.merge = Some(keys.split('+').collect()),
                None if word == "merge" => rule.merge = Some(Vec::new()),
                None if word == "retain" => rule.retains = true,
                None => rule.is_atomic = true,
            }
        }
        rule
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_walked() {
        let pod = Schema::of("batch", "CronJob")
            .field("spec")
            .field("jobTemplate")
            .field("spec")
            .field("template")
            .field("spec");
        let containers = pod.field("containers");
        assert_eq!(containers.list_merge(), ListMerge::ByKey(&["name"]));
        let ports = containers.item().field("ports");
        assert_eq!(
            ports.list_merge(),
            ListMerge::ByKey(&["containerPort", "protocol"])
        );
        assert!(pod.field("volumes").item().retains_wanted_only());
        assert_eq!(pod.field("tolerations").list_merge(), ListMerge::Replace);
        let finalizers = Schema::of("", "ConfigMap").field("metadata").field("finalizers");
        assert_eq!(finalizers.list_merge(), ListMerge::Values);
        assert!(
            Schema::of("apps", "Deployment")
                .field("spec")
                .field("strategy")
                .retains_wanted_only()
        );
    }
}
