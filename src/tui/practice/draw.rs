//! Drawing practice: what is to be done above, and what is said of it below.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::state::{Beside, PracticeScreen};
use super::work::Title;
use super::written::{self, Panes};
use super::{chosen, explained, sheet};
use crate::tui::help::{self, HelpRows};
use crate::tui::lines::{draw_lines, draw_rule, take_bottom, take_top};
use crate::tui::look::Look;
use crate::tui::said::choices;
use crate::tui::shell::{Overlay, Shell};
use crate::tui::text::{cells, spread, width};

/// The rows of what is pointed at that are seen, however much there is to say of them.
const ROWS: u16 = 4;

/// Draws all but the last line; `keys` are those that the help shows.
pub(crate) fn draw(
    shell: &Shell,
    screen: &mut PracticeScreen,
    keys: &HelpRows,
    frame: &mut Frame<'_>,
) {
    let look = &shell.look;
    let mut rest = frame.area();
    take_bottom(&mut rest, 1);
    let room = usize::from(rest.width);
    frame.render_widget(title(look, screen, room), take_top(&mut rest));
    if let Overlay::Help(help) = &shell.overlay {
        return help::draw(frame, rest, look, keys, help);
    }
    if let Some(test) = screen.work.sheet() {
        let of_rows = sheet::draw(look, test, screen.cursor, frame, rest);
        (screen.seen_rows, screen.seen_top) = (of_rows, 0);
        return;
    }
    // On a low screen the rows come first.
    let most = usize::from(rest.height.saturating_sub(ROWS + 3));
    for line in screen.work.above(screen, look, rest).into_iter().take(most) {
        frame.render_widget(line, take_top(&mut rest));
    }
    draw_rule(frame, take_top(&mut rest), look);
    if screen.choosing().is_some() {
        screen.beside = Beside::All;
        draw_said(look, screen, screen.count(), frame, &mut rest);
        chosen::draw(look, screen, frame, rest);
    } else {
        let panes = Panes::of(look, screen, rest.width);
        screen.beside = panes.beside;
        draw_said(look, screen, panes.rows, frame, &mut rest);
        panes.draw(look, screen, frame, rest);
    }
}

/// What is to be written or chosen.
pub(super) fn exercise<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Vec<Line<'a>> {
    match screen.choosing() {
        Some(choosing) => chosen::asked(look, choosing, room),
        None => written::asked(look, screen, room),
    }
}

/// Draws at the bottom what is said of it, and takes that away from the area: the `rows` that there are, their title and the
/// rule below them come first.
fn draw_said(
    look: &Look,
    screen: &PracticeScreen,
    mut rows: usize,
    frame: &mut Frame<'_>,
    rest: &mut Rect,
) {
    let room = usize::from(rest.width);
    let mut said = explained::lines(look, screen, room);
    if screen.writing().is_some() && !screen.attempt().is_done() {
        // Right below the names, where the eye is.
        said.insert(0, explained::prompt(look, screen, room));
    }
    let most = rest.height.saturating_sub(ROWS + 2);
    let mut heading = 1;
    // The names come first.
    let matches = explained::matched(look, screen, room);
    if said.len() + matches.len() + rows + heading + 1 < usize::from(rest.height) {
        said.extend(matches);
    }
    if let Some(choosing) = screen.choosing() {
        heading = choices(look, &choosing.choices, room).len();
        let rule = if screen.shows_rule() {
            chosen::rule_lines(look, choosing)
        } else {
            Vec::new()
        };
        if chosen::has_room_for_rule(choosing, rest.width) {
            rows = rows.max(rule.len());
        } else if said.len() + rule.len() + rows + heading < usize::from(rest.height) {
            said.extend(rule);
        }
    }
    let rows = cells(rows + heading) + 1;
    let height = cells(said.len())
        .max(rest.height.saturating_sub(rows))
        .min(most);
    draw_lines(frame, take_bottom(rest, height), said);
    if rest.height > 1 {
        draw_rule(frame, take_bottom(rest, 1), look);
    }
}

/// What is done, and how it goes in as many words as there is room for.
fn title<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Line<'a> {
    let Title { heading, mut facts } = screen.work.title(&screen.heading, look);
    let shortest = facts.pop().unwrap_or_default();
    let is_seen = |text: &String| 1 + width(&heading) + width(text) <= room;
    let facts = facts.into_iter().find(is_seen).unwrap_or(shortest);
    let left = vec![Span::raw(" "), Span::styled(heading, look.strong)];
    let right = vec![Span::styled(facts, look.faint)];
    spread(left, right, room, look.glyphs.more)
}
