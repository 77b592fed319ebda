//! Which blocks of a tree name a policy's file, or may mean it by a folder around it or by a path that is not plain. What
//! an expression names is told from its letters, and from what it comes to.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::evaluation::{Evaluation, Placed, Value, arguments_in};
use super::file_places::{COMPUTED, FilePlace, FolderNames, is_in_address, names_it};
use super::files::TreeFile;
use super::names::words_at;
use super::path_words::{Bases, path_words};
use super::remarks::{RemarkKind, is_within, remarks};
use super::surroundings::{real, real_or};
use super::taken::{Reach, Taken, TextKind};
use crate::terraform::{Argument, Block, FOLDERS, PartText, READING, TextIn, texts_in};
use crate::text::Lines;

/// What the blocks of a tree name.
#[derive(Default)]
pub(super) struct Named {
    /// By the place of the file and the block's file: the first line, and how it is meant there.
    by: BTreeMap<(usize, PathBuf), (usize, &'static str)>,
    /// The lines in which it is named in a file.
    outright: BTreeMap<(usize, PathBuf), Vec<usize>>,
}

impl Named {
    pub fn of(evaluation: &Evaluation<'_>, places: &[FilePlace]) -> Self {
        let tree = evaluation.tree;
        let mut named = Named::default();
        if places.is_empty() {
            return named;
        }
        let roots = tree.roots.iter().map(|root| real_or(&root.folder));
        let roots: Vec<String> = roots
            .map(|root| root.to_string_lossy().into_owned())
            .collect();
        let folder_names = FolderNames::of(places);
        let own: BTreeSet<&Path> = tree.folders().map(|(folder, _)| folder).collect();
        for (folder, files) in tree.read_folders() {
            let module = real(folder).unwrap_or_default();
            let module = module.to_string_lossy();
            let here = [roots.as_slice(), &[module.clone().into_owned()]].concat();
            let search = Search {
                evaluation,
                places,
                names: &folder_names,
                folder,
                bases: Bases {
                    module: &module,
                    here: &here,
                },
                is_downloaded: !own.contains(folder),
            };
            for file in files {
                named.add(&search, file);
            }
        }
        named
    }

    fn add<'a>(&mut self, search: &Search<'_, 'a>, file: &'a TreeFile) {
        for (place, line) in search.named_outright_in(file) {
            let lines = self.outright.entry((place, file.real.clone()));
            lines.or_default().push(line);
        }
        // Where the state is kept, and which programs are needed, is no file.
        let blocks = file.configuration.blocks.iter();
        for block in blocks.filter(|block| block.kind != "terraform") {
            let placed = Placed { file, block };
            for argument in arguments_in(block) {
                for (place, line, how) in search.meant_by(placed, argument) {
                    let by = self.by.entry((place, file.real.clone()));
                    by.or_insert((line, how));
                }
            }
        }
    }

    /// The first line of a file that may mean a policy's file by its folder or by a path that is not plain, and how.
    pub fn by(&self, place: usize, file: &Path) -> Option<(usize, &'static str)> {
        self.by.get(&(place, file.to_owned())).copied()
    }

    /// The lines in which a file names it, each as often as it does.
    pub fn lines(&self, place: usize, file: &Path) -> &[usize] {
        let lines = self.outright.get(&(place, file.to_owned()));
        lines.map_or(&[], Vec::as_slice)
    }
}

/// What is looked for in the blocks of a folder.
struct Search<'s, 'a> {
    evaluation: &'s Evaluation<'a>,
    places: &'s [FilePlace],
    names: &'s FolderNames,
    folder: &'a Path,
    bases: Bases<'s>,
    /// Whether they are of a module that was downloaded: the paths of which it reads files are told by their letters too.
    is_downloaded: bool,
}

