//! `iam-refine denied`: AWS's messages are read wherever they stand, and of what was denied exactly
//! that is claimed which was taken away, with the way back.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::accounts::{account, refine, usual};
use crate::run::{Run, RunIt, folder, iam_refine};
use iam_refine::denials::{Denials, LONGEST_LINE, Nameless, Refusal};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Everything that is denied in a text, a line each.
fn told(text: impl AsRef<[u8]>) -> Vec<String> {
    let denials = Denials::read(text.as_ref()).unwrap();
    let told = denials.iter().map(|(denial, times)| {
        let what = match &denial.refusal {
            Refusal::Nameless(Nameless::Encoded) => "encoded".to_owned(),
            Refusal::Nameless(Nameless::Bare) => "nameless".to_owned(),
            Refusal::Call { operation, .. } => format!("call {operation}"),
            Refusal::Of {
                action,
                is_named,
                reason,
            } => {
                let probably = if *is_named { "" } else { "probably " };
                format!("{probably}{action} {reason}")
            }
        };
        let who = denial.caller.as_ref();
        let who = who.map_or_else(|| "nobody".to_owned(), ToString::to_string);
        let count = times.count;
        let last = times.last.map_or_else(String::new, |at| format!(" {at}"));
        format!("{count} {what}, {who}{last}")
    });
    told.collect()
}

const ROLE: &str = "arn:aws:sts::123456789012:assumed-role/MyRole/i-0abc";
const NOT_ALLOWED: &str = "because no identity-based policy allows it";

/// The forms in which AWS's services say it, and what is read of them.
fn forms() -> Vec<(String, String)> {
    let user = "arn:aws:iam::123456789012:user/team/Ann";
    let form = |message: String, told: &str| (message, told.to_owned());
    let denied_by = |by: &str| {
        format!(
            "User: {ROLE} is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::b/k\" {by}"
        )
    };
    vec![
        form(
            format!("User: {ROLE} is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action"),
            &format!("1 ecr:GetAuthorizationToken {NOT_ALLOWED}, role MyRole"),
        ),
        form(
            format!("An error occurred (AccessDenied) when calling the ListUsers operation: User: {user} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::123456789012:user/ because no identity-based policy allows the iam:ListUsers action"),
            &format!("1 iam:ListUsers {NOT_ALLOWED}, user Ann"),
        ),
        form(denied_by(""), "1 s3:PutObject without a reason, role MyRole"),
        form(denied_by("with an explicit deny"), "1 s3:PutObject with an explicit deny, it is not told in which policy, role MyRole"),
        form(denied_by("with an explicit deny in an identity-based policy"), "1 s3:PutObject with an explicit deny in an identity-based policy, role MyRole"),
        form(denied_by("with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/D"), "1 s3:PutObject with an explicit deny in an identity-based policy, role MyRole"),
        form(denied_by("with an explicit deny in a service control policy"), "1 s3:PutObject with an explicit deny in a service control policy, role MyRole"),
        form(denied_by("with an explicit deny in a resource control policy"), "1 s3:PutObject with an explicit deny in a resource control policy, role MyRole"),
        form(denied_by("with an explicit deny in a resource-based policy"), "1 s3:PutObject with an explicit deny in a resource-based policy, role MyRole"),
        form(denied_by("with an explicit deny in a permissions boundary"), "1 s3:PutObject with an explicit deny in a permissions boundary, role MyRole"),
        form(denied_by("with an explicit deny in a session policy"), "1 s3:PutObject with an explicit deny in a session policy, role MyRole"),
        form(denied_by("with an explicit deny in a VPC endpoint policy"), "1 s3:PutObject with an explicit deny in a VPC endpoint policy, role MyRole"),
        form(denied_by("because no permissions boundary allows the s3:PutObject action"), "1 s3:PutObject because no permissions boundary allows it, role MyRole"),
        form(denied_by("because no session policy allows the s3:PutObject action"), "1 s3:PutObject because no session policy allows it, role MyRole"),
        form(denied_by("because no service control policy allows the s3:PutObject action"), "1 s3:PutObject because no service control policy allows it, role MyRole"),
        form(denied_by("because no VPC endpoint policy allows the s3:PutObject action"), "1 s3:PutObject because no VPC endpoint policy allows it, role MyRole"),
        form(denied_by("because no resource-based policy allows the s3:PutObject action"), "1 s3:PutObject because no resource-based policy allows it, role MyRole"),
        // SES quotes the names, in its own way.
        form(
            format!("554 Access denied: User `{user}' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:us-east-1:123456789012:identity/x'"),
            "1 ses:SendRawEmail without a reason, user Ann",
        ),
        // KMS does not tell more to those who may know no more.
        form(
            format!("User: {ROLE} is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:1:key/k because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"),
            "1 kms:Decrypt because no resource-based policy allows it, role MyRole",
        ),
        form("You are not authorized to perform: athena:StartQueryExecution on the resource. After your AWS administrator or you have updated your permissions, please try again.".to_owned(), "1 athena:StartQueryExecution without a reason, nobody"),
        form("{\"Message\":\"User: anonymous is not authorized to perform: es:ESHttpGet\"}".to_owned(), "1 es:ESHttpGet without a reason, anonymous"),
        // EC2 says it twice, or encoded.
        form(
            format!("An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation. User: {ROLE} is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:us-east-1:123456789012:instance/* because no identity-based policy allows the ec2:RunInstances action. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6X"),
            &format!("1 ec2:RunInstances {NOT_ALLOWED}, role MyRole"),
        ),
        form("An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6X".to_owned(), "1 call RunInstances, nobody"),
        form("You are not authorized to perform this operation. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6X".to_owned(), "1 encoded, nobody"),
        form("fatal error: An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied".to_owned(), "1 call ListObjectsV2, nobody"),
        // The head of an answer says no more; other errors are no denials.
        form("fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden".to_owned(), "1 call HeadObject, nobody"),
        form("An error occurred (NoSuchBucket) when calling the GetBucketAcl operation: access it elsewhere".to_owned(), ""),
        form("operation error S3: GetBucketAcl, https response error StatusCode: 403, RequestID: 1, HostID: 2, api error AccessDenied: Access Denied".to_owned(), "1 call GetBucketAcl, nobody"),
        form("Error executing \"GetBucketAcl\" on \"https://b.s3.amazonaws.com/?acl\"; AWS HTTP error: Client error: 403 Forbidden AccessDenied (client): Access Denied".to_owned(), "1 call GetBucketAcl, nobody"),
        form("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>".to_owned(), "1 nameless, nobody"),
        form("API: s3:PutBucketPolicy Access Denied".to_owned(), "1 probably s3:PutBucketPolicy without a reason, nobody"),
        form(
            "User: arn:aws-cn:sts::123456789012:federated-user/Bob is not authorized to perform: sqs:SendMessage".to_owned(),
            "1 sqs:SendMessage without a reason, arn:aws-cn:sts::123456789012:federated-user/Bob",
        ),
        form("Caused by: the weather".to_owned(), ""),
    ]
}

