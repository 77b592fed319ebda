//! Holds what is said of policies against what AWS has, as the file of a whole account tells it: who has
//! each, also those whom nothing here makes, and whether it is still the same policy.

use std::collections::BTreeSet;

use super::{Live, same_statements};
use crate::document::{Document, StatementForm};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn};
use crate::policies::{
    Account, AccountPrincipal, BoundaryUses, LoadedPolicy, ManagedPolicy, PrincipalDates,
};
use crate::text::Untrusted;

/// What to do where what AWS has is not what was said.
const ANEW: &str = "run `terraform apply` first, and give the state and the account anew";

impl Live {
    /// Takes over from each account who has the policies in it. What was doubtful of these is known then.
    pub(super) fn hold(&mut self, accounts: &[Account]) {
        for account in accounts {
            if let Some(id) = account.id() {
                Holding {
                    live: self,
                    account,
                    id,
                }
                .hold();
            }
        }
        for policy in &mut self.policies {
            let doubts = std::mem::take(&mut policy.doubts);
            if !policy.is_held {
                policy.blockers.extend(doubts);
            }
            if policy.holders.is_empty() && policy.blockers.is_empty() {
                policy.blockers.push("it is attached to nobody".to_owned());
            }
        }
    }
}

struct Holding<'a> {
    live: &'a mut Live,
    account: &'a Account,
    id: AccountId,
}

