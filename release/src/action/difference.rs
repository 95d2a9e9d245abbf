//! What one revision changes about another: their objects beside each other, tried out before anything is recorded.

use super::steps::Sending;
use super::{Context, Error};
use crate::apply::{Index, Object, Owner, departed, leave_out_harmless, own};
use crate::record::ApplyMethod;

/// The objects of the revision that is there, and those of the one that is to come.
pub(super) struct Difference<'a> {
    pub(super) current: &'a [Object],
    /// These carry the marks of their owner.
    pub(super) target: &'a [Object],
    /// How the revision that is there was sent.
    pub(super) before: ApplyMethod,
}

impl Difference<'_> {
    /// Has the server try out what is new or different, and makes sure that what departs may be deleted. Returns the new ones
    /// that are there already. `how` says everything but the objects; `action` is what an error calls it.
    ///
    /// # Errors
    ///
    /// All that is not allowed, or all that would be refused. Nothing was sent.
    pub(super) async fn check(
        &self,
        cx: &Context,
        action: &'static str,
        how: Sending<'_>,
    ) -> Result<Vec<Object>, Error> {
        let both = [self.before, how.method];
        let changed = if both == [ApplyMethod::ServerSide; 2] {
            self.changed(how.owner)
        } else {
            // What becomes of them depends on what we own from before; a server that tries them out cannot know.
            Vec::new()
        };
        let sending = Sending {
            fresh: &self.fresh(),
            changed: &changed,
            departed: &departed(self.current, self.target),
            ..how
        };
        let checked = sending.check(cx).await;
        checked.map_err(|source| Error::Preflight { action, source })
    }

    fn fresh(&self) -> Vec<Object> {
        let known = Index::of(self.current);
        let is_fresh = |object: &&Object| find(&known, object).is_none();
        self.target.iter().filter(is_fresh).cloned().collect()
    }

    /// Returns the objects that were there before, but not like that, as far as a server may refuse them.
    fn changed(&self, owner: Owner<'_>) -> Vec<Object> {
        let mut current = self.current.to_vec();
        own(&mut current, owner);
        let current = Index::of(&current);
        let pairs = self
            .target
            .iter()
            .filter_map(|object| Some((find(&current, object)?, object)));
        leave_out_harmless(pairs.filter(|(old, object)| old.body != object.body))
    }
}

/// An object of another API version counts as another one: the server may take it otherwise.
fn find<'a>(known: &Index<'a>, object: &Object) -> Option<&'a Object> {
    let old = known.find(object)?;
    (old.mapping.gvk == object.mapping.gvk).then_some(old)
}
