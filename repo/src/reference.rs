//! `ChartRef`: how a user names a chart. Pure: nothing is looked up here.

use std::path::PathBuf;

/// A reference to a chart, by its form alone.
///
/// Helm decides by looking at the disk first: an existing path wins over every other reading
/// (`pkg/action/install.go`, `LocateChart`). [`Archive::on_this_machine`](crate::Archive::on_this_machine) does that look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartRef {
    /// A path that can be nothing else: absolute, or beginning with a dot.
    Path(PathBuf),
    /// `name/chart`, by the name that the repository was added under; or a path below the current folder.
    Named {
        /// The repository's name.
        repository: String,
        /// The chart's name in it.
        chart: String,
    },
    /// A word without a slash: only a path can be meant, or a mistake.
    Word(String),
    /// The URL of an archive.
    Url(String),
    /// A chart in an OCI registry: `oci://host/path/chart`.
    Oci(String),
}

impl ChartRef {
    /// Reads a reference; every text has a reading.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.starts_with("oci://") {
            return ChartRef::Oci(text.to_owned());
        }
        if text.contains("://") {
            return ChartRef::Url(text.to_owned());
        }
        if text.starts_with(['/', '.']) {
            return ChartRef::Path(PathBuf::from(text));
        }
        match text.split_once('/') {
            Some((repository, chart)) => ChartRef::Named {
                repository: repository.to_owned(),
                chart: chart.to_owned(),
            },
            None => ChartRef::Word(text.to_owned()),
        }
    }

    /// The path that the reference would be, if there is something at it.
    pub(crate) fn as_path(&self) -> Option<PathBuf> {
        match self {
            ChartRef::Path(path) => Some(path.clone()),
            ChartRef::Named { repository, chart } => Some(PathBuf::from(format!("{repository}/{chart}"))),
            ChartRef::Word(word) => Some(PathBuf::from(word)),
            ChartRef::Url(_) | ChartRef::Oci(_) => None,
        }
    }
}

/// The reference as it was given.
impl std::fmt::Display for ChartRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ChartRef::Path(path) => write!(f, "{}", path.display()),
            ChartRef::Named { repository, chart } => write!(f, "{repository}/{chart}"),
            ChartRef::Word(text) | ChartRef::Url(text) | ChartRef::Oci(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ChartRef;

    #[test]
    fn the_form_tells_the_kind() {
        assert_eq!(ChartRef::parse("./web"), ChartRef::Path("./web".into()));
        assert_eq!(
            ChartRef::parse("/srv/web.tgz"),
            ChartRef::Path("/srv/web.tgz".into())
        );
        assert_eq!(ChartRef::parse(" web "), ChartRef::Word("web".into()));
        let named = ChartRef::Named {
            repository: "bitnami".into(),
            chart: "nginx".into(),
        };
        assert_eq!(ChartRef::parse("bitnami/nginx"), named);
        assert_eq!(
            ChartRef::parse("oci://host/web"),
            ChartRef::Oci("oci://host/web".into())
        );
        assert_eq!(
            ChartRef::parse("https://host/web.tgz"),
            ChartRef::Url("https://host/web.tgz".into())
        );
    }
}
