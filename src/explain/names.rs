//! What a walk is about, in words.

/// What the names of a walk are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// They are actions of AWS.
    #[default]
    Actions,
    /// The words of any list.
    Words,
}

impl Names {
    /// One of them, without an article.
    pub fn one(self) -> &'static str {
        match self {
            Names::Actions => "action",
            Names::Words => "word",
        }
    }

    /// A noun for one of them, with its article.
    pub fn an(self) -> &'static str {
        match self {
            Names::Actions => "an action",
            Names::Words => "a word",
        }
    }

    /// A noun for several of them.
    pub fn many(self) -> &'static str {
        match self {
            Names::Actions => "actions",
            Names::Words => "words",
        }
    }
}
