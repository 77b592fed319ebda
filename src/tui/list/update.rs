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
    let App { shell, view } = app;
    let View::Account { list, opened } = view else {
        return;
    };
    match message {
        ListMessage::Open => *opened = open(shell, list),
        ListMessage::Select => select(shell, list),
        ListMessage::Accept => accepting::accept(shell, list),
        ListMessage::AcceptAll => accepting::accept_all(shell, list),
        ListMessage::Undo => accepting::undo(shell, list),
        ListMessage::Diff if matches!(shell.overlay, Overlay::PolicyDiff { .. }) => {
            shell.overlay = Overlay::None;
        }
        ListMessage::Diff => diff::show(shell, list),
        ListMessage::Order => {
            list.policies.order = list.policies.order.next();
            list.filter(list.policies.filter);
            shell.tell(format!("Ordered: {}", list.policies.order.description()));
        }
    }
}

/// The policy under the cursor, opened, if it can be.
fn open(shell: &mut Shell, list: &mut AccountList) -> Option<Box<OpenedPolicy>> {
    let Some(index) = list.policies.current() else {
        shell.tell("There is no policy here: f shows others");
        return None;
    };
    let Some((place, review)) = list.open() else {
        shell.tell_error(list.why_kept(index));
        return None;
    };
    let screen = ReviewScreen::new(review);
    Some(Box::new(OpenedPolicy { place, screen }))
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
