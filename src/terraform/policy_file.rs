//! A policy in a file of its own, which `file(…)` or `templatefile(…)` reads.

use hcl_edit::expr::{Expression, FuncCall};

use super::block::reference;
use super::expression::Tree;
use super::heredoc;
use super::reader::Said;
use crate::document::{Document, File, PolicyTree};
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

/// The file that a call reads, where its path is plain; none of other calls.
pub(super) fn read_by(call: &FuncCall) -> Option<PolicyFile> {
    let is_template = match call.name.name.as_str() {
        _ if call.name.is_namespaced() || call.args.expand_final() => return None,
        "file" if call.args.len() == 1 => false,
        "templatefile" if call.args.len() == 2 => true,
        _ => return None,
    };
    let (path, is_in_module) = match call.args.get(0)? {
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
    };
    Some(PolicyFile {
        path,
        is_in_module,
        is_template,
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
fn template(source: &Source) -> Result<Vec<PolicyTree>, Problems> {
    let text = source.text();
    let template = hcl_edit::parser::parse_template(text).map_err(|error| {
        let place = source.character_at(error.location().offset());
        let message = error.message().split_whitespace();
        let message = message.collect::<Vec<_>>().join(" ");
        Problems::from(source.error_at(place, format!("this is no template: {message}")))
    })?;
    match heredoc::read_template(&Tree::of(source), &template, 0..text.len()) {
        Said::Policy(tree) => Ok(vec![*tree]),
        Said::Refused(problems) => Err(problems),
        Said::NotOffered(problem) => Err(problem.into()),
        Said::Reference(_) | Said::InFile(_) => Ok(Vec::new()),
    }
}

/// Where a text reads a file whose path is not plain, as far as its letters tell: each a line, from 1.
pub fn reads_any_file(text: &str) -> Option<usize> {
    let calls = ["file(", "filebase64("];
    let places = calls.iter().flat_map(|call| {
        let places = text.match_indices(call);
        places.map(|(at, call)| at + call.len())
    });
    let is_plain = |at: &usize| {
        let Some(path) = text[*at..].trim_start().strip_prefix('"') else {
            return false;
        };
        let mut path = path;
        for base in ["${path.module}", "${path.root}", "${path.cwd}"] {
            path = path.strip_prefix(base).unwrap_or(path);
        }
        let end = path.find('"').unwrap_or(path.len());
        !path[..end].contains(['$', '%', '\\'])
    };
    let mut computed = places.filter(|at| !is_plain(at));
    let at = computed.next()?;
    Some(text[..at].matches('\n').count() + 1)
}
