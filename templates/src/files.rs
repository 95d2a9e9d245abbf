//! `.Files`: the files of a chart that are no templates.

use crate::glob::Glob;
use crate::gotmpl::{Bytes, Function, Kind, Map, MapType, Object, Text, Type, Value, function};
use crate::helm::to_yaml;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Files by path; a map of bytes to templates.
#[derive(Clone)]
pub(crate) struct Files(BTreeMap<String, chart::Bytes>);

impl Files {
    /// Collects the files of a chart.
    pub(crate) fn new(files: &[chart::File]) -> Self {
        Self(
            files
                .iter()
                .map(|file| (file.name.clone(), file.data.clone()))
                .collect(),
        )
    }

    fn bytes(&self, path: &Text) -> Text {
        match self.0.get(&*path.to_str()) {
            Some(data) => Text::from(&data[..]),
            None => Text::default(),
        }
    }

    /// Keeps the files that match; a pattern that is none matches all.
    fn glob(&self, pattern: &str) -> Self {
        let glob = Glob::parse(pattern).unwrap_or_else(Glob::everything);
        let matching = self.0.iter().filter(|(path, _)| glob.matches(path));
        Self(
            matching
                .map(|(path, data)| (path.clone(), data.clone()))
                .collect(),
        )
    }

    /// Writes the files as a YAML map by base name.
    fn to_map(&self, content: impl Fn(&[u8]) -> Text) -> Text {
        let by_name = self.0.iter().map(|(path, data)| {
            let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
            (Text::from(name), Value::String(content(data)))
        });
        to_yaml(&Map::typed(MapType::STRINGS, by_name.collect()).into())
    }

    /// Returns the lines of a file, without the last line end.
    fn lines(&self, path: &Text) -> Result<Vec<Text>, String> {
        let Some(data) = self.0.get(&*path.to_str()) else {
            return Ok(Vec::new());
        };
        // Helm looks at the last byte, and Go panics when there is none.
        let last = data.last().ok_or("runtime error: index out of range [-1]")?;
        let body = if *last == b'\n' {
            &data[..data.len() - 1]
        } else {
            &data[..]
        };
        Ok(body.split(|byte| *byte == b'\n').map(Text::from).collect())
    }
}

impl Object for Files {
    fn go_type(&self) -> Type {
        Type::Named("engine.files", Kind::Map)
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Function> {
        Some(match name {
            "Get" => function(move |path: Text| self.bytes(&path)),
            "GetBytes" => function(move |path: Text| Bytes(self.bytes(&path))),
            "Glob" => function(move |pattern: String| Value::object(self.glob(&pattern))),
            "Lines" => function(move |path: Text| self.lines(&path)),
            "AsConfig" => function(move || self.to_map(|data| data.into())),
            "AsSecrets" => function(move || self.to_map(|data| STANDARD.encode(data).into())),
            _ => return None,
        })
    }

    fn len(&self) -> Option<usize> {
        Some(self.0.len())
    }

    fn entries(&self) -> Option<Vec<(Value, Value)>> {
        let entries = self.0.iter();
        Some(
            entries
                .map(|(path, data)| (path.as_str().into(), Value::Bytes(Text::from(&data[..]))))
                .collect(),
        )
    }

    fn get(&self, key: &[u8]) -> Option<Value> {
        let data = self.0.get(std::str::from_utf8(key).ok()?)?;
        Some(Value::Bytes(Text::from(&data[..])))
    }

    fn missing(&self) -> Value {
        Value::Bytes(Text::default())
    }

    fn to_plain(&self) -> Value {
        Value::from_iter(
            self.0
                .iter()
                .map(|(path, data)| (path.as_str(), STANDARD.encode(data))),
        )
    }
}
