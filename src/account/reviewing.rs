//! A policy of an account, opened for review.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{AccountPolicy, AccountReview, PolicyPlace, PrincipalPlace};
use crate::findings::Findings;
use crate::policies::{BoundaryUses, LoadedPolicy, agree};
use crate::review::Principal;
use crate::review::{OtherPolicy, Review, ReviewInput, keepers_by_name};
use crate::text::Problem;

impl AccountReview {
    /// Opens `subject` with everything undecided; nothing when it is not narrowed.
    pub fn review(&self, subject: &AccountPolicy) -> Option<Review> {
        let mut input = self.input(subject)?;
        let name = |&place: &PrincipalPlace| self.principal(place).owner.to_string();
        input.kept_for = keepers_by_name(self.contested(subject), name);
        Some(Review::new(input.holding_tear_down()))
    }

    /// What a review of `subject` works from; nothing when it is not narrowed.
    pub fn input(&self, subject: &AccountPolicy) -> Option<ReviewInput> {
        if !subject.is_refined() {
            return None;
        }
        let policy = LoadedPolicy::clone(self.policy(subject));
        let (catalogue, options) = (Arc::clone(&self.catalogue), self.options.clone());
        let findings = self.common_findings(&subject.holders)?;
        let mut input = ReviewInput::new(vec![policy], findings, catalogue, options);
        let holders = subject.holders.iter();
        input.principal = Principal {
            name: Some(self.holders_name(subject).into()),
            all_policies_loaded: holders
                .into_iter()
                .all(|&holder| self.holding.all_policies_loaded(holder)),
            everywhere: Vec::new(),
        };
        Some(input.with_others(self.others(subject)))
    }

    /// The ARN of its holder or owner, or how many they are.
    fn holders_name(&self, subject: &AccountPolicy) -> String {
        let owner = match subject.attached_to.as_slice() {
            [only] => *only,
            several => return format!("{} principals", several.len()),
        };
        let owner = &self.principal(owner).owner;
        match &owner.arn {
            Some(arn) => arn.to_string(),
            None => owner.name.to_string(),
        }
    }

    /// Policies of the holders other than `subject`.
    fn others(&self, subject: &AccountPolicy) -> Vec<OtherPolicy> {
        let mut others = Vec::new();
        for &holder in &subject.holders {
            let name = self.principal(holder).owner.to_string();
            let policies = self.holding.policies(holder).iter();
            let not_this = policies.copied().filter(|place| *place != subject.place);
            others.extend(not_this.map(|place| OtherPolicy {
                holder: name.clone(),
                policy: Arc::clone(self.policy_at(place)),
            }));
        }
        others
    }

    /// Policies of the holders that may still grant what goes of `subject`, or not.
    fn unreadable_beside(&self, subject: &AccountPolicy) -> Vec<Problem> {
        let mut told = Vec::new();
        for unreadable in self.unreadable() {
            let mut holders = self.holders_of_unreadable(unreadable).into_iter();
            let users = |holder| self.users_of(holder);
            let has_both = |user: PrincipalPlace| subject.holders.contains(&user);
            let Some(first) = unreadable.problems.0.first() else {
                continue;
            };
            if holders.any(|holder| users(holder).into_iter().any(has_both)) {
                let message = format!(
                    "{} cannot be read, so it is unknown what it still grants to those who have both",
                    unreadable.name.raw()
                );
                told.push(first.source().warning(message));
            }
        }
        told
    }

    /// That AWS's count of the boundaries is not in the file.
    fn boundary_as_shown(&self, subject: &AccountPolicy) -> Option<Problem> {
        let PolicyPlace::Managed(place) = subject.place else {
            return None;
        };
        let is_shown = self.account.managed[place].boundary_uses == BoundaryUses::AsShown;
        let source = self.policy(subject).document.source();
        is_shown.then(|| {
            source.note(
                "the file has no \"PermissionsBoundaryUsageCount\"; no user or role in it has this \
                 policy as its permissions boundary",
            )
        })
    }

    /// What to mind about `subject`: that it was changed after a finding was made, that a finding
    /// is archived or partial, and the warnings about its document.
    pub fn cautions(&self, subject: &AccountPolicy) -> Vec<Problem> {
        let policy = self.policy(subject);
        let mut cautions: Vec<Problem> = policy.notes().cloned().collect();
        cautions.extend(self.unreadable_beside(subject));
        cautions.extend(self.boundary_as_shown(subject));
        let mut seen = BTreeSet::new();
        for &holder in &subject.holders {
            let Some(finding) = self.finding(holder) else {
                continue;
            };
            // Whose the policy is was looked at when the account was brought together.
            let alone = Findings {
                principal: None,
                ..finding.clone()
            };
            let stale = agree(std::slice::from_ref(&**policy), &alone).unwrap_or_default();
            let told = finding.notes.iter().cloned().chain(stale);
            cautions.extend(told.filter(|told| seen.insert(told.to_string())));
        }
        cautions
    }
}
