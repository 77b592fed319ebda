//! What lies in the repositories around a tree and may read the files of its policies: scripts, programs, workflows, and
//! other root modules.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use super::Tree;
use super::file_places::{
    FOLDER, FilePlace, FolderNames, is_in_address, is_put_together_of, name_of, names_it,
};
use super::joined_paths::joined_paths;
use super::named_in_blocks::{is_about_files, words_of};
use super::names::{is_word_of, words_at};
use super::path_words::{Bases, PathWord, Start, expressions_in, is_computed, path_words};
use super::remarks::{RemarkKind, is_within, may_be_remark, remarks};
use super::surroundings::{LARGEST, Surroundings, is_fetched, only_shows, only_tells, stands_in};
use super::taken::{
    Reach, Taken, TextKind, begins_deep, calls_below, line_around, takes_one_called,
};
use crate::terraform::{reads_a_file, reads_files};
use crate::text::Lines;

/// What may read the files of policies.
#[derive(Default)]
pub(super) struct Readers(BTreeSet<Reader>);

/// What may read a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Reader {
    /// The place of the file.
    place: usize,
    /// Whether it is of a root module or a module that is not given, and said to make nothing of it.
    is_believed: bool,
    shown: String,
}

/// What reads files for Terraform.
const SOURCES: [&str; 3] = ["tf", "tofu", "hcl"];

/// In what is written in these a name is one in quotes; elsewhere it is any word.
const QUOTING: [&str; 16] = [
    "cjs", "cs", "go", "groovy", "java", "js", "json", "kt", "mjs", "php", "py", "rb", "rs",
    "toml", "ts", "tsx",
];

/// How a script says that something is a file.
const AS_FILE: &str = "file://";

impl Readers {
    /// What may read the files at some places. Where all is `complete`, other root modules are believed not to make
    /// anything of them.
    pub fn of(
        tree: &Tree,
        surroundings: &Surroundings,
        places: &[FilePlace],
        complete: bool,
    ) -> Self {
        let mut readers = Readers::default();
        if places.is_empty() {
            return readers;
        }
        let is_within = |path: &Path, place: &FilePlace| path.starts_with(&place.module);
        for (at, place) in places.iter().enumerate() {
            let links = surroundings.links.iter();
            for (link, _) in links.filter(|(_, to)| place.own.starts_with(to)) {
                let shown = format!("{}, a link to it", surroundings.shown(link));
                readers.add(at, complete && !is_within(link, place), shown);
            }
            let unreadable = surroundings.unreadable.iter();
            for path in unreadable.filter(|path| !complete || is_within(path, place)) {
                readers.add(at, false, surroundings.shown(path));
            }
        }
        let files = tree.folders().flat_map(|(_, files)| files);
        let known: BTreeSet<&Path> = files.map(|file| file.real.as_path()).collect();
        let names = FolderNames::of(places);
        let with_above = FolderNames::with_above(places);
        for path in &surroundings.files {
            if !known.contains(path.as_path()) && !is_fetched(path) {
                let looked_at = LookedAt {
                    path,
                    surroundings,
                    places,
                    names: &names,
                    with_above: &with_above,
                    complete,
                };
                looked_at.add_to(&mut readers);
            }
        }
        readers
    }

    fn add(&mut self, place: usize, is_believed: bool, shown: String) {
        self.0.insert(Reader {
            place,
            is_believed,
            shown,
        });
    }

    /// What may read the file at a place; or what is believed not to make anything of it.
    pub fn of_place(&self, place: usize, is_believed: bool) -> Vec<String> {
        let all = self.0.iter();
        let of_it = all.filter(|one| one.place == place && one.is_believed == is_believed);
        of_it.map(|one| one.shown.clone()).collect()
    }
}

