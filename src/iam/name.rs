//! Words that IAM compares ignoring ASCII case.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A word, such as the name of an action, that is compared, ordered and hashed ignoring ASCII
/// case, and printed as it was spelled. A clone shares its letters: the names of the catalogue go
/// into every plan, text and proof.
///
/// ```
/// use iam_refine::iam::Name;
/// assert_eq!(Name::from("GetObject"), Name::from("getobject"));
/// assert_eq!(Name::from("GetObject").to_string(), "GetObject");
/// ```
#[derive(Clone)]
pub struct Name(Arc<str>);

impl Name {
    /// The word as it was spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this word starts with `prefix`, ignoring case.
    pub fn starts_with(&self, prefix: &str) -> bool {
        starts_with_ignoring_case(&self.0, prefix)
    }
}

/// Whether `text` starts with `prefix`, ignoring ASCII case.
///
/// ```
/// use iam_refine::iam::starts_with_ignoring_case;
/// assert!(starts_with_ignoring_case("UntagResource", "UnT"));
/// ```
pub fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.as_bytes()
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// The order of two words, ignoring ASCII case.
///
/// ```
/// use iam_refine::iam::order_ignoring_case;
/// assert!(order_ignoring_case("getA", "GetB").is_lt());
/// ```
pub fn order_ignoring_case(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // Eight letters at a time, as long as there are eight.
    let mut at = 0;
    for (a, b) in a.as_chunks().0.iter().zip(b.as_chunks().0) {
        // Most letters are equal as they are.
        if a != b {
            let order = folded(*a).cmp(&folded(*b));
            if order.is_ne() {
                return order;
            }
        }
        at += a.len();
    }
    for (a, b) in a[at..].iter().zip(&b[at..]) {
        if a != b {
            let order = a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase());
            if order.is_ne() {
                return order;
            }
        }
    }
    a.len().cmp(&b.len())
}

/// Eight letters without their case, as a number that is ordered as they are.
fn folded(letters: [u8; 8]) -> u64 {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    const TOP_BITS: u64 = 0x80 * EACH;
    let letters = u64::from_be_bytes(letters);
    // The top bit of each sum says whether the letter is not before A, and whether it is behind Z.
    let low_bits = letters & !TOP_BITS;
    let from_a = low_bits + u64::from(0x80 - b'A') * EACH;
    let behind_z = low_bits + u64::from(0x7f - b'Z') * EACH;
    let capitals = from_a & !behind_z & !letters & TOP_BITS;
    letters | (capitals >> 2)
}

/// The part of `sorted`, which is in the order of the names that `name` gives, whose names start
/// with `prefix`, ignoring case: such names are neighbours.
///
/// ```
/// use iam_refine::iam::run_starting_with;
/// let sorted = ["Get", "getObject", "ListBuckets"];
/// assert_eq!(run_starting_with(&sorted, "GET", |name| name), ["Get", "getObject"]);
/// ```
pub fn run_starting_with<'t, T>(
    sorted: &'t [T],
    prefix: &str,
    name: impl Fn(&T) -> &str,
) -> &'t [T] {
    let first = sorted.partition_point(|one| order_ignoring_case(name(one), prefix).is_lt());
    let rest = &sorted[first..];
    // Most runs are short.
    let starting = (rest.iter()).take_while(|one| starts_with_ignoring_case(name(one), prefix));
    &rest[..starting.count()]
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Name(text.into())
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Name {}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) {
            return Ordering::Equal;
        }
        order_ignoring_case(&self.0, &other.0)
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0
            .bytes()
            .for_each(|byte| state.write_u8(byte.to_ascii_lowercase()));
        state.write_u8(0xff);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The longest service that is read, in characters. The longest there is has less than thirty.
pub const LONGEST_SERVICE: usize = 64;

/// The part of an action before the colon: `s3`, `lambda`, `vpc-lattice`.
///
/// ```
/// use iam_refine::iam::ServicePrefix;
/// assert_eq!(ServicePrefix::parse("S3"), ServicePrefix::parse("s3"));
/// assert!(ServicePrefix::parse("s3*").is_none());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServicePrefix(Name);

impl ServicePrefix {
    /// Reads a service prefix: ASCII letters, digits and hyphens, at least one and at most
    /// [`LONGEST_SERVICE`] of them. `None` otherwise.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = (1..=LONGEST_SERVICE).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        well_formed.then(|| ServicePrefix(Name::from(text)))
    }

    /// The prefix as it was spelled.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Borrow<Name> for ServicePrefix {
    fn borrow(&self) -> &Name {
        &self.0
    }
}

impl fmt::Display for ServicePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ServicePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn order_ignores_case_so_that_sorting_is_by_folded_name() {
        let mut names: Vec<Name> = ["getB", "GetA", "Get", "getC"].map(Name::from).into();
        names.sort();
        let spelled: Vec<&str> = names.iter().map(Name::as_str).collect();
        assert_eq!(spelled, ["Get", "GetA", "getB", "getC"]);
    }

    #[test]
    fn words_that_begin_alike_are_told_apart_behind_it() {
        let order = order_ignoring_case;
        assert_eq!(order("GetObjectAcl", "getobjectacl"), Ordering::Equal);
        assert!(order("GetObjectAcl", "GetObjectTagging").is_lt());
        assert!(order("GetObject", "GetObjectAcl").is_lt());
        assert!(order("GetObjectb", "GetObjectA").is_gt());
        assert!(order("GetObjec", "GetObject").is_lt(), "eight letters");
        assert_eq!(order("", ""), Ordering::Equal);
    }

    proptest! {
        #[test]
        fn order_is_that_of_the_folded_letters(
            start in "[abAB_-]{0,18}",
            // Characters next to A, Z, a and z too, and some that are not ASCII.
            a in "[abAB_-]{0,18}|[@AZ\\[`az{\u{c1}\u{e1}]{0,9}",
            b in "[abAB_-]{0,18}|[@AZ\\[`az{\u{c1}\u{e1}]{0,9}",
        ) {
            let folded = |text: &str| text.to_ascii_lowercase();
            let (a, b) = (format!("{start}{a}"), format!("{}{b}", start.to_ascii_uppercase()));
            prop_assert_eq!(order_ignoring_case(&a, &b), folded(&a).cmp(&folded(&b)));
            prop_assert_eq!(Name::from(&*a) == Name::from(&*b), folded(&a) == folded(&b));
            let starts = folded(&a).starts_with(&folded(&b));
            prop_assert_eq!(starts_with_ignoring_case(&a, &b), starts);
        }
    }

    #[test]
    fn a_prefix_longer_than_the_text_is_not_its_start() {
        assert!(!starts_with_ignoring_case("Get", "GetObject"));
        assert!(starts_with_ignoring_case("Get", ""));
    }
}
