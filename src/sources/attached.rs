//! Whether the states know of all to whom a managed policy is given, as the files of the tree write it: each
//! block that names it and may give it to somebody is to be as the states have it. Where nobody can tell
//! whether a block names it, as where the name comes from a variable, the states are believed.

use std::path::Path;
use std::rc::Rc;

use super::acts::{Act, Does, attaches_by, is_attachment, is_to_attach, told_under};
use super::applied::{Compared, Concern, WHAT, compared, type_of};
use super::evaluation::{BlockOnce, Gap, Origins, Placed, Said};
use super::names::is_path_in;
use super::naming::{LookedUp, Naming};
use super::policy_texts::Texts;
use super::state::{has_word, is_of_permission_sets, takes_policies, takes_policy_arns};
use super::survey::{Doing, Unread};
use super::uses::{APPLY, Taker, Uses};
use super::{Kind, Resource};
use crate::terraform::{Argument, Asked};
use crate::text::Problem;

impl<'a> Uses<'_, 'a> {
    /// Refuses a managed policy that the files give to somebody whom no state has with it.
    pub fn attachments_are_known(&self, policy: &Taker<'a>) -> Result<(), Problem> {
        let texts = Texts::of(self, policy);
        let attached = Attached {
            uses: self,
            policy,
            looked_up: self.looked_up(policy),
            texts: &texts,
        };
        for place in self.survey.asking.about(&texts) {
            attached.is_known(&self.survey.doing[place])?;
        }
        let mut calls = self.tree.calls().filter(|call| !call.is_read);
        calls.try_for_each(|call| attached.is_known_to_call(&call))?;
        attached.is_taken_over_as_itself()?;
        attached.is_noted_where_required();
        attached.is_named_elsewhere();
        let mut unread = self.survey.unread.iter();
        unread.try_for_each(|file| attached.is_not_named_in(file))
    }
}

/// A managed policy, and what names it.
pub(super) struct Attached<'u, 'a> {
    pub uses: &'u Uses<'u, 'a>,
    pub policy: &'u Taker<'a>,
    /// The data that may be it.
    pub looked_up: Vec<LookedUp>,
    pub texts: &'u Texts,
}

