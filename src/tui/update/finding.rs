//! Finding: a text that is typed moves the cursor to where it is found, and a filter leaves out
//! entries.

use super::super::model::{Model, Overlay, Pane};
use super::super::outline::{Outline, OutlineRow};
use super::super::search::{Hit, told_again};
use super::super::tries::{OpenedTrie, SavedPosition};
use super::show;

/// A text that is being typed to be searched for, and where the cursor was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// What was typed so far.
    pub typed: String,
    /// Which of how many places the cursor is at; none when the text is nowhere.
    pub found: Option<(usize, usize)>,
    from: From,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct From {
    pane: Pane,
    list: Pane,
    outline: Outline,
    /// Where one was in the trie of the entry under the cursor.
    seat: Option<SavedPosition>,
}

/// Begins to search.
pub(super) fn begin(model: &mut Model) {
    let seat = model.trie().map(OpenedTrie::seat);
    model.overlay = Overlay::Search(Search {
        typed: String::new(),
        found: None,
        from: From {
            pane: model.pane,
            list: model.list,
            outline: model.outline.clone(),
            seat,
        },
    });
}

/// Goes to the first place at or behind the one where the search began; to the first of all when
/// there is none behind it.
pub(super) fn typed(model: &mut Model) {
    let Overlay::Search(search) = &model.overlay else {
        return;
    };
    let (from, text) = (search.from.clone(), search.typed.clone());
    return_to(model, from);
    let hits = model.hits(&text);
    let (first, _) = model.position();
    let at = hits.iter().position(|hit| hit.position() >= first);
    let at = at.unwrap_or(0);
    if let Some(hit) = hits.get(at) {
        go_to(model, *hit);
    }
    if let Overlay::Search(search) = &mut model.overlay {
        search.found = (!hits.is_empty()).then_some((at + 1, hits.len()));
    }
    model.search = text;
}

/// Leaves the cursor where it was found; `n` and `N` go on from there.
pub(super) fn finish(model: &mut Model) {
    if let Overlay::Search(search) = std::mem::take(&mut model.overlay)
        && search.found.is_none()
    {
        if !search.typed.is_empty() {
            model.tell(format!("{} is nowhere", search.typed));
        }
        model.search.clear();
    }
}

/// Goes back to where the search began.
pub(super) fn abandon(model: &mut Model) {
    if let Overlay::Search(search) = std::mem::take(&mut model.overlay) {
        return_to(model, search.from);
    }
    model.search.clear();
}

fn return_to(model: &mut Model, from: From) {
    model.pane = from.pane;
    model.list = from.list;
    model.outline = from.outline;
    if let (Some(seat), Some(place)) = (from.seat, model.place())
        && let Some(opened) = model.tries.get_mut(place)
    {
        opened.return_to(seat);
    }
}

/// Goes to the next place, or the previous one.
pub(super) fn again(model: &mut Model, next: bool) {
    if model.search.is_empty() {
        return model.tell("Nothing is searched for: / asks for a text");
    }
    let text = model.search.clone();
    let hits = model.hits(&text);
    let (first, last) = model.position();
    let at = if next {
        hits.iter().position(|hit| hit.position() > last)
    } else {
        hits.iter().rposition(|hit| hit.position() < first)
    };
    if let Some(at) = at {
        go_to(model, hits[at]);
    }
    model.tell(told_again(&text, at, hits.len(), next));
}

fn go_to(model: &mut Model, hit: Hit) {
    match hit {
        Hit::Row(row) => {
            model.outline.go_to(&model.review, row);
            show(model, Pane::Policy);
        }
        Hit::Node(place, node) => {
            model.outline.go_to(&model.review, OutlineRow::Entry(place));
            if let Some(opened) = model.tries.get_mut(place) {
                opened.reveal(node);
            }
            show(model, Pane::Trie);
        }
    }
}

/// Shows other entries: all, changed, undecided, unsafe, and again.
pub(super) fn filter(model: &mut Model) {
    let filter = model.outline.filter().next();
    model.outline.set_filter(&model.review, filter);
    show(model, Pane::Policy);
    model.tell(format!("Shows {}", filter.told()));
}
