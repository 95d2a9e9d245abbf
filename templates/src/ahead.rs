//! Templates that are parsed while the rest of their chart is read, and while others are executed: other processors have
//! nothing to do then.

use crate::engine::tera_output;
use crate::gotmpl::{Parsed, SharedBytes, TextParser};
use crate::helm::{SOME_STACK_BYTES, text_parser};
use chart::parallel::{self, Early};
use chart::{Bytes, Watch};
use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Parses the templates of a chart ahead of its first rendering. Whoever loads the chart shows them to it.
pub struct Ahead {
    early: Early<Bytes, Outcome>,
    /// Which item a text is.
    items: Mutex<BTreeMap<Place, usize>>,
    parser: SharedParser,
}

/// Where in memory a text is, and how long it is.
type Place = (usize, usize);

/// What parses all texts. The first helper makes it, unless an engine has one before.
type SharedParser = Arc<OnceLock<TextParser>>;

/// A text, and what it was parsed to. As long as the text is here nothing else can be where it is in memory, which is
/// how it is known again: until a chart is whole, nobody knows the paths of its templates.
type Outcome = (Bytes, Option<Parsed>);

impl Default for Ahead {
    fn default() -> Self {
        let parser = SharedParser::default();
        Self {
            early: Early::new(parse(Arc::clone(&parser))),
            items: Mutex::default(),
            parser,
        }
    }
}

impl Ahead {
    /// Forgets the chart before, and gets ready for the next one.
    pub fn begin(&self) -> &Self {
        self.early.clear();
        self.items().clear();
        self
    }

    /// Returns what each text was parsed to. Those are left out that were not seen, and those that are no templates.
    /// What is returned once is gone.
    ///
    /// What no helper has begun with is parsed now. When that is all, as in a small chart, `parser` does it, which the
    /// engine has anyway.
    pub(crate) fn take(&self, files: &[(&str, &Bytes)], parser: &TextParser) -> Vec<Option<Parsed>> {
        self.parser.get_or_init(|| parser.clone());
        self.items().clear();
        let placed = self
            .early
            .finish()
            .into_iter()
            .map(|outcome| (place(&outcome.0), outcome));
        let mut known: BTreeMap<_, _> = placed.collect();
        let find = |(path, text): &(&str, &Bytes)| known.remove(&place(text))?.1?.renamed(path);
        files.iter().map(find).collect()
    }

    /// Returns which items the texts are, for [`get`](Self::get), if all of them are some, no two the same, and somebody
    /// helps to parse them. No other text will come. They can be claimed once.
    pub(crate) fn claim(&self, files: &[(&str, &Bytes)], parser: &TextParser) -> Option<Vec<usize>> {
        let mut items = mem::take(&mut *self.items());
        if !self.early.has_helpers() {
            return None;
        }
        self.parser.get_or_init(|| parser.clone());
        files.iter().map(|(_, text)| items.remove(&place(text))).collect()
    }

    /// Has the items parsed in this order by those who help.
    pub(crate) fn go_on(&self, order: &[usize]) {
        let ranks: BTreeMap<_, _> = order.iter().zip(0..).map(|(item, rank)| (*item, rank)).collect();
        self.early
            .go_on(|item| ranks.get(&item).copied().unwrap_or(usize::MAX));
    }

    /// Returns what an item was parsed to, under its path. Nothing is returned if it is no template, or nests so deeply
    /// that it needs more of a stack.
    pub(crate) fn get(&self, item: usize, path: &str) -> Option<Parsed> {
        // Whoever wants it may have used much of the stack.
        let get = || self.early.get(item);
        let outcome = stacker::maybe_grow(parallel::STACK_BYTES, parallel::STACK_BYTES, get);
        outcome?.1?.renamed(path)
    }

    fn items(&self) -> MutexGuard<'_, BTreeMap<Place, usize>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for Ahead {
    fn expect_much(&self) {
        self.early.expect_much();
    }

    fn wants(&self, path: &str) -> bool {
        is_template(path)
    }

    fn see(&self, content: &Bytes) {
        let item = self.early.push(content.clone(), content.len());
        self.items().insert(place(content), item);
    }
}

/// Returns what parses a text under a name that no template can have. Who needs a text that does not parse tries again,
/// with more of a stack, and says what is wrong.
fn parse(parser: SharedParser) -> impl Fn(Bytes) -> Outcome {
    move |content| {
        let text: SharedBytes = Arc::new(content.clone());
        let parsed = parser
            .get_or_init(text_parser)
            .parse("\0", text, SOME_STACK_BYTES);
        (content, parsed.ok())
    }
}

/// Says where in memory a text is.
fn place(text: &Bytes) -> Place {
    (text.as_ptr().addr(), text.len())
}

