//! Text from outside in Markdown, which nothing in it makes anything but text.

use crate::text::printable;

/// Markdown in a cell of a table.
pub(super) fn cell(text: &str) -> String {
    printable(text).replace('|', "\\|").replace('\n', " ")
}

/// Text as Markdown's code, which no backquote in it ends.
pub(super) fn code(text: &str) -> String {
    let text = printable(text);
    let ends = backquotes("`", &text);
    match ends.len() {
        1 => format!("`{text}`"),
        _ => format!("{ends} {text} {ends}"),
    }
}

/// As many backquotes as `text` has nowhere in a row, and no fewer than `least`.
fn backquotes(least: &str, text: &str) -> String {
    let mut quotes = least.to_owned();
    while text.contains(&quotes) {
        quotes.push('`');
    }
    quotes
}

/// A diff in a fence that none of its lines closes.
pub(super) fn fenced(diff: &str) -> String {
    let fence = backquotes("```", diff);
    let mut text = format!("{fence}diff\n");
    for line in diff.lines() {
        text += &printable(line);
        text.push('\n');
    }
    text + &fence + "\n"
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn no_backquote_ends_what_is_quoted() {
        assert_eq!(code("arn:aws:iam::1:policy/p"), "`arn:aws:iam::1:policy/p`");
        assert_eq!(code("policy/`x`/p"), "`` policy/`x`/p ``");
    }
}
