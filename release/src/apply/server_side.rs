//! Server-side apply: send what is wanted, let the server merge it with what others want.

use std::time::Duration;

use super::send::shown;
use super::{Change, Method, Object, SendError, Sender};
use crate::FIELD_MANAGER;
use crate::cluster::{Answer, ApiError, Call, PatchFormat};

/// How often a quota that others count at the same time is tried (client-go's `retry.DefaultRetry`).
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(10);

/// Applies an object; says whether it was there.
///
/// Unknown and doubled fields are refused by the server (`fieldValidation=Strict`).
///
/// # Errors
///
/// When the server refuses, or others own fields and are not to be forced.
pub(super) async fn apply(sender: &Sender<'_>, object: &Object) -> Result<Change, SendError> {
    let answer = apply_with_retries(sender, object).await;
    match answer {
        Ok(answer) if answer.code == 201 => Ok(Change::Created),
        Ok(_) => Ok(Change::Updated),
        Err(error) if error.is_unsupported_media_type() => Err(SendError::NoServerSide(error)),
        Err(source) if source.is_conflict() => Err(SendError::Conflict {
            object: shown(object),
            source,
        }),
        Err(source) => Err(SendError::ServerSide {
            object: shown(object),
            source,
        }),
    }
}

async fn apply_with_retries(sender: &Sender<'_>, object: &Object) -> Result<Answer, ApiError> {
    let mut tries = 1;
    loop {
        match sender.call(call(sender.method, object)).await {
            Err(error) if error.is_quota_conflict() && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            other => return other,
        }
    }
}

fn call(method: Method, object: &Object) -> Call {
    let forces = matches!(
        method,
        Method::ServerSide {
            force_conflicts: true,
            ..
        }
    );
    Call::patch(object.path(), PatchFormat::Apply, &object.body)
        .query("fieldManager", FIELD_MANAGER)
        .query("fieldValidation", "Strict")
        .query("force", if forces { "true" } else { "false" })
}
