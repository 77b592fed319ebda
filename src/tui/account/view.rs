//! Drawing the list, or the policy that is open.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::model::{Model, Overlay, Seen};
use super::standing::Standing;
use super::strip;
use super::table::COMMANDS;
use super::update::help_rows;
use crate::review::Review;
use crate::text::{counted, grouped, printable};
use crate::tui::look::Sign;
use crate::tui::text::{fit, spread, width};
use crate::tui::view::footer::{Footer, draw_long_status, search_question};
use crate::tui::view::parts::Parts;
use crate::tui::view::{
    draw_lines, help, is_too_small, rows, select_line, take_top, tell_hidden, top_for,
    view as review_view,
};

/// From this width on reasons stand in the list in full.
const WIDE_FROM: u16 = 100;

/// Draws all of it. What it learns of where things stand is kept for clicks and pages.
pub fn view(model: &mut Model, frame: &mut Frame<'_>) {
    if let Some((_, opened)) = &mut model.opened {
        return review_view(opened, frame);
    }
    model.seen = Seen {
        top: model.seen.top,
        is_too_small: is_too_small(frame, model.look.glyphs.more),
        ..Seen::default()
    };
    if model.seen.is_too_small {
        return;
    }
    let shows_list = !matches!(model.overlay, Overlay::Help(_) | Overlay::Write { .. });
    let area = frame.area();
    let strip_rows = strip_rows(area.height).filter(|_| shows_list);
    let parts = Parts::of(area, 1, strip_rows);
    frame.render_widget(header(model, parts.header.width), parts.header);
    parts.draw_rules(frame, &model.look);
    draw_body(model, frame, parts.body);
    if let Some(area) = parts.strip {
        strip::draw(model, frame, area);
    }
    frame.render_widget(now_line(model, parts.now.width), parts.now);
    frame.render_widget(footer(model, parts.hints.width), parts.hints);
    draw_long_status(model.status.as_ref(), &model.look, frame, area);
}

fn draw_body(model: &mut Model, frame: &mut Frame<'_>, area: Rect) {
    let commands = help_rows(model);
    let undecided = model.count(Standing::is_to_review);
    match &mut model.overlay {
        Overlay::Help(own) => help::draw_rows(frame, area, &model.look, &commands, own),
        Overlay::Write { preview, top } => {
            model.seen.scrolled = preview.draw(undecided, &model.look, frame, area, top);
        }
        Overlay::None | Overlay::Search { .. } | Overlay::Quit => draw_list(model, frame, area),
    }
}

/// How many rows the strip below the list has; none on a low screen.
fn strip_rows(height: u16) -> Option<u16> {
    match height {
        0..16 => None,
        16..20 => Some(2),
        20..30 => Some(5),
        30.. => Some(8),
    }
}

/// `account.json · 11 policies`, and what it rests on.
fn header<'a>(model: &Model, columns: u16) -> Line<'a> {
    let look = &model.look;
    let (all, shown) = (model.list.all().len(), model.list.shown().len());
    let count = if all == shown {
        counted(all, "policy", "policies")
    } else {
        let all = counted(all, "policy", "policies");
        format!("{} of {all}: {}", grouped(shown), model.list.filter.told())
    };
    let title = format!(" {} {} {count}", printable(&model.title), look.glyphs.dot);
    let catalogue = match model.account.catalogue().date() {
        Some(date) => format!(" actions of {date} "),
        None => " actions without a date ".to_owned(),
    };
    let left = vec![Span::styled(title, look.strong)];
    let right = vec![Span::styled(catalogue, look.faint)];
    spread(left, right, usize::from(columns), look.glyphs.more)
}

/// How wide the columns are; the last one gets the rest.
struct Columns {
    name: usize,
    owners: usize,
    unused: usize,
    size: usize,
    is_wide: bool,
}

impl Columns {
    fn of(columns: u16) -> Self {
        let room = usize::from(columns);
        let is_wide = columns >= WIDE_FROM;
        let (unused, size) = if is_wide { (15, 12) } else { (13, 11) };
        let last = if is_wide { room / 3 } else { 18 };
        let names = room.saturating_sub(unused + size + last + 4);
        let name = names * 55 / 100;
        Columns {
            name,
            owners: names - name,
            unused,
            size,
            is_wide,
        }
    }
}

fn draw_list(model: &mut Model, frame: &mut Frame<'_>, area: Rect) {
    let mut body = area;
    let title = take_top(&mut body);
    let columns = Columns::of(area.width);
    let look = &model.look;
    let Columns {
        name,
        owners,
        unused,
        size,
        ..
    } = columns;
    let heading = format!(
        "  {:<name$}{:<owners$}{:>unused$}{:>size$}  decided",
        "policy", "has it", "unused of", "size"
    );
    let heading = fit(&heading, usize::from(area.width), look.glyphs.more);
    frame.render_widget(Line::styled(heading, look.faint), title);
    let (cursor, count) = (model.list.cursor(), model.list.shown().len());
    let top = top_for(cursor, count, model.seen.top, rows(body));
    let lines: Vec<Line<'_>> = (model.list.shown().iter().enumerate())
        .skip(top)
        .take(rows(body))
        .map(|(row, &index)| line(model, index, row == cursor, &columns, area.width))
        .collect();
    if lines.is_empty() {
        let none = format!(
            "  There are no {}: f shows others",
            model.list.filter.told()
        );
        draw_lines(frame, body, [Line::styled(none, look.faint)]);
    } else {
        draw_lines(frame, body, lines);
        select_line(frame, body, cursor - top, look);
    }
    let hidden = count.saturating_sub(top + rows(body));
    tell_hidden(frame, body, hidden, look);
    model.seen.list = body;
    model.seen.top = top;
}

