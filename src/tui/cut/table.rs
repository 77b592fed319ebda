//! The table of granularities of a wildcard, and where one is in it.

use std::sync::Arc;

use crate::refine::{Backtest, Granularity};
use crate::review::{EntryPlace, Review};
use crate::tui::motion::{Motion, Scrolled, moved};

/// The table, and where one is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CutTable {
    /// What it is about.
    pub(crate) subject: CutSubject,
    /// What that comes to at each granularity.
    pub(crate) backtest: Arc<Backtest>,
    /// Which of the choices is selected.
    pub(crate) choice: usize,
    /// Which of the days is selected.
    pub(crate) day: usize,
    /// Whether the actions of that day are shown by name, and from which line on.
    pub(crate) names: Option<Scrolled>,
}

/// What is to be cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CutSubject {
    /// The wildcard at this place.
    One(EntryPlace),
    /// All wildcards of which something goes and that are not rejected.
    All(Vec<EntryPlace>),
}

impl CutSubject {
    pub(crate) fn places(&self) -> &[EntryPlace] {
        match self {
            CutSubject::One(place) => std::slice::from_ref(place),
            CutSubject::All(places) => places,
        }
    }

    /// How the names are cut now, if all of them are cut alike.
    pub(crate) fn now(&self, review: &Review) -> Option<Granularity> {
        let entries = self.places().iter();
        let mut now = entries.filter_map(|place| Some(review.state().entry(*place)?.granularity));
        let first = now.next()?;
        now.all(|other| other == first).then_some(first)
    }
}

impl CutTable {
    /// The granularity that is selected.
    pub(crate) fn chosen(&self) -> Granularity {
        Granularity::ALL[self.choice.min(Granularity::ALL.len() - 1)]
    }

    /// Selects the next choice, or the previous one; it stops at the ends.
    pub(crate) fn choose(&mut self, next: bool) {
        self.choice = if next {
            (self.choice + 1).min(Granularity::ALL.len() - 1)
        } else {
            self.choice.saturating_sub(1)
        };
        self.names = self.names.map(|_| Scrolled::default());
    }

    /// Goes to another day; a page of names, when they are shown.
    pub(crate) fn move_by(&mut self, motion: Motion) {
        if let (Some(names), Motion::PageDown | Motion::PageUp) = (&mut self.names, motion) {
            names.move_by(motion);
        } else {
            let days = self.backtest.unrefined.unasked.len();
            self.day = moved(self.day, days, motion, days);
            self.names = self.names.map(|_| Scrolled::default());
        }
    }

    /// Shows the actions by name, or the figures again.
    pub(crate) fn show_names(&mut self) {
        self.names = match self.names {
            None if !self.backtest.unrefined.unasked.is_empty() => Some(Scrolled::default()),
            _ => None,
        };
    }
}
