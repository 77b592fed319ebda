//! Who holds which policy: those it is attached to or embedded in, and the members of groups.

use std::collections::{BTreeMap, BTreeSet};

use super::PolicyPlace;
use crate::iam::Arn;
use crate::iam::quota::Owner;
use crate::policies::Account;

/// The place of a role, user or group among the principals of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrincipalPlace(pub usize);

/// Who is attached to what and who is a member of what, looked up once.
#[derive(Clone, Debug)]
pub(super) struct Holding {
    /// The principals each managed policy is attached to, by its place.
    attached_to: Vec<Vec<PrincipalPlace>>,
    /// The principals each managed policy is the boundary of, by its place.
    bounding: Vec<Vec<PrincipalPlace>>,
    /// The members of each group, by the group's place.
    members: BTreeMap<PrincipalPlace, Vec<PrincipalPlace>>,
    /// The policies of each principal, by its place, its groups' too.
    policies: Vec<Vec<PolicyPlace>>,
    /// Whether these are all it has, as far as the file says.
    all_policies_loaded: Vec<bool>,
}

impl Holding {
    pub(super) fn of(account: &Account) -> Self {
        let managed: BTreeMap<&Arn, usize> = (account.managed.iter().enumerate())
            .filter_map(|(place, managed)| Some((managed.policy.origin.arn.as_ref()?, place)))
            .collect();
        let mut holding = Holding {
            attached_to: vec![Vec::new(); account.managed.len()],
            bounding: vec![Vec::new(); account.managed.len()],
            members: BTreeMap::new(),
            policies: vec![Vec::new(); account.principals.len()],
            all_policies_loaded: vec![true; account.principals.len()],
        };
        for (at, principal) in account.principals.iter().enumerate() {
            let place = PrincipalPlace(at);
            let inline = 0..principal.inline.len();
            let inline = inline.map(|policy| PolicyPlace::Inline {
                owner: place,
                policy,
            });
            holding.policies[at].extend(inline);
            for arn in principal.attached.iter().collect::<BTreeSet<_>>() {
                match managed.get(arn) {
                    Some(&policy) => {
                        holding.attached_to[policy].push(place);
                        holding.policies[at].push(PolicyPlace::Managed(policy));
                    }
                    None => holding.all_policies_loaded[at] = false,
                }
            }
            let boundary = principal.boundary.as_ref();
            if let Some(&policy) = boundary.and_then(|arn| managed.get(arn)) {
                holding.bounding[policy].push(place);
            }
            for group in &principal.groups {
                match account.place_of(Owner::Group, group).map(PrincipalPlace) {
                    Some(group) => holding.members.entry(group).or_default().push(place),
                    None => holding.all_policies_loaded[at] = false,
                }
            }
        }
        for unreadable in account
            .unreadable
            .iter()
            .filter_map(|policy| policy.embedded_in)
        {
            holding.all_policies_loaded[unreadable] = false;
        }
        holding.inherit();
        holding
    }

    /// Gives the members of each group its policies.
    fn inherit(&mut self) {
        for (group, members) in &self.members {
            for member in members {
                let mut inherited = self.policies[group.0].clone();
                let own_policies = &mut self.policies[member.0];
                inherited.retain(|policy| !own_policies.contains(policy));
                own_policies.extend(inherited);
                self.all_policies_loaded[member.0] &= self.all_policies_loaded[group.0];
            }
        }
    }

    /// The principals, groups too, that the policy is attached to or embedded in.
    pub(super) fn attached_to(&self, policy: PolicyPlace) -> Vec<PrincipalPlace> {
        match policy {
            PolicyPlace::Inline { owner, .. } => vec![owner],
            PolicyPlace::Managed(policy) => self.attached_to[policy].clone(),
        }
    }

    /// The principals that a managed policy is the boundary of.
    pub(super) fn bounded_by(&self, policy: PolicyPlace) -> &[PrincipalPlace] {
        match policy {
            PolicyPlace::Inline { .. } => &[],
            PolicyPlace::Managed(policy) => &self.bounding[policy],
        }
    }

    /// The members of the group at `place`.
    pub(super) fn members(&self, place: PrincipalPlace) -> &[PrincipalPlace] {
        self.members.get(&place).map_or(&[], Vec::as_slice)
    }

    /// The policies that the principal at `place` holds, its groups' among them.
    pub(super) fn policies(&self, place: PrincipalPlace) -> &[PolicyPlace] {
        &self.policies[place.0]
    }

    /// Whether [`Holding::policies`] are all that it holds.
    pub(super) fn all_policies_loaded(&self, place: PrincipalPlace) -> bool {
        self.all_policies_loaded[place.0]
    }
}
