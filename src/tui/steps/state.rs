//! The steps of one wildcard, one after the other: where one is among them.

use std::ops::RangeInclusive;

use super::playing::Playing;
use crate::explain::{RuleLine, Walkthrough};
use crate::iam::{ActionPattern, Name};
use crate::lessons::{Choice, Half, Lesson, Question, Quiz, Said};
use crate::refine::{Emitted, Granularity, StepDecision};
use crate::review::{EntryPlace, Review};
use crate::tui::keys::Context;
use crate::tui::motion::{Motion, moved};
use crate::tui::telling::Telling;
use crate::tui::typed::Typed;

/// How many names before those that begin with a prefix are seen too.
pub(super) const BEFORE_PREFIX: usize = 2;

/// How many steps are told together at most: what is said of them is to be read.
const TOLD_TOGETHER: usize = 6;

/// Pointing begins with an unused action that has fewer than so many between itself and where the prefix would stand.
const MOST_BEFORE: usize = 3;

/// How many steps a page key goes.
const PAGE: usize = 10;

/// The steps of a wildcard, and where one is among them.
#[derive(Debug)]
pub struct Steps {
    /// The entry of the policy whose steps these are.
    pub(crate) place: EntryPlace,
    /// Its steps; there is at least one.
    pub(crate) walk: Walkthrough,
    /// What is said after the last step; none when there is nothing to add.
    pub(crate) closing: Option<String>,
    /// The step that is shown, counted from 0.
    pub(crate) at: usize,
    /// The number of a step, while it is typed.
    pub(crate) number: Option<Typed>,
    /// Whether they go on by themselves.
    pub(crate) playing: Playing,
    /// How many of the first steps have had their letters run.
    pub(super) run_before: usize,
    /// The questions, when it is to be predicted.
    pub(crate) quiz: Option<Quiz>,
    /// Whether they are not asked for now.
    pub(crate) is_quiet: bool,
    /// Where one is with the question that is asked.
    pub(crate) asking: Asking,
    /// Whether the names are seen, on a screen that has room for them or the trie; none until that is chosen.
    pub(crate) shows_names: Option<bool>,
    /// Whether they are the first part of a lesson: nothing is decided there.
    pub(crate) is_lesson: bool,
    /// What the lesson says of some prefixes before their step is told.
    remarks: Vec<(usize, String)>,
}

/// Where one is with a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asking {
    /// Which of the unused actions is pointed at; none at first.
    pub(crate) pointed: Option<usize>,
    /// What was found out about the prefix; none until the first half of the question is answered right.
    pub(crate) found: Option<Found>,
    /// Whether the hint is given to the half that is asked.
    pub(crate) has_hint: bool,
    /// How far Esc got.
    pub(crate) telling: Telling,
}

/// What was found out about a prefix before it is said what is written for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The unused action at this place starts with it.
    Witness(usize),
    /// None does.
    None,
}

impl Steps {
    /// The steps of the wildcard at `place` as it is marked and cut now.
    ///
    /// # Errors
    /// Why there are none, in a sentence.
    pub(crate) fn of(review: &Review, place: EntryPlace) -> Result<Self, String> {
        let (input, state) = (review.input(), review.state());
        let Some(entry) = state
            .entry(place)
            .filter(|entry| !entry.plan.old.is_literal())
        else {
            return Err("Select a wildcard first".to_owned());
        };
        let curation = state.curation(input, place);
        let pattern = &entry.plan.old;
        let walk = Walkthrough::new(
            pattern,
            input.universe_of(place.policy),
            curation,
            entry.granularity,
        );
        if walk.steps().is_empty() {
            return Err(format!("Nothing of {pattern} goes: there are no steps"));
        }
        Ok(Steps::new(place, walk))
    }

    /// The steps of a lesson's wildcard, on all of its names or on a few, with what is asked about them.
    pub(crate) fn of_lesson(lesson: &Lesson, walk: Walkthrough, quiz: Quiz) -> Self {
        let mut steps = Steps::new(lesson.place(), walk);
        steps.is_lesson = true;
        steps.quiz = Some(quiz);
        steps.remark_as(lesson);
        steps
    }

    /// Leaves out the remarks that these other steps have as well.
    pub(crate) fn leave_out_remarks_of(&mut self, before: &Steps) {
        let is_said = |told: &String| before.remarks.iter().any(|(_, said)| said == told);
        self.remarks.retain(|(_, told)| !is_said(told));
    }

