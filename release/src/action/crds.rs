//! The chart's `crds/` folder: sent before anything is rendered, and never touched again.

use super::{Context, Error};
use crate::action::options::{ApplyOptions, WaitOptions};
use crate::apply::{Method, Object, Validation, build, create};
use crate::manifest::{CrdFile, read_documents};
use crate::observer::Event;
use crate::record::ApplyMethod;
use crate::wait::Goal;

/// How long the server may take to serve a new kind.
const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(60);

/// Sends CRD files, one after the other, and waits until the server serves their kinds.
///
/// Helm waits only when told to; without it, objects of the new kinds in the same chart could fail.
///
/// # Errors
///
/// The first file that cannot be sent, and kinds that the server does not come to serve.
pub(super) async fn install(
    cx: &Context,
    files: &[CrdFile],
    apply: &ApplyOptions,
    method: ApplyMethod,
) -> Result<(), Error> {
    if files.is_empty() {
        return Ok(());
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
    cx.cluster.forget_kinds().await;
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
