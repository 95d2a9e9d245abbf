use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use tempfile::TempDir;

use super::*;
use crate::chain;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Packs files without asking whether their names make sense.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, text) in files {
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_600_000_000);
        header.set_entry_type(EntryType::Regular);
        header.set_cksum();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(text.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    packed(&bytes)
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

use tar::EntryType;

const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const DB: &str = "apiVersion: v2\nname: db\nversion: 2.0.0\n";

#[test]
fn a_folder_is_sorted_into_parts() {
    let folder = folder(&[
        ("Chart.yaml", &format!("\u{feff}{CHART}")),
        ("values.yaml", "a: 1\n---\nb: 2\n"),
        ("templates/_helpers.tpl", ""),
        ("templates/.hidden", ""),
        ("templates/a.yaml", "\u{feff}x: 1"),
        ("crds/c.yaml", ""),
        ("charts/db/Chart.yaml", DB),
        ("charts/db/templates/b.yaml", ""),
        ("charts/_old/Chart.yaml", "nonsense"),
        ("docs/readme.md", ""),
        (".helmignore", "docs/\n"),
    ]);
    let chart = Chart::load(folder.path()).unwrap();
    let names = |files: &[File]| files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
    assert_eq!(chart.values.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(
        names(&chart.templates),
        ["templates/_helpers.tpl", "templates/a.yaml"]
    );
    assert_eq!(&*chart.templates[1].data, b"x: 1");
    assert_eq!(names(&chart.files), [".helmignore", "crds/c.yaml"]);
    assert_eq!(chart.subcharts[0].name(), "db");
    assert_eq!(names(&chart.subcharts[0].templates), ["templates/b.yaml"]);
    assert_eq!(chart.raw.len(), 9);
}

#[cfg(unix)]
#[test]
fn links_are_followed() {
    let other = folder(&[("x.yaml", "linked: true")]);
    let chart = folder(&[("Chart.yaml", CHART)]);
    std::os::unix::fs::symlink(other.path(), chart.path().join("templates")).unwrap();
    let loaded = Chart::load(chart.path()).unwrap();
    assert_eq!(loaded.templates[0].name, "templates/x.yaml");
    let [remark] = &loaded.remarks[..] else {
        panic!("{:?}", loaded.remarks)
    };
    let message = "found symbolic link in path. Contents of linked file included and used";
    assert_eq!(remark.message, message);
    let path = |path: &Path| path.display().to_string();
    let fields = [
        ("path", path(&chart.path().join("templates"))),
        ("resolved", path(&other.path().canonicalize().unwrap())),
    ];
    assert_eq!(remark.fields, fields);
    std::os::unix::fs::symlink("nowhere", chart.path().join("broken")).unwrap();
    let message = chain(&Chart::load(chart.path()).unwrap_err());
    assert!(message.starts_with("error evaluating symlink "), "{message}");
    assert!(
        message.ends_with("nowhere: no such file or directory"),
        "{message}"
    );
}

#[test]
fn old_charts_have_requirements() {
    let folder = folder(&[
        ("Chart.yaml", "name: web\nversion: 1.0.0\n"),
        (
            "requirements.yaml",
            "dependencies:\n- name: db\n  version: 1\n  repository: \"\"\n",
        ),
        (
            "requirements.lock",
            "digest: x\ngenerated: 2020-01-02T03:04:05.600Z\ndependencies: []\n",
        ),
    ]);
    let chart = Chart::load(folder.path()).unwrap();
    assert_eq!(chart.metadata.api_version, "v1");
    assert_eq!(chart.metadata.dependencies[0].version, "1");
    assert_eq!(chart.lock.unwrap().generated, "2020-01-02T03:04:05.6Z");
    assert_eq!(chart.files.len(), 2);
    assert_eq!(chart.remarks, []);
}

#[test]
fn requirements_in_newer_charts_are_remarked_those_of_subcharts_too() {
    let folder = folder(&[
        ("Chart.yaml", CHART),
        ("requirements.yaml", "dependencies: []\n"),
        ("charts/db/Chart.yaml", DB),
        ("charts/db/requirements.lock", "digest: x\n"),
    ]);
    let remarks = Chart::load(folder.path()).unwrap().remarks;
    let starts: Vec<&str> = remarks.iter().map(|remark| &remark.message[..28]).collect();
    assert_eq!(
        starts,
        ["Warning: Dependencies are ha", "Warning: Dependency locking "]
    );
}

#[test]
fn experimental_charts_are_refused_after_all_else() {
    for (version, message) in [
        ("1", "invalid chart apiVersion"),
        ("x", "validation: chart.metadata.version \"x\" is invalid"),
    ] {
        let chart = format!("apiVersion: v3\nname: a\nversion: {version}\n");
        let folder = folder(&[("Chart.yaml", &chart)]);
        assert_eq!(chain(&Chart::load(folder.path()).unwrap_err()), message);
    }
}

#[test]
fn bad_folders_are_refused_in_helms_words() {
    for (files, message) in [
        (
            vec![("Chart.yaml", "apiVersion: v4\nname: a\nversion: 1")],
            "unsupported chart version",
        ),
        (
            vec![("Chart.yaml", "name: a: b")],
            "cannot load Chart.yaml: error converting YAML to JSON: yaml: mapping values are not allowed in this context",
        ),
        (
            vec![("Chart.yaml", CHART), ("values.yaml", "- a")],
            "cannot load values.yaml: cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
        (
            vec![(
                "Chart.yaml",
                "apiVersion: v2\nname: a\nversion: 1\nmaintainers: [~]",
            )],
            "validation: maintainers must not contain empty or null nodes",
        ),
        (
            vec![("Chart.yaml", CHART), ("charts/README.md", "")],
            "error unpacking subchart README.md in web: Chart.yaml file is missing",
        ),
        (
            vec![("Chart.yaml", CHART), ("charts/db.tgz", "x")],
            "error unpacking subchart db.tgz in web: unexpected EOF",
        ),
        (
            vec![("Chart.yaml", CHART), ("charts/db.tgz", "no archive")],
            "error unpacking subchart db.tgz in web: gzip: invalid header",
        ),
        (
            vec![("Chart.yaml", CHART), ("charts/db.tgz/x", "x")],
            "error unpacking subchart tar in web: expected db.tgz, got db.tgz/x",
        ),
        (
            vec![("Chart.yaml", CHART), (".helmignore", "**")],
            "double-star (**) syntax is not supported",
        ),
    ] {
        let folder = folder(&files);
        assert_eq!(chain(&Chart::load(folder.path()).unwrap_err()), message);
    }
    let missing = Path::new("/nowhere/at/all");
    assert_eq!(
        chain(&Chart::load(missing).unwrap_err()),
        "stat /nowhere/at/all: no such file or directory"
    );
    let empty = folder(&[]);
    let path = empty.path().join("Chart.yaml").display().to_string();
    let expected = format!("unable to detect chart at {path}: open {path}: no such file or directory");
    assert_eq!(chain(&Chart::load(empty.path()).unwrap_err()), expected);
}

#[test]
fn an_archive_loads_like_its_folder() {
    let inner = archive(&[("db/Chart.yaml", DB)]);
    let chart = Chart::from_archive(&archive(&[
        ("web/Chart.yaml", CHART),
        ("web\\templates\\a.yaml", "x: 1"),
        ("web/./values.yaml", "a: 1"),
    ]))
    .unwrap();
    assert_eq!(chart.templates[0].name, "templates/a.yaml");
    assert_eq!(chart.values.len(), 1);
    let folder = folder(&[("Chart.yaml", CHART)]);
    fs::create_dir(folder.path().join("charts")).unwrap();
    fs::write(folder.path().join("charts/db-2.0.0.tgz"), inner).unwrap();
    assert_eq!(Chart::load(folder.path()).unwrap().subcharts[0].name(), "db");
}

#[test]
fn hostile_archives_are_refused() {
    for (name, message) in [
        ("web//etc/passwd", "chart illegally contains absolute paths"),
        (
            "Chart.yaml",
            "chart illegally contains content outside the base directory: \"Chart.yaml\"",
        ),
        ("web/../../x", "chart illegally references parent directory"),
        ("web/..x", "chart illegally references parent directory"),
        ("web\\c:\\x", "chart contains illegally named files"),
        ("Chart.yaml/x", "chart yaml not in base directory"),
    ] {
        let err = Chart::from_archive(&archive(&[(name, "")])).unwrap_err();
        assert_eq!(
            chain(&err),
            format!("unable to load chart archive: {message}"),
            "{name}"
        );
    }
    let large = "x".repeat(MAX_FILE_SIZE as usize + 1);
    let err = Chart::from_archive(&archive(&[("web/a", &large)])).unwrap_err();
    assert!(chain(&err).ends_with("\"web/a\" is larger than the maximum file size 5242880"));
    let full = "x".repeat(MAX_FILE_SIZE as usize);
    let many: Vec<_> = (0..21).map(|_| ("web/a", full.as_str())).collect();
    let err = Chart::from_archive(&archive(&many)).unwrap_err();
    assert!(chain(&err).ends_with("decompressed chart is larger than the maximum size 104857600"));
}

/// Packs entries of any type, whose contents are so many zeros.
fn archive_of(entries: &[(&str, EntryType, u64)]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    for (name, kind, size) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_path(name).unwrap();
        header.set_size(*size);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_entry_type(*kind);
        if matches!(kind, EntryType::Symlink | EntryType::Link) {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        gzip.write_all(header.as_bytes()).unwrap();
        let mut zeros = std::io::Read::take(std::io::repeat(0), size.next_multiple_of(512));
        std::io::copy(&mut zeros, &mut gzip).unwrap();
    }
    gzip.write_all(&[0; 1024]).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn archives_that_unpack_to_too_much_are_refused() {
    let gigabyte = 1 << 30;
    for kind in [
        EntryType::GNULongName,
        EntryType::Directory,
        EntryType::XGlobalHeader,
        EntryType::Regular,
    ] {
        let err = Chart::from_archive(&archive_of(&[("web/x", kind, gigabyte)])).unwrap_err();
        let message = chain(&err);
        assert!(
            message.ends_with("decompressed chart is larger than the maximum size 104857600"),
            "{kind:?}: {message}"
        );
    }
    let many: Vec<_> = (0..450_000).map(|_| ("web/x", EntryType::Regular, 0)).collect();
    let err = Chart::from_archive(&archive_of(&many)).unwrap_err();
    assert!(chain(&err).ends_with("decompressed chart is larger than the maximum size 104857600"));
}

#[test]
fn links_and_devices_in_an_archive_are_files_without_content() {
    let whole = archive(&[
        ("web/Chart.yaml", CHART),
        ("web/a.txt", "one"),
        ("web/a.txt", "two"),
    ]);
    let chart = Chart::from_archive(&whole).unwrap();
    assert_eq!(
        chart.files.len(),
        2,
        "Helm keeps both, and templates see the last"
    );
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Char,
        EntryType::Fifo,
    ] {
        let bytes = archive_of(&[("web/passwd", kind, 0)]);
        let files = archive_files(&bytes, &()).unwrap();
        assert_eq!(
            (files[0].name.as_str(), files[0].data.len()),
            ("passwd", 0),
            "{kind:?}"
        );
        let folder = tempfile::tempdir().unwrap();
        crate::expand(&bytes, folder.path()).unwrap_err();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
    let cut = &whole[..whole.len() - 20];
    assert!(chain(&Chart::from_archive(cut).unwrap_err()).starts_with("unable to load chart archive: "));
}

#[test]
fn two_folders_in_an_archive_are_one_chart() {
    let chart = Chart::from_archive(&archive(&[
        ("web/Chart.yaml", CHART),
        ("other/values.yaml", "a: 1"),
    ]))
    .unwrap();
    assert_eq!(chart.values.len(), 1);
}

#[test]
fn a_file_without_end_is_not_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web.tgz");
    let whole = archive(&[("web/Chart.yaml", CHART)]);
    fs::write(&path, &whole).unwrap();
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    // Most of it is a hole in the disk.
    file.set_len(1 << 42).unwrap();
    assert_eq!(Chart::load(&path).unwrap().name(), "web");
    fs::write(&path, &whole[..20]).unwrap();
    file.set_len(1 << 42).unwrap();
    let error = chain(&Chart::load(&path).unwrap_err());
    assert!(error.starts_with("unable to load chart archive"), "{error}");
}

#[test]
fn an_archive_may_be_of_several_streams() {
    let files = [
        ("web/Chart.yaml", CHART),
        ("web/templates/a.yaml", "a: 1"),
        ("web/values.yaml", "b: 1"),
    ];
    let whole = archive(&files);
    let chart = Chart::from_archive(&whole).unwrap();
    let mut bytes = Vec::new();
    GzDecoder::new(whole.as_slice()).read_to_end(&mut bytes).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web.tgz");
    for cut in [512, 600, 1024, 1536, 2000, bytes.len() - 1024, bytes.len() - 512] {
        let (first, second) = bytes.split_at(cut);
        let both = [packed(first), packed(second)].concat();
        assert_eq!(Chart::from_archive(&both).unwrap(), chart, "{cut}");
        fs::write(&path, both).unwrap();
        assert_eq!(Chart::load(&path).unwrap(), chart, "{cut}");
    }
    let endless = packed(&bytes[..bytes.len() - 1024]);
    assert_eq!(Chart::from_archive(&endless).unwrap(), chart);
    let and_more = [whole, b"and more".to_vec()].concat();
    assert_eq!(Chart::from_archive(&and_more).unwrap(), chart);
}

#[test]
fn what_is_no_archive_is_named() {
    let folder = folder(&[
        ("values.yaml", "a: 1"),
        ("short", "text"),
        ("long", &"text ".repeat(200)),
    ]);
    for (name, message) in [
        (
            "values.yaml",
            "seems to be a YAML file, but expected a gzipped archive",
        ),
        (
            "short",
            "does not appear to be a gzipped archive; got 'application/octet-stream'",
        ),
        (
            "long",
            "does not appear to be a gzipped archive; got 'text/plain; charset=utf-8'",
        ),
    ] {
        let path = folder.path().join(name);
        let expected = format!("file '{}' {message}", path.display());
        assert_eq!(chain(&Chart::load(&path).unwrap_err()), expected);
    }
}

/// Helm reads the files one after the other, and subcharts last.
#[test]
fn the_first_file_that_is_wrong_is_the_error() {
    let chart = ("x/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n");
    let error = |files: &[(&str, &str)]| {
        let files = [&[chart], files].concat();
        chain(&Chart::from_archive(&archive(&files)).unwrap_err())
    };
    let (values, lock) = (("x/values.yaml", "- a"), ("x/Chart.lock", "- a"));
    assert!(error(&[values, lock]).starts_with("cannot load values.yaml"));
    assert!(error(&[lock, values]).starts_with("cannot load Chart.lock"));
    assert!(error(&[values, ("x/values.yaml", "a: 1")]).starts_with("cannot load values.yaml"));
    let broken = ("x/charts/y/values.yaml", "a: 1");
    assert!(error(&[broken, values]).starts_with("cannot load values.yaml"));
    assert!(error(&[broken]).starts_with("error unpacking subchart y in x"));
}
