//! Playing a lesson on the screen, and telling it as text.

use std::fmt::Write;

use super::practice::as_text;
use super::{Chosen, PRACTICE, TEST, indented, paragraph, place_of};
use crate::cli::exit::Failure;
use crate::cli::screen::Screen;
use crate::cli::speak::print_text;
use crate::explain::{Color, Explanation};
use crate::lessons::{Case, Lesson, Progress, Reached, SavedStage, Score, Stage};
use crate::review::Review;
use crate::text::Error;
use crate::tui::{self, App, Ended, Host};

/// Plays it on the screen. Returns whether the person goes on to what comes next.
pub(super) fn play(chosen: &Chosen, screen: &Screen) -> Result<bool, Failure> {
    let key = chosen.key.clone();
    let known = key.as_ref().and_then(|key| Progress::all().remove(key));
    let known = known.unwrap_or_default();
    let left = known.left;
    // What is begun anew is asked anew.
    let from = Reached {
        stage: left.map_or_else(|| chosen.lesson.begins_at(), Stage::from),
        replies: left.map(|_| known.replies).unwrap_or_default(),
    };
    let settings = screen.settings();
    if !tui::begins(&chosen.introduction(left), settings.mouse)? {
        return Ok(false);
    }
    let (lesson, heading) = (chosen.lesson.clone(), chosen.heading.clone());
    let mut app = App::of_lesson(lesson.clone(), heading, &from, settings);
    let mut host = LessonHost {
        lesson,
        key,
        saved: from,
    };
    if tui::run(&mut app, &mut host)? == Ended::GoesOn {
        return Ok(true);
    }
    if let (Some(reached), Some(review)) = (app.reached(), app.review()) {
        print_text(chosen.outcome(&reached, review))?;
    }
    Ok(false)
}

/// Saves how far one is, and writes nothing.
struct LessonHost {
    lesson: Lesson,
    key: Option<String>,
    saved: Reached,
}

impl Host for LessonHost {
    fn save(&mut self, app: &App) -> Result<(), Error> {
        let Some(reached) = app.reached().filter(|reached| *reached != self.saved) else {
            return Ok(());
        };
        if let Some(key) = &self.key {
            let right = Score::of(&self.lesson, &reached.replies).right;
            let saved = Progress::save(key, &reached, right);
            saved.map_err(|error| Error::new("how far you are is not kept").caused_by(error))?;
        }
        self.saved = reached;
        Ok(())
    }
}

impl Chosen {
    /// What is said before the screen opens.
    fn introduction(&self, left: Option<SavedStage>) -> Vec<String> {
        let lesson = &self.lesson;
        let mut said = vec![self.heading.clone(), lesson.wrong.clone()];
        match left {
            Some(SavedStage::Task) if self.is_mended() => said.push(
                "You left it at the task, which begins anew. t shows the steps of the wildcard under \
                 the cursor, as it is marked now."
                    .to_owned(),
            ),
            Some(SavedStage::Task) => {
                said.push("You left it at the task, which begins anew.".to_owned());
            }
            Some(left) => {
                said.push(lesson.watch.clone());
                let place = place_of(lesson, left);
                said.push(format!("You left it at {place}; it resumes there."));
            }
            None => said.push(lesson.watch.clone()),
        }
        said.push(match (&lesson.task, left) {
            (Some(_), Some(SavedStage::Task)) => {
                "The task stands at the top.".to_owned()
            }
            // Once is enough: the next lessons go the same way.
            (Some(_), _) if self.number.is_some_and(|number| number > 1) => String::new(),
            (Some(_), _) => format!(
                "{} After the last step comes a task that you do alone, and then sets to practise on.",
                self.how_asked()
            ),
            (None, _) => self.how_asked().to_owned(),
        });
        said.retain(|part| !part.is_empty());
        said.push("Enter begins, q leaves. In the lesson ? shows the keys. ".to_owned());
        said
    }

    /// Whether a review is put right in its task.
    fn is_mended(&self) -> bool {
        let task = self.lesson.task.as_ref();
        task.is_some_and(|task| task.mending().is_some())
    }

