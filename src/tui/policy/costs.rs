//! What the proposal of a row takes away, and what it costs.

use ratatui::text::Span;

use super::row::OutlineRow;
use crate::review::Decision;
use crate::text::{counted, grouped};
use crate::tui::look::Look;
use crate::tui::review::ReviewScreen;

/// What the proposal of a row takes away, with what it costs or how many are decided, and without, in more
/// words and in fewer; empty where none is made, or it is rejected.
pub(super) fn costs(look: &Look, screen: &ReviewScreen, row: OutlineRow) -> [String; 4] {
    let (goes, rest) = match row {
        OutlineRow::Entry(place) => {
            let is_rejected = screen.review.state().decision(place) == Some(Decision::Rejected);
            match screen.review.cost(place).filter(|_| !is_rejected) {
                // No task of a lesson is about characters.
                Some(cost) if screen.lesson.is_some() => (cost.goes, None),
                Some(cost) => (cost.goes, Some(cost.characters_in_words())),
                None => return <[String; 4]>::default(),
            }
        }
        OutlineRow::Policy(policy) => match decided_of(screen, policy) {
            Some((decided, false)) => (screen.review.actions_that_go(policy), Some(decided)),
            Some((decided, true)) => {
                let decided = format!("  {decided}");
                return [decided.clone(), decided, String::new(), String::new()];
            }
            None => return <[String; 4]>::default(),
        },
        _ => return <[String; 4]>::default(),
    };
    let actions = format!("−{}", counted(goes, "action", "actions"));
    let number = format!("−{}", grouped(goes));
    let rest = rest.map_or_else(String::new, |rest| format!("  {rest}"));
    [
        format!("  {actions}{rest}"),
        format!("  {number}{rest}"),
        format!("  {actions}"),
        format!("  {number}"),
    ]
    .map(|text| look.spelled(&text))
}

/// How many of the proposals for a policy are decided, `1 of 2 decided`, or that all are rejected, and whether they
/// are; none where none is made.
fn decided_of(screen: &ReviewScreen, policy: usize) -> Option<(String, bool)> {
    let state = screen.review.state();
    let places = OutlineRow::Policy(policy).places(state);
    let count = |is: fn(Decision) -> bool| {
        let decisions = places.iter().filter_map(|&place| state.decision(place));
        decisions.filter(|&decision| is(decision)).count()
    };
    let decided = count(|decision| decision != Decision::Undecided);
    let rejected = count(|decision| decision == Decision::Rejected);
    let of = places.len();
    let is_all = rejected == of;
    let decided = if is_all {
        format!("{rejected} of {of} rejected")
    } else {
        format!("{decided} of {of} decided")
    };
    (of > 0).then_some((decided, is_all))
}

/// How many entries are written in the place of an entry, where they are not listed below it.
pub(super) fn becomes<'a>(look: &Look, screen: &ReviewScreen, row: OutlineRow) -> Option<Span<'a>> {
    let OutlineRow::Entry(place) = row else {
        return None;
    };
    let is_rejected = screen.review.state().decision(place) == Some(Decision::Rejected);
    // What other entries cover is not written, and counts as none.
    let new = screen.review.new_entries(place);
    let is_shown = new > 0 && !is_rejected && !screen.outline.is_open(&screen.review, row);
    let text = format!(" {} {}", look.glyphs.arrow, grouped(new));
    is_shown.then(|| Span::styled(text, look.faint))
}
