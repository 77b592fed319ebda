//! How a prefix matches a wildcard, letter by letter: which part of the wildcard has matched which letters, and what of
//! the wildcard is left to come behind the prefix.

use crate::iam::Glob;
use crate::refine::residuals;

/// One way in which a prefix matches the begin of a wildcard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixMatch {
    /// The wildcard part by part, in its order.
    pub parts: Vec<MatchedPart>,
}

/// A part of a wildcard: a star, or the letters between two of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedPart {
    /// The part.
    pub pattern: String,
    /// The letters of the prefix that it has matched.
    pub letters: String,
    /// Whether it is left to come behind the prefix. A star can have matched letters, and match more.
    pub is_left: bool,
}

impl PrefixMatch {
    /// The ways in which `prefix` matches the begin of `wildcard`, one for each thing that can be left of it
    /// ([`residuals`]); none where it does not.
    ///
    /// ```
    /// use iam_refine::{explain::PrefixMatch, iam::Glob};
    /// let wildcard = Glob::parse("Get*Tag*").unwrap();
    /// let matches = PrefixMatch::all(&wildcard, "GetTagKey");
    /// assert_eq!(matches.len(), 1);
    /// assert_eq!(matches[0].left(), "*");
    /// let letters: Vec<_> = matches[0].parts.iter().map(|part| part.letters.as_str()).collect();
    /// assert_eq!(letters, ["Get", "", "Tag", "Key"]);
    /// ```
    pub fn all(wildcard: &Glob, prefix: &str) -> Vec<Self> {
        let symbols = wildcard.as_str().as_bytes();
        let ends = residuals(wildcard, prefix).into_iter();
        let ends = ends.map(|left| symbols.len() - left.len());
        let matches = ends.filter_map(|end| {
            let mut search = Search::new(symbols, prefix.as_bytes(), end);
            let taken = search.run().then_some(search.taken)?;
            Some(PrefixMatch {
                parts: parts(wildcard.as_str(), prefix, end, &taken),
            })
        });
        matches.collect()
    }

    /// The prefix.
    pub fn prefix(&self) -> String {
        let letters = self.parts.iter().map(|part| part.letters.as_str());
        letters.collect()
    }

    /// What is left of the wildcard, as it is written behind the prefix.
    pub fn left(&self) -> String {
        let left = self.parts.iter().filter(|part| part.is_left);
        left.map(|part| part.pattern.as_str()).collect()
    }
}

/// Looks for the symbols by which a prefix takes a pattern to the symbol at `end`.
struct Search<'a> {
    symbols: &'a [u8],
    prefix: &'a [u8],
    end: usize,
    /// The symbol that each letter so far was matched by.
    taken: Vec<usize>,
    /// By symbol and number of letters, where it was found that nothing leads on.
    is_dead: Vec<bool>,
}

impl<'a> Search<'a> {
    fn new(symbols: &'a [u8], prefix: &'a [u8], end: usize) -> Self {
        Search {
            symbols,
            prefix,
            end,
            taken: Vec::new(),
            is_dead: vec![false; (end + 1) * (prefix.len() + 1)],
        }
    }

    /// Searches depth first. Each star takes as few letters as it can, so that letters go to the first place where they
    /// stand in the pattern.
    fn run(&mut self) -> bool {
        // What is tried, and how many letters were matched before it.
        let mut open = vec![(0, Vec::new())];
        while let Some((at, taken)) = open.pop() {
            let letters = taken.len();
            if at == self.end && letters == self.prefix.len() {
                self.taken = taken;
                return true;
            }
            let known = at * (self.prefix.len() + 1) + letters;
            if std::mem::replace(&mut self.is_dead[known], true) {
                continue;
            }
            let symbol = self.symbols.get(at).copied();
            let letter = self.prefix.get(letters).copied();
            let with = |symbol: usize| {
                let mut taken = taken.clone();
                taken.push(symbol);
                taken
            };
            match (symbol, letter) {
                (Some(b'*'), letter) => {
                    open.extend(letter.map(|_| (at, with(at))));
                    open.extend((at < self.end).then(|| (at + 1, taken.clone())));
                }
                (Some(symbol), Some(letter)) if at < self.end => {
                    let reads = symbol == b'?' || symbol.eq_ignore_ascii_case(&letter);
                    open.extend(reads.then(|| (at + 1, with(at))));
                }
                _ => {}
            }
        }
        false
    }
}

/// The pattern in parts, with the letters that were taken by the symbols of each; what stands at `end` and behind it is left.
fn parts(pattern: &str, prefix: &str, end: usize, taken: &[usize]) -> Vec<MatchedPart> {
    let mut parts: Vec<MatchedPart> = Vec::new();
    let symbols = pattern.char_indices();
    for (at, symbol) in symbols {
        let is_left = at >= end;
        let letters = taken.iter().zip(prefix.chars());
        let letters = letters.filter(|(by, _)| **by == at);
        let letters: String = letters.map(|(_, letter)| letter).collect();
        let goes_on = |last: &&mut MatchedPart| {
            symbol != '*' && last.pattern != "*" && last.is_left == is_left
        };
        if let Some(last) = parts.last_mut().filter(goes_on) {
            last.pattern.push(symbol);
            last.letters += &letters;
        } else {
            parts.push(MatchedPart {
                pattern: symbol.to_string(),
                letters,
                is_left,
            });
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(wildcard: &str, prefix: &str) -> Vec<String> {
        let wildcard = Glob::parse(wildcard).expect("a pattern");
        let matches = PrefixMatch::all(&wildcard, prefix).into_iter();
        let shown = matches.map(|one| {
            let parts = one.parts.iter().map(|part| {
                let left = if part.is_left { "<" } else { "" };
                format!("{}={}{left}", part.pattern, part.letters)
            });
            parts.collect::<Vec<_>>().join(" ")
        });
        shown.collect()
    }

    #[test]
    fn each_way_is_told_part_by_part() {
        assert_eq!(shown("*Tagging", "Delete"), ["*=Delete< Tagging=<"]);
        assert_eq!(
            shown("Get*Tag*", "GetResource"),
            ["Get=Get *=Resource< Tag=< *=<"]
        );
        assert_eq!(
            shown("*Tagging", "PutTag"),
            ["*=PutTag< Tagging=<", "*=Put Tag=Tag ging=<"]
        );
        assert_eq!(shown("Get*", "List"), Vec::<String>::new());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_parts_are_the_wildcard_and_their_letters_the_prefix(
            pattern in "[abA*?]{1,6}",
            prefix in "[abB]{0,5}",
        ) {
            let wildcard = Glob::parse(&pattern).expect("a pattern");
            let matches = PrefixMatch::all(&wildcard, &prefix);
            let left: Vec<String> = matches.iter().map(PrefixMatch::left).collect();
            prop_assert_eq!(left, residuals(&wildcard, &prefix));
            for one in matches {
                let of_wildcard: String = one.parts.iter().map(|part| part.pattern.as_str()).collect();
                let of_prefix: String = one.parts.iter().map(|part| part.letters.as_str()).collect();
                prop_assert_eq!(of_wildcard, pattern.clone());
                prop_assert_eq!(of_prefix, prefix.clone());
                for part in one.parts {
                    let is_matched = Glob::parse(&part.pattern).expect("a part").matches(&part.letters);
                    prop_assert!(is_matched || part.is_left && part.letters.is_empty(), "{:?}", part);
                }
            }
        }
    }
}
