//! Policies whose documents take statements from other documents.

use std::fmt::Write;

use iam_refine::iam::quota;
use iam_refine::intake::{Intake, SourceRoot};
use iam_refine::review::{Accept, Review};
use serde_json::{Value, json};

use crate::accounts::arn;
use crate::run::Run;
use crate::source_uses::{COMPLETE, ROLE, World, block, finding, inline, resource, role};

const USED: &str = "sqs:SendMessage";
const UNUSED: &str = "sqs:DeleteMessage";

/// A document that takes others by `arguments`, with statements of its own: a `Sid` and what is allowed.
fn document(name: &str, arguments: &str, statements: &[(&str, &[&str])]) -> String {
    let mut text = format!("data \"aws_iam_policy_document\" \"{name}\" {{\n{arguments}");
    for (sid, actions) in statements {
        let actions = actions.iter().map(|action| format!("\"{action}\""));
        let actions: Vec<String> = actions.collect();
        text.push_str("  statement {\n");
        if !sid.is_empty() {
            writeln!(text, "    sid       = \"{sid}\"").unwrap();
        }
        writeln!(text, "    actions   = [{}]", actions.join(", ")).unwrap();
        text.push_str("    resources = [\"*\"]\n  }\n");
    }
    text.push_str("}\n");
    text
}

/// How a document takes others.
type Takes = fn(&[&str]) -> String;

fn sources(names: &[&str]) -> String {
    format!("  source_policy_documents = [{}]\n", list(names))
}

fn overrides(names: &[&str]) -> String {
    format!("  override_policy_documents = [{}]\n", list(names))
}

fn list(names: &[&str]) -> String {
    let names = names.iter();
    let names: Vec<String> = names
        .map(|name| format!("data.aws_iam_policy_document.{name}.json"))
        .collect();
    names.join(", ")
}

