//! Drawing practice: what is to be done above, and what is said of it below.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::state::{Beside, PracticeScreen, Work};
use super::written::{self, Panes};
use super::{chosen, explained, playground, sheet};
use crate::lessons::PracticeStage;
use crate::tui::help::{self, HelpRows};
use crate::tui::lines::{draw_lines, draw_rule, take_bottom, take_top};
use crate::tui::look::Look;
use crate::tui::said::{beside, choices};
use crate::tui::shell::{Overlay, Shell};
use crate::tui::text::{cells, spread, width};

/// The rows of what is pointed at that are seen, however much there is to say of them.
const ROWS: u16 = 4;

/// From this height on there is room for the task beside what is wrong.
const ROOMY_FROM: u16 = 30;

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
    if let Some(test) = screen.test().filter(|_| screen.shows_sheet()) {
        let of_rows = sheet::draw(look, test, screen.cursor, frame, rest);
        (screen.seen_rows, screen.seen_top) = (of_rows, 0);
        return;
    }
    // On a low screen the rows come first.
    let most = usize::from(rest.height.saturating_sub(ROWS + 3));
    for line in asked(look, screen, rest).into_iter().take(most) {
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

/// What is to be done.
fn asked<'a>(look: &Look, screen: &PracticeScreen, area: Rect) -> Vec<Line<'a>> {
    let room = usize::from(area.width);
    // On a low screen what is wrong comes before the task, once it was read and tried.
    let is_low = area.height < ROOMY_FROM;
    let is_tried = screen.attempt().stage() == PracticeStage::Tried;
    let mut asked = if is_low && is_tried {
        Vec::new()
    } else {
        task(look, screen, room)
    };
    // What was to be written is told by what is written.
    if screen.task().is_none() || !screen.attempt().is_done() {
        asked.extend(match (screen.playground(), screen.choosing()) {
            (Some(shown), _) => vec![playground::asked(look, screen, shown, room)],
            (None, Some(choosing)) => chosen::asked(look, choosing, room),
            (None, None) => written::asked(look, screen, room),
        });
    }
    asked
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

/// The task of a lesson; once it is done, what to take along.
fn task<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Vec<Line<'a>> {
    let Some(task) = screen.task() else {
        return Vec::new();
    };
    let done = || {
        let score = task
            .score
            .map_or_else(String::new, |score| format!("Questions: {score}. "));
        format!(
            "{} {score}Enter goes on to practice, q leaves.",
            task.sentence
        )
    };
    match task.attempt.stage() {
        PracticeStage::Right => {
            let word = format!("{} DONE", look.glyphs.safe);
            beside(look, (&word, look.safe.patch(look.strong)), &done(), room)
        }
        PracticeStage::Told => beside(look, ("TOLD ", look.strong), &done(), room),
        _ => beside(look, ("TASK ", look.strong), &task.what, room),
    }
}

/// ` Practice: the sibling trap        seed 12 · level 1 · 3/4 right · in a row 2, best 3`.
fn title<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Line<'a> {
    let dot = look.glyphs.dot;
    let (heading, text) = match &screen.work {
        Work::Playground {
            playground: shown, ..
        } => (
            screen.heading.clone(),
            playground::facts(look, screen, shown),
        ),
        Work::Test { test, .. } => sheet::title(look, screen, test),
        Work::Task(_) => (
            screen.heading.clone(),
            "nothing is written to a file ".to_owned(),
        ),
        Work::Sets { practice, .. } => {
            let set = practice.set();
            let heading = format!("{}: {} ", screen.heading, practice.title());
            let tally = practice.tally();
            let score = match tally.sets {
                0 => String::new(),
                sets => format!(" {dot} {} of {sets} at once", tally.at_once),
            };
            let row = match (practice.in_a_row(), tally.best) {
                (_, 0) => String::new(),
                (now, best) => format!(" {dot} in a row {now}, best {best}"),
            };
            let told = format!("seed {} {dot} level {} ", set.seed, set.level.number());
            // What is called comes first; how it goes gives way, part by part.
            let told = told.trim_end();
            let texts = [format!("{told}{score}{row} "), format!("{told}{score} ")];
            let is_seen = |text: &&String| 1 + width(&heading) + width(text) <= room;
            let text = texts.iter().find(is_seen).cloned();
            (heading, text.unwrap_or_else(|| format!("{told} ")))
        }
    };
    let left = vec![Span::raw(" "), Span::styled(heading, look.strong)];
    let right = vec![Span::styled(text, look.faint)];
    spread(left, right, room, look.glyphs.more)
}
