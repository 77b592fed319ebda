//! `jsonencode({ … })`: a policy written as an object.

use std::collections::BTreeSet;

use hcl_edit::expr::{Expression, FuncCall};

use super::expression::{Tree, why};
use super::reader::Said;
use crate::document::{PolicyTree, StatementForm, Syntax, statement_of};
use crate::text::{Json, JsonValue, Member, Problem, Problems, Source, quoted};

/// Reads the policy that is given to `jsonencode`.
pub(super) fn read(tree: &Tree, call: &FuncCall) -> Said {
    let Some(given) = call.args.get(0) else {
        return Said::Refused(Problems::default());
    };
    let mut json = tree.value(given);
    if json.as_object().is_none() {
        let what = match given {
            Expression::Object(_) => "a key of it is computed".to_owned(),
            other => why(other),
        };
        let message = format!("jsonencode is not given the policy itself: {what}");
        let help = "write the policy in the parentheses: jsonencode({ … })";
        return Said::Refused(tree.error(Some(json.range), message, help).into());
    }
    let forms = finish(tree, &mut json);
    policy(tree.source(), json, Syntax::Hcl, forms)
}

/// The policy that `json` is, unless it is one that is not offered or has a key twice.
pub(super) fn policy(
    source: &Source,
    json: Json,
    syntax: Syntax,
    forms: Vec<StatementForm>,
) -> Said {
    let mut problems = Problems::default();
    refuse_twice(source, &json, &mut problems);
    if !problems.0.is_empty() {
        return Said::Refused(problems);
    }
    if let Some(principal) = statements(&json).iter().find_map(principal) {
        let note = "a statement has a principal: it is the policy of a resource, or of who may \
                    assume a role";
        let range = principal.name_range.clone();
        return Said::NotOffered(source.note_at(range, note));
    }
    Said::Document(PolicyTree {
        json,
        syntax,
        forms,
    })
}

/// The statements that are written.
pub(super) fn statements(policy: &Json) -> &[Json] {
    match policy.get("Statement") {
        Some(statement) => match statement.as_array() {
            Some(list) => list,
            None => std::slice::from_ref(statement),
        },
        None => &[],
    }
}

fn principal(statement: &Json) -> Option<&Member> {
    let named = ["Principal", "NotPrincipal"];
    named.iter().find_map(|name| statement.member(name))
}

/// Puts statements nobody knows anything of where what is written is no statement, and says how each
/// is written.
pub(super) fn finish(tree: &Tree, policy: &mut Json) -> Vec<StatementForm> {
    let JsonValue::Object(members) = &mut policy.value else {
        return Vec::new();
    };
    let Some(statement) = members.iter_mut().find(|member| member.name == "Statement") else {
        return Vec::new();
    };
    if let JsonValue::Array(list) = &mut statement.value.value {
        return list.iter_mut().map(|one| finished(tree, one)).collect();
    }
    // In the place of a list may stand a list.
    let repeats = statement.value.as_opaque().is_some();
    let form = finished(tree, &mut statement.value);
    vec![StatementForm { repeats, ..form }]
}

fn finished(tree: &Tree, statement: &mut Json) -> StatementForm {
    let range = statement.range.clone();
    let effect = statement.get("Effect");
    let unknown = if statement.as_opaque().is_some() {
        statement_of(statement.clone())
    } else if effect.is_some_and(|effect| effect.as_opaque().is_some()) {
        tree.unknown_statement(range, "its effect is computed")
    } else {
        return StatementForm::default();
    };
    *statement = unknown;
    StatementForm {
        is_computed: true,
        ..StatementForm::default()
    }
}

/// Reports names that stand twice in one object, as `Action` and `"Action"` may.
fn refuse_twice(source: &Source, json: &Json, problems: &mut Problems) {
    match &json.value {
        JsonValue::Object(members) => {
            let mut names = BTreeSet::new();
            for member in members {
                if !names.insert(&member.name) {
                    problems.add(twice(source, member));
                }
                refuse_twice(source, &member.value, problems);
            }
        }
        JsonValue::Array(elements) => {
            for element in elements {
                refuse_twice(source, element, problems);
            }
        }
        _ => {}
    }
}

fn twice(source: &Source, member: &Member) -> Problem {
    let message = format!("the key {} is there twice", quoted(&member.name));
    let problem = source.error_at(member.name_range.clone(), message);
    problem.help("keep one of the two")
}
