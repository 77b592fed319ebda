//! Whether those who have a managed policy in AWS are all to whom its template gives it.
//!
//! What a condition decides on is as AWS has it. What nobody can tell is taken to be so, and noted.

use std::collections::BTreeSet;

use super::holders::type_of;
use super::live::{DEPLOY_FIRST, Obstacle, Told, WrittenIn};
use super::uses::{Use, is_sam, principal};
use crate::cloudformation::{Holder, Makes, Name, Said, TemplateResource, Who};
use crate::iam::Arn;
use crate::iam::quota::Owner;
use crate::policies::PolicyOwner;
use crate::sources::applied::Concern;

/// A managed policy of a stack.
pub(super) struct Given<'a> {
    of: &'a WrittenIn<'a>,
    arn: &'a str,
    /// Those who have it in AWS.
    owners: &'a [PolicyOwner],
    /// Those of them to whom the template gives it.
    told: BTreeSet<(Owner, String)>,
    /// What is in the way, and who gets it if that is known.
    pub obstacles: Vec<(Obstacle, Option<Holder>)>,
    /// What nobody can tell.
    pub notes: Vec<Told>,
}

impl<'a> Given<'a> {
    /// What the template says of who has the policy, beside what AWS's answer shows.
    pub fn of(of: &'a WrittenIn<'a>, arn: &'a Arn, owners: &'a [PolicyOwner]) -> Self {
        let mut given = Given {
            of,
            arn: arn.as_str(),
            owners,
            told: BTreeSet::new(),
            obstacles: Vec::new(),
            notes: Vec::new(),
        };
        let template = of.template;
        for resource in template.resources.iter().chain(&template.others) {
            for said in &resource.says {
                given.said(resource, said);
            }
        }
        given.holders();
        given
    }

    fn said(&mut self, resource: &TemplateResource, said: &Said) {
        let does = Use::of(resource, said);
        let id = &resource.logical_id;
        match (does, self.concern(said)) {
            (Use::Nothing, _) | (_, Concern::No) | (Use::WritesDown, Concern::Unknown) => {}
            (Use::Attaches, concern) => self.attached(resource, said, concern),
            (Use::Bounds, Concern::Yes) => {
                let why = format!("it is the permissions boundary of {id}");
                let help = "it stays as it is: what is taken from it is taken from all whose boundary it is";
                self.in_the_way(why, help, None);
            }
            (Use::Bounds, Concern::Unknown) if said.is_conditional => {}
            (Use::Bounds, Concern::Unknown) => self.perhaps(resource, "has it", said),
            (Use::MayGive, Concern::Yes) => {
                let of_type = match resource.kind.as_str() {
                    "" => String::new(),
                    kind => format!(", of the type {kind},"),
                };
                let why = format!("{id}{of_type} is given it, and may give it to somebody");
                self.in_the_way(
                    why,
                    "it stays as it is, in all stacks of the template",
                    None,
                );
            }
            (Use::MayGive, Concern::Unknown) => {
                if is_written_as_policy(&said.value.name) || Use::takes_a_policy(resource, said) {
                    self.perhaps(resource, "is given it", said);
                }
            }
            (Use::WritesDown, Concern::Yes) => self.notes.push(Told {
                range: resource.range.clone(),
                message: format!(
                    "the ARN of {} is written down here: whoever reads it may give it to somebody",
                    self.of.logical_id
                ),
            }),
        }
    }

    /// A policy that a role, a user or a group says that it has.
    fn attached(&mut self, resource: &TemplateResource, said: &Said, concern: Concern) {
        let Some((kind, id)) = principal(resource) else {
            return;
        };
        let of = self.of;
        let made = of.stack.resource_of(&id, type_of(kind));
        let name = made.map(|made| made.physical_id.as_str());
        if let Some(name) = name.filter(|name| self.has_it(kind, name)) {
            if concern == Concern::Yes {
                self.told.insert((kind, name.to_ascii_lowercase()));
            }
            return;
        }
        let is_left_out =
            name.is_none() && (resource.is_conditional || self.has_own_role(resource));
        if said.is_conditional || is_left_out {
            return;
        }
        if concern == Concern::Unknown {
            return self.perhaps(resource, "has it", said);
        }
        let why = match name {
            Some(_) => format!("the template gives it to {id}, and AWS's answer does not"),
            None => format!("the template gives it to {id}, which the stack does not have yet"),
        };
        let who = Who::Resource(id);
        self.in_the_way(why, DEPLOY_FIRST, Some(Holder { kind, who }));
    }

    /// Whether SAM makes no role for a resource, since it says one, perhaps by a condition or for all of its type.
    fn has_own_role(&self, resource: &TemplateResource) -> bool {
        let others = self.of.template.others.iter();
        let of_type = others.filter(|one| one.kind == resource.kind);
        let mut says = of_type.chain([resource]).flat_map(|one| &one.says);
        is_sam(&resource.kind) && says.any(|said| said.path == ["Role"])
    }

    /// Those whom the policy itself names.
    fn holders(&mut self) {
        let Makes::Managed(holders) = &self.of.written.makes else {
            return;
        };
        for holder in holders {
            match &holder.who {
                Who::Resource(id) => self.holder(holder, id),
                Who::Named(name) if self.has_it(holder.kind, name) => {
                    self.told.insert((holder.kind, name.to_ascii_lowercase()));
                }
                Who::Named(name) => {
                    let kind = holder.kind.as_str();
                    let why = format!(
                        "the template gives it to {kind} {name}, and AWS's answer does not"
                    );
                    self.in_the_way(why, DEPLOY_FIRST, Some(holder.clone()));
                }
                Who::Unknown { .. } | Who::NotRead => {}
            }
        }
        for kind in [Owner::Role, Owner::User, Owner::Group] {
            self.unknown_holders(kind, holders);
        }
    }

