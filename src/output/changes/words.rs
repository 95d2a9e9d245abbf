//! What all forms say: of what the changes are, how many there are, what becomes of an object.

use release::diff::{ChangeSet, Effect, ObjectChange, Summary};

use super::visible::visible;

/// Returns of what the changes are: `web in default, revision 1 → revision 2`.
pub(super) fn subject(set: &ChangeSet) -> String {
    let release = match (&set.release, &set.namespace) {
        (Some(release), Some(namespace)) => Some(format!("{release} in {namespace}")),
        (release, _) => release.clone(),
    };
    let ways = match (&set.from, &set.to) {
        (Some(from), Some(to)) => Some(format!("{from} → {to}")),
        (from, to) => from.clone().or_else(|| to.clone()),
    };
    let parts: Vec<_> = release.into_iter().chain(ways).collect();
    visible(&parts.join(", "))
}

/// Returns the verb as a headline, if there is one to do.
pub(super) fn headline(set: &ChangeSet) -> String {
    let subject = subject(set);
    match set.action.as_str() {
        "" | "diff" => subject,
        "drift" => format!("drift of {subject}"),
        action if subject.is_empty() => visible(action),
        action => format!("{} {subject}", visible(action)),
    }
}

/// How a kind of change is counted: before it happens, or as a difference.
struct Words {
    create: &'static str,
    update: &'static str,
    replace: &'static str,
    delete: &'static str,
    nothing: &'static str,
}

const TO_DO: Words = Words {
    create: "to create",
    update: "to update",
    replace: "to replace",
    delete: "to delete",
    nothing: "nothing to do",
};

const DIFFERENCE: Words = Words {
    create: "added",
    update: "changed",
    replace: "replaced",
    delete: "removed",
    nothing: "no differences",
};

const DRIFT: Words = Words {
    create: "unexpected",
    delete: "missing",
    nothing: "no drift",
    ..DIFFERENCE
};

/// Returns how many objects are changed, in words.
pub(super) fn counts(set: &ChangeSet) -> String {
    let words = match set.action.as_str() {
        "diff" => DIFFERENCE,
        "drift" => DRIFT,
        _ => TO_DO,
    };
    let Summary {
        create,
        update,
        replace,
        delete,
        keep,
        values,
        attention,
        ..
    } = set.summary();
    let counted = [
        (create, words.create),
        (update, words.update),
        (replace, words.replace),
        (delete, words.delete),
        (keep, "kept"),
        (
            values,
            if values == 1 {
                "value changed"
            } else {
                "values changed"
            },
        ),
    ];
    let parts = counted.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<_> = parts.map(|(count, what)| format!("{count} {what}")).collect();
    let text = if parts.is_empty() {
        words.nothing.to_owned()
    } else {
        parts.join(", ")
    };
    match attention {
        // Drift is nothing but notes that somebody changed something.
        _ if set.action == "drift" => text,
        0 => text,
        1 => format!("{text}; 1 needs attention"),
        many => format!("{text}; {many} need attention"),
    }
}

/// Returns the sign of what becomes of an object.
pub(super) fn mark(effect: Effect) -> &'static str {
    match effect {
        Effect::Create => "+",
        Effect::Update => "~",
        Effect::Replace => "±",
        Effect::Delete => "-",
        Effect::Keep => "=",
        Effect::Nothing => " ",
    }
}

/// Returns the name of an object, with what has to be said to tell it from others: `Service/web (v1)`.
pub(super) fn title(set: &ChangeSet, change: &ObjectChange) -> String {
    let object = &change.object;
    let mut text = format!(
        "{}/{} ({})",
        object.gvk.kind,
        object.name,
        object.gvk.api_version()
    );
    let is_elsewhere = set.namespace.as_ref() != Some(&object.namespace);
    if is_elsewhere && !object.namespace.is_empty() {
        text.push_str(&format!(" in {}", object.namespace));
    }
    if let Some(hook) = &change.hook {
        text.push_str(&format!(", hook {hook}"));
    }
    match change.effect {
        Effect::Replace => text.push_str(", replaced"),
        Effect::Keep => text.push_str(", kept"),
        _ => {}
    }
    visible(&text)
}

/// Returns the objects about which there is something to say.
pub(super) fn told(set: &ChangeSet) -> impl Iterator<Item = &ObjectChange> {
    let is_told = |change: &&ObjectChange| change.effect != Effect::Nothing || !change.notes.is_empty();
    set.objects.iter().filter(is_told)
}

/// Says whether a field only says again which object it is.
pub(super) fn is_identity(path: &str) -> bool {
    matches!(
        path,
        ".apiVersion" | ".kind" | ".metadata.name" | ".metadata.namespace"
    )
}
