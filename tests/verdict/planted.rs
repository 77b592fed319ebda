//! Errors that tools and people make.

use iam_refine::proof::Part::{self, NothingAdded, NothingElseTouched, NothingLost, UnusedGone};

use super::case::{ORIGINAL, REFINED, edited, verdict};

/// What is planted; what is replaced by what; the part that has to fail, and the witness.
type Row = (&'static str, &'static str, &'static str, Part, &'static str);

const ROWS: [Row; 40] = [
    // 1: nothing added.
    (
        "an action of no entry",
        r#""s3:ListBucket""#,
        r#""s3:ListBucket", "s3:PutObject""#,
        NothingAdded,
        "s3:PutObject",
    ),
    (
        "an action of another service",
        r#""s3:ListBucket""#,
        r#""s3:ListBucket", "iam:PassRole""#,
        NothingAdded,
        "iam:PassRole",
    ),
    (
        "a wildcard wider than the original's",
        r#""s3:PutObject*""#,
        r#""s3:*Object*""#,
        NothingAdded,
        "s3:GetObject",
    ),
    (
        "the middle wildcard's start is lost",
        r#""s3:GetObject*""#,
        r#""s3:*Object""#,
        NothingAdded,
        "s3:PutObject",
    ),
    (
        "everything",
        r#""s3:PutObject*""#,
        r#""*""#,
        NothingAdded,
        "ec2:RunInstances",
    ),
    (
        "a whole service for one action",
        r#""s3:PutObject*""#,
        r#""s3:*""#,
        NothingAdded,
        "s3:GetAccessPoint",
    ),
    (
        "only names to come are added",
        r#""s3:PutObject*""#,
        r#"["s3:PutObject*", "s3:Pu?Object*"]"#,
        NothingAdded,
        "s3:puxobject",
    ),
    (
        "entries of two statements exchanged",
        r#"["s3:GetAccess*", "s3:GetObject*", "s3:ListBucket"]"#,
        r#""s3:PutObject*""#,
        NothingAdded,
        "s3:PutObject",
    ),
    (
        "an entry of NotAction is missing",
        r#"["s3:*", "sqs:*", "iam:*"]"#,
        r#"["s3:*", "sqs:*"]"#,
        NothingAdded,
        "iam:GetRole",
    ),
    (
        "an entry of NotAction is narrower",
        r#"["s3:*", "sqs:*", "iam:*"]"#,
        r#"["s3:*", "sqs:*", "iam:Pass*"]"#,
        NothingAdded,
        "iam:GetRole",
    ),
    (
        "NotAction became Action",
        r#""NotAction": ["s3:*", "sqs:*", "iam:*"]"#,
        r#""Action": ["s3:*", "sqs:*", "iam:*"]"#,
        NothingAdded,
        "s3:GetAccessPoint",
    ),
    (
        "Action became NotAction",
        r#""Action": "s3:PutObject*""#,
        r#""NotAction": "s3:PutObject*""#,
        NothingAdded,
        "ec2:RunInstances",
    ),
    (
        "a new statement",
        r#"{"Sid": "Rest","#,
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}, {"Sid": "Rest","#,
        NothingAdded,
        "iam:PassRole",
    ),
    (
        "a new statement elsewhere",
        r#"{"Sid": "Rest","#,
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:new"}, {"Sid": "Rest","#,
        NothingElseTouched,
        "",
    ),
    // 2: unused gone.
    (
        "an unused literal is put in",
        r#""s3:ListBucket""#,
        r#""s3:ListBucket", "s3:GetBucketAcl""#,
        UnusedGone,
        "s3:GetBucketAcl",
    ),
    (
        "in another case",
        r#""s3:ListBucket""#,
        r#""s3:ListBucket", "S3:GETBUCKETACL""#,
        UnusedGone,
        "s3:GetBucketAcl",
    ),
    (
        "a wildcard is left as it was",
        r#""s3:ListBucket""#,
        r#""s3:List*""#,
        UnusedGone,
        "s3:ListBuckets",
    ),
    (
        "the sibling trap",
        r#""s3:ListBucket""#,
        r#""s3:ListBucket*""#,
        UnusedGone,
        "s3:ListBuckets",
    ),
    (
        "a prefix too short",
        r#""s3:PutObject*""#,
        r#""s3:Put*""#,
        UnusedGone,
        "s3:PutBucketTagging",
    ),
    (
        "a wildcard in the middle",
        r#""s3:PutObject*""#,
        r#"["s3:PutObject*", "s3:Put*Tagging"]"#,
        UnusedGone,
        "s3:PutBucketTagging",
    ),
    (
        "a wholly unused service",
        r#""newsvc:*""#,
        r#""newsvc:*", "sqs:*""#,
        UnusedGone,
        "sqs:ReceiveMessage",
    ),
    (
        "names to come of a wholly unused service",
        r#""newsvc:*""#,
        r#""newsvc:*", "sqs:Purge*""#,
        UnusedGone,
        "sqs:purge",
    ),
    (
        "an unused literal of an unlisted service",
        r#""newsvc:*""#,
        r#""newsvc:Gone", "newsvc:*""#,
        UnusedGone,
        "newsvc:Gone",
    ),
    (
        "a NotAction extended by half",
        r#"["s3:*", "sqs:*", "iam:*"]"#,
        r#"["s3:*", "sqs:*", "iam:*", "newsvc:Gone"]"#,
        UnusedGone,
        "ec2:TerminateInstances",
    ),
    // 3: nothing lost.
    (
        "an entry is dropped",
        r#""s3:GetObject*", "#,
        "",
        NothingLost,
        "s3:GetObject",
    ),
    (
        "a prefix tool's loss",
        r#""s3:PutObject*""#,
        r#""s3:PutObjectT*""#,
        NothingLost,
        "s3:PutObject",
    ),
    (
        "a star is lost",
        r#""s3:GetObject*""#,
        r#""s3:GetObject""#,
        NothingLost,
        "s3:GetObjectAcl",
    ),
    (
        "misspelled",
        r#""ec2:RunInstances""#,
        r#""ec2:RunInstance""#,
        NothingLost,
        "ec2:RunInstances",
    ),
    (
        "a NotAction extended by what stays",
        r#"["s3:*", "sqs:*", "iam:*"]"#,
        r#"["s3:*", "sqs:*", "iam:*", "ec2:*", "newsvc:Gone"]"#,
        NothingLost,
        "ec2:RunInstances",
    ),
    (
        "a new Deny of what stays",
        r#"{"Sid": "Rest","#,
        r#"{"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}, {"Sid": "Rest","#,
        NothingLost,
        "s3:GetAccessPoint",
    ),
    (
        "a wildcard of an unlisted service",
        r#", "newsvc:*"]"#,
        "]",
        NothingLost,
        "",
    ),
    (
        "a wildcard of an unlisted service is narrowed",
        r#""newsvc:*""#,
        r#""newsvc:Get*""#,
        NothingLost,
        "",
    ),
    // 5: nothing else touched.
    (
        "a Resource is narrowed",
        r#"["arn:a", "arn:b"]"#,
        r#""arn:a""#,
        NothingElseTouched,
        "",
    ),
    (
        "a Condition is gone",
        r#""Resource": "*",
     "Condition": {"Bool": {"aws:SecureTransport": "true"}}}"#,
        r#""Resource": "*"}"#,
        NothingElseTouched,
        "",
    ),
    (
        "a Condition is another",
        r#""true""#,
        r#""false""#,
        NothingElseTouched,
        "",
    ),
    (
        "a Sid is another",
        r#""Sid": "Read""#,
        r#""Sid": "Reads""#,
        NothingElseTouched,
        "",
    ),
    (
        "an Effect is turned",
        r#""Write", "Effect": "Allow""#,
        r#""Write", "Effect": "Deny""#,
        NothingElseTouched,
        "",
    ),
    (
        "a Deny is weaker",
        r#"["iam:*", "s3:PutObject"]"#,
        r#""iam:*""#,
        NothingElseTouched,
        "s3:PutObject",
    ),
    (
        "a Deny is stronger",
        r#"["iam:*", "s3:PutObject"]"#,
        r#"["iam:*", "s3:Put*"]"#,
        NothingElseTouched,
        "s3:PutBucketTagging",
    ),
    (
        "a Version is another",
        "2012-10-17",
        "2008-10-17",
        NothingElseTouched,
        "",
    ),
];

