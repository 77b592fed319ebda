//! Which findings are of an account, and what is told of those that are not.

use std::fs;

use serde_json::{Value, json};

use crate::accounts::{account, finding, refine, refine_in, usual};
use crate::run::folder;

/// A finding about a role of the account `number`.
fn foreign(number: usize) -> Value {
    let text = finding(&format!("f{number}"), "role/Reader", &["sqs:*"]).to_string();
    let account = format!("{number:012}");
    serde_json::from_str(&text.replace("123456789012", &account)).unwrap()
}

fn overview(stdout: &str) -> &str {
    stdout
        .lines()
        .find(|line| line.contains("cannot be narrowed"))
        .unwrap_or_default()
}

#[test]
fn findings_of_other_accounts_are_counted_in_one_note() {
    let at = folder();
    let own = refine(at.path(), &account(), &usual(), &[]);
    let all: Vec<String> = (1..=8)
        .flat_map(|number| [foreign(number), foreign(number)])
        .enumerate()
        .map(|(place, mut finding)| {
            finding["id"] = format!("f{place}").into();
            finding["resource"] = finding["resource"]
                .as_str()
                .unwrap()
                .replace("Reader", &format!("R{place}"))
                .into();
            finding.to_string()
        })
        .collect();
    fs::write(at.path().join("org.jsonl"), all.join("\n")).unwrap();
    let run = refine_in(at.path(), &["org.jsonl"]);
    assert_eq!((run.exit, &run.stdout), (0, &own.stdout), "{}", run.stderr);
    let note = "note: org.jsonl: passed over: 16 findings are of other accounts than 123456789012: 000000000001, 000000000002, \
                000000000003, 000000000004, 000000000005 and 3 more\n";
    assert_eq!(run.stderr, own.stderr + note);
}

#[test]
fn where_all_findings_are_of_another_account_it_is_the_wrong_one() {
    let run = refine(folder().path(), &account(), &[foreign(7), foreign(8)], &[]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains(
            "2 findings are of other accounts than 123456789012: 000000000007 and 000000000008\n\
             help: give the account they were made in"
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn an_account_whose_findings_are_of_roles_that_are_gone_is_no_error() {
    let gone = finding("9", "role/Gone", &["sqs:*"]);
    let older = {
        let mut finding = finding("8", "role/Reader", &["sqs:*"]);
        finding["analyzedAt"] = "2020-01-01T00:00:00Z".into();
        finding
    };
    let mut account = account();
    account["RoleDetailList"][0]["CreateDate"] = "2026-01-01T00:00:00Z".into();
    for (odd, said) in [
        (
            gone,
            "the account does not have whom this finding is for: arn:aws:iam::123456789012:role/Gone",
        ),
        (older, "2020-01-01"),
    ] {
        let run = refine(folder().path(), &account, &[odd], &[]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        assert!(
            overview(&run.stdout).starts_with("0 policies lose something"),
            "{}",
            run.stdout
        );
        assert!(run.stderr.starts_with("warning: "), "{}", run.stderr);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

#[test]
fn many_roles_that_are_gone_are_told_together() {
    let mut findings = usual();
    findings.extend((0..30).map(|place| {
        finding(
            &format!("g{place}"),
            &format!("role/Gone{place:02}"),
            &["sqs:*"],
        )
    }));
    let run = refine(folder().path(), &account(), &findings, &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let warning = "warning: in 30 files: the account does not have whom this finding is for\n";
    assert!(run.stderr.contains(warning), "{}", run.stderr);
    assert!(run.stderr.contains("  and 10 more\n"), "{}", run.stderr);
    assert_eq!(run.stderr.matches("it is passed over").count(), 1);
}

#[test]
fn whole_findings_in_a_list_as_of_summaries_are_read() {
    let at = folder();
    let apart = refine(at.path(), &account(), &usual(), &[]);
    fs::remove_dir_all(at.path().join("findings")).unwrap();
    fs::create_dir(at.path().join("findings")).unwrap();
    let all = at.path().join("findings/all.json");
    fs::write(
        &all,
        json!({"findings": usual(), "nextToken": null}).to_string(),
    )
    .unwrap();
    let together = refine_in(at.path(), &[]);
    assert_eq!(
        (together.exit, together.stdout),
        (0, apart.stdout),
        "{}",
        together.stderr
    );

    // A summary among them is told of at its place, and the rest counts.
    let mut some = usual();
    some[3] = json!({"id": "4", "findingType": "UnusedPermission", "status": "ACTIVE"});
    fs::write(&all, json!({"findings": some}).to_string()).unwrap();
    let run = refine_in(at.path(), &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("this is a summary of findings"),
        "{}",
        run.stderr
    );

    // Whatever prints them, PowerShell or an SDK.
    for token in ["nextToken", "NextToken", "next_token"] {
        let list = json!({"findings": usual(), token: "more"});
        fs::write(&all, list.to_string()).unwrap();
        let run = refine_in(at.path(), &[]);
        assert_eq!(run.exit, 2, "{token}: {}", run.stdout);
        assert!(
            run.stderr
                .contains("this is one page of a list of findings"),
            "{}",
            run.stderr
        );
    }
    let list = json!({"findings": usual(), "NextToken": ""});
    fs::write(&all, list.to_string()).unwrap();
    let run = refine_in(at.path(), &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);

    fs::write(&all, json!({"findings": [some[3]]}).to_string()).unwrap();
    let run = refine_in(at.path(), &[]);
    assert!(
        run.stderr.contains("this is a summary of findings"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_json_has_the_numbers_of_the_overview() {
    let mut findings = usual();
    findings[1]["analyzedAt"] = "2026-10-09T00:00:00Z".into();
    let at = folder();
    let overview = refine(at.path(), &account(), &findings, &[]);
    let json = refine_in(at.path(), &["--format", "json"]);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["account"], "123456789012");
    let day = iam_refine::catalogue::Catalogue::built_in().date().unwrap();
    assert_eq!(json["catalogue"], day.to_string());
    assert_eq!(
        json["analyzed"],
        json!({"first": "2026-10-01", "last": "2026-10-09"})
    );
    let counts = &json["counts"];
    let said = format!(
        "{} policies lose something, {} nothing, {} cannot be narrowed",
        counts["changed"], counts["unchanged"], counts["kept"]
    );
    assert!(
        overview.stdout.contains(&said),
        "{}\n{json:#}",
        overview.stdout
    );
    let policies = json["policies"].as_array().unwrap();
    let removed = policies
        .iter()
        .map(|one| one["removed"].as_array().unwrap().len());
    assert_eq!(counts["removed"], removed.sum::<usize>());
    assert_eq!(
        (&counts["unreadable"], &counts["stillAllowed"]),
        (&json!(0), &json!(0))
    );
    let unused = |holder: &str| {
        let of_it = |one: &&Value| one["attachedTo"] == json!([holder]);
        policies.iter().find(of_it).unwrap()["unused"].clone()
    };
    assert_eq!(
        (unused("role Reader"), unused("role Silent")),
        (json!(2), Value::Null)
    );
}
