//! `iam-refine learn`: lessons on how shortest safe prefixes are chosen.

mod closing_test;
mod lesson;
mod playground;
mod practice;
mod rule_card;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use closing_test::ChosenTest;
use practice::ChosenPractice;

use crate::cli::autosave::real_name;
use crate::cli::exit::{Exit, Failure};
use crate::cli::screen::{Screen, is_at_a_terminal};
use crate::cli::shared_arguments::GranularityChoice;
use crate::cli::speak::{print_raw, print_text, text_color};
use crate::intake::read;
use crate::lessons::{
    Lesson, LessonFiles, Playground, Progress, Replies, SavedStage, Score, Subject, WordList,
    built_in_lessons,
};
use crate::refine::Granularity;
use crate::store::write_new;
use crate::text::{Error, Problems, Shown, printable, quoted, wrap};

/// Learn how shortest safe prefixes are chosen: watch, predict, do
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  \
    iam-refine learn              lists the lessons\n  \
    iam-refine learn 1            opens the first\n  \
    iam-refine learn practice     sets without end, to be refined by hand\n  \
    iam-refine learn 3 practice   sets about the point of lesson 3\n  \
    iam-refine learn test         a test over all lessons\n  \
    iam-refine learn try s3:Get*  mark its names, and see what takes its place\n  \
    iam-refine learn rule         the rule on one page\n  \
    iam-refine learn FOLDER       opens one of your own\n  \
    iam-refine learn --words words.txt --unused unused.txt",
    after_long_help = AFTER_LONG_HELP
)]
pub struct Arguments {
    /// The number of a lesson, the folder of one of your own, `practice`, `test`, `try`, or `rule`
    #[arg(value_name = "LESSON", conflicts_with_all = ["words", "unused", "granularity"])]
    lesson: Option<PathBuf>,

    /// `practice` on the point of this lesson; after `practice` the service that all names are of, or `whole`; after `test`
    /// `new`; after `try` a wildcard
    #[arg(value_name = "PRACTICE")]
    then: Option<String>,

    /// The set to practise on first, or the test: a class can do the same one
    #[arg(long, value_name = "SEED")]
    seed: Option<u64>,

    /// Play the rule on the words of this file, one a line; needs --unused
    #[arg(long, value_name = "FILE", requires = "unused")]
    words: Option<PathBuf>,

    /// The words among them that are unused, one a line; needs --words
    #[arg(long, value_name = "FILE", requires = "words")]
    unused: Option<PathBuf>,

    /// Where the words are cut [default: word; character where no word has a capital letter inside]
    #[arg(long, value_name = "WHERE", value_enum, requires = "words")]
    granularity: Option<GranularityChoice>,

    /// Write the set to practise on to this file, as a page for a browser that asks about the steps
    #[arg(short, long, value_name = "PAGE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    screen: Screen,
}

const AFTER_LONG_HELP: &str = r#"Examples:
  iam-refine learn              lists the lessons
  iam-refine learn 1            opens the first
  iam-refine learn practice     sets without end, to be refined by hand
  iam-refine learn practice s3  the same, of the actions of s3 alone
  iam-refine learn practice whole  whole statements, with several wildcards
  iam-refine learn 3 practice   sets about the point of lesson 3
  iam-refine learn test         a test over all lessons, a set about each, and a whole statement
  iam-refine learn test new     another one than the one that was left
  iam-refine learn try s3:Get*  mark its names, and see what takes its place
  iam-refine learn rule         the rule on one page, with its words
  iam-refine learn FOLDER       opens one of your own
  iam-refine learn FOLDER practice --seed 12
  iam-refine learn 3 practice --seed 12 -o set.html
  iam-refine learn --words words.txt --unused unused.txt

--words and --unused go together: the rule is played on the words of both files. Words are cut
before capital letters, or at every character where none has one inside; --granularity says it.

