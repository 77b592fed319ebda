//! Drawing the list, or the policy that is open.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::order::Order;
use super::size::Size;
use super::state::{AccountList, Seen};
use super::status::PolicyStatus;
use super::{diff, preview, strip};
use crate::explain::Sign;
use crate::review::Review;
use crate::text::{counted, grouped, printable};
use crate::tui::help;
use crate::tui::help::HelpRows;
use crate::tui::lines::{draw_lines, rows, select_line, take_top, tell_hidden, top_for};
use crate::tui::look::Look;
use crate::tui::parts::Parts;
use crate::tui::shell::{Overlay, Shell};
use crate::tui::text::{fit, spread, width};

/// From this width on reasons stand in the list in full.
const WIDE_FROM: u16 = 100;

/// Draws all but the last line; `keys` are those that the help shows.
pub(crate) fn draw(
    shell: &mut Shell,
    list: &mut AccountList,
    keys: &HelpRows,
    frame: &mut Frame<'_>,
) {
    list.seen = Seen {
        top: list.seen.top,
        ..Seen::default()
    };
    let shows_list = !matches!(
        shell.overlay,
        Overlay::Help(_) | Overlay::Folder { .. } | Overlay::PolicyDiff { .. }
    );
    let area = frame.area();
    let strip_rows = strip_rows(area.height).filter(|_| shows_list);
    let parts = Parts::of(area, 1, strip_rows);
    let look = &shell.look;
    frame.render_widget(header(look, list, parts.header.width), parts.header);
    parts.draw_rules(frame, look);
    match &mut shell.overlay {
        Overlay::Help(help) => help::draw(frame, parts.body, look, keys, help),
        Overlay::Folder { preview, top } => {
            let undecided = list.count(PolicyStatus::is_to_review);
            shell.seen.scrolled = preview::draw(preview, undecided, look, frame, parts.body, top);
        }
        Overlay::PolicyDiff { top } => {
            if let Some(shown) = &list.diff {
                shell.seen.scrolled = diff::draw(shown, look, frame, parts.body, top);
            }
        }
        _ => draw_list(look, list, frame, parts.body),
    }
    if let Some(area) = parts.strip {
        strip::draw(look, list, frame, area);
    }
    frame.render_widget(now_line(look, list, parts.now.width), parts.now);
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
fn header<'a>(look: &Look, list: &AccountList, columns: u16) -> Line<'a> {
    let (all, shown) = (list.policies.all().len(), list.policies.shown().len());
    let mut count = counted(all, "policy", "policies");
    if all != shown {
        let filter = list.policies.filter.description();
        count = format!("{} of {count}: {filter}", grouped(shown));
    }
    let order = list.policies.order;
    if order != Order::default() {
        count = format!("{count}, {}", order.description());
    }
    if !list.policies.selected.is_empty() {
        count = format!("{count}, {} selected", list.policies.selected.len());
    }
    let title = format!(" {} {} {count}", printable(&list.title), look.glyphs.dot);
    let catalogue = match list.account.catalogue().date() {
        Some(date) => format!(" actions of {date} "),
        None => " actions without a date ".to_owned(),
    };
    let left = vec![Span::styled(title, look.strong)];
    let right = vec![Span::styled(catalogue, look.faint)];
    spread(left, right, usize::from(columns), look.glyphs.more)
}

/// How many actions of a policy are unused, of how many: `12 of 48`.
fn unused_text(list: &AccountList, index: usize) -> String {
    // One that cannot be read comes after those of the account, and nothing is known of it.
    list.account
        .policies()
        .get(index)
        .map_or_else(String::new, |subject| {
            let unused = subject.unused.map_or_else(|| "?".to_owned(), grouped);
            format!("{unused} of {}", grouped(subject.granted))
        })
}

/// What is decided of a policy, or why nothing can be.
fn status_text(look: &Look, list: &AccountList, index: usize, is_wide: bool) -> (String, Style) {
    let listed = &list.policies.all()[index];
    let status = list.status(index);
    match (&listed.kept, status) {
        (Some((short, sentence)), _) => {
            let why = if is_wide { sentence } else { short };
            let label = if listed.is_unreadable {
                why.clone()
            } else {
                format!("kept: {why}")
            };
            (label, look.faint)
        }
        (None, PolicyStatus::NothingUnused) => (status.label(), look.faint),
        (None, PolicyStatus::Decided { undecided: 0, .. }) => (status.label(), look.safe),
        (None, _) => (status.label(), look.caution),
    }
}

/// How wide the columns are; the last one gets the rest.
struct Columns {
    name: usize,
    owners: usize,
    unused: usize,
    is_wide: bool,
}

impl Columns {
    /// As wide as what is listed needs; where that is too much the names and reasons are cut, the longest
    /// first.
    fn of(look: &Look, list: &AccountList, columns: u16) -> Self {
        let is_wide = columns >= WIDE_FROM;
        let shown = list.policies.shown().iter();
        // The sizes are not measured: these take long to count.
        let needs = shown.map(|&index| {
            let listed = &list.policies.all()[index];
            let unused = unused_text(list, index);
            let (status, _) = status_text(look, list, index, is_wide);
            [&listed.name, &listed.owners, &status, &unused].map(|text| width(text))
        });
        let headings = HEADINGS.map(width);
        let widest = |widest: [usize; 4], row: [usize; 4]| {
            std::array::from_fn(|column| widest[column].max(row[column]))
        };
        let [name, owners, decided, unused] = needs.fold(headings, widest).map(|cells| cells + 2);
        // The cursor and the sign of what is selected stand before them.
        let room = usize::from(columns).saturating_sub(unused + SIZE + 2);
        let [name, owners, _] = shared([name, owners, decided], room);
        Columns {
            name,
            owners,
            unused,
            is_wide,
        }
    }
}

/// What each column gets of `room`: what it needs, and where that is too much in all, the widest ones
/// less than that.
fn shared(needs: [usize; 3], room: usize) -> [usize; 3] {
    let widest = needs.into_iter().max().unwrap_or_default();
    let limits = (0..=widest).rev();
    let mut shares = limits.map(|limit| needs.map(|need| need.min(limit)));
    let fits = |shares: &[usize; 3]| shares.iter().sum::<usize>() <= room;
    shares.find(fits).unwrap_or_default()
}

/// The headings of the columns, but that of the size.
const HEADINGS: [&str; 4] = ["policy", "has it", "decided", "unused of"];

/// The cells of the column with the size.
const SIZE: usize = 12;

fn draw_list(look: &Look, list: &mut AccountList, frame: &mut Frame<'_>, area: Rect) {
    let mut body = area;
    let title = take_top(&mut body);
    let columns = Columns::of(look, list, area.width);
    let Columns {
        name,
        owners,
        unused,
        ..
    } = columns;
    let [of_name, of_owners, of_decided, of_unused] = HEADINGS;
    let heading = format!(
        "  {of_name:<name$}{of_owners:<owners$}{of_unused:>unused$}{:>SIZE$}  {of_decided}",
        "size, ch"
    );
    let heading = fit(&heading, usize::from(area.width), look.glyphs.more);
    frame.render_widget(Line::styled(heading, look.faint), title);
    let (cursor, count) = (list.policies.cursor(), list.policies.shown().len());
    let top = top_for(cursor, count, list.seen.top, rows(body));
    let lines: Vec<Line<'_>> = (list.policies.shown().iter().enumerate())
        .skip(top)
        .take(rows(body))
        .map(|(row, &index)| line(look, list, index, row == cursor, &columns, area.width))
        .collect();
    if lines.is_empty() {
        let none = format!(
            "  There are no {}: f shows others",
            list.policies.filter.description()
        );
        draw_lines(frame, body, [Line::styled(none, look.faint)]);
    } else {
        draw_lines(frame, body, lines);
        select_line(frame, body, cursor - top, look);
    }
    let hidden = count.saturating_sub(top + rows(body));
    tell_hidden(frame, body, hidden, look);
    list.seen.list = body;
    list.seen.top = top;
}

fn line<'a>(
    look: &Look,
    list: &AccountList,
    index: usize,
    is_current: bool,
    columns: &Columns,
    room: u16,
) -> Line<'a> {
    let listed = &list.policies.all()[index];
    let (status, status_style) = status_text(look, list, index, columns.is_wide);
    let size = list
        .account
        .policies()
        .get(index)
        .map(|subject| list.size(subject));
    let is_over = size.is_some_and(Size::is_over);
    let over = if is_over { " over" } else { "" };
    let size = size.map_or_else(String::new, |size| format!("{}{over}", grouped(size.alone)));
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
    let size_style = if is_over { look.caution } else { Style::new() };
    let sign = if is_current { look.glyphs.cursor } else { " " };
    let is_selected = list.policies.selected.contains(&index);
    let selected = if is_selected {
        look.glyphs.selected
    } else {
        " "
    };
    let left = vec![
        Span::raw(sign),
        Span::styled(selected, look.strong),
        Span::raw(column(&listed.name, columns.name)),
        Span::raw(column(&listed.owners, columns.owners)),
        Span::raw(number(&unused_text(list, index), columns.unused)),
        Span::styled(number(&size, SIZE), size_style),
        Span::raw("  "),
        Span::styled(status, status_style),
    ];
    spread(left, Vec::new(), usize::from(room), look.glyphs.more)
}

