//! A managed policy that others have too: it is refined for the reviewed role alone.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use iam_refine::aws::{PolicyFile, next_steps, next_steps_in_pieces};
use iam_refine::explain::Reasons;
use iam_refine::explain::report::summary;
use iam_refine::iam::Arn;
use iam_refine::intake::Intake;
use iam_refine::policies::{OtherHolders, PolicyDetail, PolicyOwner};
use iam_refine::review::{DecidedWith, Decision, DecisionRecord, Decisions, Review, Written};
use iam_refine::text::{Json, Source};

const ROLE: &str = "arn:aws:iam::123456789012:role/MyRole";

const USED_AND_NOT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}]}"#;

const UNUSED: &str = r#"[{"serviceNamespace": "s3", "actions": ["PutObject"]}]"#;

const ALL_UNUSED: &str = r#"[{"serviceNamespace": "s3", "actions": ["GetObject", "PutObject"]}]"#;

/// A review of policy P of `MyRole`, that these have too; all is accepted.
fn reviewed(others: Option<OtherHolders>, unused: &str, everywhere: &[&str]) -> Review {
    let answer = format!(
        r#"{{"PolicyVersion": {{"VersionId": "v1", "IsDefaultVersion": true, "Document": {USED_AND_NOT}}}}}"#
    );
    let intake = Intake::new()
        .text("P.json", &answer)
        .text("unused.json", unused);
    let mut input = intake.load().expect("a review").input;
    input.principal.name = Some(ROLE.into());
    input.principal.everywhere = everywhere.iter().map(|arn| (*arn).into()).collect();
    let origin = &mut input.policies[0].loaded.origin;
    origin.arn = Arn::parse("arn:aws:iam::123456789012:policy/P");
    origin.others = others;
    let mut review = Review::new(input);
    review.decide(&review.undecided(), Decision::Accepted);
    review
}

fn others(names: &[&str]) -> OtherHolders {
    let owner = |name: &&str| PolicyOwner::from_arn(&format!("arn:aws:iam::123456789012:{name}"));
    OtherHolders {
        named: names.iter().filter_map(owner).collect(),
        is_boundary: false,
        unnamed: Some(0),
    }
}

fn record(review: &Review) -> String {
    let decided = Decisions {
        by: None,
        with: DecidedWith::Refine,
        at: jiff::Timestamp::UNIX_EPOCH,
        version: None,
    };
    serde_json::to_string(&DecisionRecord::of(review, decided, None)).expect("a record")
}

