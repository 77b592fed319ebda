//! What to know before something is written.

use super::by_hand::by_hand;
use super::{Sign, policy_name, shared_sentence, unused_not_edited};
use crate::iam::quota::{Owner, PolicyKind};
use crate::review::{Decision, Review, ReviewedPolicy, TooLong, Written};
use crate::text::{counted, grouped, printable, some_of};

/// How many undecided entries are named.
const NAMED: usize = 4;

/// What to know before writing, in sentences; `target` says where it would be written, or why it
/// cannot be. The proof, the size and the diff are told beside it.
pub fn before_writing(
    review: &Review,
    target: Option<&Result<String, String>>,
) -> Vec<(Sign, String)> {
    let state = review.state();
    let count = |wanted: Decision| {
        let places = state.places();
        places
            .filter(|place| state.decision(*place) == Some(wanted))
            .count()
    };
    let mut sentences = Vec::new();
    let accepted = count(Decision::Accepted);
    sentences.push(if accepted == 0 {
        (
            Sign::Caution,
            "Nothing is accepted: there is nothing to write.".to_owned(),
        )
    } else {
        let entries = counted(accepted, "entry is", "entries are");
        (Sign::Holds, format!("{entries} accepted."))
    });
    let refusals = refusals(review).into_iter();
    sentences.extend(refusals.map(|refusal| (Sign::Caution, refusal)));
    let vanishing: Vec<String> = vanishing(review).collect();
    let is_whole = vanishing.is_empty();
    sentences.extend(vanishing.into_iter().map(|what| (Sign::Caution, what)));
    if review.changes_something() {
        sentences.extend(match target {
            Some(Ok(target)) => {
                let sign = if is_whole { Sign::Holds } else { Sign::Caution };
                Some((sign, printable(target).into_owned()))
            }
            Some(Err(reason)) => Some((Sign::Broken, printable(reason).into_owned())),
            None => None,
        });
    }
    sentences.extend(shared(review).map(|shared| (Sign::Caution, shared)));
    let rejected = count(Decision::Rejected);
    if rejected > 0 {
        let entries = counted(rejected, "entry is", "entries are");
        let were = as_before(rejected);
        sentences.push((Sign::Holds, format!("{entries} rejected: left {were}.")));
    }
    let undecided = count(Decision::Undecided);
    if undecided > 0 {
        sentences.push((Sign::Caution, undecided_sentence(review, undecided)));
    }
    for fault in review
        .outcomes()
        .iter()
        .flat_map(|outcome| &outcome.proved.faults)
    {
        sentences.push((Sign::Broken, format!("A proof does not hold: {fault}")));
    }
    let input = review.input();
    for policy in review.policies() {
        for (why, actions) in unused_not_edited(review, policy.place) {
            let names: Vec<String> = actions.iter().map(ToString::to_string).collect();
            let text = format!(
                "Unused, and stays: {}: {}.",
                some_of(&names, NAMED),
                printable(&why)
            );
            sentences.push((Sign::Caution, text));
        }
    }
    sentences.extend(input.left.iter().map(|why| {
        let advice = why
            .advice()
            .map_or_else(String::new, |help| format!("; {help}"));
        let text = format!("{}{}", why.in_one_line(), printable(&advice));
        (Sign::Caution, text)
    }));
    if input.finding_is_newer_than_catalogue()
        && let Some(date) = input.universe.catalogue.date()
    {
        sentences.push((
            Sign::Unknown,
            format!("The finding is newer than the actions known: nothing lost means of those known on {date}."),
        ));
    }
    sentences.extend(by_hand(review));
    sentences
}

/// What becomes of the policies of which nothing would be left.
fn vanishing(review: &Review) -> impl Iterator<Item = String> {
    let vanishing =
        (review.policies()).filter(|policy| policy.outcome.written == Written::NothingLeft);
    vanishing.map(|policy| match policy.loaded.origin.block {
        Some(ref block) => format!(
            "Nothing is left of {}: it stays as it is; {}.",
            policy_name(review, policy.place),
            block.to_remove()
        ),
        None => format!(
            "Nothing is left of {}: no file is written for it.",
            policy.loaded.document.source().name()
        ),
    })
}

/// What becomes of the policies that others keep as they are.
fn shared(review: &Review) -> impl Iterator<Item = String> {
    let changed = (review.policies()).filter(|policy| policy.outcome.written != Written::Unchanged);
    changed.filter_map(|policy| {
        let shared = shared_sentence(review, policy.place)?;
        Some(format!(
            "{} is {shared}.",
            policy_name(review, policy.place)
        ))
    })
}

fn as_before(count: usize) -> &'static str {
    if count == 1 {
        "as it was"
    } else {
        "as they were"
    }
}

fn undecided_sentence(review: &Review, undecided: usize) -> String {
    let state = review.state();
    let mut names: Vec<String> = state
        .places()
        .filter(|place| state.decision(*place) == Some(Decision::Undecided))
        .take(NAMED)
        .map(|place| match state.entry(place) {
            Some(entry) => entry.plan.old.to_string(),
            None if review.input().policies.len() == 1 => {
                format!("NotAction of #{}", place.statement + 1)
            }
            None => format!(
                "NotAction of #{} of {}",
                place.statement + 1,
                policy_name(review, place.policy)
            ),
        })
        .collect();
    if undecided > NAMED {
        names.push(format!("{} more", undecided - NAMED));
    }
    format!(
        "{} undecided, written {}: {}.",
        counted(undecided, "entry is", "entries are"),
        as_before(undecided),
        names.join(", ")
    )
}

/// What AWS would refuse to take if it were written now, a sentence for each policy that changes.
fn refusals(review: &Review) -> Vec<String> {
    let refused = review.policies().filter_map(|policy| {
        let ReviewedPolicy { place, loaded, .. } = policy;
        let quota = loaded.kind.quota();
        let now = review.size(place).counted;
        let changes = policy.outcome.written == Written::Changed;
        let name = match loaded.origin.block {
            Some(_) => policy_name(review, place),
            None => loaded.document.source().name().to_string(),
        };
        if changes && now <= quota {
            let too_long = TooLong::of_bytes(review.size(place).bytes, loaded.kind)?;
            return Some(format!(
                "{name}: AWS will refuse it, {}.",
                too_long.measure()
            ));
        }
        (changes && now > quota).then(|| {
            let inline = PolicyKind::Inline(Owner::Role).quota();
            let (only_if, or_inline) = match loaded.kind {
                PolicyKind::Unknown if now > inline => {
                    let inline =
                        format!(" if it is managed, of {} if it is inline", grouped(inline));
                    ("", inline)
                }
                PolicyKind::Unknown => ("if it is managed ", String::new()),
                PolicyKind::Managed | PolicyKind::Inline(_) | PolicyKind::PermissionSet => {
                    ("", String::new())
                }
            };
            let (now, quota) = (grouped(now), grouped(quota));
            format!("{name}: {only_if}AWS will refuse it, {now} of {quota} characters{or_inline}.")
        })
    });
    refused.collect()
}
