//! Texts of which parts may not be known.

use std::cmp::Ordering;

use super::origins::Of;
use super::policies::is_text_of_policy;

/// A text as far as it is known: its literal parts, and between each two of these something that nobody
/// knows, which may be nothing. One part alone is a text that is known in full.
#[derive(Clone, Debug)]
pub(crate) struct PartText {
    parts: Vec<String>,
    /// Letters that are somewhere in it, perhaps in another writing, as what is encoded.
    within: Vec<String>,
    /// Whether some of what is known was too much to be kept.
    is_cut: bool,
    /// Whether it is a policy: what that says of others gives nobody anything.
    is_policy: bool,
    /// What it comes of.
    of: Of,
}

/// The same letters are the same text, whatever they come of.
impl PartialEq for PartText {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for PartText {}

impl PartialOrd for PartText {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PartText {
    fn cmp(&self, other: &Self) -> Ordering {
        let known = self.parts.cmp(&other.parts);
        known
            .then_with(|| self.within.cmp(&other.within))
            .then_with(|| self.is_cut.cmp(&other.is_cut))
            .then_with(|| self.is_policy.cmp(&other.is_policy))
    }
}

/// A text that is put together may have so many bytes; a longer one is not known.
const LONGEST: usize = 128 * 1024;

impl PartText {
    /// A text that is known in full.
    pub fn known(text: impl Into<String>) -> Self {
        PartText::of(vec![text.into()])
    }

    /// A text of which nothing is known.
    pub fn unknown() -> Self {
        PartText::of(vec![String::new(), String::new()])
    }

    fn of(parts: Vec<String>) -> Self {
        PartText {
            parts,
            within: Vec::new(),
            is_cut: false,
            is_policy: false,
            of: Of::default(),
        }
    }

    /// What it comes of.
    pub fn origins(&self) -> &Of {
        &self.of
    }

    /// The same that comes of something else too.
    pub fn made_of(mut self, of: &Of) -> Self {
        self.of = self.of.and(of);
        self
    }

    /// The same that comes of nothing else than this.
    pub fn only_of(mut self, of: Of) -> Self {
        self.of = of;
        self
    }

    /// The same where it is known to be that of a policy.
    pub fn of_policy(mut self) -> Self {
        self.is_policy = true;
        self
    }

    /// Whether it is that of a policy.
    pub fn is_policy(&self) -> bool {
        let has_statements = || self.parts.iter().any(|part| part.contains("\"Statement\""));
        // What is not known at its ends stands beside it.
        let is_whole = || {
            [self.start(), self.end()]
                .iter()
                .all(|end| !end.trim().is_empty())
        };
        self.is_policy || is_whole() && has_statements() && is_text_of_policy(&self.joined())
    }

    /// The same with the letters of another text somewhere in it.
    pub fn with_letters_of(mut self, other: &PartText) -> Self {
        let letters = other.parts.iter().chain(&other.within);
        let mut size = self.within.iter().map(String::len).sum::<usize>();
        self.is_cut |= other.is_cut;
        self.of = self.of.and(&other.of);
        for part in letters.filter(|part| !part.is_empty()) {
            if self.within.contains(part) {
                continue;
            }
            size += part.len();
            if size <= LONGEST {
                self.within.push(part.clone());
            } else {
                self.is_cut = true;
            }
        }
        self
    }

