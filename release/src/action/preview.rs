//! The first record of a release, and how to have it without a cluster.

use chart::{Chart, ConfiguredChart, Map};
use templates::{Capabilities, RenderInput, Renderer};

use super::install::{InstallOptions, tell};
use super::render::{self, Draft};
use super::{Error, NameCheck};
use crate::manifest::ManifestOptions;
use crate::observer::{Event, Observer};
use crate::record::{ApplyMethod, Info, Release, Status, validate_name};
use crate::store::has_system_label;
use crate::time::Time;

/// What an installation without a cluster is told instead of asking.
pub struct Preview<'a> {
    /// How charts are rendered.
    pub renderer: Renderer,
    /// What the cluster is taken for.
    pub capabilities: Capabilities,
    /// The namespace of the release.
    pub namespace: &'a str,
    /// What time it is.
    pub now: Time,
    /// Who is told what is odd about the values.
    pub observer: &'a dyn Observer,
}

/// Returns what [`install`](super::install()) would record, without a cluster: `--dry-run=client`.
///
/// # Errors
///
/// When the name is none, values break a schema, or rendering fails.
pub fn preview(
    place: Preview<'_>,
    name: &str,
    chart: Chart,
    values: Map,
    options: &InstallOptions,
) -> Result<Release, Error> {
    let observer = place.observer;
    first(place, name, (chart, values), options).inspect_err(|error| tell(observer, error))
}

fn first(
    place: Preview<'_>,
    name: &str,
    (chart, values): (Chart, Map),
    options: &InstallOptions,
) -> Result<Release, Error> {
    check_name(name).map_err(Error::NameCheck)?;
    let configured = chart.configure(&values, &options.configure());
    for remark in ConfiguredChart::remarks_of(&configured) {
        place.observer.notify(Event::Remark(remark.clone()));
    }
    let configured = configured?;
    check_options(options)?;
    let input = RenderInput {
        release: options.release_info(name, place.namespace),
        capabilities: place.capabilities,
    };
    let draft = render::draft(place.renderer, configured, &input, options.notes())?;
    for remark in draft.plan.remarks() {
        place.observer.notify(Event::Remark(remark));
    }
    let place = Place {
        namespace: place.namespace,
        now: place.now,
        method: options.apply.server_side.method(ApplyMethod::ServerSide),
    };
    Ok(dry(first_revision(draft, values, name, options, place)))
}

/// Checks that the options of an installation make sense, by themselves.
///
/// # Errors
///
/// When Secrets are to be hidden in earnest, or a label is reserved.
pub fn check_options(options: &InstallOptions) -> Result<(), Error> {
    if options.hide_secrets && !options.dry_run.is_dry() {
        return Err(Error::Options(
            "hiding Kubernetes secrets requires a dry-run mode",
        ));
    }
    if has_system_label(options.labels.keys()) {
        return Err(Error::SystemLabel);
    }
    Ok(())
}

pub(super) fn check_name(name: &str) -> Result<(), NameCheck> {
    validate_name(name).map_err(|source| NameCheck::Invalid {
        name: name.to_owned(),
        source,
    })
}

/// Where and when a release is made.
pub(super) struct Place<'a> {
    pub(super) namespace: &'a str,
    pub(super) now: Time,
    pub(super) method: ApplyMethod,
}

pub(super) fn first_revision(
    draft: Draft,
    values: Map,
    name: &str,
    options: &InstallOptions,
    place: Place<'_>,
) -> Release {
    let manifest = ManifestOptions {
        hide_secrets: options.hide_secrets,
        ..ManifestOptions::default()
    };
    let mut release = Release {
        name: name.to_owned(),
        namespace: place.namespace.to_owned(),
        info: Info {
            first_deployed: Some(place.now),
            last_deployed: Some(place.now),
            notes: draft.notes,
            raw_notes: draft.raw_notes,
            ..Info::default()
        },
        chart: draft.chart,
        config: values,
        manifest: draft.plan.manifest_with(manifest),
        hooks: draft.plan.hooks,
        revision: 1,
        labels: options.labels.clone(),
        recorded_apply_method: place.method.as_str().to_owned(),
    };
    release.set_status(Status::PendingInstall, "Initial install underway");
    release
}

pub(super) fn dry(mut release: Release) -> Release {
    "Dry run complete".clone_into(&mut release.info.description);
    release
}
