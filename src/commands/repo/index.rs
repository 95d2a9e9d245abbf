//! `repo index`.

use std::path::{Path, PathBuf};

use chart::FileError;

use crate::args::path;
use crate::context::Context;
use crate::error::{CommandError, Result};

/// generate an index file given a directory containing packaged charts
///
/// Read the directory, generate an index file based on the charts found and write the result to 'index.yaml' in it. To set
/// an absolute URL to the charts, use '--url' flag.
///
/// To merge the generated index with an existing index file, use the '--merge' flag. In this case, the charts found in the
/// directory will be merged into the index passed in with --merge, with local charts taking priority over existing charts.
#[derive(Debug, clap::Args)]
pub(crate) struct Index {
    #[arg(value_name = "[DIR]")]
    folder: String,
    /// url of chart repository
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    url: String,
    /// merge the generated index into the given index
    #[arg(long, value_name = "string")]
    merge: Option<PathBuf>,
    /// output in JSON format
    #[arg(long)]
    json: bool,
}

impl Index {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let folder = path::absolute(&self.folder)?;
        let now = cx.now().to_string();
        let mut index = repo::index::Index::of_folder(&folder, &self.url, &now)?;
        if let Some(file) = self.merge.as_deref().filter(|file| !file.as_os_str().is_empty()) {
            index.merge(self.other(cx, file, &now)?);
        }
        index.sort();
        self.write(&index, &folder.join("index.yaml"))
    }

    /// The index to merge with; where there is none, an empty one is made.
    fn other(&self, cx: &Context, file: &Path, now: &str) -> Result<repo::index::Index> {
        if !file.exists() {
            let empty = repo::index::Index::new(now.to_owned());
            self.write(&empty, file)?;
            return Ok(empty);
        }
        let failed = |error: CommandError| error.during("merge failed");
        let bytes = std::fs::read(file).map_err(|err| failed(FileError::new("open", file, &err).into()))?;
        let source = file.display().to_string();
        let (index, remarks) = repo::index::Index::read(&bytes, &source)
            .map_err(|error| failed(CommandError::from(error).during(&format!("error loading {source}"))))?;
        remarks.iter().for_each(|remark| cx.ui().remark(remark));
        Ok(index)
    }

    fn write(&self, index: &repo::index::Index, file: &Path) -> Result {
        let text = if self.json {
            index.to_json()
        } else {
            index.to_yaml()?
        };
        Ok(repo::write_file(file, text.as_bytes())?)
    }
}
