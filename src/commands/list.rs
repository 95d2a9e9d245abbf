//! `list`.

use std::collections::{BTreeMap, BTreeSet};

use release::{Head, Query, Status, StoreError, Summary};
use templates::Pattern;

use crate::args::helm3;
use crate::args::output::{Format, OutputArgs, to_yaml};
use crate::args::pflag::count;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::paint::Paint;
use crate::output::release::{Headers, ListRow, list_table};
use crate::zone;

/// list releases
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Helm's")]
pub(crate) struct List {
    /// output short (quiet) listing format
    #[arg(short = 'q', long)]
    short: bool,
    /// don't print headers when using the default output format
    #[arg(long)]
    no_headers: bool,
    /// format time using golang time formatter. Example: --time-format "2006-01-02 15:04:05Z0700"
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    time_format: String,
    /// sort by release date
    #[arg(short, long)]
    date: bool,
    /// reverse the sort order
    #[arg(short, long)]
    reverse: bool,
    /// show uninstalled releases (if 'helm uninstall --keep-history' was used)
    #[arg(long)]
    uninstalled: bool,
    /// show superseded releases
    #[arg(long)]
    superseded: bool,
    /// show releases that are currently being uninstalled
    #[arg(long)]
    uninstalling: bool,
    /// show deployed releases
    #[arg(long)]
    deployed: bool,
    /// show failed releases
    #[arg(long)]
    failed: bool,
    /// show pending releases
    #[arg(long)]
    pending: bool,
    /// Helm 3's: releases in every state, which is what is listed without it
    #[arg(short, long, hide = true)]
    all: bool,
    /// list releases across all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// maximum number of releases to fetch
    #[arg(short, long, value_name = "int", default_value_t = 256, value_parser = count)]
    max: usize,
    /// next release index in the list, used to offset from start value
    #[arg(long, value_name = "int", default_value_t = 0, value_parser = count)]
    offset: usize,
    /// a regular expression (Perl compatible). Any releases that match the expression will be included in the results
    #[arg(
        short,
        long,
        value_name = "string",
        default_value = "",
        hide_default_value = true
    )]
    filter: String,
    /// Selector (label query) to filter on, supports '=', '==', and '!='.(e.g. -l key1=value1,key2=value2). Works only
    /// for secret(default) and configmap storage backends.
    #[arg(
        short = 'l',
        long,
        value_name = "string",
        default_value = "",
        hide_default_value = true
    )]
    selector: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let why = "releases in every state are listed without it";
        helm3::hint(cx.ui(), &[(self.all, "--all", why)]);
        let summaries = cx.block_on(self.find(cx))?;
        cx.ui().data(self.render(&summaries, cx.ui().paint())?)?;
        Ok(())
    }

    /// Finds the releases by their records' heads, and reads only those that are shown.
    async fn find(&self, cx: &Context) -> Result<Vec<Summary>> {
        let store = cx.store().await?;
        let query = Query {
            namespace: (!self.all_namespaces).then(|| cx.namespace().to_owned()),
            ..Query::default()
        };
        let mut heads = match self.selector.as_str() {
            "" => self.choose(store.heads(&query).await?)?,
            selector => {
                let selector = Some(selector.to_owned());
                let selected = Query {
                    selector,
                    ..query.clone()
                };
                let (all, selected) = tokio::join!(store.heads(&query), store.heads(&selected));
                let chosen = self.choose(all?)?;
                let selected = selected.map_err(selector_error)?;
                let selected: BTreeSet<_> = selected.into_iter().map(|head| head.id).collect();
                // The newest revision counts, whether the selector fits older ones or not.
                chosen
                    .into_iter()
                    .filter(|head| selected.contains(&head.id))
                    .collect()
            }
        };
        if !self.date {
            self.sort_by_name(&mut heads);
            heads = self.page(heads);
        }
        let mut summaries = store.summaries(&heads).await?;
        if self.date {
            self.sort_by_date(&mut summaries);
            summaries = self.page(summaries);
        }
        Ok(summaries)
    }

    /// The newest revision of each release whose name and status are wanted.
    ///
    /// Superseded ones alone are shown in every revision (Helm's `pkg/action/list.go`).
    fn choose(&self, heads: Vec<Head>) -> Result<Vec<Head>> {
        let statuses = self.statuses();
        let name = Pattern::new(&self.filter).map_err(CommandError::new)?;
        let named = heads.into_iter().filter(|head| name.is_match(&head.id.name));
        if statuses == [Status::Superseded] {
            return Ok(named.filter(|head| head.status == Status::Superseded).collect());
        }
        let mut newest: BTreeMap<(String, String), Head> = BTreeMap::new();
        for head in named {
            let place = (head.id.namespace.clone(), head.id.name.clone());
            let is_newer = newest
                .get(&place)
                .is_none_or(|known| known.id.revision < head.id.revision);
            if is_newer {
                newest.insert(place, head);
            }
        }
        Ok(newest
            .into_values()
            .filter(|head| statuses.is_empty() || statuses.contains(&head.status))
            .collect())
    }

    /// The statuses asked for; none is all.
    fn statuses(&self) -> Vec<Status> {
        if self.all {
            return Vec::new();
        }
        let pending = [
            Status::PendingInstall,
            Status::PendingUpgrade,
            Status::PendingRollback,
        ];
        let asked = [
            (self.uninstalled, Status::Uninstalled),
            (self.superseded, Status::Superseded),
            (self.uninstalling, Status::Uninstalling),
            (self.deployed, Status::Deployed),
            (self.failed, Status::Failed),
        ];
        let single = asked
            .into_iter()
            .filter(|(is_asked, _)| *is_asked)
            .map(|(_, status)| status);
        single
            .chain(pending.into_iter().filter(|_| self.pending))
            .collect()
    }

    fn sort_by_name(&self, heads: &mut [Head]) {
        heads.sort_by(|a, b| {
            a.id.name
                .cmp(&b.id.name)
                .then_with(|| a.id.namespace.cmp(&b.id.namespace))
        });
        if self.reverse {
            heads.reverse();
        }
    }

    fn sort_by_date(&self, summaries: &mut [Summary]) {
        let second = |summary: &Summary| {
            summary
                .info
                .last_deployed
                .map(|time| time.timestamp().as_second())
        };
        summaries.sort_by(|a, b| second(a).cmp(&second(b)).then_with(|| a.name.cmp(&b.name)));
        if self.reverse {
            summaries.reverse();
        }
    }

    fn page<T>(&self, items: Vec<T>) -> Vec<T> {
        let max = if self.max == 0 { usize::MAX } else { self.max };
        items.into_iter().skip(self.offset).take(max).collect()
    }

    fn render(&self, summaries: &[Summary], paint: Paint) -> Result<String> {
        if self.short {
            return self.render_names(summaries);
        }
        let layout = (!self.time_format.is_empty()).then_some(self.time_format.as_str());
        let zone = zone::local();
        let rows: Vec<ListRow> = summaries
            .iter()
            .map(|summary| ListRow::new(summary, &zone, layout))
            .collect();
        let headers = if self.no_headers {
            Headers::Hidden
        } else {
            Headers::Shown
        };
        self.output
            .output
            .render(&rows, || Ok(list_table(&rows, headers, paint)))
    }

    fn render_names(&self, summaries: &[Summary]) -> Result<String> {
        let names: Vec<&str> = summaries.iter().map(|summary| summary.name.as_str()).collect();
        match self.output.output {
            Format::Yaml => to_yaml(&names),
            format => format.render(&names, || {
                Ok(names.iter().map(|name| format!("{name}\n")).collect())
            }),
        }
    }
}

/// A selector that is none is said to be so in the server's words, which are Helm's too.
fn selector_error(error: StoreError) -> CommandError {
    match error {
        StoreError::Query(source) | StoreError::List(source) if source.code == 400 => {
            let text = &source.message;
            let words = text.find("unable to parse requirement").map(|at| &text[at..]);
            CommandError::new(words.unwrap_or(text))
        }
        other => other.into(),
    }
}
