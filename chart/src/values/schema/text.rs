//! What does not fit a schema, in the words of Helm's library (`santhosh-tekuri/jsonschema` v6).
//!
//! `boon` is by the same author and finds the same things in the same tree; the words have changed in between.

use boon::{ErrorKind, ValidationError};
use serde_json::Value;

use crate::json::Digits;

/// Returns the tree of causes, one line each.
pub(super) fn error_text(err: &ValidationError) -> String {
    let mut text = String::new();
    push(
        &mut text,
        err,
        Place {
            indent: 0,
            schema: err.schema_url,
            instance: 0,
        },
    );
    text
}

/// Where in the tree an error stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    indent: usize,
    /// The schema that the error around it is about.
    schema: &'a str,
    /// How deep in the values that is.
    instance: usize,
}

fn push(text: &mut String, err: &ValidationError, place: Place) {
    let is_detour = err.causes.len() == 1 && matches!(err.kind, ErrorKind::Reference { .. });
    let mut indent = push_wrappers(text, err, place);
    if !is_detour {
        let line = match &err.kind {
            ErrorKind::Schema { url } => {
                let hash = if url.contains('#') { "" } else { "#" };
                format!(
                    "jsonschema validation failed with {}",
                    quote(&format!("{url}{hash}"))
                )
            }
            kind => format!("at {}: {}", quote(&pointer(err, usize::MAX)), kind_text(kind)),
        };
        push_line(text, &line, indent);
        indent += 1;
    }
    let schema = match &err.kind {
        ErrorKind::Reference { url, .. } | ErrorKind::Schema { url } => url,
        _ => err.schema_url,
    };
    for cause in &err.causes {
        let instance = err.instance_location.tokens.len();
        match (&err.kind, cause.schema_url.strip_prefix(schema)) {
            // The branch is part of the error itself.
            (ErrorKind::AllOf | ErrorKind::AnyOf | ErrorKind::OneOf(_), Some(rest)) => {
                let branch: usize = rest
                    .split('/')
                    .take(3)
                    .map(|token| token.len() + 1)
                    .sum::<usize>()
                    - 1;
                let schema = &cause.schema_url[..cause.schema_url.len() - rest.len() + branch];
                push(
                    text,
                    cause,
                    Place {
                        indent,
                        schema,
                        instance,
                    },
                );
            }
            _ => push(
                text,
                cause,
                Place {
                    indent,
                    schema,
                    instance,
                },
            ),
        }
    }
}

fn push_line(text: &mut String, line: &str, indent: usize) {
    if indent > 0 {
        text.push('\n');
        text.push_str(&"  ".repeat(indent - 1));
        text.push_str("- ");
    }
    text.push_str(line);
}

/// Boon leaves out an `allOf`, `anyOf` or `oneOf` of which a single branch has something to say; Helm's library does
/// not. The way from the schema around to the error's own shows where they were. Returns the indent below them.
fn push_wrappers(text: &mut String, err: &ValidationError, place: Place) -> usize {
    let Some(way) = err.schema_url.strip_prefix(place.schema) else {
        return place.indent;
    };
    let (mut indent, mut instance) = (place.indent, place.instance);
    let mut tokens = way.trim_start_matches('#').split('/').skip(1);
    while let Some(token) = tokens.next() {
        let failed = match token {
            "allOf" => "'allOf' failed",
            "anyOf" => "'anyOf' failed",
            "oneOf" => "'oneOf' failed, none matched",
            "properties" | "patternProperties" | "prefixItems" => {
                tokens.next();
                instance += 1;
                continue;
            }
            "additionalProperties"
            | "items"
            | "additionalItems"
            | "contains"
            | "unevaluatedProperties"
            | "unevaluatedItems" => {
                instance += 1;
                continue;
            }
            "dependentSchemas" | "dependencies" => {
                tokens.next();
                continue;
            }
            _ => continue,
        };
        tokens.next();
        push_line(
            text,
            &format!("at {}: {failed}", quote(&pointer(err, instance))),
            indent,
        );
        indent += 1;
    }
    indent
}

/// Returns the JSON pointer to the value, or its first `depth` steps; boon's own text has it escaped for a URL.
fn pointer(err: &ValidationError, depth: usize) -> String {
    let mut pointer = String::new();
    for token in err.instance_location.tokens.iter().take(depth) {
        pointer.push('/');
        match token {
            boon::InstanceToken::Prop(name) => {
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            boon::InstanceToken::Item(index) => pointer.push_str(&index.to_string()),
        }
    }
    pointer
}

fn kind_text(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::Group | ErrorKind::Reference { .. } | ErrorKind::Schema { .. } => {
            "validation failed".to_owned()
        }
        ErrorKind::ContentSchema => "'contentSchema' failed".to_owned(),
        ErrorKind::FalseSchema => "false schema".to_owned(),
        ErrorKind::Not => "'not' failed".to_owned(),
        ErrorKind::AllOf => "'allOf' failed".to_owned(),
        ErrorKind::AnyOf => "'anyOf' failed".to_owned(),
        ErrorKind::OneOf(None) => "'oneOf' failed, none matched".to_owned(),
        ErrorKind::OneOf(Some((a, b))) => format!("'oneOf' failed, subschemas {a}, {b} matched"),
        ErrorKind::Contains => "no items match contains schema".to_owned(),
        ErrorKind::Type { got, want } => {
            let want: Vec<String> = want.iter().map(|want| want.to_string()).collect();
            format!("got {got}, want {}", want.join(" or "))
        }
        ErrorKind::Enum { want } => enum_text(want),
        ErrorKind::Const { want } => match want {
            Value::Array(_) | Value::Object(_) => "'const' failed".to_owned(),
            want => format!("value must be {}", display(want)),
        },
        ErrorKind::Format { got, want, err } => format!("{} is not valid {want}: {err}", display(got)),
        ErrorKind::Pattern { got, want } => format!("{} does not match pattern {}", quote(got), quote(want)),
        other => property_text(other),
    }
}

