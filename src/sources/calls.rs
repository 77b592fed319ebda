//! What a file calls as a module, as far as its text tells where that is.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::normal;
use super::surroundings::stands_in;
use crate::terraform::{self, Block, Value};
use crate::text::{Json, JsonValue, Problems, Source};

/// A module that something calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called {
    /// The module in this folder.
    Folder(PathBuf),
    /// A module in a folder whose path ends so: that of a repository's address, or what follows the
    /// computed part of a path.
    EndsIn(PathBuf),
    /// Any: the source is computed.
    Any,
}

impl Called {
    /// Whether it may be the module in a folder, of which this is the real path. Links are followed.
    pub fn may_be(&self, folder: &Path) -> bool {
        match self {
            Called::Folder(called) => fs::canonicalize(called).is_ok_and(|real| real == folder),
            Called::EndsIn(end) => folder.ends_with(end),
            Called::Any => true,
        }
    }
}

/// A file that may call modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// `.tf`, `.tofu`: `module` blocks.
    Configuration,
    /// The same in JSON.
    JsonConfiguration,
    /// `terragrunt.hcl` and what it includes, and the stacks of Terraform and Terragrunt: any block
    /// with a `source`.
    Terragrunt,
}

impl Caller {
    /// What a file of this name is; none where it calls nothing.
    ///
    /// ```
    /// use iam_refine::sources::Caller;
    /// assert_eq!(Caller::of_name("main.tf"), Some(Caller::Configuration));
    /// assert_eq!(Caller::of_name("main.tf.json"), Some(Caller::JsonConfiguration));
    /// assert_eq!(Caller::of_name("terragrunt.hcl"), Some(Caller::Terragrunt));
    /// assert_eq!(Caller::of_name(".terraform.lock.hcl"), None);
    /// ```
    pub fn of_name(name: &str) -> Option<Self> {
        let (name, is_json) = match name.strip_suffix(".json") {
            Some(name) => (name, true),
            None => (name, false),
        };
        match name.rsplit_once('.')?.1 {
            "tf" | "tofu" if is_json => Some(Caller::JsonConfiguration),
            "tf" | "tofu" => Some(Caller::Configuration),
            "hcl" if name != ".terraform.lock.hcl" => Some(Caller::Terragrunt),
            _ => None,
        }
    }

    /// The same by the path of the file.
    pub fn of_path(path: &Path) -> Option<Self> {
        Caller::of_name(&path.file_name()?.to_string_lossy())
    }

    /// Whether a file with these bytes may call anything, as its words tell.
    pub(super) fn may_call(self, bytes: &[u8]) -> bool {
        let has = |word: &str| stands_in(bytes, word);
        has("source") && (self != Caller::Configuration || has("module"))
    }

    /// What a file in `folder` calls, each with its line.
    ///
    /// # Errors
    /// It cannot be read as what its name says.
    pub fn calls(self, folder: &Path, source: &Source) -> Result<Vec<(usize, Called)>, Problems> {
        if self == Caller::JsonConfiguration {
            return calls_in_json(folder, source);
        }
        let blocks = terraform::read_blocks(source)?;
        let may_call = |block: &&Block| self == Caller::Terragrunt || block.kind == "module";
        let mut calls: Vec<(usize, Called)> = (blocks.iter().filter(may_call))
            .filter_map(|block| Some((block.line, self.called(folder, block, source)?)))
            .collect();
        if self == Caller::Terragrunt {
            let inner = blocks.iter().flat_map(|block| &block.blocks);
            inner.for_each(|block| self.add_written(folder, block, source, &mut calls));
            // Files are written in heredocs too.
            if source.text().contains("<<") {
                calls.extend(called_in_letters(folder, source.text()));
            }
        }
        Ok(calls)
    }

    /// Adds what blocks within others call, which are written into files of other folders.
    fn add_written(
        self,
        folder: &Path,
        block: &Block,
        source: &Source,
        calls: &mut Vec<(usize, Called)>,
    ) {
        if let Some(called) = self.called(folder, block, source) {
            let text = block.argument("source").and_then(|one| one.value.as_text());
            let elsewhere = text.and_then(by_names);
            calls.extend(
                [Some(called), elsewhere]
                    .into_iter()
                    .flatten()
                    .map(|called| (block.line, called)),
            );
        }
        for inner in &block.blocks {
            self.add_written(folder, inner, source, calls);
        }
    }

