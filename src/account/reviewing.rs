//! A policy of an account, opened for review.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{AccountPolicy, AccountReview, PolicyPlace, PrincipalPlace};
use crate::policies::{BoundaryUses, LoadedPolicy, outdated};
use crate::review::Principal;
use crate::review::{OtherPolicy, Review, ReviewInput, keepers_by_name};
use crate::text::Problem;

impl AccountReview {
    /// Opens `policy` with everything undecided; nothing when it is not narrowed.
    pub fn review(&self, policy: &AccountPolicy) -> Option<Review> {
        let input = self.input(policy)?;
        Some(Review::new(input.holding_tear_down()))
    }

    /// What a review of `policy` works from; nothing when it is not narrowed.
    pub fn input(&self, policy: &AccountPolicy) -> Option<ReviewInput> {
        if !policy.is_refined() {
            return None;
        }
        let loaded = LoadedPolicy::clone(self.policy(policy));
        let (catalogue, options) = (Arc::clone(&self.catalogue), self.options.clone());
        let findings = self.common_findings(&policy.holders)?;
        let mut input = ReviewInput::new(vec![loaded], findings, catalogue, options);
        let name = |&place: &PrincipalPlace| self.principal(place).owner.to_string();
        input.keep_for_others(keepers_by_name(self.contested(policy), name));
        input.principal = self.principal_of(policy);
        Some(input.with_others(self.others(policy)))
    }

    /// Whose a policy is.
    pub(super) fn principal_of(&self, policy: &AccountPolicy) -> Principal {
        let mut holders = policy.holders.iter();
        Principal {
            name: Some(self.holders_name(policy).into()),
            all_policies_loaded: holders.all(|&holder| self.holding.all_policies_loaded(holder)),
            everywhere: Vec::new(),
        }
    }

    /// The ARN of its holder or owner, or how many they are.
    fn holders_name(&self, policy: &AccountPolicy) -> String {
        let owner = match policy.attached_to.as_slice() {
            [only] => *only,
            several => return format!("{} principals", several.len()),
        };
        let owner = &self.principal(owner).owner;
        match &owner.arn {
            Some(arn) => arn.to_string(),
            None => owner.name.to_string(),
        }
    }

    /// Policies of the holders other than `policy`.
    fn others(&self, policy: &AccountPolicy) -> Vec<OtherPolicy> {
        let mut others = Vec::new();
        for &holder in &policy.holders {
            let name = self.principal(holder).owner.to_string();
            let policies = self.holding.policies(holder).iter();
            let not_this = policies.copied().filter(|place| *place != policy.place);
            others.extend(not_this.map(|place| OtherPolicy {
                holder: name.clone(),
                policy: Arc::clone(self.policy_at(place)),
            }));
        }
        others
    }

    /// Policies of the holders that may still grant what goes of `policy`, or not.
    fn unreadable_beside(&self, policy: &AccountPolicy) -> Vec<Problem> {
        let mut warnings = Vec::new();
        for unreadable in self.unreadable() {
            let mut holders = self.holders_of_unreadable(unreadable).into_iter();
            let users = |holder| self.users_of(holder);
            let has_both = |user: PrincipalPlace| policy.holders.contains(&user);
            let Some(first) = unreadable.problems.0.first() else {
                continue;
            };
            if holders.any(|holder| users(holder).into_iter().any(has_both)) {
                let message = format!(
                    "{} cannot be read, so it is unknown what it still grants to those who have both",
                    unreadable.name.raw()
                );
                warnings.push(first.source().warning(message));
            }
        }
        warnings
    }

    /// That AWS's count of the boundaries is not in the file.
    fn boundary_as_shown(&self, policy: &AccountPolicy) -> Option<Problem> {
        let PolicyPlace::Managed(place) = policy.place else {
            return None;
        };
        let is_shown = self.account.managed[place].boundary_uses == BoundaryUses::AsShown;
        let source = self.policy(policy).document.source();
        is_shown.then(|| {
            source.note(
                "the file has no \"PermissionsBoundaryUsageCount\"; no user or role in it has this \
                 policy as its permissions boundary",
            )
        })
    }

    /// That a stack made the principal that `policy` is embedded in.
    fn made_by_stack(&self, policy: &AccountPolicy) -> Option<Problem> {
        let loaded = self.policy(policy);
        let principal = self.account.principal(loaded.origin.owner.as_ref()?)?;
        let stack = principal.stack.as_ref()?;
        let source = loaded.document.source();
        let message = format!(
            "the CloudFormation stack {stack} made {}: it may undo what is changed here. Narrow what its template says",
            principal.owner
        );
        Some(source.note(message))
    }

    /// What to mind about `policy`: that a stack made whom it is embedded in, that it was changed after a finding was made, that a finding
    /// is archived or partial, and the warnings about its document.
    pub fn cautions(&self, policy: &AccountPolicy) -> Vec<Problem> {
        let loaded = self.policy(policy);
        let mut cautions: Vec<Problem> = loaded.notes().cloned().collect();
        cautions.extend(self.unreadable_beside(policy));
        cautions.extend(self.boundary_as_shown(policy));
        cautions.extend(self.made_by_stack(policy));
        let holders = policy.holders.iter();
        let findings = holders.filter_map(|&holder| self.finding(holder));
        let notes = findings.flat_map(|finding| finding.notes.iter().cloned());
        let mut seen = BTreeSet::new();
        let notes = notes.chain(self.outdated(policy));
        cautions.extend(notes.filter(|note| seen.insert(note.to_string())));
        cautions
    }

    /// That `policy` was changed after the finding of one of its holders was made, or is too young for
    /// the report about one of them.
    pub fn outdated(&self, policy: &AccountPolicy) -> Vec<Problem> {
        let loaded = &**self.policy(policy);
        let holders = policy.holders.iter();
        let findings = holders.filter_map(|&holder| self.finding(holder));
        // Whose the policy is was looked at when the account was brought together.
        let warnings = findings.flat_map(|finding| outdated(std::slice::from_ref(loaded), finding));
        warnings.collect()
    }
}
