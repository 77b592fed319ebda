//! A pattern over ARNs.

use std::fmt;

use super::glob::reads_whole;

/// An ARN in which `*` stands for any run of characters and `?` for one. Letters are compared ignoring
/// ASCII case, as IAM does where it compares names.
///
/// ```
/// use iam_refine::iam::ArnPattern;
/// let pattern = ArnPattern::parse("arn:aws:iam::*:role/break-glass*").unwrap();
/// assert!(pattern.matches("arn:aws:iam::111122223333:role/Break-Glass-1"));
/// assert!(!pattern.matches("arn:aws:iam::111122223333:role/ops/break-glass-1"));
/// assert_eq!(ArnPattern::parse("break-glass*"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArnPattern(String);

impl ArnPattern {
    /// Reads a pattern; `None` for one that has fewer than the six parts of an ARN.
    pub fn parse(text: &str) -> Option<Self> {
        let is_whole = text.starts_with("arn:") && text.split(':').count() >= 6;
        is_whole.then(|| ArnPattern(text.to_owned()))
    }

    /// Whether an ARN is one of these.
    pub fn matches(&self, arn: &str) -> bool {
        reads_whole(&self.0, arn)
    }
}

impl fmt::Display for ArnPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
