//! Drawing practice: what is to be done above, and what is said of it below.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::state::PracticeScreen;
use super::{chosen, explained, refined};
use crate::lessons::Exercise;
use crate::tui::help::{self, HelpRows};
use crate::tui::lines::{draw_lines, draw_rule, take_bottom, take_top};
use crate::tui::look::Look;
use crate::tui::shell::{Overlay, Shell};
use crate::tui::text::{cells, spread};

/// The rows of what is pointed at that are seen, however much there is to say of them.
const ROWS: u16 = 4;

/// Draws all but the last line; `keys` are those that the help shows.
pub(crate) fn draw(
    shell: &Shell,
    screen: &mut PracticeScreen,
    keys: &HelpRows,
    frame: &mut Frame<'_>,
) {
    let area = frame.area();
    let look = &shell.look;
    let room = usize::from(area.width);
    let mut rest = area;
    take_bottom(&mut rest, 1);
    frame.render_widget(title(look, screen, room), take_top(&mut rest));
    if let Overlay::Help(help) = &shell.overlay {
        return help::draw(frame, rest, look, keys, help);
    }
    let asked = match &screen.practice.set().exercise {
        Exercise::Refine(_) => vec![refined::asked(look, screen, room)],
        Exercise::Choose(choosing) => chosen::asked(look, choosing, room),
    };
    // On a low screen the rows come first.
    for line in asked
        .into_iter()
        .take(usize::from(rest.height.saturating_sub(ROWS + 3)))
    {
        frame.render_widget(line, take_top(&mut rest));
    }
    draw_rule(frame, take_top(&mut rest), look);
    let mut said = explained::lines(look, screen, room);
    if screen.refining().is_some() && !screen.practice.is_done() {
        // Right below the names, where the eye is.
        said.insert(0, explained::prompt(look, screen, room));
    }
    // The rows, their title and the rule below them come first.
    let most = rest.height.saturating_sub(ROWS + 2);
    let rule = screen
        .choosing()
        .map_or(0, |choosing| choosing.rule.lines.len() + 1);
    let rows = cells(screen.count().max(rule)) + 2;
    let height = cells(said.len())
        .max(rest.height.saturating_sub(rows))
        .min(most);
    let below = take_bottom(&mut rest, height);
    draw_lines(frame, below, said);
    if rest.height > 1 {
        draw_rule(frame, take_bottom(&mut rest, 1), look);
    }
    if screen.choosing().is_some() {
        chosen::draw(look, screen, frame, rest);
    } else {
        refined::draw(look, screen, frame, rest);
    }
}

/// ` Practice: the sibling trap        seed 12 · level 1 · 3/4 right · in a row 2, best 3`.
fn title<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Line<'a> {
    let (practice, dot) = (&screen.practice, look.glyphs.dot);
    let set = practice.set();
    // What a set is about would say where its trap is.
    let heading = if practice.is_mixed() && !practice.is_done() && screen.refining().is_some() {
        format!("{} ", screen.heading)
    } else {
        format!("{}: {} ", screen.heading, set.subject.title())
    };
    let left = vec![Span::raw(" "), Span::styled(heading, look.strong)];
    let tally = practice.tally();
    let score = match tally.sets {
        0 => String::new(),
        sets => format!(" {dot} {} of {sets} at once", tally.at_once),
    };
    let row = match (practice.in_a_row(), tally.best) {
        (_, 0) => String::new(),
        (now, best) => format!(" {dot} in a row {now}, best {best}"),
    };
    let level = set.level().number();
    let text = format!("seed {} {dot} level {level}{score}{row} ", set.seed);
    let right = vec![Span::styled(text, look.faint)];
    spread(left, right, room, look.glyphs.more)
}
