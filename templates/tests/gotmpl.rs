//! Go's text/template: the cases in `testdata/gotmpl` must come out as Go wrote them down.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use templates::gotmpl::{
    Bytes, Duration, Function, Functions, Int64, Kind, List, Map, MapType, MissingKey, Object, Options, Rest,
    Strings, Templates, Text, Type, Value, function,
};

/// The host object of the cases; a pointer to it has the methods.
struct Thing {
    name: &'static str,
    count: i64,
    any: Value,
    is_pointer: bool,
}

impl Object for Thing {
    fn go_type(&self) -> Type {
        if self.is_pointer {
            Type::Named("*main.Thing", Kind::Pointer)
        } else {
            Type::Named("main.Thing", Kind::Struct)
        }
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Name", self.name.into()),
            ("Count", self.count.into()),
            ("Any", self.any.clone()),
        ]
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Function> {
        let own = self.name;
        match name {
            _ if !self.is_pointer => None,
            "Hello" => Some(function(move |name: String| format!("hello {name} from {own}"))),
            "Sum" => Some(function(|first: i64, rest: Rest<i64>| {
                first + rest.0.iter().sum::<i64>()
            })),
            "Fail" => Some(function(|| Err::<Value, _>("thing failed"))),
            _ => None,
        }
    }
}

struct Named(Text);

impl Object for Named {
    fn go_type(&self) -> Type {
        Type::Named("main.Named", Kind::Struct)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("Label", self.0.clone().into())]
    }

    fn text(&self) -> Option<Text> {
        Some(format!("<{}>", self.0).into())
    }

    fn is_equal(&self, other: &dyn Object) -> bool {
        other
            .downcast_ref::<Self>()
            .is_some_and(|other| other.0 == self.0)
    }
}

fn dict(values: Rest<Value>) -> Map {
    let key = |value: &Value| templates::gotmpl::printf::sprint_value(value);
    values
        .0
        .chunks_exact(2)
        .map(|pair| (key(&pair[0]), pair[1].clone()))
        .collect()
}

fn parse_duration(text: String) -> Duration {
    let units = [
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];
    let mut total = 0;
    let mut number = 0;
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        if let Some(digit) = first.to_digit(10) {
            number = number * 10 + i64::from(digit);
            rest = &rest[1..];
        } else {
            let (unit, size) = units
                .iter()
                .find(|(unit, _)| rest.starts_with(unit))
                .expect("a known unit");
            total += std::mem::take(&mut number) * size;
            rest = &rest[unit.len()..];
        }
    }
    Duration(total)
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn functions() -> Functions {
    let mut functions = Functions::new();
    functions.extend([
        ("int64", function(|number: f64| Int64(number as i64))),
        ("uint64", function(|number: f64| number as u64)),
        ("byte", function(|number: f64| number as u8)),
        ("float32", function(|number: f64| number as f32)),
        ("strings", function(|items: Rest<Text>| items.0)),
        ("ints", function(|items: Rest<i64>| items.0)),
        ("list", function(|items: Rest<Value>| items.0)),
        ("bytes", function(|text: Text| Bytes(text))),
        ("dict", function(dict)),
        (
            "strdict",
            function(|key: Text, value: Text| {
                Map::typed(MapType::STRINGS, [(key, value.into())].into_iter().collect())
            }),
        ),
        (
            "set",
            function(|map: Map, key: Text, value: Value| map.insert(key, value).map(|()| "")),
        ),
        ("fail", function(|message: String| Err::<Value, _>(message))),
        ("panics", function(|message: String| Err::<Value, _>(message))),
        ("add", function(|a: i64, b: i64| a + b)),
        ("takes64", function(|number: Int64| format!("int64 {}", number.0))),
        (
            "takesf",
            function(|number: f64| {
                format!(
                    "float64 {}",
                    templates::gotmpl::printf::sprint_value(&number.into())
                )
            }),
        ),
        ("takesmap", function(|map: Map| map.len() as i64)),
        ("takesl", function(|list: List| list.len() as i64)),
        ("takesstr", function(|list: Strings| list.0.len() as i64)),
        (
            "takesany",
            function(|value: Value| value.type_name().into_owned()),
        ),
        ("takesbool", function(|value: bool| value)),
        (
            "joinall",
            function(|separator: String, rest: Rest<Value>| format!("{}{separator}", rest.0.len())),
        ),
        ("nothing", function(|| Value::Nil)),
        ("nilslice", function(|| List::nil(Type::Any))),
        ("nilmap", function(|| Map::nil(MapType::ANY))),
        (
            "thing",
            function(|| {
                Value::object(Thing {
                    name: "t",
                    count: 3,
                    any: 1.5.into(),
                    is_pointer: true,
                })
            }),
        ),
        (
            "plain",
            function(|| {
                Value::object(Thing {
                    name: "p",
                    count: 4,
                    any: Value::Nil,
                    is_pointer: false,
                })
            }),
        ),
        ("named", function(|label: Text| Value::object(Named(label)))),
        ("duration", function(parse_duration)),
    ]);
    functions
}

fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(truth) => (*truth).into(),
        serde_json::Value::Number(number) => number.as_f64().expect("a float").into(),
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Array(items) => items.iter().map(from_json).collect::<Vec<_>>().into(),
        serde_json::Value::Object(entries) => Value::from_iter(
            entries
                .iter()
                .map(|(key, value)| (key.as_str(), from_json(value))),
        ),
    }
}

fn run(options: &str, data: &str, text: &str) -> Result<String, String> {
    let missing_key = match options {
        "missingkey=zero" => MissingKey::Zero,
        "missingkey=error" => MissingKey::Error,
        _ => MissingKey::Invalid,
    };
    let mut set = Templates::new(
        functions(),
        Options {
            missing_key,
            ..Options::default()
        },
    );
    set.parse("case", text).map_err(|error| error.to_string())?;
    let data = from_json(&serde_json::from_str(data).expect("the data of a case is JSON"));
    let text = set.execute("case", data).map_err(|error| error.to_string())?;
    Ok(text.to_str().into_owned())
}

fn check(file: &Path) -> Vec<String> {
    let read = |path: PathBuf| fs::read_to_string(path).expect("the file is there");
    let cases = format!("\n{}", read(file.to_path_buf()));
    let expected = file
        .parent()
        .and_then(Path::parent)
        .expect("cases are in a folder")
        .join("expected");
    let expected = read(expected.join(file.file_name().expect("a file has a name")));
    let mut failures = Vec::new();
    for (section, line) in cases.split("\n=== ").skip(1).zip(expected.lines()) {
        let (head, rest) = section.split_once('\n').expect("a case has a data line");
        let (data, text) = rest.split_once('\n').expect("a case has a template");
        let options = head.split_once(" | ").map_or("", |(_, options)| options);
        let wanted: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
        let wanted = match wanted.get("error") {
            Some(error) => Err(error.as_str().unwrap_or_default().to_owned()),
            None => Ok(wanted["output"].as_str().unwrap_or_default().to_owned()),
        };
        let got = run(options, data, text.strip_suffix('\n').unwrap_or(text));
        if got != wanted {
            failures.push(format!("{head}\n  want {wanted:?}\n  got  {got:?}"));
        }
    }
    failures
}

#[test]
fn cases_come_out_as_in_go() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/gotmpl/cases");
    let mut failures = Vec::new();
    for entry in fs::read_dir(folder).expect("the cases are there") {
        failures.extend(check(&entry.expect("an entry").path()));
    }
    assert!(
        failures.is_empty(),
        "{} cases differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
