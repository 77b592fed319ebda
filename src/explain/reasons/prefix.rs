//! Why a prefix is safe or not, as it is shown next to the trie. What is said of a step is in
//! `narration.rs`.

use std::collections::BTreeSet;

use super::Reasons;
use super::facts::{going_actions, why_safe};
use crate::explain::Names;
use crate::iam::Action;
use crate::refine::{Fate, NodeId, Safety, Trie};
use crate::review::{EntryPlace, Review};
use crate::text::counted;

/// A prefix of a trie, or a run of prefixes of which each is the only child of the one before.
#[derive(Clone, Copy, Debug)]
pub struct Prefix<'a> {
    /// The node that is named and judged.
    pub node: NodeId,
    /// The last of the run: `node` itself, or one beneath it.
    pub last: NodeId,
    /// Whether only the action is meant that is called as the prefix is, not what is beneath.
    pub is_action: bool,
    /// The entries that are written for it, and not for what is beneath it.
    pub emitted: &'a [String],
}

impl Reasons {
    /// Why a prefix in the trie of the entry at `place` is safe or not.
    pub fn of_prefix(review: &Review, place: EntryPlace, trie: &Trie, prefix: &Prefix<'_>) -> Self {
        let name = trie.prefix_name(prefix.node);
        let mut reasons = Reasons::titled(match trie.grants(prefix.node) {
            Some(grants) if name.is_empty() && grants.glob.as_str() == "*" => {
                format!("{}:*", grants.service)
            }
            Some(_) if name.is_empty() => "The empty prefix".to_owned(),
            Some(_) => name.to_owned(),
            None => "everything".to_owned(),
        });
        let deciding = match trie.node(prefix.node).safety {
            Safety::Unsafe | Safety::AllUnused | Safety::Whole | Safety::WithinWhole => {
                trie.unsafe_because(prefix.node)
            }
            Safety::Safe | Safety::Split | Safety::Unlisted => Vec::new(),
        };
        let (staying, beneath) = prefix.actions(trie);
        let starting = starting_with_it(name, &deciding, count_dropped(review, place, &deciding));
        reasons.tell_safety(trie, prefix, &starting, beneath.len());
        reasons.list_marks_at(review, place, trie);
        let under = trie.prefix(prefix.node);
        let held = review.state().held_back(review.input(), place);
        reasons.list_held(held.filter(|(action, _)| under.starts(action)));
        let (left_whole, going) = apart(trie, deciding);
        if !left_whole.is_empty() {
            reasons.heading("UNUSED, AND STAYS");
            reasons.list_going(review, place.policy, &left_whole, Some(name));
        }
        if !going.is_empty() && !reasons.lines.is_empty() {
            reasons.heading("WHAT GOES AND STARTS WITH IT");
        }
        reasons.list_going(review, place.policy, &going, Some(name));
        reasons.count_staying(review, place.policy, &staying);
        let going = if going.is_empty() { &beneath } else { &going };
        reasons.tell_elsewhere(review, place, 1, going);
        reasons
    }

    /// Why nothing stays of `children`, some of those of the node `parent` in the trie of the entry
    /// at `place`.
    pub fn of_children(
        review: &Review,
        place: EntryPlace,
        trie: &Trie,
        parent: NodeId,
        children: &[NodeId],
    ) -> Self {
        let going: Vec<Action> = (children.iter())
            .flat_map(|child| trie.beneath(*child))
            .map(|(action, _)| action)
            .collect();
        let dropped = count_dropped(review, place, &going);
        let mut reasons = Reasons::titled(going_actions(going.len(), dropped));
        reasons.lead(format!(
            "{} of which nothing stays.",
            counted(children.len(), "prefix", "prefixes")
        ));
        reasons.list_marks_at(review, place, trie);
        if !reasons.lines.is_empty() {
            reasons.heading("WHAT GOES");
        }
        reasons.list_going(review, place.policy, &going, Some(trie.prefix_name(parent)));
        reasons.tell_elsewhere(review, place, 1, &going);
        reasons
    }

