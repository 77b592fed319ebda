//! Whether the states know of all to whom a managed policy is given, as the files of the tree write it: each
//! block that names it and may give it to somebody is to be as the states have it. Where nobody can tell
//! whether a block names it, as where the name comes from a variable, the states are believed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::applied::{Concern, WHAT, type_of};
use super::evaluation::{BlockOnce, Placed, Said};
use super::policy_texts::Texts;
use super::references::is_of;
use super::state::{is_deploying, is_remark, is_type_of_who, may_give};
use super::uses::{APPLY, Uses};
use super::{Kind, Resource};
use crate::terraform::{Argument, Block, Value as Plain};
use crate::text::Problem;

/// What a policy is called in each folder: by its own block, by values that it is given to, and by data
/// that may be it.
type Names = BTreeMap<PathBuf, BTreeSet<String>>;

impl Uses<'_, '_> {
    /// Refuses a managed policy that the files give to somebody whom no state has with it.
    pub fn attachments_are_known(&self, policy: &Block) -> Result<(), Problem> {
        let texts = Texts::of(self, policy);
        let may_say = |argument: &Argument| texts.may_be_in(argument);
        let says = |argument: &Argument| texts.are_in(argument);
        let attached = Attached {
            uses: self,
            policy,
            names: self.names_of(policy, |_| true, may_say),
            references: self.names_of(policy, |_| true, says),
            sure_names: self.names_of(policy, is_sure, says),
            texts: &texts,
        };
        for (folder, files) in self.tree.folders() {
            for file in files {
                for block in &file.configuration.blocks {
                    attached.is_known(folder, Placed { file, block })?;
                }
            }
        }
        let mut calls = self.tree.calls().filter(|call| !call.is_read());
        calls.try_for_each(|call| attached.is_known_to_call(&call))
    }

    /// What a policy is called in each folder, as far as it is given on by its name or by texts that say it, and
    /// by data that may be it and count.
    fn names_of(
        &self,
        policy: &Block,
        counts: impl Fn(&Block) -> bool,
        says: impl Fn(&Argument) -> bool,
    ) -> Names {
        let mut names = Names::new();
        names
            .entry(self.folder.to_owned())
            .or_default()
            .insert(policy.address());
        for (folder, files) in self.tree.folders() {
            let blocks = files.iter().flat_map(|file| &file.configuration.blocks);
            let may_be = |block: &&Block| {
                block.is_data("aws_iam_policy")
                    && counts(block)
                    && self.may_read(block, policy, folder == self.folder)
            };
            let data = blocks.filter(may_be).map(Block::address);
            names.entry(folder.to_owned()).or_default().extend(data);
        }
        loop {
            let more = self.given_on(&names, &says);
            let count = |names: &Names| names.values().map(BTreeSet::len).sum::<usize>();
            let before = count(&names);
            for (folder, more) in more {
                names.entry(folder).or_default().extend(more);
            }
            if count(&names) == before {
                return names;
            }
        }
    }

    /// The local values, outputs and arguments of modules that refer to what is called so, or say it.
    fn given_on(
        &self,
        names: &Names,
        says: &impl Fn(&Argument) -> bool,
    ) -> Vec<(PathBuf, Vec<String>)> {
        let names_it = |argument: &Argument, folder: &Path| {
            is_named(argument, names.get(folder)) || says(argument)
        };
        let mut more = Vec::new();
        for (folder, files) in self.tree.folders() {
            let blocks = files.iter().flat_map(|file| &file.configuration.blocks);
            let locals = blocks.filter(|block| block.kind == "locals");
            let refers = |argument: &&Argument| names_it(argument, folder);
            let locals = locals.flat_map(|block| block.arguments.iter().filter(refers));
            let locals = locals.map(|argument| format!("local.{}", argument.name));
            more.push((folder.to_owned(), locals.collect()));
        }
        for call in self.tree.calls() {
            let Some((called, _)) = call.calls.as_ref().filter(|_| call.is_read()) else {
                continue;
            };
            let refers = |argument: &&Argument| {
                with_each(call.block, argument).any(|one| names_it(one, &call.folder))
            };
            let given = call.block.arguments.iter().filter(refers);
            let given = given.map(|argument| format!("var.{}", argument.name));
            more.push((called.clone(), given.collect()));
            let blocks = self.tree.files(called).iter();
            let blocks = blocks.flat_map(|file| &file.configuration.blocks);
            let outputs = blocks.filter(|block| {
                let value = block.argument("value").filter(|_| block.kind == "output");
                value.is_some_and(|value| names_it(value, called))
            });
            let outputs = outputs.filter_map(|block| block.labels.first());
            let outputs = outputs.map(|name| format!("{}.{name}", call.block.address()));
            more.push((call.folder.clone(), outputs.collect()));
        }
        more
    }
}

