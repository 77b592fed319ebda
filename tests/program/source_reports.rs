//! What `refine` says of policies in Terraform files: records, baselines, the text for a pull request, and
//! SARIF.

use crate::run::{RunIt, example, iam_refine};
use crate::source_uses;
use crate::source_world::World;
use serde_json::Value;
use std::fmt::Write as _;

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
fn a_check_finds_what_has_to_be_removed_by_hand() {
    let mut world = source_uses::World::inline();
    let written = "actions   = [\"sqs:SendMessage\", \"sqs:DeleteMessage\"]";
    let listed = "locals {\n  actions = [\"sqs:SendMessage\", \"sqs:DeleteMessage\"]\n}\n";
    world.text = listed.to_owned() + &world.text.replace(written, "actions   = local.actions");
    let told = "warning: 1 unused action is granted by what cannot be edited where it is written: ";
    let run = world.refine(&["--check"]);
    assert_eq!((run.exit, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    assert!(run.stderr.contains(told), "{}", run.stderr);
    // Who keeps it has looked at it.
    let run = world.refine(&["--check", "--keep", "sqs:DeleteMessage"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!run.stderr.contains(told), "{}", run.stderr);
    // A baseline says nothing of it.
    let known = world.refine(&["--format", "json"]).stdout;
    world.write("known.json", &known);
    let run = world.refine(&["--check", "--baseline", "../known.json"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(run.stderr.contains(told), "{}", run.stderr);
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

    std::fs::rename(world.path("root/main.tf"), world.path("root/iam.tf")).unwrap();
    let renamed = world.run("refine", &check);
    assert_eq!(renamed.exit, 0, "{}", renamed.stderr);
}

#[test]
fn a_baseline_of_other_files_is_told_to_be_one() {
    let world = World::new();
    let base = world.run("refine", &["--format", "json"]).stdout;
    world.write("base.json", &base.replace("main.tf", "elsewhere/main.tf"));
    let run = world.run("refine", &["--check", "--baseline", "../base.json"]);
    assert_eq!(run.exit, 1);
    let said = "the baseline knows none of these files: was it made in another folder?";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_check_that_could_look_at_nothing_is_no_good_answer() {
    let world = World::new();
    world.replace("app.json", "role/prod-app", "role/somebody");
    world.replace("other.json", "role/prod-other", "role/else");
    let run = world.run("refine", &["--check"]);
    assert_eq!(run.exit, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains("\nnothing is changed\n"),
        "{}",
        run.stderr
    );
    let said = "\nerror: nothing was checked\n";
    assert!(run.stderr.ends_with(said), "{}", run.stderr);
}

#[test]
fn a_check_ends_with_what_was_passed_over() {
    let world = World::new();
    world.replace("root/main.tf", "\"s3:Get*\", \"s3:ListBucket\"", "\"s3:*\"");
    let run = world.run("refine", &["--check"]);
    let last = run.stderr.lines().last().unwrap();
    let said = "warning: 2 policies were passed over, so nothing is said of them";
    assert_eq!(last, said, "{}", run.stderr);
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
    let said = "data.aws_iam_policy_document.inline: s3:GetBucketCORS of s3:Get*";
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
    let folder = crate::run::folder();
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
    assert_eq!(long.exit, 4, "{}", long.stdout);
    assert!(
        long.stderr.contains("of 900 as asked for"),
        "{}",
        long.stderr
    );
    // The others are edited.
    let files: Vec<&str> = long
        .stdout
        .lines()
        .filter(|line| line.starts_with("+++"))
        .collect();
    assert_eq!(files, ["+++ b/modules/queue/main.tf"], "{}", long.stdout);
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
    assert!(!markdown.contains("| **sqs** CreateQueue, DeleteQueue | Write | no use recorded |"));
}

#[test]
fn what_stays_is_told_with_what_it_comes_from() {
    let markdown = World::with_what_stays()
        .run("refine", &["--format", "markdown"])
        .stdout;
    for said in [
        "- `s3:DeleteBucket`, `s3:DeleteObject`: `it comes from var.more, main.tf:12`",
        "| **s3** DeleteBucket | not edited: `it comes from var.more, main.tf:12` |",
        "| **sqs** CreateQueue, DeleteQueue | not edited: `a dynamic block makes the statement, main.tf:2` |",
    ] {
        assert!(markdown.contains(said), "{said}\n{markdown}");
    }
}

/// A role with these inline policies, each in a block of its own.
fn with_inline_policies(count: usize) -> World {
    let world = World::with_what_stays();
    let (mut blocks, mut resources) = (String::new(), Vec::new());
    let arn = "arn:aws:iam::123456789012:user/app";
    resources.push(
        serde_json::json!({"address": "aws_iam_user.app", "mode": "managed", "type": "aws_iam_user",
        "name": "app", "values": {"name": "app", "arn": arn}}),
    );
    for number in 0..count {
        let statement = r#"[{ Effect = "Allow", Action = ["s3:Put*"], Resource = "*" }]"#;
        let _ = write!(
            blocks,
            "resource \"aws_iam_user_policy\" \"p{number}\" {{\n  policy = jsonencode({{\n    Statement = \
             {statement}\n  }})\n}}\n"
        );
        let policy = r#"{"Statement":[{"Effect":"Allow","Action":["s3:Put*"],"Resource":"*"}]}"#;
        resources.push(serde_json::json!({"address": format!("aws_iam_user_policy.p{number}"), "mode": "managed",
            "type": "aws_iam_user_policy", "name": format!("p{number}"),
            "values": {"name": format!("p{number}"), "user": "app", "policy": policy}}));
    }
    world.write("root/main.tf", &blocks);
    let state = serde_json::json!({"format_version": "1.0", "values": {"root_module": {"resources": resources}}});
    world.write("state.json", &state.to_string());
    // What manages permissions is never left for the length.
    world.replace("app.json", "PutBucketPolicy", "PutBucketCORS");
    world.replace("app.json", "PutBucketAcl", "PutBucketLogging");
    world
}

#[test]
fn inline_policies_of_one_user_count_together_wherever_they_are_written() {
    // One comes to some 740 characters, of 2,048 for all.
    let two = with_inline_policies(2).run("refine", &[]);
    assert_eq!(two.exit, 0, "{}", two.stderr);
    let world = with_inline_policies(3);
    let three = world.run("refine", &[]);
    assert_eq!(three.exit, 4, "{}", three.stderr);
    let edited = three.stdout.matches("\n-").count();
    assert_eq!(edited, 2, "{}", three.stdout);
    let said = "characters of 2,048 over all inline policies of the user";
    assert_eq!(three.stderr.matches(said).count(), 1, "{}", three.stderr);
    assert!(
        !three.stderr.contains("--if-too-long split"),
        "{}",
        three.stderr
    );
    let kept = world.run("refine", &["--if-too-long", "keep", "--in-place"]);
    assert_eq!(kept.exit, 0, "{}", kept.stderr);
    let left = world.read("root/main.tf").matches("\"s3:Put*\"").count();
    assert!(left < 3, "{}", world.read("root/main.tf"));
}

#[test]
fn a_review_writes_no_more_than_aws_takes() {
    let world = with_inline_policies(3);
    let run = world.run_with("review", &["--plain"], "A\ny\nw\ny\nq\ny\n");
    let said = "characters of 2,048 over all inline policies of the user";
    assert!(run.stdout.contains(said), "{}{}", run.stdout, run.stderr);
    assert_eq!(world.read("root/main.tf").matches("\"s3:Put*\"").count(), 3);
}

#[test]
fn nothing_that_others_wrote_is_markup_in_the_text_for_a_pull_request() {
    let world = World::new();
    let harm = "<img src=x> ![a](http://evil/x.png) @octocat closes #1";
    let comment =
        format!("# iam-refine:keep s3:ListBucket {harm}\n  statement {{\n    sid       = \"Read\"");
    world.replace(
        "root/main.tf",
        "statement {\n    sid       = \"Read\"",
        &comment,
    );
    let markdown = world.run("refine", &["--format", "markdown"]).stdout;
    assert!(markdown.contains(harm), "{markdown}");
    for line in markdown.lines().filter(|line| line.contains("octocat")) {
        let (before, _) = line.split_once("<img").unwrap();
        assert_eq!(before.matches('`').count() % 2, 1, "{line}");
    }
}

#[test]
fn sarif_calls_files_from_the_root_of_their_repository() {
    let world = World::new();
    world.write(".git/HEAD", "");
    let found = sarif(&world, &[]);
    let place =
        &found["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(place["uri"], "root/main.tf");
    assert_eq!(place["uriBaseId"], "%SRCROOT%");
}

#[test]
fn a_policy_of_which_nothing_would_be_left_is_not_said_to_be_gone() {
    let world = World::new();
    let of_app =
        r#""logs", "actions": [{"action": "DeleteLogGroup"}, {"action": "DeleteLogStream"}]"#;
    world.replace("app.json", of_app, "\"logs\"");
    let of_other = r#""logs", "actions": [{"action": "DeleteLogGroup"}]"#;
    world.replace("other.json", of_other, "\"logs\"");
    let run = world.run("refine", &["--format", "markdown"]);
    assert_eq!(run.exit, 4, "{}", run.stderr);
    let said = "2 policies change in 2 files: 8 actions are not granted any more there. Of 1 policy nothing is used.";
    assert!(run.stdout.contains(said), "{}", run.stdout);
    assert!(
        run.stdout.contains("| not used | level | last used |"),
        "{}",
        run.stdout
    );
    let record = record(&world, &[]);
    let stays = &record["policies"][1]["exceptions"][0];
    assert_eq!(
        stays["because"], "not edited where it is written",
        "{stays}"
    );
}

#[test]
fn what_is_unused_and_locked_is_among_the_notifications_and_in_plain_words() {
    let world = World::with_what_stays();
    let found = sarif(&world, &[]);
    let told = found["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    let said = "s3:DeleteBucket: not used, and not edited: it comes from var.more, main.tf:12";
    assert!(told.contains(said), "{told}");
    let plain = world.run_with("review", &["--plain"], "q\n").stdout;
    let said = "unused, and stays: s3:DeleteBucket: it comes from var.more, main.tf:12";
    assert!(plain.contains(said), "{plain}");
}

#[test]
fn what_was_accepted_and_could_not_be_done_is_no_cause_of_a_denial() {
    let world = World::with_what_stays();
    world.run("refine", &["--record", "../record.json"]);
    let denial = "User: arn:aws:iam::123456789012:user/app is not authorized to perform: sqs:CreateQueue \
                  because no identity-based policy allows the sqs:CreateQueue action";
    let record: Value = serde_json::from_str(&world.read("record.json")).unwrap();
    let why = &record["policies"][0]["entries"][0]["notDone"];
    assert_eq!(why, "a dynamic block makes the statement, main.tf:2");
    let mut program = iam_refine();
    let run = program
        .arg("denied")
        .arg(world.path("record.json"))
        .arg("-")
        .run_with(denial);
    let said = "Nothing that was denied was taken away here";
    assert!(run.stdout.contains(said), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_baseline_knows_what_is_to_be_removed_by_hand_and_not_what_has_to_stay() {
    let world = World::with_what_stays();
    world.write(
        "base.json",
        &world.run("refine", &["--format", "json"]).stdout,
    );
    // A statement that may go is another thing than one that has to stay.
    let before = world.read("root/main.tf");
    let (_, rest) = before
        .split_once("  statement {\n    sid       = \"Mixed\"")
        .unwrap();
    let plain = "data \"aws_iam_policy_document\" \"app\" {\n  statement {\n    sid       = \"Maybe\"\n    actions   = \
                 [\"sqs:CreateQueue\", \"sqs:DeleteQueue\"]\n    resources = [\"*\"]\n  }\n";
    world.write(
        "root/main.tf",
        &format!("{plain}  statement {{\n    sid       = \"Mixed\"{rest}"),
    );
    let run = world.run("refine", &["--check", "--baseline", "../base.json"]);
    assert_eq!(run.exit, 1, "{}", run.stderr);
    assert!(run.stderr.contains("sqs:CreateQueue"), "{}", run.stderr);
}

#[test]
fn the_finding_of_a_record_is_the_one_that_was_decided_on() {
    let world = World::new();
    let both = record(&world, &[]);
    assert!(both["finding"].get("file").is_none(), "{}", both["finding"]);
    let files: Vec<&Value> = (both["finding"]["files"].as_array().unwrap().iter())
        .map(|file| &file["file"])
        .collect();
    assert_eq!(files, ["../app.json", "../other.json"]);
    // One that is about nobody here, though it is given first.
    let app = world.read("app.json");
    let stranger = app.replace("role/prod-app", "role/stranger");
    let stranger = stranger.replace("\"id\": \"app\"", "\"id\": \"stranger\"");
    world.write("app.json", &stranger);
    world.write("other.json", &app);
    let alone = record(&world, &[]);
    assert!(!alone["policies"].as_array().unwrap().is_empty());
    assert_eq!(alone["finding"]["file"], "../other.json");
    assert_eq!(alone["finding"]["id"], "app");
}

#[test]
fn the_text_for_a_pull_request_tells_what_is_too_long_and_the_ways_out() {
    let world = World::new();
    let run = world.run("refine", &["--format", "markdown"]);
    assert!(!run.stdout.contains("Too long"), "{}", run.stdout);
    let run = world.run("refine", &["--quota", "60", "--format", "markdown"]);
    assert_eq!(run.exit, 4, "{}", run.stderr);
    let (_, too_long) = run.stdout.split_once("\n## Too long for AWS\n\n").unwrap();
    let line = too_long.lines().next().unwrap();
    for said in [
        "- `main.tf:",
        "comes to",
        "it stays as it is; --if-too-long keep leaves some of what is unused granted",
    ] {
        assert!(line.contains(said), "{line}");
    }
}
