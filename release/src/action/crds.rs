//! The chart's `crds/` folder: sent before anything is rendered, and never touched again.

use std::time::Duration;

use serde_json::Value;

use super::{Context, Error};
use crate::action::options::{ApplyOptions, WaitOptions};
use crate::apply::{BuildError, Method, Object, Validation, build, create};
use crate::manifest::{CrdFile, GroupVersionKind, read_documents};
use crate::observer::Event;
use crate::record::ApplyMethod;
use crate::wait::Goal;

/// How long the server may take to serve a new kind.
const TIMEOUT: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// Sends CRD files, one after the other, and waits until the server serves their kinds.
///
/// Helm waits only when told to; without it, objects of the new kinds in the same chart could fail. Returns the kinds:
/// the list of all that the server has may learn of them later.
///
/// # Errors
///
/// The first file that cannot be sent, and kinds that the server does not come to serve.
pub(super) async fn install(
    cx: &Context,
    files: &[CrdFile],
    apply: &ApplyOptions,
    method: ApplyMethod,
) -> Result<Vec<GroupVersionKind>, Error> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    cx.notify(Event::Step("installing custom resource definitions"));
    let mut sent = Vec::new();
    for file in files {
        let objects = install_file(cx, file, apply, method).await;
        sent.extend(objects.map_err(|source| Error::Crd {
            name: file.name.clone(),
            source: Box::new(source),
        })?);
    }
    let options = WaitOptions {
        timeout: TIMEOUT,
        ..WaitOptions::default()
    };
    cx.wait_until(&sent, Goal::Ready, &options).await?;
    let kinds: Vec<_> = sent.iter().flat_map(served_kinds).collect();
    if cx.cluster.stage().is_none() {
        until_served(cx, &kinds).await?;
    }
    Ok(kinds)
}

/// Returns the kinds that a definition brings.
fn served_kinds(definition: &Object) -> Vec<GroupVersionKind> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let group = text(definition.body.pointer("/spec/group"));
    let kind = text(definition.body.pointer("/spec/names/kind"));
    let versions = definition
        .body
        .pointer("/spec/versions")
        .and_then(Value::as_array);
    let served = versions
        .into_iter()
        .flatten()
        .filter(|version| version["served"] == true);
    served
        .map(|version| GroupVersionKind::new(&format!("{group}/{}", text(version.get("name"))), &kind))
        .collect()
}

/// A definition is established a moment before its kind can be asked for.
async fn until_served(cx: &Context, kinds: &[GroupVersionKind]) -> Result<(), Error> {
    let end = tokio::time::Instant::now() + TIMEOUT;
    for kind in kinds {
        loop {
            cx.cluster.forget_kinds().await;
            match cx.cluster.mapping(kind).await {
                Ok(_) => break,
                Err(error) if !error.is_no_match() || tokio::time::Instant::now() > end => {
                    return Err(BuildError::Discovery(error).into());
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }
    Ok(())
}

async fn install_file(
    cx: &Context,
    file: &CrdFile,
    apply: &ApplyOptions,
    method: ApplyMethod,
) -> Result<Vec<Object>, Error> {
    if apply.force_conflicts && method == ApplyMethod::ClientSide {
        return Err(Error::Options(
            "invalid client create option(s): forceConflicts enabled when serverSideApply disabled",
        ));
    }
    let resources = read_documents(&file.path, &file.text)?;
    let objects = build(&cx.cluster, &resources, Validation::None).await?;
    if objects.is_empty() {
        return Err(Error::EmptyCrd);
    }
    let method = match method {
        ApplyMethod::ServerSide => Method::ServerSide {
            force_conflicts: apply.force_conflicts,
            migrates: false,
        },
        ApplyMethod::ClientSide => Method::for_creation(method),
    };
    match create(&cx.sender(method), &objects).await {
        Ok(_) => Ok(objects),
        // It was installed before; it is not changed.
        Err(error) if error.is_already_exists() => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}
