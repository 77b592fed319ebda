//! Holds what states say of policies against what AWS has: who has each, also those whom nothing here
//! makes, and whether it is still the same policy.

use std::collections::BTreeSet;

use super::in_aws::is_group;
use super::live::{DoubtfulMember, Others};
use super::{InAws, Live, LivePrincipal, same_statements};
use crate::document::{Document, StatementForm};
use crate::iam::{AccountId, Arn};
use crate::policies::{LoadedPolicy, PolicyOwner, PrincipalDates};

/// What to do where what AWS has is not what was said.
const ANEW: &str = "run `terraform apply` first, and give the state and what AWS has anew";

impl Live {
    /// Takes over from AWS's answers who has the policies in them. What was doubtful of these is known then.
    pub(super) fn hold(&mut self, held: &InAws) {
        let of_states = self.principals.len();
        let mut holding = Holding { live: self, held };
        for place in 0..of_states {
            holding.principal(place);
        }
        for place in 0..holding.live.policies.len() {
            holding.policy(place);
        }
        for place in of_states..holding.live.principals.len() {
            holding.principal(place);
        }
        self.settle(held);
    }

    /// Gives what a group has to those who are in it, and says of what it is not known who has it.
    pub(super) fn settle(&mut self, held: &InAws) {
        for place in 0..self.policies.len() {
            self.give_to_members(place, held);
            let policy = &mut self.policies[place];
            let doubts = std::mem::take(&mut policy.doubts);
            if policy.others != Others::Nobody {
                policy.blockers.extend(doubts);
            }
            if policy.holders.is_empty() && policy.blockers.is_empty() {
                policy.blockers.push("it is attached to nobody".to_owned());
            }
        }
    }

    fn give_to_members(&mut self, policy: usize, held: &InAws) {
        let holders = self.policies[policy].holders.clone();
        for group in holders {
            let principal = &self.principals[group];
            if !is_group(&principal.owner) {
                continue;
            }
            let account = principal.account.clone();
            let mut members = held.members(account.as_ref(), &principal.owner);
            // The states may be newer than what AWS has printed.
            let of_states = self.members.get(&group).into_iter().flatten();
            let of_states = of_states.map(|&member| self.principals[member].owner.clone());
            members = members.map(|members| members.into_iter().chain(of_states).collect());
            let why = match &members {
                None => format!(
                    "{} has it, and nothing here tells all members of a group, as what AWS has of the account \
                     does",
                    principal.owner
                ),
                Some(members) if members.is_empty() => {
                    format!("{} has no members to be seen", principal.owner)
                }
                Some(_) => String::new(),
            };
            if !why.is_empty() {
                self.policies[policy].blockers.push(why);
            }
            let Some(members) = members else { continue };
            let doubt = self.doubtful_member(group, &members);
            self.policies[policy].blockers.extend(doubt);
            self.policies[policy].holders.remove(&group);
            self.policies[policy].groups.insert(group);
            for member in members {
                let place = self.place_or_add(&member, account.as_ref());
                self.policies[policy].holders.insert(place);
            }
        }
    }

    /// Who may be in a group beside the members that are known, and why nobody can tell.
    fn doubtful_member(&self, group: usize, known: &[PolicyOwner]) -> Option<String> {
        let group = &self.principals[group].owner;
        let name = group.name.as_str().to_ascii_lowercase();
        let is_known = |user: &str| {
            let mut names = known.iter().map(|member| member.name.as_str());
            names.any(|name| name.eq_ignore_ascii_case(user))
        };
        let mut doubtful = self.doubtful_members.iter();
        let doubtful = doubtful.find(|one| one.group == name && !is_known(&one.user))?;
        let DoubtfulMember { user, why, .. } = doubtful;
        Some(format!("user {user} may have it by {group}: {why}"))
    }

    /// The place of a principal, which is added where it is not known.
    pub(super) fn place_or_add(
        &mut self,
        owner: &PolicyOwner,
        account: Option<&AccountId>,
    ) -> usize {
        if let Some(place) = self.place_of(owner, account) {
            return place;
        }
        let place = self.add(owner.clone(), account.cloned(), None);
        self.principals[place].is_only_in_aws = true;
        place
    }
}

struct Holding<'a> {
    live: &'a mut Live,
    held: &'a InAws,
}

