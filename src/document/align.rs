//! Comments at the ends of lines, one below the other, as `terraform fmt` sets them: those of neighbouring
//! lines begin in one column, a space behind the longest line.

use std::ops::Range;

use super::comment::comment_in_line;

/// What stands around a list.
pub(super) struct Around {
    /// How many columns of its first line it begins behind.
    pub columns: usize,
    /// Whether the line above it has a comment at its end.
    pub commented_above: bool,
    /// Whether a comment follows it in its last line.
    pub commented_behind: bool,
}

impl Around {
    /// What stands around the list at `list`.
    pub fn of(text: &str, list: &Range<usize>) -> Self {
        let line = text[..list.start].rfind('\n').map_or(0, |at| at + 1);
        let above = text[..line].lines().next_back().unwrap_or_default();
        let behind = text[list.end..].lines().next().unwrap_or_default();
        Around {
            columns: text[line..list.start].chars().count(),
            commented_above: comment_in_line(above).is_some(),
            commented_behind: comment_in_line(behind).is_some(),
        }
    }
}

/// `new`, which `old` became, with its comments in columns. As it is where those of `old` were not, or
/// where they are in one column with others outside.
pub(super) fn aligned(old: &str, new: String, around: &Around) -> String {
    match (set(old, around), set(&new, around)) {
        (Some(was), Some(set)) if was == old => set,
        _ => new,
    }
}

/// A line of a list.
enum Line<'t> {
    /// All before the comment at its end, and the comment with the line end.
    Commented(&'t str, &'t str),
    /// One without such a comment.
    Plain,
    /// Nobody knows how wide it is.
    Unknown,
}

/// A list with its comments in columns; none where the columns of its lines are not known.
fn set(list: &str, around: &Around) -> Option<String> {
    let lines: Vec<&str> = list.split_inclusive('\n').collect();
    let mut parts: Vec<Option<(&str, &str)>> = Vec::new();
    for line in &lines {
        match Line::of(line) {
            Line::Commented(code, comment) => parts.push(Some((code, comment))),
            Line::Plain => parts.push(None),
            Line::Unknown => return None,
        }
    }
    let columns = |place: usize, code: &str| {
        let before = if place == 0 { around.columns } else { 0 };
        before + code.len()
    };
    let mut text = String::with_capacity(list.len());
    let mut at = 0;
    while at < lines.len() {
        let count = parts[at..].iter().take_while(|part| part.is_some()).count();
        let end = at + count;
        let goes_on_outside =
            at == 0 && around.commented_above || end + 1 == lines.len() && around.commented_behind;
        let chain = parts[at..end].iter().flatten().enumerate();
        let widest = chain
            .clone()
            .map(|(number, (code, _))| columns(at + number, code));
        let widest = widest.max().unwrap_or_default();
        for (number, (code, comment)) in chain {
            if goes_on_outside {
                text.push_str(lines[at + number]);
                continue;
            }
            text.push_str(code);
            let blanks = widest - columns(at + number, code) + 1;
            text.push_str(&" ".repeat(blanks));
            text.push_str(comment);
        }
        if let Some(line) = lines.get(end) {
            text.push_str(line);
        }
        at = end + 1;
    }
    Some(text)
}

impl<'t> Line<'t> {
    fn of(line: &'t str) -> Self {
        let Some(at) = comment_in_line(line) else {
            return Line::Plain;
        };
        let (code, comment) = (line[..at].trim_end(), &line[at..]);
        if code.trim().is_empty() {
            return Line::Plain;
        }
        if let Some(rest) = comment.strip_prefix("/*") {
            // It stands where it stands, and nothing is below it.
            let end = rest.find("*/");
            let is_alone = end.is_some_and(|end| rest[end + 2..].trim().is_empty());
            return if is_alone { Line::Plain } else { Line::Unknown };
        }
        if code.is_ascii() && !code.contains('\t') {
            Line::Commented(code, comment)
        } else {
            Line::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Around = Around {
        columns: 14,
        commented_above: false,
        commented_behind: false,
    };

    #[test]
    fn comments_of_neighbouring_lines_begin_in_one_column() {
        let old = "[ # open\n  \"a:A\", # one\n  \"a:Bcde\",      # two\n  # three\n  \"a:C\", // four\n  \"a:D\",\n  \"a:Eee\",  # five\n]";
        let set_so = "[ # open\n  \"a:A\",        # one\n  \"a:Bcde\",     # two\n  # three\n  \"a:C\", // four\n  \"a:D\",\n  \"a:Eee\", # five\n]";
        assert_eq!(set(old, &NOTHING).unwrap(), set_so);
        assert_eq!(set(set_so, &NOTHING).unwrap(), set_so);
    }

    #[test]
    fn what_is_in_one_column_with_others_or_was_in_none_stays() {
        let old = "[\n  \"a:A\", # one\n  \"a:B\", # two\n]";
        let new = "[\n  \"a:A\", # one\n  \"a:Bcd\", # two\n]";
        let of = |old: &str, around: &Around| aligned(old, new.to_owned(), around);
        let set = "[\n  \"a:A\",   # one\n  \"a:Bcd\", # two\n]";
        assert_eq!(of(old, &NOTHING), set);
        assert_eq!(of(&old.replace(" # one", "  # one"), &NOTHING), new);
        let behind = Around {
            commented_behind: true,
            ..NOTHING
        };
        assert_eq!(of(old, &behind), new);
        assert_eq!(of(&old.replace("a:A", "ä:A"), &NOTHING), new);
        let tabbed = |list: &str| list.replace("  \"", "\t\"");
        assert_eq!(aligned(&tabbed(old), tabbed(new), &NOTHING), tabbed(new));
    }
}
