//! The files that blocks read policies from, with the folders around them, and which blocks of a tree name one of these.
//!
//! Who takes a folder as a whole, or a file in it by a path that is not plain, may take the file: what packs, deploys,
//! uploads or goes through it. What an expression names is told from its letters.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::files::TreeFile;
use super::path_words::{Bases, PathWord, Start, may_be, path_words};
use super::surroundings::{real, real_or, stands_in};
use super::{Tree, normal};
use crate::terraform::{Argument, Block, Content, FOLDERS, READING, TextIn, texts_in};

/// A file that a block reads a policy from.
pub(super) struct FilePlace {
    /// Its real path.
    pub own: PathBuf,
    /// The same as a text.
    pub path: String,
    pub name: String,
    /// The folder of the module that it is read in.
    pub module: String,
    /// The folders around the file, below that.
    pub folders: Vec<String>,
}

/// How a text may mean a file.
const COMPUTED: &str = "whose path is not plain";
const FOLDER: &str = "where a folder around it is named";

/// The files that the blocks of a tree read policies from.
pub(super) fn places(tree: &Tree) -> Vec<FilePlace> {
    let mut places: BTreeMap<PathBuf, FilePlace> = BTreeMap::new();
    for (folder, files) in tree.folders() {
        let policies = files.iter().flat_map(|file| &file.configuration.policies);
        for policy in policies {
            let Content::InFile(file) = &policy.content else {
                continue;
            };
            let roots = tree.roots.iter().filter(|root| root.has(folder));
            let roots = roots.map(|root| root.path(Path::new("")));
            let own = Some(folder.to_owned()).filter(|_| file.is_in_module);
            let bases: Vec<PathBuf> = own.map_or_else(|| roots.collect(), |own| vec![own]);
            for base in bases {
                let own = real_or(&normal(&base.join(&file.path)));
                let module = real_or(&base);
                places
                    .entry(own.clone())
                    .or_insert_with(|| FilePlace::of(own, &module));
            }
        }
    }
    places.into_values().collect()
}

impl FilePlace {
    fn of(own: PathBuf, module: &Path) -> Self {
        let around = own.ancestors().skip(1);
        let below = around.take_while(|around| around.starts_with(module) && *around != module);
        FilePlace {
            path: own.to_string_lossy().into_owned(),
            name: name_of(&own),
            module: module.to_string_lossy().into_owned(),
            folders: below
                .map(|folder| folder.to_string_lossy().into_owned())
                .collect(),
            own,
        }
    }

    /// How one of the paths that a word may be means the file or a folder around it.
    pub fn meant_by(
        &self,
        word: &PathWord,
        paths: &[String],
        reach: Reach,
    ) -> Option<&'static str> {
        let mut paths = paths.iter();
        if word.is_plain() {
            let is_around = |path: &String| match reach {
                Reach::Below => self.folders.contains(path),
                Reach::Module => self.folders.contains(path) || *path == self.module,
                Reach::Above => *path != self.path && self.own.starts_with(path),
            };
            return paths.any(is_around).then_some(FOLDER);
        }
        paths.find_map(|path| {
            let mut folders = (self.folders.iter())
                .filter(|_| word.start != Start::Unknown || word.path.contains('/'));
            if may_be(path, &self.path) {
                Some(COMPUTED)
            } else {
                folders.any(|folder| may_be(path, folder)).then_some(FOLDER)
            }
        })
    }
}

/// What the folders around some files are called, those of their modules too.
pub(super) struct FolderNames(BTreeSet<String>);

impl FolderNames {
    pub fn of(places: &[FilePlace]) -> Self {
        let folders = places
            .iter()
            .flat_map(|place| place.folders.iter().chain([&place.module]));
        FolderNames(folders.map(|folder| name_of(Path::new(folder))).collect())
    }

    /// Whether bytes have one of them.
    pub fn are_in(&self, bytes: &[u8]) -> bool {
        let mut names = self.0.iter();
        names.any(|name| stands_in(bytes, name))
    }

    /// The bytes of the lines that have one of them, in order.
    pub fn lines_in(&self, text: &str) -> Vec<Range<usize>> {
        let bytes = text.as_bytes();
        let names = self.0.iter();
        let places = names.flat_map(|name| memchr::memmem::find_iter(bytes, name.as_bytes()));
        let lines = places.map(|at| {
            let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
            let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
            (start, end)
        });
        let lines: BTreeSet<(usize, usize)> = lines.collect();
        lines.into_iter().map(|(start, end)| start..end).collect()
    }

