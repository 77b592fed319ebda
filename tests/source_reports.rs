//! What `refine` says of policies in Terraform files: records, baselines, the text for a pull request, and
//! SARIF.

#![allow(clippy::unwrap_used)] // A test may.

mod program;
mod source_world;

use program::{RunIt, example, iam_refine};
use serde_json::Value;
use source_world::World;

/// What `refine --format json` prints.
fn record(world: &World, options: &[&str]) -> Value {
    let run = world.run("refine", &[options, &["--format", "json"]].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr))
}

/// What `refine --format sarif` prints.
fn sarif(world: &World, options: &[&str]) -> Value {
    let run = world.run("refine", &[options, &["--format", "sarif"]].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr))
}

#[test]
fn a_record_tells_the_block_and_the_place_of_each_entry() {
    let record = record(&World::new(), &[]);
    let policy = &record["policies"][0];
    assert_eq!(policy["file"], "main.tf");
    let block = &policy["block"];
    assert_eq!(block["address"], "data.aws_iam_policy_document.inline");
    assert_eq!(block["makes"][0], "aws_iam_role_policy.inline");
    assert_eq!(block["holders"][0], "role prod-app");
    assert_eq!(block["findings"][0]["id"], "app");
    let place = |entry: &Value| (entry["line"].as_u64(), entry["column"].as_u64());
    assert_eq!(place(&policy["entries"][0]), (Some(15), Some(18)));
    assert_eq!(place(&policy["entries"][1]), (Some(15), Some(29)));
    let queue = &record["policies"][2];
    assert_eq!(queue["file"], "modules/queue/main.tf");
    assert_eq!(queue["block"]["makes"].as_array().unwrap().len(), 2);
    assert_eq!(queue["entries"][0]["goes"][0]["finding"], "app, other");
}

#[test]
fn a_record_tells_which_policies_are_left_and_why() {
    let record = record(&World::new(), &[]);
    let left = record["left"].as_array().unwrap();
    let vendor = &left[0];
    assert_eq!(
        (&vendor["file"], &vendor["line"]),
        (&"main.tf".into(), &50.into())
    );
    assert!(vendor["why"].as_str().unwrap().contains("downloaded"));
}

