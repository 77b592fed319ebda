//! Which of the blocks that do something have to be asked about a managed policy: of many policies each has to do with
//! few of them.

use std::collections::{BTreeSet, HashMap};

use super::Kind;
use super::act_origins::ActOrigins;
use super::acts::{Does, is_attachment};
use super::applied::type_of;
use super::attached::OF_IAM;
use super::evaluation::{Evaluation, Gap, Origins, Said, Value};
use super::naming::has_references;
use super::policy_texts::{SIGN, Texts};
use super::state::{is_of_permission_sets, takes_policy_arns};
use super::survey::Doing;

/// The blocks that have to be asked, by their places.
#[derive(Default)]
pub(super) struct Asking {
    /// About each policy.
    always: BTreeSet<usize>,
    /// About the policies of these ARNs, in small letters, and no others.
    by_arn: HashMap<String, BTreeSet<usize>>,
    /// About those whose names have these words, in small letters.
    by_word: HashMap<String, BTreeSet<usize>>,
}

impl Asking {
    /// Those of some blocks.
    pub fn of<'a>(evaluation: &Evaluation<'a>, doing: &[Doing<'a>], origins: &ActOrigins) -> Self {
        let mut asking = Asking::default();
        for (place, one) in doing.iter().enumerate() {
            match arns_of(evaluation, one, origins) {
                None => {
                    asking.always.insert(place);
                    continue;
                }
                Some(arns) => {
                    for arn in arns {
                        asking.by_arn.entry(arn).or_default().insert(place);
                    }
                }
            }
            let of_acts = one.acts.iter().map(|act| (act, origins.by(act.argument)));
            let speaking = of_acts.filter(|(act, of)| act.is_run || of.speaks_of_policies);
            for text in speaking.flat_map(|(_, of)| &of.texts) {
                for word in words(&text.shown().to_ascii_lowercase()) {
                    if let Some(places) = asking.by_word.get_mut(word) {
                        places.insert(place);
                    } else {
                        let places = BTreeSet::from([place]);
                        asking.by_word.insert(word.to_owned(), places);
                    }
                }
            }
        }
        asking
    }

    /// Those that have to be asked about a policy, in order.
    pub fn about(&self, policy: &Texts) -> BTreeSet<usize> {
        let arns = policy.arns.iter().map(|arn| arn.to_ascii_lowercase());
        let by_arn = arns.filter_map(|arn| self.by_arn.get(&arn)).flatten();
        let names = policy.names.iter().map(|name| name.to_ascii_lowercase());
        let by_word = names.filter_map(|name| {
            let word = words(&name).max_by_key(|word| word.len())?;
            self.by_word.get(word)
        });
        let by_word = by_word.flatten();
        let told = self.always.iter().chain(by_arn).chain(by_word);
        told.copied().collect()
    }
}

/// The words of a text, of which names are.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words =
        text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "_-".contains(letter)));
    words.filter(|word| !word.is_empty())
}

/// The ARNs that a block attaches, if it has to do with the policies of these alone.
fn arns_of<'a>(
    evaluation: &Evaluation<'a>,
    doing: &Doing<'a>,
    origins: &ActOrigins,
) -> Option<Vec<String>> {
    let (folder, placed) = (doing.folder, doing.placed);
    let kind = type_of(placed.block).unwrap_or_default();
    let may_name = doing.acts.iter().any(|act| {
        let may_name = takes_policy_arns(kind, &act.argument.name)
            || may_name_any(origins.by(act.argument), act.is_run);
        act.does != Does::Remark && may_name
    });
    let is_read_by_arn = Kind::of(kind) == Some(Kind::Attachment);
    let is_read_otherwise = is_attachment(kind) && !is_read_by_arn
        || is_of_permission_sets(kind)
        || evaluation.is_laid_over(folder, placed.block);
    if may_name || is_read_otherwise {
        return None;
    }
    let of_it: &[&str] = if is_read_by_arn { &OF_IAM } else { &[] };
    let names = of_it
        .iter()
        .chain(&["permissions_boundary", "managed_policy_arns"]);
    let said: Vec<Said<'a>> = names.filter_map(|name| placed.argument(name)).collect();
    let mut arns = Vec::new();
    if said.is_empty() {
        return Some(arns);
    }
    for one in evaluation.each(folder, placed) {
        for &said in &said {
            add_known(&evaluation.argument(&one, said), &mut arns)?;
        }
    }
    Some(arns)
}

/// Whether what an argument comes of may name any policy.
fn may_name_any(origins: &Origins, is_run: bool) -> bool {
    let mut asked = origins.asked.iter();
    let mut texts = origins.texts.iter();
    asked.any(|one| one.address.contains("aws_iam_policy."))
        || texts.any(|text| text.has(&SIGN[1..]) || has_references(text))
        || origins.has(Gap::TooLong)
        || is_run && (!origins.gaps.is_empty() || origins.may_attach_all())
}

/// Adds the texts of a value as far as each may be an ARN; none where not all of it is known.
fn add_known(value: &Value<'_>, arns: &mut Vec<String>) -> Option<()> {
    match value {
        Value::Null | Value::NotMade(..) | Value::Number(_) | Value::Bool(_) => Some(()),
        Value::Text(text) => {
            let text = text.as_known()?;
            let texts = text.split(',').chain([text]);
            arns.extend(texts.map(|text| text.trim().to_ascii_lowercase()));
            Some(())
        }
        Value::List(items) if items.are_all() => {
            items.values.iter().try_for_each(|one| add_known(one, arns))
        }
        _ => None,
    }
}
