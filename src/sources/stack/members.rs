//! Who is in the groups of templates, or comes into them.

use super::Stack;
use super::holders::type_of;
use super::live::{AS_AWS_HAS_IT, DEPLOY_FIRST, Gathering, Obstacle, Told, WrittenIn};
use super::uses::Use;
use crate::cloudformation::{Holder, Membership, Name, Said, Template, TemplateResource, Who};
use crate::iam::quota::Owner;
use crate::policies::PolicyOwner;
use crate::sources::LivePrincipal;
use crate::sources::applied::Concern;
use crate::sources::groups::{ADDING, GROUP};
use crate::sources::names::is_word_of;

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
        for membership in &template.memberships {
            let Membership { group, user, .. } = membership;
            // What a condition decides on is as AWS has it.
            if membership.is_conditional || is_left_out(stack, template, membership) {
                continue;
            }
            let mut holder =
                |kind, who: &Who| self.holder(stack, template, &Holder::new(kind, who.clone()));
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
        for membership in &of.template.memberships {
            let resource = &of.template.resources[membership.resource];
            let is_seen = is_seen(of, seen.as_deref(), &membership.user);
            match is_group(of, owner, &membership.group) {
                Concern::No => {}
                _ if is_left_out(of.stack, of.template, membership)
                    || membership.is_conditional =>
                {
                    if !is_seen && !self.is_decided(of, membership) {
                        let note = decided(resource, owner, membership);
                        coming.notes.push(note);
                    }
                }
                Concern::Yes => {
                    told += 1;
                    if matches!(membership.user, Who::Unknown { .. } | Who::NotRead) {
                        is_unknown = true;
                        coming.notes.push(unknown_user(resource, owner, membership));
                    }
                    let obstacle = not_there_yet(of, owner, &membership.user);
                    coming.obstacle = coming.obstacle.or(obstacle);
                }
                Concern::Unknown if is_seen => {}
                Concern::Unknown => {
                    let note = unknown_group(resource, owner, membership);
                    coming.notes.push(note);
                }
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
        coming.notes.extend(named_to_others(of, owner));
        coming
    }

    /// Whether what a condition decided of a membership is as AWS has it, since what it stands in and whom it is
    /// about are there.
    fn is_decided(&self, of: &WrittenIn<'_>, membership: &Membership) -> bool {
        let is_there = match &membership.user {
            Who::Named(name) => of.stack.has_named(self.held, Owner::User, name),
            Who::Resource(id) => of.stack.resource_of(id, type_of(Owner::User)).is_some(),
            Who::Unknown { .. } | Who::NotRead => false,
        };
        is_there && !is_left_out(of.stack, of.template, membership)
    }
}

/// Whether a condition left out what puts somebody into a group, or it is as new as its condition.
fn is_left_out(stack: &Stack, template: &Template, membership: &Membership) -> bool {
    let resource = &template.resources[membership.resource];
    resource.is_conditional && stack.resource(&resource.logical_id).is_none()
}

/// Whether this is the group.
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
    let (user, by) = (shown(&membership.user), shown(&membership.group));
    Told {
        range: resource.range.clone(),
        message: format!(
            "whether {user} is put into {group} by {by} nobody can tell here: {AS_AWS_HAS_IT}"
        ),
    }
}

/// That nobody can tell who is put into a group.
fn unknown_user(resource: &TemplateResource, group: &PolicyOwner, membership: &Membership) -> Told {
    let by = shown(&membership.user);
    Told {
        range: resource.range.clone(),
        message: format!("who is put into {group} by {by} nobody can tell here: {AS_AWS_HAS_IT}"),
    }
}

/// That a condition decides whether somebody is put into a group whom AWS does not have.
fn decided(resource: &TemplateResource, group: &PolicyOwner, membership: &Membership) -> Told {
    let user = shown(&membership.user);
    Told {
        range: resource.range.clone(),
        message: format!("whether {user} is put into {group} a condition decides: {AS_AWS_HAS_IT}"),
    }
}

/// How somebody is called in messages.
fn shown(who: &Who) -> String {
    match who {
        Who::Named(name) | Who::Resource(name) => name.clone(),
        Who::Unknown { value, .. } => value.shown.clone(),
        Who::NotRead => "what is not read".to_owned(),
    }
}

/// All that is said by resources that are no memberships, and what they do with it.
fn told_to_others(template: &Template) -> impl Iterator<Item = (&TemplateResource, Use, &Said)> {
    let all = template.resources.iter().chain(&template.others);
    let says = all.flat_map(|one| one.says.iter().map(move |said| (one, said)));
    says.map(|(one, said)| (one, Use::of(one, said), said))
}

/// That something is given a group of the template that makes or runs what nobody can tell.
fn given_to_others(of: &WrittenIn<'_>, group: &PolicyOwner) -> Option<Obstacle> {
    let resources = of.template.resources.iter();
    let own = resources.filter(|one| {
        let made = of.stack.resource_of(&one.logical_id, type_of(Owner::Group));
        made.is_some_and(|made| group.name.as_str().eq_ignore_ascii_case(&made.physical_id))
    });
    let own: Vec<&str> = own.map(|one| one.logical_id.as_str()).collect();
    let mut told = told_to_others(of.template);
    let (given, ..) = told.find(|(_, does, said)| {
        *does == Use::MayGive && own.iter().any(|id| said.value.of.contains(*id))
    })?;
    let why = format!(
        "{} is given {group}, and may put somebody into it",
        given.logical_id
    );
    let help = "what it has stays as it is, in all stacks of the template";
    Some((why, help.to_owned()))
}

/// That something is told the name of a group that makes or runs what nobody can tell, or how somebody comes into one.
fn named_to_others(of: &WrittenIn<'_>, group: &PolicyOwner) -> Vec<Told> {
    let name = group.name.as_str().to_ascii_lowercase();
    let told = told_to_others(of.template).filter(|(_, does, said)| {
        let values = said.value.of.iter();
        let values = values.filter_map(|named| of.template.values.get(named));
        let is_run = match does {
            Use::MayGive => true,
            Use::WritesDown => false,
            Use::Attaches | Use::Bounds | Use::Nothing => return false,
        };
        let mut all = values.flatten().chain([*said]);
        let mut under = said.path.iter().skip(1);
        all.any(|one| may_be_added_to(&one.value.name, &name, is_run))
            || is_run && under.any(|one| one.eq_ignore_ascii_case(&name))
    });
    let notes = told.map(|(one, ..)| Told {
        range: one.range.clone(),
        message: format!(
            "whether {} puts somebody into {group} nobody can tell here: {AS_AWS_HAS_IT}",
            one.logical_id
        ),
    });
    notes.collect()
}

/// Whether a text, which is run or only written down, is the name of a group, in small letters, or may add somebody to it.
fn may_be_added_to(text: &Name, name: &str, is_run: bool) -> bool {
    let letters = text.parts().join("…").to_ascii_lowercase();
    let is_known = matches!(text, Name::Text(_));
    let names_it = is_word_of(&letters, name);
    let adds = ADDING.iter().any(|adding| letters.contains(adding));
    let is_listed = || letters.split(',').any(|one| one.trim() == name);
    is_run && (is_listed() || letters.contains(GROUP) && names_it)
        || adds && (!is_known || names_it)
}
