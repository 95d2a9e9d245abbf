//! Rendered files → the objects in them, some of which are read while other files are still rendered.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytestring::ByteString;
use chart::parallel::{self, Early};
use chart::yaml;
use serde_json::Value;
use templates::{Broken, Files, Follow, Renderer};

use super::error::PlanError;
use super::head::Head;
use super::resource::Resource;
use super::split::split;

/// A resource, or why it cannot be read.
pub(super) type Read = Result<(Resource, Head), PlanError>;

/// What is in a document, without the text: as long as templates are rendered, there is enough in memory.
struct Content {
    head: Head,
    object: Value,
}

/// What is in a document, or why that cannot be read.
type ReadContent = Result<Content, PlanError>;

/// What is kept of a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Objects,
    Heads,
}

/// Reads the documents of rendered files. Of a renderer that it follows it reads each as soon as it is there, on another
/// processor.
pub struct Reader {
    detail: Detail,
    early: Early<File, ReadFile>,
}

/// The path and the text of a file.
type File = (String, ByteString);
/// A file and what is in it. Whoever made the text gets it back, to drop it: the allocator has memory of one thread wait
/// for that thread when another one frees it.
type ReadFile = (File, Vec<(ByteString, ReadContent)>);

/// A document of a file.
struct Document<'f> {
    path: &'f str,
    file: &'f ByteString,
    text: ByteString,
}

impl Reader {
    /// Reads whole objects.
    pub fn of_objects() -> Self {
        Self::new(Detail::Objects)
    }

    /// Reads what is needed to print a plan: the resources have no `object`.
    pub fn of_heads() -> Self {
        Self::new(Detail::Heads)
    }

    fn new(detail: Detail) -> Self {
        Self {
            detail,
            early: Early::new(read_file(detail)),
        }
    }

    /// Has the files of a renderer read as they come, unless something will change them afterwards.
    pub fn follow(self, renderer: &mut Renderer) -> Arc<Self> {
        let reader = Arc::new(self);
        if renderer.post_render.is_none() {
            renderer.follower = Some(Arc::clone(&reader) as Arc<dyn Follow>);
        }
        reader
    }

    /// Reads files (path → text), of which some are `broken`: the bytes of those that are not UTF-8. The results come in
    /// the order of the paths, and of the documents in each file.
    pub(super) fn read(&self, files: &Files, broken: &Broken) -> Vec<Read> {
        let (documents, known) = self.documents(files);
        let read = |document: &Document<'_>| read_as(document.path, &document.text, self.detail);
        let read = parallel::map_left(&documents, known, |document| document.text.len(), read);
        let place = |(document, read): (Document<'_>, ReadContent)| {
            let Document { path, file, text } = document;
            match broken.get(path).and_then(|bytes| misread(bytes, file, &text)) {
                Some(error) => Err(PlanError::new(path, error.into())),
                None => match read {
                    Ok(content) => Ok(content.of(path, text)),
                    Err(error) => Err(error.within(file, &text)),
                },
            }
        };
        documents.into_iter().zip(read).map(place).collect()
    }

    /// Returns the documents of files, and what is in those that were read already.
    fn documents<'f>(&self, files: &'f Files) -> (Vec<Document<'f>>, Vec<Option<ReadContent>>) {
        let mut read = self.take();
        let mut documents = Vec::new();
        let mut known = Vec::new();
        for (path, file) in files.iter().filter(|(path, file)| has_documents(path, file)) {
            let mut add = |text: ByteString, content: Option<ReadContent>| {
                documents.push(Document { path, file, text });
                known.push(content);
            };
            match read.remove(path.as_str()) {
                Some(parts) => parts
                    .into_iter()
                    .for_each(|(text, content)| add(text, Some(content))),
                None => split(file)
                    .into_iter()
                    .for_each(|text| add(file.slice_ref(text), None)),
            }
        }
        (documents, known)
    }

    /// Takes what was read already, by path.
    fn take(&self) -> BTreeMap<String, Vec<(ByteString, ReadContent)>> {
        let files = self.early.finish();
        files.into_iter().map(|((path, _), read)| (path, read)).collect()
    }
}

impl Follow for Reader {
    fn rendered(&self, path: &str, text: &ByteString, _: Option<&[u8]>) {
        if has_documents(path, text) {
            self.early.push((path.to_owned(), text.clone()), text.len());
        }
    }
}

fn read_file(detail: Detail) -> impl Fn(File) -> ReadFile {
    move |file| {
        let (path, text) = &file;
        let read = |document| (text.slice_ref(document), read_as(path, document, detail));
        let documents = split(text).into_iter().map(read).collect();
        (file, documents)
    }
}

pub(super) fn is_partial(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|base| base.starts_with('_'))
}

/// Says whether objects are looked for in a file.
fn has_documents(path: &str, text: &str) -> bool {
    !is_partial(path) && !text.trim().is_empty()
}

/// Says what is wrong with a document whose `bytes` are not all UTF-8; `repaired` is the file, with three bytes in place
/// of each that is wrong, and `document` a part of it.
fn misread(bytes: &[u8], repaired: &str, document: &str) -> Option<yaml::Error> {
    let start = document.as_ptr() as usize - repaired.as_ptr() as usize;
    let part = before_repair(bytes, start)..before_repair(bytes, start + document.len());
    let read: Result<Value, _> = yaml::from_slice_as(&bytes[part]);
    read.err()
}

