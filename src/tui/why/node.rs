//! Why a prefix is safe or not.

use super::Why;
use super::facts::{going_actions, why_safe};
use crate::iam::Action;
use crate::refine::{Fate, NodeId, Safety, Trie};
use crate::review::{EntryPlace, Review};
use crate::text::counted;
use crate::tui::trie::{OpenedTrie, RowId, TrieRow};

pub(crate) fn tell(
    why: &mut Why,
    review: &Review,
    place: EntryPlace,
    opened: &OpenedTrie,
    row: &TrieRow,
) {
    let trie = opened.trie();
    let universe = &review.input().universe;
    if let RowId::Gathered(parent) = row.id {
        return tell_gathered(why, review, place, opened, row, trie.prefix_name(parent));
    }
    let node = opened.representative(row);
    let name = trie.prefix_name(node);
    why.title = match trie.grants(node) {
        Some(grants) if name.is_empty() => format!("{}:*", grants.service),
        Some(_) => name.to_owned(),
        None => "everything".to_owned(),
    };
    let deciding = match trie.node(node).safety {
        Safety::Unsafe | Safety::AllUnused => trie.unsafe_because(node),
        Safety::Safe | Safety::Split | Safety::Unlisted => Vec::new(),
    };
    let dropped = deciding.iter().filter(|action| !universe.is_unused(action));
    tell_verdict(why, opened, row, &deciding, dropped.count());
    why.list_marks(opened);
    if !deciding.is_empty() && !why.lines.is_empty() {
        why.heading("WHAT GOES AND STARTS WITH IT");
    }
    why.list_going(review, &deciding, name);
    let (staying, going) = beneath(trie, row);
    why.count_staying(review, &staying);
    let gone = if deciding.is_empty() {
        &going
    } else {
        &deciding
    };
    why.tell_elsewhere(review, place, 1, gone);
}

fn tell_verdict(
    why: &mut Why,
    opened: &OpenedTrie,
    row: &TrieRow,
    deciding: &[Action],
    dropped: usize,
) {
    let title = why.title.clone();
    let trie = opened.trie();
    let node = opened.representative(row);
    match trie.node(node).safety {
        Safety::Safe => {
            let why_safe = why_safe(kept_under(trie, node));
            why.lead(format!("{title} is safe: {why_safe}."));
            match opened.emitted(row) {
                [] if trie.node(node).parent.is_some() => {
                    why.lead("A shorter prefix is safe too, and stands for it.");
                }
                [] => {}
                entries => why.lead(format!("It becomes {}.", entries.join(", "))),
            }
            why.text("That says nothing about risk.");
        }
        Safety::Split => {
            why.lead(format!(
                "{title} is safe and split by you: its children are written instead."
            ));
        }
        Safety::Unlisted => {
            why.lead("The catalogue does not have this service, so all of it stays.");
        }
        Safety::AllUnused => {
            let nothing = match row.goes {
                1 => "the one action there goes".to_owned(),
                count => format!("each of the {count} actions there goes"),
            };
            why.lead(format!("Nothing beneath {title} stays: {nothing}."));
        }
        Safety::Unsafe => {
            let starts = if deciding.len() == 1 {
                "starts"
            } else {
                "start"
            };
            why.lead(format!(
                "{title} is unsafe: {} {starts} with it{}.",
                going_actions(deciding.len(), dropped),
                example(deciding)
            ));
            if let [entry, ..] = opened.emitted(row) {
                why.lead(format!("It is itself an action that stays: {entry}."));
            }
        }
    }
}

/// How many unused actions start with a node's prefix and were asked to be kept.
fn kept_under(trie: &Trie, node: NodeId) -> usize {
    let prefix = trie.prefix(node);
    let kept = trie.wildcard().actions();
    kept.filter(|(action, fate)| *fate == Fate::Kept && prefix.starts(action))
        .count()
}

/// The first of the deciding actions, for the short strip.
fn example(deciding: &[Action]) -> String {
    match deciding {
        [] => String::new(),
        [only] => format!(" ({})", only.name),
        [first, ..] => format!(" ({} and others)", first.name),
    }
}

fn tell_gathered(
    why: &mut Why,
    review: &Review,
    place: EntryPlace,
    opened: &OpenedTrie,
    row: &TrieRow,
    above: &str,
) {
    let trie = opened.trie();
    let going: Vec<Action> = (opened.gathered(row.last))
        .flat_map(|child| trie.beneath(child))
        .map(|(action, _)| action)
        .collect();
    let universe = &review.input().universe;
    let dropped = going.iter().filter(|action| !universe.is_unused(action));
    why.title = going_actions(going.len(), dropped.count());
    why.lead(format!(
        "{} of which nothing stays.",
        counted(opened.gathered(row.last).count(), "prefix", "prefixes")
    ));
    why.list_marks(opened);
    if !why.lines.is_empty() {
        why.heading("WHAT GOES");
    }
    why.list_going(review, &going, above);
    why.tell_elsewhere(review, place, 1, &going);
}

/// The actions of a row, those that stay and those that go.
fn beneath(trie: &Trie, row: &TrieRow) -> (Vec<Action>, Vec<Action>) {
    let own = matches!(row.id, RowId::Own(_)).then_some(1);
    let actions = trie.beneath(row.last).take(own.unwrap_or(usize::MAX));
    let (staying, going): (Vec<_>, Vec<_>) = actions.partition(|(_, fate)| fate.stays());
    let names = |actions: Vec<(Action, _)>| actions.into_iter().map(|(action, _)| action).collect();
    (names(staying), names(going))
}