fn is_template(path: &str) -> bool {
    let mut rest = path;
    while let Some((_, inner)) = rest
        .strip_prefix("charts/")
        .and_then(|below| below.split_once('/'))
    {
        rest = inner;
    }
    rest.starts_with("templates/") && tera_output(path).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gotmpl::{Functions, Options, Templates, function};

    fn texts(line: &str) -> Vec<Bytes> {
        let text = |number: usize| Bytes::from(line.replace("NUMBER", &number.to_string()).repeat(600));
        (0..40).map(text).collect()
    }

    fn taken(ahead: &Ahead, texts: &[Bytes]) -> usize {
        let paths: Vec<String> = (0..40)
            .map(|number| format!("web/templates/{number}.yaml"))
            .collect();
        let wanted: Vec<_> = paths.iter().map(String::as_str).zip(texts).collect();
        ahead.take(&wanted, &text_parser()).iter().flatten().count()
    }

    #[test]
    fn what_was_seen_is_parsed_once() {
        let texts = texts("{{ .Values.aNUMBER }}{{ include \"a\" . }}\n");
        let ahead = Ahead::default();
        texts.iter().for_each(|text| ahead.see(text));
        assert_eq!(taken(&ahead, &texts), 40);
        assert_eq!(taken(&ahead, &texts), 0);
    }

    #[test]
    fn other_texts_are_left_out() {
        let texts = texts("{{ .Values.aNUMBER }}\n");
        let same: Vec<Bytes> = texts.iter().map(|text| Bytes::copy_from_slice(text)).collect();
        let ahead = Ahead::default();
        texts.iter().for_each(|text| ahead.see(text));
        assert_eq!(taken(&ahead, &same), 0);
        texts.iter().for_each(|text| ahead.see(text));
        ahead.begin();
        assert_eq!(taken(&ahead, &texts), 0);
    }

    #[test]
    fn a_definition_of_the_name_of_the_text_is_left_out() {
        let texts = texts("{{ define \"web/templates/NUMBER.yaml\" }}{{ end }}\n");
        let ahead = Ahead::default();
        texts.iter().for_each(|text| ahead.see(text));
        assert_eq!(taken(&ahead, &texts), 0);
    }

    #[test]
    fn a_small_chart_is_parsed_by_the_engine() {
        let text = Bytes::from_static(b"{{ ofTheEngine }}");
        let mut functions = Functions::new();
        functions.insert("ofTheEngine", function(|| ""));
        let parser = Templates::new(functions, Options::default()).parser();
        let ahead = Ahead::default();
        ahead.see(&text);
        let taken = ahead.take(&[("web/templates/a.yaml", &text)], &parser);
        assert!(taken[0].is_some());
    }

    #[test]
    fn texts_can_be_had_one_by_one() {
        let mut texts = texts("{{ .Values.aNUMBER }}{{ include \"a\" . }}\n");
        texts[7] = Bytes::from_static(b"{{ if }}");
        let ahead = Ahead::default();
        ahead.expect_much();
        texts.iter().for_each(|text| ahead.see(text));
        let path = "web/templates/a.yaml";
        let files: Vec<_> = texts.iter().map(|text| (path, text)).collect();
        let Some(items) = ahead.claim(&files, &text_parser()) else {
            return eprintln!("there is one processor only: nobody helps");
        };
        let order: Vec<usize> = items.into_iter().rev().collect();
        ahead.go_on(&order);
        let parsed = order.iter().filter_map(|item| ahead.get(*item, path));
        assert_eq!(parsed.count(), 39);
        assert_eq!(ahead.claim(&files, &text_parser()), None);
    }

    #[test]
    fn texts_that_are_not_all_there_cannot_be_claimed() {
        let texts = texts("{{ .Values.aNUMBER }}\n");
        let other = Bytes::from_static(b"text");
        for besides in [&texts[0], &other] {
            let ahead = Ahead::default();
            ahead.expect_much();
            texts.iter().for_each(|text| ahead.see(text));
            let files: Vec<_> = texts.iter().chain([besides]).map(|text| ("a", text)).collect();
            assert_eq!(ahead.claim(&files, &text_parser()), None);
        }
    }

    #[test]
    fn templates_are_known_by_their_folder() {
        for path in [
            "templates/a.yaml",
            "charts/db/templates/a.yaml",
            "charts/db/charts/c/templates/a",
        ] {
            assert!(is_template(path), "{path}");
        }
        for path in [
            "templates/a.yaml.tera",
            "charts/db/README.md",
            "charts/db.tgz",
            "values.yaml",
        ] {
            assert!(!is_template(path), "{path}");
        }
    }
}
