//! Whether those who have a managed policy in AWS are all to whom its template gives it.
//!
//! What a condition decides on is as AWS has it, of whom AWS has. What nobody can tell is taken to be so, and noted.

use std::collections::{BTreeMap, BTreeSet};

use super::holders::type_of;
use super::live::{AS_AWS_HAS_IT, DEPLOY_FIRST, Obstacle, Told, WrittenIn, decided};
use super::uses::{Use, is_sam, principal, runs};
use crate::cloudformation::{Holder, Makes, Name, Said, TemplateOutput, TemplateResource, Who};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn};
use crate::policies::PolicyOwner;
use crate::sources::InAws;
use crate::sources::acts::is_to_attach;
use crate::sources::applied::Concern;
use crate::sources::names::is_word_alone;
use crate::sources::policy_texts::speaks_of_policies;

/// A managed policy of a stack.
pub(super) struct Given<'a> {
    of: &'a WrittenIn<'a>,
    arn: &'a str,
    /// Whether it is what the template calls so: its own resource, and what parameters and mappings may be.
    named: BTreeMap<&'a str, Concern>,
    /// What AWS has.
    held: &'a InAws,
    /// Those who have it in AWS.
    owners: &'a [PolicyOwner],
    /// Those of them to whom the template gives it.
    told: BTreeSet<(Owner, String)>,
    /// What is in the way, and who gets it if that is known.
    pub obstacles: Vec<(Obstacle, Option<Holder>)>,
    /// What nobody can tell.
    pub notes: Vec<Told>,
    /// The outputs of the template that are the policy, or have it in them.
    pub outputs: Vec<&'a TemplateOutput>,
}

impl<'a> Given<'a> {
    /// What the template says of who has the policy, beside what AWS's answer shows.
    pub fn of(
        of: &'a WrittenIn<'a>,
        arn: &'a Arn,
        held: &'a InAws,
        owners: &'a [PolicyOwner],
    ) -> Self {
        let template = of.template;
        let named = template.values.iter().map(|(name, values)| {
            let values = values.iter();
            let each = values.map(|said| of_name(&said.value.name, arn.as_str()));
            (name.as_str(), Concern::of_any(each, true))
        });
        let mut given = Given {
            of,
            arn: arn.as_str(),
            named: named.chain([(of.logical_id, Concern::Yes)]).collect(),
            held,
            owners,
            told: BTreeSet::new(),
            obstacles: Vec::new(),
            notes: Vec::new(),
            outputs: Vec::new(),
        };
        for resource in template.resources.iter().chain(&template.others) {
            for said in &resource.says {
                given.said(resource, said);
            }
        }
        given.holders();
        given.put_out();
        given
    }

    /// What the template puts out that has the policy.
    fn put_out(&mut self) {
        for output in &self.of.template.outputs {
            let mut said = output.says.iter();
            if !said.any(|said| self.concern(said) == Concern::Yes) {
                continue;
            }
            self.outputs.push(output);
            if output.export.is_some() {
                self.notes.push(Told {
                    range: output.range.clone(),
                    message: format!(
                        "the ARN of {} is exported here: whoever imports it may give it to somebody",
                        self.of.logical_id
                    ),
                });
            }
        }
    }

    fn said(&mut self, resource: &TemplateResource, said: &Said) {
        match (Use::of(resource, said), self.concern(said)) {
            // What it is a part of is said too, and nobody can tell that either.
            (Use::Attaches | Use::Bounds, Concern::Unknown) if said.within.is_some() => {}
            (Use::Attaches | Use::Bounds, Concern::No) => {}
            (Use::Attaches, concern) => self.attached(resource, said, concern),
            (Use::Bounds, concern) => self.bounded(resource, said, concern),
            (Use::MayGive, concern) => self.given_to(resource, said, concern),
            (Use::WritesDown, Concern::Yes) if says_to_attach(resource) => {
                self.given_to(resource, said, Concern::Yes);
            }
            (Use::WritesDown, Concern::Yes) => self.notes.push(Told {
                range: resource.range.clone(),
                message: format!(
                    "the ARN of {} is written down here: whoever reads it may give it to somebody",
                    self.of.logical_id
                ),
            }),
            // Who reads it may put the ARN together.
            (Use::WritesDown, _) if self.is_spoken_of(said) => {
                self.perhaps(resource, "gives it to somebody", said);
            }
            (Use::WritesDown | Use::Nothing, _) => {}
        }
    }

    /// A permissions boundary.
    fn bounded(&mut self, resource: &TemplateResource, said: &Said, concern: Concern) {
        let id = &resource.logical_id;
        if concern == Concern::Yes {
            let why = format!("it is the permissions boundary of {id}");
            let help =
                "it stays as it is: what is taken from it is taken from all whose boundary it is";
            return self.in_the_way(why, help, None);
        }
        let is_there = self.of.stack.resource(id).is_some();
        if !(said.is_conditional && is_there) {
            self.perhaps(resource, "has it", said);
        }
    }

