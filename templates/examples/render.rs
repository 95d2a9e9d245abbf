//! Renders a chart and prints its files: `render CHART [VALUES.yaml]`.

use chart::{Chart, ConfigureOptions, Map, yaml};
use std::env::args;
use std::error::Error;
use templates::{Capabilities, ReleaseInfo, RenderInput, Renderer};

#[expect(clippy::print_stdout, reason = "an example prints")]
fn main() -> Result<(), Box<dyn Error>> {
    let folder = args().nth(1).ok_or("usage: render CHART [VALUES.yaml]")?;
    let values = match args().nth(2) {
        Some(file) => yaml::map_from_slice(&std::fs::read(file)?)?,
        None => Map::new(),
    };
    let chart = Chart::load(folder)?.configure(&values, &ConfigureOptions::default())?;
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
    for (path, text) in Renderer::default().render(&chart, &input)?.files {
        println!("---\n# Source: {path}\n{text}");
    }
    Ok(())
}
