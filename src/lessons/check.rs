//! What is wrong with a lesson that only shows when it is played.

use std::ops::Range;

use toml::Spanned;

use crate::iam::{Action, ActionPattern, Name};
use crate::lessons::goals::is_granted;
use crate::lessons::lesson::{Doing, Lesson, Mending, entry_at};
use crate::lessons::lesson_file::{Written, WrittenGoals};
use crate::lessons::practice::Exercise;
use crate::lessons::reply::Replies;
use crate::review::{EntryPlace, Review, ReviewInput};
use crate::text::{Problem, Source};

/// Where the parts of a lesson stand that are checked by playing it.
pub(super) struct Spans<'a> {
    source: &'a Source,
    wildcard: Range<usize>,
    steps: Option<Range<usize>>,
    first: Option<Range<usize>>,
    asked: Vec<Range<usize>>,
    remarks: Vec<Range<usize>>,
    start: Vec<Range<usize>>,
    done: Range<usize>,
}

impl<'a> Spans<'a> {
    /// Where they stand in `source`, which was read as `written`.
    pub(super) fn of(source: &'a Source, written: &Written) -> Self {
        let done = written.done.as_ref().map(Spanned::span);
        Spans {
            source,
            wildcard: written.wildcard.span(),
            steps: written.steps.as_ref().map(Spanned::span),
            first: written.first.first().map(Spanned::span),
            asked: written.ask.iter().map(Spanned::span).collect(),
            remarks: written.remark.iter().map(Spanned::span).collect(),
            start: written.start.iter().map(Spanned::span).collect(),
            done: done
                .or(written.write.as_ref().map(Spanned::span))
                .unwrap_or_default(),
        }
    }

    /// Whether there is a step to each prefix that is asked about, or spoken of.
    fn check_prefixes(&self, lesson: &Lesson) -> Result<(), Problem> {
        let quiz = lesson.quiz(&Replies::default());
        let is_asked = |name: &Name| {
            let quiz = quiz.as_ref();
            quiz.is_some_and(|quiz| quiz.asks_about(name))
        };
        let strange = lesson.asked.iter().zip(&self.asked);
        let mut strange = strange.filter(|(name, _)| !is_asked(name));
        if let Some((name, span)) = strange.next() {
            let problem = self
                .source
                .error_at(span.clone(), format!("nothing can be asked about {name}"));
            return Err(problem
                .help("name a prefix that is visited, as `iam-refine explain` tells its steps"));
        }
        let walks = [
            Some(lesson.walk()),
            lesson.first_quiz(&Replies::default()).map(|(walk, _)| walk),
        ];
        let is_visited = |name: &Name| {
            let mut steps = walks.iter().flatten().flat_map(|walk| {
                walk.steps()
                    .iter()
                    .map(|step| walk.trie().prefix_name(step.node))
            });
            steps.any(|prefix| Name::from(prefix) == *name)
        };
        let strange = lesson.remarks.iter().zip(&self.remarks);
        let mut strange = strange.filter(|((name, _), _)| !is_visited(name));
        if let Some(((name, _), span)) = strange.next() {
            let problem = self
                .source
                .error_at(span.clone(), format!("no step is about {name}"));
            return Err(problem
                .help("name a prefix that is visited, as `iam-refine explain` tells its steps"));
        }
        Ok(())
    }

    /// Plays the lesson as far as it can be wrong in a way that its words alone do not tell.
    pub(super) fn check(self, lesson: &Lesson) -> Result<(), Problem> {
        self.check_prefixes(lesson)?;
        let source = self.source;
        let wildcard = lesson.wildcard();
        if lesson.walk().steps().is_empty() {
            let problem = source.error_at(self.wildcard, format!("{wildcard} has no steps"));
            return Err(problem.help(
                "a lesson plays the steps of a wildcard: let the findings name some of what it \
                 grants, and not all",
            ));
        }
        if let (Some(prefix), Some(span)) = (&lesson.part, self.steps.clone())
            && lesson.walk().trie().prefix(lesson.walk().steps()[0].node) != *prefix
        {
            let problem = source.error_at(span, format!("no step is about {prefix}"));
            return Err(problem.help(
                "name a prefix that is visited, as `iam-refine explain` tells its steps, or leave \
                 it out: then all steps are played",
            ));
        }
        if let Some(span) = self.first.clone()
            && let Some(first) = &lesson.first
            && lesson.first_quiz(&Replies::default()).is_none()
        {
            let message = format!("{} has no steps on these names", first.wildcard);
            let problem = source.error_at(span, message);
            return Err(problem.help("let some of them be unused, and not all"));
        }
        match lesson.task.as_ref().map(|task| &task.doing) {
            Some(Doing::Mend(mending)) => self.check_mending(lesson, mending),
            Some(Doing::Write(exercise)) => self.check_written(exercise),
            None => Ok(()),
        }
    }

