//! What may put somebody into a group, of whichever type it is: what is run or deployed, modules that are not read,
//! and files that are not. Nobody can tell here whether it does, so it is taken to be as the states have it.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::acts::{Act, told};
use super::applied::{Concern, FOR_WHOM};
use super::evaluation::{BlockOnce, ModuleOnce, Said, Value};
use super::members::is_any_of;
use super::mentions::add_texts;
use super::module_calls::Call;
use super::names::{Names, is_word_of};
use super::survey::Doing;
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
            let mut run = doing.acts.iter().filter(|act| act.is_run);
            if run.any(|act| self.may_add(doing, act, &groups)) {
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
        let begin = blocks.map(|one| (one.folder.to_owned(), one.placed.block.address()));
        let may_be = |value: &Value<'_>| {
            let names = called.iter().map(String::as_str);
            Concern::of_letters(value, &names) != Concern::No
        };
        let links = &self.survey.links;
        links.names(self.evaluation, begin.collect(), |_| false, may_be)
    }

    /// Whether what is run may put somebody into one of these groups.
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
        for one in self.evaluation.each(folder, placed) {
            add_texts(&self.evaluation.argument(&one, said), &mut texts);
        }
        texts.iter().any(|text| groups.may_be_added_to_by(text))
    }

    /// Whether a call of a module that is not read is given one of these groups.
    fn call_may_add(&self, call: &Call<'a>, groups: &Groups<'_>) -> bool {
        let called = self.called_by(call);
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
}

impl Groups<'_> {
    /// Whether a text is the name of one, or may add somebody to one.
    fn may_be_added_to_by(&self, text: &PartText) -> bool {
        let letters = text.shown().to_ascii_lowercase();
        let may_name_one = || {
            let is_unknown = text.as_known().is_none();
            is_unknown && ADDING.iter().any(|adding| letters.contains(adding))
                || self.called.iter().any(|name| is_word_of(&letters, name))
        };
        self.called.contains(&letters) || letters.contains(GROUP) && may_name_one()
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