#[test]
fn what_becomes_of_a_shared_policy_is_said_in_the_summary_the_reasons_and_the_record() {
    let review = reviewed(
        Some(others(&["role/B", "user/Ann", "group/Ops"])),
        UNUSED,
        &[],
    );
    let sentence = "shared with role B and 2 more: becomes a new policy for role MyRole alone";
    assert!(
        summary(&review).contains(&format!("  {sentence}\n")),
        "{}",
        summary(&review)
    );
    for reasons in [
        Reasons::of_policy(&review, 0),
        Reasons::of_statement(&review, 0, 0),
    ] {
        assert!(format!("{reasons:?}").contains(sentence), "{reasons:?}");
    }
    assert!(record(&review).contains(r#""becomes":"new policy""#));

    let nothing_left = reviewed(Some(others(&["role/B"])), ALL_UNUSED, &[]);
    let sentence = "shared with role B: is detached from role MyRole alone";
    assert!(
        summary(&nothing_left).contains(sentence),
        "{}",
        summary(&nothing_left)
    );
    assert!(!record(&nothing_left).contains("new policy"));
}

#[test]
fn of_a_policy_that_is_changed_itself_nothing_is_said() {
    let roles = [ROLE, "arn:aws:iam::123456789012:role/B"];
    for review in [
        reviewed(None, UNUSED, &[]),
        reviewed(Some(others(&[])), UNUSED, &[]),
        reviewed(Some(others(&["role/B"])), UNUSED, &roles),
    ] {
        let said = summary(&review) + &record(&review);
        assert!(
            !said.contains("shared") && !said.contains("new policy"),
            "{said}"
        );
        let reasons = Reasons::of_policy(&review, 0);
        assert!(!format!("{reasons:?}").contains("shared"), "{reasons:?}");
    }
}

#[test]
fn a_record_that_tells_of_a_new_policy_is_replayed() {
    let review = reviewed(Some(others(&["role/B"])), UNUSED, &[]);
    let saved = Source::from_text("record.json", &record(&review));
    let saved = iam_refine::review::SavedDecisions::read(&saved).expect("a record");
    let mut again = reviewed(Some(others(&["role/B"])), UNUSED, &[]);
    again.decide(
        &again.state().places().collect::<Vec<_>>(),
        Decision::Undecided,
    );
    assert!(saved.replay_in(&mut again).expect("replayed").is_empty());
    assert_eq!(again.outcomes()[0].written, Written::Changed);
}

#[test]
fn a_record_knows_the_way_back_of_each_policy() {
    const ATTACH: &str = "aws iam attach-role-policy --role-name MyRole --policy-arn arn:aws:iam::123456789012:policy/P";
    const DETACH: &str = "aws iam detach-role-policy --role-name MyRole --policy-arn arn:aws:iam::123456789012:policy/P-refined";
    const SET: &str = "aws iam set-default-policy-version --policy-arn arn:aws:iam::123456789012:policy/P --version-id v1";
    let way_back = |review: &Review| {
        let record = Source::from_text("record.json", &record(review));
        let removals = iam_refine::review::Removals::read(&record).expect("a record");
        let hints = iam_refine::aws::way_back(&removals, 0).into_iter();
        let commands = hints.skip(1).map(|hint| hint.to_string());
        commands.collect::<Vec<_>>()
    };
    let new = way_back(&reviewed(Some(others(&["role/B"])), UNUSED, &[]));
    assert_eq!(new, [ATTACH, DETACH]);
    let nothing = way_back(&reviewed(Some(others(&["role/B"])), ALL_UNUSED, &[]));
    assert_eq!(nothing, [ATTACH]);
    assert_eq!(way_back(&reviewed(None, UNUSED, &[])), [SET]);
}

/// A server that plays AWS, and the real `aws` that asks it.
struct Aws {
    server: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Drop for Aws {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Aws {
    fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("its number").port();
        drop(free);
        let server = Command::new("moto_server")
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto_server");
        let aws = Aws {
            server,
            folder: tempfile::tempdir().expect("a folder"),
            port,
        };
        let until = Instant::now() + Duration::from_secs(60);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "the server does not start");
            std::thread::sleep(Duration::from_millis(100));
        }
        aws
    }

    /// Runs a command as a person pastes it, and returns what it prints.
    fn run(&self, command: &str) -> String {
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(self.folder.path())
            .env(
                "AWS_ENDPOINT_URL",
                format!("http://127.0.0.1:{}", self.port),
            )
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_DEFAULT_OUTPUT", "json")
            .env("AWS_ACCESS_KEY_ID", "testing")
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .output()
            .expect("sh");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {told}");
        String::from_utf8(output.stdout).expect("text")
    }

    fn json(&self, command: &str) -> serde_json::Value {
        serde_json::from_str(&self.run(command)).expect("JSON")
    }

    fn make_role(&self, name: &str, more: &str) {
        self.run(&format!(
            "aws iam create-role --role-name {name} --assume-role-policy-document '{{}}' {more}"
        ));
    }

    /// The actions that the managed policies of a role allow.
    fn allowed(&self, role: &str) -> Vec<String> {
        let list = self.json(&format!(
            "aws iam list-attached-role-policies --role-name {role}"
        ));
        let arns = list["AttachedPolicies"].as_array().expect("a list");
        let mut actions = Vec::new();
        for arn in arns.iter().map(|policy| &policy["PolicyArn"]) {
            let policy = self.json(&format!("aws iam get-policy --policy-arn {arn}"));
            let version = &policy["Policy"]["DefaultVersionId"];
            let version = self.json(&format!(
                "aws iam get-policy-version --policy-arn {arn} --version-id {version}"
            ));
            for statement in version["PolicyVersion"]["Document"]["Statement"]
                .as_array()
                .expect("a list")
            {
                match &statement["Action"] {
                    serde_json::Value::String(action) => actions.push(action.clone()),
                    list => actions.extend(
                        list.as_array()
                            .expect("a list")
                            .iter()
                            .map(|action| action.as_str().expect("a name").to_owned()),
                    ),
                }
            }
        }
        actions.sort();
        actions.dedup();
        actions
    }

    /// Who else has P, as the server tells.
    fn others(&self) -> OtherHolders {
        let arn = "arn:aws:iam::123456789012:policy/P";
        let read = |command: &str| {
            let text = self.run(&format!("aws iam {command} --policy-arn {arn}"));
            let source = Source::from_text("answer.json", &text);
            let json = Json::parse(&source).expect("JSON");
            (source, json)
        };
        let (source, json) = read("get-policy");
        let detail = PolicyDetail::read(&source, &json).expect("a policy");
        let (source, json) = read("list-entities-for-policy");
        let reviewed = PolicyOwner::from_arn(ROLE).expect("a role");
        OtherHolders::read(Some((&source, &json)), Some(&detail), &reviewed).expect("others")
    }

    /// Does what is told, as a person does who reads it; but does not go back.
    fn follow(&self, steps: impl IntoIterator<Item = String>) -> Vec<String> {
        let mut made: Vec<String> = Vec::new();
        let mut done = Vec::new();
        for step in steps {
            let Some(at) = step.find("aws iam") else {
                continue;
            };
            if step.contains("to go back") || step.contains("to make room") {
                continue;
            }
            let mut command = step[at..].to_owned();
            for (number, arn) in (1..).zip(&made) {
                command = command.replace(&format!("NEW_POLICY_ARN_{number}"), arn);
            }
            if let Some(only) = made.first() {
                command = command.replace("NEW_POLICY_ARN", only);
            }
            let printed = self.run(&command);
            if command.contains("create-policy ") {
                let new: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
                made.push(new["Policy"]["Arn"].as_str().expect("an ARN").to_owned());
            }
            done.push(command);
        }
        done
    }
}

/// Writes what was decided, and follows what is told about it.
fn put_into_force(aws: &Aws, review: &Review) -> Vec<String> {
    let policy = review.policy(0);
    let text = review.files().find_map(|file| file.text());
    let refined = match (policy.outcome.written, &text) {
        (Written::Changed, Some(text)) => {
            fs::write(aws.folder.path().join("p.json"), text.as_ref()).expect("written");
            PolicyFile::Written {
                file: Path::new("p.json"),
                size: text.len(),
                bytes: text.len(),
            }
        }
        _ => PolicyFile::NothingLeft,
    };
    let steps = next_steps(policy.loaded, &review.input().principal, refined);
    aws.follow(steps.iter().map(ToString::to_string))
}

#[test]
#[ignore = "needs aws and moto_server"]
fn the_commands_that_are_told_narrow_the_reviewed_role_alone() {
    let narrow = ["s3:GetObject"];
    let wide = ["s3:GetObject", "s3:PutObject"];
    for (holders, unused, left) in [
        (&["B"][..], UNUSED, &narrow[..]),
        (&["B"], ALL_UNUSED, &[]),
        (&[], UNUSED, &narrow),
        (&[], ALL_UNUSED, &[]),
    ] {
        let aws = Aws::start();
        aws.run(&format!(
            "aws iam create-policy --policy-name P --policy-document '{USED_AND_NOT}'"
        ));
        for role in ["MyRole"].iter().chain(holders) {
            aws.make_role(role, "");
            aws.run(&format!(
                "aws iam attach-role-policy --role-name {role} --policy-arn arn:aws:iam::123456789012:policy/P"
            ));
        }
        let others = aws.others();
        assert_eq!(others.are_any(), !holders.is_empty(), "{others}");
        let done = put_into_force(&aws, &reviewed(Some(others), unused, &[]));
        assert_eq!(aws.allowed("MyRole"), left, "{done:#?}");
        for role in holders {
            assert_eq!(aws.allowed(role), wide, "{done:#?}");
        }
    }
}

#[test]
#[ignore = "needs aws and moto_server"]
fn a_permissions_boundary_stays_as_wide_as_it_is() {
    let aws = Aws::start();
    aws.run(&format!(
        "aws iam create-policy --policy-name P --policy-document '{USED_AND_NOT}'"
    ));
    let boundary = "--permissions-boundary arn:aws:iam::123456789012:policy/P";
    aws.make_role("Bounded", boundary);
    aws.make_role("MyRole", "");
    aws.run("aws iam attach-role-policy --role-name MyRole --policy-arn arn:aws:iam::123456789012:policy/P");
    let mut others = aws.others();
    // AWS counts them; the server may not.
    others.is_boundary = true;
    put_into_force(&aws, &reviewed(Some(others), UNUSED, &[]));
    assert_eq!(aws.allowed("MyRole"), ["s3:GetObject"]);
    let version = aws.json("aws iam get-policy --policy-arn arn:aws:iam::123456789012:policy/P");
    assert_eq!(version["Policy"]["DefaultVersionId"], "v1");
}

#[test]
#[ignore = "needs aws and moto_server"]
fn in_pieces_too_the_other_keeps_what_it_has() {
    let aws = Aws::start();
    aws.run(&format!(
        "aws iam create-policy --policy-name P --policy-document '{USED_AND_NOT}'"
    ));
    for role in ["MyRole", "B"] {
        aws.make_role(role, "");
        aws.run(&format!(
            "aws iam attach-role-policy --role-name {role} --policy-arn arn:aws:iam::123456789012:policy/P"
        ));
    }
    let pieces = [
        ("p-1.json", "s3:GetObject"),
        ("p-2.json", "s3:GetBucketAcl"),
    ];
    for (file, action) in pieces {
        let text =
            USED_AND_NOT.replace(r#"["s3:GetObject","s3:PutObject"]"#, &format!("{action:?}"));
        fs::write(aws.folder.path().join(file), text).expect("written");
    }
    let review = reviewed(Some(aws.others()), UNUSED, &[]);
    let policy = review.policy(0);
    let pieces = pieces.map(|(file, _)| file.into());
    let steps = next_steps_in_pieces(policy.loaded, &review.input().principal, &pieces);
    let done = aws.follow(steps.iter().map(ToString::to_string));
    assert_eq!(
        aws.allowed("MyRole"),
        ["s3:GetBucketAcl", "s3:GetObject"],
        "{done:#?}"
    );
    assert_eq!(
        aws.allowed("B"),
        ["s3:GetObject", "s3:PutObject"],
        "{done:#?}"
    );
}
