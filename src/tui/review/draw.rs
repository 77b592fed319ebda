//! Drawing a review: where its panes stand, by the size of the screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::pane::Pane;
use super::screen::{ReviewScreen, Seen};
use super::{header, now};
use crate::tui::help::HelpRows;
use crate::tui::lines::{draw_rule, select_line, take_bottom, take_top};
use crate::tui::look::Look;
use crate::tui::parts::Parts;
use crate::tui::shell::{Overlay, Shell};
use crate::tui::text::cells;
use crate::tui::{cases, cut, diff, fit, help, lesson, policy, reasons, steps, trie, write};

/// From this width on the panes stand side by side.
const WIDE_FROM: u16 = 100;

/// Draws all but the last line; `keys` are those that the help shows.
pub(crate) fn draw(
    shell: &mut Shell,
    screen: &mut ReviewScreen,
    keys: &HelpRows,
    frame: &mut Frame<'_>,
) {
    let area = frame.area();
    screen.seen = Seen {
        policy_top: screen.seen.policy_top,
        trie_top: screen.seen.trie_top,
        trie_columns: screen.seen.trie_columns,
        ..Seen::default()
    };
    if let Some(state) = screen.cases() {
        match &shell.overlay {
            Overlay::None | Overlay::Quit => {
                return cases::draw(&shell.look, screen, state, frame, area);
            }
            Overlay::Help(help) => {
                let rest = cases::draw_title(&shell.look, screen, state, frame, area);
                return help::draw(frame, rest, &shell.look, keys, help);
            }
            _ => {}
        }
    }
    match (&shell.overlay, screen.steps()) {
        (Overlay::None | Overlay::Quit, Some(steps)) => {
            screen.seen.has_one_of_two = steps::draw(&shell.look, screen, steps, frame, area);
            return;
        }
        (Overlay::Help(help), Some(steps)) => {
            let rest = steps::draw_title(&shell.look, screen, steps, frame, area);
            return help::draw(frame, rest, &shell.look, keys, help);
        }
        _ => {}
    }
    let is_wide = area.width >= WIDE_FROM && !screen.shows_one_pane;
    widen_trie(&shell.look, screen, area.width);
    let mut rest = area;
    rest.height = area
        .height
        .saturating_sub(shell.seen.footer.saturating_sub(1));
    for line in lesson::task_lines(shell, screen, area.width, area.height) {
        frame.render_widget(line, take_top(&mut rest));
    }
    if let Some(text) = &screen.introduction {
        let text = shell.look.spelled(&format!(" {text}"));
        let line = Line::styled(text, shell.look.strong);
        frame.render_widget(line, take_top(&mut rest));
    }
    // The lower a screen is, the more of what only accompanies is left out.
    let now_rows = if rest.height >= 12 { 2 } else { 1 };
    // The reasons are those of an entry, which one has to see.
    let shows_entry = screen.pane != Pane::Diff
        && shell.overlay.preview().is_none()
        && !matches!(
            shell.overlay,
            Overlay::Fit(_) | Overlay::Cut(_) | Overlay::Help(_)
        );
    let strip_rows = (!is_wide && shows_entry && rest.height >= 18).then_some(2);
    let parts = Parts::of(rest, now_rows, strip_rows);
    header::draw(shell, screen, frame, parts.header, is_wide);
    parts.draw_rules(frame, &shell.look);
    let mut body = parts.body;
    let panel = panel_area(shell, screen, &mut body, is_wide);
    // What a panel lies over is not drawn, since it would tell below it how much of it is hidden.
    let covers_panes = panel.is_some_and(|panel| panel.x > body.x);
    if covers_panes {
        draw_policy_beside_panel(shell, screen, frame, body);
    } else if body.height > 0 {
        draw_body(shell, screen, keys, frame, body, is_wide);
    }
    if let Some(panel) = panel {
        draw_panel(shell, screen, frame, panel);
    }
    if let Some(strip) = parts.strip {
        reasons::draw_strip(&shell.look, &screen.reasons, frame, strip);
    }
    now::draw(shell, screen, frame, parts.now);
}