fn property_text(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::PropertyName { prop } => format!("invalid propertyName {}", quote(prop)),
        ErrorKind::AdditionalProperties { got } => {
            format!("additional properties {} not allowed", join_quoted(got))
        }
        ErrorKind::Required { want } if want.len() == 1 => format!("missing property {}", quote(want[0])),
        ErrorKind::Required { want } => format!("missing properties {}", join_quoted(want)),
        ErrorKind::Dependency { prop, missing } | ErrorKind::DependentRequired { prop, missing } => {
            format!(
                "properties {} required, if {} exists",
                join_quoted(missing),
                quote(prop)
            )
        }
        ErrorKind::MinProperties { got, want } => bounds("minProperties", *got, *want),
        ErrorKind::MaxProperties { got, want } => bounds("maxProperties", *got, *want),
        other => item_text(other),
    }
}

fn item_text(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::MinItems { got, want } => bounds("minItems", *got, *want),
        ErrorKind::MaxItems { got, want } => bounds("maxItems", *got, *want),
        ErrorKind::AdditionalItems { got } => format!("last {} additionalItem(s) not allowed", grouped(*got)),
        ErrorKind::UniqueItems { got } => format!("items at {} and {} are equal", got[0], got[1]),
        ErrorKind::MinContains { got, want } if got.is_empty() => {
            format!("min {want} items required to match contains schema, but none matched")
        }
        ErrorKind::MinContains { got, want } => contains_text("min", got, *want),
        ErrorKind::MaxContains { got, want } => contains_text("max", got, *want),
        ErrorKind::MinLength { got, want } => bounds("minLength", *got, *want),
        ErrorKind::MaxLength { got, want } => bounds("maxLength", *got, *want),
        ErrorKind::Minimum { got, want } => limits("minimum", got, want),
        ErrorKind::Maximum { got, want } => limits("maximum", got, want),
        ErrorKind::ExclusiveMinimum { got, want } => limits("exclusiveMinimum", got, want),
        ErrorKind::ExclusiveMaximum { got, want } => limits("exclusiveMaximum", got, want),
        ErrorKind::MultipleOf { got, want } => limits("multipleOf", got, want),
        other => other.to_string(),
    }
}

fn contains_text(which: &str, got: &[usize], want: usize) -> String {
    let at: Vec<String> = got.iter().map(usize::to_string).collect();
    let count = got.len();
    format!(
        "{which} {want} items required to match contains schema, but matched {count} items at {}",
        at.join(" ")
    )
}

fn enum_text(want: &[Value]) -> String {
    if want.iter().any(|value| value.is_array() || value.is_object()) {
        return "'enum' failed".to_owned();
    }
    match want {
        [one] => format!("value must be {}", display(one)),
        all => format!(
            "value must be one of {}",
            all.iter().map(display).collect::<Vec<_>>().join(", ")
        ),
    }
}

fn display(value: &Value) -> String {
    match value {
        Value::String(text) => quote(text),
        Value::Array(_) | Value::Object(_) => "value".to_owned(),
        Value::Null => "<nil>".to_owned(),
        other => other.to_string(),
    }
}

fn bounds(name: &str, got: usize, want: usize) -> String {
    format!("{name}: got {}, want {}", grouped(got), grouped(want))
}

fn limits(name: &str, got: &serde_json::Number, want: &serde_json::Number) -> String {
    let text = |number: &serde_json::Number| number.as_f64().map_or_else(|| number.to_string(), english);
    format!("{name}: got {}, want {}", text(got), text(want))
}

/// Go's text package writes numbers for English readers: thousands apart.
fn grouped(number: usize) -> String {
    group(&number.to_string())
}

fn group(digits: &str) -> String {
    let mut grouped = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A float for English readers: `1,234.5`, and from a million on `1.234567×10⁰⁶`.
fn english(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let digits = Digits::of(number);
    if (-4..6).contains(&digits.exponent) {
        let plain = digits.plain();
        let (sign, plain) = plain
            .strip_prefix('-')
            .map_or(("", plain.as_str()), |plain| ("-", plain));
        let (whole, fraction) = plain
            .split_once('.')
            .map_or((plain, None), |(whole, rest)| (whole, Some(rest)));
        let fraction = fraction
            .map(|fraction| format!(".{fraction}"))
            .unwrap_or_default();
        return format!("{sign}{}{fraction}", group(whole));
    }
    let scientific = digits.scientific(2);
    let (mantissa, exponent) = scientific.split_once('e').expect("there is an exponent");
    let raised: String = exponent.chars().filter_map(superscript).collect();
    format!("{mantissa}×10{raised}")
}

fn superscript(c: char) -> Option<char> {
    Some(match c {
        '-' => '⁻',
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        _ => return None,
    })
}

/// Puts text in single quotes, with Go's escapes.
fn quote(text: &str) -> String {
    let quoted = crate::quote::quote(text)
        .replace("\\\"", "\"")
        .replace('\'', "\\'");
    format!("'{}'", &quoted[1..quoted.len() - 1])
}

fn join_quoted<T: AsRef<str>>(names: &[T]) -> String {
    names
        .iter()
        .map(|name| quote(name.as_ref()))
        .collect::<Vec<_>>()
        .join(", ")
}
