//! The engine, and a module's code, which is made once and kept.

use std::path::Path;

use wasmtime::{Cache, CacheConfig, Config, Engine, Module};

use super::WasmError;

/// What every module begins with.
const MAGIC: &[u8] = b"\0asm";

/// Makes an engine, whose code is kept in a folder.
///
/// # Errors
/// When there is none for this machine.
pub(super) fn new(kept: &Path) -> Result<Engine, WasmError> {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .cache(cache(kept));
    Engine::new(&config).map_err(refused)
}

/// Makes machine code of a module, or finds what was made of it before.
///
/// # Errors
/// When it is no module, or one of another kind than Helm runs.
pub(super) fn compile(engine: &Engine, wasm: &[u8]) -> Result<Module, WasmError> {
    if !wasm.starts_with(MAGIC) {
        return Err(WasmError::Create("invalid magic number".to_owned()));
    }
    Module::from_binary(engine, wasm).map_err(refused)
}

fn refused(error: wasmtime::Error) -> WasmError {
    WasmError::Create(error.root_cause().to_string())
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
