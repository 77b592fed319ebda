//! Random documents of Terraform that take others, what Terraform's provider would make of them, written down
//! once more here, and how they are read again once they are edited.

use std::collections::BTreeSet;
use std::fmt::Write;

use iam_refine::iam::{Action, ActionPattern};
use serde_json::{Value, json};

use crate::accounts::arn;

/// Numbers that are the same for the same seed.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    pub fn is(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    pub fn some<T: Clone>(&mut self, of: &[T], one_in: usize) -> Vec<T> {
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

pub const ACTIONS: [&str; 7] = [
    "sqs:SendMessage",
    "sqs:DeleteMessage",
    "sqs:ReceiveMessage",
    "sqs:DeleteQueue",
    "sqs:ListQueues",
    "sns:Publish",
    "sns:Subscribe",
];

pub const RESOURCES: [&str; 2] = ["*", "arn:aws:sqs:::a"];

/// A statement that allows something.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Its `Sid`, which may be none.
    pub sid: String,
    pub entries: Vec<String>,
    pub resource: &'static str,
    /// What a comment in it keeps.
    pub keeps: Option<&'static str>,
}

/// What is written of a document: others by their numbers, which are smaller, and statements.
#[derive(Clone, Debug)]
pub struct Written {
    pub sources: Vec<usize>,
    pub own: Vec<Statement>,
    pub overrides: Vec<usize>,
}

/// Some documents, each of which may take earlier ones; one in so many statements has a comment.
pub fn documents(random: &mut Random, one_kept_in: usize) -> Vec<Written> {
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
            Statement {
                sid: sid.to_owned(),
                entries: entries.into_iter().map(str::to_owned).collect(),
                resource: RESOURCES[usize::from(random.is(4))],
                keeps: (random.is(one_kept_in)).then(|| ACTIONS[random.below(ACTIONS.len())]),
            }
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
pub fn made(all: &[Written], number: usize) -> Option<Vec<Statement>> {
    fn put(made: &mut Vec<Statement>, statement: Statement) {
        match made
            .iter_mut()
            .find(|one| !one.sid.is_empty() && one.sid == statement.sid)
        {
            Some(same) => *same = statement,
            None => made.push(statement),
        }
    }
    let (mut statements, mut sids) = (Vec::new(), BTreeSet::new());
    for source in &all[number].sources {
        for statement in made(all, *source)? {
            if !statement.sid.is_empty() && !sids.insert(statement.sid.clone()) {
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

/// The documents by their numbers, `d0` and so on.
pub fn text(all: &[Written]) -> String {
    let mut text = String::new();
    let list = |numbers: &[usize]| {
        let names = numbers.iter();
        let names = names.map(|number| format!("data.aws_iam_policy_document.d{number}.json"));
        names.collect::<Vec<_>>().join(", ")
    };
    for (number, document) in all.iter().enumerate() {
        let (sources, overrides) = (list(&document.sources), list(&document.overrides));
        write!(
            text,
            "data \"aws_iam_policy_document\" \"d{number}\" {{\n  source_policy_documents = [{sources}]\n  \
             override_policy_documents = [{overrides}]\n"
        )
        .unwrap();
        for statement in &document.own {
            text.push_str("  statement {\n");
            if let Some(kept) = statement.keeps {
                writeln!(text, "    # iam-refine:keep {kept} needed").unwrap();
            }
            let Statement {
                sid,
                entries,
                resource,
                ..
            } = statement;
            write!(
                text,
                "    sid = {sid:?}\n    actions = {entries:?}\n    resources = [{resource:?}]\n  }}\n"
            )
            .unwrap();
        }
        text.push_str("}\n");
    }
    text
}

/// The documents as a text has them, of the form above: only their statements are read.
pub fn read(text: &str, before: &[Written]) -> Vec<Written> {
    let blocks = text.split("data \"aws_iam_policy_document\"").skip(1);
    let read = blocks.zip(before).map(|(block, before)| {
        let block = block.split("resource \"").next().unwrap();
        let statements = block.split("  statement {").skip(1).map(|statement| {
            let strings = statement.split('"').skip(1).step_by(2).map(str::to_owned);
            let mut strings: Vec<String> = strings.collect();
            let resource = strings.pop().unwrap();
            Statement {
                sid: strings.remove(0),
                entries: strings,
                resource: RESOURCES.into_iter().find(|one| *one == resource).unwrap(),
                keeps: None,
            }
        });
        Written {
            own: statements.collect(),
            ..before.clone()
        }
    });
    read.collect()
}

/// Whether some of the statements on a resource allow an action.
pub fn allows(statements: &[Statement], resource: &str, action: &str) -> bool {
    let action: Action = action.parse().unwrap();
    let on = statements.iter().filter(|one| one.resource == resource);
    let mut entries = on.flat_map(|one| &one.entries);
    entries.any(|entry| entry.parse::<ActionPattern>().unwrap().matches(&action))
}

/// The policy as the provider writes it: one action alone as a text, several from the last to the first.
pub fn policy(statements: &[Statement]) -> String {
    let statements = statements.iter().map(|statement| {
        let mut entries = statement.entries.clone();
        entries.sort();
        entries.dedup();
        entries.reverse();
        let actions = match entries.as_slice() {
            [only] => json!(only),
            several => json!(several),
        };
        json!({"Sid": statement.sid, "Effect": "Allow", "Action": actions, "Resource": statement.resource})
    });
    let statements: Vec<Value> = statements.collect();
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// The finding of a role that does not use these.
pub fn finding(role: &str, unused: &[&str]) -> Value {
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
    let role = format!("role/{role}");
    json!({
        "id": role, "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z", "resource": arn(&role),
        "resourceType": "AWS::IAM::Role", "findingType": "UnusedPermission",
        "findingDetails": details,
    })
}

/// Some actions that are not used.
pub fn unused(random: &mut Random) -> Vec<&'static str> {
    let mut unused = random.some(&ACTIONS, 2);
    if unused.is_empty() {
        unused.push("sqs:DeleteMessage");
    }
    unused
}
