//! Deny policies in the place of narrowed ones: with them the policy as it was allows what the refined
//! one does, as the texts of both say; and the proof rejects any other Deny.

use std::cell::RefCell;

use iam_refine::document::{Document, deny_text};
use iam_refine::iam::quota::size;
use iam_refine::iam::{ActionPattern, Policy};
use iam_refine::proof::{Fault, Knowledge, Part, prove_as_deny};
use iam_refine::refine::{DenyBy, Going};
use iam_refine::text::Source;
use serde_json::{Value, json};

use super::decided::Decided;
use super::decisions::{Effective, check, holds};
use super::known::{names, services};
use super::pattern::{grants, is_literal, same, service_of};

#[test]
fn with_the_deny_the_policy_allows_what_the_refined_one_does() {
    let denied_by_wildcard = RefCell::new(0);
    check(1_000, |decided| {
        let both = Both::new(decided);
        for by in [DenyBy::Name, DenyBy::Prefix] {
            let entries = both.deny(by);
            let texts: Vec<String> = entries.iter().map(ToString::to_string).collect();
            if !entries.is_empty() {
                let faults = both.faults(&deny_text(&entries), usize::MAX);
                holds(faults.is_empty(), || format!("{texts:?}: {faults:?}"))?;
            }
            for action in both.known() {
                let is_denied = denies(&texts, &action);
                let is_right = (both.was(&action) && !is_denied) == both.stays(&action);
                holds(is_right, || format!("{action} by {texts:?}"))?;
                holds(!is_denied || both.was(&action), || {
                    format!("{action} was never allowed")
                })?;
            }
            for action in both.unknown() {
                let is_wrong =
                    denies(&texts, &action) && (!both.was(&action) || both.stays(&action));
                holds(!is_wrong, || format!("{action} by {texts:?}"))?;
            }
            *denied_by_wildcard.borrow_mut() +=
                texts.iter().filter(|text| !is_literal(text)).count();
        }
        Ok(())
    });
    assert!(denied_by_wildcard.into_inner() > 250, "there are wildcards");
}

#[test]
fn prefixes_are_not_more_than_names() {
    check(200, |decided| {
        let both = Both::new(decided);
        let [by_name, by_prefix] = [DenyBy::Name, DenyBy::Prefix].map(|by| both.deny(by).len());
        holds(by_prefix <= by_name, || {
            format!("{by_prefix} and {by_name}")
        })
    });
}

#[test]
fn the_proof_rejects_a_deny_with_an_error_planted() {
    let effective = RefCell::new(Effective::new());
    check(700, |decided| {
        let both = Both::new(decided);
        let entries = both.deny(DenyBy::Name);
        if entries.is_empty() {
            return Ok(());
        }
        for (error, text, most, part) in planted(&both, &entries) {
            let faults = both.faults(&text, most);
            let found = faults.iter().any(|fault| fault.part == part);
            holds(found, || format!("{error}: {faults:?} in {text}"))?;
            *effective.borrow_mut().entry(error).or_default() += 1;
        }
        Ok(())
    });
    let effective = effective.into_inner();
    for (error, least) in [
        ("an action is missing", 180),
        ("an action that stays is denied", 180),
        ("an action that was never allowed is denied", 140),
        ("an action that stays and is not known is denied", 140),
        ("a service that was never allowed is denied", 90),
        ("a wildcard matches what stays", 90),
        ("everything is denied", 90),
        ("the Resource is another", 240),
        ("a Condition is added", 240),
        ("it is a NotAction", 240),
        ("it allows", 240),
        ("a second statement is added", 240),
        ("it is too long", 240),
    ] {
        let count = effective.get(error).copied().unwrap_or_default();
        assert!(
            count >= least,
            "{error}: only {count} times, of {effective:?}"
        );
    }
}

