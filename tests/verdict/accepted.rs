//! Right answers, in many shapes.

use iam_refine::proof::Part;

use super::case::{ORIGINAL, REFINED, edited, verdict};

fn is_accepted(what: &str, refined: &str) {
    let verdict = verdict(ORIGINAL, refined, &[]);
    assert!(verdict.holds(), "{what}: {:#?}", verdict.objections);
}

#[test]
fn other_shapes_of_a_right_answer() {
    let read = r#"["s3:GetAccess*", "s3:GetObject*", "s3:ListBucket"]"#;
    let split = r#"["s3:GetAccess*", "s3:GetObject*"], "Resource": ["arn:b", "arn:a"]},
        {"Sid": "ReadToo", "Effect": "Allow", "Action": "s3:ListBucket""#;
    for (what, old, new) in [
        ("itself", read, read),
        (
            "an explicit list",
            read,
            r#"["s3:GetAccessPoint", "s3:GetAccessPolicy", "s3:GetObject", "s3:GetObjectAcl", "s3:ListBucket"]"#,
        ),
        (
            "cut finer",
            read,
            r#"["s3:GetA*", "s3:GetO*", "s3:ListBucket"]"#,
        ),
        (
            "sorted otherwise",
            read,
            r#"["s3:ListBucket", "s3:GetObject*", "s3:GetAccess*"]"#,
        ),
        (
            "with duplicates",
            read,
            r#"["s3:GetAccess*", "s3:GetObject*", "s3:GetObject", "s3:ListBucket", "s3:listbucket"]"#,
        ),
        (
            "in another case",
            read,
            r#"["S3:getaccess*", "S3:GETOBJECT*", "s3:listBucket"]"#,
        ),
        (
            "a string as a list",
            r#""s3:PutObject*""#,
            r#"["s3:PutObject*"]"#,
        ),
        ("a list as two statements", read, split),
        (
            "a Resource as a list",
            r#""Resource": "*",
     "#,
            r#""Resource": ["*"],
     "#,
        ),
        (
            "a Deny sorted otherwise",
            r#"["iam:*", "s3:PutObject"]"#,
            r#"["s3:putobject", "iam:*"]"#,
        ),
        (
            "a NotAction extended",
            r#"["s3:*", "sqs:*", "iam:*"]"#,
            r#"["s3:*", "iam:*", "sqs:*", "ec2:TerminateInstances", "newsvc:Gone"]"#,
        ),
    ] {
        is_accepted(what, &edited(old, new));
    }
}

#[test]
fn reordered_and_merged_statements() {
    let policy: serde_json::Value = serde_json::from_str(REFINED).unwrap();
    let mut reversed = policy.clone();
    reversed["Statement"].as_array_mut().unwrap().reverse();
    is_accepted("reordered", &reversed.to_string());

    let two = r#"{"Statement": [
        {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
        {"Effect": "Allow", "Action": ["s3:Put*", "sqs:*"], "Resource": "*"}]}"#;
    let one = r#"{"Statement": {"Effect": "Allow", "Resource": "*", "Action":
        ["s3:GetAccess*", "s3:GetObject*", "s3:PutObject*"]}}"#;
    let merged = verdict(two, one, &[]);
    assert!(merged.holds(), "{:#?}", merged.objections);
    let gone = merged.gone.iter().map(ToString::to_string);
    assert_eq!(
        gone.collect::<Vec<_>>(),
        [
            "s3:GetBucketAcl",
            "s3:GetBucketCors",
            "s3:PutBucketTagging",
            "sqs:ReceiveMessage",
            "sqs:SendMessage"
        ]
    );
}

#[test]
fn a_statement_of_which_nothing_stays_may_go() {
    let two = r#"{"Statement": [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"},
        {"Sid": "Q", "Effect": "Allow", "Action": "sqs:*", "Resource": "arn:q"}]}"#;
    let one = r#"{"Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}}"#;
    assert!(verdict(two, one, &[]).holds());
}

#[test]
fn that_a_wildcard_could_be_shorter_is_advice() {
    let verdict = verdict(
        ORIGINAL,
        &edited(
            r#""s3:PutObject*""#,
            r#"["s3:PutObject", "s3:PutObjectTag*"]"#,
        ),
        &[],
    );
    assert!(verdict.holds(), "{:#?}", verdict.objections);
    assert_eq!(verdict.advice[0].part, Part::Shortest);
    assert!(verdict.advice[0].what.contains("s3:PutObject*"));
}