#[test]
fn a_record_of_terraform_files_is_replayed() {
    let world = World::new();
    let all = world.run("refine", &["--record", "../record.json"]);
    assert_eq!(all.exit, 0, "{}", all.stderr);
    let rejected = world
        .read("record.json")
        .replacen("\"accepted\"", "\"rejected\"", 1);
    world.write("decided.json", &rejected);
    let run = world.run("refine", &["--decisions", "../decided.json"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("s3:GetObject\""), "{}", run.stdout);
    assert!(
        run.stdout.contains("+    actions   = [\"s3:Get*\"]"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_decision_is_found_again_by_its_block_where_a_policy_before_it_was_not_decided_on() {
    let world = World::new();
    world.run("refine", &["--record", "../record.json"]);
    let mut record: Value = serde_json::from_str(&world.read("record.json")).unwrap();
    let policies = record["policies"].as_array_mut().unwrap();
    policies.remove(0);
    for (place, policy) in policies.iter_mut().enumerate() {
        for entry in policy["entries"].as_array_mut().unwrap() {
            entry["policy"] = place.into();
        }
    }
    world.write("fewer.json", &record.to_string());
    let run = world.run("refine", &["--decisions", "../fewer.json"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(run.stdout.contains("logs:Associate*"), "{}", run.stdout);
    assert!(!run.stdout.contains("s3:GetAccess*"), "{}", run.stdout);
    let said = "a policy is left as it is, of which nothing was decided";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_denial_leads_back_to_the_block() {
    let world = World::new();
    world.run("refine", &["--record", "../record.json"]);
    let denial = "User: arn:aws:sts::123456789012:assumed-role/prod-app/x is not authorized to perform: \
                  s3:ListBucket because no identity-based policy allows the s3:ListBucket action";
    let record = world.path("record.json");
    let run = iam_refine()
        .arg("denied")
        .arg(record)
        .arg("-")
        .run_with(denial);
    let said = "take the change of data.aws_iam_policy_document.inline in main.tf back";
    assert!(run.stdout.contains(said), "{}{}", run.stdout, run.stderr);
    assert!(!run.stdout.contains("put-role-policy"), "{}", run.stdout);
}

#[test]
fn a_check_prints_what_it_is_asked_for_and_exits_with_what_it_found() {
    let world = World::new();
    let run = world.run("refine", &["--check"]);
    assert_eq!((run.exit, run.stdout.as_str()), (1, ""));
    for option in [
        &["--diff"][..],
        &["--format", "sarif"],
        &["--format", "json"],
    ] {
        let checked = world.run("refine", &[option, &["--check"]].concat());
        assert_eq!(checked.exit, 1, "{option:?}");
        assert_eq!(
            checked.stdout,
            world.run("refine", option).stdout,
            "{option:?}"
        );
    }
    let run = world.run("refine", &["--check", "--record", "../record.json"]);
    assert_eq!(run.exit, 1);
    assert!(world.path("record.json").exists());
    world.run("refine", &["--in-place"]);
    let refined = world.run("refine", &["--check", "--format", "sarif"]);
    assert!(
        refined.stdout.contains("\"results\": []"),
        "{}",
        refined.stdout
    );
}

#[test]
fn a_check_passes_over_what_its_baseline_knows_wherever_it_stands_now() {
    let world = World::new();
    world.write(
        "base.json",
        &world.run("refine", &["--format", "json"]).stdout,
    );
    let check = ["--check", "--baseline", "../base.json"];
    let same = world.run("refine", &check);
    assert_eq!(same.exit, 0, "{}", same.stderr);

    let moved = format!("# A line more.\n\n{}", world.read("root/main.tf"));
    world.write("root/main.tf", &moved);
    let moved = world.run("refine", &check);
    assert_eq!(moved.exit, 0, "{}", moved.stderr);
}

#[test]
fn a_check_fails_on_what_its_baseline_does_not_know() {
    let world = World::new();
    world.write(
        "base.json",
        &world.run("refine", &["--format", "json"]).stdout,
    );
    let more = "{\"action\": \"GetObjectAcl\"}, {\"action\": \"GetBucketCORS\"}";
    world.replace("app.json", "{\"action\": \"GetObjectAcl\"}", more);
    let run = world.run("refine", &["--check", "--baseline", "../base.json"]);
    assert_eq!(run.exit, 1, "{}", run.stderr);
    let said = "main.tf, data.aws_iam_policy_document.inline: s3:GetBucketCORS of s3:Get*";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("1 action is unused that the baseline does not have")
    );

    let found = sarif(&world, &["--check", "--baseline", "../base.json"]);
    let states = found["runs"][0]["results"].as_array().unwrap().iter();
    let states: Vec<&str> = states
        .map(|one| one["baselineState"].as_str().unwrap())
        .collect();
    assert_eq!(states[0], "new");
    assert!(states[1..].iter().all(|state| *state == "unchanged"));
}

#[test]
fn what_was_not_decided_is_in_no_baseline() {
    let world = World::new();
    let mut record = record(&world, &[]);
    for entry in record["policies"][0]["entries"].as_array_mut().unwrap() {
        entry["decision"] = "undecided".into();
    }
    world.write("base.json", &record.to_string());
    let run = world.run("refine", &["--check", "--baseline", "../base.json"]);
    assert_eq!(run.exit, 1, "{}", run.stderr);
    assert!(run.stderr.contains("s3:ListBucket"), "{}", run.stderr);
}

#[test]
fn a_baseline_of_ordinary_policies_is_known_by_statement_and_entry() {
    let [policy, findings] = ["article.policy.json", "article.findings.json"].map(example);
    let folder = program::folder();
    let run = iam_refine()
        .args(["refine", &policy, &findings, "--format", "json"])
        .run();
    let base = folder.path().join("base.json");
    std::fs::write(&base, run.stdout).unwrap();
    let check = ["refine", &policy, &findings, "--check"];
    assert_eq!(iam_refine().args(check).run().exit, 1);
    let run = iam_refine().args(check).arg("--baseline").arg(&base).run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
}

#[test]
fn a_baseline_that_is_no_record_is_refused() {
    let world = World::new();
    let run = world.run("refine", &["--check", "--baseline", "../app.json"]);
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("is no decision record"),
        "{}",
        run.stderr
    );
}

#[test]
fn sarif_has_a_rule_a_sentence_and_the_place_of_each_entry() {
    let sarif = sarif(&World::new(), &[]);
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 5);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], rules[index]["id"]);
        assert_eq!(result["level"], "warning");
    }
    let list_bucket = &results[1];
    assert_eq!(list_bucket["ruleId"], "unused-action");
    assert_eq!(
        list_bucket["message"]["text"],
        "role prod-app does not use s3:ListBucket"
    );
    let place = &list_bucket["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "main.tf");
    let region =
        serde_json::json!({"startLine": 15, "startColumn": 29, "endLine": 15, "endColumn": 44});
    assert_eq!(place["region"], region);
    let of_two = results[4]["message"]["text"].as_str().unwrap();
    let said = "that role prod-app and role prod-other do not use: sqs:AddPermission,";
    assert!(of_two.contains(said), "{of_two}");
}

#[test]
fn columns_of_sarif_count_characters() {
    let world = World::new();
    let file = "root/modules/queue/main.tf";
    world.replace(file, "\"Statement\"", "\"Id\": \"äöü\", \"Statement\"");
    let sarif = sarif(&world, &[]);
    let place = &sarif["runs"][0]["results"][4]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "modules/queue/main.tf");
    let line = world.read(file).lines().nth(4).unwrap().to_owned();
    let (before, _) = line.split_once("\"sqs:*\"").unwrap();
    let column = before.chars().count() + 1;
    assert_eq!(place["region"]["startColumn"], column);
    assert_eq!(place["region"]["endColumn"], column + "\"sqs:*\"".len());
}

#[test]
fn sarif_tells_which_policies_were_left() {
    let sarif = sarif(&World::new(), &[]);
    let told = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    let vendor = &told[0];
    assert_eq!(vendor["level"], "warning");
    assert!(
        vendor["message"]["text"]
            .as_str()
            .unwrap()
            .contains("downloaded")
    );
    let place = &vendor["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(place, "main.tf");
}

#[test]
fn what_has_no_lines_of_its_own_is_refused_as_sarif() {
    let [policy, findings] = ["get-role-policy.json", "get-finding-v2.json"].map(example);
    let run = iam_refine()
        .args(["refine", &policy, &findings, "--format", "sarif"])
        .run();
    assert_eq!(run.exit, 2, "{}", run.stdout);
    assert!(
        run.stderr.contains("--format sarif tells lines of files"),
        "{}",
        run.stderr
    );
}

#[test]
fn where_nothing_is_written_sarif_is_empty() {
    let world = World::new();
    world.replace("app.json", "role/prod-app", "role/somebody");
    world.replace("other.json", "role/prod-other", "role/else");
    let sarif = sarif(&world, &["--check"]);
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn the_text_for_a_pull_request_tells_what_goes_and_why() {
    let run = World::new().run("refine", &["--format", "markdown"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn the_text_for_a_pull_request_is_grouped_by_the_owners_of_the_files() {
    let world = World::new();
    world.write("root/.git/HEAD", "");
    world.write(
        "root/.github/CODEOWNERS",
        "* @all\n/modules/ @queues # theirs\n!x @y\n",
    );
    world.write("root/CODEOWNERS", "* @not-read\n");
    let run = world.run("refine", &["--format", "markdown"]);
    let headings = run.stdout.lines().filter(|line| line.starts_with('#'));
    let headings: Vec<&str> = headings.collect();
    assert_eq!(
        headings,
        [
            "# Unused permissions",
            "## Files of @all",
            "### `aws_iam_role_policy.inline`",
            "### `aws_iam_policy.logs`",
            "## Files of @queues",
            "### `module.queue[\"a\"].aws_iam_role_policy.this`",
            "## Left as they are",
            "## Proof",
        ]
    );
    assert!(
        run.stderr.contains("!x is no pattern of CODEOWNERS"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_policy_that_becomes_too_long_is_kept_short_where_that_is_asked_for() {
    let world = World::new();
    let long = world.run("refine", &["--quota", "900"]);
    assert_eq!(long.exit, 2, "{}", long.stdout);
    assert!(
        long.stderr.contains("of 900 as asked for"),
        "{}",
        long.stderr
    );
    assert_eq!(long.stdout, "");
    let kept = world.run("refine", &["--quota", "900", "--if-too-long", "keep"]);
    assert_eq!(kept.exit, 0, "{}", kept.stderr);
    assert!(kept.stderr.contains("left whole"), "{}", kept.stderr);
}

#[test]
fn the_last_use_is_told_of_those_who_have_a_policy_whoever_else_has_findings() {
    let world = World::new();
    let used = "{\"action\": \"ListBucket\", \"lastAccessed\": \"2026-02-03T10:00:00Z\"}";
    world.replace("app.json", "{\"action\": \"ListBucket\"}", used);
    let record = record(&world, &[]);
    let list_bucket = &record["policies"][0]["entries"][1];
    assert_eq!(list_bucket["goes"][0]["lastUsed"], "2026-02-03T10:00:00Z");
    let sarif = sarif(&world, &[]);
    let message = &sarif["runs"][0]["results"][1]["message"]["text"];
    let said = "role prod-app does not use s3:ListBucket; it was used on 2026-02-03";
    assert_eq!(message, said);
    let markdown = world.run("refine", &["--format", "markdown"]).stdout;
    let row = "| **s3** ListBucket | List | **2026-02-03** |";
    assert!(markdown.contains(row), "{markdown}");
    let asked = world.run_with("review", &["--plain"], "A\nn\nq\n").stdout;
    let said = "These were used before, and would go:\n  s3:ListBucket";
    assert!(asked.contains(said), "{asked}");
}

#[test]
fn what_is_accepted_and_cannot_be_done_is_nothing_that_goes() {
    let world = World::with_what_stays();
    let found = sarif(&world, &[]);
    let results = found["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 1, "{found:#}");
    let message = results[0]["message"]["text"].as_str().unwrap();
    assert!(message.starts_with("s3:Put* grants 2 actions"), "{message}");
    let markdown = world.run("refine", &["--format", "markdown"]).stdout;
    assert!(markdown.contains("| **s3** PutBucketAcl |"), "{markdown}");
    assert!(!markdown.contains("| **sqs** CreateQueue, DeleteQueue | Write | never |"));
}

#[test]
fn what_stays_is_told_with_what_it_comes_from() {
    let markdown = World::with_what_stays()
        .run("refine", &["--format", "markdown"])
        .stdout;
    for said in [
        "- `s3:DeleteBucket`, `s3:DeleteObject`: it comes from var.more, main.tf:12",
        "| **s3** DeleteBucket | not edited: `it comes from var.more, main.tf:12` |",
        "| **sqs** CreateQueue, DeleteQueue | not edited: `a dynamic block makes the statement, main.tf:2` |",
    ] {
        assert!(markdown.contains(said), "{said}\n{markdown}");
    }
}
