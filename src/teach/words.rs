//! Numbers and lists in sentences, and sentences in lines.

/// What the names of a walk are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// Actions of AWS.
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

    /// One of them.
    pub fn an(self) -> &'static str {
        match self {
            Names::Actions => "an action",
            Names::Words => "a word",
        }
    }

    /// Several of them.
    pub fn many(self) -> &'static str {
        match self {
            Names::Actions => "actions",
            Names::Words => "words",
        }
    }
}

/// `1 action`, `2 actions`.
pub fn counted(count: usize, one: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {one}s")
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The first few words, and how many more there are.
pub fn some_of(words: &[String], most: usize) -> String {
    if words.len() <= most {
        return list(words);
    }
    let more = words.len() - most;
    format!("{} and {more} more", words[..most].join(", "))
}

/// `text` in lines of at most `width` letters, broken between words; a longer word stays whole.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut words = text.split(' ');
    let mut line = words.next().unwrap_or_default().to_owned();
    let mut lines = Vec::new();
    for word in words {
        if line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        } else {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}