fn line<'a>(
    model: &Model,
    index: usize,
    is_current: bool,
    columns: &Columns,
    room: u16,
) -> Line<'a> {
    let look = &model.look;
    let (subject, listed) = (&model.account.policies()[index], &model.list.all()[index]);
    let standing = model.standing(index);
    let size = model.size(subject);
    let over = if size.is_over() { " over" } else { "" };
    let size_text = format!("{}{over}", grouped(size.own));
    let unused = format!(
        "{} of {}",
        grouped(subject.unused),
        grouped(subject.granted)
    );
    let column = |text: &str, cells: usize| {
        let text = fit(text, cells.saturating_sub(1), look.glyphs.more);
        let blank = " ".repeat(cells - width(&text));
        format!("{text}{blank}")
    };
    let number = |text: &str, cells: usize| {
        let text = fit(text, cells.saturating_sub(1), look.glyphs.more);
        let blank = " ".repeat(cells - width(&text));
        format!("{blank}{text}")
    };
    let (told, style) = match (&listed.kept, standing) {
        (Some((short, sentence)), _) => {
            let why = if columns.is_wide { sentence } else { short };
            (format!("kept: {why}"), look.faint)
        }
        (None, Standing::NothingUnused) => (standing.told(), look.faint),
        (None, Standing::Decided { undecided: 0, .. }) => (standing.told(), look.safe),
        (None, _) => (standing.told(), look.caution),
    };
    let size_style = if size.is_over() {
        look.caution
    } else {
        Style::new()
    };
    let sign = if is_current { look.glyphs.cursor } else { " " };
    let left = vec![
        Span::raw(format!("{sign} {}", column(&listed.name, columns.name))),
        Span::raw(column(&listed.owners, columns.owners)),
        Span::raw(number(&unused, columns.unused)),
        Span::styled(number(&size_text, columns.size), size_style),
        Span::raw("  "),
        Span::styled(told, style),
    ];
    spread(left, Vec::new(), usize::from(room), look.glyphs.more)
}

/// What would be true if it were written now.
fn now_line<'a>(model: &Model, columns: u16) -> Line<'a> {
    let look = &model.look;
    let reviews = model.decided.values();
    let is_proved = reviews.clone().all(Review::is_proved);
    // What a policy loses another one may still allow: gone it is only when none does.
    let loses = |review: &Review| review.now().gone + review.now().granted_beside;
    let loses: usize = reviews.map(loses).sum();
    let proved = if is_proved { "proved" } else { "NOT proved" };
    let changing = match model.count(Standing::changes) {
        0 => "nothing changes".to_owned(),
        count => {
            let lose = counted(count, "policy loses", "policies lose");
            let actions = counted(loses, "unused action", "unused actions");
            format!("{lose} {actions}, {proved}")
        }
    };
    let to_review = grouped(model.count(Standing::is_to_review));
    let kept = grouped(model.count(|own| own == Standing::Blocked));
    let sign = if is_proved { Sign::Holds } else { Sign::Broken };
    let left = vec![
        Span::raw(" If written now: "),
        look.sign(sign),
        Span::raw(format!(" {changing}")),
    ];
    let right = vec![Span::raw(format!(" {to_review} to review, {kept} kept "))];
    spread(left, right, usize::from(columns), look.glyphs.more)
}

/// What can be done here and now, or what just happened.
fn footer<'a>(model: &Model, columns: u16) -> Line<'a> {
    let context = model.context();
    let here = COMMANDS
        .iter()
        .filter(|command| command.is_offered(model, context));
    Footer {
        status: model.status.as_ref(),
        question: question(model),
        offered: here
            .filter_map(|command| Some((command, command.hint?)))
            .collect(),
        always: 2,
    }
    .line(&model.look, usize::from(columns))
}

/// What is asked, if something is.
fn question(model: &Model) -> Option<String> {
    match &model.overlay {
        Overlay::Quit => {
            let decisions = counted(model.decisions(), "decision is", "decisions are");
            Some(format!(
                " Leave? {decisions} not written this time, and kept. "
            ))
        }
        Overlay::Search { typed, .. } => {
            let found = model.list.found(typed);
            let at = found.iter().position(|&row| row == model.list.cursor());
            Some(search_question(typed, at.map(|at| (at + 1, found.len()))))
        }
        _ => None,
    }
}
