//! Policies far larger than AWS takes: they are judged by the same rules, and nobody waits.

use iam_refine::proof::Part::{NothingAdded, NothingLost};

use super::case::verdict;

/// Far more than could be compared each with each while somebody waits.
const MANY: usize = 10_000;

fn policy(entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<String> = entries.map(|entry| format!("{entry:?}")).collect();
    let entries = entries.join(", ");
    format!(r#"{{"Statement": {{"Effect": "Allow", "Action": [{entries}], "Resource": "*"}}}}"#)
}

fn literals() -> impl Iterator<Item = String> {
    (0..MANY).map(|number| format!("s3:Get{number}"))
}

#[test]
fn literals_are_held_against_themselves_and_each_other() {
    let all = policy(literals());
    assert!(verdict(&all, &all, &[]).holds());
    let without = policy(literals().filter(|entry| entry != "s3:Get777"));
    let lost = verdict(&all, &without, &[]);
    assert_eq!(lost.objections.len(), 1, "{:#?}", lost.objections);
    assert_eq!(lost.objections[0].entry, "s3:Get777".parse().ok());
    let added = verdict(&without, &all, &[]);
    assert_eq!(added.objections.len(), 1, "{:#?}", added.objections);
    assert_eq!(added.objections[0].entry, "s3:Get777".parse().ok());
}

/// What other entries grant does not make a new wildcard entangled with them.
#[test]
fn a_wildcard_beside_many_literals_is_told_apart() {
    let with = policy(literals().chain(["s3:Describe*".to_owned()]));
    let added = verdict(&policy(literals()), &with, &[]);
    assert_eq!(added.objections.len(), 1, "{:#?}", added.objections);
    assert_eq!(added.objections[0].part, NothingAdded);
    assert_eq!(
        added.objections[0].witnesses,
        ["s3:describe".parse().unwrap()]
    );
}

#[test]
fn a_not_action_of_many_is_held_against_one_that_leaves_out_more() {
    let left_out = |entries: String| entries.replace("Action", "NotAction");
    let old = left_out(policy(literals()));
    let unused = [
        "s3:PutBucketTagging",
        "s3:L*",
        "s3:GetB*",
        "ec2:*",
        "sqs:*",
        "newsvc:Gone",
    ];
    let more = left_out(policy(literals().chain(unused.map(str::to_owned))));
    let denied = verdict(&old, &more, &[]);
    let parts: Vec<_> = denied.objections.iter().map(|one| one.part).collect();
    assert_eq!(parts, [NothingLost], "{:#?}", denied.objections);
    let added = verdict(&more, &old, &[]);
    let first = &added.objections[0];
    assert_eq!(first.part, NothingAdded);
    assert_eq!(first.witnesses, ["ec2:RunInstances".parse().unwrap()]);
}

/// Statements, each with a `Sid` and a `Resource` of its own.
fn statements(sid: &str, action: impl Fn(usize) -> String) -> String {
    let statements: Vec<String> = (0..MANY / 10)
        .map(|number| {
            format!(
                r#"{{"Sid": "{sid}{number}", "Effect": "Allow", "Action": "{}", "Resource": "arn:{sid}{number}"}}"#,
                action(number)
            )
        })
        .collect();
    format!(r#"{{"Statement": [{}]}}"#, statements.join(", "))
}

#[test]
fn statements_correspond_to_the_first_that_is_most_like_them_or_to_none() {
    let old = statements("a", |number| format!("s3:Get{number}"));
    let none = verdict(
        &old,
        &statements("b", |number| format!("s3:Put{number}")),
        &[],
    );
    let told = |what: &str| {
        let objections = none.objections.iter();
        objections.filter(|one| one.what.contains(what)).count()
    };
    assert_eq!(told("the original has no statement with this"), MANY / 10);
    assert_eq!(told("granted what stays"), MANY / 10);
    assert_eq!(told("grants what the original does not"), MANY / 10);

    let moved = verdict(&old, &old.replace("arn:", "ARN:"), &[]);
    assert_eq!(moved.objections.len(), MANY / 10);
    assert!(
        moved
            .objections
            .iter()
            .all(|one| one.what == "its Resource has changed")
    );

    let renamed = verdict(
        &old,
        &statements("b", |number| format!("s3:Get{number}")),
        &[],
    );
    let sids = renamed.objections.iter();
    assert_eq!(
        sids.filter(|one| one.what.contains("its Sid")).count(),
        MANY / 10
    );
    assert_eq!(renamed.objections.len(), MANY / 5);
}
