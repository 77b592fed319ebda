//! Which rows of the table of keys the help lists.

use super::state::Help;
use crate::tui::app::App;
use crate::tui::keys::{Context, Row, listed};
use crate::tui::list::AccountList;
use crate::tui::review::ReviewScreen;
use crate::tui::shell::Overlay;
use crate::tui::view::Shown;

/// The rows of the help, and how many of them, the first, can be done where it was asked for.
pub(crate) struct HelpRows {
    pub(crate) rows: Vec<&'static Row>,
    pub(crate) here: usize,
}

impl HelpRows {
    pub(crate) fn of(app: &App) -> Self {
        let rows = rows(app);
        let here = rows.iter().take_while(|row| is_here(app, row)).count();
        HelpRows { rows, here }
    }
}

/// The rows that what was typed leaves, while the help is open; over the steps of a wildcard these
/// are the keys of the steps.
pub(crate) fn rows(app: &App) -> Vec<&'static Row> {
    let Overlay::Help(help) = &app.shell.overlay else {
        return Vec::new();
    };
    let mut rows = listed(app.view.list().is_some() && app.view.screen().is_none());
    let practice = app.view.practice();
    let is_practice = practice.is_some();
    let is_playground = practice.is_some_and(|screen| screen.work.playground().is_some());
    rows.retain(|row| {
        let mut contexts = row.contexts.iter();
        contexts.any(|context| {
            context.is_of_practice() == is_practice && context.is_of_playground() == is_playground
        })
    });
    // Keys that mean something in the help alone are in its footer.
    rows.retain(|row| row.contexts != [Context::Help] && is_found(help, row, app));
    if is_among_steps(app) {
        rows.retain(|row| row.contexts.iter().any(|context| context.is_of_steps()));
        let is_used_elsewhere = |context: &Context| !context.is_of_steps();
        rows.sort_by_key(|row| row.contexts.iter().any(is_used_elsewhere));
    }
    if is_practice {
        let is_own = |row: &&Row| !row.contexts.iter().all(|context| context.is_of_practice());
        rows.sort_by_key(is_own);
    }
    // What can be done here comes first, each group by itself.
    rows.sort_by_key(|row| !is_here(app, row));
    rows
}

/// Whether the steps of a wildcard or the cases of a lesson are shown.
fn is_among_steps(app: &App) -> bool {
    let cases = app.view.screen().and_then(ReviewScreen::cases);
    app.steps().is_some() || cases.is_some()
}

/// Whether a row can be done where the help was asked for.
fn is_here(app: &App, row: &Row) -> bool {
    let context = match app.view.shown() {
        Shown::Review(screen) => screen.context(&Overlay::None),
        Shown::List(_) => AccountList::context(&Overlay::None),
        Shown::Practice(screen) => screen.context(&Overlay::None),
    };
    row.can_be_done(app, context)
}

fn is_found(help: &Help, row: &Row, app: &App) -> bool {
    let text = format!("{} {}", row.keys_text(app.shell.look.ascii), row.help);
    let wanted = help.typed().text().to_lowercase();
    text.to_lowercase().contains(&wanted)
}
