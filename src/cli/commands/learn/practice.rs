//! Practising: sets without end, on the screen; without a terminal the first of them as text.

use std::fmt::Write;

use super::{Asked, Chosen, PRACTICE, WHOLE, built_in, indented, paragraph};
use crate::catalogue::Catalogue;
use crate::cli::clock::now;
use crate::cli::exit::Failure;
use crate::cli::screen::Screen;
use crate::cli::speak::print_text;
use crate::explain::{Detail, Explanation, Walkthrough};
use crate::iam::{ActionPattern, ServicePrefix};
use crate::lessons::{
    Choosing, Exercise, Lesson, Mistakes, Practice, PracticeSet, Progress, Question, Seed, Sets,
    Subject, Tally, Writing,
};
use crate::refine::Fate;
use crate::text::{Error, quoted};
use crate::tui::{self, App, Ended, Host};

/// What is practised on, and how it is called.
pub(super) struct ChosenPractice {
    sets: Sets,
    seed: u64,
    /// Whether somebody asked for that seed, and for no other one.
    is_seed_asked: bool,
    heading: String,
    /// What it is kept under how it goes; nothing is kept without.
    key: Option<String>,
    /// How it is opened again.
    command: String,
    /// The lesson that comes next.
    next: Option<usize>,
    /// What to take along from the lesson whose point it is.
    point: Option<String>,
}

impl ChosenPractice {
    /// Sets about all lessons by turns, of all services or of this one; or whole statements.
    pub(super) fn of_all(then: Option<&str>, seed: Option<u64>) -> Result<Self, Failure> {
        let catalogue = Catalogue::built_in();
        let mut command = format!("iam-refine learn {PRACTICE}");
        let mut sets = Sets::of(catalogue.clone(), &Subject::ALL);
        if then == Some(WHOLE) {
            let _ = write!(command, " {WHOLE}");
            sets = Sets::of(catalogue, &[Subject::Whole]);
        } else if let Some(text) = then {
            let known = ServicePrefix::parse(text).and_then(|prefix| catalogue.service(&prefix));
            let Some(known) = known else {
                return Err(Failure::with_help(
                    format!("there is no service {} in the catalogue", quoted(text)),
                    "name one as actions begin: `iam-refine learn practice s3`; or write `whole`, for whole statements",
                ));
            };
            let _ = write!(command, " {}", known.prefix());
            sets = sets.in_service(known.prefix().clone());
        }
        ChosenPractice {
            sets,
            seed: seed.map_or_else(any_seed, Ok)?,
            is_seed_asked: seed.is_some(),
            heading: "Practice".to_owned(),
            key: Some(PRACTICE.to_owned()),
            command,
            next: None,
            point: None,
        }
        .checked()
    }

    /// Sets about the point of a lesson; of a teacher's own they are of its wildcard.
    pub(super) fn of_lesson(chosen: &Chosen, seed: Option<u64>) -> Result<Self, Failure> {
        let sets = match chosen.number {
            Some(number) => Sets::of(Catalogue::built_in(), &Subject::of_lesson(number)),
            None => own_sets(&chosen.lesson),
        };
        let heading = match chosen.number {
            Some(number) => format!("Practice {number}"),
            None => "Practice".to_owned(),
        };
        ChosenPractice {
            sets,
            seed: seed.map_or_else(any_seed, Ok)?,
            is_seed_asked: seed.is_some(),
            heading,
            key: chosen.key.clone(),
            command: format!("{} {PRACTICE}", chosen.command),
            next: chosen.next,
            point: (chosen.lesson.task.as_ref()).map(|task| task.sentence.clone()),
        }
        .checked()
    }

    /// Makes sure that there is a set.
    fn checked(self) -> Result<Self, Failure> {
        if self.sets.deal(self.seed).is_some() {
            return Ok(self);
        }
        Err(Failure::with_help(
            "there are too few names that begin alike to practise on",
            "take another service, or all: `iam-refine learn practice`",
        ))
    }

