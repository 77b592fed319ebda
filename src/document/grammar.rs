//! The grammar of a policy, as far as it is read.
//!
//! A policy is an object with a `Statement`, which is a statement or a list of them. A statement
//! has an `Effect`, and an `Action` or a `NotAction`, which is an action pattern or a list of them.
//! All other elements are kept as values. All that is wrong is reported, not only the first.

use std::ops::Range;

use super::layout::{Element, Layout, ListPlace, StatementPlace, Written};
use super::list::Arrangement;
use super::policy_tree::{StatementForm, Syntax};
use crate::iam::{
    ActionPattern, Actions, Effect, Elements, PatternError, Policy, ServicePrefix, Statement,
};
use crate::text::{Json, Member, Problem, Problems, Source, quoted};

/// Reads a policy: what it means, where its parts stand, and what to mind about it. Problems are
/// in the order of the text.
pub(super) fn read_policy(
    source: &Source,
    json: &Json,
) -> Result<(Policy, Layout, Vec<Problem>), Problems> {
    let mut reader = Reader {
        source,
        problems: Problems::default(),
        service: None,
    };
    let read = reader.policy(json);
    let mut problems = reader.problems;
    problems
        .0
        .sort_by_key(|problem| problem.range().map_or(0, |range| range.start));
    match read {
        Some((policy, layout)) if !problems.has_errors() => Ok((policy, layout, problems.0)),
        _ => Err(problems),
    }
}

/// The elements of a policy whose meaning is read here.
const POLICY_ELEMENTS: [&str; 2] = ["Version", "Statement"];

/// The elements of a statement whose meaning is read here.
const STATEMENT_ELEMENTS: [&str; 5] =
    ["Effect", "Action", "NotAction", "Principal", "NotPrincipal"];

/// Goes through the tree and gathers what is wrong. What it could not read is `None`, and reported.
struct Reader<'a> {
    source: &'a Source,
    problems: Problems,
    /// That of the entry before: entries of one service share it.
    service: Option<ServicePrefix>,
}