A lesson of your own is a folder with policies and findings (*.json) and lesson.toml. Findings are
as AWS writes them; this is the shortest findings.json:

  [{"serviceNamespace": "s3", "actions": ["GetBucketAcl"]}]

lesson.toml:

  title = "Reading buckets"
  wrong = "What goes wrong where this is not known."
  watch = "What to watch while the steps are played."
  wildcard = "s3:Get*"          # an entry of a policy: its steps are played
  steps = "s3:GetBucket"        # of them those of this prefix alone [default: all]
  first = ["s3:GetObject", "s3:GetBucketAcl"]  # played on these alone before [default: all at once]
  first_wildcard = "s3:Get*"    # the wildcard of first; no policy needs it [default: wildcard]
  first_unused = ["s3:GetBucketAcl"]  # which of these are unused [default: as the findings say]
  ask = ["s3:GetBucket"]        # which prefixes are asked about [default: about six]
  walk = true                   # false: no steps are played, the cases are all [default: true]
  reasons_beside = false        # pane 3 is seen only by who goes there [default: true]
  task = "What to do then."
  hint = "How it can be done."  # or a list: where to look, which key, all of it
  keys = ["x"]                  # what the task takes: the last line always has them
  sentence = "What to take along."
  actions = "today"             # or "june-2024": S3 as in the article [default: today]

  [[remark]]                    # said of a prefix behind its step, as many as you like
  at = "s3:GetBucket"
  tell = "What is worth a word here."

  [[tour]]                      # said of the screen before the task
  at = "policy"                 # policy, trie, reasons, bottom
  tell = "What is seen there."

  [[case]]                      # told or asked behind the steps, as many as you like
  tell = "What is said first."
  why = "s3:GetObject"          # asks why it is granted still; or one of those below
  anew = true                   # as a finding says that is made anew [default: false]
  example = true                # tells the answer at once [default: false]

  [[case]]
  which = "gone"                # asks which is that; or used, untracked, newer, elsewhere
  among = ["s3:GetBucketAcl", "s3:GetObject"]

  [[case]]
  grants = "s3:GetObject"       # asks which statement grants it

  [[case]]
  append_for = "s3:GetBucketAcl"  # asks what is appended to the NotAction for it

  [[case]]
  add = "s3:GetObject"          # or remove: asks whether the role may do more then
  statement = 2

  [[case]]
  does = "s3:get*"              # asks whether it grants that; or with among, which of several
  grant = "s3:GetObject"

  [[case]]
  behind = "GetObject"          # asks what is left of a wildcard behind this prefix
  of = "s3:Get*Tagging"

  [[case]]
  beside = "s3:GetObject"       # asks what becomes of it beside the wildcard

  [[case]]
  kept = "s3:GetBucketAcl"      # asks what a prefix is when this is kept
  prefix = "GetBucket"

  [[case]]
  says_of = "GetObject"         # asks what a prefix is on a few names alone
  of = "s3:Get*"
  names = ["s3:GetObject", "s3:GetObjectAcl"]
  unused = ["s3:GetObjectAcl"]

  [[case]]
  result_of = "s3:Get*"         # asks what takes its place on these names, all of it
  names = ["s3:GetObject", "s3:GetObjectAcl", "s3:GetBucketAcl"]
  unused = ["s3:GetBucketAcl"]

  [[case]]
  entries = "word"              # tells what the wildcard becomes with this cut

  [[case]]
  entry_for = "s3:GetObject"    # asks which entry stands for it with this cut
  cut_at = "word"

  [[case]]
  tomorrow = "s3:GetNews"       # asks which cuts grant what AWS adds

  [[case]]
  cut = "shortest"              # asks which cut serves that; or "nothing-new",
                                # { characters = 300 }, { letting-in = 5 }

  [[case]]
  length = 500                  # asks what stays in so many characters

  [[case]]
  price = 450                   # asks what such a length buys, and what it costs

  [[start]]                     # what somebody did wrong; as many as you like
  entry = "s3:Get*"
  keep = ["s3:GetBucketAcl"]    # marks on prefixes: keep, drop, split, whole
  reason = "because"            # of the keeps
  decision = "accepted"         # or "rejected", "undecided" [default: accepted]

  [done]                        # what has to hold when the task is done, one of these at least
  gone = ["s3:GetBucketAcl"]    # granted by no policy any more
  granted = ["s3:GetObject"]    # granted still
  reasons = ["s3:GetObjectAcl"] # kept by a mark with a reason
  entries = ["s3:GetObjectAcl"] # what the wildcard becomes, no more and no less
  without_stars = true          # no new entry has a star

