//! A review on the screen: where one is in it, and what is derived from that.

use std::collections::HashMap;
use std::sync::Arc;

use ratatui::layout::Rect;

use super::pane::Pane;
use crate::explain::Reasons;
use crate::refine::{Backtest, Emitted, Mark};
use crate::review::{EntryPlace, Review, State};
use crate::tui::cases::CasesState;
use crate::tui::keys::Context;
use crate::tui::lesson::LessonState;
use crate::tui::policy::{OutlineRow, PolicyOutline};
use crate::tui::reasons::{CursorRow, reasons_for};
use crate::tui::shell::Overlay;
use crate::tui::steps::Steps;
use crate::tui::trie::{OpenedTrie, Subject, Tries};

/// A review on the screen.
#[derive(Debug)]
pub(crate) struct ReviewScreen {
    pub(crate) review: Review,
    pub(crate) outline: PolicyOutline,
    pub(crate) tries: Tries,
    pub(crate) pane: Pane,
    /// The pane that the reasons are about: the one a cursor was moved in last.
    pub(crate) cursor_pane: Pane,
    /// The steps of an entry under review, in the place of the panes.
    pub(crate) entry_steps: Option<Steps>,
    /// What this is, for those who see it for the first time; until a key is pressed.
    pub(crate) introduction: Option<String>,
    /// The lesson that is played.
    pub(crate) lesson: Option<LessonState>,
    /// Whether the pane where keys act fills the screen, also a wide one.
    pub(crate) shows_one_pane: bool,
    pub(crate) scroll: Scroll,
    pub(crate) seen: Seen,
    pub(crate) reasons: Reasons,
    /// The row the reasons are for, and what was decided when they were worked out.
    reasons_for: Option<(CursorRow, Arc<State>)>,
    /// What this key press rejected.
    pub(crate) rejected_now: Vec<EntryPlace>,
    /// What the key press before this one rejected: `e` speaks of that, though the cursor went on.
    pub(crate) rejected_before: Vec<EntryPlace>,
    /// Which of the marks listed among the reasons is selected.
    pub(crate) mark: usize,
    /// What is searched for; empty when nothing is.
    pub(crate) search: String,
    /// The review with all accepted that was undecided in a state, to show its diff while nothing is.
    all_accepted: Option<(Arc<State>, Box<Review>)>,
    /// The line of the diff, or of the reasons, in which that is found.
    pub(crate) found_line: Option<usize>,
    /// What the granularities of a wildcard with these marks come to.
    pub(crate) estimates: HashMap<EntryPlace, (Vec<Mark>, Arc<Backtest>)>,
}

/// The first line that is seen of each text that is scrolled without a cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scroll {
    pub(crate) why: usize,
    pub(crate) diff: usize,
}

/// Where the last drawing put the panes: what a click or a page mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) policy: Rect,
    pub(crate) policy_top: usize,
    pub(crate) trie: Rect,
    pub(crate) trie_top: usize,
    /// The columns that any trie so far needed at least, on a screen as wide as this one.
    pub(crate) trie_columns: (u16, usize),
    pub(crate) why: Rect,
    pub(crate) diff: Rect,
    /// Whether there was room for the names or the trie alone, among the steps of a wildcard.
    pub(crate) has_one_of_two: bool,
    /// What is open over the panes.
    pub(crate) panel: Rect,
    /// The tabs of a narrow screen, in the order of the panes.
    pub(crate) tabs: [Rect; 4],
}

impl ReviewScreen {
    /// Shows `review` from its first undecided entry on.
    pub(crate) fn new(review: Review) -> Self {
        let mut screen = ReviewScreen {
            review,
            outline: PolicyOutline::default(),
            tries: Tries::default(),
            pane: Pane::Policy,
            cursor_pane: Pane::Policy,
            entry_steps: None,
            introduction: None,
            lesson: None,
            shows_one_pane: false,
            scroll: Scroll::default(),
            seen: Seen::default(),
            reasons: Reasons::default(),
            reasons_for: None,
            rejected_now: Vec::new(),
            rejected_before: Vec::new(),
            mark: 0,
            search: String::new(),
            found_line: None,
            all_accepted: None,
            estimates: HashMap::new(),
        };
        screen.outline.rebuild(&screen.review);
        let first = screen.review.undecided().first().copied();
        if let Some(place) = first {
            screen.outline.go_on_to(&screen.review, place);
        }
        screen.refresh();
        screen
    }

    /// Plays a lesson in it, which shows less.
    pub(crate) fn play(&mut self, lesson: LessonState) {
        self.lesson = Some(lesson);
        self.reasons_for = None;
    }

    /// Goes to the first wildcard of which something is proposed, and says what it is until a key is
    /// pressed.
    pub(crate) fn introduce(&mut self) {
        let is_wildcard = |place: &EntryPlace| {
            let entry = self.review.state().entry(*place);
            entry.is_some_and(|entry| !entry.plan.old.is_literal())
        };
        let Some(place) = self.review.undecided().into_iter().find(is_wildcard) else {
            return;
        };
        self.outline.reveal(&self.review, place);
        let plan = self.review.state().entry(place).map(|entry| &entry.plan);
        self.introduction = plan.map(|plan| {
            format!(
                "{} grants this role {} actions, {} of them unused: a takes those away.",
                plan.old,
                plan.stays + plan.goes,
                plan.goes
            )
        });
        self.refresh();
    }

