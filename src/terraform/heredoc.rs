//! `<<EOF`: a policy written as JSON, with `${…}` and `%{…}` in it.
//!
//! What Terraform puts in is overwritten with as many bytes that JSON can have there, and the rest is read
//! as JSON: so what is read has its place in the file. What was overwritten is opaque.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::template::{Directive, Element, HeredocTemplate, Template};

use super::expression::Tree;
use super::json_encoded::{finish, policy};
use super::reader::Said;
use crate::document::Syntax;
use crate::text::{Json, JsonValue, Member, Problem, Problems, Source};

/// Reads the policy that a heredoc is.
pub(super) fn read(tree: &Tree, heredoc: &HeredocTemplate) -> Said {
    let body = heredoc.template.span().unwrap_or_default();
    read_template(tree, &heredoc.template, body)
}

/// Reads the policy that a template is, which takes these bytes.
pub(super) fn read_template(tree: &Tree, template: &Template, body: Range<usize>) -> Said {
    let text = tree.source().text();
    let mut parts = Parts::default();
    parts.gather(template);
    let masked = mask(&text[body.clone()], body.start, &parts);
    let part = Source::from_text("heredoc", &masked);
    let mut json = match Json::parse(&part) {
        Ok(json) => json,
        Err(problems) => return Said::Refused(placed(tree, &problems, body.start, &parts)),
    };
    put(&mut json, body.start);
    mark(tree, &mut json, &parts.interpolations);
    if json.as_object().is_none() {
        let message = format!("a policy is an object, and this is {}", json.kind());
        let help = "write the whole policy document there, from { to }";
        return Said::Refused(tree.error(Some(json.range), message, help).into());
    }
    let mut forms = finish(tree, &mut json);
    for form in forms.iter_mut().filter(|form| form.is_computed) {
        // A text with commas may be put in.
        form.repeats = true;
    }
    if let Some(first) = parts.directives.first() {
        let reason = tree.at(first.start, "the policy is written with %{…}");
        for form in &mut forms {
            form.must_stay = Some(reason.clone());
            form.repeats = true;
        }
    }
    policy(tree.source(), json, Syntax::JsonTemplate, forms)
}

/// What is no text of the policy.
#[derive(Default)]
struct Parts {
    /// `${…}`
    interpolations: Vec<Range<usize>>,
    /// `%{…}`
    directives: Vec<Range<usize>>,
}

impl Parts {
    /// Takes in what stands in a template, in order.
    fn gather(&mut self, template: &Template) {
        for element in template {
            let range = element.span().unwrap_or_default();
            match element {
                Element::Literal(_) => {}
                Element::Interpolation(_) => self.interpolations.push(range),
                Element::Directive(directive) => self.directive(directive, range),
            }
        }
    }

    /// What is in a directive is text of the policy again.
    fn directive(&mut self, directive: &Directive, range: Range<usize>) {
        let inner: Vec<&Template> = match directive {
            Directive::If(directive) => {
                let otherwise = directive.else_expr.as_ref();
                let otherwise = otherwise.map(|otherwise| &otherwise.template);
                std::iter::once(&directive.if_expr.template)
                    .chain(otherwise)
                    .collect()
            }
            Directive::For(directive) => vec![&directive.for_expr.template],
        };
        let mut at = range.start;
        for template in inner {
            let inside = template.span().unwrap_or(range.end..range.end);
            self.directives.push(at..inside.start);
            self.gather(template);
            at = inside.end;
        }
        self.directives.push(at..range.end);
    }
}

