//! Reading a lesson: its words, its policies and its findings.
//!
//! ```toml
//! title = "…"
//! wrong = "what goes wrong where this is not known"
//! watch = "what to watch"
//! wildcard = "s3:Get*"        # whose steps are played
//! first = ["s3:GetObject"]    # the same on these names alone, before
//! ask = ["s3:GetObject"]      # which prefixes are asked about
//! actions = "today"           # or "june-2024"
//! task = "…"
//! hint = ["where to look", "which key", "all of it"]
//! keys = ["x"]                # those that the task takes
//! sentence = "what to remember"
//!
//! [[start]]                   # what somebody did before the task begins
//! entry = "s3:Get*"
//! split = ["s3:GetObject"]
//!
//! [done]                      # what has to hold then
//! entries = ["s3:GetObject*", "s3:GetJobTagging"]
//! ```

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::form::{Wrong, by_key, from_text};
use super::goals::{Goals, is_granted};
use super::written::WrittenExercise;
use crate::catalogue::Catalogue;
use crate::explain::Names;
use crate::iam::{Action, ActionPattern, Name};
use crate::intake::{Intake, IntakeOptions};
use crate::lessons::asked::{Case, Matter};
use crate::lessons::cases::WrittenCase;
use crate::lessons::check::Spans;
use crate::lessons::lesson::{
    Doing, Lesson, Mending, ScreenPart, Start, Task, TourStop, entry_at, place_of,
};
use crate::lessons::practice::Exercise;
use crate::refine::{Mark, MarkKind, SetBy, prefix_of};
use crate::review::{Decision, EntryPlace, Review, ReviewInput};
use crate::text::{Error, Problem, Problems, Source, Untrusted, printable};

/// The files of a lesson.
#[derive(Clone, Debug)]
pub struct LessonFiles {
    /// The words of the lesson, in the form above.
    pub lesson: Source,
    /// Policies and findings, recognised by their shape.
    pub others: Vec<Source>,
}

/// `lesson.toml` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    wrong: String,
    watch: String,
    wildcard: Spanned<String>,
    steps: Option<Spanned<String>>,
    #[serde(default)]
    first: Vec<Spanned<String>>,
    #[serde(default)]
    first_unused: Vec<Spanned<String>>,
    #[serde(default)]
    ask: Vec<Spanned<String>>,
    #[serde(default)]
    remark: Vec<Spanned<WrittenRemark>>,
    #[serde(default)]
    tour: Vec<WrittenStop>,
    #[serde(default = "yes")]
    walk: bool,
    #[serde(default = "yes")]
    reasons_beside: bool,
    /// Read by itself, as `write` is: which keys it can have depends on what is asked.
    #[expect(dead_code, reason = "it is known, and read by itself")]
    case: Option<IgnoredAny>,
    #[serde(default)]
    actions: Known,
    task: String,
    #[serde(default)]
    hint: Hints,
    #[serde(default)]
    keys: Vec<char>,
    sentence: String,
    #[serde(default)]
    start: Vec<Spanned<WrittenStart>>,
    done: Option<Spanned<WrittenGoals>>,
    write: Option<Spanned<IgnoredAny>>,
}

/// Which actions there are in a lesson.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
enum Known {
    /// Those of the built-in catalogue.
    #[default]
    #[serde(rename = "today")]
    Today,
    /// S3's as they were on the day of the article.
    #[serde(rename = "june-2024")]
    June2024,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStart {
    entry: Spanned<String>,
    #[serde(default)]
    keep: Vec<Spanned<String>>,
    reason: Option<String>,
    #[serde(default)]
    drop: Vec<Spanned<String>>,
    #[serde(default)]
    split: Vec<Spanned<String>>,
    #[serde(default)]
    whole: Vec<Spanned<String>>,
    #[serde(default = "accepted")]
    decision: Decision,
}

/// How a task can be done, at once or in stages.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a hint is a text, or a list of texts")]
enum Hints {
    One(String),
    Several(Vec<String>),
}

impl Default for Hints {
    fn default() -> Self {
        Hints::Several(Vec::new())
    }
}

impl Hints {
    fn in_lines(&self) -> Vec<String> {
        match self {
            Hints::One(hint) => vec![in_one_line(hint)],
            Hints::Several(hints) => hints.iter().map(|hint| in_one_line(hint)).collect(),
        }
    }
}

/// What is said of a prefix before its step is told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRemark {
    at: Spanned<String>,
    tell: String,
}

