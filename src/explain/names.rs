//! What a walk is about, in words.

/// What the names of a walk are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// They are actions of AWS.
    #[default]
    Actions,
    /// They are some of AWS's actions: there are others that begin alike.
    Some,
    /// The words of any list.
    Words,
}

impl Names {
    /// One of them, without an article.
    pub fn one(self) -> &'static str {
        match self {
            Names::Actions | Names::Some => "action",
            Names::Words => "word",
        }
    }

    /// A noun for one of them, with its article.
    pub fn an(self) -> &'static str {
        match self {
            Names::Actions | Names::Some => "an action",
            Names::Words => "a word",
        }
    }

    /// What is added to "starts with it" where the letters differ in their case.
    pub fn but_for_case(self) -> &'static str {
        match self {
            Names::Actions | Names::Some => " (upper and lower case are the same to AWS)",
            Names::Words => " (upper and lower case are the same here)",
        }
    }

    /// A noun for several of them.
    pub fn many(self) -> &'static str {
        match self {
            Names::Actions | Names::Some => "actions",
            Names::Words => "words",
        }
    }
}
