//! Where blocks of whichever type say the ARN of a managed policy, in whichever way that is put together: what
//! such a block does with it nobody knows.

use std::collections::HashMap;

use super::acts::Act;
use super::evaluation::{Evaluation, Said, Value};
use super::survey::Doing;
use crate::terraform::{Argument, PartText, Value as Plain};

/// The texts that blocks say which may have the ARN of a managed policy in them, by the arguments that say them.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    by_argument: HashMap<*const Argument, Vec<PartText>>,
}

/// What the ARN of each managed policy has in it.
pub(super) const SIGN: &str = ":policy/";

impl Mentions {
    /// Those of the blocks that do something.
    pub fn of<'a>(evaluation: &Evaluation<'a>, doing: &[Doing<'a>]) -> Self {
        let mut mentions = Mentions::default();
        for Doing {
            folder,
            placed,
            acts,
        } in doing
        {
            let mut acts = acts.iter().filter(|act| may_say(act.argument)).peekable();
            if acts.peek().is_none() {
                continue;
            }
            let each = evaluation.each(folder, *placed);
            for act in acts {
                let said = Said {
                    file: placed.file,
                    argument: act.argument,
                };
                let mut texts = Vec::new();
                for one in &each {
                    add_texts(&evaluation.argument(one, said), &mut texts);
                }
                texts.dedup();
                mentions.add(act, texts);
            }
        }
        mentions
    }

    fn add(&mut self, act: &Act<'_>, mut texts: Vec<PartText>) {
        texts.retain(|text| text.has(SIGN));
        let key = std::ptr::from_ref(act.argument);
        self.by_argument.entry(key).or_default().extend(texts);
    }

    /// Those of an argument.
    pub fn by(&self, argument: &Argument) -> &[PartText] {
        let found = self.by_argument.get(&std::ptr::from_ref(argument));
        found.map_or(&[], Vec::as_slice)
    }
}

/// Whether an argument may come to an ARN: it refers to something, or has one in it.
fn may_say(argument: &Argument) -> bool {
    let is_sign = |text: &Plain| matches!(text, Plain::Text(text) | Plain::EndsIn(text) if text.contains("policy/"));
    !argument.references.is_empty() || argument.texts.iter().any(is_sign)
}

/// Adds the texts in a value, and the names of members.
pub(super) fn add_texts(value: &Value<'_>, texts: &mut Vec<PartText>) {
    match value {
        Value::Text(text) => texts.push(text.clone()),
        Value::List(items) => items.values.iter().for_each(|one| add_texts(one, texts)),
        Value::Object(members) => {
            for (name, value) in members.values.iter() {
                texts.push(PartText::known(name));
                add_texts(value, texts);
            }
        }
        _ => {}
    }
}
