//! Whether what stands in a text may be the path of a folder or a file that is taken there, as its line tells: one rule for
//! what Terraform is told and for scripts.

use super::path_words::{PathWord, Start, may_be};

/// What a text is in which words stand.
#[derive(Clone, Copy, Debug)]
pub(super) enum TextKind {
    /// What an argument of Terraform says.
    Argument {
        /// Whether it is put together with other texts by functions.
        is_joined: bool,
        reach: Reach,
    },
    /// A script, a workflow, or a program.
    Script {
        /// Whether names stand in quotes in it.
        is_quoting: bool,
    },
}

/// Which folders around a file mean it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Those below the module's.
    Below,
    /// That as well.
    Module,
    /// And those around it.
    Above,
}

/// A word of a text that may mean folders, or files by a path that is not plain.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// Its place.
    pub at: usize,
    pub word: PathWord,
    pub reach: Reach,
    /// Whether its line goes through folders, or takes files.
    pub moves: bool,
    /// Whether its line goes through all that lies below it, wherever that is.
    pub below: bool,
}

impl Taken {
    /// What is taken by a word of a text; none where its line tells that it is something else.
    pub fn of(word: PathWord, text: &str, kind: TextKind) -> Option<Self> {
        let word = Word {
            text,
            is_whole: word.range.len() == text.trim().len(),
            kind,
            path: word,
        };
        word.counts().then(|| word.taken())
    }

    /// What is taken by a path that is put together of texts, whatever else its line does.
    pub fn joined(word: PathWord, text: &str, is_source: bool) -> Self {
        let line = line_around(text, word.range.start);
        let reach = if is_source || takes_all(line) {
            Reach::Module
        } else {
            Reach::Below
        };
        Taken {
            at: word.range.start,
            moves: !is_source && moves(line),
            below: !is_source && goes_below(line) && !is_target(text, &word),
            word,
            reach,
        }
    }

    /// The same at another place, that of its text in a longer one.
    pub fn at(self, at: usize) -> Self {
        Taken { at, ..self }
    }
}

/// A word in its text.
struct Word<'t> {
    path: PathWord,
    text: &'t str,
    kind: TextKind,
    /// Whether it is all of its text.
    is_whole: bool,
}

impl<'t> Word<'t> {
    fn line(&self) -> &'t str {
        line_around(self.text, self.path.range.start)
    }

    fn counts(&self) -> bool {
        let word = &self.path;
        if word.is_base() || word.is_all() {
            self.is_folder_here()
        } else if self.is_name() {
            self.is_name_of_something()
        } else {
            let is_from_there = matches!(word.start, Start::Module | Start::Root);
            is_from_there || word.is_plain() || word.is_known_in_part() || word.ends_known()
        }
    }

    /// Whether it is the folder where one stands, or all in it, and is taken as a whole.
    fn is_folder_here(&self) -> bool {
        let is_whole_argument = self.is_whole && self.is_argument();
        let goes_there = is_behind(self.text, &self.path, &["cd", "-C", "-chdir="]);
        let takes_all = || takes_all(self.line()) || self.is_script() && goes_below(self.line());
        match self.path.start {
            Start::Here if is_whole_argument && self.path.is_base() && !self.is_joined() => true,
            Start::Here => !goes_there && takes_all(),
            // A text by itself that is put together with others is a part of a path.
            Start::Module | Start::Root if self.is_argument() => {
                !(self.is_whole && self.is_joined() || goes_there)
            }
            _ => false,
        }
    }

    /// Whether it is a name by itself; what is computed before it, in a script, is one as well.
    fn is_name(&self) -> bool {
        self.path.is_name() || self.is_open_name()
    }

    fn is_open_name(&self) -> bool {
        let word = &self.path;
        word.start == Start::Unknown
            && !word.path.contains('/')
            && self.is_script()
            // `**/*.json` begins where one stands, and does not end there. `**.json` is no more than `*.json`.
            && !self.said().contains("**/")
            && moves(self.line())
    }

    /// Whether a name is that of what its line is about.
    fn is_name_of_something(&self) -> bool {
        let word = &self.path;
        let is_plain = word.is_plain();
        match self.kind {
            TextKind::Argument { .. } if self.is_whole || !is_plain => {
                is_plain || word.is_known_in_part()
            }
            TextKind::Script { .. } if is_behind(self.text, word, &AS_FILE) => moves(self.line()),
            TextKind::Script { is_quoting: true }
                if !self.is_in_quotes() && !word.path.contains('.') && !embeds(self.line()) =>
            {
                false
            }
            _ => {
                let is_assigned = is_plain && is_behind(self.text, word, &["="]);
                (is_plain || word.ends_known())
                    && (is_assigned || moves(self.line()))
                    && is_object(self.text, word)
            }
        }
    }

    fn taken(self) -> Taken {
        let word = if self.path.is_all() {
            PathWord {
                path: ".".to_owned(),
                ..self.path.clone()
            }
        } else if self.is_open_name() {
            self.path.in_folder()
        } else if self.takes_below() && begins_deep(self.said()) {
            // What stands behind `**/` is a whole name.
            PathWord {
                path: format!("/{}", self.path.path),
                ..self.path.clone()
            }
        } else if self.is_joined() && self.path.is_absolute() {
            // A part of a path goes on from what is before it.
            PathWord {
                start: Start::Unknown,
                ..self.path.clone()
            }
        } else {
            self.path.clone()
        };
        let reach = match self.kind {
            TextKind::Argument { reach, .. } => reach,
            TextKind::Script { .. } if takes_all(self.line()) => Reach::Module,
            TextKind::Script { .. } => Reach::Below,
        };
        Taken {
            at: word.range.start,
            // Of a path in an argument nobody asks for it.
            moves: (self.is_script() || word.is_name()) && moves(self.line()),
            below: self.is_script() && self.takes_below(),
            word,
            reach,
        }
    }

    /// Whether its line goes through all that lies below it.
    fn takes_below(&self) -> bool {
        let line = self.line();
        let goes = goes_below(line) && !is_target(self.text, &self.path);
        goes || self.goes_down() && moves(line)
    }

    /// Whether it says by itself that all below a folder is meant: `**`.
    fn goes_down(&self) -> bool {
        self.said().contains("**")
    }

    /// Its letters.
    fn said(&self) -> &'t str {
        &self.text[self.path.range.clone()]
    }

    fn is_script(&self) -> bool {
        !self.is_argument()
    }

    fn is_argument(&self) -> bool {
        matches!(self.kind, TextKind::Argument { .. })
    }

    fn is_joined(&self) -> bool {
        matches!(
            self.kind,
            TextKind::Argument {
                is_joined: true,
                ..
            }
        )
    }

    fn is_in_quotes(&self) -> bool {
        let before = self.text[..self.path.range.start].chars().next_back();
        let behind = self.text[self.path.range.end..].chars().next();
        before == behind && matches!(before, Some('"' | '\'' | '`'))
    }
}