    fn called(self, folder: &Path, block: &Block, source: &Source) -> Option<Called> {
        let argument = block.argument("source")?;
        let text = &source.text()[argument.range.clone()];
        if let Some(path) = text.strip_prefix('"').and_then(path_before_asked) {
            return self.by_text(folder, path);
        }
        match &argument.value {
            Value::Text(text) => self.by_text(folder, text),
            Value::Null => None,
            Value::EndsIn(end) => {
                let before = text.trim_end_matches('"').strip_suffix(end.as_str());
                Some(by_end(before.unwrap_or(text), end))
            }
            _ => Some(Called::Any),
        }
    }

    /// By a literal source.
    fn by_text(self, folder: &Path, text: &str) -> Option<Called> {
        let is_path =
            matches!(text, "." | "..") || text.starts_with("./") || text.starts_with("../");
        if is_path {
            return Some(Called::Folder(normal(&folder.join(text))));
        }
        let path = Path::new(text.strip_prefix("file://").unwrap_or(text));
        if path.is_absolute() {
            return Some(by_absolute(path));
        }
        if self == Caller::Terragrunt && is_below(folder, text) {
            return Some(Called::Folder(normal(&folder.join(text))));
        }
        let text = text.split('?').next().unwrap_or_default();
        let within = match text.split_once("://") {
            Some((_, address)) => address,
            None => text,
        };
        // Without a folder it is all of another repository.
        let (_, folder) = within.split_once("//")?;
        Some(ends_in(folder)).filter(|called| *called != Called::Any)
    }
}

/// By the path of a folder, which is that of this machine or, where there is none, that of another one.
fn by_absolute(path: &Path) -> Called {
    let path = normal(path);
    match path.file_name().filter(|_| !path.exists()) {
        Some(name) => Called::EndsIn(name.into()),
        None => Called::Folder(path),
    }
}

/// Whether Terragrunt takes a source for a folder below the file's own: it has no scheme and no host.
fn is_below(folder: &Path, text: &str) -> bool {
    let first = text.split('/').next().unwrap_or_default();
    let is_address = text.contains("::") || text.contains("://") || first.contains('@');
    !is_address && (!first.contains('.') || folder.join(text).is_dir())
}

/// The module that a block names as its source; none where that is of a registry, or there is none.
pub fn called(folder: &Path, block: &Block, source: &Source) -> Option<Called> {
    Caller::Configuration.called(folder, block, source)
}

/// What a file may call that is not read as what it is, with its line: by the letters behind each `source`.
pub(super) fn called_in_letters(folder: &Path, text: &str) -> Vec<(usize, Called)> {
    let sources = text.match_indices("source");
    let called = sources.flat_map(|(at, _)| {
        let line = text[..at].matches('\n').count() + 1;
        let called = called_at(folder, text, at).into_iter();
        called.map(move |called| (line, called))
    });
    called.collect()
}

/// What the `source` at a place calls: from its own folder, and from another one if it is written there.
fn called_at(folder: &Path, text: &str, at: usize) -> Vec<Called> {
    let is_in_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let called = || {
        let word = "source";
        let behind = text[at + word.len()..].trim_start_matches(['"', ' ', '\t']);
        let value = behind
            .strip_prefix(['=', ':'])?
            .trim_start_matches([' ', '\t']);
        if text[..at].ends_with(is_in_word) || value.starts_with('=') {
            return None;
        }
        let Some(value) = value.strip_prefix('"') else {
            return Some(vec![Called::Any]);
        };
        let value = &value[..value.find(['"', '\n'])?];
        let value = path_before_asked(value).unwrap_or(value);
        if value.contains("${") {
            return Some(vec![by_template(value)]);
        }
        let here = Caller::Terragrunt.by_text(folder, value);
        Some(here.into_iter().chain(by_names(value)).collect())
    };
    called().unwrap_or_default()
}

/// By the names in a path from a folder that nobody knows; none where there are none, or it is an address.
fn by_names(text: &str) -> Option<Called> {
    let is_path = text.starts_with("./") || text.starts_with("../");
    let called = ends_in(text);
    (is_path && called != Called::Any).then_some(called)
}