    /// Whether some of what is known of it was too much to be kept: it may have any letters.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// All of it, if that is known.
    pub fn as_known(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// What it ends in, as far as that is known.
    pub fn end(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    /// What it begins with, as far as that is known.
    pub fn start(&self) -> &str {
        self.parts.first().map_or("", String::as_str)
    }

    /// The same, if it has no letters beside those of ASCII.
    pub fn ascii(self) -> Option<Self> {
        let is_ascii = self.parts.iter().all(|part| part.is_ascii());
        is_ascii.then_some(self)
    }

    /// The same with another text behind it.
    pub fn then(mut self, next: &PartText) -> Self {
        let is_more = [&self, next]
            .iter()
            .all(|one| one.letters().any(|part| !part.is_empty()));
        self.is_policy = match (self.as_known(), next.as_known()) {
            (_, Some("")) => self.is_policy,
            (Some(""), _) => next.is_policy,
            _ => false,
        };
        let mut parts = next.parts.iter();
        if let (Some(last), Some(first)) = (self.parts.last_mut(), parts.next()) {
            last.push_str(first);
        }
        self.parts.extend(parts.cloned());
        let letters = PartText {
            parts: Vec::new(),
            within: next.within.clone(),
            is_cut: next.is_cut,
            is_policy: false,
            of: next.of.clone(),
        };
        self = self.with_letters_of(&letters);
        let size = self.parts.iter().map(String::len).sum::<usize>();
        // What is written is not too long, but what is put together.
        if is_more && size > LONGEST || self.parts.len() > LONGEST {
            return PartText::unknown().with_letters_of(&self);
        }
        self
    }

    /// The same with each part that is known made another text, of which the parts do not depend on each
    /// other.
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        let changed = |parts: &[String]| parts.iter().map(|part| change(part)).collect();
        PartText {
            parts: changed(&self.parts),
            within: changed(&self.within),
            is_cut: self.is_cut,
            is_policy: self.is_policy,
            of: self.of.clone(),
        }
    }

    /// The same without what it begins with, if it does; none where nobody can tell whether it does.
    pub fn without_start(&self, start: &str) -> Option<Self> {
        let mut rest = self.clone();
        let first = rest.parts.first_mut()?;
        match first.strip_prefix(start) {
            Some(behind) => *first = behind.to_owned(),
            None if self.parts.len() > 1 && start.starts_with(first.as_str()) => return None,
            None => {}
        }
        Some(rest)
    }

    /// The same without what it ends in.
    pub fn without_end(&self, end: &str) -> Option<Self> {
        let mut rest = self.clone();
        let last = rest.parts.last_mut()?;
        match last.strip_suffix(end) {
            Some(before) => *last = before.to_owned(),
            None if self.parts.len() > 1 && end.ends_with(last.as_str()) => return None,
            None => {}
        }
        Some(rest)
    }

    /// Whether it may be this text. Capital and small letters are the same, as they are in names of IAM.
    pub fn may_be(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        let parts: Vec<String> = self
            .parts
            .iter()
            .map(|part| part.to_ascii_lowercase())
            .collect();
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
            return true;
        };
        if parts.len() == 1 {
            return text == *first;
        }
        let Some(rest) = text.strip_prefix(first.as_str()) else {
            return false;
        };
        let Some(mut rest) = rest.strip_suffix(last.as_str()) else {
            return false;
        };
        parts[1..parts.len() - 1]
            .iter()
            .all(|part| match rest.find(part.as_str()) {
                Some(at) => {
                    rest = &rest[at + part.len()..];
                    true
                }
                None => false,
            })
    }

    /// Whether both may be the same text, as far as their first and last parts tell.
    pub fn may_be_as(&self, other: &PartText) -> bool {
        let both_begin =
            self.start().starts_with(other.start()) || other.start().starts_with(self.start());
        let both_end = self.end().ends_with(other.end()) || other.end().ends_with(self.end());
        match (self.as_known(), other.as_known()) {
            (Some(one), Some(other)) => one == other,
            (Some(text), None) => other.may_be(text),
            (None, Some(text)) => self.may_be(text),
            (None, None) => both_begin && both_end,
        }
    }

    /// Whether a part of it that is known has these letters, in this writing.
    pub fn has_as_written(&self, letters: &str) -> bool {
        self.parts.iter().any(|part| part.contains(letters))
    }

    /// Whether a part of it that is known has these letters, or they are somewhere in it. Capital and small letters are
    /// the same.
    pub fn has(&self, letters: &str) -> bool {
        let mut parts = self.letters();
        parts.any(|part| places_in(part, letters).next().is_some())
    }

