//! Drawing a review: where its panes stand, by the size of the screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::pane::Pane;
use super::screen::{ReviewScreen, Seen};
use super::{header, now};
use crate::tui::help::HelpRows;
use crate::tui::lines::{draw_rule, take_bottom, take_top};
use crate::tui::parts::Parts;
use crate::tui::shell::{Overlay, Shell};
use crate::tui::text::cells;
use crate::tui::{cut, diff, fit, help, lesson, policy, reasons, steps, trie, write};

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
        ..Seen::default()
    };
    match (&shell.overlay, &screen.steps) {
        (Overlay::None | Overlay::Quit, Some(steps)) => {
            return steps::draw(&shell.look, screen, steps, frame, area);
        }
        (Overlay::Help(help), Some(steps)) => {
            let rest = steps::draw_title(&shell.look, screen, steps, frame, area);
            return help::draw(frame, rest, &shell.look, keys, help);
        }
        _ => {}
    }
    let is_wide = area.width >= WIDE_FROM && !screen.shows_one_pane;
    let mut rest = area;
    for line in lesson::task_lines(&shell.look, screen, area.width, area.height) {
        frame.render_widget(line, take_top(&mut rest));
    }
    if let Some(text) = &screen.introduction {
        let text = shell.look.spelled(&format!(" {text}"));
        let line = Line::styled(text, shell.look.strong);
        frame.render_widget(line, take_top(&mut rest));
    }
    // The lower a screen is, the more of what only accompanies is left out.
    let now_rows = if rest.height >= 12 { 2 } else { 1 };
    let is_fitting = matches!(shell.overlay, Overlay::Fit(_));
    let strip_rows = (!is_wide && !is_fitting && rest.height >= 18).then_some(2);
    let parts = Parts::of(rest, now_rows, strip_rows);
    header::draw(shell, screen, frame, parts.header, is_wide);
    parts.draw_rules(frame, &shell.look);
    let mut body = parts.body;
    let lengths = lengths_area(shell, screen, &mut body, is_wide);
    draw_body(shell, screen, keys, frame, body, is_wide);
    if let (Overlay::Fit(table), Some(area)) = (&mut shell.overlay, lengths) {
        if !is_wide {
            let rule = Rect {
                y: body.bottom(),
                height: 1,
                ..body
            };
            draw_rule(frame, rule, &shell.look);
        }
        fit::draw(&shell.look, table, frame, area);
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
        (Overlay::Write { target, top }, _) => {
            let target = target.as_ref();
            shell.seen.scrolled = write::draw(&shell.look, screen, target, frame, area, top);
        }
        (Overlay::Help(help), _) => help::draw(frame, area, &shell.look, keys, help),
        (Overlay::Cut(table), _) => cut::draw(&shell.look, &screen.review, table, frame, area),
        (_, Pane::Diff) => {
            let top = &mut screen.scroll.diff;
            shell.seen.scrolled = diff::draw(&shell.look, &screen.review, frame, area, top);
        }
        (_, _) if is_wide => draw_panes(shell, screen, frame, area),
        (_, Pane::Policy) => policy::draw(&shell.look, screen, frame, area),
        (_, Pane::Trie) => trie::draw(&shell.look, screen, frame, area),
        (_, Pane::Why) => reasons::draw(shell, screen, frame, area),
    }
}

/// Where the lengths stand, if they are open, such that what they are about stays in sight: over what
/// is at the right of the policy pane, or below what is then left of `body`.
fn lengths_area(
    shell: &Shell,
    screen: &ReviewScreen,
    body: &mut Rect,
    is_wide: bool,
) -> Option<Rect> {
    let Overlay::Fit(table) = &shell.overlay else {
        return None;
    };
    if is_wide {
        let [policy, _] = pane_columns(shell, screen, *body);
        let left = policy + 1;
        return Some(Rect {
            x: body.x + left,
            width: body.width - left,
            ..*body
        });
    }
    let height = fit::height(&shell.look, table, usize::from(body.width)) + 1;
    let height = cells(height).min(body.height.saturating_sub(ROWS_LEFT));
    let mut area = take_bottom(body, height);
    if area.height > 0 {
        // The rule above it.
        take_top(&mut area);
    }
    Some(area)
}

/// How many rows of a pane stay in sight above what lies over it.
const ROWS_LEFT: u16 = 3;

/// How many columns the policy pane and the trie pane take where they stand side by side. Each of the
/// three has what its names need, as far as there is room; what is left goes to the costs of entries, and
/// then to the reasons, which are sentences.
fn pane_columns(shell: &Shell, screen: &ReviewScreen, area: Rect) -> [u16; 2] {
    let inner = usize::from(area.width.saturating_sub(2));
    let part = |percent: usize| inner * percent / 100;
    let look = &shell.look;
    // Of the first rows, so that nothing moves to and fro with the cursor.
    let [least, fullest] = policy::columns(look, screen, MEASURED);
    let trie = trie::columns(look, screen, MEASURED);
    let mut policy = least.clamp(part(28), part(46));
    let mut trie = trie.clamp(part(24), part(44));
    let why = reasons::columns(look, screen).clamp(part(28), part(40));
    let over = |policy: usize, trie: usize, why: usize| (policy + trie + why).saturating_sub(inner);
    let why = why - over(policy, trie, why).min(why - part(28));
    let half = over(policy, trie, why).div_ceil(2);
    trie -= half.min(trie - part(32).min(trie));
    policy -= over(policy, trie, why).min(policy - part(34).min(policy));
    trie -= over(policy, trie, why);
    policy = fullest.clamp(policy, (inner - trie - why).max(policy));
    [cells(policy), cells(trie)]
}

/// How many rows of a pane are measured.
const MEASURED: usize = 60;

/// The three panes side by side, with a bar between them.
fn draw_panes(shell: &mut Shell, screen: &mut ReviewScreen, frame: &mut Frame<'_>, area: Rect) {
    let inner = area.width - 2;
    let [policy, trie] = pane_columns(shell, screen, area);
    let first = Rect {
        width: policy,
        ..area
    };
    let second = Rect {
        x: first.right() + 1,
        width: trie,
        ..area
    };
    let third = Rect {
        x: second.right() + 1,
        width: inner - policy - trie,
        ..area
    };
    for bar in [first.right(), second.right()] {
        for y in area.top()..area.bottom() {
            let at = Rect::new(bar, y, 1, 1);
            frame.render_widget(Span::styled(shell.look.glyphs.bar, shell.look.faint), at);
        }
    }
    policy::draw(&shell.look, screen, frame, first);
    trie::draw(&shell.look, screen, frame, second);
    reasons::draw(shell, screen, frame, third);
}