#[test]
fn every_form_of_aws_is_read() {
    for (message, expected) in forms() {
        let expected: Vec<String> = (!expected.is_empty())
            .then_some(expected)
            .into_iter()
            .collect();
        assert_eq!(told(&message), expected, "{message}");
    }
}

#[test]
fn a_message_is_read_wherever_it_stands() {
    for (message, expected) in forms() {
        let escaped = json!(message).to_string();
        let twice = json!(escaped).to_string();
        // A colour in the midst, as of `grep --color`.
        let coloured = message.replace(
            "authorized",
            "\u{1b}[01;31m\u{1b}[Kauthorized\u{1b}[m\u{1b}[K",
        );
        for wrapped in [
            format!("\"{message}\"\r\n"),
            format!("x\n  {message}  \ny\n"),
            format!("level=error msg={escaped}"),
            format!("{{\"msg\": {escaped}}}"),
            format!("[{{\"a\": [{twice}]}}]"),
            format!("\u{feff}{coloured}"),
            format!("\u{ff}\n{message}"),
        ] {
            let expected: Vec<&str> = [&*expected]
                .into_iter()
                .filter(|it| !it.is_empty())
                .collect();
            assert_eq!(told(&wrapped), expected, "{wrapped}");
        }
    }
}

#[test]
fn a_message_that_a_terminal_has_broken_is_one() {
    let message = format!(
        "User: {ROLE} is not authorized to perform: s3:PutObject on resource: * with an explicit deny in a service control policy"
    );
    let whole = told(&message);
    let behind = message.find("perform:").unwrap() + "perform:".len();
    let blanks = message
        .match_indices(' ')
        .map(|(at, _)| at)
        .filter(|at| *at >= behind);
    for at in blanks {
        let broken = format!("{}\n  {}\n", &message[..at], &message[at + 1..]);
        assert_eq!(told(&broken), whole, "{broken}");
    }
}

