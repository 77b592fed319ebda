//! Which of the blocks that do something have to be asked about a managed policy: of many policies each has to do with
//! few of them.

use std::collections::{BTreeSet, HashMap};

use super::Kind;
use super::act_origins::ActOrigins;
use super::acts::Does;
use super::applied::type_of;
use super::attached::OF_IAM;
use super::evaluation::{Evaluation, Origins, Said, Value};
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
}

impl Asking {
    /// Those of some blocks.
    pub fn of<'a>(evaluation: &Evaluation<'a>, doing: &[Doing<'a>], origins: &ActOrigins) -> Self {
        let mut asking = Asking::default();
        for (place, one) in doing.iter().enumerate() {
            match arns_of(evaluation, one, origins) {
                None => _ = asking.always.insert(place),
                Some(arns) => {
                    for arn in arns {
                        asking.by_arn.entry(arn).or_default().insert(place);
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
        self.always.iter().chain(by_arn).copied().collect()
    }
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
    let is_attachment = Kind::of(kind) == Some(Kind::Attachment);
    let is_read_otherwise = kind.contains("_attachment") && !is_attachment
        || is_of_permission_sets(kind)
        || evaluation.is_laid_over(folder, placed.block);
    if may_name || is_read_otherwise {
        return None;
    }
    let of_it: &[&str] = if is_attachment { &OF_IAM } else { &[] };
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
        || texts.any(|text| text.has(SIGN) || has_references(text))
        || is_run && (origins.is_untold || origins.has_unread)
}

/// Adds the texts of a value as far as each may be an ARN; none where not all of it is known.
fn add_known(value: &Value<'_>, arns: &mut Vec<String>) -> Option<()> {
    match value {
        Value::Null | Value::NotMade(_) | Value::Number(_) | Value::Bool(_) => Some(()),
        Value::Text(text) => {
            let texts = text.as_known()?.split(',');
            arns.extend(texts.map(|text| text.trim().to_ascii_lowercase()));
            Some(())
        }
        Value::List(items) if items.are_all => {
            items.values.iter().try_for_each(|one| add_known(one, arns))
        }
        _ => None,
    }
}
