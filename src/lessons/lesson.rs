//! A lesson, and the task it ends with.

use std::sync::Arc;

use serde::Deserialize;

use crate::explain::Names;
use crate::explain::Walkthrough;
use crate::iam::{Action, ActionPattern, ActionPrefix, Name};
use crate::lessons::asked::Case;
use crate::lessons::goals::Goals;
use crate::lessons::practice::{Exercise, Lot, Refining};
use crate::lessons::predict::Question;
use crate::lessons::progress::Stage;
use crate::lessons::quiz::Quiz;
use crate::lessons::reply::Replies;
use crate::refine::{Curation, Granularity, Mark, estimate};
use crate::review::{Decision, EntryPlace, Review, ReviewInput};
use crate::text::grouped;

/// A lesson: the steps of a wildcard to watch and to predict, and most often a task.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// Its title, as lists show it.
    pub title: String,
    /// What goes wrong for people who do not know this.
    pub wrong: String,
    /// What to look for while the steps are played.
    pub watch: String,
    /// What to do after the steps; none when watching is all.
    pub task: Option<Task>,
    pub(super) input: Arc<ReviewInput>,
    pub(super) place: EntryPlace,
    /// The prefix whose steps are played, where it is not the whole walk.
    pub(super) part: Option<ActionPrefix>,
    /// The names that it begins with.
    pub(super) first: Option<FirstNames>,
    pub(super) names: Names,
    /// The prefixes that are asked about, where the lesson names them.
    pub(super) asked: Vec<Name>,
    /// What is said of some prefixes before their step is told.
    pub(super) remarks: Vec<(Name, String)>,
    /// What is shown of the screen before the task.
    pub(super) tour: Vec<TourStop>,
    /// What is told and asked behind the walk's steps, or in their place.
    pub(super) cases: Vec<Case>,
    /// Whether the walk's steps are played.
    pub(super) is_walked: bool,
    /// Whether the reasons stand beside the other panes in the task.
    pub(super) shows_reasons: bool,
}

/// A wildcard that is refined on a few names alone, before all.
#[derive(Clone, Debug)]
pub(super) struct FirstNames {
    pub(super) wildcard: ActionPattern,
    /// The names, and whether each is unused.
    pub(super) names: Vec<(Action, bool)>,
}

/// A part of the screen that is shown before the task, and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TourStop {
    /// What is shown.
    pub at: ScreenPart,
    /// What is said of it.
    pub told: String,
}

/// A part of the screen on which a task takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScreenPart {
    /// The policy, and what takes the place of its entries.
    Policy,
    /// The trie of a wildcard.
    Trie,
    /// The reasons for what the cursor is on.
    Reasons,
    /// What would hold if all were written now, and the keys.
    Bottom,
}

/// Something wrong to be put right.
#[derive(Clone, Debug)]
pub struct Task {
    /// The task, in words.
    pub what: String,
    /// How it can be done: first where to look, then which key, then all of it.
    pub hints: Vec<String>,
    /// The one sentence to remember, shown when the task is done.
    pub sentence: String,
    /// What is done for it.
    pub doing: Doing,
}

/// What is done for a task.
#[derive(Clone, Debug)]
pub enum Doing {
    /// A review is put right.
    Mend(Mending),
    /// Entries are written by hand, in the place of those that somebody wrote.
    Write(Arc<Exercise>),
}

/// A review to be put right.
#[derive(Clone, Debug)]
pub struct Mending {
    /// The keys that it takes, which the last line always has.
    pub keys: Vec<char>,
    pub(super) start: Vec<Start>,
    pub(super) goals: Goals,
}

impl Mending {
    /// Whether something is to be kept with a reason.
    pub fn asks_why(&self) -> bool {
        !self.goals.reasons.is_empty()
    }
}

impl Task {
    /// The review that is put right, if that is what is done.
    pub fn mending(&self) -> Option<&Mending> {
        match &self.doing {
            Doing::Mend(mending) => Some(mending),
            Doing::Write(_) => None,
        }
    }

    /// What is written by hand, if that is what is done.
    pub fn exercise(&self) -> Option<&Arc<Exercise>> {
        match &self.doing {
            Doing::Write(exercise) => Some(exercise),
            Doing::Mend(_) => None,
        }
    }
}

/// What somebody did to an entry before the task begins.
#[derive(Clone, Debug)]
pub(super) struct Start {
    pub(super) place: EntryPlace,
    pub(super) marks: Vec<Mark>,
    pub(super) decision: Decision,
}

impl Lesson {
    /// The review that the task takes place in, with what somebody did wrong in it. That cannot be
    /// undone: it is to be put right.
    pub fn review(&self) -> Review {
        let mut review = Review::new(ReviewInput::clone(&self.input));
        let mending = self.task.as_ref().and_then(Task::mending);
        for start in mending.iter().flat_map(|mending| &mending.start) {
            start.apply(&mut review);
        }
        review.clear_history();
        review
    }

    /// Which entry the steps are of.
    pub fn place(&self) -> EntryPlace {
        self.place
    }

    /// The wildcard that the steps are of.
    pub fn wildcard(&self) -> ActionPattern {
        entry_at(&self.input, self.place).clone()
    }

    /// The policies and findings that it takes place on.
    pub fn input(&self) -> &ReviewInput {
        &self.input
    }

    /// The steps to watch: those of the rule alone, without what somebody marked.
    pub fn walk(&self) -> Walkthrough {
        let granularity = self.input.options.granularity;
        let universe = self.input.universe_of(self.place.policy);
        let walk = Walkthrough::new(&self.wildcard(), universe, Curation::NONE, granularity);
        let part = (self.part.as_ref()).and_then(|prefix| walk.clone().at(prefix));
        let walk = part.unwrap_or(walk);
        match self.names {
            Names::Actions => walk,
            Names::Some => walk.of_some(),
            Names::Words => walk.of_words(),
        }
    }

