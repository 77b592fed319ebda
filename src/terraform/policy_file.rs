//! A policy in a file of its own, which `file(…)` or `templatefile(…)` reads.

use hcl_edit::expr::{Expression, FuncCall};
use hcl_edit::structure::Block;
use hcl_edit::template::ForTemplateExpr;
use hcl_edit::visit::{Visit, visit_for_template_expr, visit_func_call};

use super::expression::Tree;
use super::heredoc;
use super::reader::Said;
use super::value::reference;
use crate::document::{Document, File, ReadPolicy};
use crate::text::{Problems, Source};

/// Which file an expression reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFile {
    /// Its path, from the folder of the module or of the root module.
    pub path: String,
    /// Whether that is the folder of the module, and not of the root module.
    pub is_in_module: bool,
    /// Whether `${…}` and `%{…}` in it mean something.
    pub is_template: bool,
}

/// The file that an expression reads and nothing else, where its path is plain; none of others.
pub(super) fn read_by(expression: &Expression) -> Option<PolicyFile> {
    match expression {
        Expression::FuncCall(call) => read_by_call(call),
        // The way of Terraform before 0.12.
        Expression::StringTemplate(template) => {
            let mut elements = template.iter();
            let only = elements.next()?.as_interpolation()?;
            let is_alone = elements.next().is_none();
            is_alone.then(|| read_by(&only.expr)).flatten()
        }
        _ => None,
    }
}

fn read_by_call(call: &FuncCall) -> Option<PolicyFile> {
    let is_template = match call.name.name.as_str() {
        _ if call.name.is_namespaced() || call.args.expand_final() => return None,
        "file" if call.args.len() == 1 => false,
        "templatefile" if call.args.len() == 2 => true,
        _ => return None,
    };
    let (path, is_in_module) = plain_path(call.args.get(0)?)?;
    Some(PolicyFile {
        path,
        is_in_module,
        is_template,
    })
}

/// A path that is plain, and whether it begins in the folder of the module, and not of the root module.
fn plain_path(path: &Expression) -> Option<(String, bool)> {
    Some(match path {
        Expression::String(path) => (path.value().clone(), false),
        Expression::StringTemplate(template) => {
            let mut elements = template.iter();
            let base = elements.next()?.as_interpolation()?;
            let is_in_module = match reference(&base.expr)?.as_str() {
                "path.module" => true,
                "path.root" => false,
                _ => return None,
            };
            let rest = elements.next()?.as_literal()?;
            let path = rest
                .strip_prefix('/')
                .filter(|_| elements.next().is_none())?;
            (path.to_owned(), is_in_module)
        }
        _ => return None,
    })
}

/// The file that a `data "template_file"` fills in, where that is one with a plain path.
pub(super) fn filled_in(block: &Block) -> Option<PolicyFile> {
    let template = block.body.get_attribute("template")?;
    let file = read_by(&template.value).filter(|file| !file.is_template)?;
    Some(PolicyFile {
        is_template: true,
        ..file
    })
}

/// Reads the policy that a file holds.
///
/// # Errors
/// All that is wrong with it, in the order of the text.
pub fn read_policy_file(source: Source, is_template: bool) -> Result<Document, Problems> {
    if !is_template {
        return Document::parse(source);
    }
    let documents = File::read(source.clone(), template)?;
    let first = documents.into_iter().next();
    first.ok_or_else(|| source.error("this holds no policy").into())
}

/// The policy that a template is.
fn template(source: &Source) -> Result<Vec<ReadPolicy>, Problems> {
    let text = source.text();
    let template = hcl_edit::parser::parse_template(text).map_err(|error| {
        let place = source.character_at(error.location().offset());
        let message = error.message().split_whitespace();
        let message = message.collect::<Vec<_>>().join(" ");
        Problems::from(source.error_at(place, format!("this is no template: {message}")))
    })?;
    match heredoc::read_template(&Tree::of(source), &template, 0..text.len()) {
        Said::Document(tree) => Ok(vec![ReadPolicy::of(source, tree)?]),
        Said::Refused(problems) => Err(problems),
        Said::NotOffered(problem) => Err(problem.into()),
        Said::Reference(_) | Said::InFile(_) | Said::Merged(..) => Ok(Vec::new()),
    }
}

