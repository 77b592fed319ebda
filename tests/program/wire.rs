//! Policies as the API has them on the wire, each a file of its own; and small things that are
//! told of what is not as it should be.

use crate::run::{RunIt, example, folder, iam_refine};

const SQS: &str = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}}"#;
const UNUSED: &str = r#"[{"serviceNamespace": "sqs", "actions": ["SetQueueAttributes"]}]"#;

/// Every byte but letters and digits as `%XX`.
fn percent_encoded(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}

#[test]
fn a_document_in_a_string_is_refined_as_what_it_says() {
    let folder = folder();
    let findings = folder.path().join("findings.json");
    std::fs::write(&findings, UNUSED).expect("written");
    let json_string = serde_json::Value::from(SQS).to_string();
    let encoded = percent_encoded(SQS);
    for (name, text) in [
        ("json-string", json_string),
        ("encoded-in-quotes", format!("\"{encoded}\"\n")),
        ("encoded", format!("\n{encoded}\n")),
        (
            "encoded-in-lower-case",
            encoded.to_ascii_lowercase().replace("sqs%3ase", "sqs%3aSe"),
        ),
    ] {
        let policy = folder.path().join(name);
        std::fs::write(&policy, &text).expect("written");
        let run = iam_refine().arg("refine").args([&policy, &findings]).run();
        if name == "encoded-in-lower-case" {
            assert!(run.stderr.contains("\"Statement\""), "{}", run.stderr);
            continue;
        }
        assert_eq!(run.exit, 0, "{name}: {}", run.stderr);
        assert_eq!(run.stdout, SQS.replace("Se*", "SendMessage"), "{name}");
        let run = iam_refine()
            .args(["refine", "--in-place"])
            .args([&policy, &findings])
            .run();
        assert_eq!(run.exit, 2);
        assert!(run.stderr.contains("would destroy"), "{}", run.stderr);
    }
    for bad in ["%7B%2", "%7Bnot json", "\"%7\"", "\"{\""] {
        let policy = folder.path().join("bad");
        std::fs::write(&policy, bad).expect("written");
        let run = iam_refine().arg("refine").args([&policy, &findings]).run();
        assert_eq!(run.exit, 2, "{bad}: {}", run.stderr);
        assert!(run.stderr.contains("error: "), "{}", run.stderr);
    }
}

#[test]
fn of_every_shape_it_is_told_what_to_do_with_the_refined_policy() {
    let folder = folder();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    // Something that each of the examples grants.
    let findings = r#"[{"serviceNamespace": "s3", "actions": ["GetObjectAcl"]},
        {"serviceNamespace": "lambda", "actions": ["UpdateFunctionCode"]},
        {"serviceNamespace": "sqs", "actions": ["SetQueueAttributes"]},
        {"serviceNamespace": "bedrock", "actions": ["CreateAgent"]}]"#;
    let findings = write("findings.json", findings);
    let string = write("string.json", &serde_json::Value::from(SQS).to_string());
    let mut told = Vec::new();
    for policy in [
        example("article.policy.json"),
        string,
        example("get-role-policy.json"),
        example("get-user-policy.json"),
        example("get-group-policy.json"),
        example("get-policy-version.json"),
        example("get-recommended-policy-v2.json"),
    ] {
        let target = folder.path().join("out.json");
        let run = iam_refine()
            .args(["refine", &policy, &findings, "-o"])
            .arg(&target)
            .run();
        let here = folder.path().display().to_string() + "/";
        let name = policy
            .replace(&here, "")
            .replace("tests/data/examples/", "");
        told.push(format!("{name}: exit {}", run.exit));
        let commands = run.stderr.lines().filter(|line| line.contains("aws iam"));
        for line in commands {
            told.push(format!("  {}", line.replace(&here, "")));
        }
        std::fs::remove_file(target).expect("it was written");
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_keep_that_matches_nothing_is_told() {
    let run = |keeps: &[&str]| {
        let mut command = iam_refine();
        command.args(["refine", "--check", &example("article.policy.json")]);
        command.arg(example("article.findings.json"));
        for keep in keeps {
            command.args(["--keep", keep]);
        }
        command.run().stderr
    };
    let told = run(&["s3:Gte*", "sthree:Get*", "s3:GetBuckketAcl=typo"]);
    for keep in ["s3:Gte*", "sthree:Get*", "s3:GetBuckketAcl"] {
        let note = format!("note: --keep {keep}: matches no action of the catalogue");
        assert!(told.contains(&note), "{note} in {told}");
    }
    let told = run(&["s3:GetBucket*", "*", "s3:GetBucketAcl", "lambda:*"]);
    assert!(!told.contains("matches no action"), "{told}");
}

#[test]
fn one_service_without_its_list_is_told_to_be_put_in_one() {
    let run = iam_refine()
        .args(["refine", &example("article.policy.json"), "-"])
        .run_with(r#"{"serviceNamespace": "s3", "actions": ["GetBucketAcl"]}"#);
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("between brackets: [{"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_empty_list_is_refused_for_it_may_be_a_filtered_one() {
    for findings in ["[]", r#"[{"serviceNamespace": "sqs", "actions": []}]"#] {
        let line = format!(r#"{{"id": 1, "policy": {SQS}, "findings": {findings}}}"#);
        let run = iam_refine().arg("batch").run_with(&line);
        assert_eq!(run.exit, 1, "{}", run.stdout);
        assert!(run.stdout.contains(r#""error":"#), "{}", run.stdout);
    }
}
