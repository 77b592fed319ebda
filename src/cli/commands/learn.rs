//! `iam-refine learn`: lessons on how shortest safe prefixes are chosen.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::autosave::real_name;
use crate::cli::exit::{Exit, Failure};
use crate::cli::screen::{Screen, is_at_a_terminal};
use crate::cli::shared_arguments::GranularityChoice;
use crate::cli::speak::print_text;
use crate::explain::{Color, Explanation};
use crate::intake::read;
use crate::lessons::{
    Lesson, LessonFiles, Progress, Reached, SavedStage, Score, Stage, WordList, built_in_lessons,
};
use crate::refine::Granularity;
use crate::review::Review;
use crate::text::{Error, Problems, Shown, printable, wrap};
use crate::tui::{self, App, Host, Preview};

/// Learn how shortest safe prefixes are chosen: watch, predict, do
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  \
    iam-refine learn              lists the lessons\n  \
    iam-refine learn 1            opens the first\n  \
    iam-refine learn FOLDER       opens one of your own\n  \
    iam-refine learn --words words.txt --unused unused.txt",
    after_long_help = AFTER_LONG_HELP
)]
pub struct Arguments {
    /// The number of a lesson, or the folder of one of your own
    #[arg(value_name = "LESSON", conflicts_with_all = ["words", "unused", "granularity"])]
    lesson: Option<PathBuf>,

    /// Play the rule on the words of this file, one a line; needs --unused
    #[arg(long, value_name = "FILE", requires = "unused")]
    words: Option<PathBuf>,

    /// The words among them that are unused, one a line; needs --words
    #[arg(long, value_name = "FILE", requires = "words")]
    unused: Option<PathBuf>,

    /// Where the words are cut [default: word]
    #[arg(long, value_name = "WHERE", value_enum, requires = "words")]
    granularity: Option<GranularityChoice>,

    #[command(flatten)]
    screen: Screen,
}

const AFTER_LONG_HELP: &str = r#"Examples:
  iam-refine learn              lists the lessons
  iam-refine learn 1            opens the first
  iam-refine learn FOLDER       opens one of your own
  iam-refine learn --words words.txt --unused unused.txt

--words and --unused go together: the rule is played on the words of both files.

A lesson of your own is a folder with policies and findings (*.json) and lesson.toml. Findings are
as AWS writes them; this is the shortest findings.json:

  [{"serviceNamespace": "s3", "actions": ["GetBucketAcl"]}]

lesson.toml:

  title = "Reading buckets"
  wrong = "What goes wrong where this is not known."
  watch = "What to watch while the steps are played."
  wildcard = "s3:Get*"          # an entry of a policy: its steps are played
  steps = "s3:GetBucket"        # of them those of this prefix alone [default: all]
  task = "What to do then."
  hint = "How it can be done."
  sentence = "What to take along."
  actions = "today"             # or "june-2024": S3 as in the article [default: today]

  [[start]]                     # what somebody did wrong; as many as you like
  entry = "s3:Get*"
  keep = ["s3:GetBucket"]       # marks on prefixes: keep, drop, split, whole
  reason = "because"            # of the keeps
  granularity = "character"     # word, character, name
  decision = "accepted"         # or "rejected", "undecided" [default: accepted]

  [done]                        # what has to hold when the task is done, one of these at least
  gone = ["s3:GetBucketAcl"]    # granted by no policy any more
  granted = ["s3:GetObject"]    # granted still
  reasons = ["s3:GetBucketAcl"] # kept by a mark with a reason
  entries = ["s3:GetObject*"]   # what the wildcard becomes, no more and no less
  without_stars = true          # no new entry has a star"#;

/// What is played, and how it is called.
struct Chosen {
    lesson: Lesson,
    /// `Lesson 3 of 7: The sibling trap`.
    heading: String,
    /// What it is kept under how far one is; nothing is kept without.
    key: Option<String>,
    /// How it is opened again.
    command: String,
    /// The lesson that comes next.
    next: Option<usize>,
}

/// Lists the lessons, or opens one: on the screen, or as text where there is no terminal.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let Some(chosen) = arguments.chosen()? else {
        print_text(list(&built_in_lessons()?))?;
        return Ok(Exit::Done);
    };
    if is_at_a_terminal() {
        play(&chosen, &arguments.screen)?;
    } else {
        print_text(chosen.text())?;
    }
    Ok(Exit::Done)
}

impl Arguments {
    fn chosen(&self) -> Result<Option<Chosen>, Failure> {
        if let (Some(words), Some(unused)) = (&self.words, &self.unused) {
            let granularity = self.granularity.map(GranularityChoice::granularity);
            return of_words(words, unused, granularity.unwrap_or_default()).map(Some);
        }
        let Some(lesson) = &self.lesson else {
            return Ok(None);
        };
        match lesson.to_str().map(str::parse) {
            Some(Ok(number)) => built_in(number).map(Some),
            _ => of_folder(lesson).map(Some),
        }
    }
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
        next: None,
    })
}

fn of_words(words: &Path, unused: &Path, cut: Granularity) -> Result<Chosen, Failure> {
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
        next: None,
    })
}

fn list(lessons: &[Lesson]) -> String {
    let known = Progress::all();
    let mut text = String::from("Lessons: iam-refine learn NUMBER\n\n");
    for (number, lesson) in (1..).zip(lessons) {
        let progress = known.get(&i32::to_string(&number)).cloned();
        let progress = progress.unwrap_or_default();
        let sign = if progress.done { 'x' } else { ' ' };
        let left = progress.left.map(|left| match left {
            SavedStage::Step(at) => format!("left at step {}", at + 1),
            SavedStage::Task => "left at the task".to_owned(),
        });
        let score = (!progress.replies.is_empty())
            .then(|| Score::of(lesson, &progress.replies).to_string());
        let notes: Vec<String> = left.into_iter().chain(score).collect();
        let notes = match notes.as_slice() {
            [] => String::new(),
            notes => format!("  ({})", notes.join("; ")),
        };
        let _ = writeln!(text, "  [{sign}] {number}  {}{notes}", lesson.title);
    }
    text
}