/// Where a text may name a file by a path that is not plain, as far as its letters tell: each a line, from
/// 1. The file is at `path`, of which a computed path can only tell the end.
///
/// ```
/// use iam_refine::terraform::may_name;
/// let line = |text| may_name(text, "root/policies/app.json");
/// assert_eq!(line(r#"policy = file("${path.module}/policies/${each.key}.json")"#), Some(1));
/// assert_eq!(line(r#"x = fileset(path.module, "*.json")"#), Some(1));
/// assert_eq!(line(r#"command = "put ${path.module}/policies""#), Some(1));
/// assert_eq!(line(r#"name = "${var.name}-app""#), None);
/// assert_eq!(line(r#"policy = file("${path.module}/policies/other.json")"#), None);
/// assert_eq!(line("resource \"local_file\" \"a\" {\n  content = var.text\n}"), None);
/// assert_eq!(line("resource \"local_file\" \"a\" {\n  source = var.path\n}"), Some(1));
/// assert_eq!(line("data \"local_file\" \"a\" {\n  filename = var.path\n}"), Some(1));
/// assert_eq!(line(r#"description = "a `.pem` file (the output of …)""#), None);
/// ```
pub fn may_name(text: &str, path: &str) -> Option<usize> {
    let reading = reading_calls(text).min().map(|at| line(text, at));
    reading.into_iter().chain(may_name_beside(text, path)).min()
}

/// The same but for the functions that read one file: which one that is [`computed_paths`] are evaluated for.
pub(crate) fn may_name_beside(text: &str, path: &str) -> Option<usize> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = folder.rsplit('/').next().unwrap_or_default();
    let places = (text.find("fileset(").into_iter())
        .chain(local_files(text))
        .chain(
            computed_ends(text)
                .filter(|(_, end)| path.ends_with(end))
                .map(|(at, _)| at),
        )
        .chain(ends_of_strings(text, folder));
    places.min().map(|at| line(text, at))
}

/// The line of a place, from 1.
fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The paths of the files that an expression reads, but for those that are plain.
pub(crate) fn computed_paths(expression: &Expression) -> Vec<Expression> {
    let mut paths = ComputedPaths(Vec::new());
    paths.visit_expr(expression);
    paths.0
}

struct ComputedPaths(Vec<Expression>);

impl Visit for ComputedPaths {
    fn visit_func_call(&mut self, call: &FuncCall) {
        let reads = ["file", "filebase64", "templatefile"].contains(&call.name.name.as_str());
        let path = call
            .args
            .get(0)
            .filter(|path| reads && plain_path(path).is_none());
        self.0.extend(path.cloned());
        visit_func_call(self, call);
    }

    // That of the crate passes over what is gone through.
    fn visit_for_template_expr(&mut self, directive: &ForTemplateExpr) {
        self.visit_expr(&directive.collection_expr);
        visit_for_template_expr(self, directive);
    }
}

/// Whether a value has a string that ends in `${…}` and may name a file at `path`, as far as the letters
/// before that tell. Whoever gets such a value may read the file.
///
/// ```
/// use iam_refine::terraform::may_begin;
/// assert!(may_begin(r#""${path.module}/policies/${each.key}""#, "root/policies/app.json"));
/// assert!(may_begin(r#"["policies/a${var.x["b"]}"]"#, "root/policies/app.json"));
/// assert!(!may_begin(r#""${path.module}/policies/b${each.key}""#, "root/policies/app.json"));
/// assert!(!may_begin(r#""${var.name}-${var.stage}""#, "root/policies/app.json"));
/// ```
pub fn may_begin(text: &str, path: &str) -> bool {
    before_last_computed(text).any(|begin| {
        let Some((folder, name)) = begin.rsplit_once('/') else {
            return path.contains(begin);
        };
        let folder = folder.rsplit('/').next().unwrap_or_default();
        let is_open = matches!(folder, "" | "." | "..");
        let parts: Vec<&str> = path.split('/').collect();
        parts.iter().enumerate().any(|(at, part)| {
            let around = at.checked_sub(1).map(|around| parts[around]);
            part.starts_with(name) && (is_open || around == Some(folder))
        })
    })
}

