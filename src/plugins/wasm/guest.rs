//! What the host keeps for a plugin while it runs.

use std::collections::BTreeMap;

use repo::http::HttpOptions;
use wasmtime::{StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

use super::blocks::Blocks;
use super::{Job, Streams};

/// A page of WebAssembly's memory.
const PAGE: u64 = 65_536;
/// What a plugin may have that does not say how much it needs: as much as any program may write.
const PAGES: u32 = 16_384;
/// What Helm documents for answers and variables.
const BYTES: u64 = 4_096;
/// Entries of tables, all that programs of any size need.
const TABLE: usize = 1 << 20;

/// A plugin that runs.
pub(super) struct Guest {
    pub(super) wasi: WasiP1Ctx,
    pub(super) limits: StoreLimits,
    pub(super) blocks: Blocks,
    /// The block with what it is asked, and its length.
    pub(super) input: (u64, u64),
    /// The block with what it answers, and its length.
    pub(super) output: (u64, u64),
    /// The block with what went wrong.
    pub(super) error: u64,
    pub(super) config: BTreeMap<String, String>,
    pub(super) variables: Variables,
    pub(super) allowed_hosts: Vec<String>,
    /// How servers are reached.
    pub(super) http: HttpOptions,
    /// How large an answer of a server may be.
    pub(super) response_limit: u64,
    /// The last answer's status and headers.
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
}

/// What a plugin keeps under names of its own.
#[derive(Debug, Default)]
pub(super) struct Variables {
    values: BTreeMap<String, Vec<u8>>,
    limit: u64,
}

impl Guest {
    /// Everything that the job gives the plugin.
    ///
    /// # Errors
    /// When the temporary folder cannot be opened.
    pub(super) fn new(job: &Job) -> wasmtime::Result<Self> {
        let given = &job.sandbox.memory;
        let pages = if given.pages == 0 { PAGES } else { given.pages };
        let memory = u64::from(pages) * PAGE;
        let limits = StoreLimitsBuilder::new()
            .memory_size(usize::try_from(memory).unwrap_or(usize::MAX))
            .table_elements(TABLE)
            .memories(1)
            .instances(1)
            .tables(16);
        let mut blocks = Blocks::new(memory);
        let input = (blocks.put(job.input.as_bytes()), job.input.len() as u64);
        if input.0 == 0 {
            return Err(wasmtime::Error::msg("there is no room for what it is asked"));
        }
        Ok(Guest {
            wasi: wasi(job)?,
            limits: limits.build(),
            blocks,
            input,
            output: (0, 0),
            error: 0,
            config: job.sandbox.config.clone().unwrap_or_default(),
            variables: Variables {
                values: BTreeMap::new(),
                limit: bytes(given.variable_bytes, 1 << 20),
            },
            allowed_hosts: job.sandbox.allowed_hosts.clone().unwrap_or_default(),
            http: job.http.clone(),
            response_limit: bytes(given.response_bytes, 50 << 20),
            status: 0,
            headers: BTreeMap::new(),
        })
    }

    /// What the plugin said went wrong, if it said anything.
    pub(super) fn complaint(&self) -> Option<String> {
        let text = String::from_utf8_lossy(self.blocks.get(self.error)).into_owned();
        Some(text).filter(|text| !text.is_empty())
    }

    /// What the plugin answered.
    pub(super) fn answer(&self) -> Vec<u8> {
        let (start, length) = self.output;
        self.blocks.slice(start, length).unwrap_or_default().to_vec()
    }

    /// The text of a block.
    pub(super) fn text(&self, start: u64) -> String {
        String::from_utf8_lossy(self.blocks.get(start)).into_owned()
    }
}

/// A limit as it was configured: not at all, by a number, or by a negative one, which is Extism's own.
fn bytes(configured: Option<i64>, extism: u64) -> u64 {
    configured.map_or(BYTES, |bytes| u64::try_from(bytes).unwrap_or(extism))
}

/// The part of WASI that Helm grants: clocks, randomness, the streams and the environment that the job says, `/tmp`.
fn wasi(job: &Job) -> wasmtime::Result<WasiP1Ctx> {
    let mut builder = WasiCtxBuilder::new();
    builder.allow_tcp(false).allow_udp(false);
    match job.streams {
        Streams::All => {
            builder.inherit_stdio();
        }
        Streams::Output => {
            builder.inherit_stdout().inherit_stderr();
        }
        Streams::None => {}
    }
    for (name, value) in &job.environment {
        builder.env(name, value);
    }
    if let Some(folder) = &job.temporary {
        builder.preopened_dir(folder, "/tmp", FsPerms::ReadWrite)?;
    }
    Ok(builder.build_p1())
}

impl Variables {
    /// The value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Vec<u8>> {
        self.values.get(name)
    }

    /// Forgets a name.
    pub(super) fn remove(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// Remembers a value.
    ///
    /// # Errors
    /// When there may be none, or all of them would be too large together, in the words of Extism.
    pub(super) fn set(&mut self, name: String, value: Vec<u8>) -> Result<(), &'static str> {
        /// What Go's headers of a text and a list take, which Extism counts.
        const HEADERS: u64 = 40;
        if self.limit == 0 {
            return Err("Vars are disabled by this host");
        }
        self.values.remove(&name);
        let sizes = self
            .values
            .iter()
            .map(|(name, value)| (name.len() + value.len()) as u64 + HEADERS);
        let size = sizes.sum::<u64>() + (name.len() + value.len()) as u64 + HEADERS;
        if size >= self.limit {
            return Err("Variable store is full");
        }
        self.values.insert(name, value);
        Ok(())
    }
}