fn draw_body(
    shell: &mut Shell,
    screen: &mut ReviewScreen,
    keys: &HelpRows,
    frame: &mut Frame<'_>,
    area: Rect,
    is_wide: bool,
) {
    match (&mut shell.overlay, screen.pane) {
        (Overlay::Help(help), _) => help::draw(frame, area, &shell.look, keys, help),
        (_, Pane::Diff) => {
            let mut top = screen.scroll.diff;
            let area = draw_if_accepted(shell, screen, frame, area);
            let review = screen.shown_diff();
            shell.seen.scrolled = diff::draw(&shell.look, review, frame, area, &mut top);
            screen.scroll.diff = top;
            screen.seen.diff = area;
            select_found(
                &shell.look,
                frame,
                area,
                screen.found_line,
                screen.scroll.diff,
            );
        }
        (_, _) if is_wide => draw_panes(shell, screen, frame, area),
        (_, Pane::Policy) => policy::draw(&shell.look, screen, frame, area),
        (_, Pane::Trie) => trie::draw(&shell.look, screen, frame, area),
        (_, Pane::Why) => reasons::draw(shell, screen, frame, area),
    }
}

/// Says above the diff that it is that of what is not accepted yet. Returns what is left of `area`.
fn draw_if_accepted(
    shell: &Shell,
    screen: &ReviewScreen,
    frame: &mut Frame<'_>,
    area: Rect,
) -> Rect {
    let mut rest = area;
    if !std::ptr::eq(screen.shown_diff(), &raw const screen.review) && area.height > 1 {
        let text = " Nothing is accepted yet. If all were accepted:";
        let line = Line::styled(text, shell.look.caution);
        frame.render_widget(line, take_top(&mut rest));
    }
    rest
}

/// Marks the line in which what is searched for was found, of a text that is seen from the line `top` on.
pub(crate) fn select_found(
    look: &Look,
    frame: &mut Frame<'_>,
    area: Rect,
    found: Option<usize>,
    top: usize,
) {
    let found = found.and_then(|line| line.checked_sub(top));
    if let Some(line) = found.filter(|line| *line < usize::from(area.height)) {
        select_line(frame, area, line, look);
    }
}

/// Where the panel stands that is open, if one is, such that what it is about stays in sight: over what is
/// at the right of the policy pane where it has the columns it needs there, and else below what is then
/// left of `body`.
fn panel_area(
    shell: &Shell,
    screen: &ReviewScreen,
    body: &mut Rect,
    is_wide: bool,
) -> Option<Rect> {
    let look = &shell.look;
    let room = usize::from(body.width);
    let (columns, height) = match &shell.overlay {
        Overlay::Fit(table) => (fit::columns(table), fit::height(look, table, room)),
        Overlay::Cut(table) => (cut::columns(table), cut::height(table, room)),
        overlay if overlay.preview().is_some() => (write::COLUMNS, usize::MAX),
        _ => return None,
    };
    if is_wide {
        let [policy, _] = pane_columns(shell, screen, *body);
        let left = policy + 1;
        if usize::from(body.width - left) >= columns {
            return Some(Rect {
                x: body.x + left,
                width: body.width - left,
                ..*body
            });
        }
    }
    if height == usize::MAX {
        return Some(take_bottom(body, body.height));
    }
    // The rule above it takes a row.
    let height = cells(height + 1).min(body.height.saturating_sub(ROWS_LEFT));
    Some(take_bottom(body, height))
}