/// What is literal before each `${…}` that a string ends in, back to what is computed before; no string
/// that is computed as a whole.
fn before_last_computed(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("}\"").filter_map(|(end, _)| {
        let mut depth = 1;
        let start = text[..end].rfind(|letter| {
            depth += i32::from(letter == '}') - i32::from(letter == '{');
            depth == 0
        })?;
        let before = text[..start].strip_suffix('$')?;
        let begin = before.rfind(['"', '}', '\n']).map_or(0, |at| at + 1);
        Some(&before[begin..]).filter(|literal| !literal.is_empty())
    })
}

/// Where files are read by blocks of the provider `local`. A resource of it writes one, and reads another
/// only where it has a `source`.
fn local_files(text: &str) -> impl Iterator<Item = usize> + '_ {
    let kinds = ["\"local_file\"", "\"local_sensitive_file\""].into_iter();
    let places = kinds.flat_map(|kind| text.match_indices(kind));
    let only_writes = |at: usize| {
        let block = &text[at..];
        let block = &block[..block.find("\n}").unwrap_or(block.len())];
        let mut lines = block.lines();
        text[..at].trim_end().ends_with("resource") && !lines.any(|line| line.contains("source"))
    };
    places.map(|(at, _)| at).filter(move |at| !only_writes(*at))
}

/// Where a function reads a file whose path is not plain.
fn reading_calls(text: &str) -> impl Iterator<Item = usize> + '_ {
    let places = READING.iter().flat_map(|call| {
        let places = text.match_indices(call);
        let places = places.filter(|(at, _)| !is_description(text, *at));
        places.filter_map(|(at, call)| {
            let behind = text[at + call.len()..].trim_start().strip_prefix('(')?;
            Some((at, behind.trim_start()))
        })
    });
    let is_plain = |behind: &str| {
        let Some(path) = behind.strip_prefix('"') else {
            return false;
        };
        let path = BASES
            .iter()
            .fold(path, |path, base| path.strip_prefix(base).unwrap_or(path));
        let end = path.find('"').unwrap_or(path.len());
        !path[..end].contains(['$', '%', '\\'])
    };
    places
        .filter(move |(_, behind)| !is_plain(behind))
        .map(|(at, _)| at)
}

/// Whether a place is in the description of a variable or an output, on one line: Terraform takes no function
/// there.
fn is_description(text: &str, at: usize) -> bool {
    let line = text[..at].rsplit('\n').next().unwrap_or_default();
    let value = line.trim_start().strip_prefix("description");
    let value = value.and_then(|rest| rest.trim_start().strip_prefix('='));
    value.is_some_and(|value| value.trim_start().starts_with('"') && !value.contains("${"))
}

/// What the functions end in that read a file.
const READING: [&str; 2] = ["file", "filebase64"];

/// What a plain path may begin with.
const BASES: [&str; 3] = ["${path.module}", "${path.root}", "${path.cwd}"];

/// The literal ends of strings that are computed before that, with their places.
fn computed_ends(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('}').filter_map(|(at, _)| {
        let end = text[at + 1..].split(['"', '\n', ' ', '\'']).next()?;
        let is_last = !end.is_empty() && !end.contains(['$', '%', '}', '{']);
        let is_base = BASES.iter().any(|base| text[..=at].ends_with(base));
        (is_last && !is_base).then_some((at, end))
    })
}

/// Where strings end in the name of a folder.
fn ends_of_strings<'a>(text: &'a str, folder: &'a str) -> impl Iterator<Item = usize> + 'a {
    let places = text
        .match_indices(folder)
        .filter(move |_| !folder.is_empty());
    places.filter_map(move |(at, name)| {
        let before = text[..at].chars().next_back()?;
        let behind = text[at + name.len()..]
            .trim_start_matches('/')
            .chars()
            .next()?;
        (matches!(before, '/' | '"') && matches!(behind, '"' | '*')).then_some(at)
    })
}
