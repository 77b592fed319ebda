//! The paths that stand in a text, as far as its letters tell, and whether these may be those of a folder or a file.

use std::ops::Range;

/// So many letters are looked through for the end of what is put into a text.
const LONGEST: usize = 1000;

/// What stands for what nobody knows in a path: no letters, some, or folders too.
const UNKNOWN: char = '…';

/// All that stands for what nobody knows.
const COMPUTED: [char; 3] = [UNKNOWN, '*', '?'];

/// Whether a name in a path, or a part of one, is not known as a whole.
pub(super) fn is_computed(name: &str) -> bool {
    name.contains(COMPUTED)
}

/// A path that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PathWord {
    /// Its bytes in the text.
    pub range: Range<usize>,
    pub start: Start,
    /// What is behind that. `*` and `?` are what they are for a shell.
    pub path: String,
}

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Start {
    /// Where one stands; an absolute one where all files do.
    Here,
    /// `path.module`.
    Module,
    /// `path.root`, `path.cwd`.
    Root,
    /// Nobody knows.
    Unknown,
}

/// The folders that paths begin in.
pub(super) struct Bases<'a> {
    /// That of `path.module`.
    pub module: &'a str,
    /// Those where one may stand.
    pub here: &'a [String],
}

impl PathWord {
    /// Whether all of it is known.
    pub fn is_plain(&self) -> bool {
        self.start != Start::Unknown && !is_computed(&self.path)
    }

    /// Whether it is a path from where all files are.
    pub fn is_absolute(&self) -> bool {
        self.start == Start::Here && self.path.starts_with('/')
    }

    /// Whether it is a name alone, and no path.
    pub fn is_name(&self) -> bool {
        self.start == Start::Here && !self.path.contains('/')
    }

    /// Whether it is the folder that it begins in: `.`, `path.module`.
    pub fn is_base(&self) -> bool {
        let mut names = self.path.split('/');
        let is_from_there = match self.start {
            Start::Here => !self.is_absolute(),
            Start::Module | Start::Root => true,
            Start::Unknown => false,
        };
        is_from_there && names.all(|name| matches!(name, "" | "."))
    }

    /// Whether its end is no name: `scripts/..`.
    pub fn ends_in_base(&self) -> bool {
        let last = self.path.trim_end_matches('/').rsplit('/').next();
        last.is_some_and(|last| matches!(last, "" | "." | ".."))
    }

    /// Whether a name stands in it.
    pub fn has(&self, name: &str) -> bool {
        self.path.split('/').any(|one| one == name)
    }

