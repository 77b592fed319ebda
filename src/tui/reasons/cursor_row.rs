//! What the reasons are shown for: the row that a cursor is on.

use crate::explain::{Prefix, Reasons, ToldOf};
use crate::iam::Action;
use crate::refine::{Fate, NodeId};
use crate::review::{EntryPlace, Review};
use crate::tui::policy::OutlineRow;
use crate::tui::trie::{OpenedTrie, RowId, Subject, Telling, TrieRow, Tries};

/// The row that a cursor is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CursorRow {
    /// None: there are no rows.
    Nothing,
    /// A row of the policy pane.
    Policy(OutlineRow),
    /// A row of the trie pane.
    Trie(Subject, TrieRow),
}

/// The reasons for a row. Its trie, if it is one's, is to be prepared.
pub(crate) fn reasons_for(review: &Review, tries: &Tries, row: CursorRow) -> Reasons {
    match row {
        CursorRow::Nothing => Reasons::default(),
        CursorRow::Policy(row) => for_policy_row(review, tries, row),
        CursorRow::Trie(subject, row) => match (tries.of(subject), subject) {
            (None, _) => Reasons::default(),
            (Some(opened), Subject::Wildcard(place)) => for_trie_row(review, place, opened, &row),
            (Some(opened), _) => for_row_of_several(review, subject, opened, &row),
        },
    }
}

fn for_policy_row(review: &Review, tries: &Tries, row: OutlineRow) -> Reasons {
    let of_entry = |place: EntryPlace, new| {
        if review.state().entry(place).is_none() {
            return Reasons::of_statement(review, place.policy, place.statement);
        }
        let trie = tries.get(place).map(OpenedTrie::trie);
        Reasons::of_entry(review, place, new, trie)
    };
    match row {
        OutlineRow::Policy(policy) => Reasons::of_policy(review, policy),
        OutlineRow::Statement { policy, statement } | OutlineRow::Denies { policy, statement } => {
            Reasons::of_statement(review, policy, statement)
        }
        OutlineRow::Literals { first, count } => Reasons::of_literals(review, first, count),
        OutlineRow::Entry(place) => of_entry(place, None),
        OutlineRow::New { place, index } => of_entry(place, Some(index)),
    }
}

fn for_trie_row(review: &Review, place: EntryPlace, opened: &OpenedTrie, row: &TrieRow) -> Reasons {
    let trie = opened.trie();
    if let RowId::Gathered(parent) = row.id {
        let children: Vec<NodeId> = opened.gathered(parent).collect();
        return Reasons::of_children(review, place, trie, parent, &children);
    }
    let prefix = Prefix {
        node: opened.representative(row),
        last: row.last,
        is_action: matches!(row.id, RowId::Own(_)),
        emitted: opened.emitted(row),
    };
    Reasons::of_prefix(review, place, trie, &prefix)
}

fn for_row_of_several(
    review: &Review,
    subject: Subject,
    opened: &OpenedTrie,
    row: &TrieRow,
) -> Reasons {
    let trie = opened.trie();
    let nodes: Vec<NodeId> = match row.id {
        RowId::Gathered(parent) => opened.gathered(parent).collect(),
        RowId::Node(_) | RowId::Own(_) => vec![row.last],
    };
    let most = if matches!(row.id, RowId::Own(_)) {
        1
    } else {
        usize::MAX
    };
    let actions = nodes.iter().flat_map(|node| trie.beneath(*node).take(most));
    let actions: Vec<(Action, Fate)> = actions.collect();
    let told = match opened.telling() {
        Telling::Denied => ToldOf::Denied,
        Telling::Excepted => ToldOf::Excepted,
        Telling::Prefixes | Telling::Entries => ToldOf::Granted,
    };
    let title = opened.full_name(row);
    Reasons::of_actions(
        review,
        &subject.places(review),
        subject.policy(),
        title,
        told,
        &actions,
    )
}
