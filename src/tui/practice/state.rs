//! An exercise on the screen: what is worked on, what is pointed at, and what is typed.

use std::fmt::Write;

use ratatui::layout::{Position, Rect};

use super::names::{NameRow, name_rows};
use super::playground::Played;
use super::sets::Sets;
use super::task::WrittenTask;
use super::test::Test;
use super::work::Work;
use super::written::letters_before_star;
use crate::explain::Walkthrough;
use crate::iam::{Action, ActionPattern};
use crate::lessons::{
    Attempt, Choosing, ChosenRows, ClosingTest, Hinted, Playground, Practice, Task, Writing,
    WrittenEntries,
};
use crate::refine::Fate;
use crate::text::counted;
use crate::tui::keys::Context;
use crate::tui::motion::{Motion, moved};
use crate::tui::shell::Overlay;
use crate::tui::typed::Typed;

/// How many names a page key goes.
const PAGE: usize = 8;

/// The most letters of an entry: a name in full, and its service.
const LONGEST_ENTRY: usize = 160;

/// The most letters that are typed or pasted: those of a long result.
const LONGEST_TYPED: usize = 4_000;

/// Sets on the screen, or the task of a lesson that is one.
#[derive(Debug)]
pub(crate) struct PracticeScreen {
    pub(crate) work: Box<dyn Work>,
    /// `Practice` or `Practice for lesson 3`, or what the lesson is called.
    pub(crate) heading: String,
    /// The name that is pointed at.
    pub(crate) cursor: usize,
    /// How many of its words are pointed at; all of them where that is more.
    pub(crate) words: usize,
    /// The first row that was wrong.
    pub(crate) missed: Option<usize>,
    /// The entry that is typed.
    pub(crate) typed: Typed,
    /// Whether something was typed last that is no part of an entry.
    pub(crate) left_out: bool,
    /// Whether Esc was pressed, and pressed again tells what is right.
    pub(crate) asks_to_tell: bool,
    /// What the last drawing had room for beside the names.
    pub(crate) beside: Beside,
    /// Where the last drawing put the rows, and the first one that was seen.
    pub(crate) seen_rows: Rect,
    pub(crate) seen_top: usize,
}

/// Entries that a blank ended.
pub(crate) struct Ended {
    pub(crate) entries: Vec<String>,
    /// Whether they came all at once.
    pub(crate) is_pasted: bool,
}

/// What is drawn beside the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    /// All that there is.
    All,
    /// The entries; there is a trie, but no room for both.
    Entries,
    /// The trie in their place.
    Trie,
}

impl PracticeScreen {
    /// Sets, one after the other.
    pub(crate) fn new(practice: Practice, heading: String, leads_on: bool) -> Self {
        PracticeScreen::of(Sets { practice, leads_on }, heading)
    }

    /// The task of a lesson; none where that is no exercise.
    pub(crate) fn of_task(task: &Task, heading: String) -> Option<Self> {
        let work = WrittenTask {
            attempt: Attempt::new(task.exercise()?),
            what: task.what.clone(),
            sentence: task.sentence.clone(),
            score: None,
        };
        Some(PracticeScreen::of(work, heading))
    }

    /// A wildcard whose names are marked.
    pub(crate) fn of_playground(playground: Playground) -> Self {
        let work = Played {
            playground,
            asks_wildcard: false,
        };
        PracticeScreen::of(work, "Playground".to_owned())
    }

    /// A test over all lessons; of one that is all handed in its sheet.
    pub(crate) fn of_test(test: ClosingTest) -> Self {
        let work = Test {
            shows_sheet: test.next_open().is_none(),
            test,
        };
        PracticeScreen::of(work, "Test".to_owned())
    }

    fn of(work: impl Work + 'static, heading: String) -> Self {
        PracticeScreen {
            work: Box::new(work),
            heading,
            cursor: 0,
            words: usize::MAX,
            missed: None,
            typed: Typed::default(),
            left_out: false,
            asks_to_tell: false,
            beside: Beside::All,
            seen_rows: Rect::default(),
            seen_top: 0,
        }
    }

    /// Whether another wildcard is asked for.
    pub(crate) fn asks_wildcard(&self) -> bool {
        self.work.context() == Some(Context::PlaygroundWildcard)
    }

