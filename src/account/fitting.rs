//! What was found and cannot be brought to AWS: what is too long, and what cannot be named.

use std::collections::{BTreeMap, BTreeSet};

use super::refined::{Decided, PolicyResult, RefinedPolicy};
use super::{AccountPolicy, AccountReview, Blocker, PolicyIdentity, PolicyPlace, PrincipalPlace};
use crate::iam::quota::PolicyKind;
use crate::review::{TooLong, Written};

impl AccountReview {
    /// By how much `policy` is too long with `size` characters, whatever else there is.
    pub(super) fn too_long(&self, policy: &AccountPolicy, size: usize) -> Option<TooLong> {
        match self.policy(policy).kind {
            // These share a quota, so they are looked at together: see `block_what_does_not_fit`.
            PolicyKind::Inline(_) => None,
            kind @ (PolicyKind::Managed | PolicyKind::PermissionSet | PolicyKind::Unknown) => {
                TooLong::of(size, kind)
            }
        }
    }

    /// The most characters that `policy` may come to: those of its quota that others do not take.
    pub(super) fn room_for(&self, policy: &AccountPolicy) -> usize {
        let quota = self.policy(policy).kind.quota();
        quota.saturating_sub(self.size_of_others(policy.place))
    }

    /// What AWS calls `policy`, which is to come to `size` characters.
    ///
    /// # Errors
    /// What keeps it from being brought to AWS.
    pub(super) fn identity(
        &self,
        policy: &AccountPolicy,
        size: usize,
    ) -> Result<PolicyIdentity, Blocker> {
        let is_detached = size == 0 && matches!(policy.place, PolicyPlace::Managed(_));
        let mut attached = policy.attached_to.iter();
        let locked = attached.find(|&&place| self.principal(place).locked.is_some());
        if let Some(&locked) = locked.filter(|_| is_detached) {
            return Err(Blocker::KeptAttached(locked));
        }
        PolicyIdentity::of(self, policy).ok_or(Blocker::Nameless)
    }

    /// The policies that count against the quota of the one at `place`, itself among them: inline
    /// policies of a principal share one.
    pub fn sharing_quota(&self, place: PolicyPlace) -> Vec<PolicyPlace> {
        match place {
            PolicyPlace::Inline { owner, .. } => (0..self.principal(owner).inline.len())
                .map(|policy| PolicyPlace::Inline { owner, policy })
                .collect(),
            PolicyPlace::Managed(_) => vec![place],
        }
    }

    /// Each inline policy fits with the others as they are, but they may be too long together when
    /// several grow: then the later ones stay. The scripts may be run in any order, so what another
    /// policy gets shorter makes no room.
    pub(super) fn block_what_does_not_fit(&self, refined: &mut [RefinedPolicy<'_>]) {
        let changed = (refined.iter())
            .filter_map(|refined| Some((refined.policy, refined.change()?.size.after)));
        let too_long = self.inline_too_long(changed);
        for refined_policy in refined {
            if let Some(too_long) = too_long.get(&refined_policy.policy.place) {
                self.split_or_block(refined_policy, *too_long);
            }
        }
    }

    /// The inline ones among `changed`, policies with their new sizes, that do not fit beside the others.
    fn inline_too_long<'a>(
        &self,
        changed: impl Iterator<Item = (&'a AccountPolicy, usize)>,
    ) -> BTreeMap<PolicyPlace, TooLong> {
        let mut grown: BTreeMap<PrincipalPlace, usize> = BTreeMap::new();
        let mut too_long = BTreeMap::new();
        for (policy, after) in changed {
            let PolicyPlace::Inline { owner, .. } = policy.place else {
                continue;
            };
            let growth = after.saturating_sub(policy.size);
            let grown = grown.entry(owner).or_default();
            let size = self.size_of_others(policy.place) + *grown + after;
            match TooLong::of(size, self.policy(policy).kind) {
                Some(by) if growth > 0 => {
                    too_long.insert(policy.place, by);
                }
                _ => *grown += growth,
            }
        }
        too_long
    }

    /// The policies that change as `decided` has it and yet stay as they are, since that cannot be brought
    /// to AWS: what [`refine_decided`](Self::refine_decided) keeps of them.
    pub fn kept_though_decided(&self, decided: &Decided) -> BTreeSet<PolicyPlace> {
        let changed: Vec<(&AccountPolicy, usize)> = (self.policies().iter())
            .filter_map(|policy| {
                let outcome = &decided.get(&policy.place)?.outcomes()[0];
                let changes = outcome.written != Written::Unchanged;
                changes.then_some((policy, outcome.size))
            })
            .collect();
        let is_kept = |(policy, size): &&(&AccountPolicy, usize)| {
            self.too_long(policy, *size).is_some() || self.identity(policy, *size).is_err()
        };
        let kept = changed
            .iter()
            .filter(is_kept)
            .map(|(policy, _)| policy.place);
        let inline = self.inline_too_long(changed.iter().copied());
        kept.chain(inline.into_keys()).collect()
    }

    /// Splits an inline policy, which then goes, or leaves it as it is.
    fn split_or_block(&self, refined: &mut RefinedPolicy<'_>, too_long: TooLong) {
        let PolicyResult::Changed(change) = &mut refined.result else {
            return;
        };
        let Some(text) = &change.text else { return };
        match self.pieces(refined.policy, text, too_long, None) {
            Ok(pieces) => change.pieces = Some(pieces),
            Err(blocker) => {
                refined.result = PolicyResult::Kept {
                    blockers: vec![blocker],
                    would_go: std::mem::take(&mut change.goes),
                };
            }
        }
    }

    /// The size of the other policies that share a quota with the one at `place`.
    fn size_of_others(&self, place: PolicyPlace) -> usize {
        let sharing = self.sharing_quota(place).into_iter();
        let others = sharing.filter(|other| *other != place);
        let size = |other| self.policy_at(other).document.size();
        let unreadable = self.unreadable().iter().filter(|unreadable| match place {
            PolicyPlace::Inline { owner, .. } => unreadable.embedded_in == Some(owner.0),
            PolicyPlace::Managed(_) => false,
        });
        others.map(size).sum::<usize>() + unreadable.map(|policy| policy.size).sum::<usize>()
    }
}