    /// Whether one of them stands in a word.
    pub fn stand_in(&self, word: &PathWord) -> bool {
        word.path.split('/').any(|name| self.0.contains(name))
    }

    /// Whether a word may mean one of the folders or, by a path that is not plain, of the files.
    fn may_be_meant(&self, word: &PathWord, reach: Reach) -> bool {
        !word.is_plain()
            || reach == Reach::Above
            || word.ends_in_base()
            || self.0.contains(word.last_name())
    }
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

/// The last name of a path.
pub(super) fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Where a text names a file, and not one whose name is longer: `assume_role_policy.json` is no `policy.json`. What is
/// put in before, as `${…}` or `%s`, may be a folder.
pub(super) fn is_named_in<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let places = memchr::memmem::find_iter(text.as_bytes(), name.as_bytes());
    places.filter(move |at| {
        let bytes = text.as_bytes();
        let (before, behind) = (&bytes[..*at], &bytes[at + name.len()..]);
        let begins = before.ends_with(b"%s") || !before.last().is_some_and(is_of_name);
        begins && !behind.first().is_some_and(is_of_name)
    })
}

/// Whether a text names a file at a place; not where its path is plain and leads to another one that is there.
pub(super) fn names_it(words: &[PathWord], at: usize, bases: &Bases<'_>, own: &Path) -> bool {
    let next = words.partition_point(|word| word.range.end <= at);
    let word = words.get(next).filter(|word| word.range.contains(&at));
    let Some(word) = word else {
        return true;
    };
    let paths = word.paths(bases);
    let mut all = paths.iter();
    let is_own = all.any(|path| Path::new(path) == own);
    is_own || !word.is_plain() || !paths.iter().any(|path| Path::new(path).is_file())
}

/// What is looked for in the blocks of a file.
struct Sought<'a> {
    places: &'a [FilePlace],
    names: &'a FolderNames,
    /// Whether they are of a module that was downloaded: the paths of which it reads files are told by their letters too.
    is_downloaded: bool,
}

/// What the blocks of a tree name.
#[derive(Default)]
pub(super) struct Named {
    /// By the place of the file and the block's file: the first line, and how it is meant there.
    by: BTreeMap<(usize, PathBuf), (usize, &'static str)>,
    /// How often it is named in a file.
    outright: BTreeMap<(usize, PathBuf), usize>,
}

impl Named {
    pub fn of(tree: &Tree, places: &[FilePlace]) -> Self {
        let mut named = Named::default();
        if places.is_empty() {
            return named;
        }
        let roots = tree.roots.iter().map(|root| real_or(&root.folder));
        let roots: Vec<String> = roots
            .map(|root| root.to_string_lossy().into_owned())
            .collect();
        let of_folders = FolderNames::of(places);
        let own: BTreeSet<&Path> = tree.folders().map(|(folder, _)| folder).collect();
        for (folder, files) in tree.read_folders() {
            let is_downloaded = !own.contains(folder);
            let folder = real(folder).unwrap_or_default();
            let module = folder.to_string_lossy();
            let mut here = roots.clone();
            here.push(module.clone().into_owned());
            let bases = Bases {
                module: &module,
                here: &here,
            };
            for file in files {
                named.add(
                    file,
                    &bases,
                    &Sought {
                        places,
                        names: &of_folders,
                        is_downloaded,
                    },
                );
            }
        }
        named
    }

    fn add(&mut self, file: &TreeFile, bases: &Bases<'_>, sought: &Sought<'_>) {
        let places = sought.places;
        let text = file.source.text();
        let (mut words, mut remarks_here) = (None, None);
        for (at, place) in places.iter().enumerate() {
            for named in is_named_in(text, &place.name) {
                let words = words.get_or_insert_with(|| path_words(text));
                let remarks = remarks_here.get_or_insert_with(|| remarks(text, false));
                if !is_within(remarks, named) && names_it(words, named, bases, &place.own) {
                    *self.outright.entry((at, file.real.clone())).or_default() += 1;
                }
            }
        }
        // Where the state is kept, and which programs are needed, is no file.
        let blocks = file.configuration.blocks.iter();
        for block in blocks.filter(|block| block.kind != "terraform") {
            self.add_block(file, block, block, bases, sought);
        }
    }

