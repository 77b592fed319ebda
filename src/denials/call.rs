//! What a call is named, where a message names no action: the operation, without its service.
//!
//! ```text
//! An error occurred (AccessDenied) when calling the GetBucketAcl operation: Access Denied
//! operation error S3: GetBucketAcl, https response error StatusCode: 403, … AccessDenied
//! Error executing "GetBucketAcl" on "https://…"; … AccessDenied
//! ```
//!
//! Most operations are called as the action that they need. Of those that are not, the common ones
//! are in [`NAMED_OTHERWISE`].

use memchr::memmem;

use super::message::{Denial, Nameless, Refusal, floor, nameless, reason};
use crate::iam::{Action, Name};

/// Operations that need an action of another name: which ones.
const NAMED_OTHERWISE: [(&str, &[&str]); 63] = [
    (
        "ChangeMessageVisibilityBatch",
        &["sqs:ChangeMessageVisibility"],
    ),
    ("CompleteMultipartUpload", &["s3:PutObject"]),
    ("Converse", &["bedrock:InvokeModel"]),
    ("ConverseStream", &["bedrock:InvokeModelWithResponseStream"]),
    ("CopyObject", &["s3:GetObject", "s3:PutObject"]),
    ("CreateMultipartUpload", &["s3:PutObject"]),
    (
        "DeleteBucketAnalyticsConfiguration",
        &["s3:PutAnalyticsConfiguration"],
    ),
    ("DeleteBucketCors", &["s3:PutBucketCORS"]),
    ("DeleteBucketEncryption", &["s3:PutEncryptionConfiguration"]),
    (
        "DeleteBucketIntelligentTieringConfiguration",
        &["s3:PutIntelligentTieringConfiguration"],
    ),
    (
        "DeleteBucketInventoryConfiguration",
        &["s3:PutInventoryConfiguration"],
    ),
    ("DeleteBucketLifecycle", &["s3:PutLifecycleConfiguration"]),
    (
        "DeleteBucketMetricsConfiguration",
        &["s3:PutMetricsConfiguration"],
    ),
    (
        "DeleteBucketReplication",
        &["s3:PutReplicationConfiguration"],
    ),
    ("DeleteBucketTagging", &["s3:PutBucketTagging"]),
    ("DeleteMessageBatch", &["sqs:DeleteMessage"]),
    ("DeleteObjects", &["s3:DeleteObject"]),
    (
        "DeletePublicAccessBlock",
        &[
            "s3:PutBucketPublicAccessBlock",
            "s3:PutAccountPublicAccessBlock",
        ],
    ),
    (
        "GetBucketAccelerateConfiguration",
        &["s3:GetAccelerateConfiguration"],
    ),
    (
        "GetBucketAnalyticsConfiguration",
        &["s3:GetAnalyticsConfiguration"],
    ),
    ("GetBucketEncryption", &["s3:GetEncryptionConfiguration"]),
    (
        "GetBucketIntelligentTieringConfiguration",
        &["s3:GetIntelligentTieringConfiguration"],
    ),
    (
        "GetBucketInventoryConfiguration",
        &["s3:GetInventoryConfiguration"],
    ),
    ("GetBucketLifecycle", &["s3:GetLifecycleConfiguration"]),
    (
        "GetBucketLifecycleConfiguration",
        &["s3:GetLifecycleConfiguration"],
    ),
    (
        "GetBucketMetricsConfiguration",
        &["s3:GetMetricsConfiguration"],
    ),
    (
        "GetBucketNotificationConfiguration",
        &["s3:GetBucketNotification"],
    ),
    ("GetBucketReplication", &["s3:GetReplicationConfiguration"]),
    (
        "GetObjectLockConfiguration",
        &["s3:GetBucketObjectLockConfiguration"],
    ),
    (
        "GetPublicAccessBlock",
        &[
            "s3:GetBucketPublicAccessBlock",
            "s3:GetAccountPublicAccessBlock",
        ],
    ),
    ("HeadBucket", &["s3:ListBucket"]),
    ("HeadObject", &["s3:GetObject"]),
    ("Invoke", &["lambda:InvokeFunction"]),
    ("InvokeWithResponseStream", &["lambda:InvokeFunction"]),
    (
        "ListBucketAnalyticsConfigurations",
        &["s3:GetAnalyticsConfiguration"],
    ),
    (
        "ListBucketIntelligentTieringConfigurations",
        &["s3:GetIntelligentTieringConfiguration"],
    ),
    (
        "ListBucketInventoryConfigurations",
        &["s3:GetInventoryConfiguration"],
    ),
    (
        "ListBucketMetricsConfigurations",
        &["s3:GetMetricsConfiguration"],
    ),
    ("ListBuckets", &["s3:ListAllMyBuckets"]),
    ("ListMultipartUploads", &["s3:ListBucketMultipartUploads"]),
    ("ListObjectVersions", &["s3:ListBucketVersions"]),
    ("ListObjects", &["s3:ListBucket"]),
    ("ListObjectsV2", &["s3:ListBucket"]),
    ("ListParts", &["s3:ListMultipartUploadParts"]),
    ("PublishBatch", &["sns:Publish"]),
    (
        "PutBucketAccelerateConfiguration",
        &["s3:PutAccelerateConfiguration"],
    ),
    (
        "PutBucketAnalyticsConfiguration",
        &["s3:PutAnalyticsConfiguration"],
    ),
    ("PutBucketEncryption", &["s3:PutEncryptionConfiguration"]),
    (
        "PutBucketIntelligentTieringConfiguration",
        &["s3:PutIntelligentTieringConfiguration"],
    ),
    (
        "PutBucketInventoryConfiguration",
        &["s3:PutInventoryConfiguration"],
    ),
    ("PutBucketLifecycle", &["s3:PutLifecycleConfiguration"]),
    (
        "PutBucketLifecycleConfiguration",
        &["s3:PutLifecycleConfiguration"],
    ),
    (
        "PutBucketMetricsConfiguration",
        &["s3:PutMetricsConfiguration"],
    ),
    (
        "PutBucketNotificationConfiguration",
        &["s3:PutBucketNotification"],
    ),
    ("PutBucketReplication", &["s3:PutReplicationConfiguration"]),
    (
        "PutObjectLockConfiguration",
        &["s3:PutBucketObjectLockConfiguration"],
    ),
    (
        "PutPublicAccessBlock",
        &[
            "s3:PutBucketPublicAccessBlock",
            "s3:PutAccountPublicAccessBlock",
        ],
    ),
    ("SelectObjectContent", &["s3:GetObject"]),
    ("SendMessageBatch", &["sqs:SendMessage"]),
    ("TransactGetItems", &["dynamodb:GetItem"]),
    (
        "TransactWriteItems",
        &[
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
        ],
    ),
    ("UploadPart", &["s3:PutObject"]),
    ("UploadPartCopy", &["s3:GetObject", "s3:PutObject"]),
];

