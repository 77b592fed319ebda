//! Policies that AWS would refuse for their length, and such a policy in pieces.

use std::cmp::Reverse;

use super::{EntryPlace, Review, Written};
use crate::document::{Document, NotSplit};
use crate::iam::quota::PolicyKind;
use crate::policies::{Locked, PolicyOwner, SourceQuota};
use crate::proof::{self, Fault};
use crate::text::{Problem, grouped};

/// A policy that would be changed, and is longer then than it may be for certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlong {
    /// Its place among the reviewed policies.
    pub policy: usize,
    /// What counts against the limit: its size, and for an inline policy that of those beside it.
    pub size: usize,
    /// The most characters that it may have.
    pub limit: usize,
    /// How it is attached, as far as that is known.
    pub kind: PolicyKind,
}

/// Why a policy is not written in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotInPieces {
    /// What in the policy, or about it, stands in the way.
    Problem(Box<Problem>),
    /// The pieces are not what they should be.
    Proof(Vec<Fault>),
}

impl Review {
    /// The policies that would be changed if it were written now, and would be too long: for AWS,
    /// whatever they are for, or for the limit that was `asked` for. What does not change is not
    /// longer than it was.
    pub fn overlong(&self, asked: Option<usize>) -> Vec<Overlong> {
        let overlong = self.overlong_quotas(asked).into_iter();
        overlong.map(|(_, one)| one).collect()
    }

    /// The same, each with the quota that it is too long for.
    fn overlong_quotas(&self, asked: Option<usize>) -> Vec<(Option<SourceQuota>, Overlong)> {
        let changed = self
            .policies()
            .filter(|policy| policy.outcome.written == Written::Changed);
        let mut told: Vec<SourceQuota> = Vec::new();
        let overlong = changed.filter_map(|policy| {
            let quotas = policy.loaded.quotas().into_iter();
            let overlong = quotas.filter(|quota| quota.is_none_or(|quota| !told.contains(&quota)));
            let overlong = overlong.map(|quota| {
                let kind = quota.map_or(policy.loaded.kind, |quota| quota.kind);
                let overlong = Overlong {
                    policy: policy.place,
                    size: self.counted_in(policy.place, quota),
                    limit: kind.limit(asked),
                    kind,
                };
                (quota, overlong)
            });
            let mut overlong = overlong.filter(|(_, one)| one.size > one.limit);
            let (quota, overlong) = overlong.next()?;
            told.extend(quota);
            Some((quota, overlong))
        });
        overlong.collect()
    }

    /// Leaves as they are policies that are [`overlong`](Self::overlong): of each quota the one that grows
    /// most. Returns which, each with what all of that quota came to. What remains may be too long still.
    pub fn leave_overlong(&mut self, asked: Option<usize>) -> Vec<Overlong> {
        let overlong = self.overlong_quotas(asked).into_iter();
        let left = overlong.map(|(quota, one)| Overlong {
            policy: self.grows_most(one.policy, quota),
            ..one
        });
        let left: Vec<Overlong> = left.collect();
        for Overlong {
            policy,
            size,
            limit,
            ..
        } in &left
        {
            let (size, limit) = (grouped(*size), grouped(*limit));
            let reason = format!("it would be too long, {size} of {limit} characters");
            let places: Vec<EntryPlace> = self.state().places_of(*policy).collect();
            self.reject(&places, Some(&reason.as_str().into()));
        }
        left
    }

    /// Which of those that change and count against a quota of the policy at `place` grows most.
    fn grows_most(&self, place: usize, quota: Option<SourceQuota>) -> usize {
        let sharing = self.input().sharing(place, quota);
        let changed =
            sharing.filter(|&other| self.policy(other).outcome.written == Written::Changed);
        let before = |other: usize| self.policy(other).loaded.size(quota);
        let growth = |other: &usize| {
            let now = self.size_now(*other, quota);
            (now.saturating_sub(before(*other)), Reverse(*other))
        };
        changed.max_by_key(growth).unwrap_or(place)
    }

    /// That a policy is too long to be written, without a way out.
    pub fn overlong_problem(&self, overlong: Overlong) -> Problem {
        let Overlong {
            policy,
            size,
            limit,
            kind,
        } = overlong;
        let scope = match kind {
            PolicyKind::Unknown if limit == kind.limit(None) => "for any policy",
            PolicyKind::Unknown => "as asked for",
            _ if limit < kind.quota() => "as asked for",
            _ => kind.quota_scope(),
        };
        let loaded = self.policy(policy).loaded;
        let source = loaded.document.source();
        let (size, limit) = (grouped(size), grouped(limit));
        let Some(block) = &loaded.origin.block else {
            return source.error(format!(
                "refined it comes to {size} characters of {limit} {scope}"
            ));
        };
        let start = loaded.document.policy_range().start;
        source.error_at(
            source.line_at(start),
            format!(
                "refined, {} comes to {size} characters of {limit} {scope}",
                block.called()
            ),
        )
    }

