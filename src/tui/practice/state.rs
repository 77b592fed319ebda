//! Practice on the screen: what is pointed at, and what is typed.

use std::fmt::Write;

use ratatui::layout::{Position, Rect};

use crate::iam::{ActionPattern, Glob, Name};
use crate::lessons::{Choosing, Exercise, Practice, Refining};
use crate::refine::Granularity;
use crate::tui::keys::Context;
use crate::tui::motion::{Motion, moved};
use crate::tui::shell::Overlay;
use crate::tui::typed::Typed;

/// How many names a page key goes.
const PAGE: usize = 8;

/// The most letters that are typed: a name in full, and its service.
const LONGEST_TYPED: usize = 160;

/// Practice on the screen.
#[derive(Debug)]
pub(crate) struct PracticeScreen {
    pub(crate) practice: Practice,
    /// `Practice` or `Practice for lesson 3`.
    pub(crate) heading: String,
    /// Whether there is a lesson that comes next.
    pub(crate) leads_on: bool,
    /// The name that is pointed at.
    pub(crate) cursor: usize,
    /// How many of its words are pointed at; all of them where that is more.
    pub(crate) words: usize,
    /// The first name that was missed.
    pub(crate) missed: Option<Name>,
    /// The entry that is typed.
    pub(crate) typed: Typed,
    /// Whether something was typed last that is no part of an entry.
    pub(crate) left_out: bool,
    /// Whether Esc was pressed, and pressed again tells what is right.
    pub(crate) asks_to_tell: bool,
    /// Where the last drawing put the rows, and the first one that was seen.
    pub(crate) seen_rows: Rect,
    pub(crate) seen_top: usize,
}

/// Why what is typed is no entry.
pub(crate) type NoEntry = String;

impl PracticeScreen {
    pub(crate) fn new(practice: Practice, heading: String, leads_on: bool) -> Self {
        PracticeScreen {
            practice,
            heading,
            leads_on,
            cursor: 0,
            words: usize::MAX,
            missed: None,
            typed: Typed::default(),
            left_out: false,
            asks_to_tell: false,
            seen_rows: Rect::default(),
            seen_top: 0,
        }
    }

    /// The wildcard that is to be refined, if that is what is to be done.
    pub(crate) fn refining(&self) -> Option<&Refining> {
        self.practice.set().refining()
    }

    /// The rows that are to be put where they belong, if that is what is to be done.
    pub(crate) fn choosing(&self) -> Option<&Choosing> {
        self.practice.set().choosing()
    }

    /// How many names or rows there are to point at.
    pub(crate) fn count(&self) -> usize {
        match &self.practice.set().exercise {
            Exercise::Refine(refining) => refining.names().count(),
            Exercise::Choose(choosing) => choosing.rows.len(),
        }
    }

    /// The wildcard's name, as its entries are typed.
    fn glob(&self) -> Option<Glob> {
        Some(self.refining()?.wildcard().name())
    }

    /// Where a key is pressed.
    pub(crate) fn context(&self, overlay: &Overlay) -> Context {
        match overlay {
            Overlay::Help(_) => Context::Help,
            _ if self.practice.is_done() => Context::PracticeDone,
            _ if self.choosing().is_some() => Context::PracticeChoose,
            _ => Context::Practice,
        }
    }

    /// The name that is pointed at.
    pub(crate) fn name(&self) -> Option<&Name> {
        let mut names = self.refining()?.names();
        names.nth(self.cursor).map(|one| &one.name)
    }

    /// How many letters of that name are pointed at.
    pub(crate) fn pointed(&self) -> usize {
        let cuts = self.cuts();
        let at = self.words.min(cuts.len().saturating_sub(1));
        cuts.get(at).copied().unwrap_or_default()
    }

    /// Where the name that is pointed at can be cut.
    fn cuts(&self) -> Vec<usize> {
        let name = self.name().map_or("", Name::as_str);
        let root = self.glob().map_or(0, |glob| glob.literal_prefix().len());
        let cut = self.refining().map(Refining::granularity);
        cut.unwrap_or(Granularity::Word).cuts(name, root).collect()
    }

    /// What is pointed at, as it would be typed: a name in full, or a prefix with its star. Behind a prefix of
    /// a wildcard that goes on behind its star the rest is for the learner to say.
    pub(crate) fn pointed_text(&self) -> String {
        let name = self.name().map_or("", Name::as_str);
        let prefix = &name[..self.pointed()];
        match prefix.len() == name.len() {
            true => name.to_owned(),
            false if self.has_rest() => prefix.to_owned(),
            false => format!("{prefix}*"),
        }
    }

    /// Whether more than a star at the end is left of the wildcard behind a prefix.
    pub(crate) fn has_rest(&self) -> bool {
        self.glob()
            .is_some_and(|glob| glob.as_prefix_star().is_none())
    }