In the place of [[start]] and [done], and without hint, keys, reasons_beside and [[tour]], a wildcard is
refined by hand:

  [write]
  wildcard = "s3:Put*"
  actions = ["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging"]  # all that there are
  unused = ["s3:PutObjectAcl", "s3:PutObjectTagging"]
  kept = ["s3:PutObjectTagging"]  # which of the unused stay all the same
  cut = "word"                  # where names are cut: word, character, name [default: word]
  written = ["s3:PutObject*"]   # what somebody wrote already [default: nothing]

or a NotAction is extended:

  [write]
  not_action = ["iam:*"]
  actions = ["iam:CreateUser", "s3:PutObject", "s3:PutObjectAcl", "sqs:SendMessage"]
  unused = ["s3:PutObjectAcl"]
  idle = ["sqs"]                # services of which nothing was used
  written = ["iam:*", "s3:*"]   # what somebody wrote already [default: what it has]"#;

/// What is played, and how it is called.
struct Chosen {
    lesson: Lesson,
    /// `Lesson 3 of 7: The sibling trap`.
    heading: String,
    /// What it is kept under how far one is; nothing is kept without.
    key: Option<String>,
    /// How it is opened again.
    command: String,
    /// The number of a built-in lesson.
    number: Option<usize>,
    /// The lesson that comes next.
    next: Option<usize>,
}

/// Lists the lessons, or opens one: on the screen, or as text where there is no terminal.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.ask_for_rule()? {
        // All of it is the program's own, its colours too.
        print_raw(&rule_card::text(&built_in_lessons()?, text_color()))?;
        return Ok(Exit::Done);
    }
    let Some(mut what) = arguments.asked()? else {
        print_text(list(&built_in_lessons()?))?;
        return Ok(Exit::Done);
    };
    if let Some(file) = &arguments.output {
        write_new(file, &what.page()?)?;
        return Ok(Exit::Done);
    }
    if !is_at_a_terminal() {
        print_text(match &what {
            Asked::Lesson(chosen) => chosen.text(),
            Asked::Practice(chosen) => chosen.text()?,
            Asked::Playground(playground) => playground::text(playground),
            Asked::Test(test) => test.text(),
        })?;
        return Ok(Exit::Done);
    }
    loop {
        let screen = &arguments.screen;
        let next = match &what {
            Asked::Lesson(chosen) => lesson::play(chosen, screen)?.then(|| chosen.practice()),
            Asked::Practice(chosen) => {
                practice::play(chosen, screen)?.then(|| chosen.next_lesson())
            }
            Asked::Playground(playground) => {
                playground::play(playground, screen)?;
                None
            }
            Asked::Test(test) => {
                test.play(screen)?;
                None
            }
        };
        match next.transpose()?.flatten() {
            Some(next) => what = next,
            None => return Ok(Exit::Done),
        }
    }
}

/// What is to be done: a lesson, practice, a test, or playing with a wildcard.
enum Asked {
    Lesson(Box<Chosen>),
    Practice(Box<ChosenPractice>),
    Playground(Box<Playground>),
    Test(Box<ChosenTest>),
}

