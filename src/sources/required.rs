//! Where a managed policy is required as a permissions boundary: a condition of another policy says that who is made
//! has to have it, and no state has to tell of these.

use std::path::Path;
use std::rc::Rc;

use super::attached::Attached;
use super::evaluation::{BlockOnce, Placed, Said, Thing, Value};
use super::naming::Naming;
use super::tree::Tree;
use crate::terraform::{Argument, Block, PartText};

/// The key of conditions that asks which boundary somebody has.
const BOUNDARY: &str = "iam:PermissionsBoundary";

/// The blocks of a tree that may require one, each with its folder.
pub(super) fn requiring(tree: &Tree) -> Vec<(&Path, Placed<'_>)> {
    let mut files = tree.read_folders().flat_map(|(_, files)| files);
    let is_said = files.any(|file| PartText::known(file.source.text()).has(BOUNDARY));
    let requiring = tree.read_blocks().filter(|(_, Placed { file, block })| {
        let text = PartText::known(&file.source.text()[block.range.clone()]);
        let may_say = is_said && text.has("polic") || text.has("file(");
        may_say && ["data", "resource"].contains(&block.kind.as_str())
    });
    requiring.collect()
}

impl<'a> Attached<'_, 'a> {
    /// Notes where the policy is required.
    pub fn is_noted_where_required(&self) {
        for &(folder, placed) in &self.uses.survey.requiring {
            let each = self.uses.evaluation.each(folder, placed);
            if let Some(argument) = self.required_in(&each, placed, placed.block) {
                let message = format!(
                    "{} is required as a permissions boundary here: who is made with it may be in no state",
                    self.policy.placed.block.address()
                );
                let note = placed.file.source.note_at(argument.range.clone(), message);
                self.uses.notes.borrow_mut().push(note);
            }
        }
    }

    /// What requires it in a block, or in one within it: the values of a condition, or the text of a policy.
    fn required_in(
        &self,
        each: &[Rc<BlockOnce<'a>>],
        placed: Placed<'a>,
        block: &'a Block,
    ) -> Option<&'a Argument> {
        let evaluation = self.uses.evaluation;
        let is_asked = block.argument("variable").is_some_and(|variable| {
            let variable = variable.value.as_text();
            variable.is_some_and(|variable| variable.eq_ignore_ascii_case(BOUNDARY))
        });
        let mut arguments = block.arguments.iter();
        let own = arguments.find(|argument| {
            let file = placed.file;
            each.iter().any(|one| {
                let said = Said { file, argument };
                if is_asked && argument.name == "values" {
                    self.naming(&evaluation.origins(one, said)) == Naming::ByArn
                } else {
                    self.is_required_by(&evaluation.argument(one, said))
                }
            })
        });
        let mut inner = block.blocks.iter();
        own.or_else(|| inner.find_map(|inner| self.required_in(each, placed, inner)))
    }

    /// Whether a value is the text of a policy that requires it.
    fn is_required_by(&self, value: &Value<'a>) -> bool {
        match value {
            Value::One(Thing::Text(text)) => self.is_required_by(&text.letters),
            Value::Text(text) => text.has(BOUNDARY) && self.texts.is_mentioned(text),
            _ => false,
        }
    }
}