/// How many policies are how far: where there is room for it, all of them.
fn how_far(list: &AccountList, room: usize) -> String {
    let all = list.policies.all().len();
    let to_review = list.count(PolicyStatus::is_to_review);
    let is_decided = |status| {
        matches!(status, PolicyStatus::Decided { .. }) && !PolicyStatus::is_to_review(status)
    };
    let others = [
        ("decided", list.count(is_decided)),
        (
            "nothing unused",
            list.count(|status| status == PolicyStatus::NothingUnused),
        ),
        ("kept", list.count(|status| status == PolicyStatus::Blocked)),
    ];
    let others = others.iter().filter(|(_, count)| *count > 0);
    let others = others.map(|(what, count)| format!("{} {what}", grouped(*count)));
    let to_review = grouped(to_review);
    let first = format!("{to_review} to review");
    let text = (std::iter::once(first).chain(others)).collect::<Vec<_>>();
    let text = text.join(", ");
    if width(&text) > room {
        return format!("{to_review} of {} to review", grouped(all));
    }
    text
}

/// What would be true if it were written now.
fn now_line<'a>(look: &Look, list: &AccountList, columns: u16) -> Line<'a> {
    let is_proved = list.decided.values().all(Review::is_proved);
    let kept = list.account.kept_though_decided(&list.decided);
    let decided = list.decided.iter();
    let written: Vec<&Review> = decided
        .filter(|(place, review)| !kept.contains(place) && review.changes_something())
        .map(|(_, review)| review)
        .collect();
    // What a policy loses another one may still allow: gone it is only when none does.
    let loses = |review: &Review| review.now().gone + review.now().granted_beside;
    let loses: usize = written.iter().copied().map(loses).sum();
    let proved = if is_proved { "proved" } else { "NOT proved" };
    let changing = match written.len() {
        0 => "nothing changes".to_owned(),
        count => {
            let lose = counted(count, "policy loses", "policies lose");
            let actions = counted(loses, "unused action", "unused actions");
            format!("{lose} {actions}, {proved}")
        }
    };
    let sign = if is_proved { Sign::Holds } else { Sign::Broken };
    let mut left = Line::from(vec![
        Span::raw(" If written now: "),
        look.sign(sign),
        Span::raw(format!(" {changing}")),
    ]);
    if !kept.is_empty() {
        left.push_span(Span::raw("  "));
        left.push_span(look.sign(Sign::Caution));
        left.push_span(Span::raw(format!(" {} cannot be written", kept.len())));
    }
    let columns = usize::from(columns);
    let room = columns.saturating_sub(left.width() + 4);
    let right = Some(how_far(list, room)).filter(|right| width(right) <= room);
    let right = vec![Span::raw(format!(" {} ", right.unwrap_or_default()))];
    spread(left.spans, right, columns, look.glyphs.more)
}
