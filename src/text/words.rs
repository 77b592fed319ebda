//! Numbers and lists in sentences, and sentences in lines.

/// A number with commas between its thousands.
///
/// ```
/// use iam_refine::text::grouped;
/// assert_eq!(grouped(444), "444");
/// assert_eq!(grouped(1_234_567), "1,234,567");
/// ```
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `count` things in words, with a singular and a plural that the caller gives.
///
/// ```
/// use iam_refine::text::counted;
/// assert_eq!(counted(1, "entry", "entries"), "1 entry");
/// assert_eq!(counted(2, "entry", "entries"), "2 entries");
/// ```
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The first few words, and how many more there are.
pub fn some_of(words: &[String], most: usize) -> String {
    if words.len() <= most {
        return list(words);
    }
    let more = words.len() - most;
    format!("{} and {more} more", words[..most].join(", "))
}

/// `text` in lines of at most `width` letters, broken between words; a longer word stays whole.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut words = text.split(' ');
    let mut line = words.next().unwrap_or_default().to_owned();
    let mut lines = Vec::new();
    for word in words {
        if line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        } else {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}