impl Asked {
    /// A page for a browser that asks about its steps.
    fn page(&self) -> Result<String, Failure> {
        let (asked, help) = match self {
            Asked::Practice(chosen) => return chosen.page(),
            Asked::Lesson(_) => (
                "a lesson",
                "write practice behind it; `iam-refine picture` makes pages of wildcards",
            ),
            Asked::Playground(_) => (
                "a wildcard to play with",
                "`iam-refine picture` makes pages of wildcards",
            ),
            Asked::Test(_) => (
                "a test",
                "write `iam-refine learn practice -o PAGE`, or print the test: `iam-refine learn test | cat`",
            ),
        };
        let message = format!("-o writes a set to practise on, and {asked} is asked for");
        Err(Failure::with_help(message, help))
    }
}

impl Arguments {
    /// Whether the page of the rule is asked for, and nothing that it cannot have.
    fn ask_for_rule(&self) -> Result<bool, Failure> {
        if self.lesson.as_deref() != Some(Path::new(RULE)) {
            return Ok(false);
        }
        if self.seed.is_some() {
            return Err(only_practice_has_seeds());
        }
        if let Some(then) = self.then.as_deref() {
            return Err(Failure::with_help(
                format!("{} is not known behind {RULE}", quoted(then)),
                "the page is about the rule as a whole; write nothing there",
            ));
        }
        if self.output.is_some() {
            return Err(Failure::with_help(
                "-o writes a set to practise on, and the rule on one page is asked for",
                "print it into a file: `iam-refine learn rule > rule.txt`",
            ));
        }
        Ok(true)
    }

    fn asked(&self) -> Result<Option<Asked>, Failure> {
        if let (Some(words), Some(unused)) = (&self.words, &self.unused) {
            let granularity = self.granularity.map(GranularityChoice::granularity);
            let chosen = of_words(words, unused, granularity)?;
            return Ok(Some(Asked::Lesson(Box::new(chosen))));
        }
        let Some(lesson) = &self.lesson else {
            return match self.seed {
                None => Ok(None),
                Some(_) => Err(only_practice_has_seeds()),
            };
        };
        if lesson.as_os_str() == PRACTICE {
            let chosen = ChosenPractice::of_all(self.then.as_deref(), self.seed)?;
            return Ok(Some(Asked::Practice(Box::new(chosen))));
        }
        if lesson.as_os_str() == TEST {
            let is_new = match self.then.as_deref() {
                None => false,
                Some(NEW) => true,
                Some(then) => {
                    return Err(Failure::with_help(
                        format!("{} is not known behind {TEST}", quoted(then)),
                        format!("the test is about all lessons; write nothing there, or {NEW}"),
                    ));
                }
            };
            let test = ChosenTest::of(self.seed, is_new)?;
            return Ok(Some(Asked::Test(Box::new(test))));
        }
        if lesson.as_os_str() == TRY {
            if self.seed.is_some() {
                return Err(only_practice_has_seeds());
            }
            let playground = playground::of(self.then.as_deref())?;
            return Ok(Some(Asked::Playground(Box::new(playground))));
        }
        let chosen = match lesson.to_str().map(str::parse) {
            Some(Ok(number)) => built_in(number)?,
            _ => of_folder(lesson)?,
        };
        match self.then.as_deref() {
            None if self.seed.is_some() => Err(only_practice_has_seeds()),
            None => Ok(Some(Asked::Lesson(Box::new(chosen)))),
            Some(PRACTICE) => {
                let chosen = ChosenPractice::of_lesson(&chosen, self.seed)?;
                Ok(Some(Asked::Practice(Box::new(chosen))))
            }
            Some(other) => Err(Failure::with_help(
                format!("{} is not known behind a lesson", quoted(other)),
                format!("write {PRACTICE} there, or nothing"),
            )),
        }
    }
}

/// The word that asks for practice.
const PRACTICE: &str = "practice";

/// The word that asks behind it for whole statements.
const WHOLE: &str = "whole";