/// A managed policy, and what names it.
pub(super) struct Attached<'u, 'a> {
    pub uses: &'u Uses<'u, 'a>,
    pub policy: &'u Block,
    /// What it may be called.
    names: Names,
    /// The same without what is called so by a text that is no ARN: another thing may have the policy's name.
    references: Names,
    /// Those of these that are no data of which nobody can tell what they are.
    sure_names: Names,
    pub texts: &'u Texts,
}

/// What a resource does with the ARN of a policy that it refers to.
#[derive(Clone, Copy)]
enum ArnUse {
    /// It may give the policy to somebody.
    MayGive,
    /// It writes it down where others may read it.
    WritesDown,
    /// It is a word about the resource.
    Remark,
}

impl ArnUse {
    /// What one of a type does with it under a path of names.
    fn of(kind: &str, path: &[&str]) -> Self {
        if may_give(kind, path) {
            ArnUse::MayGive
        } else if is_remark(path) {
            ArnUse::Remark
        } else {
            ArnUse::WritesDown
        }
    }
}

impl<'a> Attached<'_, 'a> {
    fn is_known(&self, folder: &Path, placed: Placed<'a>) -> Result<(), Problem> {
        let Some(kind) = type_of(placed.block) else {
            return self.is_not_run(folder, placed);
        };
        self.is_not_commanded(folder, placed)?;
        self.is_not_referred_to(folder, placed)?;
        if let Some(boundary) = placed.argument("permissions_boundary") {
            self.is_no_boundary(folder, placed, boundary)?;
        }
        if let Some(list) = placed.argument("managed_policy_arns") {
            self.list_is_known(folder, placed, list)?;
        }
        self.is_not_provided(folder, placed)?;
        // Those of IAM Identity Center name policies by their names.
        if kind.contains("_sso") && placed.argument(BY_NAME).is_some() {
            return (self.uses).is_as_made(folder, placed, |one| self.is_named_by(one));
        }
        if kind.contains("_attachment") {
            return (self.uses).is_as_made(folder, placed, |one| self.concerns(folder, one, kind));
        }
        if kind.starts_with("aws_iam_") || placed.argument("managed_policy_arns").is_some() {
            return Ok(());
        }
        let mut found = Vec::new();
        self.add_uses_of_arn(folder, kind, placed.block, &mut Vec::new(), &mut found);
        let address = self.policy.address();
        for (argument, does) in found {
            let source = &placed.file.source;
            match does {
                ArnUse::MayGive => return Err(self.may_be_given(placed, argument)),
                ArnUse::WritesDown => {
                    let message = format!(
                        "the ARN of {address} is written down here: whoever reads it may give it to somebody"
                    );
                    let note = source.note_at(argument.range.clone(), message);
                    self.uses.notes.borrow_mut().push(note);
                }
                ArnUse::Remark => {}
            }
        }
        Ok(())
    }

    /// Refuses a resource with a command that names the policy, by itself too where it is the policy or attaches it.
    fn is_not_commanded(&self, folder: &Path, placed: Placed<'a>) -> Result<(), Problem> {
        let block = placed.block;
        let mut arguments = Vec::new();
        for command in block.blocks_of("provisioner") {
            add_told(command, &mut arguments);
        }
        if arguments.is_empty() {
            return Ok(());
        }
        let is_it_itself = std::ptr::eq(block, self.policy)
            || told(block).any(|one| self.asks_for_arn(folder, one) || self.texts.are_in(one));
        let names_it = |one: &&&Argument| {
            let text = &placed.file.source.text()[one.range.clone()];
            self.asks_for_arn(folder, one)
                || self.texts.are_in(one)
                || text.contains("policy/") && self.asks_for_name(folder, one)
                || is_it_itself && one.references.iter().any(|to| to.starts_with("self."))
        };
        match arguments.iter().find(names_it) {
            Some(argument) => Err(self.may_be_given(placed, argument)),
            None => Ok(()),
        }
    }

    /// Refuses what refers to the policy by its name, as a permission set of IAM Identity Center does.
    fn is_not_referred_to(&self, folder: &Path, placed: Placed<'a>) -> Result<(), Problem> {
        let block = placed.block;
        let is_attachment = type_of(block).is_some_and(|kind| kind.contains("_attachment"));
        let mut arguments = block.arguments.iter().filter(|_| !is_attachment);
        let refers = |one: &&Argument| {
            one.name.starts_with("customer_managed_policy_reference")
                && (self.asks_for_name(folder, one) || self.texts.may_be_in(one))
        };
        match arguments.find(refers) {
            Some(argument) => Err(self.may_be_given(placed, argument)),
            None => Ok(()),
        }
    }

    fn may_be_given(&self, placed: Placed<'a>, argument: &Argument) -> Problem {
        let message = format!(
            "{} names {}, and may give it to somebody",
            placed.block.address(),
            self.policy.address()
        );
        let source = &placed.file.source;
        let why = source.error_at(argument.range.clone(), message);
        why.help("it stays as it is, with all that its block makes")
    }

    /// Refuses what is no resource and does something with the policy that it is given: a program that is asked, an
    /// action.
    fn is_not_run(&self, folder: &Path, placed: Placed<'a>) -> Result<(), Problem> {
        let block = placed.block;
        let is_run = match block.kind.as_str() {
            "data" | "ephemeral" => block.labels.first().is_some_and(|kind| is_deploying(kind)),
            kind => kind == "action",
        };
        let mut arguments = Vec::new();
        add_told(block, &mut arguments);
        let names_it = |one: &&&Argument| self.asks_for_arn(folder, one) || self.texts.are_in(one);
        let Some(argument) = arguments.iter().find(names_it).filter(|_| is_run) else {
            return Ok(());
        };
        Err(self.may_be_given(placed, argument))
    }

    /// Whether no command of a block is given the ARN of the policy, perhaps as its own.
    fn is_not_provided(&self, folder: &Path, placed: Placed<'a>) -> Result<(), Problem> {
        let is_own = folder == self.uses.folder && placed.block.address() == self.policy.address();
        let names_it = || told(placed.block).any(|argument| self.is_in(folder, argument));
        for inner in placed.block.blocks_of("provisioner") {
            let mut arguments = Vec::new();
            add_told(inner, &mut arguments);
            let given = arguments.into_iter().find(|argument| {
                let mut references = argument.references.iter();
                let asks_itself = references.any(|one| one.split('.').next() == Some("self"));
                self.asks_for_arn(folder, argument)
                    || self.mentions(folder, argument)
                    || asks_itself && (is_own || names_it())
            });
            if let Some(argument) = given {
                let message = format!(
                    "{} names {}, and may give it to somebody",
                    placed.block.address(),
                    self.policy.address()
                );
                let why = placed.file.source.error_at(argument.range.clone(), message);
                return Err(why.help("it stays as it is, with all that its block makes"));
            }
        }
        Ok(())
    }

    /// Whether a permission set, once, has the policy by its name.
    fn is_named_by(&self, one: &Rc<BlockOnce<'a>>) -> Concern {
        let said = one.placed.argument(BY_NAME);
        let value = said.map(|said| self.uses.evaluation.argument(one, said));
        value.map_or(Concern::No, |value| self.texts.concern_of_name(&value))
    }

    /// Whether a block makes nobody's permissions boundary of the policy.
    fn is_no_boundary(
        &self,
        folder: &Path,
        placed: Placed<'a>,
        boundary: Said<'a>,
    ) -> Result<(), Problem> {
        let surely = |argument: &Argument| {
            is_named(argument, self.sure_names.get(folder)) || self.texts.are_in(argument)
        };
        let is_sure = with_each(placed.block, boundary.argument).any(surely);
        for one in self.uses.evaluation.each(folder, placed) {
            match self
                .texts
                .concern(&self.uses.evaluation.argument(&one, boundary))
            {
                Concern::No => {}
                // What the state has of it is another one, or none.
                Concern::Unknown if !is_sure || one.made.is_some() => {
                    self.uses.believe(placed, WHAT);
                }
                _ => {
                    let message =
                        format!("{} is a permissions boundary here", self.policy.address());
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
            let concern = self.concern_of(folder, &one, list);
            let has_it = one.made.is_some_and(|made| self.has_it(made));
            match concern {
                Concern::No => {}
                Concern::Unknown if has_it => {}
                Concern::Yes if !one.is_other() => {
                    if !has_it {
                        let address = self.policy.address();
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
    fn concerns(&self, folder: &Path, one: &Rc<BlockOnce<'a>>, kind: &str) -> Concern {
        const OF_IAM: [&str; 2] = ["policy_arn", "policy_arns"];
        let file = one.placed.file;
        if Kind::of(kind) == Some(Kind::Attachment) {
            let said = OF_IAM.iter().filter_map(|name| one.placed.argument(name));
            let concern = said.map(|said| self.concern_of(folder, one, said)).max();
            let concern = concern.unwrap_or(Concern::No);
            let mut in_state = one
                .made
                .iter()
                .flat_map(|made| &made.attributes.policy_arns);
            return match concern {
                // As far as nobody can tell it is as the state has it.
                Concern::Unknown if in_state.any(|arn| self.texts.is_arn(arn)) => Concern::Yes,
                concern => concern,
            };
        }
        let mut told = Vec::new();
        add_told(one.placed.block, &mut told);
        let concerns = told.iter().map(|&argument| {
            let said = Said { file, argument };
            if self
                .texts
                .is_called(&self.uses.evaluation.argument(one, said))
            {
                return Concern::Yes;
            }
            self.concern_of(folder, one, said)
        });
        let concern = concerns.max().unwrap_or(Concern::No);
        // Other types attach other things, as volumes.
        let is_named = || {
            let mut told = told.iter();
            told.any(|argument| self.is_in(folder, argument))
        };
        if concern == Concern::Unknown && !kind.starts_with("aws_ssoadmin_") && !is_named() {
            return Concern::No;
        }
        concern
    }

    /// Whether an argument is the policy, or has it in a list. Where nobody can tell, and no state has the block, it
    /// is, if it is put together of what names the policy.
    fn concern_of(&self, folder: &Path, one: &Rc<BlockOnce<'a>>, said: Said<'a>) -> Concern {
        let concern = self
            .texts
            .concern(&self.uses.evaluation.argument(one, said));
        let mut arguments = with_each(one.placed.block, said.argument);
        let mut is_named = || arguments.any(|argument| self.is_in(folder, argument));
        if concern == Concern::Unknown && one.made.is_none() && is_named() {
            return Concern::Yes;
        }
        concern
    }

    /// Whether the role that is made has the policy.
    fn has_it(&self, role: &Resource) -> bool {
        let arn = role.attributes.arn.as_deref().unwrap_or_default();
        let Some(holder) = self.uses.live.principal(arn) else {
            return false;
        };
        let mut made = self.uses.made_by(self.policy).peekable();
        made.peek().is_some() && made.all(|(_, one)| one.holders.contains(&holder))
    }

    /// Whether an argument names the policy, or may.
    fn is_in(&self, folder: &Path, argument: &Argument) -> bool {
        is_named(argument, self.names.get(folder)) || self.texts.may_be_in(argument)
    }

    /// Adds where a resource of a type refers to the ARN of the policy, in a block that stands under these names.
    fn add_uses_of_arn<'b>(
        &self,
        folder: &Path,
        kind: &str,
        block: &'b Block,
        under: &mut Vec<&'b str>,
        found: &mut Vec<(&'b Argument, ArnUse)>,
    ) {
        for argument in told(block) {
            let refers = self.asks_for_arn(folder, argument);
            let is_sentence = refers && matches!(argument.value, Plain::EndsIn(_));
            if !refers && !self.mentions(folder, argument) {
                continue;
            }
            under.push(&argument.name);
            let does = if under.contains(&"provisioner") {
                ArnUse::MayGive
            } else if is_sentence && !is_type_of_who(kind) {
                // A sentence about it.
                ArnUse::Remark
            } else {
                ArnUse::of(kind, under)
            };
            under.pop();
            found.push((argument, does));
        }
        for inner in within(block) {
            let name = match (inner.kind.as_str(), inner.labels.first()) {
                ("dynamic", Some(made)) => made,
                (name, _) => name,
            };
            under.push(name);
            self.add_uses_of_arn(folder, kind, inner, under, found);
            under.pop();
        }
    }

    /// Whether an argument of a block says the ARN of the policy, put together in whichever way.
    fn mentions(&self, folder: &Path, argument: &Argument) -> bool {
        let mut mentions = self.uses.mentions.iter();
        mentions.any(|mention| {
            let is_here = std::ptr::eq(mention.argument, argument) && mention.folder == folder;
            is_here && self.texts.is_mentioned(mention)
        })
    }

    pub(super) fn asks_for_arn(&self, folder: &Path, argument: &Argument) -> bool {
        self.asks_for(folder, argument, &["", ".arn", ".id"])
    }

    pub(super) fn asks_for_name(&self, folder: &Path, argument: &Argument) -> bool {
        self.asks_for(folder, argument, &[".name"])
    }

    fn asks_for(&self, folder: &Path, argument: &Argument, what: &[&str]) -> bool {
        let asks = |reference: &String| {
            let names = self.references.get(folder).into_iter().flatten();
            let mut ends = names.filter_map(|name| reference.strip_prefix(name.as_str()));
            ends.any(|end| what.contains(&end))
        };
        argument.references.iter().any(asks)
    }
}

/// The argument by which a permission set has managed policies.
const BY_NAME: &str = "customer_managed_policy_references";

/// An argument, and what its block is repeated for where it asks for that.
pub(super) fn with_each<'b>(
    block: &'b Block,
    argument: &'b Argument,
) -> impl Iterator<Item = &'b Argument> {
    let mut references = argument.references.iter();
    let asks = references.any(|reference| reference.starts_with("each."));
    let each = block.argument("for_each").filter(|_| asks);
    std::iter::once(argument).chain(each)
}

/// Adds the arguments of a block and of those in it that say more than how often and in what order it is made.
pub(super) fn add_told<'b>(block: &'b Block, arguments: &mut Vec<&'b Argument>) {
    arguments.extend(told(block));
    within(block).for_each(|inner| add_told(inner, arguments));
}

/// The arguments of a block that say more than how often and in what order it is made.
fn told(block: &Block) -> impl Iterator<Item = &Argument> {
    let arguments = block.arguments.iter();
    arguments.filter(|one| !["depends_on", "count", "provider"].contains(&one.name.as_str()))
}

fn within(block: &Block) -> impl Iterator<Item = &Block> {
    block.blocks.iter().filter(|one| one.kind != "lifecycle")
}

/// Whether it is plain which policy a `data "aws_iam_policy"` is.
fn is_sure(data: &Block) -> bool {
    let said = ["arn", "name"].into_iter();
    let mut said = said.filter_map(|name| data.argument(name)).peekable();
    let is_plain = |argument: &Argument| match &argument.value {
        Plain::Reference(reference) | Plain::Indexed(reference) => {
            reference.starts_with("aws_iam_policy.")
        }
        value => value.as_text().is_some(),
    };
    said.peek().is_some() && said.all(is_plain)
}

/// Whether an argument refers to something that is called so.
fn is_named(argument: &Argument, names: Option<&BTreeSet<String>>) -> bool {
    let is_one = |reference: &String| {
        let mut names = names.into_iter().flatten();
        names.any(|name| is_of(reference, name))
    };
    argument.references.iter().any(is_one)
}