/// A file outside of the tree, or another one beside it: a script may put a policy into force.
struct LookedAt<'a> {
    path: &'a Path,
    surroundings: &'a Surroundings,
    places: &'a [FilePlace],
    names: &'a FolderNames,
    with_above: &'a FolderNames,
    complete: bool,
}

impl LookedAt<'_> {
    fn add_to(&self, readers: &mut Readers) {
        let Ok(bytes) = fs::read(self.path) else {
            for (at, place) in self.places.iter().enumerate() {
                if !self.complete || self.path.starts_with(&place.module) {
                    readers.add(at, false, self.shown());
                }
            }
            return;
        };
        let is_source = self.is_source();
        let is_believed = self.complete && is_source && self.is_of_terraform(&bytes);
        let reads_any = is_source && !self.complete;
        if !reads_any && !self.may_concern(&bytes) || only_shows(self.path, &bytes) {
            return;
        }
        let text = String::from_utf8_lossy(&bytes);
        let reads_at = reads_any.then(|| reads_a_file(&text).or_else(|| reads_files(&text)));
        let telling = Telling::of(self, &text, is_source);
        let mut folders: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let others = self.places.iter().enumerate();
        for (at, place) in others.filter(|(_, place)| place.own != self.path) {
            let here = folders.entry(&place.module);
            let here = here.or_insert_with(|| self.here(&text, place, is_source));
            let outright = || telling.named_at(place, here);
            let named = reads_at
                .flatten()
                .or_else(outright)
                .map(|line| (line, None));
            let meant = || telling.may_mean(place, here);
            let meant = || meant().map(|(line, how)| (line, Some(how)));
            if let Some((line, how)) = named.or_else(meant) {
                let how = how.map_or_else(String::new, |how| format!(", {how}"));
                readers.add(at, is_believed, format!("{}:{line}{how}", self.shown()));
            }
        }
    }

    /// Whether it lies in the folder of a module, or between that and a file.
    fn is_beside(&self) -> bool {
        let folder = self.path.parent().unwrap_or(self.path);
        let mut places = self.places.iter();
        places.any(|place| folder.starts_with(&place.module) && place.own.starts_with(folder))
    }

    /// Whether it lies in a folder around a file; that where all of the repository is does not count, but for a module
    /// that lies there.
    fn is_around(&self) -> bool {
        let mut places = self.places.iter();
        let folder = self.path.parent();
        folder.is_some_and(|folder| places.any(|place| place.has_around(folder)))
    }

    /// What is taken in a text: in all lines of a script that lies beside a file, else in those that name a folder around
    /// one, say that something is a file, or go through all that lies below the script's own folder.
    fn taken_by(&self, text: &str, is_source: bool) -> Vec<Taken> {
        if is_source {
            let lines = self.names.lines_in(text, &[]).into_iter();
            return lines
                .flat_map(|line| self.taken_in_blocks(text, line))
                .collect();
        }
        let lines = if self.is_beside() {
            std::iter::once(0..text.len()).collect()
        } else if self.is_around() {
            self.with_above.lines_in(text, &[AS_FILE, "**"])
        } else {
            self.with_above.lines_in(text, &[AS_FILE])
        };
        let kind = TextKind::Script {
            is_quoting: has_extension(self.path, &QUOTING),
        };
        let taken = lines.into_iter().flat_map(|line| {
            let mut taken = words_in_line(text, line.clone(), kind);
            taken.extend(put_into(text, line));
            taken
        });
        taken.collect()
    }

    /// What a line of another root module takes: by the texts in it, or by a path in a script that is written there.
    fn taken_in_blocks(&self, text: &str, line: Range<usize>) -> Vec<Taken> {
        let kind = TextKind::Argument {
            is_joined: false,
            reach: Reach::Module,
        };
        let said = words_of(&text[line.clone()], false).into_iter();
        let said = said.map(|said| {
            let at = line.start + said.at;
            said.at(at)
        });
        let mut taken: Vec<Taken> = said.collect();
        let between = text[line.clone()].split('"').step_by(2);
        let mut between = between.filter_map(|piece| piece.split('#').next());
        if between.any(|piece| self.names.are_in(piece.as_bytes())) {
            let paths = words_in_line(text, line, kind).into_iter();
            taken.extend(paths.filter(|path| !path.word.is_name()));
        }
        taken
    }

    /// Whether what is taken may be one of the files or a folder around one: what names none of these means the folder
    /// where it is read, or a file there.
    fn may_mean_one(&self, text: &str, taken: &Taken) -> bool {
        let word = &taken.word;
        let leads_elsewhere = word.is_plain() && !word.is_base() && !word.ends_in_base();
        self.names.stand_in(word)
            || taken.below && self.with_above.stand_in(word)
            || taken.below && word.start == Start::Unknown && self.is_around()
            || !leads_elsewhere && (self.is_beside() || text[..taken.at].ends_with(&AS_FILE[..5]))
    }

    fn shown(&self) -> String {
        self.surroundings.shown(self.path)
    }

    fn is_source(&self) -> bool {
        let name = name_of(self.path);
        has_extension(self.path, &SOURCES)
            || name.ends_with(".tf.json")
            || name.ends_with(".tofu.json")
    }

    /// Whether it is of Terraform or Terragrunt: other programs are written in HCL too.
    fn is_of_terraform(&self, bytes: &[u8]) -> bool {
        const SAYING: [&str; 4] = ["include", "inputs", "run ", "terraform"];
        !has_extension(self.path, &["hcl"]) || SAYING.iter().any(|word| stands_in(bytes, word))
    }

    /// Whether a file with these bytes may name one of the files or a folder around it, or go through one.
    fn may_concern(&self, bytes: &[u8]) -> bool {
        let has = |word: &str| stands_in(bytes, word);
        // A template reads files as well: `${file("app.json")}`.
        if only_tells(self.path) && !(has("${") && has("file")) {
            return false;
        }
        let names = if self.is_source() {
            self.names
        } else {
            self.with_above
        };
        let mut places = self.places.iter();
        names.are_in(bytes)
            || self.is_beside()
            || places.any(|place| has(&place.name))
            || has("**") && self.is_around()
    }

    /// The folders where one may stand who reads this file, its own first: those around it, and those of the module where
    /// it names that. A root module stands in its own folder, and not in one that is given.
    fn here(&self, text: &str, place: &FilePlace, is_source: bool) -> Vec<String> {
        let around = self.surroundings.around(self.path);
        let around = around.map(|folder| folder.to_string_lossy().into_owned());
        let mut here: Vec<String> = around.collect();
        if is_source {
            let mut is_own = true;
            here.retain(|folder| {
                std::mem::take(&mut is_own) || !Path::new(folder).starts_with(&place.module)
            });
            return here;
        }
        let module = Path::new(&place.module);
        let folders = std::iter::once(module).chain(self.surroundings.around(module));
        for folder in folders.filter(|folder| is_word_of(text, &name_of(folder))) {
            let folder = folder.to_string_lossy().into_owned();
            if !here.contains(&folder) {
                here.push(folder);
            }
        }
        here
    }
}

