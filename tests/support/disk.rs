//! A folder on a disk of its own, which is too small or cannot be written.

use std::path::Path;
use std::process::Command;

use super::{Outcome, TestEnv, skip, words};

/// What is wrong with the disk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Disk {
    /// It has room for so many kilobytes, with what is there already.
    Small(usize),
    /// Nothing can be written to it.
    ReadOnly,
}

/// Whether this machine lets tests mount disks; says loudly if not.
pub(crate) fn can_be_mounted() -> bool {
    let tried = Command::new("unshare")
        .args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"])
        .output();
    let is_possible = tried.is_ok_and(|output| output.status.success());
    if !is_possible {
        skip("tests with a full disk", "no disks can be mounted here");
    }
    is_possible
}

/// Runs `cox` while a folder is on a disk of its own, with what was in it. What is there afterwards is in the folder `after`.
pub(crate) fn cox_on(env: &TestEnv, folder: &str, disk: Disk, line: &str) -> Outcome {
    let _ = std::fs::remove_dir_all(env.path().join("after"));
    let (size, last) = match disk {
        Disk::Small(size) => (size, ":"),
        Disk::ReadOnly => (1 << 20, "mount -o remount,ro \"$0\""),
    };
    let script = format!(
        "cp -a \"$0\" before; mount -t tmpfs -o size={size}k none \"$0\"; cp -a before/. \"$0\"; rm -r before; {last}; \
         \"$@\"; code=$?; cp -a \"$0\" after; exit $code"
    );
    let mut command = env.command(Path::new("unshare"));
    command.args(["-rm", "sh", "-c", &script, folder, env!("CARGO_BIN_EXE_cox")]);
    command.args(words(line));
    command.output().expect("unshare starts").into()
}

/// The files below a folder, with their contents.
pub(crate) fn files(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            let below = files(&entry.path()).into_iter();
            found.extend(below.map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
        } else {
            found.insert(name, std::fs::read(entry.path()).expect("files can be read"));
        }
    }
    found
}