    /// What is given to something that may give it to somebody.
    fn given_to(&mut self, resource: &TemplateResource, said: &Said, concern: Concern) {
        if concern == Concern::Yes {
            let id = &resource.logical_id;
            let of_type = match resource.kind.as_str() {
                "" => String::new(),
                kind => format!(", of the type {kind},"),
            };
            let why = format!("{id}{of_type} is given it, and may give it to somebody");
            let help = "it stays as it is, in all stacks of the template";
            return self.in_the_way(why, help, None);
        }
        let is_unnamed = is_reference(said) && !said.value.name.is_told();
        let may_be_it = concern == Concern::Unknown
            && (is_unnamed
                || is_written_as_policy(&said.value.name)
                || Use::takes_a_policy(resource, said));
        let is_named = || self.is_named(said) || self.has_name(said);
        if may_be_it || runs(resource) && is_named() {
            self.perhaps(resource, "is given it", said);
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
        let is_decided = match name {
            Some(_) if said.is_conditional => return,
            Some(_) => false,
            None if self.has_own_role(resource) => return,
            None => said.is_conditional || resource.is_conditional,
        };
        if concern == Concern::Unknown {
            return self.perhaps(resource, "has it", said);
        }
        if is_decided {
            return self.notes.push(decided(resource, &id));
        }
        let why = match name {
            Some(_) => format!("the template gives it to {id}, and AWS's answer does not"),
            None => format!("the template gives it to {id}, which the stack does not have yet"),
        };
        let who = Who::Resource(id);
        self.in_the_way(why, DEPLOY_FIRST, Some(Holder::new(kind, who)));
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
                Who::Named(name) if holder.is_conditional => self.named_by_condition(holder, name),
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
            Some(_) if holder.is_conditional => return,
            Some(_) => format!("the template gives it to {id}, and AWS's answer does not"),
            None if holder.is_conditional || resource.is_some_and(|one| one.is_conditional) => {
                return self.notes.push(decided(self.of.own(), id));
            }
            None => format!("the template gives it to {id}, which the stack does not have yet"),
        };
        self.in_the_way(why, DEPLOY_FIRST, Some(holder.clone()));
    }

    /// Those whom the policy names and nobody can tell. Who is told by a name of its own is another one.
    fn unknown_holders(&mut self, kind: Owner, holders: &[Holder]) {
        let unknown = holders.iter().filter(|one| one.kind == kind);
        let unknown = unknown.filter_map(|one| match &one.who {
            // None at all may be listed, or by a condition.
            Who::Unknown { value, is_list } => {
                Some((value.shown.clone(), !is_list && !one.is_conditional))
            }
            _ => None,
        });
        let unknown: Vec<(String, bool)> = unknown.collect();
        if unknown.is_empty() {
            return;
        }
        let known = self.told.iter().filter(|(one, _)| *one == kind).count();
        let seen = self.owners.iter().filter(|one| one.kind == kind).count();
        let sure = unknown.iter().filter(|(_, is_one)| *is_one).count();
        let (told, called) = (known + sure, kind.as_str());
        if seen < told {
            let why = format!(
                "the template gives it to {told} of the kind {called}, and AWS's answer shows {seen}"
            );
            return self.in_the_way(why, DEPLOY_FIRST, None);
        }
        let notes = unknown.into_iter();
        let notes = notes.map(|(shown, _)| self.of.unknown_holder(&shown));
        self.notes.extend(notes);
    }

    /// Somebody whom the policy names by a condition. Of whom AWS has it is as AWS has it.
    fn named_by_condition(&mut self, holder: &Holder, name: &str) {
        if !self.of.stack.has_named(self.held, holder.kind, name) {
            let who = format!("{} {name}", holder.kind.as_str());
            self.notes.push(decided(self.of.own(), &who));
        }
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
        self.notes.push(Told {
            range: resource.range.clone(),
            message: format!(
                "whether {id} {what} by {shown} nobody can tell here: {AS_AWS_HAS_IT}"
            ),
        });
    }