fn has_extension(path: &Path, endings: &[&str]) -> bool {
    let extension = path.extension().unwrap_or_default();
    endings.iter().any(|ending| extension == *ending)
}

/// The text of a file, and what stands in it.
struct Telling<'t> {
    text: &'t str,
    lines: OnceCell<Lines>,
    /// All words in it, where these are asked for.
    words: OnceCell<Vec<PathWord>>,
    /// The paths that are put together of texts in it, likewise.
    joined: OnceCell<Vec<PathWord>>,
    /// What may mean folders, or files by paths that are not plain.
    taken: Vec<Taken>,
    /// The bytes in which something is only told, in order.
    remarks: OnceCell<Vec<Range<usize>>>,
    remark_kind: RemarkKind,
    is_source: bool,
    /// Whether it tells of others alone, but for what is put into it.
    only_tells: bool,
}

impl<'t> Telling<'t> {
    fn of(looked_at: &LookedAt<'_>, text: &'t str, is_source: bool) -> Self {
        let path = looked_at.path;
        let mut telling = Telling {
            text,
            lines: OnceCell::new(),
            words: OnceCell::new(),
            joined: OnceCell::new(),
            taken: Vec::new(),
            remarks: OnceCell::new(),
            remark_kind: RemarkKind::of(path),
            is_source,
            only_tells: only_tells(path),
        };
        // A policy reads no file.
        let is_policy = looked_at.places.iter().any(|place| place.own == path);
        if telling.only_tells || is_policy || text.len() > LARGEST {
            return telling;
        }
        let mut taken = looked_at.taken_by(text, is_source);
        if looked_at.names.are_in(text.as_bytes()) || calls_below(text) {
            let joined = telling.joined().iter();
            let joined = joined.filter(|word| looked_at.with_above.stand_in(word));
            taken.extend(joined.map(|word| Taken::joined(word.clone(), text, is_source)));
        }
        taken.retain(|taken| {
            looked_at.may_mean_one(text, taken)
                && !telling.is_remark(taken.at)
                && (!is_source || is_argument(text, taken))
        });
        // The same is told once.
        let mut once = BTreeSet::new();
        taken.retain(
            |Taken {
                 word,
                 reach,
                 moves,
                 below,
                 ..
             }| {
                once.insert((word.start, word.path.clone(), *reach, *moves, *below))
            },
        );
        telling.taken = taken;
        telling
    }