    /// The name that it ends in.
    pub fn last_name(&self) -> &str {
        let path = self.path.trim_end_matches(['/', '.']);
        path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether a name in it is known, or a part of one: of what begins somewhere one that stands behind a slash.
    pub fn is_known_in_part(&self) -> bool {
        let is_open = usize::from(self.start == Start::Unknown);
        let mut names = self.path.split('/').skip(is_open);
        names.any(|name| name.contains(|letter: char| letter.is_alphanumeric()))
    }

    /// The folder that it is in.
    pub fn parent(&self) -> PathWord {
        let (folder, _) = self.path.rsplit_once('/').unwrap_or((".", ""));
        PathWord {
            path: folder.to_owned(),
            ..self.clone()
        }
    }

    /// Whether it is all that lies in the folder where one stands: `*`.
    pub fn is_all(&self) -> bool {
        self.start == Start::Here && matches!(self.path.as_str(), "*" | "./*" | "./**")
    }

    /// The same with a name, as of `$1.json`, that stands in the folder where one stands.
    pub fn in_folder(&self) -> PathWord {
        PathWord {
            start: Start::Here,
            path: format!("{UNKNOWN}{}", self.path),
            range: self.range.clone(),
        }
    }

    /// Whether it ends in what is known.
    pub fn ends_known(&self) -> bool {
        let path = self.path.trim_end_matches(['/', '.']);
        !path.is_empty() && !path.ends_with(COMPUTED)
    }

    /// The paths that it may be, as far as they are known.
    pub fn paths(&self, bases: &Bases<'_>) -> Vec<String> {
        match self.start {
            Start::Module => vec![joined(bases.module, &self.path)],
            Start::Here if self.is_absolute() => vec![joined("", &self.path)],
            Start::Here | Start::Root => {
                // What is computed of a name by itself is in no folder.
                let path = if self.is_name() {
                    self.path.replace(UNKNOWN, "*")
                } else {
                    self.path.clone()
                };
                let here = bases.here.iter();
                here.map(|base| joined(base, &path)).collect()
            }
            Start::Unknown => {
                let below = joined("", &self.path);
                let is_below = self.path.starts_with('/');
                let below = if is_below {
                    &below
                } else {
                    &below[1.min(below.len())..]
                };
                vec![format!("{UNKNOWN}{below}")]
            }
        }
    }
}

/// The begin of an address or of an ARN that what stands at a place is the end of, if it is of what lies in a bucket or at
/// a server. What keeps repositories may have the file itself there, and so may a server that runs beside it.
pub(super) fn address_before(text: &str, at: usize) -> Option<&str> {
    const ELSEWHERE: [&str; 4] = ["gs://", "http://", "https://", "s3://"];
    const KEEPING: [&str; 9] = [
        "/browse/",
        "/src/",
        "127.0.0.1",
        "bitbucket",
        "codeberg",
        "git",
        "jsdelivr",
        "localhost",
        "raw",
    ];
    let is_between = |letter: char| letter.is_whitespace() || "\"'`,;|&()<>[]=".contains(letter);
    let start = text[..at]
        .trim_end_matches(|letter| !is_between(letter))
        .len();
    let before = &text[start..at];
    let is_elsewhere = is_arn_of_object(before)
        || ELSEWHERE.iter().any(|scheme| before.starts_with(scheme))
            && !KEEPING.iter().any(|word| before.contains(word));
    is_elsewhere.then_some(before)
}

/// Whether a text is the begin of an ARN of what lies in a bucket. Behind any other one, and behind one more colon, the
/// next begins: `arn:aws:iam::123456789012:role/app:policies/app.json`.
fn is_arn_of_object(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    matches!(parts[..], ["arn", _, "s3", _, _, _])
}

/// A path from a folder, without `.` and `..`.
fn joined(base: &str, path: &str) -> String {
    let mut names: Vec<&str> = base.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => _ = names.pop(),
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

/// Whether a path that is known in parts may be another one.
pub(super) fn may_be(known: &str, path: &str) -> bool {
    let first = known.find(COMPUTED).unwrap_or(known.len());
    let last = known.rfind(COMPUTED).map_or(0, |at| {
        at + known[at..].chars().next().map_or(0, char::len_utf8)
    });
    if !path.starts_with(&known[..first]) || !path.ends_with(&known[last..]) {
        return false;
    }
    let path: Vec<char> = path.chars().collect();
    // Up to where in the path all that is known so far may lead.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for sign in known.chars() {
        match sign {
            UNKNOWN => (0..path.len()).for_each(|at| reached[at + 1] |= reached[at]),
            '*' => (0..path.len()).for_each(|at| reached[at + 1] |= reached[at] && path[at] != '/'),
            _ => {
                for at in (0..path.len()).rev() {
                    let is_it = path[at] == sign || sign == '?' && path[at] != '/';
                    reached[at + 1] = reached[at] && is_it;
                }
                reached[0] = false;
            }
        }
    }
    reached.last().is_some_and(|is_reached| *is_reached)
}

/// The paths and names in a text; no addresses, and nothing that stands behind a colon, as in ARNs.
pub(super) fn path_words(text: &str) -> Vec<PathWord> {
    let mut words = Vec::new();
    let mut word: Option<PathWord> = None;
    let mut at = 0;
    while at < text.len() {
        let (piece, length) = piece(&text[at..]);
        let begin = || PathWord {
            range: at..at,
            start: Start::Here,
            path: String::new(),
        };
        match piece {
            Piece::Between => words.extend(word.take().and_then(|word| whole(text, word))),
            Piece::Folder(start) if word.is_none() => {
                word = Some(PathWord { start, ..begin() });
            }
            Piece::Folder(_) | Piece::Unknown => {
                if let Some(word) = &mut word {
                    word.path.push(UNKNOWN);
                } else {
                    let start = Start::Unknown;
                    word = Some(PathWord { start, ..begin() });
                }
            }
            Piece::Letter(letter) => word.get_or_insert_with(begin).path.push(letter),
        }
        at += length;
        if let Some(word) = &mut word {
            word.range.end = at;
        }
    }
    words.extend(word.and_then(|word| whole(text, word)));
    words
}

/// A word as a path; none where it is something else.
fn whole(text: &str, word: PathWord) -> Option<PathWord> {
    let before = &text[..word.range.start];
    if let Some(before) = before.strip_suffix(':') {
        // `//go:embed all:policies`
        if before.ends_with("embed all") {
            return Some(word);
        }
        let is_file = before.ends_with("file") || before.ends_with("fileb");
        let path = word.path.strip_prefix("//").filter(|_| is_file)?;
        return Some(opened(path.to_owned(), word));
    }
    // `"$DIR"/policies`, `$(dirname "$0")/policies`
    let goes_on = before.ends_with([')', '}'])
        || before.strip_suffix(['"', '\'']).is_some_and(|before| {
            before.ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '}' | ')'))
        });
    let is_address = word.path.starts_with("//");
    let has_any = word.start != Start::Here || !word.path.is_empty();
    let is_open = goes_on && word.start == Start::Here && word.path.starts_with('/');
    let start = if is_open { Start::Unknown } else { word.start };
    let word = opened(word.path.clone(), PathWord { start, ..word });
    (has_any && !is_address).then_some(word)
}

