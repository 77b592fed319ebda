//! The rows of the table of actions that are about the steps of a wildcard.

use ratatui::crossterm::event::KeyCode;

use super::action::{Action, Motion};
use super::command::{Command, Group, Key};
use super::model::Context::{self, StepNumber, Steps};
use super::steps::StepAction;
use super::table::{key, on};

/// The rows, in the order of the footer.
pub(super) fn step_commands() -> Vec<Command> {
    let row = |action, keys: &[Key], help, contexts| {
        Command::new(Action::Steps(action), keys, help, Group::Learn, contexts)
    };
    let move_row = |motion, code, help| {
        let action = Action::Move(motion);
        Command::new(action, [on(code)], help, Group::Learn, IN_STEPS)
    };
    vec![
        row(
            StepAction::GoTo,
            &[on(KeyCode::Enter)],
            "go to the step of this number",
            &[StepNumber],
        )
        .hint("go"),
        row(
            StepAction::Next,
            &[on(KeyCode::Right), on(KeyCode::Enter)],
            "the next step",
            IN_STEPS,
        )
        .hint("next"),
        row(
            StepAction::Back,
            &[on(KeyCode::Left)],
            "the step before",
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
            IN_STEPS,
        )
        .hint("next result"),
        row(
            StepAction::Play,
            &[key(' ')],
            "go on by itself, or stop",
            IN_STEPS,
        )
        .hint("play"),
        row(
            StepAction::Accept,
            &[key('a')],
            "accept the entry whose steps these are",
            IN_STEPS,
        )
        .hint("accept"),
        row(
            StepAction::Reject,
            &[key('r')],
            "leave that entry as it was",
            IN_STEPS,
        )
        .hint("reject"),
        move_row(Motion::First, KeyCode::Home, "the first step"),
        move_row(Motion::Last, KeyCode::End, "the last step"),
        row(
            StepAction::Leave,
            &[key('q')],
            "back to the policy",
            IN_STEPS,
        )
        .hint("leave"),
    ]
}

const IN_STEPS: &[Context] = &[Steps];
