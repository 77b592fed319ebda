//! What each action does to the screen of an account.

use ratatui::layout::Position;

use super::model::{Context, Model, Overlay};
use super::table::{Action, LISTED};
use crate::text::{counted, printable};
use crate::tui::action::{Action as ReviewAction, Motion};
use crate::tui::command::Command;
use crate::tui::help::Help;
use crate::tui::model::Model as ReviewModel;
use crate::tui::search::told_again;
use crate::tui::update::motion::moved;
use crate::tui::update::{Effect as ReviewEffect, update as update_review};

/// How many rows a turn of the wheel moves.
const WHEEL: usize = 3;

/// What is to be done outside of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Leave.
    Quit,
    /// Find out what would be written, for [`Model::show_preview`].
    Preview,
    /// Write what is decided.
    Write,
    /// Hand this to the clipboard.
    Copy(String),
    /// Stop until the shell brings the program back.
    Suspend,
}

/// Does `action`. What it asks for outside of the model is returned.
pub fn update(model: &mut Model, action: Action) -> Option<Effect> {
    model.status = None;
    apply(model, action)
}

fn apply(model: &mut Model, action: Action) -> Option<Effect> {
    match action {
        Action::Review(action) => return review(model, action),
        Action::Move(motion) => move_by(model, motion),
        Action::Open => open(model),
        Action::Search => {
            model.overlay = Overlay::Search {
                typed: String::new(),
                from: model.list.cursor(),
            };
        }
        Action::FinishSearch => finish_search(model),
        Action::NextFound => find_again(model, true),
        Action::PreviousFound => find_again(model, false),
        Action::Filter => {
            model.filter(model.list.filter.next());
            let shown = counted(model.list.shown().len(), "row", "rows");
            model.tell(format!("Shows {}: {shown}", model.list.filter.told()));
        }
        Action::Write => {
            model.overlay = Overlay::None;
            return Some(Effect::Preview);
        }
        Action::ConfirmWrite if model.can_write() => return Some(Effect::Write),
        Action::ConfirmWrite => {
            model.tell_error("Nothing is accepted: there is nothing to write");
        }
        Action::Quit if model.decisions() == 0 => return Some(Effect::Quit),
        Action::Quit => model.overlay = Overlay::Quit,
        Action::ConfirmQuit => {
            model.come_back();
            return Some(Effect::Quit);
        }
        Action::Suspend => return Some(Effect::Suspend),
        Action::Help => model.overlay = Overlay::Help(Help::default()),
        Action::RunRow => return run_row(model),
        Action::Type(text) => type_in(model, |typed| typed.push_str(&printable(&text))),
        Action::Erase => type_in(model, |typed| {
            typed.pop();
        }),
        Action::Close => close(model),
        Action::Click { column, row } => click(model, column, row),
        Action::Wheel { down } => {
            let motion = if down { Motion::Down } else { Motion::Up };
            for _ in 0..WHEEL {
                move_by(model, motion);
            }
        }
    }
    None
}

/// Does something in the policy that is open. Leaving it comes back to the list, with what is
/// decided.
fn review(model: &mut Model, action: ReviewAction) -> Option<Effect> {
    let (_, opened) = model.opened.as_mut()?;
    match update_review(opened, action)? {
        ReviewEffect::Quit => {
            model.come_back();
            None
        }
        ReviewEffect::Copy(text) => Some(Effect::Copy(text)),
        ReviewEffect::Suspend => Some(Effect::Suspend),
        // A policy of an account does not offer it.
        ReviewEffect::Write => None,
    }
}

fn open(model: &mut Model) {
    let Some(subject) = model.current() else {
        return model.tell("There is no policy here: f shows others");
    };
    let place = subject.place;
    let opened = model.decided.remove(&place);
    if let Some(review) = opened.or_else(|| model.account.review(model.current()?)) {
        let opened = ReviewModel::of_account(review, model.settings);
        model.opened = Some((place, opened));
    } else {
        let listed = model.list.current().map(|index| &model.list.all()[index]);
        let (_, why) = listed
            .and_then(|listed| listed.kept.clone())
            .unwrap_or_default();
        model.tell_error(format!("Kept as it is: {why}"));
    }
}

fn move_by(model: &mut Model, motion: Motion) {
    let rows = help_rows(model).len();
    let (lines, page) = model.seen.scrolled;
    match &mut model.overlay {
        Overlay::Help(help) => help.move_by(motion, rows),
        Overlay::Write { top, .. } => {
            *top = moved(*top, (lines + 1).saturating_sub(page), motion, page);
        }
        _ => model
            .list
            .move_by(motion, usize::from(model.seen.list.height)),
    }
}

/// Changes what is typed, where something is.
fn type_in(model: &mut Model, change: impl FnOnce(&mut String)) {
    match &mut model.overlay {
        Overlay::Help(help) => help.type_in(change),
        Overlay::Search { typed, from } => {
            change(typed);
            let (text, from) = (typed.clone(), *from);
            let found = model.list.found(&text);
            let at = found.iter().find(|&&row| row >= from).or(found.first());
            model.list.put_cursor(at.copied().unwrap_or(from));
            model.search = text;
        }
        _ => {}
    }
}

fn finish_search(model: &mut Model) {
    model.overlay = Overlay::None;
    if model.list.found(&model.search).is_empty() {
        if model.is_searching() {
            model.tell(format!("{} is in no name", model.search));
        }
        model.search.clear();
    }
}

fn find_again(model: &mut Model, next: bool) {
    let found = model.list.found(&model.search);
    let cursor = model.list.cursor();
    let at = if next {
        found.iter().position(|&row| row > cursor)
    } else {
        found.iter().rposition(|&row| row < cursor)
    };
    if let Some(at) = at {
        model.list.put_cursor(found[at]);
    }
    model.tell(told_again(&model.search, at, found.len(), next));
}

/// The rows of the help that what was typed leaves.
pub(super) fn help_rows(model: &Model) -> Vec<&'static Command<Model, Action, Context>> {
    let Overlay::Help(help) = &model.overlay else {
        return Vec::new();
    };
    help.rows(&LISTED, Context::Help, model.look.ascii)
}

fn run_row(model: &mut Model) -> Option<Effect> {
    let Overlay::Help(help) = &model.overlay else {
        return None;
    };
    let command = *help_rows(model).get(help.cursor())?;
    model.overlay = Overlay::None;
    if command.is_offered(model, model.context()) {
        return apply(model, command.action.clone());
    }
    model.tell("That cannot be done here");
    None
}

fn close(model: &mut Model) {
    match std::mem::take(&mut model.overlay) {
        Overlay::None => model.search.clear(),
        Overlay::Search { from, .. } => {
            model.list.put_cursor(from);
            model.search.clear();
        }
        Overlay::Help(_) | Overlay::Write { .. } | Overlay::Quit => {}
    }
}

fn click(model: &mut Model, column: u16, row: u16) {
    let area = model.seen.list;
    if model.overlay != Overlay::None || !area.contains(Position { x: column, y: row }) {
        return;
    }
    let clicked = model.seen.top + usize::from(row - area.y);
    if clicked < model.list.shown().len() {
        model.list.put_cursor(clicked);
    }
}