    /// Whether somebody wrote something else than what is right.
    fn check_written(self, exercise: &Exercise) -> Result<(), Problem> {
        let mut judged = exercise
            .writing()
            .map(|writing| writing.judge(writing.begun()));
        if judged.take_if(|judged| judged.is_right()).is_none() {
            return Ok(());
        }
        let problem = self
            .source
            .error_at(self.done, "the task is done before it begins");
        Err(problem.help("let something wrong be written, or nothing"))
    }

    /// Whether something is to be put right, and can be.
    fn check_mending(self, lesson: &Lesson, mending: &Mending) -> Result<(), Problem> {
        let source = self.source;
        let mut review = Review::new(ReviewInput::clone(&lesson.input));
        for (start, span) in mending.start.iter().zip(self.start) {
            if !start.apply(&mut review) {
                let problem = source.error_at(span, "this start changes nothing");
                return Err(problem.help(
                    "keep and drop need a prefix with which actions start that go or stay, split a \
                     safe prefix that is written, whole one that is not safe; the decision is \"accepted\" where none is given",
                ));
            }
        }
        if mending.goals.is_empty() {
            let problem = source.error_at(self.done, "nothing has to hold when the task is done");
            return Err(problem.help(
                "give gone, granted, reasons or entries, each a list, or without_stars = true",
            ));
        }
        if lesson.missing(&review).is_none() {
            let problem = source.error_at(self.done, "the task is done before it begins");
            return Err(problem.help(
                "let something wrong be put right: a [[start]] that somebody did, or a goal that \
                 does not hold yet",
            ));
        }
        Ok(())
    }
}

/// What is wrong with goals that can never hold, whatever is done to the entries of the policies.
pub(super) fn goals_that_never_hold(
    source: &Source,
    goals: &WrittenGoals,
    input: &ReviewInput,
    wildcard: EntryPlace,
) -> Vec<Problem> {
    let actions = actions_that_never_hold(source, goals, input);
    let wildcard = entry_at(input, wildcard);
    let entries = goals.entries.iter().filter_map(|text| {
        let entry: ActionPattern = text.get_ref().parse().ok()?;
        if !entry.is_included_in(wildcard) {
            let message = format!("{wildcard} never becomes {entry}, which is not within it");
            let problem = source.error_at(text.span(), message);
            return Some(problem.help("name entries that grant no more than it does"));
        }
        let message = format!("{entry} has a star, and no entry is to have one");
        let problem = source.error_at(text.span(), message);
        let is_starred = goals.without_stars && !entry.is_literal();
        is_starred.then(|| problem.help("leave out this entry, or without_stars"))
    });
    [actions, entries.collect()].concat()
}

fn actions_that_never_hold(
    source: &Source,
    goals: &WrittenGoals,
    input: &ReviewInput,
) -> Vec<Problem> {
    let untouched = Review::new(ReviewInput::clone(input));
    let gone = goals.gone.iter().map(|text| (text, true));
    let stays = goals.granted.iter().chain(&goals.reasons);
    let named = gone.clone().chain(stays.map(|text| (text, false)));
    let gone: Vec<Action> = gone
        .filter_map(|(text, _)| text.get_ref().parse().ok())
        .collect();
    let problems = named.filter_map(|(text, is_gone)| {
        let action: Action = text.get_ref().parse().ok()?;
        if !is_granted(&untouched, &action) {
            let message = format!("no policy of the lesson grants {action}");
            let problem = source.error_at(text.span(), message);
            return Some(
                problem.help("name an action that one of them grants, or add it to a policy"),
            );
        }
        let message = format!("{action} is to be gone as well, so this never holds");
        let problem = source.error_at(text.span(), message);
        let is_both = !is_gone && gone.contains(&action);
        is_both.then(|| problem.help("name it in one of the lists alone"))
    });
    problems.collect()
}