    fn new(place: EntryPlace, walk: Walkthrough) -> Self {
        Steps {
            place,
            closing: walk.closing(),
            walk,
            at: 0,
            number: None,
            playing: Playing::default(),
            run_before: 0,
            quiz: None,
            is_quiet: false,
            asking: Asking::default(),
            shows_names: None,
            is_lesson: false,
            remarks: Vec::new(),
        }
    }

    fn remark_as(&mut self, lesson: &Lesson) {
        let trie = self.walk.trie();
        let steps = self.walk.steps().iter().enumerate();
        let remarks = steps.filter_map(|(at, step)| {
            let told = lesson.remark(trie.prefix_name(step.node))?;
            Some((at, told.to_owned()))
        });
        self.remarks = remarks.collect();
    }

    /// What the lesson says of the prefix before its step is told.
    pub(crate) fn remark(&self) -> Option<&str> {
        let mut remarks = self.remarks.iter();
        let found = remarks.find(|(at, _)| *at == self.at);
        found.map(|(_, told)| told.as_str())
    }

    /// What keys mean here: a step is shown, a question asked, or a number typed.
    pub(crate) fn context(&self) -> Context {
        if self.number.is_some() {
            Context::StepNumber
        } else if self.asked().is_some() {
            Context::Predict
        } else {
            Context::Steps
        }
    }

    /// Which entry is refined in these steps.
    pub fn entry(&self) -> EntryPlace {
        self.place
    }

    /// The new entries of the steps that are shown so far.
    pub fn result(&self) -> Vec<&ActionPattern> {
        let collected = self.walk.result_after(self.told_steps());
        collected.into_iter().map(|new| &new.entry).collect()
    }

    /// How many steps there are.
    pub fn count(&self) -> usize {
        self.walk.steps().len()
    }

    /// How many steps are shown by now.
    pub(crate) fn told_steps(&self) -> usize {
        self.at + usize::from(self.asked().is_none())
    }

    /// What is asked about the step before it is explained.
    pub(crate) fn asked(&self) -> Option<&Question> {
        self.quiz()?.asked_at(self.at)
    }

    /// Whether the first half of a question is asked: an action is to be pointed at.
    pub(crate) fn is_pointing(&self) -> bool {
        self.asked().is_some() && self.asking.found.is_none()
    }

    /// Why the first answer to the half that is asked was wrong.
    pub(crate) fn look_again(&self) -> Option<&str> {
        let half = if self.is_pointing() {
            Half::First
        } else {
            Half::Second
        };
        self.quiz()?.look_again_at(self.at, half)
    }

    /// Whether the names are seen where there is no room for the trie beside them: what was chosen, or else the names
    /// where questions are asked, since one points there.
    pub(crate) fn prefers_names(&self) -> bool {
        self.shows_names.unwrap_or(self.quiz().is_some())
    }

    /// Whether the step that is shown has names to look at: not at the root of `*`, which is in no service.
    pub(super) fn has_names(&self) -> bool {
        let node = self.walk.steps()[self.at].node;
        self.walk.trie().grants(node).is_some()
    }

    /// The questions, while they are asked.
    pub(crate) fn quiz(&self) -> Option<&Quiz> {
        self.quiz.as_ref().filter(|_| !self.is_quiet)
    }

    pub(crate) fn is_last(&self) -> bool {
        self.at + 1 == self.count()
    }

    /// Goes to the step at `at`, or to the last one.
    pub(crate) fn go_to(&mut self, at: usize) {
        // The letters that run by are those of the step before.
        if matches!(self.playing, Playing::Running(_)) {
            self.playing = Playing::Stopped;
        }
        self.at = at.min(self.count() - 1);
        self.asking = Asking::default();
    }

    /// Comes to the step at `at`, or to the last one, from elsewhere in the lesson: nothing that was begun among these
    /// steps goes on.
    pub(crate) fn enter(&mut self, at: usize) {
        self.number = None;
        self.playing = Playing::Stopped;
        self.go_to(at);
    }

