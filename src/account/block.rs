//! What forbids to narrow a policy.

use super::{AccountReview, PolicyPlace, PrincipalPlace};
use crate::iam::quota::Owner;
use crate::policies::Locked;

/// Why a policy is not narrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Nobody has it: nobody can be said not to use it.
    NotAttached,
    /// Nothing is found of this holder, which so counts as using everything.
    NoFinding(PrincipalPlace),
    /// Nobody is seen to be in this group: who will be may need anything.
    EmptyGroup(PrincipalPlace),
    /// The file does not show everyone that AWS counts.
    AttachmentsUnseen {
        /// How many principals of the file it is attached to.
        seen: usize,
        /// How many AWS counts, if that is told.
        counted: Option<u64>,
    },
    /// It is, or may be, a permissions boundary: what it does not allow, no other policy can.
    Boundary {
        /// The principals of the file that it bounds.
        of: Vec<PrincipalPlace>,
        /// How many AWS counts, if that is told.
        counted: Option<u64>,
    },
    /// AWS keeps what this principal has.
    Locked(PrincipalPlace, Locked),
}

impl AccountReview {
    pub(super) fn blocks(
        &self,
        place: PolicyPlace,
        attached_to: &[PrincipalPlace],
        holders: &[PrincipalPlace],
    ) -> Vec<Block> {
        let mut blocks = self.locks(place, attached_to);
        if let PolicyPlace::Managed(policy) = place {
            let managed = &self.account.managed[policy];
            let bounded = self.holding.bounded_by(place);
            if !bounded.is_empty() || managed.boundary_uses != Some(0) {
                blocks.push(Block::Boundary {
                    of: bounded.to_vec(),
                    counted: managed.boundary_uses,
                });
            }
            let seen = attached_to.len();
            if managed.attachments != u64::try_from(seen).ok() {
                blocks.push(Block::AttachmentsUnseen {
                    seen,
                    counted: managed.attachments,
                });
            } else if seen == 0 {
                blocks.push(Block::NotAttached);
            }
        }
        let is_empty_group = |&place: &PrincipalPlace| {
            self.principal(place).owner.kind == Owner::Group
                && self.holding.members(place).is_empty()
        };
        let empty = attached_to.iter().copied().filter(is_empty_group);
        blocks.extend(empty.map(Block::EmptyGroup));
        let silent = holders.iter().copied();
        let silent = silent.filter(|&holder| self.finding(holder).is_none());
        blocks.extend(silent.map(Block::NoFinding));
        blocks
    }

    /// Policies are embedded in a locked principal, attached to it and taken from it by AWS alone.
    /// A customer's own policy gets its new version elsewhere.
    fn locks(&self, place: PolicyPlace, attached_to: &[PrincipalPlace]) -> Vec<Block> {
        let is_own =
            matches!(place, PolicyPlace::Managed(_)) && !self.policy_at(place).is_aws_managed();
        let locked = attached_to.iter().filter(|_| !is_own);
        let lock =
            |&place: &PrincipalPlace| Some(Block::Locked(place, self.principal(place).locked?));
        locked.filter_map(lock).collect()
    }

    /// A block in words, to be read after the name of the policy.
    pub fn reason(&self, block: &Block) -> String {
        let name = |&place: &PrincipalPlace| self.principal(place).owner.to_string();
        match block {
            Block::NotAttached => "it is attached to nobody".to_owned(),
            Block::NoFinding(holder) => {
                format!("{} has no finding, so it counts as using all", name(holder))
            }
            Block::EmptyGroup(group) => format!("{} has no members to be seen", name(group)),
            Block::AttachmentsUnseen { seen, counted } => match counted {
                Some(counted) => {
                    format!("AWS counts {counted} attachments, and the file shows {seen}")
                }
                None => format!(
                    "the file shows {seen} attachments, and does not tell how many AWS counts"
                ),
            },
            Block::Boundary { of, counted } => match (of.as_slice(), counted) {
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
            Block::Locked(place, Locked::ServiceLinked) => {
                format!("{} is service-linked: its service keeps it", name(place))
            }
            Block::Locked(place, Locked::PermissionSet) => format!(
                "{} is made by IAM Identity Center: change its permission set",
                name(place)
            ),
        }
    }
}
