//! Who has the policies of templates, as stacks tell.

use super::live::{Gathering, WrittenIn, address};
use super::made_up::is_made_up;
use super::{Stack, StackResource};
use crate::cloudformation::{Holder, Makes, Membership, Template, Who};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn, PrincipalName};
use crate::policies::{PolicyOwner, PrincipalDates};
use crate::sources::{Address, LivePrincipal};

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
            Who::Unknown(reference) => {
                let what = kind.as_str();
                return Err(format!(
                    "which {what} has it comes from {reference}, which the stack does not tell"
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

    /// Puts those into groups whom the template puts there: what AWS has may have been printed before.
    pub(super) fn members(&mut self, stack: &Stack, template: &Template) {
        for Membership { group, user, .. } in memberships(stack, template) {
            let mut holder = |kind, who: &Who| {
                let who = who.clone();
                self.holder(stack, template, &Holder { kind, who })
            };
            // Which group or user it is where nothing here tells that, AWS's answer does.
            if let (Ok(group), Ok(user)) = (holder(Owner::Group, group), holder(Owner::User, user))
            {
                let members = &mut self.made.live.members;
                members.entry(group).or_default().insert(user);
            }
        }
    }

    /// Why the members of a group are not all known yet, where the template tells more than AWS's answer.
    pub(super) fn members_to_come(&self, of: &WrittenIn<'_>, group: usize) -> Option<String> {
        let (stack, template) = (of.stack, of.template);
        let LivePrincipal { owner, account, .. } = &self.made.live.principals[group];
        let name = owner.name.as_str();
        let is_group = |who: &Who| match who {
            Who::Named(named) => named == name,
            Who::Resource(id) => {
                let made = stack.resource_of(id, type_of(Owner::Group));
                made.is_some_and(|made| made.physical_id == name)
            }
            Who::Unknown(_) | Who::NotRead => false,
        };
        let (mut told, mut is_unknown) = (0, false);
        for membership in memberships(stack, template).filter(|one| is_group(&one.group)) {
            told += 1;
            match &membership.user {
                Who::Resource(id) => {
                    let resource = template.resource(id).filter(|one| !one.is_conditional);
                    let is_there = stack.resource_of(id, type_of(Owner::User)).is_some();
                    if resource.is_some() && !is_there {
                        return Some(format!(
                            "the template puts {id} into {owner}, whom the stack does not have yet"
                        ));
                    }
                }
                Who::Named(_) => {}
                Who::Unknown(_) | Who::NotRead => is_unknown = true,
            }
        }
        let seen = self.held.members(account.as_ref(), owner)?.len();
        (is_unknown && seen < told).then(|| {
            format!("the template puts {told} into {owner}, and AWS's answer shows {seen} there")
        })
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
    /// What AWS calls somebody whom a template names, as far as that and the stack tell.
    pub(super) fn name_of<'s>(&'s self, holder: &'s Holder) -> Option<&'s str> {
        match &holder.who {
            Who::Named(name) => Some(name),
            Who::Resource(id) => {
                let made = self.resource_of(id, type_of(holder.kind))?;
                Some(&made.physical_id)
            }
            Who::Unknown(_) | Who::NotRead => None,
        }
    }
}

/// Whom the template puts into groups; what a condition left out is left out here.
fn memberships<'t>(
    stack: &'t Stack,
    template: &'t Template,
) -> impl Iterator<Item = &'t Membership> {
    template.memberships.iter().filter(|membership| {
        let resource = &template.resources[membership.resource];
        !resource.is_conditional || stack.resource(&resource.logical_id).is_some()
    })
}

/// Whom the template gives a managed policy to, and who is none of its `owners`: that is not deployed, or
/// what AWS has was printed before.
pub(super) fn given_by_template(
    of: &WrittenIn<'_>,
    arn: &Arn,
    owners: &[PolicyOwner],
) -> Vec<(Holder, String)> {
    let own = of.template.resource(of.logical_id);
    let mut missing = Vec::new();
    for resource in &of.template.resources {
        let attaches = &resource.attaches;
        let gives = attaches.resources.contains(of.logical_id)
            || attaches
                .arns
                .iter()
                .any(|named| named.may_be(&arn.to_string()))
            || own.is_some_and(|own| own.attaches.resources.contains(&resource.logical_id));
        if !gives || resource.logical_id == of.logical_id {
            continue;
        }
        let id = if resource.kind.starts_with("AWS::Serverless::") {
            format!("{}Role", resource.logical_id)
        } else {
            resource.logical_id.clone()
        };
        let kind = match resource.kind.as_str() {
            "AWS::IAM::User" => Owner::User,
            "AWS::IAM::Group" => Owner::Group,
            _ => Owner::Role,
        };
        let made = of.stack.resource_of(&id, type_of(kind));
        let has_it = |made: &StackResource| {
            let name = &made.physical_id;
            let mut owners = owners.iter().filter(|owner| owner.kind == kind);
            owners.any(|owner| owner.name.as_str().eq_ignore_ascii_case(name))
        };
        let why = match made {
            Some(made) if has_it(made) => continue,
            Some(_) => format!("the template gives it to {id}, and AWS's answer does not"),
            // A condition may have left it out, or the function has a role of its own.
            None if resource.is_conditional => continue,
            None if type_of(kind) != resource.kind
                && of.stack.resource(&resource.logical_id).is_some() =>
            {
                continue;
            }
            None => format!("the template gives it to {id}, which the stack does not have yet"),
        };
        let who = Who::Resource(id);
        missing.push((Holder { kind, who }, why));
    }
    missing
}

/// Why those whom a managed policy names itself, by their names or by what nobody can tell, are not all among its
/// `owners`: that is not deployed.
pub(super) fn given_by_name(of: &WrittenIn<'_>, owners: &[PolicyOwner]) -> Option<String> {
    let Makes::Managed(holders) = &of.written.makes else {
        return None;
    };
    for holder in holders {
        let Who::Named(name) = &holder.who else {
            continue;
        };
        let is_it = |owner: &PolicyOwner| {
            owner.kind == holder.kind && owner.name.as_str().eq_ignore_ascii_case(name)
        };
        if !owners.iter().any(is_it) {
            let kind = holder.kind.as_str();
            return Some(format!(
                "the template gives it to {kind} {name}, and AWS's answer does not"
            ));
        }
    }
    let holders = || holders.iter().filter(|holder| !is_conditional(holder));
    let told = |kind: Owner| holders().filter(move |one| one.kind == kind).count();
    let is_unknown = |holder: &&Holder| matches!(holder.who, Who::Unknown(_));
    let fewer = holders().filter(is_unknown).find_map(|holder| {
        let seen = owners.iter().filter(|one| one.kind == holder.kind).count();
        (seen < told(holder.kind)).then_some((holder.kind, seen))
    });
    fewer.map(|(kind, seen)| {
        let (told, kind) = (told(kind), kind.as_str());
        format!("the template gives it to {told} of the kind {kind}, and AWS's answer shows {seen}")
    })
}

/// Whether a condition decides who it is: that is as AWS has it.
fn is_conditional(holder: &Holder) -> bool {
    matches!(&holder.who, Who::Unknown(shown) if shown.ends_with("If") || shown.contains("If "))
}

/// That something is given a managed policy that makes or runs what nobody can tell.
pub(super) fn given_to_what_deploys(of: &WrittenIn<'_>) -> Option<String> {
    let mut resources = of.template.resources.iter();
    let given = resources.find(|one| one.is_given.contains(of.logical_id))?;
    Some(format!(
        "{}, of the type {}, is given it, and may give it to somebody",
        given.logical_id, given.kind
    ))
}

/// What of a template may attach a managed policy, or make it a boundary, where nobody can tell which it is.
pub(super) fn perhaps_given(of: &WrittenIn<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for resource in &of.template.resources {
        for unknown in &resource.attaches.unknown {
            if resource.logical_id != of.logical_id {
                notes.push(format!(
                    "whether {} has it by {unknown} nobody can tell here: it is taken to be as AWS has it",
                    resource.logical_id
                ));
            }
        }
    }
    let holders = match &of.written.makes {
        Makes::Managed(holders) => holders.as_slice(),
        Makes::Inline { .. } => &[],
    };
    let unknown = holders.iter().filter(|holder| !is_conditional(holder));
    let unknown = unknown.filter_map(|holder| match &holder.who {
        Who::Unknown(shown) => Some(shown),
        _ => None,
    });
    notes.extend(unknown.map(|shown| {
        format!("who has it by {shown} nobody can tell here: it is taken to be as AWS has it")
    }));
    notes
}

/// The type of resources that make those of a kind.
fn type_of(kind: Owner) -> &'static str {
    match kind {
        Owner::Role => "AWS::IAM::Role",
        Owner::User => "AWS::IAM::User",
        Owner::Group => "AWS::IAM::Group",
    }
}