    fn words(&self) -> &[PathWord] {
        self.words.get_or_init(|| path_words(self.text))
    }

    fn joined(&self) -> &[PathWord] {
        self.joined.get_or_init(|| joined_paths(self.text))
    }

    fn is_remark(&self, at: usize) -> bool {
        if !may_be_remark(self.text, at, self.remark_kind) {
            return false;
        }
        let remarks = || remarks(self.text, self.remark_kind);
        is_within(self.remarks.get_or_init(remarks), at)
    }

    /// The line in which a file is named, where one stands in these folders.
    fn named_at(&self, place: &FilePlace, here: &[String]) -> Option<usize> {
        let bases = Bases {
            module: here.first().map_or("", String::as_str),
            here,
        };
        let mut named = words_at(self.text, &place.name);
        let named = named.find(|at| {
            let at = *at;
            !self.is_remark(at)
                && !is_in_address(self.text, at, place)
                && (!self.only_tells || is_read_at(self.text, at))
                && (names_it(self.words(), at, &bases, &place.own)
                    || is_put_together_of(self.joined(), at, &bases, place))
        });
        named.map(|at| self.line_of(at))
    }

    /// Whether a line that goes through all below a folder comes by a file.
    fn is_below(&self, taken: &Taken, place: &FilePlace, paths: &[String]) -> bool {
        let word = &taken.word;
        // Where `..` is taken as a whole it is mostly what something is put into.
        let is_folder = !word.ends_in_base() || word.is_base();
        let line = line_around(self.text, taken.at);
        taken.below && is_folder && place.is_below(paths) && takes_one_called(line, &place.name)
    }

    /// Whether a script goes by `**` to a file: from a folder around it, or by the name of one.
    fn comes_by(&self, taken: &Taken, place: &FilePlace, own: &str) -> bool {
        let mut folders = place.folders.iter().map(Path::new);
        let mut has_folder = || folders.any(|folder| taken.word.has(&name_of(folder)));
        taken.below
            && begins_deep(&self.text[taken.at..])
            && (place.has_around(Path::new(own)) || has_folder())
    }

    fn line_of(&self, at: usize) -> usize {
        self.lines.get_or_init(|| Lines::of(self.text)).at(at)
    }