/// Returns where in `bytes` that is which stands at `wanted` in the repaired text.
fn before_repair(bytes: &[u8], wanted: usize) -> usize {
    let (mut at, mut left) = (0, wanted);
    for chunk in bytes.utf8_chunks() {
        if left <= chunk.valid().len() {
            return at + left;
        }
        left -= chunk.valid().len();
        at += chunk.valid().len();
        let broken = chunk
            .invalid()
            .len()
            .min(left / char::REPLACEMENT_CHARACTER.len_utf8());
        left -= broken * char::REPLACEMENT_CHARACTER.len_utf8();
        at += broken;
        if broken < chunk.invalid().len() {
            return at;
        }
    }
    at
}

/// Reads a text of several documents that did not come from rendering: a CRD file, a stored hook.
///
/// # Errors
///
/// The first document that cannot be read.
pub(crate) fn read_documents(path: &str, text: &str) -> Result<Vec<Resource>, PlanError> {
    let documents = split(text).into_iter();
    documents
        .map(|document| read(path, document).map(|(resource, _)| resource))
        .collect()
}

/// Reads one object.
pub(super) fn read(path: &str, text: &str) -> Read {
    read_as(path, text, Detail::Objects).map(|content| content.of(path, text.into()))
}

fn read_as(path: &str, text: &str, detail: Detail) -> ReadContent {
    let object = match detail {
        Detail::Objects => yaml::from_slice_as(text.as_bytes()),
        Detail::Heads => yaml::entries_from_slice_as(text.as_bytes(), Head::has),
    };
    let object: Value = object.map_err(|source| PlanError::new(path, source.into()))?;
    let head = Head::read(&object).map_err(|source| PlanError::new(path, source.into()))?;
    let object = match detail {
        Detail::Objects => object,
        Detail::Heads => Value::Null,
    };
    Ok(Content { head, object })
}

impl Content {
    /// Puts content and text together.
    fn of(mut self, path: &str, text: ByteString) -> (Resource, Head) {
        let resource = Resource {
            path: path.to_owned(),
            text,
            object: self.object,
            api_version: std::mem::take(&mut self.head.api_version),
            kind: std::mem::take(&mut self.head.kind),
            name: std::mem::take(&mut self.head.name),
        };
        (resource, self.head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        let object = |number: usize| format!("kind: ConfigMap\nmetadata:\n  name: map-{number}\n");
        let file = |number: usize| {
            let path = format!("web/templates/{number:03}.yaml");
            (path, [object(number), object(number + 1000)].join("---\n").into())
        };
        let mut files: BTreeMap<_, _> = (0..100).map(file).collect();
        let data = format!("data: {}\n", "x".repeat(2 * parallel::WORTH_A_THREAD));
        files.insert("web/templates/large.yaml".to_owned(), data.into());
        files.insert("web/templates/_partial.yaml".to_owned(), "{{".into());
        files.insert(
            "web/templates/wrong.yaml".to_owned(),
            "kind: A\n---\na: [\n".into(),
        );
        files
    }

    fn outcomes(reader: &Reader, files: &Files) -> Vec<Result<String, String>> {
        let read = reader.read(files, &Broken::new()).into_iter();
        read.map(|read| {
            read.map(|(resource, _)| resource.name)
                .map_err(|error| format!("{error:?}"))
        })
        .collect()
    }

    #[test]
    fn what_was_read_before_is_what_is_read_afterwards() {
        let files = files();
        let expected = outcomes(&Reader::of_objects(), &files);
        assert_eq!(expected.len(), 203);
        assert_eq!(expected.iter().filter(|read| read.is_err()).count(), 1);
        let reader = Reader::of_objects();
        for (path, text) in files.iter().rev().step_by(2) {
            reader.rendered(path, text, None);
        }
        assert_eq!(outcomes(&reader, &files), expected);
        assert_eq!(outcomes(&reader, &files), expected);
    }

    #[test]
    fn heads_are_those_of_whole_objects() {
        for text in [
            "kind: A\nKind: B\nmetadata:\n  name: 1\n  annotations:\n    a: true\nMETADATA:\n  name: x\n",
            "kind: A\nmetadata:\n  labels:\n    a: b\n  name: x\n  annotations:\n    c: true\n    d: 1.10\nspec:\n  e: |\n    f\n",
            "kind: A\nmetadata:\n  labels: {}\nspec: 1\n",
            "kind: A\nmetadata:\n  annotations:\n  - a\nspec: 1\n",
            "kind: A\nmetadata:\n- a\nspec: 1\n",
            "apiVersion: v1\nspec: &a\n  kind: A\nmetadata: *a\n",
            "metadata:\n  annotations: []\nspec: 1\n",
            "kind: A\nspec: [\n",
            "kind: A\nspec: *b\n",
            "<<: {kind: A, spec: 1}\nmetadata: null\n",
            "- kind: A\n",
            "text\n",
            "# nothing\n",
        ] {
            let read = |detail| {
                let read = read_as("a", text, detail).map(|content| content.head);
                format!("{read:?}")
            };
            assert_eq!(read(Detail::Heads), read(Detail::Objects), "{text}");
        }
    }
}