impl<'a> Search<'_, 'a> {
    /// The places of the files that a file names, each as often as it does and with the line.
    fn named_outright_in(&self, in_file: &TreeFile) -> Vec<(usize, usize)> {
        let text = in_file.source.text();
        let keys = keys_of_objects(text, &in_file.configuration.blocks);
        let is_elsewhere = |at: usize, file: &FilePlace| {
            let mut keys = keys.iter();
            keys.any(|key| key.contains(&at)) || is_in_address(text, at, file)
        };
        let (mut words, mut told, mut lines) = (None, None, None);
        let mut found = Vec::new();
        for (place, file) in self.places.iter().enumerate() {
            for at in words_at(text, &file.name) {
                let words = words.get_or_insert_with(|| path_words(text));
                let told = told.get_or_insert_with(|| remarks(text, RemarkKind::Blocks));
                if !is_within(told, at)
                    && !is_elsewhere(at, file)
                    && names_it(words, at, &self.bases, &file.own)
                {
                    let lines = lines.get_or_insert_with(|| Lines::of(text));
                    found.push((place, lines.at(at)));
                }
            }
        }
        found
    }

    /// The places of the files that an argument may mean by a folder around them or by a path that is not plain, each
    /// with the line and how.
    fn meant_by(
        &self,
        placed: Placed<'a>,
        argument: &'a Argument,
    ) -> Vec<(usize, usize, &'static str)> {
        let outer = placed.block;
        let is_call = outer.kind == "module" && argument.name == "source";
        if is_call || !is_about_files(&argument.name) || is_called_by(outer, &argument.name) {
            return Vec::new();
        }
        let text = letters(placed.file, argument);
        let mut found = Vec::new();
        for said in words_of(&text, !self.is_downloaded) {
            let line = argument.line + text[..said.at].matches('\n').count();
            let files = self.files_by(outer, argument, &said).into_iter();
            found.extend(files.map(|(place, how)| (place, line, how)));
        }
        for said in self.words_evaluated(placed, argument, &text) {
            let files = self.files_by(outer, argument, &said).into_iter();
            let outright = self.files_at(&said).map(|place| (place, COMPUTED));
            let files = files.chain(outright);
            found.extend(files.map(|(place, how)| (place, argument.line, how)));
        }
        found
    }

    /// The places of the files that an argument may mean by a word, each with how.
    fn files_by(
        &self,
        outer: &Block,
        argument: &Argument,
        said: &Taken,
    ) -> Vec<(usize, &'static str)> {
        let reach = reach_of(said, outer, &argument.name);
        // A module that was downloaded has these at hand for much.
        let is_at_hand = self.is_downloaded && said.word.is_base() && reach != Reach::Above;
        if is_at_hand || !self.names.may_be_meant(&said.word, reach) {
            return Vec::new();
        }
        let paths = said.word.paths(&self.bases);
        let places = self.places.iter().enumerate();
        let meant = places
            .filter_map(|(place, file)| Some((place, file.meant_by(&said.word, &paths, reach)?)));
        meant.collect()
    }

    /// The places of the files of which a word is the path.
    fn files_at(&self, said: &Taken) -> impl Iterator<Item = usize> {
        let paths = said.word.paths(&self.bases);
        let places = self.places.iter().enumerate();
        let is_plain = said.word.is_plain();
        places.filter_map(move |(place, file)| {
            (is_plain && paths.contains(&file.path)).then_some(place)
        })
    }

    /// The words of what an argument comes to, where its letters do not tell that.
    fn words_evaluated(
        &self,
        placed: Placed<'a>,
        argument: &'a Argument,
        text: &str,
    ) -> Vec<Taken> {
        const DOING: [&str; 5] = ["action", "data", "ephemeral", "module", "resource"];
        let is_done = DOING.contains(&placed.block.kind.as_str()) && argument.name != "depends_on";
        if !is_done || self.is_downloaded || !is_computed(argument, text) {
            return Vec::new();
        }
        let values = self.evaluation.anywhere(self.folder, placed, argument);
        let mut texts = BTreeSet::new();
        let has_keys = computes_keys(text);
        for value in values.iter().flatten() {
            add_texts(value, has_keys, &mut texts);
        }
        let kind = TextKind::Argument {
            is_joined: false,
            reach: Reach::Module,
        };
        // Of what nobody can tell all that it comes of counts.
        let untold = values.iter().flatten();
        for value in untold.filter(|value| matches!(value, Value::Unknown(_))) {
            let origins = self.evaluation.origins_of(value);
            let said = origins.texts.iter().map(PartText::shown);
            let said = said.filter(|text| !text.contains('{'));
            texts.extend(said.map(|text| text.replace('…', "${…}")));
        }
        let taken = texts.iter().flat_map(|text| {
            let told = remarks(text, RemarkKind::Script);
            let words = path_words(text).into_iter();
            let words = words.filter(|word| !is_within(&told, word.range.start));
            let taken = words.filter_map(|word| Taken::of(word, text, kind));
            // It is told with the line of the argument.
            taken.map(|taken| taken.at(0)).collect::<Vec<_>>()
        });
        taken.collect()
    }
}

/// The bytes of what objects in buckets are called whose content stands beside it, where that is one text: in a condition,
/// or in a call, a file may be read.
fn keys_of_objects(text: &str, blocks: &[Block]) -> Vec<Range<usize>> {
    let objects = blocks.iter().filter(|block| {
        let kind = block.labels.first().map(String::as_str);
        let mut arguments = block.arguments.iter();
        block.kind == "resource"
            && matches!(kind, Some("aws_s3_bucket_object" | "aws_s3_object"))
            && arguments.any(|argument| argument.name == "content")
    });
    let arguments = objects.flat_map(|block| &block.arguments);
    let keys = arguments.filter(|argument| argument.name == "key");
    let keys = keys.map(|key| key.range.clone());
    keys.filter(|key| {
        let inner = text[key.clone()].trim().strip_prefix('"');
        let inner = inner.and_then(|inner| inner.strip_suffix('"'));
        inner.is_some_and(|inner| !inner.contains('"'))
    })
    .collect()
}