    /// A resource of the template whom the policy names.
    fn holder(&mut self, holder: &Holder, id: &str) {
        let Holder { kind, .. } = *holder;
        let made = self.of.stack.resource_of(id, type_of(kind));
        let resource = self.of.template.resource(id);
        let why = match made {
            Some(made) if self.has_it(kind, &made.physical_id) => {
                let name = made.physical_id.to_ascii_lowercase();
                self.told.insert((kind, name));
                return;
            }
            Some(_) => format!("the template gives it to {id}, and AWS's answer does not"),
            None if resource.is_some_and(|one| one.is_conditional) => return,
            None => format!("the template gives it to {id}, which the stack does not have yet"),
        };
        self.in_the_way(why, DEPLOY_FIRST, Some(holder.clone()));
    }

    /// Those whom the policy names and nobody can tell. Who is told by a name of its own is another one.
    fn unknown_holders(&mut self, kind: Owner, holders: &[Holder]) {
        let unknown = holders.iter().filter(|one| one.kind == kind);
        let unknown = unknown.filter_map(|one| match &one.who {
            Who::Unknown {
                value,
                is_conditional: false,
            } => Some(value.shown.clone()),
            _ => None,
        });
        let unknown: Vec<String> = unknown.collect();
        if unknown.is_empty() {
            return;
        }
        let known = self.told.iter().filter(|(one, _)| *one == kind).count();
        let seen = self.owners.iter().filter(|one| one.kind == kind).count();
        let (told, called) = (known + unknown.len(), kind.as_str());
        if seen < told {
            let why = format!(
                "the template gives it to {told} of the kind {called}, and AWS's answer shows {seen}"
            );
            return self.in_the_way(why, DEPLOY_FIRST, None);
        }
        let range = self.of.template.resource(self.of.logical_id);
        let range = range.map_or(0..0, |one| one.range.clone());
        self.notes.extend(unknown.into_iter().map(|shown| Told {
            range: range.clone(),
            message: format!(
                "who has it by {shown} nobody can tell here: it is taken to be as AWS has it"
            ),
        }));
    }

    fn has_it(&self, kind: Owner, name: &str) -> bool {
        let mut owners = self.owners.iter().filter(|owner| owner.kind == kind);
        owners.any(|owner| owner.name.as_str().eq_ignore_ascii_case(name))
    }

    fn in_the_way(&mut self, why: String, help: &str, holder: Option<Holder>) {
        self.obstacles.push(((why, help.to_owned()), holder));
    }

    fn perhaps(&mut self, resource: &TemplateResource, what: &str, said: &Said) {
        let (id, shown) = (&resource.logical_id, &said.value.shown);
        // A condition left it out.
        if resource.is_conditional && self.of.stack.resource(id).is_none() {
            return;
        }
        self.notes.push(Told {
            range: resource.range.clone(),
            message: format!(
                "whether {id} {what} by {shown} nobody can tell here: it is taken to be as AWS has it"
            ),
        });
    }

    /// Whether a value is the policy, or names it.
    fn concern(&self, said: &Said) -> Concern {
        let value = &said.value;
        let arn = self.arn;
        if value.of.contains(self.of.logical_id) || self.is_called(said) {
            return Concern::Yes;
        }
        let referred = value
            .is
            .as_ref()
            .and_then(|id| self.of.template.resource(id));
        // Another policy, a role.
        if referred.is_some_and(|one| one.kind.starts_with("AWS::IAM::")) {
            return Concern::No;
        }
        if has_arn(&value.name, arn) {
            return Concern::Yes;
        }
        match &value.name {
            name if !name.may_be_in_any_case(arn) => Concern::No,
            // It ends as the policy is called, in whichever account.
            name if !name.end().is_empty() => Concern::Yes,
            _ => Concern::Unknown,
        }
    }

    /// Whether a permission set of IAM Identity Center has the policy by its name.
    fn is_called(&self, said: &Said) -> bool {
        const BY_NAME: &str = "CustomerManagedPolicyReference";
        let is_reference = said.path.iter().any(|name| name.starts_with(BY_NAME));
        let own_name = self.arn.rsplit('/').next().unwrap_or_default();
        is_reference
            && said.path.last().is_some_and(|name| name == "Name")
            && said.value.name.is_told()
            && said.value.name.may_be_in_any_case(own_name)
    }
}

/// What the ARN of each managed policy has in it.
const SIGN: &str = ":policy/";

/// Whether it is written that a text is the ARN of a managed policy, of whichever name.
fn is_written_as_policy(name: &Name) -> bool {
    name.parts().iter().any(|part| part.contains(SIGN))
}

/// Whether a text has this ARN in it, in whichever account unless that is written.
fn has_arn(name: &Name, arn: &str) -> bool {
    let Some((before, own)) = arn.split_once(SIGN) else {
        return false;
    };
    let account = before.rsplit(':').next().unwrap_or_default();
    let is_it = |part: &str, at: usize| {
        let account_here = part[..at].rsplit(':').next().unwrap_or_default();
        let behind = &part[at + SIGN.len()..];
        let is_own = behind
            .get(..own.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(own));
        is_own
            && !behind[own.len()..].starts_with(is_of_name)
            && (account_here.is_empty() || account_here == account)
    };
    let mut parts = name.parts().iter();
    parts.any(|part| part.match_indices(SIGN).any(|(at, _)| is_it(part, at)))
}

/// Whether a letter may stand in the name or path of a policy.
fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "+=,.@_-/".contains(letter)
}
