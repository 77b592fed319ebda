//! Random documents that take others, and what Terraform's provider would make of them, written down once
//! more here: before and after.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use iam_refine::iam::{Action, ActionPattern};
use iam_refine::intake::{Intake, SourceRoot};
use iam_refine::review::{Accept, Review};
use serde_json::{Value, json};

use crate::accounts::arn;
use crate::run::folder;
use crate::source_uses::{resource, role};

/// Numbers that are the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn is(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    fn some<T: Clone>(&mut self, of: &[T], one_in: usize) -> Vec<T> {
        of.iter().filter(|_| self.is(one_in)).cloned().collect()
    }
}

const ENTRIES: [&str; 7] = [
    "sqs:SendMessage",
    "sqs:DeleteMessage",
    "sqs:ReceiveMessage",
    "sqs:Delete*",
    "sqs:*",
    "sns:Publish",
    "sns:Subscribe",
];

const ACTIONS: [&str; 7] = [
    "sqs:SendMessage",
    "sqs:DeleteMessage",
    "sqs:ReceiveMessage",
    "sqs:DeleteQueue",
    "sqs:ListQueues",
    "sns:Publish",
    "sns:Subscribe",
];

/// A `Sid`, which may be none, and entries.
type Statement = (String, Vec<String>);

/// What is written of a document: others by their numbers, which are smaller, and statements.
#[derive(Clone, Debug)]
struct Written {
    sources: Vec<usize>,
    own: Vec<Statement>,
    overrides: Vec<usize>,
}

fn documents(random: &mut Random) -> Vec<Written> {
    let count = random.below(5) + 1;
    let mut all: Vec<Written> = Vec::new();
    for number in 0..count {
        let earlier: Vec<usize> = (0..number).collect();
        let (sources, overrides) = (random.some(&earlier, 3), random.some(&earlier, 2));
        let is_alone = sources.is_empty() && overrides.is_empty();
        let statements = random.below(4) + usize::from(is_alone);
        let mut sids = BTreeSet::new();
        let own = (0..statements).map(|_| {
            let sid = ["", "A", "B", "C"][random.below(4)];
            let sid = if sids.insert(sid) { sid } else { "" };
            let mut entries = random.some(&ENTRIES, 6);
            if entries.is_empty() {
                entries.push(ENTRIES[random.below(ENTRIES.len())]);
            }
            (
                sid.to_owned(),
                entries.into_iter().map(str::to_owned).collect(),
            )
        });
        let own = own.collect();
        all.push(Written {
            sources,
            own,
            overrides,
        });
    }
    all
}

/// What the provider makes of a document; none where it refuses it.
fn made(all: &[Written], number: usize) -> Option<Vec<Statement>> {
    fn put(made: &mut Vec<Statement>, statement: Statement) {
        match made
            .iter_mut()
            .find(|(sid, _)| !sid.is_empty() && *sid == statement.0)
        {
            Some(same) => *same = statement,
            None => made.push(statement),
        }
    }
    let (mut statements, mut sids) = (Vec::new(), BTreeSet::new());
    for source in &all[number].sources {
        for statement in made(all, *source)? {
            if !statement.0.is_empty() && !sids.insert(statement.0.clone()) {
                return None;
            }
            put(&mut statements, statement);
        }
    }
    let overriding = all[number].overrides.iter().map(|&other| made(all, other));
    let behind = std::iter::once(Some(all[number].own.clone())).chain(overriding);
    for other in behind {
        other?
            .into_iter()
            .for_each(|statement| put(&mut statements, statement));
    }
    Some(statements)
}

fn text(all: &[Written], roles: &[usize]) -> String {
    let mut text = String::new();
    let list = |numbers: &[usize]| {
        let names = numbers.iter();
        let names = names.map(|number| format!("data.aws_iam_policy_document.d{number}.json"));
        names.collect::<Vec<_>>().join(", ")
    };
    for (number, document) in all.iter().enumerate() {
        writeln!(text, "data \"aws_iam_policy_document\" \"d{number}\" {{").unwrap();
        writeln!(
            text,
            "  source_policy_documents = [{}]",
            list(&document.sources)
        )
        .unwrap();
        writeln!(
            text,
            "  override_policy_documents = [{}]",
            list(&document.overrides)
        )
        .unwrap();
        for (sid, entries) in &document.own {
            writeln!(
                text,
                "  statement {{\n    sid = {sid:?}\n    actions = {entries:?}"
            )
            .unwrap();
            text.push_str("    resources = [\"*\"]\n  }\n");
        }
        text.push_str("}\n");
    }
    for (number, document) in roles.iter().enumerate() {
        writeln!(
            text,
            "resource \"aws_iam_role\" \"r{number}\" {{\n  name = \"r{number}\"\n}}\n\
             resource \"aws_iam_role_policy\" \"p{number}\" {{\n  role = aws_iam_role.r{number}.id\n  \
             policy = data.aws_iam_policy_document.d{document}.json\n}}"
        )
        .unwrap();
    }
    text
}

