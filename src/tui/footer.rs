//! The last line: what can be done here and now, or what just happened.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::app::App;
use super::keys::{ROWS, Row};
use super::lines::draw_lines;
use super::look::Look;
use super::message::{Message, ShellMessage};
use super::shell::{Overlay, Shell, Status};
use super::steps::Steps;
use super::text::{cells, fit, width};
use crate::refine::MarkKind;
use crate::text::{counted, wrap};

/// The cells that the answers to a question take.
const ANSWERS: usize = 24;

/// Draws it over the last line of the screen.
pub(crate) fn draw(app: &mut App, frame: &mut Frame<'_>) {
    let area = frame.area();
    let line = line(app, usize::from(area.width));
    app.shell.footer = if app.shell.status.is_none() {
        words(app, &line)
    } else {
        Vec::new()
    };
    let last = Rect {
        y: area.bottom() - 1,
        height: 1,
        ..area
    };
    frame.render_widget(line, last);
    draw_long_status(&app.shell, frame, area);
}

/// The line, in so many cells.
fn line(app: &App, room: usize) -> Line<'static> {
    let look = &app.shell.look;
    if let Some(status) = &app.shell.status {
        return status_line(status, room, look);
    }
    let mut spans = Vec::new();
    let mut taken = 1;
    // The hints that answer a question are to stay in sight.
    if let Some(question) = question(app, room.saturating_sub(ANSWERS)) {
        let question = fit(&question, room.saturating_sub(ANSWERS), look.glyphs.more);
        taken = width(&question) + 1;
        spans.push(Span::styled(question, look.caution.patch(look.strong)));
    }
    // The very last leads to all others; the one before it leaves.
    let always = if app.view.list().is_some() { 2 } else { 1 };
    spans.extend(hints(
        &offered(app),
        always,
        look,
        room.saturating_sub(taken),
    ));
    Line::from(spans)
}

/// Where the keys and words stand in the line, and what each asks for.
fn words(app: &App, line: &Line<'_>) -> Vec<(Range<u16>, Message)> {
    let look = &app.shell.look;
    let offered = offered(app);
    let mut words = Vec::new();
    let mut x = 0;
    let spans: Vec<(&str, usize)> = (line.spans.iter())
        .map(|span| (span.content.as_ref(), span.width()))
        .collect();
    for pair in spans.windows(2) {
        let ((key, key_width), (word, word_width)) = (pair[0], pair[1]);
        let is_it = |(row, hint): &&(&Row, &str)| {
            let first = row.keys.first().map(|key| key.name(look.ascii));
            word == format!(" {hint}  ") && first.as_deref() == Some(key)
        };
        if let Some((row, _)) = offered.iter().find(is_it) {
            let end = x + key_width + word_width - 2;
            words.push((cells(x)..cells(end), row.message));
        }
        x += key_width;
    }
    words
}

/// As many hints as there is room for, in their order; the last ones `always`.
fn hints(offered: &[(&Row, &str)], always: usize, look: &Look, room: usize) -> Vec<Span<'static>> {
    let hint = |(row, word): &(&Row, &str)| {
        let key = row.keys.first().map(|key| key.name(look.ascii));
        (key.unwrap_or_default(), format!(" {word}  "))
    };
    let cells = |(key, word): &(String, String)| width(key) + width(word);
    let others = offered.len().saturating_sub(always);
    let (others, last) = offered.split_at(others);
    let last: Vec<(String, String)> = last.iter().map(hint).collect();
    let mut left = (room + 2).saturating_sub(last.iter().map(cells).sum());
    let mut chosen: Vec<(String, String)> = Vec::new();
    for hint in others.iter().map(hint) {
        if cells(&hint) <= left {
            left -= cells(&hint);
            chosen.push(hint);
        }
    }
    chosen.extend(last);
    let mut spans = vec![Span::raw(" ")];
    for (key, word) in chosen {
        spans.push(Span::styled(key, look.strong));
        spans.push(Span::raw(word));
    }
    spans
}

/// Draws what just happened over as many of the last lines of `area` as it needs, up to half of
/// them; where one line is enough that is drawn already.
fn draw_long_status(shell: &Shell, frame: &mut Frame<'_>, area: Rect) {
    let room = usize::from(area.width).saturating_sub(2);
    let status = shell.status.as_ref();
    let Some(status) = status.filter(|status| width(&status.text) > room) else {
        return;
    };
    let mut texts = wrap(&status.text, room);
    let most = usize::from(area.height / 2);
    if texts.len() > most {
        let rest = texts.split_off(most.saturating_sub(1)).join(" ");
        texts.push(rest);
    }
    let height = cells(texts.len()).min(area.height);
    let area = Rect {
        y: area.bottom() - height,
        height,
        ..area
    };
    frame.render_widget(Clear, area);
    let line = |text: String| {
        let status = Status {
            text,
            is_error: status.is_error,
        };
        status_line(&status, usize::from(area.width), &shell.look)
    };
    draw_lines(frame, area, texts.into_iter().map(line));
}