/// An event of `CloudTrail`.
fn event(code: &str, message: &str) -> Value {
    json!({
        "eventVersion": "1.09",
        "userIdentity": {"type": "AssumedRole", "arn": ROLE, "accountId": "123456789012",
            "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/MyRole"}}},
        "eventTime": "2026-11-28T09:12:03Z", "eventSource": "lambda.amazonaws.com",
        "eventName": "GetFunction20150331v2", "errorCode": code, "errorMessage": message,
        "requestParameters": {"a": [1, null, {"b": true}]}, "responseElements": null
    })
}

#[test]
fn events_are_read_in_every_wrapping() {
    let message = format!(
        "User: {ROLE} is not authorized to perform: lambda:GetFunction on resource: \"x\" because no identity-based policy allows the lambda:GetFunction action"
    );
    for (code, message, expected) in [
        (
            "AccessDenied",
            message.as_str(),
            format!("1 lambda:GetFunction {NOT_ALLOWED}, role MyRole 2026-11-28T09:12:03Z"),
        ),
        (
            "AccessDenied",
            "Access Denied",
            "1 probably lambda:GetFunction without a reason, role MyRole 2026-11-28T09:12:03Z"
                .to_owned(),
        ),
        (
            "Client.UnauthorizedOperation",
            "You are not authorized to perform this operation.",
            "1 probably lambda:GetFunction without a reason, role MyRole 2026-11-28T09:12:03Z"
                .to_owned(),
        ),
        (
            "ResourceNotFoundException",
            "Function not found",
            String::new(),
        ),
    ] {
        let event = event(code, message);
        let expected: Vec<String> = (!expected.is_empty())
            .then_some(expected)
            .into_iter()
            .collect();
        let looked_up =
            json!({"Events": [{"EventName": "GetFunction", "CloudTrailEvent": event.to_string()}]});
        for text in [
            event.to_string(),
            format!("{event:#}"),
            format!("{:#}", json!({"Records": [event, {"eventName": "x"}]})),
            format!("{looked_up:#}"),
            json!({"events": [{"timestamp": 1_795_857_123_000_u64, "message": event.to_string()}]})
                .to_string(),
            format!("2026-11-28T10:00:00 stream {event}"),
            format!("{{\"a\": 1}}\n{event}\n"),
            format!("plain\n{event}\n"),
            // JSON that breaks off is read on as lines.
            format!("{{\"a\": 1}}\nplain\n{event}\n"),
            format!("[{event}, {{\"cut"),
        ] {
            assert_eq!(told(&text), expected, "{text}");
        }
    }
}

#[test]
fn one_denial_is_told_once_with_its_first_and_last_time() {
    let mut log = String::new();
    for second in (0..50).rev() {
        let _ = writeln!(
            log,
            "2026-11-28 09:12:{second:02},123 User: {ROLE} is not authorized to perform: s3:PutObject"
        );
    }
    let denials = Denials::read(log.as_bytes()).unwrap();
    let all: Vec<_> = denials.iter().collect();
    let [(_, times)] = all.as_slice() else {
        panic!("{all:?}")
    };
    let [first, last] = [times.first, times.last].map(|at| at.unwrap().to_string());
    assert_eq!(
        (times.count, first.as_str(), last.as_str()),
        (50, "2026-11-28T09:12:00Z", "2026-11-28T09:12:49Z")
    );
}

