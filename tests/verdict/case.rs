//! A policy, what is unused of it, and a right answer.

use iam_refine::catalogue::Catalogue;
use iam_refine::document::Document;
use iam_refine::findings::UnusedActions;
use iam_refine::iam::ServicePrefix;
use iam_refine::proof::{Knowledge, Verdict, judge};
use iam_refine::refine::{Curation, Keep};
use iam_refine::text::Source;

/// Of `s3` some is unused, `sqs` is unused as a whole, and of `newsvc` nobody knows more than the
/// one action that is unused.
pub const CATALOGUE: &str = "\
s3:GetAccessPoint\ns3:GetAccessPolicy\ns3:GetBucketAcl\ns3:GetBucketCors\ns3:GetObject\n\
s3:GetObjectAcl\ns3:ListBucket\ns3:ListBuckets\ns3:PutBucketTagging\ns3:PutObject\n\
s3:PutObjectTagging\nec2:RunInstances\nec2:StopInstances\nec2:TerminateInstances\n\
iam:GetRole\niam:PassRole\nsqs:ReceiveMessage\nsqs:SendMessage\n";

const UNUSED: [&str; 6] = [
    "s3:GetBucketAcl",
    "s3:GetBucketCors",
    "s3:PutBucketTagging",
    "s3:ListBuckets",
    "ec2:TerminateInstances",
    "newsvc:Gone",
];

pub fn read(policy: &str) -> Document {
    match Document::parse(Source::from_text("policy.json", policy)) {
        Ok(document) => document,
        Err(problems) => panic!("{problems}\n{policy}"),
    }
}

pub fn verdict(original: &str, refined: &str, keeps: &[&str]) -> Verdict {
    let catalogue = Catalogue::parse(&Source::from_text("catalogue", CATALOGUE)).unwrap();
    let mut unused = UnusedActions::default();
    for action in UNUSED {
        unused.add(action.parse().unwrap(), None);
    }
    unused.add_service(ServicePrefix::parse("sqs").unwrap(), None);
    let keeps: Vec<Keep> = (keeps.iter())
        .map(|pattern| Keep::of(pattern.parse().unwrap()))
        .collect();
    let (original, refined) = (read(original), read(refined));
    let both = [original.policy(), refined.policy()];
    let knowledge = Knowledge::new(&catalogue, &unused, both).with_kept(&keeps);
    let curation = Curation {
        keeps: &keeps,
        ..Curation::NONE
    };
    judge(both[0], both[1], &knowledge, curation)
}

/// What the errors are planted beside.
pub const ORIGINAL: &str = r#"{
  "Version": "2012-10-17",
  "Id": "mine",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": ["arn:a", "arn:b"]},
    {"Sid": "Write", "Effect": "Allow", "Action": "s3:Put*", "Resource": "*",
     "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    {"Sid": "Queue", "Effect": "Allow", "Action": ["sqs:*", "ec2:*", "newsvc:*"], "Resource": "*"},
    {"Sid": "Rest", "Effect": "Allow", "NotAction": ["s3:*", "sqs:*", "iam:*"], "Resource": "arn:rest"},
    {"Sid": "Never", "Effect": "Deny", "Action": ["iam:*", "s3:PutObject"], "Resource": "arn:never"}
  ]
}"#;

/// A right answer for it.
pub const REFINED: &str = r#"{
  "Version": "2012-10-17",
  "Id": "mine",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetAccess*", "s3:GetObject*", "s3:ListBucket"], "Resource": ["arn:a", "arn:b"]},
    {"Sid": "Write", "Effect": "Allow", "Action": "s3:PutObject*", "Resource": "*",
     "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    {"Sid": "Queue", "Effect": "Allow", "Action": ["ec2:RunInstances", "ec2:StopInstances", "newsvc:*"], "Resource": "*"},
    {"Sid": "Rest", "Effect": "Allow", "NotAction": ["s3:*", "sqs:*", "iam:*"], "Resource": "arn:rest"},
    {"Sid": "Never", "Effect": "Deny", "Action": ["iam:*", "s3:PutObject"], "Resource": "arn:never"}
  ]
}"#;

/// The right answer with `old` replaced by `new`.
pub fn edited(old: &str, new: &str) -> String {
    assert_eq!(REFINED.matches(old).count(), 1, "{old} stands there once");
    REFINED.replace(old, new)
}