/// Whether a path is one of all that lies below the folder where one stands: `**/policies`.
pub(super) fn begins_deep(path: &str) -> bool {
    path.trim_start_matches("./").starts_with("**/")
}

/// What stands before a path that is a file's: `file://policy.json`.
const AS_FILE: [&str; 2] = ["file:", "fileb:"];

/// The line around a place, as far as it is near.
pub(super) fn line_around(text: &str, at: usize) -> &str {
    const LONGEST: usize = 400;
    let before = text[..at].char_indices().rev().take(LONGEST);
    let before = before.take_while(|(_, letter)| *letter != '\n').last();
    let start = before.map_or(at, |(start, _)| start);
    let behind = text[at..].char_indices().take(LONGEST);
    let end = behind.take_while(|(_, letter)| *letter != '\n').last();
    let end = end.map_or(at, |(end, letter)| at + end + letter.len_utf8());
    &text[start..end]
}

/// Whether a word stands behind one of these.
pub(super) fn is_behind(text: &str, word: &PathWord, before: &[&str]) -> bool {
    let text = text[..word.range.start].trim_end_matches([' ', '\t', '"', '\'']);
    before.iter().any(|before| text.ends_with(before))
}

/// Whether a name is what a command is about: no key, no variable, no service of `aws`.
fn is_object(text: &str, word: &PathWord) -> bool {
    let behind = text[word.range.end..].trim_start_matches(['"', '\'']);
    let before = text[..word.range.start].trim_end_matches(['"', '\'']);
    let is_key = before.strip_suffix('[').is_some_and(|object| {
        object.ends_with(|letter: char| letter.is_alphanumeric() || "_)]".contains(letter))
    });
    !is_key
        && !behind.starts_with([':', '=', '('])
        && !is_behind(text, word, &["aws", "client(", "for", "get(", "resource("])
}

/// What takes a folder as a whole.
const TAKING: [&str; 15] = [
    "ADD", "COPY", "copy", "copytree", "cp", "glob", "listdir", "readdir", "rglob", "rsync",
    "scandir", "scp", "sync", "tar", "zip",
];

/// What builds an image of a folder.
const BUILDING: [&str; 2] = ["docker", "podman"];

/// What goes through a folder, or takes a file in it.
const GOING_THROUGH: [&str; 15] = [
    "Dir",
    "Path",
    "cat",
    "find",
    "for",
    "globSync",
    "globby",
    "iglob",
    "ls",
    "mv",
    "open",
    "put",
    "readdirSync",
    "upload",
    "walk",
];

/// Whether a line of a script takes a folder as a whole.
fn takes_all(line: &str) -> bool {
    let is_of_git = line.trim_start().starts_with("git ");
    !is_of_git
        && (has_word_of(line, &TAKING)
            || embeds(line)
            || has_word_of(line, &BUILDING) && has_word_of(line, &["build"]))
}

/// How a program in Go says what is built into it.
pub(super) const EMBEDDING: &str = "//go:embed ";

fn embeds(line: &str) -> bool {
    line.trim_start().starts_with(EMBEDDING)
}