/// What just happened, in so many cells.
fn status_line<'a>(status: &Status, room: usize, look: &Look) -> Line<'a> {
    let text = fit(&format!(" {}", status.text), room, look.glyphs.more);
    let style = if status.is_error {
        look.caution.patch(look.strong)
    } else {
        look.strong
    };
    Line::styled(text, style)
}

/// How many cells are left for what is typed, at least.
const TYPED: usize = 24;

/// How many cells are left for what is typed next, at least.
const FIRST_TYPED: usize = 4;

/// What is asked, if something is.
fn question(app: &App, room: usize) -> Option<String> {
    let shell = &app.shell;
    match &shell.overlay {
        Overlay::Quit => {
            let question = leaving_question(app.decisions(), shell.saves_decisions());
            Some(format!(" {question} "))
        }
        Overlay::Keep {
            kind,
            reaches,
            reason,
            ..
        } => {
            let verb = match kind {
                MarkKind::Whole => "Leave whole",
                _ => "Keep",
            };
            Some(why(shell, verb, reaches, reason, room))
        }
        Overlay::Reject { named, reason, .. } => Some(why(shell, "Reject", named, reason, room)),
        Overlay::Search(search) => Some(search_question(&search.typed, search.found)),
        Overlay::AcceptAll { question, .. } => Some(format!(" {question}. ")),
        Overlay::Drop {
            reaches, reason, ..
        } => Some(why(shell, "Drop", reaches, reason, room)),
        _ => app.steps().and_then(step_number),
    }
}

/// The question why something is done, with what was typed so far: ` Keep s3:Get, because: audit_ `.
fn why(shell: &Shell, verb: &str, what: &str, typed: &str, room: usize) -> String {
    let more = shell.look.glyphs.more;
    // One has to see what one types, whatever it is about.
    let typing = TYPED.min(width(typed) + FIRST_TYPED);
    let named = room.saturating_sub(width(verb) + width("  , because: _ ") + typing);
    let asked = format!(" {verb} {}, because: ", fit(what, named, more));
    let left = room.saturating_sub(width(&asked) + 2);
    // The end of what is typed is where one types.
    let skipped = typed.chars().count().saturating_sub(left);
    if skipped == 0 {
        return format!("{asked}{typed}_ ");
    }
    let end: String = typed.chars().skip(skipped + width(more)).collect();
    format!("{asked}{more}{end}_ ")
}

/// What is asked before one leaves with decisions that are not written.
///
/// ```
/// use iam_refine::tui::leaving_question;
/// assert_eq!(leaving_question(1, true), "Leave? 1 decision is saved, but not written.");
/// assert_eq!(leaving_question(2, false), "Leave? 2 decisions will be lost.");
/// ```
pub fn leaving_question(decisions: usize, are_saved: bool) -> String {
    format!("Leave? {}", leaving_note(decisions, are_saved))
}

/// What becomes of so many decisions when one leaves.
pub fn leaving_note(decisions: usize, are_saved: bool) -> String {
    if are_saved {
        let decisions = counted(decisions, "decision is", "decisions are");
        format!("{decisions} saved, but not written.")
    } else {
        let decisions = counted(decisions, "decision", "decisions");
        format!("{decisions} will be lost.")
    }
}

/// The question what to search for: what was typed, and which of how many places the cursor is at.
fn search_question(typed: &str, found: Option<(usize, usize)>) -> String {
    let found = match found {
        Some((at, count)) => format!("  {at} of {count}"),
        None if typed.is_empty() => String::new(),
        None => "  nowhere".to_owned(),
    };
    format!(" Search: {typed}_{found} ")
}

fn step_number(steps: &Steps) -> Option<String> {
    let typed = steps.number.as_ref()?;
    Some(format!(" Go to step (1 to {}): {typed}_ ", steps.count()))
}

/// What can be done here and now, with the words for it, in the order of the table.
fn offered(app: &App) -> Vec<(&'static Row, &'static str)> {
    let here = ROWS.iter().filter(|row| row.is_offered(app));
    let hinted = here.map(|row| (row, hint(row, app)));
    hinted.filter(|(_, hint)| !hint.is_empty()).collect()
}

/// The word for a row; in a policy of an account leaving and writing are other things.
fn hint(row: &Row, app: &App) -> &'static str {
    match row.message {
        Message::Shell(ShellMessage::Quit) if app.is_in_account() => "to the list",
        Message::Shell(ShellMessage::Write) if app.is_in_account() => "",
        _ => row.hint,
    }
}
