//! Escalations and secrets: actions that are never left granted only to make a policy shorter.
//!
//! The list is `assets/sensitive-actions.txt`, reviewed by hand: on each line an action, and the page
//! on which AWS documents what it gives. Names speak for themselves too ([`WORDS`]), so that an action
//! that AWS adds is not overlooked.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::iam::Action;

const LIST: &str = include_str!("../../assets/sensitive-actions.txt");

/// What the name of an action speaks of that is sensitive whether or not it is listed, in lower case.
const WORDS: [&str; 8] = [
    "accesskey",
    "apikey",
    "credential",
    "keypair",
    "password",
    "presigned",
    "secret",
    "token",
];

/// Whether `action` gives permissions that its principal was not given, or reads credentials or
/// secrets.
///
/// ```
/// use iam_refine::catalogue::is_sensitive;
/// assert!(is_sensitive(&"iam:passrole".parse()?));
/// assert!(is_sensitive(&"sts:GetSessionToken".parse()?));
/// assert!(!is_sensitive(&"s3:ListBucket".parse()?));
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
pub fn is_sensitive(action: &Action) -> bool {
    static ACTIONS: LazyLock<BTreeSet<Action>> = LazyLock::new(|| {
        let actions = lines().filter_map(|(action, _)| action.parse().ok());
        actions.collect()
    });
    let name = action.name.as_str().to_ascii_lowercase();
    ACTIONS.contains(action) || WORDS.iter().any(|word| name.contains(word))
}

/// The actions of the list with their sources.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn each_line_has_an_action_of_aws_and_a_page_of_aws() {
        let catalogue = Catalogue::built_in();
        let count = LIST.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(lines().count(), count);
        for (text, source) in lines() {
            let action: Action = text.parse().unwrap();
            let known = catalogue.action(&action);
            assert!(
                known.is_some_and(|known| text.ends_with(known.name.as_str())),
                "{text}"
            );
            assert!(source.starts_with("https://docs.aws.amazon.com/"), "{text}");
            assert!(is_sensitive(&action), "{text}");
        }
    }
}
