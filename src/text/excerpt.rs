//! As much of a line as a message shows.

use std::borrow::Cow;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::printable::spelled;

/// A line is cut to about this many columns: a minified policy is a single line of 150 kB.
const WIDEST: usize = 100;
/// Of these columns, as many are kept for what follows the range.
const LEAST_AFTER: usize = 25;
const CUT: char = '…';

/// A part of a line around a range, printable, and where the range stands in it.
pub(super) struct Excerpt {
    pub text: String,
    /// How many columns stand before the range.
    pub columns_before: usize,
    /// How many columns the range takes; 0 when it is empty.
    pub columns_marked: usize,
}

impl Excerpt {
    /// Cuts `line` to a window around the bytes `marked`.
    pub fn new(line: &str, marked: Range<usize>) -> Self {
        let before = line[..marked.start].chars().rev();
        let after = line[marked.end..].chars();
        let marked = Part::that_fits(line[marked].chars(), WIDEST - LEAST_AFTER);
        let left = WIDEST - marked.columns;
        // What comes before says more: it has all the room but a little. What follows a range that
        // was cut is far away.
        let little = if marked.is_cut { 0 } else { LEAST_AFTER };
        let little = Part::that_fits(after.clone(), little).columns;
        let before = Part::that_fits(before, left - little);
        let after = Part::that_fits(after, left - before.columns);

        let mut text = String::new();
        text.extend(before.is_cut.then_some(CUT));
        text.extend(before.characters.iter().rev().map(Cow::as_ref));
        text.extend(marked.characters.iter().map(Cow::as_ref));
        text.extend(marked.is_cut.then_some(CUT));
        if !marked.is_cut {
            text.extend(after.characters.iter().map(Cow::as_ref));
            text.extend(after.is_cut.then_some(CUT));
        }
        Excerpt {
            text,
            columns_before: before.columns + usize::from(before.is_cut),
            columns_marked: marked.columns,
        }
    }
}

/// Characters as they are shown, as many as fit.
struct Part {
    characters: Vec<Cow<'static, str>>,
    columns: usize,
    is_cut: bool,
}

impl Part {
    fn that_fits(characters: impl Iterator<Item = char>, columns: usize) -> Self {
        let mut part = Part {
            characters: Vec::new(),
            columns: 0,
            is_cut: false,
        };
        for character in characters {
            let shown = match character {
                '\t' => "    ".into(),
                other => spelled(other),
            };
            let wider = part.columns + shown.width();
            if wider > columns {
                part.is_cut = true;
                break;
            }
            part.columns = wider;
            part.characters.push(shown);
        }
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(line: &str, range: Range<usize>) -> String {
        let excerpt = Excerpt::new(line, range);
        let carets = "^".repeat(excerpt.columns_marked);
        format!(
            "{}\n{}{carets}",
            excerpt.text,
            " ".repeat(excerpt.columns_before)
        )
    }

    #[test]
    fn carets_stand_under_what_they_mean_whatever_its_width() {
        assert_eq!(marked("ab", 1..2), "ab\n ^");
        assert_eq!(marked("\tab", 1..2), "    ab\n    ^");
        assert_eq!(marked("日本x", 3..6), "日本x\n  ^^");
        assert_eq!(marked("\u{200b}x", 3..4), "\\u{200b}x\n        ^");
    }

    #[test]
    fn long_lines_are_cut_around_the_range() {
        let line = format!("{}<here>{}", "a".repeat(70_000), "b".repeat(70_000));
        let excerpt = Excerpt::new(&line, 70_000..70_006);
        assert!(excerpt.text.starts_with("…aaa") && excerpt.text.ends_with("bbb…"));
        assert_eq!(excerpt.text.width(), 102);
        assert_eq!(&excerpt.text[excerpt.columns_before + 2..][..6], "<here>");
    }

    #[test]
    fn lines_that_fit_are_not_cut() {
        for marked in [0..0, 0..10, 60..70, 90..100, 10..80] {
            assert_eq!(Excerpt::new(&"a".repeat(100), marked).text, "a".repeat(100));
        }
    }

    #[test]
    fn a_long_range_shows_its_beginning() {
        let excerpt = Excerpt::new(&"a".repeat(500), 10..400);
        assert_eq!(excerpt.text, format!("{}…", "a".repeat(85)));
        assert_eq!((excerpt.columns_before, excerpt.columns_marked), (10, 75));
    }
}