    /// The lesson that comes behind it.
    pub(super) fn next_lesson(&self) -> Result<Option<Asked>, Failure> {
        let next = self.next.map(built_in).transpose()?;
        Ok(next.map(|chosen| Asked::Lesson(Box::new(chosen))))
    }

    fn set(&self) -> Result<PracticeSet, Failure> {
        let set = self.sets.deal(self.seed);
        set.ok_or_else(|| Failure::from(Error::new("there is no such set")))
    }

    /// The first set as text, with its result at the end.
    pub(super) fn text(&self) -> Result<String, Failure> {
        let set = self.set()?;
        let heading = format!(
            "{}: {}\nSeed {}, level {}: {} --seed {}\n\n",
            self.heading,
            set.subject.title(),
            set.seed,
            set.level.number(),
            self.command,
            set.seed
        );
        Ok(heading + &as_text(&set.exercise))
    }

    /// The first set that has steps; where a seed was asked for that has to be its set.
    fn refined_set(&self) -> Result<PracticeSet, Failure> {
        let set = self.sets.deal_refined(self.seed).ok_or_else(no_steps)?;
        if self.is_seed_asked && set.seed != self.seed {
            return Err(Failure::with_help(
                format!(
                    "the set of seed {} has no steps to show on a page: no wildcard is refined in it",
                    self.seed
                ),
                format!("take another seed: `{} --seed {}`", self.command, set.seed),
            ));
        }
        Ok(set)
    }

    /// The first set as a page for a browser, which asks about the steps.
    pub(super) fn page(&self) -> Result<String, Failure> {
        let set = self.refined_set()?;
        let Some(refining) = set.refining() else {
            return Err(no_steps());
        };
        let walk = refining.walk().clone();
        let questions = Question::of(&walk).into_iter();
        let questions = questions.map(|question| {
            let (sentence, facts) = (
                question.sentence(walk.names()),
                question.facts(walk.names()),
            );
            (
                question.step,
                format!("{sentence} {facts} What is written for it?"),
            )
        });
        let questions = questions.collect();
        let explanation = Explanation {
            findings: format!("the set of seed {}", set.seed),
            catalogue: None,
            walk,
        };
        Ok(explanation.page_with_questions(None, Detail::All, &questions))
    }

    /// What is said before the screen opens.
    fn introduction(&self, practice: &Practice) -> Vec<String> {
        let (set, tally) = (practice.set(), practice.tally());
        let point = self.point.as_ref();
        let point = point.map_or_else(String::new, |point| format!("From the lesson: {point}"));
        let mut said = vec![
            format!("{}: {}", self.heading, practice.title()),
            point,
            match &set.exercise {
                Exercise::Refine(_) | Exercise::Extend(_) => {
                    "You see real names, the unused ones marked, and what is to be written about \
                     them. Write all of it: point at a name with the arrows and press Space, or \
                     type an entry and press Enter. Enter alone checks the set; each miss is \
                     explained, and you can try again. Esc twice tells the result."
                }
                Exercise::Whole(_) => {
                    "You see a statement with several wildcards, the names that each of them grants, \
                     and which are unused. Write every entry of what it becomes: type one and press \
                     Enter, or point at a name with the arrows and press Space. Enter alone checks it; \
                     each miss is explained, and you can try again. Esc twice tells the result."
                }
                Exercise::Choose(_) => {
                    "You see rows, and what is known of them. Put each where it belongs: the \
                     numbers choose. Enter checks the set; each miss is explained, and you can \
                     try again. Esc twice tells what is right."
                }
            }
            .to_owned(),
            format!(
                "Sets become harder as they go well. This one has the seed {}: with --seed {0} \
                 somebody else gets the same one.",
                set.seed
            ),
        ];
        if tally.sets > 0 {
            said.push(format!("So far: {tally}."));
        }
        said.retain(|part| !part.is_empty());
        said.push("Enter begins, q leaves. In practice F1 shows the keys. ".to_owned());
        said
    }

