//! Showing the table of granularities, and taking one.

use std::fmt::Write as _;
use std::sync::Arc;

use super::message::CutMessage;
use super::table::{CutSubject, CutTable};
use crate::refine::{Granularity, estimate, sizes};
use crate::review::{Decision, EntryPlace};
use crate::text::counted;
use crate::tui::review::{ReviewScreen, decided_since};
use crate::tui::shell::{Overlay, Shell};

pub(crate) fn update(shell: &mut Shell, screen: &mut ReviewScreen, message: CutMessage) {
    match (message, &mut shell.overlay) {
        (CutMessage::Show, _) => open(shell, screen),
        (CutMessage::ShowAll, _) => open_all(shell, screen),
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
        subject: CutSubject::One(place),
        backtest,
        choice,
        day: 0,
        names: None,
    });
}

/// Opens the table of all wildcards together, but those that are rejected.
fn open_all(shell: &mut Shell, screen: &mut ReviewScreen) {
    let (input, state) = (screen.review.input(), screen.review.state());
    let is_rejected = |place: &EntryPlace| state.decision(*place) == Some(Decision::Rejected);
    let places = screen.review.cut_places();
    let places: Vec<EntryPlace> = places.filter(|place| !is_rejected(place)).collect();
    let sizes = places.iter().filter_map(|&place| {
        let pattern = &state.entry(place)?.plan.old;
        let curation = state.curation(input, place);
        Some(sizes(pattern, input.universe_of(place.policy), curation))
    });
    let sum = sizes.reduce(|mut sum, other| {
        sum.add_sizes(&other);
        sum
    });
    let Some(backtest) = sum else {
        return shell
            .tell("Of no wildcard that is not rejected anything goes: there is none to cut");
    };
    let subject = CutSubject::All(places);
    let now = subject.now(&screen.review);
    shell.overlay = Overlay::Cut(CutTable {
        choice: now.unwrap_or(input.options.granularity) as usize,
        subject,
        backtest: Arc::new(backtest),
        day: 0,
        names: None,
    });
}

/// Cuts the names as chosen.
fn take(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Overlay::Cut(table) = std::mem::take(&mut shell.overlay) else {
        return;
    };
    let chosen = table.chosen();
    match &table.subject {
        CutSubject::One(place) => take_one(shell, screen, *place, chosen),
        CutSubject::All(places) => take_all(shell, screen, places, chosen),
    }
}

fn take_one(shell: &mut Shell, screen: &mut ReviewScreen, place: EntryPlace, chosen: Granularity) {
    let Some(entry) = screen.review.state().entry(place) else {
        return;
    };
    let name = entry.plan.old.to_string();
    if entry.granularity == chosen {
        return shell.tell(format!("{name} is cut by {chosen} already"));
    }
    let before = screen.review.snapshot();
    if !screen.review.set_granularity(place, chosen) {
        return shell.tell(format!(
            "{name} comes to the same cut by {chosen}: it is left as it is"
        ));
    }
    let what = decided_since(screen, &before);
    let idle = idle_splits(screen, &[place]);
    shell.tell(format!("{what}: the entry is accepted, edited{idle}"));
}

fn take_all(
    shell: &mut Shell,
    screen: &mut ReviewScreen,
    places: &[EntryPlace],
    chosen: Granularity,
) {
    let rejected = screen.review.cut_places().count() - places.len();
    let changed = screen.review.set_granularity_of(places, chosen);
    if changed == 0 {
        return shell.tell(format!(
            "All come to the same cut by {chosen}: nothing changes"
        ));
    }
    let idle = idle_splits(screen, places);
    let left = match rejected {
        0 => String::new(),
        _ => format!(
            "; {}",
            counted(
                rejected,
                "rejected wildcard stays as it is",
                "rejected wildcards stay as they are"
            )
        ),
    };
    let wildcards = counted(changed, "wildcard", "wildcards");
    shell.tell(format!("Cut {wildcards} by {chosen}{left}{idle}"));
}

/// The splits that do nothing as the names at `places` are cut now.
fn idle_splits(screen: &mut ReviewScreen, places: &[EntryPlace]) -> String {
    let mut idle = String::new();
    for &place in places {
        let entry = screen.review.state().entry(place);
        if entry.is_none_or(|entry| entry.marks.is_empty()) {
            continue;
        }
        screen.tries.prepare(&screen.review, place);
        let opened = screen.tries.get(place).into_iter();
        let marks = opened.flat_map(|opened| {
            let marks = opened.marks().iter();
            marks.filter(|mark| opened.trie().is_idle(mark))
        });
        for mark in marks {
            let _ = write!(idle, "; the split of {} does nothing so", mark.prefix);
        }
    }
    idle
}
