//! `Renderer`: a configured chart to text.

use crate::capabilities::Capabilities;
use crate::engine;
use crate::error::Error;
use crate::lookup::{Lookup, Offline};
use crate::post_render::PostRender;
use crate::rendered::Rendered;
use crate::scope;
use crate::sprig::Clock;
use chart::{Chart, ConfiguredChart, Map};
use std::sync::Arc;

/// How charts are rendered.
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
    /// Returns the first template that does not parse or fails, in Helm's order and words.
    pub fn render(&self, chart: &ConfiguredChart, input: &RenderInput) -> Result<Rendered, Box<Error>> {
        let (rendered, mut errors) = self.run((chart.chart(), chart.values()), input, Failing::StopsAll);
        if errors.is_empty() {
            Ok(rendered)
        } else {
            Err(Box::new(errors.swap_remove(0)))
        }
    }

    /// Renders what can be rendered, and returns all errors besides.
    ///
    /// The first error is the one that [`render`](Self::render) returns; later ones may be consequences of it, since
    /// templates can change what others see. When any template does not parse, nothing is rendered.
    pub fn render_all(&self, chart: &ConfiguredChart, input: &RenderInput) -> (Rendered, Vec<Error>) {
        self.run((chart.chart(), chart.values()), input, Failing::StopsItself)
    }

    pub(crate) fn run(
        &self,
        (chart, values): (&Chart, &Map),
        input: &RenderInput,
        failing: Failing,
    ) -> (Rendered, Vec<Error>) {
        stacker::grow(STACK_BYTES, || {
            let sources = scope::sources(chart, values, input);
            engine::render(self, &sources, STACK_BYTES / 8 * 7, failing)
        })
    }
}

/// What happens after a template failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failing {
    /// Nothing more is rendered.
    StopsAll,
    /// The others are rendered.
    StopsItself,
}