    /// What is said when the screen is left.
    fn outcome(&self, practice: &Practice) -> String {
        let set = practice.set();
        // Among others its seed tells another set.
        let command = match set.subject {
            Subject::Whole => format!("iam-refine learn {PRACTICE} {WHOLE}"),
            _ => self.command.clone(),
        };
        format!(
            "{}: {}.\nThe last set again: {command} --seed {}\n",
            self.heading,
            practice.tally(),
            set.seed
        )
    }
}

/// An exercise, with its result at the end.
pub(super) fn as_text(exercise: &Exercise) -> String {
    format!("{}\nRESULT\n{}", asked(exercise), result(exercise))
}

/// What is to be done, without its result.
pub(super) fn asked(exercise: &Exercise) -> String {
    match exercise {
        Exercise::Refine(refining) => to_be_written(refining.as_ref()),
        Exercise::Extend(extending) => to_be_written(extending.as_ref()),
        Exercise::Whole(statement) => to_be_written(statement.as_ref()),
        Exercise::Choose(choosing) => to_be_chosen(choosing),
    }
}

/// Its result, and how it is decided.
pub(super) fn result(exercise: &Exercise) -> String {
    match exercise {
        Exercise::Refine(refining) => {
            format!("{}\n{}", wanted(refining.as_ref()), steps(refining.walk()))
        }
        Exercise::Whole(statement) => {
            let mut text = wanted(statement.as_ref());
            for walk in statement.walks() {
                let _ = write!(text, "\n  {}\n{}", walk.plan().old, steps(walk));
            }
            text.push('\n');
            for told in statement.told_beside() {
                let _ = writeln!(text, "      {}", indented(&told));
            }
            text
        }
        Exercise::Extend(extending) => {
            let mut text = wanted(extending.as_ref()) + "\n";
            for (action, fate) in extending.listed() {
                let decided = extending.decided(&action).filter(|_| !fate.stays());
                let _ = decided.map(|decided| writeln!(text, "      {}", indented(&decided)));
            }
            text
        }
        Exercise::Choose(choosing) => chosen(choosing),
    }
}

/// The steps that come to it.
fn steps(walk: &Walkthrough) -> String {
    let mut text = String::new();
    for at in 0..walk.steps().len() {
        let sentence = walk.narration(at).sentence;
        let _ = writeln!(text, "{:>4}  {}", at + 1, indented(&sentence));
    }
    if let Some(closing) = walk.closing() {
        let _ = writeln!(text, "      {}", indented(&closing));
    }
    text
}