    fn add_block(
        &mut self,
        file: &TreeFile,
        outer: &Block,
        block: &Block,
        bases: &Bases<'_>,
        sought: &Sought<'_>,
    ) {
        let name = Path::new(file.source.name().raw());
        let is_json = name.extension().is_some_and(|end| end == "json");
        let is_call = |one: &Argument| outer.kind == "module" && one.name == "source";
        let arguments = block.arguments.iter();
        let is_about =
            |one: &Argument| is_about_files(&one.name) && !is_called_by(outer, &one.name);
        for argument in arguments.filter(|one| is_about(one) && !is_call(one)) {
            let mut text = Cow::Borrowed(&file.source.text()[argument.range.clone()]);
            if is_json && text.contains("\\\"") {
                // Quotes of what is put into a text: `"${join(\"/\", …)}"`.
                text = text.replace("\\\"", "\"").into();
            }
            for said in words_of(&text, !sought.is_downloaded) {
                // Where something is run is nothing that it takes.
                let reach = if argument.name == "working_dir" {
                    Reach::Below
                } else {
                    said.reach
                };
                // A module that was downloaded has these at hand for much.
                let is_at_hand =
                    sought.is_downloaded && said.word.is_base() && reach != Reach::Above;
                if is_at_hand || !sought.names.may_be_meant(&said.word, reach) {
                    continue;
                }
                let paths = said.word.paths(bases);
                for (place, one) in sought.places.iter().enumerate() {
                    if let Some(how) = one.meant_by(&said.word, &paths, reach) {
                        let line = argument.line + text[..said.at].matches('\n').count();
                        let by = self.by.entry((place, file.real.clone()));
                        by.or_insert((line, how));
                    }
                }
            }
        }
        for inner in &block.blocks {
            self.add_block(file, outer, inner, bases, sought);
        }
    }

    /// The first line of a file that may mean a policy's file by its folder or by a path that is not plain, and how.
    pub fn by(&self, place: usize, file: &Path) -> Option<(usize, &'static str)> {
        self.by.get(&(place, file.to_owned())).copied()
    }

