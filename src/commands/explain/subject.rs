//! What is explained: a chart, the values given to it, and how it is rendered.

use chart::values::{Origins, UserLayer};
use chart::{ConfigureOptions, ConfiguredChart, Map};
use templates::explain::Session;
use templates::{ReleaseInfo, RenderInput, Renderer};

use crate::args::name::NameArgs;
use crate::args::render::RenderArgs;
use crate::args::seed::SeedArgs;
use crate::args::source::SourceArgs;
use crate::args::values::ValuesArgs;
use crate::context::{Context, Rendering};
use crate::error::Result;

/// The flags of `template` that say what is rendered.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Helm's")]
pub(crate) struct SubjectArgs {
    /// set .Release.IsUpgrade instead of .Release.IsInstall
    #[arg(long)]
    is_upgrade: bool,
    /// if set, disables JSON schema validation
    #[arg(long)]
    skip_schema_validation: bool,
    /// enable DNS lookups when rendering templates
    #[arg(long)]
    enable_dns: bool,
    /// update dependencies if they are missing before rendering the chart
    #[arg(long)]
    dependency_update: bool,
    #[command(flatten)]
    seed: SeedArgs,
    #[command(flatten)]
    render: RenderArgs,
    #[command(flatten)]
    name: NameArgs,
    #[command(flatten)]
    values: ValuesArgs,
    #[command(flatten)]
    source: SourceArgs,
}

/// A chart with its values, ready to be rendered.
pub(super) struct Subject {
    pub(super) chart: ConfiguredChart,
    /// What the user gave, and what each flag alone says.
    pub(super) given: Map,
    pub(super) layers: Vec<UserLayer>,
    renderer: Renderer,
    input: RenderInput,
}

impl SubjectArgs {
    /// Reads the chart that `[NAME] CHART` names, and the values.
    ///
    /// # Errors
    /// When there is no such chart, or the values do not fit it.
    pub(super) fn read(&self, cx: &Context, operands: &[String]) -> Result<Subject> {
        let clock = self.seed.any_clock(cx)?;
        let (name, reference) = self.name.name_and_chart(operands, Some("release-name"), &clock)?;
        let archive = self.source.locate(cx, reference)?;
        let (values, layers) = self.values.read_layers(cx)?;
        let missing = self.dependency_update.into();
        let chart = self.source.read_installable(cx, &archive, missing)?;
        let options = ConfigureOptions {
            skip_schema_validation: self.skip_schema_validation,
        };
        let outcome = chart.configure(&values, &options);
        cx.ui().remarks(ConfiguredChart::remarks_of(&outcome));
        let chart = outcome?;
        let renderer = cx.renderer(Rendering {
            dns: self.enable_dns.into(),
            clock: Some(clock),
            ..Rendering::default()
        });
        Ok(Subject {
            chart,
            layers,
            given: values,
            renderer,
            input: RenderInput {
                release: ReleaseInfo {
                    name,
                    namespace: cx.namespace().to_owned(),
                    revision: 1,
                    is_install: !self.is_upgrade,
                    is_upgrade: self.is_upgrade,
                },
                capabilities: self.render.capabilities()?,
            },
        })
    }
}

impl Subject {
    /// Renders the chart with notes, and lets `work` ask.
    ///
    /// # Errors
    /// When the chart does not render, or as `work`.
    pub(super) fn ask<T>(&self, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T> {
        let asked = self.renderer.explain(&self.chart, &self.input, work);
        asked.map_err(|error| *error)?
    }

    /// Where the values are set.
    pub(super) fn origins(&self) -> Origins<'_> {
        Origins::new(self.chart.chart(), self.layers.clone())
    }
}
