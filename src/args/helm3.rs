//! Flags of Helm 3 that Helm 4 has no more, because it does by itself what they asked for: scripts still give them.

use crate::output::ui::Ui;

/// A flag that was given, and what is so without it.
pub(crate) type Dropped = (bool, &'static str, &'static str);

/// Says once what the flags among these that were given are good for today.
pub(crate) fn hint(ui: &Ui, flags: &[Dropped]) {
    if let Some((_, flag, why)) = flags.iter().find(|(is_given, ..)| *is_given) {
        ui.status(&format!(
            "Hint: {flag} is a flag of Helm 3, which Helm 4 refuses: {why}"
        ));
    }
}
