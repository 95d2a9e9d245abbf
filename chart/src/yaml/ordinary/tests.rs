use proptest::prelude::*;

use super::*;
use crate::Value as Read;
use crate::yaml::read::Reader;

fn is_wanted(keys: &[&str]) -> bool {
    matches!(keys, ["kind" | "metadata"] | ["kind", _] | ["metadata", "a"])
}

fn parse(bytes: &[u8], numbers: Numbers, duplicates: Duplicates) -> Result<Read, String> {
    let read = Reader::new(bytes, numbers, duplicates).parse();
    read.map_err(|error| error.to_string())
}

/// Reads by the parser what is read in lines as well, and compares.
fn compare(text: &str) -> bool {
    let mut is_ordinary = false;
    for numbers in [Numbers::Json, Numbers::Yaml] {
        for duplicates in [Duplicates::LastWins, Duplicates::Refused] {
            if let Some(found) = read(text.as_bytes(), numbers, duplicates) {
                assert_eq!(Ok(found), parse(text.as_bytes(), numbers, duplicates), "{text}");
                is_ordinary = true;
            }
        }
    }
    is_ordinary
}

/// Leaves nothing but wanted entries. A table with none may be `null` or none as well.
fn only_wanted(mut document: Result<Read, String>) -> Result<Read, String> {
    let Ok(Read::Map(entries)) = &mut document else {
        return document;
    };
    entries.retain(|key, _| is_wanted(&[key]));
    if let Some(inner) = entries.get_mut("metadata") {
        if let Read::Map(inner) = inner {
            inner.retain(|key, _| is_wanted(&["metadata", key]));
        }
        if inner.as_map().is_some_and(|inner| inner.is_empty()) {
            *inner = Read::Null;
        }
    }
    document
}

/// Returns the wanted entries as lines, as all of the document has them.
fn agreed(text: &str) -> Option<Read> {
    let is_ordinary = compare(text);
    let lines = entries(text.as_bytes(), is_wanted)?;
    assert!(is_ordinary, "{text}");
    let parse = |bytes| only_wanted(parse(bytes, Numbers::Yaml, Duplicates::LastWins));
    let found = parse(&lines);
    assert_eq!(found, parse(text.as_bytes()), "{text}");
    found.ok()
}

#[test]
fn ordinary_documents_are_known() {
    for text in [
        "kind: A\n",
        "# a comment\n\nkind: A # another\nspec:\n  # one more\n  a: b\n",
        "spec:\n- a\n- b: 1\n  c: |\n    text: [\n\n      more\n  d: x\n-\n  - e\n- - f\n  - g\nkind: A",
        "# c\td\n---\n#\tc\nkind: A\na: ~\nb: <c>\nc: [_d, /, 1.5]\n",
        "kind: \"A\"\nmetadata:\n  'name': 'x'\n  \"helm.sh/hook\": pre-install\nspec: {}\nlist: [] # none\n",
        "spec:\n    replicas: 3\n    none:\n    image: a.b/c:1@sha256:0\n    args: [\"a\", 'b', c]\nkind: A\n",
        "metadata:\n  name: x\nspec: >-\n\n  folded\n   text\n\nkind: A\nmetadata:\n  name: y\n",
        "data:\n  a: |+\n\n\n  b: |\n  c: -1\n  d: 1.5x\nkind: A\n",
        "kind: A\na: ./x\nb: -x\nc: $(x)\nd: 1:2\ne: a#b\ng: 1e5x\n",
        "kind: A\na:\n  {}\nb:\n  - c:\n      x y\n    d: 'it''s'\n  -\n    e\ng: {b: c, \"d\": [x, {z: 'y'}]}\nh: \"\\\"\\n\"\ni: :x\nj: .*\n",
    ] {
        assert!(agreed(text).is_some(), "{text}");
    }
}

#[test]
fn what_is_not_ordinary_is_left_to_the_parser() {
    for text in [
        "",
        "# nothing\n",
        "a: 1\n",
        "kind: A\n---\nkind: B\n",
        "kind: A\n...\n",
        "  kind: A\n",
        "- kind: A\n",
        "kind: A\na: b\n c\n",
        "kind: A\na:\n  b\n  c\n",
        "kind: A\na:\n  b: \n   c\n   d\n",
        "kind: A\na: 'b\n",
        "kind: A\na: \"b\\\n",
        "kind: A\na: .5\n",
        "kind: A\na:\n    b: 1\n  c: 2\n",
        "kind: A\na:\n  b: 1\n    c: 2\n",
        "kind: A\na: 1\n- b\n",
        "kind: A\na:\n  - b\n  c: 1\n",
        "kind: A\na: b: c\n",
        "kind: A\na: \"b\" c\n",
        "kind: A\na: \"\\x\"\n",
        "kind: A\na: &b c\n",
        "kind: A\na: *b\n",
        "kind: A\na: !b c\n",
        "kind: A\na:\tb\n",
        "kind: A\na: b\t# c\n",
        "kind: A\na: |\n  b\tc\n",
        "kind: A\na: ~b\n",
        "kind: A\n<<: {a: b}\n",
        "--- # c\nkind: A\n",
        "---\n---\nkind: A\n",
        "kind: A\r\na: b\n",
        "kind: A\na: \u{85}\n",
        "kind: A\na: |2\n    b\n",
        "kind: A\na: |\n      \n  b\n",
        "kind: A\na: |\n  b\n c: d\n",
        "kind: A\na: .inf\n",
        "kind: A\na: -.inf\n",
        "kind: A\na: 1e999\n",
        "kind: A\na: 1e999 # much\n",
        "kind: A\nnull: b\n",
        "kind: A\n? a\n: b\n",
        "kind: A\na: - b\n",
        "kind: A\na: [b, c\n",
        "kind: A\na: [b, ]\n",
        "kind: A\na: {b: c\n",
        "kind: A\na: {b: c}}\n",
        "kind: A\na: {b}\n",
        "kind: A\na: {null: b}\n",
        "kind: A\na: @b\n",
        "kind: A\na: %b\n",
        "kind: A\n%a: b\n",
    ] {
        assert_eq!(agreed(text), None, "{text}");
    }
}

