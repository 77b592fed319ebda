//! What each message does to a review.

use super::message::ReviewMessage;
use super::pane::Pane;
use super::screen::ReviewScreen;
use super::{deciding, moving};
use crate::review::Decision;
use crate::tui::cases;
use crate::tui::cut;
use crate::tui::diff;
use crate::tui::fit;
use crate::tui::message::Request;
use crate::tui::shell::Shell;
use crate::tui::steps::{self, StepMessage};
use crate::tui::trie;

/// Does what `message` says. What it asks for outside of the screen is returned.
pub(crate) fn update(
    shell: &mut Shell,
    screen: &mut ReviewScreen,
    message: ReviewMessage,
) -> Option<Request> {
    match message {
        ReviewMessage::Show(pane) => screen.show(pane),
        ReviewMessage::OnePane => {
            screen.shows_one_pane = !screen.shows_one_pane;
            shell.tell(if screen.shows_one_pane {
                "One pane: z shows all of them again where the screen is wide"
            } else {
                "All panes, where the screen is wide"
            });
        }
        ReviewMessage::NextPane => screen.show(screen.pane.next()),
        ReviewMessage::PreviousPane => screen.show(screen.pane.previous()),
        ReviewMessage::Fold => moving::fold(screen),
        ReviewMessage::Unfold => moving::unfold(screen),
        ReviewMessage::Open if screen.is_lesson_done() => return Some(Request::GoOn),
        ReviewMessage::Open if screen.is_on_tour() => screen.go_on_in_tour(),
        ReviewMessage::Open if screen.pane == Pane::Diff => {
            shell.tell("Enter does nothing in the diff: d goes back to the entries");
        }
        ReviewMessage::Open => moving::open(screen),
        ReviewMessage::ToEntry(forward) => moving::to_entry(shell, screen, forward),
        ReviewMessage::NextUndecided => {
            let place = screen.next_undecided();
            moving::to_undecided(shell, screen, place);
        }
        ReviewMessage::PreviousUndecided => {
            let place = screen.previous_undecided();
            moving::to_undecided(shell, screen, place);
        }
        ReviewMessage::Accept => deciding::decide_here(shell, screen, Decision::Accepted),
        ReviewMessage::Reject => deciding::decide_here(shell, screen, Decision::Rejected),
        ReviewMessage::AskWhyRejected => deciding::ask_why_rejected(shell, screen),
        ReviewMessage::ConfirmReject => deciding::confirm_reject(shell, screen),
        ReviewMessage::AcceptAll => deciding::accept_all(shell, screen),
        ReviewMessage::ConfirmAcceptAll => deciding::confirm_accept_all(shell, screen),
        ReviewMessage::RejectAll => deciding::decide_all(shell, screen, Decision::Rejected),
        ReviewMessage::Cycle => deciding::cycle(shell, screen),
        ReviewMessage::Undo if screen.steps().is_some() => steps::undo(shell, screen),
        ReviewMessage::Undo => deciding::undo(shell, screen),
        ReviewMessage::Redo => deciding::redo(shell, screen),
        ReviewMessage::Order => {
            let order = screen.outline.set_next_order(&screen.review);
            // One asks for it to see what comes first.
            if let Some(first) = screen.undecided_in_order().first() {
                screen.outline.put_cursor(0);
                screen.outline.go_on_to(&screen.review, *first);
            }
            screen.show(Pane::Policy);
            shell.tell(order.description());
        }
        ReviewMessage::Diff if screen.pane == Pane::Diff => screen.pane = screen.cursor_pane,
        ReviewMessage::Diff => screen.show(Pane::Diff),
        ReviewMessage::Copy => return copy(shell, screen),
        ReviewMessage::TaskHint if screen.is_on_tour() => {
            shell.tell("Hints come once you have looked around: Enter goes on");
        }
        ReviewMessage::TaskHint => {
            if let Some(lesson) = &mut screen.lesson {
                lesson.hint();
            }
        }
        ReviewMessage::BackToSteps if screen.can_go_back_to_steps() => screen.back_to_steps(),
        ReviewMessage::BackToSteps => {
            shell.tell("b goes back to the steps of a lesson: this is none");
        }
        ReviewMessage::Trie(message) => trie::update(shell, screen, message),
        ReviewMessage::Cut(message) => cut::update(shell, screen, message),
        ReviewMessage::Fit(message) => fit::update(shell, screen, message),
        ReviewMessage::Cases(message) => return cases::update(shell, screen, message),
        ReviewMessage::Steps(StepMessage::Leave) if screen.is_watching() => {
            return Some(Request::Quit);
        }
        ReviewMessage::Steps(message) => steps::update(shell, screen, message),
    }
    None
}

fn copy(shell: &mut Shell, screen: &ReviewScreen) -> Option<Request> {
    let text = diff::text(&screen.review);
    if text.is_empty() {
        shell.tell("Nothing is accepted yet: there is no diff to copy");
        return None;
    }
    shell.tell("Copied the diff, if the terminal allows it");
    Some(Request::Copy(text))
}

impl ReviewScreen {
    /// Closes what is open in it, which is not what lies over it. Returns whether something was.
    pub(crate) fn close(&mut self, shell: &mut Shell) -> bool {
        let could = self.can_close();
        if self.cases().is_some() {
            self.close_cases(shell);
        } else if self.steps().is_some() {
            self.close_steps(shell);
        } else if self.pane == Pane::Diff {
            self.pane = self.cursor_pane;
        } else {
            self.search.clear();
        }
        could
    }

    /// Shows other entries: all, changed, undecided, unsafe, unlike AWS's answer where there is one, and again. Returns which, in words.
    pub(crate) fn show_next_filter(&mut self) -> String {
        let filter = self.outline.filter().next(&self.review);
        self.outline.set_filter(&self.review, filter);
        self.show(Pane::Policy);
        format!("Shows {}", filter.description())
    }
}
