//! The front door: files and texts in any order, and all that is wrong with them at once.

use std::error::Error as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::{fs, io};

use iam_refine::intake::{Intake, IntakeOptions};
use iam_refine::review::Decision;
use iam_refine::text::{Error, Source};

const POLICY: &str = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}}"#;
const UNUSED: &str = r#"[{"serviceNamespace": "sqs", "actions": ["SetQueueAttributes"]}]"#;

/// The names of the files that problems are told of.
fn told_of(error: Error) -> Vec<String> {
    let Error::Problems(problems) = error else {
        panic!("no problems of files: {error}");
    };
    let names = problems
        .into_iter()
        .map(|one| one.source().name().to_string());
    names.collect()
}

#[test]
fn files_and_texts_come_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.json");
    fs::write(&path, POLICY).unwrap();
    let intake = Intake::new().text("findings.json", UNUSED).path(&path);
    let loaded = intake.text("other.json", POLICY).load().unwrap();
    let policies = loaded.input.policies.iter();
    let paths = policies.map(|policy| policy.loaded.document.source().path());
    assert_eq!(paths.collect::<Vec<_>>(), [Some(&*path), None]);
    assert_eq!(loaded.input.policies.len(), 2);

    let intake = Intake::new().text("p", POLICY).text("f", UNUSED);
    let mut review = intake.review().unwrap();
    review.decide(&review.undecided(), Decision::Accepted);
    let text = review.files().next().unwrap().text();
    assert!(text.unwrap().contains(r#""sqs:SendMessage""#));
}

#[test]
fn what_is_wrong_with_any_file_is_told_together() {
    let intake = Intake::new().text("a.json", "{").text("b.json", POLICY);
    let intake = intake
        .text("c.json", "[]")
        .text("d.json", r#"{"Statement": 1}"#);
    let refused = intake.clone().review().unwrap_err();
    assert_eq!(told_of(refused), ["a.json", "c.json", "d.json"]);

    let refused = intake.path("no/such/file").review().unwrap_err();
    assert_eq!(refused.to_string(), "no/such/file cannot be read");
    let cause = refused.source().unwrap().downcast_ref::<io::Error>();
    assert_eq!(cause.unwrap().kind(), io::ErrorKind::NotFound);
}

#[test]
fn what_does_not_go_together_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.json");
    fs::write(&path, POLICY).unwrap();
    let other_name = folder.path().join("./policy.json");
    for (intake, told) in [
        (Intake::new().path(&path).path(other_name), "is given twice"),
        (
            Intake::new().path("-").path("-"),
            "standard input is given twice",
        ),
        (
            Intake::new().text("f", UNUSED),
            "none of the files is a policy",
        ),
        (
            Intake::new().path(&path),
            "none of the files holds findings, so nothing is known to be unused",
        ),
    ] {
        let refused = intake.load().unwrap_err().to_string();
        assert!(refused.ends_with(told), "{refused}");
    }
    let loaded = Intake::new().text("f", UNUSED).findings().unwrap();
    assert!(loaded.input.policies.is_empty());
}

#[test]
fn an_account_takes_folders_of_findings() {
    let account = include_str!("../data/account/account.json");
    let account = || Source::from_text("account.json", account);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/account/findings");
    let opened = Intake::new().path(folder).account(account()).unwrap();
    assert!(
        opened
            .policies()
            .iter()
            .any(|policy| policy.unused > Some(0))
    );

    let intake = Intake::new().text("a.json", "{").text("b.json", POLICY);
    let refused = intake.account(Source::from_text("c.json", POLICY));
    assert_eq!(
        told_of(refused.unwrap_err()),
        ["c.json", "a.json", "b.json"]
    );

    let odd = tempfile::tempdir().unwrap();
    let at = |name: &str| odd.path().join(name);
    for name in ["reader.json", "writer.json"] {
        fs::copy(Path::new(folder).join(name), at(name)).unwrap();
    }
    let pipe = Command::new("mkfifo").arg(at("a-pipe")).status().unwrap();
    assert!(pipe.success());
    symlink("nothing", at("dangling.json")).unwrap();
    symlink(folder, at("linked")).unwrap();
    let opened = Intake::new().path(odd.path()).account(account()).unwrap();
    let notes: Vec<_> = (opened.notes().iter())
        .map(ToString::to_string)
        .filter(|note| note.contains(odd.path().to_str().unwrap()))
        .collect();
    let note = |name: &str, told: &str| format!("note: {}: this is {told}", at(name).display());
    let expected = [
        note("a-pipe", "neither a file nor a folder, and is not read"),
        note("dangling.json", "a link to nothing, and is not read"),
        note("linked", "a link to a folder, and is not followed"),
    ];
    assert_eq!(notes, expected);

    let empty = tempfile::tempdir().unwrap();
    let intake = Intake::new().options(IntakeOptions::default());
    let refused = intake.path(empty.path()).account(account()).unwrap_err();
    assert!(refused.to_string().starts_with("there is no file in "));
}
