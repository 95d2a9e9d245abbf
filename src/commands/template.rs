//! `template`.

use std::mem::ManuallyDrop;
use std::path::PathBuf;

use chart::{Chart, ConfigureError, ConfigureFault, ConfigureOptions, ConfiguredChart, Map};
use release::manifest::{ManifestOptions, Reader, post_rendered};
use release::{DryRun, InstallOptions, Plan};
use templates::{ReleaseInfo, RenderInput};

use crate::args::dry_run::DryRunArgs;
use crate::args::install::InstallArgs;
use crate::args::render::RenderArgs;
use crate::args::seed::SeedArgs;
use crate::context::{Context, Rendering};
use crate::error::{CommandError, Result};
use crate::output::files::Folder;
use crate::output::manifest::{ShowOnly, Stream, unread_text};
use crate::output::unread;

/// locally render templates
///
/// Any values that would normally be looked up or retrieved in-cluster will be faked locally. Additionally, none of the
/// server-side testing of chart validity (e.g. whether an API is supported) is done.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Helm's")]
pub(crate) struct Template {
    #[arg(value_name = "[NAME] [CHART]", required = true)]
    operands: Vec<String>,
    /// only show manifests rendered from the given templates
    #[arg(short, long, value_name = "stringArray")]
    show_only: Vec<String>,
    /// writes the executed templates to files in output-dir instead of stdout
    #[arg(long, value_name = "string")]
    output_dir: Option<PathBuf>,
    /// include CRDs in the templated output
    #[arg(long)]
    include_crds: bool,
    /// skip tests from templated output
    #[arg(long)]
    skip_tests: bool,
    /// set .Release.IsUpgrade instead of .Release.IsInstall
    #[arg(long)]
    is_upgrade: bool,
    /// use release name in the output-dir path.
    #[arg(long)]
    release_name: bool,
    /// simulates the operation either client-side or server-side. Must be either: "client", or "server".
    #[command(flatten)]
    dry_run: DryRunArgs,
    /// deprecated
    #[arg(long, hide = true, conflicts_with = "dry_run")]
    validate: bool,
    #[command(flatten)]
    seed: SeedArgs,
    #[command(flatten)]
    render: RenderArgs,
    #[command(flatten)]
    install: InstallArgs,
}

/// Said below an error when there is output that could be looked at.
const LOOK_AT_IT: &str = "\n\nUse --debug flag to render out invalid YAML";