impl Reader<'_> {
    fn policy(&mut self, json: &Json) -> Option<(Policy, Layout)> {
        let Some(members) = json.as_object() else {
            self.refuse(
                json.range.clone(),
                format!("a policy is an object, and this is {}", json.kind()),
                "give the whole policy document, from { to }",
            );
            return None;
        };
        let misspelled = self.misspelled(members, &POLICY_ELEMENTS);
        self.version(json);
        let Some(statement) = json.get("Statement") else {
            if !misspelled.contains(&"Statement") {
                self.refuse(
                    opening(self.source, json),
                    "the policy has no Statement",
                    "a policy says what it allows in \"Statement\": [ … ]",
                );
            }
            return None;
        };
        let (statements, places) = self.statements(statement)?.into_iter().unzip();
        let policy = Policy {
            elements: elements_but(members, &["Statement"]),
            statements,
        };
        let layout = Layout {
            policy: json.range.clone(),
            first_member: members.first()?.name_range.clone(),
            statements: places,
            statement_list: statement.as_array().map(|_| statement.range.clone()),
            written: Written::List(Arrangement::Plain),
            syntax: Syntax::Json,
        };
        Some((policy, layout))
    }

    fn version(&mut self, policy: &Json) {
        let Some(version) = policy.get("Version") else {
            return;
        };
        if !matches!(version.as_str(), Some("2012-10-17" | "2008-10-17")) {
            self.refuse(
                version.range.clone(),
                "IAM has no such version of the policy language",
                "write \"2012-10-17\", the current version: a fixed word, not the policy's date",
            );
        }
    }

    fn statements(&mut self, json: &Json) -> Option<Vec<(Statement, StatementPlace)>> {
        let list = match json.as_array() {
            Some([]) => {
                self.refuse(
                    json.range.clone(),
                    "the list of statements is empty",
                    "a policy has at least one statement; one without any grants nothing",
                );
                return None;
            }
            Some(list) => list,
            None => std::slice::from_ref(json),
        };
        // Each is read, so that what is wrong with each is reported.
        let read: Vec<_> = list.iter().map(|one| self.statement(one)).collect();
        read.into_iter().collect()
    }

    fn statement(&mut self, json: &Json) -> Option<(Statement, StatementPlace)> {
        let Some(members) = json.as_object() else {
            self.refuse(
                json.range.clone(),
                format!("a statement is an object, and this is {}", json.kind()),
                "write { \"Effect\": …, \"Action\": …, \"Resource\": … }",
            );
            return None;
        };
        let misspelled = self.misspelled(members, &STATEMENT_ELEMENTS);
        self.refuse_principals(json);
        let effect = self.effect(json, &misspelled);
        let element = self.action_element(json, &misspelled);
        let (name, value) = (&element?.name_range, &element?.value);
        let written = WrittenActions::of(value);
        let (actions, elements) = self.actions(element?, &written)?;
        let needs_literal = written.needs_literal();
        let place = StatementPlace {
            range: json.range.clone(),
            name: name.clone(),
            value: value.range.clone(),
            elements,
            lists: written.lists,
            form: StatementForm::default(),
            needs_literal,
        };
        let statement = Statement {
            effect: effect?,
            actions,
            has_unknown_entries: (written.elements.iter())
                .filter_map(|element| element.as_opaque())
                .any(|opaque| opaque.strings.is_none()),
            elements: elements_but(members, &["Action", "NotAction"]),
        };
        Some((statement, place))
    }

    fn refuse_principals(&mut self, statement: &Json) {
        for name in ["Principal", "NotPrincipal"] {
            if let Some(member) = statement.member(name) {
                self.refuse(
                    member.name_range.clone(),
                    format!(
                        "a statement with {name} belongs to a resource policy or a trust policy"
                    ),
                    "unused-access findings do not speak of these; give a policy that is attached \
                     to a role, user or group: aws iam get-role-policy --role-name ROLE_NAME \
                     --policy-name POLICY_NAME --output json",
                );
            }
        }
    }

    fn effect(&mut self, statement: &Json, misspelled: &[&str]) -> Option<Effect> {
        let Some(effect) = statement.get("Effect") else {
            if !misspelled.contains(&"Effect") {
                self.refuse(
                    opening(self.source, statement),
                    "the statement has no Effect",
                    "write \"Effect\": \"Allow\" or \"Effect\": \"Deny\"",
                );
            }
            return None;
        };
        match effect.as_str() {
            Some("Allow") => Some(Effect::Allow),
            Some("Deny") => Some(Effect::Deny),
            _ => {
                self.refuse(
                    effect.range.clone(),
                    "an Effect is \"Allow\" or \"Deny\"",
                    "write one of the two, exactly so: upper and lower case matter",
                );
                None
            }
        }
    }

    /// The one of `Action` and `NotAction` that the statement has.
    fn action_element<'j>(
        &mut self,
        statement: &'j Json,
        misspelled: &[&str],
    ) -> Option<&'j Member> {
        match (statement.member("Action"), statement.member("NotAction")) {
            (Some(element), None) | (None, Some(element)) => Some(element),
            (Some(action), Some(not_action)) => {
                let later = if action.name_range.start < not_action.name_range.start {
                    not_action
                } else {
                    action
                };
                self.refuse(
                    later.name_range.clone(),
                    "the statement has both Action and NotAction",
                    "keep one of the two; make two statements where both are meant",
                );
                None
            }
            (None, None) => {
                if !misspelled.iter().any(|name| name.ends_with("Action")) {
                    self.refuse(
                        opening(self.source, statement),
                        "the statement has neither Action nor NotAction",
                        "write \"Action\": [ … ]",
                    );
                }
                None
            }
        }
    }

    fn actions(
        &mut self,
        element: &Member,
        written: &WrittenActions<'_>,
    ) -> Option<(Actions, Vec<Element>)> {
        let list = &written.elements;
        if list.is_empty() {
            self.refuse(
                element.value.range.clone(),
                format!("the list of {} is empty", element.name),
                "name at least one action, or remove the statement",
            );
            return None;
        }
        let read: Vec<_> = list.iter().map(|json| self.element(json)).collect();
        let read = read.into_iter().collect::<Option<Vec<_>>>()?;
        let mut patterns = Vec::with_capacity(read.iter().map(Vec::len).sum());
        let mut elements = Vec::with_capacity(list.len());
        for (json, own_patterns) in list.iter().zip(read) {
            let opaque = json.as_opaque();
            let known = opaque.and_then(|opaque| opaque.strings.as_deref());
            let own_reasons = known.into_iter().flatten();
            elements.push(Element {
                range: json.range.clone(),
                entries: patterns.len()..patterns.len() + own_patterns.len(),
                opaque: opaque.map(|opaque| opaque.reason.clone()),
                may_repeat: opaque.is_some_and(|opaque| opaque.may_repeat),
                own_reasons: own_reasons.map(|known| known.reason.clone()).collect(),
            });
            patterns.extend(own_patterns);
        }
        let actions = if element.name == "NotAction" {
            Actions::NotAction(patterns)
        } else {
            Actions::Action(patterns)
        };
        Some((actions, elements))
    }

    /// The entries that an element of the list is, or comes to.
    fn element(&mut self, json: &Json) -> Option<Vec<ActionPattern>> {
        let Some(opaque) = json.as_opaque() else {
            return Some(vec![self.entry(json)?]);
        };
        let known = opaque.strings.iter().flatten();
        let patterns = known.map(|known| known.text.parse());
        match patterns.collect() {
            Ok(patterns) => Some(patterns),
            Err(error) => {
                self.refuse(json.range.clone(), error.to_string(), help_with(&error));
                None
            }
        }
    }

    fn entry(&mut self, json: &Json) -> Option<ActionPattern> {
        let Some(text) = json.as_str() else {
            self.refuse(
                json.range.clone(),
                format!("an action is a string, and this is {}", json.kind()),
                "write \"service:Name\", for example \"s3:GetObject\"",
            );
            return None;
        };
        if text == "*:*" {
            let warning = self
                .source
                .warning_at(json.range.clone(), "\"*:*\" is read as \"*\"")
                .help("both grant every action of every service");
            self.problems.add(warning);
        }
        match text.parse() {
            Ok(pattern) => Some(self.with_shared_service(pattern)),
            Err(error) => {
                let place = self.place_of(&error, json);
                self.refuse(place, error.to_string(), help_with(&error));
                None
            }
        }
    }

    fn with_shared_service(&mut self, pattern: ActionPattern) -> ActionPattern {
        let ActionPattern::InService { service, name } = pattern else {
            return pattern;
        };
        let is_same = |before: &&ServicePrefix| before.as_str() == service.as_str();
        let service = match self.service.as_ref().filter(is_same) {
            Some(before) => before.clone(),
            None => self.service.insert(service).clone(),
        };
        ActionPattern::InService { service, name }
    }

    /// The character an entry may not hold, where it stands as itself in the text; otherwise the
    /// entry.
    fn place_of(&self, error: &PatternError, entry: &Json) -> Range<usize> {
        let text = &self.source.text()[entry.range.clone()];
        // In YAML there may be no quotes around it.
        let quote = usize::from(text.starts_with(['"', '\'']));
        let stranger = match error {
            PatternError::Character(stranger) => Some(*stranger),
            _ => None,
        };
        stranger
            .and_then(|stranger| text[quote..].find(stranger))
            .map_or(entry.range.clone(), |at| {
                self.source.character_at(entry.range.start + quote + at)
            })
    }

    /// The elements among `known` that stand here in other letters, as `action` for `Action`. Each
    /// is reported: what is meant is clear, but it is not what the file says.
    fn misspelled(&mut self, members: &[Member], known: &[&'static str]) -> Vec<&'static str> {
        let mut misspelled = Vec::new();
        for member in members {
            let meant = known
                .iter()
                .find(|name| **name != member.name && name.eq_ignore_ascii_case(&member.name));
            if let Some(name) = meant {
                self.refuse(
                    member.name_range.clone(),
                    format!(
                        "there is no element {}: upper and lower case matter",
                        quoted(&member.name)
                    ),
                    format!("write \"{name}\""),
                );
                misspelled.push(*name);
            }
        }
        misspelled
    }

    fn refuse(&mut self, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.problems
            .add(self.source.error_at(range, message).help(help));
    }
}

/// What stands in an `Action` or `NotAction`.
struct WrittenActions<'j> {
    /// What stands in its lists and between them; the value itself where it is no list.
    elements: Vec<&'j Json>,
    lists: Vec<ListPlace>,
}

