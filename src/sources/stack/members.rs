//! Who is in the groups of templates, or comes into them.

use super::Stack;
use super::holders::type_of;
use super::live::{DEPLOY_FIRST, Gathering, Obstacle, Told, WrittenIn};
use super::uses::Use;
use crate::cloudformation::{Holder, Membership, Template, TemplateResource, Who};
use crate::iam::quota::Owner;
use crate::policies::PolicyOwner;
use crate::sources::LivePrincipal;
use crate::sources::applied::Concern;

/// What a template says of the members of a group beside what AWS's answer shows.
#[derive(Default)]
pub(super) struct Coming {
    /// Why they are not all known.
    pub obstacle: Option<Obstacle>,
    /// What nobody can tell.
    pub notes: Vec<Told>,
}

impl Gathering<'_> {
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

    /// Whether the members of a group are all known, where the template tells more than AWS's answer.
    pub(super) fn members_to_come(&self, of: &WrittenIn<'_>, group: usize) -> Coming {
        let LivePrincipal { owner, account, .. } = &self.made.live.principals[group];
        let seen = self.held.members(account.as_ref(), owner);
        let mut coming = Coming::default();
        let (mut told, mut is_unknown) = (0, false);
        for membership in memberships(of.stack, of.template) {
            let resource = &of.template.resources[membership.resource];
            match is_group(of, owner, &membership.group) {
                Concern::No => {}
                Concern::Yes => {
                    told += 1;
                    is_unknown |= matches!(membership.user, Who::Unknown { .. } | Who::NotRead);
                    let obstacle = not_there_yet(of, owner, &membership.user);
                    coming.obstacle = coming.obstacle.or(obstacle);
                }
                Concern::Unknown if is_seen(of, seen.as_deref(), &membership.user) => {}
                Concern::Unknown => coming
                    .notes
                    .push(unknown_group(resource, owner, membership)),
            }
        }
        let seen = seen.map(|seen| seen.len());
        if let Some(seen) = seen.filter(|seen| is_unknown && *seen < told) {
            let why = format!(
                "the template puts {told} into {owner}, and AWS's answer shows {seen} there"
            );
            coming.obstacle = coming.obstacle.or(Some((why, DEPLOY_FIRST.to_owned())));
        }
        coming.obstacle = coming.obstacle.or_else(|| given_to_others(of, owner));
        coming
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

/// Whether this is the group. What a condition decides on is as AWS has it.
fn is_group(of: &WrittenIn<'_>, group: &PolicyOwner, who: &Who) -> Concern {
    let name = group.name.as_str();
    let is_it = |named: &str| {
        if named.eq_ignore_ascii_case(name) {
            Concern::Yes
        } else {
            Concern::No
        }
    };
    match who {
        Who::Named(named) => is_it(named),
        Who::Resource(id) => match of.stack.resource_of(id, type_of(Owner::Group)) {
            Some(made) => is_it(&made.physical_id),
            None if is_to_come(of.template, id) => Concern::No,
            None => Concern::Unknown,
        },
        Who::Unknown {
            is_conditional: true,
            ..
        } => Concern::No,
        Who::Unknown { value, .. } if !value.name.may_be_in_any_case(name) => Concern::No,
        Who::Unknown { .. } | Who::NotRead => Concern::Unknown,
    }
}

/// Whether this is a group of the template that the stack does not have, and none that AWS has.
fn is_to_come(template: &Template, id: &str) -> bool {
    let resource = template.resource(id);
    resource.is_some_and(|one| one.kind == type_of(Owner::Group))
}

/// That the template puts somebody into a group whom the stack does not have yet.
fn not_there_yet(of: &WrittenIn<'_>, group: &PolicyOwner, user: &Who) -> Option<Obstacle> {
    let Who::Resource(id) = user else {
        return None;
    };
    let resource = of.template.resource(id).filter(|one| !one.is_conditional);
    let is_there = of.stack.resource_of(id, type_of(Owner::User)).is_some();
    let why = format!("the template puts {id} into {group}, whom the stack does not have yet");
    (resource.is_some() && !is_there).then(|| (why, DEPLOY_FIRST.to_owned()))
}

/// Whether AWS's answer shows a user among the members of a group.
fn is_seen(of: &WrittenIn<'_>, seen: Option<&[PolicyOwner]>, user: &Who) -> bool {
    let name = match user {
        Who::Named(name) => name.as_str(),
        Who::Resource(id) => match of.stack.resource_of(id, type_of(Owner::User)) {
            Some(made) => &made.physical_id,
            None => return false,
        },
        Who::Unknown { .. } | Who::NotRead => return false,
    };
    let mut seen = seen.into_iter().flatten();
    seen.any(|one| one.name.as_str().eq_ignore_ascii_case(name))
}

/// That nobody can tell whether somebody is put into a group.
fn unknown_group(
    resource: &TemplateResource,
    group: &PolicyOwner,
    membership: &Membership,
) -> Told {
    let shown = |who: &Who| match who {
        Who::Named(name) | Who::Resource(name) => name.clone(),
        Who::Unknown { value, .. } => value.shown.clone(),
        Who::NotRead => "what is not read".to_owned(),
    };
    let (user, by) = (shown(&membership.user), shown(&membership.group));
    Told {
        range: resource.range.clone(),
        message: format!(
            "whether {user} is put into {group} by {by} nobody can tell here: it is taken to be as AWS has it"
        ),
    }
}

/// That something is given a group of the template that makes or runs what nobody can tell.
fn given_to_others(of: &WrittenIn<'_>, group: &PolicyOwner) -> Option<Obstacle> {
    let resources = of.template.resources.iter();
    let own = resources.filter(|one| {
        let made = of.stack.resource_of(&one.logical_id, type_of(Owner::Group));
        made.is_some_and(|made| group.name.as_str().eq_ignore_ascii_case(&made.physical_id))
    });
    let own: Vec<&str> = own.map(|one| one.logical_id.as_str()).collect();
    let is_given = |one: &&TemplateResource| {
        let mut says = one.says.iter();
        says.any(|said| {
            own.iter().any(|id| said.value.of.contains(*id)) && Use::of(one, said) == Use::MayGive
        })
    };
    let mut all = of.template.resources.iter().chain(&of.template.others);
    let given = all.find(is_given)?;
    let why = format!(
        "{} is given {group}, and may put somebody into it",
        given.logical_id
    );
    let help = "what it has stays as it is, in all stacks of the template";
    Some((why, help.to_owned()))
}
