//! `Renderer`: a configured chart to text.

use crate::ahead::Ahead;
use crate::capabilities::Capabilities;
use crate::engine;
use crate::error::Error;
use crate::follow::Follow;
use crate::gotmpl::{Limits, Origin};
use crate::lookup::{Lookup, Offline};
use crate::post_render::PostRender;
use crate::rendered::{Rendered, RenderedLine};
use crate::scope;
use crate::sprig::Clock;
use crate::unread::Witness;
use chart::{Chart, ConfiguredChart, Map};
use std::sync::Arc;

/// How charts are rendered.
#[derive(Clone)]
pub struct Renderer {
    /// What the rendering is for.
    pub mode: Mode,
    /// Whether a key that is not there is an error.
    pub is_strict: bool,
    /// Whether `getHostByName` asks the network.
    pub has_dns: bool,
    /// Whom `lookup` asks.
    pub lookup: Arc<dyn Lookup>,
    /// What time it is to the templates.
    pub clock: Clock,
    /// What changes the objects afterwards. [`render`](Self::render) leaves it to whoever makes a plan of the files.
    pub post_render: Option<Arc<dyn PostRender>>,
    /// How much the templates may do.
    pub limits: Limits,
    /// Who is told which of the user's values were not read.
    pub witness: Option<Arc<Witness>>,
    /// What has parsed templates already.
    pub ahead: Option<Arc<Ahead>>,
    /// Who gets each file as soon as it is rendered.
    pub follower: Option<Arc<dyn Follow>>,
    /// Whether nothing else is rendered before the process ends. The parsed templates are then left to the system, which
    /// takes all of its memory back at once.
    pub is_last: bool,
}

/// What a chart is rendered for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// To be used.
    #[default]
    Use,
    /// To be looked at: `required` and `fail` let everything pass, and `lookup` finds nothing.
    Lint,
}

/// What the templates see of the release and the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderInput {
    /// `.Release`
    pub release: ReleaseInfo,
    /// `.Capabilities`
    pub capabilities: Capabilities,
}

/// `.Release`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReleaseInfo {
    /// The name of the release.
    pub name: String,
    /// The namespace it goes to.
    pub namespace: String,
    /// Which revision it will be.
    pub revision: i64,
    /// Whether this is the first installation.
    pub is_install: bool,
    /// Whether this is an upgrade, or a rollback.
    pub is_upgrade: bool,
}

impl Default for Renderer {
    /// Renders for use, without a cluster or a network, in UTC.
    fn default() -> Self {
        Self {
            mode: Mode::Use,
            is_strict: false,
            has_dns: false,
            lookup: Arc::new(Offline),
            clock: Clock::utc(),
            post_render: None,
            limits: Limits::default(),
            witness: None,
            ahead: None,
            follower: None,
            is_last: false,
        }
    }
}

/// Templates may recurse 1000 includes deep by Helm's own limit, and each takes several frames. Only what is used of
/// this is ever backed by memory. It is a stack of its own on the caller's thread: on a thread of its own, glibc's
/// allocator would ask the system for memory page by page.
const STACK_BYTES: usize = 512 << 20;

impl Renderer {
    /// Renders a chart and its subcharts.
    ///
    /// # Errors
    ///
    /// Returns the first template that does not parse or fails, in Helm's order and words, and with it the others: when
    /// any template does not parse, all that do not; else all that fail.
    pub fn render(&self, chart: &ConfiguredChart, input: &RenderInput) -> Result<Rendered, Box<Error>> {
        let (rendered, errors) = match &self.witness {
            None => self.run((chart.chart(), chart.values()), input),
            Some(witness) => self.on_large_stack(|stack_bytes| {
                engine::render_before(self, (chart, input), (stack_bytes, witness))
            }),
        };
        match Error::first_of(errors) {
            None => Ok(rendered),
            Some(error) => Err(error),
        }
    }

    /// Does something on a stack that is large enough for templates; it is told how much of it they may use.
    pub(crate) fn on_large_stack<T>(&self, work: impl FnOnce(usize) -> T) -> T {
        stacker::grow(STACK_BYTES, || work(STACK_BYTES / 8 * 7))
    }

    /// Renders what can be rendered, and returns all errors besides, in the order of Helm, which ends at the first.
    pub(crate) fn run(&self, (chart, values): (&Chart, &Map), input: &RenderInput) -> (Rendered, Vec<Error>) {
        stacker::grow(STACK_BYTES, || {
            let sources = scope::sources(chart, values, input);
            let outcome = engine::render(self, &sources, STACK_BYTES / 8 * 7);
            self.let_go(sources);
            outcome
        })
    }

    /// Drops what a rendering was made with, unless the system does it faster.
    pub(crate) fn let_go<T>(&self, used: T) {
        if self.is_last {
            std::mem::forget(used);
        }
    }

    /// Says which parts of which templates wrote lines that [`render`](Self::render) returned. Each answer may be missing:
    /// templates that use random values or the time may write something else this time.
    ///
    /// This renders the chart once more.
    pub fn origins(
        &self,
        chart: &ConfiguredChart,
        input: &RenderInput,
        lines: &[RenderedLine],
    ) -> Vec<Option<Origin>> {
        stacker::grow(STACK_BYTES, || {
            let sources = scope::sources(chart.chart(), chart.values(), input);
            engine::origins(self, &sources, STACK_BYTES / 8 * 7, lines)
        })
    }
}
