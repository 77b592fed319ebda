//! Showing the lengths, and taking one.

use super::message::FitMessage;
use super::table::FitTable;
use crate::review::reason_to_fit;
use crate::tui::policy::OutlineRow;
use crate::tui::review::{ReviewScreen, decided_since};
use crate::tui::shell::{Overlay, Shell};

pub(crate) fn update(shell: &mut Shell, screen: &mut ReviewScreen, message: FitMessage) {
    match (message, &mut shell.overlay) {
        (FitMessage::Show, _) => open(shell, screen),
        (FitMessage::Names, Overlay::Fit(table)) => table.show_names(),
        (FitMessage::Take, _) => take(shell, screen),
        (FitMessage::Names, _) => {}
    }
}

/// Opens the lengths of the policy under the cursor.
fn open(shell: &mut Shell, screen: &ReviewScreen) {
    let policy = screen.outline.current().map_or(0, OutlineRow::policy);
    match FitTable::of(&screen.review, policy) {
        Some(table) => shell.overlay = Overlay::Fit(table),
        None => {
            shell.tell("Nothing is proposed here that makes it longer: there is nothing to fit");
        }
    }
}

/// Leaves whole what the selected row says. What was decided stays as it was.
fn take(shell: &mut Shell, screen: &mut ReviewScreen) {
    let overlay = std::mem::take(&mut shell.overlay);
    let Overlay::Fit(table) = overlay else {
        shell.overlay = overlay;
        return;
    };
    let Some((fit, length)) = &table.chosen().fit else {
        shell.tell("That is how it was, to compare with: r rejects what is proposed");
        shell.overlay = Overlay::Fit(table);
        return;
    };
    let before = screen.review.snapshot();
    if !screen.review.leave_whole(fit, &reason_to_fit(*length)) {
        return shell.tell("No change: nothing is left whole for its length");
    }
    let what = decided_since(screen, &before);
    let undecided = match screen.review.undecided().len() {
        0 => "",
        _ => "; what is undecided stays so, A accepts it",
    };
    shell.tell(format!("{what}{undecided}"));
}