/// The letters of an argument as Terraform reads them.
fn letters<'f>(file: &'f TreeFile, argument: &Argument) -> Cow<'f, str> {
    let text = &file.source.text()[argument.range.clone()];
    let name = Path::new(file.source.name().raw());
    let is_json = name.extension().is_some_and(|end| end == "json");
    if is_json && text.contains("\\\"") {
        // Quotes of what is put into a text: `"${join(\"/\", …)}"`.
        return text.replace("\\\"", "\"").into();
    }
    text.into()
}

/// Whether an argument has to be evaluated to tell which paths it says. What files say is looked for in these.
fn is_computed(argument: &Argument, text: &str) -> bool {
    let is_of_file = || {
        let others = text.replace("templatefile(", "");
        ["file(", "filebase64("]
            .iter()
            .any(|call| others.contains(call))
    };
    let mut asked = argument.references.iter();
    let asks = asked.any(|reference| !reference.starts_with("path."));
    (asks || text.contains('(')) && !is_of_file()
}

/// Whether the keys of an object are computed: `{ (local.folder) = 1 }`. Others are words.
fn computes_keys(text: &str) -> bool {
    let mut behind = text.split(')').skip(1).map(str::trim_start);
    behind.any(|behind| {
        let rest = behind.strip_prefix('=');
        rest.is_some_and(|rest| !rest.starts_with(['=', '>']))
    })
}

/// Adds the texts of a value as letters, with what is not known of them as something that is put in, and keys that may
/// say where something is.
fn add_texts(value: &Value<'_>, has_keys: bool, texts: &mut BTreeSet<String>) {
    /// A longer one is a document.
    const LONGEST: usize = 4096;
    if let Value::Text(text) = value {
        let shown = text.shown();
        if shown.len() <= LONGEST && !shown.trim_start().starts_with(['{', '[']) {
            texts.insert(shown.replace('…', "${…}"));
        }
    }
    for (key, one) in value.parts() {
        for key in key.iter().filter(|_| has_keys) {
            add_texts(key, has_keys, texts);
        }
        add_texts(&one, has_keys, texts);
    }
}

/// The words of the names of arguments that say where files are.
const PLACES: [&str; 14] = [
    "chart",
    "context",
    "dir",
    "directory",
    "file",
    "filename",
    "files",
    "folder",
    "from",
    "path",
    "source",
    "sources",
    "src",
    "templates",
];

/// Whether an argument says which files are taken.
fn says_where(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or_default();
    PLACES.contains(&last)
}

/// Which folders around a file mean it by a word of an argument.
fn reach_of(said: &Taken, outer: &Block, name: &str) -> Reach {
    let takes_all = says_where(name) && matches!(outer.kind.as_str(), "data" | "resource");
    let is_around = said.word.ends_in_base() && !said.word.is_absolute();
    match name {
        // Where something is run is nothing that it takes.
        "working_dir" => Reach::Below,
        _ if takes_all && is_around => Reach::Above,
        _ => said.reach,
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
    const OF_FILES: [&str; 5] = ["dir", "file", "folder", "path", "source"];
    let is_one = CALLED.iter().any(|end| name.ends_with(end))
        && !OF_FILES.iter().any(|word| name.contains(word));
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

/// The words of an expression that may mean folders, or files by paths that are not plain. What `is_evaluated` need not be
/// told by its letters: the paths that functions read.
pub(super) fn words_of(expression: &str, is_evaluated: bool) -> Vec<Taken> {
    let texts = texts_in(expression).into_iter();
    let texts = texts.filter(|text| {
        let mut calls = text.given_to.iter();
        !calls.any(|call| TELLING.contains(call) || is_evaluated && READING.contains(call))
    });
    texts.flat_map(|said| words_in(expression, &said)).collect()
}

/// The words of a text in an expression.
fn words_in(expression: &str, said: &TextIn<'_>) -> Vec<Taken> {
    let text = &expression[said.range.clone()];
    let is_joined = said.given_to.iter().any(|call| MAKING.contains(call));
    let is_set = said.given_to.contains(&"fileset");
    let kind = TextKind::Argument {
        is_joined,
        reach: if is_set { Reach::Above } else { Reach::Module },
    };
    if FOLDERS.contains(&text) {
        let before = expression[..said.range.start].trim_end_matches([' ', ',', '"']);
        let is_taken = !is_joined && !before.ends_with("-C");
        let text = format!("${{{text}}}");
        let words = path_words(&text).into_iter().filter(|_| is_taken);
        let taken = words.filter_map(|word| Taken::of(word, &text, kind));
        return taken.map(|taken| taken.at(said.range.start)).collect();
    }
    let is_parent = said.given_to.last() == Some(&"dirname");
    let words = path_words(text).into_iter();
    let words = words.map(|word| if is_parent { word.parent() } else { word });
    let taken = words.filter_map(|word| Taken::of(word, text, kind));
    let placed = taken.map(|taken| {
        let at = said.range.start + taken.at;
        taken.at(at)
    });
    placed.collect()
}
