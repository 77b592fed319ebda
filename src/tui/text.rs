//! Text that has to fit: how wide it is on the screen, cut with a sign when it is too wide.

use ratatui::text::{Line, Span};

use crate::text::break_of;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The cells that `text` takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// A number of cells as the screen counts them.
pub fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// `text` in at most `room` cells, with `more` at its end when something is cut off.
///
/// ```
/// use iam_refine::tui::text::fit;
/// assert_eq!(fit("GetObject", 9, "…"), "GetObject");
/// assert_eq!(fit("GetObject", 6, "…"), "GetOb…");
/// assert_eq!(fit("GetObject", 0, "…"), "");
/// ```
pub fn fit(text: &str, room: usize, more: &str) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let Some(room) = room.checked_sub(width(more)) else {
        return String::new();
    };
    let mut taken = 0;
    let mut cut: String = text
        .chars()
        .take_while(|letter| {
            taken += letter.width().unwrap_or(0);
            taken <= room
        })
        .collect();
    cut.push_str(more);
    cut
}

/// `text` in at most `room` cells, with `more` in its middle when something is cut out there: of names alike one sees
/// where they differ, which often is at their ends.
///
/// ```
/// use iam_refine::tui::text::fit_middle;
/// assert_eq!(fit_middle("GetObject", 9, "…"), "GetObject");
/// assert_eq!(fit_middle("GetObjectAcl", 8, "…"), "GetO…Acl");
/// assert_eq!(fit_middle("GetObjectAcl", 1, "…"), "…");
/// assert_eq!(fit_middle("GetObjectAcl", 0, "…"), "");
/// ```
pub fn fit_middle(text: &str, room: usize, more: &str) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let Some(kept) = room.checked_sub(width(more)) else {
        return String::new();
    };
    let begin = fit(text, kept.div_ceil(2) + width(more), more);
    let mut taken = width(&begin);
    let end = text.char_indices().rev().take_while(|(_, letter)| {
        taken += letter.width().unwrap_or(0);
        taken <= room
    });
    let end = end.last().map_or("", |(at, _)| &text[at..]);
    begin + end
}

/// Cuts the span at `name` in its middle, as far as it and those before it do not fit in `room` cells.
pub(crate) fn fit_name(spans: &mut [Span<'_>], name: usize, room: usize, more: &str) {
    let before: usize = spans[..name].iter().map(Span::width).sum();
    let shorter = fit_middle(&spans[name].content, room.saturating_sub(before), more);
    spans[name].content = shorter.into();
}

/// A line with `left` at its start and `right` at its end. When they do not both fit, the last part
/// of `left` is cut.
pub fn spread<'a>(
    mut left: Vec<Span<'a>>,
    right: Vec<Span<'a>>,
    room: usize,
    more: &str,
) -> Line<'a> {
    let right_width: usize = right.iter().map(Span::width).sum();
    let left_room = room.saturating_sub(right_width);
    cut(&mut left, left_room, more);
    let left_width: usize = left.iter().map(Span::width).sum();
    left.push(Span::raw(" ".repeat(left_room - left_width)));
    left.extend(right);
    cut(&mut left, room, more);
    Line::from(left)
}

/// Cuts `spans` down to `room` cells, from their end.
fn cut(spans: &mut Vec<Span<'_>>, room: usize, more: &str) {
    let mut taken = 0;
    for at in 0..spans.len() {
        let span_cells = spans[at].width();
        if taken + span_cells > room {
            let shorter = fit(&spans[at].content, room - taken, more);
            spans[at].content = shorter.into();
            spans.truncate(at + 1);
            return;
        }
        taken += span_cells;
    }
}

/// The pieces of `text` in `room` cells; together they are the text, to the byte. A piece ends behind
/// a comma or a blank if it has one, or else where a word is [broken](break_of).
///
/// ```
/// use iam_refine::tui::text::pieces;
/// assert_eq!(pieces(r#"["s3:GetAcl","s3:GetCORS"]"#, 16), [r#"["s3:GetAcl","#, r#""s3:GetCORS"]"#]);
/// assert_eq!(pieces("s3:GetObject", 9), ["s3:Get", "Object"]);
/// assert_eq!(pieces("", 9), [""]);
/// ```
pub fn pieces(text: &str, room: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut taken) = (0, 0);
    // Behind the last comma or blank of this piece, and the cells up to there.
    let (mut breaks_at, mut cells) = (0, 0);
    for (at, letter) in text.char_indices() {
        let letter_cells = letter.width().unwrap_or(0);
        if taken + letter_cells > room && at > start {
            let end = if cells > 0 {
                breaks_at
            } else {
                match break_of(&text[start..at + letter.len_utf8()], room) {
                    0 => at,
                    within => start + within,
                }
            };
            pieces.push(&text[start..end]);
            taken = width(&text[end..at]);
            (start, cells) = (end, 0);
        }
        taken += letter_cells;
        if matches!(letter, ',' | ' ') {
            (breaks_at, cells) = (at + letter.len_utf8(), taken);
        }
    }
    pieces.push(&text[start..]);
    pieces
}
