//! `data "aws_iam_policy_document"`: a policy whose statements are blocks.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::Array;
use hcl_edit::structure::{Attribute, Block, Structure};

use super::configuration::{Merged, Referred};
use super::expression::{Tree, allow};
use super::reader::{Said, is_called};
use super::value::reference;
use crate::document::{PolicyTree, StatementForm, Syntax};
use crate::text::{Json, JsonValue, Member, Problem};

/// Arguments that took statements from another document once.
const OLD_SOURCES: [&str; 2] = ["source_json", "override_json"];

/// What the arguments of a statement are called in a policy.
const ELEMENTS: [(&str, &str); 6] = [
    ("sid", "Sid"),
    ("effect", "Effect"),
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
];

/// Reads the policy of a block.
pub(super) fn read(tree: &Tree, block: &Block) -> Said {
    if let Some(principals) = principals(block) {
        let note = "the document has principals: it is the policy of a resource, or of who may \
                    assume a role";
        let range = principals.span().unwrap_or_default();
        return Said::NotOffered(tree.source().note_at(range, note));
    }
    let mut old = OLD_SOURCES.iter().filter_map(|name| given(block, name));
    if let Some(other) = old.next() {
        let message = format!(
            "the document takes statements from another by {}, which is not read",
            other.key.as_str()
        );
        let help = "give the document in source_policy_documents or override_policy_documents";
        return Said::Refused(tree.error(other.key.span(), message, help).into());
    }
    let taken = |name: &str| documents(tree, given(block, name));
    let merged = match (
        taken("source_policy_documents"),
        taken("override_policy_documents"),
    ) {
        (Ok(sources), Ok(overrides)) => Merged { sources, overrides },
        (Err(wrong), _) | (_, Err(wrong)) => return Said::Refused(wrong.into()),
    };
    if merged.is_empty() {
        return Said::Document(own_policy(tree, block));
    }
    let has_own = statement_blocks(block).next().is_some();
    let own = has_own.then(|| own_policy(tree, block));
    Said::Merged(merged, own)
}

/// The documents that an argument takes statements from.
fn documents(tree: &Tree, argument: Option<&Attribute>) -> Result<Vec<Referred>, Problem> {
    let Some(argument) = argument else {
        return Ok(Vec::new());
    };
    let list = argument.value.as_array();
    let referred = list.map(|list| {
        let elements = list.iter().map(|element| {
            let range = element.span().unwrap_or_default();
            reference(element).map(|to| Referred { to, range })
        });
        elements.collect()
    });
    referred.flatten().ok_or_else(|| {
        let message = format!(
            "the documents that {} takes statements from are computed, which is not read",
            argument.key.as_str()
        );
        let help = "write them as [data.aws_iam_policy_document.NAME.json, …]";
        tree.error(argument.value.span(), message, help)
    })
}

/// The policy that the statements of a block itself are.
fn own_policy(tree: &Tree, block: &Block) -> PolicyTree {
    let mut members = Vec::new();
    for (name, element) in [("version", "Version"), ("policy_id", "Id")] {
        members.extend(given(block, name).map(|attribute| member(tree, element, attribute)));
    }
    let statements = statement_blocks(block).map(|(own, body)| statement(tree, own, body));
    let (statements, forms): (Vec<Json>, Vec<StatementForm>) = statements.unzip();
    let range = span(block);
    members.push(Member {
        name: "Statement".to_owned(),
        name_range: range.start..range.start,
        value: list(range.clone(), statements),
    });
    let json = Json {
        range,
        value: JsonValue::Object(members),
    };
    PolicyTree {
        json,
        syntax: Syntax::Hcl,
        forms,
    }
}

/// The argument called `name`, if it is given and not `null` or an empty list.
fn given<'a>(block: &'a Block, name: &str) -> Option<&'a Attribute> {
    let attribute = block.body.get_attribute(name)?;
    let is_empty = attribute.value.as_array().is_some_and(Array::is_empty);
    (!attribute.value.is_null() && !is_empty).then_some(attribute)
}

/// The first block that surely names principals.
fn principals(block: &Block) -> Option<&Block> {
    let bodies = statement_blocks(block).filter_map(|(_, body)| body);
    let mut inner = bodies.flat_map(|body| body.body.blocks());
    inner.find(|inner| names_principals(inner) && !inner.has_ident("dynamic"))
}

/// Whether a block of a statement names principals, or may.
fn names_principals(block: &Block) -> bool {
    const NAMES: [&str; 2] = ["principals", "not_principals"];
    NAMES.contains(&block.ident.as_str())
        || block.has_ident("dynamic") && NAMES.iter().any(|name| is_called(block, name))
}

