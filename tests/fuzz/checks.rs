//! What must hold for any bytes whatsoever, one function for each reader of what others wrote.
//!
//! The fuzzers of `fuzz/` call these millions of times, the test beside this file a few thousand times.

use std::io::Write;
use std::path::Path;

use chart::{Chart, ConfigureOptions, File, Layer, Map, Metadata, Values, yaml};
use flate2::{Compression, write::GzEncoder};
use templates::gotmpl::Limits;
use templates::{Capabilities, ReleaseInfo, RenderInput, Renderer};

/// What divides the parts of an input.
const BORDER: &str = "\n%%\n";

/// Reads YAML in each way there is; what was read is written and read again to the same.
pub(crate) fn yaml(data: &[u8]) {
    let _ = yaml::from_slice_strict(data);
    let _ = yaml::from_slice_as::<Metadata>(data);
    for _ in yaml::objects::<serde_json::Value>(data) {}
    let Ok(value) = yaml::from_slice(data) else {
        return;
    };
    is_read_as_with_an_end(data, &value);
    let _ = yaml::to_string_pretty(&value);
    let Ok(text) = yaml::to_string(&value) else {
        return;
    };
    // go-yaml writes a merge key without quotes and loses U+0085 at the start of a text, and so do we
    if !text.contains("<<") && !holds(&value, '\u{85}') {
        assert_eq!(yaml::from_str(&text).as_ref(), Ok(&value), "{text:?}");
    }
}

/// Has a document with a line that ends it read by the parser, which reads the same as whoever reads ordinary ones.
fn is_read_as_with_an_end(data: &[u8], value: &chart::Value) {
    if value.is_null() || !data.ends_with(b"\n") || std::str::from_utf8(data).is_err() {
        return;
    }
    let with_end = [data, b"...\n"].concat();
    assert_eq!(yaml::from_slice(&with_end).as_ref(), Ok(value), "{data:?}");
}

/// Says whether a character is anywhere in a value.
fn holds(value: &chart::Value, what: char) -> bool {
    match value {
        chart::Value::String(text) => text.contains(what),
        chart::Value::List(list) => list.iter().any(|item| holds(item, what)),
        chart::Value::Map(map) => map
            .iter()
            .any(|(key, item)| key.contains(what) || holds(item, what)),
        _ => false,
    }
}

/// Loads an archive: gzip as it is, other bytes as a tar archive whose checksums are made right.
pub(crate) fn archive(data: &[u8]) {
    let bytes = match data {
        [0x1f, 0x8b, ..] => data.to_vec(),
        _ => packed(data),
    };
    if Chart::from_archive(&bytes).is_err() {
        return;
    }
    let outside = tempfile::tempdir().expect("a temporary folder");
    let inside = outside.path().join("inside");
    std::fs::create_dir(&inside).expect("a folder can be made");
    let _ = chart::expand(&bytes, &inside);
    let entries = std::fs::read_dir(outside.path()).expect("it is a folder").count();
    assert_eq!(entries, 1, "something was written outside");
}

/// Reads `--set` flags, lays them over the values of a chart, its subchart and a values file, and validates them.
///
/// The parts: a flag a line, the values file, the chart's values, the subchart's values, the schema.
pub(crate) fn values(data: &[u8]) {
    let parts = parts(data);
    let part = |n: usize| parts.get(n).map_or("", String::as_str);
    let mut layers = vec![Layer::File("values.yaml".to_owned())];
    for (n, line) in part(0).lines().enumerate() {
        let layer = [
            Layer::Set,
            Layer::SetString,
            Layer::Json,
            Layer::SetLiteral,
            Layer::SetFile,
        ][n % 5];
        layers.push(layer(line.to_owned()));
    }
    let mut read = |_: &str| Ok(part(1).as_bytes().to_vec());
    let Ok(user) = Values::from_layers(&layers, &mut read) else {
        return;
    };
    let mut web = chart("web", part(2), "");
    web.subcharts.push(chart("db", part(3), ""));
    if !part(4).is_empty() {
        web.schema = Some(part(4).to_owned().into());
    }
    let _ = web.configure(&user.0, &ConfigureOptions::default());
}

/// Renders templates with some data. The parts: a Go template, values, a Tera template.
pub(crate) fn template(data: &[u8]) {
    let parts = parts(data);
    let part = |n: usize| parts.get(n).map_or("", String::as_str);
    let mut web = chart("web", part(1), part(0));
    // Tera cannot be stopped, so loops in loops are not for here
    if parts.len() > 2 && part(2).matches("for").count() < 3 {
        web.templates
            .push(File::new("templates/b.yaml.tera", part(2).to_owned()));
    }
    web.files.push(File::new("a.txt", "one\ntwo\n"));
    let Ok(chart) = web.configure(&Map::new(), &ConfigureOptions::default()) else {
        return;
    };
    let renderer = Renderer {
        limits: Limits {
            steps: 300_000,
            output_bytes: 1 << 20,
        },
        ..Renderer::default()
    };
    let release = ReleaseInfo {
        name: "demo".to_owned(),
        namespace: "apps".to_owned(),
        ..ReleaseInfo::default()
    };
    let input = RenderInput {
        release,
        capabilities: Capabilities::offline(),
    };
    if let Err(error) = renderer.render(&chart, &input) {
        assert!(!error.to_string().is_empty());
    }
}

/// Splits an input; what is no text becomes text, as it does when a template's text is read.
fn parts(data: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(data)
        .split(BORDER)
        .map(str::to_owned)
        .collect()
}

fn chart(name: &str, values: &str, template: &str) -> Chart {
    Chart {
        metadata: Metadata {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            ..Metadata::default()
        },
        values: yaml::map_from_slice(values.as_bytes()).unwrap_or_default(),
        templates: vec![File::new("templates/a.yaml", template.to_owned())],
        ..Chart::default()
    }
}

/// Makes a tar archive's checksums right, so that damage gets deeper than them, and packs it.
fn packed(data: &[u8]) -> Vec<u8> {
    let mut bytes = data.to_vec();
    bytes.resize(bytes.len().next_multiple_of(512) + 1024, 0);
    let mut place = 0;
    while place + 512 <= bytes.len() {
        let header = &mut bytes[place..place + 512];
        if header.iter().all(|byte| *byte == 0) {
            break;
        }
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let size = std::str::from_utf8(&header[124..135]).ok();
        let size = size
            .and_then(|digits| usize::from_str_radix(digits.trim(), 8).ok())
            .unwrap_or(0);
        place += 512 + size.next_multiple_of(512);
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
    gzip.write_all(&bytes).expect("memory takes it");
    gzip.finish().expect("memory takes it")
}

/// Says which check is for the inputs in a folder of that name.
pub(crate) fn of(folder: &Path) -> fn(&[u8]) {
    match folder.file_name().and_then(|name| name.to_str()) {
        Some("yaml") => yaml,
        Some("archive") => archive,
        Some("values") => values,
        Some("template") => template,
        _ => panic!("{} has no check", folder.display()),
    }
}
