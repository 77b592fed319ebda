//! Patterns with `*` and `?` over the name of an action: matching, and inclusion over all strings.
//!
//! `*` stands for any run of characters, the empty one too; `?` for exactly one character. Letters
//! are compared ignoring ASCII case.
//!
//! [`Glob::inclusion_in`] answers with a shortest string that one pattern matches and the others do
//! not; how it is found is explained in [`inclusion`].

use std::fmt;

use super::inclusion::{self, BUDGET, Inclusion, Search, reads};
use super::{Name, starts_with_ignoring_case};

/// A pattern over names, in the spelling it was given.
///
/// ```
/// use iam_refine::iam::Glob;
/// let get = Glob::parse("Get*").unwrap();
/// assert!(get.matches("getObject"));
/// assert!(Glob::parse("Get*Tagging").unwrap().is_included_in(&get));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glob(Name);

impl Glob {
    /// Reads a pattern of ASCII letters, digits, `-`, `_`, `*` and `?`; `None` when it is empty or
    /// holds anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'*' | b'?' | b'-' | b'_'));
        well_formed.then(|| Glob(text.into()))
    }

    /// A pattern of letters of which it is known that they may stand in one.
    pub(super) fn of_known_letters(text: &str) -> Self {
        Glob(text.into())
    }

    /// The pattern `*`, which every string matches.
    pub fn everything() -> Self {
        Glob("*".into())
    }

    /// The pattern that matches `name` alone.
    pub fn literal(name: &Name) -> Self {
        Glob(name.clone())
    }

    /// The pattern as it was spelled.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The one name that this matches, if no wildcard stands in it.
    pub fn as_literal(&self) -> Option<&Name> {
        self.is_literal().then_some(&self.0)
    }

    /// Whether no wildcard stands in it.
    pub fn is_literal(&self) -> bool {
        !has_wildcard(self.as_str())
    }

    /// Whether this matches every name.
    pub fn is_everything(&self) -> bool {
        self.as_str().bytes().all(|byte| byte == b'*')
    }

    /// What stands before the first wildcard; all of it when there is none.
    pub fn literal_prefix(&self) -> &str {
        let text = self.as_str();
        &text[..first_wildcard(text).unwrap_or(text.len())]
    }

    /// The literal prefix, if the pattern is that prefix and a star and nothing else.
    pub fn as_prefix_star(&self) -> Option<&str> {
        let prefix = self.literal_prefix();
        (&self.as_str()[prefix.len()..] == "*").then_some(prefix)
    }

    /// Whether `name` matches, ignoring case.
    pub fn matches(&self, name: &str) -> bool {
        reads_whole(self.as_str(), name)
    }

    /// Whether every string that this matches is known to be matched by `other`. Patterns too
    /// entangled to compare ([`Inclusion::TooComplex`]) count as not included.
    pub fn is_included_in(&self, other: &Glob) -> bool {
        self.is_included_within(other, &mut BUDGET.clone())
    }

    /// The same, where what a search takes is taken off `budget`.
    pub fn is_included_within(&self, other: &Glob, budget: &mut usize) -> bool {
        if self.is_literal() {
            return other.matches(self.as_str());
        }
        // Behind its literal prefix this pattern can go on with any letter, or end.
        let starts = starts_with_ignoring_case(self.literal_prefix(), other.literal_prefix());
        if !starts || other.is_literal() {
            return false;
        }
        if other.as_prefix_star().is_some() || self.is_read_symbol_by_symbol_by(other) {
            return true;
        }
        self.samples(other).iter().all(|word| other.matches(word))
            && self.search_in(&[other]).run_within(budget).holds()
    }

    /// Whether some string is matched by both.
    ///
    /// ```
    /// use iam_refine::iam::Glob;
    /// let glob = |text| Glob::parse(text).unwrap();
    /// assert!(glob("Get*").meets(&glob("*Tagging")));
    /// assert!(!glob("Get*").meets(&glob("Put*")));
    /// ```
    pub fn meets(&self, other: &Glob) -> bool {
        let (own, other) = (self.as_str().as_bytes(), other.as_str().as_bytes());
        // row[there]: is there a string that is read both by the symbols of this so far, and by those of
        // the other before `there`?
        let mut row = vec![false; other.len() + 1];
        row[0] = true;
        for &symbol in own {
            let mut next = vec![false; other.len() + 1];
            for there in 0..=other.len() {
                if !row[there] {
                    continue;
                }
                match (symbol, other.get(there)) {
                    // A star stands for nothing, or for what is next in the other one.
                    (b'*', Some(_)) | (_, Some(b'*')) => {
                        next[there] = true;
                        row[there + 1] = true;
                    }
                    (b'*', None) => next[there] = true,
                    (_, Some(&letter)) if reads(symbol, letter) || reads(letter, symbol) => {
                        next[there + 1] = true;
                    }
                    _ => {}
                }
            }
            row = next;
        }
        pass_stars(other, &mut row);
        row[other.len()]
    }

    /// Two strings that this matches, made of letters that `other` does not mention as far as it can
    /// be: its stars stand for nothing in one, and for a letter in the other. Most patterns that do
    /// not include this one do not match one of them, and need not be searched.
    fn samples(&self, other: &Glob) -> [String; 2] {
        let strange = char::from(inclusion::letter_beside(other));
        [None, Some(strange)].map(|star| {
            let letters = self.as_str().chars().filter_map(|symbol| match symbol {
                '*' => star,
                '?' => Some(strange),
                letter => Some(letter),
            });
            letters.collect()
        })
    }

    /// A sufficient test that needs no search: `other` can read this pattern as if it were a text,
    /// its stars matching whole symbols, `*` included. It settles every entry that is a prefix of
    /// `other` followed by what is left of it.
    fn is_read_symbol_by_symbol_by(&self, other: &Glob) -> bool {
        let text = self.as_str().as_bytes();
        let pattern = other.as_str().as_bytes();
        // positions[i]: can the part of `pattern` before i read the part of `text` read so far?
        let mut positions = vec![false; pattern.len() + 1];
        positions[0] = true;
        pass_stars(pattern, &mut positions);
        for &symbol in text {
            let mut next = vec![false; pattern.len() + 1];
            for at in (0..pattern.len()).filter(|&at| positions[at]) {
                match pattern[at] {
                    b'*' => next[at] = true,
                    b'?' if symbol != b'*' => next[at + 1] = true,
                    letter if letter.eq_ignore_ascii_case(&symbol) => next[at + 1] = true,
                    _ => {}
                }
            }
            pass_stars(pattern, &mut next);
            positions = next;
        }
        positions[pattern.len()]
    }

    /// Whether the union of `others` includes this pattern; if not, a shortest string that shows
    /// it.
    ///
    /// ```
    /// use iam_refine::iam::{Glob, Inclusion};
    /// let glob = |text| Glob::parse(text).unwrap();
    /// let inclusion = glob("Get*").inclusion_in(&[&glob("GetObject*")]);
    /// assert_eq!(inclusion, Inclusion::Escapes("get".to_owned()));
    /// assert!(glob("*").inclusion_in(&[&glob("?*"), &glob("*")]).holds());
    /// ```
    pub fn inclusion_in(&self, others: &[&Glob]) -> Inclusion {
        self.search_in(others).run()
    }

    fn search_in<'g>(&'g self, others: &'g [&'g Glob]) -> Search<'g> {
        Search {
            own: self,
            none_of: others,
            each_of: &[],
        }
    }
}