#[test]
fn nothing_is_lost_in_a_line_that_is_too_long() {
    let message = |number: usize| {
        format!(
            "User: {ROLE} is not authorized to perform: s3:Put{number} on resource: * because no identity-based policy allows the s3:Put{number} action "
        )
    };
    let mut line = "ä\u{fffd}x ".repeat(1000);
    let mut count = 0;
    while line.len() < 2 * LONGEST_LINE + 100_000 {
        line += &message(count);
        line += &"filler ".repeat(577 + count % 13);
        count += 1;
    }
    for text in [line.clone(), format!("{{\"a\": \"{line}\"}}")] {
        let denials = Denials::read(text.as_bytes()).unwrap();
        assert_eq!((denials.iter().count(), denials.long_lines()), (count, 1));
        assert!(denials.iter().all(|(_, times)| times.count == 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_makes_it_panic(
        pieces in prop::collection::vec(prop_oneof![
            "\\PC{0,12}", "[\\[\\]{}\",:\\\\ \n]{0,9}",
            Just("is not authorized to perform: ".to_owned()), Just("s3:GetObject".to_owned()),
            Just("\"errorCode\":\"AccessDenied\"".to_owned()), Just("\"eventTime\":".to_owned()),
            Just("with an explicit deny in a ".to_owned()), Just(format!("User: {ROLE} ")),
            Just("\u{1b}[".to_owned()), Just("2026-11-28T09:12:03".to_owned()), Just("API: ".to_owned()),
            Just("\"userIdentity\":{\"arn\":".to_owned()), Just("ccess Denied".to_owned()),
        ], 0..24),
        stray in prop::collection::vec(any::<u8>(), 0..6),
        at in any::<prop::sample::Index>(),
    ) {
        let mut text = pieces.concat().into_bytes();
        let at = at.index(text.len() + 1);
        text.splice(at..at, stray);
        let _ = told(&text);
    }
}

/// A folder with the article's policy, refined with a record.
fn refined() -> tempfile::TempDir {
    let at = folder();
    for name in ["policy.json", "findings.json"] {
        let from = format!("{}/assets/demo/{name}", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(from).unwrap();
        // The second statement alone is written with these blanks.
        let text = text.replace("\"Effect\" : ", "\"Sid\": \"Read\", \"Effect\" : ");
        fs::write(at.path().join(name), text).unwrap();
    }
    let run = run(
        at.path(),
        &[
            "refine",
            "policy.json",
            "findings.json",
            "--record",
            "record.json",
            "-o",
            "refined.json",
        ],
        "",
    );
    assert_eq!(run.exit, 0, "{}", run.stderr);
    at
}

fn run(at: &Path, arguments: &[&str], input: &str) -> Run {
    let mut run = iam_refine();
    run.current_dir(at).args(arguments).run_with(input)
}

fn denied(at: &Path, log: &str) -> Run {
    run(at, &["denied", "record.json"], log)
}

/// Changes the record.
fn edit(at: &Path, change: impl FnOnce(&mut Value)) {
    let path = at.join("record.json");
    let mut record = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut record);
    fs::write(path, record.to_string()).unwrap();
}

fn message(who: &str, action: &str, why: &str) -> String {
    format!(
        "2026-11-28T09:12:03Z User: {who} is not authorized to perform: {action} on resource: * {why}\n"
    )
}

fn not_allowed(who: &str, action: &str) -> String {
    message(
        who,
        action,
        &format!("because no identity-based policy allows the {action} action"),
    )
}

#[test]
fn of_a_long_log_exactly_what_was_taken_is_claimed_and_its_keep_brings_it_back() {
    let at = refined();
    edit(at.path(), |record| {
        record["principal"] = json!("arn:aws:iam::123456789012:role/MyRole");
    });
    let mut log = String::new();
    let foreign = [
        message(
            ROLE,
            "s3:GetBucketAcl",
            "with an explicit deny in a service control policy",
        ),
        not_allowed("arn:aws:iam::999999999999:role/MyRole", "s3:GetBucketAcl"),
        not_allowed("arn:aws:iam::123456789012:user/MyRole", "s3:GetBucketAcl"),
        not_allowed(ROLE, "s3:GetObject"),
        not_allowed(ROLE, "sqs:SendMessage"),
        "all is well\n".to_owned(),
    ];
    let mut places = foreign.iter().cycle();
    let mut is_in = false;
    while log.len() < 5_000_000 {
        log += places.next().unwrap();
        if log.len() > 2_500_000 && !is_in {
            log += &not_allowed(ROLE, "s3:GetBucketCORS");
            is_in = true;
        }
    }
    let told = denied(at.path(), &log);
    assert_eq!(told.exit, 1, "{}", told.stderr);
    assert!(
        told.stdout
            .starts_with("1 action that was denied was taken away here.\n"),
        "{}",
        told.stdout
    );
    for line in [
        "s3:GetBucketCORS, denied once, at 2026-11-28 09:12:03 UTC to role MyRole",
        "out of    policy.json, statement 2 (Sid \"Read\"): s3:Get*",
        "accepted  by ann, with iam-refine refine, on 2026-11-23",
        "s3:GetObject, ",
        ": not removed here: it stays allowed by statement 2 of policy.json",
        "sqs:SendMessage, ",
        ": never allowed",
        "with an explicit deny in a service control policy",
        "of other accounts",
        "of others, who",
    ] {
        assert!(
            told.stdout.contains(line),
            "{line} is missing in {}",
            told.stdout
        );
    }
    let keep = "'s3:GetBucketCORS=denied on 2026-11-28'";
    assert!(
        told.stdout.contains(&format!("keep it   --keep {keep}\n")),
        "{}",
        told.stdout
    );
    let again = run(
        at.path(),
        &[
            "refine",
            "policy.json",
            "findings.json",
            "--keep",
            keep.trim_matches('\''),
        ],
        "",
    );
    assert_eq!(again.exit, 0, "{}", again.stderr);
    let allows = |text: &str| {
        let policy: Value = serde_json::from_str(text).unwrap();
        let entries = policy["Statement"][1]["Action"].as_array().unwrap().clone();
        entries.iter().any(|entry| {
            let entry = entry.as_str().unwrap();
            match entry.strip_suffix('*') {
                Some(start) => "s3:GetBucketCORS".starts_with(start),
                None => entry == "s3:GetBucketCORS",
            }
        })
    };
    assert!(allows(&again.stdout), "{}", again.stdout);
    assert!(!allows(
        &fs::read_to_string(at.path().join("refined.json")).unwrap()
    ));
}

/// A folder with a policy of which these actions were taken, and its record.
fn without(actions: &[&str], unused: &Value) -> tempfile::TempDir {
    let at = folder();
    let statement = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]});
    fs::write(at.path().join("policy.json"), policy.to_string()).unwrap();
    fs::write(at.path().join("unused.json"), unused.to_string()).unwrap();
    let refine = [
        "refine",
        "policy.json",
        "unused.json",
        "--record",
        "record.json",
    ];
    let run = run(at.path(), &refine, "");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    at
}

