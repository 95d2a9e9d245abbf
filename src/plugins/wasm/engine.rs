//! The engine, and a module's code, which is made once and kept.

use std::path::Path;

use wasmtime::{Cache, CacheConfig, Config, Engine, Module};

use super::WasmError;

/// What every module begins with.
const MAGIC: &[u8] = b"\0asm";

/// Makes machine code of a module, or finds what was made of it before in the folder `kept`.
///
/// # Errors
/// When it is no module, or one of another kind than Helm runs.
pub(super) fn compile(wasm: &[u8], kept: &Path) -> Result<(Engine, Module), WasmError> {
    if !wasm.starts_with(MAGIC) {
        return Err(WasmError::Create("invalid magic number".to_owned()));
    }
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .cache(cache(kept));
    let make = || {
        let engine = Engine::new(&config)?;
        let module = Module::from_binary(&engine, wasm)?;
        Ok((engine, module))
    };
    make().map_err(|error: wasmtime::Error| WasmError::Create(error.root_cause().to_string()))
}

/// The folder, for nobody but us: whoever can write there has us run what he likes. Without it code is made every time.
fn cache(folder: &Path) -> Option<Cache> {
    let folder = std::path::absolute(folder).ok()?;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder).ok()?;
    let mut config = CacheConfig::new();
    config.with_directory(folder);
    Cache::new(config).ok()
}