/// What is behind a key or dash.
#[derive(Clone, Debug)]
enum Node {
    Line(&'static str),
    Block(&'static str, Vec<&'static str>),
    Table(Vec<(&'static str, Node)>),
    List { items: Vec<Node>, is_under_key: bool },
}

impl Node {
    /// Writes what is behind a key or dash that stands in a column.
    fn write(&self, column: usize, out: &mut String) {
        let inner = " ".repeat(column + 2);
        match self {
            Node::Line(text) => *out += &format!(" {text}\n"),
            Node::Block(head, lines) => {
                *out += &format!(" {head}\n");
                lines.iter().for_each(|line| *out += &format!("{inner}{line}\n"));
            }
            Node::Table(entries) => {
                out.push('\n');
                for (key, node) in entries {
                    *out += &format!("{inner}{key}:");
                    node.write(column + 2, out);
                }
            }
            Node::List { items, is_under_key } => {
                out.push('\n');
                let column = if *is_under_key { column } else { column + 2 };
                for item in items {
                    *out += &format!("{}-", " ".repeat(column));
                    item.write(column, out);
                }
            }
        }
    }
}

const KEYS: [&str; 8] = [
    "kind", "metadata", "a", "b.c/d", "\"kind\"", "'a b'", "spec", "x-y",
];

const LINES: [&str; 30] = [
    "x",
    "1",
    "",
    "# c",
    "x # c",
    "x#c",
    "a:b",
    "'x'",
    "\"x y\" # c",
    "[]",
    "{}",
    "[a, \"b\"]",
    "-1",
    "./x",
    "<x>",
    "~",
    "~ # c",
    "$(x)",
    "2024-01-01",
    "{a: b, \"c\": [d]}",
    "'it''s'",
    "\"a\\n\"",
    ":a",
    ".*",
    "0x1F",
    "true",
    "null",
    "1.10",
    "\"\"",
    "a b",
];

fn node() -> impl Strategy<Value = Node> {
    let line = proptest::sample::select(&LINES[..]).prop_map(Node::Line);
    let text = proptest::sample::select(&["x", "", "  y", "# c", "a: b", "- c", " "][..]);
    let head = proptest::sample::select(&["|", "|-", ">", ">+"][..]);
    let block =
        (head, proptest::collection::vec(text, 0..4)).prop_map(|(head, lines)| Node::Block(head, lines));
    let leaf = prop_oneof![4 => line, 1 => block];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = proptest::sample::select(&KEYS[..]);
        let entries = proptest::collection::vec((key, inner.clone()), 1..4);
        let items = proptest::collection::vec(inner, 1..4);
        prop_oneof![
            entries.prop_map(Node::Table),
            (items, any::<bool>()).prop_map(|(items, is_under_key)| Node::List { items, is_under_key }),
        ]
    })
}

fn document() -> impl Strategy<Value = String> {
    let key = proptest::sample::select(&KEYS[..]);
    proptest::collection::vec((key, node()), 1..5).prop_map(|entries| {
        let mut out = "kind: A\n".to_owned();
        for (key, node) in entries {
            out += &format!("{key}:");
            node.write(0, &mut out);
        }
        out
    })
}

/// What is put somewhere into a document, or in place of what is there.
const PIECES: [&str; 38] = [
    ":", ": ", " ", "  ", "- ", "-", "\n", "\n  ", "\n    ", "|", ">", "x", "1e9", "1e999", ".inf", "~",
    "true", "#", " # ", "[", "]", "{", "}", ",", "\"", "'", "\\", "&x ", "*x", "!x ", "?", "? ", "---\n",
    "...\n", "\u{e9}", "\t", "\r", "%",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn what_is_ordinary_is_read_as_a_whole_document_is(
        text in document(),
        changes in proptest::collection::vec(
            (any::<prop::sample::Index>(), 0..4_usize, proptest::sample::select(&PIECES[..])), 0..3),
    ) {
        agreed(&text);
        let mut changed = text;
        for (at, length, piece) in changes {
            let start = at.index(changed.len());
            let end = (start + length).min(changed.len());
            if changed.is_char_boundary(start) && changed.is_char_boundary(end) {
                changed.replace_range(start..end, piece);
            }
        }
        agreed(&changed);
    }
}