    /// Whether a value is the policy, or names it.
    fn concern(&self, said: &Said) -> Concern {
        let value = &said.value;
        let mut of = value.of.iter();
        let mut under = said.path.iter();
        if of.any(|one| self.named.get(one.as_str()) == Some(&Concern::Yes))
            || self.is_called(said)
            || under.any(|name| has_arn(std::slice::from_ref(name), self.arn) == Concern::Yes)
        {
            return Concern::Yes;
        }
        let is_of_iam = |id: &String| {
            let referred = self.of.template.resource(id);
            referred.is_some_and(|one| one.kind.starts_with("AWS::IAM::"))
        };
        // Another policy, a role.
        if value.is.as_ref().is_some_and(is_of_iam) {
            return Concern::No;
        }
        match value.mapping() {
            Some(mapping) => *self.named.get(mapping).unwrap_or(&Concern::Unknown),
            None => of_name(&value.name, self.arn),
        }
    }

    /// Whether a permission set of IAM Identity Center has the policy by its name.
    fn is_called(&self, said: &Said) -> bool {
        let values = &self.of.template.values;
        let may_be = said.value.of.iter().filter_map(|one| values.get(one));
        let mut may_be = may_be.flatten().chain([said]);
        is_reference(said)
            && may_be.any(|one| {
                let name = &one.value.name;
                name.is_told() && name.may_be_in_any_case(self.own_name())
            })
    }

    /// Whether a text is the name of the policy.
    fn is_named(&self, said: &Said) -> bool {
        let name = &said.value.name;
        !name.end().is_empty() && name.may_be_in_any_case(self.own_name())
    }

    /// Whether a text has the name of the policy as a word.
    fn has_name(&self, said: &Said) -> bool {
        let letters = said.value.name.parts().join("\n").to_ascii_lowercase();
        is_word_alone(&letters, &self.own_name().to_ascii_lowercase())
    }

    /// Whether a text speaks of policies, and has the name of this one.
    fn is_spoken_of(&self, said: &Said) -> bool {
        let mut parts = said.value.name.parts().iter();
        parts.any(|part| speaks_of_policies(part)) && self.has_name(said)
    }

    fn own_name(&self) -> &'a str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }
}

/// Whether anything that a resource says tells to attach policies.
fn says_to_attach(resource: &TemplateResource) -> bool {
    let mut parts = resource
        .says
        .iter()
        .flat_map(|said| said.value.name.parts());
    parts.any(|part| is_to_attach(part))
}

/// Whether a permission set of IAM Identity Center names a policy here.
fn is_reference(said: &Said) -> bool {
    const BY_NAME: &str = "CustomerManagedPolicyReference";
    let is_reference = said.path.iter().any(|name| name.starts_with(BY_NAME));
    is_reference && said.path.last().is_some_and(|name| name == "Name")
}

/// Whether a text is the ARN of a policy, or has it in it.
fn of_name(name: &Name, arn: &str) -> Concern {
    let is_it = match name {
        name if !name.may_be_in_any_case(arn) => Concern::No,
        // It ends as the policy is called, in whichever account.
        name if !name.end().is_empty() => Concern::Yes,
        _ => Concern::Unknown,
    };
    is_it.max(has_arn(name.parts(), arn))
}

/// What the ARN of each managed policy has in it.
const SIGN: &str = ":policy/";

/// Whether it is written that a text that may be an ARN is one, or that it is that of some managed policy.
fn is_written_as_policy(name: &Name) -> bool {
    let mut parts = name.parts().iter();
    name.parts()[0].starts_with("arn:") || parts.any(|part| part.contains(SIGN))
}

/// Whether a text of these parts has this ARN in it, in whichever account unless that is written.
fn has_arn(parts: &[String], arn: &str) -> Concern {
    let Some((before, own)) = arn.split_once(SIGN) else {
        return Concern::No;
    };
    let account = before.rsplit(':').next().unwrap_or_default();
    let concern = |part: &str, at: usize, goes_on: bool| {
        let account_here = part[..at].rsplit(':').next().unwrap_or_default();
        let behind = &part[at + SIGN.len()..];
        let begins_so = |text: &str, start: &str| {
            let text = text.get(..start.len());
            text.is_some_and(|text| text.eq_ignore_ascii_case(start))
        };
        if is_account(account_here) && account_here != account {
            Concern::No
        } else if begins_so(behind, own) && !behind[own.len()..].starts_with(is_of_name) {
            Concern::Yes
        } else if goes_on && behind.len() < own.len() && begins_so(own, behind) {
            Concern::Unknown
        } else {
            Concern::No
        }
    };
    let each = parts.iter().enumerate().flat_map(|(place, part)| {
        let goes_on = place + 1 < parts.len();
        let places = part.match_indices(SIGN);
        places.map(move |(at, _)| concern(part, at, goes_on))
    });
    Concern::of_any(each, true)
}

/// Whether a text is that of an account in an ARN.
fn is_account(text: &str) -> bool {
    text == "aws" || AccountId::parse(text).is_some()
}

/// Whether a letter goes on with the name or path of a policy. One may have a comma in it, but ARNs are listed by it.
fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "+=.@_-/".contains(letter)
}
