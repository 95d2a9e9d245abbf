//! Two charts beside each other, rendered with the same values.

use std::collections::BTreeSet;
use std::path::Path;

use chart::Chart;
use release::diff::{ChangeSet, Concern, Note, ObjectChange, Secrecy, Stated, compare_values, differences};
use release::{InstallOptions, Preview, Silent, preview};

use super::Diff;
use super::releases::Hooks;
use crate::args::source::Missing;
use crate::context::{Context, Dns};
use crate::error::Result;

/// A chart, and what it renders.
struct Rendered {
    title: String,
    defaults: serde_json::Value,
    stated: Vec<Stated>,
    /// What it renders when asked again.
    again: Vec<Stated>,
}

impl Diff {
    /// Returns what is different between two charts: their own values, and the objects.
    ///
    /// # Errors
    /// When one is not there, or cannot be rendered.
    pub(super) fn charts(
        &mut self,
        cx: &Context,
        names: [&str; 2],
        mut secrecy: Secrecy,
    ) -> Result<ChangeSet> {
        let old = self.rendered(cx, names[0])?;
        let new = self.rendered(cx, names[1])?;
        let both = old.stated.iter().chain(&new.stated);
        both.for_each(|stated| secrecy.texts.learn(&stated.body));
        let mut objects = differences(&old.stated, &new.stated, &secrecy);
        mark_random(&mut objects, [&old, &new], &secrecy);
        Ok(ChangeSet {
            action: "diff".to_owned(),
            namespace: Some(cx.namespace().to_owned()),
            from: Some(old.title),
            to: Some(new.title),
            objects,
            values: compare_values(&old.defaults, &new.defaults, &secrecy),
            ..ChangeSet::default()
        })
    }

    fn rendered(&mut self, cx: &Context, name: &str) -> Result<Rendered> {
        let (reference, version) = split_version(name);
        let given = self.source.version.clone();
        if let Some(version) = version {
            version.clone_into(&mut self.source.version);
        }
        let archive = self.source.locate(cx, reference);
        self.source.version = given;
        let chart = self.source.read_installable(cx, &archive?, Missing::Refused)?;
        let metadata = &chart.metadata;
        Ok(Rendered {
            title: format!("{} {}", metadata.name, metadata.version),
            defaults: serde_json::to_value(&chart.values)?,
            stated: self.stated(cx, &chart)?,
            again: self.stated(cx, &chart)?,
        })
    }

    fn stated(&self, cx: &Context, chart: &Chart) -> Result<Vec<Stated>> {
        let place = Preview {
            renderer: cx.renderer(Dns::Ignored),
            capabilities: self.render.capabilities()?,
            namespace: cx.namespace(),
            now: cx.now(),
            observer: &Silent,
        };
        let values = self.values.read(cx)?;
        let release = preview(
            place,
            &self.release_name,
            chart.clone(),
            values,
            &InstallOptions::default(),
        )?;
        let mut stated = Vec::new();
        if !self.skip_crds {
            stated.extend(Stated::of_crds(chart)?);
        }
        stated.extend(Hooks::from(self.no_hooks).of(Stated::of_release(&release)?));
        Ok(stated)
    }
}

impl From<bool> for Hooks {
    /// Reads the flag `--no-hooks`.
    fn from(is_left_out: bool) -> Self {
        if is_left_out {
            Hooks::Ignored
        } else {
            Hooks::Compared
        }
    }
}

/// Says of fields that are different each time a chart is rendered that they are, and takes them away: that they differ says
/// nothing about the charts.
fn mark_random(objects: &mut [ObjectChange], charts: [&Rendered; 2], secrecy: &Secrecy) {
    let random: BTreeSet<_> = charts
        .into_iter()
        .flat_map(|chart| differences(&chart.stated, &chart.again, secrecy))
        .flat_map(|change| {
            let object = change.object.clone();
            change
                .fields
                .into_iter()
                .map(move |field| (object.clone(), field.path))
        })
        .collect();
    for change in objects.iter_mut() {
        let is_random = |path: &str| random.contains(&(change.object.clone(), path.to_owned()));
        let both = |field: &release::diff::FieldChange| field.before.is_some() && field.after.is_some();
        let (odd, kept): (Vec<_>, Vec<_>) = change
            .fields
            .drain(..)
            .partition(|field| both(field) && is_random(&field.path));
        change.fields = kept;
        if let Some(first) = odd.first() {
            let more = match odd.len() {
                1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            let text = format!("different each time it is rendered: {}{more}", first.path);
            change.notes.push(Note::new(Concern::Nondeterministic, text));
        }
    }
    for change in objects.iter_mut() {
        if change.fields.is_empty() {
            change.effect = release::diff::Effect::Nothing;
        }
    }
}

/// Takes `REFERENCE@VERSION` apart. A path that exists is one; `@sha256:` belongs to the reference.
fn split_version(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once('@') {
        Some((reference, version))
            if !version.contains(['/', ':']) && !reference.is_empty() && !Path::new(name).exists() =>
        {
            (reference, Some(version))
        }
        _ => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::split_version;

    #[test]
    fn versions_follow_an_at_sign() {
        for (name, expected) in [
            ("shop/web@1.2.0", ("shop/web", Some("1.2.0"))),
            ("oci://host:5000/a/web@^1", ("oci://host:5000/a/web", Some("^1"))),
            ("oci://host/web@sha256:abc", ("oci://host/web@sha256:abc", None)),
            ("https://user@host/web.tgz", ("https://user@host/web.tgz", None)),
            ("./web", ("./web", None)),
        ] {
            assert_eq!(split_version(name), expected);
        }
    }
}
