//! Reading a lesson: its words, its policies and its findings.

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::form::{Wrong, by_key, from_text};
use super::goals::Goals;
use super::lesson_file::{Known, Written, WrittenGoals, WrittenStart, in_one_line};
use super::written::WrittenExercise;
use crate::catalogue::Catalogue;
use crate::explain::Names;
use crate::iam::{Action, ActionPattern, Name};
use crate::intake::{Intake, IntakeOptions};
use crate::lessons::asked::{Case, Matter};
use crate::lessons::cases::WrittenCase;
use crate::lessons::check::{Spans, goals_that_never_hold};
use crate::lessons::lesson::{
    Doing, FirstNames, Lesson, Mending, Start, Task, TourStop, entry_at, place_of,
};
use crate::lessons::practice::Exercise;
use crate::refine::{Mark, MarkKind, SetBy, prefix_of};
use crate::review::{EntryPlace, ReviewInput};
use crate::text::{Error, Problem, Problems, Source, Untrusted};

/// The files of a lesson.
#[derive(Clone, Debug)]
pub struct LessonFiles {
    /// `lesson.toml`: its words.
    pub lesson: Source,
    /// Policies and findings, recognised by their shape.
    pub others: Vec<Source>,
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
        let input = Arc::new(input(files, written.actions)?);
        let mut reader = Reader {
            source,
            input: &input,
            problems: Vec::new(),
        };
        let lesson = reader.lesson(&written, table.get_ref());
        let Some(lesson) = lesson.filter(|_| reader.problems.is_empty()) else {
            return Err(Problems(reader.problems).into());
        };
        Spans::of(source, &written).check(&lesson)?;
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
    input: &'a Arc<ReviewInput>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// All of the lesson; none where something is wrong without which there is none.
    fn lesson(&mut self, written: &Written, table: &DeTable<'_>) -> Option<Lesson> {
        let place = self.entry(&written.wildcard);
        let doing = self.doing(written, table);
        let part = written.steps.as_ref();
        let part = part.and_then(|text| self.parsed::<Action>(text));
        let first = self.first(written, place);
        let asked = self.prefixes(written.ask.iter());
        let remarks = self.remarks(written);
        let cases = self.cases(table.get("case"), place);
        self.refuse_idle_keys(table, written, !cases.is_empty());
        let place = place?;
        if let Some(done) = &written.done {
            let never = goals_that_never_hold(self.source, done.get_ref(), self.input, place);
            self.problems.extend(never);
        }
        let tour = written.tour.iter().map(|stop| TourStop {
            at: stop.at,
            told: in_one_line(&stop.tell),
        });
        Some(Lesson {
            title: in_one_line(&written.title),
            wrong: in_one_line(&written.wrong),
            watch: in_one_line(&written.watch),
            task: Some(Task {
                what: in_one_line(&written.task),
                hints: written.hint.in_lines(),
                sentence: in_one_line(&written.sentence),
                doing: doing?,
            }),
            input: Arc::clone(self.input),
            place,
            part: part.map(|action| prefix_of(&ActionPattern::from(&action))),
            first,
            names: Names::Actions,
            asked,
            remarks,
            tour: tour.collect(),
            is_walked: written.walk || cases.is_empty(),
            shows_reasons: written.reasons_beside,
            cases,
        })
    }

    /// What is said of some prefixes before their step is told.
    fn remarks(&mut self, written: &Written) -> Vec<(Name, String)> {
        let remarks = written.remark.iter().map(Spanned::get_ref);
        let prefixes = self.prefixes(remarks.clone().map(|remark| &remark.at));
        let told = remarks.map(|remark| in_one_line(&remark.tell));
        prefixes.into_iter().zip(told).collect()
    }

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

    /// The names that a lesson begins with: known ones that its wildcard grants, or another one. They are unused as the
    /// findings say, unless it says so itself.
    fn first(&mut self, written: &Written, place: Option<EntryPlace>) -> Option<FirstNames> {
        let universe = self.input.universe_of(place?.policy);
        let own = entry_at(self.input, place?).clone();
        let (wildcard, known) = match &written.first_wildcard {
            None => (own, Arc::clone(&universe.catalogue)),
            Some(text) => (self.parsed(text)?, Catalogue::built_in()),
        };
        let is_known = |action: &Action| known.contains(action) || universe.is_unused(action);
        let listed = self
            .granted(&written.first, &wildcard, is_known)
            .into_iter();
        let listed: Vec<Action> = listed.map(|(action, _)| action).collect();
        let unused = self.granted(&written.first_unused, &wildcard, is_known);
        for (action, text) in &unused {
            if !listed.contains(action) {
                let message = format!("{action} is none of those in first");
                self.refuse(text, message, "name it there too, or leave it out here");
            }
        }
        let wildcard_of_none = written.first_wildcard.as_ref();
        if let Some(text) = wildcard_of_none.filter(|_| written.first.is_empty()) {
            let message = "first_wildcard has no names in first".to_owned();
            self.refuse(text, message, "name some there, or leave it out");
        }
        let names = listed.into_iter().map(|action| {
            let is_unused = if unused.is_empty() {
                universe.is_unused(&action)
            } else {
                unused.iter().any(|(other, _)| *other == action)
            };
            (action, is_unused)
        });
        let names: Vec<_> = names.collect();
        (!names.is_empty()).then_some(FirstNames { wildcard, names })
    }

    /// Prefixes of names, without their service.
    fn prefixes<'w>(&mut self, written: impl Iterator<Item = &'w Spanned<String>>) -> Vec<Name> {
        let parsed = written.filter_map(|text| self.parsed::<Action>(text));
        parsed.map(|action| action.name).collect()
    }

    /// Actions that are known and that `wildcard` grants, each with where it is written.
    fn granted<'w>(
        &mut self,
        written: &'w [Spanned<String>],
        wildcard: &ActionPattern,
        is_known: impl Fn(&Action) -> bool,
    ) -> Vec<(Action, &'w Spanned<String>)> {
        let mut granted = Vec::new();
        for text in written {
            let Some(action) = self.parsed::<Action>(text) else {
                continue;
            };
            if is_known(&action) && wildcard.matches(&action) {
                granted.push((action, text));
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
        let of_reviews: &[&str] = &["start", "tour", "keys", "hint", "reasons_beside"];
        let of_steps: &[&str] = &[
            "steps",
            "first",
            "first_wildcard",
            "first_unused",
            "ask",
            "remark",
        ];
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
    fn doing(&mut self, written: &Written, table: &DeTable<'_>) -> Option<Doing> {
        let start = written.start.iter();
        let start: Vec<Start> = start
            .filter_map(|start| self.start(start.get_ref()))
            .collect();
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
