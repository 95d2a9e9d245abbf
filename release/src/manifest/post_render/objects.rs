//! A stream of objects ↔ text (kustomize's `kyaml/kio`).

use chart::yaml::tree::{self, Node, SequenceIndent, Writer, first_document};

use super::annotations::{self, WrongKind};

/// Where kustomize counts the objects of a stream; set while they are read and taken away when they are written.
const INDEX: &str = "internal.config.kubernetes.io/index";
const OLD_INDEX: &str = "config.kubernetes.io/index";
const SEQUENCE_INDENT: &str = "internal.config.kubernetes.io/seqindent";

/// Annotations that kustomize keeps in step, with their former names.
const RENAMED: [(&str, &str); 3] = [
    ("config.kubernetes.io/path", "internal.config.kubernetes.io/path"),
    (OLD_INDEX, INDEX),
    ("config.k8s.io/id", "internal.config.kubernetes.io/id"),
];

/// A text cannot be read as objects.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error("invalid document separator: {0}")]
    Separator(String),
    #[error("MalformedYAMLError: {0}")]
    Yaml(tree::Error),
    #[error(transparent)]
    Kind(#[from] WrongKind),
}

/// Reads the objects of a text. A list that is alone in it stands for its items.
pub(super) fn read(text: &str) -> Result<Vec<Node>, ReadError> {
    let text = text.replace("\r\n", "\n");
    let documents = documents(&text)?;
    let is_alone = documents.len() == 1;
    let mut objects = Vec::new();
    let mut index = 0;
    for document in documents {
        let Some(mut node) = first_document(&document).map_err(ReadError::Yaml)? else {
            continue;
        };
        if node.root().is_null() {
            continue;
        }
        count(&mut node, index)?;
        match items(&node).filter(|_| is_alone) {
            Some(items) => objects.extend(items),
            None => {
                objects.push(node);
                index += 1;
            }
        }
    }
    Ok(objects)
}

/// Writes objects, without what was noted in them while they were read.
pub(super) fn write(objects: Vec<Node>) -> Result<String, WrongKind> {
    let mut writer = Writer::new();
    for mut object in objects {
        let indent = match annotations::get(&object, SEQUENCE_INDENT).as_deref() {
            Some("wide") => SequenceIndent::Wide,
            _ => SequenceIndent::Compact,
        };
        for key in [INDEX, OLD_INDEX, SEQUENCE_INDENT] {
            annotations::clear(&mut object, key)?;
        }
        annotations::clear_empty(&mut object)?;
        writer.document(&object, indent);
    }
    Ok(writer.into_text())
}

/// Cuts a text at lines that begin with `---` and hold nothing else but a comment.
fn documents(text: &str) -> Result<Vec<String>, ReadError> {
    let mut documents = Vec::new();
    if text.is_empty() {
        return Ok(documents);
    }
    let mut start = 0;
    let mut from = 0;
    while let Some(found) = text[from..].find("\n---") {
        let at = from + found;
        let Some(length) = text[at + 1..].find('\n') else {
            break;
        };
        let line = &text[at + 1..at + 1 + length];
        let rest = line[3..].trim();
        if !rest.is_empty() && !rest.starts_with('#') {
            return Err(ReadError::Separator(line.trim().to_owned()));
        }
        documents.push(format!("{}\n", &text[start..at]));
        start = at + 1 + length + 1;
        from = start;
    }
    documents.push(text[start..].to_owned());
    Ok(documents)
}

fn count(node: &mut Node, index: usize) -> Result<(), WrongKind> {
    for (old, new) in RENAMED {
        match (annotations::get(node, old), annotations::get(node, new)) {
            (None, Some(value)) => annotations::set(node, old, &value)?,
            (Some(value), None) => annotations::set(node, new, &value)?,
            _ => {}
        }
    }
    for key in [OLD_INDEX, INDEX] {
        annotations::set(node, key, &index.to_string())?;
    }
    Ok(())
}

/// The items of a list; `None` if it is none.
fn items(node: &Node) -> Option<Vec<Node>> {
    let root = node.root();
    let kind = root.field("kind")?.value.as_str();
    if !matches!(kind, "List" | "ResourceList") {
        return None;
    }
    match root.field("items") {
        Some(items) => Some(items.content.clone()),
        None => root.field("functionConfig").map(|_| Vec::new()),
    }
}
