//! Releases and their revisions.

use release::{History, Query, Summary};

use super::{Choices, ERROR, FILES};
use crate::context::Context;
use crate::error::Result;

/// The releases of the namespace, but for those in `but`. They need not begin with what was typed: some shells find words
/// by their middle.
pub(super) fn all(cx: &Context, but: &[String]) -> Choices {
    let Ok(mut found) = cx.block_on(newest(cx)) else {
        return Choices::none(FILES);
    };
    found.retain(|release| !but.contains(&release.name));
    Choices::plain(found.iter().map(|release| {
        let chart = &release.chart.metadata;
        format!(
            "{}\t{}-{} -> {}",
            release.name, chart.name, chart.version, release.info.status
        )
    }))
}

async fn newest(cx: &Context) -> Result<Vec<Summary>> {
    let store = cx.store().await?;
    let query = Query {
        namespace: Some(cx.namespace().to_owned()),
        ..Query::default()
    };
    let mut heads = store.heads(&query).await?;
    heads.sort_by(|a, b| (&a.id.name, b.id.revision).cmp(&(&b.id.name, a.id.revision)));
    heads.dedup_by(|later, first| later.id.name == first.id.name);
    Ok(store.summaries(&heads).await?)
}

/// The revisions of a release.
pub(super) fn revisions(cx: &Context, name: &str) -> Choices {
    let read = async {
        let store = cx.store().await?;
        let history = History::of(store.as_ref(), cx.namespace(), name).await?;
        Ok(store.summaries(history.heads()).await?)
    };
    match cx.block_on(read) {
        Ok(found) if !found.is_empty() => Choices::plain(found.iter().map(|revision| {
            let chart = &revision.chart.metadata;
            format!(
                "{}\tApp: {}, Chart: {}-{}",
                revision.revision, chart.app_version, chart.name, chart.version
            )
        })),
        _ => Choices::none(ERROR),
    }
}
