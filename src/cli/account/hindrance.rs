//! What was found and cannot be brought to AWS.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::refined::{Became, Refined};
use crate::account::{AccountReview, PolicyPlace, PrincipalPlace, Subject, SubjectKind};
use crate::cli::too_long::TooLong;
use crate::iam::quota::{self, PolicyKind};

/// Why what was found cannot be brought to AWS.
pub enum Hindrance {
    /// It would be longer than AWS takes.
    TooLong(TooLong),
    /// It cannot be taken from a principal that AWS keeps.
    Locked(String),
    /// The file does not tell its name or version, or the number of the account.
    Nameless,
}

/// What keeps `subject` from being brought to AWS when it comes to `size` characters.
pub fn hindrance(account: &AccountReview, subject: &Subject, size: usize) -> Option<Hindrance> {
    let policy = account.policy(subject);
    let too_long = match policy.kind {
        // These share a quota, so they are looked at together: see `keep_what_does_not_fit`.
        PolicyKind::Inline(_) => None,
        kind @ (PolicyKind::Managed | PolicyKind::Unknown) => TooLong::of(size, kind),
    };
    if let Some(too_long) = too_long {
        return Some(Hindrance::TooLong(too_long));
    }
    let mut attached = subject
        .attached_to
        .iter()
        .map(|&place| account.principal(place));
    let locked = attached.find(|principal| principal.locked.is_some());
    let is_detached = size == 0 && subject.kind != SubjectKind::Inline;
    if let Some(locked) = locked.filter(|_| is_detached) {
        return Some(Hindrance::Locked(locked.owner.to_string()));
    }
    let origin = &policy.origin;
    let is_known = match subject.kind {
        SubjectKind::Inline => origin.name.is_some(),
        SubjectKind::Managed => origin.version.is_some(),
        SubjectKind::AwsManaged => {
            // The ARN of the policy that takes its place needs the number of the account.
            let mut attached = subject.attached_to.iter();
            let is_told = attached.any(|&place| account.principal(place).owner.arn.is_some());
            origin.version.is_some() && is_told
        }
    };
    (!is_known).then_some(Hindrance::Nameless)
}

/// The size of the other inline policies that share a quota with this one.
fn inline_beside(account: &AccountReview, subject: &Subject) -> usize {
    let own = account.policy(subject);
    let owners = subject
        .attached_to
        .iter()
        .map(|&place| account.principal(place));
    let policies = owners.flat_map(|owner| &owner.inline);
    let others = policies.filter(|other| !Arc::ptr_eq(other, own));
    others
        .map(|other| quota::size(other.document.source().text()))
        .sum()
}

/// Each inline policy fits beside the others as they are, but they may be too long together when
/// several grow: then the later ones stay. The scripts may be run in any order, so what another
/// policy gets shorter makes no room.
pub fn keep_what_does_not_fit(account: &AccountReview, refined: &mut [Refined<'_>]) {
    let mut grown: BTreeMap<PrincipalPlace, usize> = BTreeMap::new();
    for own in refined {
        let PolicyPlace::Inline { owner, .. } = own.subject.place else {
            continue;
        };
        let Some(after) = own.change().map(|change| change.size) else {
            continue;
        };
        let growth = after.saturating_sub(own.subject.size);
        let grown = grown.entry(owner).or_default();
        let size = inline_beside(account, own.subject) + *grown + after;
        match TooLong::of(size, account.policy(own.subject).kind) {
            Some(too_long) if growth > 0 => {
                own.became = Became::Kept(vec![Hindrance::TooLong(too_long).to_string()]);
            }
            _ => *grown += growth,
        }
    }
}

impl fmt::Display for Hindrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hindrance::TooLong(too_long) => {
                write!(f, "refined, AWS would refuse it: {too_long}")
            }
            Hindrance::Locked(principal) => {
                write!(
                    f,
                    "nothing is left, and AWS keeps it attached to {principal}"
                )
            }
            Hindrance::Nameless => {
                f.write_str("the file does not tell its name or version, or whose it is")
            }
        }
    }
}
