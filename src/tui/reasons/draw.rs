//! The why pane, and the strip of two lines that stands for it on small screens.

use crate::explain::{NO_USE, ReasonLine, Reasons};
use crate::text::wrap;
use crate::tui::lines::{draw_lines, rows, signed, tell_hidden, under_title};
use crate::tui::look::Look;
use crate::tui::review::{Pane, ReviewScreen, pane_title, select_found};
use crate::tui::shell::Shell;
use crate::tui::text::{self, cells, fit, fit_name, pieces, spread};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// How many actions of a list are shown when not everything fits; all when the pane is gone to.
const LISTED: usize = 6;

/// How many lines are measured: more are never seen at once.
const MEASURED: usize = 100;

pub(crate) fn draw(
    shell: &mut Shell,
    screen: &mut ReviewScreen,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let look = &shell.look;
    let (title, body) = under_title(area);
    let line = pane_title(
        look,
        screen,
        Pane::Why,
        &look.spelled(&screen.reasons.title),
        levels(look, screen, title.width),
        title.width,
    );
    frame.render_widget(line, title);
    let is_focused = screen.pane == Pane::Why;
    let width = usize::from(area.width);
    // Lists are long, and of one that is not gone to a part is shown: they are counted first.
    let all = height(look, screen, width);
    debug_assert_eq!(all, lines(look, screen, width, None).len());
    let over = all.saturating_sub(rows(body));
    let too_many = (!is_focused && over > 0).then_some(over);
    let shown = lines(look, screen, width, too_many);
    let last_top = shown.len().saturating_sub(rows(body));
    screen.seen.why = body;
    if is_focused {
        shell.seen.scrolled = (shown.len(), rows(body));
    }
    screen.scroll.why = screen.scroll.why.min(last_top);
    let hidden = last_top - screen.scroll.why;
    draw_lines(frame, body, shown.into_iter().skip(screen.scroll.why));
    if is_focused {
        select_found(look, frame, body, screen.found_line, screen.scroll.why);
    }
    tell_hidden(frame, body, hidden, look);
}

/// Draws the most important sentences in a few lines, where there is no room for the pane.
pub(crate) fn draw_strip(look: &Look, reasons: &Reasons, frame: &mut Frame<'_>, area: Rect) {
    let room = usize::from(area.width).saturating_sub(2);
    let mut lines = wrap(&reasons.lead.join(" "), room);
    if lines.len() > rows(area) {
        lines.truncate(rows(area));
        if let Some(last) = lines.last_mut() {
            let more = look.glyphs.more;
            *last = fit(&format!("{last}{more}"), room, more);
        }
    }
    let lines = lines.into_iter().map(|line| Line::raw(format!(" {line}")));
    draw_lines(frame, area, lines);
}

/// How many actions that go are of which access level, where the title has room for it.
fn levels<'a>(look: &Look, screen: &ReviewScreen, width: u16) -> Vec<Span<'a>> {
    let reasons = &screen.reasons;
    let taken = " 3 WHY   ".len() + text::width(&reasons.title) + text::width(&reasons.levels) + 3;
    if reasons.levels.is_empty() || taken > usize::from(width) {
        return Vec::new();
    }
    let text = look.spelled(&format!("−{} ", reasons.levels));
    vec![Span::styled(text, look.caution)]
}

/// How many lines the reasons have in all.
fn height(look: &Look, screen: &ReviewScreen, width: usize) -> usize {
    let lead = lead(look, screen, width).len();
    let reasons = screen.reasons.lines.iter();
    let rest = reasons.enumerate().map(|(index, line)| match line {
        ReasonLine::Listed(..) => 1,
        ReasonLine::Heading(_) | ReasonLine::LastUsed(_) => {
            let is_apart = stands_apart(line) && lead + index > 0;
            usize::from(is_apart) + drawn(look, line, false, width).len()
        }
        _ => drawn(look, line, false, width).len(),
    });
    lead + rest.sum::<usize>()
}

