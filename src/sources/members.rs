//! Whether the states know of all members of the groups that have a policy, as the files of the tree write them.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use super::Kind;
use super::applied::{Compared, Concern, FOR_WHOM, compared, type_of};
use super::evaluation::{BlockOnce, Placed, Said, Value};
use super::state::{Argued, GROUPS, USERS};
use super::tree::Tree;
use super::uses::{APPLY, Uses};
use crate::iam::quota::Owner;
use crate::terraform::{Asked, Block, Of, PartText};
use crate::text::{Problem, some_of};

/// The blocks of a tree that may add somebody to a group, each with its folder.
pub(super) fn memberships(tree: &Tree) -> Vec<(&Path, Placed<'_>)> {
    let mut found = Vec::new();
    for (folder, files) in tree.read_folders() {
        for file in files {
            let blocks = file.configuration.blocks.iter();
            let adding = blocks.filter(|block| is_membership(block));
            found.extend(adding.map(|block| (folder, Placed { file, block })));
        }
    }
    found
}

/// Whether a block may add somebody to a group, and it is read to which one. Those of other providers are of IAM too:
/// `awscc_iam_user` has groups.
pub(super) fn is_membership(block: &Block) -> bool {
    type_of(block).is_some_and(|kind| {
        let has_groups = || GROUPS.iter().any(|name| block.argument(name).is_some());
        Kind::of(kind) == Some(Kind::Membership)
            || Kind::of(kind).is_none() && kind.contains("_iam_") && has_groups()
    })
}

impl<'a> Uses<'_, 'a> {
    /// Refuses a policy of a group whose members the files tell otherwise than the states.
    pub fn members_are_known(&self) -> Result<(), Problem> {
        let policies = self.makes.iter().map(|&policy| &self.live.policies[policy]);
        let groups = policies.flat_map(|policy| &policy.groups);
        let groups = groups.map(|&group| self.live.principals[group].owner.name.as_str());
        let groups: BTreeSet<String> = groups.map(str::to_ascii_lowercase).collect();
        if groups.is_empty() {
            return Ok(());
        }
        self.others_add_nobody(&groups);
        for &(folder, placed) in &self.survey.memberships {
            let adds = |one: &Rc<BlockOnce<'a>>| self.adds_to(one, &groups);
            if type_of(placed.block).and_then(Kind::of) == Some(Kind::Membership) {
                // One that no state has may be of any group.
                let concerns = |one: &Rc<BlockOnce<'a>>| match adds(one) {
                    Concern::Unknown if one.made.is_none() => Concern::Yes,
                    concern => concern,
                };
                self.is_as_made(folder, placed, concerns)?;
            } else {
                for one in self.evaluation.each(folder, placed) {
                    match adds(&one) {
                        Concern::No => {}
                        Concern::Yes if !one.is_other() => self.are_members(&one)?,
                        _ => self.believe(placed, FOR_WHOM),
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether a block adds somebody to one of the groups.
    fn adds_to(&self, one: &Rc<BlockOnce<'a>>, groups: &BTreeSet<String>) -> Concern {
        let said = GROUPS.iter().filter_map(|name| one.placed.argument(name));
        let concerns = said.map(|said| {
            let concern = is_any_of(&self.evaluation.argument(one, said), groups);
            match concern {
                Concern::Unknown if self.are_others(one, said, groups) => Concern::No,
                concern => concern,
            }
        });
        let concern = concerns.max().unwrap_or(Concern::No);
        let in_state = one.made.iter().flat_map(|made| made.attributes.argued());
        let mut in_state = in_state.filter(|argued| GROUPS.contains(&argued.name));
        let is_in = |name: &String| groups.contains(&name.to_ascii_lowercase());
        match concern {
            // As far as nobody can tell it is as the state has it.
            Concern::Unknown if in_state.any(|argued| argued.names.iter().any(is_in)) => {
                Concern::Yes
            }
            concern => concern,
        }
    }

    /// Whether all that an argument may be are groups of other names.
    fn are_others(
        &self,
        one: &Rc<BlockOnce<'a>>,
        said: Said<'a>,
        groups: &BTreeSet<String>,
    ) -> bool {
        let origins = self.evaluation.origins(one, said);
        let is_other = |asked: &Asked| {
            let is_group = asked.address.starts_with("aws_iam_group.");
            is_group
                && !self
                    .blocks_of_groups(groups)
                    .contains(&(asked.folder.to_path_buf(), asked.address.clone()))
        };
        let is_called = |text: &PartText| {
            let letters = text.as_known().map(str::to_ascii_lowercase);
            letters.is_none_or(|letters| groups.contains(&letters))
        };
        origins.are_told(is_other)
            && !origins.texts.iter().any(is_called)
            && !is_computed(&self.evaluation.argument(one, said))
    }

    /// Whether all whom a block adds that is not read in states are known to have the policy.
    fn are_members(&self, one: &Rc<BlockOnce<'a>>) -> Result<(), Problem> {
        let policies = self.makes.iter().map(|&policy| &self.live.policies[policy]);
        let holders = policies.flat_map(|policy| &policy.holders);
        let users = holders.map(|&holder| &self.live.principals[holder].owner);
        let users = users.filter(|owner| owner.kind == Owner::User);
        let known: BTreeSet<String> = users.map(|owner| owner.name.as_str().to_owned()).collect();
        let known = Argued {
            name: "users",
            names: known.into_iter().collect(),
            is_list: true,
        };
        let placed = one.placed;
        let said = USERS.iter().filter_map(|name| placed.argument(name));
        let said: Vec<Said<'a>> = said.collect();
        if said.is_empty() {
            self.believe(placed, FOR_WHOM);
        }
        for said in said {
            match compared(&self.evaluation.argument(one, said), &known) {
                Compared::Same => {}
                Compared::Unknown => self.believe(placed, FOR_WHOM),
                Compared::Other(other) => {
                    let message = format!(
                        "{other} gets it here by a group, and nothing that is given has that: {} have it",
                        some_of(&known.names, 5)
                    );
                    let why = placed
                        .file
                        .source
                        .error_at(said.argument.range.clone(), message);
                    return Err(why.help(APPLY));
                }
            }
        }
        Ok(())
    }
}

/// Whether a value, or one in a list, may be a number, a truth or a hash of which nobody can tell what it is.
fn is_computed(value: &Value<'_>) -> bool {
    let is_one = match value {
        Value::Unknown(perhaps) => perhaps.other.as_ref().is_some_and(Of::is_empty),
        _ => false,
    };
    is_one || value.parts().iter().any(|(_, one)| is_computed(one))
}

/// Whether a value names one of these, or a list of names does.
pub(super) fn is_any_of(value: &Value<'_>, names: &BTreeSet<String>) -> Concern {
    let may_be = |text: &PartText| names.iter().any(|name| text.may_be(name));
    Concern::of_value(value, &|text| Concern::of_text(text, may_be))
}
