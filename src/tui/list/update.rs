//! Moving in the list, and opening a policy.

use ratatui::layout::Position;

use super::message::ListMessage;
use super::state::AccountList;
use crate::text::counted;
use crate::tui::app::App;
use crate::tui::motion::Motion;
use crate::tui::review::ReviewScreen;
use crate::tui::view::{OpenedPolicy, View};

pub(crate) fn update(app: &mut App, message: ListMessage) {
    match message {
        ListMessage::Open => open(app),
    }
}

fn open(app: &mut App) {
    let View::Account { list, opened } = &mut app.view else {
        return;
    };
    if let Some((place, review)) = list.open() {
        let screen = ReviewScreen::new(review);
        *opened = Some(Box::new(OpenedPolicy { place, screen }));
    } else if let Some(index) = list.policies.current() {
        let kept = list.policies.all()[index].kept.as_ref();
        let why = kept.map_or("", |(_, sentence)| sentence);
        app.shell.tell_error(format!("Kept as it is: {why}"));
    } else {
        app.shell.tell("There is no policy here: f shows others");
    }
}

impl AccountList {
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
