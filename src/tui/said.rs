//! Sentences as the screen says them: wrapped, with a margin, perhaps behind a word.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::look::Look;
use super::text::{fit, width};
use crate::text::wrap;

/// A word before a sentence, and how it is drawn.
pub(crate) type Word<'a> = (&'a str, Style);

/// The cells of a line at most: longer ones are hard to read.
const READABLE: usize = 118;

/// The cells that a sentence may take of so many.
pub(crate) fn readable(room: usize) -> usize {
    room.min(READABLE)
}

/// A sentence behind its word; what does not fit goes on below the word.
pub(crate) fn said<'a>(
    look: &Look,
    word: Option<Word<'_>>,
    sentence: &str,
    room: usize,
) -> Vec<Line<'a>> {
    let (word, style) = word.unwrap_or_default();
    let text = format!("{word} {}", look.spelled(sentence));
    let lines = wrap(text.trim(), readable(room.saturating_sub(2))).into_iter();
    let lines = lines.enumerate().map(|(at, line)| {
        let start = if at == 0 { word } else { "" };
        let rest = line.strip_prefix(start).unwrap_or(&line).to_owned();
        Line::from(vec![
            Span::raw(" "),
            Span::styled(start.to_owned(), style),
            Span::raw(rest),
        ])
    });
    lines.filter(|line| line.width() > 1).collect()
}

/// A sentence in a style of its own.
pub(crate) fn said_strongly<'a>(
    look: &Look,
    style: Style,
    sentence: &str,
    room: usize,
) -> Vec<Line<'a>> {
    let lines = said(look, None, sentence, room).into_iter();
    lines.map(|line| line.patch_style(style)).collect()
}

/// A sentence beside its word, which keeps its column.
pub(crate) fn beside<'a>(
    look: &Look,
    (word, style): Word<'_>,
    sentence: &str,
    room: usize,
) -> Vec<Line<'a>> {
    let column = width(word) + 1;
    let room = readable(room.saturating_sub(column + 1));
    let lines = wrap(&look.spelled(sentence), room).into_iter();
    let lines = lines.enumerate().map(|(at, line)| {
        // The word alone has its style, not what stands beside or below it.
        let (start, style) = if at == 0 {
            (word, style)
        } else {
            ("", Style::new())
        };
        let pad = " ".repeat(column - width(start));
        // What is not to be parted stayed together.
        Line::from(vec![
            Span::styled(format!(" {start}"), style),
            Span::raw(pad + line.replace(NO_BREAK, " ").trim_start()),
        ])
    });
    lines.collect()
}

/// Between words that stay together.
pub(crate) const NO_BREAK: char = '\u{a0}';

/// What is known: tables as they are, the rest wrapped.
pub(crate) fn known_lines<'a>(look: &Look, known: &[String], room: usize) -> Vec<Line<'a>> {
    let is_table = |line: &str| line.contains("   ");
    let lines = known.iter().flat_map(|line| {
        if is_table(line) {
            return vec![fit(&format!(" {line}"), room, look.glyphs.more)];
        }
        let lines = wrap(&look.spelled(line), room.saturating_sub(3)).into_iter();
        let margin = |at| if at == 0 { " " } else { "   " };
        let lines = lines.enumerate();
        lines
            .map(|(at, line)| format!("{}{line}", margin(at)))
            .collect()
    });
    lines.map(Line::raw).collect()
}

/// What can be chosen, each behind its number.
pub(crate) fn choices<'a>(look: &Look, choices: &[String], room: usize) -> Vec<Line<'a>> {
    let word = "CHOOSE ";
    let choices = choices.iter().enumerate();
    let choices: Vec<String> = choices
        .map(|(at, choice)| format!("{} {choice}", at + 1))
        .collect();
    // Long ones have lines of their own.
    if choices
        .iter()
        .any(|choice| width(choice) + width(word) + 2 > room)
    {
        let lines = choices.iter().enumerate().flat_map(|(at, choice)| {
            let word = if at == 0 { word } else { "       " };
            beside(look, (word, look.strong), choice, room)
        });
        return lines.collect();
    }
    let together = choices
        .iter()
        .map(|choice| choice.replace(' ', &NO_BREAK.to_string()));
    let together: Vec<String> = together.collect();
    beside(look, (word, look.strong), &together.join("   "), room)
}
