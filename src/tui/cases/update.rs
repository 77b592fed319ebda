//! What a key does among the cases of a lesson.

use super::message::CaseMessage;
use super::state::CasesState;
use crate::lessons::CaseAnswer;
use crate::tui::keys::Context;
use crate::tui::message::Request;
use crate::tui::review::ReviewScreen;
use crate::tui::shell::Shell;
use crate::tui::telling::Escape;
use crate::tui::typed::Typed;

/// Does what `message` says. What it asks for outside of the screen is returned.
pub(crate) fn update(
    shell: &mut Shell,
    screen: &mut ReviewScreen,
    message: CaseMessage,
) -> Option<Request> {
    let state = screen.cases_mut()?;
    state.telling.interrupt();
    match message {
        CaseMessage::Next if state.asked().is_some() => {
            shell.tell(match state.context() {
                Context::CasePoint => {
                    "Answer first: \u{2193} points at a line; Esc twice tells the answer"
                }
                _ => "Answer first, with a number; Esc twice tells the answer",
            });
        }
        CaseMessage::Next if state.is_last() => {
            screen.go_on_in_lesson();
        }
        CaseMessage::Next => state.go_to(state.at + 1),
        CaseMessage::Back if state.at == 0 => screen.go_back_in_lesson(),
        CaseMessage::Back => state.go_to(state.at.saturating_sub(1)),
        CaseMessage::Choose(choice) => choose(shell, state, choice),
        CaseMessage::Point(motion) => state.point(motion),
        CaseMessage::ThisLine => match state.pointed {
            Some(at) => state.answer(&CaseAnswer::Fact(Some(at))),
            None => shell.tell("Point at a line first, with \u{2193}; n says that none decides"),
        },
        CaseMessage::NoLine => state.answer(&CaseAnswer::Fact(None)),
        CaseMessage::Write => write(shell, state),
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
    state.answer(&CaseAnswer::Choice(choice));
}

fn write(shell: &mut Shell, state: &mut CasesState) {
    let Some(typed) = state.typed.trimmed().map(str::to_owned) else {
        return shell.tell("Type the entry first; Esc twice tells the answer");
    };
    if state.wrong.as_ref() == Some(&typed) {
        return shell.tell("That is not right yet: mend what is typed");
    }
    match state.asked().and_then(|question| question.slip(&typed)) {
        Some(slip) => shell.tell(slip),
        None => state.answer(&CaseAnswer::Entries(typed)),
    }
}

impl ReviewScreen {
    /// Whether something is asked in the case that is shown.
    pub(crate) fn is_asked_in_case(&self) -> bool {
        self.cases().is_some_and(|state| state.asked().is_some())
    }

    /// Whether nothing is asked in it.
    pub(crate) fn is_told_in_case(&self) -> bool {
        !self.is_asked_in_case()
    }

    /// Whether something is asked, in a case or about a step.
    pub(crate) fn is_asked(&self) -> bool {
        let steps = self.steps();
        self.is_asked_in_case()
            || steps.is_some_and(|steps| steps.number.is_none() && steps.asked().is_some())
    }

    /// Esc: tells what is asked when pressed twice, or goes to the task.
    pub(crate) fn close_cases(&mut self, shell: &mut Shell) {
        let Some(state) = self.cases_mut() else {
            return;
        };
        if state.typed.trimmed().is_some() {
            state.typed = Typed::default();
            return;
        }
        let is_asked = state.asked().is_some();
        match state.telling.escape(is_asked) {
            Escape::Say(said) => shell.tell(said),
            Escape::WarnOfSkipping => self.warn_of_skipping(shell),
            Escape::Tell => state.tell(),
            Escape::Leave => self.go_to_task(),
        }
    }
}
