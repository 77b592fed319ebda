//! Drawing practice: the names with what is unused, the entries beside them, and below what is missed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::explained::{explained, prompt, shown_entries};
use super::state::PracticeScreen;
use crate::refine::{Fate, GrantedAction};
use crate::tui::help::{self, HelpRows};
use crate::tui::lines::{
    draw_lines, draw_rule, rows, select_line, take_bottom, take_right, take_top, tell_hidden,
    top_for, under_title,
};
use crate::tui::look::Look;
use crate::tui::shell::{Overlay, Shell};
use crate::tui::text::{cells, fit, spread};

/// The cells before a name.
const BEFORE_NAME: usize = 5;

/// The rows of names that are seen, however much there is to say of them.
const NAMES: u16 = 4;

/// Draws all but the last line; `keys` are those that the help shows.
pub(crate) fn draw(
    shell: &Shell,
    screen: &mut PracticeScreen,
    keys: &HelpRows,
    frame: &mut Frame<'_>,
) {
    let area = frame.area();
    let look = &shell.look;
    let mut rest = area;
    take_bottom(&mut rest, 1);
    frame.render_widget(
        title(look, screen, usize::from(area.width)),
        take_top(&mut rest),
    );
    if let Overlay::Help(help) = &shell.overlay {
        return help::draw(frame, rest, look, keys, help);
    }
    frame.render_widget(
        asked(look, screen, usize::from(area.width)),
        take_top(&mut rest),
    );
    draw_rule(frame, take_top(&mut rest), look);
    let room = usize::from(area.width);
    if !screen.practice.is_done() {
        let line = prompt(look, screen, room);
        frame.render_widget(line, take_bottom(&mut rest, 1));
    }
    let said = explained(look, screen, room);
    // The names, their title and the rule below them come first.
    let most = rest.height.saturating_sub(NAMES + 2);
    let names = cells(screen.refining().names().count()) + 2;
    let height = cells(said.len())
        .max(rest.height.saturating_sub(names))
        .min(most);
    let below = take_bottom(&mut rest, height);
    draw_lines(frame, below, said);
    if rest.height > 1 {
        draw_rule(frame, take_bottom(&mut rest, 1), look);
    }
    let mut left = rest;
    let right = take_right(&mut left, rest.width / 2);
    draw_entries(look, screen, frame, right);
    draw_names(look, screen, frame, left);
}

/// ` Practice: the sibling trap        set 12 · level 1 · 3 of 4 right · 2 in a row, best 3`.
fn title<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Line<'a> {
    let (practice, dot) = (&screen.practice, look.glyphs.dot);
    let set = practice.set();
    let left = vec![
        Span::raw(" "),
        Span::styled(
            format!("{}: {} ", screen.heading, set.subject.title()),
            look.strong,
        ),
    ];
    let tally = practice.tally();
    let score = match tally.sets {
        0 => String::new(),
        sets => format!(" {dot} {} of {sets} right", tally.right),
    };
    let row = match (practice.in_a_row(), tally.best) {
        (_, 0) => String::new(),
        (now, best) => format!(" {dot} {now} in a row, best {best}"),
    };
    let text = format!(
        "seed {} {dot} level {}{score}{row} ",
        set.seed,
        set.level().number()
    );
    spread(
        left,
        vec![Span::styled(text, look.faint)],
        room,
        look.glyphs.more,
    )
}

/// What is to be done.
fn asked<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Line<'a> {
    let old = screen.refining().wildcard().to_string();
    let left = vec![
        Span::raw(" What takes the place of "),
        Span::styled(old, look.strong),
        Span::raw("? Write all of it."),
    ];
    let has_kept = screen.refining().names().any(|one| one.fate == Fate::Kept);
    let mut right = vec![
        Span::styled(look.glyphs.caution, look.caution),
        Span::styled(" unused ", look.faint),
    ];
    if has_kept {
        right.push(Span::styled(look.glyphs.held, look.strong));
        right.push(Span::styled(" unused, but kept ", look.faint));
    }
    spread(left, right, room, look.glyphs.more)
}

fn draw_names(look: &Look, screen: &mut PracticeScreen, frame: &mut Frame<'_>, area: Rect) {
    let (title, body) = under_title(area);
    let room = usize::from(area.width);
    let heading = vec![Span::styled("   NAMES", look.strong)];
    frame.render_widget(spread(heading, Vec::new(), room, look.glyphs.more), title);
    let count = screen.refining().names().count();
    let top = top_for(screen.cursor, count, screen.seen_top, rows(body));
    (screen.seen_names, screen.seen_top) = (body, top);
    let all: Vec<&GrantedAction> = screen.refining().names().collect();
    let lines = all.iter().enumerate().skip(top).map(|(at, one)| {
        let pointed = (at == screen.cursor).then(|| screen.pointed());
        name_line(
            look,
            one,
            pointed.filter(|_| !screen.practice.is_done()),
            at == screen.cursor,
            room,
        )
    });
    draw_lines(frame, body, lines);
    if screen.practice.is_done() {
        select_line(frame, body, screen.cursor - top, look);
    }
    tell_hidden(
        frame,
        area,
        all.len().saturating_sub(top + rows(body)),
        look,
    );
}

/// A name with its sign; what is pointed at of it is lit.
fn name_line<'a>(
    look: &Look,
    one: &GrantedAction,
    pointed: Option<usize>,
    is_current: bool,
    room: usize,
) -> Line<'a> {
    let (sign, style) = match one.fate {
        Fate::Kept => (look.glyphs.held, look.strong),
        fate if fate.stays() => (" ", Style::new()),
        _ => (look.glyphs.caution, look.caution),
    };
    let cursor = if is_current { look.glyphs.cursor } else { " " };
    let name = fit(
        one.name.as_str(),
        room.saturating_sub(BEFORE_NAME),
        look.glyphs.more,
    );
    let (lit, rest) = name
        .split_at_checked(pointed.unwrap_or(0))
        .unwrap_or((&name, ""));
    let lit_style = look.selected.add_modifier(Modifier::BOLD);
    Line::from(vec![
        Span::raw(format!(" {cursor} ")),
        Span::styled(format!("{sign} "), style),
        Span::styled(lit.to_owned(), lit_style),
        Span::styled(rest.to_owned(), style),
    ])
}

fn draw_entries(look: &Look, screen: &PracticeScreen, frame: &mut Frame<'_>, area: Rect) {
    let (title, body) = under_title(area);
    let room = usize::from(area.width);
    let bar = || Span::styled(look.glyphs.bar, look.faint);
    let heading = if screen.practice.is_done() {
        "  THE RESULT"
    } else {
        "  YOUR ENTRIES"
    };
    let heading = vec![bar(), Span::styled(heading, look.strong)];
    frame.render_widget(spread(heading, Vec::new(), room, look.glyphs.more), title);
    let entries = shown_entries(look, screen)
        .into_iter()
        .map(|(sign, text, style)| {
            let text = fit(&text, room.saturating_sub(BEFORE_NAME), look.glyphs.more);
            Line::from(vec![
                bar(),
                Span::raw("  "),
                sign,
                Span::raw(" "),
                Span::styled(text, style),
            ])
        });
    let entries: Vec<Line<'_>> = entries.collect();
    let hidden = entries.len().saturating_sub(rows(body));
    let bars = std::iter::repeat_with(|| Line::from(bar()));
    draw_lines(frame, body, entries.into_iter().chain(bars));
    tell_hidden(frame, area, hidden, look);
}
