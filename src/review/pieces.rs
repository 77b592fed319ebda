//! Policies that AWS would refuse for their length, and such a policy in pieces.

use super::{Review, Written};
use crate::document::{Document, NotSplit};
use crate::iam::quota::PolicyKind;
use crate::policies::{Locked, PolicyOwner};
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
        let changed = self
            .policies()
            .filter(|policy| policy.outcome.written == Written::Changed);
        let overlong = changed.map(|policy| Overlong {
            policy: policy.place,
            size: self.size(policy.place).counted,
            limit: policy.loaded.kind.limit(asked),
        });
        overlong.filter(|one| one.size > one.limit).collect()
    }

    /// That a policy is too long to be written, without a way out.
    pub fn overlong_problem(&self, overlong: Overlong) -> Problem {
        let Overlong {
            policy,
            size,
            limit,
        } = overlong;
        let kind = self.policy(policy).loaded.kind;
        let scope = match kind {
            PolicyKind::Unknown if limit == kind.limit(None) => "for any policy",
            PolicyKind::Unknown => "as asked for",
            _ if limit < kind.quota() => "as asked for",
            _ => kind.quota_scope(),
        };
        let source = self.input().document(policy).source();
        let (size, limit) = (grouped(size), grouped(limit));
        let message = format!("refined it comes to {size} characters of {limit} {scope}");
        match &self.policy(policy).loaded.origin.block {
            Some(block) => {
                let line = source.line_at(self.input().document(policy).policy_range().start);
                source.error_at(line, format!("{}: {message}", block.made()))
            }
            None => source.error(message),
        }
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
