//! `get all`.

use crate::args::revision::RevisionArgs;
use crate::context::Context;
use crate::error::Result;
use crate::output::release::{Part, status_text};
use crate::output::template_data::template_data;

/// download all information for a named release
#[derive(Debug, clap::Args)]
pub(crate) struct All {
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    #[command(flatten)]
    revision: RevisionArgs,
    /// go template for formatting the output, eg: {{.Release.Name}}
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    template: String,
}

impl All {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let release = cx.block_on(self.revision.read(cx, &self.name))?;
        if !self.template.is_empty() {
            let text = templates::render_data(&self.template, &template_data(&release))?;
            return Ok(cx.ui().data(text)?);
        }
        let parts = [Part::Chart, Part::Debug, Part::Notes];
        cx.ui().data(status_text(&release, &parts, cx.ui().paint())?)?;
        Ok(())
    }
}
