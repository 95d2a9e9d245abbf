//! `diff`.

mod releases;
mod charts;
mod values;
mod sides;

use release::diff::Secrecy;

use self::sides::Sides;
use crate::args::changes::ChangesArgs;
use crate::args::render::RenderArgs;
use crate::args::source::SourceArgs;
use crate::args::values::ValuesArgs;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::random;

/// show what is different: a release and its cluster, revisions, charts, or values files
///
/// diff RELEASE                   the objects in the cluster beside what the release says: drift
/// diff RELEASE REVISION          a revision beside the newest one
/// diff RELEASE REVISION REVISION two revisions
/// diff CHART CHART               two charts, rendered with the same values; REPO/NAME@VERSION names a version
/// diff FILE FILE                 two values files (.yaml, .yml, .json)
///
/// Nothing is changed anywhere. Of Secrets, and of values that are in one or are called a password or the like, it is only
/// said whether they differ; the digests that stand for them are others each time.
///
/// The exit code is 0 whether something differs or not, 2 with --exit-code if something does, and 1 after an error.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Diff {
    #[arg(value_name = "WHAT", required = true, num_args = 1..=3)]
    operands: Vec<String>,
    #[command(flatten)]
    changes: ChangesArgs,
    /// exit with 2 if something is different
    #[arg(long)]
    exit_code: bool,
    /// leave hooks out
    #[arg(long)]
    no_hooks: bool,
    /// leave out the CRDs of charts
    #[arg(long)]
    skip_crds: bool,
    /// name of the release that charts are rendered for
    #[arg(long, value_name = "string", default_value = "release-name")]
    release_name: String,
    #[command(flatten)]
    values: ValuesArgs,
    #[command(flatten)]
    render: RenderArgs,
    #[command(flatten)]
    source: SourceArgs,
}

/// The exit code when something is different and the code is to tell.
const DIFFERENT: u8 = 2;

impl Diff {
    pub(crate) fn run(mut self, cx: &Context) -> Result {
        // Nobody keeps the key: the digests of two runs cannot be compared.
        let secrecy = Secrecy::new(random::bytes::<32>());
        let set = match Sides::of(&self.operands, self.values.files())? {
            Sides::Drift(name) => releases::drift(cx, &name, &secrecy)?,
            Sides::Revisions(name, first, second) => {
                releases::revisions(cx, (&name, first, second), secrecy, self.no_hooks.into())?
            }
            Sides::Charts(first, second) => self.charts(cx, [&first, &second], secrecy)?,
            Sides::Values(first, second) => values::files(cx, [&first, &second], &secrecy)?,
        };
        self.changes.show(cx, &set)?;
        if self.exit_code && !set.is_empty() {
            return Err(CommandError::silent(DIFFERENT));
        }
        Ok(())
    }
}