    /// Asks for another wildcard, beginning with this text, or does so no more.
    pub(super) fn ask_wildcard(&mut self, text: Option<String>) {
        self.work.ask_wildcard(text.is_some());
        self.typed = Typed::from(text.unwrap_or_default());
    }

    /// What is being done.
    pub(crate) fn attempt(&self) -> &Attempt {
        self.work.attempt()
    }

    /// Checks whether what is written or chosen is right, and goes to what is not.
    pub(super) fn check(&mut self) {
        self.work.check();
        self.point_at_what_counts();
    }

    /// Tells what is right.
    pub(super) fn tell(&mut self) {
        self.work.tell();
        self.point_at_what_counts();
    }

    /// What is to be written, if that is what is to be done.
    pub(crate) fn writing(&self) -> Option<&dyn Writing> {
        Some(self.attempt().entries()?.writing())
    }

    /// The rows that are to be put where they belong, if that is what is to be done.
    pub(crate) fn choosing(&self) -> Option<&Choosing> {
        Some(self.attempt().rows()?.choosing())
    }

    /// The actions that are to be written about, each with what becomes of it.
    pub(crate) fn listed(&self) -> Vec<(Action, Fate)> {
        self.writing().map_or_else(Vec::new, Writing::listed)
    }

    /// How many names or rows there are to point at.
    pub(crate) fn count(&self) -> usize {
        if let Some(test) = self.work.sheet() {
            return test.parts().len();
        }
        let rows = self.choosing().map(|choosing| choosing.rows.len());
        rows.unwrap_or_else(|| self.listed().len())
    }

    /// Where a key is pressed.
    pub(crate) fn context(&self, overlay: &Overlay) -> Context {
        match (overlay, self.work.context()) {
            (Overlay::Help(_), _) => Context::Help,
            (_, Some(own)) => own,
            _ if self.attempt().is_done() => Context::PracticeDone,
            _ if self.choosing().is_some() => Context::PracticeChoose,
            _ => Context::Practice,
        }
    }

    /// The action that is pointed at.
    pub(crate) fn action(&self) -> Option<Action> {
        let action = self.listed().into_iter().nth(self.cursor);
        action.map(|(action, _)| action)
    }

    /// Once all is told, the entry of the result that is for the name that is pointed at: the first one that matches it.
    pub(super) fn entry_of_result(&self) -> Option<ActionPattern> {
        let writing = self.writing().filter(|_| self.attempt().is_done())?;
        let action = self.action()?;
        let mut wanted = writing.wanted().into_iter();
        wanted.find(|entry| entry.matches(&action))
    }

    /// The name that is pointed at, as it is shown.
    pub(crate) fn name(&self) -> String {
        let shown = self.writing().zip(self.action());
        shown.map_or_else(String::new, |(writing, action)| {
            writing.shown(&ActionPattern::from(&action))
        })
    }

    /// How many letters of it are pointed at.
    pub(crate) fn pointed(&self) -> usize {
        let cuts = self.cuts();
        let at = self.words.min(cuts.len().saturating_sub(1));
        cuts.get(at).copied().unwrap_or_default()
    }

    /// Where the name that is pointed at can be cut.
    fn cuts(&self) -> Vec<usize> {
        let cut = self.writing().zip(self.action());
        cut.map_or_else(Vec::new, |(writing, action)| writing.cuts(&action))
    }

    /// What is pointed at, as it would be typed: a name in full, or a prefix with its star. Behind a prefix of
    /// a wildcard that goes on behind its star the rest is for the learner to say.
    pub(crate) fn pointed_text(&self) -> String {
        let name = self.name();
        let prefix = &name[..self.pointed()];
        if prefix.len() == name.len() || self.has_rest() {
            prefix.to_owned()
        } else {
            format!("{prefix}*")
        }
    }

    /// The letters that are pointed at; those that are typed before the first star, where something is typed.
    pub(crate) fn pointed_prefix(&self) -> String {
        if !self.is_typing() {
            return self.name()[..self.pointed()].to_owned();
        }
        let typed = self.typed.text();
        let last = typed.rsplit(' ').next().unwrap_or_default();
        let (service, name) = last.split_once(':').unwrap_or(("", last));
        let own = self.action().map(|action| action.service.to_string());
        let is_other =
            !service.is_empty() && own.is_none_or(|own| !own.eq_ignore_ascii_case(service));
        let end = if is_other {
            0
        } else {
            letters_before_star(name)
        };
        name[..end].to_owned()
    }

