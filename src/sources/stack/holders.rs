//! Who has the policies of templates, as stacks tell.

use super::Stack;
use super::live::{Gathering, address};
use super::made_up::is_made_up;
use crate::cloudformation::{Holder, Template, Who};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, PrincipalName};
use crate::policies::{PolicyOwner, PrincipalDates};
use crate::sources::{Address, InAws, LivePrincipal};

impl Gathering<'_> {
    /// The principal that a template names.
    pub(super) fn holder(
        &mut self,
        stack: &Stack,
        template: &Template,
        holder: &Holder,
    ) -> Result<usize, String> {
        let kind = holder.kind;
        let (name, logical_id) = match &holder.who {
            Who::Named(name) => (name, None),
            Who::Resource(logical_id) => {
                let Some(resource) = stack.resource_of(logical_id, type_of(kind)) else {
                    let what = kind.as_str();
                    return Err(format!(
                        "the stack has no {logical_id}, so nobody can tell which {what} has it"
                    ));
                };
                (&resource.physical_id, Some(logical_id))
            }
            Who::Unknown { value, .. } => {
                let (what, shown) = (kind.as_str(), &value.shown);
                return Err(format!(
                    "which {what} has it comes from {shown}, which the stack does not tell"
                ));
            }
            Who::NotRead => {
                let what = kind.as_str();
                return Err(format!(
                    "its properties are not read, so nobody can tell which {what} has it"
                ));
            }
        };
        let Some(parsed) = PrincipalName::parse(name) else {
            return Err(format!(
                "the stack does not tell which {} has it",
                kind.as_str()
            ));
        };
        let owner = PolicyOwner {
            kind,
            name: parsed,
            arn: None,
        };
        let is_made_up = logical_id.is_some_and(|id| is_made_up(template, id, name));
        // A name that is made up is nobody else's; any other may be there in each account.
        let alone = || {
            let known = self.held.account_of(&owner);
            known.or_else(|| self.found_account(&owner))
        };
        let account = stack.account.clone();
        let account = account.or_else(|| is_made_up.then(alone).flatten());
        let text = logical_id.map(|id| address("", id, &format!("{id} of {}", stack.name.raw())));
        let principal = self.principal(owner, account, text);
        self.made.live.principals[principal].is_only_in_aws = false;
        Ok(principal)
    }

    /// The account of the one who was found of this name.
    fn found_account(&self, owner: &PolicyOwner) -> Option<AccountId> {
        let named = self.found.iter().filter(|one| one.may_be(owner));
        let mut accounts: Vec<AccountId> = named
            .filter_map(|one| one.arn.as_ref()?.account())
            .collect();
        accounts.dedup();
        match accounts.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    pub(super) fn principal(
        &mut self,
        owner: PolicyOwner,
        account: Option<AccountId>,
        address: Option<Address>,
    ) -> usize {
        let described = self.held.principal(account.as_ref(), &owner);
        let described = described.filter(|_| account.is_some());
        let owner = described.map_or(owner, |described| described.owner.clone());
        let dates = described.map_or(PrincipalDates::default(), |described| described.dates);
        let live = &mut self.made.live;
        let is_of_account = |(_, one): &(usize, &LivePrincipal)| one.account == account;
        let known = live.named(&owner).find(is_of_account);
        let known = known.map(|(place, _)| place);
        let place = known.unwrap_or_else(|| live.add(owner, account, None));
        live.principals[place].dates = dates;
        live.principals[place].is_held =
            described.is_some_and(|described| described.groups.is_empty());
        let known = &mut live.principals[place];
        known.address = known.address.take().or(address);
        place
    }
}

impl Stack {
    /// Whether AWS's answer shows somebody of a name in the account of the stack, whatever he has.
    pub(super) fn has_named(&self, held: &InAws, kind: Owner, name: &str) -> bool {
        let owner = PrincipalName::parse(name).map(|name| PolicyOwner {
            kind,
            name,
            arn: None,
        });
        owner.is_some_and(|owner| held.principal(self.account.as_ref(), &owner).is_some())
    }

    /// What AWS calls somebody whom a template names, as far as that and the stack tell.
    pub(super) fn name_of<'s>(&'s self, holder: &'s Holder) -> Option<&'s str> {
        match &holder.who {
            Who::Named(name) => Some(name),
            Who::Resource(id) => {
                let made = self.resource_of(id, type_of(holder.kind))?;
                Some(&made.physical_id)
            }
            Who::Unknown { .. } | Who::NotRead => None,
        }
    }
}

/// The type of resources that make those of a kind.
pub(super) fn type_of(kind: Owner) -> &'static str {
    match kind {
        Owner::Role => "AWS::IAM::Role",
        Owner::User => "AWS::IAM::User",
        Owner::Group => "AWS::IAM::Group",
    }
}
