//! Showing the table of granularities, and taking one.

use std::sync::Arc;

use super::message::CutMessage;
use super::table::CutTable;
use crate::refine::estimate;
use crate::tui::review::{ReviewScreen, decided_since};
use crate::tui::shell::{Overlay, Shell};

pub(crate) fn update(shell: &mut Shell, screen: &mut ReviewScreen, message: CutMessage) {
    match (message, &mut shell.overlay) {
        (CutMessage::Show, _) => open(shell, screen),
        (CutMessage::Next, Overlay::Cut(table)) => table.choose(true),
        (CutMessage::Previous, Overlay::Cut(table)) => table.choose(false),
        (CutMessage::Names, Overlay::Cut(table)) => table.show_names(),
        (CutMessage::Take, _) => take(shell, screen),
        (CutMessage::Next | CutMessage::Previous | CutMessage::Names, _) => {}
    }
}

/// Opens the table of the wildcard under the cursor.
fn open(shell: &mut Shell, screen: &mut ReviewScreen) {
    let (input, state) = (screen.review.input(), screen.review.state());
    let entry = screen.place().and_then(|place| {
        let entry = state.entry(place)?;
        Some((place, entry))
    });
    let Some((place, entry)) = entry.filter(|(_, entry)| !entry.plan.old.is_literal()) else {
        return shell.tell("Only the names of a wildcard are cut: go to one first");
    };
    let pattern = &entry.plan.old;
    if !entry.plan.changes() {
        let text = format!("Nothing of {pattern} goes: it stays however it is cut");
        return shell.tell(text);
    }
    // The figures are worked out once for a wildcard as it is marked.
    let known = screen.estimates.get(&place);
    let known = known.filter(|(marks, _)| *marks == entry.marks);
    let backtest = known.map_or_else(
        || {
            Arc::new(estimate(
                pattern,
                input.universe_of(place.policy),
                state.curation(input, place),
            ))
        },
        |(_, backtest)| Arc::clone(backtest),
    );
    let marks = entry.marks.clone();
    let choice = entry.granularity as usize;
    screen
        .estimates
        .insert(place, (marks, Arc::clone(&backtest)));
    shell.overlay = Overlay::Cut(CutTable {
        place,
        backtest,
        choice,
        day: 0,
        names: None,
    });
}

/// Cuts the names as chosen.
fn take(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Overlay::Cut(table) = std::mem::take(&mut shell.overlay) else {
        return;
    };
    let Some(entry) = screen.review.state().entry(table.place) else {
        return;
    };
    let (name, chosen) = (entry.plan.old.to_string(), table.chosen());
    if entry.granularity == chosen {
        return shell.tell(format!("{name} is cut by {chosen} already"));
    }
    let before = screen.review.snapshot();
    if !screen.review.set_granularity(table.place, chosen) {
        return shell.tell(format!(
            "{name} comes to the same cut by {chosen}: it is left as it is"
        ));
    }
    let what = decided_since(screen, &before);
    screen.tries.prepare(&screen.review, table.place);
    let opened = screen.tries.get(table.place);
    let idle: Vec<String> = (opened.into_iter())
        .flat_map(|opened| {
            let marks = opened.marks().iter();
            marks.filter(|mark| opened.trie().is_idle(mark))
        })
        .map(|mark| format!("; the split of {} does nothing so", mark.prefix))
        .collect();
    let idle = idle.concat();
    shell.tell(format!("{what}: the entry is accepted, edited{idle}"));
}