/// What boto and the command line print of a call.
fn called(operation: &str) -> String {
    format!(
        "An error occurred (AccessDenied) when calling the {operation} operation: Access Denied\n"
    )
}

#[test]
fn a_call_without_a_service_is_probably_ours_where_an_action_of_its_name_was_taken() {
    let actions = [
        "s3:GetBucketAcl",
        "s3:ListBucket",
        "s3:GetObject",
        "sns:TagResource",
        "lambda:TagResource",
        "lambda:InvokeFunction",
        "lambda:GetFunction",
    ];
    let unused = json!([
        {"serviceNamespace": "s3", "actions": ["GetBucketAcl", "ListBucket"]},
        {"serviceNamespace": "sns", "actions": ["TagResource"]},
        {"serviceNamespace": "lambda", "actions": ["TagResource", "InvokeFunction"]},
    ]);
    let at = without(&actions, &unused);
    for (operation, expected) in [
        ("GetBucketAcl", &["s3:GetBucketAcl"][..]),
        ("getbucketACL", &["s3:GetBucketAcl"]),
        ("ListObjectsV2", &["s3:ListBucket"]),
        ("HeadBucket", &["s3:ListBucket"]),
        ("Invoke", &["lambda:InvokeFunction"]),
        ("TagResource", &["sns:TagResource", "lambda:TagResource"]),
    ] {
        let told = denied(at.path(), &called(operation));
        assert_eq!(told.exit, 1, "{operation}: {}", told.stdout);
        for action in &actions {
            let line = format!("\nprobably {action}, denied once\n");
            let is_claimed = told.stdout.contains(&line);
            assert_eq!(
                is_claimed,
                expected.contains(action),
                "{action}: {}",
                told.stdout
            );
        }
        let but = format!("what was called is {operation}\n");
        assert!(told.stdout.contains(&but), "{}", told.stdout);
    }
    // What stays, and what nobody took, names no action.
    for operation in [
        "GetObject",
        "HeadObject",
        "GetFunction",
        "DescribeInstances",
    ] {
        let told = denied(at.path(), &called(operation));
        assert_eq!(told.exit, 0, "{operation}: {}", told.stdout);
        let counted = "     1  name no action";
        assert!(told.stdout.contains(counted), "{}", told.stdout);
        assert!(
            !told.stdout.contains("Nothing that was denied"),
            "{}",
            told.stdout
        );
    }
    // One that was denied before the decision was denied for another reason.
    let before = format!("2026-11-20T09:12:03Z {}", called("GetBucketAcl"));
    let told = denied(at.path(), &before);
    assert_eq!(
        (told.exit, told.stdout.contains("before it was decided")),
        (0, true)
    );
}

#[test]
fn what_an_event_calls_otherwise_than_the_action_is_known() {
    let mut event = event("AccessDenied", "Access Denied");
    event["eventSource"] = json!("s3.amazonaws.com");
    for (name, expected) in [
        ("ListObjects", &["s3:ListBucket"][..]),
        ("CopyObject", &["s3:GetObject", "s3:PutObject"]),
        ("Invoke", &["s3:Invoke"]),
    ] {
        event["eventName"] = json!(name);
        let told = told(event.to_string());
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for (told, action) in told.iter().zip(expected) {
            assert!(told.starts_with(&format!("1 probably {action} ")), "{told}");
        }
    }
}