impl Holding<'_> {
    fn hold(mut self) {
        let of_states = self.live.principals.len();
        for place in 0..of_states {
            self.principal(place);
        }
        for place in 0..self.live.policies.len() {
            let policy = &self.live.policies[place];
            if let Some(arn) = &policy.arn {
                if arn.account().as_ref() == Some(&self.id) {
                    self.managed(place, &arn.clone());
                }
            } else if let Some(owner) = policy.embedded_in
                && self.live.principals[owner].account.as_ref() == Some(&self.id)
            {
                self.inline(place, owner);
            }
        }
        for place in of_states..self.live.principals.len() {
            self.principal(place);
        }
    }

    /// Takes over what the account has of a principal.
    fn principal(&mut self, place: usize) {
        let live = &self.live.principals[place];
        if live.account.as_ref() != Some(&self.id) {
            return;
        }
        let Some(found) = self.account.principal(&live.owner) else {
            return;
        };
        let own_policies = live.policies.iter().map(|&at| &self.live.policies[at]);
        let made: BTreeSet<&str> = own_policies.map(|policy| policy.name.raw()).collect();
        let inline = found
            .inline
            .iter()
            .filter_map(|one| one.origin.name.as_ref());
        let elsewhere = inline.filter(|name| !made.contains(name.as_str()));
        let embedded: BTreeSet<Untrusted> = elsewhere.map(|name| name.as_str().into()).collect();
        let is_made = |arn: &&Arn| {
            let mut policies = self.live.policies.iter();
            policies.any(|policy| policy.arn.as_ref() == Some(*arn))
        };
        let attached = found.attached.iter().filter(|arn| !is_made(arn));
        let attached: BTreeSet<String> = attached.map(ToString::to_string).collect();
        let live = &mut self.live.principals[place];
        live.owner = found.owner.clone();
        live.embedded_elsewhere = embedded;
        live.made_elsewhere = attached;
        // What a user has of groups is not looked for.
        live.is_held = found.groups.is_empty();
        live.dates = PrincipalDates {
            created_at: found.dates.created_at.or(live.dates.created_at),
            ..found.dates
        };
    }

    fn managed(&mut self, place: usize, arn: &Arn) {
        let mut managed = self.account.managed.iter();
        let Some(managed) = managed.find(|one| one.policy.origin.arn.as_ref() == Some(arn)) else {
            return self.block(place, format!("the account has no such policy: {ANEW}"));
        };
        self.is_the_same(place, &managed.policy);
        let principals = self.account.principals.iter();
        let attached = principals.filter(|one| one.attached.contains(arn));
        let attached: Vec<&AccountPrincipal> = attached.collect();
        for doubt in doubts(self.account, managed, arn, attached.len()) {
            self.block(place, doubt);
        }
        // The states may be newer than the account.
        for holder in std::mem::take(&mut self.live.policies[place].holders) {
            let owner = self.live.principals[holder].owner.clone();
            if !attached.iter().any(|one| one.owner.may_be(&owner)) {
                let why =
                    format!("a state has it attached to {owner}, and the account does not: {ANEW}");
                self.block(place, why);
            }
        }
        for holder in attached {
            self.add_holder(place, holder);
        }
        self.live.policies[place].is_held = true;
        self.live.policies[place].holder_is_unknown = false;
    }

    fn inline(&mut self, place: usize, owner: usize) {
        let live = &self.live.principals[owner].owner;
        let Some(found) = self.account.principal(live) else {
            let why = format!("the account has no {live}: {ANEW}");
            return self.block(place, why);
        };
        let name = self.live.policies[place].name.clone();
        let is_it = |policy: &&std::sync::Arc<LoadedPolicy>| {
            let own_name = policy.origin.name.as_ref();
            own_name.is_some_and(|own_name| own_name.as_str() == name.raw())
        };
        let Some(policy) = found.inline.iter().find(is_it) else {
            let why = format!("the account has no such inline policy of {live}: {ANEW}");
            return self.block(place, why);
        };
        self.is_the_same(place, policy);
        self.live.policies[place].holders.clear();
        self.add_holder(place, found);
        self.live.policies[place].is_held = true;
    }

    /// Adds who has a policy: of a group those who are in it.
    fn add_holder(&mut self, policy: usize, holder: &AccountPrincipal) {
        if holder.owner.kind != Owner::Group {
            let place = self.place(holder);
            self.live.policies[policy].holders.insert(place);
            return;
        }
        let members: Vec<&AccountPrincipal> = self.account.members(&holder.owner.name).collect();
        if members.is_empty() {
            let why = format!("{} has no members to be seen", holder.owner);
            self.block(policy, why);
        }
        for member in members {
            let place = self.place(member);
            self.live.policies[policy].holders.insert(place);
        }
    }

    fn place(&mut self, principal: &AccountPrincipal) -> usize {
        let account = Some(self.id.clone());
        match self.live.place_of(&principal.owner, account.as_ref()) {
            Some(place) => place,
            None => self.live.add(principal.owner.clone(), account, None),
        }
    }

    /// Notes where AWS has another policy than was said.
    fn is_the_same(&mut self, place: usize, in_aws: &LoadedPolicy) {
        self.live.policies[place].changed_at = in_aws.origin.changed_at;
        let said = self.live.policies[place].read();
        let is_same = said.is_none_or(|said| is_same(&said, &in_aws.document));
        if !is_same {
            let why = format!("the account has another policy than the state: {ANEW}");
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

/// Why those whom an account shows may not be all who have a managed policy.
fn doubts(account: &Account, managed: &ManagedPolicy, arn: &Arn, seen: usize) -> Vec<String> {
    let mut doubts = Vec::new();
    let mut principals = account.principals.iter();
    if let Some(bounded) = principals.find(|one| one.boundary.as_ref() == Some(arn)) {
        doubts.push(format!(
            "it is the permissions boundary of {}",
            bounded.owner
        ));
    } else {
        match managed.boundary_uses {
            BoundaryUses::Counted(0) | BoundaryUses::AsShown => {}
            BoundaryUses::Counted(count) => {
                doubts.push(format!("AWS counts {count} uses as a permissions boundary"));
            }
            BoundaryUses::Unknown => {
                let why = "the account does not tell whether it is a permissions boundary";
                doubts.push(why.to_owned());
            }
        }
    }
    match managed.attachments {
        Some(counted) if counted == seen as u64 => {}
        Some(counted) => doubts.push(format!(
            "AWS counts {counted} attachments, and the account shows {seen}"
        )),
        None => doubts.push("the account does not tell how many have it".to_owned()),
    }
    doubts
}
