//! An index as text.

use chart::{json, yaml};

use super::Index;

impl Index {
    /// As YAML, as Helm writes it.
    ///
    /// # Errors
    /// When a text in it has no YAML form.
    pub fn to_yaml(&self) -> Result<String, yaml::WriteError> {
        yaml::serialize(self)
    }

    /// As JSON, as Helm writes it.
    pub fn to_json(&self) -> String {
        json::to_string_indented(self, "  ").expect("an index is made of texts")
    }
}
