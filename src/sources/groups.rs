//! What may put somebody into a group, of whichever type it is: what is run or deployed, modules that are not read,
//! and files that are not. Nobody can tell here whether it does, so it is taken to be as the states have it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;

use super::Kind;
use super::acts::{Act, Does};
use super::applied::{Concern, FOR_WHOM};
use super::evaluation::{BlockOnce, Gap, ModuleOnce, Origins, Said};
use super::members::{is_any_of, is_membership};
use super::module_calls::Call;
use super::names::is_word_of;
use super::state::GROUPS;
use super::survey::Doing;
use super::uses::Uses;
use crate::terraform::PartText;

/// The word that tells that an argument or a text is about groups.
pub(super) const GROUP: &str = "group";

/// What the texts say that add somebody to one: `aws iam add-user-to-group`, `AWS::IAM::UserToGroupAddition`,
/// `iam.add_user_to_group`.
pub(super) const ADDING: [&str; 3] = ["user-to-group", "user_to_group", "usertogroup"];

/// Groups that have a policy.
struct Groups<'g> {
    /// Their names, in small letters.
    called: &'g BTreeSet<String>,
    /// Their blocks, each with its folder and address.
    blocks: BTreeSet<(PathBuf, String)>,
}

impl<'a> Uses<'_, 'a> {
    /// Notes what may put somebody into one of the groups of these names, and is no membership.
    pub fn others_add_nobody(&self, called: &BTreeSet<String>) {
        let blocks = self.blocks_of_groups(called);
        let groups = Groups { called, blocks };
        for doing in &self.survey.doing {
            let is_read = is_membership(doing.placed.block);
            let acts = doing.acts.iter();
            let mut acts = acts.filter(|act| act.is_run || act.does != Does::Remark && !is_read);
            let origins = |act: &Act<'a>| self.survey.origins.by(act.argument);
            if acts.any(|act| groups.may_be_added_to(origins(act), act.is_run)) {
                self.believe(doing.placed, FOR_WHOM);
            }
        }
        for call in self.tree.calls().filter(|call| !call.is_read) {
            if self.call_may_add(&call, &groups) {
                self.believe(call.placed(), FOR_WHOM);
            }
        }
        for file in &self.survey.unread {
            self.believe_file(file);
        }
        self.is_added_to_elsewhere(called);
    }

    /// The blocks that make groups of these names, or look them up.
    pub(super) fn blocks_of_groups(
        &self,
        called: &BTreeSet<String>,
    ) -> BTreeSet<(PathBuf, String)> {
        let is_called_so = |one: &Rc<BlockOnce<'a>>| {
            if let Some(name) = one.made.and_then(|made| made.attributes.name.as_ref()) {
                return called.contains(&name.to_ascii_lowercase());
            }
            let said = ["name", "group_name"].into_iter();
            let said = said.filter_map(|name| one.placed.argument(name));
            let mut said = said.map(|said| self.evaluation.argument(one, said));
            said.any(|name| is_any_of(&name, called) != Concern::No)
        };
        let is_one = |doing: &&Doing<'a>| {
            let labels = &doing.placed.block.labels;
            labels.first().is_some_and(|kind| kind == "aws_iam_group")
                && (self.evaluation.each(doing.folder, doing.placed).iter()).any(is_called_so)
        };
        let blocks = self.survey.doing.iter().filter(is_one);
        let blocks = blocks.map(|one| (one.folder.to_owned(), one.placed.block.address()));
        blocks.collect()
    }

    /// Whether a call of a module that is not read is given one of these groups.
    fn call_may_add(&self, call: &Call<'a>, groups: &Groups<'_>) -> bool {
        let called = self.called_by(call);
        if called.iter().any(|once| self.has_below(once, groups)) || self.is_said_in(call, groups) {
            return true;
        }
        let is_about_members = call.block.arguments.iter().any(|one| {
            let mut words = [GROUP, "user", "member"].into_iter();
            words.any(|word| one.name.contains(word))
        });
        let mut arguments = call.block.arguments.iter();
        arguments.any(|argument| {
            let file = call.file;
            let said = Said { file, argument };
            let given = |once: &Rc<ModuleOnce<'a>>| self.evaluation.given(once, said);
            let mut given = called.iter().map(given);
            let mut origins = called
                .iter()
                .map(|once| self.evaluation.origins_given(once, said));
            origins.any(|origins| {
                // What it is called itself is a name of its own.
                let is_called = argument.name != "name" && groups.are_called_in(&origins);
                is_called || groups.are_asked_for(&origins)
            }) || is_about_members
                && given.any(|value| is_any_of(&value, groups.called) != Concern::No)
        })
    }

    /// Whether a file of a module that was downloaded adds somebody to a group of one of these names.
    fn is_said_in(&self, call: &Call<'a>, groups: &Groups<'_>) -> bool {
        call.is_downloaded()
            && self.texts_below(call).any(|text| {
                let text = text.to_ascii_lowercase();
                let mut names = groups.called.iter();
                text.contains("_membership")
                    && names.any(|name| text.contains(&format!("\"{name}\"")))
            })
    }

    /// Whether a state has one of these groups, or members of it, in a module that is called once.
    fn has_below(&self, called: &ModuleOnce<'_>, groups: &Groups<'_>) -> bool {
        let mut below = self.made_below(called);
        below.any(|one| {
            let mut said = one.attributes.argued().filter(|said| match one.kind {
                Kind::Group => said.name == "name",
                Kind::Membership => GROUPS.contains(&said.name),
                _ => false,
            });
            let is_one = |name: &String| groups.called.contains(&name.to_ascii_lowercase());
            said.any(|said| said.names.iter().any(is_one))
        })
    }
}

impl Groups<'_> {
    /// Whether what is run may put somebody into one, or whoever reads what is written down.
    fn may_be_added_to(&self, origins: &Origins, is_run: bool) -> bool {
        let may_be = |text: &PartText| {
            let letters = text.shown().to_ascii_lowercase();
            let is_named = self.called.contains(&letters)
                || letters.contains(GROUP) && self.are_named_in(&letters);
            let is_known = text.as_known().is_some();
            let adds = ADDING.iter().any(|adding| letters.contains(adding));
            is_run && is_named || adds && (!is_known || self.are_named_in(&letters))
        };
        let is_unread = is_run && origins.has(Gap::Unread) || origins.has(Gap::TooLong);
        is_unread || self.are_asked_for(origins) || origins.texts.iter().any(may_be)
    }

    /// Whether something of the block of one is asked for.
    fn are_asked_for(&self, origins: &Origins) -> bool {
        let mut asked = origins.asked.iter();
        asked.any(|one| {
            let mut blocks = self.blocks.iter();
            blocks.any(|(folder, address)| **folder == *one.folder && *address == one.address)
        })
    }

    /// Whether one of the texts in it is the name of one.
    fn are_called_in(&self, origins: &Origins) -> bool {
        let mut texts = origins.texts.iter();
        texts.any(|text| {
            let known = text.as_known().map(str::to_ascii_lowercase);
            known.is_some_and(|name| self.called.contains(&name))
        })
    }

    fn are_named_in(&self, letters: &str) -> bool {
        self.called.iter().any(|name| is_word_of(letters, name))
    }
}