    /// Whether a part of it that is known has these letters, capital or small, with no name before them or going on
    /// behind them: a comma may be of a name, and may stand between two of them.
    pub fn has_word(&self, letters: &str) -> bool {
        let is_in_name =
            |letter: char| letter.is_ascii_alphanumeric() || "+=.@_-/".contains(letter);
        self.letters().any(|part| {
            let mut places = places_in(part, letters);
            places.any(|at| {
                let (before, behind) = (&part[..at], &part[at + letters.len()..]);
                !before.ends_with(is_in_name) && !behind.starts_with(is_in_name)
            })
        })
    }

    /// The letters that are known to be in it.
    fn letters(&self) -> impl Iterator<Item = &String> {
        self.parts.iter().chain(&self.within)
    }

    /// The same where nobody knows what begins each line, nor what ends it all.
    pub fn of_lines(&self) -> Self {
        let parts = self.parts.iter().flat_map(|part| part.split('\n'));
        let parts = parts.map(|line| line.trim_start().to_owned());
        let whole = std::iter::once(String::new()).chain(parts);
        PartText {
            parts: whole.chain([String::new()]).collect(),
            within: self.within.clone(),
            is_cut: self.is_cut,
            is_policy: self.is_policy(),
            of: self.of.clone(),
        }
    }

    /// The parts that are known, without what is between them.
    pub fn joined(&self) -> String {
        self.parts.concat()
    }

    /// How messages write it.
    pub fn shown(&self) -> String {
        self.parts.join("…")
    }
}

/// The places of letters of ASCII in a text, capital or small.
fn places_in<'t>(text: &'t str, letters: &'t str) -> impl Iterator<Item = usize> + 't {
    let bytes = letters.as_bytes();
    let places = text.as_bytes().windows(bytes.len()).enumerate();
    let same = places.filter(move |(_, there)| there.eq_ignore_ascii_case(bytes));
    same.map(|(at, _)| at)
        .filter(|at| text.is_char_boundary(*at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(parts: &[&str]) -> PartText {
        PartText::of(parts.iter().map(|&part| part.to_owned()).collect())
    }

    #[test]
    fn a_text_of_parts_may_be_what_has_them_in_order() {
        let arn = text(&["arn:", ":iam::", ":policy/m"]);
        assert!(arn.may_be("arn:aws:iam::1:policy/m"));
        assert!(arn.may_be("arn:aws:IAM::1:policy/M"));
        assert!(!arn.may_be("arn:aws:iam::1:policy/mm"));
        assert!(!arn.may_be("arn:iam:policy/m"));
        assert!(!text(&["ab", "bc"]).may_be("abc"));
        assert!(text(&["", ""]).may_be(""));
        assert!(text(&["a"]).may_be("A") && !text(&["a"]).may_be("ab"));
    }

    #[test]
    fn what_is_taken_off_a_text_is_taken_off_where_it_surely_stands_there() {
        let one = text(&["abc", "x"]);
        assert_eq!(one.without_start("ab"), Some(text(&["c", "x"])));
        assert_eq!(one.without_start("b"), Some(one.clone()));
        assert_eq!(one.without_start("abcd"), None);
        assert_eq!(one.without_end("x"), Some(text(&["abc", ""])));
        assert_eq!(one.without_end("xx"), None);
        assert_eq!(one.without_end("y"), Some(one.clone()));
        assert_eq!(text(&["abc"]).without_start("abcd"), Some(text(&["abc"])));
    }

    #[test]
    fn a_text_that_grows_without_end_is_not_known() {
        let mut long = PartText::known("ab");
        for _ in 0..30 {
            long = long.clone().then(&long);
        }
        assert_eq!(long.as_known(), None);
        assert!(long.is_cut());
        assert!(long.may_be("anything"));
    }
}
