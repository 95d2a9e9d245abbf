//! JSONPath templates as `kubectl` knows them: text with `{.paths}` in it.
//!
//! The language is that of `k8s.io/client-go/util/jsonpath`.

mod eval;
mod parse;

use chart::Value;

/// A template that was read.
#[derive(Debug)]
pub(crate) struct Template(Vec<Part>);

/// Text as it is, or what stands between braces.
#[derive(Debug)]
enum Part {
    Text(String),
    Action(Vec<Node>),
}

/// A step of a path.
#[derive(Debug)]
enum Node {
    Constant(Value),
    Field(String),
    Slice(Slice),
    Filter(Filter),
    Wildcard,
    Recursive,
    Union(Vec<Vec<Node>>),
    Range,
    End,
    Unknown,
}

/// `[start:end:step]`; an index is a slice of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slice {
    start: Option<i64>,
    end: Option<i64>,
    step: Option<i64>,
    is_index: bool,
}

/// `[?(left operator right)]`; without an operator the left side has to exist.
#[derive(Debug)]
struct Filter {
    left: Vec<Node>,
    comparison: Option<(String, Vec<Node>)>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// The message of Kubernetes' own reader.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        parse::template(text).map(Template)
    }

    /// What the template makes of the data. A path that leads nowhere makes nothing of it at all.
    pub(crate) fn render(&self, data: &Value) -> String {
        eval::render(&self.0, data).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Template;

    #[test]
    fn paths_are_followed() {
        let data = chart::yaml::from_str(
            "a: {b: 1, c.d: x}\nlist: [{k: web, p: 80}, {k: db, p: 5432}]\nbig: 1000000\nnone: null\nflag: true\n",
        )
        .unwrap();
        for (template, expected) in [
            ("{.a.b}", "1"),
            ("{$.a['c\\.d']}", "x"),
            ("{.a.c\\.d}", "x"),
            ("{.a}", r#"{"b":1,"c.d":"x"}"#),
            ("n={.list[0].k}!", "n=web!"),
            ("{.list[*].k}", "web db"),
            ("{.list[-1:].k}", "db"),
            ("{.list[0,1].p}", "80 5432"),
            ("{.list[?(@.k==\"db\")].p}", "5432"),
            ("{.list[?(@.q)].p}", ""),
            ("{range .list[*]}{.k}:{.p}{\"\\n\"}{end}.", "web:80\ndb:5432\n."),
            ("{..k}", "web db"),
            ("{.big} {.flag}", "1e+06 true"),
            ("{.nope}", ""),
            ("x{.list[5]}", ""),
            (".a.b", ".a.b"),
        ] {
            assert_eq!(
                Template::parse(template).unwrap().render(&data),
                expected,
                "{template}"
            );
        }
    }

    #[test]
    fn mistakes_are_told() {
        for (template, expected) in [
            ("{.a", "unclosed action"),
            ("{.a[}", "unterminated array"),
            ("{.a[x]}", "invalid array index x"),
            ("{.a[?(@.b}", "unterminated filter"),
            ("{\"a}", "unterminated quoted string"),
            ("{#}", "unrecognized character in action: U+0023 '#'"),
        ] {
            assert_eq!(Template::parse(template).unwrap_err(), expected, "{template}");
        }
    }
}
