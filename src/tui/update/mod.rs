//! What each action does to the model.

mod changed;
mod deciding;
mod finding;
mod granularity;
mod marking;
pub(super) mod motion;
mod mouse;
mod steps;

use super::action::{Action, Motion};
use super::command::Command;
use super::context::Context;
use super::help::Help;
use super::model::{Model, Overlay, Pane};
use super::steps::StepAction;
use super::table::LISTED;
use crate::review::{Decision, State};
use crate::text::{printable, unified_diff};

pub use finding::Search;
pub use granularity::GranularityTable;

/// What is to be done outside of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Leave.
    Quit,
    /// Write what the review comes to.
    Write,
    /// Hand this to the clipboard.
    Copy(String),
    /// Stop until the shell brings the program back.
    Suspend,
}

/// Does `action`. What it asks for outside of the model is returned.
///
/// ```
/// use iam_refine::lessons::built_in_lessons;
/// use iam_refine::tui::{Action, Context, Effect, Model, Settings, update};
///
/// // A review in which something is accepted.
/// let review = built_in_lessons()?.remove(0).review();
/// let mut model = Model::new(review, Settings::default());
/// assert_eq!(update(&mut model, Action::Write), None);
/// assert_eq!(model.context(), Context::Write);
/// assert_eq!(update(&mut model, Action::ConfirmWrite), Some(Effect::Write));
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
pub fn update(model: &mut Model, action: Action) -> Option<Effect> {
    model.status = None;
    let effect = apply(model, action);
    model.refresh();
    if let Some(play) = &mut model.play {
        play.check(&model.review);
    }
    effect
}

fn apply(model: &mut Model, action: Action) -> Option<Effect> {
    match action {
        Action::Move(motion) => move_by(model, motion),
        Action::Show(pane) => show(model, pane),
        Action::NextPane => show(model, model.pane.next()),
        Action::Fold => motion::fold(model),
        Action::Unfold => motion::unfold(model),
        Action::FoldAll => motion::set_open_with_beneath(model, false),
        Action::UnfoldAll => motion::set_open_with_beneath(model, true),
        Action::Open => motion::open(model),
        Action::NextUndecided => motion::to_undecided(model, model.next_undecided()),
        Action::PreviousUndecided => motion::to_undecided(model, model.previous_undecided()),
        Action::Undo if model.steps.is_some() => steps::undo(model),
        Action::Accept => deciding::decide_here(model, Decision::Accepted),
        Action::Reject => deciding::decide_here(model, Decision::Rejected),
        Action::AcceptAll => deciding::decide_all(model, Decision::Accepted),
        Action::RejectAll => deciding::decide_all(model, Decision::Rejected),
        Action::Cycle => deciding::cycle(model),
        Action::Undo => deciding::undo(model),
        Action::Redo => deciding::redo(model),
        Action::Mark => marking::cycle(model),
        Action::Split => marking::split(model),
        Action::TakeBack => marking::take_back(model),
        Action::Search => finding::begin(model),
        Action::FinishSearch => finding::finish(model),
        Action::NextFound => finding::again(model, true),
        Action::PreviousFound => finding::again(model, false),
        Action::Filter => finding::filter(model),
        Action::Steps(StepAction::Leave) if model.is_watching() => return Some(Effect::Quit),
        Action::Steps(action) => steps::apply(model, action),
        Action::TaskHint => {
            if let Some(play) = &mut model.play {
                play.shows_hint = !play.shows_hint;
            }
        }
        Action::Granularity => granularity::open(model),
        Action::NextChoice => choose(model, true),
        Action::PreviousChoice => choose(model, false),
        Action::Names => granularity::show_names(model),
        Action::TakeChoice => granularity::take(model),
        Action::ConfirmMark => marking::confirm(model),
        Action::Diff if model.pane == Pane::Diff => model.pane = model.list,
        Action::Diff => show(model, Pane::Diff),
        Action::Copy => return copy(model),
        Action::Write if model.is_in_account => {
            model.tell("The account is written from its list: q goes back there, then w");
        }
        Action::Write if model.play.is_some() => {
            model.tell("Nothing of a lesson is written; d shows what would be, q leaves");
        }
        Action::Write => {
            model.overlay = Overlay::Write;
            model.scroll.write = 0;
        }
        Action::ConfirmWrite => return confirm_write(model),
        Action::Quit if !model.asks_before_leaving() => return Some(Effect::Quit),
        Action::Quit => model.overlay = Overlay::Quit,
        Action::ConfirmQuit => return Some(Effect::Quit),
        Action::Suspend => return Some(Effect::Suspend),
        Action::Help => model.overlay = Overlay::Help(Help::default()),
        Action::RunRow => return run_row(model),
        Action::Type(text) => type_in(model, |typed| typed.push_str(&printable(&text))),
        Action::Erase => type_in(model, |typed| {
            typed.pop();
        }),
        Action::Close => return close(model),
        Action::Click { column, row } => mouse::click(model, column, row),
        Action::Wheel { column, row, down } => mouse::wheel(model, column, row, down),
    }
    None
}