    /// How one is asked in it.
    fn how_asked(&self) -> &'static str {
        if self.lesson.is_walked() {
            "Some prefixes are asked about before they are told: point at an unused name that starts with \
             it, or say that there is none. Elsewhere Space plays the steps, letter by letter."
        } else {
            "Some of what comes is asked before it is told: you choose, point at what decides it, or write it."
        }
    }

    /// All of it as text.
    pub(super) fn text(&self) -> String {
        let lesson = &self.lesson;
        let mut steps = String::new();
        if lesson.is_walked() {
            let explanation = Explanation {
                walk: lesson.walk(),
                findings: "the findings of the lesson".to_owned(),
                catalogue: lesson.input().universe.catalogue.date(),
            };
            steps = explanation.text(Color::Plain) + "\n";
        }
        steps += &told(lesson.cases());
        let mut text = format!(
            "{}\n\n{}\n\n{}\n\n{steps}",
            self.heading,
            paragraph(&lesson.wrong),
            paragraph(&lesson.watch),
        );
        if let Some(task) = &lesson.task {
            let _ = writeln!(text, "\nDO    {}", indented(&task.what));
            if !task.hints.is_empty() {
                let _ = writeln!(text, "HINT  {}", indented(&task.hints.join(" ")));
            }
            if let Some(exercise) = task.exercise() {
                let _ = writeln!(text, "\n{}", as_text(exercise));
            }
            let _ = writeln!(text, "\n{}", paragraph(&task.sentence));
        }
        text
    }

    /// What is said when the screen is left.
    fn outcome(&self, reached: &Reached, review: &Review) -> String {
        let again = &self.command;
        let Some(task) = &self.lesson.task else {
            return String::new();
        };
        let left_at = |left| {
            let place = place_of(&self.lesson, left);
            format!("Left at {place}. Resume: {again}\n")
        };
        match reached.stage {
            Stage::Done => {
                let score = if reached.replies.is_empty() {
                    String::new()
                } else {
                    let score = Score::of(&self.lesson, &reached.replies);
                    format!("Questions: {score}\n")
                };
                let next = match (self.next, self.number) {
                    (Some(next), _) => format!("Next: iam-refine learn {next}\n"),
                    // Behind the last of the built-in ones.
                    (None, Some(_)) => {
                        format!("A test over all lessons: iam-refine learn {TEST}\n")
                    }
                    (None, None) => String::new(),
                };
                format!(
                    "Done: {}\n{score}\n{}\nPractice: {again} {PRACTICE}\n{next}",
                    self.heading,
                    paragraph(&task.sentence)
                )
            }
            Stage::First(at) => left_at(SavedStage::First(at)),
            Stage::Steps(at) => left_at(SavedStage::Step(at)),
            Stage::Task => {
                let Some(missing) = self.lesson.missing(review) else {
                    return format!("Not done yet: the entries.\nResume: {again}\n");
                };
                let missing = paragraph(&format!("Not done yet: {missing}."));
                format!("{missing}\nResume: {again}; H there tells how.\n")
            }
        }
    }
}

/// Cases with their answers. What is known is told where it is another than before.
fn told(cases: &[Case]) -> String {
    let mut text = String::new();
    let mut known = Vec::new();
    for (number, case) in (1..).zip(cases) {
        let all_known = case.all_known();
        if all_known != known {
            known = all_known;
            for line in &known {
                let line = if line.contains("   ") {
                    line.clone()
                } else {
                    paragraph(line).replace('\n', "\n  ")
                };
                let _ = writeln!(text, "{line}");
            }
            text.push('\n');
        }
        let question = case.question.as_ref();
        let answer = question.map_or_else(String::new, |question| {
            format!(
                " {} {}: {}",
                question.asked,
                question.right(),
                question.row.why
            )
        });
        let told = format!("{}{answer}", case.told);
        let _ = writeln!(text, "{number:>4}  {}", indented(told.trim()));
    }
    text
}