/// A word with this path, of which nobody knows where it begins if that is computed: `./$DIR/policies`.
fn opened(path: String, word: PathWord) -> PathWord {
    let open = path.trim_start_matches("./").strip_prefix(UNKNOWN);
    match open.filter(|_| word.start == Start::Here) {
        Some(open) => PathWord {
            start: Start::Unknown,
            path: open.to_owned(),
            ..word
        },
        None => PathWord { path, ..word },
    }
}

enum Piece {
    Letter(char),
    Folder(Start),
    Unknown,
    Between,
}

/// What a text begins with, and its length.
fn piece(rest: &str) -> (Piece, usize) {
    let letter = rest.chars().next().unwrap_or_default();
    let behind = &rest[letter.len_utf8()..];
    let is_in_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    match letter {
        '$' if behind.starts_with('{') => closed(behind).map_or((Piece::Between, 1), |length| {
            let inner = behind[1..length - 1].trim();
            let absolute = inner.strip_prefix("abspath(");
            let inner = absolute
                .and_then(|path| path.strip_suffix(')'))
                .unwrap_or(inner);
            let piece = match inner {
                "path.module" => Piece::Folder(Start::Module),
                "path.root" | "path.cwd" => Piece::Folder(Start::Root),
                _ => Piece::Unknown,
            };
            (piece, 1 + length)
        }),
        '$' if behind.starts_with('(') => {
            let name = behind[1..].trim_start_matches(is_in_name);
            let length = rest.len() - name.len();
            match name.strip_prefix(')') {
                Some(_) => (Piece::Unknown, length + 1),
                None => (Piece::Between, 2),
            }
        }
        '$' => match behind.len() - behind.trim_start_matches(is_in_name).len() {
            0 => (Piece::Between, 1),
            length => (Piece::Unknown, 1 + length),
        },
        '{' if behind.starts_with('{') => {
            closed(rest).map_or((Piece::Between, 2), |length| (Piece::Unknown, length))
        }
        '{' => {
            let end =
                behind.find(|letter: char| letter.is_whitespace() || "\"'{}:;".contains(letter));
            match end.filter(|end| behind[*end..].starts_with('}')) {
                Some(end) => (Piece::Unknown, 1 + end + 1),
                None => (Piece::Between, 1),
            }
        }
        '%' if behind.starts_with(['d', 's', 'v']) => (Piece::Unknown, 2),
        '*' if behind.starts_with("*/") => (Piece::Unknown, 3),
        '*' if behind.starts_with('*') => (Piece::Unknown, 2),
        '*' | '?' | '/' | '.' | '-' | '_' | '~' | '@' | '+' => (Piece::Letter(letter), 1),
        _ if letter.is_alphanumeric() => (Piece::Letter(letter), letter.len_utf8()),
        _ => (Piece::Between, letter.len_utf8()),
    }
}

