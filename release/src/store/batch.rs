//! Which records one request reads: many at a time, and few that nobody asked for.

use std::collections::BTreeMap;

use super::Head;

/// How many records are asked for by name in one request. Proxies refuse URLs of more than 8 KiB, and a name has up to
/// 53 bytes.
const SIZE: usize = 64;

/// A selection of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    /// Where they are; `None` is everywhere.
    pub(super) namespace: Option<String>,
    /// A label selector.
    pub(super) selector: String,
}

/// Groups records by what their labels have in common, so that a selector finds them and hardly any others: revisions
/// of one release are named by number, several releases by name and status.
pub(super) fn batches(heads: &[Head]) -> Vec<Batch> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let is_one_release = all_equal(heads, |head| &head.id.name);
    for head in heads {
        if is_one_release {
            let revisions = groups
                .entry(format!("name={},version", head.id.name))
                .or_default();
            revisions.push(head.id.revision.to_string());
        } else {
            let names = groups.entry(format!("status={},name", head.status)).or_default();
            names.push(head.id.name.clone());
        }
    }
    let namespace = all_equal(heads, |head| &head.id.namespace)
        .then(|| heads.first().map(|head| head.id.namespace.clone()))
        .flatten();
    let selectors = groups.into_iter().flat_map(|(label, mut values)| {
        values.sort();
        values.dedup();
        let parts = values.chunks(SIZE);
        parts
            .map(|part| format!("{label} in ({})", part.join(",")))
            .collect::<Vec<_>>()
    });
    let batch = |selector| Batch {
        namespace: namespace.clone(),
        selector,
    };
    selectors.map(batch).collect()
}

fn all_equal<'a>(heads: &'a [Head], part: impl Fn(&'a Head) -> &'a String) -> bool {
    heads.windows(2).all(|pair| part(&pair[0]) == part(&pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Status;
    use crate::store::RecordId;

    fn head((namespace, name, revision): (&str, &str, u64), status: Status) -> Head {
        Head {
            id: RecordId {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                revision,
            },
            status,
            labels: BTreeMap::new(),
        }
    }

    fn selectors(heads: &[Head]) -> Vec<String> {
        let batches = batches(heads).into_iter();
        batches
            .map(|batch| {
                format!(
                    "{}: {}",
                    batch.namespace.as_deref().unwrap_or("*"),
                    batch.selector
                )
            })
            .collect()
    }

    #[test]
    fn revisions_of_one_release_are_numbered() {
        let heads = [
            head(("a", "web", 1), Status::Superseded),
            head(("a", "web", 2), Status::Deployed),
        ];
        assert_eq!(selectors(&heads), ["a: name=web,version in (1,2)"]);
        assert!(selectors(&[]).is_empty());
    }

    #[test]
    fn releases_are_named() {
        let heads = [
            head(("a", "web", 7), Status::Deployed),
            head(("b", "db", 2), Status::Failed),
            head(("b", "web", 1), Status::Deployed),
        ];
        assert_eq!(
            selectors(&heads),
            [
                "*: status=deployed,name in (web)",
                "*: status=failed,name in (db)"
            ]
        );
    }

    #[test]
    fn a_request_stays_small() {
        let many: Vec<Head> = (0..200)
            .map(|n| head(("a", &format!("r{n}"), 1), Status::Deployed))
            .collect();
        let found = selectors(&many);
        assert_eq!(found.len(), 4);
        assert!(found.iter().all(|selector| selector.len() < 4096));
    }
}