    /// Chooses for the row that is pointed at, and goes on to the next one.
    pub(crate) fn choose(&mut self, choice: usize) {
        self.practice.choose(self.cursor, choice);
        self.move_by(Motion::Down);
    }

    /// Chooses what comes next for the row that is pointed at, or what comes before.
    pub(crate) fn choose_next(&mut self, forward: bool) {
        let count = self.choosing().map_or(1, |choosing| choosing.choices.len());
        let now = self.practice.chosen().get(self.cursor).copied().flatten();
        let next = match (now, forward) {
            (None, true) => 0,
            (None, false) => count - 1,
            (Some(now), true) => (now + 1) % count,
            (Some(now), false) => (now + count - 1) % count,
        };
        self.practice.choose(self.cursor, next);
    }

    pub(crate) fn point(&mut self, longer: bool) {
        let most = self.cuts().len().saturating_sub(1);
        let words = self.words.min(most);
        self.words = if longer {
            (words + 1).min(most)
        } else {
            words.saturating_sub(1)
        };
    }

    pub(crate) fn move_by(&mut self, motion: Motion) {
        self.asks_to_tell = false;
        self.cursor = moved(self.cursor, self.count(), motion, PAGE);
        // A shorter prefix was meant for one name: each begins in full.
        self.words = usize::MAX;
    }

    /// Points at the name of which it is worth the most to be told how it is decided: the first that was missed,
    /// or else one with a trap in it.
    pub(crate) fn point_at_what_counts(&mut self) {
        let first = self.practice.judgement();
        let first = first
            .zip(self.refining())
            .and_then(|(judged, refining)| judged.first_missed(refining));
        self.missed = self.missed.take().or(first);
        if !self.practice.is_done() {
            return;
        }
        let Some(refining) = self.refining() else {
            return;
        };
        let name = self
            .missed
            .as_ref()
            .or(refining.instructive(self.practice.set().subject));
        let at = refining.names().position(|one| Some(&one.name) == name);
        self.cursor = at.unwrap_or(self.cursor);
    }

    /// Whether an entry is being typed.
    pub(crate) fn is_typing(&self) -> bool {
        !self.typed.text().is_empty()
    }

    /// Reads an entry as it is typed: with its service or without.
    pub(crate) fn read(&self, typed: &str) -> Result<ActionPattern, NoEntry> {
        let service = self
            .refining()
            .and_then(|refining| refining.wildcard().service());
        let whole = match (typed.contains(':'), service) {
            (false, Some(service)) => format!("{service}:{typed}"),
            _ => typed.to_owned(),
        };
        let entry = whole.parse::<ActionPattern>();
        entry.map_err(|error| format!("{typed}: {error}"))
    }

    /// Changes what is typed; what is not part of an entry is left out. Returns the entries that a blank
    /// ends, the last of which may be empty.
    pub(crate) fn type_in(&mut self, change: impl FnOnce(&mut Typed)) -> Vec<String> {
        change(&mut self.typed);
        self.asks_to_tell = false;
        let is_part = |letter: &char| {
            letter.is_ascii_alphanumeric() || matches!(letter, '*' | ':' | '-' | '_' | '?' | ' ')
        };
        let typed: String = self.typed.text().replace(',', " ");
        let typed: String = typed.chars().filter(is_part).take(LONGEST_TYPED).collect();
        self.left_out = self
            .typed
            .text()
            .chars()
            .any(|letter| letter != ',' && !is_part(&letter));
        let Some((ended, last)) = typed.rsplit_once(' ') else {
            if typed != self.typed.text() {
                self.typed = Typed::from(typed);
            }
            return Vec::new();
        };
        self.typed = Typed::from(last.to_owned());
        ended.split(' ').map(str::to_owned).collect()
    }

    /// Whether Esc does something.
    pub(crate) fn can_close(&self) -> bool {
        !self.practice.is_done()
    }

    /// Points at the name that a click is on.
    pub(crate) fn click(&mut self, at: Position) {
        let row = usize::from(at.y.saturating_sub(self.seen_rows.y));
        if self.seen_rows.contains(at) && self.seen_top + row < self.count() {
            self.cursor = self.seen_top + row;
        }
    }

    /// All that a key can change of it, to know whether one did.
    pub(crate) fn seen(&self) -> String {
        let mut seen = format!("{} {} {:?}", self.cursor, self.pointed(), self.typed);
        let practice = &self.practice;
        let _ = write!(seen, " {:?} {:?}", practice.written(), practice.stage());
        let _ = write!(seen, " {:?} {:?}", practice.chosen(), practice.judged());
        let _ = write!(seen, " {} {}", practice.set().seed, self.asks_to_tell);
        seen
    }
}
