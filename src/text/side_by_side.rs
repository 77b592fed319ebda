//! A diff with the old text at the left and the new one at the right.

use super::diff::DiffLine;

/// A row of a diff whose two texts stand side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffRow {
    /// `@@ -1,7 +1,9 @@`: where the next rows stand.
    Hunk(String),
    /// A line of the old text and one of the new: equal, or one in the place of the other.
    Lines(Option<SideLine>, Option<SideLine>),
}

/// A line at one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideLine {
    /// The line, without its line end.
    pub text: String,
    /// Whether the other text does not have it.
    pub is_changed: bool,
    /// Whether it ends the text without a line end.
    pub is_unended: bool,
}

/// Puts the lines of a diff side by side. A removed line is in the same row as the line that is
/// added in its place.
///
/// ```
/// use iam_refine::text::{DiffRow, diff_lines, side_by_side};
/// let rows = side_by_side(&diff_lines("a\nb\n", "a\nc\nd\n"));
/// let DiffRow::Lines(Some(old), Some(new)) = &rows[2] else { panic!("{rows:?}") };
/// assert_eq!((old.text.as_str(), new.text.as_str()), ("b", "c"));
/// assert!(matches!(&rows[3], DiffRow::Lines(None, Some(_))));
/// ```
pub fn side_by_side(lines: &[DiffLine]) -> Vec<DiffRow> {
    let mut rows = Vec::new();
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for (at, line) in lines.iter().enumerate() {
        let side = |text: &String, is_changed| SideLine {
            text: text.clone(),
            is_changed,
            is_unended: lines.get(at + 1) == Some(&DiffLine::NoNewline),
        };
        match line {
            DiffLine::Removed(text) => removed.push(side(text, true)),
            DiffLine::Added(text) => added.push(side(text, true)),
            DiffLine::NoNewline => {}
            DiffLine::Hunk(header) => {
                pair(&mut removed, &mut added, &mut rows);
                rows.push(DiffRow::Hunk(header.trim_end().to_owned()));
            }
            DiffLine::Same(text) => {
                pair(&mut removed, &mut added, &mut rows);
                let same = Some(side(text, false));
                rows.push(DiffRow::Lines(same.clone(), same));
            }
        }
    }
    pair(&mut removed, &mut added, &mut rows);
    rows
}

fn pair(removed: &mut Vec<SideLine>, added: &mut Vec<SideLine>, rows: &mut Vec<DiffRow>) {
    let (mut old, mut new) = (removed.drain(..), added.drain(..));
    loop {
        match (old.next(), new.next()) {
            (None, None) => return,
            (old, new) => rows.push(DiffRow::Lines(old, new)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::diff_lines;

    #[test]
    fn both_sides_are_the_texts_they_came_from() {
        let old = "{\n  \"a\",\n  \"b\"\n}";
        let new = "{\n  \"c\"\n}\n";
        let rows = side_by_side(&diff_lines(old, new));
        let mut texts = [String::new(), String::new()];
        for row in &rows {
            let DiffRow::Lines(left, right) = row else {
                continue;
            };
            for (text, side) in texts.iter_mut().zip([left, right]) {
                if let Some(line) = side {
                    text.push_str(&line.text);
                    text.push_str(if line.is_unended { "" } else { "\n" });
                }
            }
        }
        assert_eq!(texts, [old, new]);
    }
}
