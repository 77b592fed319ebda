//! Where blocks of whichever type say the ARN of a managed policy, in whichever way that is put together: what
//! such a block does with it nobody knows.

use std::path::Path;

use super::applied::type_of;
use super::attached::add_told;
use super::evaluation::{Evaluation, Placed, Said, Value};
use super::state::is_type_of_who;
use crate::terraform::{Argument, PartText, Value as Plain};

/// A text that a block says which may have the ARN of a managed policy in it.
#[derive(Debug)]
pub(super) struct Mention<'a> {
    /// The folder of the block.
    pub folder: &'a Path,
    /// The argument.
    pub argument: &'a Argument,
    /// The text.
    pub text: PartText,
    /// Whether the ARN counts anywhere in it, as in a command; else it only writes of it.
    pub is_anywhere: bool,
}

/// What the ARN of each managed policy has in it.
const SIGN: &str = ":policy/";

/// So many of those that a block stands for are looked at.
const MOST: usize = 100;

/// All of a tree, but those of IAM that attach policies, which are read.
pub(super) fn mentions<'a>(evaluation: &Evaluation<'a>) -> Vec<Mention<'a>> {
    let mut found = Vec::new();
    for (folder, files) in evaluation.tree.folders() {
        for file in files {
            for block in &file.configuration.blocks {
                let is_read = |kind: &str| kind.starts_with("aws_iam_");
                if type_of(block).is_some_and(|kind| !is_read(kind)) {
                    add(evaluation, folder, Placed { file, block }, &mut found);
                }
            }
        }
    }
    found
}

fn add<'a>(
    evaluation: &Evaluation<'a>,
    folder: &'a Path,
    placed: Placed<'a>,
    found: &mut Vec<Mention<'a>>,
) {
    let block = placed.block;
    let is_of_who = type_of(block).is_some_and(is_type_of_who);
    let mut own = Vec::new();
    add_told(block, &mut own);
    own.retain(|argument| may_say(argument));
    if own.is_empty() {
        return;
    }
    let commands = |argument: &Argument| {
        let mut provisioners = block.blocks_of("provisioner");
        provisioners.any(|inner| inner.range.contains(&argument.range.start))
    };
    for argument in own {
        let is_anywhere = is_of_who || commands(argument);
        let said = Said {
            file: placed.file,
            argument,
        };
        let mut texts = Vec::new();
        for one in evaluation.each(folder, placed).iter().take(MOST) {
            add_texts(&evaluation.argument(one, said), &mut texts);
        }
        texts.retain(|text| text.has(SIGN));
        texts.dedup();
        found.extend(texts.into_iter().map(|text| Mention {
            folder,
            argument,
            text,
            is_anywhere,
        }));
    }
}

/// Whether an argument may come to an ARN: it refers to something, or has one in it.
fn may_say(argument: &Argument) -> bool {
    let is_sign = |text: &Plain| matches!(text, Plain::Text(text) | Plain::EndsIn(text) if text.contains("policy/"));
    !argument.references.is_empty() || argument.texts.iter().any(is_sign)
}

/// Adds the texts in a value, and the names of members.
fn add_texts(value: &Value<'_>, texts: &mut Vec<PartText>) {
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