fn calls_in_json(folder: &Path, source: &Source) -> Result<Vec<(usize, Called)>, Problems> {
    let json = Json::parse(source)?;
    let mut calls = Vec::new();
    let mut modules: Vec<&Json> = json.get("module").into_iter().collect();
    // Each block may be one object, or a list of them.
    while let Some(module) = modules.pop() {
        match &module.value {
            JsonValue::Array(several) => modules.extend(several),
            JsonValue::Object(members) => match module.get("source").map(|source| &source.value) {
                Some(JsonValue::String(text)) => {
                    let line = source.position(module.range.start).line;
                    let text = path_before_asked(text).unwrap_or(text);
                    let called = if text.contains("${") {
                        Some(by_template(text))
                    } else {
                        Caller::JsonConfiguration.by_text(folder, text)
                    };
                    calls.extend(called.map(|called| (line, called)));
                }
                _ => modules.extend(members.iter().map(|member| &member.value)),
            },
            _ => {}
        }
    }
    Ok(calls)
}

/// What stands before that which is asked of an address, as in `…//m?ref=${local.version}`, where none of it is computed.
fn path_before_asked(text: &str) -> Option<&str> {
    let (path, _) = text.split_once('?')?;
    (!path.contains(['"', '$', '%'])).then_some(path)
}

/// By a text with `${…}` in it.
fn by_template(text: &str) -> Called {
    let (before, end) = text.rsplit_once('}').unwrap_or((text, ""));
    by_end(before, end)
}

/// By what is literal behind the last computed part, and what stands before that.
fn by_end(before: &str, end: &str) -> Called {
    // What is asked of an address, `?ref=release/v1`, is no part of its path.
    if before.contains('?') {
        return Called::Any;
    }
    let end = end.split('?').next().unwrap_or_default();
    if let Some((_, folder)) = end.rsplit_once("//") {
        return ends_in(folder);
    }
    // The first name is whole only behind a slash.
    ends_in(end.split_once('/').map_or("", |(_, names)| names))
}

