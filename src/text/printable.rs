//! Text from files, made safe to show.
//!
//! A file can hold characters that control a terminal, that reorder the line they are in, or that
//! are invisible. People who decide about permissions must see what is there.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with every control, bidirectional and invisible character spelled out.
///
/// ```
/// use iam_refine::text::printable;
/// assert_eq!(printable("s3:Get*"), "s3:Get*");
/// assert_eq!(printable("Allow\u{202e}\u{1b}[2J"), "Allow\\u{202e}\\u{1b}[2J");
/// ```
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(spelled).collect())
}

/// The lines of `text`, each made [`printable()`].
pub fn sanitize(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(printable).collect();
    lines.join("\n")
}

/// A document as a terminal may show it: its tabs and line ends stay, and everything else that the
/// terminal would obey or nobody would see is spelled out.
///
/// ```
/// use iam_refine::text::reveal;
/// assert_eq!(reveal("\ta\r\nb\rc\u{1b}[2J"), "\ta\r\nb\\rc\\u{1b}[2J");
/// ```
pub fn reveal(document: &str) -> String {
    let lines: Vec<String> = document.split('\n').map(reveal_line).collect();
    lines.join("\n")
}

fn reveal_line(line: &str) -> String {
    let (line, end) = match line.strip_suffix('\r') {
        Some(line) => (line, "\r"),
        None => (line, ""),
    };
    let parts: Vec<_> = line.split('\t').map(printable).collect();
    parts.join("\t") + end
}

/// JSON in which every character that nobody would see is written as an escape: the same value, and
/// safe to show.
///
/// ```
/// use iam_refine::text::escape_json;
/// assert_eq!(escape_json("\"a\u{202e}b\u{e0041}\"\n"), "\"a\\u202eb\\udb40\\udc41\"\n");
/// assert_eq!(escape_json("[\t1]\r\n"), "[\t1]\r\n");
/// ```
pub fn escape_json(json: &str) -> Cow<'_, str> {
    // No string of JSON holds one of these blanks as it is: they stand between its values.
    let is_blank = |letter: char| matches!(letter, '\n' | '\r' | '\t');
    let is_hidden = |letter: char| !is_blank(letter) && is_unseen(letter);
    if !json.contains(is_hidden) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        if is_hidden(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(letter);
        }
    }
    Cow::Owned(escaped)
}

/// `text` as Markdown that means nothing but itself within a line, in a cell of a table too.
///
/// ```
/// use iam_refine::text::escape_markdown;
/// assert_eq!(escape_markdown("s3:Get* [a|b](c)\n"), r"s3:Get\* \[a\|b](c)\\n");
/// ```
pub fn escape_markdown(text: &str) -> String {
    let shown = printable(text);
    let mut escaped = String::with_capacity(shown.len());
    for letter in shown.chars() {
        if matches!(letter, '*' | '_' | '`' | '<' | '\\' | '[' | '|') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// `text` as the content of an element or attribute of XML.
///
/// ```
/// use iam_refine::text::escape_xml;
/// assert_eq!(escape_xml("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
/// ```
pub fn escape_xml(text: &str) -> String {
    printable(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// `text` as a message quotes it: printable, in quotes, and cut when it is long.
///
/// ```
/// use iam_refine::text::quoted;
/// assert_eq!(quoted("a\tb"), r#""a\tb""#);
/// ```
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        None => format!("\"{}\"", printable(text)),
        Some((cut, _)) => format!("\"{}…\"", printable(&text[..cut])),
    }
}

/// One character as it is shown.
pub(super) fn spelled(character: char) -> Cow<'static, str> {
    match character {
        '\n' => "\\n".into(),
        '\r' => "\\r".into(),
        '\t' => "\\t".into(),
        unseen if is_unseen(unseen) => unseen.escape_unicode().to_string().into(),
        seen => seen.to_string().into(),
    }
}

/// Control and format characters, line separators, bidirectional marks, blanks that look like none,
/// what is no character at all, and what Unicode calls default ignorable (zero-width, fillers,
/// variation selectors, tags).
pub(super) fn is_unseen(character: char) -> bool {
    character.is_control()
        || u32::from(character) & 0xfffe == 0xfffe
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{2800}' | '\u{fdd0}'..='\u{fdef}' | '\u{110bd}'
            | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_seen_is_left_alone() {
        let text = "ä, e\u{301}, 日本, 😀 \"\\";
        assert!(matches!(printable(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn what_cannot_be_seen_is_spelled_out() {
        assert_eq!(printable("a\0b\n"), "a\\u{0}b\\n");
        assert_eq!(
            printable("\u{200b}\u{2066}\u{9b}"),
            "\\u{200b}\\u{2066}\\u{9b}"
        );
    }

    #[test]
    fn no_format_character_is_left() {
        let unseen = "\u{600}\u{70f}\u{8e2}\u{2800}\u{fffe}\u{110bd}\u{13430}\u{10ffff}";
        assert!(printable(unseen).is_ascii(), "{:?}", printable(unseen));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(quoted(&"ä".repeat(100)), format!("\"{}…\"", "ä".repeat(60)));
    }
}
