//! `extism:host/env`: the functions that a plugin may call.

use wasmtime::{Caller, Error, Linker, Result};

use super::guest::Guest;
use super::request;

/// The module that they are in.
const ENV: &str = "extism:host/env";
/// The level at which nothing is logged.
const SILENT: i32 = i32::MAX;

type Host<'a> = Caller<'a, Guest>;

/// Gives a plugin all of them.
///
/// # Errors
/// None but those of the library.
pub(super) fn link(linker: &mut Linker<Guest>) -> Result<()> {
    blocks(linker)?;
    messages(linker)?;
    variables(linker)?;
    requests(linker)?;
    logs(linker)
}

fn blocks(linker: &mut Linker<Guest>) -> Result<()> {
    linker
        .func_wrap(ENV, "alloc", |mut host: Host, length: u64| {
            host.data_mut().blocks.alloc(length)
        })?
        .func_wrap(ENV, "free", |mut host: Host, at: u64| {
            host.data_mut().blocks.free(at);
        })?
        .func_wrap(ENV, "length", |host: Host, at: u64| host.data().blocks.length(at))?
        .func_wrap(ENV, "length_unsafe", |host: Host, at: u64| {
            host.data().blocks.length(at)
        })?
        .func_wrap(ENV, "load_u8", |host: Host, at: u64| {
            byte(host.data().blocks.load::<1>(at))
        })?
        .func_wrap(ENV, "load_u64", |host: Host, at: u64| {
            host.data().blocks.load::<8>(at)
        })?
        .func_wrap(ENV, "store_u8", |mut host: Host, at: u64, value: u32| {
            host.data_mut().blocks.store::<1>(at, u64::from(value));
        })?
        .func_wrap(ENV, "store_u64", |mut host: Host, at: u64, value: u64| {
            host.data_mut().blocks.store::<8>(at, value);
        })?
        .func_wrap(ENV, "memory_bytes", |host: Host| host.data().blocks.size())?;
    Ok(())
}

fn messages(linker: &mut Linker<Guest>) -> Result<()> {
    linker
        .func_wrap(ENV, "input_offset", |host: Host| host.data().input.0)?
        .func_wrap(ENV, "input_length", |host: Host| host.data().input.1)?
        .func_wrap(ENV, "input_load_u8", |host: Host, at: u64| {
            byte(input::<1>(host.data(), at))
        })?
        .func_wrap(ENV, "input_load_u64", |host: Host, at: u64| {
            input::<8>(host.data(), at)
        })?
        .func_wrap(ENV, "input_set", |mut host: Host, at: u64, length: u64| {
            host.data_mut().input = (at, length);
        })?
        .func_wrap(ENV, "output_set", |mut host: Host, at: u64, length: u64| {
            host.data_mut().output = (at, length);
        })?
        .func_wrap(ENV, "output_offset", |host: Host| host.data().output.0)?
        .func_wrap(ENV, "output_length", |host: Host| host.data().output.1)?
        .func_wrap(ENV, "error_set", |mut host: Host, at: u64| {
            host.data_mut().error = at
        })?
        .func_wrap(ENV, "error_get", |host: Host| host.data().error)?
        .func_wrap(ENV, "reset", |mut host: Host| {
            let guest = host.data_mut();
            (guest.output, guest.error) = ((0, 0), 0);
        })?;
    Ok(())
}

/// Bytes of the input as a number; 0 where it has no more.
fn input<const N: usize>(guest: &Guest, at: u64) -> u64 {
    let (start, length) = guest.input;
    let is_within = at.checked_add(N as u64).is_some_and(|end| end <= length);
    if is_within {
        guest.blocks.load::<N>(start.saturating_add(at))
    } else {
        0
    }
}

fn byte(number: u64) -> u32 {
    u32::try_from(number & 0xff).unwrap_or(0)
}

fn variables(linker: &mut Linker<Guest>) -> Result<()> {
    linker
        .func_wrap(ENV, "config_get", |mut host: Host, name: u64| {
            let guest = host.data_mut();
            let value = guest.config.get(&guest.text(name)).cloned();
            value.map_or(0, |value| guest.blocks.put(value.as_bytes()))
        })?
        .func_wrap(ENV, "var_get", |mut host: Host, name: u64| {
            let guest = host.data_mut();
            let key = taken(guest, name);
            match guest.variables.get(&key) {
                Some(value) => guest.blocks.put(value),
                None => 0,
            }
        })?
        .func_wrap(ENV, "var_set", |mut host: Host, name: u64, value: u64| {
            let guest = host.data_mut();
            let key = taken(guest, name);
            if value == 0 {
                guest.variables.remove(&key);
                return Ok(());
            }
            let bytes = guest.blocks.get(value).to_vec();
            guest.blocks.free(value);
            guest.variables.set(key, bytes).map_err(Error::msg)
        })?;
    Ok(())
}

/// The text of a block, which is given back.
fn taken(guest: &mut Guest, block: u64) -> String {
    let text = guest.text(block);
    guest.blocks.free(block);
    text
}

fn requests(linker: &mut Linker<Guest>) -> Result<()> {
    linker
        .func_wrap(ENV, "http_request", |mut host: Host, about: u64, body: u64| {
            let guest = host.data_mut();
            let about = taken(guest, about);
            let content = guest.blocks.get(body).to_vec();
            guest.blocks.free(body);
            let answer = request::send(guest, &about, content).map_err(Error::msg)?;
            Ok::<_, Error>(guest.blocks.put(&answer))
        })?
        .func_wrap(ENV, "http_status_code", |host: Host| {
            u32::from(host.data().status)
        })?
        .func_wrap(ENV, "http_headers", |mut host: Host| {
            let guest = host.data_mut();
            let headers = chart::json::to_string(&guest.headers).unwrap_or_default();
            guest.blocks.put(headers.as_bytes())
        })?;
    Ok(())
}

/// Nothing is logged, as in Helm, which leaves Extism's level where it is.
fn logs(linker: &mut Linker<Guest>) -> Result<()> {
    for name in ["log_trace", "log_debug", "log_info", "log_warn", "log_error"] {
        linker.func_wrap(ENV, name, |mut host: Host, text: u64| {
            host.data_mut().blocks.free(text);
        })?;
    }
    linker.func_wrap(ENV, "get_log_level", || SILENT)?;
    Ok(())
}