impl Model {
    /// Shows the policy as it is now. Returns what was decided since `before`, in words.
    fn decided_since(&mut self, before: &State) -> String {
        self.outline.rebuild(&self.review);
        changed::changed(before, self.review.state())
    }
}

fn show(model: &mut Model, pane: Pane) {
    model.pane = pane;
    if matches!(pane, Pane::Policy | Pane::Trie) {
        model.list = pane;
    }
}

fn move_by(model: &mut Model, motion: Motion) {
    let rows = help_rows(model).len();
    match &mut model.overlay {
        Overlay::Help(help) => help.move_by(motion, rows),
        Overlay::Granularity(table) => table.move_by(motion),
        Overlay::None if model.steps.is_some() => {
            if let Some(steps) = &mut model.steps {
                steps.move_by(motion);
            }
        }
        _ => motion::move_by(model, motion),
    }
}

fn choose(model: &mut Model, next: bool) {
    if let Overlay::Granularity(table) = &mut model.overlay {
        table.choose(next);
    }
}

fn copy(model: &mut Model) -> Option<Effect> {
    let text = diff_text(model);
    if text.is_empty() {
        model.tell("Nothing is accepted yet: there is no diff to copy");
        return None;
    }
    model.tell("Copied the diff, if the terminal allows it");
    Some(Effect::Copy(text))
}

/// The diffs of all files, as `patch` reads them.
fn diff_text(model: &Model) -> String {
    (model.review.files())
        .map(|file| {
            let source = file.source();
            let old = source.original();
            let new = file.text().unwrap_or_default();
            unified_diff(source.name(), &old, source.name(), &new)
        })
        .collect()
}

fn confirm_write(model: &mut Model) -> Option<Effect> {
    if model.can_write() {
        return Some(Effect::Write);
    }
    model.tell_error(if model.changes_something() {
        "A proof does not hold: nothing is written"
    } else {
        "Nothing is accepted: there is nothing to write"
    });
    None
}

/// Changes what is typed, where something is.
fn type_in(model: &mut Model, change: impl FnOnce(&mut String)) {
    if let (Overlay::None, Some(steps)) = (&model.overlay, &mut model.steps) {
        return steps::type_number(steps, change);
    }
    match &mut model.overlay {
        Overlay::Help(help) => help.type_in(change),
        Overlay::Keep { reason, .. } => change(reason),
        Overlay::Search(search) => {
            change(&mut search.typed);
            finding::typed(model);
        }
        _ => {}
    }
}

/// The rows of the help that what was typed leaves; over the steps these are the keys of the steps.
pub(super) fn help_rows(model: &Model) -> Vec<&'static Command> {
    let Overlay::Help(help) = &model.overlay else {
        return Vec::new();
    };
    let mut rows = help.rows(&LISTED, Context::Help, model.look.ascii);
    if model.steps.is_some() {
        rows.retain(|command| Context::OF_STEPS.iter().any(|own| command.is_in(*own)));
        let is_shared = |own: &Context| !Context::OF_STEPS.contains(own);
        rows.sort_by_key(|command| command.contexts.iter().any(is_shared));
    }
    rows
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

/// Closes what is open on top. The policy of an account is open on top of its list.
fn close(model: &mut Model) -> Option<Effect> {
    if matches!(model.overlay, Overlay::Search(_)) {
        finding::abandon(model);
    } else if model.overlay != Overlay::None {
        model.overlay = Overlay::None;
    } else if model.is_watching_alone() {
        return Some(Effect::Quit);
    } else if model.steps.is_some() {
        steps::close(model);
    } else if model.pane == Pane::Diff {
        model.pane = model.list;
    } else if model.is_in_account && !model.is_searching() {
        return Some(Effect::Quit);
    } else {
        model.search.clear();
    }
    None
}
