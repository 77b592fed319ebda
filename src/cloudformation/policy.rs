//! A policy document of a template as a tree in which every value knows its bytes.
//!
//! What is computed is opaque. A statement that a condition decides about may have its entries edited,
//! and stays; so does one that something else in the file is a copy of.

use std::ops::Range;

use super::function::{Call, is_no_value};
use super::transforms::is_macro;
use crate::document::{
    Places, PolicyTree, StatementForm, Syntax, column, past_comments, with_comments,
};
use crate::text::{Json, JsonValue, Known, Member, Problem, Problems};

/// Makes trees of the policy documents of a file.
pub(super) struct Trees<'a> {
    pub places: Places<'a>,
    /// How they are written.
    pub syntax: Syntax,
    /// What has an anchor.
    pub anchored: Vec<Range<usize>>,
}

/// A statement, with what decides about it.
struct StatementRead {
    json: Json,
    must_stay: Option<String>,
    is_conditional: bool,
}

impl StatementRead {
    /// How it is written. What is behind a condition may be there or not.
    fn form(&self) -> StatementForm {
        let actions = self.json.get("Action").and_then(Json::as_opaque);
        let is_written = self.json.get("Resource").or(self.json.get("NotResource"));
        StatementForm {
            must_stay: self.must_stay.clone(),
            repeats: self.is_conditional,
            is_computed: actions.is_some() && is_written.is_none(),
            ..StatementForm::default()
        }
    }
}

