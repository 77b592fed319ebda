//! `iam-refine learn`: lessons on how shortest safe prefixes are chosen.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::exit::{Exit, Failure};
use super::lesson::{self, Lesson};
use super::review::{Screen, is_at_a_terminal};
use super::save::{make_folder, state_folder};
use super::speak::{print, say};
use crate::refine::Curation;
use crate::review::Review;
use crate::teach::{Explanation, Ink, Walkthrough};
use crate::tui::text::wrap;
use crate::tui::{self, Desk, Ended};

/// Learn how shortest safe prefixes are chosen: watch, predict, do
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  iam-refine learn      lists the lessons\n  \
    iam-refine learn 1    opens the first"
)]
pub struct Arguments {
    /// The number of a lesson
    lesson: Option<usize>,

    #[command(flatten)]
    screen: Screen,
}

/// Lists the lessons, or opens one: on the screen, or as text where there is no terminal.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let lessons = lesson::all()?;
    let Some(number) = arguments.lesson else {
        print(list(&lessons))?;
        return Ok(Exit::Done);
    };
    let Some(lesson) = number.checked_sub(1).and_then(|at| lessons.get(at)) else {
        return Err(Failure::with_help(
            format!("there is no lesson {number}"),
            format!("give a number from 1 to {}", lessons.len()),
        ));
    };
    let review = lesson.review()?;
    if !is_at_a_terminal() {
        print(text(number, lesson, &review)?)?;
        return Ok(Exit::Done);
    }
    let task = format!("Lesson {number}: {}", lesson.task);
    print(format!(
        "Lesson {number}: {}\n\n{}\n\n{}\n\nThen: {}.\n\nEnter begins; ? shows the keys. ",
        lesson.title,
        wrap(&lesson.wrong, 78).join("\n"),
        wrap(&lesson.watch, 78).join("\n"),
        lesson.task
    ))?;
    if std::io::stdin().read_line(&mut String::new())? == 0 {
        return Ok(Exit::Done);
    }
    let settings = arguments.screen.settings();
    if let Ended::Quit(review) = tui::run_lesson(review, task, settings, &mut LessonDesk)? {
        print(outcome(number, lesson, &review, lessons.len()))?;
    }
    Ok(Exit::Done)
}

fn list(lessons: &[Lesson]) -> String {
    let done = done();
    let mut text = String::from("Lessons: iam-refine learn NUMBER\n\n");
    for (number, lesson) in (1..).zip(lessons) {
        let sign = if done.contains(&number) { 'x' } else { ' ' };
        let _ = writeln!(text, "  [{sign}] {number}  {}", lesson.title);
    }
    text
}

fn text(number: usize, lesson: &Lesson, review: &Review) -> Result<String, Failure> {
    let case = review.case();
    let pattern = lesson.pattern.parse().map_err(anyhow::Error::from)?;
    let granularity = case.options.granularity;
    let explanation = Explanation {
        walk: Walkthrough::new(&pattern, &case.universe, Curation::NONE, granularity),
        findings: "the findings of the lesson".to_owned(),
        catalogue: case.universe.catalogue.date(),
    };
    Ok(format!(
        "Lesson {number}: {}\n\n{}\n\n{}\n\n{}\nDO    {}\nHINT  {}\n\n{}\n",
        lesson.title,
        lesson.wrong,
        lesson.watch,
        explanation.text(Ink::Plain),
        lesson.task,
        lesson.hint,
        lesson.sentence
    ))
}

/// What is said when the screen is left.
fn outcome(number: usize, lesson: &Lesson, review: &Review, count: usize) -> String {
    if let Some(missing) = lesson.missing(review) {
        return format!(
            "Not done yet: {missing}.\nTo do: {}.\nHint: {}\nGo on: iam-refine learn {number}\n",
            lesson.task, lesson.hint
        );
    }
    if let Err(error) = remember(number) {
        say(format_args!("warning: it cannot be kept: {error}"));
    }
    let next = if number < count {
        format!("Next: iam-refine learn {}\n", number + 1)
    } else {
        String::new()
    };
    format!("Lesson {number} is done. {}\n{next}", lesson.sentence)
}

/// The file that holds the numbers of the lessons that are done, a line each.
fn progress() -> Option<PathBuf> {
    Some(state_folder().ok()?.join("lessons"))
}

fn done() -> BTreeSet<usize> {
    let text = progress().and_then(|path| fs::read_to_string(path).ok());
    let text = text.unwrap_or_default();
    text.lines().filter_map(|line| line.parse().ok()).collect()
}

fn remember(number: usize) -> std::io::Result<()> {
    let Some(path) = progress() else {
        return Ok(());
    };
    let mut done = done();
    done.insert(number);
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let lines: Vec<String> = done.iter().map(ToString::to_string).collect();
    fs::write(path, lines.join("\n") + "\n")
}

/// Nothing of a lesson is written.
struct LessonDesk;

impl Desk for LessonDesk {
    fn decided(&mut self, _: &Review) -> Result<(), String> {
        Ok(())
    }

    fn write(&mut self, _: &Review) -> Result<String, String> {
        Err("Nothing of a lesson is written: q leaves, and tells whether the task is done".into())
    }
}
