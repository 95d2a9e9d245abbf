//! What lies in a folder, as one text.

use std::io::Read;
use std::path::Path;

/// Copies a folder with all that is in it.
pub(super) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folders can be made");
    for entry in std::fs::read_dir(from).expect("the folder is there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("files can be copied");
        }
    }
}

/// Lists all files with what they say. Of caches, only that there is one: what more is kept there is nobody's business.
pub(super) fn listed(folder: &Path) -> String {
    let mut parts = Vec::new();
    list(folder, "", &mut parts);
    parts.sort();
    parts.concat()
}

fn list(folder: &Path, prefix: &str, parts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if [".cache", ".kube", "link"].contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            let is_cache = path.join("CACHEDIR.TAG").exists() || name == "own";
            parts.push(format!("{name}/\n"));
            if !is_cache {
                list(&path, &format!("{name}/"), parts);
            }
        } else if name.ends_with(".tgz") {
            parts.push(format!("{name}:\n{}", packed(&path)));
        } else {
            let bytes = std::fs::read(&path).expect("files can be read");
            parts.push(format!("{name}:\n{}\n", String::from_utf8_lossy(&bytes)));
        }
    }
}

/// The files in an archive.
fn packed(path: &Path) -> String {
    let file = std::fs::File::open(path).expect("files can be read");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut text = String::new();
    for entry in archive.entries().expect("an archive").flatten() {
        let mut entry = entry;
        let name = entry.path().expect("a name").display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("archives can be read");
        text.push_str(&format!("  {name}: {}\n", String::from_utf8_lossy(&bytes)));
    }
    text
}
