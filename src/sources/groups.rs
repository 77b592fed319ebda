//! What may put somebody into a group, of whichever type it is: what is run or deployed, modules that are not read,
//! and files that are not. Nobody can tell here whether it does, so it is taken to be as the states have it.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Kind;
use super::acts::{Act, Does, told};
use super::applied::{Concern, FOR_WHOM};
use super::evaluation::{BlockOnce, ModuleOnce, Said, Value};
use super::members::{is_any_of, is_membership};
use super::mentions::add_texts;
use super::names::{Name, Names, is_word_of};
use super::state::GROUPS;
use super::survey::Doing;
use super::tree::Call;
use super::uses::Uses;
use crate::terraform::{Argument, PartText, Value as Plain};

/// The word that tells that an argument or a text is about groups.
const GROUP: &str = "group";

/// What the texts say that add somebody to one: `aws iam add-user-to-group`, `AWS::IAM::UserToGroupAddition`.
const ADDING: [&str; 2] = ["user-to-group", "usertogroup"];

/// Groups that have a policy.
struct Groups<'g> {
    /// Their names, in small letters.
    called: &'g BTreeSet<String>,
    /// What their blocks are called.
    names: Names,
}

impl<'a> Uses<'_, 'a> {
    /// Notes what may put somebody into one of the groups of these names, and is no membership.
    pub fn others_add_nobody(&self, called: &BTreeSet<String>) {
        let groups = Groups {
            called,
            names: self.names_of_groups(called),
        };
        for doing in &self.survey.doing {
            let is_read = is_membership(doing.placed.block);
            let acts = doing.acts.iter();
            let mut acts = acts.filter(|act| act.is_run || act.does != Does::Remark && !is_read);
            if acts.any(|act| self.may_add(doing, act, &groups)) {
                self.believe(doing.placed, FOR_WHOM);
            }
        }
        for call in self.tree.calls().filter(|call| !call.is_read()) {
            if self.call_may_add(&call, &groups) {
                self.believe(call.placed(), FOR_WHOM);
            }
        }
        for file in &self.survey.unread {
            self.believe_file(file);
        }
    }

    /// What the blocks of groups of these names are called, as far as that is given on.
    fn names_of_groups(&self, called: &BTreeSet<String>) -> Names {
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
        let begin = blocks.map(|one| (one.folder.to_owned(), Name::of(one.placed.block.address())));
        let may_be = |value: &Value<'_>| {
            let names = called.iter().map(String::as_str);
            Concern::of_letters(value, &names) != Concern::No
        };
        let links = &self.survey.links;
        links.names(self.evaluation, begin.collect(), |_| false, may_be)
    }

    /// Whether what is run may put somebody into one of these groups, or whoever reads what is written down.
    fn may_add(&self, doing: &Doing<'a>, act: &Act<'a>, groups: &Groups<'_>) -> bool {
        let (folder, placed) = (doing.folder, doing.placed);
        let block = placed.block;
        let is_of_itself = || {
            groups.names.of(folder).any(|name| name == block.address())
                || told(block).any(|own| groups.names.are_in(folder, own))
        };
        if groups.names.are_in(folder, act.argument) || act.asks_itself() && is_of_itself() {
            return true;
        }
        let said = Said {
            file: placed.file,
            argument: act.argument,
        };
        let mut texts = written_in(act.argument);
        texts.extend_from_slice(self.survey.run_files.by(act.argument));
        for one in self.evaluation.each(folder, placed) {
            add_texts(&self.evaluation.argument(&one, said), &mut texts);
        }
        texts.iter().any(|text| {
            if act.is_run {
                groups.may_be_added_to_by(text)
            } else {
                groups.are_added_to_by(text)
            }
        })
    }

    /// Whether a call of a module that is not read is given one of these groups.
    fn call_may_add(&self, call: &Call<'a>, groups: &Groups<'_>) -> bool {
        let called = self.called_by(call);
        if called.iter().any(|once| self.has_below(once, groups)) {
            return true;
        }
        let mut arguments = call.block.arguments.iter();
        arguments.any(|argument| {
            let file = call.file;
            let said = Said { file, argument };
            let given = |once: &Rc<ModuleOnce<'a>>| self.evaluation.given(once, said);
            let mut given = called.iter().map(given);
            groups.names.are_in(&call.folder, argument)
                || argument.name.contains(GROUP)
                    && given.any(|value| is_any_of(&value, groups.called) != Concern::No)
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
    /// Whether a text is the name of one, or may add somebody to one.
    fn may_be_added_to_by(&self, text: &PartText) -> bool {
        let letters = text.shown().to_ascii_lowercase();
        self.called.contains(&letters)
            || letters.contains(GROUP) && self.are_named_in(&letters)
            || self.are_added_to_by(text)
    }

    /// Whether a text says that somebody is added to a group, which may be one of these.
    fn are_added_to_by(&self, text: &PartText) -> bool {
        let letters = text.shown().to_ascii_lowercase();
        let is_known = text.as_known().is_some();
        ADDING.iter().any(|adding| letters.contains(adding))
            && (!is_known || self.are_named_in(&letters))
    }

    fn are_named_in(&self, letters: &str) -> bool {
        self.called.iter().any(|name| is_word_of(letters, name))
    }
}

/// The texts that are written in an argument.
fn written_in(argument: &Argument) -> Vec<PartText> {
    let texts = argument.texts.iter().filter_map(|text| match text {
        Plain::Text(text) => Some(PartText::known(text)),
        Plain::EndsIn(end) => Some(PartText::unknown().then(&PartText::known(end))),
        _ => None,
    });
    texts.collect()
}
