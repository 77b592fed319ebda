//! What the screen shows: a review, where one is in it, and what is open.

use std::collections::HashMap;
use std::sync::Arc;

use ratatui::layout::Rect;

use super::help::Help;
use super::lesson_state::LessonState;
use super::look::{Look, Theme};
use super::outline::{Outline, OutlineRow};
use super::steps::Steps;
use super::tries::{OpenedTrie, Tries};
use super::update::{GranularityTable, Search};
use super::why::{Subject, Why};
use crate::refine::{Backtest, Emitted, Mark};
use crate::review::{Decision, EntryPlace, Review, State};

/// How the screen is to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Which colours to use.
    pub theme: Theme,
    /// Whether to draw with ASCII alone.
    pub ascii: bool,
    /// Whether the mouse is listened to; without it the terminal selects text with it.
    pub mouse: bool,
}

/// One of the panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The policy, as the change being made.
    Policy,
    /// The trie of the wildcard under the policy's cursor.
    Trie,
    /// The reasons.
    Why,
    /// The diff of the bytes that would be written.
    Diff,
}

/// What is open over the panes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The preview of what would be written.
    Write,
    /// The question whether to leave.
    Quit,
    /// All keys.
    Help(Help),
    /// The question why a prefix is to be kept.
    Keep {
        /// The prefix and what starts with it.
        reaches: String,
        /// What it reaches that does not lie beneath it.
        beside: Option<String>,
        /// What was typed so far.
        reason: String,
    },
    /// The text that is being typed to be searched for.
    Search(Search),
    /// What each granularity of a wildcard comes to.
    Granularity(GranularityTable),
    /// The question whether a prefix is to be dropped.
    Drop {
        /// The prefix, and how many actions that nobody reported start with it.
        reaches: String,
        /// What is known of these.
        evidence: String,
        /// What it reaches that does not lie beneath it.
        beside: Option<String>,
    },
}

/// A sentence in the place of the key hints, until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// What happened.
    pub text: String,
    /// Whether it went wrong.
    pub is_error: bool,
}

impl Status {
    /// What happened.
    pub(super) fn of(text: impl Into<String>) -> Self {
        Status {
            text: text.into(),
            is_error: false,
        }
    }

    /// What went wrong.
    pub(super) fn error(text: impl Into<String>) -> Self {
        Status {
            text: text.into(),
            is_error: true,
        }
    }
}

/// The text that is scrolled without a cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Scroll {
    pub(super) why: usize,
    pub(super) diff: usize,
    pub(super) write: usize,
}

/// Where the last drawing put things: what a click or a page mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) policy: Rect,
    pub(super) policy_top: usize,
    pub(super) trie: Rect,
    pub(super) trie_top: usize,
    pub(super) why: Rect,
    /// The lines of the text that is scrolled, and how many of them are seen.
    pub(super) scrolled: (usize, usize),
    /// Whether nothing was seen, since there was no room: no key decides or writes then.
    pub(super) is_too_small: bool,
}

/// All that the screen shows.
#[derive(Debug)]
pub struct Model {
    pub(super) review: Review,
    pub(super) look: Look,
    pub(super) outline: Outline,
    pub(super) tries: Tries,
    pub(super) pane: Pane,
    /// The list that the why pane speaks of: the one a cursor was moved in last.
    pub(super) list: Pane,
    pub(super) overlay: Overlay,
    /// The steps of a wildcard, in the place of the panes.
    pub(super) steps: Option<Steps>,
    /// Whether the policy was opened from the list of an account, where leaving goes back to and
    /// writing is done.
    pub(super) is_in_account: bool,
    /// The lesson that is played.
    pub(super) play: Option<LessonState>,
    pub(super) status: Option<Status>,
    /// Whether nothing is kept of what is decided and not written.
    pub(super) keeps_nothing: bool,
    /// Where it would be written, or why it cannot be, once that was found out.
    pub(super) target: Option<Result<String, String>>,
    pub(super) scroll: Scroll,
    pub(super) seen: Seen,
    pub(super) why: Why,
    /// What was decided when the reasons were worked out.
    why_of: Option<Arc<State>>,
    /// Which of the marks listed among the reasons is selected.
    pub(super) mark: usize,
    /// What is searched for; empty when nothing is.
    pub(super) search: String,
    /// What the granularities of a wildcard with these marks come to.
    pub(super) foresights: HashMap<EntryPlace, (Vec<Mark>, Arc<Backtest>)>,
}

impl Pane {
    /// All of them, in the order of their numbers.
    pub const ALL: [Pane; 4] = [Pane::Policy, Pane::Trie, Pane::Why, Pane::Diff];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Pane::Policy => "Policy",
            Pane::Trie => "Trie",
            Pane::Why => "Why",
            Pane::Diff => "Diff",
        }
    }

    /// Its number, counted from 1.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// The one after it; the first after the last.
    pub(super) fn next(self) -> Self {
        Pane::ALL[self.number() % Pane::ALL.len()]
    }
}