/// What AWS has, made of these statements.
fn made(statements: &[(&str, &[&str])]) -> String {
    let statements = statements.iter().map(
        |(sid, actions)| json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": "*"}),
    );
    let statements: Vec<Value> = statements.collect();
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn own_policy(name: &str, of_role: &str, document: &str) -> String {
    let policy = format!("data.aws_iam_policy_document.{document}.json");
    let own = format!("  role   = aws_iam_role.{of_role}.id\n  policy = {policy}\n");
    block("aws_iam_role_policy", name, &own)
}

fn embedded(name: &str, role: &str, live: &str) -> Value {
    let values = json!({"name": name, "role": role, "policy": live});
    resource("aws_iam_role_policy", name, values)
}

/// With an inline policy that is the document `all`.
fn world(documents: &[String], live: &[(&str, &[&str])]) -> World {
    let mut blocks = vec![ROLE.to_owned(), own_policy("app", "app", "all")];
    blocks.extend_from_slice(documents);
    let blocks: Vec<&str> = blocks.iter().map(String::as_str).collect();
    World::of(
        &blocks,
        vec![role("app"), embedded("app", "app", &made(live))],
    )
}

/// One that takes `base`, which has the unused action as it has itself.
fn with_base() -> World {
    let documents = [
        document("base", "", &[("Base", &[USED, UNUSED])]),
        document(
            "all",
            &sources(&["base"]),
            &[("Own", &["s3:GetObject", UNUSED])],
        ),
    ];
    let live: [(&str, &[&str]); 2] = [
        ("Base", &[USED, UNUSED]),
        ("Own", &["s3:GetObject", UNUSED]),
    ];
    world(&documents, &live)
}

#[test]
fn the_documents_of_a_policy_count_together_against_its_quota() {
    let world = with_base();
    world.refine(&[]);
    let path = |name: &str| world.folder.path().join(name);
    let intake = Intake::new().paths([path("state.json"), path("f.json")]);
    let root = SourceRoot {
        path: path("root"),
        states: Vec::new(),
    };
    let mut review = Review::new(intake.sources(&[root], false).unwrap().input);
    let live = made(&[
        ("Base", &[USED, UNUSED]),
        ("Own", &["s3:GetObject", UNUSED]),
    ]);
    let less = made(&[("Base", &[USED]), ("Own", &["s3:GetObject"])]);
    // One alone is no list.
    let less = less.replace("[\"", "\"").replace("\"]", "\"");
    for policy in 0..2 {
        assert_eq!(review.counted_before(policy), quota::size(&live));
        assert_eq!(review.counted_if_all_accepted(policy), quota::size(&less));
    }
    // So is what each says of the policy in AWS.
    review.accept_all(Accept::Entries);
    for policy in 0..2 {
        let size = review.size(policy);
        let told = [size.before, size.after, size.counted];
        assert_eq!(
            told,
            [quota::size(&live), quota::size(&less), quota::size(&less)]
        );
    }
}

/// The lines that go and those that come.
fn changes(run: &Run) -> Vec<String> {
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let lines = run.stdout.lines();
    let is_change = |line: &&str| {
        line.starts_with(['-', '+']) && !line.starts_with("---") && !line.starts_with("+++")
    };
    let lines = lines.filter(is_change);
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn each_document_is_edited_where_its_statements_are_written() {
    assert_eq!(
        changes(&with_base().refine(&[])),
        [
            r#"- actions = ["sqs:SendMessage", "sqs:DeleteMessage"]"#,
            r#"+ actions = ["sqs:SendMessage"]"#,
            r#"- actions = ["s3:GetObject", "sqs:DeleteMessage"]"#,
            r#"+ actions = ["s3:GetObject"]"#,
        ]
    );
}

#[test]
fn what_takes_others_may_have_no_statements_and_be_taken_itself() {
    let documents = [
        document("first", "", &[("", &[USED, UNUSED])]),
        document("second", "", &[("", &["s3:GetObject", UNUSED])]),
        document("both", &sources(&["first", "second"]), &[]),
        document("last", "", &[("", &["s3:PutObject", UNUSED])]),
        document(
            "all",
            &format!("{}{}", sources(&["both"]), overrides(&["last"])),
            &[],
        ),
    ];
    let live: [(&str, &[&str]); 3] = [
        ("", &[USED, UNUSED]),
        ("", &["s3:GetObject", UNUSED]),
        ("", &["s3:PutObject", UNUSED]),
    ];
    let run = world(&documents, &live).refine(&[]);
    assert_eq!(
        changes(&run)
            .iter()
            .filter(|line| line.starts_with('+'))
            .collect::<Vec<_>>(),
        [
            r#"+ actions = ["sqs:SendMessage"]"#,
            r#"+ actions = ["s3:GetObject"]"#,
            r#"+ actions = ["s3:PutObject"]"#,
        ],
        "{}",
        run.stderr
    );
}

#[test]
fn who_else_has_statements_of_a_document_counts_for_that_one() {
    let other = ROLE.replace("\"app\"", "\"other\"");
    let live = made(&[("Base", &[USED, UNUSED])]);
    let world = with_base()
        .with_block(&other)
        .with_block(&own_policy("other", "other", "base"))
        .with(role("other"))
        .with(embedded("other", "other", &live));
    let run = world.refine(&[]);
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    for why in [
        "role other has it too and has no finding",
        "aws_iam_role_policy.app: another document that it is put together of stays as it is",
    ] {
        assert!(run.stderr.contains(why), "{}", run.stderr);
    }
    world.write("g.json", &finding("role/other").to_string());
    assert_eq!(changes(&world.refine(&["../g.json"])).len(), 4);
}

#[test]
fn what_is_replaced_wherever_it_is_taken_is_edited_for_others() {
    let documents = [
        document("base", "", &[("Same", &[USED, UNUSED])]),
        document("over", "", &[("Same", &["s3:GetObject", UNUSED])]),
        document(
            "all",
            &format!("{}{}", sources(&["base"]), overrides(&["over"])),
            &[],
        ),
    ];
    let world = world(&documents, &[("Same", &["s3:GetObject", UNUSED])])
        .with_block(&ROLE.replace("\"app\"", "\"other\""))
        .with_block(&own_policy("other", "other", "base"))
        .with(role("other"))
        .with(embedded(
            "other",
            "other",
            &made(&[("Same", &[USED, UNUSED])]),
        ));
    world.write("g.json", &finding("role/other").to_string());
    assert_eq!(changes(&world.refine(&["../g.json"])).len(), 4);
}

#[test]
fn a_statement_that_may_not_be_made_replaces_none() {
    let dynamic = |sid: &str, queue: &str| {
        format!(
            "  dynamic \"statement\" {{\n    for_each = var.{queue} ? [1] : []\n    content {{\n      sid = \"{sid}\"\n      \
             actions = [\"{USED}\", \"{UNUSED}\"]\n      resources = [\"arn:aws:sqs:::{queue}\"]\n    }}\n  }}\n"
        )
    };
    let base = document("base", "", &[("Same", &[USED, UNUSED])]);
    let why = "have a statement with the Sid Same, and one of these may not be made";
    for arguments in [
        sources(&["base"]) + &dynamic("Same", "a"),
        overrides(&["base"]) + &dynamic("Same", "a"),
    ] {
        let all = document("all", &arguments, &[]);
        world(&[base.clone(), all], &[("Same", &[USED, UNUSED])]).stays(&[], why);
    }
    // Alternatives in one document replace nothing.
    let alternatives = sources(&["base"]) + &dynamic("Other", "a") + &dynamic("Other", "b");
    let all = document("all", &alternatives, &[]);
    let mut world = world(&[base, all], &[]);
    let live = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "Same", "Effect": "Allow", "Action": [USED, UNUSED], "Resource": "*"},
        {"Sid": "Other", "Effect": "Allow", "Action": [USED, UNUSED], "Resource": "arn:aws:sqs:::b"},
    ]});
    world.resources[1]["values"]["policy"] = live.to_string().into();
    let run = world.refine(&[]);
    assert_eq!(changes(&run).len(), 4, "{}", run.stderr);
    assert!(run.stdout.contains("arn:aws:sqs:::b"), "{}", run.stdout);
}