/// The word that asks for a test over all lessons.
const TEST: &str = "test";

/// The word that asks behind it for another one than the one that was left.
const NEW: &str = "new";

/// The word that asks for the page of the rule.
const RULE: &str = "rule";

/// The word that asks for a wildcard to play with.
const TRY: &str = "try";

fn only_practice_has_seeds() -> Failure {
    Failure::with_help(
        "--seed is about practice and the test, and neither is asked for",
        "write `iam-refine learn practice --seed …`, or the lesson before practice",
    )
}

fn built_in(number: usize) -> Result<Chosen, Failure> {
    let mut lessons = built_in_lessons()?;
    let count = lessons.len();
    if !(1..=count).contains(&number) {
        return Err(Failure::with_help(
            format!("there is no lesson {number}"),
            format!("give a number from 1 to {count}, or a folder with a lesson.toml"),
        ));
    }
    let lesson = lessons.swap_remove(number - 1);
    Ok(Chosen {
        heading: format!("Lesson {number} of {count}: {}", lesson.title),
        lesson,
        key: Some(number.to_string()),
        command: format!("iam-refine learn {number}"),
        number: Some(number),
        next: (number < count).then_some(number + 1),
    })
}

fn of_folder(folder: &Path) -> Result<Chosen, Failure> {
    let shown = folder.shown();
    if !folder.is_dir() {
        return Err(Failure::with_help(
            format!("{shown} is neither the number of a lesson nor a folder"),
            "`iam-refine learn` lists the lessons; a folder holds lesson.toml, a policy and \
             findings: `iam-refine learn --help` shows one",
        ));
    }
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut others: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    others.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    others.sort();
    let lesson = folder.join("lesson.toml");
    if !lesson.exists() {
        return Err(Failure::with_help(
            format!("there is no lesson.toml in {shown}"),
            "a lesson begins with one: `iam-refine learn --help` shows how it is written",
        ));
    }
    let files = LessonFiles {
        lesson: read(&lesson)?,
        others: others
            .iter()
            .map(|path| read(path))
            .collect::<Result<_, _>>()?,
    };
    let lesson = Lesson::read(&files)?;
    Ok(Chosen {
        heading: format!("Lesson: {}", lesson.title),
        lesson,
        key: Some(real_name(folder)),
        command: format!("iam-refine learn {shown}"),
        number: None,
        next: None,
    })
}

fn of_words(words: &Path, unused: &Path, cut: Option<Granularity>) -> Result<Chosen, Failure> {
    let list = |path: &Path| -> Result<WordList, Failure> { Ok(WordList::read(&read(path)?)?) };
    let (listed, named) = (list(words), list(unused));
    let (listed, named) = match (listed, named) {
        (
            Err(Failure::Error(Error::Problems(mut all))),
            Err(Failure::Error(Error::Problems(more))),
        ) => {
            all.0.extend(more);
            return Err(Problems(all.0).into());
        }
        (listed, named) => (listed?, named?),
    };
    let lesson = Lesson::of_words(&listed, &named, cut)?;
    Ok(Chosen {
        heading: format!("The rule on {}", printable(&lesson.title)),
        lesson,
        key: None,
        command: format!(
            "iam-refine learn --words {} --unused {}",
            words.shown(),
            unused.shown()
        ),
        number: None,
        next: None,
    })
}

