//! What forbids to narrow a policy.

use super::{AccountReview, PolicyPlace, PrincipalPlace, WhenTooLong};
use crate::findings::Findings;
use crate::iam::quota::Owner;
use crate::policies::{BoundaryUses, Locked, outdated};
use crate::review::TooLong;
use crate::text::Untrusted;

/// Why a policy is not narrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocker {
    /// Nobody has it: nobody can be said not to use it.
    NotAttached,
    /// There are no findings for this holder, or they were passed over, which therefore counts as using everything.
    NoFinding(PrincipalPlace),
    /// It was changed after the finding of this holder was made, which says nothing of what it grants now.
    Newer(PrincipalPlace),
    /// Those who have it are roles that are not used at all, this one first: rather than narrowed,
    /// they may be deleted.
    RoleUnused(PrincipalPlace),
    /// Nobody is in this group as far as known: a later member may need anything.
    EmptyGroup(PrincipalPlace),
    /// The file does not show everyone that AWS counts.
    AttachmentsUnseen {
        /// How many principals of the file it is attached to.
        seen: usize,
        /// How many principals AWS counts, where the file has that number.
        counted: Option<u64>,
    },
    /// It is, or may be, a permissions boundary: what it does not allow, no other policy can.
    Boundary {
        /// The principals of the file that it bounds.
        of: Vec<PrincipalPlace>,
        /// How many principals AWS counts, where the file has that number.
        counted: Option<u64>,
    },
    /// AWS keeps what this principal has.
    Locked(PrincipalPlace, Locked),
    /// Refined, it would be longer than AWS takes.
    TooLong(NoFit),
    /// Nothing is left of it, and AWS keeps it attached to this principal.
    KeptAttached(PrincipalPlace),
    /// The file does not have what AWS calls it: its name, ARN or version, or the account.
    Nameless,
}

/// Why a principal has no finding, where more is known than that there is none; the gravest last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WithoutFinding {
    /// Somebody archived it: what it names is meant to stay.
    Archived,
    /// It is there, and is not used.
    PassedOver,
    /// All of this principal is kept, whatever is found of it; what says so: `keep.toml:5: for emergencies`.
    Kept(Untrusted),
    /// AWS was asked and did not answer.
    Unanswered,
}

/// By how much a policy is too long, and why nothing is done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoFit {
    /// By how much.
    pub too_long: TooLong,
    /// What was asked to be done about it, and in vain.
    pub asked: WhenTooLong,
    /// Why that is not done.
    pub why: Option<String>,
}

impl NoFit {
    /// By how much it is too long, why what was asked for is not done, and what else can be.
    fn told(&self) -> String {
        let asked = match self.asked {
            WhenTooLong::Leave => "",
            WhenTooLong::Split => "split",
            WhenTooLong::Keep => "keep",
        };
        let ways = self.too_long.ways().iter().copied();
        let others: Vec<&str> = ways.filter(|way| *way != asked).collect();
        let told = self.too_long.advising(&others);
        match &self.why {
            Some(why) => format!("{told}; {why}"),
            None => told,
        }
    }
}

impl AccountReview {
    pub(super) fn blockers(
        &self,
        place: PolicyPlace,
        attached_to: &[PrincipalPlace],
        holders: &[PrincipalPlace],
    ) -> Vec<Blocker> {
        let mut blockers = self.locks(place, attached_to);
        if let PolicyPlace::Managed(policy) = place {
            let managed = &self.account.managed[policy];
            let bounded = self.holding.bounded_by(place);
            let counted = match managed.boundary_uses {
                BoundaryUses::Counted(counted) => Some(counted),
                BoundaryUses::AsShown => Some(0),
                BoundaryUses::Unknown => None,
            };
            if !bounded.is_empty() || counted != Some(0) {
                blockers.push(Blocker::Boundary {
                    of: bounded.to_vec(),
                    counted,
                });
            }
            let seen = attached_to.len();
            if managed.attachments != u64::try_from(seen).ok() {
                blockers.push(Blocker::AttachmentsUnseen {
                    seen,
                    counted: managed.attachments,
                });
            } else if seen == 0 {
                blockers.push(Blocker::NotAttached);
            }
        }
        let is_empty_group = |&place: &PrincipalPlace| {
            self.principal(place).owner.kind == Owner::Group
                && self.holding.members(place).is_empty()
        };
        let empty = attached_to.iter().copied().filter(is_empty_group);
        blockers.extend(empty.map(Blocker::EmptyGroup));
        let silent = holders.iter().copied();
        let silent = silent.filter(|&holder| self.finding(holder).is_none());
        blockers.extend(silent.map(Blocker::NoFinding));
        let loaded = std::slice::from_ref(&**self.policy_at(place));
        let is_older = |finding: &Findings| {
            // A report has a guard of its own.
            finding.asked_since.is_none() && !outdated(loaded, finding).is_empty()
        };
        let mut older = holders.iter().copied();
        let older = older.find(|&holder| self.finding(holder).is_some_and(is_older));
        blockers.extend(older.map(Blocker::Newer));
        if let Some(&first) = holders.first()
            && holders.iter().all(|&holder| self.uses_nothing(holder))
        {
            blockers.push(Blocker::RoleUnused(first));
        }
        blockers
    }

