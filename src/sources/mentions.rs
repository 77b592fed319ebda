//! Where blocks of whichever type say the ARN of a managed policy, in whichever way that is put together: what
//! such a block does with it nobody knows.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::acts::Act;
use super::entries::to_read;
use super::evaluation::{Evaluation, Placed, Said, Thing, Value};
use super::survey::Doing;
use crate::terraform::{Argument, PartText, Value as Plain};

/// A text that a block says which may have the ARN of a managed policy in it.
#[derive(Debug)]
pub(super) struct Mention {
    /// The text.
    pub text: PartText,
    /// Whether the ARN counts anywhere in it, as in a command; else it only writes of it.
    pub is_anywhere: bool,
}

/// All of a tree, by the arguments that say them.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    by_argument: HashMap<*const Argument, Vec<Mention>>,
    /// The arguments that take what is in files of which nobody can tell here what these say.
    unread: HashSet<*const Argument>,
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
            for act in acts.iter().filter(|act| act.is_run) {
                mentions.add_files(folder, *placed, act);
            }
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
        let texts = texts.into_iter().map(|text| Mention {
            text,
            is_anywhere: act.is_anywhere,
        });
        let key = std::ptr::from_ref(act.argument);
        self.by_argument.entry(key).or_default().extend(texts);
    }

    /// Adds what is in the files that an argument of what is run takes.
    fn add_files(&mut self, folder: &Path, placed: Placed<'_>, act: &Act<'_>) {
        const TAKES: [&str; 2] = ["file(", "filebase64("];
        let argument = act.argument;
        let written = &placed.file.source.text()[argument.range.clone()];
        if !TAKES.iter().any(|takes| written.contains(takes)) {
            return;
        }
        let paths = argument.texts.iter().filter_map(|text| match text {
            Plain::Text(path) | Plain::EndsIn(path) => Some(path.trim_start_matches('/')),
            _ => None,
        });
        let files = paths.filter_map(|path| std::fs::read(to_read(&folder.join(path))).ok());
        let texts = files.map(|bytes| PartText::known(String::from_utf8_lossy(&bytes)));
        let texts: Vec<PartText> = texts.collect();
        if texts.is_empty() {
            self.unread.insert(std::ptr::from_ref(argument));
        }
        self.add(act, texts);
    }

    /// Those of an argument.
    pub fn by(&self, argument: &Argument) -> &[Mention] {
        let found = self.by_argument.get(&std::ptr::from_ref(argument));
        found.map_or(&[], Vec::as_slice)
    }

    /// Whether an argument takes what is in a file that is not found.
    pub fn are_unread(&self, argument: &Argument) -> bool {
        self.unread.contains(&std::ptr::from_ref(argument))
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
        Value::One(Thing::Text(text)) => add_texts(&text.letters, texts),
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