#[test]
fn the_way_back_is_in_the_record() {
    const ATTACH: &str = "aws iam attach-role-policy --role-name MyRole --policy-arn arn:aws:iam::123456789012:policy/team/Common";
    const DETACH: &str = "aws iam detach-role-policy --role-name MyRole --policy-arn arn:aws:iam::123456789012:policy/";
    let at = refined();
    let go_back = |record: &Value| {
        edit(at.path(), |all| {
            all["principal"] = json!("arn:aws:iam::123456789012:role/MyRole");
            all["asDeny"] = json!(record["asDeny"] == true);
            all["denyPolicies"] = record["denyPolicies"].clone();
            all["policies"][0]["iam"] = record["iam"].clone();
            all["policies"][0]["becomes"] = record["becomes"].clone();
        });
        let why = "with an explicit deny in an identity-based policy";
        let log = if record["asDeny"] == true {
            message(ROLE, "s3:GetBucketAcl", why)
        } else {
            not_allowed(ROLE, "s3:GetBucketAcl")
        };
        let told = denied(at.path(), &log);
        assert_eq!(told.exit, 1, "{}{}", told.stdout, told.stderr);
        let from = told.stdout.split("  go back   ").nth(1).unwrap();
        let lines: Vec<&str> = from
            .lines()
            .map(str::trim)
            .take_while(|line| !line.starts_with("still ") && !line.starts_with("keep it "))
            .collect();
        lines.join("\n")
    };
    let managed = json!({"kind": "managed", "version": "v3",
        "arn": "arn:aws:iam::123456789012:policy/team/Common"});
    let of_aws = json!({"kind": "managed", "arn": "arn:aws:iam::aws:policy/ReadOnly"});
    let inline = json!({"kind": "inline", "name": "Own", "holder": "role MyRole"});
    let set = "aws iam set-default-policy-version --policy-arn";
    let put = "aws iam put-role-policy --role-name MyRole --policy-name Own --policy-document";
    for (record, expected) in [
        (
            json!({"iam": managed, "becomes": "new policy"}),
            format!(
                "Common itself was not changed; attach it again, and detach the new policy:\n{ATTACH}\n{DETACH}Common-refined"
            ),
        ),
        (
            json!({"iam": of_aws, "becomes": "new policy"}),
            format!(
                "ReadOnly itself was not changed; attach it again, and detach the new policy:\naws iam attach-role-policy --role-name MyRole --policy-arn arn:aws:iam::aws:policy/ReadOnly\n{DETACH}ReadOnly-refined"
            ),
        ),
        (
            json!({"iam": managed, "becomes": "nothing"}),
            format!("attach Common again:\n{ATTACH}"),
        ),
        (
            json!({"iam": managed}),
            format!(
                "put the version of Common in force that was:\n{set} arn:aws:iam::123456789012:policy/team/Common --version-id v3"
            ),
        ),
        (
            json!({"iam": inline}),
            format!(
                "Own was changed; put the copy back that was kept before:\n{put} file://Own.before.json"
            ),
        ),
        (
            json!({}),
            "put policy.json back as it was: the record does not tell what policy of AWS it is"
                .to_owned(),
        ),
        (
            json!({"asDeny": true}),
            format!("detach the policy that denies:\n{DETACH}MyRole-deny-unused"),
        ),
        (
            json!({"asDeny": true, "denyPolicies": 2}),
            format!(
                "detach the policies that deny:\n{DETACH}MyRole-deny-unused-1\n{DETACH}MyRole-deny-unused-2"
            ),
        ),
        // What a record was made to say is no name, and reaches no shell.
        (
            json!({"iam": {"kind": "managed", "arn": "x; reboot", "version": "$(reboot)"}}),
            format!(
                "put the version of policy.json in force that was:\n{set} POLICY_ARN --version-id VERSION_ID"
            ),
        ),
    ] {
        assert_eq!(go_back(&record), expected, "{record}");
    }
}

