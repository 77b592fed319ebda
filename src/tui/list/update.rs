//! Moving in the list, and opening a policy.

use ratatui::layout::Position;

use super::message::ListMessage;
use super::state::AccountList;
use super::{accepting, diff};
use crate::text::counted;
use crate::tui::app::App;
use crate::tui::motion::Motion;
use crate::tui::review::ReviewScreen;
use crate::tui::shell::{Overlay, Shell};
use crate::tui::view::{OpenedPolicy, View};

pub(crate) fn update(app: &mut App, message: ListMessage) {
    match message {
        ListMessage::Open => open(app),
        ListMessage::Diff if matches!(app.shell.overlay, Overlay::PolicyDiff { .. }) => {
            app.shell.overlay = Overlay::None;
        }
        _ => update_list(app, message),
    }
}

fn update_list(app: &mut App, message: ListMessage) {
    let View::Account { list, opened: None } = &mut app.view else {
        return;
    };
    let shell = &mut app.shell;
    match message {
        ListMessage::Open => {}
        ListMessage::Select => select(shell, list),
        ListMessage::Accept => accepting::accept(shell, list),
        ListMessage::AcceptAll => accepting::accept_all(shell, list),
        ListMessage::Undo => accepting::undo(shell, list),
        ListMessage::Diff => diff::show(shell, list),
        ListMessage::Order => {
            list.policies.order = list.policies.order.next();
            list.filter(list.policies.filter);
            shell.tell(format!("Ordered: {}", list.policies.order.description()));
        }
    }
}

/// Selects the policy under the cursor, or no more, and goes on to the next one.
fn select(shell: &mut Shell, list: &mut AccountList) {
    let Some(index) = list.policies.current() else {
        return shell.tell("There is no policy here: f shows others");
    };
    if !list.can_open() {
        return shell.tell_error(list.why_kept(index));
    }
    list.policies.select(index);
    list.policies.move_by(Motion::Down, 1);
    let count = counted(list.policies.selected.len(), "policy is", "policies are");
    shell.tell(format!("{count} selected; a accepts what goes of them"));
}

fn open(app: &mut App) {
    let View::Account { list, opened } = &mut app.view else {
        return;
    };
    if let Some((place, review)) = list.open() {
        let screen = ReviewScreen::new(review);
        *opened = Some(Box::new(OpenedPolicy { place, screen }));
    } else if let Some(index) = list.policies.current() {
        app.shell.tell_error(list.why_kept(index));
    } else {
        app.shell.tell("There is no policy here: f shows others");
    }
}

impl AccountList {
    /// That the policy at `index` stays as it is, and why.
    pub(super) fn why_kept(&self, index: usize) -> String {
        let kept = self.policies.all()[index].kept.as_ref();
        let why = kept.map_or("", |(_, sentence)| sentence);
        format!("Kept as it is: {why}")
    }

    pub(crate) fn move_by(&mut self, motion: Motion) {
        let page = usize::from(self.seen.list.height);
        self.policies.move_by(motion, page);
    }

    /// Shows other policies: all, to review, changed, kept, and again. Returns which, in words.
    pub(crate) fn show_next_filter(&mut self) -> String {
        self.filter(self.policies.filter.next());
        let shown = counted(self.policies.shown().len(), "row", "rows");
        format!("Shows {}: {shown}", self.policies.filter.description())
    }

    pub(crate) fn click(&mut self, at: Position) {
        if !self.seen.list.contains(at) {
            return;
        }
        let clicked = self.seen.top + usize::from(at.y - self.seen.list.y);
        if clicked < self.policies.shown().len() {
            self.policies.put_cursor(clicked);
        }
    }
}
