//! What is left of a pattern after a prefix: *prefix* ∩ pattern.
//!
//! An entry that replaces `s3:*Tagging` must stay inside it for every string there could be, so a
//! safe prefix `Get` becomes `s3:Get*Tagging` and never `s3:Get*`. Reading the prefix takes the
//! pattern to a set of positions; what stands behind each of them is one residual. The last star
//! among them reads whatever the positions before it could, so those are left out.

use crate::iam::{Glob, starts_with_ignoring_case};

/// The residuals of `pattern` behind `prefix`: their union, each put behind `prefix`, matches
/// exactly the strings that start with `prefix` (ignoring case) and match `pattern`. None when no
/// such string exists. A residual may be empty.
///
/// ```
/// use iam_refine::{iam::Glob, refine::residuals};
/// let tagging = Glob::parse("*Tagging").unwrap();
/// assert_eq!(residuals(&tagging, "Delete"), ["*Tagging"]);
/// assert_eq!(residuals(&tagging, "GetObjectTag"), ["*Tagging", "ging"]);
/// ```
pub fn residuals<'p>(pattern: &'p Glob, prefix: &str) -> Vec<&'p str> {
    if let Some(start) = pattern.as_prefix_star()
        && starts_with_ignoring_case(prefix, start)
    {
        return vec!["*"];
    }
    let symbols = pattern.as_str().as_bytes();
    // Of stars in a row the last reads whatever those before it could.
    let at_last_star = |at: usize| {
        let stars = symbols[at..].iter().take_while(|&&s| s == b'*').count();
        at + stars.saturating_sub(1)
    };
    let mut positions = vec![at_last_star(0)];
    let mut next = Vec::new();
    for letter in prefix.bytes() {
        for at in positions.drain(..) {
            let mut behind = at;
            if symbols.get(at) == Some(&b'*') {
                // A star is read by staying on it; what stands behind it may begin here as well.
                next.push(at);
                behind += 1;
            }
            let reads = symbols
                .get(behind)
                .is_some_and(|&s| s == b'?' || s.eq_ignore_ascii_case(&letter));
            if reads {
                next.push(at_last_star(behind + 1));
            }
        }
        next.sort_unstable();
        next.dedup();
        std::mem::swap(&mut positions, &mut next);
    }
    let first = positions
        .iter()
        .rposition(|&at| symbols.get(at) == Some(&b'*'))
        .unwrap_or(0);
    positions[first.min(positions.len())..]
        .iter()
        .map(|&at| &pattern.as_str()[at..])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_trailing_star_leaves_itself() {
        let get = Glob::parse("Get*").unwrap();
        assert_eq!(residuals(&get, "GetObject"), ["*"]);
        assert_eq!(residuals(&get, "getobject"), ["*"]);
        assert!(residuals(&get, "List").is_empty());
    }

    #[test]
    fn the_last_star_reads_what_the_positions_before_it_could() {
        let session = Glob::parse("*Session*").unwrap();
        assert_eq!(residuals(&session, "GetSession"), ["*"]);
        assert_eq!(residuals(&session, "GetS"), ["*Session*", "ession*"]);
    }

    #[test]
    fn of_stars_in_a_row_one_is_left() {
        let pattern = Glob::parse("a**b").unwrap();
        assert_eq!(residuals(&pattern, "a"), ["*b"]);
        assert_eq!(residuals(&pattern, "ax"), ["*b"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn their_union_is_the_intersection(
            pattern in "[abA*?]{1,6}",
            prefix in "[abB]{0,4}",
            word in "[ab]{0,8}",
        ) {
            let pattern = Glob::parse(&pattern).unwrap();
            let wanted = pattern.matches(&word)
                && starts_with_ignoring_case(&word, &prefix);
            let given = residuals(&pattern, &prefix).into_iter().any(|rest| {
                let whole = format!("{prefix}{rest}");
                match Glob::parse(&whole) {
                    Some(glob) => glob.matches(&word),
                    None => word.is_empty(),
                }
            });
            prop_assert_eq!(given, wanted);
        }
    }
}