#[test]
fn an_explicit_deny_is_ours_where_the_record_is_that_of_a_deny() {
    let at = refined();
    let by_identity = message(
        ROLE,
        "s3:GetBucketAcl",
        "with an explicit deny in an identity-based policy",
    );
    let by_account = message(
        ROLE,
        "s3:GetBucketAcl",
        "with an explicit deny in a service control policy",
    );
    let implicit = not_allowed(ROLE, "s3:GetBucketAcl");
    let exits = |at: &Path| [&by_identity, &by_account, &implicit].map(|log| denied(at, log).exit);
    assert_eq!(exits(at.path()), [0, 0, 1]);
    edit(at.path(), |record| record["asDeny"] = json!(true));
    assert_eq!(exits(at.path()), [1, 0, 0]);
    assert!(
        denied(at.path(), &by_identity)
            .stdout
            .contains("detach the policy that denies")
    );
}

#[test]
fn what_was_denied_before_the_decision_or_was_rejected_is_not_ours() {
    let at = refined();
    let log = not_allowed(ROLE, "s3:GetBucketAcl");
    let before = log.replace("2026-11-28", "2026-11-20");
    let told = denied(at.path(), &before);
    assert_eq!(
        (told.exit, told.stdout.contains("before it was decided")),
        (0, true)
    );
    // An action that the catalogue does not have was granted by the wildcard all the same.
    let told = denied(at.path(), &not_allowed(ROLE, "s3:GetBrandNewThing"));
    assert!(
        told.stdout
            .contains("not known that there is such an action"),
        "{}",
        told.stdout
    );
    edit(at.path(), |record| {
        for entry in record["policies"][0]["entries"].as_array_mut().unwrap() {
            entry["decision"] = json!("rejected");
        }
    });
    let told = denied(at.path(), &log);
    assert!(
        told.stdout
            .contains("not removed here: it stays allowed by statement 2"),
        "{}",
        told.stdout
    );
    assert_eq!(told.exit, 0);
}

#[test]
fn records_of_the_first_format_are_read() {
    let at = folder();
    let record = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/kept/records/refine.json"
    );
    fs::copy(record, at.path().join("record.json")).unwrap();
    let told = denied(at.path(), &not_allowed(ROLE, "s3:GetObjectTagging"));
    assert_eq!(told.exit, 1, "{}", told.stderr);
    assert!(
        told.stdout
            .contains("statement 1: s3:Get*\n  last used never"),
        "{}",
        told.stdout
    );
    assert!(
        told.stdout.contains("the record is too old to tell"),
        "{}",
        told.stdout
    );
    assert!(
        told.stderr.contains("any principal counts"),
        "{}",
        told.stderr
    );
    let told = denied(at.path(), &not_allowed(ROLE, "s3:GetBucketAcl"));
    assert_eq!(told.exit, 0, "{}", told.stdout);
    let told = denied(at.path(), &not_allowed(ROLE, "iam:ListUsers"));
    assert!(
        told.stdout
            .contains("no entry that was decided on allowed it"),
        "{}",
        told.stdout
    );
}