/// The names, and what is written of them already.
fn to_be_written(writing: &dyn Writing) -> String {
    let mut text = format!("{}\n\n", writing.asked());
    for line in writing.known() {
        let _ = writeln!(text, "{}", indented(&line));
    }
    let groups = writing.groups();
    for (at, (action, fate)) in writing.listed().into_iter().enumerate() {
        if let Some((_, heading)) = groups.iter().find(|(begins, _)| *begins == at) {
            let _ = writeln!(text, "\n  {heading}");
        }
        let (sign, becomes) = match fate {
            Fate::Kept => ('=', "unused, but kept"),
            fate if fate.stays() => (' ', ""),
            _ => ('!', "unused"),
        };
        let shown = writing.shown(&ActionPattern::from(&action));
        let notes = [becomes, writing.note(&action)].into_iter();
        let notes: Vec<&str> = notes.filter(|note| !note.is_empty()).collect();
        let line = format!("  {sign} {shown}  {}", notes.join(", "));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let begun = writing.begun();
    if !begun.is_empty() {
        text.push_str("\nWRITTEN SO FAR\n");
    }
    for entry in begun {
        let _ = writeln!(text, "  {entry}");
    }
    text
}

/// What the engine writes.
fn wanted(writing: &dyn Writing) -> String {
    let mut text = String::new();
    for entry in writing.wanted() {
        let _ = writeln!(text, "  {entry}");
    }
    text
}

/// Rows, and what is known of them.
fn to_be_chosen(choosing: &Choosing) -> String {
    let mut text = format!("{}\n\n", paragraph(&choosing.asked));
    for line in &choosing.known {
        let _ = writeln!(text, "  {line}");
    }
    let _ = write!(text, "\nChoose: {}\n\n", choosing.choices.join(", "));
    for row in &choosing.rows {
        let known = match row.known.as_str() {
            "" => String::new(),
            known => format!("  ({known})"),
        };
        let _ = writeln!(text, "  {}{known}", row.what);
    }
    text
}

/// Where the rows belong, and why.
fn chosen(choosing: &Choosing) -> String {
    let mut text = String::new();
    for row in &choosing.rows {
        let _ = writeln!(text, "  {}: {}", row.what, choosing.choices[row.right]);
        let _ = writeln!(text, "      {}", indented(&row.why));
    }
    text
}

/// Sets of the wildcard of a teacher's own lesson.
fn own_sets(lesson: &Lesson) -> Sets {
    let universe = &lesson.input().universe;
    Sets::of(universe.catalogue.clone(), &Subject::ALL).of_wildcard(lesson.wildcard())
}

/// A seed that nobody asked for: an easy one.
pub(super) fn any_seed() -> Result<u64, Failure> {
    let second = now()?.as_second().unsigned_abs();
    Ok(Seed::easy(second).number())
}

fn no_steps() -> Failure {
    Failure::with_help(
        "these sets have no steps to show on a page: no wildcard is refined in them",
        "take sets in which one is: `iam-refine learn 1 practice`",
    )
}

/// Practises on the screen. Returns whether the person goes on to the next lesson.
pub(super) fn play(chosen: &ChosenPractice, screen: &Screen) -> Result<bool, Failure> {
    let key = chosen.key.clone();
    let known = key.as_ref().and_then(|key| Progress::all().remove(key));
    let known = known.unwrap_or_default();
    let (tally, mistakes) = (known.practice, known.mistakes);
    let Some(practice) = Practice::begin(chosen.sets.clone(), chosen.seed, tally) else {
        return Err(Error::new("there is no such set").into());
    };
    let practice = practice.after(mistakes.clone());
    let settings = screen.settings();
    if !tui::begins(&chosen.introduction(&practice), settings.mouse)? {
        return Ok(false);
    }
    let heading = chosen.heading.clone();
    let mut app = App::of_practice(practice, heading, chosen.next.is_some(), settings);
    let mut host = PracticeHost {
        key,
        saved: (tally, mistakes),
    };
    if tui::run(&mut app, &mut host)? == Ended::GoesOn {
        return Ok(true);
    }
    if let Some(practice) = app.practice() {
        print_text(chosen.outcome(practice))?;
    }
    Ok(false)
}

/// Saves how practice goes, and writes nothing.
struct PracticeHost {
    key: Option<String>,
    saved: (Tally, Mistakes),
}

impl Host for PracticeHost {
    fn save(&mut self, app: &App) -> Result<(), Error> {
        let Some(practice) = app.practice() else {
            return Ok(());
        };
        let (tally, mistakes) = (practice.tally(), practice.mistakes());
        if (tally, mistakes) == (self.saved.0, &self.saved.1) {
            return Ok(());
        }
        if let Some(key) = &self.key {
            let saved = Progress::save_practice(key, tally, mistakes);
            saved.map_err(|error| Error::new("how practice goes is not kept").caused_by(error))?;
        }
        self.saved = (tally, mistakes.clone());
        Ok(())
    }
}

impl Chosen {
    /// Practice on the point of this lesson, which comes behind it.
    pub(super) fn practice(&self) -> Result<Option<Asked>, Failure> {
        let practice = ChosenPractice::of_lesson(self, None)?;
        Ok(Some(Asked::Practice(Box::new(practice))))
    }
}
