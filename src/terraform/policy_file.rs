//! A policy in a file of its own, which `file(…)` or `templatefile(…)` reads.

use hcl_edit::expr::{Expression, FuncCall};
use hcl_edit::structure::Block;
use hcl_edit::template::ForTemplateExpr;
use hcl_edit::visit::{Visit, visit_for_template_expr, visit_func_call};

use super::expression::Tree;
use super::heredoc;
use super::reader::Said;
use super::texts::READING;
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

/// Where a text reads files of which nobody can tell where they lie, but for the functions that read one file: a line,
/// from 1. A path that begins with text says it.
///
/// ```
/// use iam_refine::terraform::reads_files;
/// assert_eq!(reads_files(r#"x = fileset(var.folder, "*.json")"#), Some(1));
/// assert_eq!(reads_files(r#"x = fileset("${path.module}/x", "*.json")"#), None);
/// assert_eq!(reads_files("resource \"local_file\" \"a\" {\n  content = var.text\n}"), None);
/// assert_eq!(reads_files("resource \"local_file\" \"a\" {\n  source = var.path\n}"), Some(1));
/// assert_eq!(reads_files("data \"local_file\" \"a\" {\n  filename = var.path\n}"), Some(1));
/// assert_eq!(reads_files("data \"local_file\" \"a\" {\n  filename = \"a.txt\"\n}"), None);
/// ```
pub fn reads_files(text: &str) -> Option<usize> {
    let sets = open_calls(text, "fileset");
    let first = sets.chain(local_files(text)).min();
    first.map(|at| line(text, at))
}

/// Where a function reads a file of which nobody can tell where it lies: a line, from 1.
///
/// ```
/// use iam_refine::terraform::reads_a_file;
/// assert_eq!(reads_a_file(r#"policy = file(each.value)"#), Some(1));
/// assert_eq!(reads_a_file(r#"policy = file("${var.folder}/${each.key}")"#), Some(1));
/// assert_eq!(reads_a_file(r#"policy = file("${path.module}/policies/${each.key}.json")"#), None);
/// assert_eq!(reads_a_file(r#"description = "a `.pem` file (the output of …)""#), None);
/// ```
pub fn reads_a_file(text: &str) -> Option<usize> {
    let calls = ["file", "filebase64"].into_iter();
    let first = calls.flat_map(|call| open_calls(text, call)).min();
    first.map(|at| line(text, at))
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
        let reads = READING.contains(&call.name.name.as_str());
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

/// Where files are read by blocks of the provider `local`. A resource of it writes one, and reads another
/// only where it has a `source`.
fn local_files(text: &str) -> impl Iterator<Item = usize> + '_ {
    let kinds = ["\"local_file\"", "\"local_sensitive_file\""].into_iter();
    let places = kinds.flat_map(|kind| text.match_indices(kind));
    let reads = |at: usize| {
        let block = &text[at..];
        let block = &block[..block.find("\n}").unwrap_or(block.len())];
        let is_resource = text[..at].trim_end().ends_with("resource");
        let path = if is_resource { "source" } else { "filename" };
        let mut said = block.lines().filter_map(|line| {
            let behind = line.trim_start().strip_prefix(path)?;
            behind.trim_start().strip_prefix('=')
        });
        said.any(|path| !is_told(path.trim_start()))
    };
    places.map(|(at, _)| at).filter(move |at| reads(*at))
}

/// Where a function is called of whose path nobody can tell where it begins.
fn open_calls<'t>(text: &'t str, call: &'static str) -> impl Iterator<Item = usize> + 't {
    let places = text.match_indices(call);
    let places = places.filter(|(at, _)| !is_description(text, *at));
    let calls = places.filter_map(|(at, call)| {
        let behind = text[at + call.len()..].trim_start().strip_prefix('(')?;
        Some((at, behind.trim_start()))
    });
    calls.filter(|(_, path)| !is_told(path)).map(|(at, _)| at)
}

/// Whether it is told where a path begins, or with which letters it ends.
fn is_told(path: &str) -> bool {
    let Some(path) = path.strip_prefix('"') else {
        return BASES
            .iter()
            .any(|base| path.starts_with(&base[2..base.len() - 1]));
    };
    let end = path.find('"').unwrap_or(path.len());
    let is_known = !path.starts_with(['$', '%', '"']);
    is_known
        || BASES.iter().any(|base| path.starts_with(base))
        || !path[..end].ends_with(['}', '"']) && !path[..end].contains('(')
}

/// Whether a place is in the description of a variable or an output, on one line: Terraform takes no function
/// there.
fn is_description(text: &str, at: usize) -> bool {
    let line = text[..at].rsplit('\n').next().unwrap_or_default();
    let value = line.trim_start().strip_prefix("description");
    let value = value.and_then(|rest| rest.trim_start().strip_prefix('='));
    value.is_some_and(|value| value.trim_start().starts_with('"') && !value.contains("${"))
}

/// What a plain path may begin with.
const BASES: [&str; 3] = ["${path.module}", "${path.root}", "${path.cwd}"];
