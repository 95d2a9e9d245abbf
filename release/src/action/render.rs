//! Chart + values + cluster → what the release consists of.

use std::sync::Arc;

use chart::{Chart, ConfigureOptions, ConfiguredChart, Map, is_compatible};
use templates::{Capabilities, KubeVersion, Lookup, Offline, RenderInput, Rendered, Renderer};
use tokio::runtime::Handle;

use super::{Context, DryRun, Error};
use crate::cluster::{Cluster, ClusterLookup, ServerVersion};
use crate::manifest::{Plan, Reader, post_rendered};

/// A rendered chart.
pub(super) struct Draft {
    /// The chart as it was rendered: what is switched off is gone, imported values are among its own.
    pub(super) chart: Chart,
    pub(super) plan: Plan,
    pub(super) notes: String,
    /// The bytes of the notes if they are not UTF-8.
    pub(super) raw_notes: Option<Vec<u8>>,
}

/// Which notes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notes {
    /// The chart's own.
    OfChart,
    /// Those of its subcharts too.
    OfAll,
}

impl Context {
    /// Puts values and chart together and tells what is odd about them.
    pub(super) fn configure(
        &self,
        chart: Chart,
        values: &Map,
        options: &ConfigureOptions,
    ) -> Result<ConfiguredChart, Error> {
        let outcome = chart.configure(values, options);
        self.remark(ConfiguredChart::remarks_of(&outcome).iter().cloned());
        Ok(outcome?)
    }

    /// Renders a chart on a thread of its own, since its templates may ask the cluster and wait for the answer.
    pub(super) async fn render(
        &self,
        chart: ConfiguredChart,
        input: RenderInput,
        (notes, dry_run): (Notes, DryRun),
    ) -> Result<Draft, Error> {
        let lookup: Arc<dyn Lookup> = match dry_run {
            DryRun::Client => Arc::new(Offline),
            DryRun::None | DryRun::Server => {
                Arc::new(ClusterLookup::new(self.cluster.clone(), Handle::current()))
            }
        };
        let renderer = with_lookup(&self.renderer, lookup);
        let work = move || draft(renderer, chart, &input, notes);
        let done = tokio::task::spawn_blocking(work).await;
        let draft = done.unwrap_or(Err(Error::RenderStopped))?;
        self.remark(draft.plan.remarks());
        Ok(draft)
    }
}

fn with_lookup(renderer: &Renderer, lookup: Arc<dyn Lookup>) -> Renderer {
    Renderer {
        lookup,
        follower: None,
        ..renderer.clone()
    }
}

/// Renders a chart and sorts what comes out.
pub(super) fn draft(
    mut renderer: Renderer,
    chart: ConfiguredChart,
    input: &RenderInput,
    notes: Notes,
) -> Result<Draft, Error> {
    check_kube_version(chart.chart(), &input.capabilities)?;
    let reader = Reader::of_objects().follow(&mut renderer);
    let mut rendered = renderer.render(&chart, input).map_err(Error::Render)?;
    let (notes, raw_notes) = take_notes(&mut rendered, chart.chart().name(), notes);
    let files = post_rendered(rendered.files, renderer.post_render.as_deref())?;
    let plan = Plan::read_by(&reader, &files, &rendered.broken).map_err(|mut error| {
        // A post-renderer moves lines: then nobody knows where they are from.
        if renderer.post_render.is_none() {
            error.find_origins(&renderer, &chart, input);
        }
        error
    })?;
    let (chart, _) = chart.into_parts();
    Ok(Draft {
        plan: plan.with_crds(&chart),
        chart,
        notes,
        raw_notes,
    })
}

/// Returns the notes, and their bytes if they are not UTF-8.
fn take_notes(rendered: &mut Rendered, chart: &str, notes: Notes) -> (String, Option<Vec<u8>>) {
    let mut texts = rendered.take_notes();
    let own = format!("{chart}/templates/NOTES.txt");
    texts.retain(|path, _| notes == Notes::OfAll || *path == own);
    let all: Vec<&str> = texts.values().map(|text| &**text).collect();
    let all = all.join("\n");
    let raw: Vec<&[u8]> = texts
        .iter()
        .map(|(path, text)| rendered.bytes(path, text))
        .collect();
    let raw = raw.join(&b"\n"[..]);
    let is_broken = raw != all.as_bytes();
    (all, is_broken.then_some(raw))
}

/// Checks the range of Kubernetes versions that a chart names.
///
/// # Errors
///
/// When the cluster's version is not in it.
pub fn check_kube_version(chart: &Chart, capabilities: &Capabilities) -> Result<(), Error> {
    let wanted = &chart.metadata.kube_version;
    let found = &capabilities.kube_version;
    if wanted.is_empty() || is_compatible(wanted, &found.normalized) {
        return Ok(());
    }
    Err(Error::KubeVersion {
        wanted: wanted.clone(),
        found: found.version.clone(),
    })
}

/// Asks a cluster what templates may know of it.
///
/// # Errors
///
/// When it does not answer.
pub async fn cluster_capabilities(cluster: &Cluster) -> Result<Capabilities, Error> {
    let version = async { cluster.version().await.map_err(Error::ServerVersion) };
    let (version, api_versions) = tokio::try_join!(version, api_versions(cluster))?;
    Ok(capabilities(version, api_versions))
}

pub(super) async fn api_versions(cluster: &Cluster) -> Result<Vec<String>, Error> {
    let versions = cluster.api_versions().await.map_err(Error::ApiVersions)?;
    Ok(versions.into_iter().collect())
}

/// Helm does not cut a real cluster's version to its numbers, so `1.31.2-gke.1` counts as a pre-release of `1.31.2`.
pub(super) fn capabilities(version: ServerVersion, api_versions: Vec<String>) -> Capabilities {
    Capabilities {
        kube_version: KubeVersion {
            normalized: version.git_version.clone(),
            version: version.git_version,
            major: version.major,
            minor: version.minor,
        },
        api_versions,
        ..Capabilities::offline()
    }
}