impl Model {
    /// Shows `review` from its first undecided entry on.
    pub fn new(review: Review, settings: Settings) -> Self {
        let mut model = Model {
            review,
            look: Look::new(settings.theme, settings.ascii),
            outline: Outline::default(),
            tries: Tries::default(),
            pane: Pane::Policy,
            list: Pane::Policy,
            overlay: Overlay::None,
            steps: None,
            is_in_account: false,
            play: None,
            status: None,
            keeps_nothing: false,
            target: None,
            scroll: Scroll::default(),
            seen: Seen::default(),
            why: Why::default(),
            why_of: None,
            mark: 0,
            search: String::new(),
            foresights: HashMap::new(),
        };
        model.outline.rebuild(&model.review);
        let first = model.review.undecided().first().copied();
        if let Some(place) = first {
            model.outline.reveal(&model.review, place);
        }
        model.refresh();
        model
    }

    /// Shows a policy of an account, opened from its list.
    pub(super) fn of_account(review: Review, settings: Settings) -> Self {
        Model {
            is_in_account: true,
            ..Model::new(review, settings)
        }
    }

    /// The review.
    pub fn review(&self) -> &Review {
        &self.review
    }

    /// The review, when the screen is done with.
    pub fn into_review(self) -> Review {
        self.review
    }

    /// Whether something would be lost by leaving, or seem to be.
    pub(super) fn asks_before_leaving(&self) -> bool {
        self.decisions() > 0 && self.play.is_none() && !self.is_in_account
    }

    /// The steps that are shown, if any are.
    pub fn steps(&self) -> Option<&Steps> {
        self.steps.as_ref()
    }

    /// Whether steps go on by themselves: not while they are not seen.
    pub(super) fn is_playing(&self) -> bool {
        !self.seen.is_too_small && self.steps.as_ref().is_some_and(|steps| steps.is_playing)
    }

    /// Shows a sentence until the next key, as when writing failed.
    pub fn tell_error(&mut self, text: impl Into<String>) {
        self.status = Some(Status::error(text));
    }

    /// Shows why nothing is kept of what is decided; what would be lost is told on leaving.
    pub fn tell_not_kept(&mut self, text: impl Into<String>) {
        self.keeps_nothing = true;
        self.tell_error(text);
    }

    /// Shows in the preview where it would be written, or why it cannot be.
    pub fn tell_target(&mut self, target: Result<String, String>) {
        self.target = Some(target);
    }

    pub(super) fn tell(&mut self, text: impl Into<String>) {
        self.status = Some(Status::of(text));
    }

    /// Brings what is derived from the cursor and the decisions up to date.
    pub(super) fn refresh(&mut self) {
        if let Some(place) = self.place() {
            self.tries.prepare(&self.review, place);
        }
        let subject = self.subject();
        if self.why.subject != subject {
            self.scroll.why = 0;
            self.mark = 0;
        }
        self.tell_why(subject);
        self.mark = self.mark.min(self.marks().len().saturating_sub(1));
    }

    /// The reasons are worked out anew only when they are others: of a bare `*` that takes longer
    /// than a key should.
    fn tell_why(&mut self, subject: Subject) {
        let state = self.review.snapshot();
        let told_of = self.why_of.as_ref();
        if self.why.subject == subject && told_of.is_some_and(|own| Arc::ptr_eq(own, &state)) {
            return;
        }
        self.why = Why::of(&self.review, &self.tries, subject);
        self.why_of = Some(state);
    }

    /// The marks of the entry under the cursor.
    pub(super) fn marks(&self) -> &[Mark] {
        let entry = (self.place()).and_then(|place| self.review.state().entry(place));
        entry.map_or(&[], |entry| &entry.marks)
    }

    /// The entry that the trie pane is about.
    pub(super) fn place(&self) -> Option<EntryPlace> {
        self.outline.current().and_then(OutlineRow::entry)
    }

    /// The opened trie of that entry, if it is a wildcard.
    pub(super) fn trie(&self) -> Option<&OpenedTrie> {
        self.tries.get(self.place()?)
    }

    /// The same, to move in it.
    pub(super) fn trie_mut(&mut self) -> Option<&mut OpenedTrie> {
        self.tries.get_mut(self.place()?)
    }

    fn subject(&self) -> Subject {
        let row = self.trie().and_then(OpenedTrie::current);
        match (self.list, self.place(), row) {
            (Pane::Trie, Some(place), Some(row)) => Subject::Node(place, *row),
            _ => self
                .outline
                .current()
                .map_or(Subject::Nothing, Subject::Row),
        }
    }

    /// Where what is decided next would be decided.
    pub(super) fn decidable(&self) -> Vec<EntryPlace> {
        let row = self.outline.current();
        row.map(|row| row.places(self.review.state()))
            .unwrap_or_default()
    }

    /// How many decisions would be lost by leaving.
    pub(super) fn decisions(&self) -> usize {
        let state = self.review.state();
        let decisions = state.places().filter_map(|place| state.decision(place));
        decisions
            .filter(|decision| *decision != Decision::Undecided)
            .count()
    }

    /// The new entry that the policy's cursor is on.
    pub(super) fn current_emitted(&self) -> Option<&Emitted> {
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
}