/// The lines before all others: the access levels, where the title has no room for them, and the most
/// important sentences.
fn lead<'a>(look: &Look, screen: &ReviewScreen, width: usize) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    let levels_of = &screen.reasons.levels;
    if !levels_of.is_empty() && levels(look, screen, cells(width)).is_empty() {
        let wrapped = indented(wrap(
            &look.spelled(&format!("−{levels_of}")),
            width.saturating_sub(2),
        ));
        lines.extend(wrapped.map(|line| line.style(look.caution)));
    }
    for sentence in &screen.reasons.lead {
        lines.extend(indented(wrap(sentence, width.saturating_sub(2))));
    }
    lines
}

/// The lines of the reasons. Where there are so many too many, some of each list of actions is left out,
/// as far as `LISTED` stay.
pub(crate) fn lines<'a>(
    look: &Look,
    screen: &ReviewScreen,
    width: usize,
    too_many: Option<usize>,
) -> Vec<Line<'a>> {
    let mut lines = lead(look, screen, width);
    let mut marks = 0;
    let mut too_many = too_many.unwrap_or(0);
    let is_listed =
        |line: &ReasonLine| matches!(line, ReasonLine::Listed(..) | ReasonLine::Level(_));
    for run in (screen.reasons.lines).chunk_by(|a, b| is_listed(a) && is_listed(b)) {
        // The line that tells how many are left out takes the place of one.
        let left_out = run.len().saturating_sub(LISTED).min(too_many + 1);
        let left_out = if too_many == 0 || left_out < 2 {
            0
        } else {
            left_out
        };
        too_many = too_many.saturating_sub(left_out.saturating_sub(1));
        let shown = run.len() - left_out;
        let is_tight = is_tight(run, width);
        for line in run.iter().take(shown) {
            if let ReasonLine::Listed(name, value) = line
                && is_tight
                && value == NO_USE
            {
                lines.push(pair(name, NONE, width, look.glyphs.more));
                continue;
            }
            if stands_apart(line) && !lines.is_empty() {
                lines.push(Line::raw(""));
            }
            let is_selected = screen.pane == Pane::Why && marks == screen.mark;
            marks += usize::from(matches!(line, ReasonLine::Mark(..)));
            lines.extend(drawn(look, line, is_selected, width));
        }
        if left_out > 0 {
            let more = look.glyphs.more;
            let actions = run[shown..].iter();
            let actions = actions.filter(|line| matches!(line, ReasonLine::Listed(..)));
            lines.push(Line::styled(
                format!(" {} more{more}", actions.count()),
                look.faint,
            ));
        }
    }
    lines
}

/// Whether a blank line stands before it.
fn stands_apart(line: &ReasonLine) -> bool {
    match line {
        ReasonLine::Heading(_) => true,
        ReasonLine::LastUsed(heading) => !heading.is_empty(),
        _ => false,
    }
}

/// What stands above the days of a list.
const LAST_USED: &str = "last used";

/// A heading, with what the days below it are at its right, or in a line of its own.
fn last_used<'a>(look: &Look, heading: &str, width: usize) -> Vec<Line<'a>> {
    let right = || vec![Span::styled(format!(" {LAST_USED} "), look.faint)];
    let left = |text: String| vec![Span::styled(format!(" {text}"), look.strong)];
    let more = look.glyphs.more;
    if text::width(heading) + text::width(LAST_USED) + 3 <= width {
        return vec![spread(left(heading.to_owned()), right(), width, more)];
    }
    let lines = wrap(heading, width.saturating_sub(2)).into_iter();
    let lines = lines.map(|text| Line::from(left(text)));
    let last = spread(Vec::new(), right(), width, more);
    lines.chain([last]).collect()
}

