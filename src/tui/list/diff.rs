//! The diff of the policy under the cursor, without opening it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::state::AccountList;
use crate::review::{Accept, Review};
use crate::text::printable;
use crate::tui::diff;
use crate::tui::lines::{scroll, signed};
use crate::tui::look::Look;
use crate::tui::shell::{Overlay, Shell};

/// A policy whose diff is shown.
#[derive(Debug)]
pub(crate) struct DiffOfPolicy {
    review: Review,
    /// What the diff shows.
    title: String,
}

/// Shows the diff of the policy under the cursor: of what is accepted, or else of what would be.
pub(crate) fn show(shell: &mut Shell, list: &mut AccountList) {
    let Some(index) = list.policies.current() else {
        return shell.tell("There is no policy here: f shows others");
    };
    let Some(subject) = list.current().filter(|subject| subject.is_refined()) else {
        return shell.tell_error(list.why_kept(index));
    };
    let Some(mut review) = list.review_of(subject) else {
        return;
    };
    let name = printable(&list.account.name(subject)).into_owned();
    let title = if list.status(index).changes() {
        format!("{name}, as decided")
    } else {
        review.accept_all(Accept::Entries);
        format!("{name}, if all that is undecided were accepted: nothing is so far")
    };
    list.diff = Some(DiffOfPolicy { review, title });
    shell.overlay = Overlay::PolicyDiff { top: 0 };
}

/// Draws it from the line `top` on. Returns how many lines it has, and how many are seen.
pub(crate) fn draw(
    shown: &DiffOfPolicy,
    look: &Look,
    frame: &mut Frame<'_>,
    area: Rect,
    top: &mut usize,
) -> (usize, usize) {
    let room = usize::from(area.width);
    let mut lines: Vec<Line<'_>> = signed(look, None, &shown.title, room);
    lines.extend(diff::lines(look, &shown.review, room));
    scroll(look, frame, area, lines, top)
}
