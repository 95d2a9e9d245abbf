//! Plugins that are WebAssembly, beside the real helm. The modules are texts in `testdata/plugins/wasm`.

mod hostile;
mod packages;
mod work;

use crate::support::{TestEnv, project};

use super::Sides;

/// Writes a plugin into `source`: its module, its kind, and the rest of its `plugin.yaml`.
fn plugin(env: &TestEnv, name: &str, (module, kind): (&str, &str), rest: &str) {
    plugin_in(env, "source", name, (module, kind), rest);
}

/// As [`plugin`], into any folder.
fn plugin_in(env: &TestEnv, folder: &str, name: &str, (module, kind): (&str, &str), rest: &str) {
    let text =
        format!("apiVersion: v1\nname: {name}\nversion: 0.1.0\ntype: {kind}/v1\nruntime: extism/v1\n{rest}");
    env.write(&format!("{folder}/{name}/plugin.yaml"), &text);
    let path = env.path().join(folder).join(name).join("plugin.wasm");
    std::fs::write(path, bytes(module)).expect("files can be written");
}

/// The bytes of a module.
fn bytes(module: &str) -> Vec<u8> {
    let folder = project().join("testdata/plugins/wasm");
    let text = |name: &str| std::fs::read_to_string(folder.join(format!("{name}.wat"))).expect(name);
    let text = format!("(module\n{}\n{})", text("common"), text(module));
    wat::parse_str(text).expect(module)
}

/// The configuration of `answer.wat`.
fn answer(json: &str) -> String {
    format!("runtimeConfig: {{config: {{answer: '{json}'}}}}\n")
}

/// Installs plugins from `source`.
fn install(sides: &Sides, names: &[&str]) {
    for name in names {
        sides.same(&format!("plugin install source/{name}")).ok();
    }
}
