//! The rows of the table of actions that are about the steps of a wildcard.

use ratatui::crossterm::event::KeyCode;

use super::{key, on};
use crate::lessons::Answer;
use crate::tui::action::{Action, Motion};
use crate::tui::command::{Command, Group, Key};
use crate::tui::context::Context::{self, Predict, StepNumber, Steps};
use crate::tui::steps::StepAction;

/// The rows, in the order of the footer.
pub(super) fn step_commands() -> Vec<Command> {
    let mut commands = answers();
    commands.extend(going());
    commands
}

fn row(
    action: StepAction,
    keys: &[Key],
    help: &'static str,
    contexts: &'static [Context],
) -> Command {
    Command::new(Action::Steps(action), keys, help, Group::Learn, contexts)
}

/// Answering what is asked.
fn answers() -> Vec<Command> {
    vec![
        row(
            StepAction::Answer(Answer::SafeStar),
            &[key('s')],
            "when asked: it is safe, prefix and star",
            &[Predict],
        )
        .hint("safe, star"),
        row(
            StepAction::Answer(Answer::SafeName),
            &[key('n')],
            "when asked: it is safe, the full name of its only action",
            &[Predict],
        )
        .hint("safe, full name"),
        row(
            StepAction::Answer(Answer::Unsafe),
            &[key('u')],
            "when asked: it is unsafe, an unused action starts with it",
            &[Predict],
        )
        .hint("unsafe"),
        row(
            StepAction::Tell,
            &[on(KeyCode::Right), on(KeyCode::Enter), key('c'), key(' ')],
            "when asked: tell it without an answer",
            &[Predict],
        )
        .hint("tell"),
        row(
            StepAction::Hint,
            &[key('H'), key('h')],
            "when asked: a hint, where to look",
            &[Predict],
        )
        .hint("hint"),
    ]
}

/// Going from step to step.
fn going() -> Vec<Command> {
    let move_row = |motion, code, help| {
        let action = Action::Move(motion);
        Command::new(action, [on(code)], help, Group::Learn, IN_STEPS)
    };
    vec![
        row(
            StepAction::GoTo,
            &[on(KeyCode::Enter)],
            "after g: go to the step of this number",
            &[StepNumber],
        )
        .hint("go"),
        row(
            StepAction::Next,
            &[on(KeyCode::Right), on(KeyCode::Enter)],
            "in the steps: the next step",
            TOLD,
        )
        .hint("next"),
        row(
            StepAction::Back,
            &[on(KeyCode::Left)],
            "in the steps: the step before",
            IN_STEPS,
        )
        .hint("back"),
        row(
            StepAction::AskNumber,
            &[key('g')],
            "go to the step of a number",
            IN_STEPS,
        )
        .hint("go to step"),
        row(
            StepAction::NextResult,
            &[key('c')],
            "the next step that gives something to the policy",
            TOLD,
        )
        .hint("next result"),
        row(
            StepAction::Leave,
            &[key('q')],
            "back to the policy; a lesson can be gone on with later",
            IN_STEPS,
        )
        .hint("leave"),
        row(
            StepAction::LessonState,
            &[key(' ')],
            "in the steps: go on by itself, or stop",
            TOLD,
        )
        .hint("play"),
        row(
            StepAction::Accept,
            &[key('a')],
            "accept the entry whose steps these are",
            TOLD,
        )
        .hint("accept")
        .when(|model| !model.is_watching()),
        row(
            StepAction::Reject,
            &[key('r')],
            "leave that entry as it was",
            TOLD,
        )
        .hint("reject")
        .when(|model| !model.is_watching()),
        row(
            StepAction::Predict,
            &[key('p')],
            "ask about some prefixes before they are told, or no more",
            IN_STEPS,
        )
        .hint("predict"),
        move_row(Motion::First, KeyCode::Home, "the first step"),
        move_row(Motion::Last, KeyCode::End, "the last step"),
    ]
}

const IN_STEPS: &[Context] = &[Steps, Predict];
const TOLD: &[Context] = &[Steps];
