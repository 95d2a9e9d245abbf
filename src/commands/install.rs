//! `install`.

use chart::{Chart, Map};
use release::{DryRun, InstallOptions, Preview, Release};
use templates::Capabilities;

use crate::args::dry_run::DryRunArgs;
use crate::args::install::InstallArgs;
use crate::args::output::OutputArgs;
use crate::context::{Context, Rendering};
use crate::error::Result;
use crate::output::progress::Teller;
use crate::output::release::{Part, status_text};
use crate::output::unread;

/// install a chart
#[derive(Debug, clap::Args)]
pub(crate) struct Install {
    #[arg(value_name = "[NAME] [CHART]", required = true)]
    operands: Vec<String>,
    /// hide Kubernetes Secrets when also using the --dry-run flag
    #[arg(long)]
    hide_secret: bool,
    #[command(flatten)]
    dry_run: DryRunArgs,
    #[command(flatten)]
    install: InstallArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Install {
    pub(crate) fn run(self, cx: &Context) -> Result {
        self.install.wait.warn(cx);
        let dry_run = self.dry_run.read(cx)?;
        let release = self
            .install(cx, dry_run)
            .map_err(|error| error.during("INSTALLATION FAILED"))?;
        let notes = (!self.install.hide_notes).then_some(Part::Notes);
        print(cx, &release, &self.output, notes)
    }

    fn install(&self, cx: &Context, dry_run: DryRun) -> Result<Release> {
        let (name, reference) = self
            .install
            .name
            .name_and_chart(&self.operands, None, &cx.clock(None))?;
        let options = InstallOptions {
            dry_run,
            hide_secrets: self.hide_secret,
            ..self.install.options()?
        };
        run(
            cx,
            &self.install,
            &Target {
                name: &name,
                reference,
            },
            &options,
        )
    }
}

/// What is installed, and as what.
pub(super) struct Target<'a> {
    pub(super) name: &'a str,
    pub(super) reference: &'a str,
}

/// Installs a chart, or shows what would be installed; `upgrade --install` comes here as well.
///
/// # Errors
/// When the chart or the values cannot be read, and what the installation says.
pub(super) fn run(
    cx: &Context,
    args: &InstallArgs,
    target: &Target<'_>,
    options: &InstallOptions,
) -> Result<Release> {
    let rendering = args.rendering(cx)?;
    let chart = args.source.locate(cx, target.reference)?;
    let values = args.values.read(cx)?;
    let chart = args
        .source
        .read_installable(cx, &chart, args.dependency_update.into())?;
    let witness = cx.witness(&values);
    let rendering = Rendering {
        witness: witness.clone(),
        ..rendering
    };
    let release = install(cx, (target, chart, values), rendering, options)?;
    unread::warn(cx.ui(), witness.as_deref());
    Ok(release)
}

fn install(
    cx: &Context,
    (target, chart, values): (&Target<'_>, Chart, Map),
    rendering: Rendering,
    options: &InstallOptions,
) -> Result<Release> {
    if options.dry_run == DryRun::Client {
        let place = Preview {
            renderer: cx.renderer(rendering),
            capabilities: Capabilities::offline(),
            namespace: cx.namespace(),
            now: cx.now(),
            observer: &Teller::new(cx.ui().clone()),
        };
        return Ok(release::preview(place, target.name, chart, values, options)?);
    }
    cx.block_on(async {
        let farewell = farewell(target.name);
        let actions = cx.actions_saying(rendering, farewell).await?;
        Ok(release::install(&actions, target.name, chart, values, options).await?)
    })
}

/// What Helm prints when a signal stops an installation or an upgrade.
pub(super) fn farewell(name: &str) -> Option<String> {
    Some(format!("Release {name} has been cancelled."))
}

/// Prints the release as Helm's `install` does, its notes only when they are named.
///
/// # Errors
/// When it cannot be written.
pub(super) fn print(cx: &Context, release: &Release, output: &OutputArgs, notes: Option<Part>) -> Result {
    let debug = cx.ui().is_debug().then_some(Part::Debug);
    let parts: Vec<Part> = debug.into_iter().chain(notes).collect();
    cx.ui().data(
        output
            .output
            .render(release, || status_text(release, &parts, cx.ui().paint()))?,
    )?;
    Ok(())
}