    /// Whether the step at `at` can be told together with its siblings, in a lesson: it opens nothing, and
    /// nothing is asked or remarked about it.
    fn is_told_with_others(&self, at: usize) -> bool {
        let Some(step) = self.walk.steps().get(at).filter(|_| self.is_lesson) else {
            return false;
        };
        let is_remarked = self.remarks.iter().any(|(other, _)| *other == at);
        let is_asked = self.quiz().is_some_and(|quiz| quiz.is_about(at));
        let covered = self.walk.left_out();
        let is_covered = |new: &Emitted| covered.iter().any(|out| *out.entry == new.entry);
        let opens = matches!(step.decision, StepDecision::Open(_));
        !opens && !is_remarked && !is_asked && !step.emitted().iter().any(is_covered)
    }

    /// The steps that are told together with the one at `at`: siblings in a row, a few at a time.
    pub(crate) fn run_of(&self, at: usize) -> RangeInclusive<usize> {
        if !self.is_told_with_others(at) {
            return at..=at;
        }
        let parent = |at: usize| self.walk.trie().node(self.walk.steps()[at].node).parent;
        let belongs = |other: usize| self.is_told_with_others(other) && parent(other) == parent(at);
        let first = (0..at).rev().take_while(|other| belongs(*other)).last();
        let first = first.unwrap_or(at);
        let coming = (at + 1..self.count()).take_while(|other| belongs(*other));
        let last = coming.last().unwrap_or(at);
        // In parts as long as each other: none is left over that is told alone.
        let all = last + 1 - first;
        let part = all.div_ceil(all.div_ceil(TOLD_TOGETHER));
        let start = at - (at - first) % part;
        start..=last.min(start + part - 1)
    }

    /// How many steps before this one were told by themselves, by the same line of the rule.
    pub(super) fn told_alike(&self, line: RuleLine) -> usize {
        let is_alone = |at: usize| self.run_of(at).count() == 1;
        let before = 0..self.at;
        before
            .filter(|at| is_alone(*at) && self.walk.narration(*at).line == line)
            .count()
    }

    /// The next step, or the last of those that are told together with it.
    pub(crate) fn next_step(&self) -> usize {
        *self.run_of((self.at + 1).min(self.count() - 1)).end()
    }

    /// The step before those that are told now.
    pub(crate) fn previous_step(&self) -> usize {
        self.run_of(self.at).start().saturating_sub(1)
    }

    /// The next step that gives something to the policy; the last one when there is none.
    pub(crate) fn next_result(&self) -> usize {
        let mut coming = self.at + 1..self.count();
        let result = coming.find(|&step| !self.walk.emitted_at(step).is_empty());
        // What is told together is seen together.
        result.map_or(self.count() - 1, |step| *self.run_of(step).end())
    }

    /// Goes on by a key.
    pub(super) fn go_on(&mut self) {
        self.go_on_to(self.next_step());
        self.run_letters_of_first();
    }

    /// Goes on to the step at `at`, or to the last one; no question on the way there is passed over.
    pub(crate) fn go_on_to(&mut self, at: usize) {
        let question = self.quiz().and_then(|quiz| quiz.next_asked(self.at + 1));
        self.go_to(question.map_or(at, |question| question.min(at)));
    }

    /// Goes several steps at once, or points elsewhere while one is to point. Returns false where what is asked has to
    /// be answered before one goes on.
    pub(crate) fn move_by(&mut self, motion: Motion) -> bool {
        let points = self.is_pointing() && motion != Motion::Last;
        match motion {
            Motion::First => self.go_to(0),
            _ if points => self.point(motion),
            _ if self.asked().is_some() => return false,
            Motion::Down => self.go_on(),
            Motion::Up => self.go_to(self.previous_step()),
            Motion::Last => self.go_on_to(usize::MAX),
            Motion::HalfDown | Motion::PageDown => self.go_on_to(self.at + PAGE),
            Motion::HalfUp | Motion::PageUp => self.go_to(self.at.saturating_sub(PAGE)),
        }
        true
    }

    /// Types into the number of a step, where digits alone are typed. Returns whether it was typed.
    pub(crate) fn type_number(&mut self, change: impl FnOnce(&mut Typed)) -> bool {
        let Some(number) = &mut self.number else {
            return true;
        };
        let before = number.clone();
        change(number);
        let is_number = number.text().bytes().all(|letter| letter.is_ascii_digit());
        if !is_number {
            *number = before;
        }
        is_number
    }