type Planted = (&'static str, String, usize, Part);

/// Texts of Deny policies that are not those of `entries`, each with the part that has to fail.
fn planted(both: &Both<'_>, entries: &[ActionPattern]) -> Vec<Planted> {
    let right = deny_text(entries);
    let any = usize::MAX;
    let with = |entry: &str| {
        let new: ActionPattern = entry.parse().unwrap();
        let mut entries = entries.to_vec();
        entries.push(new);
        deny_text(&entries)
    };
    let texts: Vec<String> = entries.iter().map(ToString::to_string).collect();
    let mut planted = Vec::new();
    for place in 0..entries.len() {
        let rest: Vec<String> = [&texts[..place], &texts[place + 1..]].concat();
        let goes = |action: &String| both.was(action) && !both.stays(action);
        let is_missing = both
            .known()
            .iter()
            .any(|action| goes(action) && !denies(&rest, action));
        if is_missing && entries.len() > 1 {
            let text = deny_text(&[&entries[..place], &entries[place + 1..]].concat());
            planted.push(("an action is missing", text, any, Part::UnusedGone));
        }
        let wider = format!("{}:*", service_of(&texts[place]).replace('*', "s3"));
        let staying = both.known().into_iter().filter(|action| both.stays(action));
        if staying.into_iter().any(|action| grants(&wider, &action)) {
            planted.push((
                "a wildcard matches what stays",
                with(&wider),
                any,
                Part::NothingLost,
            ));
        }
    }
    let known = both.known();
    if let Some(action) = known.iter().find(|action| both.stays(action)) {
        let error = "an action that stays is denied";
        planted.push((error, with(action), any, Part::NothingLost));
        planted.push(("everything is denied", with("*"), any, Part::NothingLost));
    }
    if let Some(action) = known.iter().find(|action| !both.was(action)) {
        let error = "an action that was never allowed is denied";
        planted.push((error, with(action), any, Part::NothingElseTouched));
    }
    let is_unknown = |action: &String| !known.iter().any(|known| same(known, action));
    if let Some(action) = both
        .unknown()
        .iter()
        .find(|one| is_unknown(one) && both.stays(one))
    {
        let error = "an action that stays and is not known is denied";
        planted.push((error, with(action), any, Part::NothingLost));
    }
    if !both.was("zz:Any") {
        let error = "a service that was never allowed is denied";
        planted.push((error, with("zz:*"), any, Part::NothingElseTouched));
    }
    for (error, from, to) in [
        (
            "the Resource is another",
            r#""Resource": "*""#,
            r#""Resource": "arn:aws:s3:::a/*""#,
        ),
        (
            "a Condition is added",
            r#""Resource": "*""#,
            r#""Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}"#,
        ),
        ("it is a NotAction", r#""Action""#, r#""NotAction""#),
        ("it allows", r#""Deny""#, r#""Allow""#),
        (
            "a second statement is added",
            r#""Statement": ["#,
            r#""Statement": [{"Effect": "Deny", "Action": "zz:A", "Resource": "*"},"#,
        ),
    ] {
        assert!(right.contains(from), "{right}");
        planted.push((
            error,
            right.replacen(from, to, 1),
            any,
            Part::NothingElseTouched,
        ));
    }
    let too_long = size(&right) - 1;
    planted.push(("it is too long", right, too_long, Part::NothingElseTouched));
    planted
}

/// A policy as it was and as it is refined, as values and as texts.
struct Both<'d> {
    decided: &'d Decided,
    refined: Policy,
    /// The statements of both that allow, as JSON.
    was: Vec<Value>,
    stays: Vec<Value>,
}

impl<'d> Both<'d> {
    fn new(decided: &'d Decided) -> Self {
        let document = &decided.given.document;
        let original = document.source().text().to_owned();
        let nothing = r#"{"Statement": []}"#.to_owned();
        let changes = decided.edits.iter().any(Option::is_some);
        let text = if changes {
            document.rewrite(&decided.edits)
        } else {
            Some(original.clone())
        };
        let refined = match &text {
            Some(text) => {
                let text = text.trim_start_matches('\u{feff}');
                let document = Document::parse(Source::from_text("refined", text)).unwrap();
                document.policy().clone()
            }
            None => Policy {
                statements: Vec::new(),
                ..document.policy().clone()
            },
        };
        Both {
            decided,
            refined,
            was: allowing(&original),
            stays: allowing(&text.unwrap_or(nothing)),
        }
    }

    fn deny(&self, by: DenyBy) -> Vec<ActionPattern> {
        let before = self.decided.given.policy();
        Going::new(&self.decided.given.universe, [before], [&self.refined]).deny_entries(by)
    }

    fn faults(&self, text: &str, most: usize) -> Vec<Fault> {
        let given = &self.decided.given;
        let universe = &given.universe;
        let knowledge = Knowledge::new(&universe.catalogue, &universe.unused, [given.policy()])
            .with_kept(&given.options.keeps)
            .with_held(given.held.iter().map(|(action, _)| action))
            .with_used(&universe.used);
        prove_as_deny(
            &knowledge,
            &[given.policy()],
            &[&self.refined],
            &[text],
            most,
        )
    }

    fn known(&self) -> Vec<String> {
        let world = &self.decided.world;
        let services = services(world).into_iter();
        let actions = services.flat_map(|service| {
            let names = names(world, &service).into_iter();
            names
                .map(move |name| format!("{service}:{name}"))
                .collect::<Vec<_>>()
        });
        actions.collect()
    }

    /// Actions that nobody knows, whose names are near those that are known.
    fn unknown(&self) -> Vec<String> {
        let near =
            |action: String| ["Zz", "Tagging", "s"].map(|ending| format!("{action}{ending}"));
        self.known().into_iter().flat_map(near).collect()
    }

    fn was(&self, action: &str) -> bool {
        self.was.iter().any(|statement| allows(statement, action))
    }

    fn stays(&self, action: &str) -> bool {
        self.stays.iter().any(|statement| allows(statement, action))
    }
}

fn denies(entries: &[String], action: &str) -> bool {
    entries.iter().any(|entry| grants(entry, action))
}

/// The statements of a policy's text that allow.
fn allowing(text: &str) -> Vec<Value> {
    let policy: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
    let mut statements = listed(&policy["Statement"]);
    statements.retain(|statement| statement["Effect"] == json!("Allow"));
    statements
}

fn allows(statement: &Value, action: &str) -> bool {
    let matches = |element: &str| {
        let entries = listed(&statement[element]);
        entries
            .iter()
            .any(|entry| grants(entry.as_str().unwrap(), action))
    };
    match statement.get("NotAction") {
        Some(_) => !matches("NotAction"),
        None => matches("Action"),
    }
}

fn listed(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values.clone(),
        one => vec![one.clone()],
    }
}