impl<'j> WrittenActions<'j> {
    fn of(value: &'j Json) -> Self {
        let mut written = WrittenActions {
            elements: Vec::new(),
            lists: Vec::new(),
        };
        for part in value.as_joined().unwrap_or(std::slice::from_ref(value)) {
            let first = written.elements.len();
            if let Some(list) = part.as_array() {
                written.elements.extend(list);
                written.lists.push(ListPlace {
                    range: part.range.clone(),
                    elements: first..written.elements.len(),
                    arrangement: Arrangement::Plain,
                });
            } else {
                written.elements.push(part);
            }
        }
        written
    }

    /// Why an entry has to stay that is written as it is: what is joined with it may be an empty list.
    fn needs_literal(&self) -> Option<String> {
        let opaque = self
            .elements
            .iter()
            .filter_map(|element| element.as_opaque());
        let mut may_be_empty = opaque.filter(|opaque| opaque.may_be_nothing);
        let opaque = may_be_empty.next()?;
        Some(format!("nothing else may be left: {}", opaque.reason))
    }
}

/// The opening brace, to point at where something is missing.
fn opening(source: &Source, json: &Json) -> Range<usize> {
    source.character_at(json.range.start)
}

fn elements_but(members: &[Member], left_out: &[&str]) -> Elements {
    members
        .iter()
        .filter(|member| !left_out.contains(&member.name.as_str()))
        .map(|member| (member.name.as_str(), member.value.to_exact_value()))
        .collect()
}