impl Template {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let form = if self.validate {
            DryRun::Server
        } else {
            self.dry_run.read_for_template(cx)?
        };
        let capabilities = self.render.capabilities()?;
        let clock = cx.clock(self.seed.clock(cx)?);
        let (name, reference) =
            self.install
                .name
                .name_and_chart(&self.operands, Some("release-name"), &clock)?;
        let rendering = self.install.rendering(cx)?;
        let chart = self.install.source.locate(cx, reference)?;
        let values = self.install.values.read(cx)?;
        let witness = cx.witness(&values);
        let rendering = Rendering {
            witness: witness.clone(),
            clock: Some(clock),
            ..rendering
        };
        let missing = self.install.dependency_update.into();
        let chart = self.install.source.read_installable(cx, &chart, missing)?;
        if form == DryRun::Server {
            let plan = self.plan_on_server(cx, &name, (chart, values), rendering)?;
            unread::warn(cx.ui(), witness.as_deref());
            return self.write(cx, &plan, &name);
        }
        let release = ReleaseInfo {
            name: name.clone(),
            namespace: cx.namespace().to_owned(),
            revision: 1,
            is_install: !self.is_upgrade,
            is_upgrade: self.is_upgrade,
        };
        let options = ConfigureOptions {
            skip_schema_validation: self.install.skip_schema_validation,
        };
        validate_name(cx, &name)?;
        let outcome = chart.configure(&values, &options);
        cx.ui().remarks(ConfiguredChart::remarks_of(&outcome));
        // The process ends soon: taking all of it apart would only take time.
        let chart = ManuallyDrop::new(outcome.inspect_err(|error| tell(cx, error))?);
        release::check_options(&self.install.options()?)?;
        let input = RenderInput {
            release,
            capabilities,
        };
        let plan = self
            .plan(cx, &chart, (&input, rendering))
            .map_err(|error| with_look(cx, error))?;
        let plan = ManuallyDrop::new(plan);
        cx.ui().remarks(&plan.remarks());
        unread::warn(cx.ui(), witness.as_deref());
        self.write(cx, &plan, &name)
    }

    /// Asks a cluster what it is, what there is, and whether it knows the kinds of the objects; nothing is sent.
    fn plan_on_server(
        &self,
        cx: &Context,
        name: &str,
        (chart, values): (Chart, Map),
        rendering: Rendering,
    ) -> Result<Plan> {
        let options = InstallOptions {
            dry_run: DryRun::Server,
            is_upgrade: self.is_upgrade,
            ..self.install.options()?
        };
        let crds = Plan::default().with_crds(&chart);
        let release = cx.block_on(async {
            let actions = cx.actions(rendering).await?;
            let release = release::install(&actions, name, chart, values, &options).await;
            release.map_err(|error| match error {
                release::Error::Render(_) | release::Error::PostRender(_) | release::Error::Plan(_) => {
                    with_look(cx, error.into())
                }
                error => error.into(),
            })
        })?;
        let plan = Plan::from_release(&release)?;
        Ok(if self.include_crds {
            Plan {
                crds: crds.crds,
                ..plan
            }
        } else {
            plan
        })
    }

    fn plan(
        &self,
        cx: &Context,
        chart: &ConfiguredChart,
        (input, rendering): (&RenderInput, Rendering),
    ) -> Result<Plan> {
        release::check_kube_version(chart.chart(), &input.capabilities)?;
        let mut renderer = templates::Renderer {
            is_last: true,
            ..cx.renderer(rendering)
        };
        let reader = Reader::of_heads().follow(&mut renderer);
        let mut rendered = renderer.render(chart, input).map_err(|error| *error)?;
        rendered.take_notes();
        let files = post_rendered(rendered.files, renderer.post_render.as_deref())?;
        match Plan::read_by(&reader, &files, &rendered.broken) {
            Ok(plan) if self.include_crds => Ok(plan.with_crds(chart.chart())),
            Ok(plan) => Ok(plan),
            Err(mut error) => {
                if cx.ui().is_debug() {
                    cx.ui().data(unread_text(&files, &rendered.broken))?;
                }
                if cx.ui().has_room() && renderer.post_render.is_none() {
                    error.find_origins(&renderer, chart, input);
                }
                Err(error.into())
            }
        }
    }

    fn write(&self, cx: &Context, plan: &Plan, name: &str) -> Result {
        let options = ManifestOptions {
            include_crds: self.include_crds,
            hide_secrets: false,
        };
        let is_shown = |hook: &&release::Hook| !(self.skip_tests && hook.is_test());
        let hooks: Vec<_> = if self.install.apply.no_hooks {
            Vec::new()
        } else {
            plan.hooks.iter().filter(is_shown).collect()
        };
        if let Some(folder) = &self.output_dir {
            let crds = if self.include_crds {
                plan.crds.as_slice()
            } else {
                &[]
            };
            let mut out = Folder::new(cx.ui());
            for crd in crds {
                out.write(folder, &crd.path, &crd.text)?;
            }
            let folder = if self.release_name {
                folder.join(name)
            } else {
                folder.clone()
            };
            for resource in &plan.resources {
                out.write(&folder, &resource.path, &resource.text)?;
            }
            for hook in hooks {
                out.append(&folder, &hook.path, &hook.manifest)?;
            }
            // What is in files is not in the stream.
            return self.show(cx, &Stream::new(Vec::new(), Vec::new()));
        }
        self.show(
            cx,
            &Stream::new(plan.manifest_pieces(options), Plan::hook_pieces(hooks)),
        )
    }

    fn show(&self, cx: &Context, stream: &Stream<'_>) -> Result {
        if self.show_only.is_empty() {
            return Ok(cx.ui().pieces(stream.pieces())?);
        }
        Ok(cx.ui().data(ShowOnly(&self.show_only).pick(stream)?)?)
    }
}

/// The hint of Helm, which a script may look for.
fn with_look(cx: &Context, error: CommandError) -> CommandError {
    if cx.ui().is_debug() {
        error
    } else {
        error.followed_by(LOOK_AT_IT)
    }
}

/// Logs that the subcharts cannot be sorted out, as Helm does.
fn tell(cx: &Context, error: &ConfigureError) {
    if let ConfigureFault::Dependencies(reason) = &error.cause {
        let (step, reason) = (error.to_string(), reason.to_string());
        cx.ui().log("ERROR", &[("msg", &step), ("error", &reason)]);
    }
}

fn validate_name(cx: &Context, name: &str) -> Result {
    let step = "release name check failed";
    release::validate_name(name).map_err(|error| {
        let error = CommandError::from(error).during(&format!("release name {name:?}"));
        cx.ui().log("ERROR", &[("msg", step), ("error", error.message())]);
        error.during(step)
    })
}