    /// Whether the rule stands beside rows: in a test it is known by heart until the set is handed in.
    pub(super) fn shows_rule(&self) -> bool {
        !self.work.is_by_heart() || self.attempt().is_done()
    }

    /// How many letters of a name are lit. Once all is told those that the entry begins with that is for it and for the one
    /// that is pointed at; until then those that are pointed at or typed, where what is typed grants the name, or would with a
    /// star behind it. In a test one sees for oneself whom else it would; but for the many names of a statement, of which it is
    /// hard enough to find those meant.
    pub(super) fn lit(&self, action: &Action, is_current: bool) -> usize {
        let shown = |entry: &ActionPattern| letters_before_star(&self.shown(entry));
        if self.attempt().is_done() {
            let entry = self.entry_of_result();
            return entry
                .filter(|entry| entry.matches(action))
                .map_or(0, |entry| shown(&entry));
        }
        let is_told = is_current || !self.work.is_by_heart() || self.is_grouped();
        if !is_told {
            return 0;
        }
        if self.is_typing() {
            let typed = self.typed_with_star().filter(|typed| typed.matches(action));
            return typed.map_or(0, |typed| shown(&typed));
        }
        let name = self.shown(&ActionPattern::from(action));
        let prefix = &self.name()[..self.pointed()];
        let begin = name.get(..prefix.len());
        let begins = begin.is_some_and(|begin| begin.eq_ignore_ascii_case(prefix));
        if begins { prefix.len() } else { 0 }
    }

    /// Whether there are several wildcards, each with its names.
    fn is_grouped(&self) -> bool {
        self.writing()
            .is_some_and(|writing| !writing.groups().is_empty())
    }

    /// The entry that is typed last, with a star behind it, if it is one.
    fn typed_with_star(&self) -> Option<ActionPattern> {
        let last = self.typed.text().rsplit(' ').next().unwrap_or_default();
        let star = if last.ends_with('*') { "" } else { "*" };
        let is_begun = !last.is_empty();
        self.writing()
            .filter(|_| is_begun)?
            .read(&format!("{last}{star}"))
            .ok()
    }

    /// Of the many names of a statement, points at the first one that what is typed grants, or would with a star behind it,
    /// unless it grants the one that is pointed at.
    pub(super) fn follow_typed(&mut self) {
        let Some(typed) = self.typed_with_star().filter(|_| self.is_grouped()) else {
            return;
        };
        let listed = self.listed();
        let grants = |(action, _): &(Action, Fate)| typed.matches(action);
        if listed.get(self.cursor).is_some_and(grants) {
            return;
        }
        if let Some(first) = listed.iter().position(grants) {
            self.cursor = first;
            self.words = usize::MAX;
            // Those that it grants beside it come into sight, too.
            let rows = self.writing().map_or_else(Vec::new, name_rows);
            let row = rows.iter().position(|row| *row == NameRow::Name(first));
            self.seen_top = row.map_or(0, |row| row.saturating_sub(1));
        }
    }

    /// What the entry grants that is typed last, once it grants something or ends in a star: `4 names, 1 of them unused`. In a
    /// test one sees for oneself.
    pub(super) fn granted_by_typed(&self) -> Option<String> {
        let last = self.typed.text().rsplit(' ').next().unwrap_or_default();
        let typed = self.writing()?.read(last).ok()?;
        let listed = self.listed().into_iter();
        let granted: Vec<Fate> = listed
            .filter(|(action, _)| typed.matches(action))
            .map(|(_, fate)| fate)
            .collect();
        let unused = granted.iter().filter(|fate| **fate == Fate::Goes).count();
        let is_told = !self.work.is_by_heart() && (!granted.is_empty() || last.ends_with('*'));
        is_told.then(|| match (granted.len(), unused) {
            (0, _) => "none of these names".to_owned(),
            (count, 0) => counted(count, "name", "names"),
            (1, _) => "1 name, which is unused".to_owned(),
            (count, unused) => format!("{count} names, {unused} of them unused"),
        })
    }