    /// A policy as it would be written now, as texts of managed policies that say together what it
    /// says, proved: each of at most as many characters as such a policy may have, and no more than
    /// were `asked` for.
    ///
    /// # Errors
    /// What cannot be cut, and what cannot have managed policies beside it.
    ///
    /// # Panics
    /// When there is no such policy.
    pub fn in_pieces(
        &self,
        policy: usize,
        asked: Option<usize>,
    ) -> Result<Vec<String>, NotInPieces> {
        self.can_be_in_pieces(policy)?;
        let whole = self.as_written(policy)?;
        let pieces = whole.split(PolicyKind::Managed.limit(asked));
        let pieces = pieces.map_err(|why| self.not_split(policy, &why))?;
        proved(&whole, &pieces, asked)?;
        Ok(pieces)
    }

    /// Proves `pieces` to be those of a policy, as [`in_pieces`](Self::in_pieces) gave them.
    ///
    /// # Errors
    /// What is wrong with them.
    ///
    /// # Panics
    /// When there is no such policy.
    pub fn prove_pieces(
        &self,
        policy: usize,
        pieces: &[impl AsRef<str>],
        asked: Option<usize>,
    ) -> Result<(), NotInPieces> {
        proved(&self.as_written(policy)?, pieces, asked)
    }

    /// Managed policies can be attached to whoever has the policy, but not to a permission set.
    fn can_be_in_pieces(&self, policy: usize) -> Result<(), NotInPieces> {
        let (principal, loaded) = (&self.input().principal, self.policy(policy).loaded);
        let everywhere = principal.everywhere.iter();
        let everywhere = everywhere.filter_map(|arn| PolicyOwner::from_arn(arn.raw()));
        let holders = (principal.owner().into_iter())
            .chain(loaded.origin.owner.clone())
            .chain(everywhere);
        let mut locks = holders.filter_map(|holder| holder.locked());
        let (what, help) = match (loaded.kind, locks.next()) {
            (PolicyKind::PermissionSet, _) | (_, Some(Locked::PermissionSet)) => (
                "a policy of a permission set is not split",
                "give policies of its own to the permission set by hand, or make it shorter: --granularity \
                 character; or reject in the review what takes most",
            ),
            (_, Some(Locked::ServiceLinked)) => (
                "a policy of a service-linked role is not split",
                "AWS keeps these roles, and nobody else changes them",
            ),
            _ => return Ok(()),
        };
        let source = loaded.document.source();
        Err(NotInPieces::of(source.error(what).help(help)))
    }

    /// The document of a policy as it would be written now.
    fn as_written(&self, policy: usize) -> Result<Document, NotInPieces> {
        let document = self.input().document(policy);
        let mut files = self.files();
        let file = files.find(|file| file.outcome.policies.contains(&policy));
        let nothing = || NotInPieces::of(document.source().error("nothing is left of it"));
        let text = file.and_then(|file| file.text()).ok_or_else(nothing)?;
        let read = document.file().read_again(&text);
        let read = read.map_err(|problems| {
            let mut problems = problems.into_iter();
            problems.next().map_or_else(nothing, NotInPieces::of)
        })?;
        let mut read = read.into_iter();
        read.nth(document.place_in_file()).ok_or_else(nothing)
    }

    /// That a policy is not split, at the place of its statement in the file that was read.
    fn not_split(&self, policy: usize, why: &NotSplit) -> NotInPieces {
        let (document, outcome) = (self.input().document(policy), &self.outcomes()[policy]);
        let source = document.source();
        let statement = why
            .statement
            .and_then(|left| outcome.places_left().nth(left));
        let message = format!("this cannot be split: {why}");
        let problem = match statement {
            Some(statement) => source
                .error_at(document.statement_range(statement), message)
                .help("make this statement shorter by hand"),
            None => source.error(message).help(SHORTER),
        };
        NotInPieces::of(problem)
    }
}

/// The way to a shorter policy.
const SHORTER: &str =
    "--granularity character makes it shorter, or reject in the review what takes most";

fn proved(
    whole: &Document,
    pieces: &[impl AsRef<str>],
    asked: Option<usize>,
) -> Result<(), NotInPieces> {
    let faults = proof::prove_pieces(whole, pieces, PolicyKind::Managed.limit(asked));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(NotInPieces::Proof(faults))
    }
}

impl NotInPieces {
    pub(super) fn of(problem: Problem) -> Self {
        NotInPieces::Problem(Box::new(problem))
    }
}