    /// What the wildcard comes to in characters, and what its names in full would, behind the last step. Nothing where
    /// the steps are those of a part of it.
    pub fn gain(&self) -> Option<String> {
        // Words have no service, which is counted with actions.
        if self.part.is_some() || self.names == Names::Words {
            return None;
        }
        let universe = self.input.universe_of(self.place.policy);
        let estimated = estimate(&self.wildcard(), universe, Curation::NONE);
        let of = |cut: Granularity| {
            let mut choices = estimated.choices.iter();
            choices.find(|(other, _)| *other == cut).map(|(_, one)| one)
        };
        let (short, names) = (of(self.input.options.granularity)?, of(Granularity::Name)?);
        (short.entries < names.entries).then(|| {
            format!(
                "{} entries with {} characters do what {} names with {} would.",
                short.entries,
                grouped(short.characters),
                names.entries,
                grouped(names.characters)
            )
        })
    }

    /// What is said of a prefix before its step is told; nothing of most.
    pub fn remark(&self, prefix: &str) -> Option<&str> {
        let mut remarks = self.remarks.iter();
        let found = remarks.find(|(name, _)| *name == Name::from(prefix));
        found.map(|(_, told)| told.as_str())
    }

    /// What is shown of the screen before the task begins.
    pub fn tour(&self) -> &[TourStop] {
        &self.tour
    }

    /// What is told and asked behind those steps, or in their place.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Whether a walk's steps are played; else the cases are all there is.
    pub fn is_walked(&self) -> bool {
        self.is_walked
    }

    /// Whether the reasons stand beside the other panes in the task; else only who goes there sees them.
    pub fn shows_reasons(&self) -> bool {
        self.shows_reasons
    }

    /// The questions about the steps, with what came of them before; none where these are not played.
    pub fn quiz(&self, replies: &Replies) -> Option<Quiz> {
        let walk = self.is_walked.then(|| self.walk())?;
        let questions = match self.asked.as_slice() {
            [] => Question::of(&walk),
            prefixes => Question::about_each(&walk, prefixes),
        };
        Some(Quiz::with(questions, replies, ""))
    }

    /// The steps on a few names, which come first, and the questions about them; none where it begins with all.
    pub fn first_quiz(&self, replies: &Replies) -> Option<(Walkthrough, Quiz)> {
        let first = self.first.as_ref()?;
        let universe = self.input.universe_of(self.place.policy);
        let lots = first.names.iter().map(|(action, is_unused)| {
            let lot = if *is_unused { Lot::Unused } else { Lot::Stays };
            (action.name.clone(), lot)
        });
        let lots: Vec<_> = lots.collect();
        let refining = Refining::new(
            &first.wildcard,
            &lots,
            &universe.catalogue,
            Granularity::Word,
        )?;
        let walk = refining.into_walk();
        // How it goes is seen first.
        let mut questions = Question::of(&walk);
        questions.retain(|question| question.step >= TOLD_FIRST);
        let quiz = Quiz::with(questions, replies, "first ");
        Some((walk, quiz))
    }

    /// Where it begins: with a few of its names, if it has steps on these.
    pub fn begins_at(&self) -> Stage {
        if self.first_quiz(&Replies::default()).is_some() {
            Stage::First(0)
        } else {
            Stage::Steps(0)
        }
    }

    /// What is not right yet of the review, in a sentence; none when the task is done, or none is done there.
    pub fn missing(&self, review: &Review) -> Option<String> {
        let mending = self.task.as_ref()?.mending()?;
        let missing = mending.goals.missing(review, self.place)?;
        // A slip is told as one: what was accepted when the task began is not any more.
        let entries = mending.start.iter().filter_map(|start| {
            let was_accepted = start.decision == Decision::Accepted;
            review.state().entry(start.place).filter(|_| was_accepted)
        });
        let mut left = entries.filter(|entry| entry.decision != Decision::Accepted);
        Some(match left.next() {
            Some(left) => format!(
                "{} is not accepted any more, so it is written as it was; {missing}",
                left.plan.old
            ),
            None => missing,
        })
    }
}

impl Start {
    /// Makes the change that somebody made. False when it changes nothing.
    pub(super) fn apply(&self, review: &mut Review) -> bool {
        let mut changes = true;
        if !self.marks.is_empty() {
            changes &= review.set_marks(self.place, self.marks.clone());
        }
        let decided = review.state().decision(self.place) != Some(self.decision);
        changes &= !self.marks.is_empty() || decided;
        review.decide(&[self.place], self.decision);
        changes
    }
}

/// The entry at `place`.
pub(super) fn entry_at(input: &ReviewInput, place: EntryPlace) -> &ActionPattern {
    let policy = input.document(place.policy).policy();
    &policy.statements[place.statement].actions.entries()[place.entry]
}

/// How many steps on the first few names are told before something is asked.
const TOLD_FIRST: usize = 2;

/// The first entry that is written as `pattern`, in any policy of `input`.
pub(super) fn place_of(input: &ReviewInput, pattern: &ActionPattern) -> Option<EntryPlace> {
    let policies = input.meanings().enumerate();
    let mut places = policies.flat_map(|(policy, loaded)| {
        let statements = loaded.statements.iter().enumerate();
        statements.flat_map(move |(statement, parsed)| {
            let entries = parsed.refinable_entries().unwrap_or_default().iter();
            entries.enumerate().map(move |(entry, candidate)| {
                let place = EntryPlace {
                    policy,
                    statement,
                    entry,
                };
                (place, candidate)
            })
        })
    });
    let found = places.find(|(_, candidate)| *candidate == pattern);
    found.map(|(place, _)| place)
}