    /// How often a file names it.
    pub fn times(&self, place: usize, file: &Path) -> usize {
        let times = self.outright.get(&(place, file.to_owned()));
        times.copied().unwrap_or_default()
    }
}

/// Whether an argument of this name may say files: not what is told of something.
pub(super) fn is_about_files(name: &str) -> bool {
    const TOLD: [&str; 4] = ["comment", "error_message", "url", "version"];
    !name.contains("description") && !name.contains("tags") && !TOLD.contains(&name)
}

/// Whether an argument of a resource is what that is called. Who is given one of that name may take it for a path.
fn is_called_by(outer: &Block, name: &str) -> bool {
    const CALLED: [&str; 4] = ["bucket", "key", "name", "prefix"];
    let is_one = CALLED.iter().any(|end| name.ends_with(end)) && !name.contains("file");
    is_one && matches!(outer.kind.as_str(), "data" | "resource")
}

/// What takes a path for a text of which no path comes.
const TELLING: [&str; 8] = [
    "basename",
    "endswith",
    "md5",
    "sha1",
    "sha256",
    "sha512",
    "startswith",
    "strcontains",
];

/// What makes a text of others, or of parts of one: of a folder by itself this is no longer that.
const MAKING: [&str; 12] = [
    "format",
    "formatlist",
    "join",
    "regex",
    "regexall",
    "replace",
    "split",
    "substr",
    "trim",
    "trimprefix",
    "trimspace",
    "trimsuffix",
];

/// A word of a text that may mean folders, or files by a path that is not plain.
#[derive(Clone)]
pub(super) struct Saying {
    /// Its place.
    pub at: usize,
    pub word: PathWord,
    pub reach: Reach,
}

/// The words of an expression that may mean folders, or files by paths that are not plain. What `is_evaluated` need not be
/// told by its letters: the paths that functions read.
pub(super) fn words_of(expression: &str, is_evaluated: bool) -> Vec<Saying> {
    let texts = texts_in(expression).into_iter();
    let texts = texts.filter(|text| {
        let mut calls = text.given_to.iter();
        !calls.any(|call| TELLING.contains(call) || is_evaluated && READING.contains(call))
    });
    let words = texts.flat_map(|said| {
        let text = &expression[said.range.clone()];
        let is_bare = FOLDERS.contains(&text);
        let words = if is_bare {
            path_words(&format!("${{{text}}}"))
        } else {
            path_words(text)
        };
        let counts = |word: &PathWord| {
            if is_bare {
                let before = expression[..said.range.start].trim_end_matches([' ', ',', '"']);
                !is_joined(&said) && !before.ends_with("-C")
            } else {
                counts(word, text, &said)
            }
        };
        let is_set = said.given_to.contains(&"fileset");
        let saying = |word: PathWord| Saying {
            at: said.range.start + if is_bare { 0 } else { word.range.start },
            word,
            reach: if is_set { Reach::Above } else { Reach::Module },
        };
        let words = words
            .into_iter()
            .filter(counts)
            .map(|word| match word.start {
                // A part of a path goes on from what is before it.
                Start::Here if is_joined(&said) && word.path.starts_with('/') => PathWord {
                    start: Start::Unknown,
                    ..word
                },
                _ if word.is_all() => PathWord {
                    path: ".".to_owned(),
                    ..word
                },
                _ => word,
            });
        let words = words.map(saying);
        words.collect::<Vec<_>>()
    });
    words.collect()
}

fn is_joined(said: &TextIn<'_>) -> bool {
    said.given_to.iter().any(|call| MAKING.contains(call))
}

/// Whether a word in a text may be the path of a folder, or one that is not plain.
fn counts(word: &PathWord, text: &str, said: &TextIn<'_>) -> bool {
    let is_whole = word.range.len() == text.trim().len();
    let line = || line_around(text, word.range.start);
    if word.is_base() || word.is_all() {
        let goes_there = || is_behind(text, word, &["cd", "-C", "-chdir="]);
        return if word.start == Start::Here {
            word.is_base() && !is_joined(said) && is_whole || takes_all(line()) && !goes_there()
        } else {
            !(is_joined(said) && is_whole || goes_there())
        };
    }
    match word.start {
        Start::Here if word.is_name() && word.is_plain() => {
            is_whole || moves(line()) && is_argument(text, word)
        }
        Start::Here => word.is_plain() || word.is_known_in_part(),
        Start::Unknown => word.ends_known() || word.is_known_in_part(),
        Start::Module | Start::Root => true,
    }
}

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
pub(super) fn is_argument(text: &str, word: &PathWord) -> bool {
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
const GOING_THROUGH: [&str; 12] = [
    "Path",
    "cat",
    "find",
    "for",
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
pub(super) fn takes_all(line: &str) -> bool {
    has_word_of(line, &TAKING) || has_word_of(line, &BUILDING) && has_word_of(line, &["build"])
}

/// Whether it does, or goes through one.
pub(super) fn moves(line: &str) -> bool {
    takes_all(line) || has_word_of(line, &GOING_THROUGH)
}

fn has_word_of(line: &str, words: &[&str]) -> bool {
    let mut all = line.split(|letter: char| !letter.is_ascii_alphanumeric());
    all.any(|word| words.contains(&word))
}

/// The bytes of the lines in which something is only told: comments, what is printed, what a step of a workflow is called,
/// and for which changes that is run.
pub(super) fn remarks(text: &str, is_yaml: bool) -> Vec<Range<usize>> {
    const COMMENTS: [&str; 2] = ["#", "//"];
    const PRINTING: [&str; 2] = ["echo ", "printf "];
    const CALLED: [&str; 3] = ["- name:", "description:", "name:"];
    const CHANGES: [&str; 3] = ["changes:", "paths-ignore:", "paths:"];
    let mut remarks = Vec::new();
    let mut at = 0;
    // How far the key is indented that lists for which changes.
    let mut listed: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let said = line.trim_start();
        if said.is_empty() {
            continue;
        }
        let starts_with = |words: &[&str]| words.iter().any(|word| said.starts_with(word));
        let indent = line.len() - said.len();
        let goes_on =
            |listed: &usize| indent > *listed || indent == *listed && starts_with(&["- "]);
        listed = listed.filter(goes_on);
        if is_yaml && starts_with(&CHANGES) {
            listed = Some(indent);
        }
        let only_prints =
            || starts_with(&PRINTING) && !said.contains(['$', '`', '|', '<', '>', ';', '&']);
        let is_called = || is_yaml && starts_with(&CALLED) && !said.contains('/');
        if listed.is_some() || starts_with(&COMMENTS) || only_prints() || is_called() {
            remarks.push(range);
        } else if let Some(behind) = line
            .find(" # ")
            .filter(|at| !line[*at..].contains(['"', '\'']))
        {
            remarks.push(range.start + behind..range.end);
        }
    }
    remarks
}

/// Whether a place is in one of some ranges, which are in order.
pub(super) fn is_within(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).is_some_and(|range| range.contains(&at))
}
