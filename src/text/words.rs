//! Numbers and lists in sentences, and sentences in lines.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

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

/// A clause as a sentence begins.
///
/// ```
/// use iam_refine::text::capitalised;
/// assert_eq!(capitalised("no action starts with it"), "No action starts with it");
/// ```
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(words: &[String]) -> String {
    joined(words, "and")
}

/// `a`, `a or b`, `a, b or c`.
pub fn either(words: &[String]) -> String {
    joined(words, "or")
}

fn joined(words: &[String], before_last: &str) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {before_last} {last}", first.join(", ")),
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

/// The lines of `text` in `room` cells, broken between words; a word that is too long is broken
/// itself.
///
/// ```
/// use iam_refine::text::wrap;
/// assert_eq!(wrap("no unused action starts with it", 12), ["no unused", "action", "starts with", "it"]);
/// assert_eq!(wrap("drop lambda:CreateFunction", 16), ["drop", "lambda:", "CreateFunction"]);
/// ```
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(1);
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut word = word.to_owned();
        let mut line = lines.pop().unwrap_or_default();
        if !line.is_empty() && line.width() + 1 + word.width() > room {
            lines.push(std::mem::take(&mut line));
        } else if !line.is_empty() {
            line.push(' ');
        }
        while line.width() + word.width() > room {
            let at = end_of_service(&word, room).unwrap_or_else(|| break_of(&word, room));
            if at == 0 {
                break;
            }
            let rest = word.split_off(at);
            line.push_str(&word);
            lines.push(std::mem::take(&mut line));
            word = rest;
        }
        line.push_str(&word);
        lines.push(line);
    }
    lines
}

/// Where the service of an action ends, if its name is not to be broken: it has room behind its service.
fn end_of_service(word: &str, room: usize) -> Option<usize> {
    let (service, name) = word.split_once(':')?;
    let is_service =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    let is_one =
        !service.is_empty() && service.chars().all(is_service) && !name.contains([':', '/']);
    let has_room = service.width() < room && !name.is_empty() && name.width() <= room;
    (is_one && has_room).then_some(service.len() + 1)
}

/// Where a word that is wider than `room` cells is broken, in bytes: in the second half of the room before a
/// capital letter or behind a sign such as `:`, and else where the room ends. 0 where no letter fits.
///
/// ```
/// use iam_refine::text::break_of;
/// assert_eq!(break_of("lambda:CreateWebFunctionEndpoint", 30), "lambda:CreateWebFunction".len());
/// assert_eq!(break_of("lambda:Create", 9), "lambda:".len());
/// assert_eq!(break_of("abcdefgh", 6), 6);
/// ```
pub fn break_of(word: &str, room: usize) -> usize {
    let mut taken = 0;
    let mut last = ' ';
    let (mut end, mut best) = (0, 0);
    for (at, letter) in word.char_indices() {
        let starts = letter.is_uppercase() && !last.is_uppercase();
        if (starts || matches!(last, ':' | '/' | '-' | '_' | '.')) && taken * 2 >= room {
            best = at;
        }
        taken += letter.width().unwrap_or(0);
        if taken > room {
            break;
        }
        end = at + letter.len_utf8();
        last = letter;
    }
    if best > 0 { best } else { end }
}