impl<'a> Attached<'_, 'a> {
    fn is_known(&self, doing: &Doing<'a>) -> Result<(), Problem> {
        self.acts_are_known(doing)?;
        let (folder, placed) = (doing.folder, doing.placed);
        let Some(kind) = type_of(placed.block) else {
            return Ok(());
        };
        if let Some(boundary) = placed.argument("permissions_boundary") {
            self.is_no_boundary(folder, placed, boundary)?;
        }
        if let Some(list) = placed.argument("managed_policy_arns") {
            self.list_is_known(folder, placed, list)?;
        }
        if is_attachment(kind) {
            return (self.uses).is_as_made(folder, placed, |one| self.concerns(one, kind));
        }
        if is_of_permission_sets(kind) {
            return self.is_not_referred_to(folder, placed);
        }
        Ok(())
    }

    /// Refuses what is given the ARN of the policy and may give that to somebody, and notes what writes it down.
    fn acts_are_known(&self, doing: &Doing<'a>) -> Result<(), Problem> {
        let placed = doing.placed;
        let origins = &self.uses.survey.origins;
        let says_to_attach = || {
            let mut acts = doing.acts.iter();
            acts.any(|act| {
                let mut texts = origins.by(act.argument).texts.iter();
                texts.any(|text| is_to_attach(&text.shown()))
            })
        };
        let mut is_written_down = false;
        for act in &doing.acts {
            let argument = act.argument;
            match (self.naming(self.uses.survey.origins.by(argument)), act.does) {
                (_, Does::Remark) => {}
                (Naming::ByArn, Does::MayGive) => return Err(self.may_be_given(placed, argument)),
                (Naming::ByArn, Does::WritesDown) if says_to_attach() => {
                    return Err(self.may_be_given(placed, argument));
                }
                // One note for each block is enough.
                (Naming::ByArn, Does::WritesDown) if is_written_down => {}
                (Naming::ByArn, Does::WritesDown) => {
                    is_written_down = true;
                    let message = format!(
                        "the ARN of {} is written down here: whoever reads it may give it to somebody",
                        self.policy.placed.block.address()
                    );
                    let note = placed.file.source.note_at(argument.range.clone(), message);
                    self.uses.notes.borrow_mut().push(note);
                }
                // By its name alone it may be anything.
                (naming, _) if self.may_be_told_by(doing, act, naming) => {
                    self.uses.believe(placed, WHAT);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether an argument that does not have the ARN of the policy may have it all the same, for all that is known.
    fn may_be_told_by(&self, doing: &Doing<'a>, act: &Act<'a>, naming: Naming) -> bool {
        let origins = self.uses.survey.origins.by(act.argument);
        let takes_arns = || {
            type_of(doing.placed.block)
                .is_some_and(|kind| takes_policy_arns(kind, &act.argument.name))
                && self.may_be(doing.folder, doing.placed, act.argument)
        };
        match naming {
            Naming::ByName if act.is_run || origins.speaks_of_policies => true,
            Naming::Untold if act.does == Does::MayGive || origins.has(Gap::TooLong) => true,
            _ => {
                // What it is called itself is a name of its own.
                let is_run = act.is_run && act.argument.name != "name";
                act.is_run && (may_do_anything(act, origins) || origins.may_attach_all())
                    || (is_run || origins.speaks_of_policies) && self.is_named_in(origins)
                    || takes_arns()
            }
        }
    }

    /// Whether an argument that nobody can tell may be the ARN of the policy.
    fn may_be(&self, folder: &Path, placed: Placed<'a>, argument: &'a Argument) -> bool {
        let (file, evaluation) = (placed.file, self.uses.evaluation);
        let each = evaluation.each(folder, placed);
        each.iter().any(|one| {
            let said = Said { file, argument };
            match self.texts.concern(&evaluation.argument(one, said)) {
                // What resources of other types have is none.
                Concern::Unknown => !is_told(&evaluation.origins(one, said), is_of_resource),
                concern => concern == Concern::Yes,
            }
        })
    }

    /// Refuses a permission set that has the policy by its name.
    fn is_not_referred_to(&self, folder: &Path, placed: Placed<'a>) -> Result<(), Problem> {
        let told = told_under(placed.block);
        let referring = told.into_iter().filter(|(_, under)| {
            let mut names = under.iter();
            names.any(|name| name.starts_with("customer_managed_policy_reference"))
                || under.contains(&"permissions_boundary")
        });
        for (argument, _) in referring {
            let file = placed.file;
            for one in self.uses.evaluation.each(folder, placed) {
                match self.concern_of_name(&one, Said { file, argument }) {
                    Concern::No => {}
                    Concern::Unknown => self.uses.believe(placed, WHAT),
                    Concern::Yes => return Err(self.may_be_given(placed, argument)),
                }
            }
        }
        Ok(())
    }

    fn may_be_given(&self, placed: Placed<'a>, argument: &Argument) -> Problem {
        let message = format!(
            "{} names {}, and may give it to somebody",
            placed.block.address(),
            self.policy.placed.block.address()
        );
        let source = &placed.file.source;
        let why = source.error_at(argument.range.clone(), message);
        why.help("it stays as it is, with all that its block makes")
    }

    /// Refuses what a file that is not read names the policy for; one that does not may use it all the same.
    fn is_not_named_in(&self, file: &Unread<'_>) -> Result<(), Problem> {
        let text = file.source.text();
        let called = file.called.iter();
        let called = called.filter(|one| self.naming(&one.origins) == Naming::ByArn);
        let own = (file.folder == self.policy.folder).then(|| self.policy.placed.block.address());
        let looked_up = self.looked_up_in(file.folder);
        let mut names = called
            .map(|one| one.name.as_str())
            .chain(own.as_deref())
            .chain(looked_up);
        if self.texts.are_said_in(text) || names.any(|name| is_path_in(text, name)) {
            let message = format!(
                "this file is not read, and names {}: it may give it to somebody",
                self.policy.placed.block.address()
            );
            let why = file.source.error(message);
            return Err(why.help("see what is said of that file"));
        }
        self.uses.believe_file(file);
        Ok(())
    }

    /// Whether a block makes nobody's permissions boundary of the policy.
    fn is_no_boundary(
        &self,
        folder: &Path,
        placed: Placed<'a>,
        boundary: Said<'a>,
    ) -> Result<(), Problem> {
        let evaluation = self.uses.evaluation;
        for one in evaluation.each(folder, placed) {
            let is_sure = || self.surely_names(&evaluation.origins(&one, boundary));
            match self.concern_as_told(&one, boundary) {
                Concern::No => {}
                // As far as nobody can tell it is as the state has it.
                Concern::Unknown if one.made.is_some() || !is_sure() => {
                    self.uses.believe(placed, WHAT);
                }
                _ => {
                    let message = format!(
                        "{} is a permissions boundary here",
                        self.policy.placed.block.address()
                    );
                    let why = placed
                        .file
                        .source
                        .error_at(boundary.argument.range.clone(), message);
                    return Err(why.help("what a boundary allows is decided by hand"));
                }
            }
        }
        Ok(())
    }

    /// Whether all roles that a block makes have the policy which it attaches by a list of their own.
    fn list_is_known(
        &self,
        folder: &Path,
        placed: Placed<'a>,
        list: Said<'a>,
    ) -> Result<(), Problem> {
        for one in self.uses.evaluation.each(folder, placed) {
            let has_it = one.made.is_some_and(|made| self.has_it(made));
            match self.concern_of(&one, list) {
                Concern::No => {}
                Concern::Unknown if has_it => {}
                Concern::Yes if !one.is_other() => {
                    if !has_it {
                        let address = self.policy.placed.block.address();
                        let message = format!("{address} is attached here, and no state has it so");
                        return Err(placed.file.error_at(placed.block, message).help(APPLY));
                    }
                }
                _ => self.uses.believe(placed, WHAT),
            }
        }
        Ok(())
    }

    /// Whether what a block attaches, once, is the policy.
    fn concerns(&self, one: &Rc<BlockOnce<'a>>, kind: &str) -> Concern {
        let file = one.placed.file;
        if Kind::of(kind) == Some(Kind::Attachment) {
            let said = OF_IAM.iter().filter_map(|name| one.placed.argument(name));
            let concern = said.map(|said| self.concern_of(one, said)).max();
            let concern = concern.unwrap_or(Concern::No);
            let mut in_state = one
                .made
                .iter()
                .flat_map(|made| &made.attributes.policy_arns);
            return match concern {
                // As far as nobody can tell it is as the state has it.
                Concern::Unknown if in_state.any(|arn| self.texts.is_arn(arn)) => Concern::Yes,
                Concern::Unknown if self.says_more(one) => Concern::Yes,
                concern => concern,
            };
        }
        let told = told_under(one.placed.block).into_iter();
        let told = told.filter(|(_, under)| attaches_by(kind, under));
        let concerns = told.map(|(argument, under)| {
            let said = Said { file, argument };
            let concern = self.concern_of(one, said);
            if !takes_policies(&under) {
                return concern.if_sure();
            }
            let concern = concern.max(self.concern_of_name(one, said));
            // Other types attach other policies too.
            if is_of_permission_sets(kind) {
                concern
            } else {
                concern.if_sure()
            }
        });
        concerns.max().unwrap_or(Concern::No)
    }

    /// Whether what a block attaches, once, names the policy and is surely more than the state has.
    fn says_more(&self, one: &Rc<BlockOnce<'a>>) -> bool {
        let in_state = one.made.iter().flat_map(|made| made.attributes.argued());
        let mut in_state = in_state.filter(|argued| OF_IAM.contains(&argued.name));
        in_state.any(|argued| {
            one.placed.argument(argued.name).is_some_and(|said| {
                let value = self.uses.evaluation.argument(one, said);
                let is_other = matches!(compared(&value, &argued), Compared::Other(_));
                is_other && self.may_name(&self.uses.evaluation.origins(one, said))
            })
        })
    }

    /// Whether an argument is the policy, or has it in a list. Where nobody can tell it is, if it is put together
    /// of what names the policy, and no state has it otherwise.
    fn concern_of(&self, one: &Rc<BlockOnce<'a>>, said: Said<'a>) -> Concern {
        let is_named = || self.may_name(&self.uses.evaluation.origins(one, said));
        match self.concern_as_told(one, said) {
            Concern::Unknown if one.made.is_none() && is_named() => Concern::Yes,
            concern => concern,
        }
    }

    /// Whether an argument is the policy, or has it in a list, as far as its value and all that this may be tell.
    fn concern_as_told(&self, one: &Rc<BlockOnce<'a>>, said: Said<'a>) -> Concern {
        let evaluation = self.uses.evaluation;
        match self.texts.concern(&evaluation.argument(one, said)) {
            Concern::Unknown => {
                let origins = evaluation.origins(one, said);
                let is_other = is_told(&origins, is_of_policy) && !self.may_name(&origins);
                if is_other {
                    Concern::No
                } else {
                    Concern::Unknown
                }
            }
            concern => concern,
        }
    }

    /// Whether an argument is the name of the policy, or has it in it.
    fn concern_of_name(&self, one: &Rc<BlockOnce<'a>>, said: Said<'a>) -> Concern {
        let value = self.uses.evaluation.argument(one, said);
        match self.texts.concern_of_name(&value) {
            Concern::Unknown if self.may_name(&self.uses.evaluation.origins(one, said)) => {
                Concern::Yes
            }
            concern => concern,
        }
    }

    /// Whether the role that is made has the policy.
    fn has_it(&self, role: &Resource) -> bool {
        let mut listed = role.attributes.managed_policy_arns.iter();
        if listed.any(|arn| self.texts.is_arn(arn)) {
            return true;
        }
        let arn = role.attributes.arn.as_deref().unwrap_or_default();
        let Some(holder) = self.uses.live.principal(arn) else {
            return false;
        };
        let mut made = self.uses.made_of_it(self.policy).peekable();
        made.peek().is_some() && made.all(|one| one.holders.contains(&holder))
    }
}

/// Whether nothing else is in what comes of this than what is known, and such things.
fn is_told(origins: &Origins, is_such: fn(&Asked) -> bool) -> bool {
    let mut texts = origins.texts.iter();
    texts.all(|text| text.as_known().is_some()) && origins.are_told(is_such)
}

/// Whether a managed policy is asked for.
fn is_of_policy(asked: &Asked) -> bool {
    asked.address.starts_with("aws_iam_policy.")
}

/// Whether nobody can tell what something does that is run or deployed: not all of it is known, and it speaks of
/// policies, or no word of the program is.
fn may_do_anything(act: &Act<'_>, origins: &Origins) -> bool {
    let is_unknown = || has_word(&act.argument.name, &PROGRAMS) && origins.says_nothing();
    origins.has(Gap::Unread)
        || origins.has(Gap::Untold) && (origins.speaks_of_policies || is_unknown())
}

/// The words of arguments that say what is run or deployed.
const PROGRAMS: [&str; 15] = [
    "body", "command", "commands", "content", "document", "inline", "input", "manifest", "program",
    "query", "script", "scripts", "template", "values", "yaml",
];

/// The arguments of the attachments of IAM that say what is attached.
pub(super) const OF_IAM: [&str; 2] = ["policy_arn", "policy_arns"];

/// Whether a resource is asked for, and nothing that may be given something else.
fn is_of_resource(asked: &Asked) -> bool {
    let first = asked.address.split('.').next().unwrap_or_default();
    !["data", "ephemeral", "module"].contains(&first)
}