#[test]
fn of_a_document_of_which_nothing_is_left_the_policy_is_not_to_be_removed() {
    let documents = [
        document("base", "", &[("Base", &[UNUSED])]),
        document("all", &sources(&["base"]), &[("Own", &["s3:GetObject"])]),
    ];
    let live: [(&str, &[&str]); 2] = [("Base", &[UNUSED]), ("Own", &["s3:GetObject"])];
    let run = world(&documents, &live).refine(&[]);
    assert_eq!(run.exit, 4, "{}", run.stderr);
    let why = "take it out of source_policy_documents or override_policy_documents";
    assert!(run.stderr.contains(why), "{}", run.stderr);
    let markdown = world(&documents, &live).refine(&["--format", "markdown"]);
    let why = "take it by hand out of those that take its statements";
    assert!(markdown.stdout.contains(why), "{}", markdown.stdout);
}

/// One whose statement is in the place of that of `base`.
fn with_override(own: &[&str]) -> World {
    let documents = [
        document("base", "", &[("Same", &["sqs:*"]), ("", &["s3:GetObject"])]),
        document("over", "", &[("Same", own), ("", &["s3:PutObject"])]),
        document(
            "all",
            &format!("{}{}", sources(&["base"]), overrides(&["over"])),
            &[],
        ),
    ];
    let live: [(&str, &[&str]); 3] = [
        ("Same", own),
        ("", &["s3:GetObject"]),
        ("", &["s3:PutObject"]),
    ];
    world(&documents, &live)
}

#[test]
fn a_statement_is_edited_in_the_document_that_wins() {
    assert_eq!(
        changes(&with_override(&[USED, UNUSED]).refine(&[])),
        [
            r#"- actions = ["sqs:SendMessage", "sqs:DeleteMessage"]"#,
            r#"+ actions = ["sqs:SendMessage"]"#,
        ]
    );
}

