//! A release under the names that it has in Helm's own code, for `get all --template`.

use chart::Value;
use release::{Hook, Release};
use serde_json::{Map, Value as Json, json};

use super::time::go_string;
use crate::error::Result;
use crate::zone;

/// The data of the template: `.Release` with the fields of Helm's `pkg/release/v1`, in Helm's spelling.
///
/// # Errors
/// When the release has no JSON form.
pub(crate) fn template_data(release: &Release) -> Result<Value> {
    let info = &release.info;
    let chart = &release.chart;
    let data = json!({ "Release": {
        "Name": release.name,
        "Namespace": release.namespace,
        "Version": release.revision,
        "Manifest": release.manifest,
        "Labels": release.labels,
        "ApplyMethod": release.recorded_apply_method,
        "Config": release.config,
        "Hooks": release.hooks.iter().map(hook).collect::<Vec<_>>(),
        "Chart": {
            // A method of Go's chart, which helm-diff asks for.
            "Name": chart.metadata.name,
            "Metadata": go_names(serde_json::to_value(&chart.metadata)?),
            "Values": chart.values,
        },
        "Info": {
            "FirstDeployed": time(info.first_deployed),
            "LastDeployed": time(info.last_deployed),
            "Description": info.description,
            "Status": info.status.to_string(),
            "Notes": info.notes,
        },
    }});
    Ok(serde_json::from_value(data)?)
}

fn hook(hook: &Hook) -> Json {
    json!({
        "Name": hook.name,
        "Kind": hook.kind,
        "Path": hook.path,
        "Manifest": hook.manifest,
        "Weight": hook.weight,
        "Events": hook.events.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "DeletePolicies": hook.delete_policies.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "LastRun": {
            "StartedAt": time(hook.last_run.started_at),
            "CompletedAt": time(hook.last_run.completed_at),
            "Phase": hook.last_run.phase.to_string(),
        },
    })
}

/// A time as Go prints it: in the zone it was recorded in.
fn time(time: Option<release::Time>) -> String {
    time.map(|time| go_string(time, &zone::local()))
        .unwrap_or_else(|| "0001-01-01 00:00:00 +0000 UTC".to_owned())
}

/// Turns the names of fields in files into those of Go's structs, and of what is in lists of them. The texts under
/// annotations are the user's.
fn go_names(value: Json) -> Json {
    match value {
        Json::Object(map) => Json::Object(
            map.into_iter()
                .map(|(key, value)| {
                    let value = if key == "annotations" {
                        value
                    } else {
                        go_names(value)
                    };
                    (go_name(&key), value)
                })
                .collect::<Map<_, _>>(),
        ),
        Json::Array(items) => items.into_iter().map(go_names).collect(),
        other => other,
    }
}

fn go_name(key: &str) -> String {
    match key {
        "apiVersion" => "APIVersion".to_owned(),
        "url" => "URL".to_owned(),
        "import-values" => "ImportValues".to_owned(),
        _ => {
            let mut letters = key.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect()
        }
    }
}