/// Whether the symbols of `pattern` match `name`, ignoring case. Both may be empty.
pub(super) fn reads_whole(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut read) = (0, 0);
    // Where to go on from when the text after the last star did not fit: one letter further.
    let mut retry: Option<(usize, usize)> = None;
    while read < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                retry = Some((at, read));
                at += 1;
                if at == pattern.len() {
                    return true;
                }
            }
            Some(&symbol) if reads(symbol, name[read]) => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((star, from)) = retry else {
                    return false;
                };
                retry = Some((star, from + 1));
                at = star + 1;
                read = from + 1;
            }
        }
    }
    pattern[at..].iter().all(|&symbol| symbol == b'*')
}

/// Whether a wildcard stands in `text`.
pub(super) fn has_wildcard(text: &str) -> bool {
    first_wildcard(text).is_some()
}

fn first_wildcard(text: &str) -> Option<usize> {
    memchr::memchr2(b'*', b'?', text.as_bytes())
}

/// Adds the positions that are reached by letting a star stand for nothing.
fn pass_stars(pattern: &[u8], positions: &mut [bool]) {
    for at in 0..pattern.len() {
        if positions[at] && pattern[at] == b'*' {
            positions[at + 1] = true;
        }
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn glob(text: &str) -> Glob {
        Glob::parse(text).unwrap()
    }

    /// The definition of matching, without the backtracking trick.
    fn matches_by_definition(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern.split_first(), name.split_first()) {
            (None, _) => name.is_empty(),
            (Some((b'*', rest)), _) => {
                (0..=name.len()).any(|taken| matches_by_definition(rest, &name[taken..]))
            }
            (Some((&symbol, rest)), Some((&letter, left))) => {
                reads(symbol, letter) && matches_by_definition(rest, left)
            }
            (Some(_), None) => false,
        }
    }

    fn words(alphabet: &[u8], longest: usize) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut last = words.clone();
        for _ in 0..longest {
            last = last
                .iter()
                .flat_map(|word| {
                    alphabet
                        .iter()
                        .map(move |&l| format!("{word}{}", l as char))
                })
                .collect();
            words.extend(last.clone());
        }
        words
    }

    #[test]
    fn matches_ignoring_case() {
        assert!(glob("Get?bject").matches("GETOBJECT"));
        assert!(glob("*Tagging").matches("GetBucketTagging"));
        assert!(!glob("*Tagging").matches("GetBucketTaggings"));
        assert!(glob("a*b*c").matches("aXbXbXc"));
        assert!(!glob("Get").matches("GetObject"));
    }

    #[test]
    fn equivalent_spellings_include_each_other() {
        assert!(glob("?*").is_included_in(&glob("*?")));
        assert!(glob("*?").is_included_in(&glob("?**")));
    }

    #[test]
    fn a_union_can_include_what_none_of_its_members_does() {
        let (empty_or_more, short) = (glob("a?*"), glob("a"));
        assert!(glob("a*").inclusion_in(&[&empty_or_more, &short]).holds());
        assert_eq!(
            glob("a*").inclusion_in(&[&empty_or_more]),
            Inclusion::Escapes("a".to_owned())
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn matching_is_its_definition(pattern in "[abAB*?]{1,7}", name in "[abAB]{0,7}") {
            prop_assert_eq!(
                glob(&pattern).matches(&name),
                matches_by_definition(pattern.as_bytes(), name.as_bytes())
            );
        }

        #[test]
        fn inclusion_is_what_all_short_words_say(
            a in "[ab*?]{1,5}",
            others in proptest::collection::vec("[ab*?]{1,5}", 1..3),
        ) {
            let a = glob(&a);
            let others: Vec<Glob> = others.iter().map(|text| glob(text)).collect();
            let others: Vec<&Glob> = others.iter().collect();
            // A third letter that no pattern mentions; words longer than all patterns together
            // tell nothing new at these sizes.
            let told_apart = words(b"abx", 7)
                .into_iter()
                .find(|word| a.matches(word) && !others.iter().any(|other| other.matches(word)));
            let witness = match a.inclusion_in(&others) {
                Inclusion::Included => None,
                Inclusion::Escapes(witness) => Some(witness),
                Inclusion::TooComplex => return Err(TestCaseError::fail("too complex")),
            };
            match (&told_apart, &witness) {
                (Some(word), Some(witness)) => {
                    prop_assert_eq!(word.len(), witness.len(), "a shortest witness");
                    prop_assert!(a.matches(witness));
                    prop_assert!(!others.iter().any(|other| other.matches(witness)));
                }
                (Some(word), None) => prop_assert!(false, "{word} escapes"),
                (None, Some(witness)) => {
                    prop_assert!(witness.len() > 7, "{witness} does not escape");
                }
                (None, None) => {}
            }
        }

        #[test]
        fn patterns_meet_in_a_word(a in "[ab*?]{1,4}", b in "[aB*?]{1,3}") {
            let (a, b) = (glob(&a), glob(&b));
            // A shortest word of both has a letter for each symbol at most.
            let meet = words(b"abx", 7).iter().any(|word| a.matches(word) && b.matches(word));
            prop_assert_eq!(a.meets(&b), meet);
            prop_assert_eq!(b.meets(&a), meet);
        }

        #[test]
        fn the_shortcuts_say_what_the_search_says(a in "[ab*?]{1,6}", b in "[ab*?]{1,6}") {
            let (a, b) = (glob(&a), glob(&b));
            prop_assert_eq!(a.is_included_in(&b), a.inclusion_in(&[&b]).holds());
        }

        #[test]
        fn the_quick_test_never_says_more_than_the_search(
            a in "[ab*?]{1,6}",
            b in "[ab*?]{1,6}",
        ) {
            if glob(&a).is_read_symbol_by_symbol_by(&glob(&b)) {
                prop_assert!(glob(&a).inclusion_in(&[&glob(&b)]).holds());
            }
        }
    }
}