    /// Whether more than a star at the end is left of the wildcard behind a prefix of the name that is pointed at: it is to
    /// be typed.
    pub(crate) fn has_rest(&self) -> bool {
        let pointed = self.writing().zip(self.action());
        pointed.is_some_and(|(writing, action)| writing.has_rest(&action))
    }

    /// The walk that decides about the name that is pointed at, if one does.
    pub(super) fn walk(&self) -> Option<&Walkthrough> {
        let walks = self.writing()?.walks();
        let action = self.action()?;
        let grants = |walk: &&Walkthrough| walk.plan().old.matches(&action);
        walks.into_iter().find(grants)
    }

    /// Chooses for the row that is pointed at, and goes on to the next one.
    pub(crate) fn choose(&mut self, choice: usize) {
        let row = self.cursor;
        if let Some(attempt) = self.work.attempt_mut() {
            attempt.choose(row, choice);
        }
        self.move_by(Motion::Down);
    }

    /// Chooses what comes next for the row that is pointed at, or what comes before.
    pub(crate) fn choose_next(&mut self, forward: bool) {
        let Some(rows) = self.attempt().rows() else {
            return;
        };
        let count = rows.choosing().choices.len();
        let now = rows.chosen().get(self.cursor).copied().flatten();
        let next = match (now, forward) {
            (None, true) => 0,
            (None, false) => count - 1,
            (Some(now), true) => (now + 1) % count,
            (Some(now), false) => (now + count - 1) % count,
        };
        let row = self.cursor;
        if let Some(attempt) = self.work.attempt_mut() {
            attempt.choose(row, next);
        }
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

    /// Points at the first row that is wrong, or the name that what was missed first is about; and once it is told how
    /// names are decided, at the one of which that is worth the most: the first that was wrong, or else the one of which the
    /// point is told. Where none is told, as in the task of a lesson, at the one that was written last.
    fn point_at_what_counts(&mut self) {
        let attempt = self.attempt();
        let wrong = attempt.rows().and_then(ChosenRows::first_wrong);
        let missed = self.missed.or(wrong);
        let counts = if attempt.is_done() {
            missed
                .or_else(|| self.row_of_point())
                .or_else(|| self.row_written_last())
        } else {
            let entries = attempt.entries();
            wrong.or_else(|| entries.and_then(WrittenEntries::first_missed))
        };
        if let Some(row) = counts {
            self.cursor = row;
            self.words = usize::MAX;
        }
        self.missed = missed;
    }

    /// The row of which it is worth the most to be told how it is decided.
    fn row_of_point(&self) -> Option<usize> {
        if let Some(choosing) = self.choosing() {
            return choosing.instructive();
        }
        let entries = self.attempt().entries().filter(|_| self.work.tells_point());
        let action = entries?.pointed()?;
        self.listed().iter().position(|(other, _)| *other == action)
    }

    /// The first name that the entry grants that was written last; none where nothing was written.
    fn row_written_last(&self) -> Option<usize> {
        let entries = self.attempt().entries()?;
        let begun = entries.writing().begun();
        let last = entries.last().filter(|last| !begun.contains(last))?;
        let listed = self.listed();
        listed.iter().position(|(action, _)| last.matches(action))
    }

    /// The name or row from the cursor on that is not as it should be yet, and that no hint was just given on.
    pub(super) fn next_unsettled(&self) -> Option<usize> {
        let (count, attempt) = (self.count(), self.attempt());
        let told = attempt.hinted().filter(|hinted| hinted.is_full);
        let skipped = usize::from(told.is_some_and(|hinted| hinted.row == self.cursor));
        let rows = (skipped..count + skipped).map(|further| (self.cursor + further) % count);
        { rows }.find(|row| !attempt.is_settled(*row))
    }

    /// Whether a hint was given on what is pointed at, until all is told, and of what kind.
    fn hinted(&self) -> Option<Hinted> {
        let hinted = self
            .attempt()
            .hinted()
            .filter(|_| !self.attempt().is_done());
        hinted.filter(|hinted| hinted.row == self.cursor)
    }

    /// Whether all may be told of what is pointed at.
    pub(crate) fn may_be_told(&self) -> bool {
        self.attempt().is_done() || self.hinted().is_some_and(|hinted| hinted.is_full)
    }

    /// The hint that was given on what is pointed at.
    pub(crate) fn hint(&self) -> Option<String> {
        let hinted = self.hinted()?;
        match (self.choosing(), self.writing()) {
            (Some(choosing), _) => choosing.hint(self.cursor),
            (None, Some(writing)) => {
                let action = self.action()?;
                let wrong = self.attempt().entries()?.wrong_for(&action);
                let wrong = wrong.map(|entry| format!("{} has to go. ", writing.shown(entry)));
                let hint = if hinted.is_full {
                    writing.decided(&action)?
                } else {
                    format!("{} F4 again tells it.", writing.hint(&action)?)
                };
                Some(wrong.unwrap_or_default() + &hint)
            }
            (None, None) => None,
        }
    }

    /// Whether an entry is being typed.
    pub(crate) fn is_typing(&self) -> bool {
        !self.typed.text().is_empty()
    }

    /// Changes what is typed; what is not part of an entry is left out. Returns the entries that a blank
    /// ends, if one was typed now; the last of them may be empty.
    pub(crate) fn type_in(&mut self, change: impl FnOnce(&mut Typed)) -> Option<Ended> {
        let before = self.typed.text().to_owned();
        change(&mut self.typed);
        self.asks_to_tell = false;
        let is_part = |letter: &char| {
            letter.is_ascii_alphanumeric() || matches!(letter, '*' | ':' | '-' | '_' | '?' | ' ')
        };
        let changed = self.typed.text().replace(',', " ");
        self.left_out = !changed.chars().all(|letter| is_part(&letter));
        let typed: String = changed
            .chars()
            .filter(is_part)
            .take(LONGEST_TYPED)
            .collect();
        let entries = typed
            .split(' ')
            .map(|entry| &entry[..entry.len().min(LONGEST_ENTRY)]);
        let typed = entries.collect::<Vec<_>>().join(" ");
        let blanks = |text: &str| text.matches(' ').count();
        let ended = typed
            .rsplit_once(' ')
            .filter(|_| blanks(&typed) > blanks(&before));
        let Some((ended, last)) = ended else {
            if typed != self.typed.text() {
                self.typed = Typed::from(typed);
            }
            return None;
        };
        self.typed = Typed::from(last.to_owned());
        let is_pasted = changed.len() > before.len() + 1;
        Some(Ended {
            entries: ended.split(' ').map(str::to_owned).collect(),
            is_pasted,
        })
    }

    /// Goes on from a set: to another one, to its first name.
    pub(super) fn begin_set(&mut self) {
        self.cursor = 0;
        self.words = usize::MAX;
        self.missed = None;
    }

    /// Whether Esc does something.
    pub(crate) fn can_close(&self) -> bool {
        self.asks_wildcard() || !self.attempt().is_done()
    }

    /// Points at the name that a click is on.
    pub(crate) fn click(&mut self, at: Position) {
        let row = usize::from(at.y.saturating_sub(self.seen_rows.y));
        if !self.seen_rows.contains(at) {
            return;
        }
        let row = self.seen_top + row;
        let written = self.writing().filter(|_| self.work.sheet().is_none());
        let pointed = match written.map(name_rows) {
            Some(rows) => match rows.get(row) {
                Some(NameRow::Name(at)) => Some(*at),
                Some(NameRow::Group(..)) | None => None,
            },
            None => Some(row).filter(|row| *row < self.count()),
        };
        self.cursor = pointed.unwrap_or(self.cursor);
    }

    /// All that a key can change of it, to know whether one did.
    pub(crate) fn seen(&self) -> String {
        let mut all = format!("{} {} {:?}", self.cursor, self.pointed(), self.typed);
        let attempt = self.attempt();
        let written = attempt.entries().map(WrittenEntries::sorted);
        let _ = write!(all, " {written:?} {:?}", attempt.stage());
        let _ = write!(all, " {} {:?}", attempt.tries(), attempt.hinted());
        let rows = attempt.rows();
        let _ = write!(
            all,
            " {:?}",
            rows.map(|rows| (rows.chosen(), rows.judged()))
        );
        let own = self.work.seen();
        let _ = write!(all, " {own} {} {:?}", self.asks_to_tell, self.beside);
        all
    }
}
