//! Annotations of an object that is kept as it was written (kustomize's `kyaml/yaml`).

use chart::yaml::tree::{Kind, Node, SequenceIndent, Style, Writer};

const METADATA: &str = "metadata";
const ANNOTATIONS: &str = "annotations";

/// A node is something else than a table.
#[derive(Debug, thiserror::Error)]
#[error("wrong node kind: expected MappingNode but got {kind}: node contents:\n{text}")]
pub(super) struct WrongKind {
    kind: &'static str,
    text: String,
}

/// Nothing is taken for a table without content.
fn check(node: &Node) -> Result<(), WrongKind> {
    if node.kind == Kind::Mapping || node.is_null() {
        return Ok(());
    }
    let mut writer = Writer::new();
    writer.document(node, SequenceIndent::default());
    Err(WrongKind {
        kind: node.kind.go_name(),
        text: writer.into_text(),
    })
}

/// Returns the annotations that are not nothing.
fn all(object: &Node) -> Option<&Node> {
    let metadata = object.root().field(METADATA)?;
    metadata.field(ANNOTATIONS).filter(|node| !node.is_empty())
}

/// Returns an annotation; `None` if it is not there or empty.
pub(super) fn get(object: &Node, key: &str) -> Option<String> {
    let value = all(object)?.field(key)?;
    (!value.is_null() && !value.value.is_empty()).then(|| value.value.clone())
}

/// Says whether an object has nothing that identifies it.
pub(super) fn is_without_metadata(object: &Node) -> bool {
    let root = object.root();
    let has = |node: &Node, name: &str| node.field(name).is_some_and(|value| !value.is_empty());
    let identified = ["apiVersion", "kind"].iter().any(|name| has(root, name));
    let metadata = root.field(METADATA);
    let described = metadata.is_some_and(|metadata| {
        let names = ["name", "namespace", "labels", ANNOTATIONS];
        names.iter().any(|name| has(metadata, name))
    });
    !root.is_null() && !identified && !described
}

/// Sets an annotation, in single quotes. An annotation that is there keeps its quotes, and loses its comments.
pub(super) fn set(object: &mut Node, key: &str, value: &str) -> Result<(), WrongKind> {
    clear_empty(object)?;
    let root = object.root_mut();
    if root.is_null() {
        return Ok(());
    }
    let metadata = field_or_mapping(root, METADATA)?;
    let annotations = field_or_mapping(metadata, ANNOTATIONS)?;
    check(annotations)?;
    let mut new = Node {
        style: if value.contains('\n') {
            Style::Literal
        } else {
            Style::SingleQuoted
        },
        ..Node::word(value)
    };
    match annotations.field_mut(key) {
        Some(old) => {
            new.style = old.style;
            *old = new;
        }
        None => annotations.content.extend([Node::word(key), new]),
    }
    Ok(())
}

fn field_or_mapping<'n>(node: &'n mut Node, name: &str) -> Result<&'n mut Node, WrongKind> {
    check(node)?;
    let at = match node.field_position(name) {
        Some(at) => at,
        None => {
            node.content.extend([Node::word(name), Node::mapping()]);
            node.content.len() - 2
        }
    };
    Ok(&mut node.content[at + 1])
}

/// Removes an annotation.
pub(super) fn clear(object: &mut Node, key: &str) -> Result<(), WrongKind> {
    let root = object.root_mut();
    check(root)?;
    let Some(metadata) = root.field_mut(METADATA) else {
        return Ok(());
    };
    check(metadata)?;
    let Some(annotations) = metadata.field_mut(ANNOTATIONS) else {
        return Ok(());
    };
    check(annotations)?;
    annotations.remove_field(key);
    Ok(())
}

/// Removes annotations without content, and then metadata without content.
pub(super) fn clear_empty(object: &mut Node) -> Result<(), WrongKind> {
    let root = object.root_mut();
    check(root)?;
    if let Some(metadata) = root.field_mut(METADATA).filter(|node| !node.is_null()) {
        check(metadata)?;
        remove_if_empty(metadata, ANNOTATIONS);
    }
    remove_if_empty(root, METADATA);
    Ok(())
}

fn remove_if_empty(node: &mut Node, name: &str) {
    if node.field(name).is_some_and(|field| field.content.is_empty()) {
        node.remove_field(name);
    }
}