fn ends_in(path: &str) -> Called {
    let names = normal(Path::new(path));
    let names = names.components();
    let names: PathBuf = names
        .filter(|part| matches!(part, Component::Normal(_)))
        .collect();
    if names.as_os_str().is_empty() {
        Called::Any
    } else {
        Called::EndsIn(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(name: &str, text: &str) -> Vec<Called> {
        let caller = Caller::of_name(name).unwrap();
        let calls = caller.calls(Path::new("/r/live"), &Source::from_text(name, text));
        calls
            .unwrap()
            .into_iter()
            .map(|(_, called)| called)
            .collect()
    }

    fn called(source: &str) -> Option<Called> {
        let text = format!("module \"a\" {{\n  source = {source}\n}}\n");
        calls("main.tf", &text).pop()
    }

    #[test]
    fn a_source_tells_the_folder_or_how_its_path_ends() {
        let folder = |path: &str| Some(Called::Folder(path.into()));
        let ends_in = |path: &str| Some(Called::EndsIn(path.into()));
        assert_eq!(called(r#""../m/./a""#), folder("/r/m/a"));
        assert_eq!(called(r#""/""#), folder("/"));
        // What is not here may be this on another machine.
        assert_eq!(called(r#""/r/m""#), ends_in("m"));
        assert_eq!(called(r#""file:///r/m""#), ends_in("m"));
        assert_eq!(called(r#""${path.module}/../m/a""#), ends_in("m/a"));
        assert_eq!(
            called(r#""git::https://host/x.git//m/a?ref=1""#),
            ends_in("m/a")
        );
        assert_eq!(called(r#""git@host:x.git//m""#), ends_in("m"));
        assert_eq!(called(r#""git::https://host/x.git//?ref=1""#), None);
        assert_eq!(called(r#""ns/name/aws//modules/a""#), ends_in("modules/a"));
        assert_eq!(called(r#""terraform-aws-modules/iam/aws""#), None);
        assert_eq!(called("var.source"), Some(Called::Any));
        assert_eq!(called(r#""${var.stage}-app/m""#), ends_in("m"));
        assert_eq!(called(r#""${var.folder}m""#), Some(Called::Any));
        assert_eq!(
            called(r#""${local.url}?ref=release/v1""#),
            Some(Called::Any)
        );
        assert_eq!(called(r#""${local.url}//m?ref=a//b/c""#), ends_in("m"));
        assert_eq!(
            called(r#""git::ssh://host/x.git//m?ref=${local.v}/1""#),
            ends_in("m")
        );
        assert_eq!(called(r#""git::https://host/x.git?ref=a//b""#), None);
        for computed in [
            r#"local.x ? "${local.root}/other" : "../m""#,
            r#"lookup({ dev = "../m" }, local.stage)"#,
            r#"{ dev = "../m" }[local.stage]"#,
        ] {
            assert_eq!(called(computed), Some(Called::Any), "{computed}");
        }
        assert_eq!(called(r#""${var.source}""#), Some(Called::Any));
    }

    #[test]
    fn json_and_terragrunt_call_as_well() {
        let json = r#"{"module": [{"a": {"source": "../m"}}, {"b": [{"source": "${x}/n"}]}]}"#;
        let mut found = calls("main.tf.json", json);
        found.reverse();
        let a = Called::Folder("/r/m".into());
        assert_eq!(found, [a.clone(), Called::EndsIn("n".into())]);

        let hcl = "include \"root\" {\n  path = find_in_parent_folders()\n}\n\
                   terraform {\n  source = \"..//m\"\n}\n";
        assert_eq!(calls("terragrunt.hcl", hcl), [a]);
    }

    #[test]
    fn terragrunt_calls_folders_by_plain_paths() {
        let called = |source: &str| {
            let hcl = format!("terraform {{\n  source = \"{source}\"\n}}\n");
            calls("terragrunt.hcl", &hcl).pop()
        };
        let folder = |path: &str| Some(Called::Folder(path.into()));
        assert_eq!(called("."), folder("/r/live"));
        assert_eq!(called(".."), folder("/r"));
        assert_eq!(called("app"), folder("/r/live/app"));
        assert_eq!(called("app//m"), folder("/r/live/app/m"));
        let ends_in = |path: &str| Some(Called::EndsIn(path.into()));
        assert_eq!(called("file:///r/m"), ends_in("m"));
        assert_eq!(called("github.com/a/b//m"), ends_in("m"));
        assert_eq!(called("git@github.com:a/b.git//m?ref=1"), ends_in("m"));
        assert_eq!(called("tfr:///a/b/aws?version=1"), None);
        assert_eq!(
            called("git::../..//live/m?ref=${trimspace(file(\"../ref\"))}"),
            ends_in("live/m")
        );
        assert_eq!(
            called("${local.x ? \"a\" : \"b\"}//live/m?ref=${local.v}"),
            Some(Called::Any)
        );
    }

    #[test]
    fn what_hcl_writes_into_files_calls_from_wherever_these_are() {
        let elsewhere = Called::EndsIn("stacks/app".into());
        let generated = "generate \"main\" {\n  contents = <<EOF\nmodule \"app\" {\n  source = \"../../stacks/app\"\n}\nEOF\n}\n";
        assert!(calls("terragrunt.hcl", generated).contains(&elsewhere));
        let content = "generate_hcl \"x.tf\" {\n  content {\n    module \"app\" {\n      source = \"../../stacks/app\"\n    }\n  }\n}\n";
        assert!(calls("x.tm.hcl", content).contains(&elsewhere));
    }

    #[test]
    fn what_is_broken_may_call_what_its_letters_name() {
        let called = |line: &str| {
            let called = called_in_letters(Path::new("/r/live"), line).into_iter();
            called.map(|(_, called)| called).collect::<Vec<Called>>()
        };
        assert_eq!(called("source = \".\""), [Called::Folder("/r/live".into())]);
        let both = [Called::Folder("/r/m".into()), Called::EndsIn("m".into())];
        assert_eq!(called("\"source\": \"../m\""), both);
        assert_eq!(called("source = \"${x}?ref=a/b\""), [Called::Any]);
        let asked = "source = \"git::x.git//m?ref=${x}/b\"";
        assert_eq!(called(asked), [Called::EndsIn("m".into())]);
        assert_eq!(called("source = \"${x}/m\""), [Called::EndsIn("m".into())]);
        assert_eq!(called("source = local.x"), [Called::Any]);
        assert_eq!(called("data_source = x\nsource_arn = y\nsource == z"), []);
    }

    #[test]
    fn a_folder_is_compared_by_whole_names() {
        let end = Called::EndsIn("m".into());
        assert!(end.may_be(Path::new("/r/m")));
        assert!(!end.may_be(Path::new("/r/xm")));
    }
}
