//! Text from outside, which nobody has looked at yet.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::printable::{is_unseen, printable, quoted};

/// Text that comes from outside: the name of a file, a reason in one, an answer of AWS, an
/// argument.
///
/// Whoever wrote it may have meant harm, so every way of showing it spells out what a terminal
/// would obey and what nobody would see. What Markdown and XML would obey is escaped where these are
/// made ([`escape_markdown`](super::escape_markdown)). Only [`Untrusted::raw`] has it as it came.
///
/// ```
/// use iam_refine::text::Untrusted;
/// let name = Untrusted::from("a|b\u{1b}[2J.json");
/// assert_eq!(name.to_string(), r"a|b\u{1b}[2J.json");
/// assert_eq!(name.raw(), "a|b\u{1b}[2J.json");
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Untrusted(Arc<str>);

impl Untrusted {
    /// As it came: to compare it, to look it up, to open the file it names. Not to be shown.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// In quotes, and cut when it is long, as messages have it.
    pub fn quoted(&self) -> String {
        quoted(&self.0)
    }

    /// As `git apply` reads the name of a file behind `--- ` and `+++ `, below the folder `side`
    /// (`a/` or `b/`): without what makes it absolute or points here, and where a line would not
    /// show it as it is, in quotes and spelled out byte by byte.
    ///
    /// ```
    /// use iam_refine::text::Untrusted;
    /// assert_eq!(Untrusted::from("./policy.json").in_patch("a/"), "a/policy.json");
    /// assert_eq!(Untrusted::from("x\u{9b}.json").in_patch("a/"), r#""a/x\302\233.json""#);
    /// ```
    pub fn in_patch(&self, side: &str) -> String {
        let name = self.0.trim_start_matches('/');
        let name = name.strip_prefix("./").unwrap_or(name);
        let is_plain = |letter: char| !is_unseen(letter) && !matches!(letter, '"' | '\\');
        if name.chars().all(is_plain) {
            return format!("{side}{name}");
        }
        let mut quoted = format!("\"{side}");
        for letter in name.chars() {
            match letter {
                '"' | '\\' => quoted.extend(['\\', letter]),
                letter if is_unseen(letter) => {
                    let bytes = letter.encode_utf8(&mut [0; 4]).bytes().collect::<Vec<u8>>();
                    quoted.extend(bytes.iter().map(|byte| format!("\\{byte:03o}")));
                }
                letter => quoted.push(letter),
            }
        }
        quoted + "\""
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&printable(&self.0))
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", printable(&self.0))
    }
}

impl From<&str> for Untrusted {
    fn from(text: &str) -> Self {
        Untrusted(text.into())
    }
}

impl From<String> for Untrusted {
    fn from(text: String) -> Self {
        Untrusted(text.into())
    }
}

/// A path, for messages: whoever named a file may have put a line of its own into the name.
pub trait Shown {
    /// The path as text, of which every character that is no plain one is spelled out when it is
    /// shown.
    ///
    /// ```
    /// use iam_refine::text::Shown;
    /// let path = std::path::Path::new("a\nerror: b");
    /// assert_eq!(path.shown().to_string(), r"a\nerror: b");
    /// ```
    fn shown(&self) -> Untrusted;
}

impl Shown for Path {
    fn shown(&self) -> Untrusted {
        self.to_string_lossy().as_ref().into()
    }
}

impl Serialize for Untrusted {
    /// As it came, for other programs.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Untrusted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Untrusted::from)
    }
}

impl PartialEq<str> for Untrusted {
    fn eq(&self, text: &str) -> bool {
        *self.0 == *text
    }
}
