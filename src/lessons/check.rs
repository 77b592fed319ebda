//! What is wrong with a lesson that only shows when it is played.

use std::ops::Range;

use crate::iam::Name;
use crate::lessons::lesson::{Doing, Lesson, Mending};
use crate::lessons::practice::Exercise;
use crate::lessons::reply::Replies;
use crate::review::{Review, ReviewInput};
use crate::text::{Problem, Source};

/// Where the parts of a lesson stand that are checked by playing it.
pub(super) struct Spans<'a> {
    pub(super) source: &'a Source,
    pub(super) wildcard: Range<usize>,
    pub(super) steps: Option<Range<usize>>,
    pub(super) first: Option<Range<usize>>,
    pub(super) asked: Vec<Range<usize>>,
    pub(super) remarks: Vec<Range<usize>>,
    pub(super) start: Vec<Range<usize>>,
    pub(super) done: Range<usize>,
}

impl Spans<'_> {
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
            && lesson.first_quiz(&Replies::default()).is_none()
        {
            let problem = source.error_at(span, format!("{wildcard} has no steps on these names"));
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
