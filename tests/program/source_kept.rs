//! What comments in Terraform files and a `keep.toml` beside them keep.

use std::fs;

use crate::plan_world::configuration;
use crate::run::{Run, RunIt, folder, iam_refine};
use serde_json::json;
use tempfile::TempDir;

const ROLE: &str = "arn:aws:iam::123456789012:role/app";

/// A role whose `sqs:DeleteMessage` and `sqs:PurgeQueue` are reported as unused.
pub struct World(TempDir);

impl World {
    pub fn new(statement: &str) -> Self {
        let world = World(folder());
        let main = format!(
            "resource \"aws_iam_role_policy\" \"app\" {{\n  role   = \"app\"\n  policy = \
             data.aws_iam_policy_document.d.json\n}}\n\ndata \"aws_iam_policy_document\" \"d\" {{\n\
             {statement}}}\n"
        );
        world.write("root/main.tf", &main);
        let live = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*",
            "Action": ["sqs:SendMessage", "sqs:DeleteMessage", "sqs:PurgeQueue"]}]});
        let resource = |kind: &str, values: serde_json::Value| {
            json!({"address": format!("{kind}.app"), "mode": "managed", "type": kind, "name": "app",
                   "values": values})
        };
        let state = json!({"format_version": "1.0", "values": {"root_module": {"resources": [
            resource("aws_iam_role", json!({"name": "app", "arn": ROLE})),
            resource("aws_iam_role_policy", json!({"name": "app", "role": "app", "policy": live.to_string()})),
        ]}}});
        world.write("state.json", &state.to_string());
        let finding = json!({
            "id": "f", "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z", "resource": ROLE,
            "resourceType": "AWS::IAM::Role", "findingType": "UnusedPermission",
            "findingDetails": [{"unusedPermissionDetails": {"serviceNamespace": "sqs",
                "actions": [{"action": "DeleteMessage"}, {"action": "PurgeQueue"}]}}],
        });
        world.write("f.json", &finding.to_string());
        world
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn refine(&self, options: &[&str]) -> Run {
        let mut command = iam_refine();
        // 2027-01-15
        command.env("SOURCE_DATE_EPOCH", "1800000000");
        command.current_dir(self.0.path().join("root"));
        command.args(["refine", ".", "../state.json", "../f.json"]);
        command.args(options).run()
    }
}

/// The statement with something above it, and something behind the entry that deletes.
fn statement(above: &str, behind: &str) -> String {
    format!(
        "  statement {{\n{above}    actions = [\n      \"sqs:SendMessage\",\n      \
         \"sqs:DeleteMessage\",{behind}\n      \"sqs:PurgeQueue\",\n    ]\n    resources = [\"*\"]\n  }}\n"
    )
}

const KEPT: &str = " # iam-refine:keep sqs:Delete* disaster recovery until=2027-03-01";