impl Trees<'_> {
    /// Reads a policy document.
    pub fn read(&self, document: &Json) -> Result<PolicyTree, Problems> {
        if let Some(why) = self.no_document(document) {
            return Err(why.into());
        }
        if let Some(problem) = self.merge_in(document).or_else(|| self.macro_in(document)) {
            return Err(problem.into());
        }
        let mut json = document.clone();
        let mut forms = Vec::new();
        let JsonValue::Object(members) = &mut json.value else {
            return Err(Problems::default());
        };
        for member in members {
            if member.name == "Statement" {
                let statements = self.statements(&member.value);
                if let Some(problem) = self.anchored_actions(&statements) {
                    return Err(problem.into());
                }
                forms.extend(statements.iter().map(StatementRead::form));
                member.value = in_place_of(&member.value, statements);
            } else {
                member.value = self.value(&member.value);
            }
        }
        Ok(PolicyTree {
            json,
            syntax: self.syntax,
            forms,
        })
    }

    /// Why something is no policy document.
    fn no_document(&self, json: &Json) -> Option<Problem> {
        let (why, help) = if let Some(call) = Call::of(self.places.source(), json) {
            (call.why(), "write the policy document in its place")
        } else if let Some(opaque) = json.as_opaque() {
            (
                opaque.reason.clone(),
                "write the policy document in its place",
            )
        } else if json.as_object().is_none() {
            (
                format!("it is {}", json.kind()),
                "write the policy document as an object",
            )
        } else {
            return None;
        };
        let message = format!("this policy is not read: {why}");
        Some(self.places.error(Some(json.range.clone()), message, help))
    }

    /// Where another mapping is merged in, with `<<`.
    pub fn merge_in(&self, json: &Json) -> Option<Problem> {
        let found = find(json, &|member| member.name == "<<")?;
        let message = "another mapping is merged in here, and what that has is written elsewhere";
        let help = "write it here, without <<";
        Some(
            self.places
                .error(Some(found.name_range.clone()), message, help),
        )
    }

    /// Where a macro makes a part of what is around it.
    pub fn macro_in(&self, json: &Json) -> Option<Problem> {
        let found = find(json, &|member| is_macro(&member.name))?;
        let message = format!("{} makes a part of this, which is not followed", found.name);
        let help = "write what it makes in its place";
        Some(
            self.places
                .error(Some(found.name_range.clone()), message, help),
        )
    }

    fn statements(&self, json: &Json) -> Vec<StatementRead> {
        let text = self.places.source().text();
        let mut all = self.statements_of(json);
        if let Some(at) = kept_line_ends(text, &json.range) {
            let reason = self.places.at(
                at,
                "a text that keeps its line ends stands among the statements",
            );
            for one in &mut all {
                one.must_stay.get_or_insert_with(|| reason.clone());
            }
        }
        all
    }

    fn statements_of(&self, json: &Json) -> Vec<StatementRead> {
        let text = self.places.source().text();
        let mut all = Vec::new();
        let Some(list) = json.as_array() else {
            self.add_statements(json, None, &mut all);
            if let [only] = &mut all[..]
                && !text[only.json.range.clone()].starts_with('{')
                && self.syntax == Syntax::Yaml
            {
                only.json.range.end = with_comments(text, only.json.range.end, usize::MAX);
            }
            return all;
        };
        let has_dashes = text[json.range.clone()].starts_with('-') && self.syntax == Syntax::Yaml;
        let mut at = json.range.start;
        for one in list {
            let first = all.len();
            self.add_statements(one, None, &mut all);
            if has_dashes
                && let [only] = &mut all[first..]
                && !only.is_conditional
            {
                let dash = past_comments(text, at, text.len());
                let own_column = column(text, dash);
                only.json.range = dash..with_comments(text, one.range.end, own_column + 1);
            }
            at = one.range.end;
        }
        if !has_dashes {
            all_stay_beside_a_condition(&mut all);
        }
        all
    }

    /// Adds what a value says in the place of a statement; behind a condition, that may be several.
    fn add_statements(&self, json: &Json, condition: Option<&str>, all: &mut Vec<StatementRead>) {
        let source = self.places.source();
        if let Some((call, branches)) =
            Call::of(source, json).and_then(|call| Some((call.why(), call.branches()?.1)))
        {
            let reason = self.places.at(json.range.start, &call);
            for branch in branches
                .into_iter()
                .filter(|branch| !is_no_value(source, branch))
            {
                match branch.as_array() {
                    Some(list) => list
                        .iter()
                        .for_each(|one| self.add_statements(one, Some(&reason), all)),
                    None => self.add_statements(branch, Some(&reason), all),
                }
            }
            return;
        }
        let anchor = self
            .anchored
            .iter()
            .find(|anchored| is_within(anchored, &json.range));
        let copied = anchor.map(|anchor| {
            self.places.at(
                anchor.start,
                "something in it has an anchor, and may be used elsewhere",
            )
        });
        all.push(StatementRead {
            json: self.statement(json),
            must_stay: condition.map(str::to_owned).or(copied),
            is_conditional: condition.is_some(),
        });
    }

    fn statement(&self, json: &Json) -> Json {
        if let Some(why) = self.why_opaque(json) {
            return self.places.unknown_statement(json.range.clone(), &why);
        }
        let JsonValue::Object(members) = &json.value else {
            return json.clone();
        };
        if let Some(effect) = json.get("Effect")
            && self.why_opaque(effect).is_some()
        {
            return self
                .places
                .unknown_statement(json.range.clone(), "its effect is computed");
        }
        let members = members.iter().map(|member| Member {
            value: match member.name.as_str() {
                "Action" | "NotAction" => self.entries(&member.value),
                "Sid" => self.text(&member.value),
                _ => self.value(&member.value),
            },
            ..member.clone()
        });
        Json {
            range: json.range.clone(),
            value: JsonValue::Object(members.collect()),
        }
    }

    /// The actions of a statement. One over several lines that keep their ends is none that can be
    /// edited, and so is one that has an anchor.
    fn entries(&self, json: &Json) -> Json {
        let source = self.places.source();
        let text = source.text();
        let is_conditional =
            |own: &Json| Call::of(source, own).is_some_and(|call| call.name == "Fn::If");
        let locked = |own: &Json| {
            let written = &text[own.range.clone()];
            if self.syntax != Syntax::Yaml {
                None
            } else if self.anchored.contains(&own.range) {
                Some("it has an anchor, and may be used elsewhere")
            } else if written.starts_with(['|', '>']) {
                Some("it is a block of text")
            } else {
                None
            }
        };
        let entry = |own: &Json| {
            let mut value = self.value(own);
            if let (Some(entry), Some(why)) = (own.as_str(), locked(own)) {
                value = self.places.opaque(own.range.clone(), why);
                if let JsonValue::Opaque(opaque) = &mut value.value {
                    opaque.strings = Some(vec![Known::from(entry.to_owned())]);
                }
            } else if let JsonValue::Opaque(opaque) = &mut value.value {
                // A condition may leave it out.
                opaque.may_be_nothing = is_conditional(own);
            }
            value
        };
        match &json.value {
            JsonValue::Array(list) => Json {
                range: json.range.clone(),
                value: JsonValue::Array(list.iter().map(entry).collect()),
            },
            _ => entry(json),
        }
    }

    /// What is a text wherever it stands: a `Sid` of digits.
    fn text(&self, json: &Json) -> Json {
        let written = match &json.value {
            JsonValue::Number(_, written) => written.to_string(),
            _ => return self.value(json),
        };
        Json {
            range: json.range.clone(),
            value: JsonValue::String(written),
        }
    }

    /// A value in which all that is computed is opaque.
    fn value(&self, json: &Json) -> Json {
        if let Some(why) = self.why_opaque(json) {
            return self.places.opaque(json.range.clone(), &why);
        }
        let value = match &json.value {
            JsonValue::Object(members) => JsonValue::Object(
                members
                    .iter()
                    .map(|member| Member {
                        value: self.value(&member.value),
                        ..member.clone()
                    })
                    .collect(),
            ),
            JsonValue::Array(list) => {
                JsonValue::Array(list.iter().map(|one| self.value(one)).collect())
            }
            other => other.clone(),
        };
        Json {
            range: json.range.clone(),
            value,
        }
    }

    fn why_opaque(&self, json: &Json) -> Option<String> {
        let call = Call::of(self.places.source(), json).map(|call| call.why());
        call.or_else(|| Some(json.as_opaque()?.reason.clone()))
    }

    /// That all actions of a statement have an anchor, or what is around them: what is taken from here
    /// is taken from elsewhere too.
    fn anchored_actions(&self, statements: &[StatementRead]) -> Option<Problem> {
        let actions = statements.iter().filter_map(|statement| {
            let action = statement.json.get("Action");
            action.or_else(|| statement.json.get("NotAction"))
        });
        let mut anchored = actions.filter_map(|action| {
            let around = self.anchored.iter();
            around
                .filter(|anchored| is_within(&action.range, anchored))
                .max_by_key(|one| one.len())
        });
        let range = anchored.next()?.clone();
        let at = self.places.source().character_at(range.start);
        let message =
            "this has an anchor, so that what is taken from it is taken from elsewhere too";
        let help = "write it without an anchor, and where an alias stands write what it means";
        Some(self.places.error(Some(at), message, help))
    }
}

