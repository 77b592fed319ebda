//! The first line: whose policy this is, and what is known of it; below 100 columns the tabs.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::explain::policy_name;
use crate::review::Review;
use crate::tui::look::Look;
use crate::tui::review::{Pane, ReviewScreen};
use crate::tui::shell::{Overlay, Shell};
use crate::tui::text::{cells, spread};

pub(crate) fn draw(
    shell: &Shell,
    screen: &mut ReviewScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    is_wide: bool,
) {
    let right = if is_wide {
        vec![Span::styled(
            sources(&shell.look, &screen.review),
            shell.look.faint,
        )]
    } else {
        tabs(shell, screen)
    };
    let left = vec![
        Span::raw(" "),
        Span::styled(subject(&shell.look, &screen.review), shell.look.strong),
    ];
    let room = usize::from(area.width);
    if !is_wide {
        place_tabs(screen, &right, area);
    }
    let line: Line<'_> = spread(left, right, room, shell.look.glyphs.more);
    frame.render_widget(line, area);
}

/// Remembers where the tabs stand, for clicks.
fn place_tabs(screen: &mut ReviewScreen, tabs: &[Span<'_>], area: Rect) {
    let all: usize = tabs.iter().map(Span::width).sum();
    let mut x = area.right().saturating_sub(cells(all));
    for (place, tab) in screen.seen.tabs.iter_mut().zip(tabs) {
        *place = Rect {
            x,
            width: cells(tab.width()),
            height: 1,
            ..area
        };
        x += place.width;
    }
}

/// Whose policies these are and where from: `MyRole · policy.json`.
fn subject(look: &Look, review: &Review) -> String {
    let principal = &review.input().principal;
    let policies = review.input().policies.len();
    let policy = match policies {
        1 => look.spelled(&policy_name(review, 0)),
        count => format!("{count} policies"),
    };
    let left = review.input().left_policies();
    let policy = match left {
        0 => policy,
        left => format!("{policy}, {left} passed over"),
    };
    match principal.name {
        Some(_) => format!("{} {} {policy}", principal, look.glyphs.dot),
        None => policy,
    }
}

/// Which finding, and which catalogue.
fn sources(look: &Look, review: &Review) -> String {
    let input = review.input();
    let finding = match input.finding_date() {
        Some(date) => format!("finding of {date}"),
        None => "finding without a date".to_owned(),
    };
    let older = if input.finding_is_newer_than_catalogue() {
        ", before it"
    } else {
        ""
    };
    let catalogue = match input.universe.catalogue.date() {
        Some(date) => format!("actions of {date}{older}"),
        None => "actions without a date".to_owned(),
    };
    format!("{finding} {} {catalogue} ", look.glyphs.dot)
}

fn tabs(shell: &Shell, screen: &ReviewScreen) -> Vec<Span<'static>> {
    let tab = |pane: Pane| {
        let name = format!("{} {}", pane.number(), pane.as_str());
        if pane == screen.pane && shell.overlay == Overlay::None {
            Span::styled(format!("[{name}]"), shell.look.strong)
        } else {
            Span::styled(format!(" {name} "), shell.look.faint)
        }
    };
    Pane::ALL.into_iter().map(tab).collect()
}