    /// Says that the action that is pointed at starts with the prefix.
    pub(crate) fn answer_this_one(&mut self) {
        let Some((question, pointed)) = self.asked().zip(self.asking.pointed) else {
            return;
        };
        let Some(name) = question.unused.get(pointed) else {
            return;
        };
        self.find_out(&Said::Starts(name.clone()), Found::Witness(pointed));
    }

    /// Says that no unused action starts with the prefix.
    pub(crate) fn answer_none(&mut self) {
        self.find_out(&Said::NoneStarts, Found::None);
    }

    /// Answers the first half of the question; where that is right, `found` is known.
    fn find_out(&mut self, said: &Said, found: Found) {
        let is_right = self.asked().is_some_and(|question| question.is_right(said));
        self.answer(said);
        // What else could be asked may be told at once.
        if is_right && self.asked().is_some() {
            self.asking = Asking {
                found: Some(found),
                ..Asking::default()
            };
        }
    }

    /// What can be chosen to be written, once it is known whether the prefix is safe.
    pub(crate) fn choices(&self) -> Vec<Choice> {
        let found = self.asked().zip(self.asking.found);
        found.map_or_else(Vec::new, |(question, found)| {
            question.choices(found == Found::None)
        })
    }

    /// The unused action that was found to start with the prefix.
    pub(crate) fn witness(&self) -> Option<&Name> {
        match self.asking.found? {
            Found::Witness(at) => self.asked()?.unused.get(at),
            Found::None => None,
        }
    }

    /// Chooses what is written for the prefix.
    pub(crate) fn choose(&mut self, choice: &Choice) {
        self.answer(&choice.said);
    }

    fn answer(&mut self, said: &Said) {
        let (at, names) = (self.at, self.walk.names());
        if let Some(quiz) = &mut self.quiz {
            quiz.answer(at, said, names);
        }
        if self.asked().is_none() {
            self.asking.telling = Telling::Told;
            self.run_letters_of_answer();
        }
    }

    /// Has what is asked about this step explained without an answer.
    pub(crate) fn tell(&mut self) {
        let at = self.at;
        if let Some(quiz) = &mut self.quiz {
            quiz.pass(at);
        }
        self.asking.telling = Telling::Told;
    }

    /// Points at another unused action; at first a little before where the prefix would stand: what is pointed at says
    /// nothing, its letters have to be read.
    pub(crate) fn point(&mut self, motion: Motion) {
        let Some(question) = self.asked() else {
            return;
        };
        let count = question.unused.len();
        self.asking.pointed = Some(match self.asking.pointed {
            Some(at) => moved(at, count, motion, PAGE),
            None => question
                .near
                .saturating_sub(question.prefix.len() % MOST_BEFORE),
        });
    }

    /// Points at the next unused action that begins with other words, or at the first of those that begin as the one
    /// before does.
    pub(crate) fn jump(&mut self, forward: bool) {
        let Some(question) = self.asked() else {
            return;
        };
        let names = &question.unused;
        let Some(at) = self.asking.pointed.filter(|_| !names.is_empty()) else {
            return self.point(if forward { Motion::Down } else { Motion::Up });
        };
        let first_of = |at: usize| {
            let word = self.first_words(&names[at]);
            let mut before = (0..=at).rev();
            before.find(|one| *one == 0 || self.first_words(&names[one - 1]) != word)
        };
        let to = if forward {
            (at..names.len())
                .find(|one| self.first_words(&names[*one]) != self.first_words(&names[at]))
        } else {
            first_of(at)
                .filter(|first| *first < at)
                .or_else(|| first_of(at.saturating_sub(1)))
        };
        self.asking.pointed = to.or(Some(at));
    }

    /// The letters of a name up to the end of the first word behind the root of the walk; behind the parent of the
    /// prefix that is asked about, where the name begins so.
    fn first_words<'n>(&self, name: &'n Name) -> &'n str {
        let trie = self.walk.trie();
        let parent = trie.node(self.walk.steps()[self.at].node).parent;
        let parent = parent.map_or("", |parent| trie.prefix_name(parent));
        let root = self.walk.plan().old.name();
        let from = if name.starts_with(parent) {
            parent.len()
        } else {
            root.literal_prefix().len()
        };
        let mut cuts = Granularity::Word.cuts(name.as_str(), from);
        let end = cuts.find(|cut| *cut > from).unwrap_or(name.as_str().len());
        &name.as_str()[..end]
    }
}