#[test]
fn of_a_statement_whose_sid_is_given_again_that_is_told() {
    let run = with_override(&[USED, UNUSED]).refine(&[]);
    let why = "another document gives the Sid Same again, and what it says takes the place of statement 1";
    assert!(run.stderr.contains(why), "{}", run.stderr);
}

#[test]
fn a_statement_without_which_another_would_be_back_stays() {
    let run = with_override(&[UNUSED]).refine(&[]);
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let why = "it stands in the place of one in another document, which would be back";
    assert!(run.stderr.contains(why), "{}", run.stderr);
}

#[test]
fn a_policy_that_is_not_put_together_as_it_is_written_waits_for_apply() {
    let documents = [
        document("base", "", &[("Base", &[USED, UNUSED])]),
        document("all", &sources(&["base"]), &[("Own", &["s3:GetObject"])]),
    ];
    for live in [
        &[("Base", &[USED, UNUSED] as &[&str])] as &[(&str, &[&str])],
        &[("Own", &["s3:GetObject"])],
        &[("Base", &[USED]), ("Own", &["s3:GetObject"])],
        &[
            ("Base", &[USED, UNUSED]),
            ("Own", &["s3:GetObject"]),
            ("", &["s3:PutObject"]),
        ],
    ] {
        world(&documents, live).stays(&[], "has another policy than the source");
    }
    // What another would replace is not there.
    let documents = [
        document("base", "", &[("Same", &[USED])]),
        document(
            "all",
            &sources(&["base"]),
            &[("Same", &[UNUSED, "s3:GetObject"])],
        ),
    ];
    let live: [(&str, &[&str]); 2] = [("Same", &[USED]), ("Same", &[UNUSED, "s3:GetObject"])];
    world(&documents, &live).stays(&[], "has another policy than the source");
}

