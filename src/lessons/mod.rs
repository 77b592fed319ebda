//! Lessons: steps to watch and to predict, and then a mistake in a policy to put right.
//!
//! A folder goes in ([`LessonFiles`]): `lesson.toml`, with policies and findings in any of the
//! shapes that are read. A [`Lesson`] comes out ([`Lesson::read`]): its walk and its questions
//! ([`Quiz`]), or what it tells and asks in their place ([`Cases`]), and the review that its [`Task`] takes place in. The built-in ones
//! ([`built_in_lessons`]) are in the same form and go through the same reader. [`Progress`] is what
//! is saved between runs.

mod answering;
mod asked;
mod built_in;
mod cases;
mod check;
mod earlier;
mod form;
mod goals;
mod lesson;
mod lesson_file;
mod own_names;
mod practice;
mod predict;
mod progress;
mod quiz;
mod read;
mod reply;
mod score;
mod word_list;
mod written;

pub use answering::Half;
pub use asked::{
    AnswerBy, Case, CaseAnswer, CasePicture, CaseQuestion, ChoiceRule, Choosing, ChoosingRow,
    EntryCheck, Fact, Facts, FindingMade, Timeline,
};
pub use built_in::built_in_lessons;
pub use cases::Cases;
pub use lesson::{Doing, Lesson, Mending, ScreenPart, Task, TourStop};
pub use practice::{
    Attempt, ChosenRows, ClosingTest, EntryScore, Exercise, Extending, Hinted, Judgement, Level,
    Miss, MissKind, Mistakes, Playground, Practice, PracticeSet, PracticeStage, Refining,
    SavedTest, Seed, Sets, Subject, Tally, TestPart, TestProgress, TimedScore, Trap,
    WholeStatement, Writing, WrittenEntries,
};
pub use predict::{Answer, Choice, Question, Said};
pub use progress::{Progress, Reached, SavedStage, Stage};
pub use quiz::Quiz;
pub use read::LessonFiles;
pub use reply::{Begun, Replies, Reply, Saved};
pub use score::Score;
pub use word_list::WordList;