/// The actions of another name that an operation needs, as far as they are known.
pub fn actions_named_otherwise(operation: &str) -> impl Iterator<Item = Action> {
    let named = NAMED_OTHERWISE.iter();
    let named = named.filter(move |(name, _)| name.eq_ignore_ascii_case(operation));
    let actions = named.flat_map(|(_, actions)| actions.iter());
    let actions: Vec<Action> = actions.filter_map(|action| action.parse().ok()).collect();
    actions.into_iter()
}

/// The actions that an event or a stack names by the service and the operation.
pub(super) fn actions_of(called: Action) -> Vec<Action> {
    let otherwise = actions_named_otherwise(called.name.as_str());
    let otherwise: Vec<Action> = otherwise
        .filter(|action| action.service == called.service)
        .collect();
    if otherwise.is_empty() {
        vec![called]
    } else {
        otherwise
    }
}

/// The way in which some programs tell of a call that failed.
struct Way {
    before: &'static str,
    /// What stands between that and the operation, up to these words.
    up_to: &'static str,
    behind: &'static [char],
}

const WAYS: [Way; 3] = [
    // botocore, and so the AWS command line.
    Way {
        before: "An error occurred (",
        up_to: ") when calling the ",
        behind: &[' '],
    },
    // The SDK for Go, which names the service as no policy does.
    Way {
        before: "operation error ",
        up_to: ": ",
        behind: &[','],
    },
    // The SDK for PHP.
    Way {
        before: "Error executing ",
        up_to: "\"",
        behind: &['"', '\\'],
    },
];

/// How much stands before the operation at most, in bytes.
const NEAR: usize = 100;

/// The longest name of an operation that is believed.
const LONGEST_NAME: usize = 128;

/// A call in a text: where it is told, and as what it is named.
struct Call<'t> {
    at: usize,
    /// The code of the error, where it stands before the operation.
    code: &'t str,
    operation: &'t str,
}

/// The calls that a text says were denied, in order.
pub(super) fn denied_calls(text: &str) -> Vec<Denial> {
    let mut calls: Vec<Call<'_>> = WAYS.iter().flat_map(|way| way.calls(text)).collect();
    calls.sort_by_key(|call| call.at);
    let ends = calls.iter().skip(1).map(|call| call.at).chain([text.len()]);
    let ends: Vec<usize> = ends.collect();
    let denied = calls.iter().zip(ends);
    let denied = denied.filter_map(|(call, end)| call.denial(&text[call.at..end]));
    denied.collect()
}

impl Way {
    fn calls<'t>(&self, text: &'t str) -> Vec<Call<'t>> {
        let places = memmem::find_iter(text.as_bytes(), self.before);
        places.filter_map(|at| self.call_at(text, at)).collect()
    }

    fn call_at<'t>(&self, text: &'t str, at: usize) -> Option<Call<'t>> {
        let behind = &text[at + self.before.len()..];
        let near = &behind[..floor(behind, NEAR + LONGEST_NAME)];
        let (code, rest) = near.split_once(self.up_to)?;
        let end = rest.find(self.behind)?;
        let operation = &rest[..end];
        let is_name = (1..=LONGEST_NAME).contains(&end)
            && operation.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_name.then_some(Call {
            at,
            code,
            operation,
        })
    }
}

impl Call<'_> {
    /// What it was denied, if `told` of it says so.
    fn denial(&self, told: &str) -> Option<Denial> {
        // All that the head of an answer tells of a bucket or an object.
        let is_forbidden = self.code == "403";
        let how = nameless(told).or(is_forbidden.then_some(Nameless::Bare))?;
        Some(Denial {
            refusal: Refusal::Call {
                operation: Name::from(self.operation),
                how,
                reason: reason(told),
            },
            caller: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn what_is_named_otherwise_is_there_and_the_operation_is_no_action_of_that_service() {
        let catalogue = Catalogue::built_in();
        for (operation, actions) in NAMED_OTHERWISE {
            for action in actions {
                let action: Action = action.parse().unwrap();
                assert!(catalogue.contains(&action), "{action}");
                let called = Action::new(action.service, Name::from(operation));
                assert!(!catalogue.contains(&called), "{called}");
            }
        }
    }
}
