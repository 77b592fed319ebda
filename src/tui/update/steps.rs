//! Going through the steps of a wildcard, and deciding on it from there.

use super::super::lesson_state::LessonState;
use super::super::model::Model;
use super::super::quiz::{Quiz, Reply};
use super::super::steps::{StepAction, Steps};
use super::deciding;
use crate::review::Decision;
use crate::text::counted;

pub(super) fn apply(model: &mut Model, action: StepAction) {
    let Some(steps) = &mut model.steps else {
        if action == StepAction::Show {
            show(model);
        }
        return;
    };
    if !matches!(action, StepAction::LessonState | StepAction::Tick) {
        steps.is_playing = false;
    }
    match action {
        StepAction::Show => {}
        StepAction::Next => next(model),
        StepAction::Back => steps.go_to(steps.at.saturating_sub(1)),
        StepAction::NextResult => steps.go_to(steps.next_result()),
        StepAction::AskNumber => steps.number = Some(String::new()),
        StepAction::GoTo => go_to_number(model),
        StepAction::LessonState => play(steps),
        StepAction::Tick => tick(steps),
        StepAction::Predict => predict(model),
        StepAction::Answer(answer) => reply(steps, Reply::Answer(answer)),
        StepAction::Tell => reply(steps, Reply::Passed),
        StepAction::Hint => {
            if let Some(quiz) = &mut steps.quiz {
                quiz.has_hint = true;
            }
        }
        StepAction::Leave => model.leave_steps(),
        StepAction::Accept => decide(model, Decision::Accepted),
        StepAction::Reject => decide(model, Decision::Rejected),
    }
}

/// What Esc does: gives up typing, or goes back to the panes.
pub(super) fn close(model: &mut Model) {
    match &mut model.steps {
        Some(steps) if steps.number.is_some() => steps.number = None,
        _ => model.leave_steps(),
    }
}

/// Types into the number of a step, where digits alone are typed.
pub(super) fn type_number(steps: &mut Steps, change: impl FnOnce(&mut String)) {
    if let Some(number) = &mut steps.number {
        change(number);
        number.retain(|letter| letter.is_ascii_digit());
    }
}

fn show(model: &mut Model) {
    let Some(place) = model.place() else {
        return model.tell("Only a wildcard is refined in steps: go to one first");
    };
    match Steps::of(&model.review, place) {
        Ok(steps) => model.steps = Some(steps),
        Err(why) => model.tell(why),
    }
}

fn next(model: &mut Model) {
    let Some(steps) = &mut model.steps else {
        return;
    };
    let leads_on = steps.is_lesson && steps.asked().is_none();
    match steps.is_last() {
        true if leads_on && model.play.as_ref().is_some_and(LessonState::has_task) => {
            model.leave_steps()
        }
        true => model.tell("This is the last step"),
        false => steps.go_to(steps.at + 1),
    }
}

fn reply(steps: &mut Steps, reply: Reply) {
    let at = steps.at;
    if let Some(quiz) = &mut steps.quiz {
        quiz.reply(at, reply);
    }
}

fn go_to_number(model: &mut Model) {
    let Some(steps) = &mut model.steps else {
        return;
    };
    let typed = steps.number.take().unwrap_or_default();
    let count = steps.count();
    match typed.parse::<usize>() {
        Ok(number) if (1..=count).contains(&number) => steps.go_to(number - 1),
        _ if typed.is_empty() => {}
        _ => model.tell(format!("There is no step {typed}: give 1 to {count}")),
    }
}

/// Begins to ask, from the step that comes next on, or ends it.
fn predict(model: &mut Model) {
    let Some(steps) = &mut model.steps else {
        return;
    };
    if steps.quiz().is_some() {
        steps.is_quiet = true;
        return model.tell("Nothing more is asked; p goes on asking");
    }
    steps.is_quiet = false;
    let quiz = steps.quiz.take();
    let quiz = quiz.unwrap_or_else(|| Quiz::new(&steps.walk));
    let (score, next, first) = (quiz.score(), quiz.next_asked(steps.at), quiz.next_asked(0));
    let text = match (next, first) {
        _ if score.all == 0 => "No step here is worth a question".to_owned(),
        (Some(step), _) if step == steps.at => "This step is asked".to_owned(),
        (Some(step), _) => format!("The next question is step {}", step + 1),
        (None, Some(_)) => {
            steps.go_to(0);
            let open = score.all - score.answered;
            format!(
                "{} from the first step on",
                counted(open, "question", "questions")
            )
        }
        (None, None) => format!("All questions are told: {score}"),
    };
    steps.quiz = (score.all > 0).then_some(quiz);
    model.tell(text);
}

/// From the last step it begins anew.
fn play(steps: &mut Steps) {
    steps.is_playing = !steps.is_playing;
    if steps.is_playing && steps.is_last() {
        steps.go_to(0);
    }
}

fn tick(steps: &mut Steps) {
    if steps.is_playing {
        steps.go_to(steps.at + 1);
        steps.is_playing = !steps.is_last() && steps.asked().is_none();
    }
}

/// Takes the last decision back, and shows the steps as they are then. While questions are asked
/// `u` is an answer, so that one too many takes nothing back.
pub(super) fn undo(model: &mut Model) {
    let Some(steps) = model.steps.as_ref() else {
        return;
    };
    if steps.quiz().is_some() {
        return model.tell("Nothing is asked here; p ends the questions");
    }
    let (place, at) = (steps.place, steps.at);
    deciding::undo(model);
    model.steps = Steps::of(&model.review, place).ok();
    if let Some(steps) = &mut model.steps {
        steps.go_to(at);
    }
}

fn decide(model: &mut Model, to: Decision) {
    if model.is_watching() {
        return model.tell("Watch first: what is to be done comes after the steps");
    }
    if let Some(place) = model.steps.as_ref().map(|steps| steps.place) {
        deciding::decide(model, &[place], to);
    }
}
