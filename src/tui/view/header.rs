//! The first line: whose policy this is, and what is known of it; below 100 columns the tabs.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::text::printable;
use crate::tui::model::{Model, Overlay, Pane};
use crate::tui::text::spread;
use crate::tui::why::policy_name;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect, is_wide: bool) {
    let right = if is_wide {
        vec![Span::styled(sources(model), model.look.faint)]
    } else {
        tabs(model)
    };
    let left = vec![
        Span::raw(" "),
        Span::styled(subject(model), model.look.strong),
    ];
    let room = usize::from(area.width);
    let line: Line<'_> = spread(left, right, room, model.look.glyphs.more);
    frame.render_widget(line, area);
}

/// `MyRole · policy.json`.
fn subject(model: &Model) -> String {
    let review = &model.review;
    let principal = &review.input().principal;
    let policies = review.input().policies.len();
    let policy = match policies {
        1 => policy_name(review, 0),
        count => format!("{count} policies"),
    };
    match principal.name {
        Some(_) => format!(
            "{} {} {policy}",
            printable(principal.display_name()),
            model.look.glyphs.dot
        ),
        None => policy,
    }
}

/// Which finding, and which catalogue.
fn sources(model: &Model) -> String {
    let input = model.review.input();
    let finding = match input.finding_date() {
        Some(date) => format!("finding of {date}"),
        None => "finding without a date".to_owned(),
    };
    let newer = if input.finding_is_newer_than_catalogue() {
        "older "
    } else {
        ""
    };
    let catalogue = match input.universe.catalogue.date() {
        Some(date) => format!("{newer}actions of {date}"),
        None => "actions without a date".to_owned(),
    };
    format!("{finding} {} {catalogue} ", model.look.glyphs.dot)
}

fn tabs(model: &Model) -> Vec<Span<'static>> {
    let tab = |pane: Pane| {
        let name = format!("{} {}", pane.number(), pane.as_str());
        if pane == model.pane && model.overlay == Overlay::None {
            Span::styled(format!("[{name}]"), model.look.strong)
        } else {
            Span::styled(format!(" {name} "), model.look.faint)
        }
    };
    Pane::ALL.into_iter().map(tab).collect()
}