#[test]
fn each_is_found_with_its_part_and_a_witness() {
    for (what, old, new, part, witness) in ROWS {
        let refined = edited(old, new);
        let verdict = verdict(ORIGINAL, &refined, &[]);
        let of_part: Vec<_> = (verdict.objections.iter())
            .filter(|objection| objection.part == part)
            .collect();
        assert!(!of_part.is_empty(), "{what}: {:#?}", verdict.objections);
        if !witness.is_empty() {
            let is_shown = of_part.iter().any(|objection| {
                let first = objection.witnesses.first().map(ToString::to_string);
                first.as_deref() == Some(witness)
            });
            assert!(is_shown, "{what}: {of_part:#?}");
        }
    }
}

#[test]
fn what_is_missing_is_found() {
    let without = |start: &str, end: &str| {
        let from = REFINED.find(start).unwrap();
        let to = REFINED[from..].find(end).unwrap() + from + end.len();
        format!("{}{}", &REFINED[..from], &REFINED[to..])
    };
    let statement = verdict(ORIGINAL, &without(r#"{"Sid": "Read""#, "},"), &[]);
    let lost = &statement.objections[0];
    assert_eq!(lost.part, NothingLost);
    assert_eq!(lost.witnesses[0].to_string(), "s3:GetAccessPoint");

    let without_deny = without(",\n    {\"Sid\": \"Never\"", "}");
    let deny = verdict(ORIGINAL, &without_deny, &[]);
    assert_eq!(deny.objections.len(), 1);
    assert_eq!(deny.objections[0].what, "the Deny is missing");

    let id = verdict(ORIGINAL, &without(r#""Id": "mine","#, "\n"), &[]);
    assert_eq!(id.objections[0].what, "the policy's Id has changed");
}

#[test]
fn under_everything_what_nobody_knows_of_an_unlisted_service_is_lost() {
    let policy = |entries: &str| {
        format!(r#"{{"Statement": {{"Effect": "Allow", "Action": [{entries}], "Resource": "*"}}}}"#)
    };
    let listed = r#""ec2:RunInstances", "ec2:StopInstances", "iam:*", "s3:GetAccess*",
        "s3:GetObject*", "s3:ListBucket", "s3:PutObject*""#;
    let with = policy(&format!(r#"{listed}, "newsvc:*""#));
    assert!(verdict(&policy(r#""*""#), &with, &[]).holds());
    let lost = verdict(&policy(r#""*""#), &policy(listed), &[]);
    assert_eq!(lost.objections.len(), 1, "{:#?}", lost.objections);
    assert_eq!(lost.objections[0].part, NothingLost);
    assert_eq!(lost.objections[0].entry, "*".parse().ok());
}

#[test]
fn what_is_kept_has_to_stay_and_is_not_held_against_it() {
    let lost = verdict(ORIGINAL, REFINED, &["s3:GetBucketAcl"]);
    assert_eq!(lost.objections[0].part, NothingLost);
    assert_eq!(
        lost.objections[0].witnesses[0].to_string(),
        "s3:GetBucketAcl"
    );

    let with = edited(
        r#""s3:ListBucket""#,
        r#""s3:ListBucket", "s3:GetBucketAcl""#,
    );
    let kept = verdict(ORIGINAL, &with, &["s3:GetBucketAcl"]);
    assert!(kept.holds(), "{:#?}", kept.objections);
    assert_eq!(kept.kept.len(), 1);
}

#[test]
fn the_entangled_counts_as_added_and_it_is_said() {
    let tail = |length: usize| format!("s3:*a{}", "?".repeat(length));
    let policy = |entry: &str| {
        format!(r#"{{"Statement": {{"Effect": "Allow", "Action": "{entry}", "Resource": "*"}}}}"#)
    };
    let verdict = verdict(&policy(&tail(41)), &policy(&tail(40)), &[]);
    assert_eq!(verdict.objections[0].part, NothingAdded);
    assert!(verdict.objections[0].what.contains("so entangled"));
}

#[test]
fn a_statement_that_stands_twice_with_one_sid_is_found() {
    let never = r#"{"Sid": "Never", "Effect": "Deny", "Action": ["iam:*", "s3:PutObject"], "Resource": "arn:never"}"#;
    let twice = edited(never, &format!("{never}, {never}"));
    let found = verdict(ORIGINAL, &twice, &[]);
    assert_eq!(found.objections.len(), 1, "{:#?}", found.objections);
    assert_eq!(found.objections[0].part, NothingElseTouched);
    assert!(found.objections[0].what.contains("is that of statement 5"));
    assert_eq!(found.objections[0].spot.unwrap().statement, 5);
    // Who has it twice already has changed nothing.
    let original = ORIGINAL.replace(never, &format!("{never}, {never}"));
    assert!(verdict(&original, &twice, &[]).holds());
}

/// What the new one has and an old one does not counts as much as what is another.
#[test]
fn a_changed_statement_is_held_against_the_one_that_is_most_like_it() {
    let statement = |action: &str, resource: &str, more: &str| {
        format!(
            r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "arn:{resource}"{more}}}"#
        )
    };
    let from =
        |vpc: &str| format!(r#", "Condition": {{"StringEquals": {{"aws:SourceVpc": "{vpc}"}}}}"#);
    let policy = |statements: &[String]| format!(r#"{{"Statement": [{}]}}"#, statements.join(", "));
    let old = policy(&[
        statement("s3:Get*", "other", ""),
        statement("s3:Get*", "own", &from("vpc-1")),
    ]);
    let new = policy(&[statement("s3:GetObject", "own", &from("vpc-2"))]);
    let found = verdict(&old, &new, &[]);
    let touched = found.objections.iter();
    let touched: Vec<&str> = (touched.filter(|one| one.part == NothingElseTouched))
        .map(|one| one.what.as_str())
        .collect();
    assert_eq!(touched, ["its Condition has changed"]);
}

#[test]
fn a_number_is_compared_as_it_is_written() {
    let policy = |number: &str| {
        format!(
            r#"{{"Statement": {{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
                "Condition": {{"NumericLessThan": {{"s3:max-keys": {number}}}}}}}}}"#
        )
    };
    for (old, new) in [
        ("10.00000000000000001", "10.00000000000000002"),
        ("18446744073709551617", "18446744073709551618"),
        ("7", "8"),
    ] {
        assert!(verdict(&policy(old), &policy(old), &[]).holds());
        let found = verdict(&policy(old), &policy(new), &[]);
        assert!(!found.part_holds(NothingElseTouched), "{old} became {new}");
    }
}
