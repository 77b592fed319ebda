//! The granularity of a wildcard: a table of what each choice comes to, and taking one.

use std::sync::Arc;

use super::super::action::Motion;
use super::super::model::{Model, Overlay};
use super::super::tries::OpenedTrie;
use super::motion;
use crate::refine::{Backtest, Granularity, estimate};
use crate::review::EntryPlace;

/// How many lines of names a page key moves.
const NAMES_PAGE: usize = 10;

/// The table, and where one is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GranularityTable {
    /// The wildcard that it is about.
    pub place: EntryPlace,
    /// The figures.
    pub foresight: Arc<Backtest>,
    /// Which of the choices is selected.
    pub choice: usize,
    /// Which of the days is selected.
    pub day: usize,
    /// Whether the actions of that day are shown by name, and from which line on.
    pub names: Option<usize>,
}

/// Opens the table of the wildcard under the cursor.
pub(super) fn open(model: &mut Model) {
    let (input, state) = (model.review.input(), model.review.state());
    let entry = model.place().and_then(|place| {
        let entry = state.entry(place)?;
        Some((place, entry))
    });
    let Some((place, entry)) = entry.filter(|(_, entry)| !entry.plan.old.is_literal()) else {
        return model.tell("Only the names of a wildcard are cut: go to one first");
    };
    let pattern = &entry.plan.old;
    if !entry.plan.changes() {
        let text = format!("Nothing of {pattern} goes: it stays however it is cut");
        return model.tell(text);
    }
    // The figures are worked out once for a wildcard as it is marked.
    let known = model.foresights.get(&place);
    let known = known.filter(|(marks, _)| *marks == entry.marks);
    let foresight = known.map_or_else(
        || {
            Arc::new(estimate(
                pattern,
                input.universe_of(place.policy),
                state.curation(input, place),
            ))
        },
        |(_, foresight)| Arc::clone(foresight),
    );
    let marks = entry.marks.clone();
    let choice = entry.granularity as usize;
    model
        .foresights
        .insert(place, (marks, Arc::clone(&foresight)));
    model.overlay = Overlay::Granularity(GranularityTable {
        place,
        foresight,
        choice,
        day: 0,
        names: None,
    });
}

impl GranularityTable {
    /// The granularity that is selected.
    pub fn chosen(&self) -> Granularity {
        Granularity::ALL[self.choice.min(Granularity::ALL.len() - 1)]
    }

    /// Goes to another choice.
    pub(super) fn choose(&mut self, next: bool) {
        self.choice = if next {
            (self.choice + 1).min(Granularity::ALL.len() - 1)
        } else {
            self.choice.saturating_sub(1)
        };
        self.names = self.names.map(|_| 0);
    }

    /// Goes to another day; a page of names, when they are shown.
    pub(super) fn move_by(&mut self, motion: Motion) {
        if let (Some(top), Motion::PageDown | Motion::PageUp) = (&mut self.names, motion) {
            // Drawing knows how many lines there are, and stops it at the last.
            *top = motion::moved(*top, usize::MAX, motion, NAMES_PAGE);
        } else {
            let days = self.foresight.unrefined.unasked.len();
            self.day = motion::moved(self.day, days, motion, days);
            self.names = self.names.map(|_| 0);
        }
    }
}

/// Shows the actions by name, or the figures again.
pub(super) fn show_names(model: &mut Model) {
    if let Overlay::Granularity(table) = &mut model.overlay {
        table.names = match table.names {
            None if !table.foresight.unrefined.unasked.is_empty() => Some(0),
            _ => None,
        };
    }
}

/// Cuts the names as chosen.
pub(super) fn take(model: &mut Model) {
    let Overlay::Granularity(table) = std::mem::take(&mut model.overlay) else {
        return;
    };
    let Some(entry) = model.review.state().entry(table.place) else {
        return;
    };
    let (name, chosen) = (entry.plan.old.to_string(), table.chosen());
    if entry.granularity == chosen {
        return model.tell(format!("{name} is cut by {chosen} already"));
    }
    let before = model.review.snapshot();
    if !model.review.set_granularity(table.place, chosen) {
        return model.tell(format!(
            "{name} comes to the same cut by {chosen}: it is left as it is"
        ));
    }
    let what = model.decided_since(&before);
    model.tries.prepare(&model.review, table.place);
    let opened = model.tries.get(table.place);
    let idle: Vec<String> = (opened.into_iter().flat_map(OpenedTrie::idle_splits))
        .map(|mark| format!("; the split of {} does nothing so", mark.prefix))
        .collect();
    let idle = idle.concat();
    model.tell(format!("{what}: the entry is accepted, edited{idle}"));
}
