//! What happens while charts are fetched, in Helm's words.

use repo::{Event, Teller};

use super::registry;
use super::ui::Ui;

/// Tells everything as Helm does: progress is data there, on standard output.
pub(crate) fn teller(ui: &Ui) -> Teller {
    let ui = ui.clone();
    Teller::new(move |event| {
        let line = match event {
            Event::Remark(remark) => return ui.remark(&remark),
            Event::Detail(text) => return ui.debug(&text),
            Event::Pulled(fetched) => {
                let _ = ui.aside(&registry::pulled(&fetched));
                return;
            }
            // Only those who look for a fault are told, as by Helm.
            Event::Archiving { .. } if !ui.is_debug() => return,
            event => line(event),
        };
        // Who does not read the progress need not be told that it cannot be written.
        let _ = ui.line(&line);
    })
}

/// Tells what comes from registries, as Helm does where it is silent about all else.
pub(crate) fn pulls_teller(ui: &Ui) -> Teller {
    let ui = ui.clone();
    Teller::new(move |event| {
        if let Event::Pulled(fetched) = event {
            // As above.
            let _ = ui.aside(&registry::pulled(&fetched));
        }
    })
}

/// Tells on standard error of what cannot be had, and of nothing else.
pub(crate) fn failures_teller(ui: &Ui) -> Teller {
    let ui = ui.clone();
    Teller::new(move |event| match event {
        Event::Remark(remark) => ui.remark(&remark),
        Event::Detail(text) => ui.debug(&text),
        event @ (Event::IndexFailed { .. } | Event::MirrorRefused { .. }) => ui.status(&line(event)),
        _ => {}
    })
}

fn line(event: Event) -> String {
    match event {
        Event::Updating => "Hang tight while we grab the latest from your chart repositories...".to_owned(),
        Event::Updated => "Update Complete. ⎈Happy Helming!⎈".to_owned(),
        Event::UpdatingUnmanaged => "Getting updates for unmanaged Helm repositories...".to_owned(),
        Event::IndexUpdated(name) => {
            format!("...Successfully got an update from the {name:?} chart repository")
        }
        Event::IndexFailed { name, url, reason } => match name {
            Some(name) => {
                format!("...Unable to get an update from the {name:?} chart repository ({url}):\n\t{reason}")
            }
            None => format!("...Unable to get an update from the {url:?} chart repository:\n\t{reason}"),
        },
        Event::MirrorRefused { url, reason } => {
            format!("WARNING: what the mirror has at {url} is not used: {reason}")
        }
        Event::Saving(count) => format!("Saving {count} charts"),
        Event::Assumed(name) => {
            format!(
                "Dependency {name} did not declare a repository. Assuming it exists in the charts directory"
            )
        }
        Event::Archiving { name, repository } => format!("Archiving {name} from repo {repository}"),
        Event::Downloading { name, repository } => format!("Downloading {name} from repo {repository}"),
        Event::AlreadyDownloaded { name, repository } => {
            format!("Already downloaded {name} from repo {repository}")
        }
        Event::NotVerified { reference, reason } => {
            format!("WARNING: Verification not found for {reference}: {reason}")
        }
        Event::SaveFailed(reason) => format!("Save error occurred:  {reason}"),
        Event::DeletingOutdated => "Deleting outdated charts".to_owned(),
        // Whatever else the library tells has no words in Helm.
        other => format!("{other:?}"),
    }
}
