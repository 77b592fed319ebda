//! What is looked for in a tree once, for all policies.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::path::Path;

use super::Live;
use super::act_origins::ActOrigins;
use super::acts::{Act, acts, doing};
use super::asking::Asking;
use super::elsewhere::Elsewhere;
use super::evaluation::{Evaluation, Origins, Placed};
use super::forgotten::{forgetting, importing};
use super::links::Links;
use super::members::memberships;
use super::references::{is_role, of_itself};
use super::referring::Referring;
use super::required::requiring;
use super::tree::Tree;
use super::unread_calls::unplaced_calls;
use super::uses::Taker;
use crate::text::Source;

/// What is found in a tree.
pub(super) struct Survey<'a> {
    /// The blocks that do something.
    pub doing: Vec<Doing<'a>>,
    /// The blocks that may add somebody to a group, each with its folder.
    pub memberships: Vec<(&'a Path, Placed<'a>)>,
    /// What comes to the blocks that do something.
    pub origins: ActOrigins,
    /// Which of these have to be asked about a managed policy.
    pub asking: Asking,
    /// The blocks by which Terraform keeps no more of what stays in AWS, each with its folder.
    pub forgetting: Vec<(&'a Path, Placed<'a>)>,
    /// The blocks by which Terraform is to take over managed policies, each with its folder.
    pub importing: Vec<(&'a Path, Placed<'a>)>,
    /// The blocks that may require a policy as a boundary, each with its folder.
    pub requiring: Vec<(&'a Path, Placed<'a>)>,
    /// The calls of modules of which it is not known where these are.
    pub unplaced_calls: Vec<Placed<'a>>,
    /// What asks AWS for managed policies, each with its folder.
    pub data_of_policies: Vec<(&'a Path, Placed<'a>)>,
    /// The roles whose embedded policies are asked for.
    pub read_back: Vec<Taker<'a>>,
    /// The blocks by what they refer to.
    pub referring: Referring<'a>,
    /// For each root module whether there may be several accounts of it.
    pub has_other_accounts: Vec<bool>,
    /// What is given on by local values and modules.
    pub links: Links<'a>,
    /// Who names policies outside of the root modules that are given.
    pub elsewhere: OnceCell<Elsewhere>,
    /// The files that are not read.
    pub unread: Vec<Unread<'a>>,
}

/// A block that does something.
pub(super) struct Doing<'a> {
    /// Its folder.
    pub folder: &'a Path,
    /// The block.
    pub placed: Placed<'a>,
    /// What it does, but what is read of it as attachments, boundaries and memberships are.
    pub acts: Vec<Act<'a>>,
}

/// A file that is not read.
pub(super) struct Unread<'a> {
    /// Its folder.
    pub folder: &'a Path,
    /// Its text, which is empty where it cannot be read.
    pub source: &'a Source,
    /// What the names in it may lead to.
    pub called: Vec<Called>,
}

/// A local value, or what a module puts out.
pub(super) struct Called {
    /// How it is called, with all that a module puts out as that.
    pub name: String,
    /// What it comes of.
    pub origins: Origins,
}

impl<'a> Survey<'a> {
    /// Looks through a tree.
    pub fn of(evaluation: &Evaluation<'a>, live: &Live) -> Self {
        let tree = evaluation.tree;
        let doing = doing_in(tree);
        let mut policies = live.policies.iter();
        let has_any = policies.any(|policy| policy.is_managed() || !policy.groups.is_empty());
        let (mut origins, mut asking) = (ActOrigins::default(), Asking::default());
        if has_any {
            origins = ActOrigins::of(evaluation, &doing);
            asking = Asking::of(evaluation, &doing, &origins);
        }
        Survey {
            origins,
            asking,
            forgetting: forgetting(tree),
            importing: importing(tree),
            requiring: requiring(tree),
            doing,
            memberships: memberships(tree),
            unplaced_calls: unplaced_calls(tree),
            data_of_policies: data_of_policies(tree),
            read_back: read_back(tree),
            has_other_accounts: (0..tree.roots.len())
                .map(|root| tree.has_other_accounts(root))
                .collect(),
            elsewhere: OnceCell::new(),
            links: Links::of(tree),
            referring: Referring::of(tree),
            unread: unread_in(evaluation),
        }
    }
}

fn doing_in(tree: &Tree) -> Vec<Doing<'_>> {
    let mut found = Vec::new();
    for (folder, files) in tree.read_folders() {
        for file in files {
            let blocks = file.configuration.blocks.iter().flat_map(doing);
            found.extend(blocks.map(|block| Doing {
                folder,
                placed: Placed { file, block },
                acts: acts(block),
            }));
        }
    }
    found
}

fn data_of_policies(tree: &Tree) -> Vec<(&Path, Placed<'_>)> {
    let blocks = tree.read_blocks();
    let data = blocks.filter(|(_, placed)| placed.block.is_data("aws_iam_policy"));
    data.collect()
}

/// The roles whose embedded policies are asked for.
fn read_back(tree: &Tree) -> Vec<Taker<'_>> {
    let mut found = Vec::new();
    for (folder, files) in tree.read_folders() {
        let blocks = || {
            let all = files.iter().map(|file| (file, &file.configuration.blocks));
            all.flat_map(|(file, blocks)| blocks.iter().map(move |block| Placed { file, block }))
        };
        let asked = RefCell::new(BTreeSet::new());
        for placed in blocks() {
            // All that it refers to is looked through.
            _ = placed.block.refers(&|_, reference| {
                let reference = of_itself(placed.block, reference);
                if let Some((role, _)) = reference.split_once(".inline_policy") {
                    asked.borrow_mut().insert(role.to_owned());
                }
                false
            });
        }
        let roles = blocks().filter(|placed| is_role(placed.block));
        let asked = asked.into_inner();
        let roles = roles.filter(|placed| asked.contains(&placed.block.address()));
        found.extend(roles.map(|placed| Taker {
            folder: folder.to_owned(),
            placed,
        }));
    }
    found
}

fn unread_in<'a>(evaluation: &Evaluation<'a>) -> Vec<Unread<'a>> {
    let mut found: Vec<Unread<'a>> = Vec::new();
    for (folder, why) in evaluation.tree.unread_in_folders() {
        let source = why.source();
        // Of one file there may be several problems.
        if found
            .last()
            .is_some_and(|last| last.source.name() == source.name())
        {
            continue;
        }
        let called = evaluation.called_in(folder).into_iter();
        let called = called.map(|(name, origins)| Called { name, origins });
        found.push(Unread {
            folder,
            source,
            called: called.collect(),
        });
    }
    found
}