impl Holding<'_> {
    /// Takes over what AWS has of a principal.
    fn principal(&mut self, place: usize) {
        let live = &self.live.principals[place];
        let Some(account) = live.account.as_ref() else {
            return;
        };
        let of_account = self.held.account(Some(account));
        let found = of_account.and_then(|account| account.principal(&live.owner));
        let inline = self.held.inline(Some(account), &live.owner);
        let attached: BTreeSet<&Arn> = match found {
            Some(found) => found.attached.iter().collect(),
            None => (self.held.alone(Some(account), &live.owner))
                .filter_map(|policy| policy.origin.arn.as_ref())
                .collect(),
        };
        if found.is_none() && inline.is_empty() && attached.is_empty() {
            return;
        }
        let own_policies = live.policies.iter().map(|&at| &self.live.policies[at]);
        let made = own_policies.map(|policy| policy.name.raw().to_owned());
        let made: BTreeSet<String> = made.collect();
        let is_made = |arn: &&Arn| {
            let mut policies = self.live.policies.iter();
            policies.any(|policy| policy.arn() == Some(*arn))
        };
        let attached = attached.into_iter().filter(|arn| !is_made(arn));
        let attached: BTreeSet<String> = attached.map(ToString::to_string).collect();
        let live = &mut self.live.principals[place];
        live.embed(&inline, &made);
        live.made_elsewhere = attached;
        if let Some(found) = found {
            live.owner = found.owner.clone();
            // What a user has of groups is not looked for.
            live.is_held = found.groups.is_empty();
            live.dates = PrincipalDates {
                created_at: found.dates.created_at.or(live.dates.created_at),
                ..found.dates
            };
        }
    }

    fn policy(&mut self, place: usize) {
        let policy = &self.live.policies[place];
        if let Some(arn) = policy.arn() {
            self.managed(place, &arn.clone());
        } else if let Some(owner) = policy.embedded_in() {
            self.inline(place, owner);
        }
    }

    fn managed(&mut self, place: usize, arn: &Arn) {
        let account = arn.account();
        let Some(found) = self.held.holders(arn) else {
            if self.held.account(account.as_ref()).is_some() {
                self.block(place, format!("the account has no such policy: {ANEW}"));
            }
            return;
        };
        let in_aws: Vec<&LoadedPolicy> = self.held.managed(arn).collect();
        self.is_the_same(place, &in_aws);
        if let Some(doubt) = found.doubt {
            self.block(place, doubt);
        }
        // The states may be newer than what AWS has printed.
        for holder in self.live.policies[place].holders.clone() {
            let owner = &self.live.principals[holder].owner;
            if !found.owners.iter().any(|one| one.may_be(owner)) {
                let why = format!(
                    "a state has it attached to {owner}, and what AWS has does not: {ANEW}"
                );
                self.block(place, why);
            }
        }
        for owner in &found.owners {
            let holder = self.live.place_or_add(owner, account.as_ref());
            self.live.policies[place].holders.insert(holder);
        }
        self.live.policies[place].others = Others::Nobody;
    }

    fn inline(&mut self, place: usize, owner: usize) {
        let held = self.held;
        let LivePrincipal { owner, account, .. } = self.live.principals[owner].clone();
        let account = account.as_ref();
        if account.is_none() {
            return;
        }
        let has_account = held.account(account).is_some();
        if has_account && held.principal(account, &owner).is_none() {
            return self.block(place, format!("the account has no {owner}: {ANEW}"));
        }
        let is_given = has_account || held.alone(account, &owner).next().is_some();
        let inline = held.inline(account, &owner);
        let name = self.live.policies[place].name.clone();
        let is_it = |policy: &&LoadedPolicy| {
            let own_name = policy.origin.name.as_ref();
            own_name.is_some_and(|own_name| own_name.as_str() == name.raw())
        };
        let in_aws: Vec<&LoadedPolicy> = inline.into_iter().filter(is_it).collect();
        if in_aws.is_empty() && is_given {
            let why = format!("AWS has no such inline policy of {owner}: {ANEW}");
            return self.block(place, why);
        }
        self.is_the_same(place, &in_aws);
    }

    /// Notes where AWS has another policy than was said.
    fn is_the_same(&mut self, place: usize, in_aws: &[&LoadedPolicy]) {
        let changed_at = in_aws.iter().filter_map(|one| one.origin.changed_at).max();
        let policy = &mut self.live.policies[place];
        policy.changed_at = policy.changed_at.max(changed_at);
        let Some(said) = policy.read() else { return };
        if !in_aws.iter().all(|one| is_same(&said, &one.document)) {
            let why = format!("AWS has another policy than the state: {ANEW}");
            self.block(place, why);
        }
    }

    fn block(&mut self, policy: usize, why: String) {
        self.live.policies[policy].blockers.push(why);
    }
}

fn is_same(one: &Document, other: &Document) -> bool {
    let form = |_| StatementForm::default();
    same_statements(one.policy(), other.policy(), form).is_ok()
}
