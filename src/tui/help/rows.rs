//! Which rows of the table of keys the help lists.

use super::state::Help;
use crate::tui::app::App;
use crate::tui::keys::{Context, Row, listed};
use crate::tui::shell::Overlay;

/// The rows that what was typed leaves, while the help is open; over the steps of a wildcard these
/// are the keys of the steps.
pub(crate) fn rows(app: &App) -> Vec<&'static Row> {
    let Overlay::Help(help) = &app.shell.overlay else {
        return Vec::new();
    };
    let mut rows = listed(app.view.screen().is_none());
    // Keys that mean something in the help alone are in its footer.
    rows.retain(|row| row.contexts != [Context::Help] && is_found(help, row, app));
    if app.steps().is_some() {
        rows.retain(|row| row.contexts.iter().any(|context| context.is_of_steps()));
        let is_used_elsewhere = |context: &Context| !context.is_of_steps();
        rows.sort_by_key(|row| row.contexts.iter().any(is_used_elsewhere));
    }
    rows
}

fn is_found(help: &Help, row: &Row, app: &App) -> bool {
    let text = format!("{} {}", row.keys_text(app.shell.look.ascii), row.help);
    let wanted = help.typed().to_lowercase();
    text.to_lowercase().contains(&wanted)
}
