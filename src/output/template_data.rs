//! A release as Helm's own types, for `get all --template`.

use chart::{Chart, Dependency, File, Metadata};
use release::{Hook, Release};
use templates::{Data, Struct};

use super::time::go_string;
use crate::zone;

/// The data of the template: `.Release` is Helm's `pkg/release/v1`, in Helm's spelling.
pub(crate) fn template_data(release: &Release) -> Data {
    let release = Data::of(
        "*v1.Release",
        [
            ("Name", Data::text(&release.name)),
            ("Info", info(release)),
            ("Chart", chart(&release.chart)),
            ("Config", Data::Value(chart::Value::Map(release.config.clone()))),
            ("Manifest", Data::text(&release.manifest)),
            ("Hooks", list("*v1.Hook", &release.hooks, hook)),
            (
                "Version",
                Data::Int(i64::try_from(release.revision).unwrap_or(i64::MAX)),
            ),
            ("Namespace", Data::text(&release.namespace)),
            ("Labels", Data::Texts(release.labels.clone())),
            ("ApplyMethod", Data::text(&release.recorded_apply_method)),
        ],
    );
    Data::Named(vec![("Release", release)])
}

fn info(release: &Release) -> Data {
    let info = &release.info;
    Data::of(
        "*v1.Info",
        [
            ("FirstDeployed", time(info.first_deployed)),
            ("LastDeployed", time(info.last_deployed)),
            ("Deleted", time(info.deleted)),
            ("Description", Data::text(&info.description)),
            ("Status", Data::text(info.status.to_string())),
            ("Notes", Data::text(&info.notes)),
            ("Resources", Data::Named(Vec::new())),
        ],
    )
}

fn hook(hook: &Hook) -> Data {
    let run = &hook.last_run;
    let run = Data::of(
        "v1.HookExecution",
        [
            ("StartedAt", time(run.started_at)),
            ("CompletedAt", time(run.completed_at)),
            ("Phase", Data::text(run.phase.to_string())),
        ],
    );
    Data::of(
        "*v1.Hook",
        [
            ("Name", Data::text(&hook.name)),
            ("Kind", Data::text(&hook.kind)),
            ("Path", Data::text(&hook.path)),
            ("Manifest", Data::text(&hook.manifest)),
            (
                "Events",
                list("string", &hook.events, |event| Data::text(event.to_string())),
            ),
            ("LastRun", run),
            ("Weight", Data::Int(hook.weight)),
            (
                "DeletePolicies",
                list("string", &hook.delete_policies, |policy| {
                    Data::text(policy.to_string())
                }),
            ),
            (
                "OutputLogPolicies",
                list("string", &hook.output_log_policies, |policy| {
                    Data::text(policy.to_string())
                }),
            ),
        ],
    )
}

/// Subcharts are behind methods of Go's; those that tools ask for are here.
fn chart(chart: &Chart) -> Data {
    Data::Struct(Struct {
        type_name: "*v2.Chart",
        fields: vec![
            ("Raw", Data::List("*common.File", Vec::new())),
            ("Metadata", metadata(&chart.metadata)),
            ("Lock", lock(chart)),
            ("Templates", list("*common.File", &chart.templates, file)),
            ("Values", Data::Value(chart::Value::Map(chart.values.clone()))),
            (
                "Schema",
                Data::Bytes(chart.schema.as_deref().unwrap_or_default().to_vec()),
            ),
            ("Files", list("*common.File", &chart.files, file)),
        ],
        methods: vec![
            ("Name", Data::text(&chart.metadata.name)),
            ("AppVersion", Data::text(&chart.metadata.app_version)),
            ("IsRoot", Data::Bool(true)),
            ("ChartPath", Data::text(&chart.metadata.name)),
            ("ChartFullPath", Data::text(&chart.metadata.name)),
        ],
    })
}

fn file(file: &File) -> Data {
    Data::of(
        "*common.File",
        [
            ("Name", Data::text(&file.name)),
            ("Data", Data::Bytes(file.data.to_vec())),
        ],
    )
}

fn lock(chart: &Chart) -> Data {
    let Some(lock) = &chart.lock else {
        return Data::Nothing;
    };
    Data::of(
        "*v2.Lock",
        [
            ("Generated", Data::text(&lock.generated)),
            ("Digest", Data::text(&lock.digest)),
            (
                "Dependencies",
                list("*v2.Dependency", &lock.dependencies, dependency),
            ),
        ],
    )
}

fn metadata(metadata: &Metadata) -> Data {
    Data::of(
        "*v2.Metadata",
        [
            ("Name", Data::text(&metadata.name)),
            ("Home", Data::text(&metadata.home)),
            ("Sources", list("string", &metadata.sources, text)),
            ("Version", Data::text(&metadata.version)),
            ("Description", Data::text(&metadata.description)),
            ("Keywords", list("string", &metadata.keywords, text)),
            (
                "Maintainers",
                list("*v2.Maintainer", &metadata.maintainers, |maintainer| {
                    Data::of(
                        "*v2.Maintainer",
                        [
                            ("Name", Data::text(&maintainer.name)),
                            ("Email", Data::text(&maintainer.email)),
                            ("URL", Data::text(&maintainer.url)),
                        ],
                    )
                }),
            ),
            ("Icon", Data::text(&metadata.icon)),
            ("APIVersion", Data::text(&metadata.api_version)),
            ("Condition", Data::text(&metadata.condition)),
            ("Tags", Data::text(&metadata.tags)),
            ("AppVersion", Data::text(&metadata.app_version)),
            ("Deprecated", Data::Bool(metadata.deprecated)),
            ("Annotations", Data::Texts(metadata.annotations.clone())),
            ("KubeVersion", Data::text(&metadata.kube_version)),
            (
                "Dependencies",
                list("*v2.Dependency", &metadata.dependencies, dependency),
            ),
            ("Type", Data::text(&metadata.kind)),
        ],
    )
}

fn dependency(dependency: &Dependency) -> Data {
    Data::of(
        "*v2.Dependency",
        [
            ("Name", Data::text(&dependency.name)),
            ("Version", Data::text(&dependency.version)),
            ("Repository", Data::text(&dependency.repository)),
            ("Condition", Data::text(&dependency.condition)),
            ("Tags", list("string", &dependency.tags, text)),
            ("Enabled", Data::Bool(dependency.enabled)),
            (
                "ImportValues",
                list("interface {}", &dependency.import_values, |value| {
                    Data::Value(value.clone())
                }),
            ),
            ("Alias", Data::text(&dependency.alias)),
        ],
    )
}

fn text(text: &String) -> Data {
    Data::text(text)
}

/// A slice of what has this type.
fn list<T>(element: &'static str, items: &[T], make: impl Fn(&T) -> Data) -> Data {
    Data::List(element, items.iter().map(make).collect())
}

/// A time as Go prints it: in the zone it was recorded in.
fn time(time: Option<release::Time>) -> Data {
    let text = time.map(|time| go_string(time, &zone::local()));
    Data::text(text.unwrap_or_else(|| "0001-01-01 00:00:00 +0000 UTC".to_owned()))
}