/// A line of the reasons; a mark may be the one that keys act on.
fn drawn<'a>(look: &Look, line: &ReasonLine, is_selected: bool, width: usize) -> Vec<Line<'a>> {
    let room = width.saturating_sub(2);
    match line {
        ReasonLine::Heading(text) => {
            let lines = indented(wrap(text, room));
            lines.map(|line| line.style(look.strong)).collect()
        }
        ReasonLine::LastUsed(heading) => last_used(look, heading, width),
        ReasonLine::Text(text) => indented(wrap(text, room))
            .map(|line| line.style(look.faint))
            .collect(),
        ReasonLine::Level(name) => vec![Line::styled(format!(" {name}"), look.caution)],
        ReasonLine::Json(text) => {
            let indent = text.len() - text.trim_start().len();
            let pieces = pieces(text.trim_start(), room.saturating_sub(indent).max(8));
            let line = |piece: &str| Line::raw(format!(" {}{piece}", " ".repeat(indent)));
            pieces.into_iter().map(line).collect()
        }
        ReasonLine::Mark(name, reason) => mark(look, name, reason, width, is_selected),
        ReasonLine::Pair(name, value) if text::width(name) + text::width(value) + 3 > width => {
            let value = look.spelled(value);
            let mut name = pieces(name, room.max(8));
            // A short value stands at the right all the same, behind the last words of the name.
            if let Some(last) =
                name.pop_if(|last| text::width(last) + text::width(&value) + 3 <= width)
            {
                let first = name.into_iter().map(|piece| Line::raw(format!(" {piece}")));
                let last = pair(last, &value, width, look.glyphs.more);
                return first.chain([last]).collect();
            }
            let name = name.into_iter().map(|piece| Line::raw(format!(" {piece}")));
            let value = wrap(&value, room.saturating_sub(2)).into_iter();
            let value = value.map(|text| Line::raw(format!("   {text}")));
            name.chain(value).collect()
        }
        ReasonLine::Pair(name, value) | ReasonLine::Listed(name, value) => {
            vec![pair(name, &look.spelled(value), width, look.glyphs.more)]
        }
        ReasonLine::Signed(sign, text) => signed(look, Some(*sign), text, width),
    }
}

/// A mark with its reason in the same line, or in lines of its own below where it is long.
fn mark<'a>(
    look: &Look,
    name: &str,
    reason: &str,
    width: usize,
    is_selected: bool,
) -> Vec<Line<'a>> {
    let sign = if is_selected { look.glyphs.cursor } else { " " };
    let mut left = vec![Span::raw(sign), Span::raw(name.to_owned())];
    let right = format!(" {reason} ");
    let is_short = text::width(name) + 1 + text::width(&right) <= width;
    let (on_the_right, below) = if reason.is_empty() {
        (String::new(), Vec::new())
    } else if is_short {
        (right, Vec::new())
    } else {
        (String::new(), wrap(reason, width.saturating_sub(4)))
    };
    let room = width.saturating_sub(text::width(&on_the_right));
    fit_name(&mut left, 1, room, look.glyphs.more);
    let first = spread(left, vec![Span::raw(on_the_right)], width, look.glyphs.more);
    let first = if is_selected {
        first.style(look.selected)
    } else {
        first
    };
    let below = below
        .into_iter()
        .map(|text| Line::raw(format!("   {text}")));
    std::iter::once(first).chain(below).collect()
}

fn indented<'a>(lines: Vec<String>) -> impl Iterator<Item = Line<'a>> {
    lines.into_iter().map(|line| Line::raw(format!(" {line}")))
}

/// That no use is recorded, in few words.
const NONE: &str = "none";

/// Whether a name of a list would be cut for the sake of the words that no use is recorded.
fn is_tight(run: &[ReasonLine], width: usize) -> bool {
    run.iter().take(MEASURED).any(|line| match line {
        ReasonLine::Listed(name, value) if value == NO_USE => {
            text::width(name) + text::width(value) + 3 > width
        }
        _ => false,
    })
}

fn pair<'a>(name: &str, value: &str, width: usize, more: &str) -> Line<'a> {
    // What a list is about stands above it: its names begin otherwise from there on, and often end alike.
    let left = vec![Span::raw(format!(" {name}"))];
    let right = vec![Span::raw(format!(" {value} "))];
    spread(left, right, width, more)
}