    /// Where a key is pressed.
    pub(crate) fn context(&self, overlay: &Overlay) -> Context {
        match (overlay, self.steps(), self.pane) {
            (Overlay::Write(_) | Overlay::Folder { .. } | Overlay::PolicyDiff { .. }, ..) => {
                Context::Write
            }
            (Overlay::Quit, ..) => Context::Quit,
            (Overlay::Help(_), ..) => Context::Help,
            (Overlay::Keep { .. }, ..) => Context::Keep,
            (Overlay::Unmarked { .. }, ..) => Context::Unmarked,
            (Overlay::Reject { .. }, ..) => Context::Reject,
            (Overlay::Drop { .. }, ..) => Context::Drop,
            (Overlay::AcceptAll { .. }, ..) => Context::AcceptAll,
            (Overlay::Search(_), ..) => Context::Search,
            (Overlay::Cut(_), ..) => Context::Cut,
            (Overlay::Fit(_), ..) => Context::Fit,
            (Overlay::None, None, _) if self.cases().is_some() => {
                self.cases().map_or(Context::Cases, CasesState::context)
            }
            (Overlay::None, Some(steps), _) => steps.context(),
            (Overlay::None, None, Pane::Policy) => Context::Policy,
            (Overlay::None, None, Pane::Trie) => Context::Trie,
            (Overlay::None, None, Pane::Why) => Context::Why,
            (Overlay::None, None, Pane::Diff) => Context::Diff,
        }
    }

    /// Brings what is derived from the cursor and the decisions up to date.
    pub(crate) fn refresh(&mut self) {
        if let Some(subject) = self.subject() {
            self.tries.show(&self.review, subject);
        }
        self.explain();
        self.foresee();
        self.mark = self.mark.min(self.marks().len().saturating_sub(1));
        if let Some(lesson) = &mut self.lesson {
            lesson.check(&self.review);
        }
    }

    /// The reasons are worked out anew only when they are others: of a bare `*` that takes longer
    /// than a key should.
    fn explain(&mut self) {
        let (row, state) = (self.cursor_row(), self.review.snapshot());
        let before = self.reasons_for.as_ref();
        let is_same_row = before.is_some_and(|(before, _)| *before == row);
        if !is_same_row {
            self.scroll.why = 0;
            self.found_line = None;
            self.mark = 0;
        }
        if is_same_row && before.is_some_and(|(_, before)| Arc::ptr_eq(before, &state)) {
            return;
        }
        let reasons = reasons_for(&self.review, &self.tries, row);
        // The task of a lesson is about what stays and goes alone.
        self.reasons = if self.lesson.is_some() {
            reasons.without_asides()
        } else {
            reasons
        };
        self.reasons_for = Some((row, state));
    }

    fn cursor_row(&self) -> CursorRow {
        let row = self.shown_trie().and_then(OpenedTrie::current);
        match (self.cursor_pane, self.subject(), row) {
            (Pane::Trie, Some(subject), Some(row)) => CursorRow::Trie(subject, *row),
            _ => (self.outline.current()).map_or(CursorRow::Nothing, CursorRow::Policy),
        }
    }

    pub(crate) fn show(&mut self, pane: Pane) {
        if pane != self.pane {
            self.found_line = None;
        }
        self.pane = pane;
        if matches!(pane, Pane::Policy | Pane::Trie) {
            self.cursor_pane = pane;
        }
    }

    /// The marks of the entry under the cursor.
    pub(crate) fn marks(&self) -> &[Mark] {
        let entry = (self.place()).and_then(|place| self.review.state().entry(place));
        entry.map_or(&[], |entry| &entry.marks)
    }

    /// What the trie pane is about.
    pub(crate) fn subject(&self) -> Option<Subject> {
        let row = self.outline.current()?;
        Some(Subject::of(&self.review, row))
    }

    /// The trie that is shown: a wildcard's, or what several entries come to.
    pub(crate) fn shown_trie(&self) -> Option<&OpenedTrie> {
        self.tries.of(self.subject()?)
    }

    /// The same, to move in it.
    pub(crate) fn shown_trie_mut(&mut self) -> Option<&mut OpenedTrie> {
        self.tries.of_mut(self.subject()?)
    }

    /// The entry that the cursor is on, or on one of those that come in its place.
    pub(crate) fn place(&self) -> Option<EntryPlace> {
        self.outline.current().and_then(OutlineRow::entry)
    }

    /// The opened trie of that entry, if it is a wildcard.
    pub(crate) fn trie(&self) -> Option<&OpenedTrie> {
        self.tries.get(self.place()?)
    }

    /// Where what is decided next would be decided.
    pub(crate) fn decidable(&self) -> Vec<EntryPlace> {
        let row = self.outline.current();
        row.map(|row| row.places(self.review.state()))
            .unwrap_or_default()
    }

    /// The new entry that the policy's cursor is on.
    pub(crate) fn current_emitted(&self) -> Option<&Emitted> {
        let Some(OutlineRow::New { place, index }) = self.outline.current() else {
            return None;
        };
        self.review
            .state()
            .entry(place)?
            .plan
            .replacements()?
            .get(index)
    }

    /// Works out what it would come to if all were accepted, where the diff is shown and nothing is yet.
    fn foresee(&mut self) {
        if self.pane != Pane::Diff || self.review.changes_something() {
            self.all_accepted = None;
            return;
        }
        let state = self.review.snapshot();
        let foreseen = self.all_accepted.as_ref();
        if !foreseen.is_some_and(|(before, _)| Arc::ptr_eq(before, &state)) {
            self.all_accepted = Some((state, Box::new(self.review.if_all_accepted())));
        }
    }

    /// The review whose diff is shown: as it is decided, or as long as that changes nothing as if all were
    /// accepted.
    pub(crate) fn shown_diff(&self) -> &Review {
        let foreseen = self.all_accepted.as_ref();
        foreseen.map_or(&self.review, |(_, foreseen)| foreseen)
    }
}