/// Where a block of text begins whose empty lines at the end are a part of it, `|+`, in YAML.
fn kept_line_ends(text: &str, range: &Range<usize>) -> Option<usize> {
    let part = &text[range.clone()];
    let begins_block = |at: usize| {
        let behind = part[at + 1..].trim_start_matches(|letter: char| letter.is_ascii_digit());
        behind.starts_with('+')
    };
    let mut all = part.match_indices(['|', '>']).map(|(at, _)| at);
    all.find(|&at| begins_block(at)).map(|at| range.start + at)
}

/// In brackets, what is around a statement behind a condition cannot be told from the list itself.
fn all_stay_beside_a_condition(all: &mut [StatementRead]) {
    let conditional = all.iter().find(|one| one.is_conditional);
    let Some(reason) = conditional.and_then(|one| one.must_stay.clone()) else {
        return;
    };
    for one in all {
        one.must_stay.get_or_insert_with(|| reason.clone());
    }
}

/// The statements in the place of what is written for them.
fn in_place_of(written: &Json, statements: Vec<StatementRead>) -> Json {
    let is_one =
        written.as_array().is_none() && statements.len() == 1 && !statements[0].is_conditional;
    let mut all = statements.into_iter().map(|statement| statement.json);
    match all.next() {
        Some(only) if is_one => only,
        first => Json {
            range: written.range.clone(),
            value: JsonValue::Array(first.into_iter().chain(all).collect()),
        },
    }
}

/// The first member of any object in `json` that is wanted.
fn find<'j>(json: &'j Json, is_wanted: &dyn Fn(&Member) -> bool) -> Option<&'j Member> {
    match &json.value {
        JsonValue::Object(members) => members.iter().find_map(|member| {
            if is_wanted(member) {
                Some(member)
            } else {
                find(&member.value, is_wanted)
            }
        }),
        JsonValue::Array(list) => list.iter().find_map(|one| find(one, is_wanted)),
        _ => None,
    }
}

fn is_within(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
