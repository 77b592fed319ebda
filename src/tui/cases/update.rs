//! What a key does among the cases of a lesson.

use super::message::CaseMessage;
use super::state::CasesState;
use crate::tui::message::Request;
use crate::tui::review::ReviewScreen;
use crate::tui::shell::Shell;

/// Does what `message` says. What it asks for outside of the screen is returned.
pub(crate) fn update(
    shell: &mut Shell,
    screen: &mut ReviewScreen,
    message: CaseMessage,
) -> Option<Request> {
    let Some(state) = &mut screen.cases else {
        return None;
    };
    state.asks_to_tell = false;
    match message {
        CaseMessage::Next if state.asked().is_some() => {
            shell.tell("Answer first, with a number; Esc twice tells the answer");
        }
        CaseMessage::Next if state.is_last() => screen.leave_cases(),
        CaseMessage::Next => state.go_to(state.at + 1),
        CaseMessage::Back if state.at == 0 => screen.back_from_cases(),
        CaseMessage::Back => state.go_to(state.at.saturating_sub(1)),
        CaseMessage::Choose(choice) => choose(shell, state, choice),
        CaseMessage::Hint => {
            if let Some(said) = state.hint() {
                shell.tell(said);
            }
        }
        CaseMessage::Tell => state.tell(),
        CaseMessage::Leave => return Some(Request::Quit),
    }
    None
}

fn choose(shell: &mut Shell, state: &mut CasesState, choice: usize) {
    let Some(question) = state.asked() else {
        return shell.tell("Nothing is asked here; Enter goes on");
    };
    let count = question.choices.len();
    if choice >= count {
        return shell.tell(format!("There are {count} choices"));
    }
    state.cases.choose(state.at, choice);
    state.was_told = state.asked().is_none();
}

impl ReviewScreen {
    /// Whether something is asked in the case that is shown.
    pub(crate) fn is_asked_in_case(&self) -> bool {
        let cases = self.cases.as_ref();
        cases.is_some_and(|state| state.asked().is_some())
    }

    /// Whether nothing is asked in it.
    pub(crate) fn is_told_in_case(&self) -> bool {
        !self.is_asked_in_case()
    }

    /// Whether something is asked, in a case or about a step.
    pub(crate) fn is_asked(&self) -> bool {
        let steps = self.steps.as_ref();
        self.is_asked_in_case()
            || steps.is_some_and(|steps| steps.number.is_none() && steps.asked().is_some())
    }

    /// Esc: tells what is asked when pressed twice, or goes to the task.
    pub(crate) fn close_cases(&mut self, shell: &mut Shell) {
        match &mut self.cases {
            Some(state) if state.asked().is_some() && !state.asks_to_tell => {
                state.asks_to_tell = true;
                shell.tell("Esc again tells the answer");
            }
            Some(state) if state.asked().is_some() => {
                state.asks_to_tell = false;
                state.tell();
            }
            // Who presses it twice to be told would be led away from what was just told.
            Some(state) if state.was_told => {
                state.was_told = false;
                shell.tell("The answer is told; Enter goes on");
            }
            Some(state) if !state.asks_to_tell => {
                state.asks_to_tell = true;
                shell.tell("Esc again leaves the steps for the task");
            }
            _ => self.leave_cases(),
        }
    }
}