/// Where expressions are put into a text: `${…}`.
pub(super) fn expressions_in(text: &str) -> Vec<Range<usize>> {
    let places = text.match_indices("${").filter_map(|(at, _)| {
        let length = closed(&text[at + 1..])?;
        Some(at + 2..at + length)
    });
    places.collect()
}

/// The length of what stands in braces at the begin of a text.
pub(super) fn closed(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut letters = text.char_indices().take(LONGEST);
    let end = letters.find(|(_, letter)| {
        depth += i32::from(*letter == '{') - i32::from(*letter == '}');
        depth == 0
    });
    end.map(|(end, _)| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_paths_as_far_as_they_are_known() {
        let bases = Bases {
            module: "/r/m",
            here: &["/r".to_owned()],
        };
        for (text, path) in [
            ("policies", "/r/policies"),
            ("./policies/.", "/r/policies"),
            ("${path.module}", "/r/m"),
            ("${ path.root }/../x", "/x"),
            ("file://policies/$1.json", "/r/policies/….json"),
            ("fileb://${path.module}/a", "…/a"),
            ("${var.dir}/policies", "…/policies"),
            ("\"$DIR\"/policies", "…/policies"),
            ("$DIR/../policies", "…/policies"),
            ("policies/$(ROLE).json", "/r/policies/….json"),
            ("policies/{name}.json", "/r/policies/….json"),
            ("policies/${{ matrix.x }}.json", "/r/policies/….json"),
            ("{{ dir }}/policies", "…/policies"),
            ("%s/policies/%s.json", "…/policies/….json"),
            ("x/**/*.json", "/r/x/…*.json"),
            ("${x}app.json", "…app.json"),
        ] {
            let words = path_words(text);
            let paths = words.last().map(|word| word.paths(&bases));
            assert_eq!(paths, Some(vec![path.to_owned()]), "{text}: {words:?}");
        }
        for none in ["s3://policies/x", "arn:aws:s3:::", "$", "https://a/b", "="] {
            let words = path_words(none);
            assert!(
                words.iter().all(|word| !word.path.contains('/')),
                "{words:?}"
            );
        }
    }

    #[test]
    fn what_is_known_may_be_a_path() {
        for (known, path, is_it) in [
            ("/r/policies/…", "/r/policies/a/app.json", true),
            ("/r/policies/*", "/r/policies/app.json", true),
            ("/r/*", "/r/policies/app.json", false),
            ("/r/…*.json", "/r/app.json", true),
            ("…/policies", "/r/policies", true),
            ("…/policies", "/r/own-policies", false),
            ("/r/app.jso?", "/r/app.json", true),
            ("/r/app.json", "/r/app.json5", false),
        ] {
            assert_eq!(may_be(known, path), is_it, "{known} {path}");
        }
    }
}