#[test]
fn a_comment_keeps_what_it_names() {
    for statement in [
        statement("", KEPT),
        statement(
            "    // iam-refine:keep sqs:deletemessage disaster recovery\n",
            "",
        ),
        statement("    /* iam-refine:keep sqs:D* disaster recovery */\n", ""),
    ] {
        let run = World::new(&statement).refine(&[]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        assert!(
            run.stdout.contains("-      \"sqs:PurgeQueue\","),
            "{}",
            run.stdout
        );
        assert!(
            !run.stdout.contains("-      \"sqs:DeleteMessage\""),
            "{}",
            run.stdout
        );
        let said = "this keeps sqs:DeleteMessage";
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    let run = World::new(&statement("", "")).refine(&[]);
    assert!(
        run.stdout.contains("-      \"sqs:DeleteMessage\""),
        "{}",
        run.stdout
    );
}

#[test]
fn why_it_is_kept_is_in_the_record() {
    let world = World::new(&statement("", KEPT));
    let run = world.refine(&["--record", "../record.json"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let record = fs::read_to_string(world.0.path().join("record.json")).unwrap();
    let place = "\"comment\": \"main.tf:10\"";
    assert!(record.contains(place), "{record}");
    assert!(
        record.contains("\"commentReason\": \"disaster recovery\""),
        "{record}"
    );
    assert!(record.contains("\"until\": \"2027-03-01\""), "{record}");
    let text = world.refine(&["--format", "markdown"]).stdout;
    let said = "disaster recovery until 2027-03-01 (main.tf:10)";
    assert!(text.contains(said), "{text}");
    // It decides the same again.
    let again = world.refine(&["--decisions", "../record.json"]);
    assert_eq!(
        (again.exit, &again.stdout),
        (0, &run.stdout),
        "{}",
        again.stderr
    );
}

#[test]
fn a_plan_of_what_was_decided_holds_with_the_record() {
    let world = World::new(&statement("", KEPT));
    let run = world.refine(&["--in-place", "--record", "../record.json"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let policy = |actions: &[&str]| {
        let live = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Resource": "*", "Action": actions},
        ]});
        json!({"name": "app", "role": "app", "policy": live.to_string()})
    };
    let mut plan: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(world.0.path().join("state.json")).unwrap())
            .unwrap();
    let values = plan.as_object_mut().unwrap().remove("values").unwrap();
    plan["prior_state"] = json!({"format_version": "1.0", "values": values});
    plan["configuration"] = configuration(&[], &["aws"]);
    plan["resource_changes"] = json!([{
        "address": "aws_iam_role_policy.app", "mode": "managed", "type": "aws_iam_role_policy",
        "name": "app", "change": {
            "actions": ["update"],
            "before": policy(&["sqs:SendMessage", "sqs:DeleteMessage", "sqs:PurgeQueue"]),
            "after": policy(&["sqs:SendMessage", "sqs:DeleteMessage"]),
            "after_unknown": {},
        },
    }]);
    world.write("plan.json", &plan.to_string());
    let verify = |options: &[&str]| {
        let mut command = iam_refine();
        command.current_dir(world.0.path());
        command
            .args(["verify", "plan.json", "f.json"])
            .args(options)
            .run()
    };
    let alone = verify(&[]);
    assert_eq!(alone.exit, 1, "{}", alone.stderr);
    assert!(alone.stdout.contains("✗ unused gone"), "{}", alone.stdout);
    let with_record = verify(&["--decisions", "record.json"]);
    assert_eq!(
        with_record.exit, 0,
        "{}{}",
        with_record.stdout, with_record.stderr
    );
    let stays = "note: 1 unused granted as before: the record says so";
    assert!(with_record.stdout.contains(stays), "{}", with_record.stdout);

    // A record of another text of the policy says nothing of this one, and one of before nothing at all.
    let record = fs::read_to_string(world.0.path().join("record.json")).unwrap();
    for (other, exit) in [
        (
            record.replace(
                "\"entries\": [\n            \"sqs:",
                "\"entries\": [\n            \"sns:",
            ),
            1,
        ),
        (record.replace("\"made\"", "\"other\""), 2),
    ] {
        assert_ne!(other, record);
        world.write("other.json", &other);
        let run = verify(&["--decisions", "other.json"]);
        assert_eq!(run.exit, exit, "{}{}", run.stdout, run.stderr);
    }

    let mut command = iam_refine();
    let files = [
        "verify",
        "a.json",
        "b.json",
        "f.json",
        "--decisions",
        "record.json",
    ];
    world.write("a.json", policy(&["sqs:*"])["policy"].as_str().unwrap());
    let run = command.current_dir(world.0.path()).args(files).run();
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("--decisions is said of a plan"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_comment_whose_day_has_passed_is_told_and_keeps_nothing() {
    let passed = KEPT.replace("2027-03-01", "2027-01-14");
    let run = World::new(&statement("", &passed)).refine(&[]);
    assert!(
        run.stdout.contains("-      \"sqs:DeleteMessage\""),
        "{}",
        run.stdout
    );
    let said = "main.tf:10:30: this held until 2027-01-14, and keeps nothing any more";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    // On the day itself it holds.
    let last = KEPT.replace("2027-03-01", "2027-01-15");
    let run = World::new(&statement("", &last)).refine(&[]);
    assert!(
        !run.stdout.contains("-      \"sqs:DeleteMessage\""),
        "{}",
        run.stdout
    );
}

#[test]
fn a_comment_that_keeps_nothing_is_told() {
    let world = World::new(&statement("    # iam-refine:keep sqs:Send* x\n", ""));
    let run = world.refine(&[]);
    let said = "note: main.tf:8:7: nothing that this keeps is unused";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn an_entry_stays_that_a_comment_about_others_stands_behind() {
    let run = World::new(&statement("", " # iam-refine:keep sqs:Send* x")).refine(&[]);
    let is_gone = |entry: &str| run.stdout.contains(&format!("-      \"{entry}\""));
    assert!(!is_gone("sqs:DeleteMessage"), "{}", run.stdout);
    assert!(is_gone("sqs:PurgeQueue"), "{}", run.stdout);
    let said = "warning: main.tf:10:30: nothing that this keeps is unused; it stands behind \
                sqs:DeleteMessage, which stays for its sake";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let said = "1 unused kept by a comment: main.tf:10";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_comment_goes_with_what_it_is_about_of_that_which_replaces_its_entry() {
    for (pattern, behind) in [
        ("sqs:PurgeQueue", "sqs:PurgeQueue"),
        ("sqs:Pur*", "sqs:PurgeQueue"),
        // Others that are written before it might have such names, and have none.
        ("sqs:*urgeQ*", "sqs:PurgeQueue"),
        // The first of them stands where the old entry stood.
        ("sqs:AddPermission", "sqs:AddPermission"),
    ] {
        let comment = format!(" # iam-refine:keep {pattern} x");
        let actions = format!("    actions = [\n      \"sqs:*\",{comment}\n    ]\n");
        let world = World::new(&format!(
            "  statement {{\n{actions}    resources = [\"*\"]\n  }}\n"
        ));
        let state = fs::read_to_string(world.0.path().join("state.json")).unwrap();
        let own = r#"[\"sqs:SendMessage\",\"sqs:DeleteMessage\",\"sqs:PurgeQueue\"]"#;
        assert!(state.contains(own), "{state}");
        world.write("state.json", &state.replace(own, r#"[\"sqs:*\"]"#));
        let run = world.refine(&[]);
        let line = format!("+      \"{behind}\",{comment}\n");
        assert!(run.stdout.contains(&line), "{}{}", run.stdout, run.stderr);
        assert_eq!(run.stdout.matches(&comment).count(), 2, "{}", run.stdout);
    }
}

#[test]
fn a_comment_beside_all_policies_holds_for_those_of_its_file() {
    let above_block = |comment: &str| {
        let world = World::new(&statement("", ""));
        let main = fs::read_to_string(world.0.path().join("root/main.tf")).unwrap();
        world.write(
            "root/main.tf",
            &main.replace("data \"aws", &format!("{comment}data \"aws")),
        );
        world.refine(&[])
    };
    // Right above the block it is the block's.
    let run = above_block("# iam-refine:keep sqs:D* x\n# more\n");
    assert!(
        !run.stdout.contains("-      \"sqs:DeleteMessage\""),
        "{}",
        run.stdout
    );
    assert!(!run.stderr.contains("in no policy"), "{}", run.stderr);
    let run = above_block("# iam-refine:keep sqs:D* x\n\n");
    assert!(
        !run.stdout.contains("-      \"sqs:DeleteMessage\""),
        "{}",
        run.stdout
    );
    let said = "main.tf:6:3: this is in no policy that is refined, so it holds for all of them";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_comment_in_another_file_holds_for_all() {
    let world = World::new(&statement("", ""));
    world.write("root/other.tf", "# iam-refine:keep sqs:D* x\nlocals {\n}\n");
    let run = world.refine(&[]);
    assert!(
        !run.stdout.contains("-      \"sqs:DeleteMessage\""),
        "{}",
        run.stdout
    );
    let said = "other.tf:1:3: this is in no policy that is refined, so it holds for all of them";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    world.write("root/other.tf", "# iam-refine:keep nonsense\n");
    let run = world.refine(&[]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
}

#[test]
fn a_comment_that_is_not_understood_stops_it() {
    let run = World::new(&statement("", " # iam-refine:keep sqsDelete")).refine(&[]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("main.tf:10:30: \"sqsDelete\""),
        "{}",
        run.stderr
    );
}

#[test]
fn the_nearest_keep_toml_is_found_as_far_as_the_repository_goes() {
    let keep = "[[keep]]\npattern = \"sqs:Delete*\"\nreason = \"audits\"\n";
    let keeps = |world: &World| {
        let run = world.refine(&[]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        (
            !run.stdout.contains("-      \"sqs:DeleteMessage\""),
            run.stderr,
        )
    };
    let world = World::new(&statement("", ""));
    world.write("keep.toml", keep);
    let (is_kept, said) = keeps(&world);
    assert!(!is_kept, "it is not in the repository");
    assert!(
        said.contains("keep.toml: this keeps nothing: no repository"),
        "{said}"
    );
    world.write(".git/HEAD", "");
    let (is_kept, said) = keeps(&world);
    assert!(
        is_kept && said.contains("1 pattern of it is kept"),
        "{said}"
    );
    world.write("root/keep.toml", &keep.replace("Delete", "Purge"));
    assert!(!keeps(&world).0, "another is nearer");

    world.write("root/keep.toml", &format!("{keep}until = \"2027-03-01\"\n"));
    let text = world.refine(&["--format", "markdown"]).stdout;
    assert!(
        text.contains("until 2027-03-01, because: `audits`"),
        "{text}"
    );
    let record = world.refine(&["--format", "json"]).stdout;
    assert!(record.contains("\"until\": \"2027-03-01\""), "{record}");

    world.write("root/keep.toml", &format!("{keep}until = \"2027-01-14\"\n"));
    let (is_kept, said) = keeps(&world);
    assert!(
        !is_kept && said.contains("this held until 2027-01-14"),
        "{said}"
    );

    world.write("root/keep.toml", "[[keep]]\npatern = \"x\"\n");
    let run = world.refine(&[]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("keep.toml:2:1"), "{}", run.stderr);
}

#[test]
fn quotes_and_ends_of_other_comments_hide_no_comment() {
    let entry = "      \"sqs:DeleteMessage\",";
    for behind in [
        "/* bob's */ # iam-refine:keep sqs:DeleteMessage x",
        "# iam-refine:keep sqs:DeleteMessage reads b/*/c until=2027-03-01",
        "// iam-refine:keep sqs:DeleteMessage it's \"odd",
    ] {
        let run = World::new(&statement("", &format!(" {behind}"))).refine(&[]);
        assert_eq!(run.exit, 0, "{behind}: {}", run.stderr);
        assert!(
            !run.stdout.contains(&format!("-{entry}")),
            "{behind}: {}",
            run.stdout
        );
    }
    let passed = " # iam-refine:keep sqs:DeleteMessage reads b/*/c until=2020-01-01";
    let run = World::new(&statement("", passed)).refine(&[]);
    assert!(run.stdout.contains(&format!("-{entry}")), "{}", run.stdout);
    assert!(
        run.stderr.contains("this held until 2020-01-01"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_only_looks_like_a_comment_is_none() {
    let world = World::new(&statement("", ""));
    let texts = "locals {\n  a = [\"arn:aws:s3:::b/*\"]\n  b = \"iam-refine:keep nonsense\"\n  c = <<EOF\n\
                 # iam-refine:keep nonsense\nEOF\n}\n";
    world.write("root/other.tf", texts);
    let run = world.refine(&[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("-      \"sqs:DeleteMessage\""),
        "{}",
        run.stdout
    );
}

#[test]
fn comments_beside_the_configuration_hold_for_all() {
    for name in ["prod.tfvars", "dev.auto.tfvars", "terragrunt.hcl"] {
        let world = World::new(&statement("", ""));
        let text = "x = [\n  \"a\", # iam-refine:keep sqs:Del* y\n]\n";
        world.write(&format!("root/{name}"), text);
        let run = world.refine(&["--states-complete"]);
        assert_eq!(run.exit, 0, "{name}: {}", run.stderr);
        assert!(
            !run.stdout.contains("-      \"sqs:DeleteMessage\""),
            "{name}: {}",
            run.stdout
        );
        let said = format!("{name}:2:10: this is in no policy that is refined");
        assert!(run.stderr.contains(&said), "{name}: {}", run.stderr);
    }
    let world = World::new(&statement("", ""));
    world.write("root/prod.tfvars", "# iam-refine:keep nonsense\n");
    let run = world.refine(&["--states-complete"]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    // One that cannot be read is told.
    fs::write(world.0.path().join("root/prod.tfvars"), b"\xff").unwrap();
    let run = world.refine(&["--states-complete"]);
    assert!(run.stderr.contains("prod.tfvars"), "{}", run.stderr);
}

#[test]
fn a_comment_above_a_block_is_about_the_policies_in_it() {
    let world = World::new(&statement("", ""));
    let main = fs::read_to_string(world.0.path().join("root/main.tf")).unwrap();
    let policy = "jsonencode({ Version = \"2012-10-17\", Statement = [{\n    Effect = \"Allow\", Resource = \"*\",\n    \
                  Action = [\n      \"sqs:SendMessage\",\n      \"sqs:DeleteMessage\",\n      \
                  \"sqs:PurgeQueue\",\n    ],\n  }] })";
    let written_out = main.replace("data.aws_iam_policy_document.d.json", policy);
    let start = written_out.find("\ndata \"aws").unwrap();
    let block = &written_out[..start];
    let second = block.replace("\"app\" {", "\"second\" {");
    let state = fs::read_to_string(world.0.path().join("state.json")).unwrap();
    let mut state: serde_json::Value = serde_json::from_str(&state).unwrap();
    let resources = state["values"]["root_module"]["resources"]
        .as_array_mut()
        .unwrap();
    let mut other = resources[1].clone();
    other["address"] = "aws_iam_role_policy.second".into();
    other["name"] = "second".into();
    other["values"]["name"] = "second".into();
    resources.push(other);
    world.write("state.json", &state.to_string());
    let comment = "iam-refine:keep sqs:Delete* x";
    let above = format!("# {comment}\n{block}");
    let first_line = block.replacen("{\n", &format!("{{ # {comment}\n"), 1);
    let last_line = format!("{} # {comment}\n", block.trim_end());
    let inside = block.replacen("  role", &format!("  // {comment}\n\n  role"), 1);
    for first in [above, first_line, last_line, inside] {
        world.write("root/main.tf", &format!("{first}\n{second}"));
        let run = world.refine(&[]);
        assert_eq!(run.exit, 0, "{first}: {}", run.stderr);
        let gone = run.stdout.matches("-      \"sqs:DeleteMessage\"").count();
        assert_eq!(gone, 1, "{first}: {}{}", run.stdout, run.stderr);
        assert!(
            !run.stderr.contains("in no policy"),
            "{first}: {}",
            run.stderr
        );
    }
}

/// What takes the place of `entry`, whose service is reported as a whole, where `pattern` is kept by a
/// comment behind it, or by the option; none where nothing changes.
fn of_a_whole_service(entry: &str, pattern: &str, is_commented: bool) -> Option<Vec<String>> {
    let behind = if is_commented {
        format!(" # iam-refine:keep {pattern} launch next month")
    } else {
        String::new()
    };
    let world = World::new(&format!(
        "  statement {{\n    actions = [\n      \"sns:Publish\",\n      \"{entry}\",{behind}\n    ]\n    \
         resources = [\"*\"]\n  }}\n"
    ));
    let file = |name: &str| world.0.path().join(name);
    let state = fs::read_to_string(file("state.json")).unwrap();
    let live = "\\\"sqs:SendMessage\\\",\\\"sqs:DeleteMessage\\\",\\\"sqs:PurgeQueue\\\"";
    assert!(state.contains(live), "{state}");
    let entries = format!("\\\"sns:Publish\\\",\\\"{entry}\\\"");
    world.write("state.json", &state.replace(live, &entries));
    let finding = fs::read_to_string(file("f.json")).unwrap();
    let mut finding: serde_json::Value = serde_json::from_str(&finding).unwrap();
    let service = entry.split(':').next();
    finding["findingDetails"] = json!([{"unusedPermissionDetails": {"serviceNamespace": service}}]);
    world.write("f.json", &finding.to_string());
    let options = ["--keep", pattern];
    let run = world.refine(if is_commented { &[] } else { &options });
    assert_eq!(run.exit, 0, "{}", run.stderr);
    if is_commented {
        let said = format!("this keeps {pattern}");
        assert!(run.stderr.contains("this keeps "), "{said}: {}", run.stderr);
    }
    let lines = run.stdout.lines();
    let new = lines.filter_map(|line| line.strip_prefix("+      \""));
    let new = new.filter_map(|line| line.split('"').next());
    (!run.stdout.is_empty()).then(|| new.map(str::to_owned).collect())
}

#[test]
fn of_a_service_that_is_not_used_at_all_a_comment_keeps_what_the_option_does() {
    for (entry, pattern, expected) in [
        ("newsvc:*", "newsvc:*", None),
        ("sqs:*", "sqs:*", None),
        ("sqs:*", "*", None),
        ("sqs:FutureThing", "sqs:FutureThing", None),
        ("sqs:*", "sqs:FutureThing", Some("sqs:FutureThing")),
        ("newsvc:*", "newsvc:Get*", Some("newsvc:Get*")),
    ] {
        let expected = expected.map(|new| vec![new.to_owned()]);
        let commented = of_a_whole_service(entry, pattern, true);
        assert_eq!(commented, expected, "{entry}, a comment keeps {pattern}");
        let asked = of_a_whole_service(entry, pattern, false);
        assert_eq!(asked, expected, "{entry}, --keep {pattern}");
    }
    let get = Some("sqs:Get*");
    for is_commented in [true, false] {
        let new = of_a_whole_service("sqs:*", "sqs:Get*", is_commented).unwrap();
        assert_eq!(new.last().map(String::as_str), get, "{new:?}");
    }
}

#[test]
fn a_comment_keeps_a_name_that_nobody_knows() {
    let kept = "    // iam-refine:keep sqs:DeleteFutureThing it comes next month\n";
    let world = World::new(&format!(
        "  statement {{\n{kept}    actions = [\n      \"sqs:SendMessage\",\n      \"sqs:Delete*\",\n    ]\n    \
         resources = [\"*\"]\n  }}\n"
    ));
    let state = fs::read_to_string(world.0.path().join("state.json")).unwrap();
    let live = "\\\"sqs:DeleteMessage\\\",\\\"sqs:PurgeQueue\\\"";
    assert!(state.contains(live), "{state}");
    world.write("state.json", &state.replace(live, "\\\"sqs:Delete*\\\""));
    let run = world.refine(&[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("+      \"sqs:DeleteFutureThing\""),
        "{}{}",
        run.stdout,
        run.stderr
    );
    let said = "this keeps sqs:DeleteFutureThing";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}