#[test]
fn a_folder_of_an_account_knows_its_policies_and_their_scripts() {
    let at = folder();
    let run_refine = refine(at.path(), &account(), &usual(), &["-o", "changes"]);
    assert_eq!(run_refine.exit, 0, "{}", run_refine.stderr);
    let reader = "arn:aws:sts::123456789012:assumed-role/Reader/x";
    let ann = "arn:aws:iam::123456789012:user/Ann";
    let log = [
        not_allowed(reader, "sns:Publish"),
        not_allowed(ann, "sns:Publish"),
        not_allowed("arn:aws:iam::123456789012:user/Bob", "sns:Publish"),
        not_allowed(reader, "sqs:SendMessage"),
    ];
    fs::write(at.path().join("error.log"), log.concat()).unwrap();
    let told = run(at.path(), &["denied", "changes", "error.log"], "");
    assert_eq!(told.exit, 1, "{}", told.stderr);
    for line in [
        "sns:Publish, denied 2 times, at 2026-11-28 09:12:03 UTC to role Reader and user Ann",
        "out of    role-Reader-Own, statement 1: sns:Publish",
        "go back   sh changes/role-Reader-Own/rollback.sh",
        "not removed here: it stays allowed by statement 1 of policy-Shared and statement 1 of role-Reader-Own",
        "go back   sh changes/group-Ops-Own/rollback.sh",
        "sqs:SendMessage, once, at 2026-11-28 09:12:03 UTC: not removed here",
        "1  of others, who do not have these policies",
    ] {
        assert!(
            told.stdout.contains(line),
            "{line} is missing in {}",
            told.stdout
        );
    }
    let review = fs::read_to_string(at.path().join("changes/REVIEW.md")).unwrap();
    assert!(
        review.contains("iam-refine denied THIS_FOLDER error.log"),
        "{review}"
    );
    // Its record is one that can be replayed.
    let own = at.path().join("changes/role-Reader-Own");
    let finding = at.path().join("findings/more/0.json");
    let finding = finding.to_str().unwrap();
    let replayed = run(
        &own,
        &[
            "refine",
            "before.json",
            finding,
            "--decisions",
            "record.json",
        ],
        "",
    );
    assert_eq!(
        replayed.stdout.trim_end(),
        fs::read_to_string(own.join("after.json"))
            .unwrap()
            .trim_end(),
        "{}",
        replayed.stderr
    );
    // Where the logs tell what is applied, the others count for nothing.
    fs::write(own.join("applied.log"), "begin apply.sh\nfinished put\n").unwrap();
    let ops = at.path().join("changes/group-Ops-Own");
    fs::write(ops.join("rolled-back.log"), "finished put\n").unwrap();
    let told = run(at.path(), &["denied", "changes", "error.log"], "");
    assert_eq!(told.exit, 1, "{}", told.stderr);
    assert!(
        told.stdout
            .contains("sh changes/role-Reader-Own/rollback.sh"),
        "{}",
        told.stdout
    );
    assert!(
        !told.stdout.contains("changes/group-Ops-Own"),
        "{}",
        told.stdout
    );
    let note = "nothing is applied from here, as there is no applied.log, so nothing was taken away: changes/group-Ops-Own";
    assert!(told.stderr.contains(note), "{}", told.stderr);
    fs::remove_file(own.join("applied.log")).unwrap();
    let told = run(at.path(), &["denied", "changes", "error.log"], "");
    assert_eq!(told.exit, 0, "{}", told.stdout);
    fs::remove_file(ops.join("rolled-back.log")).unwrap();
    fs::remove_file(own.join("record.json")).unwrap();
    let told = run(at.path(), &["denied", "changes", "error.log"], "");
    assert!(
        told.stderr.contains("1 folder has no record.json"),
        "{}",
        told.stderr
    );
}

#[test]
fn what_is_no_record_or_no_text_is_refused_with_a_way_out() {
    let at = refined();
    let file = |name: &str, bytes: &[u8]| fs::write(at.path().join(name), bytes).unwrap();
    file("log.gz", b"\x1f\x8b\x08\x00rest");
    file("bom.log", b"\xff\xfeU\0s\0e\0r\0");
    file("utf16.log", b"U\0s\0e\0r\0");
    file("error.log", b"User: x");
    fs::create_dir(at.path().join("empty")).unwrap();
    for (arguments, message, help) in [
        (
            ["record.json", "log.gz"],
            "this is compressed with gzip",
            "gunzip FILE",
        ),
        (["record.json", "bom.log"], "this is in UTF-16", "iconv"),
        (["record.json", "utf16.log"], "this is in UTF-16", "iconv"),
        (
            ["record.json", "empty"],
            "empty is a folder",
            "give one file",
        ),
        (["record.json", "none.log"], "none.log cannot be read", ""),
        (["empty", "error.log"], "holds no record.json", "-o FOLDER"),
        (
            ["error.log", "record.json"],
            "error.log is no decision record",
            "the record comes first",
        ),
        (
            ["policy.json", "error.log"],
            "policy.json is no decision record",
            "the record comes first",
        ),
        (
            ["-", "-"],
            "standard input is given twice",
            "one file at most",
        ),
    ] {
        let told = run(at.path(), &["denied", arguments[0], arguments[1]], "");
        assert_eq!((told.exit, told.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(
            told.stderr.contains(message) && told.stderr.contains(help),
            "{}",
            told.stderr
        );
    }
    file("broken.log", b"{\"a\": 1}\n{\"b\" 2}\n");
    let told = run(at.path(), &["denied", "record.json", "broken.log"], "");
    assert_eq!(told.exit, 0);
    assert!(
        told.stderr.contains("no JSON any more in line 2"),
        "{}",
        told.stderr
    );
}

#[test]
fn what_a_log_says_reaches_the_terminal_only_in_letters_that_are_seen() {
    let at = refined();
    let log = "User: arn:aws:iam::123456789012:user/\u{1b}[2Jx is not authorized to perform: s3:GetBucketAcl\u{1b}]0;x\u{7}\n";
    let told = denied(at.path(), log);
    assert_eq!(told.exit, 1, "{}", told.stdout);
    assert!(!(told.stdout + &told.stderr).contains(['\u{1b}', '\u{7}']));
}