fn list(lessons: &[Lesson]) -> String {
    let known = Progress::all();
    let first = (1..).zip(lessons).find(|(number, _)| {
        known
            .get(&i32::to_string(number))
            .is_none_or(|known| !known.done)
    });
    let is_all_done = first.is_none();
    let mut text = "Lessons: iam-refine learn NUMBER\n\n".to_owned();
    for (number, lesson) in (1..).zip(lessons) {
        let progress = known.get(&usize::to_string(&number)).cloned();
        let progress = progress.unwrap_or_default();
        let sign = if progress.done { 'x' } else { ' ' };
        let subjects = Subject::of_lesson(number);
        let practice = (!progress.practice.is_empty())
            .then(|| format!("practice: {}", how_practice_goes(&progress, &subjects)));
        let notes = how_lesson_goes(lesson, &progress).into_iter();
        let notes: Vec<String> = notes.chain(practice).collect();
        let _ = writeln!(text, "  [{sign}] {number}  {}", lesson.title);
        // Below the title, so that a narrow terminal cuts no word.
        for line in wrap(&notes.join("; "), WIDTH - NOTES) {
            if !line.is_empty() {
                let _ = writeln!(text, "{:NOTES$}{line}", "");
            }
        }
        // What there is to take along stands together in the end.
        let sentence = lesson.task.as_ref().filter(|_| progress.done);
        for line in sentence.map_or_else(Vec::new, |task| wrap(&task.sentence, WIDTH - NOTES)) {
            let _ = writeln!(text, "{:NOTES$}{line}", "");
        }
    }
    let _ = writeln!(text, "\nPractice without end: iam-refine learn {PRACTICE}");
    let practice = known.get(PRACTICE);
    let practice = practice.filter(|progress| !progress.practice.is_empty());
    for line in practice.map_or_else(Vec::new, |progress| {
        wrap(&how_practice_goes(progress, &Subject::ALL), WIDTH - NOTES)
    }) {
        let _ = writeln!(text, "{:NOTES$}{line}", "");
    }
    let _ = writeln!(text, "A test over all lessons: iam-refine learn {TEST}");
    let notes = known.get(TEST);
    let notes = notes.map_or_else(String::new, |test| how_test_went(test, lessons.len()));
    for line in wrap(&notes, WIDTH - NOTES) {
        if !line.is_empty() {
            let _ = writeln!(text, "{:NOTES$}{line}", "");
        }
    }
    let _ = writeln!(
        text,
        "A wildcard to play with: iam-refine learn {TRY} s3:Get*"
    );
    let _ = writeln!(text, "The rule on one page: iam-refine learn {RULE}");
    text.push_str("The rule on words of your own: iam-refine learn --words FILE --unused FILE\n");
    if is_all_done {
        text.push_str(
            "A whole review to try: iam-refine demo\n\
             Your own policy: iam-refine review --role ROLE, or iam-refine review policy.json findings.json\n",
        );
    }
    // At the end, which is still seen where the list is longer than the screen.
    let was_tested = known.get(TEST).is_some_and(|test| test.best > 0);
    let next = match first {
        Some((number, _)) => format!("Next is lesson {number}: iam-refine learn {number}"),
        None if was_tested => {
            "All lessons are done. Next is a policy of your own: iam-refine review --role ROLE"
                .to_owned()
        }
        None => format!(
            "All lessons are done. Next is the test, which tells what you know: iam-refine learn {TEST}"
        ),
    };
    let _ = writeln!(text, "\n{next}");
    text
}

/// Where it was left, and how its questions were answered. What was reached once is not lost where it is begun again;
/// it may have asked more then.
fn how_lesson_goes(lesson: &Lesson, progress: &Progress) -> Vec<String> {
    let score = Score::of(lesson, &progress.replies);
    let left = progress.left;
    let left = left.map(|left| format!("left at {}", place_of(lesson, left)));
    let best = progress.best.min(score.all);
    if best <= score.right {
        let score = (score.answered > 0).then(|| score.to_string());
        return left.into_iter().chain(score).collect();
    }
    let best = format!("best {best} of {} right at once", score.all);
    let answered =
        (score.answered > 0).then(|| format!("{} of {} answered", score.answered, score.all));
    let again: Vec<String> = left.into_iter().chain(answered).collect();
    let again = (!again.is_empty()).then(|| format!("begun again: {}", again.join(", ")));
    std::iter::once(best).chain(again).collect()
}

