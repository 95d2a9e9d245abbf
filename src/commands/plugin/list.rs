//! `plugin list`.

use std::path::Path;

use crate::context::Context;
use crate::error::Result;
use crate::output::table::Table;
use crate::plugins;

/// list installed Helm plugins
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// As in Helm, words are taken and mean nothing.
    #[arg(value_name = "", hide = true)]
    _words: Vec<String>,
    /// Plugin type
    #[arg(
        long = "type",
        value_name = "string",
        default_value = "",
        hide_default_value = true
    )]
    kind: String,
}

impl List {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let homes = &cx.settings().homes;
        let folder = Path::new(&homes.data).join("plugins");
        let mut table = Table::new();
        table.row(["NAME", "VERSION", "TYPE", "APIVERSION", "PROVENANCE", "SOURCE"]);
        for plugin in plugins::all(&homes.plugins, cx.ui())? {
            let metadata = &plugin.metadata;
            let kind = metadata.kind().to_string();
            if !self.kind.is_empty() && kind != self.kind {
                continue;
            }
            let source = match metadata.source_url.as_str() {
                "" => "unknown",
                url => url,
            };
            table.row([
                &metadata.name,
                &metadata.version,
                &kind,
                metadata.api_version,
                plugins::standing(metadata, &folder),
                source,
            ]);
        }
        Ok(cx.ui().data(table.render())?)
    }
}