/// The documents as a text has them, of the form above: only their statements are read.
fn read(text: &str, before: &[Written]) -> Vec<Written> {
    let blocks = text.split("data \"aws_iam_policy_document\"").skip(1);
    let read = blocks.zip(before).map(|(block, before)| {
        let block = block.split("resource \"").next().unwrap();
        let statements = block.split("  statement {").skip(1).map(|statement| {
            let mut strings = statement.split('"').skip(1).step_by(2).map(str::to_owned);
            let sid = strings.next().unwrap();
            let entries = strings.take_while(|entry| entry.contains(':'));
            (sid, entries.collect())
        });
        Written {
            own: statements.collect(),
            ..before.clone()
        }
    });
    read.collect()
}

fn allows(statements: &[Statement], action: &str) -> bool {
    let action: Action = action.parse().unwrap();
    let mut entries = statements.iter().flat_map(|(_, entries)| entries);
    entries.any(|entry| entry.parse::<ActionPattern>().unwrap().matches(&action))
}

fn finding(number: usize, unused: &[&str]) -> Value {
    let of = |service: &str| {
        let prefix = format!("{service}:");
        let actions = unused
            .iter()
            .filter_map(|action| action.strip_prefix(&prefix));
        let actions: Vec<Value> = actions.map(|action| json!({"action": action})).collect();
        let details = json!({"serviceNamespace": service, "actions": actions});
        (!actions.is_empty()).then(|| json!({"unusedPermissionDetails": details}))
    };
    let details: Vec<Value> = ["sqs", "sns"].into_iter().filter_map(of).collect();
    let role = format!("role/r{number}");
    json!({
        "id": role, "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z", "resource": arn(&role),
        "resourceType": "AWS::IAM::Role", "findingType": "UnusedPermission",
        "findingDetails": details,
    })
}

/// The file with all accepted that is offered.
fn refined(text: &str, live: &[Vec<Statement>], unused: &[Vec<&str>]) -> String {
    let folder = folder();
    let root = folder.path().join("root");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("main.tf"), text).unwrap();
    let mut resources = Vec::new();
    for (number, statements) in live.iter().enumerate() {
        let statements = statements.iter().map(|(sid, entries)| {
            json!({"Sid": sid, "Effect": "Allow", "Action": entries, "Resource": "*"})
        });
        let statements: Vec<Value> = statements.collect();
        let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let values = json!({"name": "p", "role": format!("r{number}"), "policy": policy});
        resources.push(role(&format!("r{number}")));
        resources.push(resource(
            "aws_iam_role_policy",
            &format!("p{number}"),
            values,
        ));
    }
    let state =
        json!({"format_version": "1.0", "values": {"root_module": {"resources": resources}}});
    let mut intake = Intake::new().text("state.json", &state.to_string());
    for (number, unused) in unused.iter().enumerate() {
        intake = intake.text(
            &format!("{number}.json"),
            &finding(number, unused).to_string(),
        );
    }
    let root = SourceRoot {
        path: root,
        states: Vec::new(),
    };
    let mut review = Review::new(intake.sources(&[root], true).unwrap().input);
    review.accept_all(Accept::Entries);
    assert!(review.is_proved(), "{text}");
    let file = review.files().next();
    let written = file.and_then(|file| Some(file.text()?.into_owned()));
    written.unwrap_or_else(|| text.to_owned())
}

#[test]
fn what_is_used_stays_and_nothing_comes_back_in_any_policy() {
    let mut edited = 0;
    for seed in 0..600 {
        let mut random = Random(seed);
        let all = documents(&mut random);
        let roles: Vec<usize> = (0..=random.below(2))
            .map(|_| random.below(all.len()))
            .collect();
        let live = roles.iter().map(|&document| made(&all, document));
        let Some(live) = live.collect::<Option<Vec<_>>>() else {
            continue;
        };
        let unused: Vec<Vec<&str>> = (roles.iter())
            .map(|_| {
                let mut unused = random.some(&ACTIONS, 2);
                if unused.is_empty() {
                    unused.push("sqs:DeleteMessage");
                }
                unused
            })
            .collect();
        let before = text(&all, &roles);
        let after = refined(&before, &live, &unused);
        let documents = read(&after, &all);
        edited += usize::from(after != before);
        for (number, &document) in roles.iter().enumerate() {
            let (old, new) = (&live[number], made(&documents, document).unwrap());
            let mut became: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
            for action in ACTIONS {
                became.insert(action, (allows(old, action), allows(&new, action)));
            }
            for (action, (was, is)) in became {
                let may_go = unused[number].contains(&action);
                assert!(
                    was || !is,
                    "{seed}: {action} is new\n{before}\n---\n{after}"
                );
                assert!(
                    is || !was || may_go,
                    "{seed}: {action} is gone\n{before}\n---\n{after}"
                );
            }
        }
    }
    assert!(edited > 100, "{edited}");
}