/// Plays it on the screen.
fn play(chosen: &Chosen, screen: &Screen) -> Result<(), Failure> {
    let key = chosen.key.clone();
    let known = key.as_ref().and_then(|key| Progress::all().remove(key));
    let known = known.unwrap_or_default();
    let left = known.left;
    // What is begun anew is asked anew.
    let from = Reached {
        stage: left.map_or(Stage::Steps(0), Stage::from),
        replies: left.map(|_| known.replies).unwrap_or_default(),
    };
    let settings = screen.settings();
    if !tui::begins(&chosen.introduction(left), settings.mouse)? {
        return Ok(());
    }
    let (lesson, heading) = (chosen.lesson.clone(), chosen.heading.clone());
    let mut app = App::of_lesson(lesson, heading, &from, settings);
    let mut host = LessonHost { key, saved: from };
    tui::run(&mut app, &mut host)?;
    match (app.reached(), app.review()) {
        (Some(reached), Some(review)) => print_text(chosen.outcome(&reached, review)),
        _ => Ok(()),
    }
}

/// Saves how far one is, and writes nothing.
struct LessonHost {
    key: Option<String>,
    saved: Reached,
}

impl Host for LessonHost {
    fn save(&mut self, app: &App) -> Result<(), Error> {
        let Some(reached) = app.reached().filter(|reached| *reached != self.saved) else {
            return Ok(());
        };
        if let Some(key) = &self.key {
            let saved = Progress::save(key, &reached);
            saved.map_err(|error| Error::new("how far you are is not kept").caused_by(error))?;
        }
        self.saved = reached;
        Ok(())
    }

    fn preview(&mut self, _: &App) -> Result<Preview, Error> {
        Err(Error::new("nothing of a lesson is written; q leaves it"))
    }

    fn write(&mut self, _: &App) -> Result<String, Error> {
        Err(Error::new("nothing of a lesson is written; q leaves it"))
    }
}

impl Chosen {
    /// What is said before the screen opens.
    fn introduction(&self, left: Option<SavedStage>) -> String {
        let lesson = &self.lesson;
        let mut said = vec![self.heading.clone(), paragraph(&lesson.wrong)];
        match left {
            Some(SavedStage::Task) => said.push(paragraph(
                "You left it at the task. What you had decided there begins anew; t shows the \
                 steps of the wildcard under the cursor, as it is marked now.",
            )),
            Some(SavedStage::Step(at)) => {
                said.push(paragraph(&lesson.watch));
                said.push(format!("You left it at step {}; it resumes there.", at + 1));
            }
            None => said.push(paragraph(&lesson.watch)),
        }
        said.push(paragraph(match (&lesson.task, left) {
            (Some(_), Some(SavedStage::Task)) => "What is to be done stands above the panes.",
            (Some(_), _) => {
                "Some prefixes are asked about before they are told. After the last step there is \
                 something to do, which is checked as you do it; Esc goes there at once."
            }
            (None, _) => "Some prefixes are asked about before they are told.",
        }));
        said.push("Enter begins, q leaves. In the lesson ? shows the keys. ".to_owned());
        said.join("\n\n")
    }

    /// All of it as text.
    fn text(&self) -> String {
        let lesson = &self.lesson;
        let explanation = Explanation {
            walk: lesson.walk(),
            findings: "the findings of the lesson".to_owned(),
            catalogue: lesson.input().universe.catalogue.date(),
        };
        let mut text = format!(
            "{}\n\n{}\n\n{}\n\n{}",
            self.heading,
            paragraph(&lesson.wrong),
            paragraph(&lesson.watch),
            explanation.text(Color::Plain),
        );
        if let Some(task) = &lesson.task {
            let _ = write!(
                text,
                "\nDO    {}\nHINT  {}\n\n{}\n",
                indented(&task.what),
                indented(&task.hint),
                paragraph(&task.sentence)
            );
        }
        text
    }

    /// What is said when the screen is left.
    fn outcome(&self, reached: &Reached, review: &Review) -> String {
        let again = &self.command;
        let Some(task) = &self.lesson.task else {
            return String::new();
        };
        match reached.stage {
            Stage::Done => {
                let score = if reached.replies.is_empty() {
                    String::new()
                } else {
                    let score = Score::of(&self.lesson, &reached.replies);
                    format!("Questions: {score}\n")
                };
                let next = self.next.map_or_else(String::new, |next| {
                    format!("Next: iam-refine learn {next}\n")
                });
                format!(
                    "Done: {}\n{score}\n{}\n{next}",
                    self.heading,
                    paragraph(&task.sentence)
                )
            }
            Stage::Steps(at) => format!("Left at step {}. Resume: {again}\n", at + 1),
            Stage::Task => {
                let missing = self.lesson.missing(review).unwrap_or_default();
                let missing = paragraph(&format!("Not done yet: {missing}."));
                format!("{missing}\nResume: {again}; H there tells how.\n")
            }
        }
    }
}

/// How wide text is, at most.
const WIDTH: usize = 78;

fn paragraph(text: &str) -> String {
    wrap(text, WIDTH).join("\n")
}

/// The lines below the first stand behind a word like `HINT`.
fn indented(text: &str) -> String {
    wrap(text, WIDTH - 6).join("\n      ")
}