fn help_with(error: &PatternError) -> &'static str {
    match error {
        PatternError::Empty | PatternError::NoColon | PatternError::HalfEmpty => {
            "write service:Name, for example s3:GetObject; * alone is every action"
        }
        PatternError::TwoColons => {
            "write service:Name, for example s3:GetObject; an ARN belongs in Resource"
        }
        PatternError::WildcardInService => "write one entry for each service",
        PatternError::TooLong(_) | PatternError::LongService(_) => {
            "no action is that long; is something pasted together?"
        }
        PatternError::Character(_) | PatternError::NotLiteral => {
            "an action is written in ASCII letters, digits and hyphens; * and ? are wildcards"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(entries: &[&str]) -> Problems {
        let list = entries.join(",");
        let text = format!("{{\"Statement\": {{\"Effect\": \"Allow\", \"Action\": [{list}]}}}}");
        let source = Source::from_text("p.json", &text);
        read_policy(&source, &Json::parse(&source).unwrap()).unwrap_err()
    }

    #[test]
    fn so_much_can_be_wrong_that_not_all_is_told() {
        let all = problems(&vec!["7"; 5_000]);
        assert_eq!(all.0.len(), 1_001);
        assert!(all.0[0].message().starts_with("more is wrong"));
        // An error is reported even after countless warnings.
        let mut entries = vec!["\"*:*\""; 5_000];
        entries.push("7");
        assert!(problems(&entries).has_errors());
    }
}