    /// The line in which a file is perhaps meant, by a folder around it or by a path that is not plain, and how.
    fn may_mean(&self, place: &FilePlace, here: &[String]) -> Option<(usize, &'static str)> {
        let own = here.first()?;
        let mut taken = self.taken.iter();
        taken.find_map(|taken| {
            let word = &taken.word;
            if !self.is_source && !is_near(taken, place, here) && !self.comes_by(taken, place, own)
            {
                return None;
            }
            // Where a root module stands elsewhere a name by itself is that of something else.
            let is_own = word.is_base() || self.is_source && word.is_name();
            let bases = Bases {
                module: own,
                here: if is_own { &here[..1] } else { here },
            };
            let paths = word.paths(&bases);
            let how = place.meant_by(word, &paths, taken.reach);
            let is_below = || self.is_below(taken, place, &paths);
            let how = how.or_else(|| is_below().then_some(FOLDER))?;
            Some((self.line_of(taken.at), how))
        })
    }
}

/// Whether what a script takes may be a file at a place, where one stands in these folders.
fn is_near(taken: &Taken, place: &FilePlace, here: &[String]) -> bool {
    let word = &taken.word;
    if word.is_base() {
        return here.first() == Some(&place.module);
    }
    if word.is_plain() {
        return true;
    }
    let mut folders = place.folders.iter().map(Path::new);
    let has_folder = folders.any(|folder| word.has(&name_of(folder)));
    let has_module = word.has(&name_of(Path::new(&place.module)));
    let mut above = place.above.iter().map(Path::new);
    let is_above = above.any(|folder| name_of(folder) == word.last_name());
    let first = word.path.split('/').next().unwrap_or_default();
    let begins_known = word.start == Start::Here && !is_computed(first);
    let is_in_reach = word.start != Start::Unknown || here.contains(&place.module);
    let own = here.first().map_or("", String::as_str);
    // `$(dirname "$0")/$1.json`
    let may_be_beside = own == place.module && place.folders.is_empty() && word.ends_known();
    has_folder && (is_in_reach || has_module)
        || taken.moves && (has_module || may_be_beside)
        || taken.below && (begins_known && first != word.path || own == place.module || is_above)
        || word.start == Start::Here && Path::new(own).starts_with(&place.module)
        || word.is_name() && here.contains(&place.module)
}

/// Whether what other root modules say at a place is about files, and no module that is called.
fn is_argument(text: &str, taken: &Taken) -> bool {
    let line = line_around(text, taken.at);
    let said = line.split_once('=').map(|(name, _)| name.trim());
    said.is_none_or(|name| is_about_files(name) && !(name == "source" && taken.word.is_plain()))
}

/// What the words of a line take.
fn words_in_line(text: &str, line: Range<usize>, kind: TextKind) -> Vec<Taken> {
    let start = line.start;
    let words = path_words(&text[line]).into_iter();
    let taken = words.filter_map(|word| {
        let range = start + word.range.start..start + word.range.end;
        Taken::of(PathWord { range, ..word }, text, kind)
    });
    taken.collect()
}

/// What the expressions take that are put into a line: `${file("x")}`.
fn put_into(text: &str, line: Range<usize>) -> Vec<Taken> {
    let start = line.start;
    let within = expressions_in(&text[line]).into_iter();
    let within = within.map(|range| start + range.start..start + range.end);
    let within = within.filter(|range| text[range.clone()].contains('"'));
    let taken = within.flat_map(|range| {
        let words = words_of(&text[range.clone()], false).into_iter();
        words.map(move |taken| {
            let at = range.start + taken.at;
            taken.at(at)
        })
    });
    taken.collect()
}

/// Whether what is put into a text reads a file that is named at a place.
fn is_read_at(text: &str, at: usize) -> bool {
    let mut within = expressions_in(text).into_iter();
    within.any(|range| range.contains(&at) && text[range].contains("file"))
}
