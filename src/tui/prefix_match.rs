//! How a prefix matches a wildcard, letter by letter: the parts of the wildcard, below each the letters that it has
//! matched, and below these what is left.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::look::Look;
use super::text::{fit, width};
use crate::explain::{MatchedPart, PrefixMatch, Walkthrough};

/// The cells between two parts.
const BETWEEN: usize = 1;

/// The words before the three lines.
const HEADINGS: [&str; 3] = [" WILDCARD", " PREFIX", " LEFT"];

/// One way in which a prefix matches, and what comes of it.
pub(crate) struct MatchRow {
    matched: PrefixMatch,
    /// What is written for it.
    written: String,
}

impl MatchRow {
    /// Those of a question about what is left, each with its entry.
    pub(crate) fn of_case(matches: &[PrefixMatch]) -> Vec<Self> {
        let matches = matches.iter().map(|matched| MatchRow {
            written: format!("{}{}", matched.prefix(), matched.left()),
            matched: matched.clone(),
        });
        matches.collect()
    }

    /// Those of a step that writes something with a star, where more than a star at the end is left.
    pub(crate) fn of_step(walk: &Walkthrough, at: usize) -> Vec<Self> {
        let matches = walk.matches_at(at).into_iter();
        // Where no name goes on so, nothing is written: that would only be noise.
        let matches = matches.filter(|(_, written)| !written.is_empty());
        let matches = matches.map(|(matched, written)| {
            let written = written.into_iter().map(|entry| walk.short(entry));
            MatchRow {
                matched,
                written: written.collect::<Vec<_>>().join(", "),
            }
        });
        matches.collect()
    }
}

/// Each of `rows` with what is left and what is written for it, and blank lines around them; nothing where there are none.
pub(crate) fn match_lines<'a>(look: &Look, rows: &[MatchRow], room: usize) -> Vec<Line<'a>> {
    in_blocks(look, rows.iter().map(|row| block(look, row, room).to_vec()))
}

/// The same without what is left: that is to be found.
pub(crate) fn matched_lines<'a>(look: &Look, rows: &[MatchRow], room: usize) -> Vec<Line<'a>> {
    in_blocks(
        look,
        rows.iter().map(|row| block(look, row, room)[..2].to_vec()),
    )
}

fn in_blocks<'a>(look: &Look, blocks: impl Iterator<Item = Vec<Line<'a>>>) -> Vec<Line<'a>> {
    let blocks = blocks.enumerate().flat_map(|(at, block)| {
        let before = if at == 0 {
            Line::default()
        } else {
            Line::styled("   or", look.faint)
        };
        std::iter::once(before).chain(block)
    });
    let mut lines: Vec<Line<'a>> = blocks.collect();
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    lines
}

fn block<'a>(look: &Look, row: &MatchRow, room: usize) -> [Line<'a>; 3] {
    let parts = &row.matched.parts;
    let pattern = parts.iter().map(|part| {
        let style = if part.is_left {
            look.strong
        } else {
            look.faint
        };
        (part.pattern.as_str(), style, part)
    });
    let letters = parts
        .iter()
        .map(|part| (part.letters.as_str(), look.safe, part));
    let left = parts.iter().map(|part| {
        let left = if part.is_left { &part.pattern } else { "" };
        (left, look.strong, part)
    });
    let mut lines = [
        line(look, HEADINGS[0], pattern),
        line(look, HEADINGS[1], letters),
        line(look, HEADINGS[2], left),
    ];
    let written = format!("  {} {}", look.glyphs.arrow, row.written);
    let taken = lines[2].width();
    let written = fit(&written, room.saturating_sub(taken + 1), look.glyphs.more);
    lines[2].spans.push(Span::styled(written, look.strong));
    lines
}

/// A line of parts, each as wide as the widest of what stands in its column.
fn line<'a, 'p>(
    look: &Look,
    heading: &str,
    parts: impl Iterator<Item = (&'p str, Style, &'p MatchedPart)>,
) -> Line<'a> {
    let parts = parts.map(|(text, style, part)| {
        let columns = width(&part.pattern).max(width(&part.letters)) + BETWEEN;
        Span::styled(format!("{text:<columns$}"), style)
    });
    let heading = Span::styled(format!("{heading:<11}"), look.strong);
    [heading].into_iter().chain(parts).collect()
}
