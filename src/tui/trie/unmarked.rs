//! Where no mark can be set at once: on a trie of several entries it is set in the one of them that has something
//! of the row, and where several have, that is asked. What refuses a mark stays open until it is closed: a reason
//! that somebody goes on typing is not taken for keys.

use super::{OpenedTrie, RowId, Telling, TrieMessage};
use crate::iam::ActionPrefix;
use crate::refine::NodeId;
use crate::review::{EntryPlace, State};
use crate::text::some_of;
use crate::tui::review::{Pane, ReviewScreen};
use crate::tui::shell::{Overlay, Shell};

/// Why no mark is set where none would change anything.
pub(super) const NOTHING: &str = "There is nothing here to keep or to drop";

/// Among so many entries one can choose.
const CHOICES: usize = 5;

/// How many entries a sentence names.
const NAMED: usize = 3;

/// Says why no mark is set, and goes on saying it until somebody goes on.
pub(super) fn refuse(shell: &mut Shell, why: impl Into<String>) {
    let why = why.into();
    shell.tell(why.clone());
    shell.overlay = Overlay::Unmarked { why, choice: None };
}

/// Goes to the row of the same prefix in the trie of the one entry that has something of the row under the cursor.
/// False where there is none such: why was said, or it is asked in which entry `then` is to be done.
pub(super) fn go_to_entry(shell: &mut Shell, screen: &mut ReviewScreen, then: TrieMessage) -> bool {
    let row = screen.shown_trie().and_then(OpenedTrie::current);
    let row = row.map(|row| row.id);
    if let (Some(id @ RowId::Gathered(_)), Some(opened)) = (row, screen.shown_trie_mut()) {
        opened.set_open(id, true);
        refuse(
            shell,
            "A mark is on one prefix: choose one of those beneath this row",
        );
        return false;
    }
    let found = wildcards_with(screen);
    match found.as_slice() {
        [] => refuse(shell, why_none(screen)),
        [only] if go_to(screen, *only) => return true,
        [_] => refuse(shell, NOTHING),
        several => ask_which(shell, screen, several, then),
    }
    false
}

/// Asks in which of several entries a mark is set; where they are too many to choose from, one is to be gone to.
fn ask_which(shell: &mut Shell, screen: &ReviewScreen, several: &[EntryPlace], then: TrieMessage) {
    let names = some_of(&named(screen, several), NAMED);
    let why = format!("Several entries have it, and a mark is set in one: {names}");
    if several.len() > CHOICES {
        return refuse(shell, format!("{why}. Go to one in the policy (1)"));
    }
    shell.overlay = Overlay::Unmarked {
        why,
        choice: Some((several.to_vec(), then)),
    };
}

/// Goes to the entry that was chosen of those that were asked about. Returns what is to be done there.
pub(super) fn go_to_chosen(
    shell: &mut Shell,
    screen: &mut ReviewScreen,
    chosen: usize,
) -> Option<TrieMessage> {
    let Overlay::Unmarked {
        choice: Some((entries, then)),
        ..
    } = &shell.overlay
    else {
        return None;
    };
    let (place, then) = (*entries.get(chosen)?, *then);
    shell.overlay = Overlay::None;
    go_to(screen, place).then_some(then)
}

/// What the entries are called.
pub(crate) fn named(screen: &ReviewScreen, places: &[EntryPlace]) -> Vec<String> {
    let state = screen.review.state();
    let entries = places.iter().filter_map(|&place| state.entry(place));
    entries.map(|entry| entry.plan.old.to_string()).collect()
}

/// Whether a mark could be set in some entry from where the trie is of several.
pub(crate) fn has_wildcards(screen: &ReviewScreen) -> bool {
    let state = screen.review.state();
    let is_of_several = |opened: &OpenedTrie| opened.telling() == Telling::Entries;
    screen.shown_trie().is_some_and(is_of_several)
        && screen.subject().is_some_and(|subject| {
            let mut places = subject.places(&screen.review).into_iter();
            places.any(|place| is_wildcard(state, place))
        })
}

fn is_wildcard(state: &State, place: EntryPlace) -> bool {
    let entry = state.entry(place);
    entry.is_some_and(|entry| !entry.plan.old.is_literal())
}

/// The wildcards that grant something of the row under the cursor: what is unused there, if something is.
fn wildcards_with(screen: &ReviewScreen) -> Vec<EntryPlace> {
    let mut entries = entries_with(screen);
    entries.retain(|place| is_wildcard(screen.review.state(), *place));
    entries
}

/// All entries that do.
fn entries_with(screen: &ReviewScreen) -> Vec<EntryPlace> {
    let Some((subject, opened)) = screen.subject().zip(screen.shown_trie()) else {
        return Vec::new();
    };
    let Some(row) = opened.current() else {
        return Vec::new();
    };
    let universe = screen.review.input().universe_of(subject.policy());
    let most = match row.id {
        RowId::Own(_) => 1,
        RowId::Node(_) | RowId::Gathered(_) => usize::MAX,
    };
    let beneath = opened.trie().beneath(opened.representative(row)).take(most);
    let mut actions: Vec<_> = beneath.map(|(action, _)| action).collect();
    if actions.iter().any(|action| universe.is_unused(action)) {
        actions.retain(|action| universe.is_unused(action));
    }
    let state = screen.review.state();
    let mut places = subject.places(&screen.review);
    places.retain(|&place| {
        let entry = state.entry(place);
        entry.is_some_and(|entry| {
            let old = &entry.plan.old;
            actions.iter().any(|action| old.matches(action))
        })
    });
    places
}

/// Why no wildcard has something of the row under the cursor to keep or to drop.
fn why_none(screen: &ReviewScreen) -> String {
    let telling = screen.shown_trie().map(OpenedTrie::telling);
    if let Some(Telling::Denied | Telling::Excepted) = telling {
        return "What a statement denies or excepts bears no marks".to_owned();
    }
    match named(screen, &entries_with(screen)).as_slice() {
        [] => NOTHING.to_owned(),
        [only] => format!("{only} is no wildcard: in the policy (1) r leaves it as it was"),
        several => format!(
            "{} are no wildcards: in the policy (1) r leaves one as it was",
            some_of(several, NAMED)
        ),
    }
}

/// Puts both cursors on an entry and, in its trie, on the row that starts as the one under the cursor. False
/// where it has no such row.
fn go_to(screen: &mut ReviewScreen, place: EntryPlace) -> bool {
    let Some(prefix) = prefix_here(screen) else {
        return false;
    };
    screen.tries.prepare(&screen.review, place);
    let Some(opened) = screen.tries.get_mut(place) else {
        return false;
    };
    let Some(node) = node_of(opened, &prefix) else {
        return false;
    };
    opened.reveal(node);
    screen.outline.reveal(&screen.review, place);
    screen.show(Pane::Trie);
    true
}

fn prefix_here(screen: &ReviewScreen) -> Option<ActionPrefix> {
    let opened = screen.shown_trie()?;
    let row = opened.current()?;
    Some(opened.trie().prefix(opened.representative(row)))
}

/// The node of `prefix`, or, where names are cut elsewhere, the first one that starts with it.
fn node_of(opened: &OpenedTrie, prefix: &ActionPrefix) -> Option<NodeId> {
    let trie = opened.trie();
    let mut nodes = trie.ids();
    nodes.find(|&node| {
        let own = trie.prefix(node);
        own == *prefix || own.properly_extends(prefix)
    })
}
