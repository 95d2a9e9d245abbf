//! The parts of a chart as text, each with the lines that Helm puts around it.

use chart::{Chart, yaml};

use crate::error::Result;

/// A chart in parts.
pub(super) struct Parts<'a>(pub(super) &'a Chart);

const CUT: &str = "---\n";
const READMES: [&str; 3] = ["readme.md", "readme.txt", "readme"];

impl Parts<'_> {
    /// Every part there is.
    ///
    /// # Errors
    /// As [`Parts::definition`].
    pub(super) fn all(&self) -> Result<String> {
        let mut text = self.definition()?;
        for part in [self.values(), self.readme()].into_iter().flatten() {
            text.push_str(CUT);
            text.push_str(&part);
        }
        Ok(text + &self.crds())
    }

    /// `Chart.yaml`, written anew.
    ///
    /// # Errors
    /// When it has no YAML form.
    pub(super) fn definition(&self) -> Result<String> {
        Ok(format!("{}\n", yaml::serialize(&self.0.metadata)?))
    }

    /// `values.yaml` as it is.
    pub(super) fn values(&self) -> Option<String> {
        let file = self.0.raw_file("values.yaml")?;
        Some(format!("{}\n", file.text()))
    }

    /// The first file that is a README by its name.
    pub(super) fn readme(&self) -> Option<String> {
        let is_readme = |name: &str| READMES.iter().any(|known| name.eq_ignore_ascii_case(known));
        let file = self.0.files.iter().find(|file| is_readme(&file.name))?;
        Some(format!("{}\n", file.text()))
    }

    /// The definitions in `crds/`, those of subcharts included.
    pub(super) fn crds(&self) -> String {
        let mut text = String::new();
        for crd in self.0.crds() {
            if !crd.file.data.starts_with(b"---") {
                text.push_str(CUT);
            }
            text.push_str(&crd.file.text());
            text.push('\n');
        }
        text
    }
}
