//! A run of a plugin: on a thread of its own, for as long as it may take, until it is told to stop.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use wasmtime::{Engine, Instance, Linker, Module, Store, Trap, Val};
use wasmtime_wasi::{I32Exit, p1};

use super::guest::Guest;
use super::{Job, WasmError, engine, host};

/// The function that is called where the plugin names none.
const ENTRY: &str = "helm_plugin_main";
/// What compilers have called first, the first of these that is there: the order of Extism.
const BEGINNINGS: [&str; 2] = ["_initialize", "__wasm_call_ctors"];
/// The stack of the thread; the plugin's own part of it is limited by the engine.
const STACK: usize = 4 << 20;
/// A plugin whose time is over has so long to notice.
const GRACE: Duration = Duration::from_millis(500);

/// How a plugin ended that did not fail.
pub(super) enum Ended {
    /// With 0, and this.
    Answer(Vec<u8>),
    /// With another number.
    Code(u32),
}

type Outcome = Result<Ended, WasmError>;

/// What happens to a plugin.
enum Event {
    /// Its code is made, and its time begins.
    Compiled,
    Ended(Outcome),
}

/// The plugins that run now, and who waits for each.
static RUNNING: Mutex<BTreeMap<u64, (Engine, Sender<Event>)>> = Mutex::new(BTreeMap::new());

/// Runs a plugin; code that is made for it is kept in the folder `kept`.
///
/// # Errors
/// See [`super::invoke`].
pub(super) fn run(job: Job, kept: &Path) -> Outcome {
    let engine = engine::new(kept)?;
    let timeout = Some(Duration::from_millis(job.sandbox.timeout)).filter(|time| !time.is_zero());
    let (sender, events) = channel();
    let _listed = Listed::new(engine.clone(), sender.clone());
    let its_engine = engine.clone();
    let work = move || {
        let play = AssertUnwindSafe(|| {
            let module = engine::compile(&its_engine, &job.wasm)?;
            // Nobody may be waiting any more.
            let _ = sender.send(Event::Compiled);
            play(&its_engine, &module, &job)
        });
        let outcome = catch_unwind(play).unwrap_or_else(|_| Err(WasmError::Call("it crashed".to_owned())));
        let _ = sender.send(Event::Ended(outcome));
    };
    thread::Builder::new()
        .stack_size(STACK)
        .spawn(work)
        .map_err(|error| WasmError::Create(error.to_string()))?;
    if let Ok(Event::Ended(outcome)) = events.recv() {
        return outcome;
    }
    wait(&engine, &events, timeout)
}

/// Waits until a plugin whose time has begun ends.
fn wait(engine: &Engine, events: &Receiver<Event>, timeout: Option<Duration>) -> Outcome {
    let received = match timeout {
        Some(timeout) => events.recv_timeout(timeout),
        None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    if let Ok(Event::Ended(outcome)) = received {
        return outcome;
    }
    engine.increment_epoch();
    // One that waits for something in a function of ours is left to itself.
    let _ = events.recv_timeout(GRACE);
    let timeout = timeout.unwrap_or_default().as_millis();
    Err(WasmError::Call(format!(
        "it takes longer than its timeout of {timeout} ms"
    )))
}

fn play(engine: &Engine, module: &Module, job: &Job) -> Outcome {
    let create = |error: wasmtime::Error| WasmError::Create(said(&error));
    let mut store = Store::new(engine, Guest::new(job).map_err(create)?);
    store.limiter(|guest| &mut guest.limits);
    store.set_epoch_deadline(1);
    let instance = instantiate(&mut store, module).map_err(create)?;
    let entry = Some(job.sandbox.entry.as_str()).filter(|name| !name.is_empty());
    let code = call(&mut store, instance, entry.unwrap_or(ENTRY)).map_err(WasmError::Call)?;
    if let Some(complaint) = store.data().complaint() {
        return Err(WasmError::Call(complaint));
    }
    Ok(match code {
        0 => Ended::Answer(store.data().answer()),
        code => Ended::Code(code),
    })
}

fn instantiate(store: &mut Store<Guest>, module: &Module) -> wasmtime::Result<Instance> {
    let mut linker = Linker::new(store.engine());
    host::link(&mut linker)?;
    p1::add_to_linker_sync(&mut linker, |guest: &mut Guest| &mut guest.wasi)?;
    linker.instantiate(store, module)
}

/// Calls a function by its name, and before it what the plugin's language needs. Returns the number that it ends with.
fn call(store: &mut Store<Guest>, instance: Instance, name: &str) -> Result<u32, String> {
    let function = instance
        .get_func(&mut *store, name)
        .ok_or_else(|| format!("unknown function: {name}"))?;
    let kind = function.ty(&*store);
    let (params, results) = (kind.params().len(), kind.results().len());
    if results > 1 {
        return Err(format!("function {name} has {results} results, expected 0 or 1"));
    }
    if params > 0 {
        return Err(format!("expected {params} params, but passed 0"));
    }
    begin(store, instance).map_err(|error| format!("failed to initialize runtime: {}", said(&error)))?;
    let mut values = vec![Val::I32(0); results];
    match function.call(&mut *store, &[], &mut values) {
        Ok(()) => Ok(values.first().map_or(0, number)),
        Err(error) => match error.downcast_ref::<I32Exit>() {
            Some(I32Exit(0)) => Ok(0),
            _ => Err(said(&error)),
        },
    }
}

/// Calls what compilers have called first.
fn begin(store: &mut Store<Guest>, instance: Instance) -> wasmtime::Result<()> {
    if let Ok(haskell) = instance.get_typed_func::<(i32, i32), ()>(&mut *store, "hs_init") {
        if let Ok(first) = instance.get_typed_func::<(), ()>(&mut *store, BEGINNINGS[0]) {
            first.call(&mut *store, ())?;
        }
        return haskell.call(store, (0, 0));
    }
    for name in BEGINNINGS {
        if let Ok(first) = instance.get_typed_func::<(), ()>(&mut *store, name) {
            return first.call(store, ());
        }
    }
    Ok(())
}

/// A result as the code of an exit, of which only 32 bits count.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the other bits do not count"
)]
fn number(value: &Val) -> u32 {
    match value {
        Val::I32(number) => *number as u32,
        Val::I64(number) => *number as u32,
        _ => 0,
    }
}

/// An error, without the places in the plugin's code.
fn said(error: &wasmtime::Error) -> String {
    if let Some(I32Exit(code)) = error.downcast_ref() {
        return format!("module closed with exit_code({code})");
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => "it was told to stop".to_owned(),
        _ => error.root_cause().to_string(),
    }
}

/// A plugin that is known to [`end_all`].
struct Listed(u64);

impl Listed {
    fn new(engine: Engine, waiting: Sender<Event>) -> Self {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let number = running.last_key_value().map_or(0, |(last, _)| last + 1);
        running.insert(number, (engine, waiting));
        Listed(number)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.0);
    }
}

/// Stops all plugins that run.
pub(in crate::plugins) fn end_all() {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    for (engine, waiting) in running.values() {
        engine.increment_epoch();
        // It may have ended by itself.
        let stopped = WasmError::Call("it was told to stop".to_owned());
        let _ = waiting.send(Event::Ended(Err(stopped)));
    }
}