/// What is said of a part of the screen before the task.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStop {
    at: ScreenPart,
    tell: String,
}

fn yes() -> bool {
    true
}

fn accepted() -> Decision {
    Decision::Accepted
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenGoals {
    #[serde(default)]
    gone: Vec<Spanned<String>>,
    #[serde(default)]
    granted: Vec<Spanned<String>>,
    #[serde(default)]
    reasons: Vec<Spanned<String>>,
    #[serde(default)]
    entries: Vec<Spanned<String>>,
    #[serde(default)]
    without_stars: bool,
}

impl Lesson {
    /// Reads a lesson from its files.
    ///
    /// # Errors
    /// All that is wrong with `lesson.toml`, its policies or its findings, each at its place; and
    /// what would make a lesson that cannot be played: a wildcard that stays as it is, a start that
    /// changes nothing, a task that is done before it begins.
    pub fn read(files: &LessonFiles) -> Result<Self, Error> {
        let source = &files.lesson;
        let no_lesson = |error: toml::de::Error| no_lesson(source, &error);
        let table = DeTable::parse(source.text()).map_err(no_lesson)?;
        let written = toml::Deserializer::from(table.clone());
        let written = Written::deserialize(written).map_err(no_lesson)?;
        let table = table.get_ref();
        let input = Arc::new(input(files, written.actions)?);
        let mut reader = Reader {
            source,
            input: &input,
            problems: Vec::new(),
        };
        let place = reader.entry(&written.wildcard);
        let start: Vec<Start> = (written.start.iter())
            .filter_map(|start| reader.start(start.get_ref()))
            .collect();
        let doing = reader.doing(&written, table, start);
        let part = written.steps.as_ref();
        let part = part.and_then(|text| reader.parsed::<Action>(text));
        let part = part.map(|action| prefix_of(&ActionPattern::from(&action)));
        let first = reader.first(&written, place);
        let asked = reader.prefixes(written.ask.iter());
        let remarks = written.remark.iter().map(Spanned::get_ref);
        let remarked = reader.prefixes(remarks.clone().map(|remark| &remark.at));
        let remarks = remarks.map(|remark| in_one_line(&remark.tell));
        let stops = written.tour.iter().map(|stop| TourStop {
            at: stop.at,
            told: in_one_line(&stop.tell),
        });
        let cases = reader.cases(table.get("case"), place);
        reader.refuse_idle_keys(table, &written, !cases.is_empty());
        if let (Some(place), Some(done)) = (place, &written.done) {
            reader.check_goals(done.get_ref(), place);
        }
        let (Some(place), Some(doing), true) = (place, doing, reader.problems.is_empty()) else {
            return Err(Problems(reader.problems).into());
        };
        let lesson = Lesson {
            title: in_one_line(&written.title),
            wrong: in_one_line(&written.wrong),
            watch: in_one_line(&written.watch),
            task: Some(Task {
                what: in_one_line(&written.task),
                hints: written.hint.in_lines(),
                sentence: in_one_line(&written.sentence),
                doing,
            }),
            input: Arc::clone(&input),
            place,
            part,
            first,
            names: Names::Actions,
            asked,
            remarks: remarked.into_iter().zip(remarks).collect(),
            tour: stops.collect(),
            is_walked: written.walk || cases.is_empty(),
            shows_reasons: written.reasons_beside,
            cases,
        };
        let spans = Spans {
            source,
            wildcard: written.wildcard.span(),
            steps: written.steps.as_ref().map(Spanned::span),
            first: written.first.first().map(Spanned::span),
            asked: written.ask.iter().map(Spanned::span).collect(),
            remarks: written.remark.iter().map(Spanned::span).collect(),
            start: written.start.iter().map(Spanned::span).collect(),
            done: (written.done.as_ref().map(Spanned::span))
                .or(written.write.as_ref().map(Spanned::span))
                .unwrap_or_default(),
        };
        spans.check(&lesson)?;
        Ok(lesson)
    }
}

/// What a lesson is to be worked on.
fn input(files: &LessonFiles, actions: Known) -> Result<ReviewInput, Error> {
    let others = files.others.iter().cloned();
    let gathered = others.fold(Intake::new(), Intake::source).gather()?;
    let lesson = &files.lesson;
    if gathered.policies.is_empty() {
        let problem = lesson.error("there is no policy beside it");
        let problem = problem.help("put one into the folder, as policy.json");
        return Err(problem.into());
    }
    let options = IntakeOptions::of(match actions {
        Known::June2024 => Catalogue::s3_of_june_2024(),
        Known::Today => Catalogue::built_in(),
    });
    let Some(loaded) = gathered.join(&options)? else {
        let problem = lesson.error("there are no findings beside it");
        let example = r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl"]}]"#;
        let help = format!("put some into the folder, as findings.json: {example}");
        return Err(problem.help(help).into());
    };
    // The policies of a lesson are all there are.
    let mut input = loaded.input;
    input.principal.all_policies_loaded = true;
    Ok(input)
}

/// Reads what `lesson.toml` says of the case, and keeps all that is wrong.
struct Reader<'a> {
    source: &'a Source,
    input: &'a ReviewInput,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// An entry that one of the policies has.
    fn entry(&mut self, text: &Spanned<String>) -> Option<EntryPlace> {
        let pattern: ActionPattern = self.parsed(text)?;
        let place = place_of(self.input, &pattern);
        if place.is_none() {
            let message = format!("no Allow statement of the lesson's policies has {pattern}");
            let help = "name an entry of an Action element, spelled as it is there";
            let problem = self.source.error_at(text.span(), message).help(help);
            self.problems.push(problem);
        }
        place
    }

    /// The names that a lesson begins with: known ones that its wildcard grants. They are unused as the
    /// findings say, unless it says so itself.
    fn first(&mut self, written: &Written, place: Option<EntryPlace>) -> Vec<(Action, bool)> {
        let named = self.granted(&written.first, place);
        let unused = self.granted(&written.first_unused, place);
        for (action, text) in unused.iter().zip(&written.first_unused) {
            if !named.contains(action) {
                let message = format!("{action} is none of those in first");
                self.refuse(text, message, "name it there too, or leave it out here");
            }
        }
        let is_found_unused = |action: &Action| {
            let universe = place.map(|place| self.input.universe_of(place.policy));
            universe.is_some_and(|universe| universe.is_unused(action))
        };
        let first = named.into_iter().map(|action| {
            let is_unused = if unused.is_empty() {
                is_found_unused(&action)
            } else {
                unused.contains(&action)
            };
            (action, is_unused)
        });
        first.collect()
    }

    /// Prefixes of names, without their service.
    fn prefixes<'w>(&mut self, written: impl Iterator<Item = &'w Spanned<String>>) -> Vec<Name> {
        let parsed = written.filter_map(|text| self.parsed::<Action>(text));
        parsed.map(|action| action.name).collect()
    }

    /// Actions that are known and that the wildcard at `place` grants.
    fn granted(&mut self, written: &[Spanned<String>], place: Option<EntryPlace>) -> Vec<Action> {
        let mut granted = Vec::new();
        for text in written {
            let (Some(action), Some(place)) = (self.parsed::<Action>(text), place) else {
                continue;
            };
            let wildcard = entry_at(self.input, place);
            let universe = self.input.universe_of(place.policy);
            let is_known = universe.catalogue.contains(&action) || universe.is_unused(&action);
            if is_known && wildcard.matches(&action) {
                granted.push(action);
            } else {
                let message = format!("{wildcard} grants no {action} that is known");
                self.refuse(
                    text,
                    message,
                    "name actions that it grants, some of them unused",
                );
            }
        }
        granted
    }

    /// What is told and asked behind the walk's steps, or in their place.
    fn cases(
        &mut self,
        written: Option<&Spanned<DeValue<'_>>>,
        place: Option<EntryPlace>,
    ) -> Vec<Case> {
        let written = match written.map(|written| (written.get_ref(), written.span())) {
            None => return Vec::new(),
            Some((DeValue::Array(cases), _)) => cases.iter().collect(),
            Some((_, span)) => {
                let message = "cases are written [[case]], one below the other".to_owned();
                self.wrong_case(Wrong::at(span.clone(), message), span);
                return Vec::new();
            }
        };
        let written: Vec<&Spanned<DeValue<'_>>> = written;
        let mut read = Vec::new();
        for case in written {
            match WrittenCase::new(case) {
                Ok(written) => read.push((written, case.span())),
                Err(wrong) => self.wrong_case(wrong, case.span()),
            }
        }
        let Some(place) = place else {
            return Vec::new();
        };
        let asked = read.iter().flat_map(|(case, _)| case.actions());
        let matter = Matter::new(self.input, place, asked.collect());
        let mut cases = Vec::new();
        for (case, span) in read {
            match case.read(&matter) {
                Ok(case) => cases.push(case),
                Err(why) => self.wrong_case(why.into(), span),
            }
        }
        cases
    }

    fn wrong_case(&mut self, wrong: Wrong, case: Range<usize>) {
        self.wrong(
            wrong,
            case,
            "`iam-refine learn --help` tells what a [[case]] can ask",
        );
    }

    /// Says what is wrong with a part of the lesson, which stands at `part`.
    fn wrong(&mut self, wrong: Wrong, part: Range<usize>, help: &str) {
        let span = wrong.span.unwrap_or(part);
        let problem = self.source.error_at(span, wrong.message);
        self.problems.push(problem.help(help));
    }

    /// Refuses keys that say nothing beside what else is there.
    fn refuse_idle_keys(&mut self, table: &DeTable<'_>, written: &Written, has_cases: bool) {
        let of_reviews = ["start", "tour", "keys", "hint", "reasons_beside"];
        let of_steps = ["steps", "first", "first_unused", "ask", "remark"];
        let idle = [
            (
                written.write.is_some(),
                of_reviews,
                "is about a review, and entries are written in its place",
                "leave it out, or have [done] in the place of [write]",
            ),
            (
                !written.walk && has_cases,
                of_steps,
                "is about steps, and none are played",
                "leave it out, or leave out walk = false",
            ),
        ];
        for (_, keys, why, help) in idle.into_iter().filter(|(is_idle, ..)| *is_idle) {
            let idle = table
                .keys()
                .filter(|key| keys.contains(&key.get_ref().as_ref()));
            for key in idle {
                let problem = self
                    .source
                    .error_at(key.span(), format!("{} {why}", key.get_ref()));
                self.problems.push(problem.help(help));
            }
        }
    }

    fn start(&mut self, written: &WrittenStart) -> Option<Start> {
        let place = self.entry(&written.entry);
        let kinds = [
            (MarkKind::Keep, &written.keep),
            (MarkKind::Drop, &written.drop),
            (MarkKind::Split, &written.split),
            (MarkKind::Whole, &written.whole),
        ];
        let mut marks = Vec::new();
        for (kind, prefixes) in kinds {
            for text in prefixes {
                marks.extend(self.parsed::<Action>(text).map(|action| {
                    Mark {
                        kind,
                        prefix: prefix_of(&ActionPattern::from(&action)),
                        by: SetBy::Person,
                        reason: (written.reason.clone())
                            .filter(|_| kind == MarkKind::Keep)
                            .map(Untrusted::from),
                    }
                }));
            }
        }
        Some(Start {
            place: place?,
            marks,
            decision: written.decision,
        })
    }

    /// What is done for the task: a review is put right, or entries are written.
    fn doing(
        &mut self,
        written: &Written,
        table: &DeTable<'_>,
        start: Vec<Start>,
    ) -> Option<Doing> {
        match (&written.done, table.get("write")) {
            (Some(done), None) => Some(Doing::Mend(Mending {
                keys: written.keys.clone(),
                start,
                goals: self.goals(done.get_ref()),
            })),
            (None, Some(exercise)) => Some(Doing::Write(Arc::new(self.exercise(exercise)?))),
            (done, _) => {
                let problem = match done {
                    Some(done) => self
                        .source
                        .error_at(done.span(), "[write] is there as well"),
                    None => self.source.error("neither [done] nor [write] is there"),
                };
                let help =
                    "a task puts a review right until [done] holds, or writes entries: [write]";
                self.problems.push(problem.help(help));
                None
            }
        }
    }

    /// What is to be written by hand.
    fn exercise(&mut self, written: &Spanned<DeValue<'_>>) -> Option<Exercise> {
        let span = written.span();
        let read = match written.get_ref() {
            DeValue::Table(table) => by_key::<WrittenExercise>(table.clone(), span.clone()),
            _ => Err("it is a table: [write]".to_owned().into()),
        };
        let known = &self.input.universe.catalogue;
        let read = read.and_then(|exercise| exercise.read(known));
        let help = "`iam-refine learn --help` tells what can stand in [write]";
        read.map_err(|wrong| self.wrong(wrong, span, help)).ok()
    }

    fn goals(&mut self, goals: &WrittenGoals) -> Goals {
        let mut actions = |texts: &[Spanned<String>]| -> Vec<Action> {
            let texts = texts.iter();
            texts.filter_map(|text| self.parsed(text)).collect()
        };
        let (gone, granted) = (actions(&goals.gone), actions(&goals.granted));
        let reasons = actions(&goals.reasons);
        let entries = goals.entries.iter();
        let entries = entries.filter_map(|text| self.parsed::<ActionPattern>(text));
        Goals {
            gone,
            granted,
            reasons,
            entries: entries.map(|entry| entry.to_string()).collect(),
            without_stars: goals.without_stars,
        }
    }

    /// Goals that can never hold, whatever is done to the entries of the policies.
    fn check_goals(&mut self, goals: &WrittenGoals, wildcard: EntryPlace) {
        let untouched = Review::new(ReviewInput::clone(self.input));
        let actions = [&goals.gone, &goals.granted, &goals.reasons];
        let mut gone: Vec<Action> = Vec::new();
        for (texts, is_gone) in actions.into_iter().zip([true, false, false]) {
            for text in texts {
                let Ok(action) = text.get_ref().parse::<Action>() else {
                    continue;
                };
                if !is_granted(&untouched, &action) {
                    let message = format!("no policy of the lesson grants {action}");
                    let help = "name an action that one of them grants, or add it to a policy";
                    self.refuse(text, message, help);
                } else if !is_gone && gone.contains(&action) {
                    let message = format!("{action} is to be gone as well, so this never holds");
                    self.refuse(text, message, "name it in one of the lists alone");
                }
                if is_gone {
                    gone.push(action);
                }
            }
        }
        let wildcard = entry_at(self.input, wildcard);
        for text in &goals.entries {
            let Ok(entry) = text.get_ref().parse::<ActionPattern>() else {
                continue;
            };
            if !entry.is_included_in(wildcard) {
                let message = format!("{wildcard} never becomes {entry}, which is not within it");
                self.refuse(
                    text,
                    message,
                    "name entries that grant no more than it does",
                );
            } else if goals.without_stars && !entry.is_literal() {
                let message = format!("{entry} has a star, and no entry is to have one");
                self.refuse(text, message, "leave out this entry, or without_stars");
            }
        }
    }

    fn refuse(&mut self, text: &Spanned<String>, message: String, help: &str) {
        let problem = self.source.error_at(text.span(), message);
        self.problems.push(problem.help(help));
    }

    fn parsed<T>(&mut self, text: &Spanned<String>) -> Option<T>
    where
        T: std::str::FromStr<Err: std::fmt::Display>,
    {
        let parsed = from_text(text.get_ref());
        let wrong = |message| {
            self.problems
                .push(self.source.error_at(text.span(), message));
        };
        parsed.map_err(wrong).ok()
    }
}

/// A text as it may be shown; where its lines end is for the screen to say.
fn in_one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    printable(&words.join(" ")).into_owned()
}

fn no_lesson(source: &Source, error: &toml::de::Error) -> Problem {
    let message = error.message().trim().replace('\n', ", ");
    let problem = match error.span() {
        Some(span) => source.error_at(span, message),
        None => source.error(message),
    };
    problem.help(
        "a lesson has title, wrong, watch, wildcard, task, hint and sentence, each a text, perhaps \
         [[start]], and [done]; `iam-refine learn --help` shows one",
    )
}