/// `5 of 7 right, 4 at once; best 3 in a row; again: one name gets no star`
fn how_practice_goes(progress: &Progress, subjects: &[Subject]) -> String {
    let again = progress.mistakes.most(subjects);
    let again = again.map_or_else(String::new, |trap| format!("; again: {}", trap.in_short()));
    format!("{}{again}", progress.practice)
}

/// `left with 3 of 8 sets handed in; best 5 of 7 sets right; best statement: 9 of 12 entries right, 3 missing, in 6 min 12 s`
fn how_test_went(progress: &Progress, lessons: usize) -> String {
    let left = progress.test.left.as_ref();
    let left = left.map(|left| {
        let (handed_in, all) = left.handed_in();
        format!("left with {handed_in} of {all} sets handed in")
    });
    // What was saved may be any number.
    let best = progress.best.min(lessons);
    let best = (best > 0).then(|| format!("best {best} of {lessons} sets right"));
    let statement = progress.test.statement;
    let statement = statement.map(|timed| format!("best statement: {timed}"));
    let notes = left.into_iter().chain(best).chain(statement);
    notes.collect::<Vec<String>>().join("; ")
}

/// Where a lesson was left, in words.
fn place_of(lesson: &Lesson, left: SavedStage) -> String {
    let steps = if lesson.is_walked() {
        lesson.walk().steps().len()
    } else {
        0
    };
    // A step beyond the last is the last.
    let last = (steps + lesson.cases().len()).saturating_sub(1);
    match left {
        SavedStage::First(at) => match lesson.first_quiz(&Replies::default()) {
            Some((walk, _)) => {
                let last = walk.steps().len().saturating_sub(1);
                format!("step {} on the first names", at.min(last) + 1)
            }
            // As the screen takes it where there are no first names.
            None => place_of(lesson, SavedStage::Step(at)),
        },
        SavedStage::Step(at) => match at.min(last) {
            at if at < steps => format!("step {}", at + 1),
            at => format!("case {}", at - steps + 1),
        },
        SavedStage::Task => "the task".to_owned(),
    }
}

/// Where what came of a lesson begins, below its title.
const NOTES: usize = 9;

/// How wide text is, at most.
const WIDTH: usize = 78;

fn paragraph(text: &str) -> String {
    wrap(text, WIDTH).join("\n")
}

/// The lines below the first stand behind a word like `HINT`.
fn indented(text: &str) -> String {
    wrap(text, WIDTH - 6).join("\n      ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::Reply;

    #[test]
    fn a_lesson_that_is_begun_again_tells_the_best_and_where_one_is() {
        let lesson = built_in_lessons().expect("lessons").swap_remove(0);
        let mut quiz = lesson.quiz(&Replies::default()).expect("questions");
        let first = quiz.next_asked(0).expect("a question");
        quiz.pass(first);
        let one_later = quiz.replies().into_iter();
        let one_later = one_later.map(|(key, _)| (key, Reply::Later)).collect();
        let mut progress = Progress {
            done: true,
            left: Some(SavedStage::Step(3)),
            replies: one_later,
            best: 3,
            ..Progress::default()
        };
        let all = Score::of(&lesson, &progress.replies).all;
        let told = |progress: &Progress| how_lesson_goes(&lesson, progress).join("; ");
        assert_eq!(
            told(&progress),
            format!(
                "best 3 of {all} right at once; begun again: left at step 4, 1 of {all} answered"
            )
        );
        // Nothing was right at once before either.
        progress.best = 0;
        assert_eq!(
            told(&progress),
            format!(
                "left at step 4; 0 of {all} right at once, 1 later, {} not answered",
                all - 1
            )
        );
        // What is begun again and not left anywhere was not gone on with.
        (progress.best, progress.left) = (3, None);
        progress.replies = Replies::default();
        assert_eq!(told(&progress), format!("best 3 of {all} right at once"));
    }
}
