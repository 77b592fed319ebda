//! A test over all lessons: on the screen; without a terminal as text, the results behind all sets.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::practice::{any_seed, asked, result};
use super::{NEW, PRACTICE, TEST, WHOLE};
use crate::catalogue::Catalogue;
use crate::cli::exit::Failure;
use crate::cli::screen::{Screen, is_at_a_terminal};
use crate::cli::speak::print_text;
use crate::lessons::{ClosingTest, Progress, SavedTest, TestPart, TestProgress};
use crate::text::Error;
use crate::tui::{self, App, Host};

/// The test that is taken.
pub(super) struct ChosenTest {
    test: ClosingTest,
    /// Where it comes from.
    begins: Begins,
}

/// Where a test comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    /// It was left, and is gone on with.
    Left,
    /// It is another one than the one that was left, with this seed.
    InPlaceOf(u64),
    /// Nothing was left.
    Anew,
}

impl ChosenTest {
    /// The test that was left, or another one: that of a seed, or of any. What is printed is no test that is taken.
    pub(super) fn of(seed: Option<u64>, is_new: bool) -> Result<Self, Failure> {
        let known = Progress::all().remove(TEST).unwrap_or_default().test;
        let left = known.left.as_ref().filter(|_| is_at_a_terminal());
        let is_asked = |left: &&SavedTest| !is_new && seed.is_none_or(|seed| seed == left.seed);
        let resumed = left.filter(is_asked);
        if let Some(test) = resumed.and_then(|left| left.resumed(&Catalogue::built_in())) {
            return Ok(ChosenTest {
                test,
                begins: Begins::Left,
            });
        }
        let seed = seed.map_or_else(|| unseen_seed(&known), Ok)?;
        let test = ClosingTest::begin(&Catalogue::built_in(), seed);
        let test = test.ok_or_else(|| Failure::from(Error::new("there is no such test")))?;
        Ok(ChosenTest {
            test: if known.seen.contains(&seed) {
                test.again()
            } else {
                test
            },
            begins: left.map_or(Begins::Anew, |left| Begins::InPlaceOf(left.seed)),
        })
    }

    /// All sets, and behind the last one their results.
    pub(super) fn text(&self) -> String {
        let mut text = format!("Test over all lessons, seed {}\n", self.test.seed());
        let parts = || (1..).zip(self.test.parts());
        for (number, part) in parts() {
            let _ = write!(text, "\n{number}  {}", asked(&part.set.exercise));
        }
        text.push_str("\n\nRESULTS\n");
        for (number, part) in parts() {
            let _ = writeln!(text, "\n{number}  {}\n", about(part));
            text += &result(&part.set.exercise);
        }
        text
    }

    /// Takes it on the screen. How far one is with it is kept, and once all is handed in what came of it.
    pub(super) fn play(&self, screen: &Screen) -> Result<(), Failure> {
        let settings = screen.settings();
        if !tui::begins(&self.introduction(), settings.mouse)? {
            return Ok(());
        }
        let mut app = App::of_test(self.test.clone(), settings);
        let mut host = TestHost {
            opened: Instant::now(),
            saved: SavedTest::of(&self.test),
        };
        tui::run(&mut app, &mut host)?;
        if let Some(taken) = app.test() {
            print_text(outcome(taken))?;
        }
        Ok(())
    }