    /// Says whether the prefix is safe; if it is not, since these actions are `starting` with it.
    /// Beneath it `going` go.
    fn tell_safety(&mut self, trie: &Trie, prefix: &Prefix<'_>, starting: &str, going: usize) {
        let title = &self.title;
        let node = trie.node(prefix.node);
        match node.safety {
            Safety::Unsafe => {
                self.lead(format!("{title} is unsafe: {starting}."));
                if let [entry, ..] = prefix.emitted {
                    self.lead(format!("It is itself an action that stays: {entry}."));
                }
            }
            Safety::Safe => {
                let why_safe = why_safe(kept_under(trie, prefix.node));
                self.lead(format!("{title} is safe: {why_safe}."));
                match prefix.emitted {
                    [] if node.parent.is_some() => {
                        self.lead("A shorter prefix is safe too, and stands for it.");
                    }
                    [] => {}
                    entries => self.lead(format!("It becomes {}.", entries.join(", "))),
                }
                self.text("Its actions may be risky all the same.");
            }
            Safety::Split => self.lead(format!(
                "{title} is safe and split by hand: its children are written instead."
            )),
            Safety::Whole => {
                self.lead(format!(
                    "{title} is left whole, and unsafe: {starting}. All of it stays."
                ));
                if let [_, ..] = prefix.emitted {
                    self.lead(format!("It becomes {}.", prefix.emitted.join(", ")));
                }
            }
            Safety::WithinWhole => self.lead(format!(
                "{title} starts with a prefix that is left whole: that is written, and all of it stays."
            )),
            Safety::Unlisted => {
                self.lead("The catalogue does not have this service, so all of it stays.");
            }
            Safety::AllUnused if going == 1 && trie.own_action(prefix.last).is_some() => {
                self.lead(format!("{title} goes, and nothing else lies beneath it."));
            }
            Safety::AllUnused => {
                let nothing = match going {
                    1 => "the one action there goes".to_owned(),
                    count => format!("each of the {count} actions there goes"),
                };
                self.lead(format!("Nothing beneath {title} stays: {nothing}."));
            }
        }
    }

    fn list_marks_at(&mut self, review: &Review, place: EntryPlace, trie: &Trie) {
        if let Some(entry) = review.state().entry(place) {
            self.list_marks(trie, &entry.marks);
        }
    }
}

impl Prefix<'_> {
    /// Its actions: those that stay, and those that go.
    fn actions(&self, trie: &Trie) -> (Vec<Action>, Vec<Action>) {
        let most = if self.is_action { 1 } else { usize::MAX };
        let actions = trie.beneath(self.last).take(most);
        let (staying, going): (Vec<_>, Vec<_>) = actions.partition(|(_, fate)| fate.stays());
        let names = |of: Vec<(Action, Fate)>| of.into_iter().map(|(action, _)| action).collect();
        (names(staying), names(going))
    }
}

/// Those of `actions` that stay since a prefix is left whole, and those that go.
fn apart(trie: &Trie, actions: Vec<Action>) -> (Vec<Action>, Vec<Action>) {
    let all = trie.wildcard().actions();
    let whole: BTreeSet<Action> = all
        .filter(|(_, fate)| *fate == Fate::Whole)
        .map(|(action, _)| action)
        .collect();
    actions
        .into_iter()
        .partition(|action| whole.contains(action))
}

/// How many of `going` nobody reported: they were dropped by hand.
fn count_dropped(review: &Review, place: EntryPlace, going: &[Action]) -> usize {
    let universe = review.input().universe_of(place.policy);
    let dropped = going.iter().filter(|action| !universe.is_unused(action));
    dropped.count()
}

/// How many unused actions start with a node's prefix and were asked to be kept.
fn kept_under(trie: &Trie, node: NodeId) -> usize {
    let prefix = trie.prefix(node);
    let kept = trie.wildcard().actions();
    kept.filter(|(action, fate)| fate.is_kept() && prefix.starts(action))
        .count()
}

/// `2 unused actions start with it (GetA and others)`, of which some may be `dropped` by hand.
fn starting_with_it(prefix: &str, going: &[Action], dropped: usize) -> String {
    let is_exact = |action: &Action| action.name.as_str().starts_with(prefix);
    let case = if going.iter().all(is_exact) {
        ""
    } else {
        Names::Actions.but_for_case()
    };
    let (start, example) = match going {
        [] => ("start", String::new()),
        [only] => ("starts", format!(" ({})", only.name)),
        [first, ..] => ("start", format!(" ({} and others)", first.name)),
    };
    format!(
        "{} {start} with it{case}{example}",
        going_actions(going.len(), dropped)
    )
}
