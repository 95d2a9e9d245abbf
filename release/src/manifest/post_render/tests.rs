use std::error::Error;

use bytestring::ByteString;
use templates::{Files, PostRender};

use super::post_rendered;

/// Does to the stream what a function does.
struct Through<F>(F);

impl<F: Fn(&str) -> String + Send + Sync> PostRender for Through<F> {
    fn post_render(&self, manifests: &str) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        Ok((self.0)(manifests).into_bytes())
    }
}

fn files(texts: &[(&str, &str)]) -> Files {
    let own = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).into());
    texts.iter().map(own).collect()
}

fn through(
    texts: &[(&str, &str)],
    change: impl Fn(&str) -> String + Send + Sync,
) -> Vec<(String, ByteString)> {
    let changed = post_rendered(files(texts), Some(&Through(change)));
    changed.expect("it can be read").into_iter().collect()
}

#[test]
fn objects_come_back_to_their_files() {
    let texts = [
        (
            "a.yaml",
            "kind: A\nmetadata: {}\n---\n# only a comment\n---\nkind: B\n",
        ),
        ("b.yaml", "kind: List\nitems:\n- kind: C\n- kind: D # d\n"),
        ("_c.tpl", "kind: E\n"),
    ];
    let merged = "kind: A\nmetadata:\n  annotations:\n    postrenderer.helm.sh/postrender-filename: 'a.yaml'\n---\nkind: \
                  B\nmetadata:\n  annotations:\n    postrenderer.helm.sh/postrender-filename: 'a.yaml'\n---\nkind: \
                  C\nmetadata:\n  annotations:\n    postrenderer.helm.sh/postrender-filename: 'b.yaml'\n---\nkind: D # \
                  d\nmetadata:\n  annotations:\n    postrenderer.helm.sh/postrender-filename: 'b.yaml'\n";
    let same = |text: &str| {
        assert_eq!(text, merged);
        text.to_owned()
    };
    let expected = [
        ("a.yaml", "kind: A\n---\nkind: B\n"),
        ("b.yaml", "kind: C\n---\nkind: D # d\n"),
    ];
    assert_eq!(
        through(&texts, same),
        files(&expected).into_iter().collect::<Vec<_>>()
    );
}

#[test]
fn objects_without_a_file_get_one_of_their_own() {
    let added = through(&[("a.yaml", "kind: A\n")], |text| {
        format!("kind: New\n---\n{text}")
    });
    let expected = [
        ("a.yaml", "kind: A\n"),
        ("generated-by-postrender-0.yaml", "kind: New\n"),
    ];
    assert_eq!(added, files(&expected).into_iter().collect::<Vec<_>>());
}

#[test]
fn what_is_no_object_is_an_error() {
    let message = |texts: &[(&str, &str)]| {
        let same = Through(str::to_owned);
        crate::error::chain(&post_rendered(files(texts), Some(&same)).unwrap_err())
    };
    assert_eq!(
        message(&[("a.yaml", "- 1\n")]),
        "error merging manifests: parsing a.yaml: wrong node kind: expected MappingNode but got SequenceNode: node \
         contents:\n- 1\n"
    );
    assert_eq!(
        message(&[("a.yaml", "a: b\n c: d\n")]),
        "error merging manifests: parsing a.yaml: MalformedYAMLError: yaml: line 2: mapping values are not allowed in this \
         context"
    );
    let deep = "a: ".to_owned() + &"[".repeat(5000);
    assert!(message(&[("a.yaml", &deep)]).ends_with("exceeded max depth of 1000"));
}