/// The text of a heredoc, which begins at `start` of the file, as JSON: `x` for what is put into a
/// string, a string for what is put elsewhere, blanks for directives.
fn mask(text: &str, start: usize, parts: &Parts) -> String {
    let mut masked = String::with_capacity(text.len());
    let interpolations = parts.interpolations.iter().map(|range| (range, false));
    let directives = parts.directives.iter().map(|range| (range, true));
    let mut all: Vec<(&Range<usize>, bool)> = interpolations.chain(directives).collect();
    all.sort_by_key(|(range, _)| range.start);
    let (mut at, mut in_string) = (0, false);
    for (range, is_directive) in all {
        let (from, to) = (range.start - start, range.end - start);
        in_string = ends_in_string(&text[at..from], in_string);
        masked.push_str(&text[at..from]);
        let length = to - from;
        if is_directive {
            masked.push_str(&" ".repeat(length));
        } else if in_string {
            masked.push_str(&"x".repeat(length));
        } else {
            masked.push('"');
            masked.push_str(&"x".repeat(length.saturating_sub(2)));
            masked.push('"');
        }
        at = to;
    }
    masked.push_str(&text[at..]);
    masked
}

/// Whether a part of JSON ends inside a string, which it begins in or not.
fn ends_in_string(part: &str, mut in_string: bool) -> bool {
    let mut letters = part.bytes();
    while let Some(letter) = letters.next() {
        match letter {
            b'"' => in_string = !in_string,
            b'\\' if in_string => {
                letters.next();
            }
            _ => {}
        }
    }
    in_string
}

/// Moves a tree to where its text begins in the file.
fn put(json: &mut Json, start: usize) {
    let moved = |range: &mut Range<usize>| *range = range.start + start..range.end + start;
    moved(&mut json.range);
    match &mut json.value {
        JsonValue::Object(members) => {
            for Member {
                name_range, value, ..
            } in members
            {
                moved(name_range);
                put(value, start);
            }
        }
        JsonValue::Array(elements) => elements.iter_mut().for_each(|own| put(own, start)),
        _ => {}
    }
}

/// How long what is put in may be to be named.
const LONGEST_NAMED: usize = 60;

/// Makes opaque what is put in, and what it is put into.
fn mark(tree: &Tree, json: &mut Json, interpolations: &[Range<usize>]) {
    let meets = |range: &Range<usize>| {
        let first = interpolations.partition_point(|put_in| put_in.end <= range.start);
        let put_in = interpolations.get(first)?;
        (put_in.start < range.end).then_some(put_in)
    };
    match &mut json.value {
        JsonValue::Object(members) => {
            for member in members {
                if meets(&member.name_range).is_some() {
                    tree.source().text()[member.name_range.clone()].clone_into(&mut member.name);
                }
                mark(tree, &mut member.value, interpolations);
            }
        }
        JsonValue::Array(elements) => {
            let elements = elements.iter_mut();
            elements.for_each(|own| mark(tree, own, interpolations));
        }
        JsonValue::String(_) => {
            if let Some(put_in) = meets(&json.range) {
                let put = &tree.source().text()[put_in.clone()];
                let is_short = put.len() <= LONGEST_NAMED && !put.contains('\n');
                let reason = if *put_in == json.range && is_short {
                    format!("it comes from {put}")
                } else {
                    "it is written with ${…}".to_owned()
                };
                *json = tree.opaque(json.range.clone(), &reason);
            }
        }
        _ => {}
    }
}

/// What is wrong with the masked text, at its place in the file.
fn placed(tree: &Tree, problems: &Problems, start: usize, parts: &Parts) -> Problems {
    let is_template = !parts.interpolations.is_empty() || !parts.directives.is_empty();
    let place = |problem: &Problem| {
        let range = problem.range().cloned().unwrap_or(0..0);
        let range = range.start + start..range.end + start;
        let help = if is_template {
            "where ${…} or %{…} stand for more than a value, use jsonencode({ … })"
        } else {
            problem.advice().unwrap_or("use jsonencode({ … })")
        };
        let message = if parts.directives.is_empty() {
            problem.message().to_owned()
        } else {
            let what = problem.message();
            format!("with both sides of each %{{ if }}, as this is read, {what}")
        };
        tree.error(Some(range), message, help)
    };
    Problems(problems.0.iter().map(place).collect())
}
