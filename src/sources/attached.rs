//! Whether the states know of all to whom a managed policy is attached, as the files of the tree write it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::references::is_of;
use super::tree::{Call, TreeFile};
use super::uses::{APPLY, Uses};
use crate::iam::Arn;
use crate::terraform::{Argument, Block, Value};
use crate::text::Problem;

/// What a policy is called in each folder: by its own block, by values that it is given to, and by data
/// that may be it.
type Names = BTreeMap<PathBuf, BTreeSet<String>>;

impl Uses<'_> {
    /// Refuses a managed policy that the files attach to somebody whom no state has with it.
    pub fn attachments_are_known(&self, policy: &Block) -> Result<(), Problem> {
        let attached = Attached {
            uses: self,
            policy,
            names: self.names_of(policy, |_| true),
            sure_names: self.names_of(policy, is_sure),
            arns: self.arns_of(policy),
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

    /// What a policy is called in each folder, as far as it is given on by its name, and by data that may be it
    /// and count.
    fn names_of(&self, policy: &Block, counts: impl Fn(&Block) -> bool) -> Names {
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
            let more = self.given_on(&names);
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

    /// The local values, outputs and arguments of modules that refer to what is called so.
    fn given_on(&self, names: &Names) -> Vec<(PathBuf, Vec<String>)> {
        let mut more = Vec::new();
        for (folder, files) in self.tree.folders() {
            let blocks = files.iter().flat_map(|file| &file.configuration.blocks);
            let locals = blocks.filter(|block| block.kind == "locals");
            let refers = |argument: &&Argument| is_named(argument, names.get(folder));
            let locals = locals.flat_map(|block| block.arguments.iter().filter(refers));
            let locals = locals.map(|argument| format!("local.{}", argument.name));
            more.push((folder.to_owned(), locals.collect()));
        }
        for call in self.tree.calls() {
            let Some((called, _)) = call.calls.as_ref().filter(|_| call.is_read()) else {
                continue;
            };
            let refers = |argument: &&Argument| is_named(argument, names.get(&call.folder));
            let given = call.block.arguments.iter().filter(refers);
            let given = given.map(|argument| format!("var.{}", argument.name));
            more.push((called.clone(), given.collect()));
            let blocks = self.tree.files(called).iter();
            let blocks = blocks.flat_map(|file| &file.configuration.blocks);
            let outputs = blocks.filter(|block| {
                let value = block.argument("value").filter(|_| block.kind == "output");
                value.is_some_and(|value| is_named(value, names.get(called)))
            });
            let outputs = outputs.filter_map(|block| block.labels.first());
            let outputs = outputs.map(|name| format!("{}.{name}", call.block.address()));
            more.push((call.folder.clone(), outputs.collect()));
        }
        more
    }

    /// The ARNs of what a block makes.
    fn arns_of(&self, policy: &Block) -> Vec<String> {
        let made = self.made_by(policy);
        let arns = made.filter_map(|(_, made)| made.arn());
        arns.map(ToString::to_string).collect()
    }
}

/// A managed policy, and what names it.
struct Attached<'a> {
    uses: &'a Uses<'a>,
    policy: &'a Block,
    names: Names,
    /// The same without data of which nobody can tell what it is.
    sure_names: Names,
    /// The ARNs of what it makes.
    arns: Vec<String>,
}

impl Attached<'_> {
    fn is_known(&self, folder: &Path, file: &TreeFile, block: &Block) -> Result<(), Problem> {
        let address = self.policy.address();
        let names_it = |argument: &&Argument| {
            is_named(argument, self.names.get(folder)) || self.has_arn(file, argument)
        };
        let surely = |argument: &&Argument| {
            is_named(argument, self.sure_names.get(folder)) || self.has_arn(file, argument)
        };
        let boundary = block.argument("permissions_boundary");
        if let Some(boundary) = boundary.filter(surely) {
            let message = format!("{address} is a permissions boundary here");
            let why = file.source.error_at(boundary.range.clone(), message);
            return Err(why.help("what a boundary allows is decided by hand"));
        }
        let own_list = block.argument("managed_policy_arns");
        if own_list.as_ref().is_some_and(names_it) && !self.has_it(block) {
            let message = format!("{address} is attached here, and no state has it so");
            return Err(file.error_at(block, message).help(APPLY));
        }
        let kind = block.labels.first().filter(|_| block.kind == "resource");
        let attaches = kind.is_some_and(|kind| kind.contains("_attachment"));
        if attaches && block.arguments.iter().any(|one| names_it(&one)) {
            self.uses.is_applied(folder, file, block)?;
        }
        Ok(())
    }

    /// Whether what a call does with the ARN of the policy shows in the states, of a module that is not read.
    fn is_known_to_call(&self, call: &Call<'_>) -> Result<(), Problem> {
        let names_it = |argument: &&Argument| {
            let asks_for_arn = |reference: &String| {
                let names = self.names.get(&call.folder).into_iter().flatten();
                let mut ends = names.filter_map(|name| reference.strip_prefix(name.as_str()));
                ends.any(|end| ["", ".arn", ".id"].contains(&end))
            };
            argument.references.iter().any(asks_for_arn) || self.has_arn(call.file, argument)
        };
        let Some(given) = call.block.arguments.iter().find(names_it) else {
            return Ok(());
        };
        if self.uses.complete || call.block.is_repeated() || self.is_attached_below(call) {
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
        let made: Vec<&str> = (self.uses.made_by(self.policy))
            .filter_map(|(_, made)| made.arn().map(Arn::as_str))
            .collect();
        let resources = self.uses.states.iter().flat_map(|state| &state.resources);
        let mut below = resources.filter(|one| one.address.block.module.starts_with(&call.names));
        below.any(|one| {
            one.attributes
                .all_policy_arns()
                .any(|arn| made.contains(&arn))
        })
    }

    /// Whether the ARN of the policy stands in an argument, or one of which only the end is literal and the same.
    fn has_arn(&self, file: &TreeFile, argument: &Argument) -> bool {
        let text = &file.source.text()[argument.range.clone()];
        self.arns.iter().any(|arn| {
            let Some(resource) = arn.splitn(6, ':').nth(5) else {
                return false;
            };
            let end = format!(":{resource}\"");
            let mut ends = text.match_indices(&end);
            ends.any(|(at, _)| {
                let begin = text[..at].rfind('"').map_or(0, |quote| quote + 1);
                let is_literal =
                    text[begin..at].starts_with("arn:") && !text[begin..at].contains('$');
                !is_literal || text[begin..at + end.len() - 1] == **arn
            })
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

/// Whether it is plain which policy a `data "aws_iam_policy"` is.
fn is_sure(data: &Block) -> bool {
    let said = ["arn", "name"].into_iter();
    let mut said = said.filter_map(|name| data.argument(name)).peekable();
    let is_plain = |argument: &Argument| match &argument.value {
        Value::Reference(reference) => reference.starts_with("aws_iam_policy."),
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
