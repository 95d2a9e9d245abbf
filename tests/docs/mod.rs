//! The book: every command that `README.md` and `docs/` show is run, and what is shown below it is what it printed.
//!
//! A page is one session of a shell, in a folder of its own, on the control plane:
//!
//! - ```` ```console ````: lines with `$ ` are commands, those below are all that they print. `...` alone on a line stands for
//!   any number of lines. Times, ages, ids and addresses may be others.
//! - ```` ```sh ````: commands that succeed; what they print is not shown.
//! - A block below a line that is nothing but the name of a file and a colon is that file. Of Rust, it is a part of that
//!   file of the project.
//! - ```` ```text ````: what cannot be run here.
//!
//! `charts.example.com` is a web server with the page's folder `site`, `registry.example.com:5000` a registry. What is in
//! `given/PAGE` is there from the start. `COX_TEST_BLESS=1` writes what was printed into the pages.

mod masks;
mod page;
mod session;

use std::path::{Path, PathBuf};

use page::{Page, Step};

use crate::support::{bless, project};

/// The pages, apart from those of `docs/reference`, which are generated.
fn pages() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(project().join("docs")).expect("the book");
    let files = folder.flatten().map(|entry| entry.path());
    let mut pages: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.push(project().join("README.md"));
    pages.sort();
    pages
}

#[test]
fn every_page_shows_what_is_printed() {
    let pages = pages();
    assert!(pages.len() > 6, "{} pages", pages.len());
    let faults: Vec<String> = std::thread::scope(|scope| {
        let checks: Vec<_> = pages.iter().map(|path| scope.spawn(|| faults(path))).collect();
        let ended = checks.into_iter().map(|check| check.join().expect("no panic"));
        ended.flatten().collect()
    });
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// What is not right on a page.
fn faults(path: &Path) -> Vec<String> {
    let name = path.strip_prefix(project()).expect("a page of ours").display();
    let text = std::fs::read_to_string(path).expect("a page");
    let page = match Page::read(&text) {
        Ok(page) => page,
        Err(why) => return vec![format!("{name}: {why}")],
    };
    let mut faults: Vec<String> = page.steps.iter().filter_map(misquoted).collect();
    let stem = path.file_stem().expect("a name").to_string_lossy();
    let Some(printed) = session::run(&page, &stem) else {
        return faults;
    };
    if bless() {
        std::fs::write(path, page.with(&printed)).expect("pages can be written");
    }
    faults.extend(
        page.steps
            .iter()
            .zip(&printed)
            .filter_map(|(step, printed)| step.fault(printed.as_ref()?)),
    );
    faults.iter().map(|fault| format!("{name}: {fault}")).collect()
}

/// Says when a part of a file is none.
fn misquoted(step: &Step) -> Option<String> {
    let Step::Quote { file, text } = step else {
        return None;
    };
    let whole = std::fs::read_to_string(project().join(file)).unwrap_or_default();
    (!whole.contains(text)).then(|| format!("{file} does not contain\n{text}"))
}

#[test]
fn links_lead_somewhere() {
    let folder = project().join("docs/reference");
    let reference = std::fs::read_dir(folder).expect("the reference").flatten();
    let all = pages().into_iter().chain(reference.map(|entry| entry.path()));
    for page in all {
        let text = std::fs::read_to_string(&page).expect("a page");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            let is_here = !target.contains("://") && !file.is_empty();
            let there = page.parent().expect("a folder").join(file);
            assert!(
                !is_here || there.exists(),
                "{}: nothing is at {target}",
                page.display()
            );
        }
    }
}
