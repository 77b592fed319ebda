//! Whether the states know of all to whom a managed policy is given, as the files of the tree write it: each
//! block that names it and may give it to somebody is to be as the states have it. Where nobody can tell
//! whether a block names it, as where the name comes from a variable, the states are believed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::references::is_of;
use super::state::is_type_of_who;
use super::tree::{Call, TreeFile};
use super::uses::{APPLY, Uses};
use crate::iam::Arn;
use crate::terraform::{Argument, Block, Value};
use crate::text::Problem;

/// What a policy is called in each folder: by its own block, by values that it is given to, and by data
/// that may be it.
type Names = BTreeMap<PathBuf, BTreeSet<String>>;

impl Uses<'_> {
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
                    attached.is_known(folder, file, block)?;
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
            let refers = |argument: &&Argument| names_it(argument, &call.folder);
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
struct Attached<'a> {
    uses: &'a Uses<'a>,
    policy: &'a Block,
    /// What it may be called.
    names: Names,
    /// The same without what is called so by a text that is no ARN: another thing may have the policy's name.
    references: Names,
    /// Those of these that are no data of which nobody can tell what they are.
    sure_names: Names,
    texts: &'a Texts,
}

impl Attached<'_> {
    fn is_known(&self, folder: &Path, file: &TreeFile, block: &Block) -> Result<(), Problem> {
        let address = self.policy.address();
        let surely = |argument: &&Argument| {
            is_named(argument, self.sure_names.get(folder)) || self.texts.are_in(argument)
        };
        let boundary = block.argument("permissions_boundary");
        let is_boundary = |argument: &&Argument| with_each(block, argument).any(|one| surely(&one));
        if let Some(boundary) = boundary.filter(is_boundary) {
            let message = format!("{address} is a permissions boundary here");
            let why = file.source.error_at(boundary.range.clone(), message);
            return Err(why.help("what a boundary allows is decided by hand"));
        }
        let own_list = block.argument("managed_policy_arns");
        let is_in_list =
            own_list.is_some_and(|list| with_each(block, list).any(|one| self.is_in(folder, one)));
        if is_in_list && !self.has_it(block) {
            let message = format!("{address} is attached here, and no state has it so");
            return Err(file.error_at(block, message).help(APPLY));
        }
        let kind = block.labels.first().filter(|_| block.kind == "resource");
        match kind {
            Some(kind) if kind.contains("_attachment") => {
                if self.is_in_block(folder, block) {
                    self.uses.is_applied(folder, file, block)?;
                    self.uses.names_are_as_said(folder, file, block)?;
                }
                Ok(())
            }
            Some(kind) if !kind.starts_with("aws_iam_") && !is_in_list => {
                match self.place_of_arn(folder, block) {
                    Some(place) => {
                        let message = format!(
                            "{} names {address}, and may give it to somebody",
                            block.address()
                        );
                        let why = file.source.error_at(place, message);
                        Err(why.help("it stays as it is, with all that its block makes"))
                    }
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// Whether an argument names the policy, or may.
    fn is_in(&self, folder: &Path, argument: &Argument) -> bool {
        is_named(argument, self.names.get(folder)) || self.texts.may_be_in(argument)
    }

    /// Whether a block does, or one within it. In what order something is made says nothing.
    fn is_in_block(&self, folder: &Path, block: &Block) -> bool {
        let mut arguments = told(block);
        arguments.any(|argument| self.is_in(folder, argument))
            || within(block).any(|inner| self.is_in_block(folder, inner))
    }

    /// Where a block refers to the ARN of the policy.
    fn place_of_arn(&self, folder: &Path, block: &Block) -> Option<Range<usize>> {
        // What only writes of it gives it to nobody.
        let is_writing = |argument: &Argument| {
            let is_of_who = block
                .labels
                .first()
                .is_some_and(|kind| is_type_of_who(kind));
            matches!(argument.value, Value::EndsIn(_)) && !is_of_who && block.kind != "provisioner"
        };
        let mut arguments = told(block).filter(|argument| !is_writing(argument));
        let own_place = arguments.find(|argument| self.asks_for_arn(folder, argument));
        let mut inner = within(block);
        own_place
            .map(|argument| argument.range.clone())
            .or_else(|| inner.find_map(|inner| self.place_of_arn(folder, inner)))
    }

    fn asks_for_arn(&self, folder: &Path, argument: &Argument) -> bool {
        let asks = |reference: &String| {
            let names = self.references.get(folder).into_iter().flatten();
            let mut ends = names.filter_map(|name| reference.strip_prefix(name.as_str()));
            ends.any(|end| ["", ".arn", ".id"].contains(&end))
        };
        argument.references.iter().any(asks)
    }

    /// Whether what a call does with the ARN of the policy shows in the states, of a module that is not read.
    fn is_known_to_call(&self, call: &Call<'_>) -> Result<(), Problem> {
        let names_it = |argument: &&Argument| {
            self.asks_for_arn(&call.folder, argument) || self.texts.are_in(argument)
        };
        let Some(given) = call.block.arguments.iter().find(names_it) else {
            return Ok(());
        };
        if call.block.is_repeated() {
            // Some of those that it makes may have it, and some not yet.
            self.uses.believe(call.file, call.block);
            return Ok(());
        }
        if self.uses.complete || self.is_attached_below(call) {
            return Ok(());
        }
        let message = format!(
            "{} is given to {} here, which is not read, and no state has that it attaches it",
            self.policy.address(),
            call.block.address()
        );
        let why = call.file.source.error_at(given.range.clone(), message);
        Err(why.help(format!(
            "{APPLY}; or say --states-complete when nobody gets it there"
        )))
    }

    /// Whether a state has something in the module that a call calls which names the policy.
    fn is_attached_below(&self, call: &Call<'_>) -> bool {
        let resources = self.uses.states.iter().flat_map(|state| &state.resources);
        let mut below = resources.filter(|one| one.address.block.module.starts_with(&call.names));
        below.any(|one| {
            let mut arns = one.attributes.all_policy_arns();
            arns.any(|arn| self.texts.arns.iter().any(|own| own == arn))
        })
    }

    /// Whether the role that a block makes has the policy, wherever they stand.
    fn has_it(&self, role: &Block) -> bool {
        let is_role = |holder: &usize| {
            let made = self.uses.live.principals[*holder].address.as_ref();
            made.is_some_and(|made| made.block.is_of(role))
        };
        let mut made = self.uses.made_by(self.policy).peekable();
        made.peek().is_some() && made.all(|(_, one)| one.holders.iter().any(is_role))
    }
}

/// An argument, and what its block is repeated for where it asks for that.
fn with_each<'b>(block: &'b Block, argument: &'b Argument) -> impl Iterator<Item = &'b Argument> {
    let mut references = argument.references.iter();
    let asks = references.any(|reference| reference.starts_with("each."));
    let each = block.argument("for_each").filter(|_| asks);
    std::iter::once(argument).chain(each)
}

/// The arguments of a block that say more than how often and in what order it is made.
fn told(block: &Block) -> impl Iterator<Item = &Argument> {
    let arguments = block.arguments.iter();
    arguments.filter(|one| !["depends_on", "count", "provider"].contains(&one.name.as_str()))
}

fn within(block: &Block) -> impl Iterator<Item = &Block> {
    block.blocks.iter().filter(|one| one.kind != "lifecycle")
}

/// The texts by which a policy is named.
struct Texts {
    /// The ARNs of all that its block makes.
    arns: Vec<String>,
    /// Their names.
    names: Vec<String>,
}

impl Texts {
    fn of(uses: &Uses<'_>, policy: &Block) -> Self {
        let arns = uses.made_by(policy).filter_map(|(_, made)| made.arn());
        let names = uses.made_by(policy).map(|(_, made)| made.name.raw());
        Texts {
            arns: arns.map(ToString::to_string).collect(),
            names: names
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Whether an argument has an ARN of the policy, or one of which the account is computed.
    fn are_in(&self, argument: &Argument) -> bool {
        let is_it = |text: &Value| match text {
            Value::Text(text) => self.is_arn(text),
            Value::EndsIn(end) => self.arns.iter().any(|arn| {
                let resource = arn.rfind(":policy/").map(|at| &arn[at..]);
                resource.is_some_and(|resource| end.ends_with(resource))
            }),
            _ => false,
        };
        argument.texts.iter().any(is_it)
    }

    /// Whether an argument may have an ARN or the name of the policy, put together in whichever way.
    fn may_be_in(&self, argument: &Argument) -> bool {
        let is_it = |text: &Value| match text {
            Value::Text(text) if is_whole_arn(text) => {
                self.is_arn(text) || text.split(',').any(|one| self.is_arn(one))
            }
            Value::Text(text) => {
                let name = text.rsplit('/').next();
                self.names.iter().any(|own| name == Some(own))
                    || self.arns.iter().any(|arn| text.contains(arn))
            }
            Value::EndsIn(end) => !end.is_empty() && self.arns.iter().any(|arn| arn.ends_with(end)),
            _ => false,
        };
        argument.texts.iter().any(is_it)
    }

    fn is_arn(&self, text: &str) -> bool {
        self.arns.iter().any(|arn| arn == text)
    }
}

/// Whether a text is an ARN and tells its account, so that it is that of one policy.
fn is_whole_arn(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| arn.account().is_some())
}

/// Whether it is plain which policy a `data "aws_iam_policy"` is.
fn is_sure(data: &Block) -> bool {
    let said = ["arn", "name"].into_iter();
    let mut said = said.filter_map(|name| data.argument(name)).peekable();
    let is_plain = |argument: &Argument| match &argument.value {
        Value::Reference(reference) | Value::Indexed(reference) => {
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