#[test]
fn what_else_uses_a_document_that_takes_others_uses_these_too() {
    let why = "is used here for something else too";
    for other in [
        "resource \"aws_s3_bucket_policy\" \"b\" {\n  policy = data.aws_iam_policy_document.all.json\n}\n",
        "output \"p\" {\n  value = data.aws_iam_policy_document.base.json\n}\n",
    ] {
        let run = with_base().with_block(other).refine(&[]);
        assert!(run.stderr.contains(why), "{}", run.stderr);
        assert!(
            !run.stdout.contains("-    actions   = [\"sqs"),
            "{}",
            run.stdout
        );
    }
    // One that takes it in a way that is not followed.
    for arguments in [
        "  source_policy_documents = concat([data.aws_iam_policy_document.base.json], var.x)\n",
        "  source_policy_documents = [for d in [data.aws_iam_policy_document.base] : d.json]\n",
        "  statement {\n    principals {\n    }\n  }\n  source_policy_documents = [data.aws_iam_policy_document.base.json]\n",
    ] {
        let far = document("far", arguments, &[]);
        let run = with_base().with_block(&far).refine(&[]);
        assert!(run.stderr.contains(why), "{}", run.stderr);
        assert!(
            !run.stdout.contains("-    actions   = [\"sqs"),
            "{}",
            run.stdout
        );
    }
    // One of which a policy is made that is left.
    let far = document("far", &sources(&["base", "gone"]), &[]);
    let run = with_base()
        .with_block(&far)
        .with_block(&own_policy("far", "app", "far"))
        .with(inline("far", "app"))
        .refine(&[]);
    assert!(
        run.stderr
            .contains("there is no data.aws_iam_policy_document.gone"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr
            .contains("aws_iam_role_policy.far is made of it too"),
        "{}",
        run.stderr
    );
    assert!(
        !run.stdout.contains("-    actions   = [\"sqs"),
        "{}",
        run.stdout
    );
}

#[test]
fn documents_that_are_not_followed_are_named() {
    let base = document("base", "", &[("Base", &[USED, UNUSED])]);
    let computed = base
        .replace("\"base\"", "\"computed\"")
        .replace("\"Base\"", "var.sid");
    let live: [(&str, &[&str]); 1] = [("Base", &[USED, UNUSED])];
    for (arguments, why) in [
        (
            "  source_policy_documents = var.documents\n",
            "takes statements from are computed",
        ),
        (
            "  source_policy_documents = concat([data.aws_iam_policy_document.base.json], var.x)\n",
            "takes statements from are computed",
        ),
        (
            "  source_policy_documents = [for d in data.aws_iam_policy_document.base : d.json]\n",
            "takes statements from are computed",
        ),
        (
            "  source_policy_documents = data.aws_iam_policy_document.base[*].json\n",
            "takes statements from are computed",
        ),
        (
            "  source_policy_documents = [data.aws_iam_policy_document.base.json, var.x ? \"\" : \"{}\"]\n",
            "takes statements from are computed",
        ),
        (
            "  source_json = data.aws_iam_policy_document.base.json\n",
            "takes statements from another by source_json, which is not read",
        ),
        (
            "  override_policy_documents = [var.extra]\n",
            "takes statements from var.extra, which is not followed",
        ),
        (
            "  source_policy_documents = [module.m.json]\n",
            "takes statements from module.m.json, which is not followed",
        ),
        (
            "  source_policy_documents = [data.aws_iam_policy_document.all.json]\n",
            "data.aws_iam_policy_document.all takes itself",
        ),
        (
            "  source_policy_documents = [data.aws_iam_policy_document.none.json]\n",
            "there is no data.aws_iam_policy_document.none",
        ),
        (
            "  source_policy_documents = [data.aws_iam_policy_document.base.json, data.aws_iam_policy_document.base.json]\n",
            "has a statement with the Sid Base, and another document that is taken too",
        ),
        (
            "  source_policy_documents = [data.aws_iam_policy_document.base.json, data.aws_iam_policy_document.computed.json]\n",
            "whose Sid is computed",
        ),
    ] {
        let all = document("all", arguments, &[]);
        world(&[base.clone(), computed.clone(), all], &live).stays(COMPLETE, why);
    }
}

#[test]
fn a_policy_of_which_one_document_is_left_is_not_all_there_is() {
    let world = with_base();
    let note = "other policies of app are not loaded";
    let account = json!({
        "UserDetailList": [], "GroupDetailList": [], "Policies": [],
        "RoleDetailList": [{
            "RoleName": "app", "Path": "/", "Arn": arn("role/app"), "AttachedManagedPolicies": [],
            "RolePolicyList": [{"PolicyName": "app", "PolicyDocument":
                made(&[("Base", &[USED, UNUSED]), ("Own", &["s3:GetObject", UNUSED])])}],
        }],
    });
    world.write("account.json", &account.to_string());
    let run = world.refine(&["../account.json"]);
    assert!(!run.stderr.contains(note), "{}", run.stderr);
    let output = "output \"p\" {\n  value = data.aws_iam_policy_document.base.json\n}\n";
    let run = world.with_block(output).refine(&["../account.json"]);
    assert!(run.stderr.contains(note), "{}", run.stderr);
}

#[test]
fn documents_that_are_taken_twice_again_and_again_are_too_many() {
    let twice = "d0.json has a statement with the Sid Base, and another document that is taken too";
    let too_many = "the statements are too many";
    let takes: [(Takes, &str); 2] = [(sources, twice), (overrides, too_many)];
    for (takes, why) in takes {
        let mut documents = vec![document("d0", "", &[("Base", &[USED, UNUSED])])];
        for at in 1..40 {
            let below = format!("d{}", at - 1);
            documents.push(document(&format!("d{at}"), &takes(&[&below, &below]), &[]));
        }
        documents.push(document("all", &takes(&["d39"]), &[]));
        let live: [(&str, &[&str]); 1] = [("Base", &[USED, UNUSED])];
        world(&documents, &live).stays(COMPLETE, why);
    }
}
