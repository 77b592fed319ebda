//! The steps of one wildcard, one after the other: where one is among them.

use crate::explain::Walkthrough;
use crate::iam::{ActionPattern, Name};
use crate::lessons::{Answer, Given, Lesson, Question, Quiz, Replies, Reply};
use crate::refine::StepDecision;
use crate::review::{EntryPlace, Review};
use crate::tui::keys::Context;
use crate::tui::motion::{Motion, moved};
use crate::tui::typed::Typed;

/// How many names before those that begin with a prefix are seen too.
pub(super) const BEFORE_PREFIX: usize = 2;

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
    /// Whether it goes on by itself.
    pub(crate) is_playing: bool,
    /// The questions, when it is to be predicted.
    pub(crate) quiz: Option<Quiz>,
    /// Whether they are not asked for now.
    pub(crate) is_quiet: bool,
    /// Where one is with the question that is asked.
    pub(crate) asking: Asking,
    /// Whether they are the first part of a lesson: nothing is decided there.
    pub(crate) is_lesson: bool,
    /// The steps that come behind these: a lesson may begin with a few names.
    pub(crate) then: Option<Box<Steps>>,
    /// What the lesson says of some prefixes before their step is told.
    remarks: Vec<(usize, String)>,
}

/// Where one is with a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asking {
    /// Which of the unused actions is pointed at; none at first, since that could be the answer.
    pub(crate) pointed: Option<usize>,
    /// Whether Esc was pressed, and pressed again tells the answer, or leaves.
    pub(crate) asks_to_tell: bool,
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

    /// The steps of a lesson's wildcard with its questions.
    pub(crate) fn of_whole_lesson(lesson: &Lesson, quiz: Quiz) -> Self {
        let mut steps = Steps::new(lesson.place(), lesson.walk());
        steps.is_lesson = true;
        steps.quiz = Some(quiz);
        steps.remark_as(lesson);
        steps
    }

    /// The steps that a lesson begins with, with its questions, from the step at `at` on; before them those
    /// on a few names, where something is asked about these.
    pub(crate) fn of_lesson(lesson: &Lesson, first: Option<Quiz>, quiz: Quiz, at: usize) -> Self {
        let mut steps = Steps::of_whole_lesson(lesson, quiz);
        steps.go_to(at);
        let few = lesson.first_quiz(&Replies::default());
        match first.zip(few) {
            Some((first, (few, _))) => {
                let mut few = Steps::new(lesson.place(), few);
                few.is_lesson = true;
                few.quiz = Some(first);
                few.remark_as(lesson);
                // What is said once is not said again.
                steps
                    .remarks
                    .retain(|(_, told)| few.remarks.iter().all(|(_, said)| said != told));
                few.then = Some(Box::new(steps));
                few
            }
            None => steps,
        }
    }

    /// These, and those that come behind them.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Steps> {
        std::iter::once(self).chain(self.then.as_deref())
    }

    /// The steps of the lesson's wildcard: these, or what comes behind them.
    pub(crate) fn whole(&self) -> &Steps {
        self.then.as_deref().unwrap_or(self)
    }

    fn new(place: EntryPlace, walk: Walkthrough) -> Self {
        Steps {
            place,
            closing: walk.closing(),
            walk,
            at: 0,
            number: None,
            is_playing: false,
            quiz: None,
            is_quiet: false,
            asking: Asking::default(),
            is_lesson: false,
            then: None,
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

    /// The questions, while they are asked.
    pub(crate) fn quiz(&self) -> Option<&Quiz> {
        self.quiz.as_ref().filter(|_| !self.is_quiet)
    }

    /// An entry without the service that all of them are of.
    pub(crate) fn short(&self, entry: &ActionPattern) -> String {
        let (whole, old) = (entry.to_string(), self.walk.plan().old.to_string());
        let has_service = old.contains(':');
        match whole.split_once(':') {
            Some((_, name)) if has_service => name.to_owned(),
            _ => whole,
        }
    }

    pub(crate) fn is_last(&self) -> bool {
        self.at + 1 == self.count()
    }

    /// Goes to the step at `at`, or to the last one.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at.min(self.count() - 1);
        self.asking = Asking::default();
        if let Some(quiz) = &mut self.quiz {
            quiz.has_hint = false;
        }
    }

    /// The last of the steps that are told together with the one at `at`: in a lesson siblings of which nothing
    /// stays are one step, as far as nothing is asked about them.
    fn end_of_run(&self, at: usize) -> usize {
        let is_told = |at: usize| {
            let is_remarked = self.remarks.iter().any(|(other, _)| *other == at);
            !is_remarked && self.quiz().is_none_or(|quiz| quiz.at(at).is_none())
        };
        let gives_nothing = |at: usize| {
            let step = self.walk.steps().get(at);
            is_told(at) && step.is_some_and(|step| step.decision == StepDecision::Nothing)
        };
        if !self.is_lesson || !gives_nothing(at) {
            return at;
        }
        let parent = |at: usize| self.walk.trie().node(self.walk.steps()[at].node).parent;
        let mut end = at;
        while gives_nothing(end + 1) && parent(end + 1) == parent(at) {
            end += 1;
        }
        end
    }

    /// The first of the steps that are told together with the one at `at`.
    pub(crate) fn start_of_run(&self, at: usize) -> usize {
        let mut start = at;
        while start > 0 && self.end_of_run(start - 1) >= at {
            start -= 1;
        }
        start
    }

    /// The prefixes of the steps that are told together, where these are several.
    pub(crate) fn names_of_run(&self) -> Vec<String> {
        let run = self.start_of_run(self.at)..=self.at;
        if run.start() == run.end() {
            return Vec::new();
        }
        let trie = self.walk.trie();
        let nodes = run.map(|at| self.walk.steps()[at].node);
        nodes
            .map(|node| trie.prefix_name(node).to_owned())
            .collect()
    }

    /// The next step, or the last of those that are told together with it.
    pub(crate) fn next_step(&self) -> usize {
        self.end_of_run((self.at + 1).min(self.count() - 1))
    }

    /// The step before those that are told now.
    pub(crate) fn previous_step(&self) -> usize {
        self.start_of_run(self.at).saturating_sub(1)
    }

    /// The next step that gives something to the policy; the last one when there is none.
    pub(crate) fn next_result(&self) -> usize {
        let mut coming = self.at + 1..self.count();
        let question = (self.quiz()).and_then(|quiz| quiz.next_asked(self.at + 1));
        let result = coming
            .find(|&step| !self.walk.emitted_at(step).is_empty())
            .unwrap_or(self.count() - 1);
        question.map_or(result, |question| question.min(result))
    }

    /// Goes several steps at once.
    pub(crate) fn move_by(&mut self, motion: Motion) {
        let is_to_an_end = matches!(motion, Motion::First | Motion::Last);
        if self.asked().is_some() && !is_to_an_end {
            return self.point(motion);
        }
        let next_asked = self.quiz().and_then(|quiz| quiz.next_asked(self.at + 1));
        let at = match motion {
            Motion::Down => self.next_step(),
            Motion::Up => self.previous_step(),
            Motion::First => 0,
            Motion::Last => usize::MAX,
            // No question is passed over.
            Motion::HalfDown | Motion::PageDown => {
                (self.at + PAGE).min(next_asked.unwrap_or(usize::MAX))
            }
            Motion::HalfUp | Motion::PageUp => self.at.saturating_sub(PAGE),
        };
        self.go_to(at);
    }

    /// Goes on by itself, or stops; from the last step it begins anew.
    pub(crate) fn play(&mut self) {
        self.is_playing = !self.is_playing;
        if self.is_playing && self.is_last() {
            self.go_to(0);
        }
    }

    /// Goes to the next step, if they go on by themselves.
    pub(crate) fn tick(&mut self) {
        if self.is_playing {
            self.go_to(self.next_step());
            self.is_playing = !self.is_last() && self.asked().is_none();
        }
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

    /// Answers what is asked about this step; the unused action that is pointed at is the witness of what is
    /// said to be unsafe.
    pub(crate) fn answer(&mut self, answer: Answer, rest: Option<usize>) {
        let Some(question) = self.asked() else {
            return;
        };
        let pointed = self.asking.pointed;
        let pointed = pointed.and_then(|at| question.unused.get(at)).cloned();
        let given = Given {
            answer,
            witness: pointed.filter(|_| answer.says_unsafe()),
            rest,
        };
        let (at, names) = (self.at, self.walk.names());
        if let Some(quiz) = &mut self.quiz {
            quiz.answer(at, &given, names);
        }
    }

    /// Has what is asked about this step explained without an answer.
    pub(crate) fn tell(&mut self) {
        let at = self.at;
        if let Some(quiz) = &mut self.quiz {
            quiz.reply(at, Reply::Passed);
        }
        self.asking.asks_to_tell = false;
    }

    /// Which of the unused actions is the first to be seen, where all names are listed: from a little before
    /// those that begin with the prefix.
    fn first_in_sight(&self, unused: &[Name]) -> usize {
        let (trie, node) = (self.walk.trie(), self.walk.steps()[self.at].node);
        let Some(grants) = trie.grants(node) else {
            return 0;
        };
        let starting = grants.starting_with(trie.prefix_name(node)).first();
        let mut names = grants.actions.iter();
        let first = names
            .position(|one| Some(one) == starting)
            .unwrap_or_default();
        let first = &grants.actions[first.saturating_sub(BEFORE_PREFIX)].name;
        let before = unused.iter().filter(|name| *name < first);
        before.count().min(unused.len().saturating_sub(1))
    }

    /// Points at another unused action.
    pub(crate) fn point(&mut self, motion: Motion) {
        let Some(question) = self.asked() else {
            return;
        };
        let count = question.unused.len();
        self.asking.pointed = Some(match self.asking.pointed {
            Some(at) => moved(at, count, motion, PAGE),
            None => self.first_in_sight(&question.unused),
        });
    }
}
