//! A test over all lessons: on the screen; without a terminal as text, the results behind all sets.

use std::fmt::Write;

use super::TEST;
use super::practice::{any_seed, asked, result};
use crate::catalogue::Catalogue;
use crate::cli::exit::Failure;
use crate::cli::screen::Screen;
use crate::cli::speak::print_text;
use crate::lessons::{ClosingTest, Progress};
use crate::text::Error;
use crate::tui::{self, App, Host};

/// The test of a seed, or of any.
pub(super) fn of(seed: Option<u64>) -> Result<ClosingTest, Failure> {
    let seed = seed.map_or_else(any_seed, Ok)?;
    let test = ClosingTest::begin(&Catalogue::built_in(), seed);
    test.ok_or_else(|| Failure::from(Error::new("there is no such test")))
}

/// All sets, and behind the last one their results.
pub(super) fn text(taken: &ClosingTest) -> String {
    let mut text = format!("Test over all lessons, seed {}\n", taken.seed());
    let parts = || (1..).zip(taken.parts());
    for (number, part) in parts() {
        let _ = write!(text, "\n{number}  {}", asked(&part.set.exercise));
    }
    text.push_str("\n\nRESULTS\n");
    for (number, part) in parts() {
        let subject = part.set.subject;
        let (lesson, title) = (subject.lesson(), subject.title());
        let _ = writeln!(text, "\n{number}  Lesson {lesson}: {title}\n");
        text += &result(&part.set.exercise);
    }
    text
}

/// Takes it on the screen. Once all is handed in, what came of it is kept.
pub(super) fn play(taken: &ClosingTest, screen: &Screen) -> Result<(), Failure> {
    let settings = screen.settings();
    if !tui::begins(&introduction(taken), settings.mouse)? {
        return Ok(());
    }
    let mut app = App::of_test(taken.clone(), settings);
    tui::run(&mut app, &mut TestHost { is_kept: false })?;
    if let Some(taken) = app.test() {
        print_text(outcome(taken))?;
    }
    Ok(())
}

/// What is said before the screen opens.
fn introduction(taken: &ClosingTest) -> Vec<String> {
    vec![
        format!("A test over all lessons, seed {}", taken.seed()),
        format!(
            "{} sets of real names, one about each lesson; which lesson a set is about is not told before the end. There \
             are no hints, and each set is handed in once: then you see its result, and why.",
            taken.parts().len()
        ),
        format!(
            "It takes about a quarter of an hour. What is handed in is not kept when you leave before the end; with \
             `--seed {}` the same test comes again.",
            taken.seed()
        ),
        "Enter begins, q leaves. In the test F1 shows the keys. ".to_owned(),
    ]
}

/// What is said when the screen is left.
fn outcome(taken: &ClosingTest) -> String {
    let (right, handed_in, all) = (taken.right(), taken.handed_in(), taken.parts().len());
    let mut text = match taken.next_open() {
        Some(_) => format!("Test: left with {handed_in} of {all} sets handed in, {right} right.\n"),
        None => format!("Test: {right} of {all} sets right.\n"),
    };
    let missed = taken.parts().iter();
    let missed = missed.filter(|part| part.attempt.is_done() && !part.is_right());
    for part in missed {
        let subject = part.set.subject;
        let _ = writeln!(
            text,
            "Lesson {0}, {1}: iam-refine learn {0} practice",
            subject.lesson(),
            subject.title()
        );
    }
    let _ = writeln!(
        text,
        "The same test again: iam-refine learn {TEST} --seed {}",
        taken.seed()
    );
    text
}

/// Keeps how many were right once all is handed in, and writes nothing.
struct TestHost {
    is_kept: bool,
}

impl Host for TestHost {
    fn save(&mut self, app: &App) -> Result<(), Error> {
        let Some(taken) = app.test().filter(|taken| taken.next_open().is_none()) else {
            return Ok(());
        };
        if !self.is_kept {
            let saved = Progress::save_test(TEST, taken.right());
            saved.map_err(|error| Error::new("how the test went is not kept").caused_by(error))?;
            self.is_kept = true;
        }
        Ok(())
    }
}
