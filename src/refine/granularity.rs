//! Where names are cut into tokens: what can be a prefix.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How names are cut into the tokens of the trie.
///
/// ```
/// use iam_refine::refine::Granularity;
/// let cuts = |granularity: Granularity| granularity.cuts("ListMFADeviceTags", 0).collect::<Vec<_>>();
/// assert_eq!(cuts(Granularity::Word), [4, 5, 6, 7, 13, 17]);
/// assert_eq!(cuts(Granularity::Name), [17]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// Before every capital letter: what AWS's published recommendations agree with.
    #[default]
    Word,
    /// Everywhere: the fewest characters, the most future grants.
    Character,
    /// Nowhere: every refined wildcard becomes an explicit list.
    Name,
}

impl Granularity {
    /// All of them, in the order they are offered.
    pub const ALL: [Granularity; 3] =
        [Granularity::Word, Granularity::Character, Granularity::Name];

    /// The ends of the tokens of `name` behind its first `from` bytes, the last being its length.
    /// `name` is cut as it is spelled; it is ASCII.
    pub fn cuts(self, name: &str, from: usize) -> impl Iterator<Item = usize> + '_ {
        let inner = (from + 1..name.len()).filter(move |&at| self.cuts_before(name.as_bytes()[at]));
        inner.chain((name.len() > from).then_some(name.len()))
    }

    /// Whether a name is cut before `letter`, wherever that stands in it.
    pub(super) fn cuts_before(self, letter: u8) -> bool {
        match self {
            Granularity::Word => letter.is_ascii_uppercase(),
            Granularity::Character => true,
            Granularity::Name => false,
        }
    }

    /// The word used on the command line and on the screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Granularity::Word => "word",
            Granularity::Character => "character",
            Granularity::Name => "name",
        }
    }
}

impl fmt::Display for Granularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Granularity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Granularity::ALL
            .into_iter()
            .find(|granularity| granularity.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not word, character or name"))
    }
}