/// The functions that go through all that lies below a folder, or take all of it.
const CALLS_BELOW: [&str; 15] = [
    "Asset",
    "FileArchive",
    "Find.find",
    "Walk",
    "WalkDir",
    "WalkDir::new",
    "asset",
    "copytree",
    "fromAsset",
    "make_archive",
    "rglob",
    "walk",
    "walkFileTree",
    "walkSync",
    "walkTopDown",
];

/// The commands that do. Others have to be told to go down.
const COMMANDS_BELOW: [&str; 4] = ["find", "rsync", "tar", "zip"];

/// What keeps files elsewhere, and takes over a folder as it is.
const SYNCING: [&str; 4] = ["gsutil", "rclone", "s3", "storage"];

/// Whether a line of a script goes through all that lies below a folder, that of a module or one around it.
fn goes_below(line: &str) -> bool {
    let said = line.trim_start();
    let syncs = || has_word_of(line, &["sync"]) && has_word_of(line, &SYNCING);
    let copies = || has_word_of(line, &["cp", "scp"]) && says_deep(line);
    let packs = || said.starts_with("recursive-include ") || said.starts_with("graft ");
    !said.starts_with("git ")
        && (calls_below(line) || runs_below(said) || syncs() || copies() || packs())
}

/// Whether one of the functions is called in a text.
pub(super) fn calls_below(line: &str) -> bool {
    let is_in_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut places = line.match_indices('(');
    places.any(|(at, _)| {
        let before = |name: &&str| line[..at].strip_suffix(*name);
        let mut called = CALLS_BELOW.iter().filter_map(before);
        called.any(|before| !before.ends_with(is_in_name))
    })
}

/// Whether one of the commands is run in a line; not to look for folders, in one alone, or to unpack something.
fn runs_below(line: &str) -> bool {
    const OTHERWISE: [&str; 4] = ["-maxdepth", "-type d", "tar -x", "tar x"];
    const BEFORE: [&str; 4] = ["exec", "run", "sudo", "then"];
    let is_run = |at: usize| {
        let before = line[..at].trim_end();
        let is_first = before.ends_with(['(', '|', ';', '&', '`', ':', '-', '@', '"', '\'']);
        before.is_empty() || is_first || BEFORE.iter().any(|word| before.ends_with(word))
    };
    COMMANDS_BELOW.iter().any(|name| {
        let mut places = line.match_indices(name);
        places.any(|(at, _)| line[at + name.len()..].starts_with(' ') && is_run(at))
    }) && !OTHERWISE.iter().any(|word| line.contains(word))
}

/// Whether a command goes down into folders as it is told.
fn says_deep(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.any(|word| match word.strip_prefix('-') {
        Some(letters) if letters.starts_with('-') => word == "--recursive" || word == "--archive",
        Some(letters) => letters.contains(['r', 'R', 'a']),
        None => false,
    })
}

/// Whether a word is where a line copies something to: the last one of it.
fn is_target(text: &str, word: &PathWord) -> bool {
    const COPYING: [&str; 6] = ["copy", "copytree", "cp", "rsync", "scp", "sync"];
    let line = line_around(text, word.range.start);
    let behind = text[word.range.end..].split(['\n', ';', '|', '&']).next();
    let is_last = !behind.is_some_and(|behind| {
        behind.contains(|letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '$'))
    });
    is_last && has_word_of(line, &COPYING)
}

/// Whether a line that goes through all below a folder takes a file of this name there, as far as it says which:
/// `find infra -name '*.tf'`, `rglob("*.json")`.
pub(super) fn takes_one_called(line: &str, name: &str) -> bool {
    const CHOOSING: [&str; 4] = ["find", "glob", "include", "rglob"];
    const TURNING: [&str; 5] = ["!", "-not", "-prune", "-regex", "exclude"];
    if !has_word_of(line, &CHOOSING) || TURNING.iter().any(|word| line.contains(word)) {
        return true;
    }
    let is_between = |letter: char| letter.is_whitespace() || "\"'(),;".contains(letter);
    let words: Vec<&str> = line
        .split(is_between)
        .filter(|word| !word.is_empty())
        .collect();
    let names = words.iter().enumerate().filter(|(at, word)| {
        let is_named = at
            .checked_sub(1)
            .is_some_and(|at| matches!(words[at], "-iname" | "-name"));
        is_named || word.starts_with('*') && word.contains('.')
    });
    let mut names = names
        .map(|(_, word)| word.rsplit('/').next().unwrap_or(word))
        .peekable();
    names.peek().is_none() || names.any(|pattern| may_be(pattern, name))
}

/// Whether it does, or goes through one.
fn moves(line: &str) -> bool {
    takes_all(line) || has_word_of(line, &GOING_THROUGH) || goes_below(line)
}

/// Whether one of these is a word of a line.
pub(super) fn has_word_of(line: &str, words: &[&str]) -> bool {
    let mut all = line.split(|letter: char| !letter.is_ascii_alphanumeric());
    all.any(|word| words.contains(&word))
}
