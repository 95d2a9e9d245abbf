//! Says which values a value of a rendered object comes from: `explain CHART KIND/NAME:.path`.

use chart::{Chart, ConfigureOptions, Map};
use std::env::args;
use std::error::Error;
use templates::explain::{Effect, Target, shown_path};
use templates::{Capabilities, Clock, ReleaseInfo, RenderInput, Renderer};

#[expect(clippy::print_stdout, reason = "an example prints")]
fn main() -> Result<(), Box<dyn Error>> {
    let (Some(folder), Some(target)) = (args().nth(1), args().nth(2)) else {
        return Err("usage: explain CHART KIND/NAME:.path".into());
    };
    let chart = Chart::load(folder)?.configure(&Map::new(), &ConfigureOptions::default())?;
    let release = ReleaseInfo {
        name: "demo".into(),
        namespace: "default".into(),
        revision: 1,
        is_install: true,
        is_upgrade: false,
    };
    let input = RenderInput {
        release,
        capabilities: Capabilities::offline(),
    };
    let Target::Path { kind, name, path } = Target::parse(&target)? else {
        return Err("a path is needed".into());
    };
    // What is tried must differ only in what was changed.
    let renderer = Renderer {
        clock: Clock::utc().seeded("", 0),
        ..Renderer::default()
    };
    let names = renderer.explain(&chart, &input, |session| {
        let document = session
            .documents()
            .iter()
            .find(|one| one.kind == kind && one.name == name)?
            .clone();
        let path = document.resolve(&path).ok()?;
        let explanation = session.explain(&document, document.scalar(&path)?);
        let inputs = explanation
            .reads
            .into_iter()
            .filter(|input| input.effect == Effect::Changes);
        Some(inputs.map(|input| shown_path(&input.path)).collect::<Vec<_>>())
    })?;
    for name in names.ok_or("there is no such value")? {
        println!("{name}");
    }
    Ok(())
}