fn draw_panel(shell: &mut Shell, screen: &mut ReviewScreen, frame: &mut Frame<'_>, panel: Rect) {
    let mut area = panel;
    frame.render_widget(Clear, area);
    let is_below = area.x == frame.area().x && shell.overlay.preview().is_none();
    if is_below && area.height > 0 {
        draw_rule(frame, take_top(&mut area), &shell.look);
    }
    screen.seen.panel = area;
    let look = &shell.look;
    match &mut shell.overlay {
        Overlay::Fit(table) => fit::draw(look, table, frame, area),
        Overlay::Cut(table) => cut::draw(look, &screen.review, table, frame, area),
        overlay => {
            if let Some(preview) = overlay.preview_mut() {
                shell.seen.scrolled = write::draw(look, screen, preview, frame, area);
            }
        }
    }
}

/// How many rows of a pane stay in sight above what lies over it.
const ROWS_LEFT: u16 = 3;

/// How many columns the policy pane and the trie pane take where they stand side by side: what their names
/// need, as far as there is room. What is left goes to the reasons, which are sentences.
fn pane_columns(shell: &Shell, screen: &ReviewScreen, area: Rect) -> [u16; 2] {
    let inner = usize::from(area.width.saturating_sub(2));
    let part = |percent: usize| inner * percent / 100;
    // Of the first rows, so that nothing moves with the cursor.
    let [least, fullest] = policy::columns(&shell.look, screen, MEASURED);
    // In a list of several principals' policies one compares what goes of each.
    let room_for_costs = if screen.review.input().has_several_principals() {
        40
    } else {
        36
    };
    let policy = least
        .min(part(40))
        .max(fullest.min(part(room_for_costs)))
        .max(part(28));
    let (_, widest_trie) = screen.seen.trie_columns;
    let trie = widest_trie.clamp(part(24), inner - policy - part(28));
    [cells(policy), cells(trie)]
}

/// The trie pane becomes wider where one needs that, and not narrower again: as little as possible moves to
/// and fro with the cursor.
fn widen_trie(look: &Look, screen: &mut ReviewScreen, width: u16) {
    let needed = trie::columns(look, screen, MEASURED);
    let (of_width, before) = screen.seen.trie_columns;
    let before = if of_width == width { before } else { 0 };
    screen.seen.trie_columns = (width, before.max(needed));
}

/// How many rows of a pane are measured.
const MEASURED: usize = 60;

/// The policy pane alone, with the bar at its right.
fn draw_policy_beside_panel(
    shell: &Shell,
    screen: &mut ReviewScreen,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let [policy, _] = pane_columns(shell, screen, area);
    let first = Rect {
        width: policy,
        ..area
    };
    draw_bar(shell, frame, area, first.right());
    policy::draw(&shell.look, screen, frame, first);
}

/// The bar between two panes.
fn draw_bar(shell: &Shell, frame: &mut Frame<'_>, area: Rect, x: u16) {
    for y in area.top()..area.bottom() {
        let bar = Span::styled(shell.look.glyphs.bar, shell.look.faint);
        frame.render_widget(bar, Rect::new(x, y, 1, 1));
    }
}

/// The three panes side by side, with a bar between them; in some lessons the reasons only for who goes there.
fn draw_panes(shell: &mut Shell, screen: &mut ReviewScreen, frame: &mut Frame<'_>, area: Rect) {
    let inner = area.width - 2;
    let [policy, mut trie] = pane_columns(shell, screen, area);
    let shows_reasons = screen.pane == Pane::Why || !screen.leaves_out_reasons();
    if !shows_reasons {
        trie = inner + 1 - policy;
    }
    let first = Rect {
        width: policy,
        ..area
    };
    let second = Rect {
        x: first.right() + 1,
        width: trie,
        ..area
    };
    draw_bar(shell, frame, area, first.right());
    policy::draw(&shell.look, screen, frame, first);
    trie::draw(&shell.look, screen, frame, second);
    if shows_reasons {
        let third = Rect {
            x: second.right() + 1,
            width: inner - policy - trie,
            ..area
        };
        draw_bar(shell, frame, area, second.right());
        reasons::draw(shell, screen, frame, third);
    }
}