    /// What is said before the screen opens.
    fn introduction(&self) -> Vec<String> {
        let (test, seed) = (&self.test, self.test.seed());
        let (all, handed_in) = (test.parts().len(), test.handed_in());
        let begun = match self.begins {
            Begins::Left => format!(
                "It goes on where it was left: {handed_in} of {all} are handed in. `iam-refine learn {TEST} {NEW}` begins \
                 another one."
            ),
            Begins::InPlaceOf(left) if left != seed => format!(
                "It takes the place of the test with seed {left}, which was left; to go on with that one: q, then \
                 `iam-refine learn {TEST} --seed {left}`."
            ),
            Begins::InPlaceOf(_) => "It begins anew, and what was left of it is lost.".to_owned(),
            Begins::Anew => String::new(),
        };
        let counts = if test.is_first_time() {
            ""
        } else {
            " Results of this seed were seen before, so this time it does not count."
        };
        let mut said = vec![
            format!("A test over all lessons, seed {seed}"),
            format!(
                "{all} sets of real names, one about each lesson, and in the end a whole statement; which lesson a set is \
                 about is not told before. There are no hints, and each set is handed in once: then you see its result, and \
                 why."
            ),
            format!(
                "It takes about half an hour. When you leave, it is kept how far you are. With `--seed {seed}` somebody else \
                 takes the same test.{counts}"
            ),
            begun,
        ];
        said.retain(|part| !part.is_empty());
        said.push("Enter begins, q leaves. In the test F1 shows the keys. ".to_owned());
        said
    }
}

/// A seed of which no result was seen.
fn unseen_seed(known: &TestProgress) -> Result<u64, Failure> {
    let first = any_seed()?;
    let mut seeds = (0..SEEDS).map(|further| first.wrapping_add(further));
    let unseen = seeds.find(|seed| !known.seen.contains(seed));
    Ok(unseen.unwrap_or(first))
}

/// How many seeds are looked at for one of which no result was seen.
const SEEDS: u64 = 10_000;

/// `Lesson 3: the sibling trap`
fn about(part: &TestPart) -> String {
    let subject = part.set.subject;
    match subject.lesson() {
        Some(lesson) => format!("Lesson {lesson}: {}", subject.title()),
        None => format!("All lessons: {}", subject.title()),
    }
}

/// What is said when the screen is left.
fn outcome(taken: &ClosingTest) -> String {
    let (handed_in, all) = (taken.handed_in(), taken.parts().len());
    let mut text = match taken.next_open() {
        Some(_) => format!(
            "Test: left with {handed_in} of {all} sets handed in, {} right.\nGo on with it: iam-refine learn {TEST}\n",
            taken.right()
        ),
        None => format!(
            "Test: {} of {} sets right.\n",
            taken.right_of_lessons(),
            taken.of_lessons().count()
        ),
    };
    if let Some(statement) = taken.statement_score() {
        let _ = writeln!(text, "The whole statement: {statement}.");
    }
    let missed = taken.parts().iter();
    let missed = missed.filter(|part| part.attempt.is_done() && !part.is_right());
    for part in missed {
        let title = part.set.subject.title();
        let _ = match part.set.subject.lesson() {
            Some(lesson) => writeln!(
                text,
                "Lesson {lesson}, {title}: iam-refine learn {lesson} {PRACTICE}"
            ),
            None => writeln!(text, "{title}: iam-refine learn {PRACTICE} {WHOLE}"),
        };
    }
    let seed = taken.seed();
    let _ = match taken.next_open() {
        Some(_) => writeln!(text, "Another test: iam-refine learn {TEST} {NEW}"),
        None => writeln!(
            text,
            "The same test again, which does not count then: iam-refine learn {TEST} --seed {seed}\n\
             Another one: iam-refine learn {TEST}"
        ),
    };
    text
}

/// Keeps how far one is, and writes nothing.
struct TestHost {
    opened: Instant,
    saved: SavedTest,
}

impl Host for TestHost {
    fn save(&mut self, app: &App) -> Result<(), Error> {
        let Some(taken) = app.test() else {
            return Ok(());
        };
        let now = SavedTest::of(taken);
        if now != self.saved {
            let saved = Progress::save_test(TEST, taken);
            saved.map_err(|error| Error::new("how the test goes is not kept").caused_by(error))?;
            self.saved = now;
        }
        Ok(())
    }

    fn since_opened(&self) -> Option<Duration> {
        Some(self.opened.elapsed())
    }
}