    /// Policies are embedded in a locked principal, attached to it and taken from it by AWS alone.
    /// A customer's own policy gets its new version elsewhere.
    fn locks(&self, place: PolicyPlace, attached_to: &[PrincipalPlace]) -> Vec<Blocker> {
        let is_own =
            matches!(place, PolicyPlace::Managed(_)) && !self.policy_at(place).is_aws_managed();
        let locked = attached_to.iter().filter(|_| !is_own);
        let lock =
            |&place: &PrincipalPlace| Some(Blocker::Locked(place, self.principal(place).locked?));
        locked.filter_map(lock).collect()
    }

    /// A blocker in words, to be read after the name of the policy.
    pub fn reason(&self, blocker: &Blocker) -> String {
        let name = |&place: &PrincipalPlace| self.principal(place).owner.to_string();
        match blocker {
            Blocker::NotAttached => "it is attached to nobody".to_owned(),
            Blocker::NoFinding(holder) => match self.without_finding.get(holder) {
                Some(WithoutFinding::Kept(_)) => self.why_no_finding(*holder),
                _ => format!(
                    "{}, so it counts as using all",
                    self.why_no_finding(*holder)
                ),
            },
            Blocker::Newer(holder) => {
                let made = self
                    .finding(*holder)
                    .and_then(|finding| finding.analyzed_at);
                let made = made.map(|at| at.strftime(" of %Y-%m-%d").to_string());
                format!(
                    "it was changed after the finding{} of {}, which does not tell what of it is used",
                    made.unwrap_or_default(),
                    name(holder)
                )
            }
            Blocker::RoleUnused(role) => {
                let last_used = self.unused_role(*role).and_then(|role| role.last_used);
                let last = last_used.map(|at| at.strftime(", last on %Y-%m-%d").to_string());
                let last = last.unwrap_or_default();
                format!("{} is not used{last}: delete the role?", name(role))
            }
            Blocker::EmptyGroup(group) => format!("{} has no members to be seen", name(group)),
            Blocker::AttachmentsUnseen { seen, counted } => match counted {
                Some(counted) => {
                    format!("AWS counts {counted} attachments, and the file shows {seen}")
                }
                None => format!(
                    "the file shows {seen} attachments, and does not tell how many AWS counts"
                ),
            },
            Blocker::Boundary { of, counted } => match (of.as_slice(), counted) {
                ([], None) => "the file does not tell whether it is a permissions boundary".into(),
                ([], Some(counted)) => {
                    format!("AWS counts {counted} uses as a permissions boundary")
                }
                ([only], _) => format!("it is the permissions boundary of {}", name(only)),
                ([first, others @ ..], _) => format!(
                    "it is the permissions boundary of {} and {} more",
                    name(first),
                    others.len()
                ),
            },
            Blocker::Locked(place, Locked::ServiceLinked) => {
                format!("{} is service-linked: its service keeps it", name(place))
            }
            Blocker::Locked(place, Locked::PermissionSet) => format!(
                "{} is made by IAM Identity Center: change its permission set",
                name(place)
            ),
            Blocker::TooLong(no_fit) => {
                format!("refined, AWS would refuse it: {}", no_fit.told())
            }
            Blocker::KeptAttached(place) => {
                format!(
                    "nothing is left, and AWS keeps it attached to {}",
                    name(place)
                )
            }
            Blocker::Nameless => {
                "the file does not tell its name or version, or whose it is".into()
            }
        }
    }

    /// Why nothing says what the principal at `place` does not use.
    fn why_no_finding(&self, place: PrincipalPlace) -> String {
        let name = &self.principal(place).owner;
        match self.without_finding.get(&place) {
            None => format!("{name} has no finding"),
            Some(WithoutFinding::Archived) => format!("the finding of {name} is archived"),
            Some(WithoutFinding::PassedOver) => format!("the finding of {name} was passed over"),
            Some(WithoutFinding::Kept(said)) => {
                format!("all of {name} is kept, says {}", said.raw())
            }
            Some(WithoutFinding::Unanswered) => {
                format!("AWS did not answer what {name} does not use")
            }
        }
    }
}