/// An argument as an element of a policy. All of them are texts, or lists of texts: a number or a truth is what
/// Terraform makes of it.
fn member(tree: &Tree, name: &str, attribute: &Attribute) -> Member {
    let member = tree.member(name, attribute);
    Member {
        value: as_texts(tree, member.value),
        ..member
    }
}

fn as_texts(tree: &Tree, json: Json) -> Json {
    let is_whole = |written: &str| written.bytes().all(|byte| byte.is_ascii_digit());
    let value = match json.value {
        JsonValue::Bool(truth) => JsonValue::String(truth.to_string()),
        JsonValue::Number(_, written) if is_whole(&written) => JsonValue::String(written.into()),
        JsonValue::Number(..) => return tree.opaque(json.range, "it is a number"),
        JsonValue::Array(list) => {
            let list = list.into_iter().map(|one| as_texts(tree, one));
            JsonValue::Array(list.collect())
        }
        value => value,
    };
    Json { value, ..json }
}

/// Each block that makes a statement, and the block that says what it is: itself, or the `content` of a
/// dynamic one.
fn statement_blocks(block: &Block) -> impl Iterator<Item = (&Block, Option<&Block>)> {
    block.body.blocks().filter_map(|own| {
        if own.has_ident("statement") {
            Some((own, Some(own)))
        } else if own.has_ident("dynamic") && is_called(own, "statement") {
            Some((own, own.body.get_blocks("content").next()))
        } else {
            None
        }
    })
}

/// A statement, and how it is written.
fn statement(tree: &Tree, own: &Block, body: Option<&Block>) -> (Json, StatementForm) {
    let range = span(own);
    let is_dynamic = own.has_ident("dynamic");
    let mut form = StatementForm {
        must_stay: is_dynamic.then(|| tree.at(range.start, "a dynamic block makes the statement")),
        repeats: is_dynamic,
        ..StatementForm::default()
    };
    let Some(body) = body else {
        let unknown = tree.unknown_statement(range, "a dynamic block makes it");
        form.is_computed = true;
        return (unknown, form);
    };
    let mut members: Vec<Member> = Vec::new();
    let mut conditions = Vec::new();
    for structure in &body.body {
        match structure {
            Structure::Attribute(attribute) if attribute.value.is_null() => {}
            Structure::Attribute(attribute) => {
                let name = attribute.key.as_str();
                let known = ELEMENTS.iter().find(|(own, _)| *own == name);
                let name = known.map_or(name, |(_, element)| element);
                members.push(member(tree, name, attribute));
            }
            // What may have principals has none where it is the policy of a role.
            Structure::Block(block) if names_principals(block) => {}
            Structure::Block(block) => conditions.push(condition(tree, block)),
        }
    }
    if let Some(effect) = members.iter().find(|member| member.name == "Effect")
        && effect.value.as_opaque().is_some()
    {
        let unknown = tree.unknown_statement(range, "its effect is computed");
        form.is_computed = true;
        return (unknown, form);
    }
    if !members.iter().any(|member| member.name == "Effect") {
        members.insert(
            0,
            Member {
                name: "Effect".to_owned(),
                name_range: range.start..range.start,
                value: allow(range.start),
            },
        );
    }
    if let Some(first) = conditions.first() {
        let start = first.range.start;
        members.push(Member {
            name: "Condition".to_owned(),
            name_range: start..start,
            value: list(range.clone(), conditions),
        });
    }
    let json = Json {
        range,
        value: JsonValue::Object(members),
    };
    (json, form)
}

/// A condition block as an object of its arguments; one that is made as what is written.
fn condition(tree: &Tree, block: &Block) -> Json {
    if !block.has_ident("condition") {
        return tree.opaque(span(block), "a dynamic block makes it");
    }
    let attributes = block.body.attributes();
    let members = attributes.map(|attribute| member(tree, attribute.key.as_str(), attribute));
    Json {
        range: span(block),
        value: JsonValue::Object(members.collect()),
    }
}

/// Elements that follow each other, as a list; at the start of `around` where there are none.
fn list(around: Range<usize>, elements: Vec<Json>) -> Json {
    let start = elements
        .first()
        .map_or(around.start, |first| first.range.start);
    let end = elements.last().map_or(start, |last| last.range.end);
    Json {
        range: start..end,
        value: JsonValue::Array(elements),
    }
}

fn span(block: &Block) -> Range<usize> {
    block.span().unwrap_or_default()
}
